//! Sources that other sources look things up in.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use arrow_array::Array;
use rustc_hash::FxHashMap;

use crate::catalog::model::SourceDef;
use crate::source::error::nearest;
use crate::source::report::{Note, Remark};
use crate::source::{Rows, SourceError, SourceReport, Table, read};
use crate::time::{Timestamp, Zone};
use crate::value::{Column, StringColumn, compare_rows};

/// The `lookup` sources, by name: a row for each key.
#[derive(Debug, Clone, Default)]
pub struct Lookups {
    tables: BTreeMap<String, LookupTable>,
}

#[derive(Debug, Clone)]
struct LookupTable {
    rows: FxHashMap<Box<str>, u32>,
    /// One row for each key, and a row of nulls for unknown keys.
    columns: Vec<(String, Column)>,
}

/// A looked-up column.
pub(super) struct Found {
    pub(super) column: Column,
    /// How many rows have a key that is not there.
    pub(super) misses: u64,
}

impl Lookups {
    /// Makes a set without sources.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a lookup source and adds it; it may itself look things up in those added before.
    ///
    /// Of several rows with one key the latest is used, of several at one time (or without) the last by content:
    /// columns in the order of the catalogue, null first, numbers by value, text by bytes. So the order of the rows
    /// does not matter. Keys are compared as text without white space at the ends and without the `.0` that
    /// spreadsheets add to whole numbers: the numbers `5` and `5.0` and the texts `5` and ` 5.0` are one key.
    ///
    /// # Errors
    /// As [`read`].
    pub fn load(
        &mut self,
        name: &str,
        def: &SourceDef,
        zone: &Zone,
        table: &Table,
        as_of: Timestamp,
    ) -> Result<SourceReport, SourceError> {
        let (rows, mut report) = read(name, def, zone, table, self, as_of)?;
        let (table, repeated) = LookupTable::new(&rows);
        self.tables.insert(name.to_owned(), table);
        if repeated > 0 {
            report.notes.push(Note {
                code: Remark::RepeatedKey.code(),
                column: def.key.clone(),
                count: repeated,
                message: Remark::RepeatedKey.to_string(),
            });
        }
        Ok(report)
    }

    /// Looks up `source.column` for each key.
    pub(super) fn find(
        &self,
        path: &str,
        keys: &StringColumn,
    ) -> Result<Found, (&'static str, Option<String>)> {
        let (source, column) = path.split_once('.').ok_or(("wanted the form `source.column`", None))?;
        let table = self.tables.get(source).ok_or_else(|| {
            (
                "there is no such lookup source before this one",
                nearest(source, self.tables.keys().map(String::as_str)),
            )
        })?;
        let values = table.columns.iter().find(|(name, _)| name == column).ok_or_else(|| {
            (
                "the lookup source has no such column",
                nearest(column, table.columns.iter().map(|(name, _)| name.as_str())),
            )
        })?;
        let unknown = table.rows.len() as u32;
        let row_of_code: Vec<u32> = (keys.values().iter())
            .map(|key| key.and_then(|key| table.rows.get(key_form(key))).copied().unwrap_or(unknown))
            .collect();
        let mut misses = 0;
        let rows: Vec<u32> = (keys.codes().iter())
            .map(|code| {
                let row = code.map(|code| row_of_code[code as usize]);
                misses += u64::from(row == Some(unknown));
                row.unwrap_or(unknown)
            })
            .collect();
        Ok(Found { column: values.1.take(&rows), misses })
    }
}

impl LookupTable {
    /// Takes one row for each key; says for how many keys there were different rows.
    fn new(rows: &Rows) -> (Self, u64) {
        let order = |a: u32, b: u32| {
            let (a, b) = (a as usize, b as usize);
            let time = |row: usize| rows.time.as_ref().filter(|t| t.is_valid(row)).map(|t| t.value(row));
            rows.columns.iter().fold(time(a).cmp(&time(b)), |order, (_, column)| {
                order.then_with(|| compare_rows(column, a, b))
            })
        };
        let Some(key) = &rows.key else {
            return (Self { rows: FxHashMap::default(), columns: Vec::new() }, 0);
        };
        // Texts with one form are one key.
        let mut index: FxHashMap<Box<str>, u32> = FxHashMap::default();
        let key_of_code: Vec<usize> = (key.values().iter().flatten())
            .map(|text| {
                let next = index.len() as u32;
                *index.entry(key_form(text).into()).or_insert(next) as usize
            })
            .collect();
        // The row for each key, and whether there was a different one.
        let mut best: Vec<Option<(u32, bool)>> = vec![None; index.len()];
        for (row, code) in key.codes().iter().enumerate() {
            let (Some(code), row) = (code, row as u32) else { continue };
            let best = &mut best[key_of_code[code as usize]];
            *best = Some(match *best {
                None => (row, false),
                Some((known, differ)) => match order(known, row) {
                    Ordering::Equal => (known, differ),
                    Ordering::Less => (row, true),
                    Ordering::Greater => (known, true),
                },
            });
        }
        // A key of rejected rows only has no row.
        index.retain(|_, key| best[*key as usize].is_some());
        let mut used = Vec::with_capacity(index.len());
        let mut repeated = 0;
        let mut place = vec![0; best.len()];
        for (key, best) in best.into_iter().enumerate() {
            if let Some((row, differ)) = best {
                place[key] = used.len() as u32;
                used.push(row);
                repeated += u64::from(differ);
            }
        }
        for key in index.values_mut() {
            *key = place[*key as usize];
        }
        let columns = rows.columns.iter().map(|(name, column)| {
            let data_type = column.data_type();
            (name.clone(), Column::concat(data_type, &[column.take(&used), Column::nulls(data_type, 1)]))
        });
        (Self { rows: index, columns: columns.collect() }, repeated)
    }
}

/// The form in which keys are compared.
fn key_form(key: &str) -> &str {
    let key = key.trim();
    match key.strip_suffix(".0") {
        Some(whole) if !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit() || b == b'-') => whole,
        _ => key,
    }
}
