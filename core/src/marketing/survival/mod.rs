//! How long customers stay where their leaving is seen: contracts, memberships, subscriptions.
//!
//! Some have left, of the others only is known that they were still there when they were last looked at (*censored*). The
//! curve of Kaplan and Meier takes both into account and supposes nothing about its form. Where it has to be drawn further
//! than anybody was watched, take [`ShiftedBetaGeometric`](crate::marketing::btyd::ShiftedBetaGeometric).
//!
//! # Examples
//! ```
//! use tagloom::marketing::survival::{KaplanMeier, Spell};
//!
//! // Months; the second and the last were still there.
//! let spells = [(1.0, true), (2.0, false), (3.0, true), (4.0, true), (6.0, false)];
//! let curve = KaplanMeier::fit(&spells.map(|(months, left)| Spell::new(months, left)))?;
//! assert!((curve.survival(3.0) - 0.8 * 2.0 / 3.0).abs() < 1e-15);
//! assert_eq!(curve.median(), Some(4.0));
//! // Who has been there for two months is still there after two more with this chance.
//! assert!((curve.survival_after(2.0, 2.0).unwrap() - 1.0 / 3.0).abs() < 1e-15);
//! # Ok::<(), tagloom::marketing::survival::SurvivalError>(())
//! ```

mod curve;
mod error;
mod log_rank;

pub use curve::{Interval, KaplanMeier, Step};
pub use error::SurvivalError;
pub use log_rank::{GroupTest, LogRank, Weighting, log_rank};

/// For how long somebody was seen, and whether they left at the end of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spell {
    /// From when on they were watched, counted from their start; 0 from the start. Whoever joins a study late is known
    /// only because they stayed until then (*left truncation*). Below `time`.
    pub entry: f64,
    /// For how long they had been there when they left or were last seen; above 0.
    pub time: f64,
    /// Whether they left then.
    pub left: bool,
    /// How many people this stands for; from 0 on.
    pub weight: f64,
}

impl Spell {
    /// One person, seen from the start.
    pub fn new(time: f64, left: bool) -> Self {
        Self { entry: 0.0, time, left, weight: 1.0 }
    }
}

#[cfg(test)]
mod tests;
