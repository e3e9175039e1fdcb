//! The values of one profile from a dict.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString};
use tagloom::rule::Given;
use tagloom::time::{Date, Timestamp, Zone};
use tagloom::value::Value;

use crate::columns::cell::{Cell, Reader};
use crate::error;

/// The values of a dict at an instant, where there is one; times without a time zone are wall clocks of the zone.
pub(super) fn at(values: &Bound<'_, PyDict>, moment: &(Option<Timestamp>, Zone)) -> PyResult<Given> {
    let (instant, zone) = moment;
    let given = of(values, zone)?;
    Ok(match instant {
        Some(instant) => given.at(*instant, zone),
        None => given,
    })
}

fn of(values: &Bound<'_, PyDict>, zone: &Zone) -> PyResult<Given> {
    let mut reader = None;
    let mut found = Vec::with_capacity(values.len());
    for (name, value) in values {
        let name: String = name.cast::<PyString>()?.to_str()?.to_owned();
        let value = if let Some(value) = plain(&value)? {
            value
        } else {
            let reader = match &reader {
                Some(reader) => reader,
                None => reader.insert(Reader::new(values.py())?),
            };
            let cell = reader.cell(&value)?;
            let cell = cell.map_err(|what| error::new("rule.python_value", &format!("`{name}`: {what}")))?;
            of_cell(cell, zone)
        };
        found.push((name, value));
    }
    Ok(found.into_iter().collect())
}

/// The kinds of values that there are most of, without looking further.
fn plain(value: &Bound<'_, PyAny>) -> PyResult<Option<Value>> {
    if value.is_none() {
        return Ok(Some(Value::Null));
    }
    if let Ok(text) = value.cast_exact::<PyString>() {
        return Ok(Some(Value::from(text.to_str()?)));
    }
    if value.is_exact_instance_of::<PyFloat>() {
        return Ok(Some(Value::from(value.extract::<f64>()?)));
    }
    if value.is_exact_instance_of::<PyBool>() {
        return Ok(Some(Value::Bool(value.extract()?)));
    }
    if value.is_exact_instance_of::<PyInt>() {
        return Ok(value.extract::<i64>().ok().map(Value::Int));
    }
    Ok(None)
}

fn of_cell(cell: Cell, zone: &Zone) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Bool(b) => Value::Bool(b),
        Cell::Int(n) => Value::Int(n),
        Cell::Float(n) => Value::from(n),
        Cell::Decimal(d) => Value::Decimal(d),
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::Date(days) => Value::Date(Date::from_days(days)),
        Cell::Wall(micros) => zone.instant_at_wall_clock(micros).map_or(Value::Null, Value::Timestamp),
        Cell::Instant(micros) => Value::Timestamp(Timestamp::from_micros(micros)),
        Cell::Texts(mut texts) => {
            texts.sort();
            texts.dedup();
            Value::StringSet(texts.into_iter().map(Into::into).collect())
        }
    }
}
