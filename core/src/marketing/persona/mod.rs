//! Personas: groups of similar people, what tells each from the others, and a typical member.
//!
//! [`fit`] learns groups from columns of numbers, truth values and texts, names each after what distinguishes it most, and
//! freezes all that is needed to put one person alone into a group ([`Fitted::assign`]) and to say why
//! ([`Fitted::explain`]).
//!
//! # Method
//! Numbers are brought to one scale ([`Scaling`]), texts and truth values are categories. Groups are those of k-means over
//! numbers, k-prototypes (Huang 1997, 1998) where there are categories, in [`stats::cluster`](crate::stats::cluster): the
//! distance is `√(Σ (x − y)² + γ · categories that differ)`. Where the number of groups is chosen, it is the one with the
//! largest mean silhouette (Rousseeuw 1987) among those that come out again from resampled people (mean adjusted Rand
//! index of at least 0.6; Dolnicar and Leisch 2010).
//!
//! What distinguishes a group is measured against everybody else: for numbers Cohen's d, the difference of the means of
//! the scaled numbers by the pooled standard deviation; for categories Cohen's h, `2 asin √p − 2 asin √q` (Cohen 1988).
//! 0.2 is small, 0.5 medium, 0.8 large in both. How much a feature separates all groups at once is η² for numbers (the
//! share of the variance that lies between groups) and Cramér's V for categories, both 0 to 1.
//!
//! # Limits
//! * k-means finds groups in anything: look at silhouette and stability before believing in them. Below a silhouette of
//!   0.25 there is no structure to speak of (Kaufman and Rousseeuw 1990).
//! * Groups are round: long or nested ones are cut up.
//! * Numbers far out pull centres along; the logarithm helps where they are amounts or counts.
//!
//! # Examples
//! ```
//! use tagloom::marketing::persona::{FeatureName, HowMany, Params, fit};
//! use tagloom::value::Column;
//!
//! let spend = Column::Float(vec![10.0, 12.0, 11.0, 900.0, 950.0, 980.0].into());
//! let visits = Column::Int(vec![1, 2, 1, 9, 8, 9].into());
//! let names = [FeatureName::new("spend"), FeatureName::new("visits")];
//! let params = Params::default().with_k(HowMany::Exactly(2));
//! let columns = [spend, visits];
//! let fitted = fit(&params, &names, &columns)?;
//! let personas: Vec<&str> = fitted.personas.iter().map(|p| p.name.as_str()).collect();
//! assert_eq!(personas, ["low spend, low visits", "high spend, high visits"]);
//!
//! let assigned = fitted.assign(&columns)?;
//! assert_eq!(assigned[4].map(|a| a.persona), Some(1));
//! let why = fitted.explain(&columns, 4)?.unwrap();
//! assert!(why.contributions.iter().all(|c| c.nearer > 0.0));
//! # Ok::<(), tagloom::marketing::persona::PersonaError>(())
//! ```

mod describe;
mod effect;
mod error;
mod feature;
mod fit;
mod fitted;
mod naming;
mod params;
#[cfg(test)]
mod tests;

pub use effect::{Direction, Measure, Separation, Trait};
pub use error::PersonaError;
pub use feature::{Cell, Encoding, Feature, FeatureName};
pub use fit::fit;
pub use fitted::{Assigned, Contribution, Explanation, Fitted, Persona};
pub use params::{HowMany, KRange, Missing, Params, Scaling};
