//! From columns to numbers of one scale and categories, learnt once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::marketing::persona::{Missing, Params, PersonaError, Scaling};
use crate::stats::median;
use crate::value::{Column, DataType};

/// What a feature is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureName {
    /// The column or tag.
    pub name: String,
    /// For people; the name where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl FeatureName {
    /// A feature without a title.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), title: None }
    }

    /// With a title.
    pub fn with_title(mut self, title: Option<String>) -> Self {
        self.title = title;
        self
    }

    /// The title, or else the name.
    pub fn label(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

/// A feature, and how its values are taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Feature {
    /// What it is called.
    #[serde(flatten)]
    pub name: FeatureName,
    /// How values are taken.
    pub encoding: Encoding,
}

/// How the values of a feature are taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Encoding {
    /// A number.
    Number {
        /// What a missing one counts as.
        median: f64,
        /// Whether the logarithm is taken: `sign(x) · ln(1 + |x|)`.
        log: bool,
        /// Is subtracted (of the logarithm, where it is taken).
        mean: f64,
        /// Is divided by, above 0.
        deviation: f64,
    },
    /// A truth value: the categories false, true, and missing.
    Flag,
    /// A text: these values in byte order, all others, and missing.
    Text {
        /// The values that are told apart.
        levels: Vec<String>,
    },
}

/// A value as people read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Cell {
    /// None.
    Missing,
    /// Of a number.
    Number(f64),
    /// Of a truth value.
    Flag(bool),
    /// Of a text.
    Text(String),
}

/// Numbers from here on overflow when squared; they count as missing, as infinite ones do.
const TOO_LARGE: f64 = 1e150;
/// Scaled numbers are cut off here.
const FARTHEST: f64 = 1e6;

impl Encoding {
    /// Learns from a column; `None` for a type without distance.
    pub(super) fn learn(column: &Column, params: &Params) -> Option<Self> {
        match column {
            Column::Bool(_) => Some(Self::Flag),
            Column::String(texts) => {
                let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
                for row in 0..column.len() {
                    if let Some(text) = texts.get(row) {
                        *counts.entry(text).or_default() += 1;
                    }
                }
                let mut seen: Vec<(&str, u64)> = counts.into_iter().collect();
                seen.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
                seen.truncate(params.max_levels as usize);
                let mut levels: Vec<String> = seen.into_iter().map(|(text, _)| text.to_owned()).collect();
                levels.sort_unstable();
                Some(Self::Text { levels })
            }
            _ if column.data_type().is_numeric() => Some(Self::number(column, params.scale)),
            _ => None,
        }
    }

    fn number(column: &Column, scale: Scaling) -> Self {
        let mut known: Vec<f64> = (0..column.len()).filter_map(|row| number(column, row)).collect();
        // In their own order, so that sums do not depend on that of the rows.
        known.sort_unstable_by(f64::total_cmp);
        let middle = median(&known).unwrap_or(0.0);
        let log = match scale {
            Scaling::LogZScore => true,
            Scaling::ZScore | Scaling::None => false,
            Scaling::Auto => known.first().is_some_and(|least| *least >= 0.0) && skewness(&known) > 1.0,
        };
        if scale == Scaling::None {
            return Self::Number { median: middle, log, mean: 0.0, deviation: 1.0 };
        }
        let taken: Vec<f64> = known.iter().map(|&value| if log { log1p(value) } else { value }).collect();
        let (mean, deviation) = moments(&taken);
        // A standard deviation that is rounding only must not be blown up.
        let constant = deviation <= 1e-12 * mean.abs() || deviation <= 0.0;
        Self::Number { median: middle, log, mean, deviation: if constant { 1.0 } else { deviation } }
    }

    /// What a column must be, in words; `None` where this one will do.
    pub(super) fn wants(&self, column: DataType) -> Option<&'static str> {
        match self {
            Self::Number { .. } if !column.is_numeric() => Some("numbers"),
            Self::Flag if column != DataType::Bool => Some("true/false"),
            Self::Text { .. } if column != DataType::String => Some("text"),
            _ => None,
        }
    }

    /// Whether it is a number, not a category.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Number { .. })
    }

    /// A number of one scale; the median where it is missing.
    pub(super) fn scaled(&self, value: Option<f64>) -> f64 {
        let Self::Number { median, log, mean, deviation } = self else { return 0.0 };
        let value = value.unwrap_or(*median);
        let value = if *log { log1p(value) } else { value };
        ((value - mean) / deviation).clamp(-FARTHEST, FARTHEST) + 0.0
    }

    /// The number that a scaled one stands for.
    pub(super) fn unscaled(&self, scaled: f64) -> f64 {
        let Self::Number { log, mean, deviation, .. } = self else { return scaled };
        let value = scaled * deviation + mean;
        if *log { value.signum() * value.abs().exp_m1() } else { value }
    }

    /// The code of a category.
    pub(super) fn code(&self, column: &Column, row: usize) -> u32 {
        let missing = column.is_null(row);
        match (self, column) {
            (Self::Flag, _) if missing => 2,
            (Self::Flag, Column::Bool(bits)) => u32::from(bits.value(row)),
            (Self::Text { levels }, Column::String(texts)) => {
                let place = |text: &str| levels.binary_search_by(|level| level.as_str().cmp(text));
                let others = levels.len() as u32;
                texts.get(row).map_or(others + 1, |text| place(text).map_or(others, |at| at as u32))
            }
            _ => 0,
        }
    }

    /// How many codes there are.
    pub(super) fn n_codes(&self) -> usize {
        match self {
            Self::Number { .. } => 0,
            Self::Flag => 3,
            Self::Text { levels } => levels.len() + 2,
        }
    }

    /// The category of a code.
    pub(super) fn category(&self, code: u32) -> Cell {
        match (self, code) {
            (Self::Flag, 0) => Cell::Flag(false),
            (Self::Flag, 1) => Cell::Flag(true),
            (Self::Text { levels }, code) => match levels.get(code as usize) {
                Some(level) => Cell::Text(level.clone()),
                None if code as usize == levels.len() => Cell::Text("…".to_owned()),
                None => Cell::Missing,
            },
            _ => Cell::Missing,
        }
    }
}

/// Checks that columns are those of features, all of one length; gives the length.
pub(super) fn check<'a>(
    names: impl ExactSizeIterator<Item = &'a FeatureName>,
    columns: &[Column],
) -> Result<usize, PersonaError> {
    if names.len() != columns.len() {
        return Err(PersonaError::ColumnCount { found: columns.len(), wanted: names.len() });
    }
    let rows = columns.first().map_or(0, Column::len);
    for (name, column) in names.zip(columns) {
        if column.len() != rows {
            let name = name.name.clone();
            return Err(PersonaError::ColumnLength { name, found: column.len(), wanted: rows });
        }
    }
    Ok(rows)
}

/// The value of a row.
pub(super) fn cell(column: &Column, row: usize) -> Cell {
    match column {
        _ if column.is_null(row) => Cell::Missing,
        Column::Bool(bits) => Cell::Flag(bits.value(row)),
        Column::String(texts) => texts.get(row).map_or(Cell::Missing, |text| Cell::Text(text.to_owned())),
        _ => number(column, row).map_or(Cell::Missing, Cell::Number),
    }
}

/// Whether a row lacks a value.
pub(super) fn lacks(columns: &[Column], row: usize, missing: Missing) -> bool {
    missing == Missing::LeaveOut && columns.iter().any(|column| cell(column, row) == Cell::Missing)
}

/// The number of a row; infinite and overflowing ones are missing.
pub(super) fn number(column: &Column, row: usize) -> Option<f64> {
    column.f64(row).filter(|value| value.abs() < TOO_LARGE).map(|value| value + 0.0)
}

fn log1p(value: f64) -> f64 {
    value.signum() * value.abs().ln_1p()
}

/// Mean and standard deviation (of the population, as scikit-learn's `StandardScaler`) of sorted values.
fn moments(sorted: &[f64]) -> (f64, f64) {
    let n = sorted.len().max(1) as f64;
    let mean = sorted.iter().sum::<f64>() / n;
    (mean, (sorted.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n).sqrt())
}

/// The third standardised moment.
fn skewness(sorted: &[f64]) -> f64 {
    let (mean, deviation) = moments(sorted);
    if deviation <= 1e-12 * mean.abs() || deviation <= 0.0 {
        return 0.0;
    }
    sorted.iter().map(|value| ((value - mean) / deviation).powi(3)).sum::<f64>() / sorted.len() as f64
}
