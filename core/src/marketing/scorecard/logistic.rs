//! Logistic regression on weights of evidence.

use std::collections::BTreeMap;

use crate::marketing::scorecard::ScorecardError;
use crate::marketing::scorecard::bins::Counts;
use crate::stats::{MinimiseOptions, inverse, minimise};

/// A regression: `ln odds(non-event) = intercept + Σ coefficient · WoE`.
#[derive(Debug, Clone)]
pub(super) struct Regression {
    pub(super) intercept: f64,
    pub(super) coefficients: Vec<f64>,
    /// Of the coefficients; empty where the curvature cannot be inverted.
    pub(super) standard_errors: Vec<f64>,
}

/// Rows by the bins that they are in: those in the same ones are one, and the order is that of the bins.
pub(super) type Rows = BTreeMap<Vec<u16>, Counts>;

/// Fits a regression to rows, whose bins `weights` gives evidence of, characteristic by characteristic.
///
/// # Method
/// Minimises `Σ log-loss + l2 / 2 · Σ β²`, divided by the number of rows, until its gradient is below 1e-9.
pub(super) fn regress(rows: &Rows, weights: &[Vec<f64>], l2: f64) -> Result<Regression, ScorecardError> {
    let cells: Vec<(Vec<f64>, Counts)> = rows
        .iter()
        .map(|(bins, counts)| {
            (bins.iter().zip(weights).map(|(&bin, weights)| weights[usize::from(bin)]).collect(), *counts)
        })
        .collect();
    let all = cells.iter().map(|(_, counts)| *counts).fold(Counts::default(), Counts::and);
    let n = all.rows() as f64;
    let mut loss = |point: &[f64], gradient: &mut [f64]| {
        gradient.fill(0.0);
        let mut sum = 0.0;
        for (weights, counts) in &cells {
            let margin = point[0] + weights.iter().zip(&point[1..]).map(|(w, b)| w * b).sum::<f64>();
            let (events, others) = (counts.events as f64, counts.others as f64);
            // ln(1 + e^m) without overflow.
            let soft = |m: f64| if m > 0.0 { m + (-m).exp().ln_1p() } else { m.exp().ln_1p() };
            sum += others * soft(-margin) + events * soft(margin);
            let p = 1.0 / (1.0 + (-margin).exp());
            let slope = (others + events) * p - others;
            gradient[0] += slope;
            for (g, w) in gradient[1..].iter_mut().zip(weights) {
                *g += slope * w;
            }
        }
        for (g, b) in gradient[1..].iter_mut().zip(&point[1..]) {
            *g += l2 * b;
            sum += l2 / 2.0 * b * b;
        }
        for g in gradient.iter_mut() {
            *g /= n;
        }
        sum / n
    };
    // Weights of evidence alone have coefficients of 1 and the log-odds of all rows.
    let mut start = vec![1.0; weights.len() + 1];
    start[0] = (all.others as f64 / all.events as f64).ln();
    let options = MinimiseOptions { tolerance: 1e-9, ..MinimiseOptions::default() };
    let found = minimise(&mut loss, &start, &options);
    if found.gradient_norm > 1e-6 || !found.value.is_finite() {
        return Err(ScorecardError::NotConverged { gradient: found.gradient_norm });
    }
    let covariance = inverse(&found.hessian);
    let standard_errors = covariance
        .map_or_else(Vec::new, |rows| (1..rows.len()).map(|at| (rows[at][at] / n).max(0.0).sqrt()).collect());
    Ok(Regression { intercept: found.point[0], coefficients: found.point[1..].to_vec(), standard_errors })
}
