//! How well rows lie in their groups.

use rayon::prelude::*;

use crate::stats::cluster::Points;
use crate::stats::cluster::points::distance;
use crate::stats::random::SplitMix64;

/// How well rows lie in their groups.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Silhouette {
    /// The mean over the rows that were looked at, −1 to 1: about 1 where groups are far apart, about 0 where they
    /// touch, below 0 where rows are nearer to another group.
    pub mean: f64,
    /// The mean of each group; `None` for a group without a row that was looked at.
    pub by_group: Vec<Option<f64>>,
    /// How many rows were looked at.
    pub rows: usize,
}

/// More rows than this are sampled: the time grows with the square.
pub(super) const MOST_ROWS: usize = 4_000;

/// The silhouette of a grouping; `None` where there are not at least two groups, another number of labels than rows, or a
/// label that is not below the number of rows.
///
/// # Method
/// Rousseeuw 1987: with `a` the mean distance to the other rows of the own group and `b` the smallest mean distance to
/// the rows of another, `(b − a) / max(a, b)`; 0 for a group of one row. The distance is the square root of
/// [`Centre::distance`](crate::stats::cluster::Centre::distance), which for numbers is Euclid's. Of more than 4,000
/// rows so many are taken, evenly over the rows in the order of their content, and looked at among themselves.
pub fn silhouette(points: &Points, labels: &[u32], gamma: f64) -> Option<Silhouette> {
    if labels.len() != points.len() || labels.iter().any(|&label| label as usize >= points.len()) {
        return None;
    }
    let mut order = points.canonical();
    // Equal rows may have different labels here.
    order.sort_by(|&a, &b| {
        let (a, b) = (a as usize, b as usize);
        points.compare_rows(a, b).then_with(|| labels[a].cmp(&labels[b]))
    });
    if order.len() > MOST_ROWS {
        let mut random = SplitMix64::part(0, 0);
        let from = |i: usize| i * order.len() / MOST_ROWS;
        let one = |i: usize| order[from(i) + random.below(from(i + 1) - from(i))];
        order = (0..MOST_ROWS).map(one).collect();
    }
    let labels: Vec<u32> = order.iter().map(|&row| labels[row as usize]).collect();
    of_canonical(&points.take(&order), &labels, gamma)
}

/// The silhouette of rows in canonical order, all of them.
pub(super) fn of_canonical(points: &Points, labels: &[u32], gamma: f64) -> Option<Silhouette> {
    let groups = labels.iter().max().map_or(0, |&largest| largest as usize + 1);
    let mut sizes = vec![0u64; groups];
    for &label in labels {
        sizes[label as usize] += 1;
    }
    if sizes.iter().filter(|&&size| size > 0).count() < 2 {
        return None;
    }
    let of_row = |row: usize| {
        let mut sums = vec![0.0; groups];
        let own = labels[row] as usize;
        for (other, &label) in labels.iter().enumerate() {
            sums[label as usize] += distance(points.row(row), points.row(other), gamma).sqrt();
        }
        if sizes[own] < 2 {
            return 0.0;
        }
        let a = sums[own] / (sizes[own] - 1) as f64;
        let others = (0..groups).filter(|&group| group != own && sizes[group] > 0);
        let b = others.map(|group| sums[group] / sizes[group] as f64).fold(f64::INFINITY, f64::min);
        // Rows of equal content all over: neither near nor far.
        if a.max(b) > 0.0 { (b - a) / a.max(b) } else { 0.0 }
    };
    let values: Vec<f64> = (0..points.len()).into_par_iter().map(of_row).collect();
    let mut sums = vec![0.0; groups];
    for (&label, value) in labels.iter().zip(&values) {
        sums[label as usize] += value;
    }
    let mean_of = |(sum, &size): (&f64, &u64)| (size > 0).then(|| sum / size as f64);
    Some(Silhouette {
        mean: values.iter().sum::<f64>() / values.len() as f64,
        by_group: sums.iter().zip(&sizes).map(mean_of).collect(),
        rows: values.len(),
    })
}
