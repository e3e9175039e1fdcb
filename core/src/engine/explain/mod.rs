//! Why a profile has a value: asked of the evaluators that made it.

mod because;
mod rows;
mod text;

use indexmap::IndexMap;
use serde::Serialize;

use crate::catalog::DefinitionHash;
use crate::catalog::model::{Layer, TagDef};
use crate::engine::OneProfile;
use crate::engine::fit::Artifacts;
use crate::engine::plan::TagPlan;
use crate::identity::ProfileId;
use crate::time::{Timestamp, Zone};
use crate::value::Value;

pub(crate) use because::is_eligible;
pub use because::{Band, Because, Contribution, Measured};
pub use rows::{EvidenceRow, RowsBecause};
pub(crate) use rows::{evidence_row, rows_because};
pub(super) use text::Text;
pub(crate) use text::number;

/// Why a profile has a value of a tag, down to the rows.
///
/// `Display` gives it as text for people; `serde` as JSON for programs.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The tag.
    pub tag: String,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its layer.
    pub layer: Layer,
    /// The profile.
    pub profile: ProfileId,
    /// The instant of the run, RFC 3339 in UTC.
    pub as_of: Timestamp,
    /// The catalogue's time zone: by its clocks text and pages tell times.
    pub timezone: Zone,
    /// The value; null for a tag that has fields only.
    pub value: Value,
    /// The values of the tag's fields.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub fields: IndexMap<String, Value>,
    /// Unit of the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether the value is the definition's `when_missing`, as there was none.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_default: bool,
    /// The version of the definition, or of the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The definition.
    pub definition: TagDef,
    /// Its content hash.
    pub definition_hash: DefinitionHash,
    /// How the value came about.
    pub because: Because,
    /// The tags that it reads.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<String>,
    /// All tags that it stands on, from the top down, each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub below: Vec<Explanation>,
}

/// Explains a tag of a profile with all that it stands on; at most `max_rows` evidence rows each, the latest.
pub(crate) fn explain(
    one: &OneProfile<'_>,
    artifacts: &Artifacts,
    tag: usize,
    max_rows: usize,
) -> Explanation {
    let plan = one.table.plan;
    let mut below = vec![false; plan.tags.len()];
    let mut open = plan.tags[tag].inputs.clone();
    while let Some(input) = open.pop() {
        if !std::mem::replace(&mut below[input], true) {
            open.extend(&plan.tags[input].inputs);
        }
    }
    let mut explanation = explain_one(one, artifacts, &plan.tags[tag], max_rows);
    // Tags stand after those that they read, so from the last to the first is from the top down.
    for input in (0..plan.tags.len()).rev().filter(|&input| below[input]) {
        explanation.below.push(explain_one(one, artifacts, &plan.tags[input], max_rows));
    }
    explanation
}

fn explain_one(one: &OneProfile<'_>, artifacts: &Artifacts, tag: &TagPlan, max_rows: usize) -> Explanation {
    let (table, profile) = (&one.table, one.profile);
    let (because, is_default) = because::because(one, artifacts, tag, max_rows);
    let cell = |column: usize| table.columns[column].as_ref().map_or(Value::Null, |c| c.value(profile));
    let named = tag.columns().zip(&tag.fields);
    let fields = named.clone().filter_map(|(c, field)| Some((field.name.clone()?, cell(c)))).collect();
    let main = named.clone().find(|(_, field)| field.name.is_none());
    Explanation {
        tag: tag.name.clone(),
        title: tag.def.title.clone(),
        layer: tag.def.layer,
        profile: table.prepared.partition.ids()[profile],
        as_of: table.as_of,
        timezone: table.plan.zone.clone(),
        value: main.map_or(Value::Null, |(column, _)| cell(column)),
        fields,
        unit: tag.def.unit.clone(),
        is_default,
        version: tag.def.version.clone().or_else(|| table.plan.file.version.clone()),
        definition: tag.def.clone(),
        definition_hash: tag.hash,
        because,
        reads: tag.inputs.iter().map(|&input| table.plan.tags[input].name.clone()).collect(),
        below: Vec::new(),
    }
}
