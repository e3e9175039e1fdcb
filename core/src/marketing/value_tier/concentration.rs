//! How unevenly value is spread.

use serde::{Deserialize, Serialize};

use crate::stats::Sum;

/// What values below 0 count for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Negatives {
    /// 0: who brings back more than they bought brings nothing.
    #[default]
    Zero,
    /// As they are.
    Keep,
}

/// How unevenly value is spread over customers.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Concentration {
    /// How many customers have a value.
    pub n: usize,
    /// How many of them have one below 0.
    pub n_negative: usize,
    /// How many have 0.
    pub n_zero: usize,
    /// The sum of the values as they count.
    pub total: f64,
    /// What the poorest so many have together, from none to all: one more than customers.
    cumulative: Vec<f64>,
    /// `Σ (2i − n − 1) x_i`.
    weighted: f64,
}

impl Concentration {
    /// Of the values of customers; `None`, NaN and infinite values are left out.
    pub fn of(values: &[Option<f64>], negatives: Negatives) -> Self {
        let mut sorted: Vec<f64> =
            values.iter().flatten().copied().filter(|value| value.is_finite()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let n_negative = sorted.partition_point(|value| *value < 0.0);
        let n_zero = sorted.partition_point(|value| *value <= 0.0) - n_negative;
        if negatives == Negatives::Zero {
            sorted[..n_negative].fill(0.0);
        }
        let mut sum = Sum::default();
        let mut cumulative = vec![0.0];
        cumulative.extend(sorted.iter().map(|value| {
            sum.add(*value);
            sum.value()
        }));
        let n = sorted.len() as f64;
        let weighted = sorted.iter().enumerate().map(|(i, value)| (2.0 * (i + 1) as f64 - n - 1.0) * value);
        Self {
            n: sorted.len(),
            n_negative,
            n_zero,
            total: sum.value(),
            cumulative,
            weighted: weighted.collect::<Sum>().value(),
        }
    }

    /// The Gini coefficient: 0 where all have the same, (n − 1)/n where one has all; `None` where the total is not above
    /// 0 or no number.
    pub fn gini(&self) -> Option<f64> {
        let gini = self.weighted / (self.n as f64 * self.total);
        (self.total > 0.0 && self.total.is_finite() && gini.is_finite()).then_some(gini)
    }

    /// The same, corrected for small samples by n/(n − 1): 1 where one has all; `None` also for a single customer.
    pub fn gini_corrected(&self) -> Option<f64> {
        let n = self.n as f64;
        self.gini().filter(|_| self.n > 1).map(|gini| gini * n / (n - 1.0))
    }

    /// The Lorenz curve: the share of the total that the poorest `share` of customers (0 to 1) have; `None` where the
    /// total is not above 0.
    pub fn lorenz(&self, share: f64) -> Option<f64> {
        if self.total <= 0.0 || !self.total.is_finite() || share.is_nan() {
            return None;
        }
        let place = share.clamp(0.0, 1.0) * self.n as f64;
        let below = place.floor() as usize;
        let [from, to] = [below, (below + 1).min(self.n)].map(|at| self.cumulative[at]);
        Some((from + (to - from) * (place - below as f64)) / self.total)
    }

    /// The share of the total that the best `share` of customers have; between two customers, a part of the next one.
    pub fn top_share(&self, share: f64) -> Option<f64> {
        // From the top: 1 − share would round where share · n is a whole number.
        if self.total <= 0.0 || !self.total.is_finite() || share.is_nan() {
            return None;
        }
        let place = share.clamp(0.0, 1.0) * self.n as f64;
        let whole = place.floor() as usize;
        let from_top = |count: usize| self.total - self.cumulative[self.n - count.min(self.n)];
        let (from, to) = (from_top(whole), from_top(whole + 1));
        Some((from + (to - from) * (place - whole as f64)) / self.total)
    }

    /// The smallest share of customers, the best ones, that have at least `share` of the total, in whole customers.
    pub fn customers_with(&self, share: f64) -> Option<f64> {
        if self.total <= 0.0 || !self.total.is_finite() || share.is_nan() {
            return None;
        }
        let wanted = share.clamp(0.0, 1.0) * self.total;
        let enough = |count: &usize| self.total - self.cumulative[self.n - count] >= wanted;
        let count = (0..=self.n).find(enough).unwrap_or(self.n);
        Some(count as f64 / self.n as f64)
    }

    /// Points of the Lorenz curve at even shares of customers, from (0, 0) to (1, 1); empty where there is none.
    pub fn curve(&self, points: usize) -> Vec<(f64, f64)> {
        let last = points.max(2) - 1;
        let share = |i: usize| i as f64 / last as f64;
        (0..=last).filter_map(|i| Some((share(i), self.lorenz(share(i))?))).collect()
    }
}
