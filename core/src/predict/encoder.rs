//! From typed feature columns to numbers, learnt on the train slice only.

use arrow_array::Array;
use serde::{Deserialize, Serialize};

use crate::predict::{FeatureSpec, Params};
use crate::stats::median;
use crate::value::{Column, DataType, StringColumn};

/// Numbers row by row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) width: usize,
    /// `[rows × width]`, one row after the other; all finite.
    pub(crate) values: Vec<f64>,
}

impl Matrix {
    pub(crate) fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.width..(row + 1) * self.width]
    }

    pub(crate) fn column(&self, column: usize) -> impl Iterator<Item = f64> + '_ {
        (0..self.rows).map(move |row| self.values[row * self.width + column])
    }
}

/// What was learnt of the features on the train slice; turns columns into matrices.
///
/// A number or truth value becomes one column, missing cells filled with the train median, and, where the train
/// slice had missing cells, an indicator column. A text becomes one column for each frequent category, one for all
/// others and one for null, each only where the train slice had them; a category that was never seen counts as
/// "other". Columns that are constant on the train slice are left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Encoder {
    pub(crate) features: Vec<Encoding>,
}

/// How one feature is encoded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Encoding {
    Number {
        median: f64,
        varies: bool,
        indicator: bool,
        scaled: bool,
    },
    /// `levels` are in byte order.
    Category {
        levels: Vec<String>,
        other: bool,
        indicator: bool,
    },
}

impl Encoding {
    pub(crate) fn width(&self) -> usize {
        match self {
            Self::Number { varies, indicator, .. } => usize::from(*varies) + usize::from(*indicator),
            Self::Category { levels, other, indicator } => {
                levels.len() + usize::from(*other) + usize::from(*indicator)
            }
        }
    }
}

/// Numbers from here on overflow when squared, and are read as missing, like infinities.
const TOO_LARGE: f64 = 1e150;

impl Encoder {
    /// Learns from the train columns, which have been checked against `features`.
    pub(crate) fn fit(params: &Params, features: &[FeatureSpec], columns: &[Column]) -> Self {
        let fit_one = |(spec, column): (&FeatureSpec, &Column)| match column {
            Column::String(strings) => fit_category(params, strings),
            _ => fit_number(column, spec.data_type != DataType::Bool),
        };
        Self { features: features.iter().zip(columns).map(fit_one).collect() }
    }

    /// How many columns the matrices have.
    pub(crate) fn width(&self) -> usize {
        self.features.iter().map(Encoding::width).sum()
    }

    /// For each column of the matrices, the feature that it comes from.
    pub(crate) fn origins(&self) -> Vec<usize> {
        let widths = self.features.iter().map(Encoding::width).enumerate();
        widths.flat_map(|(feature, width)| std::iter::repeat_n(feature, width)).collect()
    }

    /// For each column of the matrices, whether a linear model should scale it to unit variance.
    pub(crate) fn scaled(&self) -> Vec<bool> {
        let mut scaled = Vec::with_capacity(self.width());
        for encoding in &self.features {
            let start = scaled.len();
            scaled.resize(start + encoding.width(), false);
            if matches!(encoding, Encoding::Number { varies: true, scaled: true, .. }) {
                scaled[start] = true;
            }
        }
        scaled
    }

    /// Turns columns, which have been checked, into a matrix.
    pub(crate) fn encode(&self, columns: &[Column]) -> Matrix {
        let rows = columns.first().map_or(0, Column::len);
        let width = self.width();
        let mut values = vec![0.0; rows * width];
        let mut at = 0;
        for (encoding, column) in self.features.iter().zip(columns) {
            // Row by row at a stride: each feature writes only its own cells.
            let cells = values.get_mut(at..).unwrap_or_default();
            match (encoding, column) {
                (Encoding::Category { levels, other, indicator }, Column::String(strings)) => {
                    encode_category(levels, *other, *indicator, strings, cells, width);
                }
                (Encoding::Number { median, varies, indicator, .. }, column) => {
                    for row in 0..rows {
                        let number = number(column, row);
                        if *varies {
                            cells[row * width] = number.unwrap_or(*median);
                        }
                        if *indicator {
                            cells[row * width + usize::from(*varies)] = f64::from(number.is_none());
                        }
                    }
                }
                (Encoding::Category { .. }, _) => {}
            }
            at += encoding.width();
        }
        Matrix { rows, width, values }
    }
}

/// The number in a cell: truth values are 0 and 1; null, infinite and overflowing numbers are missing.
pub(crate) fn number(column: &Column, row: usize) -> Option<f64> {
    match column {
        Column::Bool(_) if column.is_null(row) => None,
        Column::Bool(bits) => Some(f64::from(bits.value(row))),
        _ => column.f64(row).filter(|number| number.abs() < TOO_LARGE),
    }
}

fn fit_number(column: &Column, scaled: bool) -> Encoding {
    let known: Vec<f64> = (0..column.len()).filter_map(|row| number(column, row)).collect();
    let varies = known.iter().any(|number| *number != known[0]);
    // Where every known number is the same, only whether it is known can tell anything.
    let indicator = known.len() < column.len() && !known.is_empty();
    Encoding::Number { median: median(&known).unwrap_or(0.0), varies, indicator, scaled }
}

fn fit_category(params: &Params, strings: &StringColumn) -> Encoding {
    let mut counts = vec![0usize; strings.values().len()];
    for code in strings.codes().iter().flatten() {
        counts[code as usize] += 1;
    }
    let nulls = strings.codes().len() - counts.iter().sum::<usize>();
    let mut seen: Vec<(usize, &str)> = counts
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
        .map(|(code, count)| (*count, strings.values().value(code)))
        .collect();
    seen.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let kept = seen.iter().take(params.max_levels).take_while(|(count, _)| *count >= params.min_frequency);
    let mut levels: Vec<String> = kept.map(|(_, text)| (*text).to_owned()).collect();
    let other = seen.len() > levels.len();
    levels.sort_unstable();
    let groups = levels.len() + usize::from(other) + usize::from(nulls > 0);
    if groups < 2 {
        return Encoding::Category { levels: Vec::new(), other: false, indicator: false };
    }
    Encoding::Category { levels, other, indicator: nulls > 0 }
}

fn encode_category(
    levels: &[String],
    other: bool,
    indicator: bool,
    strings: &StringColumn,
    cells: &mut [f64],
    width: usize,
) {
    // Where the train slice had no other categories, one that was never seen is in no column at all.
    let rest = other.then_some(levels.len());
    let null = indicator.then_some(levels.len() + usize::from(other));
    let place = |text: &str| levels.binary_search_by(|level| level.as_str().cmp(text)).ok().or(rest);
    let values = strings.values();
    // One look-up a distinct text, unless few rows share a large dictionary.
    let by_code: Option<Vec<Option<usize>>> = (values.len() <= strings.codes().len())
        .then(|| (0..values.len()).map(|code| place(values.value(code))).collect());
    for (row, code) in strings.codes().iter().enumerate() {
        let place = match (code, &by_code) {
            (None, _) => null,
            (Some(code), Some(places)) => places[code as usize],
            (Some(code), None) => place(values.value(code as usize)),
        };
        if let Some(place) = place {
            cells[row * width + place] = 1.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{ColumnBuilder, Value};

    fn column(data_type: DataType, cells: &[Value]) -> Column {
        let mut builder = ColumnBuilder::new(data_type, cells.len());
        for cell in cells {
            builder.push(cell);
        }
        builder.finish()
    }

    fn texts(cells: &[Option<&str>]) -> Column {
        column(
            DataType::String,
            &cells.iter().map(|c| c.map_or(Value::Null, Value::from)).collect::<Vec<_>>(),
        )
    }

    fn fit(data_type: DataType, min_frequency: usize, train: &Column) -> Encoder {
        let params = Params { min_frequency, ..Params::default() };
        let spec = FeatureSpec { name: "f".into(), data_type };
        Encoder::fit(&params, &[spec], std::slice::from_ref(train))
    }

    #[test]
    fn numbers_are_filled_with_the_median_and_marked() {
        let train = column(DataType::Int, &[1.into(), 9.into(), Value::Null, 2.into()]);
        let encoder = fit(DataType::Int, 1, &train);
        assert_eq!(encoder.encode(&[train]).values, [1.0, 0.0, 9.0, 0.0, 2.0, 1.0, 2.0, 0.0]);
        // Infinite and overflowing numbers are missing.
        let wild = column(DataType::Float, &[f64::INFINITY.into(), (-1e200).into(), 7.5.into()]);
        assert_eq!(encoder.encode(&[wild]).values, [2.0, 1.0, 2.0, 1.0, 7.5, 0.0]);
    }

    #[test]
    fn constant_and_empty_features_take_no_column() {
        for train in [
            column(DataType::Int, &[3.into(), 3.into()]),
            Column::nulls(DataType::Int, 2),
            column(DataType::Bool, &[true.into(), true.into()]),
            texts(&[Some("a"), Some("a")]),
            texts(&[None, None]),
        ] {
            let encoder = fit(train.data_type(), 1, &train);
            assert_eq!(encoder.width(), 0, "{train:?}");
            assert_eq!(encoder.encode(&[train]).values.len(), 0);
        }
        // The only thing that varies is whether the number is known.
        let train = column(DataType::Float, &[3.0.into(), Value::Null]);
        assert_eq!(fit(DataType::Float, 1, &train).encode(&[train]).values, [0.0, 1.0]);
    }

    #[test]
    fn categories_get_a_column_each_the_rare_ones_share_one() {
        let train = texts(&[
            Some("b"),
            Some("a"),
            Some("b"),
            Some("a"),
            Some("rare"),
            None,
            Some("b"),
            Some("rarer"),
        ]);
        let encoder = fit(DataType::String, 2, &train);
        assert_eq!(
            encoder.features,
            [Encoding::Category { levels: vec!["a".into(), "b".into()], other: true, indicator: true }]
        );
        let rows = encoder.encode(&[texts(&[Some("a"), Some("b"), Some("rare"), Some("never seen"), None])]);
        let wanted: [[f64; 4]; 5] = [
            [1.0, 0.0, 0.0, 0.0],
            [0.0, 1.0, 0.0, 0.0],
            [0.0, 0.0, 1.0, 0.0],
            [0.0, 0.0, 1.0, 0.0],
            [0.0, 0.0, 0.0, 1.0],
        ];
        assert_eq!(rows.values, wanted.concat());
    }

    #[test]
    fn without_others_or_nulls_in_train_there_is_no_column_for_them() {
        let encoder = fit(DataType::String, 1, &texts(&[Some("b"), Some("a")]));
        let rows = encoder.encode(&[texts(&[Some("never seen"), None, Some("b")])]);
        assert_eq!(rows.values, [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    }
}
