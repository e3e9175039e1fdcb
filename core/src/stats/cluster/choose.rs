//! How many groups there are.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::stats::cluster::adjusted_rand;
use crate::stats::cluster::fit::KMeans;
use crate::stats::cluster::lloyd::nearest;
use crate::stats::cluster::points::{Centre, ClusterError, Points};
use crate::stats::cluster::silhouette::{MOST_ROWS, of_canonical};
use crate::stats::random::SplitMix64;

/// How good a number of groups is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Quality {
    /// How many groups.
    pub k: usize,
    /// The mean distance of rows to their centre: falls with k, steeply up to the right one.
    pub distortion: f64,
    /// The mean silhouette, −1 to 1; `None` for one group.
    pub silhouette: Option<f64>,
    /// The mean adjusted Rand index between groups learnt from two resamples; 1 is the same again each time.
    pub stability: f64,
}

/// Which numbers of groups to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The smallest, 1 or more.
    pub from: usize,
    /// The largest, itself looked at.
    pub to: usize,
}

/// How many pairs of resamples there are.
const PAIRS: u64 = 8;
/// A resample has at most so many rows.
const MOST_RESAMPLED: usize = 2_000;
/// Below this, groups are not the same ones again.
const STABLE: f64 = 0.6;

/// Looks at several numbers of groups, as `how` says (its own `k` aside); on at most 4,000 rows, spread evenly.
///
/// # Method
/// Silhouette as in [`silhouette`](crate::stats::cluster::silhouette()). Stability as Dolnicar and Leisch 2010
/// (*Marketing Letters* 21): groups are learnt from each of two bootstrap samples, all rows are put to the nearest centre of
/// each, and the two groupings are compared by the adjusted Rand index; the mean of eight such pairs.
///
/// # Errors
/// As [`KMeans::fit`], and [`ClusterError::Groups`] where the range is empty.
pub fn qualities(points: &Points, range: Range, how: &KMeans) -> Result<Vec<Quality>, ClusterError> {
    if range.from > range.to {
        return Err(ClusterError::Groups { found: range.to });
    }
    for k in [range.from, range.to] {
        KMeans { k, ..how.clone() }.check()?;
    }
    let sorted = points.take(&points.canonical());
    let sample = sorted.sample(MOST_ROWS, &mut SplitMix64::part(how.seed, u64::MAX - 1));
    let looked_at = sample.as_ref().unwrap_or(&sorted);
    let most = range.to.min(looked_at.n_distinct());
    let ks = range.from.min(most)..=most;
    Ok(ks.into_par_iter().map(|k| quality(looked_at, &KMeans { k, ..how.clone() })).collect())
}

fn quality(points: &Points, how: &KMeans) -> Quality {
    let found = how.fit_canonical(points);
    Quality {
        k: how.k,
        distortion: found.inertia / points.len() as f64,
        silhouette: of_canonical(points, &found.labels, how.gamma).map(|s| s.mean),
        stability: stability(points, how),
    }
}

fn stability(points: &Points, how: &KMeans) -> f64 {
    let rows = points.len().min(MOST_RESAMPLED);
    let learnt = |part: u64| -> Vec<u32> {
        let mut random = SplitMix64::part(how.seed ^ how.k as u64, part);
        let mut drawn: Vec<u32> = (0..rows).map(|_| random.below(points.len()) as u32).collect();
        // Rows in canonical order: so are those drawn.
        drawn.sort_unstable();
        let how = KMeans { seed: random.draw(), starts: how.starts.min(3), ..how.clone() };
        labels(points, &how.fit_canonical(&points.take(&drawn)).centres, how.gamma)
    };
    let pairs: Vec<f64> = (0..PAIRS)
        .into_par_iter()
        .filter_map(|pair| adjusted_rand(&learnt(2 * pair), &learnt(2 * pair + 1)))
        .collect();
    pairs.iter().sum::<f64>() / pairs.len().max(1) as f64
}

fn labels(points: &Points, centres: &[Centre], gamma: f64) -> Vec<u32> {
    (0..points.len()).map(|row| nearest(centres, points.row(row), gamma).0 as u32).collect()
}

/// The place of the best of several numbers of groups: the largest silhouette among those with a stability of at least
/// 0.6, or among all where there is none; of equal ones the fewest groups. `None` where there are none.
pub fn best_quality(qualities: &[Quality]) -> Option<usize> {
    let best = |stable: bool| {
        let able = |q: &Quality| !stable || q.stability >= STABLE;
        let mut found: Option<(usize, f64)> = None;
        for (at, quality) in qualities.iter().enumerate().filter(|(_, q)| able(q)) {
            let value = quality.silhouette.unwrap_or(0.0);
            if found.is_none_or(|(_, best)| value > best) {
                found = Some((at, value));
            }
        }
        found.map(|(at, _)| at)
    };
    best(true).or_else(|| best(false))
}
