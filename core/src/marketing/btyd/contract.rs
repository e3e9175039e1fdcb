//! Shifted beta-geometric: how long contracts are renewed.

use serde::{Deserialize, Serialize};

use crate::marketing::btyd::error::check_horizon;
use crate::marketing::btyd::fit::FARTHEST;
use crate::marketing::btyd::{BtydError, Fit};
use crate::stats::{MinimiseOptions, digamma, ln_beta, ln_rising, minimise};

/// At each renewal a customer leaves with a chance that differs between customers, beta distributed with `alpha` and
/// `beta`. As those who leave easily are gone first, the ones that are left stay the longer.
///
/// Fader and Hardie, How to Project Customer Retention, Journal of Interactive Marketing 21(1), 2007; Customer-Base
/// Valuation in a Contractual Setting, Marketing Science 29(1), 2010.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 2]", into = "[f64; 2]")]
pub struct ShiftedBetaGeometric {
    alpha: f64,
    beta: f64,
}

/// A contract: for how many whole periods it was seen, and whether it ended with the last of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Contract {
    /// Renewal dates that came, 1 or more where it ended; the last one is when it ended.
    pub periods: u64,
    /// Whether it ended; otherwise it was renewed at the last date, too.
    pub ended: bool,
}

impl TryFrom<[f64; 2]> for ShiftedBetaGeometric {
    type Error = BtydError;

    fn try_from([alpha, beta]: [f64; 2]) -> Result<Self, BtydError> {
        Self::new(alpha, beta)
    }
}

impl From<ShiftedBetaGeometric> for [f64; 2] {
    fn from(model: ShiftedBetaGeometric) -> Self {
        model.parameters()
    }
}

impl ShiftedBetaGeometric {
    /// The names of the parameters, in order.
    pub const PARAMETERS: [&'static str; 2] = ["alpha", "beta"];

    /// A model of known parameters.
    ///
    /// # Errors
    /// [`BtydError::Parameter`] for one that is not a finite number above 0.
    pub fn new(alpha: f64, beta: f64) -> Result<Self, BtydError> {
        for (name, found) in Self::PARAMETERS.into_iter().zip([alpha, beta]) {
            if !(found.is_finite() && found > 0.0) {
                return Err(BtydError::Parameter { name, found });
            }
        }
        Ok(Self { alpha, beta })
    }

    /// alpha and beta.
    pub fn parameters(&self) -> [f64; 2] {
        [self.alpha, self.beta]
    }

    /// Finds the parameters under which the contracts are most likely, each counting `weight` times.
    ///
    /// # Errors
    /// [`BtydError::Argument`] for a weight that is negative or not finite, [`BtydError::History`] for a contract that
    /// ended before any renewal date, [`BtydError::Empty`], and [`BtydError::NoChurn`] where none ended or none was
    /// renewed: then any spread of the chances fits.
    pub fn fit(contracts: &[(Contract, f64)]) -> Result<(Self, Fit), BtydError> {
        for (row, (contract, weight)) in contracts.iter().enumerate() {
            if !(weight.is_finite() && *weight >= 0.0) {
                return Err(BtydError::argument("weight", weight, "a finite number from 0 on"));
            }
            if contract.ended && contract.periods == 0 {
                let wanted = "1 or more where the contract ended";
                return Err(BtydError::History { row, name: "periods", found: 0.0, wanted });
            }
        }
        let total = |of: &dyn Fn(&Contract) -> bool| -> f64 {
            contracts.iter().filter(|(contract, _)| of(contract)).map(|(_, weight)| weight).sum()
        };
        let (n, ended) = (total(&|_| true), total(&|contract| contract.ended));
        let renewed = total(&|contract| contract.periods > u64::from(contract.ended));
        if n == 0.0 {
            return Err(BtydError::Empty);
        }
        if ended == 0.0 || renewed == 0.0 {
            return Err(BtydError::NoChurn { customers: n as usize, ended: ended as usize });
        }
        let mut sorted = contracts.to_vec();
        sorted.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        // Equal contracts are taken once, with the sum of their weights.
        let of_one =
            |same: &[(Contract, f64)]| (same[0].0, same.iter().map(|(_, weight)| weight).sum::<f64>());
        let distinct: Vec<(Contract, f64)> = sorted.chunk_by(|a, b| a.0 == b.0).map(of_one).collect();
        let mut function = |logs: &[f64], gradient: &mut [f64]| {
            let (alpha, beta) = (logs[0].exp(), logs[1].exp());
            let Ok(model) = Self::new(alpha, beta) else { return f64::INFINITY };
            let mut sums = [0.0; 3];
            for (contract, weight) in &distinct {
                let [value, by_alpha, by_beta] = model.gradient(*contract);
                sums[0] += weight * value;
                sums[1] += weight * by_alpha;
                sums[2] += weight * by_beta;
            }
            gradient.copy_from_slice(&[-sums[1] * alpha / n, -sums[2] * beta / n]);
            -sums[0] / n
        };
        let options = MinimiseOptions { farthest: FARTHEST, ..MinimiseOptions::default() };
        let minimum = minimise(&mut function, &[0.0, 0.0], &options);
        let parameters = [minimum.point[0].exp(), minimum.point[1].exp()];
        let fit = Fit::new(&minimum, n, -minimum.value * n, &parameters);
        Ok((Self::try_from(parameters)?, fit))
    }

    /// The logarithm of how likely a contract is.
    pub fn log_likelihood(&self, contract: Contract) -> f64 {
        let (ended, stays) = counts(contract);
        ln_beta(self.alpha + ended, self.beta + stays) - ln_beta(self.alpha, self.beta)
    }

    fn gradient(&self, contract: Contract) -> [f64; 3] {
        let (ended, stays) = counts(contract);
        let Self { alpha, beta } = *self;
        let both = digamma(alpha + beta) - digamma(alpha + beta + ended + stays);
        [
            self.log_likelihood(contract),
            digamma(alpha + ended) - digamma(alpha) + both,
            digamma(beta + stays) - digamma(beta) + both,
        ]
    }

    /// The share of new customers who are there after `periods` renewals.
    pub fn survival(&self, periods: u64) -> f64 {
        let periods = periods as f64;
        (ln_rising(self.beta, periods) - ln_rising(self.alpha + self.beta, periods)).exp()
    }

    /// The chance that somebody who renewed `renewed` times renews at the next date.
    pub fn retention(&self, renewed: u64) -> f64 {
        let renewed = renewed as f64;
        (self.beta + renewed) / (self.alpha + self.beta + renewed)
    }

    /// The chance that somebody who renewed `renewed` times is there `more` renewal dates later.
    pub fn survival_after(&self, renewed: u64, more: u64) -> f64 {
        let (renewed, more) = (renewed as f64, more as f64);
        (ln_rising(self.beta + renewed, more) - ln_rising(self.alpha + self.beta + renewed, more)).exp()
    }

    /// How many more periods to expect of somebody who renewed `renewed` times, over the next `horizon` dates, a period
    /// at date k counting `1 / (1 + discount_rate)ᵏ`. `discount_rate` is that of one period.
    ///
    /// # Errors
    /// [`BtydError::Argument`]: a rate that is negative or not finite.
    pub fn expected_periods(&self, renewed: u64, horizon: u64, discount_rate: f64) -> Result<f64, BtydError> {
        check_horizon("discount_rate", discount_rate)?;
        let (mut there, mut worth, mut sum) = (1.0, 1.0, 0.0);
        for date in 0..horizon {
            there *= self.retention(renewed + date);
            worth /= 1.0 + discount_rate;
            let term = there * worth;
            sum += term;
            if term <= 1e-18 * sum {
                break;
            }
        }
        Ok(sum)
    }
}

/// How many times a contract ended, and was renewed.
fn counts(contract: Contract) -> (f64, f64) {
    let ended = u64::from(contract.ended);
    (ended as f64, contract.periods.saturating_sub(ended) as f64)
}
