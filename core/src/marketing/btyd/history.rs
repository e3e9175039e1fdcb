//! What the models know of a customer, and equal customers put together.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::marketing::btyd::{BtydError, Kind};

/// What a buy-till-you-die model knows of a customer.
///
/// These are not the recency and frequency of [`rfm`](crate::marketing::rfm): the first purchase is when the customer
/// is born, and does not count.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct History {
    /// How often the customer bought again: periods with a purchase, less the first one.
    pub x: f64,
    /// The time from the first to the last purchase; 0 where `x` is 0.
    pub t_x: f64,
    /// The time from the first purchase to now, in the same unit. For [`Kind::BgBb`] the number of opportunities.
    pub age: f64,
}

impl History {
    /// A customer of `x` repeat purchases, the last one `t_x` after the first, observed for `age`.
    pub fn new(x: f64, t_x: f64, age: f64) -> Self {
        Self { x, t_x, age }
    }

    /// Somebody who bought for the first time just now.
    pub const NEW: Self = Self { x: 0.0, t_x: 0.0, age: 0.0 };

    /// Checks that there can be such a customer; `row` is told in the error.
    ///
    /// # Errors
    /// [`BtydError::History`] names the column: numbers are finite, `x` is whole, `0 ≤ t_x ≤ age`, and `t_x` is 0
    /// where `x` is. For [`Kind::BgBb`] all three are whole and `x ≤ t_x`.
    pub fn check(&self, kind: Kind, row: usize) -> Result<(), BtydError> {
        let fail = |name, found, wanted| Err(BtydError::History { row, name, found, wanted });
        let Self { x, t_x, age } = *self;
        let is_whole = |number: f64| number.fract() == 0.0;
        if !(x.is_finite() && x >= 0.0 && is_whole(x)) {
            return fail("x", x, "a whole number from 0 on");
        }
        if !(age.is_finite() && age >= 0.0) {
            return fail("T", age, "a finite number from 0 on");
        }
        if !(t_x.is_finite() && t_x >= 0.0 && t_x <= age) {
            return fail("t_x", t_x, "a number from 0 to T");
        }
        if x == 0.0 && t_x != 0.0 {
            return fail("t_x", t_x, "0 where x is 0");
        }
        if kind == Kind::BgBb && !(is_whole(t_x) && is_whole(age)) {
            return fail("t_x", if is_whole(t_x) { age } else { t_x }, "whole opportunities in t_x and n");
        }
        if kind == Kind::BgBb && x > t_x {
            return fail("x", x, "at most t_x: one purchase an opportunity");
        }
        Ok(())
    }
}

/// Histories with how many customers have them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weighted {
    pub(super) rows: Vec<(History, f64)>,
    /// How many customers.
    pub(super) n: f64,
}

impl Weighted {
    /// Puts equal histories together, in ascending order: what follows does not depend on the order of customers.
    pub(super) fn of(histories: &[History]) -> Self {
        let key = |h: &History| (h.x, h.t_x, h.age);
        let mut sorted = histories.to_vec();
        sorted.par_sort_unstable_by(|a, b| {
            let (a, b) = (key(a), key(b));
            a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2))
        });
        let mut rows: Vec<(History, f64)> = Vec::new();
        for history in sorted {
            match rows.last_mut() {
                Some((last, weight)) if *last == history => *weight += 1.0,
                _ => rows.push((history, 1.0)),
            }
        }
        Self { rows, n: histories.len() as f64 }
    }

    /// The same with time in units of `scale`.
    pub(super) fn scaled(mut self, scale: f64) -> Self {
        for (history, _) in &mut self.rows {
            history.t_x /= scale;
            history.age /= scale;
        }
        self
    }

    /// Every so many rows, so that at most about `wanted` are left.
    pub(super) fn thinned(&self, wanted: usize) -> Self {
        let rows: Vec<_> =
            self.rows.iter().step_by(self.rows.len().div_ceil(wanted).max(1)).copied().collect();
        let n = rows.iter().map(|(_, weight)| weight).sum();
        Self { rows, n }
    }

    /// A weighted sum over all customers.
    pub(super) fn sum(&self, of: impl Fn(&History) -> f64) -> f64 {
        self.rows.iter().map(|(history, weight)| weight * of(history)).sum()
    }

    /// Each distinct `x`, ascending, with how many customers have it.
    pub(super) fn by_x(&self) -> Vec<(f64, f64)> {
        let mut found: Vec<(f64, f64)> = Vec::new();
        for (history, weight) in &self.rows {
            match found.last_mut() {
                Some((x, sum)) if *x == history.x => *sum += weight,
                _ => found.push((history.x, *weight)),
            }
        }
        found
    }

    /// Adds up arrays over all rows: in parallel, yet always in the same order.
    pub(super) fn add<const N: usize>(&self, of: impl Fn(&History, f64, &mut [f64; N]) + Sync) -> [f64; N] {
        let parts: Vec<[f64; N]> = self
            .rows
            .par_chunks(512)
            .map(|chunk| {
                let mut sums = [0.0; N];
                for (history, weight) in chunk {
                    of(history, *weight, &mut sums);
                }
                sums
            })
            .collect();
        let mut sums = [0.0; N];
        for part in parts {
            sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
        }
        sums
    }
}
