//! Models that look at a profile's rows.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::fact::{FactError, FieldType, View};
use crate::value::{Column, DataType};

/// What a model makes of each profile's rows: columns, as an aggregate does, and by the same law: a function of the
/// profile's rows before `as_of`, and nothing else.
pub trait RowModel: fmt::Debug + Send + Sync {
    /// What it is called in explanations, such as `membership`.
    fn name(&self) -> &'static str;

    /// The columns of the source that it looks at.
    fn columns(&self) -> Vec<usize>;

    /// Its fields, where the source's columns have these types.
    ///
    /// # Errors
    /// [`FactError`] where a column is of a type that it does not take.
    fn fields(&self, types: &[DataType]) -> Result<Vec<FieldType>, FactError>;

    /// A column a field, a row a profile.
    fn compute(&self, view: &View<'_>, profiles: Range<usize>) -> Vec<Column>;
}

/// A model as an aggregate.
#[derive(Debug, Clone)]
pub struct SharedModel(pub Arc<dyn RowModel>);

impl PartialEq for SharedModel {
    /// Two are the same where they are one.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
