//! Parquet files, several files of one source, and real data where it is at hand.

use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;
use arrow_array::*;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use proptest::prelude::*;

use super::*;

fn parquet(batches: &[RecordBatch], dictionary: bool) -> TempFile {
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(dictionary)
        .set_max_row_group_row_count(Some(1000))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batches[0].schema(), Some(properties)).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    TempFile::new("parquet", &writer.into_inner().unwrap())
}

/// In row groups of so many rows.
fn grouped(batch: &RecordBatch, rows: usize) -> TempFile {
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(rows)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    // Slice by slice: the writer calls itself for what is left of a batch.
    for at in (0..batch.num_rows()).step_by(rows) {
        writer.write(&batch.slice(at, rows.min(batch.num_rows() - at))).unwrap();
    }
    TempFile::new("parquet", &writer.into_inner().unwrap())
}

fn definition() -> SourceDef {
    def(r#"{"columns": {"city": "string", "amount": "float64"}}"#)
}

/// How an array holds texts.
type Layout = fn(Vec<Option<String>>) -> ArrayRef;

fn rows(n: i64, layout: Layout) -> RecordBatch {
    let cities = (0..n).map(|i| (i % 11 > 0).then(|| format!("城{}", i % 11))).collect();
    batch(&[
        ("amount", Arc::new((0..n).map(|i| Some(i as f64)).collect::<Float64Array>())),
        ("unused", Arc::new((0..n).map(|i| Some(i.to_string())).collect::<StringArray>())),
        ("city", layout(cities)),
        ("id", Arc::new((0..n).map(Some).collect::<Int64Array>())),
    ])
}

#[test]
fn parquet_gives_what_the_batches_give() {
    let layouts: [Layout; 4] = [
        |cities| Arc::new(StringArray::from(cities)),
        |cities| Arc::new(LargeStringArray::from(cities)),
        |cities| Arc::new(cities.iter().map(Option::as_deref).collect::<StringViewArray>()),
        |cities| {
            let mut builder = StringDictionaryBuilder::<Int32Type>::new();
            for city in &cities {
                builder.append_option(city.as_ref());
            }
            Arc::new(builder.finish())
        },
    ];
    for layout in layouts {
        let table = rows(3500, layout);
        let (wanted, _) = run(&definition(), table.clone());
        for dictionary in [true, false] {
            let file = parquet(std::slice::from_ref(&table), dictionary);
            let (read, report) = run(&definition(), file.table());
            assert_eq!((read.len, report.rejected_rows()), (3500, 0));
            for column in 0..2 {
                assert_eq!(texts(&read.columns[column].1), texts(&wanted.columns[column].1));
            }
            assert_eq!(read.identifiers[0].1.get(3499), Some("3499"));
        }
    }
}

#[test]
fn row_groups_batches_and_threads_do_not_show() {
    // Faults of every kind, computed columns that overflow (one of them whatever the row), text that comes and goes.
    let definition = def(r#"{"kind": "events", "time": "at", "event_id": "no", "columns": {
            "amount": "float64", "city": {"type": "string", "required": true}, "whole": {"type": "int64", "from": "amount"},
            "next": {"type": "int64", "value": "whole + 9223372036854775800"},
            "lost": {"type": "int64", "value": "YEAR(TODAY()) * 9223372036854775807"}
        }}"#);
    let n = 700i64;
    let table = batch(&[
        ("id", Arc::new((0..n).map(|i| (i % 97 > 0).then(|| (i % 50).to_string())).collect::<StringArray>())),
        (
            "at",
            Arc::new(
                (0..n)
                    .map(|i| (i % 89 > 0).then_some(if i % 83 == 0 { "soon" } else { "2026-05-01" }))
                    .collect::<StringArray>(),
            ),
        ),
        ("no", Arc::new((0..n).map(|i| (i % 3 > 0).then_some(i)).collect::<Int64Array>())),
        (
            "city",
            Arc::new((0..n).map(|i| (i % 71 > 0).then(|| format!("城{}", i % 300))).collect::<StringArray>()),
        ),
        (
            "amount",
            Arc::new(
                (0..n)
                    .map(|i| {
                        if i % 101 == 0 {
                            f64::NAN
                        } else if i % 103 == 0 {
                            0.5
                        } else {
                            i as f64
                        }
                    })
                    .collect::<Float64Array>(),
            ),
        ),
    ]);
    let on = |threads: usize, table: Table| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let (rows, report) = pool.install(|| run(&definition, table));
        let columns: Vec<Vec<String>> = rows.columns.iter().map(|(_, column)| texts(column)).collect();
        let numbers: Vec<u32> = (0..rows.len).map(|row| rows.number(row)).collect();
        let ids: Vec<Option<String>> =
            (0..rows.len).map(|row| rows.identifiers[0].1.get(row).map(str::to_owned)).collect();
        (columns, numbers, ids, texts(&rows.event_id[0]), report)
    };
    let wanted = on(1, table.clone().into());
    assert!(wanted.4.rejected.len() >= 5, "{:?}", wanted.4.rejected);
    assert!(notes(&wanted.4).contains(&("note.overflow", Some("lost"), 1)), "{:?}", wanted.4.notes);
    for rows in [1, 9, 250, 5_000] {
        for threads in [1, 3] {
            assert_eq!(on(threads, grouped(&table, rows).table()), wanted, "row groups of {rows}");
            let parts: Vec<RecordBatch> = (0..table.num_rows())
                .step_by(rows)
                .map(|at| table.slice(at, rows.min(table.num_rows() - at)))
                .collect();
            assert_eq!(on(threads, parts.into()), wanted, "batches of {rows}");
        }
    }
}

#[test]
fn only_the_id_is_read_where_nothing_else_is_declared() {
    let file = parquet(&[rows(5, |cities| Arc::new(StringArray::from(cities)))], true);
    let (read, _) = run(&def(r#"{"identifiers": {"a": "id", "b": "id"}}"#), file.table());
    assert_eq!(read.identifiers[1].1.get(4), Some("4"));
}

#[test]
fn several_files_are_one_table() {
    let one = parquet(&[rows(3, |cities| Arc::new(StringArray::from(cities)))], true);
    let two = TempFile::new("csv", "id,city,amount\n7,x,1\n8,y,no\n".as_bytes());
    let (read, report) = run(&definition(), Table::Files(vec![one.0.clone(), two.0.clone(), one.0.clone()]));
    let ids: Vec<_> = (0..read.len).filter_map(|row| read.identifiers[0].1.get(row)).collect();
    assert_eq!(ids, ["0", "1", "2", "7", "0", "1", "2"]);
    assert_eq!(report.rejected[0].samples[0].row, 4);
    assert_eq!(read.number(4), 5);
}

#[test]
fn files_that_are_no_parquet() {
    for bytes in [&b""[..], b"PAR1", b"id,city\n1,x\n"] {
        let file = TempFile::new("parquet", bytes);
        let error = try_run(&definition(), file.table()).unwrap_err();
        assert_eq!(error.code(), "source.unreadable");
        assert!(error.to_string().contains(file.0.to_str().unwrap()));
    }
    let whole = parquet(&[rows(3000, |cities| Arc::new(StringArray::from(cities)))], true);
    let bytes = std::fs::read(&whole.0).unwrap();
    let cut = TempFile::new("parquet", &bytes[..bytes.len() / 2]);
    assert_eq!(try_run(&definition(), cut.table()).unwrap_err().code(), "source.unreadable");
    let mut broken = bytes.clone();
    let middle = bytes.len() / 3;
    broken[middle..middle + 200].fill(0xff);
    let broken = TempFile::new("parquet", &broken);
    // Without checksums some damage goes unseen; what matters is that nothing panics.
    let _ = try_run(&definition(), broken.table());
}

proptest! {
    #[test]
    fn damaged_parquet_never_panics(damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6), cut in any::<Option<prop::sample::Index>>()) {
        let mut bytes = small_parquet().to_vec();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = try_run(&definition(), TempFile::new("parquet", &bytes).table());
    }
}

fn small_parquet() -> &'static [u8] {
    static BYTES: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    BYTES.get_or_init(|| {
        let file = parquet(&[rows(40, |cities| Arc::new(StringArray::from(cities)))], true);
        std::fs::read(&file.0).unwrap()
    })
}

/// Counts by pandas: `df = pd.read_csv(f, encoding="gb18030")`, then `len(df)`, `df.isna().sum()`,
/// `df[c].nunique()`, `(df.age == "56岁以上").sum()`.
#[test]
fn jdata() {
    let Some(folder) = std::env::var_os("TAGLOOM_DATA") else {
        println!("skipped: TAGLOOM_DATA does not say where the JData files are");
        return;
    };
    let path = |name: &str| Path::new(&folder).join("jdata").join(name);
    let mut action = def(r#"{"kind": "events", "identifiers": {"user": "user_id"}, "time": "time",
            "columns": {"sku_id": "string", "model_id": "int64", "type": "int64", "cate": "int64"}}"#);
    action.timezone = Some("Asia/Shanghai".to_owned());
    for (file, n, no_model, users, first) in JDATA_ACTIONS {
        let (rows, report) = run(&action, Table::path(path(file)).unwrap());
        assert_eq!((report.rows_read, report.accepted), (n, n), "{:?}", report.rejected);
        assert_eq!(rows.column("model_id").unwrap().null_count(), no_model);
        assert_eq!(rows.identifiers[0].1.values().len(), users);
        // Text stands as it is; `.0` goes when identifiers are brought to one form.
        assert_eq!(rows.identifiers[0].1.get(0), Some(first));
    }
    let user = def(
        r#"{"identifiers": {"user": "user_id"}, "time": "user_reg_tm", "columns": {"age": "string", "sex": "int64"}}"#,
    );
    let (rows, report) = run(&user, Table::path(path("JData_User.csv")).unwrap());
    assert_eq!((report.rows_read, report.accepted), (29_999, 29_999));
    let age = rows.column("age").unwrap();
    assert_eq!(
        (0..rows.len).filter(|&row| age.value(row).as_str() == Some("56岁以上")).count(),
        JDATA_OVER_56
    );
}

/// File, rows, rows without `model_id`, distinct `user_id`, the first of them.
const JDATA_ACTIONS: [(&str, u64, usize, usize, &str); 3] = [
    ("JData_Action_201602.csv", 29_999, 13_257, 1030, "266079.0"),
    ("JData_Action_201603.csv", 29_999, 12_638, 929, "280567.0"),
    ("JData_Action_201604.csv", 29_999, 11_923, 1171, "287842.0"),
];

const JDATA_OVER_56: usize = 579;
