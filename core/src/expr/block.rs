//! What a rule is evaluated over.

use crate::time::{Timestamp, Zone};
use crate::value::{Column, DataType};

/// Rows to evaluate rules over: a column for each field that the rules read, and the time of the run.
#[derive(Debug, Clone)]
pub struct Block<'a> {
    pub(super) columns: Vec<Option<&'a Column>>,
    pub(super) len: usize,
    pub(super) as_of: Timestamp,
    pub(super) zone: &'a Zone,
}

impl<'a> Block<'a> {
    /// A block of `len` rows without columns. `NOW()` is `as_of`; `TODAY()` is its date in `zone`.
    pub fn new(len: usize, as_of: Timestamp, zone: &'a Zone) -> Self {
        Self { columns: Vec::new(), len, as_of, zone }
    }

    /// Sets the column of the schema's field at `index`. Only those that a rule reads are needed.
    #[must_use]
    pub fn with(mut self, index: usize, column: &'a Column) -> Self {
        if self.columns.len() <= index {
            self.columns.resize(index + 1, None);
        }
        self.columns[index] = Some(column);
        self
    }

    /// Sets the columns of the first fields of the schema, in order.
    #[must_use]
    pub fn with_columns(mut self, columns: impl IntoIterator<Item = &'a Column>) -> Self {
        for (index, column) in columns.into_iter().enumerate() {
            self = self.with(index, column);
        }
        self
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// A block that does not fit the rules that are evaluated over it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BlockError {
    /// A rule reads a field that has no column.
    #[error("the block has no column for `{name}`, which a rule reads")]
    MissingColumn {
        /// The name of the field.
        name: String,
    },
    /// A column has another type than its field.
    #[error("the column of `{name}` is {found}; the schema says {wanted}")]
    WrongType {
        /// The name of the field.
        name: String,
        /// The type of the column.
        found: DataType,
        /// The type of the field.
        wanted: DataType,
    },
    /// A column has another number of rows than the block.
    #[error("the column of `{name}` has {found} rows; the block has {wanted}")]
    WrongLength {
        /// The name of the field.
        name: String,
        /// The rows of the column.
        found: usize,
        /// The rows of the block.
        wanted: usize,
    },
    /// A field that is said to have no nulls has some.
    #[error("the column of `{name}` has {found} nulls; the schema says that it has none")]
    UnexpectedNulls {
        /// The name of the field.
        name: String,
        /// How many rows are null.
        found: usize,
    },
    /// A rule that is neither true nor false is used as a condition.
    #[error("the rule gives {found}; a condition must give bool")]
    NotBool {
        /// The type of the rule.
        found: DataType,
    },
    /// A row is asked for that the block does not have.
    #[error("row {row} of a block of {len} rows")]
    NoSuchRow {
        /// The row, from 0.
        row: usize,
        /// The rows of the block.
        len: usize,
    },
}

impl BlockError {
    /// A code that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingColumn { .. } => "rule.missing_column",
            Self::WrongType { .. } => "rule.wrong_column_type",
            Self::WrongLength { .. } => "rule.wrong_column_length",
            Self::UnexpectedNulls { .. } => "rule.unexpected_nulls",
            Self::NotBool { .. } => super::code::NOT_BOOL,
            Self::NoSuchRow { .. } => "rule.no_such_row",
        }
    }
}
