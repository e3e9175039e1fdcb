//! Learning the groups.

use rayon::prelude::*;

use crate::stats::cluster::lloyd::{Settled, settle};
use crate::stats::cluster::points::{Centre, ClusterError, Points};
use crate::stats::cluster::seeding::plus_plus;
use crate::stats::random::SplitMix64;

/// Starts are tried on at most so many rows; the best of them goes on with all rows.
const MOST_TRIED: usize = 20_000;

/// How groups are learnt.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct KMeans {
    /// How many groups; as many as there are distinct rows, where there are fewer.
    pub k: usize,
    /// How much a category that differs weighs; it matters only where there are categories.
    pub gamma: f64,
    /// How many starts; the best is kept. Default 10.
    pub starts: u32,
    /// The most rounds after each start. Default 300.
    pub max_iterations: u32,
    /// Of all randomness. Default 0.
    pub seed: u64,
}

/// Groups of rows, the largest first; of equally large ones the one with the smaller centre.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Clusters {
    /// The middle of each group.
    pub centres: Vec<Centre>,
    /// How many rows each group has.
    pub sizes: Vec<u64>,
    /// The group of each row, from 0.
    pub labels: Vec<u32>,
    /// The sum of the distances of all rows to their centres.
    pub inertia: f64,
    /// How many rounds the kept start took.
    pub iterations: u32,
    /// Whether no row moved in the last round.
    pub converged: bool,
}

impl KMeans {
    /// So many groups.
    pub fn new(k: usize) -> Self {
        Self { k, gamma: 1.0, starts: 10, max_iterations: 300, seed: 0 }
    }

    /// With a weight of categories.
    pub fn with_gamma(mut self, gamma: f64) -> Self {
        self.gamma = gamma;
        self
    }

    /// With a number of starts.
    pub fn with_starts(mut self, starts: u32) -> Self {
        self.starts = starts;
        self
    }

    /// With a limit of rounds.
    pub fn with_max_iterations(mut self, max_iterations: u32) -> Self {
        self.max_iterations = max_iterations;
        self
    }

    /// With a seed.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Learns groups from rows. The same rows in any order give the same groups, on any number of threads.
    ///
    /// # Method
    /// Several starts by greedy k-means++ on at most 20,000 rows, each followed by Lloyd's rounds; the one with the
    /// smallest sum of distances goes on with all rows. That is a local minimum, the best of those found.
    ///
    /// # Errors
    /// [`ClusterError::Groups`], [`ClusterError::Gamma`].
    pub fn fit(&self, points: &Points) -> Result<Clusters, ClusterError> {
        self.check()?;
        let order = points.canonical();
        Ok(self.fit_canonical(&points.take(&order)).in_the_order_of(&order))
    }

    /// Learns groups from rows, starting with these centres.
    ///
    /// # Errors
    /// As [`fit`](Self::fit); [`ClusterError::Cells`] where a centre is of another width.
    pub fn fit_from(&self, points: &Points, start: &[Centre]) -> Result<Clusters, ClusterError> {
        self.check()?;
        if start.is_empty() {
            return Err(ClusterError::Groups { found: 0 });
        }
        let n_levels = points.n_levels();
        let fits = |centre: &&Centre| {
            centre.numbers.len() == points.n_numbers
                && centre.codes.len() == points.n_codes
                && centre.codes.iter().zip(&n_levels).all(|(&code, &n)| (code as usize) < n)
        };
        if let Some(odd) = start.iter().find(|centre| !fits(centre)) {
            return Err(ClusterError::Cells { rows: 1, cells: odd.numbers.len() + odd.codes.len() });
        }
        let order = points.canonical();
        let settled = settle(&points.take(&order), start.to_vec(), self.gamma, self.max_iterations);
        Ok(Clusters::of(settled).in_the_order_of(&order))
    }

    pub(super) fn check(&self) -> Result<(), ClusterError> {
        if !(1..=1000).contains(&self.k) {
            return Err(ClusterError::Groups { found: self.k });
        }
        if !(self.gamma.is_finite() && self.gamma >= 0.0) {
            return Err(ClusterError::Gamma { found: self.gamma });
        }
        Ok(())
    }

    /// Learns groups from rows in canonical order.
    pub(super) fn fit_canonical(&self, points: &Points) -> Clusters {
        let sample = points.sample(MOST_TRIED, &mut SplitMix64::part(self.seed, u64::MAX));
        let tried = sample.as_ref().unwrap_or(points);
        let starts: Vec<Settled> = (0..u64::from(self.starts.max(1)))
            .into_par_iter()
            .map(|start| {
                let mut random = SplitMix64::part(self.seed, start);
                let centres = plus_plus(tried, self.k, self.gamma, &mut random);
                settle(tried, centres, self.gamma, self.max_iterations)
            })
            .collect();
        let best = starts
            .into_iter()
            .reduce(|best, next| if next.inertia < best.inertia { next } else { best })
            .expect("invariant: there is at least one start");
        match sample {
            None => Clusters::of(best),
            Some(_) => Clusters::of(settle(points, best.centres, self.gamma, self.max_iterations)),
        }
    }
}

impl Clusters {
    fn of(settled: Settled) -> Self {
        let Settled { centres, sizes, labels, inertia, iterations, converged } = settled;
        let mut order: Vec<usize> = (0..centres.len()).filter(|&group| sizes[group] > 0).collect();
        order.sort_by(|&a, &b| sizes[b].cmp(&sizes[a]).then_with(|| centres[a].compare(&centres[b])));
        let mut place = vec![0; centres.len()];
        for (at, &group) in order.iter().enumerate() {
            place[group] = at as u32;
        }
        Self {
            centres: order.iter().map(|&group| centres[group].clone()).collect(),
            sizes: order.iter().map(|&group| sizes[group]).collect(),
            labels: labels.into_iter().map(|label| place[label as usize]).collect(),
            inertia,
            iterations,
            converged,
        }
    }

    /// With the labels in the order in which the rows came.
    fn in_the_order_of(mut self, canonical: &[u32]) -> Self {
        let mut labels = vec![0; self.labels.len()];
        for (&row, &label) in canonical.iter().zip(&self.labels) {
            labels[row as usize] = label;
        }
        self.labels = labels;
        self
    }
}
