//! What can go wrong with a predicted tag.

use std::fmt;

use crate::predict::{LearnerKind, ModelCard, Refusal};
use crate::value::DataType;

/// One of the three parts that a classifier is fitted on, in order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slice {
    /// Encoders and models are learnt here.
    Train,
    /// The learner, the calibration, the threshold and the deciles are chosen here.
    Validation,
    /// The numbers of the model card are measured here.
    Test,
}

impl fmt::Display for Slice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        })
    }
}

/// Why a classifier could not be fitted or applied.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PredictError {
    /// A parameter is out of range.
    #[error("parameter `{field}` is {found}, wanted {wanted}")]
    Parameter {
        /// The field of [`Params`](crate::predict::Params).
        field: &'static str,
        /// The value that was found.
        found: String,
        /// The range that is allowed.
        wanted: &'static str,
    },
    /// There are no features.
    #[error("found no features, wanted at least one")]
    NoFeatures,
    /// Two features have one name.
    #[error("feature `{name}` is listed twice, wanted each name once")]
    DuplicateFeature {
        /// The name.
        name: String,
    },
    /// A feature has a type that no learner takes.
    #[error(
        "feature `{name}` is {found}, wanted bool, int64, float64, decimal or string{}",
        if matches!(found, DataType::Date | DataType::Timestamp) {
            "; use days_since to make a number of it"
        } else {
            ""
        }
    )]
    FeatureType {
        /// The name.
        name: String,
        /// Its type.
        found: DataType,
    },
    /// A matrix has another number of columns than there are features.
    #[error("found {found} columns, wanted {wanted}, one for each feature")]
    ColumnCount {
        /// Columns that came.
        found: usize,
        /// Features that there are.
        wanted: usize,
    },
    /// A column is not of its feature's type.
    #[error("column of feature `{name}` is {found}, wanted {wanted}")]
    ColumnType {
        /// The feature.
        name: String,
        /// The type of the column.
        found: DataType,
        /// The type of the feature.
        wanted: DataType,
    },
    /// A column is longer or shorter than the others, or than the labels.
    #[error("column of feature `{name}` has {found} rows, wanted {wanted}")]
    ColumnLength {
        /// The feature.
        name: String,
        /// Rows of the column.
        found: usize,
        /// Rows of the labels or the first column.
        wanted: usize,
    },
    /// A slice has no rows.
    #[error("found no rows in the {slice} slice, wanted at least one cutoff with rows")]
    EmptySlice {
        /// The slice.
        slice: Slice,
    },
    /// All labels of a slice are the same.
    #[error("found only {} labels in the {slice} slice, wanted both classes", if *.label { "positive" } else { "negative" })]
    OneClass {
        /// The slice.
        slice: Slice,
        /// The only label in it.
        label: bool,
    },
    /// Every feature is constant on the train slice.
    #[error("found no feature that varies on the train slice, wanted at least one")]
    NoVariation,
    /// A learner gave no usable model.
    #[error("the {learner} learner failed: {reason}")]
    Training {
        /// The learner.
        learner: LearnerKind,
        /// What it said.
        reason: String,
    },
    /// The classifier was trained, but it is not fit for use.
    #[error("refused: {}; to use it all the same, add to `accept`: {}", join(.refusals), names(.refusals))]
    Refused {
        /// All reasons that were not accepted; at least one.
        refusals: Vec<Refusal>,
        /// What was measured.
        card: Box<ModelCard>,
    },
    /// An explanation was asked for a row that does not exist.
    #[error("found {rows} rows, wanted row {row}")]
    NoSuchRow {
        /// The row that was asked for.
        row: usize,
        /// How many there are.
        rows: usize,
    },
}

impl PredictError {
    /// A code that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Parameter { .. } => "predict.parameter",
            Self::NoFeatures => "predict.no_features",
            Self::DuplicateFeature { .. } => "predict.duplicate_feature",
            Self::FeatureType { .. } => "predict.feature_type",
            Self::ColumnCount { .. } => "predict.column_count",
            Self::ColumnType { .. } => "predict.column_type",
            Self::ColumnLength { .. } => "predict.column_length",
            Self::EmptySlice { .. } => "predict.empty_slice",
            Self::OneClass { .. } => "predict.one_class",
            Self::NoVariation => "predict.no_variation",
            Self::Training { .. } => "predict.training",
            Self::Refused { refusals, .. } => refusals.first().map_or("predict.refused", Refusal::code),
            Self::NoSuchRow { .. } => "predict.no_such_row",
        }
    }
}

fn join(refusals: &[Refusal]) -> String {
    refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn names(refusals: &[Refusal]) -> String {
    let mut names: Vec<&str> = refusals.iter().map(|refusal| refusal.kind().name()).collect();
    names.dedup();
    names.join(", ")
}
