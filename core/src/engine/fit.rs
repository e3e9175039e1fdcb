//! Learning: whatever looks at the whole population happens here, once, and is frozen in artifacts.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::engine::ingest::Prepared;
use crate::engine::plan::{Kind, Plan, RfmPlan};
use crate::engine::table::TagTable;
use crate::engine::{EngineError, Run, Stage, learn};
use crate::marketing::rfm;
use crate::predict::Classifier;

/// What was learnt for one tag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Artifact {
    /// The thresholds of an RFM tag.
    Rfm(Box<rfm::Fitted>),
    /// The model of a predicted tag.
    Classifier(Box<Classifier>),
}

/// What was learnt, by tag.
pub(crate) type Artifacts = IndexMap<String, Artifact>;

/// Learns all that the plan's tags need from the population at `prepared.as_of`.
pub(crate) fn fit(plan: &Plan, prepared: &Prepared, run: &Run<'_>) -> Result<Artifacts, EngineError> {
    let mut artifacts = Artifacts::new();
    let mut table = TagTable::new(plan, prepared, prepared.as_of);
    let learned: Vec<_> =
        plan.tags.iter().filter(|tag| matches!(tag.kind, Kind::Rfm(_) | Kind::Classify(_))).collect();
    for (i, tag) in learned.iter().enumerate() {
        run.step(Stage::Fit, i, learned.len(), &tag.name)?;
        let artifact = match &tag.kind {
            Kind::Rfm(rfm) => {
                let fitted = fit_rfm(rfm, &mut table)
                    .map_err(|source| EngineError::Rfm { tag: tag.name.clone(), source: Box::new(source) })?;
                Artifact::Rfm(Box::new(fitted))
            }
            Kind::Classify(classify) => {
                let fitted = learn::classifier(plan, prepared, classify).map_err(|source| {
                    EngineError::Predict { tag: tag.name.clone(), source: Box::new(source) }
                })?;
                Artifact::Classifier(Box::new(fitted))
            }
            _ => continue,
        };
        artifacts.insert(tag.name.clone(), artifact);
    }
    Ok(artifacts)
}

fn fit_rfm(plan: &RfmPlan, table: &mut TagTable<'_>) -> Result<rfm::Fitted, rfm::RfmError> {
    let measures = table.fact(&plan.orders);
    let keys: Vec<u128> = table.prepared.partition.ids().iter().map(|id| id.bits()).collect();
    let [recency, frequency, monetary] = &measures[..] else {
        return rfm::fit(&plan.params, &rfm::Input::new(&[], &[], &[]));
    };
    rfm::fit(&plan.params, &rfm::Input::new(recency, frequency, monetary).with_keys(&keys))
}
