//! Member levels: the highest threshold that an amount reaches, and the gap to the next one.
//!
//! The amount is a fact computed before (net spend of the last 12 months, orders, points); a level is the last
//! one whose `at_least` is at or below it. An amount below the first level has no level, so a lowest level that
//! everybody has starts at 0 (or lower, where returns can make the amount negative).
//!
//! Nothing is learnt from the population: [`Params::check`] turns the definition into [`Tiers`], which applies to
//! one customer at a time. A level here is a function of today's amount alone: that a member keeps a level until
//! the period ends is not its matter.
//!
//! # Examples
//! ```
//! use tagloom::marketing::tier::{Level, Params};
//! use tagloom::value::Value;
//!
//! let tiers = Params::new([Level::new("silver", 5_000.0), Level::new("gold", 20_000.0)]).check()?;
//!
//! let tier = tiers.apply(Some(19_999.99));
//! assert_eq!((tier.level, tier.next, tier.gap), (Some(0), Some(1), Some(0.01)));
//! assert_eq!(tiers.apply(Some(120.0)).level, None);
//! assert_eq!(tiers.apply(Some(20_000.0)).next, None);
//!
//! // Exact amounts are compared exactly.
//! let amount = Value::Decimal("19999.999999999999999999".parse()?);
//! assert_eq!(tiers.explain(&amount).level.unwrap().name, "silver");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::value::{Decimal, Value};

/// A level and where it starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// The name.
    pub name: String,
    /// The smallest amount of the level, itself included; in the unit of the amount.
    pub at_least: f64,
}

impl Level {
    /// A level of a name that starts at an amount.
    pub fn new(name: impl Into<String>, at_least: f64) -> Self {
        Self { name: name.into(), at_least }
    }
}

/// The levels, from low to high.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Params {
    /// One level or more, with rising `at_least` and different names.
    pub levels: Vec<Level>,
}

/// Levels that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TierError {
    /// No level at all.
    #[error("no levels, wanted one or more")]
    NoLevels,
    /// A level without a name.
    #[error("level {index} has an empty name")]
    Unnamed {
        /// Its place, from 0.
        index: usize,
    },
    /// Two levels of one name.
    #[error("two levels have the name `{name}`")]
    NamedTwice {
        /// The name.
        name: String,
    },
    /// A threshold that is NaN or infinite.
    #[error("level `{name}` starts at {found}, wanted a finite number")]
    NotFinite {
        /// The level.
        name: String,
        /// The threshold.
        found: f64,
    },
    /// A threshold that is not above the one before.
    #[error("level `{name}` starts at {found} after {before}, wanted rising thresholds")]
    NotRising {
        /// The level.
        name: String,
        /// The threshold before.
        before: f64,
        /// The threshold.
        found: f64,
    },
}

impl TierError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoLevels => "tier.no_levels",
            Self::Unnamed { .. } => "tier.unnamed",
            Self::NamedTwice { .. } => "tier.named_twice",
            Self::NotFinite { .. } => "tier.not_finite",
            Self::NotRising { .. } => "tier.not_rising",
        }
    }
}

impl Params {
    /// Levels from low to high.
    pub fn new(levels: impl IntoIterator<Item = Level>) -> Self {
        Self { levels: levels.into_iter().collect() }
    }

    /// Checks the levels and makes them ready to apply.
    ///
    /// # Errors
    /// * [`TierError::NoLevels`]: none at all.
    /// * [`TierError::Unnamed`], [`TierError::NamedTwice`]: a level without a name of its own.
    /// * [`TierError::NotFinite`], [`TierError::NotRising`]: thresholds that are no rising numbers.
    pub fn check(&self) -> Result<Tiers, TierError> {
        let mut names = BTreeSet::new();
        let mut before: Option<f64> = None;
        for (index, Level { name, at_least }) in self.levels.iter().enumerate() {
            if name.trim().is_empty() {
                return Err(TierError::Unnamed { index });
            }
            if !names.insert(name) {
                return Err(TierError::NamedTwice { name: name.clone() });
            }
            if !at_least.is_finite() {
                return Err(TierError::NotFinite { name: name.clone(), found: *at_least });
            }
            if let Some(before) = before.filter(|before| at_least <= before) {
                return Err(TierError::NotRising { name: name.clone(), before, found: *at_least });
            }
            before = Some(*at_least);
        }
        if self.levels.is_empty() {
            return Err(TierError::NoLevels);
        }
        let exact = self.levels.iter().map(|level| decimal(level.at_least)).collect();
        Ok(Tiers { levels: self.levels.clone(), exact })
    }
}

/// Levels that were checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Tiers {
    levels: Vec<Level>,
    /// The thresholds as decimals, `None` where one has more than 38 digits.
    exact: Vec<Option<Decimal>>,
}

/// Where an amount stands. All parts are `None` for a missing amount.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Tier {
    /// The level reached, by its place from 0; `None` below the first.
    pub level: Option<usize>,
    /// The next level up; `None` at the highest.
    pub next: Option<usize>,
    /// What is missing to the next level, above 0.
    ///
    /// Taken in decimal digits: from 19999.99 to 20000 it is 0.01, not 0.00999….
    pub gap: Option<f64>,
}

/// Why an amount has its level.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation<'a> {
    /// The amount.
    pub amount: Value,
    /// The level reached and where it starts.
    pub level: Option<&'a Level>,
    /// The next level and where it starts.
    pub next: Option<&'a Level>,
    /// What is missing to the next level.
    pub gap: Option<f64>,
}

impl Tiers {
    /// The levels, from low to high.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// The level of an amount. A missing amount has none; NaN and infinities are taken as missing. What is below a
    /// threshold by less than a billionth of it reaches it: that is how far sums of floats can be off, such as a
    /// thousand times 0.1, which is 99.9999999999986.
    pub fn apply(&self, amount: Option<f64>) -> Tier {
        let Some(amount) = amount.filter(|amount| amount.is_finite()) else { return Tier::default() };
        let n_reached = self.levels.partition_point(|level| is_reached(level.at_least, amount));
        self.stand(n_reached, |next| {
            let exact = self.exact[next].zip(decimal(amount)).and_then(|(to, from)| difference(to, from));
            exact.unwrap_or(self.levels[next].at_least - amount)
        })
    }

    /// The level of an amount given as a value: whole and decimal numbers are compared exactly. Other types than
    /// numbers have no level.
    pub fn apply_value(&self, amount: &Value) -> Tier {
        let amount = match amount {
            Value::Int(whole) => Decimal::new(i128::from(*whole), 0),
            Value::Decimal(decimal) => *decimal,
            other => return self.apply(other.as_f64()),
        };
        let is_reached = |index: usize| match self.exact[index] {
            Some(at_least) => at_least.cmp(&amount) != Ordering::Greater,
            None => self.levels[index].at_least <= amount.to_f64(),
        };
        let n_reached = (0..self.levels.len()).take_while(|&index| is_reached(index)).count();
        self.stand(n_reached, |next| {
            let exact = self.exact[next].and_then(|to| difference(to, amount));
            exact.unwrap_or(self.levels[next].at_least - amount.to_f64())
        })
    }

    /// Says why an amount has its level: the threshold it reached and the next one.
    pub fn explain(&self, amount: &Value) -> Explanation<'_> {
        let Tier { level, next, gap } = self.apply_value(amount);
        let at = |index: Option<usize>| index.and_then(|index| self.levels.get(index));
        Explanation { amount: amount.clone(), level: at(level), next: at(next), gap }
    }

    fn stand(&self, n_reached: usize, gap_to: impl Fn(usize) -> f64) -> Tier {
        let next = (n_reached < self.levels.len()).then_some(n_reached);
        // A gap that overflows is a number no more.
        let gap = next.map(gap_to).filter(|gap| gap.is_finite());
        Tier { level: n_reached.checked_sub(1), next, gap }
    }
}

/// Whether a float reaches a threshold, but for rounding.
fn is_reached(at_least: f64, amount: f64) -> bool {
    at_least - amount <= 1e-9 * at_least.abs()
}

/// The decimal that a float is printed as: what its author wrote.
fn decimal(number: f64) -> Option<Decimal> {
    number.to_string().parse().ok()
}

/// `to − from` without rounding before the end, or `None` where the digits do not fit.
fn difference(to: Decimal, from: Decimal) -> Option<f64> {
    let scale = to.scale.max(from.scale);
    let unscaled = to.rescale(scale)?.unscaled.checked_sub(from.rescale(scale)?.unscaled)?;
    Some(Decimal::new(unscaled, scale).to_f64())
}
