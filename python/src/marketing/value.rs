//! Value tiers, memberships, loyalty and category gaps.

#![expect(clippy::needless_pass_by_value, reason = "arguments of Python come by value")]

use pyo3::prelude::*;
use tagloom::catalog::model::{Fall, LevelMeasure, LevelReturns};
use tagloom::marketing::category_gap::{self, Spending};
use tagloom::marketing::input::{InputError, OrderColumns, Orders};
use tagloom::marketing::kano::Category;
use tagloom::marketing::loyalty::{self, Assessment, Reading};
use tagloom::marketing::membership::{Change, Level, Members, Params, Standing};
use tagloom::marketing::value_tier::{self, Concentration, Fitted, Negatives};
use tagloom::report::{KanoPoint, Plot};
use tagloom::time::{CalendarUnit, Timestamp};
use tagloom::value::{Column, ColumnBuilder, DataType, Value};

use crate::instant::AsOf;
use crate::marketing::kano::names;
use crate::marketing::plot::PyPlot;
use crate::marketing::table::{PyModelTable, floats, ints};
use crate::marketing::{Numbers, choice, columns, failed, from_json, instant, numbers, window, zone};
use crate::{json, tables};

/// How uneven values are.
#[pyclass(frozen, module = "tagloom.marketing", name = "_Concentration")]
pub(crate) struct PyConcentration(Concentration);

#[pymethods]
impl PyConcentration {
    #[getter]
    fn counts(&self) -> (usize, usize, usize, f64) {
        (self.0.n, self.0.n_negative, self.0.n_zero, self.0.total)
    }

    fn gini(&self, corrected: bool) -> Option<f64> {
        if corrected { self.0.gini_corrected() } else { self.0.gini() }
    }

    fn top_share(&self, share: f64) -> Option<f64> {
        self.0.top_share(share)
    }

    fn customers_with(&self, share: f64) -> Option<f64> {
        self.0.customers_with(share)
    }

    fn lorenz(&self, points: usize) -> PyModelTable {
        let (customers, value): (Vec<_>, Vec<_>) = self.0.curve(points).into_iter().unzip();
        let column = |values: Vec<f64>| floats(values.into_iter().map(Some).collect());
        PyModelTable::new(vec![("customers".into(), column(customers)), ("value".into(), column(value))])
    }

    fn plot(&self) -> PyPlot {
        PyPlot(Plot::lorenz(&self.0))
    }
}

/// How uneven the values of a column are.
#[pyfunction(name = "_concentration")]
pub(crate) fn concentration(
    table: &Bound<'_, PyAny>,
    value: &str,
    negatives: &str,
) -> PyResult<PyConcentration> {
    let negatives: Negatives = choice("negatives", negatives)?;
    let values = numbers(table, &[value])?;
    Ok(PyConcentration(Concentration::of(&values[0], negatives)))
}

/// Learns where classes and groups start: gives it as JSON.
#[pyfunction(name = "_value_tier_fit")]
pub(crate) fn value_tier_fit(
    table: &Bound<'_, PyAny>,
    value: &str,
    classes: Vec<(String, f64)>,
    groups: u8,
) -> PyResult<String> {
    let mut params = value_tier::Params::new(classes);
    params.groups = groups;
    let values = numbers(table, &[value])?;
    json::to_text(&value_tier::fit(&params, &values[0]).map_err(failed)?)
}

/// Classes and groups by what was learnt.
#[pyfunction(name = "_value_tier_apply")]
pub(crate) fn value_tier_apply(
    fitted: &str,
    table: &Bound<'_, PyAny>,
    value: &str,
) -> PyResult<PyModelTable> {
    let fitted: Fitted = from_json("state", fitted)?;
    let values = numbers(table, &[value])?.swap_remove(0);
    let class = |value: &Option<f64>| fitted.class(*value).map(|class| fitted.classes[class].name.as_str());
    let group = |value: &Option<f64>| fitted.decile(*value).map(|group| group as i64);
    Ok(PyModelTable::new(vec![
        ("class".into(), names(values.iter().map(class))),
        ("group".into(), Column::Int(values.iter().map(group).collect::<Vec<_>>().into())),
    ]))
}

/// A membership over transactions: where each customer stands, all that happened, and a picture.
#[pyfunction(name = "_membership")]
#[expect(clippy::too_many_arguments, reason = "the options of one call, by name")]
pub(crate) fn membership<'py>(
    py: Python<'py>,
    table: &Bound<'py, PyAny>,
    columns: (String, String, Option<String>, Option<String>),
    levels: Vec<(String, f64, f64)>,
    as_of: AsOf,
    look_back: &str,
    periods: (Option<String>, Option<String>, Option<String>),
    choices: (String, String, String),
    timezone: &str,
) -> PyResult<(PyModelTable, PyModelTable, PyPlot, Bound<'py, PyAny>)> {
    let input = tables::of("orders", table)?;
    let zone = zone(timezone)?;
    let AsOf(text) = as_of;
    let as_of = instant("as_of", &text, &zone)?;
    let levels = levels.into_iter().map(|(name, reach, keep)| Level::new(name, reach).kept_at(keep));
    let mut params = Params::new(levels, window("window", look_back)?);
    let (valid_for, until_end_of, grace) = periods;
    params.valid_for = valid_for.map(|text| window("valid_for", &text)).transpose()?;
    params.until_end_of =
        until_end_of.map(|text| choice::<CalendarUnit>("until_end_of", &text)).transpose()?;
    params.grace = grace.map(|text| window("grace", &text)).transpose()?;
    params.measure = choice::<LevelMeasure>("measure", &choices.0)?;
    params.fall = choice::<Fall>("fall", &choices.1)?;
    params.returns = choice::<LevelReturns>("returns", &choices.2)?;
    let programme = params.check().map_err(failed)?;
    let (customer, time, money, order) = columns;
    let columns = OrderColumns { customer, time, money, order };
    let (orders, report) = py
        .detach(|| Orders::read(&input, &columns, &zone))
        .map_err(|error| failed(InputError::Source(error)))?;
    let members = py.detach(|| Members::of(&orders, &programme, as_of, &zone));

    let name = |level: Option<usize>| programme.name(level);
    let standings = &members.standings;
    let texts = |of: &dyn Fn(&Standing) -> Option<usize>| names(standings.iter().map(|s| name(of(s))));
    let numbers = |of: &dyn Fn(&Standing) -> Option<f64>| floats(standings.iter().map(of).collect());
    let standing = vec![
        ("customer".into(), Column::String(members.customers.clone())),
        ("level".into(), texts(&|s| s.level)),
        ("since".into(), times(standings.iter().map(|s| s.since))),
        ("previous".into(), texts(&|s| s.previous)),
        ("valid_until".into(), times(standings.iter().map(|s| s.valid_until))),
        ("in_grace".into(), Column::Bool(standings.iter().map(|s| Some(s.in_grace)).collect())),
        ("amount".into(), numbers(&|s| Some(s.amount))),
        ("next".into(), texts(&|s| s.next)),
        ("gap".into(), numbers(&|s| s.gap)),
        ("keep_gap".into(), numbers(&|s| s.keep_gap)),
        ("changes".into(), ints(standings.iter().map(|s| s.changes))),
    ];
    let all = &members.changes;
    let each = |of: &dyn Fn(&Change) -> Option<f64>| floats(all.iter().map(|(_, c)| of(c)).collect());
    let changes = vec![
        ("customer".into(), names(all.iter().map(|(customer, _)| members.customers.get(*customer)))),
        ("time".into(), times(all.iter().map(|(_, c)| Some(c.at)))),
        ("why".into(), names(all.iter().map(|(_, c)| Some(c.why.name())))),
        ("from".into(), names(all.iter().map(|(_, c)| name(c.from)))),
        ("to".into(), names(all.iter().map(|(_, c)| name(c.to)))),
        ("amount".into(), each(&|c| Some(c.amount))),
        ("threshold".into(), each(&|c| c.threshold)),
        ("valid_until".into(), times(all.iter().map(|(_, c)| c.valid_until))),
    ];
    let instants = members.instants(as_of, 121);
    let counts = members.counts(&programme, &instants);
    let level_names: Vec<&str> = programme.levels().iter().map(|level| level.name.as_str()).collect();
    let plot = PyPlot(Plot::levels(&level_names, &instants, &counts, &zone));
    let report = json::to_python(py, &report)?;
    Ok((PyModelTable::new(standing), PyModelTable::new(changes), plot, report))
}

fn times(times: impl Iterator<Item = Option<Timestamp>>) -> Column {
    let mut builder = ColumnBuilder::new(DataType::Timestamp, times.size_hint().0);
    times.for_each(|time| builder.push(&time.map_or(Value::Null, Value::Timestamp)));
    builder.finish()
}

/// Loyalty of each row of a table.
#[pyfunction(name = "_loyalty")]
pub(crate) fn assess_loyalty(
    table: &Bound<'_, PyAny>,
    params: &str,
    ages: (Vec<Option<String>>, Vec<Option<String>>),
) -> PyResult<PyModelTable> {
    let params: loyalty::Params = from_json("components", params)?;
    let model = params.check().map_err(failed)?;
    let side = |side: &loyalty::Side, ages: &[Option<String>]| -> PyResult<_> {
        let values: Vec<&str> = side.components.iter().map(|component| component.name.as_str()).collect();
        let values = numbers(table, &values)?;
        let ages = ages.iter().map(|age| match age {
            Some(age) => Ok(Some(numbers(table, &[age])?.swap_remove(0))),
            None => Ok(None),
        });
        Ok((values, ages.collect::<PyResult<Vec<_>>>()?))
    };
    let (behaviour, attitude) = (side(&params.behaviour, &ages.0)?, side(&params.attitude, &ages.1)?);
    let readings = |(values, ages): &(Numbers, Vec<Option<Vec<Option<f64>>>>), row: usize| {
        let age = |i: usize| ages.get(i).and_then(|ages| ages.as_ref()).and_then(|ages| ages[row]);
        let reading = |(i, values): (usize, &Vec<Option<f64>>)| Reading::of(values[row]).aged(age(i));
        values.iter().enumerate().map(reading).collect::<Vec<_>>()
    };
    let rows = behaviour.0.first().map_or(0, Vec::len);
    let all: Vec<Assessment> =
        (0..rows).map(|row| model.assess(&readings(&behaviour, row), &readings(&attitude, row))).collect();
    let mut possible = ColumnBuilder::new(DataType::StringSet, rows);
    for found in &all {
        possible.push(&Value::StringSet(found.possible.iter().map(|kind| kind.name().into()).collect()));
    }
    let each = |of: &dyn Fn(&Assessment) -> Option<f64>| floats(all.iter().map(of).collect());
    Ok(PyModelTable::new(vec![
        ("type".into(), names(all.iter().map(|found| found.kind.map(loyalty::Kind::name)))),
        ("behaviour".into(), each(&|found| found.behaviour.score)),
        ("attitude".into(), each(&|found| found.attitude.score)),
        ("behaviour_evidence".into(), each(&|found| Some(found.behaviour.evidence))),
        ("attitude_evidence".into(), each(&|found| Some(found.attitude.evidence))),
        ("unknown".into(), names(all.iter().map(Assessment::unknown))),
        ("possible".into(), possible.finish()),
    ]))
}

/// What customers spend by category.
fn spending(
    table: &Bound<'_, PyAny>,
    (customer, category, amount, peers): &(String, String, Option<String>, Option<String>),
) -> PyResult<Spending> {
    let mut wanted = vec![(customer.as_str(), DataType::String), (category.as_str(), DataType::String)];
    wanted.extend(amount.iter().map(|name| (name.as_str(), DataType::Float)));
    wanted.extend(peers.iter().map(|name| (name.as_str(), DataType::String)));
    let mut found = columns(table, &wanted)?.into_iter();
    let mut text = || match found.next() {
        Some(Column::String(texts)) => Some(texts),
        _ => None,
    };
    let (customers, categories) = (text(), text());
    let amounts = amount.as_ref().and_then(|_| found.next());
    let groups = peers.as_ref().and_then(|_| found.next());
    let groups = match &groups {
        Some(Column::String(texts)) => Some(texts),
        _ => None,
    };
    Ok(match customers.zip(categories) {
        Some((customers, categories)) => Spending::of(&customers, &categories, amounts.as_ref(), groups),
        None => Spending::default(),
    })
}

/// Learns how peers divide their money: gives it as JSON.
#[pyfunction(name = "_category_gap_fit")]
pub(crate) fn category_gap_fit(
    table: &Bound<'_, PyAny>,
    columns: (String, String, Option<String>, Option<String>),
    min_penetration: f64,
    min_peers: u64,
) -> PyResult<String> {
    let params =
        category_gap::Params::default().with_min_penetration(min_penetration).with_min_peers(min_peers);
    json::to_text(&spending(table, &columns)?.fit(params).map_err(failed)?)
}

/// The gaps of each customer of a table, a row each.
#[pyfunction(name = "_category_gap_apply")]
pub(crate) fn category_gap_apply(
    fitted: &str,
    table: &Bound<'_, PyAny>,
    columns: (String, String, Option<String>, Option<String>),
) -> PyResult<PyModelTable> {
    let fitted: category_gap::Fitted = from_json("state", fitted)?;
    let spending = spending(table, &columns)?;
    let gaps = spending.gaps(&fitted);
    let all = || {
        spending
            .customers
            .iter()
            .zip(&gaps)
            .flat_map(|(one, gaps)| gaps.iter().map(move |gap| (&one.customer, gap)))
    };
    let rank = gaps.iter().flat_map(|gaps| 1..=gaps.len() as u64);
    let each = |of: &dyn Fn(&category_gap::Gap) -> f64| floats(all().map(|(_, gap)| Some(of(gap))).collect());
    Ok(PyModelTable::new(vec![
        ("customer".into(), names(all().map(|(who, _)| Some(who.as_str())))),
        ("rank".into(), ints(rank)),
        ("category".into(), names(all().map(|(_, gap)| Some(gap.category.as_str())))),
        ("gap".into(), each(&|gap| gap.gap)),
        ("expected_share".into(), each(&|gap| gap.expected_share)),
        ("own_share".into(), each(&|gap| gap.own_share)),
        ("penetration".into(), each(&|gap| gap.penetration)),
    ]))
}

/// A picture of features: label, better, worse, category.
#[pyfunction(name = "_plot_kano")]
pub(crate) fn plot_kano(points: Vec<(String, f64, f64, Option<String>)>) -> PyPlot {
    let category =
        |name: Option<String>| Category::ALL.into_iter().find(|known| Some(known.name()) == name.as_deref());
    let points: Vec<KanoPoint> = points
        .into_iter()
        .map(|(label, better, worse, name)| KanoPoint::new(label, better, worse, category(name)))
        .collect();
    PyPlot(Plot::kano(&points))
}
