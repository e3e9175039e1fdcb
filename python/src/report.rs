//! `Report`: what became of the rows.

use std::fmt::Write;

use pyo3::prelude::*;
use tagloom::engine::IngestReport;

use crate::json;

/// What became of the rows and the identifiers of a run.
#[pyclass(frozen, module = "tagloom", name = "Report")]
pub(crate) struct PyReport(pub(crate) IngestReport);

#[pymethods]
impl PyReport {
    #[getter]
    fn profiles(&self) -> u64 {
        self.0.profiles
    }

    #[getter]
    fn sources<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.sources)
    }

    #[getter]
    fn identity<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.identity)
    }

    #[getter]
    fn rejected_rows(&self) -> u64 {
        self.0.sources.iter().map(|source| source.read.rejected_rows()).sum()
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0)
    }

    fn __repr__(&self) -> String {
        let mut out =
            format!("Report({} profiles, {} conflicts)", self.0.profiles, self.0.identity.n_conflicts);
        for source in &self.0.sources {
            let (name, read, rejected) =
                (&source.read.source, source.read.rows_read, source.read.rejected_rows());
            let _ = write!(out, "\n  {name}: {read} rows read, {} used, {rejected} rejected", source.used);
            for group in &source.read.rejected {
                let column = group.column.as_ref().map_or(String::new(), |column| format!("{column}: "));
                let _ = write!(out, "\n    {} {column}{}", group.count, group.reason);
            }
        }
        out
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let text: String = py.import("html")?.call_method1("escape", (self.__repr__(),))?.extract()?;
        Ok(format!("<pre>{text}</pre>"))
    }
}
