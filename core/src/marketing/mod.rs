//! Marketing models: value, loyalty, churn, needs.
//!
//! A model looks at the population once (`fit`) and freezes what it learnt; from then on one profile at a time
//! is enough, so any split or order of the profiles gives the same bits. The models want a few numbers of each
//! profile; [`input`] reads them from tables of any kind.
//!
//! * [`btyd`]: buy till you die: chance to be still a customer, purchases to expect, lifetime value.
//! * [`category_gap`]: which categories a customer buys less of than the peers, and how much less.
//! * [`churn`]: who has left where nobody says goodbye, when to act, and why they left.
//! * [`kano`]: which features delight, satisfy, or are only missed, from surveys.
//! * [`lifecycle`]: new, growing, mature, quiet, lost, returned, by the own rhythm.
//! * [`loyalty`]: true, latent, spurious or none, by what customers do and what they say.
//! * [`membership`]: levels that are reached at once, kept for a period and lost at its end, as of any date.
//! * [`persona`]: groups of similar people, what distinguishes each, and a typical member.
//! * [`retention`]: with contracts: the chance to stay, the days to expect, and when to act.
//! * [`rfm`]: recency, frequency and monetary scores, and the segments made from them.
//! * [`scorecard`]: points by bins of weight of evidence, learnt, with reasons.
//! * [`survival`]: how long contracts last.
//! * [`tier`]: member levels by thresholds, and the gap to the next level.
//! * [`value_tier`]: ABC classes, deciles, and how unevenly value is spread.

pub mod btyd;
pub mod category_gap;
pub mod churn;
mod error;
mod grouped;
pub mod input;
pub mod kano;
pub mod lifecycle;
pub mod loyalty;
pub mod membership;
pub mod persona;
pub mod retention;
pub mod rfm;
pub mod scorecard;
pub mod survival;
pub mod tier;
pub mod value_tier;

pub use error::MarketingError;

pub use crate::catalog::model::Language;
