//! What can be wrong with a rule about churn.

/// A rule about churn or about stages of a customer's life that cannot be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ChurnError {
    /// An argument out of range.
    #[error("`{name}` is {found}, wanted {wanted}")]
    Argument {
        /// The argument.
        name: &'static str,
        /// What was given.
        found: f64,
        /// What it should be.
        wanted: &'static str,
    },
}

impl ChurnError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Argument { .. } => "churn.argument",
        }
    }
}
