//! The stage of life that a customer is in, by the rhythm of the own purchases.
//!
//! What is a long silence for somebody who buys every week is none for somebody who buys twice a year. Everything here is
//! therefore measured in the customer's *usual gap*: the median of the own gaps between days with a purchase, or, where
//! they are fewer than [`LifecycleParams::min_gaps`], the median over all customers of their own medians.
//!
//! | stage | the first that holds |
//! |---|---|
//! | lost | silent for more than [`lost_after`](LifecycleParams::lost_after) usual gaps |
//! | quiet | silent for more than [`quiet_after`](LifecycleParams::quiet_after) usual gaps |
//! | returned | the last purchase ended a silence as long as of somebody lost |
//! | new | at most [`new_purchases`](LifecycleParams::new_purchases) purchases |
//! | growing | purchases came more often in the second half of the time since the first one |
//! | mature | otherwise |
//!
//! # Method
//! Somebody who buys at random at a steady rate is silent for more than k usual (median) gaps with a chance of 2⁻ᵏ: one in
//! 8 at the default of quiet, one in 64 at that of lost. Growing is the exact test of two Poisson rates over equal times
//! (Przyborowski and Wilenski, Biometrika 31, 1940): with n repeat purchases, k of them in the second half, it holds where
//! the chance of k or more heads in n throws of a coin is at most [`growing_at`](LifecycleParams::growing_at). It takes
//! four at least at the default.
//!
//! # Limits
//! Days are the finest measure: several purchases of a day are one. Seasons are not known: who buys every Christmas is
//! quiet in between unless the own gaps say so.

mod binomial;

use serde::{Deserialize, Serialize};

use crate::marketing::churn::{Basis, ChurnError};
use crate::stats::{Rhythm, median};
use binomial::at_least_half;

/// What the stages are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct LifecycleParams {
    /// Up to how many purchases a customer is new; 1 or more, default 2.
    pub new_purchases: u64,
    /// From how many own gaps on their median is the usual one; 1 or more, default 3.
    pub min_gaps: u64,
    /// A silence of more than so many usual gaps is quiet; 1 or more, default 3.
    pub quiet_after: f64,
    /// A silence of more than so many usual gaps is lost; `quiet_after` or more, default 6.
    pub lost_after: f64,
    /// The level of the test that purchases came more often of late; above 0 and below 1, default 0.1.
    pub growing_at: f64,
}

impl Default for LifecycleParams {
    fn default() -> Self {
        Self { new_purchases: 2, min_gaps: 3, quiet_after: 3.0, lost_after: 6.0, growing_at: 0.1 }
    }
}

impl LifecycleParams {
    /// Checks that every number is in its range.
    ///
    /// # Errors
    /// [`ChurnError::Argument`] names the one that is not.
    pub fn check(&self) -> Result<(), ChurnError> {
        let Self { new_purchases, min_gaps, quiet_after, lost_after, growing_at } = *self;
        let fail = |name, found, wanted| Err(ChurnError::Argument { name, found, wanted });
        for (name, found) in [("new_purchases", new_purchases), ("min_gaps", min_gaps)] {
            if found == 0 {
                return fail(name, 0.0, "1 or more");
            }
        }
        if !(quiet_after.is_finite() && quiet_after >= 1.0) {
            return fail("quiet_after", quiet_after, "a finite number from 1 on");
        }
        if !(lost_after.is_finite() && lost_after >= quiet_after) {
            return fail("lost_after", lost_after, "a finite number not below quiet_after");
        }
        if !(growing_at > 0.0 && growing_at < 1.0) {
            return fail("growing_at", growing_at, "a number between 0 and 1");
        }
        Ok(())
    }
}

/// A stage of a customer's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stage {
    /// Bought once or twice.
    New,
    /// Buys more and more often.
    Growing,
    /// Buys as ever.
    Mature,
    /// Has not bought for longer than usual.
    Quiet,
    /// Has not bought for very long.
    Lost,
    /// Has bought after having been lost.
    Returned,
}

impl Stage {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::New, Self::Growing, Self::Mature, Self::Quiet, Self::Lost, Self::Returned];

    /// The name: `new`, `growing`, `mature`, `quiet`, `lost` or `returned`.
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Growing => "growing",
            Self::Mature => "mature",
            Self::Quiet => "quiet",
            Self::Lost => "lost",
            Self::Returned => "returned",
        }
    }
}

/// The usual gap of those whose own gaps are too few, learnt from all customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Lifecycle {
    /// What the stages are.
    pub params: LifecycleParams,
    /// The median over all customers of the medians of their gaps, in days; `None` where nobody bought twice.
    pub population_days: Option<f64>,
    /// How many customers with a gap it was learnt from.
    pub customers: u64,
}

/// The stage of a customer and what it follows from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Placed {
    /// The stage; `None` where there is no usual gap to measure by.
    pub stage: Option<Stage>,
    /// The usual gap in days.
    pub usual_days: Option<f64>,
    /// Whose gap that is.
    pub basis: Option<Basis>,
    /// A silence of more days is quiet.
    pub quiet_days: Option<f64>,
    /// A silence of more days is lost.
    pub lost_days: Option<f64>,
    /// Days of further silence until the customer is quiet, or, if quiet, lost; `None` where lost.
    pub days_left: Option<f64>,
    /// The chance that purchases come so much more often in the second half by chance; `None` without repeat purchases.
    pub p_growing: Option<f64>,
}

impl Lifecycle {
    /// Learns the usual gap of those who have too few of their own. The order of the customers does not matter.
    ///
    /// # Errors
    /// [`ChurnError::Argument`]: a parameter out of range.
    pub fn learn<'a>(
        params: LifecycleParams,
        customers: impl IntoIterator<Item = &'a Rhythm>,
    ) -> Result<Self, ChurnError> {
        params.check()?;
        let usual: Vec<f64> = customers.into_iter().filter_map(|rhythm| rhythm.usual).collect();
        Ok(Self { params, population_days: median(&usual), customers: usual.len() as u64 })
    }

    /// The stage of a customer.
    pub fn place(&self, rhythm: &Rhythm) -> Placed {
        let params = &self.params;
        let own = rhythm.usual.filter(|_| rhythm.purchases > params.min_gaps);
        let usual = own.or(self.population_days);
        let [early, late] = rhythm.halves;
        let p_growing = (early + late > 0).then(|| at_least_half(early + late, late));
        let limits = usual.map(|usual| [params.quiet_after * usual, params.lost_after * usual]);
        let stage = limits.map(|[quiet, lost]| {
            if rhythm.silence > lost {
                Stage::Lost
            } else if rhythm.silence > quiet {
                Stage::Quiet
            } else if rhythm.last_gap.is_some_and(|gap| gap > lost) {
                Stage::Returned
            } else if rhythm.purchases <= params.new_purchases {
                Stage::New
            } else if p_growing.is_some_and(|p| p <= params.growing_at) {
                Stage::Growing
            } else {
                Stage::Mature
            }
        });
        let basis = if own.is_some() { Basis::Own } else { Basis::Population };
        let next = match (stage, limits) {
            (Some(Stage::Lost), _) | (_, None) => None,
            (Some(Stage::Quiet), Some([_, lost])) => Some(lost),
            (_, Some([quiet, _])) => Some(quiet),
        };
        Placed {
            stage,
            usual_days: usual,
            basis: usual.map(|_| basis),
            quiet_days: limits.map(|[quiet, _]| quiet),
            lost_days: limits.map(|[_, lost]| lost),
            days_left: next.map(|limit| limit.floor() + 1.0 - rhythm.silence),
            p_growing,
        }
    }
}

#[cfg(test)]
mod tests;
