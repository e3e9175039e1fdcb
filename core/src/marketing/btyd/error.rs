//! What can be wrong with a history, a parameter or a fit.

use std::fmt;

use crate::marketing::btyd::Kind;
use crate::source::SourceError;

/// A buy-till-you-die model that cannot be made, fitted or applied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BtydError {
    /// A parameter that is not above 0.
    #[error("parameter `{name}` is {found}, wanted a finite number above 0")]
    Parameter {
        /// Its name.
        name: &'static str,
        /// The value.
        found: f64,
    },
    /// Another number of parameters than the model has.
    #[error("{kind} has {wanted} parameters, found {found}")]
    ParameterCount {
        /// The model.
        kind: Kind,
        /// How many were given.
        found: usize,
        /// How many there are.
        wanted: usize,
    },
    /// Columns of different lengths.
    #[error("column `{name}` has {found} rows, wanted {wanted} as the first one")]
    Length {
        /// The column.
        name: &'static str,
        /// Its rows.
        found: usize,
        /// The rows of the first column.
        wanted: usize,
    },
    /// A customer whose numbers cannot be.
    #[error("row {row}: {name} is {found}, wanted {wanted}")]
    History {
        /// The row, from 0.
        row: usize,
        /// The column.
        name: &'static str,
        /// The value.
        found: f64,
        /// What it should be.
        wanted: &'static str,
    },
    /// Nobody to learn from.
    #[error("no customers to learn from")]
    Empty,
    /// Nobody came back: any rate of buying and of leaving explains that.
    #[error("none of {customers} customers bought again, wanted one or more to learn from")]
    NoRepeat {
        /// How many customers.
        customers: usize,
    },
    /// Contracts that all run or that all ended at once say nothing about how chances differ.
    #[error("of {customers} contracts {ended} ended, wanted some that ended and some that were renewed")]
    NoChurn {
        /// How many contracts.
        customers: usize,
        /// How many of them ended.
        ended: usize,
    },
    /// The mean of the spend does not exist.
    #[error("the population mean of the spend is infinite where q is {q}, wanted q above 1")]
    InfiniteMean {
        /// The parameter q.
        q: f64,
    },
    /// An argument out of range.
    #[error("`{name}` is {found}, wanted {wanted}")]
    Argument {
        /// The argument.
        name: &'static str,
        /// What was given.
        found: String,
        /// What it should be.
        wanted: &'static str,
    },
    /// A model for whole opportunities was asked about a stretch of time.
    #[error("{kind} counts whole opportunities, not time")]
    NoClock {
        /// The model.
        kind: Kind,
    },
    /// Transactions that cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
}

impl BtydError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Parameter { .. } => "btyd.parameter",
            Self::ParameterCount { .. } => "btyd.parameter_count",
            Self::Length { .. } => "btyd.length",
            Self::History { .. } => "btyd.history",
            Self::Empty => "btyd.empty",
            Self::NoRepeat { .. } => "btyd.no_repeat",
            Self::NoChurn { .. } => "btyd.no_churn",
            Self::InfiniteMean { .. } => "btyd.infinite_mean",
            Self::Argument { .. } => "btyd.argument",
            Self::NoClock { .. } => "btyd.no_clock",
            Self::Source(error) => error.code(),
        }
    }

    pub(super) fn argument(name: &'static str, found: impl Into<Found>, wanted: &'static str) -> Self {
        Self::Argument { name, found: found.into().0, wanted }
    }
}

/// Checks a stretch of time that is looked ahead.
pub(super) fn check_horizon(name: &'static str, found: f64) -> Result<(), BtydError> {
    if found.is_finite() && found >= 0.0 {
        Ok(())
    } else {
        Err(BtydError::argument(name, found, "a finite number from 0 on"))
    }
}

/// What was given, as text.
pub(super) struct Found(String);

impl<T: fmt::Display> From<T> for Found {
    fn from(found: T) -> Self {
        Self(found.to_string())
    }
}
