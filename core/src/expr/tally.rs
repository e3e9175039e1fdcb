//! Why a rule gives what it gives for many rows: how often each of its conditions decides.

use serde::Serialize;

use super::bits::Bits;
use super::block::{Block, BlockError};
use super::eval::Job;
use super::explain::{Role, Shape};
use super::node::{NodeId, Op};
use super::program::{Program, RootId};
use super::vector::Vector;
use crate::value::DataType;

/// A condition of a rule with the number of rows for which it has each value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Tally {
    /// What the condition is: `AND`, `>=`, `IN`, ….
    pub op: &'static str,
    /// The condition as written.
    pub text: String,
    /// Its bytes in the rule, from and to.
    pub span: (usize, usize),
    /// The rows for which it is true.
    pub is_true: u64,
    /// The rows for which it is false.
    pub is_false: u64,
    /// The rows for which it is unknown.
    pub is_unknown: u64,
    /// The rows whose result hangs on it; see [`Explained::decisive`](super::Explained::decisive).
    pub decisive: u64,
    /// Part of an `AND`: the rows for which it and all parts before it are true, and everything around the `AND`
    /// lets through. The steps of a funnel; none elsewhere.
    pub passed: Option<u64>,
    /// The conditions that it is made of, in the order of the text.
    pub children: Vec<Tally>,
}

impl Tally {
    /// The innermost conditions, in the order of the text.
    pub fn leaves(&self) -> Vec<&Self> {
        if self.children.is_empty() {
            return vec![self];
        }
        self.children.iter().flat_map(Self::leaves).collect()
    }
}

/// The counts of a condition so far.
#[derive(Debug, Default)]
struct Counts {
    values: [u64; 3],
    decisive: u64,
    passed: Option<u64>,
    children: Vec<Counts>,
}

/// A condition for a chunk of rows.
struct Truths {
    trues: Bits,
    falses: Bits,
}

impl Truths {
    /// The rows in which two conditions have the same of three values.
    fn same(&self, other: &Self) -> Bits {
        let known = self.trues.and(&other.trues).or(&self.falses.and(&other.falses));
        let either = self.trues.or(&self.falses).or(&other.trues).or(&other.falses);
        known.or(&either.not())
    }
}

impl Program {
    /// Counts for how many rows each condition of a rule is true, false, unknown and decisive, and how many rows the
    /// parts of an `AND` let through, one after the other. Where `only` is given, the other rows are left out.
    ///
    /// # Errors
    /// [`BlockError`] where the rule is no condition or the block does not fit the schema.
    pub fn tally(
        &self,
        root: RootId,
        block: &Block<'_>,
        only: Option<&arrow_buffer::BooleanBuffer>,
    ) -> Result<Tally, BlockError> {
        let found = self.data_type(root);
        if found != DataType::Bool {
            return Err(BlockError::NotBool { found });
        }
        self.check_block(&[root], block)?;
        let nodes = self.shape_nodes(root);
        let shape = self.shape(root);
        let mut counts = Counts::default();
        let mut start = 0;
        Job::new(self.graph(), &nodes, block).run(0..block.len, &mut |vectors, n| {
            let rows = only.map_or_else(|| Bits::ones(n), |only| Bits::from_buffer(&only.slice(start, n)));
            start += n;
            let chunk = Chunk { program: self, nodes: &nodes, vectors, n };
            chunk.count(shape, &mut counts, &rows, &rows, &rows);
        });
        Ok(tally(shape, self.text(root), &counts, &|shape| self.is_condition(shape)))
    }

    fn is_condition(&self, shape: &Shape) -> bool {
        shape.node.is_some_and(|node| self.graph().node(node).data_type == DataType::Bool)
    }
}

struct Chunk<'a> {
    program: &'a Program,
    nodes: &'a [NodeId],
    vectors: &'a [&'a Vector],
    n: usize,
}

impl Chunk<'_> {
    fn truths(&self, shape: &Shape) -> Option<Truths> {
        let at = self.nodes.binary_search(&shape.node?).ok()?;
        let vector = self.vectors[at];
        Some(Truths { trues: vector.trues(self.n), falses: vector.falses(self.n) })
    }

    /// Counts a condition and what it is made of, among `rows`; `decisive` are those whose result hangs on it, and
    /// `reached` those that everything around it lets through.
    fn count(&self, shape: &Shape, counts: &mut Counts, rows: &Bits, decisive: &Bits, reached: &Bits) {
        let Some(own) = self.truths(shape) else { return };
        let [t, f] = [&own.trues, &own.falses].map(|bits| bits.and(rows).count() as u64);
        let unknown = rows.count() as u64 - t - f;
        for (total, n) in counts.values.iter_mut().zip([t, f, unknown]) {
            *total += n;
        }
        counts.decisive += decisive.count() as u64;
        let conditions: Vec<&Shape> =
            shape.children.iter().filter(|child| self.program.is_condition(child)).collect();
        counts.children.resize_with(conditions.len(), Counts::default);
        let mut through = reached.clone();
        for (child, counts) in conditions.into_iter().zip(&mut counts.children) {
            let Some(seen) = self.truths(child) else { continue };
            let decides = match shape.role {
                Role::And | Role::Or => decisive.and(&seen.same(&own)),
                _ => decisive.clone(),
            };
            let before = through.clone();
            if shape.role == Role::And {
                through = through.and(&seen.trues);
                *counts.passed.get_or_insert(0) += through.count() as u64;
            }
            self.count(child, counts, rows, &decides, &before);
        }
    }
}

fn tally(shape: &Shape, text: &str, counts: &Counts, is_condition: &impl Fn(&Shape) -> bool) -> Tally {
    let conditions = shape.children.iter().filter(|child| is_condition(child));
    let [is_true, is_false, is_unknown] = counts.values;
    let none = Counts::default();
    let counted = counts.children.iter().chain(std::iter::repeat(&none));
    Tally {
        op: shape.op,
        text: text.get(shape.span.clone()).unwrap_or_default().to_owned(),
        span: (shape.span.start, shape.span.end),
        is_true,
        is_false,
        is_unknown,
        decisive: counts.decisive,
        passed: counts.passed,
        children: conditions
            .zip(counted)
            .map(|(child, counts)| tally(child, text, counts, is_condition))
            .collect(),
    }
}

impl Program {
    /// Whether a rule asks for the time of the run, by `NOW()` or `TODAY()`.
    pub fn reads_as_of(&self, root: RootId) -> bool {
        let nodes = self.graph().needed([self.node_of(root)]);
        nodes.into_iter().any(|id| matches!(self.graph().node(id).op, Op::Now | Op::Today))
    }
}
