//! Classes by cumulative share, and deciles.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::stats::Sum;

/// A class and the share of the value up to which it goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// The name.
    pub name: String,
    /// It ends with the customer with whom so much of the value is reached, 0 to 1, this one included.
    pub up_to: f64,
}

/// Which classes, and how many groups of customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Params {
    /// From the best to the last, with rising shares; the last goes up to 1.
    pub classes: Vec<Class>,
    /// How many groups of equally many customers, 2 to 100; 10 for deciles.
    pub groups: u8,
}

impl Default for Params {
    fn default() -> Self {
        Self::abc()
    }
}

impl Params {
    /// A up to 80 % of the value, B up to 95 %, C the rest; deciles.
    pub fn abc() -> Self {
        Self::new([("A", 0.8), ("B", 0.95), ("C", 1.0)])
    }

    /// Own classes from the best to the last, with the share up to which each goes; deciles.
    pub fn new<N: Into<String>>(classes: impl IntoIterator<Item = (N, f64)>) -> Self {
        let classes = classes.into_iter().map(|(name, up_to)| Class { name: name.into(), up_to });
        Self { classes: classes.collect(), groups: 10 }
    }

    /// Checks them.
    ///
    /// # Errors
    /// [`ValueTierError`], which says what is wrong.
    pub fn check(&self) -> Result<(), ValueTierError> {
        let (mut names, mut before) = (BTreeSet::new(), 0.0);
        for (index, Class { name, up_to }) in self.classes.iter().enumerate() {
            if name.trim().is_empty() {
                return Err(ValueTierError::Unnamed { index });
            }
            if !names.insert(name) {
                return Err(ValueTierError::NamedTwice { name: name.clone() });
            }
            // Written so that NaN is wrong, too.
            if !(*up_to > before && *up_to <= 1.0) {
                return Err(ValueTierError::Share { name: name.clone(), before, found: *up_to });
            }
            before = *up_to;
        }
        if before < 1.0 {
            return Err(ValueTierError::Incomplete { last: before });
        }
        if !(2..=100).contains(&self.groups) {
            return Err(ValueTierError::Groups { found: self.groups });
        }
        Ok(())
    }
}

/// Classes that cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueTierError {
    /// A class without a name.
    #[error("class {index} has an empty name")]
    Unnamed {
        /// Its place, from 0.
        index: usize,
    },
    /// Two classes of one name.
    #[error("two classes have the name `{name}`")]
    NamedTwice {
        /// The name.
        name: String,
    },
    /// A share that is not above the one before and at most 1.
    #[error("class `{name}` goes up to {found} after {before}, wanted rising shares up to 1")]
    Share {
        /// The class.
        name: String,
        /// The share before.
        before: f64,
        /// The share.
        found: f64,
    },
    /// The last class does not go up to 1.
    #[error("the last class goes up to {last}, wanted 1")]
    Incomplete {
        /// Up to where it goes; 0 without classes.
        last: f64,
    },
    /// Too few or too many groups.
    #[error("{found} groups, wanted 2 to 100")]
    Groups {
        /// How many.
        found: u8,
    },
}

impl ValueTierError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unnamed { .. } => "value_tier.unnamed",
            Self::NamedTwice { .. } => "value_tier.named_twice",
            Self::Share { .. } => "value_tier.share",
            Self::Incomplete { .. } => "value_tier.incomplete",
            Self::Groups { .. } => "value_tier.groups",
        }
    }
}

/// Classes and groups with where they start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fitted {
    /// From the best to the last.
    pub classes: Vec<FittedClass>,
    /// The smallest value of each group, from the best; `None` for groups that nobody is in.
    pub groups: Vec<Option<f64>>,
    /// How many customers had a value.
    pub n: u64,
    /// How many of them had 0 or less.
    pub n_not_positive: u64,
    /// How many had none.
    pub n_missing: u64,
    /// The sum of the values above 0; the largest number there is where it is more.
    pub total: f64,
    /// The Gini coefficient, with values below 0 taken as 0; `None` where nobody has more than 0.
    pub gini: Option<f64>,
}

/// A class with where it starts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FittedClass {
    /// The name.
    pub name: String,
    /// The share of the value up to which it goes.
    pub up_to: f64,
    /// The smallest value of its customers; `None` where it has none of more than 0.
    pub from: Option<f64>,
    /// How many customers it had.
    pub n: u64,
    /// The share of the value that they had; 0 where there is no value.
    pub share: f64,
}

/// Learns where classes and groups start. `None`, NaN and infinite values are left out.
///
/// # Errors
/// [`ValueTierError`] where the classes cannot be made; no values at all are no error.
pub fn fit(params: &Params, values: &[Option<f64>]) -> Result<Fitted, ValueTierError> {
    params.check()?;
    let mut sorted: Vec<f64> = values.iter().flatten().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let positive = &sorted[..sorted.partition_point(|value| *value > 0.0)];
    // Values whose sum is beyond all numbers are made smaller alike, which changes no share.
    let sum = |scale: f64| positive.iter().rev().map(|value| value * scale).collect::<Sum>().value();
    let scale = if sum(1.0).is_finite() { 1.0 } else { 0.5 / positive.len().next_power_of_two() as f64 };
    let total = sum(scale);

    let class = |class: &Class| FittedClass {
        name: class.name.clone(),
        up_to: class.up_to,
        from: None,
        n: 0,
        share: 0.0,
    };
    let mut classes: Vec<FittedClass> = params.classes.iter().map(class).collect();
    let (mut above, mut sums) = (Sum::default(), vec![Sum::default(); classes.len()]);
    for same in positive.chunk_by(|a, b| a == b) {
        let before = above.value() / total;
        let at = classes.iter().position(|class| before < class.up_to).unwrap_or(classes.len() - 1);
        classes[at].from = Some(same[0]);
        classes[at].n += same.len() as u64;
        for value in same {
            above.add(value * scale);
            sums[at].add(value * scale);
        }
    }
    for (class, sum) in classes.iter_mut().zip(sums) {
        class.share = if total > 0.0 { sum.value() / total } else { 0.0 };
    }
    if let Some(last) = classes.last_mut() {
        last.n += (sorted.len() - positive.len()) as u64;
    }

    let n_groups = usize::from(params.groups);
    let mut groups = vec![None; n_groups];
    let mut better = 0;
    for same in sorted.chunk_by(|a, b| a == b) {
        // In whole numbers: a share such as 0.3 of 10 customers is 3 of them, not a little less.
        groups[better * n_groups / sorted.len()] = Some(same[0]);
        better += same.len();
    }
    let gini = super::Concentration::of(values, super::Negatives::Zero).gini();
    Ok(Fitted {
        classes,
        groups,
        n: sorted.len() as u64,
        n_not_positive: (sorted.len() - positive.len()) as u64,
        n_missing: (values.len() - sorted.len()) as u64,
        total: (total / scale).min(f64::MAX),
        gini,
    })
}

impl Fitted {
    /// The class of a value by its place, from 0 for the best; a value that is missing or no number has none.
    pub fn class(&self, value: Option<f64>) -> Option<usize> {
        let value = value.filter(|value| value.is_finite())?;
        let reached = |class: &FittedClass| class.from.is_some_and(|from| value > 0.0 && from <= value);
        self.classes.iter().position(reached).or(self.classes.len().checked_sub(1))
    }

    /// The group of a value, from 1 for the best; a value that is missing or no number has none.
    pub fn decile(&self, value: Option<f64>) -> Option<usize> {
        let value = value.filter(|value| value.is_finite() && self.n > 0)?;
        let reached = |from: &Option<f64>| from.is_some_and(|from| from <= value);
        // Below everybody is the last group, whether somebody was in it or not.
        Some(self.groups.iter().position(reached).unwrap_or(self.groups.len() - 1) + 1)
    }

    /// Whether the cut points are those of classes with these names and so many groups.
    pub(crate) fn is_of(&self, params: &Params) -> bool {
        let same = |(a, b): (&FittedClass, &Class)| a.name == b.name && a.up_to == b.up_to;
        self.classes.len() == params.classes.len()
            && self.classes.iter().zip(&params.classes).all(same)
            && self.groups.len() == usize::from(params.groups)
    }
}
