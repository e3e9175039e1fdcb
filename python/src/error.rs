//! Errors of the core as Python exceptions: which class an error has is decided here and nowhere else.

use std::io;
use std::path::{Path, PathBuf};

use pyo3::exceptions::{PyIndexError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use serde::Serialize;
use serde_json::{Value, json};
use tagloom::Error;
use tagloom::audience::AudienceError;
use tagloom::engine::EngineError;
use tagloom::profile::ExportError;
use tagloom::rule::RuleError;
use tagloom::source::SourceError;
use tagloom::store::StoreError;

use crate::json;

/// Which class of `tagloom.errors` an error has, by what its code starts with; the first line that fits counts.
const CLASSES: &[(&str, &str)] = &[
    ("audience.", "AudienceError"),
    ("btyd.argument", "ParamsError"),
    ("btyd.parameter", "ParamsError"),
    ("btyd.", "FitError"),
    ("catalog.", "CatalogError"),
    ("category_gap.", "ParamsError"),
    ("churn.", "ParamsError"),
    ("cluster.", "FitError"),
    ("export.", "ExportError"),
    ("identity.", "IdentityError"),
    ("input.", "SchemaError"),
    ("kano.", "FitError"),
    ("loyalty.", "ParamsError"),
    ("marketing.", "ParamsError"),
    ("membership.", "ParamsError"),
    ("persona.parameter", "ParamsError"),
    ("persona.", "FitError"),
    ("predict.", "FitError"),
    ("profile.not_found", "ProfileNotFoundError"),
    ("profile.", "UnknownNameError"),
    ("rfm.", "FitError"),
    ("rule.", "RuleError"),
    ("run.stopped", "StoppedError"),
    ("run.", "ParamsError"),
    ("scorecard.parameter", "ParamsError"),
    ("scorecard.", "FitError"),
    ("source.no_table", "SchemaError"),
    ("source.unknown_source", "SchemaError"),
    ("source.missing_column", "SchemaError"),
    ("source.repeated_column", "SchemaError"),
    ("source.mistyped_column", "SchemaError"),
    ("source.python_", "SchemaError"),
    ("source.", "SourceError"),
    ("store.", "StoreError"),
    ("retention.", "FitError"),
    ("survival.", "FitError"),
    ("tier.", "FitError"),
    ("value_tier.", "ParamsError"),
];
/// The class of an error whose code is not in the table.
const ANY: &str = "TagloomError";
/// The class of any error that comes from a file that does not exist.
const MISSING_FILE: &str = "MissingFileError";

/// The name of the class of an error code, for the test that all codes have one.
#[pyfunction(name = "_error_class")]
pub(crate) fn error_class(code: &str) -> &'static str {
    CLASSES.iter().find(|(start, _)| code.starts_with(start)).map_or(ANY, |(_, class)| class)
}

/// Gives an error of the core as an exception.
pub(crate) fn to_python(error: impl Into<Error>) -> PyErr {
    let error = error.into();
    let class = match &error {
        error if missing_file(error).is_some() => MISSING_FILE,
        // Whatever is wrong with it first: a rule, thresholds, a parameter of a model.
        Error::Catalog(_) => "CatalogError",
        error => error_class(error.code()),
    };
    let made = Python::attach(|py| {
        let exception = make(py, class, error.code(), &message(&error), &problems(&error))?;
        if let Some(path) = missing_file(&error) {
            exception.setattr("filename", path.to_string_lossy())?;
            exception.setattr("errno", py.import("errno")?.getattr("ENOENT")?)?;
        }
        Ok(PyErr::from_value(exception))
    });
    made.unwrap_or_else(|error| error)
}

/// An error of the binding itself; the class follows from the code.
pub(crate) fn new(code: &str, message: &str) -> PyErr {
    Python::attach(|py| make(py, error_class(code), code, message, &[]).map(PyErr::from_value))
        .unwrap_or_else(|error| error)
}

/// A cell of a Python column that cannot be read.
pub(crate) fn of_cell(code: &str, source: &str, column: &str, row: Option<usize>, what: &str) -> PyErr {
    let place = row.map_or(String::new(), |row| format!(", position {row}"));
    let message = format!("source `{source}`: column `{column}`{place}: {what}");
    let problem = json!({"code": code, "message": message, "source": source, "column": column, "row": row});
    Python::attach(|py| make(py, error_class(code), code, &message, &[problem]).map(PyErr::from_value))
        .unwrap_or_else(|error| error)
}

/// An argument of a type that makes no sense.
pub(crate) fn wrong_type(message: &str) -> PyErr {
    PyTypeError::new_err(message.to_owned())
}

/// A position as Python counts it, from the end where it is below zero.
pub(crate) fn index(position: isize, len: usize) -> PyResult<usize> {
    let at = if position < 0 { position.checked_add_unsigned(len) } else { Some(position) };
    let at = at.and_then(|at| usize::try_from(at).ok()).filter(|at| *at < len);
    at.ok_or_else(|| PyIndexError::new_err(format!("position {position} of {len}")))
}

fn make<'py>(
    py: Python<'py>,
    class: &str,
    code: &str,
    message: &str,
    problems: &[Value],
) -> PyResult<Bound<'py, PyAny>> {
    let details = PyDict::new(py);
    details.set_item("code", code)?;
    details.set_item("problems", json::to_python(py, &problems)?)?;
    py.import("tagloom.errors")?.getattr(class)?.call((message,), Some(&details))
}

/// The message: with the lines of the text and the places, where the error has them.
fn message(error: &Error) -> String {
    let drawn = match error {
        Error::Catalog(error) => error.render(),
        Error::Audience(AudienceError::Expression(errors)) => errors.render(),
        Error::Rule(error) => error.render(),
        other => other.to_string(),
    };
    drawn.trim_end().to_owned()
}

fn problems(error: &Error) -> Vec<Value> {
    fn each(problems: &[impl Serialize]) -> Vec<Value> {
        problems.iter().filter_map(|problem| serde_json::to_value(problem).ok()).collect()
    }
    match error {
        Error::Catalog(error) => each(&error.problems),
        Error::Audience(AudienceError::Expression(errors)) => each(&errors.diagnostics),
        Error::Rule(RuleError::Definition { problems }) => each(problems),
        Error::Rule(error) => each(error.diagnostics()),
        Error::Store(StoreError::Catalog { source }) => each(&source.problems),
        _ => Vec::new(),
    }
}

/// The file that does not exist, where that is the error.
fn missing_file(error: &Error) -> Option<PathBuf> {
    let (path, cause): (&Path, &io::Error) = match error {
        Error::Catalog(error) => (error.origin.as_deref().map(Path::new)?, error.io_error()?),
        Error::Source(SourceError::Unreadable { path, reason })
        | Error::Engine(EngineError::Source(SourceError::Unreadable { path, reason })) => {
            (path, reason.downcast_ref()?)
        }
        Error::Marketing(error) => match error.source_error()? {
            SourceError::Unreadable { path, reason } => (path, reason.downcast_ref()?),
            _ => return None,
        },
        Error::Store(StoreError::Io { path, source }) => (path, source),
        Error::Export(ExportError::Io { path, source }) => (path, source),
        _ => return None,
    };
    (cause.kind() == io::ErrorKind::NotFound).then(|| path.to_owned())
}
