//! Identifiers as they stand in a chunk: nothing is made of them before it is known which rows count.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, Int64Array, UInt32Array};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use arrow_schema::DataType as Arrow;
use rayon::prelude::*;

use crate::source::cells::outcome::Events;
use crate::source::cells::strings::{TextBuilder, TextOverflow};
use crate::source::cells::{Cells, Text};
use crate::source::parse::TextRules;
use crate::value::{Column, Scattered, StringColumn, TooManyValues, ValueSet};

/// Stands for no code.
const NO_CODE: u32 = u32::MAX;

/// The identifiers of some rows, null where a row has none.
#[derive(Debug, Clone)]
pub(crate) enum Ids {
    /// Whole numbers, which stand for their digits.
    Whole(Int64Array),
    /// One text a row.
    Texts(Texts),
    /// Texts by code.
    Coded(StringColumn),
}

/// Texts of any layout but dictionaries.
#[derive(Debug, Clone)]
pub(crate) struct Texts {
    array: ArrayRef,
    /// Also those texts that mean "no value".
    nulls: Option<NullBuffer>,
}

impl Ids {
    /// The identifiers in an array whose type passed [`check`](crate::source::cells::check).
    pub(in crate::source) fn of(
        array: &ArrayRef,
        rules: &TextRules,
        events: &mut Events,
    ) -> Result<Self, TextOverflow> {
        let cells = Cells::of(array).unwrap_or(Cells::Null(array.len()));
        match cells {
            Cells::Int(array) => Ok(Self::Whole(array)),
            Cells::Text(Text::Plain(_) | Text::Large(_) | Text::View(_)) => {
                let all = Texts { array: ArrayRef::clone(array), nulls: array.nulls().cloned() };
                let texts = all.texts();
                if texts.iter().flatten().all(|text| !rules.is_null(text)) {
                    return Ok(Self::Texts(all));
                }
                let nulls = texts.iter().map(|text| text.is_some_and(|text| !rules.is_null(text))).collect();
                Ok(Self::Texts(Texts { array: ArrayRef::clone(array), nulls: Some(nulls) }))
            }
            cells => {
                let mut builder = TextBuilder::default();
                builder.push(&cells, rules, events);
                builder.finish().map(Self::Coded)
            }
        }
    }

    pub(crate) fn nulls(&self) -> Option<&NullBuffer> {
        match self {
            Self::Whole(array) => array.nulls(),
            Self::Texts(texts) => texts.nulls.as_ref(),
            Self::Coded(column) => column.codes().nulls(),
        }
    }

    /// Some of the rows.
    pub(in crate::source) fn take(&self, rows: &[u32]) -> Self {
        match self {
            Self::Whole(array) => match Column::Int(array.clone()).take(rows) {
                Column::Int(taken) => Self::Whole(taken),
                _ => unreachable!("invariant: rows of a column are of its type"),
            },
            Self::Texts(texts) => {
                let valid = |row: u32| texts.nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row as usize));
                let array = arrow_select::take::take(
                    &texts.array,
                    &UInt32Array::from_iter_values(rows.iter().copied()),
                    None,
                );
                // Fewer bytes than there were fit where there were more.
                let array = array.expect("invariant: rows of the array");
                let nulls = rows.iter().map(|&row| valid(row)).collect();
                Self::Texts(Texts { array, nulls: Some(nulls) })
            }
            Self::Coded(column) => match Column::String(column.clone()).take(rows) {
                Column::String(taken) => Self::Coded(taken),
                _ => unreachable!("invariant: rows of a column are of its type"),
            },
        }
    }

    /// The code of each row's identifier in a set of them; `u32::MAX` where it has none.
    ///
    /// # Errors
    /// More distinct values than can be numbered.
    pub(crate) fn codes(&self, set: &ValueSet) -> Result<Vec<u32>, TooManyValues> {
        match self {
            Self::Whole(numbers) => {
                let scattered = Scattered::of(numbers.values(), numbers.nulls());
                set.code(vec![scattered]).map(|codes| codes.concat())
            }
            Self::Texts(texts) => set.texts(&texts.texts(), |_| 0),
            Self::Coded(column) => {
                let map = set.dictionary(column, |_| 0)?;
                let codes = column.codes().iter();
                Ok(codes.map(|code| code.map_or(NO_CODE, |code| map[code as usize])).collect())
            }
        }
    }

    /// Whole numbers, ready to be coded together with those of other pieces; `None` of texts.
    pub(crate) fn scattered(&self) -> Option<Scattered> {
        match self {
            Self::Whole(numbers) => Some(Scattered::of(numbers.values(), numbers.nulls())),
            Self::Texts(_) | Self::Coded(_) => None,
        }
    }

    /// The identifiers of several pieces end to end, with one dictionary: each text that a row has once, in the order of
    /// their bytes. `None` where there are too many of them.
    pub(in crate::source) fn join<'a>(
        pieces: impl IndexedParallelIterator<Item = &'a Self>,
    ) -> Option<StringColumn> {
        let set = ValueSet::new();
        let pieces: Vec<&Self> = pieces.collect();
        let scattered: Option<Vec<Scattered>> = pieces.par_iter().map(|ids| ids.scattered()).collect();
        let codes: Vec<Vec<u32>> = match scattered {
            Some(numbers) => set.code_all(numbers),
            None => pieces.par_iter().map(|ids| ids.codes(&set)).collect(),
        }
        .ok()?;
        let (values, places) = set.into_sorted()?;
        let places: Vec<Vec<u32>> =
            codes.into_par_iter().map(|codes| codes.iter().map(|&code| places.get(code)).collect()).collect();
        let places: ScalarBuffer<u32> = places.concat().into();
        let has_nulls = places.contains(&NO_CODE);
        let nulls = has_nulls.then(|| places.iter().map(|&place| place != NO_CODE).collect());
        Some(StringColumn::new(UInt32Array::new(places, nulls), values))
    }
}

impl Texts {
    /// The text of each row.
    pub(crate) fn texts(&self) -> Vec<Option<&str>> {
        let nulls = self.nulls.as_ref().filter(|nulls| nulls.null_count() > 0);
        let valid = |row: usize| nulls.is_none_or(|nulls| nulls.is_valid(row));
        let rows = 0..self.array.len();
        macro_rules! texts {
            ($array:expr) => {{
                let array = $array;
                rows.map(|row| valid(row).then(|| array.value(row))).collect()
            }};
        }
        match self.array.data_type() {
            Arrow::Utf8 => texts!(self.array.as_string::<i32>()),
            Arrow::LargeUtf8 => texts!(self.array.as_string::<i64>()),
            _ => texts!(self.array.as_string_view()),
        }
    }
}
