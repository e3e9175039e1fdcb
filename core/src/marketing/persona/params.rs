//! How personas are learnt.

use serde::{Deserialize, Serialize};

use crate::marketing::Language;
use crate::marketing::persona::PersonaError;

pub use crate::catalog::model::{HowMany, KRange, Missing, Scaling};

/// How personas are learnt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Params {
    /// How many personas; default the best of 2 to 8.
    pub k: HowMany,
    /// How numbers are brought to one scale; default [`Scaling::Auto`].
    pub scale: Scaling,
    /// What becomes of rows without a value; default [`Missing::Median`].
    pub missing: Missing,
    /// How much a category that differs weighs against a number that differs by one standard deviation, from 0 up;
    /// default half the mean standard deviation of the scaled numbers (Huang 1997), or 1 without numbers.
    pub gamma: Option<f64>,
    /// How many starts; the best is kept; 1 to 1000, default 10.
    pub starts: u32,
    /// Of a text the most frequent values so many are told apart, the others are one category; 1 to 1000, default 20.
    pub max_levels: u32,
    /// Of all randomness; default 0.
    pub seed: u64,
    /// The language of the names; default English.
    pub language: Language,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            k: HowMany::Auto,
            scale: Scaling::Auto,
            missing: Missing::Median,
            gamma: None,
            starts: 10,
            max_levels: 20,
            seed: 0,
            language: Language::En,
        }
    }
}

impl Params {
    /// With a number of personas.
    pub fn with_k(mut self, k: HowMany) -> Self {
        self.k = k;
        self
    }

    /// With another scale.
    pub fn with_scale(mut self, scale: Scaling) -> Self {
        self.scale = scale;
        self
    }

    /// With another treatment of missing values.
    pub fn with_missing(mut self, missing: Missing) -> Self {
        self.missing = missing;
        self
    }

    /// With a weight of categories.
    pub fn with_gamma(mut self, gamma: Option<f64>) -> Self {
        self.gamma = gamma;
        self
    }

    /// With a seed.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// With another language.
    pub fn with_language(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// Checks all of them.
    ///
    /// # Errors
    /// [`PersonaError::Parameter`].
    pub fn check(&self) -> Result<(), PersonaError> {
        let wrong = |name, found, wanted| Err(PersonaError::Parameter { name, found, wanted });
        let range = self.k.range();
        match self.k {
            HowMany::Exactly(k) if !(1..=50).contains(&k) => return wrong("k", f64::from(k), "1 to 50"),
            HowMany::Exactly(_) => {}
            _ if range.from < 2 => return wrong("k.from", f64::from(range.from), "2 or more"),
            _ if range.to > 50 => return wrong("k.to", f64::from(range.to), "at most 50"),
            _ if range.to < range.from => return wrong("k.to", f64::from(range.to), "at least `from`"),
            _ => {}
        }
        if let Some(gamma) = self.gamma.filter(|gamma| !gamma.is_finite() || *gamma < 0.0) {
            return wrong("gamma", gamma, "a number from 0 up");
        }
        if !(1..=1000).contains(&self.starts) {
            return wrong("starts", f64::from(self.starts), "1 to 1000");
        }
        if !(1..=1000).contains(&self.max_levels) {
            return wrong("max_levels", f64::from(self.max_levels), "1 to 1000");
        }
        Ok(())
    }
}
