//! Purchases of all profiles for a buy-till-you-die model.

use indexmap::IndexMap;
use serde::Serialize;

use crate::engine::facts::{self, Wanted};
use crate::engine::ingest::Prepared;
use crate::engine::plan::{OrdersPlan, Plan};
use crate::engine::{EngineError, Run, Stage};
use crate::marketing::btyd::{Chosen, History, Kind, Past, Tried};
use crate::time::{Timestamp, Window};
use crate::value::Column;

/// The history of a profile and the mean amount of its repeat purchases, from the columns of the fact; `None` without a
/// purchase.
pub(super) fn history(columns: &[Column], profile: usize) -> Option<(History, Option<f64>)> {
    let number = |i: usize| columns.get(i).and_then(|column| column.f64(profile));
    Some((History::new(number(0)?, number(1)?, number(2)?), number(3)))
}

/// All profiles with a purchase, in their order.
pub(super) fn histories(columns: &[Column], n: usize) -> (Vec<History>, Vec<Option<f64>>) {
    (0..n).filter_map(|profile| history(columns, profile)).unzip()
}

/// What was known at the start of the hold-out, and what came after it.
#[derive(Debug)]
pub(super) struct Before {
    histories: Vec<History>,
    purchases: Vec<u64>,
    length: f64,
}

impl Before {
    pub(super) fn past(&self) -> Past<'_> {
        Past { histories: &self.histories, purchases: &self.purchases, length: self.length }
    }
}

/// Looks at the purchases before the hold-out: it begins with the period in which it is `holdout` before `as_of`.
pub(super) fn before(
    plan: &Plan,
    prepared: &Prepared,
    orders: &OrdersPlan,
    now: &[Column],
    run: &Run<'_>,
) -> Result<Option<Before>, EngineError> {
    let Some(holdout) = orders.holdout else { return Ok(None) };
    let from = holdout.ending_at(prepared.as_of, &plan.zone).from;
    let cutoff = orders.period.beginning(from, &plan.zone);
    let wanted = Wanted::at(&orders.history, cutoff, &plan.zone);
    let columns = facts::compute(plan, prepared, cutoff, &[wanted], &|| run.again(Stage::Fit))?;
    let then = columns.first().map_or(&[][..], Vec::as_slice);
    let n = prepared.partition.len();
    let (mut histories, mut purchases) = (Vec::new(), Vec::new());
    for profile in 0..n {
        let (Some((then, _)), Some((now, _))) = (history(then, profile), history(now, profile)) else {
            continue;
        };
        histories.push(then);
        purchases.push((now.x - then.x).max(0.0) as u64);
    }
    // From the last period before the hold-out to the last one before `as_of`.
    let last = |end: Timestamp| {
        let last = Timestamp::from_micros(end.micros().saturating_sub(1));
        orders.period.start(orders.period.number(last, &plan.zone))
    };
    let length = (last(prepared.as_of) - last(cutoff)) as f64 / orders.unit as f64;
    Ok(Some(Before { histories, purchases, length }))
}

/// Which model, and what it was learnt from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ModelBecause {
    /// Which.
    pub model: Kind,
    /// Its parameters by name.
    pub parameters: IndexMap<&'static str, f64>,
    /// The unit of time of the parameters and of the history.
    pub unit: Window,
    /// How many customers it was learnt from.
    pub learnt_from: u64,
    /// Whether the parameters are at a maximum, and none ran towards 0 or infinity.
    pub is_sound: bool,
    /// The models that it was chosen from, the best first.
    pub tried: Vec<Tried>,
}

impl ModelBecause {
    pub(super) fn of(orders: &OrdersPlan, chosen: &Chosen) -> Self {
        let kind = chosen.model.kind();
        Self {
            model: kind,
            parameters: kind.parameters().into_iter().zip(chosen.model.parameters()).collect(),
            unit: Window::Duration(orders.unit),
            learnt_from: chosen.fit.customers,
            is_sound: chosen.fit.converged && !chosen.fit.degenerate,
            tried: chosen.tried.clone(),
        }
    }
}
