//! Input tables as Python hands them over.

use std::path::PathBuf;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use pyo3::exceptions::PyImportError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyMapping, PyString, PyTuple};
use pyo3_arrow::input::AnyRecordBatch;
use tagloom::source::{Dataset, Table};

use crate::{columns, error};

/// What a table may be, for messages.
const WANTED: &str = "a frame or table that speaks the Arrow PyCapsule protocol (pandas, Polars, pyarrow, DuckDB), \
                      a path, a list of paths, or a dict of columns";

/// The tables of a mapping from source to table.
pub(crate) fn dataset(tables: &Bound<'_, PyAny>) -> PyResult<Dataset> {
    let Ok(tables) = tables.cast::<PyMapping>() else {
        let found = tables.get_type().qualname()?;
        return Err(error::wrong_type(&format!("tables: found `{found}`; wanted a dict of source to table")));
    };
    let mut dataset = Dataset::new();
    for item in tables.items()? {
        let (source, table): (String, Bound<'_, PyAny>) = item.extract()?;
        dataset.insert(&source, of(&source, &table)?);
    }
    Ok(dataset)
}

/// A table of any kind; `source` names it in messages.
pub(crate) fn of(source: &str, table: &Bound<'_, PyAny>) -> PyResult<Table> {
    let py = table.py();
    if let Some(path) = path(table) {
        return Table::path(path).map_err(error::to_python);
    }
    if table.hasattr(intern!(py, "__arrow_c_stream__"))? || table.hasattr(intern!(py, "__arrow_c_array__"))? {
        return match arrow(table) {
            // A frame of pandas speaks Arrow only where pyarrow is installed.
            Err(error)
                if error.is_instance_of::<PyImportError>(py) && table.hasattr(intern!(py, "columns"))? =>
            {
                columns::table(source, &pandas_columns(table)?)
            }
            result => result,
        };
    }
    if let Ok(columns) = table.cast::<PyDict>() {
        return columns::table(source, columns);
    }
    let paths: Option<Vec<PathBuf>> = match (table.cast::<PyList>(), table.cast::<PyTuple>()) {
        (Ok(list), _) => list.iter().map(|item| path(&item)).collect(),
        (_, Ok(tuple)) => tuple.iter().map(|item| path(&item)).collect(),
        _ => None,
    };
    match paths {
        Some(paths) if !paths.is_empty() => Ok(Table::Files(paths)),
        _ => {
            let found = table.get_type().qualname()?;
            Err(error::wrong_type(&format!("table `{source}`: found `{found}`; wanted {WANTED}")))
        }
    }
}

/// A `str` or `os.PathLike` as a path.
fn path(value: &Bound<'_, PyAny>) -> Option<PathBuf> {
    let is_path =
        value.is_instance_of::<PyString>() || value.hasattr(intern!(value.py(), "__fspath__")).ok()?;
    is_path.then(|| value.extract().ok())?
}

/// Reads a stream to its end, without the GIL: what makes it may need the GIL in threads of its own.
fn arrow(table: &Bound<'_, PyAny>) -> PyResult<Table> {
    let reader = if table.hasattr(intern!(table.py(), "__arrow_c_stream__"))? {
        AnyRecordBatch::Stream(table.extract()?)
    } else {
        AnyRecordBatch::RecordBatch(table.extract()?)
    };
    let reader = reader.into_reader()?;
    let schema = reader.schema();
    let batches: Result<Vec<RecordBatch>, ArrowError> = table.py().detach(|| reader.collect());
    let batches = batches.map_err(|error| error::new("source.python_stream", &error.to_string()))?;
    Ok(Table::batches(schema, batches))
}

/// The columns of a frame of pandas as lists, with `None` for missing values.
fn pandas_columns<'py>(frame: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let py = frame.py();
    let columns = PyDict::new(py);
    for item in frame.call_method0("items")?.try_iter()? {
        let (name, series): (Bound<'py, PyAny>, Bound<'py, PyAny>) = item?.extract()?;
        let cells = series.call_method1("astype", ("object",))?;
        let cells = cells.call_method1("where", (series.call_method0("notna")?, py.None()))?;
        columns.set_item(name.str()?, cells.call_method0("tolist")?)?;
    }
    Ok(columns)
}
