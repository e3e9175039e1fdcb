//! Computed columns.

use std::sync::Arc;

use arrow_array::*;

use super::*;

fn lines() -> RecordBatch {
    batch(&[
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
        ("quantity", Arc::new(Int64Array::from(vec![Some(2), Some(3), None, Some(i64::MAX)]))),
        ("unit_price", Arc::new(Float64Array::from(vec![Some(1.25), Some(0.1), Some(9.0), Some(2.0)]))),
        ("paid", Arc::new(StringArray::from(vec!["2026-05-01 10:00", "2026-05-02", "2026-05-03", "x"]))),
    ])
}

fn columns(json: &str) -> SourceDef {
    def(&format!(r#"{{"columns": {json}}}"#))
}

#[test]
fn over_columns_of_the_row_and_columns_made_before() {
    let definition = columns(
        r#"{
            "amount": {"type": "decimal(8,2)", "value": "quantity * unit_price"},
            "quantity": "int64",
            "unit_price": "float64",
            "large": {"type": "bool", "value": "amount >= 1"},
            "doubled": {"type": "int64", "value": "quantity * 2"}
        }"#,
    );
    let (rows, report) = run(&definition, lines());
    assert_eq!(texts(rows.column("amount").unwrap()), ["2.50", "0.30", "null"]);
    assert_eq!(texts(rows.column("large").unwrap()), ["true", "false", "null"]);
    assert_eq!(texts(rows.column("doubled").unwrap()), ["4", "6", "null"]);
    assert_eq!(rejected(&report), [("row.out_of_range", Some("amount"), 1)]);
    assert_eq!(notes(&report), [("note.overflow", Some("doubled"), 1)]);
}

#[test]
fn as_time_identifier_and_event_id() {
    let definition = def(r#"{
            "kind": "events", "identifiers": {"member": "code"}, "time": "moment", "event_id": "code",
            "columns": {
                "paid": "timestamp",
                "quantity": "int64",
                "moment": {"type": "timestamp", "value": "paid"},
                "code": {"type": "int64", "value": "quantity + 1"}
            }
        }"#);
    let (rows, report) = run(&definition, lines());
    assert_eq!((rows.identifiers[0].1.get(0), rows.identifiers[0].1.get(1)), (Some("3"), Some("4")));
    assert_eq!(texts(&rows.event_id[0]), ["3", "4"]);
    assert_eq!(rows.time.unwrap().value(0), 1_777_600_800_000_000);
    assert_eq!(rejected(&report), [("row.not_a_date", Some("paid"), 1), ("row.no_identifier", None, 1)]);
}

#[test]
fn wrong_expressions_are_errors() {
    for (value, code) in [
        ("quantity * unit_prise", "source.expression"),
        ("later + 1", "source.expression"),
        ("quantity *", "source.expression"),
        ("quantity = 1", "source.mistyped_column"),
    ] {
        let definition = columns(&format!(
            r#"{{"x": {{"type": "float64", "value": "{value}"}}, "quantity": "int64",
                 "later": {{"type": "int64", "value": "1"}}}}"#
        ));
        let error = try_run(&definition, lines()).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains("`x`"), "{error}");
    }
}

#[test]
fn now_is_as_of() {
    let definition = columns(r#"{"x": {"type": "timestamp", "value": "NOW()"}}"#);
    assert_eq!(texts(&run(&definition, lines()).0.columns[0].1)[0], "2026-05-28T20:26:40Z");
}
