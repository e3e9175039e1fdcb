//! What tells a group from everybody else, and how much.

use serde::{Deserialize, Serialize};

use crate::marketing::persona::Cell;

/// Which way a group differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More than the others.
    More,
    /// Less than the others.
    Less,
    /// As the others.
    Same,
}

/// What a feature is in a group and in everybody else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Trait {
    /// The feature's name.
    pub feature: String,
    /// Cohen's d of a number, Cohen's h of a category: 0.2 is small, 0.5 medium, 0.8 large; −10 to 10.
    pub effect: f64,
    /// The category that is meant; for a number, [`Cell::Missing`].
    pub level: Cell,
    /// In the group: the mean of a number, the share of the category. `None` where nobody has a value.
    pub inside: Option<f64>,
    /// In everybody else.
    pub outside: Option<f64>,
    /// In the group: the median of a number. `None` for a category.
    pub median: Option<f64>,
}

impl Trait {
    /// Which way the group differs.
    pub fn direction(&self) -> Direction {
        match self.effect {
            effect if effect > 0.0 => Direction::More,
            effect if effect < 0.0 => Direction::Less,
            _ => Direction::Same,
        }
    }
}

/// How much a feature separates all groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Separation {
    /// The feature's name.
    pub feature: String,
    /// `eta_squared` of a number, `cramers_v` of a category.
    pub measure: Measure,
    /// 0 (not at all) to 1 (completely).
    pub value: f64,
}

/// A measure of separation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Measure {
    /// The share of a number's variance that lies between groups.
    EtaSquared,
    /// Cramér's V of categories and groups.
    CramersV,
}

/// Larger effects are cut off here: where two groups have no variance, the difference is beyond measure.
const LARGEST: f64 = 10.0;

/// Count, mean and sum of squared deviations of numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moments {
    pub(super) n: f64,
    pub(super) mean: f64,
    pub(super) squares: f64,
}

impl Moments {
    /// Of values that come in an order of their own.
    pub(super) fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        if values.is_empty() {
            return Self::default();
        }
        let mean = values.iter().sum::<f64>() / n;
        Self { n, mean, squares: values.iter().map(|v| (v - mean) * (v - mean)).sum() }
    }

    /// Of two groups together (Chan, Golub and `LeVeque` 1979).
    pub(super) fn and(self, other: Self) -> Self {
        let n = self.n + other.n;
        if n <= 0.0 {
            return self;
        }
        let between = other.mean - self.mean;
        Self {
            n,
            mean: self.mean + between * other.n / n,
            squares: self.squares + other.squares + between * between * self.n * other.n / n,
        }
    }
}

/// Cohen's d: the difference of means by the pooled standard deviation.
pub(super) fn cohens_d(a: Moments, b: Moments) -> f64 {
    if a.n <= 0.0 || b.n <= 0.0 {
        return 0.0;
    }
    let difference = a.mean - b.mean;
    let freedom = a.n + b.n - 2.0;
    let pooled = if freedom > 0.0 { ((a.squares + b.squares) / freedom).sqrt() } else { 0.0 };
    // Differences that are rounding only are none.
    if difference.abs() <= 1e-9 * (1.0 + a.mean.abs()) {
        0.0
    } else if pooled * LARGEST <= difference.abs() {
        LARGEST.copysign(difference)
    } else {
        difference / pooled
    }
}

/// Cohen's h: the difference of two shares after the arc sine.
pub(super) fn cohens_h(p: f64, q: f64) -> f64 {
    2.0 * p.sqrt().asin() - 2.0 * q.sqrt().asin()
}

/// The share of the variance between groups.
pub(super) fn eta_squared(groups: &[Moments]) -> f64 {
    let all = groups.iter().copied().fold(Moments::default(), Moments::and);
    let within: f64 = groups.iter().map(|group| group.squares).sum();
    if all.squares > 1e-18 * all.n { (1.0 - within / all.squares).clamp(0.0, 1.0) } else { 0.0 }
}

/// Cramér's V of a table of counts, by group and category: `√(χ² / (n · (min(rows, columns) − 1)))`, empty rows and
/// columns left out.
pub(super) fn cramers_v(table: &[Vec<u64>]) -> f64 {
    let width = table.iter().map(Vec::len).max().unwrap_or(0);
    let of_row: Vec<f64> = table.iter().map(|row| row.iter().sum::<u64>() as f64).collect();
    let of_column: Vec<f64> =
        (0..width).map(|at| table.iter().filter_map(|row| row.get(at)).sum::<u64>() as f64).collect();
    let n: f64 = of_row.iter().sum();
    let count = |sums: &[f64]| sums.iter().filter(|&&sum| sum > 0.0).count();
    let smaller = count(&of_row).min(count(&of_column));
    if smaller < 2 {
        return 0.0;
    }
    let mut chi_squared = 0.0;
    for (row, row_sum) in table.iter().zip(&of_row).filter(|(_, sum)| **sum > 0.0) {
        for (&found, column_sum) in row.iter().zip(&of_column).filter(|(_, sum)| **sum > 0.0) {
            let expected = row_sum * column_sum / n;
            chi_squared += (found as f64 - expected).powi(2) / expected;
        }
    }
    (chi_squared / (n * (smaller - 1) as f64)).sqrt().min(1.0)
}
