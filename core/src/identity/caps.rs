//! How many identifiers of each capped kind a component has.

use crate::identity::Rules;

/// For each component, by its root: how many values it has of each kind that has `max_per_profile`.
pub(super) struct Caps {
    /// The kind and what it may have.
    limits: Vec<(usize, u32)>,
    /// By kind: its place in `limits`.
    places: Vec<Option<usize>>,
    /// `[n_nodes, n_caps]`; only the rows of roots mean something.
    counts: Vec<u32>,
}

/// A cap that a join would break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Excess {
    pub(super) kind: usize,
    pub(super) found: u32,
    pub(super) allowed: u32,
}

impl Caps {
    /// Every node by itself: one value of its own kind.
    pub(super) fn new(rules: &Rules, kind_of: impl Iterator<Item = usize>, n_nodes: usize) -> Self {
        let mut limits = Vec::new();
        let mut places = vec![None; rules.len()];
        for (kind, rule) in rules.kinds().iter().enumerate() {
            if let Some(cap) = rule.max_per_profile {
                places[kind] = Some(limits.len());
                limits.push((kind, cap));
            }
        }
        let mut counts = Vec::new();
        if !limits.is_empty() {
            counts = vec![0; n_nodes * limits.len()];
            for (node, kind) in kind_of.enumerate() {
                if let Some(place) = places[kind] {
                    counts[node * limits.len() + place] = 1;
                }
            }
        }
        Self { limits, places, counts }
    }

    /// What a component has, in the order of the caps.
    pub(super) fn of(&self, root: u32) -> &[u32] {
        let n_caps = self.limits.len();
        &self.counts[root as usize * n_caps..][..n_caps]
    }

    /// Counts of nothing.
    pub(super) fn zero(&self) -> Vec<u32> {
        vec![0; self.limits.len()]
    }

    /// Adds `n` values of a kind to some counts.
    pub(super) fn add_to(&self, counts: &mut [u32], kind: usize, n: u32) {
        if let Some(place) = self.places[kind] {
            counts[place] += n;
        }
    }

    /// Adds `n` values of a kind to a component.
    pub(super) fn add(&mut self, root: u32, kind: usize, n: u32) {
        if let Some(place) = self.places[kind] {
            self.counts[root as usize * self.limits.len() + place] += n;
        }
    }

    /// Adds what one component has to another.
    pub(super) fn merge(&mut self, from: u32, to: u32) {
        let n_caps = self.limits.len();
        for place in 0..n_caps {
            self.counts[to as usize * n_caps + place] += self.counts[from as usize * n_caps + place];
        }
    }

    /// The caps that some counts break.
    pub(super) fn broken(&self, counts: &[u32]) -> Vec<Excess> {
        let all = self.limits.iter().zip(counts);
        all.filter(|((_, allowed), found)| found > &allowed)
            .map(|(&(kind, allowed), &found)| Excess { kind, found, allowed })
            .collect()
    }

    /// The cap of one kind, if a component breaks it.
    pub(super) fn broken_by(&self, root: u32, kind: usize) -> Option<Excess> {
        let place = self.places[kind]?;
        let (found, allowed) = (self.of(root)[place], self.limits[place].1);
        (found > allowed).then_some(Excess { kind, found, allowed })
    }

    /// Forgets the values that a component has of one kind.
    pub(super) fn clear(&mut self, root: u32, kind: usize) {
        if let Some(place) = self.places[kind] {
            self.counts[root as usize * self.limits.len() + place] = 0;
        }
    }
}
