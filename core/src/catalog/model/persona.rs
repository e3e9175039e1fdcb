//! Personas as they are written down.

use std::fmt;

use serde::de::{self, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::catalog::model::Language;

/// Groups of similar profiles, learnt from tags.
///
/// Fields: `persona` (also the tag itself), `distance`, `typical`, `next`, `margin`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PersonaDef {
    /// The tags that say what is similar: numbers, true/false, texts.
    pub tags: Vec<String>,
    /// How many personas: a number, `auto` (2 to 8), or `{from: 3, to: 6}`.
    #[serde(default)]
    pub k: HowMany,
    /// How numbers are brought to one scale.
    #[serde(default)]
    pub scale: Scaling,
    /// What becomes of profiles without a value.
    #[serde(default)]
    pub missing: Missing,
    /// How much a category that differs weighs against a number that differs by one standard deviation; default half
    /// the mean standard deviation of the scaled numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gamma: Option<f64>,
    /// Who is learnt from and gets a persona, as a condition over tags; default everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// The language of the personas' names.
    #[serde(default)]
    pub language: Language,
}

/// How many groups.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(untagged, rename_all = "snake_case"))]
#[non_exhaustive]
pub enum HowMany {
    /// So many.
    Exactly(u32),
    /// The best of several numbers.
    Best(KRange),
    /// `auto`: the best of 2 to 8.
    #[default]
    #[cfg_attr(feature = "schema", schemars(with = "Auto"))]
    Auto,
}

/// The word `auto`, for the schema.
#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[schemars(rename_all = "snake_case")]
enum Auto {
    /// The best of 2 to 8.
    #[expect(dead_code, reason = "only its schema is used")]
    Auto,
}

/// Numbers of groups to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KRange {
    /// The smallest, 2 or more.
    pub from: u32,
    /// The largest, at most 50.
    pub to: u32,
}

impl HowMany {
    /// The smallest and the largest number.
    pub fn range(self) -> KRange {
        match self {
            Self::Exactly(k) => KRange { from: k, to: k },
            Self::Best(range) => range,
            Self::Auto => KRange { from: 2, to: 8 },
        }
    }
}

impl Serialize for HowMany {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Exactly(k) => serializer.serialize_u32(*k),
            Self::Best(range) => range.serialize(serializer),
            Self::Auto => serializer.serialize_str("auto"),
        }
    }
}

// By hand, not `untagged`: serde's untagged errors say only that no variant matched, not what was wrong and where.
impl<'de> Deserialize<'de> for HowMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrRange;
        impl<'de> Visitor<'de> for NumberOrRange {
            type Value = HowMany;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of groups, auto, or {from: 2, to: 8}")
            }

            fn visit_u64<E: de::Error>(self, k: u64) -> Result<HowMany, E> {
                let invalid = || E::invalid_value(de::Unexpected::Unsigned(k), &self);
                u32::try_from(k).map(HowMany::Exactly).map_err(|_| invalid())
            }

            fn visit_i64<E: de::Error>(self, k: i64) -> Result<HowMany, E> {
                let invalid = || E::invalid_value(de::Unexpected::Signed(k), &self);
                u32::try_from(k).map(HowMany::Exactly).map_err(|_| invalid())
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<HowMany, E> {
                match word {
                    "auto" => Ok(HowMany::Auto),
                    _ => Err(E::invalid_value(de::Unexpected::Str(word), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<HowMany, A::Error> {
                KRange::deserialize(MapAccessDeserializer::new(map)).map(HowMany::Best)
            }
        }
        deserializer.deserialize_any(NumberOrRange)
    }
}

/// How numbers are brought to one scale.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Scaling {
    /// `log_z_score` for numbers that are never negative and whose skewness is above 1, `z_score` for the others.
    #[default]
    Auto,
    /// `sign(x) · ln(1 + |x|)`, then as `z_score`.
    LogZScore,
    /// The mean becomes 0 and the standard deviation 1; numbers that are all equal become 0.
    ZScore,
    /// As they are.
    None,
}

/// What becomes of profiles without a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Missing {
    /// A missing number counts as the median of the known ones; a missing text or truth value is a category of its own.
    #[default]
    Median,
    /// The profile is not learnt from, and has no group.
    LeaveOut,
}
