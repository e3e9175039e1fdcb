//! The value of customers.

use rayon::prelude::*;
use serde::Serialize;

use crate::catalog::model::SpendChoice;
use crate::engine::apply::PROFILES_PER_TASK;
use crate::engine::explain::rows_because;
use crate::engine::ingest::Prepared;
use crate::engine::marketing::ModelBecause;
use crate::engine::marketing::orders::{before, histories, history};
use crate::engine::plan::{LifetimePlan, Plan};
use crate::engine::{EngineError, OneProfile, RowsBecause, Run};
use crate::marketing::btyd::{History, Lifetime, Outlook, Spend};
use crate::value::Column;

/// Learns the models from the histories of all profiles with a purchase.
pub(crate) fn fit(
    plan: &Plan,
    prepared: &Prepared,
    tag: &str,
    lifetime: &LifetimePlan,
    columns: &[Column],
    run: &Run<'_>,
) -> Result<Lifetime, EngineError> {
    let (histories, money) = histories(columns, prepared.partition.len());
    let before = before(plan, prepared, &lifetime.orders, columns, run)?;
    let past = before.as_ref().map(super::orders::Before::past);
    Lifetime::learn((lifetime.orders.model, lifetime.spend), &histories, &money, past)
        .map_err(|error| EngineError::marketing(tag, error))
}

/// Value, chance to be a customer, purchases and spend of each profile; null without a purchase.
pub(crate) fn columns(n: usize, plan: &LifetimePlan, fitted: &Lifetime, facts: &[Column]) -> Vec<Column> {
    let outlooks: Vec<Option<Outlook>> = (0..n)
        .into_par_iter()
        .with_min_len(PROFILES_PER_TASK.min(512))
        .map(|profile| outlook(plan, fitted, facts, profile))
        .collect();
    let column = |of: fn(&Outlook) -> f64| {
        Column::Float(outlooks.iter().map(|outlook| outlook.as_ref().map(of)).collect())
    };
    vec![
        column(|o| o.lifetime_value),
        column(|o| o.p_alive),
        column(|o| o.expected_purchases),
        column(|o| o.expected_spend),
    ]
}

fn outlook(plan: &LifetimePlan, fitted: &Lifetime, facts: &[Column], profile: usize) -> Option<Outlook> {
    let (history, money) = history(facts, profile)?;
    // The fact gives histories that can be, and the plan has checked the options.
    fitted.outlook(&history, money, &plan.options).ok()
}

/// From purchases, by a model of them and one of the spend.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct LifetimeBecause {
    /// The orders.
    pub orders: RowsBecause,
    /// What the model knows of the profile; `None` without a purchase.
    pub history: Option<History>,
    /// The mean amount of the repeat purchases.
    pub mean_amount: Option<f64>,
    /// The model of the purchases.
    pub model: ModelBecause,
    /// How the spend is estimated.
    pub spend: SpendChoice,
    /// What is expected of the profile.
    pub outlook: Option<Outlook>,
    /// What would be expected then.
    pub what_if: Vec<WhatIf>,
}

/// What would be expected if something else came.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct WhatIf {
    /// In how many units of time.
    pub after: f64,
    /// Whether the profile buys then; otherwise it is silent until then.
    pub buys: bool,
    /// What is expected then.
    pub outlook: Outlook,
}

/// For how many units of time silence is thought on.
const SILENT_FOR: [f64; 2] = [4.0, 13.0];

pub(crate) fn because(
    one: &OneProfile<'_>,
    plan: &LifetimePlan,
    fitted: &Lifetime,
    max_rows: usize,
) -> LifetimeBecause {
    let wanted = one.wanted(&plan.orders.history);
    let facts = one.fact(&wanted);
    let known = history(&facts, 0);
    let then = |after: f64, buys: bool| {
        let (now, money) = known?;
        let age = now.age + after;
        let history = if buys { History { x: now.x + 1.0, t_x: age, age } } else { History { age, ..now } };
        // A purchase of the mean amount; the first repeat purchase has none to be of.
        let outlook = fitted.outlook(&history, money, &plan.options).ok()?;
        Some(WhatIf { after, buys, outlook })
    };
    let what_if = std::iter::once((1.0, true)).chain(SILENT_FOR.map(|after| (after, false)));
    LifetimeBecause {
        orders: rows_because(one, &wanted, max_rows),
        history: known.map(|(history, _)| history),
        mean_amount: known.and_then(|(_, money)| money),
        model: ModelBecause::of(&plan.orders, &fitted.purchases),
        spend: match fitted.spend {
            Spend::GammaGamma { .. } => SpendChoice::GammaGamma,
            Spend::Mean { .. } => SpendChoice::Mean,
        },
        outlook: outlook(plan, fitted, &facts, 0),
        what_if: what_if.filter_map(|(after, buys)| then(after, buys)).collect(),
    }
}
