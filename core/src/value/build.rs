//! Building columns cell by cell.

use std::sync::Arc;

use arrow_array::{
    Array, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray, UInt32Array,
};
use arrow_buffer::{BooleanBufferBuilder, NullBuffer, OffsetBuffer};
use rustc_hash::FxHashMap;

use crate::value::{Column, DataType, Decimal, StringColumn, StringSetColumn, Value};

/// Builds a [`Column`] of one type, cell by cell; distinct texts are kept once.
#[derive(Debug)]
pub struct ColumnBuilder {
    data_type: DataType,
    valid: BooleanBufferBuilder,
    cells: Cells,
}

#[derive(Debug)]
enum Cells {
    Bool(BooleanBufferBuilder),
    Int(Vec<i64>),
    Float(Vec<f64>),
    Decimal(Vec<i128>),
    Date(Vec<i32>),
    String { codes: Vec<u32>, dictionary: Dictionary },
    StringSet { lengths: Vec<usize>, codes: Vec<u32>, dictionary: Dictionary },
}

#[derive(Debug, Default)]
struct Dictionary {
    codes: FxHashMap<Arc<str>, u32>,
    values: Vec<Arc<str>>,
}

impl Dictionary {
    fn code(&mut self, text: &str) -> u32 {
        if let Some(&code) = self.codes.get(text) {
            return code;
        }
        let code = self.values.len() as u32;
        let shared: Arc<str> = text.into();
        self.values.push(Arc::clone(&shared));
        self.codes.insert(shared, code);
        code
    }

    fn finish(self) -> Arc<StringArray> {
        Arc::new(StringArray::from_iter_values(self.values))
    }
}

impl Column {
    /// A column of texts, each told by its place in a list of them, which may have the same text twice, or none.
    pub(crate) fn texts_at<T: AsRef<str>>(places: &[Option<u32>], texts: &[Option<T>]) -> Self {
        let mut dictionary = Dictionary::default();
        let codes: Vec<Option<u32>> =
            texts.iter().map(|text| text.as_ref().map(|text| dictionary.code(text.as_ref()))).collect();
        let codes = places.iter().map(|place| place.and_then(|place| codes[place as usize]));
        Self::String(StringColumn::new(codes.collect(), dictionary.finish()))
    }
}

impl ColumnBuilder {
    /// Starts a column with room for `capacity` rows.
    pub fn new(data_type: DataType, capacity: usize) -> Self {
        let cells = match data_type {
            DataType::Bool => Cells::Bool(BooleanBufferBuilder::new(capacity)),
            DataType::Int | DataType::Timestamp => Cells::Int(Vec::with_capacity(capacity)),
            DataType::Float => Cells::Float(Vec::with_capacity(capacity)),
            DataType::Decimal { .. } => Cells::Decimal(Vec::with_capacity(capacity)),
            DataType::Date => Cells::Date(Vec::with_capacity(capacity)),
            DataType::String => {
                Cells::String { codes: Vec::with_capacity(capacity), dictionary: Dictionary::default() }
            }
            DataType::StringSet => Cells::StringSet {
                lengths: Vec::with_capacity(capacity),
                codes: Vec::new(),
                dictionary: Dictionary::default(),
            },
        };
        Self { data_type, valid: BooleanBufferBuilder::new(capacity), cells }
    }

    /// Adds a null.
    pub fn push_null(&mut self) {
        self.valid.append(false);
        match &mut self.cells {
            Cells::Bool(bits) => bits.append(false),
            Cells::Int(cells) => cells.push(0),
            Cells::Float(cells) => cells.push(0.0),
            Cells::Decimal(cells) => cells.push(0),
            Cells::Date(cells) => cells.push(0),
            Cells::String { codes, .. } => codes.push(0),
            Cells::StringSet { lengths, .. } => lengths.push(0),
        }
    }

    /// Adds a text to a `string` column.
    ///
    /// # Panics
    /// Where the column is of another type.
    pub fn push_str(&mut self, text: &str) {
        match &mut self.cells {
            Cells::String { codes, dictionary } => codes.push(dictionary.code(text)),
            _ => panic!("invariant: text pushed into a {} column", self.data_type),
        }
        self.valid.append(true);
    }

    /// Adds a value. A number is widened to the column's type (int to float or decimal); NaN becomes null.
    ///
    /// # Panics
    /// Where the value is of another type: callers check types when they plan.
    pub fn push(&mut self, value: &Value) {
        match (&mut self.cells, value) {
            (_, Value::Null) => return self.push_null(),
            (_, Value::Float(n)) if n.is_nan() => return self.push_null(),
            (Cells::String { .. }, Value::String(text)) => return self.push_str(text),
            (Cells::Bool(bits), Value::Bool(b)) => bits.append(*b),
            (Cells::Int(cells), Value::Int(n)) => cells.push(*n),
            (Cells::Int(cells), Value::Timestamp(t)) => cells.push(t.micros()),
            (Cells::Float(cells), value) if value.as_f64().is_some() => {
                cells.push(value.as_f64().unwrap_or_default());
            }
            (Cells::Decimal(cells), value) => match (self.data_type, value) {
                (DataType::Decimal { scale, .. }, Value::Decimal(d)) => match d.rescale(scale) {
                    Some(d) => cells.push(d.unscaled),
                    None => return self.push_null(),
                },
                (DataType::Decimal { scale, .. }, Value::Int(n)) => {
                    match Decimal::new(i128::from(*n), 0).rescale(scale) {
                        Some(d) => cells.push(d.unscaled),
                        None => return self.push_null(),
                    }
                }
                _ => panic!("invariant: {value:?} pushed into a {} column", self.data_type),
            },
            (Cells::Date(cells), Value::Date(d)) => cells.push(d.days()),
            (Cells::StringSet { lengths, codes, dictionary }, Value::StringSet(items)) => {
                let mut sorted: Vec<&Arc<str>> = items.iter().collect();
                sorted.sort_unstable();
                sorted.dedup();
                lengths.push(sorted.len());
                codes.extend(sorted.into_iter().map(|text| dictionary.code(text)));
            }
            (_, value) => panic!("invariant: {value:?} pushed into a {} column", self.data_type),
        }
        self.valid.append(true);
    }

    /// Adds all rows of a column of the same type.
    ///
    /// # Panics
    /// Where the types differ.
    pub fn extend(&mut self, column: &Column) {
        if let (Cells::String { codes, dictionary }, Column::String(strings)) = (&mut self.cells, column) {
            // One look-up a distinct value, not one a row.
            let map: Vec<u32> = strings.values().iter().flatten().map(|text| dictionary.code(text)).collect();
            codes.extend(strings.codes().iter().map(|code| code.map_or(0, |code| map[code as usize])));
            match strings.codes().nulls() {
                Some(nulls) => self.valid.append_buffer(nulls.inner()),
                None => self.valid.append_n(strings.codes().len(), true),
            }
            return;
        }
        if self.extend_numbers(column) {
            match column.null_buffer() {
                Some(nulls) => self.valid.append_buffer(nulls.inner()),
                None => self.valid.append_n(column.len(), true),
            }
            return;
        }
        for row in 0..column.len() {
            self.push(&column.value(row));
        }
    }

    /// Copies whole buffers where the column is of numbers of just this type.
    fn extend_numbers(&mut self, column: &Column) -> bool {
        if column.data_type() != self.data_type {
            return false;
        }
        match (&mut self.cells, column) {
            (Cells::Int(cells), Column::Int(a)) => cells.extend_from_slice(a.values()),
            (Cells::Int(cells), Column::Timestamp(a)) => cells.extend_from_slice(a.values()),
            (Cells::Float(cells), Column::Float(a)) => cells.extend_from_slice(a.values()),
            (Cells::Decimal(cells), Column::Decimal(a)) => cells.extend_from_slice(a.values()),
            (Cells::Date(cells), Column::Date(a)) => cells.extend_from_slice(a.values()),
            (Cells::Bool(bits), Column::Bool(a)) => bits.append_buffer(a.values()),
            _ => return false,
        }
        true
    }

    /// How many rows so far.
    pub fn len(&self) -> usize {
        self.valid.len()
    }

    /// Whether there are no rows yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Gives the column.
    pub fn finish(mut self) -> Column {
        let nulls = Some(NullBuffer::new(self.valid.finish())).filter(|nulls| nulls.null_count() > 0);
        match self.cells {
            Cells::Bool(mut bits) => Column::Bool(BooleanArray::new(bits.finish(), nulls)),
            Cells::Int(cells) if self.data_type == DataType::Timestamp => {
                Column::Timestamp(TimestampMicrosecondArray::new(cells.into(), nulls).with_timezone("UTC"))
            }
            Cells::Int(cells) => Column::Int(Int64Array::new(cells.into(), nulls)),
            Cells::Float(cells) => Column::Float(Float64Array::new(cells.into(), nulls)),
            Cells::Decimal(cells) => {
                let array = Decimal128Array::new(cells.into(), nulls);
                let array = match self.data_type {
                    DataType::Decimal { precision, scale } => array
                        .with_precision_and_scale(precision, scale)
                        .expect("invariant: a decimal type was checked when it was made"),
                    _ => array,
                };
                Column::Decimal(array)
            }
            Cells::Date(cells) => Column::Date(Date32Array::new(cells.into(), nulls)),
            Cells::String { codes, dictionary } => {
                Column::String(StringColumn::new(UInt32Array::new(codes.into(), nulls), dictionary.finish()))
            }
            Cells::StringSet { lengths, codes, dictionary } => Column::StringSet(StringSetColumn::new(
                OffsetBuffer::from_lengths(lengths),
                codes.into(),
                nulls,
                dictionary.finish(),
            )),
        }
    }
}
