//! `DecisionTable`, and `RuleOutput`, the table that rules give.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field as ArrowField, Schema as ArrowSchema};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};
use tagloom::expr::{Field, Schema};
use tagloom::rule::{DecisionTable, HitPolicy, TableDef};
use tagloom::time::Zone;

use super::{frame, given};
use crate::instant::AsOf;
use crate::{error, frames, json};

/// What rules give for the rows of a table.
#[pyclass(frozen, module = "tagloom", name = "RuleOutput")]
pub(crate) struct PyRuleOutput {
    batch: RecordBatch,
    report: serde_json::Value,
}

impl PyRuleOutput {
    pub(super) fn new(
        columns: impl IntoIterator<Item = (String, ArrayRef)>,
        report: serde_json::Value,
    ) -> PyResult<Self> {
        let (fields, arrays): (Vec<ArrowField>, Vec<ArrayRef>) = columns
            .into_iter()
            .map(|(name, array)| (ArrowField::new(name, array.data_type().clone(), true), array))
            .unzip();
        let batch = RecordBatch::try_new(Arc::new(ArrowSchema::new(fields)), arrays)
            .map_err(|error| error::new("rule.python_output", &error.to_string()))?;
        Ok(Self { batch, report })
    }
}

#[pymethods]
impl PyRuleOutput {
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.batch.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    #[getter]
    fn report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_python(py, &self.report)
    }

    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        frames::to_arrow(slf)
    }

    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        frames::to_pandas(slf)
    }

    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        frames::to_polars(slf)
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        frames::stream(py, self.batch.clone(), requested_schema)
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    fn __repr__(&self) -> String {
        format!("RuleOutput({} rows: {})", self.batch.num_rows(), self.columns().join(", "))
    }
}

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
        let frame = frame::of(data, &frame::moment(as_of, timezone)?)?;
        let output = py.detach(|| self.0.apply(&frame)).map_err(error::to_python)?;
        let report = serde_json::json!({"conflicts": output.conflicts, "unmatched": output.unmatched});
        let row = ("row".to_owned(), output.row.to_arrow());
        PyRuleOutput::new(output.columns.into_iter().chain([row]), report)
    }

    fn test<'py>(&self, py: Python<'py>, values: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
        let given = given::given(values, &Zone::utc())?;
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
