//! Python bindings of tagloom: they convert and call; what is decided is decided in the core. The documentation for
//! Python users is in `tagloom/_tagloom.pyi`.

mod audience;
mod catalog;
mod column;
mod columns;
mod error;
mod explanation;
mod fitted;
mod frames;
mod instant;
mod json;
mod marketing;
mod options;
mod profile;
mod profiles;
mod progress;
mod report;
mod rule;
mod tables;
mod value;

use pyo3::prelude::*;

/// The compiled part of the package `tagloom`.
#[pymodule]
mod _tagloom {
    #[pymodule_export]
    use crate::audience::PyAudience;
    #[pymodule_export]
    use crate::catalog::{PyCatalog, json_schema};
    #[pymodule_export]
    use crate::column::PyColumn;
    #[pymodule_export]
    use crate::error::error_class;
    #[pymodule_export]
    use crate::explanation::PyExplanation;
    #[pymodule_export]
    use crate::fitted::PyFitted;
    #[pymodule_export]
    use crate::marketing::btyd::{
        btyd_apply, btyd_choose, btyd_fit, btyd_summary, btyd_table, lifetime_value, spend_apply, spend_fit,
    };
    #[pymodule_export]
    use crate::marketing::churn::{
        churn_kind, lifecycle_apply, lifecycle_fit, rhythm, silence_apply, silence_fit,
    };
    #[pymodule_export]
    use crate::marketing::contract::{contract_apply, contract_fit};
    #[pymodule_export]
    use crate::marketing::kano::kano;
    #[pymodule_export]
    use crate::marketing::persona::{
        persona_apply, persona_choice, persona_explain, persona_fit, persona_html,
    };
    #[pymodule_export]
    use crate::marketing::plot::{PyPlot, btyd_p_alive_over_time, btyd_plot, btyd_tracking};
    #[pymodule_export]
    use crate::marketing::rfm::{
        PyMeasures, plot_migration, rfm_apply, rfm_fit, rfm_measures, rfm_migration,
    };
    #[pymodule_export]
    use crate::marketing::scorecard::{
        scorecard_apply, scorecard_explain, scorecard_fit, scorecard_html, scorecard_measure,
        scorecard_shift, scorecard_table, stability_index,
    };
    #[pymodule_export]
    use crate::marketing::survival::{PyKaplanMeier, log_rank, plot_survival, survival_fit};
    #[pymodule_export]
    use crate::marketing::table::PyModelTable;
    #[pymodule_export]
    use crate::marketing::value::{
        PyConcentration, assess_loyalty, category_gap_apply, category_gap_fit, concentration, membership,
        plot_kano, value_tier_apply, value_tier_fit,
    };
    #[pymodule_export]
    use crate::marketing::window_days;
    #[pymodule_export]
    use crate::profile::PyProfile;
    #[pymodule_export]
    use crate::profiles::{PyProfileIterator, PyProfiles};
    #[pymodule_export]
    use crate::report::PyReport;
    #[pymodule_export]
    use crate::rule::{PyDecisionTable, PyFrame, PyRule, PyRuleOutput, PyRuleSet, PyScoreCard};

    use super::{Bound, PyModule, PyModuleMethods, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
