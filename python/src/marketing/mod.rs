//! The marketing models: private functions that the Python package `tagloom.marketing` calls.

pub(crate) mod btyd;
pub(crate) mod churn;
pub(crate) mod contract;
pub(crate) mod kano;
pub(crate) mod persona;
pub(crate) mod plot;
pub(crate) mod rfm;
pub(crate) mod scorecard;
pub(crate) mod survival;
pub(crate) mod table;
pub(crate) mod value;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tagloom::marketing::MarketingError;
use tagloom::marketing::input::read_columns;
use tagloom::time::{CalendarUnit, Timestamp, Window, Zone};
use tagloom::value::{Column, DataType};

use crate::{error, tables};

/// Numbers of a table, column by column; nulls are `None`.
pub(crate) type Numbers = Vec<Vec<Option<f64>>>;

/// Gives an error of a model as an exception.
pub(crate) fn failed(error: impl Into<MarketingError>) -> PyErr {
    error::to_python(error.into())
}

/// Columns of any table, all of a type.
pub(crate) fn columns(table: &Bound<'_, PyAny>, wanted: &[(&str, DataType)]) -> PyResult<Vec<Column>> {
    let input = tables::of("table", table)?;
    table.py().detach(|| read_columns(&input, wanted)).map_err(failed)
}

/// Columns of any table as numbers.
pub(crate) fn numbers(table: &Bound<'_, PyAny>, names: &[&str]) -> PyResult<Numbers> {
    let wanted: Vec<(&str, DataType)> = names.iter().map(|name| (*name, DataType::Float)).collect();
    let columns = columns(table, &wanted)?;
    Ok(columns.iter().map(|column| (0..column.len()).map(|row| column.f64(row)).collect()).collect())
}

/// A length of time such as `7d`.
pub(crate) fn window(name: &str, text: &str) -> PyResult<Window> {
    text.parse().map_err(|error| argument(name, &error))
}

/// A time zone by its name.
pub(crate) fn zone(name: &str) -> PyResult<Zone> {
    Zone::named(name).map_err(|error| argument("timezone", &error))
}

/// An instant, in a zone where it has none.
pub(crate) fn instant(name: &str, text: &str, zone: &Zone) -> PyResult<Timestamp> {
    zone.parse(text).map_err(|error| argument(name, &error))
}

/// An argument that makes no sense.
pub(crate) fn argument(name: &str, what: &impl std::fmt::Display) -> PyErr {
    error::new("marketing.argument", &format!("`{name}`: {what}"))
}

/// A choice by its name.
pub(crate) fn choice<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> PyResult<T> {
    serde_json::from_value(serde_json::Value::from(text)).map_err(|error| argument(name, &error))
}

/// How many days a length of time has; a month counts as a twelfth of 365.25.
#[pyfunction(name = "_window_days")]
pub(crate) fn window_days(name: &str, text: &str) -> PyResult<f64> {
    let months = |count: u32, each: f64| f64::from(count) * each * 365.25 / 12.0;
    match window(name, text)? {
        Window::Duration(micros) => Ok(micros as f64 / 86_400_000_000.0),
        Window::Calendar { count, unit: CalendarUnit::Day } => Ok(f64::from(count)),
        Window::Calendar { count, unit: CalendarUnit::Week } => Ok(7.0 * f64::from(count)),
        Window::Calendar { count, unit: CalendarUnit::Month } => Ok(months(count, 1.0)),
        Window::Calendar { count, unit: CalendarUnit::Quarter } => Ok(months(count, 3.0)),
        Window::Calendar { count, unit: CalendarUnit::Year } => Ok(months(count, 12.0)),
        other => Err(argument(name, &format!("found `{other}`, wanted a length of time such as 365d"))),
    }
}

/// A value of the core that was written as JSON.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> PyResult<T> {
    serde_json::from_str(text).map_err(|error| argument(name, &error))
}

/// An entry of a dictionary of parameters.
pub(crate) fn parameter(params: &Bound<'_, PyDict>, name: &str) -> PyResult<f64> {
    match params.get_item(name)? {
        Some(value) => value.extract(),
        None => Err(argument("params", &format!("no `{name}`"))),
    }
}
