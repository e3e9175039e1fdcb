//! Values of the core as Python objects.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDate, PyDateTime, PyDelta, PyList, PyTzInfo};
use tagloom::time::Timestamp;
use tagloom::value::Value;

/// `date.toordinal()` of 1970-01-01.
pub(crate) const ORDINAL_OF_1970: i32 = 719_163;
const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Gives `None`, `bool`, `int`, `float`, `Decimal`, `str`, `date`, `datetime` in UTC, or a sorted `list` of `str`.
pub(crate) fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::Bool(b) => b.into_bound_py_any(py),
        Value::Int(n) => n.into_bound_py_any(py),
        Value::Float(n) => n.into_bound_py_any(py),
        Value::Decimal(d) => py.import("decimal")?.getattr("Decimal")?.call1((d.to_string(),)),
        Value::String(text) => (&**text).into_bound_py_any(py),
        Value::Date(date) => {
            py.get_type::<PyDate>().call_method1("fromordinal", (date.days() + ORDINAL_OF_1970,))
        }
        Value::Timestamp(instant) => Ok(timestamp(py, *instant)?.into_any()),
        Value::StringSet(items) => Ok(PyList::new(py, items.iter().map(|item| &**item))?.into_any()),
        // The core may gain kinds of values before this crate knows them: null is all it can say of those.
        _ => Ok(py.None().into_bound(py)),
    }
}

/// Gives a `datetime` in UTC.
pub(crate) fn timestamp(py: Python<'_>, instant: Timestamp) -> PyResult<Bound<'_, PyAny>> {
    let days = instant.micros().div_euclid(MICROS_PER_DAY);
    let micros = instant.micros().rem_euclid(MICROS_PER_DAY);
    let since =
        PyDelta::new(py, days as i32, (micros / 1_000_000) as i32, (micros % 1_000_000) as i32, false)?;
    epoch_utc(py)?.add(since)
}

/// 1970-01-01 00:00 in UTC.
pub(crate) fn epoch_utc(py: Python<'_>) -> PyResult<Bound<'_, PyDateTime>> {
    let utc = PyTzInfo::utc(py)?.to_owned();
    PyDateTime::new(py, 1970, 1, 1, 0, 0, 0, 0, Some(&utc))
}
