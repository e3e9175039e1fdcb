//! How a run is made: threads, memory, and who listens.

use std::num::NonZeroUsize;

use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::types::{PyInt, PyString};
use tagloom::RunOptions;
use tagloom::engine::MemorySize;

use crate::error;

/// A limit of memory as Python gives it: a number of bytes, or text such as `2GB`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MemoryLimit(u64);

impl<'a, 'py> FromPyObject<'a, 'py> for MemoryLimit {
    type Error = PyErr;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(text) = value.cast::<PyString>() {
            let size = text.to_str()?.parse::<MemorySize>();
            return size.map(|size| Self(size.bytes)).map_err(|e| error::new(e.code(), &e.to_string()));
        }
        if !value.is_instance_of::<PyInt>() {
            let found = value.get_type().qualname()?;
            let message = format!("memory_limit: found `{found}`; wanted bytes as int, or text such as 2GB");
            return Err(error::wrong_type(&message));
        }
        value.extract().map(Self).map_err(|_: PyErr| {
            PyOverflowError::new_err("memory_limit: wanted a number of bytes from 0 to 2**64 - 1")
        })
    }
}

/// The options of a run.
pub(crate) fn of(threads: Option<usize>, memory_limit: Option<MemoryLimit>) -> PyResult<RunOptions> {
    let mut options = RunOptions::default();
    if let Some(threads) = threads {
        let message = || error::new("run.threads", "threads is 0; wanted at least 1");
        options = options.with_threads(NonZeroUsize::new(threads).ok_or_else(message)?);
    }
    if let Some(MemoryLimit(bytes)) = memory_limit {
        options = options.with_memory_limit(bytes);
    }
    Ok(options)
}
