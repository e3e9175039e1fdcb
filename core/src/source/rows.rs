//! The rows of a source that can be used.

use arrow_array::TimestampMicrosecondArray;
use rayon::prelude::*;

use crate::source::cells::Ids;
use crate::value::{Column, DataType, StringColumn};

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
    /// sources. A dictionary has the texts of the rows, each once, in the order of their bytes.
    pub identifiers: Vec<(String, StringColumn)>,
    /// The time of each row, where the source has one. Without nulls for events; null where a record has no time.
    pub time: Option<TimestampMicrosecondArray>,
    /// The columns that name an event. Where it is declared, of the declared type; otherwise `int64` where the table
    /// holds integers, else `string`. Null where a row has no id.
    pub event_id: Vec<Column>,
    /// The keys of a lookup source.
    pub key: Option<StringColumn>,
    pub(super) numbers: Numbers,
}

/// The numbers that rows have in their table.
#[derive(Debug, Clone)]
pub(super) enum Numbers {
    /// One after the other from this one on.
    From(u32),
    /// Each by itself.
    Each(Vec<u32>),
}

impl Numbers {
    pub(super) fn get(&self, row: usize) -> u32 {
        match self {
            Self::From(first) => first + row as u32,
            Self::Each(numbers) => numbers[row],
        }
    }
}

/// Some consecutive rows of a source, with the identifiers as they stand: `rows.identifiers` is empty.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) rows: Rows,
    /// By kind, in the order of the source's definition.
    pub(crate) ids: Vec<(String, Ids)>,
    /// The number that the first row of the piece, accepted or not, has in the table; the piece has at most
    /// [`CHUNK_ROWS`](crate::source::CHUNK_ROWS).
    pub(crate) first: u32,
}

impl Piece {
    /// Some of the rows, in the order in which they are named.
    pub(crate) fn take(&self, rows: &[u32]) -> Self {
        Self {
            rows: self.rows.take(rows),
            ids: self.ids.iter().map(|(kind, ids)| (kind.clone(), ids.take(rows))).collect(),
            first: self.first,
        }
    }
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
        self.numbers.get(row)
    }

    /// Some of the rows, in the order in which they are named.
    pub(crate) fn take(&self, rows: &[u32]) -> Self {
        Self {
            len: rows.len(),
            columns: self.columns.iter().map(|(name, c)| (name.clone(), c.take(rows))).collect(),
            identifiers: (self.identifiers.iter())
                .map(|(kind, c)| (kind.clone(), string(Column::String(c.clone()).take(rows))))
                .collect(),
            time: self.time.as_ref().map(|times| time(Column::Timestamp(times.clone()).take(rows))),
            event_id: self.event_id.iter().map(|column| column.take(rows)).collect(),
            key: self.key.as_ref().map(|key| string(Column::String(key.clone()).take(rows))),
            numbers: Numbers::Each(rows.iter().map(|&row| self.number(row as usize)).collect()),
        }
    }

    /// Pieces end to end; there is at least one.
    ///
    /// # Errors
    /// The kind of identifiers that are more text than a column can have.
    pub(super) fn join(pieces: &[Piece]) -> Result<Self, String> {
        let join = |of: &dyn Fn(&Piece) -> Column| {
            let parts: Vec<Column> = pieces.iter().map(of).collect();
            Column::concat(parts.first().map_or(DataType::String, Column::data_type), &parts)
        };
        let Piece { rows: first, ids, .. } = &pieces[0];
        let same = "invariant: pieces of one source have the same columns";
        let mut identifiers = Vec::with_capacity(ids.len());
        for (i, (kind, _)) in ids.iter().enumerate() {
            let column =
                Ids::join(pieces.par_iter().map(|piece| &piece.ids[i].1)).ok_or_else(|| kind.clone())?;
            identifiers.push((kind.clone(), column));
        }
        Ok(Self {
            len: pieces.iter().map(|piece| piece.rows.len).sum(),
            columns: (first.columns.iter().enumerate())
                .map(|(i, (name, _))| (name.clone(), join(&|piece| piece.rows.columns[i].1.clone())))
                .collect(),
            identifiers,
            time: first
                .time
                .as_ref()
                .map(|_| time(join(&|piece| Column::Timestamp(piece.rows.time.clone().expect(same))))),
            event_id: (0..first.event_id.len())
                .map(|i| join(&|piece| piece.rows.event_id[i].clone()))
                .collect(),
            key: first
                .key
                .as_ref()
                .map(|_| string(join(&|piece| Column::String(piece.rows.key.clone().expect(same))))),
            numbers: Numbers::Each(
                pieces
                    .iter()
                    .flat_map(|piece| (0..piece.rows.len).map(|row| piece.rows.number(row)))
                    .collect(),
            ),
        })
    }
}

fn string(column: Column) -> StringColumn {
    match column {
        Column::String(column) => column,
        _ => unreachable!("invariant: rows of a column are of its type"),
    }
}

fn time(column: Column) -> TimestampMicrosecondArray {
    match column {
        Column::Timestamp(column) => column,
        _ => unreachable!("invariant: rows of a column are of its type"),
    }
}
