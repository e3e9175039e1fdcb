//! Gamma-Gamma: how much a purchase of a customer is worth.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::marketing::btyd::{BtydError, Fit};
use crate::stats::{MinimiseOptions, digamma, ln_rising, minimise};

/// The spend a purchase: gamma distributed with shape `p` and a rate that differs between customers, gamma distributed
/// with shape `q` and rate `v`.
///
/// It supposes that how much one spends has nothing to do with how often one buys; look at their correlation first.
///
/// Fader, Hardie and Lee, RFM and CLV: Using Iso-Value Curves for Customer Base Analysis, Journal of Marketing Research
/// 42(4), 2005; Fader and Hardie, The Gamma-Gamma Model of Monetary Value, 2013.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 3]", into = "[f64; 3]")]
pub struct GammaGamma {
    p: f64,
    q: f64,
    v: f64,
}

impl TryFrom<[f64; 3]> for GammaGamma {
    type Error = BtydError;

    fn try_from([p, q, v]: [f64; 3]) -> Result<Self, BtydError> {
        Self::new(p, q, v)
    }
}

impl From<GammaGamma> for [f64; 3] {
    fn from(model: GammaGamma) -> Self {
        model.parameters()
    }
}

impl GammaGamma {
    /// The names of the parameters, in order.
    pub const PARAMETERS: [&'static str; 3] = ["p", "q", "v"];

    /// A model of known parameters.
    ///
    /// # Errors
    /// [`BtydError::Parameter`] for one that is not a finite number above 0.
    pub fn new(p: f64, q: f64, v: f64) -> Result<Self, BtydError> {
        for (name, found) in Self::PARAMETERS.into_iter().zip([p, q, v]) {
            if !(found.is_finite() && found > 0.0) {
                return Err(BtydError::Parameter { name, found });
            }
        }
        Ok(Self { p, q, v })
    }

    /// p, q and v.
    pub fn parameters(&self) -> [f64; 3] {
        [self.p, self.q, self.v]
    }

    /// Finds the parameters under which the mean amounts `money` of `x` repeat purchases each are most likely.
    ///
    /// Customers without repeat purchases (`x` is 0) say nothing and are passed over; so are those whose mean is not
    /// above 0 (or missing), which a gamma distribution cannot have. [`Fit::customers`] says how many were used. The
    /// order of the customers does not matter.
    ///
    /// # Errors
    /// [`BtydError::Length`]; [`BtydError::History`] for an `x` that is no whole number or money that is not finite;
    /// [`BtydError::NoRepeat`] where nobody is left.
    pub fn fit(x: &[f64], money: &[Option<f64>]) -> Result<(Self, Fit), BtydError> {
        let mut used = usable(x, money)?;
        if used.is_empty() {
            return Err(BtydError::NoRepeat { customers: x.len() });
        }
        used.par_sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let n = used.len() as f64;
        // In units of the mean, so that the currency changes v alone.
        let scale = used.iter().map(|(_, money)| money).sum::<f64>() / n;
        for (_, money) in &mut used {
            *money /= scale;
        }
        let mut function = |logs: &[f64], gradient: &mut [f64]| {
            let parameters = [0, 1, 2].map(|at: usize| logs[at].exp());
            let Ok(model) = Self::try_from(parameters) else { return f64::INFINITY };
            let sums = model.gradient(&used);
            for ((slope, by_parameter), parameter) in gradient.iter_mut().zip(&sums[1..]).zip(parameters) {
                *slope = -by_parameter * parameter / n;
            }
            -sums[0] / n
        };
        let minimum = minimise(&mut function, &[0.7, 0.7, 0.0], &MinimiseOptions::default());
        let parameters = [minimum.point[0].exp(), minimum.point[1].exp(), minimum.point[2].exp() * scale];
        let log_likelihood = -minimum.value * n - n * scale.ln();
        let fit = Fit::new(&minimum, n, log_likelihood, &parameters);
        Ok((Self::try_from(parameters)?, fit))
    }

    /// The logarithm of the density of a mean `money` (above 0) of `x` purchases (1 or more); NaN for others.
    pub fn log_likelihood(&self, x: f64, money: f64) -> f64 {
        let Self { p, q, v } = *self;
        let all = p * x;
        ln_rising(q, all) - crate::stats::ln_gamma(all) + q * v.ln() + (all - 1.0) * money.ln() + all * x.ln()
            - (all + q) * (x * money + v).ln()
    }

    /// The mean amount of the population's customers.
    ///
    /// # Errors
    /// [`BtydError::InfiniteMean`] where q is 1 or below.
    pub fn population_mean(&self) -> Result<f64, BtydError> {
        if self.q > 1.0 {
            Ok(self.p * self.v / (self.q - 1.0))
        } else {
            Err(BtydError::InfiniteMean { q: self.q })
        }
    }

    /// The expected amount of a customer's next purchase: between the customer's own mean and the population's, the
    /// nearer to the own one the more purchases there were. Without a repeat purchase it is the population's.
    ///
    /// # Errors
    /// [`BtydError::History`]; [`BtydError::InfiniteMean`] where it does not exist: for q of 1 or below.
    pub fn expected_spend(&self, x: f64, money: Option<f64>) -> Result<f64, BtydError> {
        let population = self.population_mean()?;
        let Some(money) = check(0, x, money)? else { return Ok(population) };
        Ok(self.p * (self.v + x * money) / (self.p * x + self.q - 1.0))
    }

    fn gradient(&self, used: &[(f64, f64)]) -> [f64; 4] {
        let Self { p, q, v } = *self;
        let (psi_q, ln_v) = (digamma(q), v.ln());
        let parts: Vec<[f64; 4]> = used
            .par_chunks(512)
            .map(|chunk| {
                let mut sums = [0.0; 4];
                let mut before: Option<(f64, f64, f64, f64)> = None;
                for &(x, money) in chunk {
                    let all = p * x;
                    // Sorted by x: what depends on it alone is worked out once.
                    let (_, ln_x_part, psi_both, psi_all) = match before {
                        Some(known) if known.0 == x => known,
                        _ => {
                            let part = ln_rising(q, all) - crate::stats::ln_gamma(all) + all * x.ln();
                            let new = (x, part, digamma(all + q), digamma(all));
                            before = Some(new);
                            new
                        }
                    };
                    let total = x * money + v;
                    let (ln_total, ln_money) = (total.ln(), money.ln());
                    sums[0] += ln_x_part + q * ln_v + (all - 1.0) * ln_money - (all + q) * ln_total;
                    sums[1] += x * (psi_both - psi_all + ln_money + x.ln() - ln_total);
                    sums[2] += psi_both - psi_q + ln_v - ln_total;
                    sums[3] += q / v - (all + q) / total;
                }
                sums
            })
            .collect();
        let mut sums = [0.0; 4];
        for part in parts {
            sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
        }
        sums
    }
}

/// The purchases and mean amounts that can be learnt from.
fn usable(x: &[f64], money: &[Option<f64>]) -> Result<Vec<(f64, f64)>, BtydError> {
    if x.len() != money.len() {
        return Err(BtydError::Length { name: "m", found: money.len(), wanted: x.len() });
    }
    let mut used = Vec::new();
    for (row, (&x, &money)) in x.iter().zip(money).enumerate() {
        if let Some(money) = check(row, x, money)? {
            used.push((x, money));
        }
    }
    Ok(used)
}

fn check(row: usize, x: f64, money: Option<f64>) -> Result<Option<f64>, BtydError> {
    if !(x.is_finite() && x >= 0.0 && x.fract() == 0.0) {
        return Err(BtydError::History { row, name: "x", found: x, wanted: "a whole number from 0 on" });
    }
    if let Some(found) = money.filter(|money| !money.is_finite()) {
        return Err(BtydError::History { row, name: "m", found, wanted: "a finite number" });
    }
    Ok(money.filter(|money| x > 0.0 && *money > 0.0))
}
