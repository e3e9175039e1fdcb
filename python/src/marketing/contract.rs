//! Contracts and their renewal.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use tagloom::marketing::btyd::{BtydError, Contract, ShiftedBetaGeometric};
use tagloom::value::DataType;

use crate::column::PyColumn;
use crate::marketing::btyd::fitted;
use crate::marketing::table::of_numbers;
use crate::marketing::{columns, failed, numbers, parameter};

fn whole(row: usize, name: &'static str, value: Option<f64>) -> PyResult<u64> {
    match value {
        Some(n) if n >= 0.0 && n.fract() == 0.0 && n < 1e15 => Ok(n as u64),
        other => {
            let (found, wanted) = (other.unwrap_or(f64::NAN), "a whole number from 0 on");
            Err(failed(BtydError::History { row, name, found, wanted }))
        }
    }
}

/// Fits the model of renewals to a table of contracts.
#[pyfunction(name = "_contract_fit")]
pub(crate) fn contract_fit<'py>(
    table: &Bound<'py, PyAny>,
    periods: &str,
    ended: &str,
    weight: Option<&str>,
) -> PyResult<Bound<'py, PyTuple>> {
    let mut wanted = vec![(periods, DataType::Float), (ended, DataType::Bool)];
    wanted.extend(weight.map(|weight| (weight, DataType::Float)));
    let found = columns(table, &wanted)?;
    let contracts: Vec<(Contract, f64)> = (0..found[0].len())
        .map(|row| {
            let periods = whole(row, "periods", found[0].f64(row))?;
            let ended = found[1].value(row) == tagloom::value::Value::Bool(true);
            let weight = found.get(2).map_or(Some(1.0), |weight| weight.f64(row));
            Ok((Contract { periods, ended }, weight.unwrap_or(f64::NAN)))
        })
        .collect::<PyResult<_>>()?;
    let (model, fit) = ShiftedBetaGeometric::fit(&contracts).map_err(failed)?;
    fitted(table.py(), &ShiftedBetaGeometric::PARAMETERS, &model.parameters(), &fit)
}

/// What the model says of each running contract: `what` is `survival`, `retention` or `expected_periods`.
#[pyfunction(name = "_contract_apply")]
pub(crate) fn contract_apply(
    params: &Bound<'_, PyDict>,
    table: &Bound<'_, PyAny>,
    periods: &str,
    what: &str,
    more: u64,
    discount_rate: f64,
) -> PyResult<PyColumn> {
    let [alpha, beta] = ShiftedBetaGeometric::PARAMETERS;
    let model =
        ShiftedBetaGeometric::new(parameter(params, alpha)?, parameter(params, beta)?).map_err(failed)?;
    let column = numbers(table, &[periods])?.swap_remove(0);
    let values = column.into_iter().enumerate().map(|(row, value)| {
        let renewed = whole(row, "periods", value)?;
        Ok(Some(match what {
            "survival" => model.survival_after(renewed, more),
            "retention" => model.retention(renewed),
            _ => model.expected_periods(renewed, more, discount_rate).map_err(failed)?,
        }))
    });
    Ok(of_numbers(what, values.collect::<PyResult<_>>()?))
}
