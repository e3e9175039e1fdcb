//! Rows of numbers and categories, and the distance between them.

use std::cmp::Ordering;

use rayon::slice::ParallelSliceMut;
use serde::{Deserialize, Serialize};

use crate::stats::random::SplitMix64;

/// Rows that cannot be grouped.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// The cells do not make up whole rows.
    #[error("found {cells} cells for {rows} rows, wanted as many in each row")]
    Cells {
        /// Rows.
        rows: usize,
        /// Numbers or categories.
        cells: usize,
    },
    /// No rows, or rows of nothing.
    #[error("found no rows with numbers or categories, wanted at least one")]
    Empty,
    /// A number whose square is none.
    #[error("found {found} in row {row}, wanted a number whose size is below 1e150")]
    Number {
        /// The row, from 0.
        row: usize,
        /// The number.
        found: f64,
    },
    /// Too few or too many groups.
    #[error("found {found} groups, wanted 1 to 1000")]
    Groups {
        /// How many were asked for.
        found: usize,
    },
    /// The weight of categories.
    #[error("found gamma {found}, wanted a number from 0 up")]
    Gamma {
        /// The weight.
        found: f64,
    },
}

impl ClusterError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cells { .. } => "cluster.cells",
            Self::Empty => "cluster.empty",
            Self::Number { .. } => "cluster.number",
            Self::Groups { .. } => "cluster.groups",
            Self::Gamma { .. } => "cluster.gamma",
        }
    }
}

/// Numbers from here on overflow when squared.
const TOO_LARGE: f64 = 1e150;

/// Rows of numbers and categories, all of one width. Categories are codes; the same code in the same place is the same
/// category.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    pub(super) rows: usize,
    pub(super) n_numbers: usize,
    pub(super) n_codes: usize,
    /// `[rows × n_numbers]`, one row after the other.
    pub(super) numbers: Vec<f64>,
    /// `[rows × n_codes]`, one row after the other.
    pub(super) codes: Vec<u32>,
}

/// The middle of a group: means of the numbers, most frequent categories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Centre {
    /// The mean of each number.
    pub numbers: Vec<f64>,
    /// The most frequent code of each category; of equally frequent ones the smallest.
    pub codes: Vec<u32>,
}

impl Centre {
    /// The distance of a row: `Σ (x − y)² + γ · (categories that differ)`.
    pub fn distance(&self, numbers: &[f64], codes: &[u32], gamma: f64) -> f64 {
        distance((&self.numbers, &self.codes), (numbers, codes), gamma)
    }

    pub(super) fn compare(&self, other: &Self) -> Ordering {
        compare((&self.numbers, &self.codes), (&other.numbers, &other.codes))
    }
}

/// A row: its numbers and its codes.
type Row<'a> = (&'a [f64], &'a [u32]);

pub(super) fn distance(a: Row<'_>, b: Row<'_>, gamma: f64) -> f64 {
    let mut sum = 0.0;
    for (x, y) in a.0.iter().zip(b.0) {
        sum += (x - y) * (x - y);
    }
    let differ = a.1.iter().zip(b.1).filter(|(x, y)| x != y).count();
    if differ == 0 { sum } else { sum + gamma * differ as f64 }
}

fn compare(a: Row<'_>, b: Row<'_>) -> Ordering {
    for (x, y) in a.0.iter().zip(b.0) {
        let order = x.total_cmp(y);
        if order != Ordering::Equal {
            return order;
        }
    }
    a.1.cmp(b.1)
}

impl Points {
    /// Takes the cells of all rows, one row after the other: as many numbers and as many codes in each.
    ///
    /// # Errors
    /// [`ClusterError::Empty`], [`ClusterError::Cells`], [`ClusterError::Number`].
    pub fn new(rows: usize, mut numbers: Vec<f64>, codes: Vec<u32>) -> Result<Self, ClusterError> {
        if rows == 0 || (numbers.is_empty() && codes.is_empty()) {
            return Err(ClusterError::Empty);
        }
        for cells in [numbers.len(), codes.len()] {
            if cells % rows != 0 {
                return Err(ClusterError::Cells { rows, cells });
            }
        }
        let (n_numbers, n_codes) = (numbers.len() / rows, codes.len() / rows);
        for (at, number) in numbers.iter_mut().enumerate() {
            if number.is_nan() || number.abs() >= TOO_LARGE {
                return Err(ClusterError::Number { row: at / n_numbers, found: *number });
            }
            // -0.0 becomes 0.0: equal numbers are the same row.
            *number += 0.0;
        }
        Ok(Self { rows, n_numbers, n_codes, numbers, codes })
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are no rows; never so.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// All numbers, one row after the other.
    pub fn numbers(&self) -> impl Iterator<Item = f64> + '_ {
        self.numbers.iter().copied()
    }

    /// The distance of a row from a centre.
    ///
    /// # Panics
    /// Where `row` is not below [`len`](Self::len).
    pub fn distance(&self, row: usize, centre: &Centre, gamma: f64) -> f64 {
        let (numbers, codes) = self.row(row);
        centre.distance(numbers, codes, gamma)
    }

    /// Numbers and codes of a row.
    pub(super) fn row(&self, row: usize) -> Row<'_> {
        (
            &self.numbers[row * self.n_numbers..(row + 1) * self.n_numbers],
            &self.codes[row * self.n_codes..(row + 1) * self.n_codes],
        )
    }

    pub(super) fn centre(&self, row: usize) -> Centre {
        let (numbers, codes) = self.row(row);
        Centre { numbers: numbers.to_vec(), codes: codes.to_vec() }
    }

    /// The rows at these places.
    pub(super) fn take(&self, rows: &[u32]) -> Self {
        let mut numbers = Vec::with_capacity(rows.len() * self.n_numbers);
        let mut codes = Vec::with_capacity(rows.len() * self.n_codes);
        for &row in rows {
            let (n, c) = self.row(row as usize);
            numbers.extend_from_slice(n);
            codes.extend_from_slice(c);
        }
        Self { rows: rows.len(), n_numbers: self.n_numbers, n_codes: self.n_codes, numbers, codes }
    }

    /// The places of the rows in the order of their content; equal rows are the same row.
    pub(super) fn canonical(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.rows as u32).collect();
        order.par_sort_unstable_by(|&a, &b| self.compare_rows(a as usize, b as usize));
        order
    }

    pub(super) fn compare_rows(&self, a: usize, b: usize) -> Ordering {
        compare(self.row(a), self.row(b))
    }

    /// How many distinct rows there are among rows in canonical order.
    pub(super) fn n_distinct(&self) -> usize {
        1 + (1..self.rows).filter(|&row| self.row(row) != self.row(row - 1)).count()
    }

    /// Of each number how many codes are possible: one more than the largest.
    pub(super) fn n_levels(&self) -> Vec<usize> {
        let mut levels = vec![0; self.n_codes];
        for row in self.codes.chunks_exact(self.n_codes.max(1)) {
            for (levels, &code) in levels.iter_mut().zip(row) {
                *levels = (*levels).max(code as usize + 1);
            }
        }
        levels
    }

    /// Of rows in canonical order so many, one from each stretch of about equal length; all where there are no more.
    pub(super) fn sample(&self, most: usize, random: &mut SplitMix64) -> Option<Self> {
        if self.rows <= most {
            return None;
        }
        let from = |i: usize| i * self.rows / most;
        let one = |i| (from(i) + random.below(from(i + 1) - from(i))) as u32;
        Some(self.take(&(0..most).map(one).collect::<Vec<_>>()))
    }
}
