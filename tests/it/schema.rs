//! The JSON Schema of the catalogue format, as it is shipped.

use crate::workspace::check_kept;

#[test]
fn catalog_schema_is_up_to_date() {
    let schema = serde_json::to_string_pretty(&tagloom::catalog::json_schema()).unwrap();
    check_kept("core/catalog.schema.json", &format!("{schema}\n"), "update-schema");
}
