//! `Profile`.

use std::fmt::Write;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use tagloom::value::Value;
use tagloom::{Profile, Profiles};

use crate::explanation::PyExplanation;
use crate::{error, json, value};

/// One profile of a run.
#[pyclass(frozen, module = "tagloom", name = "Profile")]
pub(crate) struct PyProfile {
    profiles: Profiles,
    row: usize,
}

#[pymethods]
impl PyProfile {
    #[getter]
    fn id(&self) -> String {
        self.profiles.ids()[self.row].to_string()
    }

    #[getter]
    fn as_of<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        value::timestamp(py, self.profiles.as_of())
    }

    #[getter]
    fn identifiers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.card().identifiers)
    }

    #[getter]
    fn tags<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let tags = PyDict::new(py);
        self.cells().try_for_each(|(name, cell)| tags.set_item(name, value::to_python(py, &cell)?))?;
        Ok(tags)
    }

    #[getter]
    fn layers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let layers = PyDict::new(py);
        for layer in self.card().layers {
            layers.set_item(layer.layer.name(), PyDict::new(py))?;
        }
        for (what, (name, cell)) in self.profiles.columns().zip(self.cells()) {
            if let Some(tags) = layers.get_item(what.layer.name())? {
                tags.set_item(name, value::to_python(py, &cell)?)?;
            }
        }
        Ok(layers)
    }

    #[pyo3(signature = (tag, /, *, max_rows = 20))]
    fn explain(&self, py: Python<'_>, tag: &str, max_rows: usize) -> PyResult<PyExplanation> {
        PyExplanation::of(py, &self.profiles, self.row, tag, max_rows)
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.card())
    }

    fn to_html(&self, py: Python<'_>) -> String {
        py.detach(|| self.profiles.card_html(self.row))
    }

    fn keys(&self) -> Vec<&str> {
        self.profiles.columns().map(|column| column.name.as_str()).collect()
    }

    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        Ok(self.tags(py)?.values())
    }

    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        Ok(self.tags(py)?.items())
    }

    #[pyo3(signature = (name, default = None, /))]
    fn get<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        default: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        match self.cell(name) {
            Some(cell) => value::to_python(py, &cell).map(Some),
            None => Ok(default),
        }
    }

    fn __getitem__<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let unknown = || error::new("profile.unknown_column", &format!("no tag has a column `{name}`"));
        value::to_python(py, &self.cell(name).ok_or_else(unknown)?)
    }

    fn __contains__(&self, name: &str) -> bool {
        self.cell(name).is_some()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        PyList::new(py, self.keys())?.call_method0("__iter__")
    }

    fn __len__(&self) -> usize {
        self.profiles.columns().len()
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.is_same(other)
    }

    fn __hash__(&self) -> u64 {
        self.profiles.ids()[self.row].bits() as u64
    }

    fn __repr__(&self) -> String {
        format!("Profile('{}', as_of='{}', {} tag columns)", self.id(), self.profiles.as_of(), self.__len__())
    }

    fn __str__(&self) -> String {
        text(&self.profiles, &self.card())
    }

    fn _repr_html_(&self, py: Python<'_>) -> String {
        py.detach(|| self.profiles.card_html_fragment(self.row))
    }
}

impl PyProfile {
    pub(crate) fn new(profiles: Profiles, row: usize) -> Self {
        Self { profiles, row }
    }

    pub(crate) fn row(&self) -> usize {
        self.row
    }

    pub(crate) fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    fn is_same(&self, other: &Self) -> bool {
        self.row == other.row && self.profiles.is_same(&other.profiles)
    }

    fn card(&self) -> Profile {
        self.profiles.profile(self.row)
    }

    fn cell(&self, name: &str) -> Option<Value> {
        let is_output = self.profiles.columns().any(|column| column.name == name);
        self.profiles.column(name).filter(|_| is_output).map(|column| column.value(self.row))
    }

    /// The names and values of all columns, in the order of the catalogue.
    fn cells(&self) -> impl Iterator<Item = (&str, Value)> {
        self.profiles.columns().map(|what| {
            let column = self.profiles.column(&what.name);
            (what.name.as_str(), column.map_or(Value::Null, |column| column.value(self.row)))
        })
    }
}

/// A profile for reading, without its identifiers and the values of personal tags.
fn text(profiles: &Profiles, card: &Profile) -> String {
    let mut out = format!("profile {}, as of {}\n", card.id, card.as_of);
    for layer in &card.layers {
        let _ = writeln!(out, "{}", layer.layer.name());
        for (name, tag) in &layer.tags {
            let is_personal = profiles.columns().any(|column| column.tag == *name && column.personal);
            let title = tag.title.as_ref().map_or(String::new(), |title| format!(" ({title})"));
            if is_personal {
                let _ = writeln!(out, "  {name}{title} is personal");
                continue;
            }
            let unit = tag.unit.as_ref().map_or(String::new(), |unit| format!(" {unit}"));
            let fields: Vec<String> =
                tag.fields.iter().map(|(name, value)| format!("{name} {value}")).collect();
            let fields = if fields.is_empty() { String::new() } else { format!("  [{}]", fields.join(", ")) };
            let _ = writeln!(out, "  {name}{title} = {}{unit}{fields}", tag.value);
        }
    }
    out
}
