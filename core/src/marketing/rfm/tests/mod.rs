//! Tests of the fit as a whole.

mod laws;
mod measures;
mod odd_input;
mod peers;
mod segments;
mod worked;

use crate::marketing::rfm::{Fitted, Input, Params, Scorer, Ties, fit};

fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

fn quantile(classes: u8, ties: Ties) -> Params {
    Params::default().with_scorer(Scorer::Quantile { classes, ties }).with_segments(None)
}

/// Fits complete customers, with their row numbers as keys.
fn fit_rows(params: &Params, recency: &[f64], frequency: &[f64], monetary: &[f64]) -> Fitted {
    let (r, f, m) = (some(recency), some(frequency), some(monetary));
    let keys: Vec<u128> = (0..r.len() as u128).collect();
    fit(params, &Input::new(&r, &f, &m).with_keys(&keys)).unwrap()
}

/// The codes of the customers of a fit, with their row numbers as keys.
fn codes(fitted: &Fitted, recency: &[f64], frequency: &[f64], monetary: &[f64]) -> Vec<String> {
    let rows = recency.iter().zip(frequency).zip(monetary).enumerate();
    rows.map(|(key, ((&r, &f), &m))| {
        fitted.code(fitted.score_keyed(Some(key as u128), Some(r), Some(f), Some(m)).unwrap())
    })
    .collect()
}
