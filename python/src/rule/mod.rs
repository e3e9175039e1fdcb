//! Rules alone: `Frame`, `Rule`, `DecisionTable`, `ScoreCard`, `RuleSet`.

mod card;
pub(crate) mod frame;
mod given;
mod output;
mod set;
mod single;
mod table;

pub(crate) use card::PyScoreCard;
pub(crate) use frame::PyFrame;
pub(crate) use output::PyRuleOutput;
pub(crate) use set::PyRuleSet;
pub(crate) use single::PyRule;
pub(crate) use table::PyDecisionTable;

use pyo3::prelude::*;
use pyo3::types::PyString;
use tagloom::catalog::{Format, read_definition};

use crate::error;

/// A definition: a dict, or a text in YAML or JSON.
fn definition<T: for<'de> serde::Deserialize<'de>>(value: &Bound<'_, PyAny>) -> PyResult<T> {
    let text: String = if let Ok(text) = value.cast::<PyString>() {
        text.to_str()?.to_owned()
    } else {
        let py = value.py();
        let options = pyo3::types::PyDict::new(py);
        options.set_item("ensure_ascii", false)?;
        options.set_item("default", py.get_type::<PyString>())?;
        py.import("json")?.call_method("dumps", (value,), Some(&options))?.extract()?
    };
    read_definition(&text, Format::guess(&text), None).map_err(error::to_python)
}
