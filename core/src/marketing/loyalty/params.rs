//! What loyalty is made of.

use serde::{Deserialize, Serialize};

/// A number that speaks for loyalty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Component {
    /// What it is called.
    pub name: String,
    /// The value that scores 0.
    pub from: f64,
    /// The value that scores 1.
    pub to: f64,
    /// How much it counts beside the others of its side; above 0.
    pub weight: f64,
    /// After how many days its weight is halved; `None` where age does not matter.
    pub half_life_days: Option<f64>,
}

impl Component {
    /// A number from the value that scores 0 to that which scores 1, of weight 1.
    pub fn new(name: impl Into<String>, from: f64, to: f64) -> Self {
        Self { name: name.into(), from, to, weight: 1.0, half_life_days: None }
    }

    /// The same with another weight.
    pub fn weighing(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }

    /// The same with a half-life in days.
    pub fn with_half_life(mut self, days: f64) -> Self {
        self.half_life_days = Some(days);
        self
    }
}

/// Behaviour or attitude.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Side {
    /// What it is made of; one or more.
    pub components: Vec<Component>,
    /// The smallest score that is high, 0 to 1; default one half.
    pub at_least: f64,
}

/// What loyalty is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Params {
    /// What somebody does.
    pub behaviour: Side,
    /// What somebody says.
    pub attitude: Side,
    /// The smallest part of the weights that has to be left for a side to be known, above 0 up to 1; default a fifth.
    pub min_evidence: f64,
}

impl Params {
    /// Two sides, high from one half, known from a fifth of the weights.
    pub fn new(
        behaviour: impl IntoIterator<Item = Component>,
        attitude: impl IntoIterator<Item = Component>,
    ) -> Self {
        let side = |components| Side { components, at_least: 0.5 };
        Self {
            behaviour: side(behaviour.into_iter().collect()),
            attitude: side(attitude.into_iter().collect()),
            min_evidence: 0.2,
        }
    }

    /// Checks them and makes them ready.
    ///
    /// # Errors
    /// [`LoyaltyError`], which says what is wrong.
    pub fn check(&self) -> Result<Model, LoyaltyError> {
        for (name, side) in [("behaviour", &self.behaviour), ("attitude", &self.attitude)] {
            if side.components.is_empty() {
                return Err(LoyaltyError::NoComponents { side: name });
            }
            if !(0.0..=1.0).contains(&side.at_least) {
                return Err(LoyaltyError::AtLeast { side: name, found: side.at_least });
            }
            for component in &side.components {
                let Component { from, to, weight, half_life_days, .. } = component;
                let component = component.name.clone();
                // A difference that is no number scales nothing.
                if !(to - from).is_finite() || from == to {
                    return Err(LoyaltyError::Range { component, from: *from, to: *to });
                }
                if !(weight.is_finite() && *weight > 0.0) {
                    return Err(LoyaltyError::Weight { component, found: *weight });
                }
                if let Some(found) = half_life_days.filter(|days| !(days.is_finite() && *days > 0.0)) {
                    return Err(LoyaltyError::HalfLife { component, found });
                }
            }
        }
        if !(self.min_evidence > 0.0 && self.min_evidence <= 1.0) {
            return Err(LoyaltyError::MinEvidence { found: self.min_evidence });
        }
        Ok(Model { params: self.clone() })
    }
}

/// Loyalty that cannot be assessed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LoyaltyError {
    /// A side without components.
    #[error("`{side}` has no components, wanted one or more")]
    NoComponents {
        /// `behaviour` or `attitude`.
        side: &'static str,
    },
    /// A threshold that is no share.
    #[error("`{side}` is high from {found}, wanted 0 to 1")]
    AtLeast {
        /// `behaviour` or `attitude`.
        side: &'static str,
        /// The threshold.
        found: f64,
    },
    /// A scale without length, or without ends.
    #[error("`{component}` goes from {from} to {to}, wanted two different numbers")]
    Range {
        /// The component.
        component: String,
        /// What scores 0.
        from: f64,
        /// What scores 1.
        to: f64,
    },
    /// A weight that is not above 0.
    #[error("`{component}` weighs {found}, wanted a number above 0")]
    Weight {
        /// The component.
        component: String,
        /// The weight.
        found: f64,
    },
    /// A half-life that is not above 0.
    #[error("`{component}` has a half-life of {found} days, wanted a number above 0")]
    HalfLife {
        /// The component.
        component: String,
        /// The half-life.
        found: f64,
    },
    /// A smallest evidence that is none, or more than all.
    #[error("`min_evidence` is {found}, wanted a number above 0 up to 1")]
    MinEvidence {
        /// What it is.
        found: f64,
    },
}

impl LoyaltyError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoComponents { .. } => "loyalty.no_components",
            Self::AtLeast { .. } => "loyalty.at_least",
            Self::Range { .. } => "loyalty.range",
            Self::Weight { .. } => "loyalty.weight",
            Self::HalfLife { .. } => "loyalty.half_life",
            Self::MinEvidence { .. } => "loyalty.min_evidence",
        }
    }
}

/// What loyalty is made of, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    params: Params,
}

impl Model {
    /// What it is made of.
    pub fn params(&self) -> &Params {
        &self.params
    }
}
