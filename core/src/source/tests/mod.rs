//! Tests of reading a source from end to end.

mod columns;
mod computed;
#[cfg(feature = "csv")]
mod csv;
#[cfg(all(feature = "csv", feature = "parquet"))]
mod files;
mod identifiers;
mod lookups;
#[cfg(all(feature = "csv", feature = "parquet"))]
mod reach;

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{Field, Schema};

use crate::catalog::model::SourceDef;
use crate::source::{Lookups, Rows, SourceError, SourceReport, Table, read};
use crate::time::{Timestamp, Zone};
use crate::value::Column;

/// A source from its definition as JSON, with an identifier `id` from column `id` where it has none.
fn def(json: &str) -> SourceDef {
    let mut value: serde_json::Value = serde_json::from_str(json).unwrap();
    let object = value.as_object_mut().unwrap();
    object.entry("kind").or_insert("records".into());
    object.entry("identifiers").or_insert(serde_json::json!({"id": "id"}));
    serde_json::from_value(value).unwrap()
}

fn batch(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    let fields: Vec<Field> =
        columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.iter().map(|(_, a)| a.clone()).collect())
        .unwrap()
}

/// A batch with the column `x` and ids 0, 1, 2 …
fn one(array: ArrayRef) -> RecordBatch {
    let ids: StringArray = (0..array.len()).map(|i| Some(i.to_string())).collect();
    batch(&[("id", Arc::new(ids)), ("x", array)])
}

fn try_run(def: &SourceDef, table: impl Into<Table>) -> Result<(Rows, SourceReport), SourceError> {
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let as_of = Timestamp::from_micros(1_780_000_000_000_000);
    let (rows, report) = read("s", def, &zone, &table.into(), &Lookups::new(), as_of)?;
    assert_eq!(report.rows_read, report.accepted + report.rejected_rows());
    assert_eq!(report.accepted, rows.len as u64);
    for (_, column) in &rows.columns {
        assert_eq!(column.len(), rows.len);
    }
    for (_, column) in &rows.identifiers {
        assert_eq!(arrow_array::Array::len(column.codes()), rows.len);
    }
    Ok((rows, report))
}

fn run(def: &SourceDef, table: impl Into<Table>) -> (Rows, SourceReport) {
    try_run(def, table).unwrap()
}

fn texts(column: &Column) -> Vec<String> {
    (0..column.len()).map(|row| column.value(row).to_string()).collect()
}

/// Code, column and count of each group of rejected rows.
fn rejected(report: &SourceReport) -> Vec<(&'static str, Option<&str>, u64)> {
    report.rejected.iter().map(|r| (r.code, r.column.as_deref(), r.count)).collect()
}

fn notes(report: &SourceReport) -> Vec<(&'static str, Option<&str>, u64)> {
    report.notes.iter().map(|n| (n.code, n.column.as_deref(), n.count)).collect()
}

/// A file of its own, removed when it goes out of scope.
#[cfg(feature = "csv")]
struct TempFile(std::path::PathBuf);

#[cfg(feature = "csv")]
impl TempFile {
    fn new(extension: &str, bytes: &[u8]) -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("tagloom-source-{}-{number}.{extension}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, bytes).unwrap();
        Self(path)
    }

    fn table(&self) -> Table {
        Table::path(&self.0).unwrap()
    }
}

#[cfg(feature = "csv")]
impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
