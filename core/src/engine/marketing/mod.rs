//! Tags by marketing models of staying and leaving, of likeness and of points: each learnt, applied and explained in one file.

pub(super) mod churn;
pub(super) mod churn_kind;
pub(super) mod lifecycle;
pub(super) mod lifetime;
mod orders;
pub(super) mod persona;
pub(super) mod scorecard;
mod text;

pub use churn::{ChurnBecause, ChurnBy, FittedChurn, ModelVerdict};
pub use churn_kind::EvidenceBecause;
pub use lifecycle::LifecycleBecause;
pub use lifetime::{LifetimeBecause, WhatIf};
pub use orders::ModelBecause;
pub use persona::{PersonaBecause, PersonaContribution};
pub use scorecard::{ScorecardBecause, ScorecardPart};
pub(super) use text::write_evidence;
