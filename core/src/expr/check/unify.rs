//! One type for several values: `CASE`, `COALESCE` and their like.

use std::ops::Range;

use super::{Checker, Part, Typed};
use crate::expr::ast::{Ast, CompareOp};
use crate::expr::explain::{Role, Shape};
use crate::expr::node::{NodeId, Op};
use crate::value::{DataType, Value};

/// The type that holds values of both.
fn common(a: DataType, b: DataType) -> Option<DataType> {
    use DataType::{Date, Decimal, Float, Int, Timestamp};
    Some(match (a, b) {
        (a, b) if a == b => a,
        (Float, b) if b.is_numeric() => Float,
        (a, Float) if a.is_numeric() => Float,
        (Decimal { scale, .. }, Int) | (Int, Decimal { scale, .. }) => Decimal { precision: 38, scale },
        (Decimal { scale: s, .. }, Decimal { scale: t, .. }) => Decimal { precision: 38, scale: s.max(t) },
        (Date, Timestamp) | (Timestamp, Date) => Timestamp,
        _ => return None,
    })
}

impl Checker<'_, '_> {
    /// Brings values to one type; `Ok(None)` where all are untyped nulls, `Err` where something was reported.
    pub(super) fn unify(&mut self, parts: &[&Part]) -> Result<Option<(DataType, Vec<NodeId>)>, ()> {
        if parts.iter().any(|part| part.typed == Typed::Invalid) {
            return Err(());
        }
        let is_time = |t| matches!(t, DataType::Date | DataType::Timestamp);
        let typed: Vec<(NodeId, &Part)> =
            parts.iter().filter_map(|&part| Some((self.typed(part.typed)?, part))).collect();
        let has_time = typed.iter().any(|(node, _)| is_time(self.data_type(*node)));
        let is_text =
            |checker: &Self, node: NodeId| matches!(checker.constant_of(node), Some(Value::String(_)));
        let mut wanted: Option<(DataType, &Part)> = None;
        for &(node, part) in &typed {
            let found = self.data_type(node);
            if has_time && is_text(self, node) {
                continue;
            }
            let joined = match wanted {
                None => Some(found),
                Some((before, _)) => common(before, found),
            };
            match (joined, wanted) {
                (Some(joined), _) => wanted = Some((joined, part)),
                (None, before) => {
                    let before = before.map_or_else(String::new, |(_, part)| self.shown(part));
                    let message = format!("cannot mix {before} and {}; wanted one type", self.shown(part));
                    self.type_error(part.span(), message, None);
                    return Err(());
                }
            }
        }
        let Some((wanted, _)) = wanted else { return Ok(None) };
        let mut nodes = Vec::with_capacity(parts.len());
        for part in parts {
            let node = match part.typed {
                Typed::Node(node) => match self.constant_of(node) {
                    Some(Value::String(text)) if is_time(wanted) => {
                        self.read_time(&text, wanted, &part.span())
                    }
                    _ => self.cast(node, wanted, &part.span()),
                },
                _ => Some(self.null(wanted)),
            };
            nodes.push(node.ok_or(())?);
        }
        Ok(Some((wanted, nodes)))
    }

    pub(super) fn case(
        &mut self,
        operand: Option<&Ast>,
        branches: &[(Ast, Ast)],
        otherwise: Option<&Ast>,
        span: Range<usize>,
    ) -> Part {
        let operand = operand.map(|operand| self.check(operand));
        let branches: Vec<(Part, Part)> =
            branches.iter().map(|(when, then)| (self.check(when), self.check(then))).collect();
        let otherwise = otherwise.map(|otherwise| self.check(otherwise));
        let conditions: Vec<Option<NodeId>> = branches
            .iter()
            .map(|(when, _)| match &operand {
                Some(operand) => {
                    let typed = self.compare(CompareOp::Eq, operand, when, &when.span());
                    self.typed(typed)
                }
                None => self.condition(when, "WHEN"),
            })
            .collect();
        let typed = self.branches(&conditions, &branches, otherwise.as_ref(), &span);
        let mut children: Vec<Shape> = Vec::new();
        let role = Role::Case { simple: operand.is_some() };
        children.extend(operand.map(|operand| operand.shape));
        for ((when, then), condition) in branches.into_iter().zip(conditions) {
            // A simple WHEN shows whether it is the one.
            let when = match condition {
                Some(node) if matches!(role, Role::Case { simple: true }) => {
                    let mut test = Shape::new("=", Role::Other, when.span(), Vec::new());
                    test.node = Some(node);
                    test
                }
                _ => when.shape,
            };
            children.push(when);
            children.push(then.shape);
        }
        children.extend(otherwise.map(|otherwise| otherwise.shape));
        self.part(typed, Shape::new("CASE", role, span, children))
    }

    fn branches(
        &mut self,
        conditions: &[Option<NodeId>],
        branches: &[(Part, Part)],
        otherwise: Option<&Part>,
        span: &Range<usize>,
    ) -> Typed {
        let values: Vec<&Part> = branches.iter().map(|(_, then)| then).chain(otherwise).collect();
        let unified = self.unify(&values);
        let conditions: Option<Vec<NodeId>> = conditions.iter().copied().collect();
        match (unified, conditions) {
            (Ok(Some((data_type, mut nodes))), Some(conditions)) => {
                let last = if otherwise.is_some() { nodes.pop() } else { None };
                let last = last.unwrap_or_else(|| self.null(data_type));
                self.case_node(&conditions, &nodes, last, data_type, span)
            }
            (Ok(None), Some(_)) => Typed::Null,
            _ => Typed::Invalid,
        }
    }

    pub(super) fn case_node(
        &mut self,
        conditions: &[NodeId],
        values: &[NodeId],
        otherwise: NodeId,
        data_type: DataType,
        span: &Range<usize>,
    ) -> Typed {
        let nullable = values.iter().chain([&otherwise]).any(|&node| self.nullable(node));
        let mut args = Vec::with_capacity(values.len() * 2 + 1);
        for (condition, value) in conditions.iter().zip(values) {
            args.extend([*condition, *value]);
        }
        args.push(otherwise);
        self.make(Op::Case, &args, data_type, nullable, span)
    }
}
