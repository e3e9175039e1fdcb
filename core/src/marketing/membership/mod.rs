//! Membership levels as companies run them: reached at once, kept for a period, lost only at its end.
//!
//! A programme looks at what a member did in a rolling window (net spend, points or orders). A level is *reached* by the
//! purchase that lifts the window's amount to its `reach` threshold, and held for a period from then on. When the period
//! ends, the amount of the window that ends there decides: at or above `keep` (which may be lower: hysteresis) the level
//! is renewed for another period; else it is lost, at once or after a grace in which it can still be saved. What is
//! returned is taken back from the purchase that it belongs to.
//!
//! Nothing is learnt: the standing of a member as of any date is a function of the rows before that date alone, so it
//! can be reproduced at any time, from nothing but the rows.
//!
//! # Method
//! A replay over the member's rows in the order of time. The events are instants with rows and ends of periods; between
//! them nothing changes.
//!
//! * **A purchase** at `t`: the amount is that of the window that ends just after `t`. If it reaches a level above the
//!   present one, that is the level from `t` on, and its period starts. In a grace, an amount of at least `keep` renews
//!   the level, counted from the end of the period that was missed.
//! * **The end of a period** `e`: the window is that which ends at `e`, without rows at `e` itself and without those just
//!   one window before, so that the purchase which reached a level does not keep it as well. A level whose `keep` is 0 or
//!   less never ends.
//! * **A loss** leads to the highest level below whose `keep` is met ([`Fall::ToKept`]), or one level down at most
//!   ([`Fall::OneLevel`]); its period starts at the loss.
//! * **A return** (a negative amount) lowers the purchases of its order, the latest first; without an order, the latest
//!   purchases of all. What exceeds them lowers nothing. With [`LevelReturns::ClawBack`] the member's history is replayed
//!   as if what was returned had never been bought, and a level lower than the present one holds from the return on.
//!   With [`LevelReturns::Net`] a return counts from then on, but a level is lost at the end of its period only.
//!
//! All rows of one instant count together, purchases before returns. Amounts are taken to
//! a millionth and summed as whole numbers, so a sum that reaches a threshold to the last digit reaches it.
//!
//! # Examples
//! ```
//! use tagloom::marketing::membership::{Level, Params, Row};
//! use tagloom::time::Zone;
//!
//! let zone = Zone::named("Asia/Shanghai")?;
//! let at = |text: &str| zone.parse(text).unwrap();
//! let levels = [Level::new("basic", 0.0), Level::new("silver", 5_000.0), Level::new("gold", 20_000.0).kept_at(15_000.0)];
//! let programme = Params::new(levels, "12mo".parse()?).check()?;
//!
//! let rows = [Row::new(at("2025-03-01"), 6_000.0), Row::new(at("2025-06-10"), 14_000.0)];
//! let now = programme.standing(&rows, at("2025-07-01"), &zone);
//! assert_eq!(programme.name(now.level), Some("gold"));
//! assert_eq!(now.valid_until, Some(at("2026-06-10")));
//! // The purchase that reached the level does not keep it as well: that takes 15,000 more until then.
//! assert_eq!(now.keep_gap, Some(15_000.0));
//!
//! let later = programme.standing(&rows, at("2026-06-11"), &zone);
//! assert_eq!(programme.name(later.level), Some("basic"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ledger;
mod members;
mod params;
mod replay;
#[cfg(test)]
mod tests;

pub use crate::catalog::model::{Fall, LevelMeasure, LevelReturns};
pub use members::Members;
pub use params::{Level, MembershipError, Params, Programme};
pub use replay::{Change, Row, Standing, Why};
