//! What can be wrong with a model of retention.

use crate::marketing::btyd::BtydError;
use crate::marketing::survival::SurvivalError;
use crate::time::Window;

/// A model of retention that cannot be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RetentionError {
    /// A length of time that is none, or not one of whole days.
    #[error("`{name}` is `{found}`, wanted {wanted}")]
    Length {
        /// `gap`, `period` or `horizon`.
        name: &'static str,
        /// What was given.
        found: Window,
        /// What it should be.
        wanted: &'static str,
    },
    /// A chance out of range.
    #[error("`act_below` is {found}, wanted a number between 0 and 1")]
    ActBelow {
        /// What was given.
        found: f64,
    },
    /// The curve cannot be learnt.
    #[error(transparent)]
    Curve(#[from] SurvivalError),
    /// The model of renewals cannot be learnt.
    #[error(transparent)]
    Renewals(#[from] BtydError),
}

impl RetentionError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "retention.length",
            Self::ActBelow { .. } => "retention.act_below",
            Self::Curve(error) => error.code(),
            Self::Renewals(error) => error.code(),
        }
    }

    /// The argument that is wrong; `None` where it is the data.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Length { name, .. } => Some(name),
            Self::ActBelow { .. } => Some("act_below"),
            Self::Curve(_) | Self::Renewals(_) => None,
        }
    }
}
