//! The JSON Schema of the catalogue format, for editors and other programs.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::catalog::model::CatalogFile;

/// The JSON Schema (draft 2020-12) of a catalogue: what may be written, not whether it makes sense.
pub fn json_schema() -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<CatalogFile>();
    schema.insert("$id".to_owned(), "https://tagloom.dev/catalog-1.schema.json".into());
    schema.insert("title".to_owned(), "tagloom catalogue, format version 1".into());
    schema.to_value()
}
