//! Learnt score cards as they are written down.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::catalog::model::LabelDef;

/// A score card with points by bins, learnt from earlier cutoffs.
///
/// Fields: `score` (also the tag itself), `probability`, `reasons`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ScorecardDef {
    /// The event.
    pub label: LabelDef,
    /// The tags that it is scored by; their own layer must be `fact`.
    pub features: Vec<String>,
    /// How many cutoffs to learn from, besides one to measure on; 1 to 24, default 2.
    #[serde(default = "two")]
    pub cutoffs: u32,
    /// Who is learnt from and scored, as a condition over fact tags at the cutoff; default everybody with an event of
    /// the label's source before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// A characteristic has at most so many bins, 2 to 20; default 5.
    #[serde(default = "five")]
    pub max_bins: u32,
    /// Own cut points of numeric tags, by tag: `{age: [18, 25, 40]}`, 1 to 99 numbers that ascend; a number at a cut point
    /// is in the bin above it. Such bins are taken as they are. Default: bins are learnt.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub cuts: IndexMap<String, Vec<f64>>,
    /// Characteristics with a smaller information value are left out; default 0.02.
    #[serde(default = "least")]
    pub min_iv: f64,
    /// So many points more double the odds; default 20.
    #[serde(default = "twenty")]
    pub pdo: f64,
    /// The score at which the odds are `base_odds`; default 600.
    #[serde(default = "six_hundred")]
    pub base_score: f64,
    /// The odds of the better outcome at `base_score`; default 50.
    #[serde(default = "fifty")]
    pub base_odds: f64,
    /// What a high score stands for; default for the event being unlikely.
    #[serde(default)]
    pub better: Better,
}

fn two() -> u32 {
    2
}

fn five() -> u32 {
    5
}

fn least() -> f64 {
    0.02
}

fn twenty() -> f64 {
    20.0
}

fn six_hundred() -> f64 {
    600.0
}

fn fifty() -> f64 {
    50.0
}

/// What a high score stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Better {
    /// The event is unlikely, as in credit, where it is a loss.
    #[default]
    NonEvent,
    /// The event is likely, where it is a purchase.
    Event,
}

/// Which way the rate of events may run over the bins of a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Monotone {
    /// Up or down, whichever has the larger information value.
    #[default]
    Auto,
    /// Up: the larger the number, the likelier the event.
    Increasing,
    /// Down.
    Decreasing,
    /// Any way.
    None,
}
