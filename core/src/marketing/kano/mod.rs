//! Kano: which features delight, which satisfy the better they are, and which are only missed.
//!
//! For each feature people are asked twice: how they feel if it is there (functional) and if it is not (dysfunctional).
//! The pair of answers gives a category ([`Table`]); the answers of many give the category of the feature
//! ([`CategoryRule`]), how much it can please (`better`) and how much its absence hurts (`worse`).
//!
//! * Berger et al., Kano's Methods for Understanding Customer-Defined Quality, Center for Quality Management Journal
//!   2(4), 1993: the questions, the table, better and worse, `DuMouchel`'s continuous scores.
//! * Fong, Using the Self-Stated Importance Questionnaire to Interpret Kano Questionnaire Results, same volume, 1996:
//!   whether the two most frequent categories differ.
//!
//! # Limits
//! Shares of few people are unsure: look at `n`, the intervals and [`Feature::is_distinct`] before the category.
//! Missing answers leave a person out of that feature only.
//!
//! # Examples
//! ```
//! use tagloom::marketing::kano::{Answer, Category, Params, Wording, analyse};
//!
//! let wording = Wording::default();
//! let read = |text: &str| wording.read(text).unwrap();
//! let pairs = [("I like it", "I can live with it"), ("我很喜欢", "我无所谓"), ("2", "5")]
//!     .map(|(there, missing)| Some((read(there), read(missing))));
//! let feature = analyse(&pairs, &Params::default());
//! assert_eq!((feature.n, feature.category), (3, Some(Category::Attractive)));
//! assert_eq!(feature.better.unwrap().value, 2.0 / 3.0);
//! ```

mod answer;
mod category;
mod feature;
mod population;
mod survey;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Wording};
pub use category::{Category, CategoryRule, Policy, Table};
pub use feature::{Coefficient, Continuous, Counts, Feature, Params, analyse};
pub use population::{Basis, FeatureOfAll, Fitted, Service};
pub use survey::{KanoError, Question, Row, Survey};
