//! `DecisionTable`.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tagloom::expr::{Field, Schema};
use tagloom::rule::{DecisionTable, HitPolicy, TableDef};
use tagloom::time::Zone;

use super::{PyRuleOutput, frame, given};
use crate::instant::AsOf;
use crate::{error, json};

/// A decision table.
#[pyclass(frozen, module = "tagloom", name = "DecisionTable")]
pub(crate) struct PyDecisionTable(DecisionTable);

fn policy(name: &str) -> PyResult<HitPolicy> {
    HitPolicy::named(name).ok_or_else(|| {
        let known: Vec<&str> = HitPolicy::ALL.iter().map(|policy| policy.name()).collect();
        error::new("run.hit", &format!("hit: found {name:?}; wanted one of {}", known.join(", ")))
    })
}

#[pymethods]
impl PyDecisionTable {
    #[new]
    fn new(definition: &Bound<'_, PyAny>) -> PyResult<Self> {
        let def: TableDef = super::definition(definition)?;
        DecisionTable::new(def).map(Self).map_err(error::to_python)
    }

    #[staticmethod]
    #[pyo3(signature = (path, *, hit = "unique"))]
    #[expect(clippy::needless_pass_by_value, reason = "arguments of Python come by value")]
    fn from_csv(path: std::path::PathBuf, hit: &str) -> PyResult<Self> {
        let text = std::fs::read_to_string(&path)?;
        DecisionTable::from_csv(&text, policy(hit)?).map(Self).map_err(error::to_python)
    }

    #[staticmethod]
    #[pyo3(signature = (data, *, hit = "unique"))]
    fn from_frame(data: &Bound<'_, PyAny>, hit: &str) -> PyResult<Self> {
        let frame = frame::of(data, &(None, Zone::utc()))?;
        DecisionTable::from_frame(&frame, policy(hit)?).map(Self).map_err(error::to_python)
    }

    #[getter]
    fn hit(&self) -> &'static str {
        self.0.def().hit.name()
    }

    #[getter]
    fn inputs(&self) -> Vec<String> {
        self.0.def().inputs.clone()
    }

    #[getter]
    fn outputs(&self) -> Vec<String> {
        self.0.def().outputs.clone()
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
        let report = serde_json::json!({
            "conflicts": output.conflicts, "unmatched": output.unmatched,
            "overflows": output.overflows, "warnings": output.warnings,
        });
        let row = ("row".to_owned(), output.row.to_arrow());
        Ok(PyRuleOutput::new(output.columns.into_iter().chain([row]), frame.len(), report))
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

    fn findings<'py>(&self, py: Python<'py>, types: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
        let mut schema = Schema::new();
        for (name, data_type) in types {
            let text: String = data_type.extract()?;
            let data_type = text.parse().map_err(|error| error::new("run.type", &format!("{error}")))?;
            schema.push(Field::new(name.extract::<String>()?, data_type));
        }
        json::to_python(py, &self.0.analyse(schema).map_err(error::to_python)?)
    }

    fn __repr__(&self) -> String {
        let def = self.0.def();
        format!("DecisionTable({} rows, hit='{}')", def.rows.len(), def.hit.name())
    }
}
