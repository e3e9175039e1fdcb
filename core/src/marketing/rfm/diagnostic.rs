//! What a fit has to say about its population, short of failing.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One of the three measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dimension {
    /// Days since the last order.
    Recency,
    /// Number of orders.
    Frequency,
    /// Money.
    Monetary,
}

impl Dimension {
    /// The three, in the order of a code.
    pub const ALL: [Self; 3] = [Self::Recency, Self::Frequency, Self::Monetary];

    /// The name in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recency => "recency",
            Self::Frequency => "frequency",
            Self::Monetary => "monetary",
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something that a reader of the scores should know; the fit went through all the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code")]
#[non_exhaustive]
pub enum Diagnostic {
    /// Nobody had all three measures: nothing was learnt and nobody is scored by a quantile or a split.
    #[serde(rename = "rfm.no_customers")]
    #[error("no customer has recency, frequency and monetary: nothing was learnt")]
    NoCustomers,
    /// Every customer has the same value, which carries no order.
    #[serde(rename = "rfm.all_tied")]
    #[error("all customers have the same {dimension}, {value}: all get the score {score}")]
    AllTied {
        /// The measure.
        dimension: Dimension,
        /// The value they share (amounts not above 0 count as 0 where those score lowest).
        value: f64,
        /// The score they get.
        score: u8,
    },
    /// Fewer customers than classes: some classes must stay empty.
    #[serde(rename = "rfm.few_customers")]
    #[error("{n} customers for {classes} classes of {dimension}")]
    FewCustomers {
        /// The measure.
        dimension: Dimension,
        /// How many customers were looked at.
        n: u64,
        /// How many classes were wanted.
        classes: u8,
    },
    /// Scores that no customer of the fit has, mostly because of ties.
    #[serde(rename = "rfm.empty_classes")]
    #[error("no customer has these scores of {dimension}: {scores:?}")]
    EmptyClasses {
        /// The measure.
        dimension: Dimension,
        /// The scores, from low to high.
        scores: Vec<u8>,
    },
    /// Customers who have some measures but not all; they were left out.
    #[serde(rename = "rfm.incomplete")]
    #[error("{n} customers have some of the three measures but not all: left out")]
    Incomplete {
        /// How many.
        n: u64,
    },
    /// Values that are NaN or infinite; taken as missing, their customers left out.
    #[serde(rename = "rfm.not_finite")]
    #[error("{n} values of {dimension} are NaN or infinite: taken as missing")]
    NotFinite {
        /// The measure.
        dimension: Dimension,
        /// How many values.
        n: u64,
    },
    /// Customers whose net amount is 0 or less (returns as large as orders, or only free orders).
    #[serde(rename = "rfm.non_positive")]
    #[error("{n} customers have a monetary value of 0 or less")]
    NonPositive {
        /// How many.
        n: u64,
    },
    /// Customers whose last order is after `as_of`; they were scored as the most recent.
    #[serde(rename = "rfm.negative_recency")]
    #[error("{n} customers have a recency below 0 days, an order after `as_of`")]
    NegativeRecency {
        /// How many.
        n: u64,
    },
}

impl Diagnostic {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoCustomers => "rfm.no_customers",
            Self::AllTied { .. } => "rfm.all_tied",
            Self::FewCustomers { .. } => "rfm.few_customers",
            Self::EmptyClasses { .. } => "rfm.empty_classes",
            Self::Incomplete { .. } => "rfm.incomplete",
            Self::NotFinite { .. } => "rfm.not_finite",
            Self::NonPositive { .. } => "rfm.non_positive",
            Self::NegativeRecency { .. } => "rfm.negative_recency",
        }
    }
}
