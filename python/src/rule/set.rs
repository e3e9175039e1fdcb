//! `RuleSet`.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tagloom::catalog::load_definition;
use tagloom::rule::{RuleSet, RuleSetDef, SharedRules};

use super::{PyRuleOutput, frame, given};
use crate::instant::AsOf;
use crate::{error, json};

/// A set of rules, which can be replaced while it is in use.
#[pyclass(frozen, module = "tagloom", name = "RuleSet")]
pub(crate) struct PyRuleSet(SharedRules);

fn made(def: RuleSetDef) -> PyResult<RuleSet> {
    RuleSet::new(def).map_err(error::to_python)
}

#[pymethods]
impl PyRuleSet {
    #[new]
    fn new(definition: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(SharedRules::new(made(super::definition(definition)?)?)))
    }

    #[staticmethod]
    fn load(path: std::path::PathBuf) -> PyResult<Self> {
        Ok(Self(SharedRules::new(made(load_definition(path).map_err(error::to_python)?)?)))
    }

    #[getter]
    fn name(&self) -> String {
        self.0.current().def().name.clone()
    }

    #[getter]
    fn version(&self) -> Option<String> {
        self.0.current().def().version.clone()
    }

    #[getter]
    fn rules(&self) -> Vec<String> {
        self.0.current().def().rules.keys().cloned().collect()
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, self.0.current().def())
    }

    fn replace(&self, definition: &Bound<'_, PyAny>) -> PyResult<()> {
        self.0.replace(made(super::definition(definition)?)?);
        Ok(())
    }

    #[pyo3(signature = (data, *, as_of = None))]
    fn apply(&self, py: Python<'_>, data: &Bound<'_, PyAny>, as_of: Option<AsOf>) -> PyResult<PyRuleOutput> {
        let set = self.0.current();
        let frame = frame::at(data, as_of, set.zone().name())?;
        let output = py.detach(|| set.apply(&frame)).map_err(error::to_python)?;
        let versions: serde_json::Map<_, _> =
            output.columns.iter().map(|(id, version, _)| (id.clone(), version.clone().into())).collect();
        let warnings: Vec<_> = output
            .warnings
            .iter()
            .map(|(rule, warning)| serde_json::json!({"rule": rule, "warning": warning}))
            .collect();
        let report = serde_json::json!({
            "versions": versions, "overflows": output.overflows, "warnings": warnings,
        });
        let columns = output.columns.into_iter().map(|(id, _, column)| (id, column.to_arrow()));
        Ok(PyRuleOutput::new(columns, frame.len(), report))
    }

    #[pyo3(signature = (values, *, as_of = None))]
    fn test<'py>(
        &self,
        py: Python<'py>,
        values: &Bound<'py, PyDict>,
        as_of: Option<AsOf>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let set = self.0.current();
        let given = given::at(values, &frame::moment(as_of, set.zone().name())?)?;
        let found = PyDict::new(py);
        for decided in set.test(&given).map_err(error::to_python)? {
            found.set_item(decided.rule, decided.value)?;
        }
        Ok(found)
    }

    #[pyo3(signature = (values, *, as_of = None))]
    fn decide<'py>(
        &self,
        py: Python<'py>,
        values: &Bound<'py, PyDict>,
        as_of: Option<AsOf>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let set = self.0.current();
        let given = given::at(values, &frame::moment(as_of, set.zone().name())?)?;
        json::to_python(py, &set.test(&given).map_err(error::to_python)?)
    }

    #[pyo3(signature = (rule, values, *, as_of = None))]
    fn explain<'py>(
        &self,
        py: Python<'py>,
        rule: &str,
        values: &Bound<'py, PyDict>,
        as_of: Option<AsOf>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let set = self.0.current();
        let given = given::at(values, &frame::moment(as_of, set.zone().name())?)?;
        json::to_python(py, &set.explain(rule, &given).map_err(error::to_python)?)
    }

    fn __repr__(&self) -> String {
        let set = self.0.current();
        format!("RuleSet('{}', {} rules)", set.def().name, set.def().rules.len())
    }
}
