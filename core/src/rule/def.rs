//! Rules, tables, score cards and sets of rules as they are written down.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::time::Date;

/// Which of the rows that match a decision table takes (DMN 1.5, section 8.2.11).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum HitPolicy {
    /// At most one row matches; where several do, there is no result.
    #[default]
    Unique,
    /// Rows that match together have equal outputs; where they differ, there is no result.
    Any,
    /// Of the rows that match, the one whose outputs stand first in the lists of `values`.
    Priority,
    /// The first row that matches.
    First,
    /// All outputs of the rows that match, in the order of the table.
    Collect,
    /// The sum of the outputs.
    CollectSum,
    /// The least of the outputs.
    CollectMin,
    /// The greatest of the outputs.
    CollectMax,
    /// How many rows match.
    CollectCount,
    /// All outputs, in the order of the table.
    RuleOrder,
    /// All outputs, in the order of the lists of `values`.
    OutputOrder,
}

impl HitPolicy {
    /// All policies.
    pub const ALL: [Self; 11] = [
        Self::Unique,
        Self::Any,
        Self::Priority,
        Self::First,
        Self::Collect,
        Self::CollectSum,
        Self::CollectMin,
        Self::CollectMax,
        Self::CollectCount,
        Self::RuleOrder,
        Self::OutputOrder,
    ];

    /// The name in definitions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unique => "unique",
            Self::Any => "any",
            Self::Priority => "priority",
            Self::First => "first",
            Self::Collect => "collect",
            Self::CollectSum => "collect_sum",
            Self::CollectMin => "collect_min",
            Self::CollectMax => "collect_max",
            Self::CollectCount => "collect_count",
            Self::RuleOrder => "rule_order",
            Self::OutputOrder => "output_order",
        }
    }

    /// The policy of a name, as in definitions or as in DMN (`C+`, `RULE ORDER`, `U`, …).
    pub fn named(name: &str) -> Option<Self> {
        let folded = name.trim().to_ascii_lowercase().replace([' ', '-'], "_");
        let short = match folded.as_str() {
            "u" => Self::Unique,
            "a" => Self::Any,
            "p" => Self::Priority,
            "f" => Self::First,
            "c" => Self::Collect,
            "c+" | "sum" => Self::CollectSum,
            "c<" | "min" => Self::CollectMin,
            "c>" | "max" => Self::CollectMax,
            "c#" | "count" => Self::CollectCount,
            "r" => Self::RuleOrder,
            "o" => Self::OutputOrder,
            other => return Self::ALL.into_iter().find(|policy| policy.name() == other),
        };
        Some(short)
    }

    /// Whether it gives a list for each profile.
    pub fn gives_list(self) -> bool {
        matches!(self, Self::Collect | Self::RuleOrder | Self::OutputOrder)
    }

    /// Whether it gives one number from the outputs of all rows that match.
    pub fn aggregates(self) -> bool {
        matches!(self, Self::CollectSum | Self::CollectMin | Self::CollectMax | Self::CollectCount)
    }
}

/// A decision table.
///
/// Each row has a cell for each input, then one for each output. The cells of inputs are tests of the input's value:
///
/// | cell | matches |
/// |---|---|
/// | empty or `-` | everything, also what is unknown |
/// | `18`, `gold`, `"gold"`, `'gold'`, `true`, `2026-01-01` | this value; a set that has it |
/// | `gold, silver` | one of these |
/// | `>= 18`, `< 5`, `<> 3` | by comparison |
/// | `[18..65)`, `(0..1]` | an interval; a square bracket takes its end in, a round one leaves it out |
/// | `not(gold, silver)` | none of these |
/// | `null`, `not null` | what is unknown, what is known |
/// | `LIKE '张%'`, `IN (…)`, `BETWEEN 1 AND 5`, `HAS ANY (…)` | by a condition of the rule language |
///
/// The cells of outputs are constants. All cells of a row must match.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TableDef {
    /// Which of the rows that match is taken.
    #[serde(default)]
    pub hit: HitPolicy,
    /// The inputs: names, or expressions of the rule language.
    pub inputs: Vec<String>,
    /// The names of the outputs.
    pub outputs: Vec<String>,
    /// The rows: a cell for each input, then one for each output.
    pub rows: Vec<Vec<Json>>,
    /// What an output may be, the most important first: for `priority` and `output_order`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub values: IndexMap<String, Vec<Json>>,
    /// All values that a text input can have: then gaps are known to be none, or found.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub domains: IndexMap<String, Vec<String>>,
    /// The outputs where no row matches; without it, null.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub otherwise: Vec<Json>,
}

impl TableDef {
    /// A table without rows.
    pub fn new(hit: HitPolicy, inputs: Vec<String>, outputs: Vec<String>) -> Self {
        Self { hit, inputs, outputs, ..Self::default() }
    }
}

/// A score card: the sum of the points of all conditions that are true, and the band it falls into.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ScoreDef {
    /// Points that everybody has.
    #[serde(default)]
    pub base: f64,
    /// The conditions.
    pub items: Vec<PointsDef>,
    /// Names of bands with the score from which each holds, ascending.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub bands: BandsDef,
}

/// Bands by name, each with the least score that is in it.
pub type BandsDef = IndexMap<String, f64>;

/// One condition of a score card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PointsDef {
    /// The condition.
    pub when: String,
    /// The points where it is true.
    pub points: f64,
    /// By what the points are multiplied.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub weight: f64,
    /// The points where it is unknown, before they are multiplied.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unknown: f64,
    /// Its name in explanations; without one, its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl PointsDef {
    /// A condition with points.
    pub fn new(when: impl Into<String>, points: f64) -> Self {
        Self { when: when.into(), points, weight: 1.0, unknown: 0.0, name: None }
    }

    /// Its name, or its text.
    pub(crate) fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.when)
    }
}

fn one() -> f64 {
    1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_one(n: &f64) -> bool {
    *n == 1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_zero(n: &f64) -> bool {
    *n == 0.0
}

/// A set of rules that are kept and changed together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RuleSetDef {
    /// The name of the set.
    pub name: String,
    /// The version of the set, any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The time zone of days; default UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// The names that the rules read with their types: `{age: int64, city: string}`. Without it, types come from
    /// what the rules are applied to, and examples from their values.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub fields: IndexMap<String, String>,
    /// The rules by id.
    pub rules: IndexMap<String, RuleDef>,
}

/// A rule of a set.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RuleDef {
    /// The condition.
    pub when: String,
    /// Title for people, in any language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Its version, any text; without it, that of the set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Within its group the rule of the highest priority that is true stays; of equal ones the first.
    #[serde(default)]
    pub priority: i64,
    /// Rules of one group exclude each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The first day on which it is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// The first day on which it is no longer in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Profiles with what the condition must give for them; checked when the set is loaded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<ExampleDef>,
}

impl RuleDef {
    /// A rule of a condition alone.
    pub fn new(when: impl Into<String>) -> Self {
        Self { when: when.into(), ..Self::default() }
    }
}

/// A profile with what a rule, a decision table or a score card must give for it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExampleDef {
    /// The values of the profile; names that are not here are null.
    pub given: IndexMap<String, Json>,
    /// What comes out: of a condition true, false, or null for unknown. Of a table the first output, or outputs by
    /// name; a list in its order where the hit policy gives one. Of a score card the score, or `score` and `band`.
    #[serde(default)]
    pub expect: Json,
    /// The instant for `TODAY()` and `NOW()`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
}
