//! Learnt score cards as tags: from earlier cutoffs, given to one profile after the other, explained.

use std::fmt::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use crate::engine::explain::{Because, Text, is_eligible, number};
use crate::engine::plan::{ClassifyPlan, ScorecardPlan};
use crate::engine::{EngineError, OneProfile, TagTable, learn};
use crate::identity::HIDDEN;
use crate::marketing::MarketingError;
use crate::marketing::scorecard::{Fitted, Measures, ScorecardError, fit as fit_card};
use crate::predict::Sample;
use crate::value::{Column, ColumnBuilder, DataType, Value};

/// How many reasons a score comes with.
const N_REASONS: usize = 3;

/// How a score came about: the points add up to it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ScorecardBecause {
    /// The score.
    pub score: f64,
    /// The probability of the event.
    pub probability: f64,
    /// What each tag gave; the one that cost most against the average first.
    pub parts: Vec<ScorecardPart>,
    /// How well the card tells profiles apart on the newest cutoff, which it was not learnt from; on those that it was
    /// learnt from, where that one has only one outcome.
    pub measures: Measures,
}

/// What a tag gave to a score.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ScorecardPart {
    /// The tag.
    pub tag: String,
    /// Its value.
    pub value: Value,
    /// Its bin; `None` for a category that was never seen.
    pub bin: Option<String>,
    /// The points.
    pub points: f64,
    /// How many points less than profiles have on average; below 0 where it is more.
    pub below_mean: f64,
}

/// Learns the card from samples at cutoffs, the newest first, which it is measured on.
pub(in crate::engine) fn fit(
    tag: &str,
    plan: &ScorecardPlan,
    samples: Vec<Sample>,
) -> Result<Fitted, EngineError> {
    learnt(plan, samples).map_err(|error| EngineError::Marketing {
        tag: tag.to_owned(),
        source: Box::new(MarketingError::from(error)),
    })
}

fn learnt(plan: &ScorecardPlan, samples: Vec<Sample>) -> Result<Fitted, ScorecardError> {
    let mut samples = samples.into_iter();
    let test = samples.next().unwrap_or_else(|| learn::stack(&plan.learn, &[]));
    let train = learn::stack(&plan.learn, &samples.rev().collect::<Vec<_>>());
    let names: Vec<String> = plan.learn.feature_specs.iter().map(|spec| spec.name.clone()).collect();
    let fitted = fit_card(&plan.params, &names, &train.columns, &train.labels)?;
    let columns = picked(&plan.learn, &fitted, |at| test.columns.get(at).cloned());
    let tested = fitted.measure(&columns, &test.labels)?;
    Ok(fitted.with_tested(tested))
}

/// Score, probability and reasons of everybody eligible; null for the others.
pub(in crate::engine) fn columns(
    table: &TagTable<'_>,
    plan: &ScorecardPlan,
    fitted: &Fitted,
    seen: &[Column],
) -> Vec<Column> {
    let n = table.n_profiles();
    let eligible = learn::eligible(table, &plan.learn, seen);
    let columns = features(table, plan, fitted);
    // The types are those of the plan, which the artifact was checked against.
    let scored = fitted.score(&columns).unwrap_or_default();
    let (mut score, mut probability) = (vec![None; n], vec![None; n]);
    let mut reasons = ColumnBuilder::new(DataType::StringSet, n);
    for row in 0..n {
        let Some(found) = scored.get(row).filter(|_| eligible.value(row)) else {
            reasons.push_null();
            continue;
        };
        (score[row], probability[row]) = (Some(found.score), Some(found.probability));
        let explained = fitted.explain(&columns, row).ok().flatten();
        let names = explained.as_ref().map_or_else(Vec::new, |why| why.reasons(N_REASONS));
        reasons.push(&Value::StringSet(names.into_iter().map(Arc::from).collect()));
    }
    vec![Column::Float(score.into()), Column::Float(probability.into()), reasons.finish()]
}

/// Why a profile has its score.
pub(in crate::engine) fn because(of: &OneProfile<'_>, plan: &ScorecardPlan, fitted: &Fitted) -> Because {
    let one: Vec<Column> =
        features(&of.table, plan, fitted).iter().map(|column| column.slice(of.profile, 1)).collect();
    let explained = fitted.explain(&one, 0).ok().flatten().filter(|_| is_eligible(of, &plan.learn));
    let Some(explained) = explained else {
        let population = plan.learn.population.map(|root| of.table.plan.rules.text(root).to_owned());
        return Because::NotEligible { population };
    };
    let value = |name: &str| {
        let at = fitted.names().position(|known| known == name);
        at.and_then(|at| one.get(at)).map_or(Value::Null, |column| column.value(0))
    };
    let parts = explained.parts.into_iter().map(|part| ScorecardPart {
        value: value(&part.characteristic),
        tag: part.characteristic,
        bin: part.bin,
        points: part.points,
        below_mean: part.below_mean,
    });
    Because::Scorecard(Box::new(ScorecardBecause {
        score: explained.scored.score,
        probability: explained.scored.probability,
        parts: parts.collect(),
        measures: fitted.tested.unwrap_or(fitted.measures),
    }))
}

impl ScorecardBecause {
    pub(in crate::engine) fn write(&self, f: &mut Text<'_>) -> fmt::Result {
        let (score, percent) = (number(self.score), self.probability * 100.0);
        writeln!(f, "  {score} points, the event has a probability of {percent:.1} %")?;
        for part in &self.parts {
            let (points, value) = (number(part.points), f.of_tag(&part.tag, &part.value));
            let bin = part.bin.as_deref().unwrap_or("never seen");
            let bin = if f.is_personal(&part.tag) { HIDDEN } else { bin };
            let cost = number(part.below_mean);
            writeln!(f, "  {points}  {} = {value} ({bin}), {cost} below the average", part.tag)?;
        }
        let Measures { gini, ks, .. } = self.measures;
        writeln!(f, "  Gini {gini:.3}, KS {ks:.3}")
    }
}

/// Whether what was read from a file is of this plan.
pub(in crate::engine) fn is_sound(plan: &ScorecardPlan, fitted: &Fitted) -> bool {
    let known = |name: &str| plan.learn.feature_specs.iter().any(|spec| spec.name == name);
    fitted.is_sound() && fitted.names().all(known)
}

/// The columns of the tags that the card scores.
fn features(table: &TagTable<'_>, plan: &ScorecardPlan, fitted: &Fitted) -> Vec<Column> {
    picked(&plan.learn, fitted, |at| table.columns[plan.learn.features[at]].clone())
}

/// Of the features those that are on the card, in its order.
fn picked(plan: &ClassifyPlan, fitted: &Fitted, column: impl Fn(usize) -> Option<Column>) -> Vec<Column> {
    let place = |name: &str| plan.feature_specs.iter().position(|spec| spec.name == name);
    fitted.names().filter_map(|name| column(place(name)?)).collect()
}
