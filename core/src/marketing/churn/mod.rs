//! Churn: who has left, who will, and why.
//!
//! Where there is a contract, its end is seen: [`survival`](crate::marketing::survival) says how long contracts last.
//! Without one, nobody says goodbye, and it has to be judged from silence:
//!
//! | by | has left | take it |
//! |---|---|---|
//! | a buy-till-you-die model ([`Chosen`]) | whose chance to be a customer is below one half | with a population of some hundred customers or more |
//! | personal silence ([`Silence`]) | who has been silent for longer than nearly all of the own gaps | where people have different rhythms, and the rule shall be said in one sentence |
//! | the calendar ([`days_until`]) | who has not bought for three months | where it is agreed so |
//!
//! Each also says when it comes to that if the customer stays silent, which is how long there is to act. Why somebody left
//! is judged by evidence ([`kind_of`]), and stays unknown without any.
//!
//! # Examples
//! ```
//! use tagloom::marketing::churn::{Basis, Silence, SilenceParams};
//! use tagloom::stats::Rhythm;
//!
//! // Days of purchases, and today.
//! let weekly: Vec<i64> = (0..12).map(|week| 7 * week).collect();
//! let customers = [Rhythm::of(&weekly, 100, 0.95), Rhythm::of(&[0, 40], 100, 0.95)];
//! let silence = Silence::learn(SilenceParams::default(), customers.iter().flatten())?;
//!
//! let weekly = silence.judge(&customers[0].unwrap());
//! assert_eq!((weekly.churned, weekly.limit_days, weekly.basis), (Some(true), Some(7.0), Some(Basis::Own)));
//! let seldom = silence.judge(&customers[1].unwrap()); // one gap is too few to be judged by
//! assert_eq!((seldom.limit_days, seldom.basis), (Some(40.0), Some(Basis::Population)));
//! # Ok::<(), tagloom::marketing::churn::ChurnError>(())
//! ```
//!
//! [`Chosen`]: crate::marketing::btyd::Chosen

mod calendar;
mod error;
mod kind;
mod rhythms;
mod silence;

pub use calendar::{days_until, is_past};
pub use error::ChurnError;
pub use kind::{ChurnKind, Evidence, kind_of};
pub use rhythms::Rhythms;
pub use silence::{Basis, GroupLimit, Judged, Silence, SilenceParams};
