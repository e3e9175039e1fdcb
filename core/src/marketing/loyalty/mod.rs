//! Loyalty as behaviour and attitude together.
//!
//! Who buys again and again may be attached, or only without a choice; who is attached may be kept from buying. Dick and
//! Basu (Customer Loyalty: Toward an Integrated Conceptual Framework, Journal of the Academy of Marketing Science 22(2),
//! 1994) cross the two:
//!
//! | | high attitude | low attitude |
//! |---|---|---|
//! | **high behaviour** | true | spurious |
//! | **low behaviour** | latent | none |
//!
//! # Method
//! Each side is a weighted mean of components. A component scales a number to 0…1: 0 at `from`, 1 at `to`, straight
//! between, cut off beyond; `from` above `to` is for numbers of which less is better. What somebody said grows old: with a
//! half-life, the weight of a component of age `a` days is `w · 0.5^(a / half_life)`.
//!
//! * `score = Σ w s / Σ w` over the components that are known, `w` the weights that age has left;
//! * `evidence = Σ w / Σ w₀`, the part of all weights that is left: 1 where all is known and new, 0 where nothing is.
//!
//! A side with less than `min_evidence` is *not known*, and so is the type: the result then says what it can still be
//! ([`Assessment::possible`]) and does not guess. Where a component has a half-life but no age, it is not known.
//!
//! # Examples
//! ```
//! use tagloom::marketing::loyalty::{Component, Kind, Params, Reading};
//!
//! let behaviour = [Component::new("repeat_rate", 0.0, 0.5).weighing(2.0), Component::new("gap_cv", 1.5, 0.0)];
//! let attitude = [Component::new("nps", 0.0, 10.0).with_half_life(180.0)];
//! let model = Params::new(behaviour, attitude).check()?;
//!
//! let bought = [Reading::of(0.4), Reading::of(0.6)];
//! let pleased = model.assess(&bought, &[Reading::of(9.0).aged(30.0)]);
//! assert_eq!(pleased.kind, Some(Kind::True));
//! // Two half-lives leave a quarter of the weight, three an eighth: too little to say.
//! assert_eq!(model.assess(&bought, &[Reading::of(2.0).aged(360.0)]).kind, Some(Kind::Spurious));
//! let unknown = model.assess(&bought, &[Reading::of(9.0).aged(540.0)]);
//! assert_eq!((unknown.kind, unknown.possible), (None, vec![Kind::True, Kind::Spurious]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod assess;
mod params;
#[cfg(test)]
mod tests;

pub use assess::{Assessment, Kind, Part, Reading, SideScore};
pub use params::{Component, LoyaltyError, Model, Params, Side};
