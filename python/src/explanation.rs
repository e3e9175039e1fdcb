//! `Explanation`.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tagloom::{Explanation, Profiles};

use crate::{error, json, value};

/// Why a profile has a value of a tag.
#[pyclass(frozen, module = "tagloom", name = "Explanation")]
pub(crate) struct PyExplanation(Explanation);

#[pymethods]
impl PyExplanation {
    #[getter]
    fn tag(&self) -> &str {
        &self.0.tag
    }

    #[getter]
    fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    #[getter]
    fn layer(&self) -> &'static str {
        self.0.layer.name()
    }

    #[getter]
    fn profile(&self) -> String {
        self.0.profile.to_string()
    }

    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        value::timestamp(py, self.0.as_of)
    }

    #[getter]
    fn value<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        value::to_python(py, &self.0.value)
    }

    #[getter]
    fn fields<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let fields = PyDict::new(py);
        let mut each = self.0.fields.iter();
        each.try_for_each(|(name, cell)| fields.set_item(name, value::to_python(py, cell)?))?;
        Ok(fields)
    }

    #[getter]
    fn unit(&self) -> Option<&str> {
        self.0.unit.as_deref()
    }

    #[getter]
    fn version(&self) -> Option<&str> {
        self.0.version.as_deref()
    }

    #[getter]
    fn is_default(&self) -> bool {
        self.0.is_default
    }

    #[getter]
    fn because<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.because)
    }

    #[getter]
    fn reads(&self) -> Vec<&str> {
        self.0.reads.iter().map(String::as_str).collect()
    }

    #[getter]
    fn below(&self) -> Vec<Self> {
        self.0.below.iter().cloned().map(Self).collect()
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0)
    }

    fn to_html(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.to_html())
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("Explanation({:?}, value={}, profile='{}')", self.0.tag, self.0.value, self.0.profile)
    }

    fn _repr_html_(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.to_html_fragment())
    }
}

impl PyExplanation {
    pub(crate) fn of(
        py: Python<'_>,
        profiles: &Profiles,
        row: usize,
        tag: &str,
        max_rows: usize,
    ) -> PyResult<Self> {
        py.detach(|| profiles.explain_with(row, tag, max_rows)).map(Self).map_err(error::to_python)
    }
}
