//! The rows of a source while it is read: packed, and put aside until it is known whose they are.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arrow_array::Array;

use crate::catalog::model::{OneOrMany, SourceDef};
use crate::engine::EngineError;
use crate::engine::kind::Kind;
use crate::identity::Rules;
use crate::source::{CHUNK_ROWS, Piece, SourceError};
use crate::time::Timestamp;
use crate::timeline::{
    Budget, Disk, Extent, Kept, Keys, PackedColumn, PackedRows, SMALL, SpillError, SpillFile, Waiting,
    WaitingPiece, key_bytes,
};
use crate::value::{Column, DataType, Packed, TooManyValues, ValueSet};

/// Stands for no code.
const NO_CODE: u32 = u32::MAX;

/// Takes in the pieces of one source, from any thread.
pub(super) struct Collector<'a> {
    name: &'a str,
    def: &'a SourceDef,
    budget: &'a Budget,
    file: OnceLock<SpillFile>,
    /// The types of the columns that name an event.
    types: OnceLock<Vec<DataType>>,
    /// Held while the file is made.
    making: Mutex<()>,
    /// The kinds of identifiers that the source has, strongest first.
    kinds: Vec<Kind>,
    /// By column, then by column of the event id.
    texts: Vec<ValueSet>,
}

/// A piece that was taken in.
pub(super) struct Taken {
    len: usize,
    keys: TakenKeys,
    rows: Kept<PackedRows>,
}

enum TakenKeys {
    /// Kind after kind.
    Memory(Vec<Key>),
    Disk(Extent),
}

/// The identifiers of a piece.
enum Key {
    Codes(Vec<u32>),
    /// What wait for their codes, by number among all of the kind.
    Number(usize),
}

/// All rows of a source, and what their codes stand for.
pub(super) struct Collected {
    pub(super) waiting: Waiting,
    /// The kinds of identifiers, strongest first, and the values of each.
    pub(super) identifiers: Vec<(usize, ValueSet)>,
    pub(super) texts: Vec<ValueSet>,
}

impl<'a> Collector<'a> {
    pub(super) fn new(name: &'a str, def: &'a SourceDef, rules: &Rules, budget: &'a Budget) -> Self {
        let places = def.identifiers.keys().enumerate();
        let mut kinds: Vec<(usize, usize)> =
            places.filter_map(|(place, kind)| Some((rules.index_of(kind)?, place))).collect();
        kinds.sort_unstable();
        let n_texts = def.columns.len() + def.event_id.as_ref().map_or(0, |id| id.names().len());
        Self {
            name,
            def,
            budget,
            file: OnceLock::new(),
            types: OnceLock::new(),
            making: Mutex::new(()),
            kinds: kinds.into_iter().map(|(rule, place)| Kind::new(rule, place)).collect(),
            texts: (0..n_texts).map(|_| ValueSet::new()).collect(),
        }
    }

    /// Takes in a piece.
    pub(super) fn take(&self, piece: &Piece) -> Result<Taken, EngineError> {
        let rows = self.pack(piece)?;
        self.types.get_or_init(|| piece.rows.event_id.iter().map(Column::data_type).collect());
        let len = rows.len;
        if self.budget.take(self.kinds.len() * len * 4 + rows.bytes()) {
            let keys = self.kinds.iter().map(|kind| {
                let ids = &piece.ids[kind.place].1;
                match ids.scattered() {
                    Some(numbers) => self.known(kind, kind.wait(numbers)).map(Key::Number),
                    None => self.known(kind, ids.codes(&kind.values)).map(Key::Codes),
                }
            });
            let keys = TakenKeys::Memory(keys.collect::<Result<_, _>>()?);
            return Ok(Taken { len, keys, rows: Kept::Memory(rows) });
        }
        let file = self.file()?;
        let failed = |error| self.budget.error(error);
        let mut codes = Vec::with_capacity(self.kinds.len() * len);
        for kind in &self.kinds {
            codes.extend(self.known(kind, piece.ids[kind.place].1.codes(&kind.values))?);
        }
        let keys = TakenKeys::Disk(file.write(&key_bytes(&codes)).map_err(failed)?);
        let mut bytes = Vec::with_capacity(rows.bytes());
        rows.write(&mut bytes).map_err(failed)?;
        Ok(Taken { len, keys, rows: Kept::Disk(file.write(&bytes).map_err(failed)?) })
    }

    pub(super) fn finish(mut self, pieces: Vec<Taken>) -> Result<Collected, EngineError> {
        let kinds = std::mem::take(&mut self.kinds);
        let mut identifiers = Vec::with_capacity(kinds.len());
        // By kind and number: the codes of the pieces that waited.
        let mut coded: Vec<Vec<Vec<u32>>> = Vec::with_capacity(kinds.len());
        for kind in kinds {
            coded.push(self.known(&kind, kind.all_codes())?);
            identifiers.push((kind.rule, kind.values));
        }
        let pieces = pieces.into_iter().map(|Taken { len, keys, rows }| {
            let keys = match keys {
                TakenKeys::Disk(extent) => Keys::Disk(extent),
                TakenKeys::Memory(keys) => {
                    let codes = keys.into_iter().zip(&mut coded).map(|(key, coded)| match key {
                        Key::Codes(codes) => codes,
                        Key::Number(number) => std::mem::take(&mut coded[number]),
                    });
                    Keys::Memory(codes.collect())
                }
            };
            WaitingPiece { len, keys, rows }
        });
        Ok(Collected {
            waiting: Waiting {
                pieces: pieces.collect(),
                disk: Disk { budget: self.budget.clone(), file: self.file.into_inner().map(Arc::new) },
                event_id_types: self.types.into_inner().unwrap_or_default(),
            },
            identifiers,
            texts: self.texts,
        })
    }

    /// Codes of a kind, if there are enough of them.
    fn known<T>(&self, kind: &Kind, codes: Result<T, TooManyValues>) -> Result<T, EngineError> {
        codes.map_err(|TooManyValues| {
            let column = self.def.identifiers.get_index(kind.place).map(|(_, column)| column.clone());
            let column = column.unwrap_or_default();
            SourceError::TooMuchText { name: self.name.to_owned(), column }.into()
        })
    }

    fn pack(&self, piece: &Piece) -> Result<PackedRows, EngineError> {
        let rows = &piece.rows;
        let number = |row: usize| rows.number(row);
        let follow = rows.len == 0 || number(rows.len - 1) == piece.first + rows.len as u32 - 1;
        let offsets = (!follow).then(|| {
            let offsets: Vec<u32> = (0..rows.len).map(|row| number(row) - piece.first).collect();
            Packed::codes(&offsets, CHUNK_ROWS, None)
        });
        let times = rows.time.as_ref().map(|times| {
            let oldest = Timestamp::MIN.micros();
            let times = match times.null_count() {
                0 => times.clone(),
                _ => times.iter().map(|time| Some(time.unwrap_or(oldest))).collect(),
            };
            Packed::of(&Column::Timestamp(times))
        });
        let all = rows.columns.iter().map(|(_, column)| column).chain(&rows.event_id);
        let columns = all.zip(&self.texts).enumerate().map(|(at, (column, set))| {
            packed(column, set, number).map_err(|TooManyValues| self.too_much_text(at))
        });
        Ok(PackedRows {
            len: rows.len,
            first: piece.first,
            offsets,
            times,
            columns: columns.collect::<Result<_, _>>()?,
        })
    }

    /// The file for what does not fit into memory.
    fn file(&self) -> Result<&SpillFile, SpillError> {
        let _making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = self.file.get() {
            return Ok(file);
        }
        let file = self.budget.file()?;
        Ok(self.file.get_or_init(|| file))
    }

    fn too_much_text(&self, column: usize) -> EngineError {
        too_much_text(self.name, self.def, column)
    }
}

/// More text than a column can have; columns of the event id are counted behind the others.
pub(super) fn too_much_text(name: &str, def: &SourceDef, column: usize) -> EngineError {
    let columns = def.columns.keys().chain(def.event_id.iter().flat_map(OneOrMany::names));
    let column = columns.map(String::as_str).nth(column).unwrap_or_default().to_owned();
    SourceError::TooMuchText { name: name.to_owned(), column }.into()
}

/// Packs a column; its texts are added to those of the other pieces.
fn packed(
    column: &Column,
    set: &ValueSet,
    number: impl Fn(usize) -> u32,
) -> Result<PackedColumn, TooManyValues> {
    let (map, n_texts) = match column {
        Column::String(strings) => (set.dictionary(strings, number)?, strings.values().len()),
        Column::StringSet(sets) => {
            let mut firsts = vec![NO_CODE; sets.values().len()];
            for row in 0..sets.len() {
                for &code in sets.codes(row) {
                    let first = &mut firsts[code as usize];
                    *first = number(row).min(*first);
                }
            }
            (set.first_seen(sets.values(), &firsts)?, sets.values().len())
        }
        _ => return Ok(PackedColumn { cells: Packed::of(column), map: None }),
    };
    let cells = Packed::of(column);
    if n_texts <= SMALL {
        return Ok(PackedColumn { cells, map: Some(map) });
    }
    let common = |code: u32| map.get(code as usize).copied().unwrap_or(NO_CODE);
    Ok(PackedColumn { cells: cells.with_codes(common, usize::MAX), map: None })
}
