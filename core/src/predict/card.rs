//! What is known about a classifier, for people and for audits.

use serde::{Deserialize, Serialize};

use crate::predict::{Calibrate, LearnerKind, Measures, Params, Refusal, Space};
use crate::time::Timestamp;
use crate::value::DataType;

/// The model card: how a classifier was made and how good it is on rows that it has never seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelCard {
    /// The learner that was kept.
    pub learner: LearnerKind,
    /// All learners that were trained, with what decided between them.
    pub candidates: Vec<Candidate>,
    /// The calibration that was used; never [`Calibrate::Auto`].
    pub calibration: Calibrate,
    /// What contributions are measured in.
    pub space: Space,
    /// The score of a row about which nothing is known; contributions are added to it.
    pub base: f64,
    /// A probability from here on makes the label true.
    pub threshold: f64,
    /// How good the label is on the test slice.
    pub label: LabelMeasures,
    /// The train slice.
    pub train: SliceCard,
    /// The validation slice.
    pub validation: SliceCard,
    /// The test slice.
    pub test: SliceCard,
    /// How good the probability is on the test slice.
    pub measures: Measures,
    /// The features, the most important one first, ties in their given order.
    pub features: Vec<FeatureCard>,
    /// Refusals that were overridden.
    pub accepted: Vec<Refusal>,
    /// The parameters.
    pub params: Params,
}

/// A learner that was trained.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Its kind.
    pub learner: LearnerKind,
    /// Its AUC on the validation slice.
    pub validation_auc: f64,
}

/// The rows of a slice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SliceCard {
    /// How many rows.
    pub rows: usize,
    /// How many of them are positive.
    pub positives: usize,
    /// `positives / rows`.
    pub prevalence: f64,
    /// The distinct cutoffs that were stacked.
    pub cutoffs: Vec<Timestamp>,
}

/// How good the label is at the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LabelMeasures {
    /// The share of rows whose label is true.
    pub selected: f64,
    /// The share of positives among these; `None` where there are none.
    pub precision: Option<f64>,
    /// The share of all positives that are among these.
    pub recall: f64,
}

/// A feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureCard {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
    /// The mean absolute contribution over up to 100 validation rows, in the card's `space`.
    pub importance: f64,
    /// The AUC that the feature has alone on the test slice: numbers by size, with missing ones at the end that
    /// says more; categories by the rate of positives in train. One half where it says nothing.
    pub auc_alone: f64,
    /// The share of missing cells in train.
    pub missing_share: f64,
}
