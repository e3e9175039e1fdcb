//! Membership programmes as they are written down.

use std::fmt;

use indexmap::IndexMap;
use serde::de::{self, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};

use crate::time::{CalendarUnit, Window};

/// Membership levels as companies run them: reached at once, held for a period, lost only at its end.
///
/// Fields: `level` (also the tag itself), `since`, `previous`, `valid_until`, `in_grace`, `amount`, `next`, `gap`,
/// `keep_gap`, `changes`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct MembershipDef {
    /// The events source with the orders or points.
    pub events: String,
    /// The column with money or points; negative ones are returns. Needed where the amount is measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// The column that names the order; without it every row is an order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// What is measured.
    #[serde(default)]
    pub measure: LevelMeasure,
    /// How far back: a length of time (`12mo`), the current calendar unit (`this year`) or `all`.
    pub window: Window,
    /// Which rows count.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// Levels from the lowest to the highest, each with what reaches it: `{basic: 0, gold: {reach: 20000, keep: 15000}}`.
    pub levels: IndexMap<String, LevelDef>,
    /// How long a level is held from when it is reached or renewed; default as long as the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_for: Option<Window>,
    /// The period goes on to the end of this calendar unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_end_of: Option<CalendarUnit>,
    /// How long after the period a level can still be saved; default not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace: Option<Window>,
    /// How far a member falls.
    #[serde(default)]
    pub fall: Fall,
    /// What becomes of negative amounts.
    #[serde(default)]
    pub returns: LevelReturns,
}

/// What reaches and what keeps a level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum LevelDef {
    /// The same amount does both.
    Reach(f64),
    /// Keeping takes less than reaching.
    Apart(LevelThresholds),
}

/// Where a level is reached, and where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct LevelThresholds {
    /// The smallest amount that reaches it.
    pub reach: f64,
    /// The smallest amount that keeps it when its period ends; at most `reach`.
    pub keep: f64,
}

impl LevelDef {
    /// Where it is reached, and where it is kept.
    pub fn thresholds(self) -> LevelThresholds {
        match self {
            Self::Reach(reach) => LevelThresholds { reach, keep: reach },
            Self::Apart(thresholds) => thresholds,
        }
    }
}

// By hand, not `untagged`: serde's untagged errors say only that no variant matched, not what was wrong and where.
impl<'de> Deserialize<'de> for LevelDef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrMap;
        impl<'de> Visitor<'de> for NumberOrMap {
            type Value = LevelDef;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or {reach: a number, keep: a number}")
            }

            fn visit_i64<E: de::Error>(self, reach: i64) -> Result<LevelDef, E> {
                Ok(LevelDef::Reach(reach as f64))
            }

            fn visit_u64<E: de::Error>(self, reach: u64) -> Result<LevelDef, E> {
                Ok(LevelDef::Reach(reach as f64))
            }

            fn visit_f64<E: de::Error>(self, reach: f64) -> Result<LevelDef, E> {
                Ok(LevelDef::Reach(reach))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<LevelDef, A::Error> {
                LevelThresholds::deserialize(MapAccessDeserializer::new(map)).map(LevelDef::Apart)
            }
        }
        deserializer.deserialize_any(NumberOrMap)
    }
}

/// What a membership measures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LevelMeasure {
    /// The sum of the amounts: money or points.
    #[default]
    Amount,
    /// The number of orders; one that was returned whole is none.
    Orders,
}

/// How far a member falls whose level is not kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fall {
    /// To the highest level below that the amount keeps.
    #[default]
    ToKept,
    /// The same, but never more than one level.
    OneLevel,
}

/// What becomes of negative amounts in a membership.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LevelReturns {
    /// They are taken off the purchases that they belong to, and a level that stood on these is lost at once.
    #[default]
    ClawBack,
    /// They are taken off the purchases that they belong to; a level is lost at the end of its period only.
    Net,
    /// Rows with a negative amount are left out.
    Ignore,
}
