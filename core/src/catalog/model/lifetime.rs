//! Customer lifetime value as it is written down.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::model::Returns;
use crate::time::Window;

/// What is to be expected of customers without a contract, by a buy-till-you-die model that is learnt from the purchases
/// of all profiles; null for a profile without a purchase. See the [module](crate::marketing::btyd).
///
/// Fields: `lifetime_value` (also the tag itself), `p_alive`, `expected_purchases`, `expected_spend`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LifetimeDef {
    /// The events source with the orders.
    pub events: String,
    /// The column with the amount of money; rows without one are left out.
    pub amount: String,
    /// Which rows count.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// What becomes of negative amounts, within a period.
    #[serde(default)]
    pub returns: Returns,
    /// The model; default the best of MBG/NBD and Pareto/NBD.
    #[serde(default)]
    pub model: ModelChoice,
    /// With `model: auto`: how much time before `as_of` is held out to choose by the error there, such as `90d`; without
    /// it, AIC decides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holdout: Option<Window>,
    /// How the spend a purchase is estimated.
    #[serde(default)]
    pub spend: SpendChoice,
    /// Purchases of one period are one; default `1d`. Weeks (`7d`) begin on Mondays.
    #[serde(default = "day")]
    pub period: Window,
    /// The unit of time of the model's parameters, an exact length; default `7d`. It changes no value of the tag.
    #[serde(default = "week")]
    pub unit: Window,
    /// How far ahead purchases and value are expected, an exact length; default `365d`.
    #[serde(default = "year")]
    pub horizon: Window,
    /// By how much money a year later counts less: at 0.1 a purchase in a year counts 1/1.1. From 0 on, default 0.
    #[serde(default)]
    pub annual_discount_rate: f64,
    /// The share of an amount that is profit; above 0, default 1.
    #[serde(default = "whole")]
    pub margin: f64,
}

/// Which buy-till-you-die model.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ModelChoice {
    /// MBG/NBD or Pareto/NBD, whichever foresaw the hold-out better; without one, whichever has the smaller AIC. (Not
    /// BG/NBD, which takes everybody who bought once for a customer.)
    #[default]
    Auto,
    /// MBG/NBD: one leaves after a purchase.
    MbgNbd,
    /// Pareto/NBD: one leaves at any moment.
    ParetoNbd,
    /// BG/NBD: one leaves after a repeat purchase; whoever bought once only is a customer for certain.
    BgNbd,
}

/// How the spend a purchase is estimated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SpendChoice {
    /// Gamma-Gamma: the customer's own mean, drawn towards that of all, the more the fewer purchases there were. It
    /// cannot be learnt where amounts vary so much that their mean is infinite.
    #[default]
    GammaGamma,
    /// The customer's own mean of repeat purchases; without any, the mean of the others' means.
    Mean,
}

impl fmt::Display for SpendChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::GammaGamma => "Gamma-Gamma",
            Self::Mean => "own mean",
        })
    }
}

const DAY: i64 = 86_400_000_000;

pub(super) fn day() -> Window {
    Window::Duration(DAY)
}

pub(super) fn week() -> Window {
    Window::Duration(7 * DAY)
}

fn year() -> Window {
    Window::Duration(365 * DAY)
}

fn whole() -> f64 {
    1.0
}
