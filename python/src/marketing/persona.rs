//! Personas.

#![expect(clippy::needless_pass_by_value, reason = "arguments of Python come by value")]

use pyo3::prelude::*;
use tagloom::marketing::persona::{Assigned, FeatureName, Fitted, Params, fit};
use tagloom::stats::cluster::Quality;
use tagloom::time::Zone;
use tagloom::value::Column;

use crate::json;
use crate::marketing::kano::names;
use crate::marketing::table::{PyModelTable, floats, ints};
use crate::marketing::{argument, failed, from_json};
use crate::rule::frame;

/// Columns of any table, of the types that they have; all of them where none is named.
pub(crate) fn typed(table: &Bound<'_, PyAny>, wanted: Option<&[String]>) -> PyResult<Vec<(String, Column)>> {
    let frame = frame::read(table, &Zone::utc())?;
    let known: Vec<(&str, &Column)> = frame.columns().collect();
    let Some(wanted) = wanted else {
        return Ok(known.into_iter().map(|(name, column)| (name.to_owned(), column.clone())).collect());
    };
    wanted
        .iter()
        .map(|name| {
            let found = known.iter().find(|(known, _)| known == name);
            let missing = || argument("tags", &format!("the table has no column `{name}`"));
            found.map(|(_, column)| (name.clone(), (*column).clone())).ok_or_else(missing)
        })
        .collect()
}

/// Learns personas: gives what was learnt as JSON.
#[pyfunction(name = "_persona_fit")]
pub(crate) fn persona_fit(
    table: &Bound<'_, PyAny>,
    tags: Option<Vec<String>>,
    titles: Vec<(String, String)>,
    params: &str,
) -> PyResult<String> {
    let params: Params = from_json("params", params)?;
    let columns = typed(table, tags.as_deref())?;
    let title = |name: &str| titles.iter().find(|(known, _)| known == name).map(|(_, title)| title.clone());
    let features: Vec<FeatureName> =
        columns.iter().map(|(name, _)| FeatureName::new(name.clone()).with_title(title(name))).collect();
    let columns: Vec<Column> = columns.into_iter().map(|(_, column)| column).collect();
    let fitted = table.py().detach(|| fit(&params, &features, &columns)).map_err(failed)?;
    json::to_text(&fitted)
}

/// What was learnt, with the columns that it wants of a table.
fn prepared(state: &str, table: &Bound<'_, PyAny>) -> PyResult<(Fitted, Vec<Column>)> {
    let fitted: Fitted = from_json("state", state)?;
    let wanted: Vec<String> = fitted.features.iter().map(|feature| feature.name.name.clone()).collect();
    let columns = typed(table, Some(&wanted))?;
    Ok((fitted, columns.into_iter().map(|(_, column)| column).collect()))
}

/// The persona of each row.
#[pyfunction(name = "_persona_apply")]
pub(crate) fn persona_apply(state: &str, table: &Bound<'_, PyAny>) -> PyResult<PyModelTable> {
    let (fitted, columns) = prepared(state, table)?;
    let assigned = table.py().detach(|| fitted.assign(&columns)).map_err(failed)?;
    let name = |at: Option<usize>| at.and_then(|at| fitted.personas.get(at)).map(|p| p.name.as_str());
    let number = |of: fn(&Assigned) -> Option<f64>| {
        floats(assigned.iter().map(|assigned| assigned.as_ref().and_then(of)).collect())
    };
    Ok(PyModelTable::new(vec![
        ("persona".into(), names(assigned.iter().map(|a| name(a.map(|a| a.persona))))),
        ("distance".into(), number(|a| Some(a.distance))),
        ("typical".into(), number(|a| Some(a.typical))),
        ("next".into(), names(assigned.iter().map(|a| name(a.and_then(|a| a.next))))),
        ("margin".into(), number(|a| a.margin)),
    ]))
}

/// Why a row has its persona; `None` where it has none.
#[pyfunction(name = "_persona_explain")]
pub(crate) fn persona_explain<'py>(
    state: &str,
    table: &Bound<'py, PyAny>,
    row: usize,
) -> PyResult<Bound<'py, PyAny>> {
    let (fitted, columns) = prepared(state, table)?;
    let explained = fitted.explain(&columns, row).map_err(failed)?;
    json::to_python(table.py(), &explained)
}

/// The personas as a page, or as a fragment of one.
#[pyfunction(name = "_persona_html")]
pub(crate) fn persona_html(state: &str, whole: bool) -> PyResult<String> {
    let fitted: Fitted = from_json("state", state)?;
    Ok(if whole { fitted.to_html() } else { fitted.to_html_fragment() })
}

/// How good each number of personas is.
#[pyfunction(name = "_persona_choice")]
pub(crate) fn persona_choice(state: &str) -> PyResult<PyModelTable> {
    let fitted: Fitted = from_json("state", state)?;
    let number = |of: fn(&Quality) -> Option<f64>| floats(fitted.choice.iter().map(of).collect());
    Ok(PyModelTable::new(vec![
        ("k".into(), ints(fitted.choice.iter().map(|quality| quality.k as u64))),
        ("silhouette".into(), number(|q| q.silhouette)),
        ("stability".into(), number(|q| Some(q.stability))),
        ("distortion".into(), number(|q| Some(q.distortion))),
    ]))
}
