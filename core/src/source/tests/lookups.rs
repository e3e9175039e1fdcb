//! Lookup sources and the reading of all sources.

use std::sync::Arc;

use arrow_array::*;
use indexmap::IndexMap;

use super::*;
use crate::source::{Dataset, read_all};

fn sources() -> IndexMap<String, SourceDef> {
    let lookup = r#"{"kind": "lookup", "identifiers": {}, "key": "sku", "columns": {"department": "string", "price": "decimal(8,2)"}}"#;
    let orders = r#"{
        "kind": "events", "time": "at",
        "columns": {
            "department": {"type": "string", "lookup": "products.department", "by": "item"},
            "price": {"type": "float64", "lookup": "products.price", "by": "item"}
        }
    }"#;
    // The lookup source stands after the source that uses it.
    IndexMap::from([("orders".to_owned(), def(orders)), ("products".to_owned(), def(lookup))])
}

fn orders() -> RecordBatch {
    batch(&[
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
        ("at", Arc::new(Date32Array::from(vec![20_000; 4]))),
        ("item", Arc::new(Float64Array::from(vec![Some(10.0), Some(11.0), Some(99.0), None]))),
    ])
}

fn products(rows: &[(&str, &str, &str)]) -> RecordBatch {
    let column = |of: fn(&(&str, &str, &str)) -> String| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(of(row))).collect::<StringArray>())
    };
    batch(&[
        ("sku", column(|r| r.0.to_owned())),
        ("department", column(|r| r.1.to_owned())),
        ("price", column(|r| r.2.to_owned())),
    ])
}

fn run_all(dataset: &Dataset) -> Result<(IndexMap<String, Rows>, Vec<SourceReport>), SourceError> {
    read_all(&sources(), &Zone::utc(), dataset, Timestamp::from_micros(0))
}

#[test]
fn looks_up_whatever_the_order_of_rows() {
    let mut rows = vec![
        ("10", "乳品", "1.5"),
        ("10", "乳品", "1.50"),
        ("11.0", "a", "2"),
        (" 11", "b", "1"),
        ("", "x", "1"),
    ];
    for _ in 0..rows.len() {
        rows.rotate_left(1);
        let dataset = Dataset::new().with("orders", orders()).with("products", products(&rows));
        let (read, reports) = run_all(&dataset).unwrap();
        let orders = &read["orders"];
        assert_eq!(texts(orders.column("department").unwrap()), ["乳品", "b", "null", "null"]);
        assert_eq!(texts(orders.column("price").unwrap()), ["1.5", "1", "null", "null"]);
        assert_eq!(reports[0].source, "orders");
        assert_eq!(
            notes(&reports[0]),
            [("note.lookup_miss", Some("department"), 1), ("note.lookup_miss", Some("price"), 1)]
        );
        assert_eq!(notes(&reports[1]), [("note.repeated_key", Some("sku"), 1)]);
        assert_eq!(rejected(&reports[1]), [("row.no_key", Some("sku"), 1)]);
    }
}

#[test]
fn empty_lookup_sources() {
    let dataset = Dataset::new().with("orders", orders()).with("products", products(&[]));
    let (read, _) = run_all(&dataset).unwrap();
    assert_eq!(texts(read["orders"].column("price").unwrap()), ["null"; 4]);
}

#[test]
fn names_must_agree() {
    let error = run_all(&Dataset::new().with("ordres", orders())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "table `ordres` belongs to no source of the catalogue; the nearest name is `orders`"
    );
    let error = run_all(&Dataset::new().with("orders", orders())).unwrap_err();
    assert_eq!(error.to_string(), "no table for source `products`");
}

#[test]
fn wrong_lookups_are_errors() {
    let message = |column: &str| {
        let definition = def(&format!(r#"{{"columns": {{"x": {column}}}}}"#));
        let mut lookups = Lookups::new();
        let lookup = &sources()["products"];
        let zone = Zone::utc();
        lookups.load("products", lookup, &zone, &products(&[]).into(), Timestamp::from_micros(0)).unwrap();
        let error =
            read("s", &definition, &zone, &orders().into(), &lookups, Timestamp::from_micros(0)).unwrap_err();
        assert!(error.code() == "source.lookup" || error.code() == "source.mistyped_column");
        error.to_string()
    };
    let start = "source `s`: column `x` looks up";
    assert_eq!(
        message(r#"{"type": "string", "lookup": "prodcts.department", "by": "item"}"#),
        format!(
            "{start} `prodcts.department`: there is no such lookup source before this one; the nearest name is `products`"
        )
    );
    assert_eq!(
        message(r#"{"type": "string", "lookup": "products.departmnt", "by": "item"}"#),
        format!(
            "{start} `products.departmnt`: the lookup source has no such column; the nearest name is `department`"
        )
    );
    assert_eq!(
        message(r#"{"type": "string", "lookup": "products.department"}"#),
        format!("{start} `products.department`: `by` must say which column holds the key")
    );
    assert!(
        message(r#"{"type": "string", "lookup": "products", "by": "item"}"#)
            .ends_with("wanted the form `source.column`")
    );
    assert!(message(r#"{"type": "date", "lookup": "products.price", "by": "item"}"#).contains("wanted date"));
}
