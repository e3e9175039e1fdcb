//! The frozen thresholds of one measure, and how they score and explain a value.

use std::cmp::Ordering;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better (frequency, monetary).
    LargerIsBetter,
    /// Less is better (recency).
    SmallerIsBetter,
}

/// Whether a value just at a cut point is past it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Equal is enough.
    AtOrBetter,
    /// Only strictly better is enough (mean and median split).
    Better,
}

/// A customer's key where equal values are told apart by it; 32 hexadecimal digits in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TieKey(pub u128);

impl Serialize for TieKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", self.0))
    }
}

impl<'de> Deserialize<'de> for TieKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        u128::from_str_radix(&text, 16).map(Self).map_err(de::Error::custom)
    }
}

/// One threshold: who reaches it is in the next class up.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// The value to reach.
    pub value: f64,
    /// Where the border runs through customers of this value: the key of the worst placed one past it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tie_key: Option<TieKey>,
}

/// The frozen thresholds of one measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Scale {
    /// Which way is better.
    pub direction: Direction,
    /// Whether a value at a cut point is past it.
    pub reach: Reach,
    /// How many classes the scorer has; scores are 1 to this.
    pub classes: u8,
    /// The score of a value that reaches no cut point; above 1 where nothing below was learnt (all tied).
    pub lowest: u8,
    /// The cut points from worst to best. A score is `lowest` plus how many are reached; a class that is empty
    /// has the cut point of the class above it.
    pub cuts: Vec<Cut>,
    /// Values at or below this score 1, if there is such a rule.
    pub floor: Option<f64>,
    /// How many customers of the fit had each score, from 1 up.
    pub n_by_score: Vec<u64>,
}

/// One end of a class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Edge {
    /// The threshold.
    pub value: f64,
    /// Whether the threshold itself is in the class. It is in two classes where keys tell equal values apart.
    pub inclusive: bool,
    /// The key of the worst placed customer past the threshold, where keys tell equal values apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tie_key: Option<TieKey>,
}

/// The values that have one score. A missing end is open.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Band {
    /// The smaller end.
    pub lower: Option<Edge>,
    /// The larger end.
    pub upper: Option<Edge>,
}

impl Scale {
    /// The score of a finite value. The key matters only where equal values are told apart by keys; without it
    /// a value on such a border is in the worse class.
    pub fn score(&self, value: f64, key: Option<u128>) -> u8 {
        if self.is_floored(value) {
            return 1;
        }
        self.lowest.saturating_add(u8::try_from(self.n_reached(value, key)).unwrap_or(u8::MAX))
    }

    /// The band of the score that the value has.
    pub fn band(&self, value: f64, key: Option<u128>) -> Band {
        let floor = self.floor.filter(|_| self.lowest > 1);
        if let Some(floor) = floor.filter(|_| self.is_floored(value)) {
            return Band { lower: None, upper: Some(Edge { value: floor, inclusive: true, tie_key: None }) };
        }
        let reached = if self.is_floored(value) { 0 } else { self.n_reached(value, key) };
        let edge = |cut: &Cut, is_past: bool| Edge {
            value: cut.value,
            inclusive: is_past == (self.reach == Reach::AtOrBetter) || cut.tie_key.is_some(),
            tie_key: cut.tie_key,
        };
        let worse = match reached.checked_sub(1).and_then(|last| self.cuts.get(last)) {
            Some(cut) => Some(edge(cut, true)),
            None => floor.map(|value| Edge { value, inclusive: false, tie_key: None }),
        };
        let better = self.cuts.get(reached).map(|cut| edge(cut, false));
        match self.direction {
            Direction::LargerIsBetter => Band { lower: worse, upper: better },
            Direction::SmallerIsBetter => Band { lower: better, upper: worse },
        }
    }

    fn is_floored(&self, value: f64) -> bool {
        self.floor.is_some_and(|floor| value <= floor)
    }

    fn n_reached(&self, value: f64, key: Option<u128>) -> usize {
        self.cuts.partition_point(|cut| self.reaches(value, key, cut))
    }

    fn reaches(&self, value: f64, key: Option<u128>, cut: &Cut) -> bool {
        let order = match self.direction {
            Direction::LargerIsBetter => value.partial_cmp(&cut.value),
            Direction::SmallerIsBetter => cut.value.partial_cmp(&value),
        };
        match order {
            Some(Ordering::Greater) => true,
            Some(Ordering::Equal) if self.reach == Reach::AtOrBetter => match (cut.tie_key, key) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(at), Some(key)) if self.direction == Direction::LargerIsBetter => key >= at.0,
                (Some(at), Some(key)) => key <= at.0,
            },
            _ => false,
        }
    }
}
