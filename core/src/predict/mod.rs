//! Predicted tags: probabilities learnt from what happened after earlier cutoffs.
//!
//! The engine brings matrices: a [`Sample`] holds feature columns as of some cutoffs and what came true afterwards.
//! [`fit()`] learns on one sample, chooses and calibrates on a later one, measures on the last one and refuses a
//! result that is not fit for use. A [`Classifier`] gives probability, decile and label of any row, explains them in
//! terms of the features, and carries its [`ModelCard`].
//!
//! ```
//! use tagloom::predict::{FeatureSpec, Params, Sample, fit};
//! use tagloom::value::{ColumnBuilder, DataType, Value};
//!
//! // The fewer visits, the likelier no order follows.
//! let sample = |rows: i64| {
//!     let mut visits = ColumnBuilder::new(DataType::Int, 0);
//!     let mut labels = Vec::new();
//!     for row in 0..rows {
//!         visits.push(&Value::Int(row % 10));
//!         labels.push((row * 7) % 11 >= row % 10);
//!     }
//!     Sample { columns: vec![visits.finish()], labels, cutoffs: Vec::new() }
//! };
//! let features = [FeatureSpec { name: "visits_30d".into(), data_type: DataType::Int }];
//! let classifier = fit(&Params::default(), &features, &sample(660), &sample(330), &sample(330))?;
//! assert!(classifier.card().measures.auc.lower > 0.7);
//!
//! let rows = sample(10).columns;
//! assert!(classifier.probability(&rows)?[0] > classifier.probability(&rows)?[9]);
//! assert_eq!(classifier.explain(&rows, 9)?.reasons(3), ["visits_30d"]);
//! # Ok::<(), tagloom::predict::PredictError>(())
//! ```

mod alone;
mod calibrate;
mod card;
mod classifier;
mod encoder;
mod ensemble;
mod error;
mod explanation;
mod fit;
mod forest;
mod learner;
mod linear;
mod metrics;
mod params;
mod refusal;
mod sample;
mod shap;
mod threshold;

#[cfg(test)]
mod tests;

pub use crate::catalog::model::{Calibrate, LearnerKind, RefusalKind};
pub use card::{Candidate, FeatureCard, LabelMeasures, ModelCard, SliceCard};
pub use classifier::{Classifier, Prediction};
pub use ensemble::{Tree, TreeEnsemble};
pub use error::{PredictError, Slice};
pub use explanation::{Contribution, Explanation};
pub use fit::fit;
pub use learner::{Learner, Space};
pub use linear::Linear;
pub use metrics::{Gain, Lift, Measures, ReliabilityBin};
pub use params::{Params, ThresholdPolicy};
pub use refusal::Refusal;
pub use sample::{FeatureSpec, Sample};
