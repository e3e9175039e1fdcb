//! Conditions: comparisons, lists, patterns, sets, and what joins them.

use std::ops::Range;
use std::sync::Arc;

use super::{Checker, Part, Typed};
use crate::expr::ast::{Ast, CompareOp, Quantifier};
use crate::expr::code;
use crate::expr::explain::{Role, Shape};
use crate::expr::node::{NodeId, Op, TextTest, Varies};
use crate::expr::pattern::Pattern;
use crate::value::{DataType, Value};

impl Checker<'_, '_> {
    /// The node of an operand that must be true or false.
    pub(super) fn condition(&mut self, part: &Part, operator: &str) -> Option<NodeId> {
        match part.typed {
            Typed::Invalid => None,
            Typed::Null => Some(self.null(DataType::Bool)),
            Typed::Node(node) if self.data_type(node) == DataType::Bool => Some(node),
            Typed::Node(_) => {
                let message = format!("{operator} takes a condition (bool); found {}", self.shown(part));
                self.type_error(part.span(), message, None);
                None
            }
        }
    }

    pub(super) fn not(&mut self, condition: Option<NodeId>, span: &Range<usize>) -> Typed {
        let Some(node) = condition else { return Typed::Invalid };
        self.note_negation(node, span);
        let nullable = self.nullable(node);
        self.make(Op::Not, &[node], DataType::Bool, nullable, span)
    }

    fn maybe_not(&mut self, typed: Typed, negated: bool, span: &Range<usize>) -> Typed {
        match typed {
            Typed::Node(node) if negated => self.not(Some(node), span),
            typed => typed,
        }
    }

    pub(super) fn joined(
        &mut self,
        parts: &[Ast],
        op: &Op,
        name: &'static str,
        role: Role,
        span: Range<usize>,
    ) -> Part {
        let parts: Vec<Part> = parts.iter().map(|part| self.check(part)).collect();
        let nodes: Vec<Option<NodeId>> = parts.iter().map(|part| self.condition(part, name)).collect();
        let nodes: Option<Vec<NodeId>> = nodes.into_iter().collect();
        let typed = nodes.map_or(Typed::Invalid, |nodes| {
            let nullable = nodes.iter().any(|&node| self.nullable(node));
            self.make(op.clone(), &nodes, DataType::Bool, nullable, &span)
        });
        self.part(typed, Shape::new(name, role, span, parts.into_iter().map(|part| part.shape).collect()))
    }

    pub(super) fn comparison(&mut self, op: CompareOp, a: &Ast, b: &Ast, span: Range<usize>) -> Part {
        let (a, b) = (self.check(a), self.check(b));
        let typed = self.compare(op, &a, &b, &span);
        let name = match op {
            CompareOp::Eq => "=",
            CompareOp::Ne => "<>",
            CompareOp::Lt => "<",
            CompareOp::Le => "<=",
            CompareOp::Gt => ">",
            CompareOp::Ge => ">=",
        };
        self.part(typed, Shape::new(name, Role::Compare, span, vec![a.shape, b.shape]))
    }

    pub(super) fn compare(&mut self, op: CompareOp, a: &Part, b: &Part, span: &Range<usize>) -> Typed {
        let (left, right) = match (a.typed, b.typed) {
            (Typed::Invalid, _) | (_, Typed::Invalid) => return Typed::Invalid,
            (Typed::Null, _) | (_, Typed::Null) => {
                let message = "a comparison with NULL is never true".to_owned();
                let help = "write … IS NULL or … IS NOT NULL".to_owned();
                self.sink.warning(code::NULL_COMPARISON, span.clone(), message, help);
                return Typed::Node(self.null(DataType::Bool));
            }
            (Typed::Node(a), Typed::Node(b)) => (a, b),
        };
        let Some((left, right)) = self.comparable(op, (left, a), (right, b), span) else {
            return Typed::Invalid;
        };
        let nullable = self.nullable(left) || self.nullable(right);
        // The constant stands on the right, so that equal comparisons become one node.
        let swap = self.graph.node(left).varies < self.graph.node(right).varies;
        let (op, left, right) = if swap { (op.mirrored(), right, left) } else { (op, left, right) };
        if let Some(Value::String(text)) = self.constant_of(right) {
            let test = Op::TextTest(TextTest::Compare(op, text));
            return self.make(test, &[left], DataType::Bool, nullable, span);
        }
        self.make(Op::Compare(op), &[left, right], DataType::Bool, nullable, span)
    }

    /// Brings two sides to types that can be compared.
    fn comparable(
        &mut self,
        op: CompareOp,
        (left, a): (NodeId, &Part),
        (right, b): (NodeId, &Part),
        span: &Range<usize>,
    ) -> Option<(NodeId, NodeId)> {
        use DataType::{Bool, Date, Decimal, Float, String, StringSet, Timestamp};
        let sides = match (self.data_type(left), self.data_type(right)) {
            (Decimal { .. }, Float) => (self.cast(left, Float, span)?, right),
            (Float, Decimal { .. }) => (left, self.cast(right, Float, span)?),
            (x, y) if x.is_numeric() && y.is_numeric() => (self.narrowed(left, y), self.narrowed(right, x)),
            (Date, Timestamp) => (self.cast(left, Timestamp, span)?, right),
            (Timestamp, Date) => (left, self.cast(right, Timestamp, span)?),
            (String, String) | (Date, Date) | (Timestamp, Timestamp) => (left, right),
            (Bool, Bool) if matches!(op, CompareOp::Eq | CompareOp::Ne) => (left, right),
            (x @ (Date | Timestamp), String) if self.constant_of(right).is_some() => {
                let text = self.constant_of(right)?;
                (left, self.read_time(text.as_str().unwrap_or(""), x, &b.span())?)
            }
            (String, y @ (Date | Timestamp)) if self.constant_of(left).is_some() => {
                let text = self.constant_of(left)?;
                (self.read_time(text.as_str().unwrap_or(""), y, &a.span())?, right)
            }
            (x, y) => {
                let number_in_quotes = |node: NodeId| {
                    let text = self.constant_of(node)?;
                    let text = text.as_str()?.trim();
                    text.parse::<crate::value::Decimal>().ok().map(|_| format!("write {text} without quotes"))
                };
                let help = match (x, y) {
                    (x, String) if x.is_numeric() => number_in_quotes(right),
                    (String, y) if y.is_numeric() => number_in_quotes(left),
                    (StringSet, _) | (_, StringSet) => {
                        Some("look into a set with HAS: channels HAS 'app'".to_owned())
                    }
                    (Bool, Bool) => Some("true and false have no order: use = or <>".to_owned()),
                    _ => None,
                };
                let message = format!("cannot compare {} with {}", self.shown(a), self.shown(b));
                self.type_error(span.clone(), message, help);
                return None;
            }
        };
        Some(sides)
    }

    /// A constant as the type of the other side, where that changes nothing: the quicker comparison.
    fn narrowed(&mut self, node: NodeId, other: DataType) -> NodeId {
        const EXACT: i64 = 1 << 53;
        match (other, self.whole(node)) {
            (DataType::Int, Some(n)) => self.constant(&Value::Int(n)),
            (DataType::Float, Some(n)) if (-EXACT..=EXACT).contains(&n) => {
                self.constant(&Value::Float(n as f64))
            }
            _ => node,
        }
    }

    pub(super) fn between(
        &mut self,
        operand: &Ast,
        low: &Ast,
        high: &Ast,
        negated: bool,
        span: Range<usize>,
    ) -> Part {
        let (a, low, high) = (self.check(operand), self.check(low), self.check(high));
        let above = self.compare(CompareOp::Ge, &a, &low, &span);
        let below = self.compare(CompareOp::Le, &a, &high, &span);
        let typed = match (above, below) {
            (Typed::Node(above), Typed::Node(below)) => {
                let nullable = self.nullable(above) || self.nullable(below);
                self.make(Op::And, &[above, below], DataType::Bool, nullable, &span)
            }
            _ => Typed::Invalid,
        };
        let typed = self.maybe_not(typed, negated, &span);
        self.part(typed, Shape::new("BETWEEN", Role::Between, span, vec![a.shape, low.shape, high.shape]))
    }

    pub(super) fn membership(
        &mut self,
        operand: &Ast,
        list: &[Ast],
        negated: bool,
        span: Range<usize>,
    ) -> Part {
        let a = self.check(operand);
        let items: Vec<Part> = list.iter().map(|item| self.check(item)).collect();
        let typed = self.among(&a, &items, &span);
        let typed = self.maybe_not(typed, negated, &span);
        self.part(typed, Shape::new("IN", Role::Other, span, vec![a.shape]))
    }

    fn among(&mut self, a: &Part, items: &[Part], span: &Range<usize>) -> Typed {
        let mut fine = true;
        for item in items {
            match item.typed {
                Typed::Invalid => fine = false,
                Typed::Null => {
                    let message = "with NULL in its list, IN is never false and NOT IN never true".to_owned();
                    let help = "take NULL out of the list, and write … IS NULL beside it".to_owned();
                    self.sink.warning(code::NULL_COMPARISON, item.span(), message, help);
                }
                Typed::Node(node) if self.graph.node(node).varies == Varies::ByRow => {
                    let message = format!("a list has constants only; found {}", self.shown(item));
                    let help = "compare with = and OR".to_owned();
                    self.sink.error_help(code::NOT_CONSTANT, item.span(), message, help);
                    fine = false;
                }
                Typed::Node(_) => {}
            }
        }
        let node = match a.typed {
            Typed::Node(node) if fine => node,
            Typed::Null if fine => return Typed::Node(self.null(DataType::Bool)),
            _ => return Typed::Invalid,
        };
        let has_null = items.iter().any(|item| item.typed == Typed::Null);
        let nullable = has_null || self.nullable(node);
        let nodes = || items.iter().filter_map(|item| self.typed(item.typed));
        let all = |wanted: DataType| nodes().all(|item| self.data_type(item) == wanted);
        let op = match self.data_type(node) {
            DataType::String if all(DataType::String) => {
                let texts = nodes().filter_map(|item| match self.constant_of(item) {
                    Some(Value::String(text)) => Some(text),
                    _ => None,
                });
                Some(Op::TextTest(TextTest::In(sorted(texts.collect()), has_null)))
            }
            DataType::Int if nodes().all(|item| self.whole(item).is_some()) => {
                let numbers = nodes().filter_map(|item| self.whole(item));
                Some(Op::InNumbers(sorted(numbers.collect()), has_null))
            }
            DataType::Date => {
                let days = items.iter().filter(|item| item.typed != Typed::Null).map(|item| {
                    let constant = self.typed(item.typed).and_then(|item| self.constant_of(item));
                    match constant {
                        Some(Value::Date(date)) => Some(i64::from(date.days())),
                        Some(Value::String(text)) => {
                            text.trim().parse::<crate::time::Date>().ok().map(|date| i64::from(date.days()))
                        }
                        _ => None,
                    }
                });
                let days: Option<Vec<i64>> = days.collect();
                days.map(|days| Op::InNumbers(sorted(days), has_null))
            }
            _ => None,
        };
        if let Some(op) = op {
            return self.make(op, &[node], DataType::Bool, nullable, span);
        }
        let mut same = Vec::with_capacity(items.len());
        for item in items {
            match item.typed {
                Typed::Null => same.push(self.null(DataType::Bool)),
                _ => match self.compare(CompareOp::Eq, a, item, &item.span()) {
                    Typed::Node(node) => same.push(node),
                    _ => fine = false,
                },
            }
        }
        if !fine {
            return Typed::Invalid;
        }
        self.make(Op::Or, &same, DataType::Bool, nullable, span)
    }

    pub(super) fn like(&mut self, operand: &Ast, pattern: &Ast, negated: bool, span: Range<usize>) -> Part {
        let (a, pattern) = (self.check(operand), self.check(pattern));
        let text = self.text_operand(&a, "LIKE");
        let compiled = self.pattern(&pattern);
        let typed = match (text, compiled) {
            (Some(node), Some(compiled)) => {
                let nullable = self.nullable(node);
                let test = Op::TextTest(TextTest::Like(compiled));
                let typed = self.make(test, &[node], DataType::Bool, nullable, &span);
                self.maybe_not(typed, negated, &span)
            }
            _ => Typed::Invalid,
        };
        self.part(typed, Shape::new("LIKE", Role::Other, span, vec![a.shape]))
    }

    fn pattern(&mut self, part: &Part) -> Option<Pattern> {
        let text = self.constant_text(part, "the pattern of LIKE")?;
        let compiled = Pattern::new(&text);
        if compiled.is_none() {
            let message = "the pattern ends with a single backslash".to_owned();
            let help = "a backslash takes the next character as it is; for itself write two".to_owned();
            self.sink.error_help(code::BAD_PATTERN, part.span(), message, help);
        }
        compiled
    }

    pub(super) fn has(
        &mut self,
        operand: &Ast,
        quantifier: Quantifier,
        items: &[Ast],
        span: Range<usize>,
    ) -> Part {
        let a = self.check(operand);
        let items: Vec<Part> = items.iter().map(|item| self.check(item)).collect();
        let texts: Vec<_> = items.iter().map(|item| self.constant_text(item, "HAS")).collect();
        let texts: Option<Vec<Arc<str>>> = texts.into_iter().collect();
        let set = match a.typed {
            Typed::Node(node) if self.data_type(node) == DataType::StringSet => Some(node),
            Typed::Null => Some(self.null(DataType::StringSet)),
            Typed::Invalid => None,
            Typed::Node(_) => {
                let message = format!("HAS looks into a set<string>; found {}", self.shown(&a));
                let help = "compare a single text with = or IN".to_owned();
                self.type_error(a.span(), message, Some(help));
                None
            }
        };
        let typed = match (set, texts) {
            (Some(node), Some(texts)) => {
                let nullable = self.nullable(node);
                let op = Op::Has { all: quantifier == Quantifier::All, items: sorted(texts) };
                self.make(op, &[node], DataType::Bool, nullable, &span)
            }
            _ => Typed::Invalid,
        };
        let name = match quantifier {
            Quantifier::One => "HAS",
            Quantifier::Any => "HAS ANY",
            Quantifier::All => "HAS ALL",
        };
        self.part(typed, Shape::new(name, Role::Other, span, vec![a.shape]))
    }

    /// The node of an operand that must be a text.
    pub(super) fn text_operand(&mut self, part: &Part, operator: &str) -> Option<NodeId> {
        match part.typed {
            Typed::Invalid => None,
            Typed::Null => Some(self.null(DataType::String)),
            Typed::Node(node) if self.data_type(node) == DataType::String => Some(node),
            Typed::Node(_) => {
                let message = format!("{operator} takes a string; found {}", self.shown(part));
                self.type_error(part.span(), message, None);
                None
            }
        }
    }

    /// The text of an operand that must be a constant text.
    pub(super) fn constant_text(&mut self, part: &Part, what: &str) -> Option<Arc<str>> {
        let node = match part.typed {
            Typed::Invalid => return None,
            Typed::Null => None,
            Typed::Node(node) => Some(node),
        };
        if let Some(Value::String(text)) = node.and_then(|node| self.constant_of(node)) {
            return Some(text);
        }
        let message = format!("{what} takes a constant text in single quotes; found {}", self.shown(part));
        self.sink.error(code::NOT_CONSTANT, part.span(), message);
        None
    }
}

fn sorted<T: Ord>(mut items: Vec<T>) -> Arc<[T]> {
    items.sort_unstable();
    items.dedup();
    items.into()
}
