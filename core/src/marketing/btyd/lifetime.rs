//! What a customer will be worth.

use std::sync::LazyLock;

use crate::marketing::btyd::error::check_horizon;
use crate::marketing::btyd::{BtydError, GammaGamma, History, Kind, Model};
use crate::stats::gauss_legendre;

/// How future money counts.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct LifetimeOptions {
    /// How far ahead, in the unit of time of the histories.
    pub horizon: f64,
    /// How many units of time make a year: 365.25/7 for weeks, 365.25 for days.
    pub units_per_year: f64,
    /// By how much money a year later counts less: at 0.1 a purchase in a year counts 1/1.1. From 0 on.
    pub annual_discount_rate: f64,
    /// The share of an amount that is profit: above 0, 1 for the amount itself.
    pub margin: f64,
}

impl LifetimeOptions {
    /// Amounts themselves, without discount, over a horizon.
    pub fn new(horizon: f64, units_per_year: f64) -> Self {
        Self { horizon, units_per_year, annual_discount_rate: 0.0, margin: 1.0 }
    }

    /// Checks that every number is in its range.
    ///
    /// # Errors
    /// [`BtydError::Argument`] names the one that is not.
    pub fn check(&self) -> Result<(), BtydError> {
        check_horizon("horizon", self.horizon)?;
        check_horizon("annual_discount_rate", self.annual_discount_rate)?;
        for (name, found) in [("units_per_year", self.units_per_year), ("margin", self.margin)] {
            if !(found.is_finite() && found > 0.0) {
                return Err(BtydError::argument(name, found, "a finite number above 0"));
            }
        }
        Ok(())
    }

    /// The rate at which money continuously loses worth, a unit of time.
    fn rate(&self) -> f64 {
        self.annual_discount_rate.ln_1p() / self.units_per_year
    }
}

static RULE: LazyLock<Vec<(f64, f64)>> = LazyLock::new(|| gauss_legendre(12));

impl Model {
    /// The mean number of purchases in the horizon, each counting by how much its money will be worth:
    /// `∫ e^(−δτ) dE(τ) = e^(−δh) E(h) + δ ∫ e^(−δτ) E(τ) dτ`, with `1 + rate = e^(δ·year)`.
    ///
    /// For [`Kind::BgBb`] the sum over the opportunities, each a unit of time after the one before.
    ///
    /// # Errors
    /// [`BtydError::History`], [`BtydError::Argument`].
    pub fn discounted_purchases(&self, h: &History, options: &LifetimeOptions) -> Result<f64, BtydError> {
        options.check()?;
        let (rate, horizon) = (options.rate(), options.horizon);
        let all = self.expected_purchases(h, horizon)?;
        if rate == 0.0 || all == 0.0 {
            return Ok(all);
        }
        let alive = self.p_alive(h)?;
        if self.kind() == Kind::BgBb {
            let mut sum = 0.0;
            let mut before = 0.0;
            for opportunity in 1..=horizon as u64 {
                let expected = self.expected_if_alive(h, opportunity as f64);
                sum += (expected - before) * (-rate * opportunity as f64).exp();
                before = expected;
            }
            return Ok(alive * sum);
        }
        // Pieces that double: E bends on the scale of the shortest time of the model first, then of ever longer ones.
        let [_, alpha, _, beta] = self.parameters();
        let bend = if self.kind() == Kind::ParetoNbd { alpha.min(beta) } else { alpha } + h.age;
        let (mut start, mut integral) = (0.0, 0.0);
        while start < horizon {
            let width = (start + bend).min(4.0 / rate).min(horizon - start);
            if start + width <= start {
                break;
            }
            for &(point, weight) in RULE.iter() {
                let time = start + width * point;
                integral += weight * width * (-rate * time).exp() * self.expected_if_alive(h, time);
            }
            start += width;
            // What comes later is worth nothing.
            if rate * start > 45.0 {
                break;
            }
        }
        Ok(alive * ((-rate * horizon).exp() * self.expected_if_alive(h, horizon) + rate * integral))
    }

    /// The profit to expect of a customer in the horizon, in today's money and in the unit of `money`: discounted
    /// purchases, times the expected spend a purchase, times the margin. The purchases that were made do not count.
    ///
    /// `money` is the mean amount of the repeat purchases, as the spend model was fitted to.
    ///
    /// # Errors
    /// [`BtydError::History`], [`BtydError::Argument`], and [`BtydError::InfiniteMean`] of the spend model.
    pub fn lifetime_value(
        &self,
        spend: &GammaGamma,
        h: &History,
        money: Option<f64>,
        options: &LifetimeOptions,
    ) -> Result<f64, BtydError> {
        let purchases = self.discounted_purchases(h, options)?;
        Ok(purchases * spend.expected_spend(h.x, money)? * options.margin)
    }
}
