//! What an evaluation gives.

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

/// Puts the chunks of a condition together. Every chunk but the last is of whole words.
pub(super) struct Conditions {
    trues: Vec<u64>,
    known: Vec<u64>,
    len: usize,
}

impl Conditions {
    pub(super) fn new(len: usize) -> Self {
        let words = len.div_ceil(64);
        Self { trues: Vec::with_capacity(words), known: Vec::with_capacity(words), len: 0 }
    }

    pub(super) fn push(&mut self, vector: &Vector, n: usize) {
        debug_assert_eq!(self.len % 64, 0);
        self.len += n;
        match &vector.data {
            Data::Bool(bits) if !vector.scalar => self.trues.extend(bits.words()),
            _ => self.trues.extend(vector.trues(n).words()),
        }
        match vector.valid(n) {
            Some(valid) => self.known.extend(valid.words()),
            None => self.known.extend(Bits::ones(n).words()),
        }
    }

    /// Adds the rows after these.
    fn append(&mut self, other: &Self) {
        debug_assert_eq!(self.len % 64, 0);
        self.len += other.len;
        self.trues.extend(&other.trues);
        self.known.extend(&other.known);
    }

    /// Joins parts, in order.
    pub(super) fn join(parts: Vec<Self>) -> Self {
        let mut parts = parts.into_iter();
        let mut first = parts.next().unwrap_or_else(|| Self::new(0));
        parts.for_each(|part| first.append(&part));
        first
    }

    pub(super) fn truth(self) -> Truth {
        let [is_true, is_known] =
            [self.trues, self.known].map(|words| Bits::from_words(words, self.len).to_buffer());
        Truth { is_true, is_known }
    }
}

/// Puts the chunks of a column together.
pub(super) enum Parts {
    Conditions(Conditions),
    Columns(DataType, Vec<Column>),
}

impl Parts {
    pub(super) fn new(data_type: DataType, len: usize) -> Self {
        if data_type == DataType::Bool {
            Self::Conditions(Conditions::new(len))
        } else {
            Self::Columns(data_type, Vec::new())
        }
    }

    pub(super) fn push(&mut self, vector: &Vector, n: usize) {
        match self {
            Self::Conditions(conditions) => conditions.push(vector, n),
            Self::Columns(data_type, columns) => columns.push(vector.to_column(*data_type, n)),
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        match (self, other) {
            (Self::Conditions(conditions), Self::Conditions(other)) => conditions.append(&other),
            (Self::Columns(_, columns), Self::Columns(_, other)) => columns.extend(other),
            _ => {}
        }
    }

    pub(super) fn finish(self) -> Column {
        let (data_type, columns) = match self {
            Self::Conditions(conditions) => {
                let truth = conditions.truth();
                let nulls = NullBuffer::new(truth.is_known);
                let nulls = Some(nulls).filter(|nulls| nulls.null_count() > 0);
                return Column::Bool(BooleanArray::new(truth.is_true, nulls));
            }
            Self::Columns(data_type, columns) => (data_type, columns),
        };
        let parts = columns.as_slice();
        if let [only] = parts {
            return only.clone();
        }
        join_text(parts).or_else(|| join(parts)).unwrap_or_else(|| Column::concat(data_type, parts))
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
