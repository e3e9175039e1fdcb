//! Whether people are still those that a card was learnt from.

use serde::Serialize;

/// How far people have moved since the fit.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Shift {
    /// The population stability index of the score, over ten bands of about equal size at the fit.
    pub score: f64,
    /// What that means.
    pub verdict: Verdict,
    /// The index of each characteristic over its bins, the largest first.
    pub characteristics: Vec<(String, f64)>,
    /// How many people were looked at.
    pub n: u64,
}

/// What an index means, by the usual rule of thumb (Siddiqi 2006).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// Below 0.1: as they were.
    Stable,
    /// Below 0.25: look into it.
    Moved,
    /// From 0.25 on: learn anew.
    Other,
}

impl Verdict {
    /// The meaning of an index.
    pub fn of(psi: f64) -> Self {
        match psi {
            psi if psi < 0.1 => Self::Stable,
            psi if psi < 0.25 => Self::Moved,
            _ => Self::Other,
        }
    }

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Moved => "moved",
            Self::Other => "other",
        }
    }
}

/// The population stability index of two counts over the same bins: `Σ (a − e) · ln(a / e)` of the shares; a bin that is
/// empty in one of them counts half a row there. `None` where there are no rows or bins do not match.
///
/// The same as Jeffreys' divergence of the two distributions; 0 where they are the same.
pub fn psi(expected: &[u64], actual: &[u64]) -> Option<f64> {
    let totals = [expected, actual].map(|counts| counts.iter().sum::<u64>() as f64);
    if expected.len() != actual.len() || totals.contains(&0.0) {
        return None;
    }
    let share = |count: u64, total: f64| (count as f64).max(0.5) / total;
    let each = expected.iter().zip(actual).filter(|(e, a)| **e > 0 || **a > 0).map(|(&e, &a)| {
        let (e, a) = (share(e, totals[0]), share(a, totals[1]));
        (a - e) * (a / e).ln()
    });
    Some(each.sum())
}
