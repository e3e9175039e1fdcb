//! The stage of customers.

use serde::Serialize;

use crate::engine::explain::rows_because;
use crate::engine::ingest::Prepared;
use crate::engine::plan::LifecyclePlan;
use crate::engine::{EngineError, OneProfile, RowsBecause};
use crate::fact::rhythm_at;
use crate::marketing::lifecycle::{Lifecycle, Placed};
use crate::stats::Rhythm;
use crate::value::{Column, ColumnBuilder, DataType};

/// Learns the usual gap from all profiles that bought twice.
pub(crate) fn fit(
    prepared: &Prepared,
    tag: &str,
    plan: &LifecyclePlan,
    facts: &[Column],
) -> Result<Lifecycle, EngineError> {
    let rhythms: Vec<Rhythm> =
        (0..prepared.partition.len()).filter_map(|profile| rhythm_at(facts, profile)).collect();
    Lifecycle::learn(plan.params, &rhythms).map_err(|error| EngineError::marketing(tag, error))
}

/// The columns of the tag; null without a purchase.
pub(crate) fn columns(n: usize, fitted: &Lifecycle, facts: &[Column]) -> Vec<Column> {
    let mut stage = ColumnBuilder::new(DataType::String, n);
    let mut basis = ColumnBuilder::new(DataType::String, n);
    let [mut usual, mut silence, mut left] = [const { Vec::new() }; 3];
    for profile in 0..n {
        let rhythm = rhythm_at(facts, profile);
        let placed = rhythm.map(|rhythm| fitted.place(&rhythm));
        match placed.and_then(|placed| placed.stage) {
            Some(found) => stage.push_str(found.name()),
            None => stage.push_null(),
        }
        match placed.and_then(|placed| placed.basis) {
            Some(found) => basis.push_str(found.name()),
            None => basis.push_null(),
        }
        usual.push(placed.and_then(|placed| placed.usual_days));
        silence.push(rhythm.map(|rhythm| rhythm.silence));
        left.push(placed.and_then(|placed| placed.days_left));
    }
    let float = |values: Vec<Option<f64>>| Column::Float(values.into());
    vec![stage.finish(), float(usual), basis.finish(), float(silence), float(left)]
}

/// From the rhythm of purchases.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct LifecycleBecause {
    /// The purchases.
    pub orders: RowsBecause,
    /// Days with a purchase; 0 without any.
    pub purchases: u64,
    /// Days since the last one.
    pub silence_days: Option<f64>,
    /// The gap before the last one, in days.
    pub last_gap_days: Option<f64>,
    /// Purchases after the first in the first and in the second half of the time since then.
    pub halves: Option<[u64; 2]>,
    /// The stage, and the limits that it follows from; `None` without a purchase.
    pub placed: Option<Placed>,
    /// From how many customers the usual gap of all was learnt.
    pub learnt_from: u64,
}

pub(crate) fn because(
    one: &OneProfile<'_>,
    plan: &LifecyclePlan,
    fitted: &Lifecycle,
    max_rows: usize,
) -> LifecycleBecause {
    let wanted = one.wanted(&plan.rhythm);
    let rhythm = rhythm_at(&one.fact(&wanted), 0);
    LifecycleBecause {
        orders: rows_because(one, &wanted, max_rows),
        purchases: rhythm.map_or(0, |rhythm| rhythm.purchases),
        silence_days: rhythm.map(|rhythm| rhythm.silence),
        last_gap_days: rhythm.and_then(|rhythm| rhythm.last_gap),
        halves: rhythm.map(|rhythm| rhythm.halves),
        placed: rhythm.map(|rhythm| fitted.place(&rhythm)),
        learnt_from: fitted.customers,
    }
}
