//! Retention: how long customers with contracts stay, and whom to speak to before they go.
//!
//! Contracts become *stays*: contracts of one customer that overlap, or that follow each other within a `gap`, are one. A
//! curve is learnt from the stays of everybody as they were known on a day: whose contract ends later is, that day, still
//! there (*censored*). For a stay that runs, the curve says
//!
//! | | by Kaplan and Meier | by the shifted beta-geometric model |
//! |---|---|---|
//! | the chance to be there after the horizon h | `S(a + h) / S(a)` | `S(r + m) / S(r)` |
//! | the days to expect within it | `∫ S(u) du / S(a)` from a to a + h | the same, S being constant from one renewal date to the next |
//! | the day to act by | the first with `S(t) / S(a) ≤ act_below` | the first renewal date of that kind |
//!
//! with a the days that the stay is known to have lasted, r the renewal dates that it outlived, and m those within the
//! horizon. The curve of Kaplan and Meier supposes nothing of its form and ends with the longest stay that was seen; past
//! it all is null. The shifted beta-geometric model (Fader and Hardie 2007) wants contracts that end at renewal dates, and
//! goes on for ever.
//!
//! # Limits
//! Everybody is taken for alike but for the time that they have been there: contracts of different kinds want models of
//! their own. Several stays of one customer count as so many customers.
//!
//! # Examples
//! ```
//! use tagloom::marketing::retention::{Method, Params, Term};
//!
//! let day = |text: &str| text.parse::<tagloom::time::Date>().unwrap();
//! let model = Params::new(Method::KaplanMeier).check()?;
//! // What is known on the last day of June: one has left, one goes on since the first of May.
//! let (known, may) = (day("2026-06-30"), day("2026-05-01"));
//! let customers = [
//!     model.stays(vec![Term::new(day("2026-01-01"), Some(day("2026-03-17")))]),
//!     model.stays(vec![Term::new(day("2026-01-01"), Some(day("2026-04-01"))), Term::new(day("2026-04-01"), None)]),
//!     model.stays(vec![Term::new(may, None)]),
//! ];
//! let observed = customers.iter().flatten().filter_map(|stay| model.observed(stay, known));
//! let fitted = model.fit(observed)?;
//! assert_eq!((fitted.stays, fitted.left), (3, 1));
//! // Two were seen on their 75th day, and one of them left then.
//! let outlook = model.outlook(&fitted, may, known, day("2026-07-30"));
//! assert_eq!((outlook.stay, outlook.act_on), (Some(0.5), Some(day("2026-07-15"))));
//! assert_eq!(outlook.expected_days, Some(15.0 + 15.0 * 0.5));
//! # Ok::<(), tagloom::marketing::retention::RetentionError>(())
//! ```

mod error;
mod fitted;
mod params;
mod span;
mod stay;

pub use error::RetentionError;
pub use fitted::{Curve, Fitted, Outlook, Point};
pub use params::{Method, Model, Params};
pub use span::Span;
pub use stay::{Observed, State, Stay, Term};

#[cfg(test)]
mod tests;
