//! What a decision table took, as columns.

use std::sync::Arc;

use arrow_array::{ArrayRef, ListArray, StringArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType as Arrow, Field};

use crate::rule::hits::Taken;
use crate::value::{Column, ColumnBuilder, DataType, Value};

pub(crate) fn row_column(taken: &[(Taken, Vec<usize>)], len: usize) -> Column {
    let mut builder = ColumnBuilder::new(DataType::Int, len);
    for (taken, _) in taken {
        let row = match taken {
            Taken::One(row) => Some(*row),
            Taken::All(rows) => rows.first().copied(),
            Taken::Nothing | Taken::Conflict => None,
        };
        builder.push(&row.map_or(Value::Null, |row| Value::Int(row as i64 + 1)));
    }
    builder.finish()
}

pub(crate) fn single(each: impl Iterator<Item = Vec<Value>>, data_type: DataType, len: usize) -> Column {
    let mut builder = ColumnBuilder::new(data_type, len);
    each.for_each(|values| builder.push(values.first().unwrap_or(&Value::Null)));
    builder.finish()
}

pub(crate) fn sets(each: impl Iterator<Item = Vec<Value>>, len: usize) -> Column {
    let mut builder = ColumnBuilder::new(DataType::StringSet, len);
    for values in each {
        let text = |value: Value| match value {
            Value::Null => None,
            Value::String(text) => Some(text),
            other => Some(other.to_string().into()),
        };
        let mut items: Vec<Arc<str>> = values.into_iter().filter_map(text).collect();
        items.sort();
        items.dedup();
        builder.push(&Value::StringSet(items));
    }
    builder.finish()
}

/// Lists as JSON, in their order and with what is in them several times.
pub(crate) fn json_lists(each: impl Iterator<Item = Vec<Value>>, len: usize) -> Column {
    let mut builder = ColumnBuilder::new(DataType::String, len);
    each.for_each(|values| builder.push_str(&serde_json::json!(values).to_string()));
    builder.finish()
}

pub(crate) fn lists(each: impl Iterator<Item = Vec<Value>>, data_type: DataType) -> ArrayRef {
    let (mut lengths, mut values) = (Vec::new(), Vec::new());
    for list in each {
        lengths.push(list.len());
        values.extend(list);
    }
    let items: ArrayRef = if data_type == DataType::String {
        Arc::new(values.iter().map(Value::as_str).collect::<StringArray>())
    } else {
        let len = values.len();
        single(values.into_iter().map(|value| vec![value]), data_type, len).to_arrow()
    };
    let item = if data_type == DataType::String { Arrow::Utf8 } else { data_type.to_arrow() };
    let field = Arc::new(Field::new("item", item, true));
    Arc::new(ListArray::new(field, OffsetBuffer::from_lengths(lengths), items, None))
}
