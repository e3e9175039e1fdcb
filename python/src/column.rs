//! `Column`: the values of one tag.

use std::sync::Arc;

use arrow_schema::Field;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList, PyTuple};
use pyo3_arrow::ffi::to_array_pycapsules;
use tagloom::engine::TagColumn;
use tagloom::value::Column;

use crate::{error, frames, value};

/// The values of a tag or of a tag's field, one a profile.
#[pyclass(frozen, module = "tagloom", name = "Column")]
pub(crate) struct PyColumn {
    what: TagColumn,
    column: Column,
}

#[pymethods]
impl PyColumn {
    #[getter]
    fn name(&self) -> &str {
        &self.what.name
    }

    #[getter]
    fn layer(&self) -> &'static str {
        self.what.layer.name()
    }

    #[getter(r#type)]
    fn data_type(&self) -> String {
        self.what.data_type.to_string()
    }

    #[getter]
    fn title(&self) -> Option<&str> {
        self.what.title.as_deref()
    }

    #[getter]
    fn unit(&self) -> Option<&str> {
        self.what.unit.as_deref()
    }

    #[getter]
    fn null_count(&self) -> usize {
        self.column.null_count()
    }

    fn to_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let cells = (0..self.column.len()).map(|row| value::to_python(py, &self.column.value(row)));
        PyList::new(py, cells.collect::<PyResult<Vec<_>>>()?)
    }

    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        frames::to_arrow_array(slf)
    }

    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        frames::to_pandas_series(slf, &slf.get().what.name)
    }

    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        frames::to_polars_series(slf, &slf.get().what.name)
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let array = self.column.to_arrow();
        let field = Field::new(&self.what.name, array.data_type().clone(), true);
        Ok(to_array_pycapsules(py, Arc::new(field), &array, requested_schema)?)
    }

    fn __len__(&self) -> usize {
        self.column.len()
    }

    fn __getitem__<'py>(&self, py: Python<'py>, row: isize) -> PyResult<Bound<'py, PyAny>> {
        let at = error::index(row, self.column.len())?;
        value::to_python(py, &self.column.value(at))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_list(py)?.call_method0("__iter__")
    }

    fn __repr__(&self) -> String {
        let (name, data_type) = (&self.what.name, self.what.data_type);
        format!(
            "Column({name:?}, {data_type}, {} profiles, {} null)",
            self.column.len(),
            self.column.null_count()
        )
    }
}

impl PyColumn {
    pub(crate) fn new(what: TagColumn, column: Column) -> Self {
        Self { what, column }
    }
}
