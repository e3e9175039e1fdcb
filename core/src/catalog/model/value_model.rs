//! Value tiers, loyalty, needs and category gaps as they are written down.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::time::Window;

/// ABC classes and deciles of a number, by cut points learnt from the population.
///
/// Fields: `class` (also the tag itself), `decile` (1 is the best).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ValueTierDef {
    /// The numeric tag with the value.
    pub by: String,
    /// Classes from the best to the last, each with the share of the value up to which it goes; default
    /// `{A: 0.8, B: 0.95, C: 1}`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub classes: IndexMap<String, f64>,
    /// How many groups of equally many profiles, 2 to 100; default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<u8>,
}

/// Loyalty by behaviour and attitude: `true`, `latent`, `spurious`, `none`; null where too little is known.
///
/// Fields: `type` (also the tag itself), `behaviour`, `attitude`, `behaviour_evidence`, `attitude_evidence`, `unknown`,
/// `possible`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LoyaltyDef {
    /// What somebody does: numeric tags such as a repeat rate.
    pub behaviour: Vec<ComponentDef>,
    /// What somebody says: numeric tags such as the last NPS.
    pub attitude: Vec<ComponentDef>,
    /// From where each side is high, 0 to 1; default one half.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<SidesDef>,
    /// The smallest part of the weights that has to be known, above 0 up to 1; default a fifth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_evidence: Option<f64>,
}

/// A number that speaks for loyalty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ComponentDef {
    /// The numeric tag.
    pub of: String,
    /// The value that scores 0; default 0.
    #[serde(default)]
    pub from: f64,
    /// The value that scores 1; below `from` where less is better.
    pub to: f64,
    /// How much it counts beside the others; default 1.
    #[serde(default = "one")]
    pub weight: f64,
    /// The numeric tag that says how many days old it is; with `half_life`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<String>,
    /// After how long its weight is halved, an exact length of time such as 180d; with `age`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_life: Option<Window>,
}

fn one() -> f64 {
    1.0
}

/// A number for each side of loyalty.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SidesDef {
    /// Of behaviour.
    pub behaviour: f64,
    /// Of attitude.
    pub attitude: f64,
}

/// Kano: what features are to each profile by its own answers, to its group and to everybody, and how to serve it.
///
/// Fields for each feature: its name (the profile's own category), `…_group`, `…_policy`, `…_basis`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct KanoDef {
    /// The source with the answers, events or records; of several rows, the last with both answers counts.
    pub survey: String,
    /// Which rows count.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// The features, each with the columns of its two questions.
    pub features: IndexMap<String, KanoQuestionDef>,
    /// The text tag with groups that are looked at apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Which pair of answers has which category.
    #[serde(default)]
    pub table: KanoTable,
    /// How the categories of people become that of a feature.
    #[serde(default)]
    pub category: KanoRule,
    /// Own wordings: text to `like`, `must_be`, `neutral`, `live_with` or `dislike`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub wording: IndexMap<String, String>,
    /// A group of fewer people is served as everybody is; default 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_people: Option<u64>,
}

/// The two questions about a feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KanoQuestionDef {
    /// The column with the answer if the feature is there.
    pub functional: String,
    /// The column with the answer if it is missing.
    pub dysfunctional: String,
}

/// Which pair of answers has which category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KanoTable {
    /// Only like/like and dislike/dislike contradict each other.
    #[default]
    Classic,
    /// Must-be/must-be and live-with/live-with do, too.
    Modified,
}

/// How the categories of people become that of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KanoRule {
    /// The most frequent.
    #[default]
    Mode,
    /// The most frequent of O, A and M where those outnumber I, R and Q, else the most frequent of these.
    Grouped,
}

/// Categories in which a profile spends less than its peers, the largest gap first.
///
/// Fields: `category_1` (also the tag itself), `gap_1`, `expected_share_1`, `own_share_1`, `category_2`, …, and
/// `missing`, the categories that peers buy and this profile does not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CategoryGapDef {
    /// The events source with the orders.
    pub events: String,
    /// The text column with the category.
    pub category: String,
    /// The column with the money; without it, rows are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// How far back; default all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Which rows count.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// The text tag with the groups of peers, such as a segment; default everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peers: Option<String>,
    /// How many gaps, 1 to 20; default 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<u32>,
    /// The smallest share of peers who buy a category, 0 to 1; default a tenth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_penetration: Option<f64>,
    /// A group of fewer peers is everybody; default 30.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_peers: Option<u64>,
}
