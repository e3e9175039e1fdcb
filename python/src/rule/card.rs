//! `ScoreCard`.

use std::collections::HashMap;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tagloom::rule::{ScoreCard, ScoreDef};
use tagloom::time::Zone;

use super::{PyRuleOutput, frame, given};
use crate::instant::AsOf;
use crate::{error, json};

/// A score card.
#[pyclass(frozen, module = "tagloom", name = "ScoreCard")]
pub(crate) struct PyScoreCard(ScoreCard);

/// Bands in ascending order of their lower ends.
fn bands(bands: Option<HashMap<String, f64>>) -> Vec<(String, f64)> {
    let mut bands: Vec<(String, f64)> = bands.unwrap_or_default().into_iter().collect();
    bands.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
    bands
}

#[pymethods]
impl PyScoreCard {
    #[new]
    fn new(definition: &Bound<'_, PyAny>) -> PyResult<Self> {
        let def: ScoreDef = super::definition(definition)?;
        ScoreCard::new(def).map(Self).map_err(error::to_python)
    }

    #[staticmethod]
    #[pyo3(signature = (path, *, bands = None))]
    #[expect(clippy::needless_pass_by_value, reason = "arguments of Python come by value")]
    fn from_csv(path: std::path::PathBuf, bands: Option<HashMap<String, f64>>) -> PyResult<Self> {
        let text = std::fs::read_to_string(&path)?;
        ScoreCard::from_csv(&text, self::bands(bands)).map(Self).map_err(error::to_python)
    }

    #[staticmethod]
    #[pyo3(signature = (data, *, bands = None))]
    fn from_frame(data: &Bound<'_, PyAny>, bands: Option<HashMap<String, f64>>) -> PyResult<Self> {
        let frame = frame::of(data, &(None, Zone::utc()))?;
        ScoreCard::from_frame(&frame, self::bands(bands)).map(Self).map_err(error::to_python)
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, self.0.def())
    }

    #[pyo3(signature = (data, *, as_of = None, timezone = "UTC"))]
    fn apply(
        &self,
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        as_of: Option<AsOf>,
        timezone: &str,
    ) -> PyResult<PyRuleOutput> {
        let frame = frame::at(data, as_of, timezone)?;
        let output = py.detach(|| self.0.apply(&frame)).map_err(error::to_python)?;
        let columns = [("score", output.score), ("band", output.band)];
        let report = serde_json::json!({"overflows": output.overflows, "warnings": output.warnings});
        let columns = columns.map(|(name, column)| (name.to_owned(), column.to_arrow()));
        Ok(PyRuleOutput::new(columns, frame.len(), report))
    }

    #[pyo3(signature = (values, *, as_of = None, timezone = "UTC"))]
    fn test<'py>(
        &self,
        py: Python<'py>,
        values: &Bound<'py, PyDict>,
        as_of: Option<AsOf>,
        timezone: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let given = given::at(values, &frame::moment(as_of, timezone)?)?;
        json::to_python(py, &self.0.test(&given).map_err(error::to_python)?)
    }

    fn __repr__(&self) -> String {
        let def = self.0.def();
        format!("ScoreCard({} conditions, {} bands)", def.items.len(), def.bands.len())
    }
}
