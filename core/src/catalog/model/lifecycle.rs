//! Stages of a customer's life as they are written down.

use serde::{Deserialize, Serialize};

use crate::catalog::model::Returns;

/// The stage that a customer is in, by the rhythm of the own purchases; null for a profile without a purchase. See the
/// [module](crate::marketing::lifecycle).
///
/// Fields: `stage` (also the tag itself): `new`, `growing`, `mature`, `quiet`, `lost` or `returned`; `usual_gap_days`,
/// the days from one purchase to the next; `basis`, whose gaps these are (`own` or `population`); `silence_days`;
/// `days_left`, how many days of further silence there are until the customer is quiet, or, if quiet, lost (null where
/// lost).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LifecycleDef {
    /// The events source with the orders.
    pub events: String,
    /// The column with the amount of money: rows without one are left out, and days on which more was returned than
    /// bought. Without it every row is a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// Which rows count.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// What becomes of negative amounts.
    #[serde(default)]
    pub returns: Returns,
    /// Up to how many purchases a customer is new, 1 or more; default 2.
    #[serde(default = "two")]
    pub new_purchases: u32,
    /// From how many own gaps on their median is the usual one, 1 or more; default 3.
    #[serde(default = "three")]
    pub min_gaps: u32,
    /// A silence of more than so many usual gaps is quiet; 1 or more, default 3.
    #[serde(default = "quiet_after")]
    pub quiet_after: f64,
    /// A silence of more than so many usual gaps is lost; `quiet_after` or more, default 6.
    #[serde(default = "lost_after")]
    pub lost_after: f64,
    /// The level of the test that purchases came more often of late, above 0 and below 1; default 0.1.
    #[serde(default = "growing_at")]
    pub growing_at: f64,
}

fn two() -> u32 {
    2
}

fn three() -> u32 {
    3
}

fn quiet_after() -> f64 {
    3.0
}

fn lost_after() -> f64 {
    6.0
}

fn growing_at() -> f64 {
    0.1
}
