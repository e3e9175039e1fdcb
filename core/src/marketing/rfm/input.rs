//! The columns that a fit looks at.

use crate::marketing::rfm::{Dimension, RfmError};
use crate::value::{Column, DataType};

/// Numbers, each possibly missing.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Numbers<'a> {
    /// A slice.
    Slice(&'a [Option<f64>]),
    /// A column of int64, float64 or decimal.
    Column(&'a Column),
}

impl Numbers<'_> {
    /// How many rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Slice(slice) => slice.len(),
            Self::Column(column) => column.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of a row; `None` where it is missing or there is no such row.
    pub fn get(&self, row: usize) -> Option<f64> {
        match self {
            Self::Slice(slice) => slice.get(row).copied().flatten(),
            Self::Column(column) if row < column.len() => column.f64(row),
            Self::Column(_) => None,
        }
    }
}

impl<'a> From<&'a [Option<f64>]> for Numbers<'a> {
    fn from(slice: &'a [Option<f64>]) -> Self {
        Self::Slice(slice)
    }
}

impl<'a, const N: usize> From<&'a [Option<f64>; N]> for Numbers<'a> {
    fn from(array: &'a [Option<f64>; N]) -> Self {
        Self::Slice(array)
    }
}

impl<'a> From<&'a Vec<Option<f64>>> for Numbers<'a> {
    fn from(vec: &'a Vec<Option<f64>>) -> Self {
        Self::Slice(vec)
    }
}

impl<'a> From<&'a Column> for Numbers<'a> {
    fn from(column: &'a Column) -> Self {
        Self::Column(column)
    }
}

/// Three measures of the same customers, row by row, in any order.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    measures: [Numbers<'a>; 3],
    keys: Option<&'a [u128]>,
}

impl<'a> Input<'a> {
    /// Takes recency in days, number of orders, and money. A customer with no orders has no value in any.
    pub fn new(
        recency_days: impl Into<Numbers<'a>>,
        frequency: impl Into<Numbers<'a>>,
        monetary: impl Into<Numbers<'a>>,
    ) -> Self {
        Self { measures: [recency_days.into(), frequency.into(), monetary.into()], keys: None }
    }

    /// With a stable key for each customer, such as the profile id, which
    /// [`Ties::RankFirst`](crate::marketing::rfm::Ties::RankFirst) puts equal values in order by.
    pub fn with_keys(mut self, keys: &'a [u128]) -> Self {
        self.keys = Some(keys);
        self
    }

    /// How many customers, those with no orders too.
    pub fn len(&self) -> usize {
        self.measures[0].len()
    }

    /// Whether there is no customer.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Recency, frequency and monetary of a row.
    pub(super) fn row(&self, row: usize) -> [Option<f64>; 3] {
        self.measures.map(|numbers| numbers.get(row))
    }

    pub(super) fn keys(&self) -> Option<&'a [u128]> {
        self.keys
    }

    pub(super) fn check(&self) -> Result<(), RfmError> {
        let [recency, frequency, monetary] = self.measures.map(|numbers| numbers.len());
        if recency != frequency || recency != monetary {
            return Err(RfmError::Lengths { recency, frequency, monetary });
        }
        for (dimension, numbers) in Dimension::ALL.into_iter().zip(self.measures) {
            if let Numbers::Column(column) = numbers {
                let found = column.data_type();
                if !matches!(found, DataType::Int | DataType::Float | DataType::Decimal { .. }) {
                    return Err(RfmError::NotNumbers { dimension, found });
                }
            }
        }
        match self.keys {
            Some(keys) if keys.len() != recency => {
                Err(RfmError::KeyCount { found: keys.len(), wanted: recency })
            }
            _ => Ok(()),
        }
    }
}
