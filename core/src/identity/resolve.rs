//! Joining identifiers to components, level by level.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::catalog::model::Strength;
use crate::identity::caps::{Caps, Excess};
use crate::identity::forest::Forest;
use crate::identity::table::{Identifiers, MANY, NONE, Tuples};

/// Which identifiers belong together.
pub(super) struct Resolution {
    forest: Forest,
    caps: Caps,
    /// By node: whether its links are not believed, so that it stays by itself.
    isolated: Vec<bool>,
    /// By node, while its level is handled: the one component that it was seen with, or `MANY`.
    link: Vec<u32>,
    /// By tuple: its strongest node that is not isolated, of the levels so far.
    anchor: Vec<u32>,
    pub(super) refusals: Vec<Refusal>,
    /// By kind.
    pub(super) tallies: Vec<Tally>,
}

/// Links that were not believed, and why.
pub(super) struct Refusal {
    pub(super) kind: usize,
    /// The identifiers whose links were refused.
    pub(super) values: Vec<u32>,
    /// A node of each component that they were seen with.
    pub(super) components: Vec<u32>,
    pub(super) cause: Cause,
}

pub(super) enum Cause {
    /// One value was seen with more components than `max_profiles`.
    TooManyProfiles,
    /// The links together would have broken these caps.
    MaxPerProfile(Vec<Excess>),
}

/// What became of the values of a kind.
#[derive(Clone, Copy, Default)]
pub(super) struct Tally {
    /// Values that were attached to one component of stronger identifiers.
    pub(super) attached: u64,
    /// Values that joined two or more.
    pub(super) joining: u64,
    /// How many components fewer there are for it.
    pub(super) merged: u64,
    /// Weak values that were seen with two or more components, within `max_profiles`.
    pub(super) ambiguous: u64,
    /// Values in refusals.
    pub(super) refused: u64,
}

/// Values of one level that were seen with stronger components, as they were before the level.
struct Evidence {
    /// Values that were seen with one component.
    single: Vec<u32>,
    /// Values that were seen with several: the value and each component's root, sorted.
    multiple: Vec<(u32, u32)>,
}

impl Resolution {
    pub(super) fn new(identifiers: &Identifiers, tuples: &Tuples) -> Self {
        let n_nodes = identifiers.len();
        let kind_of = (0..n_nodes as u32).map(|node| identifiers.kind(node));
        let rules = identifiers.rules();
        let mut this = Self {
            forest: Forest::new(n_nodes),
            caps: Caps::new(rules, kind_of, n_nodes),
            isolated: vec![false; n_nodes],
            link: vec![NONE; n_nodes],
            anchor: vec![NONE; tuples.len()],
            refusals: Vec::new(),
            tallies: vec![Tally::default(); rules.len()],
        };
        for (kind, rule) in rules.kinds().iter().enumerate() {
            this.level(tuples, kind, rule.strength, rule.max_profiles.unwrap_or(u32::MAX));
        }
        this
    }

    /// A node of the component to which a node belongs: the same one for all its nodes.
    pub(super) fn component(&mut self, node: u32) -> u32 {
        self.forest.find(node)
    }

    pub(super) fn is_isolated(&self, node: u32) -> bool {
        self.isolated[node as usize]
    }

    /// The node whose component a tuple's rows belong to: its strongest one that is not isolated, or else its strongest.
    pub(super) fn owner(&self, tuples: &Tuples, tuple: usize) -> u32 {
        match self.anchor[tuple] {
            NONE => tuples.first(tuple),
            node => node,
        }
    }

    fn level(&mut self, tuples: &Tuples, kind: usize, strength: Strength, max_profiles: u32) {
        let Evidence { mut single, multiple } = self.evidence(tuples, kind);
        if max_profiles == 0 {
            for value in single.drain(..) {
                let component = self.link[value as usize];
                self.refuse(kind, vec![value], vec![component], Cause::TooManyProfiles);
            }
        }
        let proposals = self.propose(kind, strength, max_profiles, &multiple);
        for &value in &single {
            let component = self.link[value as usize];
            self.caps.add(component, kind, 1);
        }
        self.join(kind, &multiple, &proposals);
        self.attach(kind, single);
        self.anchor_rows(tuples, kind);
    }

    /// Which components each value of the level was seen with. All the nodes of a tuple that are stronger and not
    /// isolated are in one component already (that is what levels do), so the tuple's anchor stands for them.
    fn evidence(&mut self, tuples: &Tuples, kind: usize) -> Evidence {
        let mut seen = Vec::new();
        let mut has_many = false;
        for tuple in 0..tuples.len() {
            let Some((value, root)) = self.pair(tuples, tuple, kind) else { continue };
            let link = &mut self.link[value as usize];
            if *link == NONE {
                *link = root;
                seen.push(value);
            } else if *link != root {
                *link = MANY;
                has_many = true;
            }
        }
        let mut multiple = Vec::new();
        if has_many {
            for tuple in 0..tuples.len() {
                let Some(pair) = self.pair(tuples, tuple, kind) else { continue };
                if self.link[pair.0 as usize] == MANY {
                    multiple.push(pair);
                }
            }
            multiple.sort_unstable();
            multiple.dedup();
            seen.retain(|&value| self.link[value as usize] != MANY);
        }
        Evidence { single: seen, multiple }
    }

    /// The tuple's value of the kind, and the root of what it was seen with.
    fn pair(&mut self, tuples: &Tuples, tuple: usize, kind: usize) -> Option<(u32, u32)> {
        let value = tuples.of_kind(tuple, kind)?;
        let anchor = self.anchor[tuple];
        (anchor != NONE).then(|| (value, self.forest.find(anchor)))
    }

    /// The values that may join components, as far as can be said of each by itself.
    fn propose(
        &mut self,
        kind: usize,
        strength: Strength,
        max_profiles: u32,
        multiple: &[(u32, u32)],
    ) -> Vec<Range<usize>> {
        let mut proposals = Vec::new();
        let mut start = 0;
        for group in multiple.chunk_by(|a, b| a.0 == b.0) {
            let range = start..start + group.len();
            start = range.end;
            let value = group[0].0;
            let roots = || group.iter().map(|&(_, root)| root).collect();
            if group.len() > max_profiles as usize {
                self.refuse(kind, vec![value], roots(), Cause::TooManyProfiles);
                continue;
            }
            if strength == Strength::Weak {
                self.isolated[value as usize] = true;
                self.tallies[kind].ambiguous += 1;
                continue;
            }
            let mut counts = self.caps.zero();
            self.caps.add_to(&mut counts, kind, 1);
            for &(_, root) in group {
                add(&mut counts, self.caps.of(root));
            }
            let broken = self.caps.broken(&counts);
            if broken.is_empty() {
                proposals.push(range);
            } else {
                self.refuse(kind, vec![value], roots(), Cause::MaxPerProfile(broken));
            }
        }
        proposals
    }

    /// Makes the proposed joins, all those or none that together make one component.
    fn join(&mut self, kind: usize, multiple: &[(u32, u32)], proposals: &[Range<usize>]) {
        for group in groups(multiple, proposals) {
            let mut roots: Vec<u32> = group
                .iter()
                .flat_map(|range| multiple[range.clone()].iter().map(|&(_, root)| root))
                .collect();
            roots.sort_unstable();
            roots.dedup();
            let values = group.iter().map(|range| multiple[range.start].0);
            let mut counts = self.caps.zero();
            self.caps.add_to(&mut counts, kind, group.len() as u32);
            for &root in &roots {
                add(&mut counts, self.caps.of(root));
            }
            let broken = self.caps.broken(&counts);
            if !broken.is_empty() {
                self.refuse(kind, values.collect(), roots, Cause::MaxPerProfile(broken));
                continue;
            }
            let joined = roots[0];
            for &root in &roots[1..] {
                self.forest.hang(root, joined);
                self.caps.merge(root, joined);
            }
            for value in values {
                self.forest.hang(value, joined);
            }
            self.caps.add(joined, kind, group.len() as u32);
            let tally = &mut self.tallies[kind];
            tally.joining += group.len() as u64;
            tally.merged += roots.len() as u64 - 1;
        }
    }

    /// Attaches the values that were seen with one component, all those of a component or none.
    fn attach(&mut self, kind: usize, single: Vec<u32>) {
        let mut refused = Vec::new();
        for value in single {
            let root = self.forest.find(self.link[value as usize]);
            if self.caps.broken_by(root, kind).is_some() {
                refused.push((root, value));
            } else {
                self.forest.hang(value, root);
                self.tallies[kind].attached += 1;
            }
        }
        refused.sort_unstable();
        for group in refused.chunk_by(|a, b| a.0 == b.0) {
            let root = group[0].0;
            let broken = self.caps.broken_by(root, kind).into_iter().collect();
            let values = group.iter().map(|&(_, value)| value).collect();
            self.refuse(kind, values, vec![root], Cause::MaxPerProfile(broken));
            self.caps.clear(root, kind);
        }
    }

    fn anchor_rows(&mut self, tuples: &Tuples, kind: usize) {
        for (tuple, anchor) in self.anchor.iter_mut().enumerate().filter(|(_, anchor)| **anchor == NONE) {
            if let Some(value) = tuples.of_kind(tuple, kind).filter(|&value| !self.isolated[value as usize]) {
                *anchor = value;
            }
        }
    }

    fn refuse(&mut self, kind: usize, values: Vec<u32>, components: Vec<u32>, cause: Cause) {
        for &value in &values {
            self.isolated[value as usize] = true;
        }
        self.tallies[kind].refused += values.len() as u64;
        self.refusals.push(Refusal { kind, values, components, cause });
    }
}

fn add(counts: &mut [u32], more: &[u32]) {
    for (count, n) in counts.iter_mut().zip(more) {
        *count += n;
    }
}

/// The proposals that hang together by common components.
fn groups(multiple: &[(u32, u32)], proposals: &[Range<usize>]) -> Vec<Vec<Range<usize>>> {
    let mut forest = Forest::new(proposals.len());
    let mut first_with: FxHashMap<u32, u32> = FxHashMap::default();
    for (number, range) in proposals.iter().enumerate() {
        for &(_, root) in &multiple[range.clone()] {
            let first = *first_with.entry(root).or_insert(number as u32);
            let (a, b) = (forest.find(first), forest.find(number as u32));
            // Lower numbers stay roots, so groups come in the order of their first proposals.
            forest.hang(a.max(b), a.min(b));
        }
    }
    let mut groups: Vec<Vec<Range<usize>>> = vec![Vec::new(); proposals.len()];
    for (number, range) in proposals.iter().enumerate() {
        groups[forest.find(number as u32) as usize].push(range.clone());
    }
    groups.retain(|group| !group.is_empty());
    groups
}
