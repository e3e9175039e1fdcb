//! One error over all modules, with a stable code.

use crate::audience::AudienceError;
use crate::catalog::CatalogError;
use crate::engine::EngineError;
use crate::marketing::MarketingError;
use crate::profile::{ExportError, ProfileError};
use crate::rule::RuleError;
use crate::source::SourceError;
use crate::store::StoreError;

/// Any error of the crate. [`code`](Self::code) stays the same when the wording changes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A catalogue that cannot be used.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// Tables that cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A run that could not be made.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A marketing model that cannot be made, fitted or applied.
    #[error(transparent)]
    Marketing(#[from] MarketingError),
    /// A question about profiles that has no answer.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A rule, table, score card or set of rules that cannot be used.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// An audience that cannot be made.
    #[error(transparent)]
    Audience(#[from] AudienceError),
    /// A table that cannot be written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// A file of our own that cannot be written or read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Error {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Catalog(error) => error.code(),
            Self::Source(error) => error.code(),
            Self::Engine(error) => error.code(),
            Self::Marketing(error) => error.code(),
            Self::Profile(error) => error.code(),
            Self::Rule(error) => error.code(),
            Self::Audience(error) => error.code(),
            Self::Export(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}
