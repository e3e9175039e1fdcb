//! `as_of` as Python says it.

use pyo3::prelude::*;
use pyo3::types::{PyDate, PyString};

use crate::error;

/// An instant as text that the core reads: a `str` as it is, a `date` or `datetime` in ISO form.
pub(crate) struct AsOf(pub(crate) String);

impl<'py> FromPyObject<'_, 'py> for AsOf {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = value.cast::<PyString>() {
            return Ok(Self(text.to_str()?.to_owned()));
        }
        // A `datetime` is a `date`, too.
        if value.is_instance_of::<PyDate>() {
            return Ok(Self(value.call_method0("isoformat")?.extract()?));
        }
        let found = value.get_type().qualname()?;
        Err(error::wrong_type(&format!("as_of: found `{found}`; wanted a str, date or datetime")))
    }
}
