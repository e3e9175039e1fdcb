//! One characteristic of a card: its bins, learnt from values and labels.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::marketing::scorecard::bins::Counts;
use crate::marketing::scorecard::monotone::{Limits, join};
use crate::marketing::scorecard::{Monotone, Params};
use crate::value::Column;

/// A characteristic: what people are scored by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Characteristic {
    /// The column or tag.
    pub name: String,
    /// Which values are in which bin.
    pub values: Values,
    /// The bins of values, then that of missing values.
    pub bins: Vec<Bin>,
    /// The information value of all bins.
    pub iv: f64,
    /// The coefficient of the regression; 1 where its own evidence counts in full.
    pub coefficient: f64,
    /// Its standard error; `None` where there is none.
    pub standard_error: Option<f64>,
    /// The points of a value that is in no bin: a category that was never seen.
    pub neutral: f64,
    /// The points of the people of the fit, on average.
    pub mean_points: f64,
}

/// Which values are in which bin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Values {
    /// Numbers, parted at these; one at a cut point is in the bin above it.
    Cuts(Vec<f64>),
    /// Texts, or `true` and `false`.
    Groups {
        /// The categories of each bin, in byte order.
        groups: Vec<Vec<String>>,
        /// The bin of all other categories, where the fit had such.
        others: Option<usize>,
    },
}

/// A bin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Bin {
    /// Which values: `25 to 45`, `a, b`, `missing`.
    pub label: String,
    /// The people of the fit in it.
    pub counts: Counts,
    /// The weight of evidence: above 0 where events are rarer than elsewhere.
    pub woe: f64,
    /// What it adds to the information value.
    pub information: f64,
    /// The points.
    pub points: f64,
}

/// Of a text the most frequent categories so many are told apart before they are joined.
const MOST_CATEGORIES: usize = 50;

impl Characteristic {
    /// Parts the values of a column into bins; the regression comes later.
    pub(super) fn learn(name: &str, column: &Column, labels: &[bool], all: Counts, params: &Params) -> Self {
        let limits = Limits {
            max_bins: params.max_bins as usize,
            min_rows: (params.min_share * labels.len() as f64).ceil() as u64,
            monotone: params.monotone,
        };
        let (values, mut counts) = match (params.cuts.get(name), column) {
            (Some(cuts), _) => at_cuts(column, labels, cuts),
            (None, Column::String(_) | Column::Bool(_)) => of_texts(column, labels, all, limits),
            (None, _) => of_numbers(column, labels, all, limits, params.prebins as usize),
        };
        let mut missing = Counts::default();
        for (_, &label) in labels.iter().enumerate().filter(|(row, _)| is_missing(column, *row)) {
            missing.add(label);
        }
        counts.push(missing);
        let names = values.labels();
        let bins = counts.iter().zip(names).map(|(&counts, label)| Bin {
            label,
            counts,
            woe: counts.weight_of_evidence(all),
            information: counts.information(all),
            points: 0.0,
        });
        let bins: Vec<Bin> = bins.collect();
        Self {
            name: name.to_owned(),
            values,
            iv: bins.iter().map(|bin| bin.information).sum(),
            bins,
            coefficient: 0.0,
            standard_error: None,
            neutral: 0.0,
            mean_points: 0.0,
        }
    }

    /// The bin of a row; `None` for a category that was never seen.
    pub(super) fn place(&self, column: &Column, row: usize) -> Option<usize> {
        if is_missing(column, row) {
            return self.bins.len().checked_sub(1);
        }
        match &self.values {
            Values::Cuts(cuts) => column.f64(row).map(|value| cuts.partition_point(|cut| *cut <= value)),
            Values::Groups { groups, others } => {
                let text = text(column, row)?;
                let found = groups.iter().position(|g| g.binary_search_by(|c| c.as_str().cmp(text)).is_ok());
                found.or(*others)
            }
        }
    }

    /// What a column must be, in words; `None` where this one will do.
    pub(super) fn wants(&self, column: &Column) -> Option<&'static str> {
        let is_text = matches!(column, Column::String(_) | Column::Bool(_));
        match self.values {
            Values::Cuts(_) if !column.data_type().is_numeric() => Some("numbers"),
            Values::Groups { .. } if !is_text => Some("text or true/false"),
            _ => None,
        }
    }

    /// The points of a bin, or of a category that was never seen.
    pub(super) fn points(&self, place: Option<usize>) -> f64 {
        place.and_then(|place| self.bins.get(place)).map_or(self.neutral, |bin| bin.points)
    }

    /// The evidence of a bin; 0 of a category that was never seen.
    pub(super) fn woe(&self, place: Option<usize>) -> f64 {
        place.and_then(|place| self.bins.get(place)).map_or(0.0, |bin| bin.woe)
    }

    /// The most points that there are.
    pub fn best_points(&self) -> f64 {
        self.bins.iter().map(|bin| bin.points).fold(f64::NEG_INFINITY, f64::max)
    }
}

impl Values {
    /// How many bins there are, that of missing values aside.
    pub(super) fn n_bins(&self) -> usize {
        match self {
            Self::Cuts(cuts) => cuts.len() + 1,
            Self::Groups { groups, .. } => groups.len(),
        }
    }

    /// The labels of the bins and of that of missing values.
    fn labels(&self) -> Vec<String> {
        let mut labels: Vec<String> = match self {
            Self::Cuts(cuts) => match cuts[..] {
                [] => vec!["any".to_owned()],
                [.., last] => {
                    let first = format!("< {}", cuts[0]);
                    let between = cuts.windows(2).map(|pair| format!("{} to {}", pair[0], pair[1]));
                    std::iter::once(first).chain(between).chain([format!(">= {last}")]).collect()
                }
            },
            Self::Groups { groups, others } => {
                let label = |(at, group): (usize, &Vec<String>)| {
                    let others = (*others == Some(at)).then_some("others");
                    let parts: Vec<&str> = group.iter().map(String::as_str).chain(others).collect();
                    parts.join(", ")
                };
                groups.iter().enumerate().map(label).collect()
            }
        };
        labels.push("missing".to_owned());
        labels
    }
}

/// Bins as they were given.
fn at_cuts(column: &Column, labels: &[bool], cuts: &[f64]) -> (Values, Vec<Counts>) {
    // `-0.0` and `0.0` are one number.
    let cuts: Vec<f64> = cuts.iter().map(|cut| cut + 0.0).collect();
    let mut counts = vec![Counts::default(); cuts.len() + 1];
    for (row, &label) in labels.iter().enumerate() {
        if let Some(value) = column.f64(row) {
            counts[cuts.partition_point(|cut| *cut <= value)].add(label);
        }
    }
    (Values::Cuts(cuts), counts)
}

fn of_numbers(
    column: &Column,
    labels: &[bool],
    all: Counts,
    limits: Limits,
    prebins: usize,
) -> (Values, Vec<Counts>) {
    let mut known: Vec<(f64, bool)> = labels
        .iter()
        .enumerate()
        .filter_map(|(row, &label)| Some((number(column, row)? + 0.0, label)))
        .collect();
    known.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut cuts: Vec<f64> =
        (1..prebins).filter_map(|q| Some(known.get(q * known.len() / prebins)?.0)).collect();
    cuts.dedup();
    // Nothing is below the smallest.
    cuts.retain(|cut| known.first().is_some_and(|least| least.0 < *cut));
    let mut counts = vec![Counts::default(); cuts.len() + 1];
    for (value, label) in known {
        counts[cuts.partition_point(|cut| *cut <= value)].add(label);
    }
    let starts = join(&counts, all, limits);
    let joined = joined(&counts, &starts);
    (Values::Cuts(starts[1..].iter().map(|&start| cuts[start - 1]).collect()), joined)
}

fn of_texts(column: &Column, labels: &[bool], all: Counts, limits: Limits) -> (Values, Vec<Counts>) {
    let mut by_text: BTreeMap<&str, Counts> = BTreeMap::new();
    for (row, &label) in labels.iter().enumerate() {
        if let Some(text) = text(column, row) {
            by_text.entry(text).or_default().add(label);
        }
    }
    let mut frequent: Vec<(&str, Counts)> = by_text.iter().map(|(text, counts)| (*text, *counts)).collect();
    frequent.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.rows()));
    frequent.truncate(MOST_CATEGORIES);
    frequent.retain(|(_, counts)| counts.rows() >= limits.min_rows);
    let kept: BTreeSet<&str> = frequent.iter().map(|(text, _)| *text).collect();
    let mut cells: Vec<(Option<&str>, Counts)> = frequent.iter().map(|(t, c)| (Some(*t), *c)).collect();
    let rest = by_text.iter().filter(|(text, _)| !kept.contains(*text));
    let rest = rest.map(|(_, counts)| *counts).fold(Counts::default(), Counts::and);
    if rest.rows() > 0 {
        cells.push((None, rest));
    }
    // By rate, equal ones by name, the others first.
    cells.sort_by(|a, b| {
        let is_below = |a: Counts, b: Counts| a.is_below(b);
        is_below(b.1, a.1).cmp(&is_below(a.1, b.1)).then_with(|| a.0.cmp(&b.0))
    });
    let counts: Vec<Counts> = cells.iter().map(|(_, counts)| *counts).collect();
    let starts = join(&counts, all, Limits { monotone: Monotone::Increasing, ..limits });
    let ends = starts.iter().skip(1).copied().chain([cells.len()]);
    let (mut groups, mut others) = (Vec::new(), None);
    for (at, (&start, end)) in starts.iter().zip(ends).enumerate() {
        let members = cells.get(start..end).unwrap_or_default();
        let mut group: Vec<String> = members.iter().filter_map(|(t, _)| t.map(str::to_owned)).collect();
        group.sort_unstable();
        if members.iter().any(|(text, _)| text.is_none()) {
            others = Some(at);
        }
        groups.push(group);
    }
    (Values::Groups { groups, others }, joined(&counts, &starts))
}

/// The counts of bins that start at these places.
fn joined(counts: &[Counts], starts: &[usize]) -> Vec<Counts> {
    let ends = starts.iter().skip(1).copied().chain([counts.len()]);
    let sum = |(&start, end): (&usize, usize)| {
        counts.get(start..end).unwrap_or_default().iter().copied().fold(Counts::default(), Counts::and)
    };
    starts.iter().zip(ends).map(sum).collect()
}

/// A number; one that is infinite is missing, as no cut point could be written down.
fn number(column: &Column, row: usize) -> Option<f64> {
    column.f64(row).filter(|value| value.is_finite())
}

/// Whether there is no value, or none that can be in a bin.
fn is_missing(column: &Column, row: usize) -> bool {
    column.is_null(row) || column.data_type().is_numeric() && number(column, row).is_none()
}

fn text(column: &Column, row: usize) -> Option<&str> {
    match column {
        _ if column.is_null(row) => None,
        Column::String(texts) => texts.get(row),
        Column::Bool(bits) => Some(if bits.value(row) { "true" } else { "false" }),
        _ => None,
    }
}
