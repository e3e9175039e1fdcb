//! Survival curves.

#![expect(clippy::needless_pass_by_value, reason = "arguments of Python come by value")]

use std::collections::BTreeMap;

use pyo3::prelude::*;
use tagloom::marketing::survival::{KaplanMeier, Spell, SurvivalError, log_rank as test_groups};
use tagloom::report::Plot;
use tagloom::value::{DataType, Value};

use crate::column::PyColumn;
use crate::marketing::plot::PyPlot;
use crate::marketing::table::{PyModelTable, floats, of_numbers};
use crate::marketing::{choice, columns, failed, numbers};

/// 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// A curve of Kaplan and Meier.
#[pyclass(frozen, module = "tagloom.marketing", name = "_KaplanMeier")]
pub(crate) struct PyKaplanMeier(KaplanMeier);

/// The spells of a table, a row a spell.
fn spells(
    table: &Bound<'_, PyAny>,
    time: &str,
    left: &str,
    entry: Option<&str>,
    weight: Option<&str>,
) -> PyResult<Vec<Spell>> {
    let mut wanted = vec![(time, DataType::Float), (left, DataType::Bool)];
    wanted.extend(entry.iter().chain(&weight).map(|name| (*name, DataType::Float)));
    let found = columns(table, &wanted)?;
    let number = |column: usize, row: usize| found[column].f64(row).unwrap_or(f64::NAN);
    let spells = (0..found[0].len()).map(|row| {
        let mut spell = Spell::new(number(0, row), true);
        let Value::Bool(left) = found[1].value(row) else {
            let wanted = "true or false";
            return Err(SurvivalError::Spell { row, name: "left", found: f64::NAN, wanted });
        };
        spell.left = left;
        if entry.is_some() {
            spell.entry = number(2, row);
        }
        if weight.is_some() {
            spell.weight = number(found.len() - 1, row);
        }
        Ok(spell)
    });
    spells.collect::<Result<_, _>>().map_err(failed)
}

/// Fits a curve to a table, a row a spell.
#[pyfunction(name = "_survival_fit")]
pub(crate) fn survival_fit(
    table: &Bound<'_, PyAny>,
    time: &str,
    left: &str,
    entry: Option<&str>,
    weight: Option<&str>,
) -> PyResult<PyKaplanMeier> {
    let spells = spells(table, time, left, entry, weight)?;
    table.py().detach(|| KaplanMeier::fit(&spells)).map(PyKaplanMeier).map_err(failed)
}

#[pymethods]
impl PyKaplanMeier {
    /// The curve as a table.
    fn table(&self) -> PyModelTable {
        let curve = &self.0;
        let column = |name: &str, of: &dyn Fn(f64, usize) -> f64| {
            let steps = curve.steps().iter().enumerate();
            (name.to_owned(), floats(steps.map(|(i, step)| Some(of(step.time, i))).collect()))
        };
        PyModelTable::new(vec![
            column("time", &|time, _| time),
            column("at_risk", &|_, i| curve.steps()[i].at_risk),
            column("left", &|_, i| curve.steps()[i].left),
            column("censored", &|_, i| curve.steps()[i].censored),
            column("survival", &|time, _| curve.survival(time)),
            column("standard_error", &|time, _| curve.standard_error(time)),
            column("low", &|time, _| curve.interval(time, Z)[0]),
            column("high", &|time, _| curve.interval(time, Z)[1]),
        ])
    }

    fn spells(&self) -> f64 {
        self.0.spells()
    }

    fn survival(&self, time: f64) -> f64 {
        self.0.survival(time)
    }

    fn interval(&self, time: f64) -> (f64, f64) {
        self.0.interval(time, Z).into()
    }

    fn quantile(&self, share: f64) -> Option<f64> {
        self.0.quantile(share)
    }

    fn median_interval(&self) -> (Option<f64>, Option<f64>) {
        let interval = self.0.median_interval(Z);
        (interval.low, interval.high)
    }

    fn restricted_mean(&self, horizon: f64) -> f64 {
        self.0.restricted_mean(horizon)
    }

    /// What the curve says of each who is still there: `what` is `survival` or `time_to_leave`.
    fn apply(
        &self,
        table: &Bound<'_, PyAny>,
        elapsed: &str,
        what: &str,
        argument: f64,
    ) -> PyResult<PyColumn> {
        let column = numbers(table, &[elapsed])?.swap_remove(0);
        let of = |elapsed: f64| match what {
            "survival" => self.0.survival_after(elapsed, argument),
            _ => self.0.time_to_leave(elapsed, argument),
        };
        Ok(of_numbers(what, column.into_iter().map(|elapsed| of(elapsed?)).collect()))
    }
}

/// What a test of groups gives: the groups by name with their curves, each with number, observed and expected; then
/// statistic, degrees of freedom and p value.
type Tested = (Vec<(String, PyKaplanMeier, [f64; 3])>, Option<f64>, u64, Option<f64>);

/// Tests whether the groups of a table leave alike; the groups come in the byte order of their names.
#[pyfunction(name = "_log_rank")]
#[pyo3(signature = (table, group, time, left, entry, weight, weighting))]
pub(crate) fn log_rank(
    table: &Bound<'_, PyAny>,
    group: &str,
    time: &str,
    left: &str,
    entry: Option<&str>,
    weight: Option<&str>,
    weighting: &str,
) -> PyResult<Tested> {
    let weighting = choice("weighting", weighting)?;
    let names = columns(table, &[(group, DataType::String)])?.swap_remove(0);
    let mut groups: BTreeMap<String, Vec<Spell>> = BTreeMap::new();
    for (row, spell) in spells(table, time, left, entry, weight)?.into_iter().enumerate() {
        let Value::String(name) = names.value(row) else {
            let wanted = "a group in every row";
            return Err(failed(SurvivalError::Spell { row, name: "group", found: f64::NAN, wanted }));
        };
        groups.entry(name.to_string()).or_default().push(spell);
    }
    let of_groups: Vec<&[Spell]> = groups.values().map(Vec::as_slice).collect();
    let test = table.py().detach(|| test_groups(&of_groups, weighting)).map_err(failed)?;
    let curves: Vec<KaplanMeier> =
        of_groups.iter().map(|spells| KaplanMeier::fit(spells)).collect::<Result<_, _>>().map_err(failed)?;
    let numbers = test.groups.iter().map(|of| [of.n, of.observed, of.expected]);
    let named = groups.into_keys().zip(curves).zip(numbers);
    let named = named.map(|((name, curve), numbers)| (name, PyKaplanMeier(curve), numbers)).collect();
    Ok((named, test.chi_square, test.degrees_of_freedom, test.p_value))
}

/// Draws curves, each with its name.
#[pyfunction(name = "_plot_survival")]
pub(crate) fn plot_survival(names: Vec<String>, curves: Vec<PyRef<'_, PyKaplanMeier>>) -> PyPlot {
    let named: Vec<(&str, &KaplanMeier)> =
        names.iter().map(String::as_str).zip(curves.iter().map(|curve| &curve.0)).collect();
    PyPlot(Plot::survival(&named))
}
