//! Recency, frequency, monetary: each customer scored from 1 (worst) to k (best) on three measures, and the
//! segments that the three scores make.
//!
//! * **recency** = days from the last order to `as_of`; *fewer* days are better.
//! * **frequency** = number of orders in the window; more is better.
//! * **monetary** = net sum (or mean) of the orders in the window; more is better.
//!
//! These are the three measures of direct marketing (Hughes, *Strategic Database Marketing*, 1994; Bult and
//! Wansbeek, *Optimal Selection for Direct Mail*, Marketing Science 14(4), 1995). They are not the recency and
//! frequency of the buy-till-you-die models, which count repeat periods from the first order on.
//!
//! [`fit`] learns the thresholds from the population; [`Fitted`] scores any customer later, one at a time.
//!
//! # Method
//! With [`Ties::MidRank`], the default, customers are put in order from worst to best. A value that customers
//! at places `a ..= b` (from 0) share has the mid-rank `(a + b) / 2`. With `lo` and `hi` the mid-ranks of the
//! worst and the best value, its score is `1 + min(k − 1, ⌊k · (mid − lo) / (hi − lo)⌋)`, in whole numbers
//! throughout. So equal values have equal scores, the worst value has 1 and the best has k however many share
//! it, and `n = k · q` different values make k classes of q. A value just on the border of two classes is in
//! the better one.
//!
//! What is frozen are **cut points**: the worst value of each class. A value that no training customer had
//! scores like the next worse training value; one past either end scores like that end.
//!
//! # Limits
//! * Scores are relative to the population of the fit: "5" says nothing about money. Use
//!   [`Scorer::Fixed`] where a score should mean the same thing next year.
//! * Much-tied frequencies (most customers bought once) leave classes empty; the diagnostics say which.
//! * Money is compared as `f64`: amounts past 2^53 of their smallest unit may be taken for equal.
//!
//! # Examples
//! ```
//! use tagloom::marketing::{Language, rfm};
//!
//! let recency_days = [Some(3.0), Some(40.0), Some(200.0), Some(12.0), Some(90.0), None];
//! let orders = [Some(9.0), Some(3.0), Some(1.0), Some(5.0), Some(2.0), None];
//! let spent = [Some(1200.0), Some(310.0), Some(20.0), Some(400.0), Some(75.0), None];
//!
//! let fitted = rfm::fit(&rfm::Params::default(), &rfm::Input::new(&recency_days, &orders, &spent))?;
//! let best = fitted.score(Some(3.0), Some(9.0), Some(1200.0)).unwrap();
//! assert_eq!(fitted.code(best), "555");
//! assert_eq!(fitted.segment(best).unwrap().name(Language::En), "Champions");
//! assert_eq!(fitted.segment(best).unwrap().name(Language::Zh), "冠军客户");
//!
//! // Nobody spent 350 when the thresholds were learnt: it scores like the next lower amount, 310.
//! let new = fitted.score(Some(41.0), Some(3.0), Some(350.0)).unwrap();
//! assert_eq!(fitted.code(new), "233");
//!
//! // No orders in the window: no scores.
//! assert_eq!(fitted.score(None, None, None), None);
//! # Ok::<(), rfm::RfmError>(())
//! ```

mod custom;
mod diagnostic;
mod error;
mod fitted;
mod input;
mod learn;
mod measures;
mod params;
mod pattern;
mod population;
mod scale;
mod segment;
#[cfg(test)]
mod tests;

pub use custom::{CustomMap, CustomSegment};
pub use diagnostic::{Diagnostic, Dimension};
pub use error::{CoveredTwice, RfmError};
pub use fitted::{DimensionExplanation, Explanation, Fitted, Scores, fit};
pub use input::{Input, Numbers};
pub use measures::{MeasureOptions, Measures, Move, migration};
pub use params::{NonPositive, Params, Scorer, Ties};
pub use pattern::{ParsePatternError, Pattern};
pub use scale::{Band, Cut, Direction, Edge, Reach, Scale, TieKey};
pub use segment::{Segment, SegmentMap};
