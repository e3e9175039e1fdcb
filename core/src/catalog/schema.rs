//! The JSON Schema of the catalogue format, for editors and other programs.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::catalog::model::CatalogFile;

/// The JSON Schema (draft 2020-12) of a catalogue: what may be written, not whether it makes sense.
pub fn json_schema() -> Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<CatalogFile>();
    schema.insert("$id".to_owned(), "urn:tagloom:catalogue:1".into());
    schema.insert("title".to_owned(), "tagloom catalogue, format version 1".into());
    schema.to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_needed_and_that_there_is_no_more() {
        let schema = json_schema();
        assert_eq!(schema["required"], serde_json::json!(["tagloom", "name", "identifiers", "sources"]));
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        for name in ["TagDef", "SourceDef", "IdentifierDef", "ColumnSpec", "RfmDef", "ClassifyDef"] {
            assert_eq!(schema["$defs"][name]["additionalProperties"], false, "{name}");
        }
        let described = schema["$defs"]["TagDef"]["properties"]["window"].to_string();
        assert!(described.contains("How far back"), "{described}");
    }
}
