//! What a population looks like in a marketing model.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::model::TierDef;
use crate::marketing::rfm::{Dimension, Direction, Fitted, Scale};
use crate::profile::Profiles;
use crate::report::distribution::{Ranking, counts_of_texts};
use crate::value::Column;

/// A population in recency, frequency and money.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RfmFacts {
    /// How many profiles have each pair of scores: by recency score from 1, then by frequency score from 1.
    pub grid: Vec<Vec<u64>>,
    /// How many profiles are in each segment; empty without a segment map.
    pub segments: Ranking,
    /// Recency, frequency, monetary: what each score means.
    pub scales: Vec<ScaleFacts>,
    /// From how many profiles the thresholds were learnt.
    pub learnt_from: u64,
    /// What a reader of the scores should know.
    pub diagnostics: Vec<String>,
}

/// What the scores of a measure mean.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ScaleFacts {
    /// The measure.
    pub dimension: Dimension,
    /// Whether less is better.
    pub smaller_is_better: bool,
    /// For each score from 1 up, the value to reach; `None` for the scores that need none, or that nobody has.
    pub reach: Vec<Option<f64>>,
    /// How many profiles of the fit had each score, from 1 up.
    pub n_by_score: Vec<u64>,
}

/// A population in levels.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TierFacts {
    /// The tag that decides.
    pub by: String,
    /// The levels from low to high: name, start, how many profiles.
    pub levels: Vec<(String, f64, u64)>,
    /// How many profiles have no level.
    pub without: u64,
}

impl RfmFacts {
    pub(super) fn of(profiles: &Profiles, tag: &str, fitted: &Fitted) -> Self {
        let scores = |field: &str| match profiles.column(&format!("{tag}.{field}")) {
            Some(Column::Int(scores)) => scores.iter().map(|score| score.unwrap_or(0) as usize).collect(),
            _ => vec![0; profiles.len()],
        };
        let mut grid =
            vec![vec![0; usize::from(fitted.frequency.classes)]; usize::from(fitted.recency.classes)];
        for (r, f) in scores("r").into_iter().zip(scores("f")) {
            let cell = r.checked_sub(1).zip(f.checked_sub(1));
            if let Some(count) = cell.and_then(|(r, f)| grid.get_mut(r)?.get_mut(f)) {
                *count += 1;
            }
        }
        let segments = match profiles.column(tag) {
            Some(Column::String(texts)) => counts_of_texts(texts),
            _ => BTreeMap::new(),
        };
        Self {
            grid,
            segments: Ranking::of(&segments, usize::MAX - 1),
            scales: Dimension::ALL.map(|d| ScaleFacts::of(d, fitted.scale(d))).into(),
            learnt_from: fitted.n,
            diagnostics: fitted.diagnostics.iter().map(ToString::to_string).collect(),
        }
    }
}

impl ScaleFacts {
    fn of(dimension: Dimension, scale: &Scale) -> Self {
        let mut reach = vec![None; usize::from(scale.classes)];
        let scores = usize::from(scale.lowest)..;
        for (score, cut) in scores.zip(&scale.cuts) {
            if let Some(cell) = reach.get_mut(score) {
                *cell = Some(cut.value);
            }
        }
        Self {
            dimension,
            smaller_is_better: scale.direction == Direction::SmallerIsBetter,
            reach,
            n_by_score: scale.n_by_score.clone(),
        }
    }
}

impl TierFacts {
    pub(super) fn of(column: &Column, def: &TierDef) -> Self {
        let counts = match column {
            Column::String(texts) => counts_of_texts(texts),
            _ => BTreeMap::new(),
        };
        let count = |name: &str| counts.get(name).copied().unwrap_or(0);
        let levels = def.levels.iter().map(|(name, start)| (name.clone(), *start, count(name)));
        Self { by: def.by.clone(), levels: levels.collect(), without: column.null_count() as u64 }
    }
}
