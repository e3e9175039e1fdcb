//! How a classifier is to be fitted.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::model::{Calibrate, LearnerKind, RefusalKind};
use crate::predict::PredictError;

/// From which probability on the label is true; chosen on the validation slice.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ThresholdPolicy {
    /// The largest F1 score; of equal ones the smallest threshold, which reaches more profiles.
    #[default]
    MaxF1,
    /// The largest difference between true and false positive rate; of equal ones the smallest threshold.
    MaxKs,
    /// This probability, 0 to 1.
    Fixed(f64),
}

/// How to fit a classifier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Params {
    /// Which model; [`LearnerKind::Auto`] by default.
    pub learner: LearnerKind,
    /// Which calibration; [`Calibrate::Auto`] by default.
    pub calibrate: Calibrate,
    /// Which threshold; [`ThresholdPolicy::MaxF1`] by default.
    pub threshold: ThresholdPolicy,
    /// Where randomness starts from; 0 by default. The same seed gives the same classifier.
    pub seed: u64,
    /// The L2 penalty of the logistic regression, from 0 on; 1 by default. It is the inverse of scikit-learn's `C`.
    pub l2: f64,
    /// How many trees a forest has, 1 to 1,000; 100 by default.
    pub trees: usize,
    /// How many splits lie between root and leaf at most, 1 to 12; 10 by default.
    pub max_depth: u16,
    /// How many sampled rows a leaf has at least, from 5 on; 20 by default.
    pub min_leaf: usize,
    /// How many train rows a category needs to be told from the others, from 1 on; 10 by default.
    pub min_frequency: usize,
    /// How many categories of one feature are told apart, the most frequent ones, 1 to 254; 50 by default.
    pub max_levels: usize,
    /// Refusals that are overridden; none by default. They are still written on the model card.
    pub accept: Vec<RefusalKind>,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            learner: LearnerKind::default(),
            calibrate: Calibrate::default(),
            threshold: ThresholdPolicy::default(),
            seed: 0,
            l2: 1.0,
            trees: 100,
            max_depth: 10,
            min_leaf: 20,
            min_frequency: 10,
            max_levels: 50,
            accept: Vec::new(),
        }
    }
}

impl Params {
    /// Checks each field.
    ///
    /// # Errors
    /// [`PredictError::Parameter`] names the first field that is out of range.
    pub fn check(&self) -> Result<(), PredictError> {
        let range = |field, good: bool, found: &dyn fmt::Display, wanted| {
            if good {
                Ok(())
            } else {
                Err(PredictError::Parameter { field, found: found.to_string(), wanted })
            }
        };
        range("l2", self.l2.is_finite() && self.l2 >= 0.0, &self.l2, "a finite number from 0 on")?;
        range("trees", (1..=1000).contains(&self.trees), &self.trees, "1 to 1000")?;
        range("max_depth", (1..=12).contains(&self.max_depth), &self.max_depth, "1 to 12")?;
        range("min_leaf", self.min_leaf >= 5, &self.min_leaf, "5 or more")?;
        range("min_frequency", self.min_frequency >= 1, &self.min_frequency, "1 or more")?;
        range("max_levels", (1..=254).contains(&self.max_levels), &self.max_levels, "1 to 254")?;
        if let ThresholdPolicy::Fixed(at) = self.threshold {
            range("threshold", (0.0..=1.0).contains(&at), &at, "a probability from 0 to 1")?;
        }
        Ok(())
    }
}
