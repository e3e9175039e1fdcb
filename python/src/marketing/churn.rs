//! Churn and stages of life.

use arrow_array::RecordBatch;
use pyo3::prelude::*;
use tagloom::marketing::MarketingError;
use tagloom::marketing::churn::{Basis, Evidence, Judged, Rhythms, Silence, SilenceParams, kind_of};
use tagloom::marketing::input::{InputError, OrderColumns, Orders};
use tagloom::marketing::lifecycle::{Lifecycle, LifecycleParams, Placed, Stage};
use tagloom::rule::{Frame, Rule, RuleError};
use tagloom::source::Table;
use tagloom::stats::Rhythm;
use tagloom::value::{Column, ColumnBuilder, DataType, Value};

use crate::instant::AsOf;
use crate::marketing::btyd::returns_of;
use crate::marketing::table::{PyModelTable, floats};
use crate::marketing::{argument, columns, failed, from_json, instant, numbers, zone};
use crate::{error, json, tables};

/// The columns of a rhythm, in order.
const RHYTHM: [&str; 8] = [
    "purchases",
    "age_days",
    "silence_days",
    "usual_gap_days",
    "long_gap_days",
    "last_gap_days",
    "early_purchases",
    "late_purchases",
];

/// The rhythm of each customer, from transactions.
#[pyfunction(name = "_rhythm")]
#[expect(clippy::too_many_arguments, reason = "the options of one call, by name")]
pub(crate) fn rhythm<'py>(
    table: &Bound<'py, PyAny>,
    customer: String,
    time: String,
    money: Option<String>,
    as_of: Option<AsOf>,
    timezone: &str,
    returns: &str,
    share: f64,
) -> PyResult<(PyModelTable, Bound<'py, PyAny>)> {
    let input = tables::of("transactions", table)?;
    let zone = zone(timezone)?;
    let as_of = as_of.map(|AsOf(text)| instant("as_of", &text, &zone)).transpose()?;
    let returns = returns_of(returns)?;
    let columns = OrderColumns { customer, time, money, order: None };
    let made = table.py().detach(|| {
        let read = Orders::read(&input, &columns, &zone);
        let (orders, report) = read.map_err(|error| MarketingError::from(InputError::from(error)))?;
        Ok::<_, MarketingError>((Rhythms::of(&orders, as_of, &zone, returns, share), report))
    });
    let (made, report) = made.map_err(failed)?;
    let column = |of: fn(&Rhythm) -> Option<f64>| floats(made.rhythms.iter().map(of).collect());
    let found = [
        column(|r| Some(r.purchases as f64)),
        column(|r| Some(r.age)),
        column(|r| Some(r.silence)),
        column(|r| r.usual),
        column(|r| r.long),
        column(|r| r.last_gap),
        column(|r| Some(r.halves[0] as f64)),
        column(|r| Some(r.halves[1] as f64)),
    ];
    let customers = ("customer".to_owned(), Column::String(made.customers));
    let named = RHYTHM.iter().map(|name| (*name).to_owned()).zip(found);
    let made = PyModelTable::new(std::iter::once(customers).chain(named).collect());
    Ok((made, json::to_python(table.py(), &report)?))
}

fn rhythms(table: &Bound<'_, PyAny>) -> PyResult<Vec<Option<Rhythm>>> {
    let columns = numbers(table, &RHYTHM)?;
    let row = |row: usize| {
        let at = |column: usize| columns[column][row];
        let mut rhythm = Rhythm::default();
        (rhythm.purchases, rhythm.age, rhythm.silence) = (at(0)? as u64, at(1)?, at(2)?);
        (rhythm.usual, rhythm.long, rhythm.last_gap) = (at(3), at(4), at(5));
        rhythm.halves = [at(6)? as u64, at(7)? as u64];
        Some(rhythm)
    };
    Ok((0..columns[0].len()).map(row).collect())
}

/// Learns the limit of silence: the fitted thing as JSON.
#[pyfunction(name = "_silence_fit")]
pub(crate) fn silence_fit(
    table: &Bound<'_, PyAny>,
    params: &str,
    peers: Option<&Bound<'_, PyAny>>,
) -> PyResult<String> {
    let params: SilenceParams = from_json("params", params)?;
    let (rhythms, groups) = (rhythms(table)?, groups(peers)?);
    let with_group = |(row, rhythm): (usize, &'_ Option<Rhythm>)| {
        rhythm.map(|rhythm| (rhythm, groups.get(row).cloned().flatten()))
    };
    let customers: Vec<(Rhythm, Option<String>)> =
        rhythms.iter().enumerate().filter_map(with_group).collect();
    let fitted =
        Silence::learn_by(params, customers.iter().map(|(rhythm, group)| (rhythm, group.as_deref())))
            .map_err(failed)?;
    serde_json::to_string(&fitted).map_err(|error| argument("params", &error))
}

/// The group of each row; none where there is no table.
fn groups(peers: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<Option<String>>> {
    let Some(peers) = peers else { return Ok(Vec::new()) };
    let column = columns(peers, &[("peers", DataType::String)])?.swap_remove(0);
    let text = |row| match column.value(row) {
        Value::String(text) => Some(text.to_string()),
        _ => None,
    };
    Ok((0..column.len()).map(text).collect())
}

/// A column of texts.
fn texts<'a>(values: impl ExactSizeIterator<Item = Option<&'a str>>) -> Column {
    let mut builder = ColumnBuilder::new(DataType::String, values.len());
    for value in values {
        match value {
            Some(text) => builder.push_str(text),
            None => builder.push_null(),
        }
    }
    builder.finish()
}

/// Who has been silent for too long.
#[pyfunction(name = "_silence_apply")]
pub(crate) fn silence_apply(
    fitted: &str,
    table: &Bound<'_, PyAny>,
    peers: Option<&Bound<'_, PyAny>>,
) -> PyResult<PyModelTable> {
    let fitted: Silence = from_json("fitted", fitted)?;
    let (rhythms, groups) = (rhythms(table)?, groups(peers)?);
    let judge = |(row, rhythm): (usize, &'_ Option<Rhythm>)| {
        let group = groups.get(row).and_then(Option::as_deref);
        rhythm.as_ref().map(|rhythm| fitted.judge_in(rhythm, group))
    };
    let judged: Vec<Option<Judged>> = rhythms.iter().enumerate().map(judge).collect();
    let float =
        |of: fn(&Judged) -> Option<f64>| floats(judged.iter().map(|j| j.as_ref().and_then(of)).collect());
    Ok(PyModelTable::new(vec![
        (
            "churned".to_owned(),
            Column::Bool(judged.iter().map(|judged| judged.and_then(|judged| judged.churned)).collect()),
        ),
        ("limit_days".to_owned(), float(|judged| judged.limit_days)),
        (
            "basis".to_owned(),
            texts(judged.iter().map(|judged| judged.and_then(|j| j.basis).map(Basis::name))),
        ),
        ("days_left".to_owned(), float(|judged| judged.days_left)),
    ]))
}

/// Learns the usual gap: the fitted thing as JSON.
#[pyfunction(name = "_lifecycle_fit")]
pub(crate) fn lifecycle_fit(table: &Bound<'_, PyAny>, params: &str) -> PyResult<String> {
    let params: LifecycleParams = from_json("params", params)?;
    let rhythms = rhythms(table)?;
    let fitted = Lifecycle::learn(params, rhythms.iter().flatten()).map_err(failed)?;
    serde_json::to_string(&fitted).map_err(|error| argument("params", &error))
}

/// The stage of each customer.
#[pyfunction(name = "_lifecycle_apply")]
pub(crate) fn lifecycle_apply(fitted: &str, table: &Bound<'_, PyAny>) -> PyResult<PyModelTable> {
    let fitted: Lifecycle = from_json("fitted", fitted)?;
    let placed: Vec<Option<Placed>> =
        rhythms(table)?.iter().map(|rhythm| rhythm.as_ref().map(|rhythm| fitted.place(rhythm))).collect();
    let float =
        |of: fn(&Placed) -> Option<f64>| floats(placed.iter().map(|p| p.as_ref().and_then(of)).collect());
    let text =
        |of: fn(&Placed) -> Option<&'static str>| texts(placed.iter().map(|p| p.as_ref().and_then(of)));
    Ok(PyModelTable::new(vec![
        ("stage".to_owned(), text(|placed| placed.stage.map(Stage::name))),
        ("usual_gap_days".to_owned(), float(|placed| placed.usual_days)),
        ("basis".to_owned(), text(|placed| placed.basis.map(Basis::name))),
        ("days_left".to_owned(), float(|placed| placed.days_left)),
        ("p_growing".to_owned(), float(|placed| placed.p_growing)),
    ]))
}

/// Why customers left: conditions over the columns of a table, `churned` first, then as the fields of the evidence.
#[pyfunction(name = "_churn_kind")]
pub(crate) fn churn_kind(
    table: &Bound<'_, PyAny>,
    conditions: Vec<Option<String>>,
) -> PyResult<PyModelTable> {
    let Table::Batches { schema, batches } = tables::of("table", table)? else {
        return Err(error::wrong_type("table: found a path; wanted a frame, a table or a dict of columns"));
    };
    let batches = if batches.is_empty() { vec![RecordBatch::new_empty(schema)] } else { batches };
    let frame = Frame::from_batches(&batches).map_err(error::to_python)?;
    let mut columns = Vec::new();
    for condition in conditions {
        columns.push(match condition {
            None => None,
            Some(text) => {
                let rule = Rule::new(text).map_err(|errors| error::to_python(RuleError::from(errors)))?;
                Some(rule.apply(&frame).map_err(error::to_python)?.column)
            }
        });
    }
    let truth = |at: usize, row: usize| match columns.get(at)?.as_ref()?.value(row) {
        Value::Bool(truth) => Some(truth),
        _ => None,
    };
    let found: Vec<_> = (0..frame.len())
        .map(|row| {
            let evidence = Evidence::from_truths(std::array::from_fn(|at| truth(at + 1, row)));
            (truth(0, row) == Some(true)).then(|| kind_of(&evidence))
        })
        .collect();
    Ok(PyModelTable::new(vec![
        ("kind".to_owned(), texts(found.iter().map(|found| found.map(|(kind, _)| kind.name())))),
        ("evidence".to_owned(), texts(found.iter().map(|found| found.and_then(|(_, name)| name)))),
    ]))
}
