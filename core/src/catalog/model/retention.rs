//! Customers with contracts as they are written down.

use serde::{Deserialize, Serialize};

use crate::time::Window;

/// The chance that a customer with a contract stays, by a curve that is learnt from how long all have stayed; null for a
/// profile without a contract that runs. See the [module](crate::marketing::retention).
///
/// Contracts of a profile that overlap, or follow each other within `gap`, are one stay. What is learnt is what was known
/// at `as_of`: a contract whose end is not before that runs, and one that has not begun is none. A contract that ends
/// before it starts is left out, and so is a row without a start.
///
/// Fields: `stay` (also the tag itself), the chance to be a customer still when the horizon is over; `state`: `running`,
/// `paused` (ended no more than `gap` ago) or `ended`, null for whoever never had a contract; `age_days`, how long the stay
/// has gone on; `expected_days`, for how many days of the horizon to expect it to go on; `act_in_days`, in how many days
/// the chance to be still there is no more than `act_below`. Null where the curve does not reach so far; all but `state`
/// also for whoever has no contract that runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RetentionDef {
    /// The source with the contracts, records or events.
    pub contracts: String,
    /// The column with the first day or instant of a contract, or the time of the source.
    pub start: String,
    /// The column with the first day or instant without it; null where it runs.
    pub end: String,
    /// The column that names the contract: of several rows of one, the last counts. Without it every row is a contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// Which rows count. What it reads must not change with the end of a contract: `status = 'active'` would leave only
    /// those who stayed to learn from.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Which ends are a customer's leaving, such as `reason <> 'deceased'`; after another end the customer is only not
    /// watched any longer. Default: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_when: Option<String>,
    /// The column that says from when on a contract was watched, where one that had ended before would not be in the
    /// source at all; with `kaplan_meier` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watched_from: Option<String>,
    /// A contract that starts no later than this after the end of another goes on with it, in whole days or calendar
    /// months. Default: one that starts on the day on which the other ends, or before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Window>,
    /// The curve.
    #[serde(default)]
    pub method: RetentionMethod,
    /// With `shifted_beta_geometric`: from one renewal date to the next, in whole days or calendar months.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Window>,
    /// How far ahead it looks, in whole days or calendar months; default `90d`.
    #[serde(default = "quarter")]
    pub horizon: Window,
    /// It is time to act when the chance to be still there falls to this; between 0 and 1, default 0.5.
    #[serde(default = "half")]
    pub act_below: f64,
}

/// A curve of retention.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RetentionMethod {
    /// Kaplan and Meier: supposes nothing about the curve, which ends with the longest stay that was seen.
    #[default]
    KaplanMeier,
    /// The shifted beta-geometric model of Fader and Hardie: at each renewal date some leave, those who leave easily
    /// first. It goes on past the longest stay.
    ShiftedBetaGeometric,
}

fn quarter() -> Window {
    Window::Duration(90 * 86_400_000_000)
}

fn half() -> f64 {
    0.5
}
