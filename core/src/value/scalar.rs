//! One cell of a column.

use std::fmt;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::time::{Date, Timestamp};
use crate::value::{DataType, Decimal};

/// One cell: a value of some [`DataType`], or null.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// No value; unknown, in rules.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A floating-point number, never NaN.
    Float(f64),
    /// An exact decimal number.
    Decimal(Decimal),
    /// A text.
    String(Arc<str>),
    /// A calendar day.
    Date(Date),
    /// An instant.
    Timestamp(Timestamp),
    /// A set of strings, in byte order, without repeats.
    StringSet(Vec<Arc<str>>),
}

impl Value {
    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The number as a float, for `int64`, `float64` and `decimal`.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Int(n) => Some(*n as f64),
            Self::Float(n) => Some(*n),
            Self::Decimal(n) => Some(n.to_f64()),
            _ => None,
        }
    }

    /// The text, for `string`.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The type; null has none. A decimal's precision is given as 38.
    pub fn data_type(&self) -> Option<DataType> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(_) => DataType::Bool,
            Self::Int(_) => DataType::Int,
            Self::Float(_) => DataType::Float,
            Self::Decimal(d) => DataType::Decimal { precision: 38, scale: d.scale },
            Self::String(_) => DataType::String,
            Self::Date(_) => DataType::Date,
            Self::Timestamp(_) => DataType::Timestamp,
            Self::StringSet(_) => DataType::StringSet,
        })
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

impl From<f64> for Value {
    /// NaN becomes null.
    fn from(n: f64) -> Self {
        if n.is_nan() { Self::Null } else { Self::Float(n) }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(b) => write!(f, "{b}"),
            Self::Int(n) => write!(f, "{n}"),
            Self::Float(n) => write!(f, "{n}"),
            Self::Decimal(d) => write!(f, "{d}"),
            Self::String(s) => f.write_str(s),
            Self::Date(d) => write!(f, "{d}"),
            Self::Timestamp(t) => write!(f, "{t}"),
            Self::StringSet(items) => write!(f, "{{{}}}", items.join(", ")),
        }
    }
}

impl Serialize for Value {
    /// JSON form: decimals, dates and timestamps as text, sets as arrays, infinities as text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Bool(b) => serializer.serialize_bool(*b),
            Self::Int(n) => serializer.serialize_i64(*n),
            Self::Float(n) if n.is_finite() => serializer.serialize_f64(*n),
            Self::String(s) => serializer.serialize_str(s),
            Self::StringSet(items) => serializer.collect_seq(items.iter().map(|s| &**s)),
            other => serializer.collect_str(other),
        }
    }
}
