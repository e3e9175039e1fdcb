//! The one evaluator: nodes over chunks of rows.
//!
//! Nodes that do not vary by row are computed once a run, as one value. All others are computed chunk by chunk in
//! the order of the graph, so that arguments are there before what uses them; a chunk's vector is dropped after its
//! last use, so that the memory in use stays in the cache.

mod compare;
mod logic;
mod number;
mod select;
mod text;
mod time;

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

use arrow_array::{Array, StringArray};
use rustc_hash::{FxHashMap, FxHashSet};

use super::CHUNK_ROWS;
use super::block::Block;
use super::node::{Graph, NodeId, Op, Varies};
use super::vector::Vector;
use crate::time::{Timestamp, Zone};
use crate::value::{Column, DataType, StringColumn, Value};

/// One evaluation.
pub(super) struct Run<'a> {
    graph: &'a Graph,
    as_of: Timestamp,
    zone: &'a Zone,
    /// Vectors by the place of the node in the run.
    vectors: Vec<Option<Vector>>,
    /// The place of each node that the run needs.
    places: FxHashMap<NodeId, usize>,
    /// What was worked out for each distinct value of a dictionary, by node.
    tables: RefCell<FxHashMap<NodeId, text::Table>>,
    overflows: Cell<u64>,
}

/// The value of a node that does not vary, and how often it overflowed.
pub(super) fn constant(graph: &Graph, node: NodeId) -> (Value, u64) {
    let zone = Zone::utc();
    let block = Block::new(1, Timestamp::from_micros(0), &zone);
    let mut found = Value::Null;
    let data_type = graph.node(node).data_type;
    let overflows = run(graph, &[node], &block, &mut |vectors| found = vectors[0].value(0, data_type));
    (found, overflows)
}

/// Evaluates `roots` over a block and gives their vectors, chunk by chunk, to `take`. Gives how many values were
/// lost to overflow.
pub(super) fn run(
    graph: &Graph,
    roots: &[NodeId],
    block: &Block<'_>,
    take: &mut dyn FnMut(&[&Vector]),
) -> u64 {
    let needed = graph.needed(roots.iter().copied());
    let places: FxHashMap<NodeId, usize> = needed.iter().enumerate().map(|(at, &id)| (id, at)).collect();
    let mut run = Run {
        graph,
        as_of: block.as_of,
        zone: block.zone,
        vectors: vec![None; needed.len()],
        places,
        tables: RefCell::default(),
        overflows: Cell::new(0),
    };
    let (fixed, varying): (Vec<NodeId>, Vec<NodeId>) =
        needed.iter().partition(|&&id| graph.node(id).varies != Varies::ByRow);
    for &id in &fixed {
        let mut vector = run.compute(id, 1);
        vector.scalar = true;
        run.set(id, vector);
    }
    let sources: FxHashMap<NodeId, Cow<'_, Column>> = varying
        .iter()
        .filter_map(|&id| match graph.node(id).op {
            Op::Column(index) => Some((id, compacted(block.columns[index]?))),
            _ => None,
        })
        .collect();
    let last_uses = last_uses(graph, &varying, roots);
    for start in (0..block.len).step_by(CHUNK_ROWS) {
        let len = (block.len - start).min(CHUNK_ROWS);
        for (&id, done) in varying.iter().zip(&last_uses) {
            let vector = match sources.get(&id) {
                Some(column) if start == 0 && len == column.len() => Vector::from_column(column),
                Some(column) => Vector::from_column(&column.slice(start, len)),
                None => run.compute(id, len),
            };
            run.set(id, vector);
            for &id in done {
                run.clear(id);
            }
        }
        let results: Vec<&Vector> = roots.iter().map(|&id| run.vector(id)).collect();
        take(&results);
    }
    run.overflows.get()
}

/// For each node, whose vectors nobody needs after it.
fn last_uses(graph: &Graph, varying: &[NodeId], roots: &[NodeId]) -> Vec<Vec<NodeId>> {
    let mut last: FxHashMap<NodeId, usize> = FxHashMap::default();
    for (at, &id) in varying.iter().enumerate() {
        for &arg in &*graph.node(id).args {
            last.insert(arg, at);
        }
    }
    let kept: FxHashSet<NodeId> = roots.iter().copied().collect();
    let mut done = vec![Vec::new(); varying.len()];
    for &id in varying {
        if let Some(&at) = last.get(&id)
            && !kept.contains(&id)
        {
            done[at].push(id);
        }
    }
    done
}

/// A text column whose dictionary is larger than itself gets one of the texts that it has: work by distinct value
/// is then never more than work by row.
fn compacted(column: &Column) -> Cow<'_, Column> {
    let Column::String(strings) = column else { return Cow::Borrowed(column) };
    if strings.values().len() <= strings.codes().len() {
        return Cow::Borrowed(column);
    }
    let mut codes: FxHashMap<u32, u32> = FxHashMap::default();
    let mut values: Vec<&str> = Vec::new();
    let coded = strings
        .codes()
        .iter()
        .map(|code| {
            let code = code?;
            Some(*codes.entry(code).or_insert_with(|| {
                values.push(strings.values().value(code as usize));
                values.len() as u32 - 1
            }))
        })
        .collect();
    let values = Arc::new(StringArray::from_iter_values(values));
    Cow::Owned(Column::String(StringColumn::new(coded, values)))
}

impl<'a> Run<'a> {
    fn set(&mut self, id: NodeId, vector: Vector) {
        let place = self.places[&id];
        self.vectors[place] = Some(vector);
    }

    fn clear(&mut self, id: NodeId) {
        let place = self.places[&id];
        self.vectors[place] = None;
    }

    fn vector(&self, id: NodeId) -> &Vector {
        self.vectors[self.places[&id]]
            .as_ref()
            .expect("invariant: arguments are computed before, and kept until, their last use")
    }

    fn data_type(&self, id: NodeId) -> DataType {
        self.graph.node(id).data_type
    }

    fn scale(&self, id: NodeId) -> i8 {
        match self.data_type(id) {
            DataType::Decimal { scale, .. } => scale,
            _ => 0,
        }
    }

    fn count_overflows(&self, n: usize) {
        self.overflows.set(self.overflows.get() + n as u64);
    }

    /// Computes a node for `n` rows. Of its arguments, those that do not vary by row are one value each.
    fn compute(&self, id: NodeId, n: usize) -> Vector {
        let node = self.graph.node(id);
        let args: &'a [NodeId] = &node.args;
        match (&node.op, args) {
            (Op::Constant(constant), _) => Vector::from_value(&constant.to_value(), node.data_type),
            (Op::Today | Op::Now | Op::WallClock(_), _) => self.instant(&node.op, node.data_type),
            (Op::ToFloat, &[a]) => self.to_float(a, n),
            (Op::ToDecimal, &[a]) => self.to_decimal(a, node.data_type, n),
            (Op::ToTimestamp, &[a]) => self.to_timestamp(a, n),
            (Op::ToDate, &[a]) => self.to_date(a, n),
            (Op::Arithmetic(op), &[a, b]) => self.arithmetic(*op, a, b, node.data_type, n),
            (Op::Negate, &[a]) => self.negate(a, n),
            (Op::Abs, &[a]) => self.abs(a, n),
            (Op::Round(_) | Op::Floor | Op::Ceil, &[a]) => self.rounded(&node.op, a, node.data_type, n),
            (Op::Extreme { greatest }, args) => self.extreme(*greatest, args, n),
            (Op::Shift(by), &[a]) => self.shift(*by, a, n),
            (Op::Year | Op::Month | Op::Day, &[a]) => self.date_part(&node.op, a, n),
            (Op::DaysBetween, &[a, b]) => self.days_between(a, b, n),
            (Op::Compare(op), &[a, b]) => self.compare(*op, a, b, n),
            (Op::InNumbers(list, has_null), &[a]) => self.in_numbers(list, *has_null, a, n),
            (Op::Not, &[a]) => self.not(a, n),
            (Op::And, args) => self.and(args, n),
            (Op::Or, args) => self.or(args, n),
            (Op::IsNull | Op::IsTrue | Op::IsFalse, &[a]) => self.is(&node.op, a, n),
            (Op::Text(map), &[a]) => self.text_map(id, *map, a, n),
            (Op::Length, &[a]) => self.length(id, a, n),
            (Op::TextTest(test), &[a]) => self.text_test(id, test, a, n),
            (Op::Has { all, items }, &[a]) => self.has(*all, items, a, n),
            (Op::Coalesce, args) => self.coalesce(id, args, node.data_type, n),
            (Op::Case, args) => self.case(id, args, node.data_type, n),
            _ => Vector::from_value(&Value::Null, node.data_type).spread(n),
        }
    }
}
