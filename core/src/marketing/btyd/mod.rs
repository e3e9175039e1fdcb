//! Buy till you die: how often customers without a contract will buy, whether they are still customers, and what they
//! will be worth.
//!
//! Somebody who has not bought for long may have left, or buys seldom. These models weigh one against the other by what
//! all customers do: each buys at random at a rate of their own, and leaves at a moment that nobody sees. From three
//! numbers of a customer ([`History`]: repeat purchases, time of the last one, age) follow the chance to be still there,
//! the number of purchases to expect and the chance of each number of them ([`Model`]); with a model of the spend
//! ([`GammaGamma`]) the value of a customer ([`Model::lifetime_value`]). Contracts, whose end is seen, have
//! [`ShiftedBetaGeometric`].
//!
//! | model | one leaves | take it |
//! |---|---|---|
//! | [`Kind::BgNbd`] | after a repeat purchase | for expected purchases. Who bought once only is alive for certain: not for churn |
//! | [`Kind::MbgNbd`] | after any purchase | the same, and for churn |
//! | [`Kind::ParetoNbd`] | at any moment | where customers leave without a last purchase being the cause |
//! | [`Kind::BgBb`] | before an opportunity | for events, seasons, issues: one chance to buy in each |
//!
//! [`choose`] tries several. What a fit is worth is for [`Model::count_table`], [`Model::holdout_table`] and
//! [`Model::tracking`] to show.
//!
//! # Limits
//! * Rates are taken to be the same in every season and after every campaign.
//! * Fits to a few dozen customers, or to customers hardly any of whom bought again, end at parameters that say little;
//!   [`Fit::degenerate`] and the standard errors tell.
//! * The models hold for customers of one kind. Fit groups that differ (by channel, by year of birth) apart.
//!
//! # Examples
//! ```
//! use tagloom::marketing::btyd::{self, History, Kind};
//!
//! // Repeat purchases, weeks from the first to the last purchase, weeks from the first one to now.
//! let customers: Vec<History> = [
//!     (2.0, 30.0, 39.0), (1.0, 2.0, 39.0), (0.0, 0.0, 38.0), (5.0, 36.0, 38.0), (0.0, 0.0, 30.0), (3.0, 9.0, 30.0),
//!     (0.0, 0.0, 35.0), (8.0, 21.0, 35.0), (1.0, 20.0, 28.0), (0.0, 0.0, 28.0), (4.0, 26.0, 28.0), (0.0, 0.0, 33.0),
//! ].map(|(x, t_x, age)| History::new(x, t_x, age)).to_vec();
//! let (model, fit) = btyd::fit(Kind::MbgNbd, &customers)?;
//! assert!(fit.converged);
//! let [steady, gone] = [customers[3], customers[5]];
//! assert!(model.p_alive(&steady)? > 0.9 && model.p_alive(&gone)? < 0.5);
//! let in_half_a_year = model.expected_purchases(&steady, 26.0)?;
//! assert!(in_half_a_year > 2.0 && in_half_a_year < 4.0);
//! # Ok::<(), btyd::BtydError>(())
//! ```

mod beta_binomial;
mod beta_geometric;
mod calendar;
mod contract;
mod error;
mod fit;
mod goodness;
mod history;
mod lifetime;
mod model;
mod outlook;
mod pareto;
mod spend;
mod summary;
mod timing;
mod tracks;

pub use contract::{Contract, ShiftedBetaGeometric};
pub use error::BtydError;
pub use fit::{Fit, fit};
pub use goodness::{Candidate, CountRow, HoldoutRow, HoldoutTable, TrackingRow, choose};
pub use history::History;
pub use lifetime::LifetimeOptions;
pub use model::{Kind, Model};
pub use outlook::{Chosen, Lifetime, Outlook, Past, Spend, Tried};
pub use spend::GammaGamma;
pub use summary::{Holdout, ReturnPolicy, Summary, SummaryOptions};
pub use tracks::Tracks;

#[cfg(test)]
mod tests;
