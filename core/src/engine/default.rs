//! Defaults of tags, from the JSON of a definition.

use crate::value::{DataType, Decimal, Value};

/// Reads a default as a value of a type; `None` where it is none.
pub(crate) fn default_value(json: &serde_json::Value, data_type: DataType) -> Option<Value> {
    use serde_json::Value as Json;
    Some(match (json, data_type) {
        (Json::Bool(b), DataType::Bool) => Value::Bool(*b),
        (Json::Number(n), DataType::Int) => Value::Int(n.as_i64()?),
        (Json::Number(n), DataType::Float) => Value::Float(n.as_f64()?),
        (Json::Number(n), DataType::Decimal { precision, scale }) => {
            let decimal: Decimal = n.to_string().parse().ok()?;
            Value::Decimal(decimal.rescale(scale).filter(|d| d.fits(precision))?)
        }
        (Json::String(text), DataType::String) => Value::from(text.as_str()),
        (Json::String(text), DataType::Date) => Value::Date(text.parse().ok()?),
        (Json::Array(items), DataType::StringSet) => {
            let texts: Option<Vec<_>> = items.iter().map(|item| item.as_str().map(Into::into)).collect();
            let mut texts = texts?;
            texts.sort_unstable();
            texts.dedup();
            Value::StringSet(texts)
        }
        _ => return None,
    })
}
