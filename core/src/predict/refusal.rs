//! Why a predicted tag is refused although it could be trained.

use serde::{Deserialize, Serialize};

use crate::catalog::model::RefusalKind;

/// A reason not to use a trained classifier, with the numbers behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Refusal {
    /// See [`RefusalKind::FewPositives`].
    #[error("few_positives: {found} positive rows in train and test, wanted at least {wanted}")]
    FewPositives {
        /// Positives in train and test.
        found: usize,
        /// How many it takes.
        wanted: usize,
    },
    /// See [`RefusalKind::NoSignal`].
    #[error(
        "no_signal: AUC on the test slice is {auc:.3} with 95 % interval {lower:.3} to {upper:.3}, wanted all of it above 0.5"
    )]
    NoSignal {
        /// The AUC on the test slice.
        auc: f64,
        /// Lower end of its interval.
        lower: f64,
        /// Upper end of its interval.
        upper: f64,
    },
    /// See [`RefusalKind::WorseThanBaseRate`].
    #[error(
        "worse_than_base_rate: Brier score on the test slice is {brier:.4}, wanted below {base_rate_brier:.4}, which always saying the base rate gets"
    )]
    WorseThanBaseRate {
        /// The Brier score on the test slice.
        brier: f64,
        /// The Brier score of the base rate of train and validation.
        base_rate_brier: f64,
    },
    /// See [`RefusalKind::LeakSuspect`].
    #[error(
        "leak_suspect: feature `{feature}` alone has AUC {auc:.3} on the test slice, wanted 0.02 to 0.98; it probably knows the label"
    )]
    LeakSuspect {
        /// The feature.
        feature: String,
        /// Its AUC alone.
        auc: f64,
    },
}

impl Refusal {
    /// The kind, by which it can be accepted.
    pub fn kind(&self) -> RefusalKind {
        match self {
            Self::FewPositives { .. } => RefusalKind::FewPositives,
            Self::NoSignal { .. } => RefusalKind::NoSignal,
            Self::WorseThanBaseRate { .. } => RefusalKind::WorseThanBaseRate,
            Self::LeakSuspect { .. } => RefusalKind::LeakSuspect,
        }
    }

    /// The stable code of this reason.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FewPositives { .. } => "predict.few_positives",
            Self::NoSignal { .. } => "predict.no_signal",
            Self::WorseThanBaseRate { .. } => "predict.worse_than_base_rate",
            Self::LeakSuspect { .. } => "predict.leak_suspect",
        }
    }
}
