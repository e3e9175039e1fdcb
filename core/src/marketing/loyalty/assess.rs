//! The loyalty of one customer.

use serde::Serialize;

use crate::marketing::loyalty::{Component, Model, Side};

/// A type of loyalty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Buys and is attached.
    True,
    /// Attached, but buys little: something is in the way.
    Latent,
    /// Buys without being attached: from habit or for want of a choice.
    Spurious,
    /// Neither.
    None,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::True, Self::Latent, Self::Spurious, Self::None];

    /// The name: `true`, `latent`, `spurious`, `none`.
    pub fn name(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::Latent => "latent",
            Self::Spurious => "spurious",
            Self::None => "none",
        }
    }

    fn sides(self) -> [bool; 2] {
        [matches!(self, Self::True | Self::Spurious), matches!(self, Self::True | Self::Latent)]
    }
}

/// What is known of a component.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct Reading {
    /// The value; `None`, NaN and infinite values are not known.
    pub value: Option<f64>,
    /// How old it is in days; below 0 counts as 0.
    pub age_days: Option<f64>,
}

impl Reading {
    /// A value of no age.
    pub fn of(value: impl Into<Option<f64>>) -> Self {
        Self { value: value.into(), age_days: None }
    }

    /// The same with an age in days.
    pub fn aged(mut self, days: impl Into<Option<f64>>) -> Self {
        self.age_days = days.into();
        self
    }
}

/// A component of a customer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Part {
    /// The component.
    pub name: String,
    /// Its value; `None` where it is not known.
    pub value: Option<f64>,
    /// The value on the scale of 0 to 1.
    pub score: Option<f64>,
    /// Its full weight.
    pub weight: f64,
    /// What age has left of the weight; 0 where the value is not known.
    pub weight_left: f64,
}

/// Behaviour or attitude of a customer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SideScore {
    /// The weighted mean of the components that are known, 0 to 1; `None` where none is.
    pub score: Option<f64>,
    /// The part of all weights that is left, 0 to 1.
    pub evidence: f64,
    /// Whether the score is high; `None` where too little is known.
    pub is_high: Option<bool>,
    /// The components.
    pub parts: Vec<Part>,
}

/// The loyalty of a customer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Assessment {
    /// The type; `None` where a side is not known.
    pub kind: Option<Kind>,
    /// The types that what is known allows, in the order of [`Kind::ALL`].
    pub possible: Vec<Kind>,
    /// What the customer does.
    pub behaviour: SideScore,
    /// What the customer says.
    pub attitude: SideScore,
}

impl Assessment {
    /// Which side is not known: `behaviour`, `attitude` or `both`.
    pub fn unknown(&self) -> Option<&'static str> {
        match (self.behaviour.is_high, self.attitude.is_high) {
            (None, None) => Some("both"),
            (None, _) => Some("behaviour"),
            (_, None) => Some("attitude"),
            _ => None,
        }
    }
}

impl Model {
    /// Assesses a customer by what is known of the components, in their order; those that are missing at the end are not
    /// known.
    pub fn assess(&self, behaviour: &[Reading], attitude: &[Reading]) -> Assessment {
        let behaviour = self.side(&self.params().behaviour, behaviour);
        let attitude = self.side(&self.params().attitude, attitude);
        let agrees = |kind: &Kind| {
            let [buys, likes] = kind.sides();
            behaviour.is_high.is_none_or(|high| high == buys)
                && attitude.is_high.is_none_or(|high| high == likes)
        };
        let possible: Vec<Kind> = Kind::ALL.into_iter().filter(agrees).collect();
        let kind = if let [kind] = possible[..] { Some(kind) } else { None };
        Assessment { kind, possible, behaviour, attitude }
    }

    fn side(&self, side: &Side, readings: &[Reading]) -> SideScore {
        let readings = readings.iter().copied().chain(std::iter::repeat(Reading::default()));
        let parts: Vec<Part> =
            side.components.iter().zip(readings).map(|(c, reading)| part(c, reading)).collect();
        let full: f64 = parts.iter().map(|part| part.weight).sum();
        let left: f64 = parts.iter().map(|part| part.weight_left).sum();
        let scored: f64 = parts.iter().filter_map(|part| Some(part.score? * part.weight_left)).sum();
        let score = (left > 0.0).then(|| (scored / left).clamp(0.0, 1.0));
        let evidence = left / full;
        let is_known = evidence >= self.params().min_evidence;
        SideScore {
            score,
            evidence,
            is_high: score.filter(|_| is_known).map(|score| score >= side.at_least),
            parts,
        }
    }
}

fn part(component: &Component, reading: Reading) -> Part {
    let value = reading.value.filter(|value| value.is_finite());
    let fresh = match component.half_life_days {
        None => Some(1.0),
        Some(days) => {
            reading.age_days.filter(|age| !age.is_nan()).map(|age| 0.5f64.powf(age.max(0.0) / days))
        }
    };
    let score = value.zip(fresh).map(|(value, _)| {
        let scaled = (value - component.from) / (component.to - component.from);
        // Ends that are far apart and a value that is farther: no number, but beyond an end.
        if scaled.is_nan() { 0.0 } else { scaled.clamp(0.0, 1.0) }
    });
    let weight_left = score.zip(fresh).map_or(0.0, |(_, fresh)| component.weight * fresh);
    Part { name: component.name.clone(), value, score, weight: component.weight, weight_left }
}
