//! From starting centres to centres that are the middle of their groups.

use rayon::prelude::*;

use crate::stats::cluster::Points;
use crate::stats::cluster::points::{Centre, distance};

/// How many rows one task looks at. It is part of the result: sums are made within tasks, then over tasks in order.
const ROWS_PER_TASK: usize = 4_096;

/// Centres and how the search for them ended.
#[derive(Debug, Clone)]
pub(super) struct Settled {
    pub(super) centres: Vec<Centre>,
    pub(super) sizes: Vec<u64>,
    pub(super) labels: Vec<u32>,
    pub(super) inertia: f64,
    pub(super) iterations: u32,
    pub(super) converged: bool,
}

/// Sums over the members of each group, of some rows.
struct Sums {
    numbers: Vec<f64>,
    counts: Vec<u64>,
    /// By group, category and code.
    levels: Vec<u64>,
    inertia: f64,
    changed: usize,
}

/// The middle of a group is learnt, rows go to the nearest, and so on until none moves (Lloyd 1982; Huang 1998 for
/// categories). A group that loses all rows takes the row farthest from its centre.
pub(super) fn settle(points: &Points, start: Vec<Centre>, gamma: f64, max_iterations: u32) -> Settled {
    let n_levels = points.n_levels();
    let mut centres = start;
    let mut labels = vec![u32::MAX; points.len()];
    let mut sums = assign(points, &centres, gamma, &n_levels, &mut labels);
    let (mut iterations, mut converged) = (0, false);
    while iterations < max_iterations && !converged {
        iterations += 1;
        update(points, &mut centres, &sums, &n_levels, &labels, gamma);
        sums = assign(points, &centres, gamma, &n_levels, &mut labels);
        converged = sums.changed == 0;
    }
    Settled { centres, sizes: sums.counts, labels, inertia: sums.inertia, iterations, converged }
}

/// Puts every row to its nearest centre, of equally near ones to the first.
fn assign(points: &Points, centres: &[Centre], gamma: f64, n_levels: &[usize], labels: &mut [u32]) -> Sums {
    let (k, width, all_levels) = (centres.len(), points.n_numbers, n_levels.iter().sum::<usize>());
    let parts: Vec<Sums> = labels
        .par_chunks_mut(ROWS_PER_TASK)
        .enumerate()
        .map(|(task, labels)| {
            let mut sums = Sums::empty(k, width, all_levels);
            for (at, label) in labels.iter_mut().enumerate() {
                let row = points.row(task * ROWS_PER_TASK + at);
                let (nearest, distance) = nearest(centres, row, gamma);
                sums.changed += usize::from(*label != nearest as u32);
                *label = nearest as u32;
                sums.add(nearest, row, distance, n_levels, all_levels);
            }
            sums
        })
        .collect();
    let mut all = Sums::empty(k, width, all_levels);
    for part in parts {
        all.merge(&part);
    }
    all
}

/// The nearest centre and its distance; of equally near ones the first.
pub(super) fn nearest(centres: &[Centre], row: (&[f64], &[u32]), gamma: f64) -> (usize, f64) {
    let (mut best, mut least) = (0, f64::INFINITY);
    for (at, centre) in centres.iter().enumerate() {
        let found = distance(row, (&centre.numbers, &centre.codes), gamma);
        if found < least {
            (best, least) = (at, found);
        }
    }
    (best, least)
}

fn update(
    points: &Points,
    centres: &mut [Centre],
    sums: &Sums,
    n_levels: &[usize],
    labels: &[u32],
    gamma: f64,
) {
    let (width, all_levels) = (points.n_numbers, n_levels.iter().sum::<usize>());
    let mut lost: Vec<usize> = Vec::new();
    for (group, centre) in centres.iter_mut().enumerate() {
        let count = sums.counts[group];
        if count == 0 {
            lost.push(group);
            continue;
        }
        for (number, sum) in centre.numbers.iter_mut().zip(&sums.numbers[group * width..]) {
            *number = sum / count as f64;
        }
        let mut first = group * all_levels;
        for (code, &n) in centre.codes.iter_mut().zip(n_levels) {
            let counts = &sums.levels[first..first + n];
            // The first of the largest.
            let most = counts.iter().max().copied().unwrap_or(0);
            *code = counts.iter().position(|&count| count == most).unwrap_or(0) as u32;
            first += n;
        }
    }
    if lost.is_empty() {
        return;
    }
    let mut far: Vec<(f64, usize)> = (0..points.len())
        .map(|row| {
            let centre = &centres[labels[row] as usize];
            (distance(points.row(row), (&centre.numbers, &centre.codes), gamma), row)
        })
        .collect();
    far.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    // Rows of equal content follow one another in canonical order; a second group there would be lost again.
    far.dedup_by(|a, b| points.row(a.1) == points.row(b.1));
    for (group, (_, row)) in lost.into_iter().zip(far) {
        centres[group] = points.centre(row);
    }
}

impl Sums {
    fn empty(k: usize, width: usize, all_levels: usize) -> Self {
        Self {
            numbers: vec![0.0; k * width],
            counts: vec![0; k],
            levels: vec![0; k * all_levels],
            inertia: 0.0,
            changed: 0,
        }
    }

    fn add(
        &mut self,
        group: usize,
        (numbers, codes): (&[f64], &[u32]),
        distance: f64,
        n_levels: &[usize],
        all_levels: usize,
    ) {
        self.counts[group] += 1;
        self.inertia += distance;
        for (sum, number) in self.numbers[group * numbers.len()..].iter_mut().zip(numbers) {
            *sum += number;
        }
        let mut first = group * all_levels;
        for (&code, n) in codes.iter().zip(n_levels) {
            self.levels[first + code as usize] += 1;
            first += n;
        }
    }

    fn merge(&mut self, other: &Self) {
        let numbers = self.numbers.iter_mut().zip(&other.numbers);
        numbers.for_each(|(sum, number)| *sum += number);
        let counts = self.counts.iter_mut().zip(&other.counts);
        counts.for_each(|(sum, count)| *sum += count);
        let levels = self.levels.iter_mut().zip(&other.levels);
        levels.for_each(|(sum, count)| *sum += count);
        self.inertia += other.inertia;
        self.changed += other.changed;
    }
}
