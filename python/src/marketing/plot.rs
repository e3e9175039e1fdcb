//! `Plot`: pictures of models.

use std::fs;
use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tagloom::marketing::btyd::{CountRow, Model};
use tagloom::report::Plot;

use crate::marketing::btyd::{histories, model, purchases, read_orders};
use crate::marketing::table::{PyModelTable, floats};
use crate::marketing::{argument, failed};

/// A picture.
#[pyclass(frozen, module = "tagloom.marketing", name = "Plot")]
pub(crate) struct PyPlot(pub(crate) Plot);

#[pymethods]
impl PyPlot {
    #[getter]
    fn title(&self) -> &str {
        self.0.title()
    }

    #[pyo3(signature = (*, title = None, x = None, y = None))]
    fn labelled(&self, title: Option<String>, x: Option<String>, y: Option<String>) -> Self {
        let mut plot = self.0.clone();
        if let Some(title) = title {
            plot = plot.with_title(title);
        }
        if let Some(x) = x {
            plot = plot.with_x_label(x);
        }
        if let Some(y) = y {
            plot = plot.with_y_label(y);
        }
        Self(plot)
    }

    fn to_svg(&self) -> String {
        self.0.to_svg()
    }

    fn save(&self, path: PathBuf) -> PyResult<()> {
        Ok(fs::write(path, self.0.to_svg())?)
    }

    fn _repr_svg_(&self) -> String {
        self.0.to_svg()
    }

    fn __repr__(&self) -> String {
        format!("Plot({:?})", self.0.title())
    }
}

/// Repeat purchases so far, as they came and as the model expects them: the table, the end of what the model was fitted to,
/// and the picture.
#[pyfunction(name = "_btyd_tracking")]
#[expect(clippy::too_many_arguments, reason = "the options of one call, by name")]
pub(crate) fn btyd_tracking<'py>(
    kind: &str,
    params: &Bound<'py, PyDict>,
    table: &Bound<'py, PyAny>,
    columns: (String, String, Option<String>),
    period: &str,
    unit: Option<&str>,
    end: Option<crate::instant::AsOf>,
    holdout_end: Option<crate::instant::AsOf>,
    timezone: &str,
    returns: &str,
    points: u32,
) -> PyResult<(PyModelTable, PyPlot)> {
    let model = model(kind, params)?;
    let (input, columns, options) =
        read_orders(table, columns, period, unit, (end, holdout_end), timezone, returns)?;
    let made = table.py().detach(|| {
        let (orders, _) = input.read(&columns, &options.zone)?;
        let tracks = tagloom::marketing::btyd::Tracks::of(&orders, &options)?;
        let course = tracks.course(&model, points)?;
        Ok::<_, tagloom::marketing::MarketingError>((tracks, course))
    });
    let (tracks, course) = made.map_err(failed)?;
    let column = |of: fn(&tagloom::marketing::btyd::TrackingRow) -> f64| {
        floats(course.iter().map(|row| Some(of(row))).collect())
    };
    let table = PyModelTable::new(vec![
        ("time".to_owned(), column(|row| row.time)),
        ("actual".to_owned(), column(|row| row.actual)),
        ("expected".to_owned(), column(|row| row.expected)),
    ]);
    Ok((table, PyPlot(Plot::tracking(&course, Some(tracks.end)))))
}

/// The picture of the counts, or of the hold-out where there is one.
#[pyfunction(name = "_btyd_plot")]
pub(crate) fn btyd_plot(
    kind: &str,
    params: &Bound<'_, PyDict>,
    table: &Bound<'_, PyAny>,
    holdout_length: Option<f64>,
    last: u32,
) -> PyResult<PyPlot> {
    let model: Model = model(kind, params)?;
    let rows = histories(model.kind(), table)?;
    let Some(length) = holdout_length else {
        let counts: Vec<CountRow> = table.py().detach(|| model.count_table(&rows, last)).map_err(failed)?;
        return Ok(PyPlot(Plot::counts(&counts)));
    };
    let purchases = purchases(table)?;
    let found = table.py().detach(|| model.holdout_table(&rows, &purchases, length, last)).map_err(failed)?;
    Ok(PyPlot(Plot::holdout(&found.rows)))
}

/// The chance of one customer to be still one over time: the table and the picture.
#[pyfunction(name = "_btyd_p_alive_over_time")]
pub(crate) fn btyd_p_alive_over_time(
    kind: &str,
    params: &Bound<'_, PyDict>,
    repeats: Vec<f64>,
    until: f64,
    points: u32,
) -> PyResult<(PyModelTable, PyPlot)> {
    let model = model(kind, params)?;
    if points < 2 {
        return Err(argument("points", &format!("found {points}, wanted 2 or more")));
    }
    // Just before and at each purchase, where the chance jumps, besides even steps.
    let steps = (0..points).map(|step| until * f64::from(step) / f64::from(points - 1));
    let mut times: Vec<f64> = steps.collect();
    for time in repeats.iter().copied().filter(|time| *time <= until) {
        times.extend([(time - 1e-9 * until).max(0.0), time]);
    }
    times.sort_unstable_by(f64::total_cmp);
    times.dedup();
    let chances = model.p_alive_over_time(&repeats, &times).map_err(failed)?;
    let line: Vec<(f64, f64)> = times.iter().copied().zip(chances.iter().copied()).collect();
    let seen: Vec<f64> = repeats.into_iter().filter(|time| *time <= until).collect();
    let table = PyModelTable::new(vec![
        ("time".to_owned(), floats(times.into_iter().map(Some).collect())),
        ("p_alive".to_owned(), floats(chances.into_iter().map(Some).collect())),
    ]);
    Ok((table, PyPlot(Plot::p_alive(&line, &seen))))
}
