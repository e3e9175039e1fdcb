//! The same rows otherwise: in another order, in parts, twice. What a table says must not depend on it.

use std::collections::BTreeMap;

use arrow_array::{RecordBatch, UInt32Array};
use arrow_schema::ArrowError;
use arrow_select::concat::concat_batches;
use arrow_select::take::take_record_batch;

use crate::random::Random;

/// The rows in another order.
///
/// # Errors
/// [`ArrowError`] from taking rows.
pub fn shuffled(table: &RecordBatch, seed: u64) -> Result<RecordBatch, ArrowError> {
    let mut rows: Vec<u32> = all_rows(table).collect();
    Random::seeded(seed).shuffle(&mut rows);
    take(table, rows)
}

/// The rows in `n` parts, each row in any one of them; a part may be empty.
///
/// # Errors
/// [`ArrowError`] from taking rows.
pub fn split(table: &RecordBatch, n: usize, seed: u64) -> Result<Vec<RecordBatch>, ArrowError> {
    let mut random = Random::seeded(seed);
    parts(table, n, |_| random.below(n))
}

/// The rows in `n` parts by the value of a text column: rows of one value stay together. Rows without a value are in
/// the first part.
///
/// # Errors
/// [`ArrowError`] where there is no such column or it is not text.
pub fn part_by(table: &RecordBatch, column: &str, n: usize) -> Result<Vec<RecordBatch>, ArrowError> {
    use arrow_array::cast::AsArray;

    let index = table.schema().index_of(column)?;
    let values = table
        .column(index)
        .as_string_opt::<i32>()
        .ok_or_else(|| ArrowError::SchemaError(format!("`{column}` is no text column")))?;
    let values: Vec<Option<&str>> = values.iter().collect();
    parts(table, n, |row| values[row].map_or(0, |value| (fnv1a(value) % n as u64) as usize))
}

/// The rows with some of them a second and a third time, in another order: what arrives from a queue that delivers at
/// least once.
///
/// # Errors
/// [`ArrowError`] from taking rows.
pub fn repeated(table: &RecordBatch, seed: u64) -> Result<RecordBatch, ArrowError> {
    let mut random = Random::seeded(seed);
    let mut rows: Vec<u32> = all_rows(table).flat_map(|row| vec![row; 1 + random.below(3)]).collect();
    random.shuffle(&mut rows);
    take(table, rows)
}

/// Tables of one schema, one after the other.
///
/// # Errors
/// [`ArrowError`] where there is no table or their schemas differ.
pub fn concat(tables: &[RecordBatch]) -> Result<RecordBatch, ArrowError> {
    let first = tables.first().ok_or_else(|| ArrowError::SchemaError("no table".to_owned()))?;
    concat_batches(&first.schema(), tables)
}

/// The 64-bit hash of Fowler, Noll and Vo: the standard library's may differ from release to release.
fn fnv1a(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn all_rows(table: &RecordBatch) -> std::ops::Range<u32> {
    0..u32::try_from(table.num_rows()).expect("invariant: test tables have less than 2^32 rows")
}

fn take(table: &RecordBatch, rows: Vec<u32>) -> Result<RecordBatch, ArrowError> {
    take_record_batch(table, &UInt32Array::from(rows))
}

fn parts(
    table: &RecordBatch,
    n: usize,
    mut part_of: impl FnMut(usize) -> usize,
) -> Result<Vec<RecordBatch>, ArrowError> {
    let mut rows: BTreeMap<usize, Vec<u32>> = (0..n).map(|part| (part, Vec::new())).collect();
    for row in all_rows(table) {
        rows.entry(part_of(row as usize)).or_default().push(row);
    }
    rows.into_values().map(|rows| take(table, rows)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Shop;

    fn sorted(table: &RecordBatch) -> Vec<String> {
        use arrow_array::cast::AsArray;
        let ids = table.column_by_name("order_id").unwrap().as_string::<i32>();
        let mut ids: Vec<String> = ids.iter().map(|id| id.unwrap().to_owned()).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn every_row_is_there_once_in_any_order_and_in_any_parts() {
        let orders = Shop::seeded(3).with_members(50).orders();
        let all = sorted(&orders);
        assert_eq!(sorted(&shuffled(&orders, 1).unwrap()), all);
        assert_eq!(sorted(&concat(&split(&orders, 5, 1).unwrap()).unwrap()), all);
        assert_eq!(sorted(&concat(&part_by(&orders, "member_id", 5).unwrap()).unwrap()), all);
        let mut twice = sorted(&repeated(&orders, 1).unwrap());
        assert!(twice.len() > all.len());
        twice.dedup();
        assert_eq!(twice, all);
    }
}
