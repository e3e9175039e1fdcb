//! What can be wrong with the parameters or the input.

use std::fmt;

use crate::marketing::rfm::{Dimension, Pattern};
use crate::time::Window;
use crate::value::DataType;

/// A code that two segments of a custom map claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoveredTwice {
    /// The code, such as `555`.
    pub code: String,
    /// The segment that has it first.
    pub first: String,
    /// The segment that has it again; may be the same one.
    pub second: String,
}

/// Parameters or input that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RfmError {
    /// A window that is no stretch of time.
    #[error("window `{found}` counts events, wanted a stretch of time such as 365d")]
    Window {
        /// The window.
        found: Window,
    },
    /// Weights that make no mean.
    #[error("weights are {found:?}, wanted finite numbers from 0 on, not all 0")]
    Weights {
        /// The weights of recency, frequency and monetary.
        found: [f64; 3],
    },
    /// A number of quantile classes out of range.
    #[error("{found} classes, wanted 2 to 10")]
    Classes {
        /// The number given.
        found: u8,
    },
    /// Too few or too many fixed cut points.
    #[error("{found} cut points for {dimension}, wanted 1 to 9 (2 to 10 classes)")]
    CutCount {
        /// The measure.
        dimension: Dimension,
        /// How many were given.
        found: usize,
    },
    /// A fixed cut point that is NaN or infinite.
    #[error("cut point {index} of {dimension} is {found}, wanted a finite number")]
    CutNotFinite {
        /// The measure.
        dimension: Dimension,
        /// Its place, from 0.
        index: usize,
        /// The value.
        found: f64,
    },
    /// Fixed cut points that do not rise.
    #[error("cut point {index} of {dimension} is {found} after {before}, wanted rising values")]
    CutsNotRising {
        /// The measure.
        dimension: Dimension,
        /// The place of the one that does not rise, from 0.
        index: usize,
        /// The one before.
        before: f64,
        /// The value.
        found: f64,
    },
    /// A built-in map with a scorer that has another number of classes.
    #[error(
        "the segment map `{map}` wants {wanted} classes in each dimension, the scorer has \
         {} x {} x {} (recency, frequency, monetary)", found[0], found[1], found[2]
    )]
    MapClasses {
        /// The map.
        map: &'static str,
        /// The number of classes it wants.
        wanted: u8,
        /// The classes of recency, frequency and monetary.
        found: [u8; 3],
    },
    /// A custom map whose segments do not cover each code just once.
    #[error("the segment map does not cover each code once: {}", Gaps(uncovered, twice))]
    MapNotPartition {
        /// The codes that no segment has, in order.
        uncovered: Vec<String>,
        /// The codes that two segments have, in order.
        twice: Vec<CoveredTwice>,
    },
    /// A pattern that asks for a score the scorer does not give.
    #[error("the pattern `{pattern}` asks for {dimension} up to {found}, the scorer gives 1 to {classes}")]
    PatternOutside {
        /// The pattern.
        pattern: Pattern,
        /// The measure.
        dimension: Dimension,
        /// The largest score in the pattern.
        found: u8,
        /// The number of classes.
        classes: u8,
    },
    /// A custom segment without a name.
    #[error("segment {index} has an empty name")]
    SegmentUnnamed {
        /// Its place, from 0.
        index: usize,
    },
    /// Two custom segments of one name.
    #[error("two segments have the name `{name}`")]
    SegmentNamedTwice {
        /// The name.
        name: String,
    },
    /// Columns of different lengths.
    #[error("recency has {recency} rows, frequency {frequency}, monetary {monetary}, wanted equal lengths")]
    Lengths {
        /// Rows of recency.
        recency: usize,
        /// Rows of frequency.
        frequency: usize,
        /// Rows of monetary.
        monetary: usize,
    },
    /// A column that holds no numbers.
    #[error("{dimension} is a column of {found}, wanted int64, float64 or decimal")]
    NotNumbers {
        /// The measure.
        dimension: Dimension,
        /// The column's type.
        found: DataType,
    },
    /// Keys of another length than the columns.
    #[error("{found} keys for {wanted} customers")]
    KeyCount {
        /// How many keys.
        found: usize,
        /// How many customers.
        wanted: usize,
    },
    /// The ties policy `rank_first` without keys.
    #[error("the ties policy `rank_first` wants a stable key for each customer: see `Input::with_keys`")]
    KeysMissing,
}

impl RfmError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Window { .. } => "rfm.window",
            Self::Weights { .. } => "rfm.weights",
            Self::Classes { .. } => "rfm.classes",
            Self::CutCount { .. } => "rfm.cut_count",
            Self::CutNotFinite { .. } => "rfm.cut_not_finite",
            Self::CutsNotRising { .. } => "rfm.cuts_not_rising",
            Self::MapClasses { .. } => "rfm.map_classes",
            Self::MapNotPartition { .. } => "rfm.map_not_partition",
            Self::PatternOutside { .. } => "rfm.pattern_outside",
            Self::SegmentUnnamed { .. } => "rfm.segment_unnamed",
            Self::SegmentNamedTwice { .. } => "rfm.segment_named_twice",
            Self::Lengths { .. } => "rfm.lengths",
            Self::NotNumbers { .. } => "rfm.not_numbers",
            Self::KeyCount { .. } => "rfm.key_count",
            Self::KeysMissing => "rfm.keys_missing",
        }
    }
}

/// Shows the first few codes of either list: a map of 10 x 10 x 10 may have a thousand.
struct Gaps<'a>(&'a [String], &'a [CoveredTwice]);

impl fmt::Display for Gaps<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 6;
        let Self(uncovered, twice) = self;
        if !uncovered.is_empty() {
            write!(f, "{} not covered (", uncovered.len())?;
            for (i, code) in uncovered.iter().take(SHOWN).enumerate() {
                write!(f, "{}{code}", if i > 0 { ", " } else { "" })?;
            }
            f.write_str(if uncovered.len() > SHOWN { ", …)" } else { ")" })?;
        }
        if !twice.is_empty() {
            let joint = if uncovered.is_empty() { "" } else { "; " };
            write!(f, "{joint}{} covered twice (", twice.len())?;
            for (i, CoveredTwice { code, first, second }) in twice.iter().take(SHOWN).enumerate() {
                write!(f, "{}{code} by `{first}` and `{second}`", if i > 0 { ", " } else { "" })?;
            }
            f.write_str(if twice.len() > SHOWN { ", …)" } else { ")" })?;
        }
        Ok(())
    }
}
