//! `scorecard: {…}`, checked.

use crate::catalog::did_you_mean;
use crate::catalog::model::ScorecardDef;
use crate::engine::plan::context::Context;
use crate::engine::plan::known::Known;
use crate::engine::plan::learned::Outcome;
use crate::engine::plan::{ClassifyPlan, inputs};
use crate::fact::FieldType;
use crate::marketing::scorecard::{Params, ScorecardError};
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
    let mut params = Params::default()
        .with_max_bins(def.max_bins)
        .with_min_iv(def.min_iv)
        .with_points(def.pdo, def.base_score, def.base_odds)
        .with_better(def.better);
    params.cuts = def.cuts.iter().map(|(name, cuts)| (name.clone(), cuts.clone())).collect();
    let mut sound = match params.check() {
        Ok(()) => Some(()),
        Err(error) => {
            let path: &[&str] = match &error {
                ScorecardError::Cuts { name, .. } => &["scorecard", "cuts", name],
                ScorecardError::Parameter { name, .. } => &["scorecard", name],
                _ => &["scorecard"],
            };
            context.problem(path, "catalog.out_of_range", &error, None);
            None
        }
    };
    for name in def.cuts.keys() {
        let at = ["scorecard", "cuts", name.as_str()];
        if !def.features.contains(name) {
            let help = did_you_mean(name, def.features.iter().map(String::as_str));
            let message = format!("`{name}` is none of the `features`");
            context.problem(&at, "catalog.unknown_tag", message, help);
            sound = None;
        } else if known.column(name).is_some() {
            sound = inputs::number(context, &at, name, known).and(sound);
        }
    }
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
