//! Score cards that are learnt: each characteristic in a few bins with points, as banks use them.
//!
//! [`fit`] parts numbers into bins in which the rate of events rises or falls throughout, groups categories by their rate,
//! gives missing values a bin of their own, replaces each value by the weight of evidence of its bin, fits a logistic
//! regression to these, and turns it into points that people can add up by hand. [`Fitted`] scores anybody alone and says
//! which characteristics cost points. For score cards that are written by hand see [`rule`](crate::rule).
//!
//! # Method
//! The event is what the label says: a loss, a churn, a purchase. Of a bin with the share `o` of all non-events and the
//! share `e` of all events in it
//! * weight of evidence `WoE = ln(o / e)`: above 0 where events are rarer than elsewhere;
//! * information value `IV = Σ (o − e) · WoE`: below 0.02 useless, to 0.1 weak, to 0.3 medium, above strong (Siddiqi 2006,
//!   *Credit Risk Scorecards*). A bin of missing values without events or without non-events counts half of one more.
//!
//! **Bins** of numbers: at most `prebins` of about equal size, joined to at most `max_bins` neighbours with at least
//! `min_share` of all rows, events and non-events in each, with rates that only rise or only fall, so that IV is largest: the
//! exact optimum over the first bins, by dynamic programming (the problem of Navas-Palencia 2020, *Optimal binning*).
//! Categories are put in the order of their rate and joined likewise; those with less than `min_share` of all rows are
//! one.
//!
//! **Regression**: `ln odds(non-event) = α + Σ β · WoE` by maximum likelihood with a trace of L2. Characteristics with an IV
//! below `min_iv` are left out beforehand; one whose β is not above 0 says the opposite of its own bins, and is left out,
//! the worst first, until there is none.
//!
//! **Points**: `factor = pdo / ln 2`, `offset = base_score − factor · ln base_odds`; a bin has
//! `factor · (β · WoE + α / n) + offset / n` points, of n characteristics, rounded to whole ones where wanted.
//!
//! # Limits
//! * Bins are learnt from the labels: measure on rows that were not learnt from ([`Fitted::measure`]).
//! * Fewer than some hundred events give bins that will not hold.
//!
//! # Examples
//! ```
//! use tagloom::marketing::scorecard::{Params, fit};
//! use tagloom::value::Column;
//!
//! // The longer somebody is silent, the likelier the loss.
//! let silent_days: Vec<i64> = (0..400).map(|i| i * 7 % 100).collect();
//! let lost: Vec<bool> = silent_days.iter().enumerate().map(|(i, d)| (i as i64 * 31) % 100 < *d).collect();
//! let columns = [Column::Int(silent_days.into())];
//! let card = fit(&Params::default(), &["silent_days".to_owned()], &columns, &lost)?;
//! assert!(card.characteristics[0].iv > 0.3);
//! assert!(card.measures.auc.value > 0.7);
//!
//! let scored = card.score(&columns)?;
//! // Row 0 is not silent, row 14 is for 98 days.
//! assert!(scored[0].score > scored[14].score && scored[0].probability < scored[14].probability);
//! let reasons = card.explain(&columns, 14)?.unwrap();
//! assert_eq!(reasons.parts[0].characteristic, "silent_days");
//! assert!(reasons.parts[0].below_mean > 0.0);
//! # Ok::<(), tagloom::marketing::scorecard::ScorecardError>(())
//! ```

mod bins;
mod characteristic;
mod error;
mod fit;
mod fitted;
mod logistic;
mod monotone;
mod params;
mod shift;
#[cfg(test)]
mod tests;

pub use bins::{Counts, information_value};
pub use characteristic::{Bin, Characteristic, Values};
pub use error::ScorecardError;
pub use fit::fit;
pub use fitted::{Bands, Dropped, Explanation, Fitted, LeftOut, Measures, Part, Scored};
pub use params::{Better, Monotone, Params};
pub use shift::{Shift, Verdict, psi};
