//! When everybody bought for the first time and again: what a model's course is held against.

use std::collections::BTreeMap;

use crate::marketing::btyd::summary::Span;
use crate::marketing::btyd::{BtydError, History, Model, SummaryOptions, TrackingRow};
use crate::marketing::grouped::Grouped;
use crate::marketing::input::Orders;
use crate::stats::purchases;

/// The times of first and of repeat purchases of all customers, from the first customer's first purchase on.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Tracks {
    /// When each customer bought for the first time, ascending; in the unit of the options.
    pub births: Vec<f64>,
    /// When anybody bought again, ascending.
    pub purchases: Vec<f64>,
    /// The time of the end of the options: what a model was fitted to lies before.
    pub end: f64,
    /// The time up to which there are purchases: the end of the hold-out, where there is one.
    pub stop: f64,
}

impl Tracks {
    /// Reads them from transactions, with the options that a [`Summary`](crate::marketing::btyd::Summary) is made with.
    /// The order of the rows does not matter.
    ///
    /// # Errors
    /// [`BtydError::Argument`] as a summary has it; [`BtydError::Empty`] where nobody bought before the end.
    pub fn of(orders: &Orders, options: &SummaryOptions) -> Result<Self, BtydError> {
        let mut span = Span::of(orders, options)?;
        let mut grouped = Grouped::purchases(orders, |micros| span.periods.of(micros));
        // Births and repeat purchases by period.
        let mut counts: BTreeMap<i64, [u64; 2]> = BTreeMap::new();
        for rows in grouped.rows() {
            let mut born = None;
            purchases(rows, options.returns.negative(), |period, _| {
                let is_birth = born.is_none();
                born.get_or_insert(period);
                // Whoever came after the end is none of the customers that were learnt from.
                if period <= span.stop && born.is_some_and(|born| born <= span.end) {
                    counts.entry(period).or_default()[usize::from(!is_birth)] += 1;
                }
            });
        }
        let Some((&first, _)) = counts.first_key_value() else { return Err(BtydError::Empty) };
        let times = |what: usize| {
            let each = counts.iter();
            each.flat_map(|(&period, n)| std::iter::repeat_n(span.between(first, period), n[what] as usize))
                .collect()
        };
        Ok(Self {
            births: times(0),
            purchases: times(1),
            end: span.between(first, span.end),
            stop: span.between(first, span.stop),
        })
    }

    /// Repeat purchases of everybody, as they came and as a model expects them, at `n` times up to the last.
    ///
    /// # Errors
    /// As [`Model::tracking`].
    pub fn course(&self, model: &Model, n: u32) -> Result<Vec<TrackingRow>, BtydError> {
        let n = n.max(1);
        let times: Vec<f64> = (1..=n).map(|step| self.stop * f64::from(step) / f64::from(n)).collect();
        model.tracking(&self.births, &self.purchases, &times)
    }
}

impl Model {
    /// The chance to be still a customer at each of some `times` since the first purchase, for a customer who bought again
    /// at `purchases` (ascending, in the same unit): it falls in silence and jumps at each purchase.
    ///
    /// # Errors
    /// [`BtydError::Argument`] for a time that is negative or not finite; [`BtydError::NoClock`] for BG/BB.
    pub fn p_alive_over_time(&self, purchases: &[f64], times: &[f64]) -> Result<Vec<f64>, BtydError> {
        self.wants_clock()?;
        for time in purchases.iter().chain(times) {
            if !(time.is_finite() && *time >= 0.0) {
                return Err(BtydError::argument("time", time, "a finite number from 0 on"));
            }
        }
        let mut purchases = purchases.to_vec();
        purchases.sort_unstable_by(f64::total_cmp);
        times
            .iter()
            .map(|&age| {
                let x = purchases.partition_point(|bought| *bought <= age);
                let t_x = x.checked_sub(1).map_or(0.0, |last| purchases[last]);
                self.p_alive(&History { x: x as f64, t_x, age })
            })
            .collect()
    }
}
