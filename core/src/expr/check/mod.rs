//! From a tree to typed nodes: names, types, nulls, constants.

mod arithmetic;
mod call;
mod condition;
mod doubt;
mod line;
mod unify;

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::ast::{Ast, AstKind, IsTest, Literal};
use super::diagnostic::Sink;
use super::explain::{Role, Shape};
use super::node::{Constant, Graph, NodeId, Op, Varies};
use super::schema::Schema;
use super::token::cut;
use super::{code, eval};
use crate::time::{Date, Zone};
use crate::value::{DataType, Decimal, Value};

/// What checking an expression gave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Typed {
    /// Something is wrong with it and was reported.
    Invalid,
    /// A null that takes the type of what it meets.
    Null,
    Node(NodeId),
}

pub(super) struct Checker<'a, 't> {
    pub(super) graph: &'a mut Graph,
    pub(super) schema: &'a Schema,
    pub(super) sink: &'a mut Sink<'t>,
    /// Negations over something that may be null: the place and the nullable columns.
    negations: Vec<(Range<usize>, Vec<usize>)>,
    /// Columns that the rule tests with `IS [NOT] NULL`: its author has thought of their nulls.
    tested: FxHashSet<usize>,
    /// How much was done to find conditions that are never or always true.
    work: usize,
}

/// An expression with what checking it gave.
pub(super) struct Part {
    pub(super) typed: Typed,
    pub(super) shape: Shape,
}

impl Part {
    pub(super) fn span(&self) -> Range<usize> {
        self.shape.span.clone()
    }
}

impl<'a, 't> Checker<'a, 't> {
    pub(super) fn new(graph: &'a mut Graph, schema: &'a Schema, sink: &'a mut Sink<'t>) -> Self {
        Self { graph, schema, sink, negations: Vec::new(), tested: FxHashSet::default(), work: 0 }
    }

    /// Checks a whole rule; `None` where errors were reported.
    pub(super) fn rule(mut self, ast: &Ast, wanted_bool: bool) -> Option<(NodeId, Shape)> {
        let Part { typed, mut shape } = self.check(ast);
        let node = match typed {
            Typed::Invalid => None,
            Typed::Null if wanted_bool => Some(self.null(DataType::Bool)),
            Typed::Null => {
                let message = "nothing says what type this NULL has".to_owned();
                self.sink.error(code::UNTYPED_NULL, ast.span(), message);
                None
            }
            Typed::Node(node) => Some(node),
        };
        let node = node.filter(|&node| {
            let found = self.graph.node(node).data_type;
            let fits = !wanted_bool || found == DataType::Bool;
            if !fits {
                let message = format!("the rule gives {found}; wanted a condition, which is bool");
                self.sink.error(code::NOT_BOOL, ast.span(), message);
            }
            fits
        })?;
        shape.node = Some(node);
        if !self.sink.has_errors() {
            self.warn_of_negations();
            self.doubt(&shape);
        }
        Some((node, shape))
    }

    pub(super) fn check(&mut self, ast: &Ast) -> Part {
        let span = ast.span();
        match ast.kind() {
            AstKind::Invalid => Part { typed: Typed::Invalid, shape: Shape::leaf("invalid", span) },
            AstKind::Literal(literal) => {
                let typed = self.literal(literal, &span);
                self.part(typed, Shape::leaf("constant", span))
            }
            AstKind::Name(name) => {
                let typed = self.name(name, &span);
                self.part(typed, Shape::leaf("name", span))
            }
            AstKind::Negate(a) => self.negate(a, span),
            AstKind::Arithmetic(op, a, b) => self.arithmetic(*op, a, b, span),
            AstKind::Not(a) => {
                let a = self.check(a);
                let condition = self.condition(&a, "NOT");
                let typed = self.not(condition, &span);
                self.part(typed, Shape::new("NOT", Role::Other, span, vec![a.shape]))
            }
            AstKind::And(parts) => self.joined(parts, &Op::And, "AND", Role::And, span),
            AstKind::Or(parts) => self.joined(parts, &Op::Or, "OR", Role::Or, span),
            AstKind::Compare(op, a, b) => self.comparison(*op, a, b, span),
            AstKind::In { operand, list, negated } => self.membership(operand, list, *negated, span),
            AstKind::Between { operand, low, high, negated } => {
                self.between(operand, low, high, *negated, span)
            }
            AstKind::Like { operand, pattern, negated } => self.like(operand, pattern, *negated, span),
            AstKind::Is { operand, test, negated } => self.is(operand, *test, *negated, span),
            AstKind::Has { operand, quantifier, items } => self.has(operand, *quantifier, items, span),
            AstKind::Case { operand, branches, otherwise } => {
                self.case(operand.as_deref(), branches, otherwise.as_deref(), span)
            }
            AstKind::Call(function, items) => self.call(*function, items, span),
        }
    }

    #[expect(clippy::unused_self, reason = "reads as the other makers do")]
    pub(super) fn part(&self, typed: Typed, mut shape: Shape) -> Part {
        if let Typed::Node(node) = typed {
            shape.node = Some(node);
        }
        Part { typed, shape }
    }

    fn literal(&mut self, literal: &Literal, span: &Range<usize>) -> Typed {
        let value = match literal {
            Literal::Null => return Typed::Null,
            Literal::Bool(b) => Value::Bool(*b),
            Literal::Int(n) => Value::Int(*n),
            Literal::Decimal(d) => Value::Decimal(*d),
            Literal::Float(n) => Value::from(*n),
            Literal::String(text) => Value::String(Arc::clone(text)),
            Literal::Date(date) => Value::Date(*date),
            Literal::Timestamp(text) => {
                return Typed::Node(self.graph.intern(
                    Op::WallClock(Arc::clone(text)),
                    &[],
                    DataType::Timestamp,
                    false,
                ));
            }
            Literal::Interval(..) => {
                let message = "an interval stands alone; wanted it added to or taken from a date".to_owned();
                let help = "for example TODAY() - INTERVAL 90 DAYS".to_owned();
                self.sink.error_help(code::INTERVAL, span.clone(), message, help);
                return Typed::Invalid;
            }
        };
        Typed::Node(self.constant(&value))
    }

    fn name(&mut self, name: &str, span: &Range<usize>) -> Typed {
        if let Some(index) = self.schema.index_of(name) {
            let field = &self.schema.fields()[index];
            return Typed::Node(self.graph.intern(Op::Column(index), &[], field.data_type, field.nullable));
        }
        let help = self.schema.nearest(name).map(|near| format!("did you mean `{near}`?"));
        let quoted = self.sink.text()[span.clone()].starts_with('"');
        let help =
            help.or_else(|| quoted.then(|| format!("a text stands in single quotes: '{}'", cut(name))));
        let message = format!("there is no `{}`", cut(name));
        self.sink.error_help(code::UNKNOWN_NAME, span.clone(), message, help);
        Typed::Invalid
    }

    fn is(&mut self, operand: &Ast, test: IsTest, negated: bool, span: Range<usize>) -> Part {
        let a = self.check(operand);
        let op = match test {
            IsTest::Null | IsTest::Unknown => Op::IsNull,
            IsTest::True => Op::IsTrue,
            IsTest::False => Op::IsFalse,
        };
        let node = if test == IsTest::Null { self.typed(a.typed) } else { self.condition(&a, "IS") };
        let typed = match node {
            None if a.typed == Typed::Null => {
                let null = self.null(DataType::Bool);
                self.make(op, &[null], DataType::Bool, false, &span)
            }
            None => Typed::Invalid,
            Some(node) => {
                if let (Op::IsNull, Op::Column(index)) = (&op, &self.graph.node(node).op) {
                    self.tested.insert(*index);
                }
                self.make(op, &[node], DataType::Bool, false, &span)
            }
        };
        let typed = match typed {
            Typed::Node(node) if negated => self.make(Op::Not, &[node], DataType::Bool, false, &span),
            typed => typed,
        };
        self.part(typed, Shape::new("IS", Role::Other, span, vec![a.shape]))
    }

    /// The node of an expression that must have a type by itself.
    #[expect(clippy::unused_self, reason = "reads as the other makers do")]
    pub(super) fn typed(&self, typed: Typed) -> Option<NodeId> {
        match typed {
            Typed::Node(node) => Some(node),
            Typed::Null | Typed::Invalid => None,
        }
    }

    pub(super) fn data_type(&self, node: NodeId) -> DataType {
        self.graph.node(node).data_type
    }

    pub(super) fn nullable(&self, node: NodeId) -> bool {
        self.graph.node(node).nullable
    }

    pub(super) fn constant_of(&self, node: NodeId) -> Option<Value> {
        match &self.graph.node(node).op {
            Op::Constant(constant) => Some(constant.to_value()),
            _ => None,
        }
    }

    pub(super) fn constant(&mut self, value: &Value) -> NodeId {
        let data_type = value.data_type().unwrap_or(DataType::Bool);
        self.graph.intern(Op::Constant(Constant::from_value(value)), &[], data_type, value.is_null())
    }

    pub(super) fn null(&mut self, data_type: DataType) -> NodeId {
        self.graph.intern(Op::Constant(Constant::Null), &[], data_type, true)
    }

    /// Makes a node; one that depends on nothing becomes a constant here and now.
    pub(super) fn make(
        &mut self,
        op: Op,
        args: &[NodeId],
        data_type: DataType,
        nullable: bool,
        span: &Range<usize>,
    ) -> Typed {
        let node = self.graph.intern(op, args, data_type, nullable);
        if self.graph.node(node).varies != Varies::Never {
            return Typed::Node(node);
        }
        let (value, overflows) = eval::constant(self.graph, node);
        if overflows > 0 {
            let message = format!("this constant does not fit {data_type}");
            self.sink.error(code::OVERFLOW, span.clone(), message);
            return Typed::Invalid;
        }
        let constant = Op::Constant(Constant::from_value(&value));
        Typed::Node(self.graph.intern(constant, &[], data_type, value.is_null()))
    }

    /// Reads a constant text as a date or timestamp; reports it where it is none.
    pub(super) fn read_time(&mut self, text: &str, wanted: DataType, span: &Range<usize>) -> Option<NodeId> {
        let read = if wanted == DataType::Date {
            text.trim().parse::<Date>().map(|date| self.constant(&Value::Date(date)))
        } else {
            let clock = Op::WallClock(text.trim().into());
            Zone::utc().parse(text).map(|_| self.graph.intern(clock, &[], DataType::Timestamp, false))
        };
        read.map_err(|error| self.sink.error(code::BAD_DATE, span.clone(), error.to_string())).ok()
    }

    /// Turns a node into another type; only changes that lose no meaning are asked for.
    pub(super) fn cast(&mut self, node: NodeId, wanted: DataType, span: &Range<usize>) -> Option<NodeId> {
        let found = self.data_type(node);
        let op = match (found, wanted) {
            (a, b) if a == b => return Some(node),
            (_, DataType::Float) => Op::ToFloat,
            (_, DataType::Decimal { .. }) => Op::ToDecimal,
            (_, DataType::Timestamp) => Op::ToTimestamp,
            (_, DataType::Date) => Op::ToDate,
            _ => return None,
        };
        // Only a decimal can fail to fit.
        let nullable = self.nullable(node) || op == Op::ToDecimal;
        match self.make(op, &[node], wanted, nullable, span) {
            Typed::Node(node) => Some(node),
            Typed::Null | Typed::Invalid => None,
        }
    }

    /// How an operand is shown in a type error: ``the text '30'``, ``int64``.
    pub(super) fn shown(&self, part: &Part) -> String {
        let source = cut(&self.sink.text()[part.span()]);
        match part.typed {
            Typed::Node(node) => format!("`{source}` ({})", self.data_type(node)),
            Typed::Null | Typed::Invalid => format!("`{source}`"),
        }
    }

    pub(super) fn type_error(&mut self, span: Range<usize>, message: String, help: Option<String>) -> Typed {
        self.sink.error_help(code::TYPE, span, message, help);
        Typed::Invalid
    }

    /// Remembers a negation over a condition that may be unknown.
    pub(super) fn note_negation(&mut self, node: NodeId, span: &Range<usize>) {
        let mut columns = Vec::new();
        let mut seen = FxHashSet::default();
        let mut open = vec![node];
        while let Some(id) = open.pop() {
            let node = self.graph.node(id);
            if !node.nullable || !seen.insert(id) {
                continue;
            }
            if let Op::Column(index) = node.op {
                columns.push(index);
            }
            open.extend(&*node.args);
        }
        columns.sort_unstable();
        if !columns.is_empty() {
            self.negations.push((span.clone(), columns));
        }
    }

    fn warn_of_negations(&mut self) {
        for (span, columns) in std::mem::take(&mut self.negations) {
            let names: Vec<String> = columns
                .iter()
                .filter(|index| !self.tested.contains(index))
                .map(|&index| format!("`{}`", cut(&self.schema.fields()[index].name)))
                .collect();
            if names.is_empty() {
                continue;
            }
            let names = names.join(" or ");
            let message = format!("this negation is unknown, not true, where {names} is null");
            let help = "such rows are not selected; to select them too, put IS NOT TRUE after the condition \
                        in place of the NOT; to show that they are meant to stay out, add … IS NOT NULL"
                .to_owned();
            self.sink.warning(code::NEGATED_NULL, span, message, help);
        }
    }

    /// The digits after the point, where a type has them.
    pub(super) fn scale(&self, node: NodeId) -> i8 {
        match self.data_type(node) {
            DataType::Decimal { scale, .. } => scale,
            _ => 0,
        }
    }

    /// A whole constant as an integer, whatever number type it has.
    pub(super) fn whole(&self, node: NodeId) -> Option<i64> {
        match self.constant_of(node)? {
            Value::Int(n) => Some(n),
            Value::Decimal(d) => Decimal::rescale(d, 0).and_then(|d| i64::try_from(d.unscaled).ok()),
            _ => None,
        }
    }
}
