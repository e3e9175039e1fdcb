//! Named columns to apply rules to.

use arrow_array::RecordBatch;
use arrow_select::concat::concat_batches;

use crate::expr::{Block, Field, Schema};
use crate::rule::RuleError;
use crate::time::{Timestamp, Zone};
use crate::value::Column;

/// Named columns of one length, coded once for any number of rules.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
/// use tagloom::rule::{Frame, Rule};
///
/// let batch = RecordBatch::try_from_iter([
///     ("city", Arc::new(StringArray::from(vec![Some("上海"), None])) as ArrayRef),
///     ("spend", Arc::new(Float64Array::from(vec![120.0, 80.0])) as ArrayRef),
/// ])?;
/// let frame = Frame::from_batches(&[batch])?;
/// let applied = Rule::new("city = '上海' AND spend > 100")?.apply(&frame)?;
/// assert_eq!(applied.column.value(0).to_string(), "true");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Frame {
    names: Vec<String>,
    columns: Vec<Column>,
    len: usize,
    as_of: Option<Timestamp>,
    zone: Zone,
}

impl Frame {
    /// A frame of columns. Its time zone is UTC and it has no `as_of`; see [`at`](Self::at).
    ///
    /// # Errors
    /// `rule.frame_length` where the lengths differ, `rule.frame_name` where a name stands twice.
    pub fn new(columns: impl IntoIterator<Item = (String, Column)>) -> Result<Self, RuleError> {
        let (names, columns): (Vec<String>, Vec<Column>) = columns.into_iter().unzip();
        let len = columns.first().map_or(0, Column::len);
        for (at, (name, column)) in names.iter().zip(&columns).enumerate() {
            if column.len() != len {
                return Err(RuleError::FrameLength { name: name.clone(), found: column.len(), wanted: len });
            }
            if names[..at].contains(name) {
                return Err(RuleError::FrameName { name: name.clone() });
            }
        }
        Ok(Self { names, columns, len, as_of: None, zone: Zone::utc() })
    }

    /// A frame of Arrow batches of one schema; see [`Column::from_arrow`]. Columns of other types than rules have are
    /// left out. Timestamps without a time zone are taken for UTC.
    ///
    /// # Errors
    /// As [`new`](Self::new), and `rule.frame_arrow` where the batches have different schemas.
    pub fn from_batches(batches: &[RecordBatch]) -> Result<Self, RuleError> {
        Self::from_batches_in(batches, &Zone::utc())
    }

    /// As [`from_batches`](Self::from_batches), with timestamps without a time zone, and calendar days, in `zone`.
    ///
    /// # Errors
    /// As [`from_batches`](Self::from_batches).
    pub fn from_batches_in(batches: &[RecordBatch], zone: &Zone) -> Result<Self, RuleError> {
        let Some(first) = batches.first() else { return Self::new([]) };
        let joined;
        let batch = if let [only] = batches {
            only
        } else {
            joined = concat_batches(&first.schema(), batches)
                .map_err(|error| RuleError::FrameArrow { message: error.to_string() })?;
            &joined
        };
        let schema = batch.schema();
        let columns = schema.fields().iter().zip(batch.columns()).filter_map(|(field, array)| {
            let column = Column::from_arrow(array, zone).ok()?;
            Some((field.name().clone(), column))
        });
        let frame = Self::new(columns.collect::<Vec<_>>())?;
        Ok(Self { len: batch.num_rows(), zone: zone.clone(), ..frame })
    }

    /// The same columns at an instant: `NOW()` is `as_of`, `TODAY()` its date in `zone`.
    #[must_use]
    pub fn at(self, as_of: Timestamp, zone: &Zone) -> Self {
        Self { as_of: Some(as_of), zone: zone.clone(), ..self }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The instant at which rules are asked, where it was set.
    pub fn as_of(&self) -> Option<Timestamp> {
        self.as_of
    }

    /// The time zone of days and wall clocks.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The columns with their names, in order.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = (&str, &Column)> {
        self.names.iter().map(String::as_str).zip(&self.columns)
    }

    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns().find(|(own, _)| *own == name).map(|(_, column)| column)
    }

    /// What rules can name: the columns, those without a null as never null.
    pub fn schema(&self) -> Schema {
        let mut schema = Schema::new();
        for (name, column) in self.columns() {
            let nullable = column.null_count() > 0 || has_nan(column);
            schema.push(Field { name: name.to_owned(), data_type: column.data_type(), nullable });
        }
        schema
    }

    /// The rows for an evaluation. Without an `as_of` it is 1970; nothing asks for it then.
    pub(crate) fn block(&self) -> Block<'_> {
        let as_of = self.as_of.unwrap_or(Timestamp::from_micros(0));
        Block::new(self.len, as_of, &self.zone).with_columns(&self.columns)
    }

    /// A column for each field of a schema, by name.
    pub(crate) fn block_of(&self, schema: &Schema) -> Block<'_> {
        let as_of = self.as_of.unwrap_or(Timestamp::from_micros(0));
        let block = Block::new(self.len, as_of, &self.zone);
        let found = schema.fields().iter().enumerate();
        let found = found.filter_map(|(at, field)| Some((at, self.column(&field.name)?)));
        found.fold(block, |block, (at, column)| block.with(at, column))
    }
}

fn has_nan(column: &Column) -> bool {
    matches!(column, Column::Float(array) if array.values().iter().any(|value| value.is_nan()))
}
