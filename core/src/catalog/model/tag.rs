//! Tags as they are written down.

use serde::{Deserialize, Serialize};

use crate::catalog::model::{
    ArgDef, BucketDef, CategoryGapDef, ChurnDef, ChurnKindDef, ClassifyDef, Empty, GapsDef, HourOfDayDef,
    KanoDef, LifecycleDef, LifetimeDef, LoyaltyDef, MeasureDef, MembershipDef, OneOrMany, PersonaDef, Pick,
    QuantilesDef, RatioDef, RetentionDef, RfmDef, ScorecardDef, SequenceDef, SessionsDef, TierDef,
    TopValuesDef, UnitDef, ValueTierDef,
};
use crate::rule::{ExampleDef, ScoreDef, TableDef};
use crate::time::{Date, Window};

/// The layer of a tag, from the bottom up. A tag reads tags of its own layer or lower ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Layer {
    /// Straight from rows.
    #[default]
    Fact,
    /// By machine learning.
    Predicted,
    /// By a marketing model.
    Model,
    /// By a rule over the layers below.
    Business,
}

impl Layer {
    /// All layers, from the bottom up.
    pub const ALL: [Self; 4] = [Self::Fact, Self::Predicted, Self::Model, Self::Business];

    /// The name in catalogues.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Predicted => "predicted",
            Self::Model => "model",
            Self::Business => "business",
        }
    }
}

/// A tag. Besides what every tag has, it says in exactly one way how its value comes about:
///
/// | layer | how |
/// |---|---|
/// | fact | `record: source.column`; `years_since: source.column`; `events: source` with one aggregate; `bucket: {…}` |
/// | predicted | `classify: {…}`; `scorecard: {…}` |
/// | model | `rfm: {…}`; `tier: {…}`; `membership: {…}`; `value_tier: {…}`; `loyalty: {…}`; `kano: {…}`; `category_gap: {…}`; `lifetime: {…}`; `churn: {…}`; `retention: {…}`; `churn_kind: {…}`; `lifecycle: {…}`; `persona: {…}` |
/// | business | `rule: "…"`; `table: {…}`; `score: {…}` |
/// | any | `value: "…"`, an expression over other tags |
///
/// Aggregates over `events`: `count: {}`, `exists: {}`, `none: {}`; `sum`, `mean`, `std`, `min`, `max`, `median`,
/// `quantiles`, `balance` of numbers; `count_distinct`, `values`, `mode`, `top_values`, `first`, `last`, `arg_min`,
/// `arg_max` of any; `share_of` a column `by` another; `days_since_first: {}`, `days_since_last: {}`, `active`, `streak`,
/// `gaps`, `hour_of_day`, `day_of_week`, `sessions`, `sequence` of times; `ratio` and `trend` of two aggregates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TagDef {
    /// The layer.
    pub layer: Layer,
    /// Title for people, in any language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it means, in any language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The question a business person answers with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Unit of the value, for display.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Who answers for the definition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Version of the definition, any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether the value is personal data: masked where it is shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub personal: bool,
    /// The value where there is none; without it, null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when_missing: Option<serde_json::Value>,

    /// Fact: the value of a record column, `source.column`; of a list, that of the first column that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<OneOrMany>,
    /// With `record`: which row; default the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pick: Option<Pick>,
    /// Fact: whole years since a date in a record column, `source.column`, such as an age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub years_since: Option<String>,
    /// Fact: the events source that the aggregate looks at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<String>,
    /// How far back the aggregate looks; default all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// How long before `as_of` the window ends, a length of time: `offset: 1mo` looks back from a month ago.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<Window>,
    /// Which rows count, as an expression over the source's columns.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Aggregate: how many rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Empty>,
    /// Aggregate: whether there is a row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exists: Option<Empty>,
    /// Aggregate: whether there is no row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub none: Option<Empty>,
    /// Aggregate: the sum of a numeric column; 0 without rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<String>,
    /// Aggregate: the mean of a numeric column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<String>,
    /// Aggregate: the sample standard deviation of a numeric column; null below two values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub std: Option<String>,
    /// Aggregate: the smallest value of a column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// Aggregate: the largest value of a column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// Aggregate: the median of a numeric column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median: Option<String>,
    /// Aggregate: quantiles of a numeric column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<QuantilesDef>,
    /// Aggregate: the running sum of a numeric column: where it ends, its lowest and its highest point. Fields: `lowest`,
    /// `highest`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<String>,
    /// Aggregate: how many distinct values a column has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count_distinct: Option<String>,
    /// Aggregate: the distinct values of a text column, as a set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<String>,
    /// Aggregate: the value of a column in the first row that has one. The time column is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<String>,
    /// Aggregate: the value of a column in the last row that has one. The time column is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// Aggregate: the most frequent value of a column; of equally frequent ones the one seen last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Aggregate: the most frequent values of a column and how often they come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top_values: Option<TopValuesDef>,
    /// Aggregate: a column's value in the row where another is largest; of several such rows the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arg_max: Option<ArgDef>,
    /// Aggregate: a column's value in the row where another is smallest; of several such rows the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arg_min: Option<ArgDef>,
    /// Aggregate: whole days of 24 hours from the first row to `as_of`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_since_first: Option<Empty>,
    /// Aggregate: whole days of 24 hours from the last row to `as_of`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_since_last: Option<Empty>,
    /// Aggregate: in how many calendar days (weeks, …) there is a row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<UnitDef>,
    /// Aggregate: for how many calendar days (weeks, …) in a row there has been one each. Field: `longest`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub streak: Option<UnitDef>,
    /// Aggregate: mean number of days from one row to the next. Fields: `std`, `cv`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gaps: Option<GapsDef>,
    /// Aggregate: the hour, 0 to 23, at which most rows are. Fields: the share of each part of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hour_of_day: Option<HourOfDayDef>,
    /// Aggregate: the day of the week, 1 (Monday) to 7, on which most rows are. Fields: shares `mon` to `sun`, `weekend`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_of_week: Option<Empty>,
    /// Aggregate: how many sessions there were. Fields: `mean_events`, `mean_minutes`, `longest_minutes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sessions: Option<SessionsDef>,
    /// Aggregate: whether steps came one after the other. Fields: `count`, `reached`, `last`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<SequenceDef>,
    /// Aggregate: one number divided by another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Box<RatioDef>>,
    /// Aggregate: the relative change of a number from the window before to this one. Fields: `current`, `previous`,
    /// `difference`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trend: Option<Box<MeasureDef>>,
    /// Aggregate: how the sum of a numeric column divides over the values of the column `by`; `rows` divides the rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_of: Option<String>,
    /// With `share_of`: the column to divide by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// With `share_of`: the share of each of these values, as fields of these names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// With `share_of`: the largest n shares, as fields `key_1`, `share_1`, `key_2`, …; 1 to 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<u32>,

    /// Fact: the class that a number of another tag is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<Box<BucketDef>>,

    /// Predicted: the probability of a yes-or-no outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classify: Option<Box<ClassifyDef>>,

    /// Predicted: a score card with points by bins. Fields: `score` (also the tag itself), `probability`, `reasons`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scorecard: Option<Box<ScorecardDef>>,

    /// Model: recency, frequency and monetary value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rfm: Option<Box<RfmDef>>,
    /// Model: membership tiers by thresholds of a tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Box<TierDef>>,
    /// Model: the chance to be still a customer, purchases and value to expect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime: Option<Box<LifetimeDef>>,
    /// Model: whether a customer without a contract has left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub churn: Option<Box<ChurnDef>>,
    /// Model: the chance that a customer with a contract stays, and when to act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Box<RetentionDef>>,
    /// Model: why a customer left, by evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub churn_kind: Option<Box<ChurnKindDef>>,
    /// Model: the stage of life that a customer is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Box<LifecycleDef>>,
    /// Model: membership levels over a rolling window, kept for a period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub membership: Option<Box<MembershipDef>>,
    /// Model: ABC classes and deciles of a number, by cut points learnt from the population.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_tier: Option<Box<ValueTierDef>>,
    /// Model: loyalty by behaviour and attitude.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loyalty: Option<Box<LoyaltyDef>>,
    /// Model: what features are to a profile, and how to serve it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kano: Option<Box<KanoDef>>,
    /// Model: categories in which a profile spends less than its peers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category_gap: Option<Box<CategoryGapDef>>,

    /// Model: groups of similar profiles, learnt from tags. Fields: `persona` (also the tag itself), `distance`,
    /// `typical`, `next`, `margin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persona: Option<Box<PersonaDef>>,

    /// Business: a decision table over other tags. Its outputs are the tag's fields, the first also the tag itself;
    /// `row` is the row that was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Box<TableDef>>,
    /// Business: a score card over other tags. Fields: `score` (also the tag itself), `band`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Box<ScoreDef>>,
    /// Business: a condition over other tags: true, false or unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Any layer: an expression over other tags, of any type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// With `rule`: rules of one group exclude each other. Of those that are true for a profile one stays, the others
    /// are false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// With `group`: the rule of the highest priority stays, of equal ones the first in the catalogue; default 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    /// With `rule`, `value`, `table` or `score`: profiles with what must come out for them, before groups exclude
    /// anything; checked when the catalogue is loaded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<ExampleDef>,
    /// The first day on which the tag is in force; before it the value is null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Date>,
    /// The first day on which the tag is no longer in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
}
