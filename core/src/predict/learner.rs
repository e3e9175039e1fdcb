//! Trained models of any kind.

use serde::{Deserialize, Serialize};

use crate::predict::encoder::{Encoder, Matrix};
use crate::predict::ensemble::TreeEnsemble;
use crate::predict::linear::{Linear, sigmoid};
use crate::predict::{LearnerKind, Params, PredictError, forest, linear, shap};

/// What a score and its contributions are measured in, before calibration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Space {
    /// Log-odds: a contribution of 0.69 doubles the odds.
    LogOdds,
    /// Probability: a contribution of 0.1 is ten percentage points.
    Probability,
}

impl Space {
    pub(crate) fn probability(self, score: f64) -> f64 {
        match self {
            Self::LogOdds => sigmoid(score),
            Self::Probability => score.clamp(0.0, 1.0),
        }
    }

    /// Log-odds; shares of forests are kept within 0.001 to 0.999, as a share of 0 means only that no tree saw one.
    pub(crate) fn log_odds(self, score: f64) -> f64 {
        match self {
            Self::LogOdds => score,
            Self::Probability => {
                let p = score.clamp(0.001, 0.999);
                (p / (1.0 - p)).ln()
            }
        }
    }
}

/// A trained model over encoded features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Learner {
    /// A logistic regression; scores are log-odds.
    Linear(Linear),
    /// A random forest; scores are shares of positives.
    Trees(TreeEnsemble),
}

impl Learner {
    pub(crate) fn fit(
        kind: LearnerKind,
        params: &Params,
        encoder: &Encoder,
        train: &Matrix,
        labels: &[bool],
    ) -> Result<Self, PredictError> {
        match kind {
            LearnerKind::Forest => forest::fit(params, train, labels).map(Self::Trees),
            LearnerKind::Logistic | LearnerKind::Auto => {
                linear::fit(params, train, labels, &encoder.scaled()).map(Self::Linear)
            }
        }
    }

    pub(crate) fn space(&self) -> Space {
        match self {
            Self::Linear(_) => Space::LogOdds,
            Self::Trees(_) => Space::Probability,
        }
    }

    pub(crate) fn score(&self, row: &[f64]) -> f64 {
        match self {
            Self::Linear(linear) => linear.margin(row),
            Self::Trees(trees) => trees.predict(row),
        }
    }

    pub(crate) fn scores(&self, matrix: &Matrix) -> Vec<f64> {
        (0..matrix.rows).map(|row| self.score(matrix.row(row))).collect()
    }

    /// The score of which contributions are the differences.
    pub(crate) fn base(&self) -> f64 {
        match self {
            Self::Linear(linear) => linear.intercept,
            Self::Trees(trees) => shap::expected_value(trees),
        }
    }

    /// What each matrix column adds to the base for a row.
    pub(crate) fn contributions(&self, row: &[f64]) -> Vec<f64> {
        match self {
            Self::Linear(linear) => {
                linear.terms.iter().zip(row).map(|(term, number)| term.contribution(*number)).collect()
            }
            Self::Trees(trees) => shap::tree_shap(trees, row),
        }
    }

    /// Whether a learner that was read from a file can score rows of that many columns.
    pub(crate) fn is_sound(&self, width: usize) -> bool {
        match self {
            Self::Linear(linear) => linear.is_sound(width),
            Self::Trees(trees) => trees.width() <= width,
        }
    }
}
