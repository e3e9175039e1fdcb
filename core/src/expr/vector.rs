//! What a node gives for a chunk of rows.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use arrow_array::{
    Array, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray, UInt32Array,
};
use arrow_buffer::{NullBuffer, ScalarBuffer};

use super::bits::Bits;
use super::lanes;
use crate::value::{Column, ColumnBuilder, DataType, StringColumn, StringSetColumn, Value};

/// Values of a chunk of rows, or one value for all of them.
#[derive(Debug, Clone)]
pub(super) struct Vector {
    pub(super) data: Data,
    /// Which rows are not null; `None` where all are.
    pub(super) valid: Option<Rc<Bits>>,
    /// Whether the one value it has stands for every row.
    pub(super) scalar: bool,
    /// The same values in fewer bytes, made when first asked for.
    narrow: OnceCell<Narrow>,
}

/// Values in fewer bytes: a vector instruction takes as many more of them.
#[derive(Debug, Clone)]
enum Narrow {
    /// They do not fit.
    No,
    /// Codes of a dictionary of at most 256 values.
    Codes(Vec<u8>),
    /// Integers of 32 bits.
    Ints(Vec<i32>),
}

#[derive(Debug, Clone)]
pub(super) enum Data {
    /// A bit is set only where the row is valid.
    Bool(Bits),
    /// `int64` and, in microseconds, `timestamp`.
    Int(ScalarBuffer<i64>),
    Float(ScalarBuffer<f64>),
    /// Unscaled; the scale is in the node's type.
    Decimal(ScalarBuffer<i128>),
    Date(ScalarBuffer<i32>),
    /// Codes into distinct values; a code of a null row may be past the end.
    Text(ScalarBuffer<u32>, Arc<StringArray>),
    Set(StringSetColumn),
}

/// Numbers of each row, or one for all rows.
#[derive(Debug, Clone, Copy)]
pub(super) enum Numbers<'a, T> {
    One(T),
    Many(&'a [T]),
}

impl<T: Copy> Numbers<'_, T> {
    pub(super) fn at(&self, row: usize) -> T {
        match self {
            Self::One(value) => *value,
            Self::Many(values) => values[row],
        }
    }
}

impl Vector {
    pub(super) fn new(data: Data, valid: impl Into<Option<Rc<Bits>>>) -> Self {
        let valid = valid.into().filter(|valid| !valid.is_full());
        Self { data, valid, scalar: false, narrow: OnceCell::new() }
    }

    pub(super) fn from_column(column: &Column) -> Self {
        Self::from_rows(column, 0, column.len())
    }

    /// The values of `len` rows from `start`.
    pub(super) fn from_rows(column: &Column, start: usize, len: usize) -> Self {
        let valid = Bits::from_nulls(column.null_buffer(), start, len).map(Rc::new);
        let data = match column {
            Column::Bool(a) => {
                let mut bits = Bits::from_buffer(&a.values().slice(start, len));
                if let Some(valid) = &valid {
                    bits.keep(valid);
                }
                Data::Bool(bits)
            }
            Column::Int(a) => Data::Int(a.values().slice(start, len)),
            Column::Timestamp(a) => Data::Int(a.values().slice(start, len)),
            Column::Float(a) => return Self::from_floats(a.values().slice(start, len), valid),
            Column::Decimal(a) => Data::Decimal(a.values().slice(start, len)),
            Column::Date(a) => Data::Date(a.values().slice(start, len)),
            Column::String(a) => Data::Text(a.codes().values().slice(start, len), Arc::clone(a.values())),
            Column::StringSet(a) => Data::Set(a.slice(start, len)),
        };
        Self::new(data, valid)
    }

    /// NaN becomes null.
    pub(super) fn from_floats(values: ScalarBuffer<f64>, valid: Option<Rc<Bits>>) -> Self {
        if !lanes::has_nan(&values) {
            return Self::new(Data::Float(values), valid);
        }
        let mut numbers = Bits::test(&values, |value| !value.is_nan());
        if let Some(valid) = valid {
            numbers.keep(&valid);
        }
        Self::new(Data::Float(values), Rc::new(numbers))
    }

    /// The codes of a text in bytes, where its dictionary is that small.
    pub(super) fn byte_codes(&self) -> Option<&[u8]> {
        let Data::Text(codes, values) = &self.data else { return None };
        let narrow = self.narrow.get_or_init(|| match values.len() {
            // What is past the end belongs to null rows.
            0..=256 => Narrow::Codes(lanes::low_bytes(codes)),
            _ => Narrow::No,
        });
        if let Narrow::Codes(codes) = narrow { Some(codes) } else { None }
    }

    /// Integers in 32 bits, where all of them fit.
    pub(super) fn short_ints(&self) -> Option<&[i32]> {
        const FIRST: usize = 16;
        let Data::Int(values) = &self.data else { return None };
        let fits = |values: &[i64]| {
            let high = |value: i64| value.wrapping_add(1 << 31) as u64 >> 32;
            values.iter().fold(0, |any, &value| any | high(value)) == 0
        };
        let narrow = self.narrow.get_or_init(|| {
            if fits(&values[..values.len().min(FIRST)]) && fits(values) {
                Narrow::Ints(values.iter().map(|&value| value as i32).collect())
            } else {
                Narrow::No
            }
        });
        if let Narrow::Ints(values) = narrow { Some(values) } else { None }
    }

    pub(super) fn from_value(value: &Value, data_type: DataType) -> Self {
        let mut builder = ColumnBuilder::new(data_type, 1);
        builder.push(value);
        let mut vector = Self::from_column(&builder.finish());
        vector.scalar = true;
        vector
    }

    pub(super) fn to_column(&self, data_type: DataType, len: usize) -> Column {
        let vector = self.spread(len);
        let nulls = vector.valid.as_ref().map(|valid| NullBuffer::new(valid.to_buffer()));
        match vector.data {
            Data::Bool(bits) => Column::Bool(BooleanArray::new(bits.into_buffer(), nulls)),
            Data::Int(values) if data_type == DataType::Timestamp => {
                Column::Timestamp(TimestampMicrosecondArray::new(values, nulls).with_timezone("UTC"))
            }
            Data::Int(values) => Column::Int(Int64Array::new(values, nulls)),
            Data::Float(values) => Column::Float(Float64Array::new(values, nulls)),
            Data::Decimal(values) => {
                let array = Decimal128Array::new(values, nulls);
                let DataType::Decimal { precision, scale } = data_type else { return Column::Decimal(array) };
                let typed = array.with_precision_and_scale(precision, scale);
                Column::Decimal(typed.expect("invariant: the checker makes valid decimal types only"))
            }
            Data::Date(values) => Column::Date(Date32Array::new(values, nulls)),
            Data::Text(codes, values) => {
                Column::String(StringColumn::new(UInt32Array::new(codes, nulls), values))
            }
            Data::Set(sets) => Column::StringSet(sets),
        }
    }

    /// The same values with one for each of `len` rows.
    pub(super) fn spread(&self, len: usize) -> Self {
        fn repeat<T: arrow_buffer::ArrowNativeType>(values: &ScalarBuffer<T>, len: usize) -> ScalarBuffer<T> {
            vec![values[0]; len].into()
        }
        if !self.scalar {
            return self.clone();
        }
        let data = match &self.data {
            Data::Bool(bits) => Data::Bool(Bits::filled(len, bits.get(0))),
            Data::Int(values) => Data::Int(repeat(values, len)),
            Data::Float(values) => Data::Float(repeat(values, len)),
            Data::Decimal(values) => Data::Decimal(repeat(values, len)),
            Data::Date(values) => Data::Date(repeat(values, len)),
            Data::Text(codes, values) => Data::Text(repeat(codes, len), Arc::clone(values)),
            Data::Set(sets) => match Column::StringSet(sets.clone()).take(&vec![0; len]) {
                Column::StringSet(sets) => Data::Set(sets),
                _ => Data::Set(sets.clone()),
            },
        };
        Self::new(data, self.valid(len))
    }

    pub(super) fn is_valid(&self, row: usize) -> bool {
        let row = if self.scalar { 0 } else { row };
        self.valid.as_ref().is_none_or(|valid| valid.get(row))
    }

    /// Which of `len` rows are valid; `None` where all are.
    pub(super) fn valid(&self, len: usize) -> Option<Rc<Bits>> {
        let valid = self.valid.as_ref()?;
        Some(if self.scalar { Rc::new(Bits::filled(len, valid.get(0))) } else { Rc::clone(valid) })
    }

    /// Which of `len` rows are true.
    pub(super) fn trues(&self, len: usize) -> Bits {
        match &self.data {
            Data::Bool(bits) if self.scalar => Bits::filled(len, bits.get(0)),
            Data::Bool(bits) => bits.clone(),
            _ => Bits::zeros(len),
        }
    }

    /// Which of `len` rows are false.
    pub(super) fn falses(&self, len: usize) -> Bits {
        match (&self.data, &self.valid) {
            (Data::Bool(trues), Some(valid)) if !self.scalar => valid.and_not(trues),
            (Data::Bool(trues), None) if !self.scalar => trues.not(),
            _ => {
                let trues = self.trues(len);
                self.valid(len).map_or_else(|| trues.not(), |valid| valid.and_not(&trues))
            }
        }
    }

    fn numbers<'a, T: Copy>(&self, values: &'a [T]) -> Numbers<'a, T> {
        match values {
            [one] if self.scalar => Numbers::One(*one),
            many => Numbers::Many(many),
        }
    }

    pub(super) fn ints(&self) -> Numbers<'_, i64> {
        match &self.data {
            Data::Int(values) => self.numbers(values),
            _ => unreachable!("invariant: the checker gives this operator integers"),
        }
    }

    pub(super) fn floats(&self) -> Numbers<'_, f64> {
        match &self.data {
            Data::Float(values) => self.numbers(values),
            _ => unreachable!("invariant: the checker gives this operator floats"),
        }
    }

    pub(super) fn decimals(&self) -> Numbers<'_, i128> {
        match &self.data {
            Data::Decimal(values) => self.numbers(values),
            _ => unreachable!("invariant: the checker gives this operator decimals"),
        }
    }

    pub(super) fn dates(&self) -> Numbers<'_, i32> {
        match &self.data {
            Data::Date(values) => self.numbers(values),
            _ => unreachable!("invariant: the checker gives this operator dates"),
        }
    }

    /// The text of a row; empty where it is null.
    pub(super) fn text(&self, row: usize) -> &str {
        match &self.data {
            Data::Text(codes, values) if self.is_valid(row) => {
                values.value(codes[if self.scalar { 0 } else { row }] as usize)
            }
            _ => "",
        }
    }

    /// The value of a row.
    pub(super) fn value(&self, row: usize, data_type: DataType) -> Value {
        let row = if self.scalar { 0 } else { row };
        let len = row + 1;
        let whole = Self { scalar: false, ..self.clone() };
        if whole.is_valid(row) { whole.to_column(data_type, len).value(row) } else { Value::Null }
    }
}
