//! `Audience`.

use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList};
use tagloom::Audience;

use crate::profile::PyProfile;
use crate::{error, frames, json};

/// A set of profiles of one run.
#[pyclass(frozen, module = "tagloom", name = "Audience")]
pub(crate) struct PyAudience(pub(crate) Audience);

#[pymethods]
impl PyAudience {
    #[getter]
    fn expression(&self) -> &str {
        self.0.expression()
    }

    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.warnings())
    }

    #[getter]
    fn ids(&self) -> Vec<String> {
        self.0.ids().map(|id| id.to_string()).collect()
    }

    #[getter]
    fn rows(&self) -> Vec<u32> {
        self.0.rows().collect()
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
        frames::stream(py, py.detach(|| self.0.to_record_batch()), requested_schema)
    }

    fn __len__(&self) -> usize {
        self.0.len() as usize
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        PyList::new(py, self.ids())?.call_method0("__iter__")
    }

    fn __contains__(&self, profile: &Bound<'_, PyAny>) -> PyResult<bool> {
        if let Ok(profile) = profile.cast::<PyProfile>() {
            let id = profile.get().profiles().ids()[profile.get().row()];
            return Ok(self.0.ids().any(|found| found == id));
        }
        let found = profile.get_type().qualname()?;
        let wrong = |_| error::wrong_type(&format!("found `{found}`; wanted a Profile or the id of one"));
        let id: String = profile.extract().map_err(wrong)?;
        Ok(id.parse().is_ok_and(|id| self.0.ids().any(|found| found == id)))
    }

    fn __and__(&self, other: &Self) -> PyResult<Self> {
        self.0.and(&other.0).map(Self).map_err(error::to_python)
    }

    fn __or__(&self, other: &Self) -> PyResult<Self> {
        self.0.or(&other.0).map(Self).map_err(error::to_python)
    }

    fn __sub__(&self, other: &Self) -> PyResult<Self> {
        self.0.minus(&other.0).map(Self).map_err(error::to_python)
    }

    fn __invert__(&self) -> Self {
        Self(self.0.complement())
    }

    fn __repr__(&self) -> String {
        format!("Audience({:?}, {} profiles)", self.0.expression(), self.0.len())
    }
}
