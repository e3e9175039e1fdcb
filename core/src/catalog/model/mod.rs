//! The catalogue as it is written down: one serde model for YAML, JSON, TOML, Python dictionaries and Rust code.
//!
//! These types say what may be written; whether it makes sense (names exist, types fit, no cycles) is checked when
//! the catalogue is loaded.

mod choice;
mod churn;
mod column;
mod identifier;
mod lifecycle;
mod lifetime;
mod measure;
mod membership;
mod persona;
mod retention;
mod scorecard;
mod source;
mod tag;
mod tag_kind;
mod value_model;

pub use choice::{Calibrate, Language, LearnerKind, RefusalKind, Ties};
pub use churn::{ChurnBy, ChurnDef, ChurnKindDef, ChurnModelDef, SilenceDef};
pub use column::{ColumnDef, ColumnSpec};
pub use identifier::{IdentifierDef, Normalise, Strength};
pub use lifecycle::LifecycleDef;
pub use lifetime::{LifetimeDef, ModelChoice, SpendChoice};
pub use measure::{
    ArgDef, BucketDef, GapsBetween, GapsDef, HourOfDayDef, MeasureDef, Pick, QuantilesDef, RatioDef,
    SequenceDef, SessionsDef, TopValuesDef, UnitDef,
};
pub use membership::{Fall, LevelDef, LevelMeasure, LevelReturns, LevelThresholds, MembershipDef};
pub use persona::{HowMany, KRange, Missing, PersonaDef, Scaling};
pub use retention::{RetentionDef, RetentionMethod};
pub use scorecard::{Better, Monotone, ScorecardDef};
pub use source::{CsvOptions, Encoding, OneOrMany, ParseOptions, SourceDef, SourceKind};
pub use tag::{Layer, TagDef};
pub use tag_kind::{
    ClassifyDef, Empty, LabelDef, NamedSegments, Returns, RfmDef, ScorerDef, SegmentsDef, TierDef,
};
pub use value_model::{
    CategoryGapDef, ComponentDef, KanoDef, KanoQuestionDef, KanoRule, KanoTable, LoyaltyDef, SidesDef,
    ValueTierDef,
};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A catalogue file: all definitions of one company or one use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CatalogFile {
    /// Version of the catalogue format; this crate reads 1.
    pub tagloom: u32,
    /// Name of the catalogue.
    pub name: String,
    /// Version of the definitions, any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Title for people, in any language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the catalogue is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// IANA time zone of calendar windows, days and wall-clock times without an offset. Default `UTC`.
    #[serde(default = "utc")]
    pub timezone: String,
    /// Currency of amounts (ISO 4217), for display.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Seed of all randomness. Default 0.
    #[serde(default)]
    pub seed: u64,
    /// Kinds of identifiers, strongest first.
    pub identifiers: IndexMap<String, IdentifierDef>,
    /// Input tables, by name.
    pub sources: IndexMap<String, SourceDef>,
    /// Tags, by name.
    #[serde(default)]
    pub tags: IndexMap<String, TagDef>,
}

fn utc() -> String {
    "UTC".to_owned()
}
