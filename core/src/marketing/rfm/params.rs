//! How to score, and which segments to make of the scores.

use serde::{Deserialize, Serialize};

pub use crate::catalog::model::Ties;

use crate::marketing::rfm::{Dimension, RfmError, SegmentMap};

/// How values become scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Scorer {
    /// Classes of about equal size, learnt from the population.
    Quantile {
        /// How many classes, 2 to 10; 5 where not given.
        #[serde(default = "five")]
        classes: u8,
        /// What to do with equal values.
        #[serde(default)]
        ties: Ties,
    },
    /// Classes of values that are near to one another: k-means of `ln(1 + |x|)`, with the sign of x, in its exact solution
    /// ([`best_stretches`](crate::stats::cluster::best_stretches)). Classes are of unequal size; with fewer distinct values
    /// than classes the worst has 1 and the best the highest score.
    #[serde(rename = "kmeans")]
    KMeans {
        /// How many classes, 2 to 10; 5 where not given.
        #[serde(default = "five")]
        classes: u8,
    },
    /// Cut points given by hand, in rising order, 1 to 9 for each measure; c cut points make c + 1 classes.
    ///
    /// An order or money value *at or above* a cut point is in the class above it; a recency *at or below* a
    /// cut point is in the better class. `recency: [30, 90]` gives 3 up to 30 days, 2 up to 90, else 1.
    Fixed {
        /// Days since the last order.
        recency: Vec<f64>,
        /// Numbers of orders.
        frequency: Vec<f64>,
        /// Amounts.
        monetary: Vec<f64>,
    },
    /// Two classes: 2 for strictly better than the mean of the population, else 1.
    MeanSplit,
    /// Two classes: 2 for strictly better than the median of the population, else 1.
    ///
    /// The median of an even number of customers is the middle between the two middle values.
    MedianSplit,
}

fn five() -> u8 {
    5
}

impl Scorer {
    /// How many classes of recency, frequency and monetary the scores have.
    pub fn classes(&self) -> [u8; 3] {
        match self {
            Self::Quantile { classes, .. } | Self::KMeans { classes } => [*classes; 3],
            Self::Fixed { recency, frequency, monetary } => {
                [recency, frequency, monetary].map(|cuts| u8::try_from(cuts.len() + 1).unwrap_or(u8::MAX))
            }
            Self::MeanSplit | Self::MedianSplit => [2; 3],
        }
    }

    fn check(&self) -> Result<(), RfmError> {
        match self {
            Self::Quantile { classes, .. } | Self::KMeans { classes } if !(2..=10).contains(classes) => {
                Err(RfmError::Classes { found: *classes })
            }
            Self::Fixed { recency, frequency, monetary } => {
                check_cuts(Dimension::Recency, recency)?;
                check_cuts(Dimension::Frequency, frequency)?;
                check_cuts(Dimension::Monetary, monetary)
            }
            _ => Ok(()),
        }
    }
}

fn check_cuts(dimension: Dimension, cuts: &[f64]) -> Result<(), RfmError> {
    if !(1..=9).contains(&cuts.len()) {
        return Err(RfmError::CutCount { dimension, found: cuts.len() });
    }
    for (index, &found) in cuts.iter().enumerate() {
        if !found.is_finite() {
            return Err(RfmError::CutNotFinite { dimension, index, found });
        }
        if index > 0 && found <= cuts[index - 1] {
            return Err(RfmError::CutsNotRising { dimension, index, before: cuts[index - 1], found });
        }
    }
    Ok(())
}

/// What to do with amounts of 0 or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NonPositive {
    /// They count as equal, as 0, and have the monetary score 1, whatever the others spent.
    ///
    /// For the mean and the median they count with their own value. Cut points given by hand are kept as given.
    #[default]
    Lowest,
    /// They are values like others; for margins or indices that may well be negative.
    AsValue,
}

/// How to score and to name segments.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Params {
    /// How values become scores; by default quintiles with mid-ranks.
    pub scorer: Scorer,
    /// The segments, or `None` for scores alone; by default [`SegmentMap::Eleven`], which wants 5 classes.
    pub segments: Option<SegmentMap>,
    /// What to do with amounts of 0 or less; by default they score lowest.
    pub non_positive: NonPositive,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            scorer: Scorer::Quantile { classes: 5, ties: Ties::MidRank },
            segments: Some(SegmentMap::Eleven),
            non_positive: NonPositive::Lowest,
        }
    }
}

impl Params {
    /// With another scorer.
    pub fn with_scorer(mut self, scorer: Scorer) -> Self {
        self.scorer = scorer;
        self
    }

    /// With another segment map, or none.
    pub fn with_segments(mut self, segments: Option<SegmentMap>) -> Self {
        self.segments = segments;
        self
    }

    /// With another treatment of amounts of 0 or less.
    pub fn with_non_positive(mut self, non_positive: NonPositive) -> Self {
        self.non_positive = non_positive;
        self
    }

    /// Checks the scorer, the map, and that they fit together.
    ///
    /// # Errors
    /// * [`RfmError::Classes`], [`RfmError::CutCount`], [`RfmError::CutNotFinite`],
    ///   [`RfmError::CutsNotRising`]: the scorer.
    /// * [`RfmError::MapClasses`]: a built-in map that wants another number of classes.
    /// * [`RfmError::MapNotPartition`], [`RfmError::PatternOutside`], [`RfmError::SegmentUnnamed`],
    ///   [`RfmError::SegmentNamedTwice`]: a custom map.
    pub fn check(&self) -> Result<(), RfmError> {
        self.scorer.check()?;
        self.segments.as_ref().map_or(Ok(()), |map| map.check(self.scorer.classes()))
    }
}
