//! Where k-means starts.

use crate::stats::cluster::Points;
use crate::stats::cluster::points::{Centre, distance};
use crate::stats::random::SplitMix64;

/// Up to `k` rows far from one another, drawn with chances in proportion to the distance from those drawn before; fewer
/// where there are fewer distinct rows.
///
/// # Method
/// k-means++ (Arthur and Vassilvitskii 2007) in its greedy form: of `2 + ⌊ln k⌋` drawn rows the one that lowers the sum
/// of distances most, as scikit-learn does.
pub(super) fn plus_plus(points: &Points, k: usize, gamma: f64, random: &mut SplitMix64) -> Vec<Centre> {
    let trials = 2 + (k as f64).ln() as usize;
    let first = random.below(points.len());
    let mut centres = vec![points.centre(first)];
    let mut nearest = nearer(points, None, first, gamma);
    while centres.len() < k {
        let total: f64 = nearest.iter().sum();
        if total <= 0.0 {
            break;
        }
        let mut best: Option<(f64, usize, Vec<f64>)> = None;
        for _ in 0..trials {
            let row = drawn(&nearest, random.unit() * total);
            let candidate = nearer(points, Some(&nearest), row, gamma);
            let sum: f64 = candidate.iter().sum();
            if best.as_ref().is_none_or(|(least, ..)| sum < *least) {
                best = Some((sum, row, candidate));
            }
        }
        let Some((_, row, candidate)) = best else { break };
        centres.push(points.centre(row));
        nearest = candidate;
    }
    centres
}

/// The row in whose stretch a place on the sum of all distances falls; never one at distance 0.
fn drawn(nearest: &[f64], place: f64) -> usize {
    let mut sum = 0.0;
    let mut last = 0;
    for (row, &distance) in nearest.iter().enumerate() {
        if distance > 0.0 {
            sum += distance;
            last = row;
            if sum > place {
                break;
            }
        }
    }
    last
}

/// The distance of each row to the nearest of the centres, with one more.
fn nearer(points: &Points, nearest: Option<&[f64]>, centre: usize, gamma: f64) -> Vec<f64> {
    let centre = points.row(centre);
    let to = |row: usize| distance(points.row(row), centre, gamma);
    match nearest {
        None => (0..points.len()).map(to).collect(),
        Some(nearest) => nearest.iter().enumerate().map(|(row, known)| known.min(to(row))).collect(),
    }
}
