//! The one evaluator: nodes over chunks of rows.
//!
//! A long block is cut into a range of rows for each thread; each range is a run. Nodes that do not vary by row are
//! computed once a run, as one value. All others are computed chunk by chunk in
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
use std::ops::Range;
use std::sync::Arc;

use arrow_array::{Array, StringArray};
use rustc_hash::{FxHashMap, FxHashSet};

pub(super) use self::text::holds;
use super::CHUNK_ROWS;
use super::block::Block;
use super::node::{Graph, NodeId, Op, Varies};
use super::text::position;
use super::vector::Vector;
use crate::time::{Timestamp, Zone};
use crate::value::{Column, DataType, StringColumn, Value};

/// One evaluation.
pub(super) struct Run<'a> {
    graph: &'a Graph,
    as_of: Timestamp,
    zone: &'a Zone,
    /// The nodes that the run needs.
    places: &'a Places,
    /// Their vectors, by place.
    vectors: Vec<Option<Vector>>,
    /// What was worked out for each distinct value of a dictionary, by node.
    tables: RefCell<FxHashMap<NodeId, text::Table>>,
    overflows: Cell<u64>,
}

/// The place of each node that a run needs.
#[derive(Debug, Clone)]
pub(super) enum Places {
    /// By node.
    Table(Vec<u32>, usize),
    /// One node and its arguments: no table over the whole graph for folding one constant.
    Few(Vec<NodeId>),
}

impl Places {
    fn of(graph: &Graph, needed: &[NodeId]) -> Self {
        let mut table = vec![u32::MAX; graph.len()];
        for (place, &id) in (0..).zip(needed) {
            table[id as usize] = place;
        }
        Self::Table(table, needed.len())
    }

    pub(super) fn few(id: NodeId, args: &[NodeId]) -> Self {
        let mut nodes = args.to_vec();
        nodes.push(id);
        Self::Few(nodes)
    }

    fn len(&self) -> usize {
        match self {
            Self::Table(_, len) => *len,
            Self::Few(nodes) => nodes.len(),
        }
    }

    fn of_node(&self, id: NodeId) -> usize {
        match self {
            Self::Table(table, _) => table[id as usize] as usize,
            Self::Few(nodes) => nodes.iter().position(|&node| node == id).unwrap_or(usize::MAX),
        }
    }
}

/// The value of a node that does not vary, and how often it overflowed.
pub(super) fn constant(graph: &Graph, node: NodeId) -> (Value, u64) {
    let zone = Zone::utc();
    let places = Places::few(node, &graph.node(node).args);
    let mut run = Run::new(graph, &places, Timestamp::from_micros(0), &zone);
    let data_type = graph.node(node).data_type;
    // Arguments that do not vary are constants already.
    for &arg in &*graph.node(node).args {
        run.fix(arg);
    }
    run.fix(node);
    (run.vector(node).value(0, data_type), run.overflows.get())
}

/// The values of those of the nodes that do not vary by row.
pub(super) fn fixed(graph: &Graph, needed: &[NodeId], as_of: Timestamp, zone: &Zone) -> Vec<Option<Value>> {
    let places = Places::of(graph, needed);
    let mut run = Run::new(graph, &places, as_of, zone);
    let value = |&id: &NodeId| {
        let node = graph.node(id);
        (node.varies != Varies::ByRow).then(|| {
            run.fix(id);
            run.vector(id).value(0, node.data_type)
        })
    };
    needed.iter().map(value).collect()
}

/// The value of a node whose arguments have these values, and how often it overflowed.
pub(super) fn single(
    graph: &Graph,
    places: &Places,
    node: NodeId,
    args: &[(NodeId, Value)],
    as_of: Timestamp,
    zone: &Zone,
) -> (Value, u64) {
    let mut run = Run::new(graph, places, as_of, zone);
    for (id, value) in args {
        run.set(*id, Some(Vector::from_value(value, graph.node(*id).data_type)));
    }
    run.fix(node);
    (run.vector(node).value(0, graph.node(node).data_type), run.overflows.get())
}

/// What evaluating some nodes over a block takes, worked out once for all its parts.
pub(super) struct Job<'a> {
    graph: &'a Graph,
    block: &'a Block<'a>,
    roots: &'a [NodeId],
    places: Places,
    fixed: Vec<NodeId>,
    varying: Vec<Step<'a>>,
}

/// A node that varies by row.
struct Step<'a> {
    id: NodeId,
    /// The column that it is, where it is one.
    source: Option<Cow<'a, Column>>,
    /// Whose vectors nobody needs after it.
    done: Vec<NodeId>,
}

/// Fewer rows than this are not worth a thread of their own.
const ROWS_PER_THREAD: usize = 16 * CHUNK_ROWS;

impl<'a> Job<'a> {
    pub(super) fn new(graph: &'a Graph, roots: &'a [NodeId], block: &'a Block<'a>) -> Self {
        let needed = graph.needed(roots.iter().copied());
        let (fixed, mut varying): (Vec<NodeId>, Vec<NodeId>) =
            needed.iter().partition(|&&id| graph.node(id).varies != Varies::ByRow);
        varying.sort_by_key(|&id| beside_column(graph, id));
        let source = |id: NodeId| {
            let Op::Column(index) = graph.node(id).op else { return None };
            let column = compacted(block.columns[index]?);
            if let Column::StringSet(sets) = &*column {
                // Now, so that all parts share them.
                sets.masks();
            }
            Some(column)
        };
        let done = last_uses(graph, &varying, roots);
        let steps = varying.iter().zip(done).map(|(&id, done)| Step { id, source: source(id), done });
        let varying = steps.collect();
        let places = Places::of(graph, &needed);
        Self { graph, block, roots, places, fixed, varying }
    }

    /// The rows in ranges of whole chunks, one for each thread where there are enough.
    pub(super) fn ranges(&self) -> Vec<Range<usize>> {
        let len = self.block.len;
        let threads = rayon::current_num_threads().min(len / ROWS_PER_THREAD).max(1);
        let chunks = len.div_ceil(CHUNK_ROWS).div_ceil(threads).max(1);
        let step = chunks * CHUNK_ROWS;
        // What does not vary by row is worked out without rows, too.
        (0..len.max(1)).step_by(step).map(|start| start..(start + step).min(len)).collect()
    }

    /// Gives the vectors of the roots, chunk by chunk, with the number of rows, to `take`. Gives how many values
    /// were lost to overflow.
    pub(super) fn run(&self, rows: Range<usize>, take: &mut dyn FnMut(&[&Vector], usize)) -> u64 {
        let mut run = Run::new(self.graph, &self.places, self.block.as_of, self.block.zone);
        for &id in &self.fixed {
            run.fix(id);
        }
        if rows.start > 0 {
            // What does not vary by row is lost once, not in each range.
            run.overflows.set(0);
        }
        for start in rows.clone().step_by(CHUNK_ROWS) {
            let len = (rows.end - start).min(CHUNK_ROWS);
            for step in &self.varying {
                let vector = match &step.source {
                    Some(column) => Vector::from_rows(column, start, len),
                    None => run.compute(step.id, len),
                };
                run.set(step.id, Some(vector));
                for &id in &step.done {
                    run.set(id, None);
                }
            }
            let results: Vec<&Vector> = self.roots.iter().map(|&id| run.vector(id)).collect();
            take(&results, len);
        }
        run.overflows.get()
    }
}

/// Where a node stands in the order of computation: what is asked of one column alone, right after that column, while
/// its values are in the nearest cache; all others by their ids. Arguments stay before what uses them.
fn beside_column(graph: &Graph, id: NodeId) -> (NodeId, NodeId) {
    let varies = |&&arg: &&NodeId| graph.node(arg).varies == Varies::ByRow;
    let mut args = graph.node(id).args.iter().filter(varies);
    match (args.next(), args.next()) {
        (Some(&only), None) if matches!(graph.node(only).op, Op::Column(_)) => (only, id),
        _ => (id, id),
    }
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
    pub(super) fn new(graph: &'a Graph, places: &'a Places, as_of: Timestamp, zone: &'a Zone) -> Self {
        Self {
            graph,
            as_of,
            zone,
            places,
            vectors: vec![None; places.len()],
            tables: RefCell::default(),
            overflows: Cell::new(0),
        }
    }

    /// Computes a node that does not vary by row, as one value.
    fn fix(&mut self, id: NodeId) {
        let mut vector = self.compute(id, 1);
        vector.scalar = true;
        self.set(id, Some(vector));
    }

    fn set(&mut self, id: NodeId, vector: Option<Vector>) {
        self.vectors[self.places.of_node(id)] = vector;
    }

    pub(super) fn vector(&self, id: NodeId) -> &Vector {
        self.vectors[self.places.of_node(id)]
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
            (Op::Text(map), &[a]) => self.text_map(id, map, a, n),
            (Op::Concat, args) => self.concat(args, n),
            (Op::Length, &[a]) => self.text_number(id, a, n, |text| text.chars().count()),
            (Op::Position(part), &[a]) => self.text_number(id, a, n, |text| position(text, part)),
            (Op::TextTest(test), &[a]) => self.text_test(id, test, a, n),
            (Op::Has { all, items }, &[a]) => self.has(*all, items, a, n),
            (Op::Coalesce, args) => self.coalesce(id, args, node.data_type, n),
            (Op::Case, args) => self.case(id, args, node.data_type, n),
            _ => Vector::from_value(&Value::Null, node.data_type).spread(n),
        }
    }
}
