//! A dict of columns as an Arrow table. The type of a column follows from its values.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, NullArray, RecordBatch,
    StringArray, TimestampMicrosecondArray,
};
use arrow_schema::{DataType, Field, Schema};
use arrow_select::concat::concat;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use pyo3_arrow::input::AnyArray;
use tagloom::source::Table;
use tagloom::value::Decimal;

use crate::error;

pub(crate) mod cell;

use cell::{Cell, Kind, Reader};

/// How many digits a decimal column has.
const PRECISION: u8 = 38;

/// A table of a dict of columns: lists, tuples, arrays of numpy, anything that speaks Arrow.
pub(crate) fn table(source: &str, columns: &Bound<'_, PyDict>) -> PyResult<Table> {
    let mut fields = Vec::with_capacity(columns.len());
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len());
    for (name, values) in columns {
        let name: String = name.str()?.extract()?;
        let array = array(source, &name, &values)?;
        if let Some(first) = arrays.first()
            && first.len() != array.len()
        {
            let (found, wanted) = (array.len(), first.len());
            let what = format!("has {found} values; wanted {wanted}, as many as the first column has");
            return Err(error::of_cell("source.python_length", source, &name, None, &what));
        }
        fields.push(Field::new(name, array.data_type().clone(), true));
        arrays.push(array);
    }
    let schema = Arc::new(Schema::new(fields));
    if arrays.is_empty() {
        return Ok(Table::batches(schema, Vec::new()));
    }
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays)
        .map_err(|error| error::new("source.python_value", &error.to_string()))?;
    Ok(Table::batches(schema, vec![batch]))
}

fn array(source: &str, name: &str, values: &Bound<'_, PyAny>) -> PyResult<ArrayRef> {
    let py = values.py();
    let wrong =
        |row: Option<usize>, what: &str| error::of_cell("source.python_value", source, name, row, what);
    if values.hasattr(intern!(py, "__arrow_c_stream__"))?
        || values.hasattr(intern!(py, "__arrow_c_array__"))?
    {
        let chunks = values.extract::<AnyArray>()?.into_chunked_array()?;
        let (chunks, field) = chunks.into_inner();
        let chunks: Vec<_> = chunks.iter().map(AsRef::as_ref).collect();
        let joined = if chunks.is_empty() {
            Ok(arrow_array::new_empty_array(field.data_type()))
        } else {
            concat(&chunks)
        };
        return joined.map_err(|error| wrong(None, &error.to_string()));
    }
    let listed = if values.hasattr(intern!(py, "tolist"))? { as_list(values)? } else { values.clone() };
    let found = listed.get_type().qualname()?;
    let not_a_list = || wrong(None, &format!("found `{found}`; wanted a list of values"));
    if listed.is_instance_of::<PyString>() || listed.is_instance_of::<PyDict>() {
        return Err(not_a_list());
    }
    let reader = Reader::new(py)?;
    let mut kind = Kind::Unknown;
    let mut cells = Vec::new();
    for (row, value) in listed.try_iter().map_err(|_| not_a_list())?.enumerate() {
        let value = value?;
        let cell = reader.cell(&value)?.map_err(|what| wrong(Some(row), &what))?;
        let clash =
            || wrong(Some(row), &format!("found {} in a column of {}", cell.kind().name(), kind.name()));
        kind = kind.join(cell.kind()).ok_or_else(clash)?;
        cells.push(cell);
    }
    build(kind, &cells).map_err(|(row, what)| wrong(Some(row), what))
}

/// An array of numpy as a list. Its times would become plain numbers if they were not of microseconds.
fn as_list<'py>(values: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let dtype = values.getattr_opt("dtype")?;
    let text = dtype.map(|dtype| dtype.str()?.extract::<String>()).transpose()?.unwrap_or_default();
    let is_time = text.starts_with("datetime64") && !text.starts_with("datetime64[D]");
    if is_time && !text.contains(',') {
        return values.call_method1("astype", ("datetime64[us]",))?.call_method0("tolist");
    }
    values.call_method0("tolist")
}

/// The Arrow array of cells that are all of a kind, or can be widened to it.
fn build(kind: Kind, cells: &[Cell]) -> Result<ArrayRef, (usize, &'static str)> {
    Ok(match kind {
        Kind::Unknown => Arc::new(NullArray::new(cells.len())),
        Kind::Bool => Arc::new(cells.iter().map(Cell::bool).collect::<BooleanArray>()),
        Kind::Int => Arc::new(cells.iter().map(Cell::int).collect::<Int64Array>()),
        Kind::Float => {
            if let Some(row) = cells.iter().position(|cell| cell.int().is_some() && cell.float().is_none()) {
                return Err((row, "found an int of more than 53 bits in a column of floats"));
            }
            Arc::new(cells.iter().map(Cell::float).collect::<Float64Array>())
        }
        Kind::Decimal => Arc::new(decimals(cells)?),
        Kind::Text => Arc::new(cells.iter().map(Cell::text).collect::<StringArray>()),
        Kind::Date => Arc::new(cells.iter().map(Cell::date).collect::<Date32Array>()),
        Kind::Wall => Arc::new(cells.iter().map(Cell::micros).collect::<TimestampMicrosecondArray>()),
        Kind::Instant => Arc::new(
            cells.iter().map(Cell::micros).collect::<TimestampMicrosecondArray>().with_timezone("UTC"),
        ),
        Kind::Texts => {
            let field = Field::new_list_field(DataType::Utf8, true);
            let mut builder = ListBuilder::new(StringBuilder::new()).with_field(field);
            for cell in cells {
                builder.append_option(cell.texts().map(|texts| texts.iter().map(Some)));
            }
            Arc::new(builder.finish())
        }
    })
}

fn decimals(cells: &[Cell]) -> Result<Decimal128Array, (usize, &'static str)> {
    let exact: Vec<Option<Decimal>> = cells.iter().map(Cell::decimal).collect();
    let scale = exact.iter().flatten().map(|decimal| decimal.scale).max().unwrap_or(0);
    let too_long = "a decimal that needs more than 38 digits at the scale of the column";
    let mut unscaled = Vec::with_capacity(cells.len());
    for (row, decimal) in exact.into_iter().enumerate() {
        let same_scale = |decimal: Decimal| decimal.rescale(scale).filter(|d| d.fits(PRECISION));
        unscaled.push(match decimal {
            None => None,
            Some(decimal) => Some(same_scale(decimal).ok_or((row, too_long))?.unscaled),
        });
    }
    unscaled
        .into_iter()
        .collect::<Decimal128Array>()
        .with_precision_and_scale(PRECISION, scale)
        .map_err(|_| (0, too_long))
}
