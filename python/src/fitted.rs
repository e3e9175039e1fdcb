//! `Fitted`.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};
use tagloom::Fitted;

use crate::instant::AsOf;
use crate::options::{self, MemoryLimit};
use crate::profiles::PyProfiles;
use crate::{error, json, progress, tables};

/// A catalogue with what was learnt.
#[pyclass(frozen, module = "tagloom", name = "Fitted")]
pub(crate) struct PyFitted(pub(crate) Fitted);

#[pymethods]
impl PyFitted {
    #[classmethod]
    #[pyo3(signature = (path, /))]
    fn load(class: &Bound<'_, PyType>, path: PathBuf) -> PyResult<Self> {
        class.py().detach(|| Fitted::load(path)).map(Self).map_err(error::to_python)
    }

    #[classmethod]
    #[pyo3(signature = (data, /))]
    fn from_bytes(_class: &Bound<'_, PyType>, data: &[u8]) -> PyResult<Self> {
        Fitted::from_bytes(data).map(Self).map_err(error::to_python)
    }

    #[pyo3(signature = (path, /))]
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| self.0.save(path)).map_err(error::to_python)
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = py.detach(|| self.0.to_bytes()).map_err(error::to_python)?;
        Ok(PyBytes::new(py, &bytes))
    }

    #[pyo3(signature = (tables, /, *, as_of, threads = None, memory_limit = None, progress = None))]
    fn apply(
        &self,
        py: Python<'_>,
        tables: &Bound<'_, PyAny>,
        as_of: AsOf,
        threads: Option<usize>,
        memory_limit: Option<MemoryLimit>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyProfiles> {
        let options = options::of(threads, memory_limit)?;
        let (AsOf(as_of), tables) = (as_of, tables::dataset(tables)?);
        progress::run(py, options, progress, |options| self.0.apply_with(&tables, &as_of, options))
            .map(PyProfiles::from)
    }

    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    #[getter]
    fn hash(&self) -> String {
        self.0.hash().to_string()
    }

    #[getter]
    fn as_of(&self) -> &str {
        self.0.as_of()
    }

    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.warnings())
    }

    #[pyo3(signature = (tag, /))]
    fn artifact<'py>(&self, py: Python<'py>, tag: &str) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.artifact(tag))
    }

    fn __repr__(&self) -> String {
        format!("Fitted({:?}, as_of='{}')", self.0.name(), self.0.as_of())
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        Ok((py.get_type::<Self>().getattr("from_bytes")?, (self.to_bytes(py)?,)))
    }
}
