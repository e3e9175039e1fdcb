//! The types of columns, tags and rule expressions.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The type of a column, a tag or an expression.
///
/// Its text form, used in catalogues and errors, is `bool`, `int64`, `float64`, `decimal(12,2)`, `string`,
/// `date`, `timestamp` or `set<string>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DataType {
    /// True or false.
    Bool,
    /// Whole numbers, 64 bits, signed.
    Int,
    /// Binary floating point, 64 bits.
    Float,
    /// Exact decimal numbers, held as integers scaled by `10^scale`; for money.
    Decimal {
        /// How many digits in all, 1 to 38.
        precision: u8,
        /// How many of them after the point, 0 to `precision`.
        scale: i8,
    },
    /// Text, UTF-8, dictionary-coded.
    String,
    /// A calendar day, without time and zone.
    Date,
    /// An instant, microseconds since 1970-01-01T00:00:00Z.
    Timestamp,
    /// A set of distinct strings.
    StringSet,
}

impl DataType {
    /// Whether the type is one of the numbers: `int64`, `float64`, `decimal`.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Int | Self::Float | Self::Decimal { .. })
    }
}

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int64"),
            Self::Float => f.write_str("float64"),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            Self::String => f.write_str("string"),
            Self::Date => f.write_str("date"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::StringSet => f.write_str("set<string>"),
        }
    }
}

/// A text that names no type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown type `{found}`; wanted bool, int64, float64, decimal(precision,scale), string, date, timestamp or set<string>"
)]
pub struct ParseDataTypeError {
    /// The text as it was given.
    pub found: String,
}

impl FromStr for DataType {
    type Err = ParseDataTypeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
        let error = || ParseDataTypeError { found: text.to_owned() };
        Ok(match squeezed.as_str() {
            "bool" | "boolean" => Self::Bool,
            "int" | "int64" | "integer" => Self::Int,
            "float" | "float64" | "double" => Self::Float,
            "string" | "text" => Self::String,
            "date" => Self::Date,
            "timestamp" => Self::Timestamp,
            "set<string>" => Self::StringSet,
            other => {
                let inner = other
                    .strip_prefix("decimal(")
                    .and_then(|rest| rest.strip_suffix(')'))
                    .ok_or_else(error)?;
                let (precision, scale) = inner.split_once(',').unwrap_or((inner, "0"));
                let precision: u8 = precision.parse().map_err(|_| error())?;
                let scale: i8 = scale.parse().map_err(|_| error())?;
                if !(1..=38).contains(&precision) || scale < 0 || scale as u8 > precision {
                    return Err(error());
                }
                Self::Decimal { precision, scale }
            }
        })
    }
}

impl Serialize for DataType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DataType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for DataType {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "DataType".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "bool, int64, float64, decimal(precision,scale), string, date, timestamp or set<string>",
            "examples": ["string", "int64", "float64", "decimal(12,2)", "date", "timestamp", "bool"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_reads_back() {
        for text in
            ["bool", "int64", "float64", "decimal(12,2)", "string", "date", "timestamp", "set<string>"]
        {
            assert_eq!(text.parse::<DataType>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn wrong_decimals_are_refused() {
        for text in ["decimal(0,0)", "decimal(39,2)", "decimal(4,5)", "decimal(4,-1)", "decimal", "money"] {
            assert!(text.parse::<DataType>().is_err(), "{text}");
        }
    }
}
