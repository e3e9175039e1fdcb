//! Counts of events and non-events, and what they say.

use serde::{Deserialize, Serialize};

/// How many events and non-events there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Rows with the event.
    pub events: u64,
    /// Rows without.
    pub others: u64,
}

impl Counts {
    /// All rows.
    pub fn rows(self) -> u64 {
        self.events + self.others
    }

    /// The share of rows with the event; `None` without rows.
    pub fn rate(self) -> Option<f64> {
        (self.rows() > 0).then(|| self.events as f64 / self.rows() as f64)
    }

    /// Counts one more row.
    pub(super) fn add(&mut self, is_event: bool) {
        self.events += u64::from(is_event);
        self.others += u64::from(!is_event);
    }

    /// Both together.
    pub(super) fn and(self, other: Self) -> Self {
        Self { events: self.events + other.events, others: self.others + other.others }
    }

    /// Whether the rate is below another, in whole numbers; both have rows.
    pub(super) fn is_below(self, other: Self) -> bool {
        u128::from(self.events) * u128::from(other.rows())
            < u128::from(other.events) * u128::from(self.rows())
    }

    /// The weight of evidence among all rows: `ln(share of non-events / share of events)`. Where one of them is missing, both
    /// count half of one more; 0 without rows.
    pub fn weight_of_evidence(self, all: Self) -> f64 {
        let (o, e) = self.shares(all);
        if self.rows() == 0 { 0.0 } else { (o / e).ln() }
    }

    /// What the bin adds to the information value.
    pub fn information(self, all: Self) -> f64 {
        let (o, e) = self.shares(all);
        if self.rows() == 0 { 0.0 } else { (o - e) * (o / e).ln() }
    }

    fn shares(self, all: Self) -> (f64, f64) {
        let more = if self.events == 0 || self.others == 0 { 0.5 } else { 0.0 };
        ((self.others as f64 + more) / all.others as f64, (self.events as f64 + more) / all.events as f64)
    }
}

/// The information value of bins: `Σ (share of non-events − share of events) · WoE`; 0 where all rows are events, or none.
pub fn information_value(bins: &[Counts]) -> f64 {
    let all = bins.iter().copied().fold(Counts::default(), Counts::and);
    if all.events == 0 || all.others == 0 {
        return 0.0;
    }
    bins.iter().map(|bin| bin.information(all)).sum()
}
