//! The larger ways in which a tag's value comes about.

use std::fmt;

use indexmap::IndexMap;
use serde::de::{self, IntoDeserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};

use crate::catalog::model::{Calibrate, Language, LearnerKind, RefusalKind, Ties};
use crate::stats::Negative;
use crate::time::Window;

/// An aggregate without options, written `{}`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// Recency, frequency, monetary value: scores and segment of each profile with an order in the window.
///
/// Fields: `segment` (also the tag itself), `recency_days`, `frequency`, `monetary`, `r`, `f`, `m`, `code`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RfmDef {
    /// The events source with the orders.
    pub events: String,
    /// The column with the amount of money.
    pub amount: String,
    /// The column that names the order, where an order has several rows; without it every row is an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// How far back; default all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Which rows count.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// What becomes of negative amounts.
    #[serde(default)]
    pub returns: Returns,
    /// How values become scores.
    #[serde(default)]
    pub score: ScorerDef,
    /// How scores become segments.
    #[serde(default)]
    pub segments: SegmentsDef,
    /// The language of the segment names.
    #[serde(default)]
    pub language: Language,
}

/// What becomes of negative amounts in RFM.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Returns {
    /// They lower the money; an order whose rows sum to less than zero is no order for recency and frequency.
    #[default]
    Net,
    /// Rows with a negative amount are left out.
    Ignore,
    /// An order with a negative row is left out whole.
    DropOrder,
}

impl Returns {
    /// What it means for the sums of orders and periods.
    pub(crate) fn negative(self) -> Negative {
        match self {
            Self::Net => Negative::Net,
            Self::Ignore => Negative::Ignore,
            Self::DropOrder => Negative::DropPeriod,
        }
    }
}

/// How values become scores: exactly one of the fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[non_exhaustive]
pub enum ScorerDef {
    /// This many classes of about equal size, 2 to 10.
    Quantile(u8),
    /// The same, ties settled by another rule.
    QuantileTies {
        /// How many classes, 2 to 10.
        classes: u8,
        /// How equal values are scored.
        ties: Ties,
    },
    /// So many classes of values that are near to one another, 2 to 10: k-means of the logarithm.
    Kmeans(u8),
    /// Own cut points, ascending; a value at or above a cut point is in the higher class (recency: at or below, in
    /// the better class).
    Fixed {
        /// Cut points of recency in days.
        recency_days: Vec<f64>,
        /// Cut points of the number of orders.
        frequency: Vec<f64>,
        /// Cut points of the money.
        monetary: Vec<f64>,
    },
    /// Two classes, split at the mean.
    MeanSplit {},
    /// Two classes, split at the median.
    MedianSplit {},
}

impl Default for ScorerDef {
    fn default() -> Self {
        Self::Quantile(5)
    }
}

/// How scores become segments.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum SegmentsDef {
    /// One of the maps that come with the crate.
    Named(NamedSegments),
    /// Own segments: name to codes (`{best: ["555", "554"], …}`). Every code must be in exactly one.
    Own(IndexMap<String, Vec<String>>),
}

impl Default for SegmentsDef {
    fn default() -> Self {
        Self::Named(NamedSegments::Eleven)
    }
}

// By hand, not `untagged`: serde's untagged errors say only that no variant matched, not what was wrong and where.
impl<'de> Deserialize<'de> for SegmentsDef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrMap;
        impl<'de> Visitor<'de> for NameOrMap {
            type Value = SegmentsDef;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("eight, three_tiers, eleven or a map of own segments to their codes")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<SegmentsDef, E> {
                NamedSegments::deserialize(name.into_deserializer()).map(SegmentsDef::Named)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SegmentsDef, A::Error> {
                IndexMap::deserialize(MapAccessDeserializer::new(map)).map(SegmentsDef::Own)
            }
        }
        deserializer.deserialize_any(NameOrMap)
    }
}

/// The segment maps that come with the crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NamedSegments {
    /// Eight classes by high or low of each; needs two classes a dimension.
    Eight,
    /// Key value, potential, churn warning, general.
    ThreeTiers,
    /// Eleven segments (champions, loyal, …); needs five classes a dimension.
    Eleven,
}

/// Membership tiers by thresholds of a numeric tag.
///
/// Fields: `level` (also the tag itself), `next`, `gap`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TierDef {
    /// The numeric tag that decides.
    pub by: String,
    /// Levels from the lowest to the highest, each with the value from which it holds.
    pub levels: IndexMap<String, f64>,
}

/// The probability of a yes-or-no outcome in the time after `as_of`, learnt from earlier cutoffs.
///
/// Fields: `probability` (also the tag itself), `decile`, `label`, `reasons`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClassifyDef {
    /// What is predicted.
    pub label: LabelDef,
    /// The tags it is predicted from; their own layer must be `fact`.
    pub features: Vec<String>,
    /// How it is learnt.
    #[serde(default)]
    pub learner: LearnerKind,
    /// How scores become probabilities.
    #[serde(default)]
    pub calibrate: Calibrate,
    /// How many cutoffs to learn from, besides one to validate on and one to test on; 1 to 24, default 2.
    #[serde(default = "two")]
    pub cutoffs: u32,
    /// Who is learnt from and predicted, as a condition over fact tags at the cutoff; default everybody with an
    /// event of the label's source before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// Checks that may fail: the tag is given although they do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accept: Vec<RefusalKind>,
}

fn two() -> u32 {
    2
}

/// What is predicted: an aggregate over the time after the cutoff, compared with a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LabelDef {
    /// The events source.
    pub events: String,
    /// The number of rows; the only aggregate of a label.
    pub count: Empty,
    /// How far ahead: `[cutoff, cutoff + horizon)`.
    pub horizon: Window,
    /// Which rows count.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// The outcome is positive where the number is exactly this: `is: 0` for churn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<i64>,
    /// The outcome is positive where the number is at least this: `at_least: 1` for a purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<i64>,
}
