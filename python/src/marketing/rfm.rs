//! Recency, frequency, monetary.

use pyo3::prelude::*;
use rayon::prelude::*;
use serde_json::json;
use tagloom::catalog::model::Returns;
use tagloom::marketing::input::{InputError, OrderColumns, Orders};
use tagloom::marketing::rfm::{self, Fitted, MeasureOptions, Measures, Params, Scores, migration as moves};
use tagloom::marketing::{Language, MarketingError};
use tagloom::report::Plot;
use tagloom::value::{Column, DataType, StringColumn, Value};

use crate::instant::AsOf;
use crate::marketing::kano::names;
use crate::marketing::plot::PyPlot;
use crate::marketing::table::{PyModelTable, floats, ints};
use crate::marketing::{argument, choice, columns, failed, from_json, instant, window, zone};
use crate::{json, tables};

/// What the transactions of a table say as of a moment.
#[pyclass(frozen, module = "tagloom.marketing", name = "_RfmMeasures")]
pub(crate) struct PyMeasures(Measures);

/// Transactions to the three measures, and what became of the rows.
#[pyfunction(name = "_rfm_measures")]
#[expect(clippy::too_many_arguments, reason = "the options of one call, by name")]
pub(crate) fn rfm_measures<'py>(
    py: Python<'py>,
    table: &Bound<'py, PyAny>,
    customer: String,
    time: String,
    money: String,
    order: Option<String>,
    as_of: AsOf,
    look_back: &str,
    timezone: &str,
    returns: &str,
) -> PyResult<(PyMeasures, Bound<'py, PyAny>)> {
    let input = tables::of("orders", table)?;
    let zone = zone(timezone)?;
    let AsOf(text) = as_of;
    let mut options = MeasureOptions::new(instant("as_of", &text, &zone)?);
    options.window = window("window", look_back)?;
    options.returns = choice::<Returns>("returns", returns)?;
    options.zone = zone;
    let columns = OrderColumns { customer, time, money: Some(money), order };
    let made = py.detach(|| {
        let (orders, report) = Orders::read(&input, &columns, &options.zone).map_err(InputError::Source)?;
        Ok::<_, MarketingError>((Measures::of(&orders, &options)?, report))
    });
    let (measures, report) = made.map_err(failed)?;
    let about = json!({
        "n_non_positive": measures.n_non_positive,
        "n_zero_orders": measures.n_zero_orders,
        "report": report,
    });
    Ok((PyMeasures(measures), json::to_python(py, &about)?))
}

/// Learns the thresholds: gives what was learnt as JSON, and what a reader should know.
#[pyfunction(name = "_rfm_fit")]
pub(crate) fn rfm_fit(
    py: Python<'_>,
    params: &str,
    measures: &Bound<'_, PyMeasures>,
) -> PyResult<(String, Vec<String>)> {
    let params: Params = from_json("score", params)?;
    let measures = measures.get();
    let fitted = py.detach(|| rfm::fit(&params, &measures.0.input())).map_err(failed)?;
    let diagnostics = fitted.diagnostics.iter().map(ToString::to_string).collect();
    Ok((json::to_text(&fitted)?, diagnostics))
}

/// Scores customers by what was learnt.
#[pyfunction(name = "_rfm_apply")]
pub(crate) fn rfm_apply(
    py: Python<'_>,
    fitted: &str,
    measures: &Bound<'_, PyMeasures>,
    language: &str,
    weights: Option<[f64; 3]>,
) -> PyResult<PyModelTable> {
    let fitted: Fitted = from_json("state", fitted)?;
    let language: Language = choice("language", language)?;
    let measures = &measures.get().0;
    let n = measures.keys.len();
    let scores: Vec<Option<Scores>> = py.detach(|| {
        (0..n)
            .into_par_iter()
            .map(|row| {
                let (r, f, m) = (measures.recency_days[row], measures.frequency[row], measures.monetary[row]);
                fitted.score_keyed(Some(measures.keys[row]), r, f, m)
            })
            .collect()
    });
    let score =
        |of: fn(Scores) -> u8| Column::Int(scores.iter().map(|s| s.map(|s| i64::from(of(s)))).collect());
    let codes: Vec<Option<String>> = scores.iter().map(|s| s.map(|s| fitted.code(s))).collect();
    let segments = scores.iter().map(|s| s.and_then(|s| fitted.segment(s)).map(|s| s.name(language)));
    let mut columns: Vec<(String, Column)> = vec![
        ("customer".into(), Column::String(measures.customers.clone())),
        ("recency_days".into(), floats(measures.recency_days.clone())),
        ("frequency".into(), floats(measures.frequency.clone())),
        ("monetary".into(), floats(measures.monetary.clone())),
        ("r".into(), score(|s| s.r)),
        ("f".into(), score(|s| s.f)),
        ("m".into(), score(|s| s.m)),
        ("code".into(), names(codes.iter().map(Option::as_deref))),
        ("segment".into(), names(segments)),
    ];
    if let Some(weights) = weights {
        let weighted = scores.iter().map(|s| s.map(|s| fitted.weighted(s, weights)).transpose());
        columns.push(("weighted".into(), floats(weighted.collect::<Result<_, _>>().map_err(failed)?)));
    }
    Ok(PyModelTable::new(columns))
}

/// Draws how customers moved between segments: a table with `from`, `to` and `customers`.
#[pyfunction(name = "_plot_migration")]
pub(crate) fn plot_migration(moves: &Bound<'_, PyAny>, order: &Bound<'_, PyAny>) -> PyResult<PyPlot> {
    let wanted = [("from", DataType::String), ("to", DataType::String), ("customers", DataType::Int)];
    let found = columns(moves, &wanted)?;
    let text = |column: usize, row: usize| match found[column].value(row) {
        Value::String(text) => Some(text),
        _ => None,
    };
    let one = |row: usize| {
        let Value::Int(customers) = found[2].value(row) else { return None };
        let customers = u64::try_from(customers).ok()?;
        Some(rfm::Move::new(text(0, row).as_deref(), text(1, row).as_deref(), customers))
    };
    let moves: Option<Vec<rfm::Move>> = (0..found[2].len()).map(one).collect();
    let moves =
        moves.ok_or_else(|| argument("moves", &"`customers` wants a count from 0 on in every row"))?;
    let order: Vec<String> = order.extract()?;
    let order: Vec<&str> = order.iter().map(String::as_str).collect();
    Ok(PyPlot(Plot::migration(&moves, &order)))
}

/// How customers moved between segments.
#[pyfunction(name = "_rfm_migration")]
pub(crate) fn rfm_migration(
    before: &Bound<'_, PyAny>,
    after: &Bound<'_, PyAny>,
    customer: &str,
    segment: &str,
) -> PyResult<PyModelTable> {
    let read = |table: &Bound<'_, PyAny>| {
        let found = columns(table, &[(customer, DataType::String), (segment, DataType::String)])?;
        Ok::<_, PyErr>(found.into_iter().filter_map(texts).collect::<Vec<StringColumn>>())
    };
    let (before, after) = (read(before)?, read(after)?);
    let pairs = |found: &[StringColumn]| -> Vec<(String, Option<String>)> {
        let [customers, segments] = found else { return Vec::new() };
        (0..customers.codes().values().len())
            .filter_map(|row| Some((customers.get(row)?.to_owned(), segments.get(row).map(str::to_owned))))
            .collect()
    };
    let (before, after) = (pairs(&before), pairs(&after));
    let found = moves(
        before.iter().map(|(customer, segment)| (customer.as_str(), segment.as_deref())),
        after.iter().map(|(customer, segment)| (customer.as_str(), segment.as_deref())),
    );
    Ok(PyModelTable::new(vec![
        ("from".into(), names(found.iter().map(|row| row.from.as_deref()))),
        ("to".into(), names(found.iter().map(|row| row.to.as_deref()))),
        ("customers".into(), ints(found.iter().map(|row| row.customers))),
    ]))
}

fn texts(column: Column) -> Option<StringColumn> {
    if let Column::String(column) = column { Some(column) } else { None }
}
