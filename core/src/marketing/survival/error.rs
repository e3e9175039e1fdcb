//! What can be wrong with spells.

/// A survival curve that cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SurvivalError {
    /// Nobody to learn from.
    #[error("no spells to learn from")]
    Empty,
    /// Nothing to compare.
    #[error("{found} groups, wanted two or more")]
    Groups {
        /// How many there are.
        found: usize,
    },
    /// A spell that cannot be.
    #[error("row {row}: `{name}` is {found}, wanted {wanted}")]
    Spell {
        /// The row, from 0.
        row: usize,
        /// `time`, `entry` or `weight`.
        name: &'static str,
        /// The value.
        found: f64,
        /// What it should be.
        wanted: &'static str,
    },
}

impl SurvivalError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "survival.empty",
            Self::Groups { .. } => "survival.groups",
            Self::Spell { .. } => "survival.spell",
        }
    }
}
