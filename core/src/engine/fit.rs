//! Learning: whatever looks at the whole population happens here, once, and is frozen in artifacts.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::engine::apply::compute_tag;
use crate::engine::ingest::Prepared;
use crate::engine::marketing::{FittedChurn, churn, lifecycle, lifetime, persona, scorecard};
use crate::engine::model::Population;
use crate::engine::plan::{ChurnPlan, Kind, Plan, RfmPlan, TagPlan};
use crate::engine::table::TagTable;
use crate::engine::{EngineError, Facts, Run, Stage, learn};
use crate::marketing::lifecycle::Lifecycle;
use crate::marketing::{btyd, category_gap, kano, retention, rfm, value_tier};
use crate::marketing::{persona::Fitted as Personas, scorecard::Fitted as Card};
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
    /// The curve of how long customers with contracts stay.
    Retention(Box<retention::Fitted>),
    /// The cut points of classes and deciles.
    ValueTier(Box<value_tier::Fitted>),
    /// What features are to a population.
    Kano(Box<kano::Fitted>),
    /// How peers divide their money.
    CategoryGap(Box<category_gap::Fitted>),
    /// The score card of a tag.
    Scorecard(Box<Card>),
    /// The personas of a tag.
    Persona(Box<Personas>),
}

/// What was learnt, by tag.
pub(crate) type Artifacts = IndexMap<String, Artifact>;

/// Whether something is learnt for a tag.
pub(crate) fn is_learned(tag: &TagPlan) -> bool {
    match &tag.kind {
        Kind::Churn(churn) => !matches!(**churn, ChurnPlan::Calendar { .. }),
        Kind::Model(model) => model.learns_from().is_some(),
        kind => matches!(
            kind,
            Kind::Rfm(_)
                | Kind::Classify(_)
                | Kind::Lifetime(_)
                | Kind::Lifecycle(_)
                | Kind::Persona(_)
                | Kind::Scorecard(_)
        ),
    }
}

/// The tags whose facts learning wants: those that learn, and all that stand below what they read.
pub(crate) fn tags_to_learn(plan: &Plan) -> Vec<&TagPlan> {
    let of_models = plan.tags.iter().filter_map(|tag| match &tag.kind {
        Kind::Model(model) => model.learns_from(),
        Kind::Churn(churn) => Some(churn.learns_from()),
        _ => None,
    });
    let below = learn::standing_on(plan, &of_models.flatten().copied().collect::<Vec<_>>());
    plan.tags.iter().zip(below).filter(|(tag, below)| *below || is_learned(tag)).map(|(tag, _)| tag).collect()
}

/// Columns of tags, computed for the population; what was learnt for the tags below is among the artifacts.
fn below_columns(
    plan: &Plan,
    prepared: &Prepared,
    facts: &Facts,
    artifacts: &Artifacts,
    wanted: &[usize],
) -> Vec<Column> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut table = TagTable::new(plan, prepared, prepared.as_of, facts.clone());
    for (tag, _) in plan.tags.iter().zip(learn::standing_on(plan, wanted)).filter(|(_, below)| *below) {
        compute_tag(&mut table, tag, artifacts);
    }
    wanted.iter().filter_map(|&column| table.columns[column].take()).collect()
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
                let below = below_columns(plan, prepared, facts, &artifacts, plan_of.learns_from());
                let seen = churn::Seen { facts: facts.of(&tag.name), peers: below.first() };
                match churn::fit(plan, prepared, &tag.name, plan_of, &seen, run)? {
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
            Kind::Model(model) => {
                let below = model.learns_from().unwrap_or_default();
                let rows = facts.of(&tag.name);
                let columns = below_columns(plan, prepared, facts, &artifacts, below);
                let (as_of, zone) = (prepared.as_of, &plan.zone);
                let fitted = model.fit(&Population { rows, columns: &columns, as_of, zone });
                match fitted.map_err(|error| EngineError::marketing(&tag.name, error))? {
                    Some(artifact) => artifact,
                    None => continue,
                }
            }
            Kind::Persona(plan_of) => Artifact::Persona(Box::new(persona::fit(
                plan, prepared, &tag.name, plan_of, &artifacts, run,
            )?)),
            Kind::Scorecard(card) => {
                let samples = learn::samples(plan, prepared, &card.learn, run)?;
                Artifact::Scorecard(Box::new(scorecard::fit(&tag.name, card, samples)?))
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
