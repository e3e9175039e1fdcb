//! Segment maps written by the user.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::marketing::rfm::fitted::code_of;
use crate::marketing::rfm::{CoveredTwice, Dimension, Pattern, RfmError, Segment};

/// Segments of a custom map. Each code that the scorer can give must be in just one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomMap {
    /// The segments.
    pub segments: Vec<CustomSegment>,
    /// The segment of all codes that no other has, if there is one; its own `codes` must be empty or missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<CustomSegment>,
}

/// One segment of a custom map.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomSegment {
    /// The name.
    pub name: String,
    /// The Chinese name; the name where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    /// The codes, such as `555` or `[4-5]*1`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Pattern>,
}

impl CustomMap {
    /// All segments, the one for all other codes last; the place is the segment's index.
    pub(super) fn all(&self) -> impl Iterator<Item = &CustomSegment> {
        self.segments.iter().chain(&self.otherwise)
    }

    pub(super) fn segment(&self, scores: [u8; 3]) -> Option<Segment<'_>> {
        let found = self.segments.iter().position(|segment| segment.has(scores));
        let index = found.or_else(|| self.otherwise.as_ref().map(|_| self.segments.len()))?;
        self.all().nth(index).map(|segment| segment.named(index))
    }

    /// Checks names and patterns, and that each code of the scorer is in just one segment.
    pub(super) fn check(&self, classes: [u8; 3]) -> Result<(), RfmError> {
        let mut names = BTreeSet::new();
        for (index, segment) in self.all().enumerate() {
            if segment.name.trim().is_empty() {
                return Err(RfmError::SegmentUnnamed { index });
            }
            if !names.insert(&segment.name) {
                return Err(RfmError::SegmentNamedTwice { name: segment.name.clone() });
            }
            for &pattern in &segment.codes {
                for (dimension, (found, classes)) in
                    Dimension::ALL.into_iter().zip(pattern.largest().into_iter().zip(classes))
                {
                    if found > classes {
                        return Err(RfmError::PatternOutside { pattern, dimension, found, classes });
                    }
                }
            }
        }
        self.check_cover(classes)
    }

    fn check_cover(&self, classes: [u8; 3]) -> Result<(), RfmError> {
        let (mut uncovered, mut twice) = (Vec::new(), Vec::new());
        for scores in all_scores(classes) {
            let mut owners = self.all().flat_map(|segment| {
                segment.codes.iter().filter(|pattern| pattern.matches(scores)).map(|_| segment.name.as_str())
            });
            match (owners.next(), owners.next()) {
                (None, _) if self.otherwise.is_none() => uncovered.push(code_of(scores, classes)),
                (Some(first), Some(second)) => twice.push(CoveredTwice {
                    code: code_of(scores, classes),
                    first: first.to_owned(),
                    second: second.to_owned(),
                }),
                _ => {}
            }
        }
        if uncovered.is_empty() && twice.is_empty() {
            return Ok(());
        }
        Err(RfmError::MapNotPartition { uncovered, twice })
    }
}

impl CustomSegment {
    fn has(&self, scores: [u8; 3]) -> bool {
        self.codes.iter().any(|pattern| pattern.matches(scores))
    }

    pub(super) fn named(&self, index: usize) -> Segment<'_> {
        Segment { index, en: &self.name, zh: self.zh.as_ref().unwrap_or(&self.name) }
    }
}

/// All codes of a scorer, in order.
pub(super) fn all_scores([r, f, m]: [u8; 3]) -> impl Iterator<Item = [u8; 3]> {
    (1..=r).flat_map(move |r| (1..=f).flat_map(move |f| (1..=m).map(move |m| [r, f, m])))
}
