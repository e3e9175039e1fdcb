//! Columns of sources.

use std::fmt;

use serde::de::{self, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};

use crate::value::DataType;

/// A column of a source: its type alone (`amount: float64`), or a [`ColumnSpec`] with more.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum ColumnDef {
    /// The type alone.
    Type(DataType),
    /// With options.
    Spec(Box<ColumnSpec>),
}

/// A column of a source, with options.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ColumnSpec {
    /// The type of its values.
    #[serde(rename = "type")]
    pub data_type: DataType,
    /// The column's name in the table, where it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// An expression over the other columns of the row, instead of a column of the table: `"quantity * unit_price"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// A column of a `lookup` source, instead of a column of the table: `products.department`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookup: Option<String>,
    /// With `lookup`: the column of this table that holds the key of the lookup source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// A row without a value here is rejected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Whether the values are personal data.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub personal: bool,
    /// Title for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Unit of the values, for display.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

impl ColumnDef {
    /// The type of the values.
    pub fn data_type(&self) -> DataType {
        match self {
            Self::Type(data_type) => *data_type,
            Self::Spec(spec) => spec.data_type,
        }
    }

    /// The options, where there are any.
    pub fn spec(&self) -> Option<&ColumnSpec> {
        match self {
            Self::Type(_) => None,
            Self::Spec(spec) => Some(spec),
        }
    }
}

// By hand, not `untagged`: serde's untagged errors say only that no variant matched, not what was wrong and where.
impl<'de> Deserialize<'de> for ColumnDef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TypeOrSpec;
        impl<'de> Visitor<'de> for TypeOrSpec {
            type Value = ColumnDef;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a type (`string`) or a column with options (`{type: string, …}`)")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<ColumnDef, E> {
                text.parse().map(ColumnDef::Type).map_err(E::custom)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ColumnDef, A::Error> {
                let spec = ColumnSpec::deserialize(MapAccessDeserializer::new(map))?;
                Ok(ColumnDef::Spec(Box::new(spec)))
            }
        }
        deserializer.deserialize_any(TypeOrSpec)
    }
}
