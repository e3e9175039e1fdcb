//! What can go wrong in a run.

use std::sync::Arc;

use crate::identity::IdentityError;
use crate::marketing::MarketingError;
use crate::marketing::rfm::RfmError;
use crate::predict::PredictError;
use crate::source::SourceError;
use crate::timeline::SpillError;

/// A run that could not be made. Bad rows are no such error: they are counted in the report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A source cannot be read, or lacks a column.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Identifiers cannot be joined.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// A predicted tag cannot be learnt, or is refused.
    #[error("tag `{tag}`: {source}")]
    Predict {
        /// The tag.
        tag: String,
        /// Why.
        source: Box<PredictError>,
    },
    /// The scores of an RFM tag cannot be learnt.
    #[error("tag `{tag}`: {source}")]
    Rfm {
        /// The tag.
        tag: String,
        /// Why.
        source: Box<RfmError>,
    },
    /// The model of a tag cannot be learnt.
    #[error("tag `{tag}`: {source}")]
    Marketing {
        /// The tag.
        tag: String,
        /// Why.
        source: Box<MarketingError>,
    },
    /// An `as_of` that is no date or time.
    #[error("as_of: {0}")]
    AsOf(#[from] crate::time::ParseTimeError),
    /// The observer stopped the run.
    #[error("the run was stopped")]
    Stopped,
    /// The disk did not take rows that do not fit into memory.
    #[error(transparent)]
    Spill(#[from] SpillError),
    /// The threads cannot be started.
    #[error("cannot start {threads} threads: {source}")]
    Threads {
        /// How many were wanted.
        threads: usize,
        /// Why not.
        source: Arc<rayon::ThreadPoolBuildError>,
    },
}

impl EngineError {
    pub(super) fn marketing(tag: &str, source: impl Into<MarketingError>) -> Self {
        Self::Marketing { tag: tag.to_owned(), source: Box::new(source.into()) }
    }

    /// The stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Source(error) => error.code(),
            Self::Identity(error) => error.code(),
            Self::Predict { source, .. } => source.code(),
            Self::Rfm { source, .. } => source.code(),
            Self::Marketing { source, .. } => source.code(),
            Self::AsOf(_) => "run.as_of",
            Self::Stopped => "run.stopped",
            Self::Spill(_) => "run.spill",
            Self::Threads { .. } => "run.threads",
        }
    }
}
