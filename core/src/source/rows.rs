//! The rows of a source that can be used.

use arrow_array::TimestampMicrosecondArray;

use crate::value::{Column, StringColumn};

/// One source, typed and checked: the accepted rows in the order of the table.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Rows {
    /// How many rows.
    pub len: usize,
    /// The declared columns, in the order of the catalogue.
    pub columns: Vec<(String, Column)>,
    /// For each kind of identifier, in the order of the source's definition, the value of each row as it stands; null
    /// where there is none. Whole numbers are written as digits. Each row has at least one, but rows of lookup
    /// sources.
    pub identifiers: Vec<(String, StringColumn)>,
    /// The time of each row, where the source has one. Without nulls for events; null where a record has no time.
    pub time: Option<TimestampMicrosecondArray>,
    /// The columns that name an event. Where it is declared, of the declared type; otherwise `int64` where the table
    /// holds integers, else `string`. Null where a row has no id.
    pub event_id: Vec<Column>,
    /// The keys of a lookup source.
    pub key: Option<StringColumn>,
    pub(super) numbers: Option<Vec<u32>>,
}

impl Rows {
    /// A declared column.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, column)| column)
    }

    /// The number that an accepted row has in the table, from 0. Files of one source are numbered through.
    ///
    /// # Panics
    /// Where `row` is not below `len`.
    pub fn number(&self, row: usize) -> u32 {
        assert!(row < self.len, "row {row} of {}", self.len);
        self.numbers.as_ref().map_or(row as u32, |numbers| numbers[row])
    }

    /// Some of the rows, in the order in which they are named.
    pub(crate) fn take(&self, rows: &[u32]) -> Self {
        let strings = |column: &StringColumn| match Column::String(column.clone()).take(rows) {
            Column::String(taken) => taken,
            _ => unreachable!("invariant: rows of a column are of its type"),
        };
        let times = |times: &TimestampMicrosecondArray| match Column::Timestamp(times.clone()).take(rows) {
            Column::Timestamp(taken) => taken,
            _ => unreachable!("invariant: rows of a column are of its type"),
        };
        Self {
            len: rows.len(),
            columns: self.columns.iter().map(|(name, c)| (name.clone(), c.take(rows))).collect(),
            identifiers: self.identifiers.iter().map(|(kind, c)| (kind.clone(), strings(c))).collect(),
            time: self.time.as_ref().map(times),
            event_id: self.event_id.iter().map(|column| column.take(rows)).collect(),
            key: self.key.as_ref().map(strings),
            numbers: Some(rows.iter().map(|&row| self.number(row as usize)).collect()),
        }
    }
}
