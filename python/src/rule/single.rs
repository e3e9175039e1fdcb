//! `Rule`.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use tagloom::rule::sql::Dialect;
use tagloom::rule::{Rule, RuleError, json_logic};
use tagloom::time::{Timestamp, Zone};

use super::{PyRuleOutput, frame, given};
use crate::instant::AsOf;
use crate::{error, json, value};

/// One rule, over whatever it is applied to.
#[pyclass(frozen, module = "tagloom", name = "Rule")]
pub(crate) struct PyRule {
    rule: Rule,
    at: (Option<Timestamp>, Zone),
}

#[pymethods]
impl PyRule {
    #[new]
    #[pyo3(signature = (text, *, as_of = None, timezone = "UTC"))]
    fn new(text: &str, as_of: Option<AsOf>, timezone: &str) -> PyResult<Self> {
        let at = frame::moment(as_of, timezone)?;
        let rule = Rule::new(text).map_err(|errors| error::to_python(RuleError::from(errors)))?;
        Ok(Self { rule, at })
    }

    #[staticmethod]
    #[pyo3(signature = (logic, *, as_of = None, timezone = "UTC"))]
    fn from_json_logic(logic: &Bound<'_, PyAny>, as_of: Option<AsOf>, timezone: &str) -> PyResult<Self> {
        let text: String = if let Ok(text) = logic.cast::<PyString>() {
            text.to_str()?.to_owned()
        } else {
            logic.py().import("json")?.call_method1("dumps", (logic,))?.extract()?
        };
        let read = serde_json::from_str(&text);
        let logic = read.map_err(|error| error::new("rule.json_logic", &format!("no JSON: {error}")))?;
        let rule = json_logic::import(&logic).map_err(error::to_python)?;
        Ok(Self { rule, at: frame::moment(as_of, timezone)? })
    }

    #[getter]
    fn text(&self) -> &str {
        self.rule.text()
    }

    #[getter]
    fn names(&self) -> Vec<&str> {
        self.rule.names()
    }

    fn format(&self) -> String {
        self.rule.format()
    }

    fn apply(&self, py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<PyRuleOutput> {
        let frame = frame::of(data, &self.at)?;
        let applied = py.detach(|| self.rule.apply(&frame)).map_err(error::to_python)?;
        let report = serde_json::json!({"overflows": applied.overflows, "warnings": applied.warnings});
        Ok(PyRuleOutput::new([("value".to_owned(), applied.column.to_arrow())], frame.len(), report))
    }

    fn test<'py>(&self, py: Python<'py>, values: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
        let given = given::at(values, &self.at)?;
        value::to_python(py, &self.rule.test(&given).map_err(error::to_python)?)
    }

    fn explain<'py>(&self, py: Python<'py>, values: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
        let given = given::at(values, &self.at)?;
        json::to_python(py, &self.rule.explain(&given).map_err(error::to_python)?)
    }

    fn changes<'py>(&self, py: Python<'py>, values: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
        let given = given::at(values, &self.at)?;
        json::to_python(py, &self.rule.changes(&given).map_err(error::to_python)?)
    }

    fn funnel<'py>(&self, py: Python<'py>, data: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let frame = frame::of(data, &self.at)?;
        json::to_python(py, &py.detach(|| self.rule.funnel(&frame)).map_err(error::to_python)?)
    }

    fn diff<'py>(
        &self,
        py: Python<'py>,
        new: &Bound<'py, Self>,
        data: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let frame = frame::of(data, &self.at)?;
        let new = &new.get().rule;
        json::to_python(py, &py.detach(|| self.rule.diff(new, &frame)).map_err(error::to_python)?)
    }

    #[pyo3(signature = (dialect = "duckdb"))]
    fn to_sql(&self, dialect: &str) -> PyResult<String> {
        let known = Dialect::named(dialect).filter(|dialect| *dialect != Dialect::Polars);
        let dialect = known.ok_or_else(|| {
            error::new("run.dialect", &format!("dialect: found {dialect:?}; wanted duckdb or spark"))
        })?;
        self.translate(dialect)
    }

    fn to_polars(&self) -> PyResult<String> {
        self.translate(Dialect::Polars)
    }

    fn __str__(&self) -> &str {
        self.rule.text()
    }

    fn __repr__(&self) -> String {
        format!("Rule({:?})", self.rule.text())
    }
}

impl PyRule {
    fn translate(&self, dialect: Dialect) -> PyResult<String> {
        let at = self.at.0.map(|instant| (instant, &self.at.1));
        self.rule.translate(dialect, at).map_err(error::to_python)
    }
}
