//! JSON values as Python objects.

use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use serde::Serialize;
use serde_json::Value;

/// Gives what serde writes as `dict`, `list`, `str`, `int`, `float`, `bool` and `None`.
pub(crate) fn to_python<'py>(py: Python<'py>, what: &impl Serialize) -> PyResult<Bound<'py, PyAny>> {
    let json = serde_json::to_value(what).map_err(|error| PyValueError::new_err(error.to_string()))?;
    of(py, &json)
}

/// Gives what serde writes as text.
pub(crate) fn to_text(what: &impl Serialize) -> PyResult<String> {
    serde_json::to_string(what).map_err(|error| PyValueError::new_err(error.to_string()))
}

fn of<'py>(py: Python<'py>, json: &Value) -> PyResult<Bound<'py, PyAny>> {
    match json {
        Value::Null => Ok(py.None().into_bound(py)),
        Value::Bool(b) => b.into_bound_py_any(py),
        Value::String(text) => text.into_bound_py_any(py),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(n), _) => n.into_bound_py_any(py),
            (None, Some(n)) => n.into_bound_py_any(py),
            (None, None) => number.as_f64().into_bound_py_any(py),
        },
        Value::Array(items) => {
            let list = PyList::empty(py);
            items.iter().try_for_each(|item| list.append(of(py, item)?))?;
            Ok(list.into_any())
        }
        Value::Object(fields) => {
            let dict = PyDict::new(py);
            fields.iter().try_for_each(|(key, item)| dict.set_item(key, of(py, item)?))?;
            Ok(dict.into_any())
        }
    }
}
