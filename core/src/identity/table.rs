//! The distinct identifiers, and the distinct combinations of them in rows.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use crate::identity::numbers::Numbers;
use crate::identity::{IdentityError, Rules};

/// Stands for "no node", "no tuple", "no profile".
pub(super) const NONE: u32 = u32::MAX;
/// Stands for "more than one node".
pub(super) const MANY: u32 = NONE - 1;

/// The distinct identifiers, each with a number: its node.
#[derive(Clone)]
pub(super) struct Identifiers {
    rules: Rules,
    /// The values, one after the other.
    text: String,
    /// By node: the end of its value in `text`.
    ends: Vec<usize>,
    /// By node.
    kinds: Vec<u8>,
    /// By kind: value to node.
    nodes: Vec<Numbers>,
}

impl Identifiers {
    pub(super) fn new(rules: Rules) -> Self {
        let nodes = vec![Numbers::default(); rules.len()];
        Self { rules, text: String::new(), ends: Vec::new(), kinds: Vec::new(), nodes }
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.rules
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn kind(&self, node: u32) -> usize {
        usize::from(self.kinds[node as usize])
    }

    pub(super) fn value(&self, node: u32) -> &str {
        let node = node as usize;
        let start = if node == 0 { 0 } else { self.ends[node - 1] };
        &self.text[start..self.ends[node]]
    }

    pub(super) fn n_of_kind(&self, kind: usize) -> usize {
        self.nodes[kind].len()
    }

    /// The node of a normalised value.
    pub(super) fn find(&self, kind: usize, value: &str) -> Option<u32> {
        self.find_hashed(kind, value, Self::hash(value))
    }

    /// Makes room for more values.
    pub(super) fn reserve(&mut self, kind: usize, more: usize) {
        self.ends.reserve(more);
        self.kinds.reserve(more);
        self.nodes[kind].reserve(more);
    }

    pub(super) fn hash(value: &str) -> u64 {
        FxBuildHasher.hash_one(value)
    }

    /// The node of a normalised value with its [`hash`](Self::hash), which may be new.
    pub(super) fn intern(&mut self, kind: usize, value: &str, hash: u64) -> Result<u32, IdentityError> {
        if let Some(node) = self.find_hashed(kind, value, hash) {
            return Ok(node);
        }
        let node = next_number(self.ends.len(), "identifiers")?;
        self.text.push_str(value);
        self.ends.push(self.text.len());
        self.kinds.push(kind as u8);
        self.nodes[kind].insert(hash, node);
        Ok(node)
    }

    fn find_hashed(&self, kind: usize, value: &str, hash: u64) -> Option<u32> {
        self.nodes[kind].find(hash, |node| self.value(node) == value)
    }
}

/// The distinct combinations of identifiers that rows have: at least one node each, at most one of a kind, strongest
/// first.
#[derive(Clone, Default)]
pub(super) struct Tuples {
    nodes: Vec<u32>,
    /// By tuple: the end of its nodes in `nodes`.
    ends: Vec<usize>,
    /// By tuple: the set of its kinds, so that "the node of this kind" needs no look at the identifiers.
    kinds: Vec<u64>,
    numbers: Numbers,
}

impl Tuples {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn nodes(&self, tuple: usize) -> &[u32] {
        let start = if tuple == 0 { 0 } else { self.ends[tuple - 1] };
        &self.nodes[start..self.ends[tuple]]
    }

    /// The tuple's strongest node.
    pub(super) fn first(&self, tuple: usize) -> u32 {
        self.nodes(tuple)[0]
    }

    /// The tuple's node of a kind.
    pub(super) fn of_kind(&self, tuple: usize, kind: usize) -> Option<u32> {
        let kinds = self.kinds[tuple];
        let stronger = kinds & ((1 << kind) - 1);
        (kinds >> kind & 1 == 1).then(|| self.nodes(tuple)[stronger.count_ones() as usize])
    }

    /// The number of a tuple, which may be new; `kinds` is the set of the kinds of `nodes`.
    pub(super) fn intern(&mut self, nodes: &[u32], kinds: u64) -> Result<u32, IdentityError> {
        let hash = FxBuildHasher.hash_one(nodes);
        if let Some(tuple) = self.numbers.find(hash, |tuple| self.nodes(tuple as usize) == nodes) {
            return Ok(tuple);
        }
        let tuple = next_number(self.ends.len(), "combinations of identifiers")?;
        self.nodes.extend_from_slice(nodes);
        self.ends.push(self.nodes.len());
        self.kinds.push(kinds);
        self.numbers.insert(hash, tuple);
        Ok(tuple)
    }
}

fn next_number(len: usize, what: &'static str) -> Result<u32, IdentityError> {
    u32::try_from(len).ok().filter(|&number| number < MANY).ok_or(IdentityError::Full { what, most: MANY })
}
