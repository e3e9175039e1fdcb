//! A fitted classifier.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::predict::calibrate::Calibration;
use crate::predict::encoder::Encoder;
use crate::predict::fit::{by_feature, check_columns};
use crate::predict::learner::Learner;
use crate::predict::{Contribution, Explanation, FeatureSpec, ModelCard, PredictError};
use crate::value::Column;

/// A classifier that was fitted by [`fit`](crate::predict::fit()); a row's result depends on that row only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Classifier {
    pub(crate) features: Vec<FeatureSpec>,
    pub(crate) encoder: Encoder,
    pub(crate) learner: Learner,
    pub(crate) calibration: Calibration,
    /// The nine scores that part the validation rows in ten; scores tie less than calibrated probabilities.
    pub(crate) cut_points: Vec<f64>,
    pub(crate) card: ModelCard,
}

/// What a classifier says about a row.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The calibrated probability that the label is true.
    pub probability: f64,
    /// 1 to 10, 10 for the tenth of the validation rows that scored highest.
    pub decile: u8,
    /// Whether the probability reaches the threshold.
    pub label: bool,
}

impl Classifier {
    /// The features that it takes, in the order in which their columns are wanted.
    pub fn features(&self) -> &[FeatureSpec] {
        &self.features
    }

    /// The model card.
    pub fn card(&self) -> &ModelCard {
        &self.card
    }

    /// The trained model.
    pub fn learner(&self) -> &Learner {
        &self.learner
    }

    /// The calibrated probability of each row. Numbers that are null, infinite or beyond ±1e150 are missing.
    ///
    /// # Errors
    /// [`PredictError::ColumnCount`], [`PredictError::ColumnType`] and [`PredictError::ColumnLength`] for columns
    /// that are not those of the features.
    pub fn probability(&self, columns: &[Column]) -> Result<Vec<f64>, PredictError> {
        Ok(self.predict(columns)?.into_iter().map(|prediction| prediction.probability).collect())
    }

    /// Probability, decile and label of each row.
    ///
    /// # Errors
    /// As [`probability`](Self::probability).
    pub fn predict(&self, columns: &[Column]) -> Result<Vec<Prediction>, PredictError> {
        check_columns(&self.features, columns, None)?;
        let predict = |score: f64| {
            let probability = self.calibration.apply(self.learner.space(), score);
            let below = self.cut_points.iter().filter(|cut| **cut < score).count();
            Prediction { probability, decile: below as u8 + 1, label: probability >= self.card.threshold }
        };
        Ok(self.learner.scores(&self.encoder.encode(columns)).into_iter().map(predict).collect())
    }

    /// Why a row has its probability.
    ///
    /// # Errors
    /// As [`probability`](Self::probability), and [`PredictError::NoSuchRow`].
    pub fn explain(&self, columns: &[Column], row: usize) -> Result<Explanation, PredictError> {
        check_columns(&self.features, columns, None)?;
        let rows = columns.first().map_or(0, Column::len);
        if row >= rows {
            return Err(PredictError::NoSuchRow { row, rows });
        }
        let one: Vec<Column> = columns.iter().map(|column| column.slice(row, 1)).collect();
        let encoded = self.encoder.encode(&one);
        let score = self.learner.score(encoded.row(0));
        let parts = by_feature(&self.encoder, &self.learner.contributions(encoded.row(0)));
        let mut contributions: Vec<Contribution> = self
            .features
            .iter()
            .zip(columns)
            .zip(parts)
            .map(|((spec, column), contribution)| Contribution {
                feature: spec.name.clone(),
                value: column.value(row),
                contribution,
            })
            .collect();
        contributions.sort_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
        let space = self.learner.space();
        let probability = self.calibration.apply(space, score);
        Ok(Explanation { probability, space, base: self.card.base, score, contributions })
    }
}

impl Serialize for Classifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Classifier {
    /// A file may be damaged: parts that do not fit together are refused here, so that nothing panics later.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Self::deserialize(deserializer)?;
        let sound = read.features.len() == read.encoder.features.len()
            && read.learner.is_sound(read.encoder.width())
            && read.calibration.is_sound()
            && read.cut_points.len() == 9;
        if sound {
            Ok(read)
        } else {
            Err(serde::de::Error::custom("the parts of the classifier do not fit together"))
        }
    }
}
