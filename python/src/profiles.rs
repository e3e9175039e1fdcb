//! `Profiles`.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::RecordBatch;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};
use tagloom::Profiles;
use tagloom::profile::ExportError;

use crate::audience::PyAudience;
use crate::column::PyColumn;
use crate::explanation::PyExplanation;
use crate::fitted::PyFitted;
use crate::profile::PyProfile;
use crate::report::PyReport;
use crate::{error, frames, json, value};

/// The profiles of a run.
#[pyclass(frozen, module = "tagloom", name = "Profiles")]
pub(crate) struct PyProfiles {
    profiles: Profiles,
    /// The Arrow table, once it was asked for.
    table: OnceLock<RecordBatch>,
}

impl From<Profiles> for PyProfiles {
    fn from(profiles: Profiles) -> Self {
        Self { profiles, table: OnceLock::new() }
    }
}

#[pymethods]
impl PyProfiles {
    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        value::timestamp(py, self.profiles.as_of())
    }

    #[getter]
    fn ids(&self) -> Vec<String> {
        self.profiles.ids().iter().map(ToString::to_string).collect()
    }

    #[getter]
    fn columns(&self, py: Python<'_>) -> Vec<String> {
        let schema = py.detach(|| self.table()).schema();
        schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    #[getter]
    fn schema<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let schema = PyDict::new(py);
        for column in self.profiles.columns() {
            schema.set_item(&column.name, json::to_python(py, column)?)?;
        }
        Ok(schema)
    }

    #[getter]
    fn fitted(&self) -> PyFitted {
        PyFitted(self.profiles.fitted().clone())
    }

    #[pyo3(signature = (id = None, /, **identifier))]
    fn get(&self, id: Option<&str>, identifier: Option<&Bound<'_, PyDict>>) -> PyResult<PyProfile> {
        Ok(PyProfile::new(self.profiles.clone(), self.row(id, identifier)?))
    }

    #[pyo3(signature = (id = None, /, *, tag, max_rows = 20, **identifier))]
    fn explain(
        &self,
        py: Python<'_>,
        id: Option<&str>,
        tag: &str,
        max_rows: usize,
        identifier: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<PyExplanation> {
        let row = self.row(id, identifier)?;
        PyExplanation::of(py, &self.profiles, row, tag, max_rows)
    }

    #[pyo3(signature = (expression, /))]
    fn audience(&self, py: Python<'_>, expression: &str) -> PyResult<PyAudience> {
        py.detach(|| self.profiles.audience(expression)).map(PyAudience).map_err(error::to_python)
    }

    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &py.detach(|| self.profiles.warnings()))
    }

    fn report(&self) -> PyReport {
        PyReport(self.profiles.report().clone())
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

    #[pyo3(signature = (path, /))]
    fn write(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| self.profiles.write_parquet(path)).map_err(error::to_python)
    }

    fn to_html(&self, py: Python<'_>) -> String {
        py.detach(|| self.profiles.to_html())
    }

    #[pyo3(signature = (path, /))]
    fn write_html(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let written = py.detach(|| fs::write(&path, self.profiles.to_html()));
        written.map_err(|source| error::to_python(ExportError::Io { path, source }))
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        frames::stream(py, py.detach(|| self.table()).clone(), requested_schema)
    }

    fn __len__(&self) -> usize {
        self.profiles.len()
    }

    fn __getitem__(&self, name: &str) -> PyResult<PyColumn> {
        let what = self.profiles.columns().find(|column| column.name == name);
        let found = what.cloned().zip(self.profiles.column(name).cloned());
        let unknown = || error::new("profile.unknown_column", &format!("no tag has a column `{name}`"));
        found.map(|(what, column)| PyColumn::new(what, column)).ok_or_else(unknown)
    }

    fn __contains__(&self, name: &str) -> bool {
        self.profiles.columns().any(|column| column.name == name)
    }

    fn __iter__(&self) -> PyProfileIterator {
        PyProfileIterator { profiles: self.profiles.clone(), next: AtomicUsize::new(0) }
    }

    fn __repr__(&self) -> String {
        let (name, as_of) = (self.profiles.fitted().name(), self.profiles.as_of());
        let columns = self.profiles.columns().len();
        format!(
            "Profiles({name:?}, as_of='{as_of}', {} profiles, {columns} tag columns)",
            self.profiles.len()
        )
    }

    fn _repr_html_(&self, py: Python<'_>) -> String {
        py.detach(|| self.profiles.summary_html_fragment())
    }
}

impl PyProfiles {
    fn table(&self) -> &RecordBatch {
        self.table.get_or_init(|| self.profiles.to_record_batch())
    }

    /// The row of the profile with an id or with an identifier, given as the one keyword.
    fn row(&self, id: Option<&str>, identifier: Option<&Bound<'_, PyDict>>) -> PyResult<usize> {
        let identifiers: Vec<(String, Bound<'_, PyAny>)> = match identifier {
            None => Vec::new(),
            Some(identifiers) => {
                identifiers.iter().map(|(kind, v)| Ok((kind.extract()?, v))).collect::<PyResult<_>>()?
            }
        };
        match (id, &identifiers[..]) {
            (Some(id), []) => {
                let none = || error::new("profile.not_found", &format!("no profile with the id `{id}`"));
                id.parse().ok().and_then(|id| self.profiles.find_id(id)).ok_or_else(none)
            }
            (None, [(kind, value)]) => {
                let value = identifier_text(kind, value)?;
                self.profiles.find(kind, &value).map_err(error::to_python)
            }
            _ => Err(error::wrong_type("wanted a profile id or one identifier, such as member='12347'")),
        }
    }
}

/// An identifier is a `str`; an `int` is taken as its digits.
fn identifier_text(kind: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(number) = value.extract::<i128>() {
        return Ok(number.to_string());
    }
    let found = value.get_type().qualname()?;
    value
        .extract()
        .map_err(|_| error::wrong_type(&format!("{kind}: found `{found}`; wanted a str or an int")))
}

/// Goes through profiles, row by row.
#[pyclass(frozen, module = "tagloom", name = "_ProfileIterator")]
pub(crate) struct PyProfileIterator {
    profiles: Profiles,
    next: AtomicUsize,
}

#[pymethods]
impl PyProfileIterator {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__(&self) -> Option<PyProfile> {
        let row = self.next.fetch_add(1, Ordering::Relaxed);
        (row < self.profiles.len()).then(|| PyProfile::new(self.profiles.clone(), row))
    }
}
