//! Rules over one schema, checked, sharing what they have in common.

use std::ops::Range;

use rayon::prelude::*;

use super::ast::Ast;
use super::block::{Block, BlockError};
use super::check::Checker;
use super::diagnostic::{Diagnostic, Errors, Sink};
use super::eval::Job;
use super::explain::{Explained, Shape};
use super::node::{Graph, NodeId, Op};
use super::output::{Conditions, Evaluation, Output, Place, Truth};
use super::parse::parse_into;
use super::schema::{Field, Schema};
use super::unseen::unseen;
use crate::value::{DataType, Value};

/// A rule within a [`Program`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RootId(u32);

impl RootId {
    /// The place of the rule among those of its program, from 0, in the order in which they were added.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Rules over one schema. Parts that are the same in several rules are computed once.
///
/// ```
/// use tagloom::expr::{Block, Field, Program, Schema};
/// use tagloom::time::{Timestamp, Zone};
/// use tagloom::value::{ColumnBuilder, DataType, Value};
///
/// let mut schema = Schema::new();
/// let city = schema.push(Field::new("city", DataType::String));
/// let mut program = Program::new(schema);
/// let rule = program.add_bool("city IN ('上海', '北京')")?;
///
/// let mut cities = ColumnBuilder::new(DataType::String, 3);
/// cities.push_str("上海");
/// cities.push_str("广州");
/// cities.push_null();
/// let cities = cities.finish();
/// let zone = Zone::named("Asia/Shanghai")?;
/// let block = Block::new(3, Timestamp::from_micros(0), &zone).with(city, &cities);
/// let truth = program.select(rule, &block)?;
/// assert_eq!((0..3).map(|row| truth.value(row)).collect::<Vec<_>>(), [Some(true), Some(false), None]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Program {
    schema: Schema,
    graph: Graph,
    roots: Vec<Root>,
}

#[derive(Debug, Clone)]
struct Root {
    text: String,
    node: NodeId,
    columns: Vec<usize>,
    warnings: Vec<Diagnostic>,
    shape: Shape,
    ast: Ast,
}

impl Program {
    /// A program without rules.
    pub fn new(schema: Schema) -> Self {
        Self { schema, graph: Graph::default(), roots: Vec::new() }
    }

    /// Reads and checks a rule of any type.
    ///
    /// # Errors
    /// Everything that is wrong with it; the program stays as it was.
    pub fn add(&mut self, text: &str) -> Result<RootId, Errors> {
        self.add_rule(text, false)
    }

    /// Reads and checks a rule that must be a condition.
    ///
    /// # Errors
    /// Everything that is wrong with it, `rule.not_bool` where it gives something else; the program stays as it was.
    pub fn add_bool(&mut self, text: &str) -> Result<RootId, Errors> {
        self.add_rule(text, true)
    }

    fn add_rule(&mut self, text: &str, wanted_bool: bool) -> Result<RootId, Errors> {
        let mut sink = Sink::new(text);
        let ast = parse_into(&mut sink);
        let checked = Checker::new(&mut self.graph, &self.schema, &mut sink).rule(&ast, wanted_bool);
        let Some((node, shape)) = checked.filter(|_| !sink.has_errors()) else {
            return Err(sink.into_errors());
        };
        let reads = self.graph.needed([node]);
        let mut columns: Vec<usize> = reads
            .iter()
            .filter_map(|&id| if let Op::Column(index) = self.graph.node(id).op { Some(index) } else { None })
            .collect();
        columns.sort_unstable();
        let warnings = sink.finish();
        let shape = shape.with_texts(text);
        self.roots.push(Root { text: text.to_owned(), node, columns, warnings, shape, ast });
        Ok(RootId(self.roots.len() as u32 - 1))
    }

    /// Adds a field to the schema, for the rules that are added from now on; gives its index.
    pub fn declare(&mut self, field: Field) -> usize {
        self.schema.push(field)
    }

    /// Gives a field of the schema another name besides its own, for the rules that are added from now on.
    pub fn declare_alias(&mut self, name: &str, index: usize) {
        self.schema.alias(name, index);
    }

    /// The schema that the rules are over.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// How many distinct parts the rules have in all.
    pub fn node_count(&self) -> usize {
        self.graph.len()
    }

    fn root(&self, id: RootId) -> &Root {
        self.roots.get(id.index()).expect("invariant: a rule is used with the program that it was added to")
    }

    pub(super) fn graph(&self) -> &Graph {
        &self.graph
    }

    pub(super) fn node_of(&self, id: RootId) -> NodeId {
        self.root(id).node
    }

    /// The nodes that an explanation shows, each once.
    pub(super) fn shape_nodes(&self, id: RootId) -> Vec<NodeId> {
        let mut nodes = Vec::new();
        self.root(id).shape.collect_nodes(&mut nodes);
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    pub(super) fn shape(&self, id: RootId) -> &Shape {
        &self.root(id).shape
    }

    /// The explanation of a rule whose nodes have these values.
    pub(super) fn explain_values(&self, id: RootId, value: &impl Fn(NodeId) -> Value) -> Explained {
        let root = self.root(id);
        root.shape.explain(value)
    }

    /// The type of a rule's values.
    pub fn data_type(&self, id: RootId) -> DataType {
        self.graph.node(self.root(id).node).data_type
    }

    /// Whether a rule can give null (unknown, for a condition).
    pub fn nullable(&self, id: RootId) -> bool {
        self.graph.node(self.root(id).node).nullable
    }

    /// The indexes of the fields that a rule reads, in ascending order.
    pub fn columns(&self, id: RootId) -> &[usize] {
        &self.root(id).columns
    }

    /// What to tell the author of a rule, in the order of its text.
    pub fn warnings(&self, id: RootId) -> &[Diagnostic] {
        &self.root(id).warnings
    }

    /// What to tell the author of a rule about the texts that it compares columns with, given the rows of a block: of
    /// a column with at most 10,000 distinct texts, those that it never has. Columns that the block does not have, or
    /// that have no text, are passed over. What is said names texts that the column has.
    pub fn unseen(&self, root: RootId, block: &Block<'_>) -> Vec<Diagnostic> {
        let root = self.root(root);
        unseen(&root.text, &root.ast, &self.schema, block)
    }

    /// The rule as it was written.
    pub fn text(&self, id: RootId) -> &str {
        &self.root(id).text
    }

    /// The tree of a rule.
    pub fn ast(&self, id: RootId) -> &Ast {
        &self.root(id).ast
    }

    /// Evaluates rules over a block of any length.
    ///
    /// # Errors
    /// [`BlockError`] where the block does not fit the schema.
    pub fn evaluate(&self, roots: &[RootId], block: &Block<'_>) -> Result<Evaluation, BlockError> {
        self.check_block(roots, block)?;
        let nodes: Vec<NodeId> = roots.iter().map(|&id| self.root(id).node).collect();
        let job = Job::new(&self.graph, &nodes, block);
        let mut outputs: Vec<Output> =
            roots.iter().map(|&id| Output::new(self.data_type(id), block.len)).collect();
        let ranges = job.ranges();
        let mut places: Vec<Vec<Place<'_>>> = ranges.iter().map(|_| Vec::new()).collect();
        for output in &mut outputs {
            places.iter_mut().zip(output.places(&ranges)).for_each(|(places, place)| places.push(place));
        }
        let run = |(rows, mut places): (Range<usize>, Vec<Place<'_>>)| {
            job.run(rows, &mut |vectors, n| {
                places.iter_mut().zip(vectors).for_each(|(place, vector)| place.push(vector, n));
            })
        };
        let overflows = ranges.into_par_iter().zip(places).map(run).sum();
        Ok(Evaluation { columns: outputs.into_par_iter().map(Output::finish).collect(), overflows })
    }

    /// Evaluates a condition over a block of any length.
    ///
    /// # Errors
    /// [`BlockError`] where the rule is no condition or the block does not fit the schema.
    pub fn select(&self, root: RootId, block: &Block<'_>) -> Result<Truth, BlockError> {
        let found = self.data_type(root);
        if found != DataType::Bool {
            return Err(BlockError::NotBool { found });
        }
        self.check_block(&[root], block)?;
        let nodes = [self.root(root).node];
        let job = Job::new(&self.graph, &nodes, block);
        let mut conditions = Conditions::new(block.len);
        let ranges = job.ranges();
        let places = conditions.places(&ranges);
        ranges.into_par_iter().zip(places).for_each(|(rows, mut place)| {
            job.run(rows, &mut |vectors, n| place.push(vectors[0], n));
        });
        Ok(conditions.truth())
    }

    /// Says why a rule gives what it gives for one row: the value of each part of it, from the same evaluator.
    ///
    /// # Errors
    /// [`BlockError`] where the block does not fit the schema or has no such row.
    pub fn explain(&self, root: RootId, block: &Block<'_>, row: usize) -> Result<Explained, BlockError> {
        if row >= block.len {
            return Err(BlockError::NoSuchRow { row, len: block.len });
        }
        self.check_block(&[root], block)?;
        let columns: Vec<_> = block
            .columns
            .iter()
            .map(|column| column.map(|column| (column.len() == block.len).then(|| column.slice(row, 1))))
            .collect();
        let one = Block {
            columns: columns.iter().map(|column| column.as_ref().and_then(Option::as_ref)).collect(),
            len: 1,
            ..block.clone()
        };
        let nodes = self.shape_nodes(root);
        let mut values = Vec::new();
        Job::new(&self.graph, &nodes, &one).run(0..1, &mut |vectors, _| {
            let typed = nodes.iter().zip(vectors);
            values = typed.map(|(&id, vector)| vector.value(0, self.graph.node(id).data_type)).collect();
        });
        let value = |id: NodeId| nodes.binary_search(&id).map_or(Value::Null, |at| values[at].clone());
        Ok(self.explain_values(root, &value))
    }

    pub(super) fn check_block(&self, roots: &[RootId], block: &Block<'_>) -> Result<(), BlockError> {
        for &root in roots {
            for &index in self.columns(root) {
                let field = &self.schema.fields()[index];
                let name = || field.name.clone();
                let column = block.columns.get(index).copied().flatten();
                let Some(column) = column else { return Err(BlockError::MissingColumn { name: name() }) };
                let (found, wanted) = (column.data_type(), field.data_type);
                if found != wanted {
                    return Err(BlockError::WrongType { name: name(), found, wanted });
                }
                let (found, wanted) = (column.len(), block.len);
                if found != wanted {
                    return Err(BlockError::WrongLength { name: name(), found, wanted });
                }
                let found = column.null_count();
                if found > 0 && !field.nullable {
                    return Err(BlockError::UnexpectedNulls { name: name(), found });
                }
            }
        }
        Ok(())
    }
}
