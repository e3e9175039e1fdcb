//! The rows of a source while it is read: packed, and put aside until it is known whose they are.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use arrow_array::Array;

use crate::catalog::model::{OneOrMany, SourceDef};
use crate::engine::EngineError;
use crate::identity::Rules;
use crate::source::{CHUNK_ROWS, Piece, SourceError};
use crate::time::Timestamp;
use crate::timeline::{
    Budget, Disk, Extent, Kept, Keys, PackedColumn, PackedRows, SMALL, SpillError, SpillFile, Waiting,
    WaitingPiece, key_bytes,
};
use crate::value::{Column, DataType, Packed, Scattered, TooManyValues, ValueSet};

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
    /// The kinds of identifiers that the source has, strongest first, and where each stands in its definition.
    kinds: Vec<(usize, usize)>,
    values: Vec<ValueSet>,
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
    /// They are coded when all pieces are there.
    Numbers(Scattered),
}

impl Key {
    fn bytes(&self) -> usize {
        match self {
            Self::Codes(codes) => codes.len() * 4,
            Self::Numbers(numbers) => numbers.bytes(),
        }
    }
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
            values: kinds.iter().map(|_| ValueSet::new()).collect(),
            kinds,
            texts: (0..n_texts).map(|_| ValueSet::new()).collect(),
        }
    }

    /// Takes in a piece.
    pub(super) fn take(&self, piece: &Piece) -> Result<Taken, EngineError> {
        let mut keys = Vec::with_capacity(self.kinds.len());
        for ((_, place), set) in self.kinds.iter().zip(&self.values) {
            let ids = &piece.ids[*place].1;
            keys.push(match ids.scattered() {
                Some(numbers) => Key::Numbers(numbers),
                None => Key::Codes(self.known(*place, ids.codes(set))?),
            });
        }
        let rows = self.pack(piece)?;
        self.types.get_or_init(|| piece.rows.event_id.iter().map(Column::data_type).collect());
        if self.budget.take(keys.iter().map(Key::bytes).sum::<usize>() + rows.bytes()) {
            return Ok(Taken { len: rows.len, keys: TakenKeys::Memory(keys), rows: Kept::Memory(rows) });
        }
        let file = self.file()?;
        let failed = |error| self.budget.error(error);
        let mut codes = Vec::with_capacity(keys.len() * rows.len);
        for (key, ((_, place), set)) in keys.into_iter().zip(self.kinds.iter().zip(&self.values)) {
            codes.extend(match key {
                Key::Numbers(numbers) => self.known(*place, set.code(numbers))?,
                Key::Codes(codes) => codes,
            });
        }
        let keys = file.write(&key_bytes(&codes)).map_err(failed)?;
        let mut bytes = Vec::with_capacity(rows.bytes());
        rows.write(&mut bytes).map_err(failed)?;
        let kept = Kept::Disk(file.write(&bytes).map_err(failed)?);
        Ok(Taken { len: rows.len, keys: TakenKeys::Disk(keys), rows: kept })
    }

    /// Codes the numbers that waited for all pieces to be there.
    pub(super) fn finish(self, pieces: Vec<Taken>) -> Result<Collected, EngineError> {
        // By kind, which pieces have numbers that wait, and these.
        let mut waiting: Vec<(Vec<usize>, Vec<Scattered>)> = Vec::new();
        waiting.resize_with(self.kinds.len(), Default::default);
        let mut done: Vec<WaitingPiece> = Vec::with_capacity(pieces.len());
        for (at, Taken { len, keys, rows }) in pieces.into_iter().enumerate() {
            let keys = match keys {
                TakenKeys::Disk(extent) => Keys::Disk(extent),
                TakenKeys::Memory(keys) => {
                    let keys = keys.into_iter().zip(&mut waiting).map(|(key, (places, waiting))| match key {
                        Key::Codes(codes) => codes,
                        Key::Numbers(numbers) => {
                            self.budget.give(numbers.bytes().saturating_sub(len * 4));
                            places.push(at);
                            waiting.push(numbers);
                            Vec::new()
                        }
                    });
                    Keys::Memory(keys.collect())
                }
            };
            done.push(WaitingPiece { len, keys, rows });
        }
        for (kind, (places, waiting)) in waiting.into_iter().enumerate() {
            let codes = self.known(self.kinds[kind].1, self.values[kind].code_all(waiting))?;
            for (at, codes) in places.into_iter().zip(codes) {
                if let Keys::Memory(keys) = &mut done[at].keys {
                    keys[kind] = codes;
                }
            }
        }
        let kinds = self.kinds.iter().map(|&(kind, _)| kind);
        Ok(Collected {
            waiting: Waiting {
                disk: Disk { budget: self.budget.clone(), file: self.file.into_inner().map(Arc::new) },
                pieces: done,
                event_id_types: self.types.into_inner().unwrap_or_default(),
            },
            identifiers: kinds.zip(self.values).collect(),
            texts: self.texts,
        })
    }

    /// Codes of a kind, if there are enough of them.
    fn known<T>(&self, place: usize, codes: Result<T, TooManyValues>) -> Result<T, EngineError> {
        codes.map_err(|TooManyValues| {
            let column = self.def.identifiers.get_index(place).map(|(_, column)| column.clone());
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
