//! `Catalog`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyDate, PyDict, PyMapping, PyString, PyType};
use tagloom::Catalog;
use tagloom::catalog::Format;

use crate::fitted::PyFitted;
use crate::instant::AsOf;
use crate::options::{self, MemoryLimit};
use crate::profiles::PyProfiles;
use crate::{error, json, progress, tables};

/// A checked catalogue.
#[pyclass(frozen, module = "tagloom", name = "Catalog")]
pub(crate) struct PyCatalog(pub(crate) Catalog);

#[pymethods]
impl PyCatalog {
    #[new]
    #[pyo3(signature = (definition, /))]
    fn new(definition: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(text) = definition.cast::<PyString>() {
            return Self::parse_text(text.to_str()?, None);
        }
        let Ok(definition) = definition.cast::<PyMapping>() else {
            let found = definition.get_type().qualname()?;
            let message = format!("definition: found `{found}`; wanted a dict or text (a path goes to load)");
            return Err(error::wrong_type(&message));
        };
        Self::parse_text(&json_text(definition)?, Some(Format::Json))
    }

    #[classmethod]
    #[pyo3(signature = (path, /))]
    fn load(_class: &Bound<'_, PyType>, path: PathBuf) -> PyResult<Self> {
        Catalog::load(path).map(Self).map_err(error::to_python)
    }

    #[classmethod]
    #[pyo3(signature = (text, /, *, format = None))]
    fn parse(_class: &Bound<'_, PyType>, text: &str, format: Option<&str>) -> PyResult<Self> {
        let format = match format {
            None => None,
            Some("yaml") => Some(Format::Yaml),
            Some("json") => Some(Format::Json),
            Some("toml") => Some(Format::Toml),
            Some(other) => {
                let message = format!("format: found `{other}`; wanted yaml, json or toml");
                return Err(error::new("run.format", &message));
            }
        };
        Self::parse_text(text, format)
    }

    #[pyo3(signature = (tables, /, *, as_of, threads = None, memory_limit = None, progress = None))]
    fn build(
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
        progress::run(py, options, progress, |options| self.0.build_with(&tables, &as_of, options))
            .map(PyProfiles::from)
    }

    #[pyo3(signature = (tables, /, *, as_of, threads = None, memory_limit = None, progress = None))]
    fn fit(
        &self,
        py: Python<'_>,
        tables: &Bound<'_, PyAny>,
        as_of: AsOf,
        threads: Option<usize>,
        memory_limit: Option<MemoryLimit>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyFitted> {
        let options = options::of(threads, memory_limit)?;
        let (AsOf(as_of), tables) = (as_of, tables::dataset(tables)?);
        progress::run(py, options, progress, |options| self.0.fit_with(&tables, &as_of, options))
            .map(PyFitted)
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
    fn tags(&self) -> Vec<&str> {
        self.0.tags().collect()
    }

    #[pyo3(signature = (tag, /))]
    fn tag_hash(&self, tag: &str) -> PyResult<String> {
        let unknown = || error::new("profile.unknown_tag", &format!("unknown tag `{tag}`"));
        self.0.tag_hash(tag).map(|hash| hash.to_string()).ok_or_else(unknown)
    }

    #[getter]
    fn warnings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.0.warnings())
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, self.0.file())
    }

    fn __repr__(&self) -> String {
        let (tags, sources) = (self.0.tags().count(), self.0.file().sources.len());
        format!("Catalog({:?}, {sources} sources, {tags} tags)", self.0.name())
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.0.hash() == other.0.hash()
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash().hash(&mut hasher);
        hasher.finish()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyType>, (Bound<'py, PyAny>,))> {
        Ok((py.get_type::<Self>(), (self.to_dict(py)?,)))
    }
}

impl PyCatalog {
    fn parse_text(text: &str, format: Option<Format>) -> PyResult<Self> {
        let format = format.unwrap_or_else(|| Format::guess(text));
        Catalog::parse_as(text, format).map(Self).map_err(error::to_python)
    }
}

/// A definition as JSON text; dates in ISO form.
fn json_text(definition: &Bound<'_, PyMapping>) -> PyResult<String> {
    let py = definition.py();
    let options = PyDict::new(py);
    options.set_item("ensure_ascii", false)?;
    options.set_item("allow_nan", false)?;
    options.set_item("indent", 2)?;
    options.set_item("default", py.get_type::<PyDate>().getattr("isoformat")?)?;
    let plain = py.get_type::<PyDict>().call1((definition,))?;
    let text = py.import("json")?.call_method("dumps", (plain,), Some(&options));
    let text = text.map_err(|cause| {
        let error = error::new("catalog.not_json", &format!("the definition has no JSON form: {cause}"));
        error.set_cause(py, Some(cause));
        error
    });
    text?.extract()
}

/// The JSON Schema of the catalogue format.
#[pyfunction]
pub(crate) fn json_schema(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    json::to_python(py, &tagloom::catalog::json_schema())
}
