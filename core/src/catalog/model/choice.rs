//! Choices that definitions make and models carry out: one type for both, so that nothing has to be translated.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a quantile scorer does with equal values. Where *all* values are equal, each policy gives the middle
/// score (the lower one of two).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Ties {
    /// Score from the mid-rank, rescaled so that the worst value has 1 and the best has k. See the
    /// [module](crate::marketing::rfm).
    #[default]
    MidRank,
    /// Equal values go together into the class of the best placed of them: `⌊1 + r·k / (n + 1)⌋` with r the
    /// highest rank (from 1) of the equal values.
    ///
    /// This is `RANK … /NTILES(k) /TIES=HIGH` of SPSS. The worst value need not have 1, and with fewer than
    /// k − 1 customers the best does not have k.
    SameValueUpper,
    /// Equal values are put in the order of the customers' keys, the smaller key first, and may fall into
    /// different classes, which are then of equal size.
    ///
    /// This is `qcut(x.rank(method="first"), k)` of pandas, with the labels turned round for recency: among
    /// equal values the smaller key has the *lower* rank, which is worse for frequency and monetary and better
    /// for recency. **Who gets which score among equals depends on the keys alone**; they must be stable
    /// (a profile id, not a row number) for the scores to be so. A customer scored without a key gets the
    /// worse class where a border runs through equal values.
    RankFirst,
}

/// A language that segments have names in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Chinese (simplified).
    Zh,
}

/// Which kind of model is trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LearnerKind {
    /// All of the others; the one with the best AUC on the validation slice is kept, on a tie the first of them.
    #[default]
    Auto,
    /// Logistic regression with an L2 penalty.
    Logistic,
    /// A random forest.
    Forest,
}

impl fmt::Display for LearnerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Logistic => "logistic",
            Self::Forest => "forest",
        })
    }
}

/// How scores are made into probabilities, on the validation slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Calibrate {
    /// Isotonic from 1,000 rows with 100 positives on, Platt below.
    #[default]
    Auto,
    /// The model's own probability.
    None,
    /// A sigmoid: two numbers.
    Platt,
    /// A rising step-wise linear function.
    Isotonic,
}

/// The names by which a refusal is overridden in [`Params::accept`](crate::predict::Params::accept).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RefusalKind {
    /// Fewer than 50 positives in train and test together.
    FewPositives,
    /// The 95 % interval of the AUC on the test slice reaches down to one half.
    NoSignal,
    /// The Brier score on the test slice is no better than that of always saying the known base rate.
    WorseThanBaseRate,
    /// One feature alone separates the classes nearly completely.
    LeakSuspect,
}

impl RefusalKind {
    /// The name as it stands in a catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Self::FewPositives => "few_positives",
            Self::NoSignal => "no_signal",
            Self::WorseThanBaseRate => "worse_than_base_rate",
            Self::LeakSuspect => "leak_suspect",
        }
    }
}

impl fmt::Display for RefusalKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
