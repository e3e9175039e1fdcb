//! Maximum likelihood.

use serde::{Deserialize, Serialize};

use crate::marketing::btyd::history::Weighted;
use crate::marketing::btyd::{BtydError, History, Kind, Model};
use crate::stats::{MinimiseOptions, Minimum, inverse, is_positive, minimise};

/// How well a model was fitted, and how sure its parameters are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fit {
    /// The logarithm of the likelihood of all customers: a sum, not a mean, and not rescaled.
    pub log_likelihood: f64,
    /// How many customers.
    pub customers: u64,
    /// The largest absolute derivative of the mean log-likelihood by the logarithm of a parameter.
    pub gradient_norm: f64,
    /// How many steps were taken.
    pub iterations: u64,
    /// Whether the gradient is 0 but for rounding, at a maximum.
    pub converged: bool,
    /// Whether a parameter went so far towards 0 or infinity that the data do not tell it from there: the model is then
    /// in truth a simpler one, and standard errors say nothing.
    pub degenerate: bool,
    /// The standard error of each parameter, from the second derivatives; `None` where there is no proper maximum.
    pub standard_errors: Option<Vec<f64>>,
    /// The covariance of the logarithms of the parameters, row by row; `None` as above.
    pub covariance_of_logs: Option<Vec<Vec<f64>>>,
    /// Akaike's criterion, `2 k − 2 ln L`; lower is better.
    pub aic: f64,
    /// The Bayesian criterion, `k ln n − 2 ln L`; lower is better.
    pub bic: f64,
}

/// The gradient at which a fit has converged.
const CONVERGED: f64 = 1e-6;
/// A logarithm of a parameter (in units of the mean age) past this one is as good as infinite.
pub(super) const FARTHEST: f64 = 11.0;
/// More rows than this are first fitted to some of them, which brings the start close.
const MANY_ROWS: usize = 20_000;

impl Fit {
    /// Makes the card of a maximum that was found in the logarithms of the parameters, for the mean of `-ln L`.
    pub(super) fn new(minimum: &Minimum, n: f64, log_likelihood: f64, parameters: &[f64]) -> Self {
        let k = parameters.len() as f64;
        let is_maximum = is_positive(&minimum.hessian);
        let degenerate = minimum.point.iter().any(|log| log.abs() > FARTHEST);
        let covariance = if is_maximum { inverse(&minimum.hessian) } else { None };
        let covariance = covariance.map(|rows| {
            rows.into_iter()
                .map(|row| row.into_iter().map(|cell| cell / n).collect())
                .collect::<Vec<Vec<f64>>>()
        });
        let standard_errors = covariance.as_ref().map(|rows| {
            rows.iter().zip(parameters).enumerate().map(|(at, (row, p))| p * row[at].sqrt()).collect()
        });
        Self {
            log_likelihood,
            customers: n as u64,
            gradient_norm: minimum.gradient_norm,
            iterations: minimum.iterations as u64,
            converged: minimum.gradient_norm <= CONVERGED && is_maximum,
            degenerate,
            standard_errors,
            covariance_of_logs: covariance,
            aic: 2.0 * k - 2.0 * log_likelihood,
            bic: k * n.ln() - 2.0 * log_likelihood,
        }
    }

    /// The interval of a parameter that `z` standard errors of its logarithm span (1.96 for 95 %); `None` where there
    /// are none.
    pub fn interval(&self, parameter: usize, value: f64, z: f64) -> Option<(f64, f64)> {
        let variance = self.covariance_of_logs.as_ref()?.get(parameter)?.get(parameter)?;
        let factor = (z * variance.sqrt()).exp();
        Some((value / factor, value * factor))
    }
}

/// Finds the parameters under which the histories are most likely.
///
/// The order of the customers does not matter, and the unit of time changes only the parameters that are times.
///
/// # Method
/// The logarithms of the parameters are varied, with the derivatives in closed form ([`minimise`]); equal histories are
/// taken once, with a weight. A fit is accepted by its gradient, never because a search could not go on.
///
/// # Errors
/// [`BtydError::Empty`], [`BtydError::NoRepeat`], and [`BtydError::History`] for the first history that cannot be.
pub fn fit(kind: Kind, histories: &[History]) -> Result<(Model, Fit), BtydError> {
    for (row, history) in histories.iter().enumerate() {
        history.check(kind, row)?;
    }
    if histories.is_empty() {
        return Err(BtydError::Empty);
    }
    if histories.iter().all(|history| history.x == 0.0) {
        return Err(BtydError::NoRepeat { customers: histories.len() });
    }
    let data = Weighted::of(histories);
    let scale = if kind == Kind::BgBb { 1.0 } else { data.sum(|h| h.age) / data.n };
    let data = data.scaled(scale);
    let mut options = MinimiseOptions { farthest: FARTHEST, ..MinimiseOptions::default() };
    let mut start = vec![0.0; 4];
    if data.rows.len() > MANY_ROWS {
        let some = data.thinned(MANY_ROWS / 4);
        let close = search(kind, &some, &start, &options);
        if close.gradient_norm <= CONVERGED {
            start = close.point;
            options.hessian = is_positive(&close.hessian).then_some(close.hessian);
        }
    }
    let minimum = search(kind, &data, &start, &options);
    let mut parameters: Vec<f64> = minimum.point.iter().map(|log| log.exp()).collect();
    // The density of x times in other units of time.
    let in_units = if kind == Kind::BgBb { 0.0 } else { data.sum(|h| h.x) * scale.ln() };
    for (at, parameter) in parameters.iter_mut().enumerate() {
        if kind.has_unit_of_time(at) {
            *parameter *= scale;
        }
    }
    let log_likelihood = -minimum.value * data.n - in_units;
    let fit = Fit::new(&minimum, data.n, log_likelihood, &parameters);
    Ok((Model::new(kind, &parameters)?, fit))
}

fn search(kind: Kind, data: &Weighted, start: &[f64], options: &MinimiseOptions) -> Minimum {
    let by_x = data.by_x();
    let mut function = |logs: &[f64], gradient: &mut [f64]| {
        let parameters: Vec<f64> = logs.iter().map(|log| log.exp()).collect();
        // A step too far: the search turns back.
        let Ok(model) = Model::new(kind, &parameters) else { return f64::INFINITY };
        let sums = model.gradient(data, &by_x);
        for ((slope, by_parameter), parameter) in gradient.iter_mut().zip(&sums[1..]).zip(parameters) {
            *slope = -by_parameter * parameter / data.n;
        }
        -sums[0] / data.n
    };
    minimise(&mut function, start, options)
}
