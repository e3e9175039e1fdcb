//! Learning: whatever looks at the whole population happens here, once, and is frozen in artifacts.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::engine::ingest::Prepared;
use crate::engine::marketing::{FittedChurn, churn, lifecycle, lifetime};
use crate::engine::plan::{ChurnPlan, Kind, Plan, RfmPlan, TagPlan};
use crate::engine::{EngineError, Facts, Run, Stage, learn};
use crate::marketing::lifecycle::Lifecycle;
use crate::marketing::{btyd, rfm};
use crate::predict::Classifier;
use crate::value::Column;

/// What was learnt for one tag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Artifact {
    /// The thresholds of an RFM tag.
    Rfm(Box<rfm::Fitted>),
    /// The models of a lifetime value.
    Lifetime(Box<btyd::Lifetime>),
    /// What churn is judged by.
    Churn(Box<FittedChurn>),
    /// The usual gap between purchases.
    Lifecycle(Lifecycle),
    /// The model of a predicted tag.
    Classifier(Box<Classifier>),
}

/// What was learnt, by tag.
pub(crate) type Artifacts = IndexMap<String, Artifact>;

/// Whether something is learnt for a tag.
pub(crate) fn is_learned(tag: &TagPlan) -> bool {
    match &tag.kind {
        Kind::Churn(churn) => !matches!(**churn, ChurnPlan::Calendar { .. }),
        kind => matches!(kind, Kind::Rfm(_) | Kind::Classify(_) | Kind::Lifetime(_) | Kind::Lifecycle(_)),
    }
}

/// Learns all that the plan's tags need from the population at `prepared.as_of`, where `facts` holds what they want of
/// the rows.
pub(crate) fn fit(
    plan: &Plan,
    prepared: &Prepared,
    facts: &Facts,
    run: &Run<'_>,
) -> Result<Artifacts, EngineError> {
    let mut artifacts = Artifacts::new();
    let learned: Vec<_> = plan.tags.iter().filter(|tag| is_learned(tag)).collect();
    for (i, tag) in learned.iter().enumerate() {
        run.step(Stage::Fit, i, learned.len(), &tag.name)?;
        let artifact = match &tag.kind {
            Kind::Rfm(rfm) => {
                let fitted = fit_rfm(rfm, prepared, facts.of(&tag.name))
                    .map_err(|source| EngineError::Rfm { tag: tag.name.clone(), source: Box::new(source) })?;
                Artifact::Rfm(Box::new(fitted))
            }
            Kind::Lifetime(plan_of) => {
                let columns = facts.of(&tag.name);
                Artifact::Lifetime(Box::new(lifetime::fit(plan, prepared, &tag.name, plan_of, columns, run)?))
            }
            Kind::Churn(plan_of) => {
                match churn::fit(plan, prepared, &tag.name, plan_of, facts.of(&tag.name), run)? {
                    Some(fitted) => Artifact::Churn(Box::new(fitted)),
                    None => continue,
                }
            }
            Kind::Lifecycle(plan_of) => {
                Artifact::Lifecycle(lifecycle::fit(prepared, &tag.name, plan_of, facts.of(&tag.name))?)
            }
            Kind::Classify(classify) => {
                let samples = learn::samples(plan, prepared, classify, run)?;
                let fitted = learn::classifier(classify, samples).map_err(|source| EngineError::Predict {
                    tag: tag.name.clone(),
                    source: Box::new(source),
                })?;
                Artifact::Classifier(Box::new(fitted))
            }
            _ => continue,
        };
        artifacts.insert(tag.name.clone(), artifact);
    }
    Ok(artifacts)
}

fn fit_rfm(plan: &RfmPlan, prepared: &Prepared, measures: &[Column]) -> Result<rfm::Fitted, rfm::RfmError> {
    let keys: Vec<u128> = prepared.partition.ids().iter().map(|id| id.bits()).collect();
    let [recency, frequency, monetary] = measures else {
        return rfm::fit(&plan.params, &rfm::Input::new(&[], &[], &[]));
    };
    rfm::fit(&plan.params, &rfm::Input::new(recency, frequency, monetary).with_keys(&keys))
}
