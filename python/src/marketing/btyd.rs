//! Buy-till-you-die models.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use rayon::prelude::*;
use serde_json::json;
use tagloom::marketing::MarketingError;
use tagloom::marketing::btyd::{
    self, BtydError, Fit, GammaGamma, History, Kind, LifetimeOptions, Model, ReturnPolicy, Summary,
    SummaryOptions,
};
use tagloom::marketing::input::{InputError, OrderColumns, Orders};
use tagloom::source::{SourceReport, Table};
use tagloom::time::Zone;
use tagloom::value::Column;

use crate::column::PyColumn;
use crate::instant::AsOf;
use crate::marketing::table::{PyModelTable, floats, ints, of_numbers};
use crate::marketing::{argument, choice, failed, instant, numbers, parameter, window, zone};
use crate::{json, tables};

/// Transactions to histories: the table, and what else is to be known.
#[pyfunction(name = "_btyd_summary")]
#[expect(clippy::too_many_arguments, reason = "the options of one call, by name")]
pub(crate) fn btyd_summary<'py>(
    py: Python<'py>,
    table: &Bound<'py, PyAny>,
    customer: String,
    time: String,
    money: Option<String>,
    period: &str,
    unit: Option<&str>,
    end: Option<AsOf>,
    holdout_end: Option<AsOf>,
    timezone: &str,
    returns: &str,
) -> PyResult<(PyModelTable, Bound<'py, PyAny>)> {
    let (input, columns, options) =
        read_orders(table, (customer, time, money), period, unit, (end, holdout_end), timezone, returns)?;
    let made = py.detach(|| {
        let (orders, report) = input.read(&columns, &options.zone)?;
        Ok::<_, MarketingError>((Summary::of(&orders, &options)?, report))
    });
    let (summary, report) = made.map_err(failed)?;
    let of =
        |number: fn(&History) -> f64| floats(summary.histories.iter().map(|h| Some(number(h))).collect());
    let mut columns = vec![
        ("customer".to_owned(), Column::String(summary.customers.clone())),
        ("x".to_owned(), of(|h| h.x)),
        ("t_x".to_owned(), of(|h| h.t_x)),
        ("T".to_owned(), of(|h| h.age)),
        ("m".to_owned(), floats(summary.money.clone())),
        ("n".to_owned(), ints(summary.opportunities.iter().copied())),
    ];
    let mut about = json!({ "left_out": summary.left_out, "report": report, "holdout_length": null });
    if let Some(holdout) = &summary.holdout {
        columns.push(("holdout".to_owned(), ints(holdout.purchases.iter().copied())));
        about["holdout_length"] = json!(holdout.length);
    }
    Ok((PyModelTable::new(columns), json::to_python(py, &about)?))
}

/// A table of transactions that is to be read.
pub(crate) struct Transactions(Table);

impl Transactions {
    pub(crate) fn read(
        &self,
        columns: &OrderColumns,
        zone: &Zone,
    ) -> Result<(Orders, SourceReport), MarketingError> {
        Orders::read(&self.0, columns, zone).map_err(|error| MarketingError::from(InputError::from(error)))
    }
}

/// What becomes of negative amounts.
pub(crate) fn returns_of(text: &str) -> PyResult<ReturnPolicy> {
    match text {
        "net" => Ok(ReturnPolicy::Net),
        "ignore" => Ok(ReturnPolicy::Ignore),
        other => Err(argument("returns", &format!("found `{other}`, wanted net or ignore"))),
    }
}

/// Transactions and the options to put them together.
pub(crate) fn read_orders(
    table: &Bound<'_, PyAny>,
    (customer, time, money): (String, String, Option<String>),
    period: &str,
    unit: Option<&str>,
    (end, holdout_end): (Option<AsOf>, Option<AsOf>),
    timezone: &str,
    returns: &str,
) -> PyResult<(Transactions, OrderColumns, SummaryOptions)> {
    let input = Transactions(tables::of("transactions", table)?);
    let mut options = SummaryOptions::default();
    options.zone = zone(timezone)?;
    options.period = window("period", period)?;
    options.unit = unit.map(|unit| window("unit", unit)).transpose()?;
    let at = |name, text: Option<AsOf>| text.map(|AsOf(t)| instant(name, &t, &options.zone)).transpose();
    (options.end, options.holdout_end) = (at("end", end)?, at("holdout_end", holdout_end)?);
    options.returns = returns_of(returns)?;
    Ok((input, OrderColumns { customer, time, money, order: None }, options))
}

/// The histories of a table for a kind of model.
pub(crate) fn histories(kind: Kind, table: &Bound<'_, PyAny>) -> PyResult<Vec<History>> {
    let age = if kind == Kind::BgBb { "n" } else { "T" };
    let names = ["x", "t_x", age];
    let columns = numbers(table, &names)?;
    let missing = (names.iter().zip(&columns))
        .find_map(|(name, column)| column.iter().position(Option::is_none).map(|row| (*name, row)));
    if let Some((name, row)) = missing {
        return Err(failed(BtydError::History { row, name, found: f64::NAN, wanted: "a number" }));
    }
    let at = |column: usize, row: usize| columns[column][row].unwrap_or(f64::NAN);
    Ok((0..columns[0].len()).map(|row| History::new(at(0, row), at(1, row), at(2, row))).collect())
}

pub(crate) fn model(kind: &str, params: &Bound<'_, PyDict>) -> PyResult<Model> {
    let kind: Kind = choice("kind", kind)?;
    let parameters: Vec<f64> =
        kind.parameters().into_iter().map(|name| parameter(params, name)).collect::<PyResult<_>>()?;
    Model::new(kind, &parameters).map_err(failed)
}

/// Parameters by name, and the card of the fit with their intervals.
pub(crate) fn fitted<'py>(
    py: Python<'py>,
    names: &[&str],
    parameters: &[f64],
    fit: &Fit,
) -> PyResult<Bound<'py, PyTuple>> {
    let params = PyDict::new(py);
    for (name, value) in names.iter().zip(parameters) {
        params.set_item(name, value)?;
    }
    // 95 %, on the logarithms.
    let intervals: Vec<_> = parameters
        .iter()
        .enumerate()
        .map(|(at, value)| fit.interval(at, *value, 1.959_963_984_540_054))
        .collect();
    (params, json::to_python(py, fit)?, json::to_python(py, &intervals)?).into_pyobject(py)
}

/// Fits a model.
#[pyfunction(name = "_btyd_fit")]
pub(crate) fn btyd_fit<'py>(kind: &str, table: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    let py = table.py();
    let kind: Kind = choice("kind", kind)?;
    let rows = histories(kind, table)?;
    let (model, fit) = py.detach(|| btyd::fit(kind, &rows)).map_err(failed)?;
    fitted(py, &kind.parameters(), &model.parameters(), &fit)
}

/// What a model says of each customer: `what` is the name of the method.
#[pyfunction(name = "_btyd_apply")]
pub(crate) fn btyd_apply(
    kind: &str,
    params: &Bound<'_, PyDict>,
    table: &Bound<'_, PyAny>,
    what: &str,
    argument: f64,
    n: u32,
) -> PyResult<PyColumn> {
    type Of = Box<dyn Fn(&Model, &History) -> Result<Option<f64>, BtydError> + Sync>;
    let of: Of = match what {
        "log_likelihood" => Box::new(|m, h| m.log_likelihood(h).map(Some)),
        "p_alive" => Box::new(move |m, h| m.p_alive_after(h, argument).map(Some)),
        "expected_purchases" => Box::new(move |m, h| m.expected_purchases(h, argument).map(Some)),
        "purchase_probability" => Box::new(move |m, h| m.purchase_probability(h, n, argument).map(Some)),
        "time_to_next" => Box::new(move |m, h| m.time_to_next(h, argument)),
        "time_to_leave" => Box::new(move |m, h| m.time_to_leave(h, argument)),
        other => return Err(crate::marketing::argument("what", &format!("found `{other}`"))),
    };
    let model = model(kind, params)?;
    let rows = histories(model.kind(), table)?;
    let values = table.py().detach(|| each(model.kind(), &rows, |_, h| of(&model, h)));
    Ok(of_numbers(what, values.map_err(failed)?))
}

/// Works something out for each customer; an error names the row.
fn each(
    kind: Kind,
    rows: &[History],
    of: impl Fn(usize, &History) -> Result<Option<f64>, BtydError> + Sync,
) -> Result<Vec<Option<f64>>, BtydError> {
    rows.par_iter().enumerate().map(|(row, h)| h.check(kind, row).and_then(|()| of(row, h))).collect()
}

/// The tables of goodness of fit: `counts` or `holdout`.
#[pyfunction(name = "_btyd_table")]
pub(crate) fn btyd_table<'py>(
    kind: &str,
    params: &Bound<'py, PyDict>,
    table: &Bound<'py, PyAny>,
    holdout_length: Option<f64>,
    last: u32,
) -> PyResult<(PyModelTable, Bound<'py, PyAny>)> {
    let py = table.py();
    let model = model(kind, params)?;
    let rows = histories(model.kind(), table)?;
    let x = |last: u32| ("x".to_owned(), ints((0..=last).map(u64::from)));
    let Some(length) = holdout_length else {
        let counts = py.detach(|| model.count_table(&rows, last)).map_err(failed)?;
        let actual = counts.iter().map(|row| Some(row.actual)).collect();
        let expected = counts.iter().map(|row| Some(row.expected)).collect();
        let columns =
            vec![x(last), ("actual".to_owned(), floats(actual)), ("expected".to_owned(), floats(expected))];
        return Ok((PyModelTable::new(columns), json::to_python(py, &json!({}))?));
    };
    let purchases = purchases(table)?;
    let found = py.detach(|| model.holdout_table(&rows, &purchases, length, last)).map_err(failed)?;
    let columns = vec![
        x(last),
        ("customers".to_owned(), ints(found.rows.iter().map(|row| row.customers))),
        ("actual".to_owned(), floats(found.rows.iter().map(|row| row.actual).collect())),
        ("expected".to_owned(), floats(found.rows.iter().map(|row| row.expected).collect())),
    ];
    let about = json!({
        "actual": found.actual,
        "expected": found.expected,
        "mean_absolute_error": found.mean_absolute_error,
        "root_mean_squared_error": found.root_mean_squared_error,
    });
    Ok((PyModelTable::new(columns), json::to_python(py, &about)?))
}

/// The purchases in the hold-out.
pub(crate) fn purchases(table: &Bound<'_, PyAny>) -> PyResult<Vec<u64>> {
    let column = numbers(table, &["holdout"])?.swap_remove(0);
    column
        .iter()
        .enumerate()
        .map(|(row, value)| match value {
            Some(n) if *n >= 0.0 && n.fract() == 0.0 => Ok(*n as u64),
            other => {
                let wanted = "a whole number from 0 on";
                let found = other.unwrap_or(f64::NAN);
                Err(failed(BtydError::History { row, name: "holdout", found, wanted }))
            }
        })
        .collect()
}

/// A kind of model, its fit, and its error in the hold-out.
type Tried<'py> = (String, Bound<'py, PyTuple>, Option<f64>);

/// Fits several models, the best first.
#[pyfunction(name = "_btyd_choose")]
pub(crate) fn btyd_choose<'py>(
    kinds: &Bound<'py, PyList>,
    table: &Bound<'py, PyAny>,
    holdout_length: Option<f64>,
) -> PyResult<Vec<Tried<'py>>> {
    let py = table.py();
    let kinds: Vec<Kind> =
        kinds.iter().map(|kind| choice("kinds", kind.extract()?)).collect::<PyResult<_>>()?;
    let rows = histories(kinds.first().copied().unwrap_or(Kind::BgNbd), table)?;
    let holdout = holdout_length.map(|length| Ok::<_, PyErr>((purchases(table)?, length))).transpose()?;
    let holdout = holdout.as_ref().map(|(purchases, length)| (purchases.as_slice(), *length));
    let found = py.detach(|| btyd::choose(&kinds, &rows, holdout)).map_err(failed)?;
    found
        .iter()
        .map(|c| {
            let kind = json::to_python(py, &c.model.kind())?.extract()?;
            let names = c.model.kind().parameters();
            Ok((kind, fitted(py, &names, &c.model.parameters(), &c.fit)?, c.holdout_error))
        })
        .collect()
}

fn spend_model(params: &Bound<'_, PyDict>) -> PyResult<GammaGamma> {
    let [p, q, v] = GammaGamma::PARAMETERS;
    GammaGamma::new(parameter(params, p)?, parameter(params, q)?, parameter(params, v)?).map_err(failed)
}

/// Repeat purchases and their mean money.
fn spend_columns(table: &Bound<'_, PyAny>) -> PyResult<(Vec<f64>, Vec<Option<f64>>)> {
    let mut columns = numbers(table, &["x", "m"])?;
    let money = columns.pop().unwrap_or_default();
    let x = columns.pop().unwrap_or_default().into_iter().map(|x| x.unwrap_or(f64::NAN)).collect();
    Ok((x, money))
}

/// Fits the model of the spend.
#[pyfunction(name = "_spend_fit")]
pub(crate) fn spend_fit<'py>(table: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    let py = table.py();
    let (x, money) = spend_columns(table)?;
    let (model, fit) = py.detach(|| GammaGamma::fit(&x, &money)).map_err(failed)?;
    fitted(py, &GammaGamma::PARAMETERS, &model.parameters(), &fit)
}

/// The expected spend of each customer.
#[pyfunction(name = "_spend_apply")]
pub(crate) fn spend_apply(params: &Bound<'_, PyDict>, table: &Bound<'_, PyAny>) -> PyResult<PyColumn> {
    let model = spend_model(params)?;
    let (x, money) = spend_columns(table)?;
    let values: Result<Vec<Option<f64>>, BtydError> =
        x.iter().zip(&money).map(|(x, money)| model.expected_spend(*x, *money).map(Some)).collect();
    Ok(of_numbers("expected_spend", values.map_err(failed)?))
}

/// The value of each customer.
#[pyfunction(name = "_lifetime_value")]
#[expect(clippy::too_many_arguments, reason = "the options of one call, by name")]
pub(crate) fn lifetime_value(
    kind: &str,
    params: &Bound<'_, PyDict>,
    spend: &Bound<'_, PyDict>,
    table: &Bound<'_, PyAny>,
    horizon: f64,
    units_per_year: f64,
    annual_discount_rate: f64,
    margin: f64,
) -> PyResult<PyColumn> {
    let model = model(kind, params)?;
    let spend = spend_model(spend)?;
    let rows = histories(model.kind(), table)?;
    let (_, money) = spend_columns(table)?;
    let mut options = LifetimeOptions::new(horizon, units_per_year);
    options.annual_discount_rate = annual_discount_rate;
    options.margin = margin;
    let values = table.py().detach(|| {
        each(model.kind(), &rows, |row, h| model.lifetime_value(&spend, h, money[row], &options).map(Some))
    });
    Ok(of_numbers("lifetime_value", values.map_err(failed)?))
}
