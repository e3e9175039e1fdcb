//! Columns to and from Arrow.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, ArrayRef, DictionaryArray, ListArray, StringArray, UInt32Array};
use arrow_schema::{DataType as Arrow, Field, TimeUnit};

use crate::value::{Column, ColumnBuilder, DataType, StringColumn};

/// An Arrow type that holds no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unsupported Arrow type {found}")]
pub struct UnsupportedArrowType {
    /// The type that was found.
    pub found: Arrow,
}

impl DataType {
    /// The Arrow type that a column of this type is given out as. Text is dictionary-coded.
    pub fn to_arrow(self) -> Arrow {
        let text = || Arrow::Dictionary(Box::new(Arrow::UInt32), Box::new(Arrow::Utf8));
        match self {
            Self::Bool => Arrow::Boolean,
            Self::Int => Arrow::Int64,
            Self::Float => Arrow::Float64,
            Self::Decimal { precision, scale } => Arrow::Decimal128(precision, scale),
            Self::String => text(),
            Self::Date => Arrow::Date32,
            Self::Timestamp => Arrow::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::StringSet => Arrow::List(Arc::new(Field::new("item", Arrow::Utf8, false))),
        }
    }
}

impl Column {
    /// Gives the column as an Arrow array of the type that [`DataType::to_arrow`] says; the data is shared.
    pub fn to_arrow(&self) -> ArrayRef {
        match self {
            Self::Bool(a) => Arc::new(a.clone()),
            Self::Int(a) => Arc::new(a.clone()),
            Self::Float(a) => Arc::new(a.clone()),
            Self::Decimal(a) => Arc::new(a.clone()),
            Self::String(a) => Arc::new(
                DictionaryArray::<UInt32Type>::try_new(
                    a.codes().clone(),
                    Arc::<StringArray>::clone(a.values()),
                )
                .expect("invariant: codes are below the number of values"),
            ),
            Self::Date(a) => Arc::new(a.clone()),
            Self::Timestamp(a) => Arc::new(a.clone()),
            Self::StringSet(a) => {
                // Collected, as `StringArray` wants to know beforehand how many there are.
                let codes: Vec<usize> =
                    (0..a.len()).flat_map(|row| a.codes(row)).map(|&c| c as usize).collect();
                let items = codes.into_iter().map(|code| a.values().value(code));
                let lengths = (0..a.len()).map(|row| a.codes(row).len());
                Arc::new(ListArray::new(
                    Arc::new(Field::new("item", Arrow::Utf8, false)),
                    arrow_buffer::OffsetBuffer::from_lengths(lengths),
                    Arc::new(StringArray::from_iter_values(items)),
                    a.nulls().cloned(),
                ))
            }
        }
    }
}

impl StringColumn {
    /// Takes text from Arrow: `Utf8`, `LargeUtf8`, `Utf8View`, or a dictionary of one of these with any integer keys.
    ///
    /// # Errors
    /// [`UnsupportedArrowType`] for arrays that hold no text.
    pub fn from_arrow(array: &dyn Array) -> Result<Self, UnsupportedArrowType> {
        fn plain<'a>(len: usize, cells: impl Iterator<Item = Option<&'a str>>) -> StringColumn {
            let mut builder = ColumnBuilder::new(DataType::String, len);
            for cell in cells {
                match cell {
                    Some(text) => builder.push_str(text),
                    None => builder.push_null(),
                }
            }
            match builder.finish() {
                Column::String(column) => column,
                _ => unreachable!("invariant: a string builder gives a string column"),
            }
        }
        fn keyed<K: ArrowDictionaryKeyType>(array: &dyn Array) -> Result<StringColumn, UnsupportedArrowType> {
            let array = array.as_dictionary::<K>();
            // A dictionary may repeat a value or hold a null: coding its values once gives distinct ones.
            let values = StringColumn::from_arrow(array.values())?;
            let codes: UInt32Array = array
                .keys_iter()
                .map(|key| key.filter(|&k| values.codes.is_valid(k)).map(|k| values.codes.value(k)))
                .collect();
            Ok(StringColumn { codes, values: values.values })
        }
        match array.data_type() {
            Arrow::Utf8 => Ok(plain(array.len(), array.as_string::<i32>().iter())),
            Arrow::LargeUtf8 => Ok(plain(array.len(), array.as_string::<i64>().iter())),
            Arrow::Utf8View => Ok(plain(array.len(), array.as_string_view().iter())),
            Arrow::Null => Ok(plain(array.len(), std::iter::repeat_n(None, array.len()))),
            Arrow::Dictionary(key, _) => match &**key {
                Arrow::Int8 => keyed::<Int8Type>(array),
                Arrow::Int16 => keyed::<Int16Type>(array),
                Arrow::Int32 => keyed::<Int32Type>(array),
                Arrow::Int64 => keyed::<Int64Type>(array),
                Arrow::UInt8 => keyed::<UInt8Type>(array),
                Arrow::UInt16 => keyed::<UInt16Type>(array),
                Arrow::UInt32 => keyed::<UInt32Type>(array),
                Arrow::UInt64 => keyed::<UInt64Type>(array),
                _ => Err(UnsupportedArrowType { found: array.data_type().clone() }),
            },
            other => Err(UnsupportedArrowType { found: other.clone() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn sets_are_given_out_as_lists() {
        let mut builder = ColumnBuilder::new(DataType::StringSet, 3);
        builder.push(&Value::StringSet(vec!["茶".into(), "书".into()]));
        builder.push_null();
        builder.push(&Value::StringSet(Vec::new()));
        let array = builder.finish().to_arrow();
        assert_eq!(array.data_type(), &DataType::StringSet.to_arrow());
        let lists = array.as_list::<i32>();
        let items: Vec<_> = lists.value(0).as_string::<i32>().iter().flatten().map(str::to_owned).collect();
        assert_eq!(items, ["书", "茶"]);
        assert!(lists.is_null(1));
        assert_eq!(lists.value_length(2), 0);
    }
}
