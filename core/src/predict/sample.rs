//! What the engine hands over.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::value::{Column, DataType};

/// A feature: a tag as it was known at a cutoff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureSpec {
    /// The name, which explanations use.
    pub name: String,
    /// `bool`, `int64`, `float64`, `decimal` or `string`.
    pub data_type: DataType,
}

/// Profiles at one or more cutoffs, with what came true after them.
#[derive(Debug, Clone)]
pub struct Sample {
    /// One column for each feature, in their order; all as long as `labels`.
    pub columns: Vec<Column>,
    /// Whether it came true, for each row.
    pub labels: Vec<bool>,
    /// The distinct cutoffs that were stacked; they go on the model card.
    pub cutoffs: Vec<Timestamp>,
}
