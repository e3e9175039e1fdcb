//! Aggregates with options of their own, as they are written down.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::catalog::model::Empty;
use crate::time::{CalendarUnit, Window};

/// Quantiles of a numeric column: `{of: amount, at: [0.25, 0.75]}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct QuantilesDef {
    /// The column.
    pub of: String,
    /// Which ones, each from 0 to 1; 1 to 20. They are the fields `q25`, `q75`, `q99_9`.
    pub at: Vec<f64>,
}

/// The most frequent values of a column: `{of: category, top: 3}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TopValuesDef {
    /// The column.
    pub of: String,
    /// How many; 1 to 20. They are the fields `value_1`, `count_1`, `value_2`, …
    pub top: u32,
}

/// The value of one column in the row where another is largest or smallest: `{by: amount, take: category}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ArgDef {
    /// The column that decides.
    pub by: String,
    /// The column that is taken; the time column is allowed.
    pub take: String,
}

/// How long it takes from one event to the next: `{}` or `{between: days}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct GapsDef {
    /// What the gaps are between.
    #[serde(default)]
    pub between: GapsBetween,
}

/// What gaps are between.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GapsBetween {
    /// One row and the next, in exact days with a fraction.
    #[default]
    Events,
    /// One calendar day with events and the next, in whole days.
    Days,
}

/// A calendar unit to count by: `{}` counts days, `{unit: week}` weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct UnitDef {
    /// The unit; weeks start on Monday.
    #[serde(default = "day")]
    pub unit: CalendarUnit,
}

fn day() -> CalendarUnit {
    CalendarUnit::Day
}

/// At which hours things happen: `{}` or `{parts: {morning: [6, 12], evening: [18, 24]}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct HourOfDayDef {
    /// Parts of the day: from the first hour to before the second, over midnight where the second is not larger. Each
    /// is a field with its share of the rows. Default `night` 0 to 6, `morning` 6 to 12, `afternoon` 12 to 18,
    /// `evening` 18 to 24.
    #[serde(default = "quarters_of_day")]
    pub parts: IndexMap<String, [u8; 2]>,
}

fn quarters_of_day() -> IndexMap<String, [u8; 2]> {
    let parts = [("night", [0, 6]), ("morning", [6, 12]), ("afternoon", [12, 18]), ("evening", [18, 24])];
    parts.into_iter().map(|(name, hours)| (name.to_owned(), hours)).collect()
}

/// Visits: rows with less than `gap` from one to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SessionsDef {
    /// How long nothing has to happen for a new session to begin, such as `30min`; an exact length of time.
    pub gap: Window,
}

/// Steps one after the other: `{steps: ["type = 'view'", "type = 'buy'"], within: 7d}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SequenceDef {
    /// Conditions on rows, each for a later row than the one before; 2 to 20.
    pub steps: Vec<String>,
    /// How long after the first step the last one has to come; default any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Window>,
}

/// A number over rows, for a ratio or a trend: one aggregate.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MeasureDef {
    /// The events source; default the tag's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<String>,
    /// How far back; default the tag's window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Which rows count, besides the tag's `where`.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// How many rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Empty>,
    /// The sum of a numeric column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<String>,
    /// The mean of a numeric column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<String>,
    /// The smallest value of a numeric column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// The largest value of a numeric column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// The standard deviation of a numeric column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub std: Option<String>,
    /// The median of a numeric column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub median: Option<String>,
    /// How many distinct values a column has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count_distinct: Option<String>,
    /// In how many calendar units there is a row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<UnitDef>,
}

/// One number divided by another: `{of: {count: {}, where: "channel = 'app'"}, to: {count: {}}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RatioDef {
    /// What is divided.
    pub of: MeasureDef,
    /// What it is divided by.
    pub to: MeasureDef,
}

/// Which of a profile's rows a record attribute is taken from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Pick {
    /// The last row that has a value.
    #[default]
    Latest,
    /// The first row that has a value.
    First,
    /// The value that most rows have; of equally frequent ones the one seen last.
    MostFrequent,
}

/// Classes of a number: `{of: age, at: [18, 35, 60], names: [child, young, middle, old]}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct BucketDef {
    /// The tag with the number.
    pub of: String,
    /// Where classes start, ascending; a number at an edge is in the class above it.
    pub at: Vec<f64>,
    /// The names of the classes, one more than edges; default `< 18`, `18 to 35`, …, `>= 60`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}
