//! Who brings the value: ABC classes, deciles, and how unevenly value is spread.
//!
//! [`fit`] orders customers by a value (money, margin, lifetime value) and freezes where classes and deciles start;
//! [`Fitted::class`] and [`Fitted::decile`] place anybody later by these cut points. [`Concentration`] says how uneven
//! the values are: Lorenz curve, Gini coefficient, the share of the best.
//!
//! # Method
//! * **ABC** (Dickie 1951): from the best customer down, a customer is in the first class whose `up_to` is above the
//!   share of the value that *better* customers have together. So the best one is always in the first class, and a class
//!   ends with the customer who fills its share. Customers of equal value are in one class, the better one.
//! * **Deciles** (or any number of groups): 1 + ⌊groups · share of customers with a greater value⌋; 1 is the best. Equal
//!   values share the better group.
//! * **Gini** (Gini 1912; in the form of Dixon et al. 1987): `Σ (2i − n − 1) x_i / (n Σ x_i)` over values in ascending
//!   order; times `n / (n − 1)` where it is corrected for small samples. 0 is even, 1 is all in one hand.
//! * **Lorenz curve** (Lorenz 1905): the share of value that the poorest share of customers has; straight lines between
//!   customers. The share of the best x is `1 − L(1 − x)`.
//!
//! Values of 0 or less bring nothing: they are in the last class, and count as 0 for shares, curve and Gini (or as they
//! are, with [`Negatives::Keep`]: the curve then falls below 0, and the Gini coefficient can be above 1). Deciles order
//! them as they are. Missing values and NaN have no class. Sums are taken in the order of size, with Neumaier's
//! correction (1974), so the order of the customers does not show.
//!
//! # Examples
//! ```
//! use tagloom::marketing::value_tier::{Concentration, Negatives, Params, fit};
//!
//! let spend = [70.0, 15.0, 8.0, 4.0, 3.0].map(Some);
//! let fitted = fit(&Params::abc(), &spend)?;
//! let class = |value| fitted.class(Some(value)).map(|class| fitted.classes[class].name.as_str());
//! assert_eq!([70.0, 15.0, 8.0, 4.0].map(class), [Some("A"), Some("A"), Some("B"), Some("B")]);
//! assert_eq!(class(3.0), Some("C"));
//!
//! let spread = Concentration::of(&spend, Negatives::Zero);
//! assert_eq!(spread.top_share(0.2), Some(0.7));
//! assert!((spread.gini().unwrap() - 0.58).abs() < 1e-12);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod classes;
mod concentration;
#[cfg(test)]
mod tests;

pub use classes::{Class, Fitted, FittedClass, Params, ValueTierError, fit};
pub use concentration::{Concentration, Negatives};
