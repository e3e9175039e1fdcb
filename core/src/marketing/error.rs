//! One error over all marketing models.

use crate::marketing::btyd::BtydError;
use crate::marketing::category_gap::CategoryGapError;
use crate::marketing::churn::ChurnError;
use crate::marketing::input::InputError;
use crate::marketing::kano::KanoError;
use crate::marketing::loyalty::LoyaltyError;
use crate::marketing::membership::MembershipError;
use crate::marketing::persona::PersonaError;
use crate::marketing::retention::RetentionError;
use crate::marketing::rfm::RfmError;
use crate::marketing::scorecard::ScorecardError;
use crate::marketing::survival::SurvivalError;
use crate::marketing::value_tier::ValueTierError;
use crate::source::SourceError;

/// A marketing model that cannot be made, fitted or applied.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MarketingError {
    /// A table that cannot be used.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A buy-till-you-die model.
    #[error(transparent)]
    Btyd(#[from] BtydError),
    /// Recency, frequency, monetary.
    #[error(transparent)]
    Rfm(#[from] RfmError),
    /// A rule about churn or stages of life.
    #[error(transparent)]
    Churn(#[from] ChurnError),
    /// A survival curve.
    #[error(transparent)]
    Survival(#[from] SurvivalError),
    /// Retention.
    #[error(transparent)]
    Retention(#[from] RetentionError),
    /// Personas.
    #[error(transparent)]
    Persona(#[from] PersonaError),
    /// A score card.
    #[error(transparent)]
    Scorecard(#[from] ScorecardError),
    /// A Kano survey.
    #[error(transparent)]
    Kano(#[from] KanoError),
    /// A membership.
    #[error(transparent)]
    Membership(#[from] MembershipError),
    /// Value tiers.
    #[error(transparent)]
    ValueTier(#[from] ValueTierError),
    /// Loyalty.
    #[error(transparent)]
    Loyalty(#[from] LoyaltyError),
    /// Gaps of categories.
    #[error(transparent)]
    CategoryGap(#[from] CategoryGapError),
}

impl MarketingError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Input(error) => error.code(),
            Self::Btyd(error) => error.code(),
            Self::Churn(error) => error.code(),
            Self::Survival(error) => error.code(),
            Self::Retention(error) => error.code(),
            Self::Kano(error) => error.code(),
            Self::Membership(error) => error.code(),
            Self::ValueTier(error) => error.code(),
            Self::Loyalty(error) => error.code(),
            Self::CategoryGap(error) => error.code(),
            Self::Persona(error) => error.code(),
            Self::Scorecard(error) => error.code(),
            Self::Rfm(error) => error.code(),
        }
    }

    /// The table that could not be read, where that is the error.
    pub fn source_error(&self) -> Option<&SourceError> {
        match self {
            Self::Input(InputError::Source(error))
            | Self::Btyd(BtydError::Source(error))
            | Self::Kano(KanoError::Input(InputError::Source(error)))
            | Self::Persona(PersonaError::Input(InputError::Source(error)))
            | Self::Scorecard(ScorecardError::Input(InputError::Source(error))) => Some(error),
            _ => None,
        }
    }
}
