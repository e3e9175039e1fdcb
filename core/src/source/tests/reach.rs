//! Rows that nobody may know yet.

use std::sync::Arc;

use arrow_array::types::ArrowPrimitiveType;
use arrow_array::*;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::file::properties::WriterProperties;

use super::*;
use crate::source::read::{Reach, Taken, read_pieces};

const DAY: i64 = 86_400_000_000;
/// 2026-01-01.
const START: i64 = 20_454 * DAY;

fn read_before(table: &Table, days: i64) -> Result<Taken<usize>, SourceError> {
    let def = def(r#"{"kind": "events", "identifiers": {"user": "id"}, "time": "at",
        "columns": {"amount": "float64", "n": "int64"}}"#);
    let before = Timestamp::from_micros(START + days * DAY);
    let reach = Reach { as_of: before, before: Some(before) };
    let zone = Zone::named("America/New_York").unwrap();
    read_pieces("s", &def, &zone, table, &Lookups::new(), reach, &|piece| {
        Ok::<_, SourceError>(piece.rows.len)
    })
}

/// A row a day; every seventh has no identifier, every fifth an amount that is none, every eleventh no time.
fn days(n: i64, times: &dyn Fn(Vec<Option<i64>>) -> ArrayRef, gaps: bool) -> RecordBatch {
    let times = times((0..n).map(|i| (!gaps || i % 11 != 3).then_some(START + i * DAY)).collect());
    batch(&[
        ("id", Arc::new((0..n).map(|i| (i % 7 > 0).then_some(i)).collect::<Int64Array>())),
        ("at", times),
        ("amount", Arc::new((0..n).map(|i| (i % 5 > 0).then_some(f64::NAN)).collect::<Float64Array>())),
        ("n", Arc::new((0..n).map(|i| if i % 5 > 0 { "1" } else { "?" }).map(Some).collect::<StringArray>())),
    ])
}

fn grouped(batch: &RecordBatch, rows: usize) -> Vec<u8> {
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(rows)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    for at in (0..batch.num_rows()).step_by(rows) {
        writer.write(&batch.slice(at, rows.min(batch.num_rows() - at))).unwrap();
    }
    writer.into_inner().unwrap()
}

fn stamps<T: ArrowPrimitiveType<Native = i64>>(times: Vec<Option<i64>>, unit: i64) -> PrimitiveArray<T> {
    times.into_iter().map(|time| time.map(|time| time / unit)).collect()
}

fn text(time: i64) -> String {
    Timestamp::from_micros(time).to_string()
}

#[test]
fn row_groups_leave_no_trace() {
    type Times = dyn Fn(Vec<Option<i64>>) -> ArrayRef;
    let all: [&Times; 5] = [
        &|times| Arc::new(stamps::<types::TimestampMicrosecondType>(times, 1).with_timezone("UTC")),
        &|times| Arc::new(stamps::<types::TimestampMillisecondType>(times, 1000)),
        &|times| {
            Arc::new(stamps::<types::TimestampNanosecondType>(
                times.iter().map(|t| t.map(|t| t * 1000)).collect(),
                1,
            ))
        },
        &|times| Arc::new(times.iter().map(|t| t.map(|t| (t / DAY) as i32)).collect::<Date32Array>()),
        &|times| Arc::new(times.iter().map(|t| t.map(text)).collect::<StringArray>()),
    ];
    for (kind, times) in all.into_iter().enumerate() {
        for gaps in [false, true] {
            let table = days(100, times, gaps);
            for before in [-1, 0, 1, 37, 98, 99, 100, 140] {
                let whole = read_before(&table.clone().into(), before).unwrap();
                // By hand: a day begins five hours later in New York, on the same date.
                let later = |i: &i64| *i >= before && !(gaps && i % 11 == 3);
                assert_eq!(whole.later, (0..100).filter(later).count() as u64, "{kind} {gaps} {before}");
                assert_eq!(whole.report.rows_read, 100);
                assert_eq!(whole.report.accepted + whole.report.rejected_rows(), 100);
                assert_eq!(whole.report.accepted - whole.later, whole.pieces.iter().sum::<usize>() as u64);
                for rows in [1, 7, 30, 1000] {
                    let file = TempFile::new("parquet", &grouped(&table, rows));
                    let read = read_before(&file.table(), before).unwrap();
                    assert_eq!(
                        (read.later, &read.report),
                        (whole.later, &whole.report),
                        "{kind} {gaps} {before} {rows}"
                    );
                    assert_eq!(read.pieces.iter().sum::<usize>(), whole.pieces.iter().sum::<usize>());
                }
            }
        }
    }
}

/// What lies in the file from the first page of the last row group on is overwritten: who reads it fails.
#[test]
fn row_groups_after_the_instant_are_not_read() {
    let table = days(
        100,
        &|times| Arc::new(stamps::<types::TimestampMicrosecondType>(times, 1).with_timezone("UTC")),
        false,
    );
    let mut bytes = grouped(&table, 50);
    let file = std::fs::File::open(&TempFile::new("parquet", &bytes).0).unwrap();
    let footer = ArrowReaderMetadata::load(&file, ArrowReaderOptions::default()).unwrap();
    for column in footer.metadata().row_group(1).columns() {
        let (start, length) = column.byte_range();
        bytes[start as usize..(start + length) as usize].fill(0xff);
    }
    let file = TempFile::new("parquet", &bytes);
    assert_eq!(read_before(&file.table(), 60).err().unwrap().code(), "source.unreadable");
    // Wall clocks are nowhere two days ahead: from then on the group's times say enough.
    let read = read_before(&file.table(), 48).unwrap();
    assert_eq!((read.report.rows_read, read.later), (100, 52));
}
