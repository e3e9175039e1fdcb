//! What can go wrong with personas.

use crate::marketing::input::InputError;
use crate::value::DataType;

/// Personas that cannot be learnt, or tables that they cannot be applied to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PersonaError {
    /// A parameter out of its range.
    #[error("`{name}` is {found}; wanted {wanted}")]
    Parameter {
        /// The parameter.
        name: &'static str,
        /// Its value.
        found: f64,
        /// What it may be.
        wanted: &'static str,
    },
    /// Nothing to tell people apart by.
    #[error("no features; wanted at least one")]
    NoFeatures,
    /// A feature that stands twice.
    #[error("feature `{name}` stands twice")]
    DuplicateFeature {
        /// The feature.
        name: String,
    },
    /// A feature of a type that has no distance.
    #[error("feature `{name}` is {found}; wanted numbers, true/false or text")]
    FeatureType {
        /// The feature.
        name: String,
        /// Its type.
        found: DataType,
    },
    /// More or fewer columns than features.
    #[error("found {found} columns; wanted {wanted}, one a feature")]
    ColumnCount {
        /// Columns.
        found: usize,
        /// Features.
        wanted: usize,
    },
    /// A column of another type than that of the fit.
    #[error("column of feature `{name}` is {found}; wanted {wanted}")]
    ColumnType {
        /// The feature.
        name: String,
        /// The type of the column.
        found: DataType,
        /// What was learnt from.
        wanted: &'static str,
    },
    /// Columns of different length.
    #[error("column of feature `{name}` has {found} rows; wanted {wanted}")]
    ColumnLength {
        /// The feature.
        name: String,
        /// Rows of the column.
        found: usize,
        /// Rows of the first column.
        wanted: usize,
    },
    /// Nobody to learn from.
    #[error("found nobody to learn from among {rows} rows; wanted at least one with values")]
    Nobody {
        /// Rows that there are.
        rows: usize,
    },
    /// A table that cannot be used.
    #[error(transparent)]
    Input(#[from] InputError),
}

impl PersonaError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Parameter { .. } => "persona.parameter",
            Self::NoFeatures => "persona.no_features",
            Self::DuplicateFeature { .. } => "persona.duplicate_feature",
            Self::FeatureType { .. } => "persona.feature_type",
            Self::ColumnCount { .. } => "persona.column_count",
            Self::ColumnType { .. } => "persona.column_type",
            Self::ColumnLength { .. } => "persona.column_length",
            Self::Nobody { .. } => "persona.nobody",
            Self::Input(error) => error.code(),
        }
    }
}
