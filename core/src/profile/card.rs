//! One profile: its identifiers and its tags by layer.

use indexmap::IndexMap;
use serde::Serialize;

use crate::catalog::model::Layer;
use crate::identity::ProfileId;
use crate::profile::Profiles;
use crate::time::Timestamp;
use crate::value::Value;

/// One profile with all its tags.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Profile {
    /// Its stable id.
    pub id: ProfileId,
    /// The instant of the run.
    pub as_of: Timestamp,
    /// Its identifiers by kind, strongest kind first.
    pub identifiers: IndexMap<String, Vec<String>>,
    /// Its tags, from the bottom layer up.
    pub layers: Vec<LayerTags>,
}

/// The tags of one layer.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct LayerTags {
    /// The layer.
    pub layer: Layer,
    /// The tags in the order of the catalogue.
    pub tags: IndexMap<String, TagValue>,
}

/// A tag of a profile.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct TagValue {
    /// The tag's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its value; null for a tag that has fields only.
    pub value: Value,
    /// The values of its fields.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub fields: IndexMap<String, Value>,
    /// Unit of the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

impl Profile {
    /// A tag by its name.
    pub fn tag(&self, name: &str) -> Option<&TagValue> {
        self.layers.iter().find_map(|layer| layer.tags.get(name))
    }
}

impl Profiles {
    /// The profile of a row with all its tags.
    ///
    /// # Panics
    /// Where `row` is not below [`len`](Self::len).
    pub fn profile(&self, row: usize) -> Profile {
        let mut identifiers: IndexMap<String, Vec<String>> = IndexMap::new();
        for (kind, value) in self.identifiers(row) {
            identifiers.entry(kind.to_owned()).or_default().push(value.to_owned());
        }
        let mut layers: Vec<LayerTags> =
            Layer::ALL.map(|layer| LayerTags { layer, tags: IndexMap::new() }).into();
        for (what, column) in self.outputs() {
            let tags = &mut layers[what.layer as usize].tags;
            let tag = tags.entry(what.tag.clone()).or_insert_with(|| TagValue {
                title: what.title.clone(),
                value: Value::Null,
                fields: IndexMap::new(),
                unit: what.unit.clone(),
            });
            match &what.field {
                None => tag.value = column.value(row),
                Some(field) => {
                    tag.fields.insert(field.clone(), column.value(row));
                }
            }
        }
        layers.retain(|layer| !layer.tags.is_empty());
        Profile { id: self.ids()[row], as_of: self.as_of(), identifiers, layers }
    }
}
