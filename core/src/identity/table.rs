//! The distinct identifiers, and the distinct combinations of them in rows.

use std::hash::BuildHasher;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;

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
    nodes: Vec<HashTable<u32>>,
}

impl Identifiers {
    pub(super) fn new(rules: Rules) -> Self {
        let nodes = vec![HashTable::new(); rules.len()];
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
        slice(&self.text, &self.ends, node)
    }

    pub(super) fn n_of_kind(&self, kind: usize) -> usize {
        self.nodes[kind].len()
    }

    /// The node of a normalised value.
    pub(super) fn find(&self, kind: usize, value: &str) -> Option<u32> {
        let hash = FxBuildHasher.hash_one(value);
        self.nodes[kind].find(hash, |&node| self.value(node) == value).copied()
    }

    /// The node of a normalised value, which may be new.
    pub(super) fn intern(&mut self, kind: usize, value: &str) -> Result<u32, IdentityError> {
        if let Some(node) = self.find(kind, value) {
            return Ok(node);
        }
        let node = next_number(self.ends.len(), "identifiers")?;
        self.text.push_str(value);
        self.ends.push(self.text.len());
        self.kinds.push(kind as u8);
        let (text, ends) = (&self.text, &self.ends);
        let hash = |node: u32| FxBuildHasher.hash_one(slice(text, ends, node));
        self.nodes[kind].insert_unique(hash(node), node, |&other| hash(other));
        Ok(node)
    }
}

fn slice<'a>(text: &'a str, ends: &[usize], node: u32) -> &'a str {
    let node = node as usize;
    let start = if node == 0 { 0 } else { ends[node - 1] };
    &text[start..ends[node]]
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
    numbers: HashTable<u32>,
}

impl Tuples {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn nodes(&self, tuple: usize) -> &[u32] {
        nodes_of(&self.nodes, &self.ends, tuple)
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
        let same = |&tuple: &u32| self.nodes(tuple as usize) == nodes;
        if let Some(&tuple) = self.numbers.find(hash, same) {
            return Ok(tuple);
        }
        let tuple = next_number(self.ends.len(), "combinations of identifiers")?;
        self.nodes.extend_from_slice(nodes);
        self.ends.push(self.nodes.len());
        self.kinds.push(kinds);
        let (all, ends) = (&self.nodes, &self.ends);
        let rehash = |&other: &u32| FxBuildHasher.hash_one(nodes_of(all, ends, other as usize));
        self.numbers.insert_unique(hash, tuple, rehash);
        Ok(tuple)
    }
}

fn nodes_of<'a>(nodes: &'a [u32], ends: &[usize], tuple: usize) -> &'a [u32] {
    let start = if tuple == 0 { 0 } else { ends[tuple - 1] };
    &nodes[start..ends[tuple]]
}

fn next_number(len: usize, what: &'static str) -> Result<u32, IdentityError> {
    u32::try_from(len).ok().filter(|&number| number < MANY).ok_or(IdentityError::Full { what, most: MANY })
}
