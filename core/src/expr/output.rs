//! What an evaluation gives.

use std::sync::Arc;

use arrow_array::{Array, UInt32Array};
use arrow_buffer::{BooleanBuffer, BooleanBufferBuilder};

use super::bits::Bits;
use super::vector::Vector;
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

/// Puts the chunks of a condition together.
pub(super) struct TruthBuilder {
    is_true: BooleanBufferBuilder,
    is_known: BooleanBufferBuilder,
}

impl TruthBuilder {
    pub(super) fn new(len: usize) -> Self {
        Self { is_true: BooleanBufferBuilder::new(len), is_known: BooleanBufferBuilder::new(len) }
    }

    pub(super) fn push(&mut self, vector: &Vector, n: usize) {
        self.is_true.append_buffer(&vector.trues(n).to_buffer());
        self.is_known.append_buffer(&vector.valid(n).unwrap_or_else(|| Bits::ones(n)).to_buffer());
    }

    pub(super) fn finish(mut self) -> Truth {
        Truth { is_true: self.is_true.finish(), is_known: self.is_known.finish() }
    }
}

/// Puts the chunks of a column together.
pub(super) struct Parts {
    data_type: DataType,
    columns: Vec<Column>,
}

impl Parts {
    pub(super) fn new(data_type: DataType) -> Self {
        Self { data_type, columns: Vec::new() }
    }

    pub(super) fn push(&mut self, vector: &Vector, n: usize) {
        self.columns.push(vector.to_column(self.data_type, n));
    }

    pub(super) fn finish(self) -> Column {
        let parts = self.columns.as_slice();
        if let [only] = parts {
            return only.clone();
        }
        join_text(parts).or_else(|| join(parts)).unwrap_or_else(|| Column::concat(self.data_type, parts))
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

/// Joins numbers and bits by copying whole buffers.
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
        Column::Bool(_) => joined!(Bool),
        Column::Int(_) => joined!(Int),
        Column::Float(_) => joined!(Float),
        Column::Decimal(_) => joined!(Decimal),
        Column::Date(_) => joined!(Date),
        Column::Timestamp(_) => joined!(Timestamp),
        Column::String(_) | Column::StringSet(_) => None,
    }
}
