//! `Table`: named columns of equal length, as the models give them.

use std::sync::{Arc, OnceLock};

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, Schema};
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};
use tagloom::catalog::model::Layer;
use tagloom::engine::TagColumn;
use tagloom::value::Column;

use crate::column::PyColumn;
use crate::{error, frames};

/// Named columns.
#[pyclass(frozen, module = "tagloom.marketing", name = "Table")]
pub(crate) struct PyModelTable {
    columns: Vec<(String, Column)>,
    batch: OnceLock<RecordBatch>,
}

impl PyModelTable {
    pub(crate) fn new(columns: Vec<(String, Column)>) -> Self {
        Self { columns, batch: OnceLock::new() }
    }

    fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, column)| column.len())
    }

    fn batch(&self) -> PyResult<RecordBatch> {
        if let Some(batch) = self.batch.get() {
            return Ok(batch.clone());
        }
        let arrays: Vec<ArrayRef> = self.columns.iter().map(|(_, column)| column.to_arrow()).collect();
        let fields: Vec<Field> = (self.columns.iter().zip(&arrays))
            .map(|((name, _), array)| Field::new(name, array.data_type().clone(), true))
            .collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows()));
        let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
            .map_err(|error| error::new("source.python_value", &error.to_string()))?;
        Ok(self.batch.get_or_init(|| batch).clone())
    }
}

#[pymethods]
impl PyModelTable {
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.columns.iter().map(|(name, _)| name.clone()).collect()
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (name, column) in &self.columns {
            dict.set_item(name, Bound::new(py, of_column(name, column.clone()))?.call_method0("to_list")?)?;
        }
        Ok(dict)
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
        frames::stream(py, self.batch()?, requested_schema)
    }

    fn __len__(&self) -> usize {
        self.rows()
    }

    fn __getitem__(&self, name: &str) -> PyResult<PyColumn> {
        let found = self.columns.iter().find(|(known, _)| known == name);
        let (_, column) = found.ok_or_else(|| PyKeyError::new_err(name.to_owned()))?;
        Ok(of_column(name, column.clone()))
    }

    fn __repr__(&self) -> String {
        format!("Table({} rows: {})", self.rows(), self.columns().join(", "))
    }
}

/// A column that a model gave.
pub(crate) fn of_column(name: &str, column: Column) -> PyColumn {
    let what = TagColumn {
        name: name.to_owned(),
        tag: name.to_owned(),
        field: None,
        layer: Layer::Model,
        data_type: column.data_type(),
        title: None,
        unit: None,
        personal: false,
    };
    PyColumn::new(what, column)
}

/// A column of numbers that a model gave.
pub(crate) fn of_numbers(name: &str, values: Vec<Option<f64>>) -> PyColumn {
    of_column(name, floats(values))
}

pub(crate) fn floats(values: Vec<Option<f64>>) -> Column {
    Column::Float(values.into_iter().map(|value| value.filter(|value| !value.is_nan())).collect())
}

pub(crate) fn ints(values: impl IntoIterator<Item = u64>) -> Column {
    Column::Int(values.into_iter().map(|value| Some(i64::try_from(value).unwrap_or(i64::MAX))).collect())
}
