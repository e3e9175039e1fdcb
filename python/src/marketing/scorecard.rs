//! Score cards that are learnt.

#![expect(clippy::needless_pass_by_value, reason = "arguments of Python come by value")]

use std::sync::Arc;

use pyo3::prelude::*;
use tagloom::marketing::Language;
use tagloom::marketing::scorecard::{Bin, Characteristic, Fitted, Params, ScorecardError, fit, psi};
use tagloom::value::{Column, ColumnBuilder, DataType, Value};

use crate::json;
use crate::marketing::kano::names;
use crate::marketing::persona::typed;
use crate::marketing::table::{PyModelTable, floats, ints};
use crate::marketing::{choice, failed, from_json};

/// The labels: a column of true and false, or of 1 and 0.
fn labels(table: &Bound<'_, PyAny>, column: &str) -> PyResult<Vec<bool>> {
    let found = typed(table, Some(&[column.to_owned()]))?;
    let Some((_, column)) = found.into_iter().next() else { return Ok(Vec::new()) };
    let label = |row: usize| match (column.value(row), column.f64(row)) {
        (Value::Bool(label), _) => Ok(label),
        (_, Some(1.0)) => Ok(true),
        (_, Some(0.0)) => Ok(false),
        _ => Err(failed(ScorecardError::Label { row })),
    };
    (0..column.len()).map(label).collect()
}

/// Learns a card: gives what was learnt as JSON. `label` is a column of `labelled`, left out of the characteristics where
/// that is the same table.
#[pyfunction(name = "_scorecard_fit")]
pub(crate) fn scorecard_fit(
    table: &Bound<'_, PyAny>,
    labelled: &Bound<'_, PyAny>,
    label: &str,
    features: Option<Vec<String>>,
    params: &str,
) -> PyResult<String> {
    let params: Params = from_json("params", params)?;
    let labels = labels(labelled, label)?;
    let is_feature = |name: &str| features.is_some() || !table.is(labelled) || name != label;
    let columns = typed(table, features.as_deref())?.into_iter().filter(|(name, _)| is_feature(name));
    let (names, columns): (Vec<String>, Vec<Column>) = columns.unzip();
    let fitted = table.py().detach(|| fit(&params, &names, &columns, &labels)).map_err(failed)?;
    json::to_text(&fitted)
}

/// What was learnt, with the columns that it wants of a table.
fn prepared(state: &str, table: &Bound<'_, PyAny>) -> PyResult<(Fitted, Vec<Column>)> {
    let fitted: Fitted = from_json("state", state)?;
    let wanted: Vec<String> = fitted.names().map(str::to_owned).collect();
    let columns = typed(table, Some(&wanted))?;
    Ok((fitted, columns.into_iter().map(|(_, column)| column).collect()))
}

/// Score, probability and the reasons of each row.
#[pyfunction(name = "_scorecard_apply")]
pub(crate) fn scorecard_apply(
    state: &str,
    table: &Bound<'_, PyAny>,
    most_reasons: usize,
) -> PyResult<PyModelTable> {
    let (fitted, columns) = prepared(state, table)?;
    let made = table.py().detach(|| {
        let scored = fitted.score(&columns)?;
        let mut reasons = ColumnBuilder::new(DataType::StringSet, scored.len());
        for row in 0..scored.len() {
            let why = fitted.explain(&columns, row)?;
            let names = why.as_ref().map_or_else(Vec::new, |why| why.reasons(most_reasons));
            reasons.push(&Value::StringSet(names.into_iter().map(Arc::from).collect()));
        }
        Ok::<_, ScorecardError>((scored, reasons.finish()))
    });
    let (scored, reasons) = made.map_err(failed)?;
    Ok(PyModelTable::new(vec![
        ("score".into(), floats(scored.iter().map(|s| Some(s.score)).collect())),
        ("probability".into(), floats(scored.iter().map(|s| Some(s.probability)).collect())),
        ("reasons".into(), reasons),
    ]))
}

/// Why a row has its score.
#[pyfunction(name = "_scorecard_explain")]
pub(crate) fn scorecard_explain<'py>(
    state: &str,
    table: &Bound<'py, PyAny>,
    row: usize,
) -> PyResult<Bound<'py, PyAny>> {
    let (fitted, columns) = prepared(state, table)?;
    json::to_python(table.py(), &fitted.explain(&columns, row).map_err(failed)?)
}

/// Measures a card on other people; `None` where all their labels are the same.
#[pyfunction(name = "_scorecard_measure")]
pub(crate) fn scorecard_measure<'py>(
    state: &str,
    table: &Bound<'py, PyAny>,
    labelled: &Bound<'py, PyAny>,
    label: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let (fitted, columns) = prepared(state, table)?;
    let measured = fitted.measure(&columns, &labels(labelled, label)?).map_err(failed)?;
    json::to_python(table.py(), &measured)
}

/// How far other people are from those of the fit.
#[pyfunction(name = "_scorecard_shift")]
pub(crate) fn scorecard_shift<'py>(state: &str, table: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let (fitted, columns) = prepared(state, table)?;
    json::to_python(table.py(), &fitted.shift(&columns).map_err(failed)?)
}

/// The card as a table, a row a bin.
#[pyfunction(name = "_scorecard_table")]
pub(crate) fn scorecard_table(state: &str) -> PyResult<PyModelTable> {
    let fitted: Fitted = from_json("state", state)?;
    let rows: Vec<(&Characteristic, &Bin)> = fitted
        .characteristics
        .iter()
        .flat_map(|found| found.bins.iter().map(move |bin| (found, bin)))
        .collect();
    let total = fitted.measures.n as f64;
    let number = |of: &dyn Fn(&(&Characteristic, &Bin)) -> Option<f64>| floats(rows.iter().map(of).collect());
    Ok(PyModelTable::new(vec![
        ("characteristic".into(), names(rows.iter().map(|(found, _)| Some(found.name.as_str())))),
        ("bin".into(), names(rows.iter().map(|(_, bin)| Some(bin.label.as_str())))),
        ("count".into(), ints(rows.iter().map(|(_, bin)| bin.counts.rows()))),
        ("share".into(), number(&|(_, bin)| Some(bin.counts.rows() as f64 / total))),
        ("events".into(), ints(rows.iter().map(|(_, bin)| bin.counts.events))),
        ("others".into(), ints(rows.iter().map(|(_, bin)| bin.counts.others))),
        ("event_rate".into(), number(&|(_, bin)| bin.counts.rate())),
        ("woe".into(), number(&|(_, bin)| Some(bin.woe))),
        ("iv".into(), number(&|(_, bin)| Some(bin.information))),
        ("points".into(), number(&|(_, bin)| Some(bin.points))),
    ]))
}

/// The card as a page, or as a fragment of one.
#[pyfunction(name = "_scorecard_html")]
pub(crate) fn scorecard_html(state: &str, language: &str, whole: bool) -> PyResult<String> {
    let fitted: Fitted = from_json("state", state)?;
    let language: Language = choice("language", language)?;
    Ok(if whole { fitted.to_html(language) } else { fitted.to_html_fragment(language) })
}

/// The population stability index of two counts.
#[pyfunction(name = "_psi")]
pub(crate) fn stability_index(expected: Vec<u64>, actual: Vec<u64>) -> Option<f64> {
    psi(&expected, &actual)
}
