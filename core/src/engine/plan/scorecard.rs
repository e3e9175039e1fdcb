//! `scorecard: {…}`, checked.

use crate::catalog::model::ScorecardDef;
use crate::engine::plan::ClassifyPlan;
use crate::engine::plan::context::Context;
use crate::engine::plan::known::Known;
use crate::engine::plan::learned::Outcome;
use crate::fact::FieldType;
use crate::marketing::scorecard::Params;
use crate::predict;
use crate::value::DataType;

/// A score card, learnt at earlier cutoffs.
#[derive(Debug)]
pub(crate) struct ScorecardPlan {
    /// Label, features and population, and from which cutoffs it is learnt.
    pub(crate) learn: ClassifyPlan,
    pub(crate) params: Params,
}

pub(super) fn scorecard(
    context: &mut Context<'_, '_>,
    def: &ScorecardDef,
    known: &mut Known,
) -> Option<(ScorecardPlan, Vec<FieldType>)> {
    let params = Params::default()
        .with_max_bins(def.max_bins)
        .with_min_iv(def.min_iv)
        .with_points(def.pdo, def.base_score, def.base_odds)
        .with_better(def.better);
    let sound = match params.check() {
        Ok(()) => Some(()),
        Err(error) => {
            context.problem(&["scorecard"], "catalog.out_of_range", &error, None);
            None
        }
    };
    let outcome = Outcome {
        way: "scorecard",
        label: &def.label,
        features: &def.features,
        population: def.population.as_deref(),
        cutoffs: def.cutoffs,
    };
    let mut learn = outcome.checked(context, known, predict::Params::default())?;
    sound?;
    // There is no slice to validate on: that cutoff is not made.
    learn.cutoffs = learn.cutoffs.saturating_sub(1);
    let fields = vec![
        FieldType::new(None, DataType::Float, true),
        FieldType::new(Some("probability"), DataType::Float, true),
        FieldType::new(Some("reasons"), DataType::StringSet, true),
    ];
    Some((ScorecardPlan { learn, params }, fields))
}
