//! `RuleOutput`, the table that rules give.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::{frames, json};

/// What rules give for the rows of a table.
#[pyclass(frozen, module = "tagloom", name = "RuleOutput")]
pub(crate) struct PyRuleOutput {
    batch: RecordBatch,
    report: serde_json::Value,
}

impl PyRuleOutput {
    /// Columns of one length each.
    pub(super) fn new(
        columns: impl IntoIterator<Item = (String, ArrayRef)>,
        len: usize,
        report: serde_json::Value,
    ) -> Self {
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns
            .into_iter()
            .map(|(name, array)| (Field::new(name, array.data_type().clone(), true), array))
            .unzip();
        // A set without rules gives no column.
        let options = RecordBatchOptions::new().with_row_count(Some(len));
        let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options);
        Self { batch: batch.expect("invariant: rules give a value for each row"), report }
    }
}

#[pymethods]
impl PyRuleOutput {
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.batch.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    #[getter]
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.report)
    }

    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        frames::to_arrow(slf)
    }

    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        frames::to_pandas(slf)
    }

    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        frames::to_polars(slf)
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        frames::stream(py, self.batch.clone(), requested_schema)
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    fn __repr__(&self) -> String {
        format!("RuleOutput({} rows: {})", self.batch.num_rows(), self.columns().join(", "))
    }
}
