//! The engine: from a catalogue and tables to tag columns.
//!
//! [`Plan`] is a checked catalogue. Preparing reads the tables, joins identifiers and groups rows by profile; fitting
//! learns what has to be learnt from the population; applying computes every tag of every profile from that profile's
//! rows and what was learnt. Explaining asks the same evaluators again for one profile.

mod apply;
mod collect;
mod combine;
mod default;
mod error;
mod explain;
mod facts;
mod fit;
mod fitted;
mod ingest;
mod kind;
mod learn;
mod marketing;
mod memory;
mod model;
mod plan;
mod run;
mod table;
mod unseen;

pub use error::EngineError;
pub use explain::{Band, Because, Contribution, EvidenceRow, Explanation, Measured, RowsBecause};
pub use fit::Artifact;
pub use fitted::Fitted;
pub use ingest::{IngestReport, SourceSummary};
pub use marketing::{
    ChurnBecause, ChurnBy, EvidenceBecause, FittedChurn, LifecycleBecause, LifetimeBecause, ModelBecause,
    ModelVerdict, PersonaBecause, PersonaContribution, ScorecardBecause, ScorecardPart, WhatIf,
};
pub use memory::{MemorySize, ParseMemorySizeError};
pub use model::{
    CategoryGapBecause, KanoBecause, KanoFeature, LoyaltyBecause, MembershipBecause, MembershipChange,
    RetentionBecause, ValueTierBecause,
};
pub use plan::{Plan, TagColumn};
pub use run::{Observer, Progress, RunOptions, Stage};

pub(crate) use apply::apply;
pub(crate) use default::default_value;
pub(crate) use explain::explain;
pub(crate) use facts::Facts;
pub(crate) use fit::{fit, tags_to_learn};
pub(crate) use ingest::{Prepared, prepare};
pub(crate) use model::Told;
pub(crate) use plan::plan;
pub(crate) use run::{Run, with_threads};
pub(crate) use table::{OneProfile, TagTable};
pub(crate) use unseen::{shown_block, unseen};
