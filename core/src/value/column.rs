//! Typed columns.

use std::sync::Arc;

use arrow_array::{
    Array, ArrowPrimitiveType, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array,
    PrimitiveArray, TimestampMicrosecondArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};

use crate::time::{Date, Timestamp};
use crate::value::{ColumnBuilder, DataType, Decimal, StringColumn, StringSetColumn, Value};

/// In a list of rows to take: no row, which gives null.
pub const NO_ROW: u32 = u32::MAX;

/// A column: values of one [`DataType`], each possibly null. Clones share the data.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Column {
    /// `bool`.
    Bool(BooleanArray),
    /// `int64`.
    Int(Int64Array),
    /// `float64`, without NaN.
    Float(Float64Array),
    /// `decimal`; precision and scale are the array's.
    Decimal(Decimal128Array),
    /// `string`.
    String(StringColumn),
    /// `date`, days since 1970-01-01.
    Date(Date32Array),
    /// `timestamp`, microseconds since 1970-01-01T00:00:00Z.
    Timestamp(TimestampMicrosecondArray),
    /// `set<string>`.
    StringSet(StringSetColumn),
}

impl Column {
    /// Makes a column of `len` nulls.
    pub fn nulls(data_type: DataType, len: usize) -> Self {
        let mut builder = ColumnBuilder::new(data_type, len);
        for _ in 0..len {
            builder.push_null();
        }
        builder.finish()
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        match self {
            Self::StringSet(column) => column.len(),
            other => other.as_array().map_or(0, Array::len),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The type of the values.
    pub fn data_type(&self) -> DataType {
        match self {
            Self::Bool(_) => DataType::Bool,
            Self::Int(_) => DataType::Int,
            Self::Float(_) => DataType::Float,
            Self::Decimal(a) => DataType::Decimal { precision: a.precision(), scale: a.scale() },
            Self::String(_) => DataType::String,
            Self::Date(_) => DataType::Date,
            Self::Timestamp(_) => DataType::Timestamp,
            Self::StringSet(_) => DataType::StringSet,
        }
    }

    /// Which rows are null; `None` where none is.
    pub fn null_buffer(&self) -> Option<&NullBuffer> {
        match self {
            Self::StringSet(column) => column.nulls(),
            other => other.as_array().and_then(Array::nulls),
        }
    }

    /// Whether a row is null.
    pub fn is_null(&self, row: usize) -> bool {
        self.null_buffer().is_some_and(|nulls| nulls.is_null(row))
    }

    /// How many rows are null.
    pub fn null_count(&self) -> usize {
        self.null_buffer().map_or(0, NullBuffer::null_count)
    }

    /// The value of a row.
    ///
    /// # Panics
    /// Where `row` is not below [`len`](Self::len).
    pub fn value(&self, row: usize) -> Value {
        if self.is_null(row) {
            return Value::Null;
        }
        match self {
            Self::Bool(a) => Value::Bool(a.value(row)),
            Self::Int(a) => Value::Int(a.value(row)),
            Self::Float(a) => Value::Float(a.value(row)),
            Self::Decimal(a) => Value::Decimal(Decimal::new(a.value(row), a.scale())),
            Self::String(a) => a.get(row).map_or(Value::Null, Value::from),
            Self::Date(a) => Value::Date(Date::from_days(a.value(row))),
            Self::Timestamp(a) => Value::Timestamp(Timestamp::from_micros(a.value(row))),
            Self::StringSet(a) => Value::StringSet(
                a.codes(row).iter().map(|&code| Arc::from(a.values().value(code as usize))).collect(),
            ),
        }
    }

    /// The number of a row as a float; `None` where it is null or the column is no number.
    pub fn f64(&self, row: usize) -> Option<f64> {
        if self.is_null(row) {
            return None;
        }
        match self {
            Self::Int(a) => Some(a.value(row) as f64),
            Self::Float(a) => Some(a.value(row)),
            Self::Decimal(a) => Some(Decimal::new(a.value(row), a.scale()).to_f64()),
            _ => None,
        }
    }

    /// A part of the column, sharing its data.
    ///
    /// # Panics
    /// Where the part reaches past the end.
    pub fn slice(&self, offset: usize, len: usize) -> Self {
        match self {
            Self::Bool(a) => Self::Bool(a.slice(offset, len)),
            Self::Int(a) => Self::Int(a.slice(offset, len)),
            Self::Float(a) => Self::Float(a.slice(offset, len)),
            Self::Decimal(a) => Self::Decimal(a.slice(offset, len)),
            Self::String(a) => {
                Self::String(StringColumn::new(a.codes().slice(offset, len), Arc::clone(a.values())))
            }
            Self::Date(a) => Self::Date(a.slice(offset, len)),
            Self::Timestamp(a) => Self::Timestamp(a.slice(offset, len)),
            Self::StringSet(a) => Self::StringSet(a.slice(offset, len)),
        }
    }

    /// The rows at `rows`, in that order; [`NO_ROW`] gives null.
    ///
    /// # Panics
    /// Where another index is not below [`len`](Self::len).
    pub fn take(&self, rows: &[u32]) -> Self {
        fn numbers<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>, rows: &[u32]) -> PrimitiveArray<T> {
            let values = array.values();
            let taken: Vec<T::Native> = rows
                .iter()
                .map(|&row| if row == NO_ROW { T::Native::default() } else { values[row as usize] })
                .collect();
            PrimitiveArray::new(taken.into(), taken_nulls(array.nulls(), rows))
                .with_data_type(array.data_type().clone())
        }
        match self {
            Self::Bool(a) => Self::Bool(BooleanArray::new(
                rows.iter().map(|&row| row != NO_ROW && a.value(row as usize)).collect(),
                taken_nulls(a.nulls(), rows),
            )),
            Self::Int(a) => Self::Int(numbers(a, rows)),
            Self::Float(a) => Self::Float(numbers(a, rows)),
            Self::Decimal(a) => Self::Decimal(numbers(a, rows)),
            Self::String(a) => {
                Self::String(StringColumn::new(numbers(a.codes(), rows), Arc::clone(a.values())))
            }
            Self::Date(a) => Self::Date(numbers(a, rows)),
            Self::Timestamp(a) => Self::Timestamp(numbers(a, rows)),
            Self::StringSet(a) => {
                let members = |row: u32| if row == NO_ROW { &[] } else { a.codes(row as usize) };
                let codes: Vec<u32> = rows.iter().flat_map(|&row| members(row)).copied().collect();
                Self::StringSet(StringSetColumn::new(
                    OffsetBuffer::from_lengths(rows.iter().map(|&row| members(row).len())),
                    codes.into(),
                    taken_nulls(a.nulls(), rows),
                    Arc::clone(a.values()),
                ))
            }
        }
    }

    /// Joins columns of one type end to end; strings get one common dictionary.
    ///
    /// # Panics
    /// Where the types differ.
    pub fn concat(data_type: DataType, parts: &[Self]) -> Self {
        if let [only] = parts {
            return only.clone();
        }
        if let Some(joined) = concat_shared_strings(parts) {
            return joined;
        }
        let mut builder = ColumnBuilder::new(data_type, parts.iter().map(Self::len).sum());
        for part in parts {
            builder.extend(part);
        }
        builder.finish()
    }

    /// The column as an Arrow array, where it is one in memory (all but sets).
    pub(super) fn as_array(&self) -> Option<&dyn Array> {
        Some(match self {
            Self::Bool(a) => a,
            Self::Int(a) => a,
            Self::Float(a) => a,
            Self::Decimal(a) => a,
            Self::String(a) => a.codes(),
            Self::Date(a) => a,
            Self::Timestamp(a) => a,
            Self::StringSet(_) => return None,
        })
    }
}

/// Parts of one column share its dictionary: then only the codes are joined.
fn concat_shared_strings(parts: &[Column]) -> Option<Column> {
    let Some(Column::String(first)) = parts.first() else { return None };
    let mut codes: Vec<Option<u32>> = Vec::with_capacity(parts.iter().map(Column::len).sum());
    for part in parts {
        let Column::String(strings) = part else { return None };
        if !Arc::ptr_eq(strings.values(), first.values()) {
            return None;
        }
        codes.extend(strings.codes().iter());
    }
    Some(Column::String(StringColumn::new(codes.into_iter().collect(), Arc::clone(first.values()))))
}

fn taken_nulls(nulls: Option<&NullBuffer>, rows: &[u32]) -> Option<NullBuffer> {
    let nulls = nulls.filter(|nulls| nulls.null_count() > 0);
    if nulls.is_none() && !rows.contains(&NO_ROW) {
        return None;
    }
    let valid = |row: u32| row != NO_ROW && nulls.is_none_or(|nulls| nulls.is_valid(row as usize));
    Some(rows.iter().map(|&row| valid(row)).collect())
}
