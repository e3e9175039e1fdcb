//! Arrow tables out to Python: as capsules, and as frames of the libraries that are installed.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow_schema::Field;
use pyo3::PyClass;
use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use pyo3_arrow::ffi::{ArrayIterator, to_stream_pycapsule};

/// A table as a stream of the Arrow `PyCapsule` protocol.
pub(crate) fn stream<'py>(
    py: Python<'py>,
    batch: RecordBatch,
    requested_schema: Option<Bound<'py, PyCapsule>>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let metadata = batch.schema().metadata().clone();
    let array: ArrayRef = Arc::new(StructArray::from(batch));
    let field = Field::new("", array.data_type().clone(), false).with_metadata(metadata);
    array_stream(py, array, field, requested_schema)
}

/// An array as a stream of the Arrow `PyCapsule` protocol.
pub(crate) fn array_stream<'py>(
    py: Python<'py>,
    array: ArrayRef,
    field: Field,
    requested_schema: Option<Bound<'py, PyCapsule>>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let arrays = ArrayIterator::new(std::iter::once(Ok(array)), Arc::new(field));
    Ok(to_stream_pycapsule(py, Box::new(arrays), requested_schema)?)
}

/// A frame library of Python, and what to say where it is not installed.
fn library<'py>(py: Python<'py>, name: &str, method: &str) -> PyResult<Bound<'py, PyModule>> {
    py.import(name).map_err(|cause| {
        let message = format!("{method} needs {name}: pip install {name}");
        let error = PyImportError::new_err(message);
        error.set_cause(py, Some(cause));
        error
    })
}

/// Gives what speaks the `PyCapsule` protocol as a `pyarrow.Table`.
pub(crate) fn to_arrow<'py>(table: &Bound<'py, impl PyClass>) -> PyResult<Bound<'py, PyAny>> {
    library(table.py(), "pyarrow", "to_arrow()")?.call_method1("table", (table,))
}

/// Gives what speaks the `PyCapsule` protocol as a `pandas.DataFrame`.
pub(crate) fn to_pandas<'py>(table: &Bound<'py, impl PyClass>) -> PyResult<Bound<'py, PyAny>> {
    library(table.py(), "pandas", "to_pandas()")?;
    library(table.py(), "pyarrow", "to_pandas()")?.call_method1("table", (table,))?.call_method0("to_pandas")
}

/// Gives what speaks the `PyCapsule` protocol as a `polars.DataFrame`.
pub(crate) fn to_polars<'py>(table: &Bound<'py, impl PyClass>) -> PyResult<Bound<'py, PyAny>> {
    library(table.py(), "polars", "to_polars()")?.getattr("DataFrame")?.call1((table,))
}

/// Gives an array that speaks the `PyCapsule` protocol as a `pyarrow.Array`.
pub(crate) fn to_arrow_array<'py>(array: &Bound<'py, impl PyClass>) -> PyResult<Bound<'py, PyAny>> {
    library(array.py(), "pyarrow", "to_arrow()")?.call_method1("array", (array,))
}

/// Gives an array that speaks the `PyCapsule` protocol as a `pandas.Series`.
pub(crate) fn to_pandas_series<'py>(
    array: &Bound<'py, impl PyClass>,
    name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    library(array.py(), "pandas", "to_pandas()")?;
    to_arrow_array(array)?.call_method0("to_pandas")?.call_method1("rename", (name,))
}

/// Gives an array that speaks the `PyCapsule` protocol as a `polars.Series`.
pub(crate) fn to_polars_series<'py>(
    array: &Bound<'py, impl PyClass>,
    name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    library(array.py(), "polars", "to_polars()")?.getattr("Series")?.call1((name, array))
}
