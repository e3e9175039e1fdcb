//! Share of category: how customers divide their money over categories beside how their peers do, and what is missing.
//!
//! [`Learner`] takes in what each customer spent by category and learns, for each group of peers and for everybody, how
//! common a category is and which share of their money members spend on it. [`Fitted::gaps`] sets a customer against
//! the peers.
//!
//! # Method
//! * **Share** of a category: its money by the customer's money in all categories. Categories with less than 0 (more
//!   returned than bought) count as 0; customers with nothing in any category are no peers.
//! * **Expected share**: the mean of the members' shares, each member counting alike, so that one who spends much does
//!   not decide for all; who buys nothing there counts as 0.
//! * **Penetration**: the share of members who bought in the category.
//! * **Gap**: `expected share · customer's money − customer's money there`, where above 0: what the customer would spend
//!   there in addition, if they divided their money as their peers do. It is money of the same unit, or orders.
//!
//! Only categories that at least `min_penetration` of the peers buy are named. A group with fewer than `min_peers`
//! members says too little: everybody stands in for it, as for customers without a group. Gaps are in falling order;
//! equal ones in the order of penetration, then in the byte order of the categories.
//!
//! # Limits
//! The customer is one of the peers that were learnt from; with `min_peers` of 30 that moves a share by a thirtieth at
//! most. A gap says what peers do, not that this customer can be won.
//!
//! # Examples
//! ```
//! use tagloom::marketing::category_gap::{Learner, Params};
//!
//! let mut learner = Learner::new(Params::default().with_min_peers(2))?;
//! learner.add(Some("family"), &[("food", 60.0), ("toys", 40.0)]);
//! learner.add(Some("family"), &[("food", 80.0), ("toys", 20.0)]);
//! let fitted = learner.finish();
//!
//! let gaps = fitted.gaps(Some("family"), &[("food", 200.0)]);
//! assert_eq!((gaps[0].category.as_str(), gaps[0].own_share), ("toys", 0.0));
//! assert!((gaps[0].expected_share - 0.3).abs() < 1e-12 && (gaps[0].gap - 60.0).abs() < 1e-9);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod fitted;
mod learn;
mod spending;
#[cfg(test)]
mod tests;

pub use fitted::{CategoryOfPeers, Fitted, Gap, Peers};
pub use learn::{CategoryGapError, Learner, Params};
pub use spending::{Spender, Spending};
