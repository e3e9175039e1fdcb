//! What an evaluation gives.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array, BooleanArray, UInt32Array};
use arrow_buffer::{BooleanBuffer, NullBuffer};

use super::bits::Bits;
use super::vector::{Data, Vector};
use crate::value::{Column, DataType, StringColumn};

/// The values of several rules.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Evaluation {
    /// A column for each rule, in the order in which they were asked for.
    pub columns: Vec<Column>,
    /// How many values were lost to overflow and became null, in any part of the rules, also where a `CASE` did
    /// not take it.
    pub overflows: u64,
}

/// The three-valued result of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Truth {
    /// The rows where it is true.
    pub is_true: BooleanBuffer,
    /// The rows where it is true or false; the others are unknown.
    pub is_known: BooleanBuffer,
}

impl Truth {
    /// The three values of a column of `bool`; any other column is unknown everywhere.
    pub fn of(column: &Column) -> Self {
        let Column::Bool(array) = column else {
            let none = BooleanBuffer::new_unset(column.len());
            return Self { is_true: none.clone(), is_known: none };
        };
        match array.nulls() {
            Some(nulls) => Self { is_true: array.values() & nulls.inner(), is_known: nulls.inner().clone() },
            None => Self { is_true: array.values().clone(), is_known: BooleanBuffer::new_set(array.len()) },
        }
    }

    /// How many rows are true.
    pub fn count(&self) -> usize {
        self.is_true.count_set_bits()
    }

    /// The rows where it is false.
    pub fn is_false(&self) -> BooleanBuffer {
        &self.is_known & &!&self.is_true
    }

    /// True, false or, for unknown, none.
    ///
    /// # Panics
    /// Where the block had no such row.
    pub fn value(&self, row: usize) -> Option<bool> {
        self.is_known.value(row).then(|| self.is_true.value(row))
    }
}

/// The values of a condition, to be written by ranges of rows.
pub(super) struct Conditions {
    trues: Vec<u64>,
    known: Vec<u64>,
    len: usize,
}

impl Conditions {
    pub(super) fn new(len: usize) -> Self {
        let words = len.div_ceil(64);
        Self { trues: vec![0; words], known: vec![0; words], len }
    }

    /// A place for each of the ranges that come one after the other; all but the last are of whole words.
    pub(super) fn places(&mut self, ranges: &[Range<usize>]) -> Vec<ConditionsPlace<'_>> {
        let (mut trues, mut known) = (self.trues.as_mut_slice(), self.known.as_mut_slice());
        let place = |range: &Range<usize>| {
            let words = range.len().div_ceil(64);
            let trues = trues.split_off_mut(..words).unwrap_or_default();
            let known = known.split_off_mut(..words).unwrap_or_default();
            ConditionsPlace { trues, known }
        };
        ranges.iter().map(place).collect()
    }

    pub(super) fn truth(self) -> Truth {
        let [is_true, is_known] =
            [self.trues, self.known].map(|words| Bits::from_words(words, self.len).into_buffer());
        Truth { is_true, is_known }
    }
}

/// The rows of a condition that are still to be written, of one range.
pub(super) struct ConditionsPlace<'a> {
    trues: &'a mut [u64],
    known: &'a mut [u64],
}

impl ConditionsPlace<'_> {
    /// Writes the next `n` rows. Every chunk but the last is of whole words.
    pub(super) fn push(&mut self, vector: &Vector, n: usize) {
        let words = n.div_ceil(64);
        let trues = self.trues.split_off_mut(..words).unwrap_or_default();
        let known = self.known.split_off_mut(..words).unwrap_or_default();
        match &vector.data {
            Data::Bool(bits) if !vector.scalar => trues.copy_from_slice(bits.words()),
            _ => trues.copy_from_slice(vector.trues(n).words()),
        }
        match vector.valid(n) {
            Some(valid) => known.copy_from_slice(valid.words()),
            None => known.fill(u64::MAX),
        }
    }
}

/// The values of a rule, to be written by ranges of rows.
pub(super) enum Output {
    Conditions(Conditions),
    /// The chunks of each range.
    Columns(DataType, Vec<Vec<Column>>),
}

/// Where a range of rows of a rule is written.
pub(super) enum Place<'a> {
    Conditions(ConditionsPlace<'a>),
    Columns(DataType, &'a mut Vec<Column>),
}

impl Output {
    pub(super) fn new(data_type: DataType, len: usize) -> Self {
        if data_type == DataType::Bool {
            Self::Conditions(Conditions::new(len))
        } else {
            Self::Columns(data_type, Vec::new())
        }
    }

    /// A place for each of the ranges that come one after the other.
    pub(super) fn places(&mut self, ranges: &[Range<usize>]) -> Vec<Place<'_>> {
        match self {
            Self::Conditions(conditions) => {
                conditions.places(ranges).into_iter().map(Place::Conditions).collect()
            }
            Self::Columns(data_type, chunks) => {
                chunks.resize_with(ranges.len(), Vec::new);
                chunks.iter_mut().map(|chunks| Place::Columns(*data_type, chunks)).collect()
            }
        }
    }

    pub(super) fn finish(self) -> Column {
        let (data_type, chunks) = match self {
            Self::Conditions(conditions) => {
                let truth = conditions.truth();
                let nulls = NullBuffer::new(truth.is_known);
                let nulls = Some(nulls).filter(|nulls| nulls.null_count() > 0);
                return Column::Bool(BooleanArray::new(truth.is_true, nulls));
            }
            Self::Columns(data_type, chunks) => (data_type, chunks),
        };
        let parts: Vec<Column> = chunks.into_iter().flatten().collect();
        if let [only] = parts.as_slice() {
            return only.clone();
        }
        join_text(&parts).or_else(|| join(&parts)).unwrap_or_else(|| Column::concat(data_type, &parts))
    }
}

impl Place<'_> {
    /// Writes the next `n` rows.
    pub(super) fn push(&mut self, vector: &Vector, n: usize) {
        match self {
            Self::Conditions(place) => place.push(vector, n),
            Self::Columns(data_type, chunks) => chunks.push(vector.to_column(*data_type, n)),
        }
    }
}

/// Joins texts of one dictionary by their codes.
fn join_text(parts: &[Column]) -> Option<Column> {
    let texts: Option<Vec<&StringColumn>> =
        parts.iter().map(|part| if let Column::String(text) = part { Some(text) } else { None }).collect();
    let texts = texts?;
    let values = texts.first()?.values();
    if !texts.iter().all(|text| Arc::ptr_eq(text.values(), values)) {
        return None;
    }
    let codes: Vec<&dyn Array> = texts.iter().map(|text| text.codes() as &dyn Array).collect();
    let codes = arrow_select::concat::concat(&codes).ok()?;
    let codes = codes.as_any().downcast_ref::<UInt32Array>()?.clone();
    Some(Column::String(StringColumn::new(codes, Arc::clone(values))))
}

/// Joins numbers by copying whole buffers.
fn join(parts: &[Column]) -> Option<Column> {
    macro_rules! joined {
        ($variant:ident) => {{
            let arrays: Option<Vec<&dyn Array>> = parts
                .iter()
                .map(|part| if let Column::$variant(a) = part { Some(a as &dyn Array) } else { None })
                .collect();
            let joined = arrow_select::concat::concat(&arrays?).ok()?;
            Some(Column::$variant(joined.as_any().downcast_ref().cloned()?))
        }};
    }
    match parts.first()? {
        Column::Int(_) => joined!(Int),
        Column::Float(_) => joined!(Float),
        Column::Decimal(_) => joined!(Decimal),
        Column::Date(_) => joined!(Date),
        Column::Timestamp(_) => joined!(Timestamp),
        Column::Bool(_) | Column::String(_) | Column::StringSet(_) => None,
    }
}
