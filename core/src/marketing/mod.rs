//! Marketing models over facts that are already computed for each profile: scores, segments, tiers.
//!
//! A model looks at the population once (`fit`) and freezes what it learnt; from then on one profile at a time
//! is enough, so any split or order of the profiles gives the same bits. Nothing here sees rows: the fact layer
//! hands over one number for each profile and measure.
//!
//! * [`rfm`]: recency, frequency and monetary scores, and the segments made from them.
//! * [`tier`]: member levels by thresholds, and the gap to the next level.

pub mod btyd;
pub mod input;
pub mod rfm;
pub mod tier;

pub use crate::catalog::model::Language;
