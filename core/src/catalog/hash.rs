//! The identity of a definition: a hash of what it says.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use crate::catalog::model::{CatalogFile, IdentifierDef, SourceDef, TagDef};

/// The BLAKE3 hash of a definition. Two definitions that say the same have the same hash, however their keys are
/// ordered, whatever notation they are written in, and whether defaults are written out or not.
///
/// Shown as 16 hexadecimal digits; serialised as all 64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefinitionHash([u8; 32]);

impl DefinitionHash {
    /// The hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn of(value: &Value) -> Self {
        let mut canonical = String::new();
        write(value, &mut canonical);
        Self(*blake3::hash(canonical.as_bytes()).as_bytes())
    }
}

/// The hash of a part of the model.
///
/// The model has text keys only and no serialisers of its own that fail, so it always has a JSON form.
fn of_model(value: &impl Serialize) -> DefinitionHash {
    DefinitionHash::of(&serde_json::to_value(value).expect("invariant: the model has a JSON form"))
}

impl IdentifierDef {
    /// The identity of this definition.
    pub fn definition_hash(&self) -> DefinitionHash {
        of_model(self)
    }
}

impl SourceDef {
    /// The identity of this definition.
    pub fn definition_hash(&self) -> DefinitionHash {
        of_model(self)
    }
}

impl TagDef {
    /// The identity of this definition, its title, description and owner included.
    pub fn definition_hash(&self) -> DefinitionHash {
        of_model(self)
    }
}

impl CatalogFile {
    /// The identity of the catalogue. The order of the identifiers counts, as it ranks them; no other order does.
    pub fn definition_hash(&self) -> DefinitionHash {
        let ranks: Vec<&String> = self.identifiers.keys().collect();
        of_model(&(self, ranks))
    }
}

/// Writes JSON without spaces, the keys of each object in the order of their bytes.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&value.to_string());
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                out.push(if index == 0 { '[' } else { ',' });
                write(item, out);
            }
            out.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            for (index, (key, member)) in members.iter().enumerate() {
                out.push(if index == 0 { '{' } else { ',' });
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write(member, out);
            }
            out.push_str(if members.is_empty() { "{}" } else { "}" });
        }
    }
}

impl fmt::Display for DefinitionHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[..8].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for DefinitionHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DefinitionHash({self})")
    }
}

/// A text that is no hash of 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no definition hash; wanted 64 hexadecimal digits")]
pub struct ParseHashError {
    /// The text as it was given.
    pub found: String,
}

impl FromStr for DefinitionHash {
    type Err = ParseHashError;

    fn from_str(text: &str) -> Result<Self, ParseHashError> {
        blake3::Hash::from_hex(text)
            .map(|hash| Self(*hash.as_bytes()))
            .map_err(|_| ParseHashError { found: text.chars().take(80).collect() })
    }
}

impl Serialize for DefinitionHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&blake3::Hash::from(self.0).to_hex())
    }
}

impl<'de> Deserialize<'de> for DefinitionHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}
