//! Churn as it is written down: who has left, and why.

use serde::{Deserialize, Serialize};

use crate::catalog::model::lifetime::{day, week};
use crate::catalog::model::{ModelChoice, Returns};
use crate::time::Window;

/// Whether a customer without a contract has left; null for a profile without a purchase, and where there is nothing to
/// judge by. See the [module](crate::marketing::churn).
///
/// Fields: `churned` (also the tag itself) and `days_left`, how many days of further silence there are until it is true
/// (0 where it is, null where it never comes to that). By `model` also `probability` and `no_purchase`; by `silence` also
/// `silence_days`, `limit_days` and `basis` (`own`, `peers` or `population`); by `calendar` also `silence_days`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ChurnDef {
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
    /// How it is judged.
    pub by: ChurnBy,
}

/// How churn is judged: exactly one of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChurnBy {
    /// By the chance to be still a customer, from a buy-till-you-die model.
    Model(ChurnModelDef),
    /// By a silence that is long for this customer.
    Silence(SilenceDef),
    /// Without a purchase for so long, such as `3mo`: three months by the calendar.
    Calendar(Window),
}

/// Churn by a buy-till-you-die model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ChurnModelDef {
    /// The model; default the best of MBG/NBD and Pareto/NBD.
    pub kind: ModelChoice,
    /// With `kind: auto`: how much time before `as_of` is held out to choose by; without it, AIC decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holdout: Option<Window>,
    /// A customer has churned whose chance to be one is below this; default 0.5.
    pub alive_below: f64,
    /// How far ahead `no_purchase` looks, an exact length; default `90d`.
    pub horizon: Window,
    /// Purchases of one period are one; default `1d`.
    pub period: Window,
    /// The unit of time of the model's parameters, an exact length; default `7d`.
    pub unit: Window,
}

impl Default for ChurnModelDef {
    fn default() -> Self {
        Self {
            kind: ModelChoice::Auto,
            holdout: None,
            alive_below: 0.5,
            horizon: Window::Duration(90 * 86_400_000_000),
            period: day(),
            unit: week(),
        }
    }
}

/// Churn by a silence that is longer than nearly all of the customer's own gaps between purchases, or than those of
/// others, where the own ones are too few.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SilenceDef {
    /// The share of gaps that the limit is not exceeded by, 0.5 to below 1; default 0.95.
    pub share: f64,
    /// From how many own gaps on the own limit is taken, 1 or more; default 10.
    pub min_gaps: u32,
    /// A text tag whose value is the group of a profile, such as a segment: those with too few own gaps are judged by the
    /// gaps of their group. Default: by those of everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peers: Option<String>,
    /// A group of which fewer profiles have a gap is judged by everybody, 1 or more; default 20.
    pub min_peers: u32,
}

impl Default for SilenceDef {
    fn default() -> Self {
        Self { share: 0.95, min_gaps: 10, peers: None, min_peers: 20 }
    }
}

/// Why a customer left, by evidence; null for whoever did not leave. The first evidence that is true decides:
/// involuntary, explicit reason, goal reached or stage of life over in satisfaction, complaint, falling satisfaction.
/// Without any it is `unknown`. All are conditions over other tags; unknown ones are no evidence.
///
/// Fields: `kind` (also the tag itself): `happy`, `unhappy`, `involuntary` or `unknown`; `evidence`: the name of the
/// field below that decided.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ChurnKindDef {
    /// Who left; where it is false or unknown the tag is null.
    pub churned: String,
    /// Left without wanting to: a payment failed, an account was closed. Gives `involuntary`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub involuntary: Option<String>,
    /// A reason was given that no one is to blame for. Gives `happy`; contradicted by `unhappy_reason`, neither counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happy_reason: Option<String>,
    /// A reason was given that is a reproach. Gives `unhappy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unhappy_reason: Option<String>,
    /// What the customer came for is done. Gives `happy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal_reached: Option<String>,
    /// The stage of life is over in which it was wanted. Gives `happy`, where `satisfied` is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub life_stage_over: Option<String>,
    /// The customer was content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub satisfied: Option<String>,
    /// There were complaints or refunds. Gives `unhappy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint: Option<String>,
    /// Satisfaction went down. Gives `unhappy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub falling_satisfaction: Option<String>,
}

impl ChurnKindDef {
    /// The conditions with the names of their fields, `churned` first, then in the order of precedence; `None` for those
    /// that are not given.
    pub fn conditions(&self) -> [(&'static str, Option<&str>); 9] {
        [
            ("churned", Some(&self.churned)),
            ("involuntary", self.involuntary.as_deref()),
            ("happy_reason", self.happy_reason.as_deref()),
            ("unhappy_reason", self.unhappy_reason.as_deref()),
            ("goal_reached", self.goal_reached.as_deref()),
            ("life_stage_over", self.life_stage_over.as_deref()),
            ("satisfied", self.satisfied.as_deref()),
            ("complaint", self.complaint.as_deref()),
            ("falling_satisfaction", self.falling_satisfaction.as_deref()),
        ]
    }
}
