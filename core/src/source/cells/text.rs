//! Text arrays of all layouts, plain or dictionary-coded.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, LargeStringArray, StringArray, StringViewArray, UInt32Array};
use arrow_schema::DataType as Arrow;

use crate::source::cells::Outcome;
use crate::source::cells::outcome::{Builder, Events};

/// An array of texts.
pub(in crate::source) enum Text {
    Plain(StringArray),
    Large(LargeStringArray),
    View(StringViewArray),
    /// Keys into texts, which may repeat and be null.
    Keyed {
        keys: UInt32Array,
        values: ArrayRef,
    },
}

/// The texts of an array, cell by cell or once a distinct one.
pub(in crate::source) enum Each<'a> {
    /// One a row.
    Rows(Box<dyn Iterator<Item = Option<&'a str>> + 'a>),
    /// Keys into texts.
    Keyed(&'a UInt32Array, &'a ArrayRef),
}

impl Text {
    pub(super) fn of(array: &ArrayRef) -> Option<Self> {
        Some(match array.data_type() {
            Arrow::Utf8 => Self::Plain(array.as_string::<i32>().clone()),
            Arrow::LargeUtf8 => Self::Large(array.as_string::<i64>().clone()),
            Arrow::Utf8View => Self::View(array.as_string_view().clone()),
            Arrow::Dictionary(key, _) => {
                macro_rules! keys {
                    ($type:ty) => {{
                        let keys = array.as_any_dictionary().keys().as_primitive::<$type>();
                        let plain = keys.values().iter().map(|&key| u32::try_from(key).ok());
                        match plain.collect::<Option<Vec<u32>>>() {
                            Some(plain) => UInt32Array::new(plain.into(), keys.nulls().cloned()),
                            None => keys.iter().map(|key| u32::try_from(key?).ok()).collect(),
                        }
                    }};
                }
                let keys: UInt32Array = match **key {
                    Arrow::Int8 => keys!(Int8Type),
                    Arrow::Int16 => keys!(Int16Type),
                    Arrow::Int32 => keys!(Int32Type),
                    Arrow::Int64 => keys!(Int64Type),
                    Arrow::UInt8 => keys!(UInt8Type),
                    Arrow::UInt16 => keys!(UInt16Type),
                    Arrow::UInt32 => keys!(UInt32Type),
                    Arrow::UInt64 => keys!(UInt64Type),
                    _ => return None,
                };
                Self::Keyed { keys, values: array.as_any_dictionary().values().clone() }
            }
            _ => return None,
        })
    }

    pub(in crate::source) fn len(&self) -> usize {
        match self {
            Self::Plain(array) => array.len(),
            Self::Large(array) => array.len(),
            Self::View(array) => array.len(),
            Self::Keyed { keys, .. } => keys.len(),
        }
    }

    pub(in crate::source) fn get(&self, row: usize) -> Option<&str> {
        match self {
            Self::Plain(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Large(array) => array.is_valid(row).then(|| array.value(row)),
            Self::View(array) => array.is_valid(row).then(|| array.value(row)),
            Self::Keyed { keys, values } => {
                keys.is_valid(row).then(|| text_at(values, keys.value(row) as usize)).flatten()
            }
        }
    }

    pub(in crate::source) fn each(&self) -> Each<'_> {
        match self {
            Self::Plain(array) => Each::Rows(Box::new(array.iter())),
            Self::Large(array) => Each::Rows(Box::new(array.iter())),
            Self::View(array) => Each::Rows(Box::new(array.iter())),
            Self::Keyed { keys, values } => Each::Keyed(keys, values),
        }
    }

    /// Reads each row's text; a text of a dictionary is read once.
    pub(super) fn parse<T: Copy + Default>(
        &self,
        events: &mut Events,
        mut parse: impl FnMut(&str) -> Outcome<T>,
    ) -> (Vec<T>, Option<arrow_buffer::NullBuffer>) {
        let mut builder = Builder::new(self.len(), events);
        match self.each() {
            Each::Rows(rows) => {
                for text in rows {
                    builder.push(text.map_or(Outcome::Null, &mut parse));
                }
            }
            Each::Keyed(keys, values) => {
                let mut read: Vec<Option<Outcome<T>>> = vec![None; values.len()];
                for key in keys {
                    builder.push(match key {
                        None => Outcome::Null,
                        Some(key) => *read[key as usize].get_or_insert_with(|| {
                            text_at(values, key as usize).map_or(Outcome::Null, &mut parse)
                        }),
                    });
                }
            }
        }
        builder.finish()
    }
}

/// A text of a plain text array.
pub(in crate::source) fn text_at(values: &ArrayRef, row: usize) -> Option<&str> {
    if values.is_null(row) {
        return None;
    }
    match values.data_type() {
        Arrow::Utf8 => Some(values.as_string::<i32>().value(row)),
        Arrow::LargeUtf8 => Some(values.as_string::<i64>().value(row)),
        Arrow::Utf8View => Some(values.as_string_view().value(row)),
        _ => None,
    }
}
