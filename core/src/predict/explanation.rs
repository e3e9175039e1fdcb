//! Why a row has its probability.

use serde::Serialize;

use crate::predict::Space;
use crate::value::Value;

/// The parts that a row's score is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The calibrated probability.
    pub probability: f64,
    /// What score, base and contributions are measured in: log-odds for a logistic regression, where a contribution
    /// is `coefficient · (number − train mean)`; probability for a forest, where it is a Shapley value. Both are
    /// taken before calibration, which only stretches the score.
    pub space: Space,
    /// The score of a row about which nothing is known.
    pub base: f64,
    /// `base` plus all contributions, to within 1e-6.
    pub score: f64,
    /// One for each feature, the largest in absolute value first, ties in the order of features.
    pub contributions: Vec<Contribution>,
}

/// What one feature adds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contribution {
    /// The feature's name.
    pub feature: String,
    /// The row's value of it.
    pub value: Value,
    /// What it adds to the score, in the explanation's `space`; the parts of a one-hot encoded text are summed.
    pub contribution: f64,
}

impl Explanation {
    /// The names of up to `top_k` features that move the score most, in either direction.
    pub fn reasons(&self, top_k: usize) -> Vec<&str> {
        let moving = self.contributions.iter().filter(|part| part.contribution != 0.0);
        moving.take(top_k).map(|part| part.feature.as_str()).collect()
    }
}
