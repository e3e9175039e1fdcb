//! What can go wrong with score cards.

use crate::marketing::input::InputError;
use crate::value::DataType;

/// A score card that cannot be learnt, or tables that it cannot be applied to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScorecardError {
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
    /// More or fewer columns than characteristics.
    #[error("found {found} columns; wanted {wanted}, one a characteristic")]
    ColumnCount {
        /// Columns.
        found: usize,
        /// Characteristics.
        wanted: usize,
    },
    /// A characteristic that stands twice.
    #[error("characteristic `{name}` stands twice")]
    Duplicate {
        /// The characteristic.
        name: String,
    },
    /// A column that cannot be parted into bins, or is of another type than that of the fit.
    #[error("column of characteristic `{name}` is {found}; wanted {wanted}")]
    ColumnType {
        /// The characteristic.
        name: String,
        /// The type of the column.
        found: DataType,
        /// What it may be.
        wanted: &'static str,
    },
    /// A column that is longer or shorter than the labels or the others.
    #[error("column of characteristic `{name}` has {found} rows; wanted {wanted}")]
    ColumnLength {
        /// The characteristic.
        name: String,
        /// Rows of the column.
        found: usize,
        /// Rows of the labels, or of the first column.
        wanted: usize,
    },
    /// Own cut points that cannot be.
    #[error("cut points of `{name}`: found {found}; wanted 1 to 99 finite numbers that ascend")]
    Cuts {
        /// The characteristic.
        name: String,
        /// What is wrong.
        found: String,
    },
    /// Own cut points of a characteristic that there is none of.
    #[error("cut points of `{name}`, which is none of the characteristics")]
    NoCharacteristic {
        /// What was named.
        name: String,
    },
    /// All labels are the same, or there are none.
    #[error("found {events} events in {rows} rows; wanted both events and non-events")]
    OneClass {
        /// Rows.
        rows: usize,
        /// Events among them.
        events: usize,
    },
    /// No characteristic says anything.
    #[error(
        "no characteristic has an information value of {min_iv} or more and the right sign; the best has {best}"
    )]
    NoSignal {
        /// What was wanted.
        min_iv: f64,
        /// The largest information value.
        best: f64,
    },
    /// The regression came to no end.
    #[error("the regression came to no end: its gradient is {gradient}; a larger `l2` may help")]
    NotConverged {
        /// The largest derivative where it stopped.
        gradient: f64,
    },
    /// Labels that are neither true nor false.
    #[error("row {row} has no label; wanted true or false, 1 or 0, in every row")]
    Label {
        /// The row, from 0.
        row: usize,
    },
    /// A table that cannot be used.
    #[error(transparent)]
    Input(#[from] InputError),
}

impl ScorecardError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Parameter { .. } => "scorecard.parameter",
            Self::ColumnCount { .. } => "scorecard.column_count",
            Self::Duplicate { .. } => "scorecard.duplicate",
            Self::ColumnType { .. } => "scorecard.column_type",
            Self::ColumnLength { .. } => "scorecard.column_length",
            Self::Cuts { .. } => "scorecard.cuts",
            Self::NoCharacteristic { .. } => "scorecard.no_characteristic",
            Self::OneClass { .. } => "scorecard.one_class",
            Self::NoSignal { .. } => "scorecard.no_signal",
            Self::NotConverged { .. } => "scorecard.not_converged",
            Self::Label { .. } => "scorecard.label",
            Self::Input(error) => error.code(),
        }
    }
}
