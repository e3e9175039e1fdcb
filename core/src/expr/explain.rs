//! Why a rule gives what it gives for one row.

use std::ops::Range;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::node::NodeId;
use crate::time::Date;
use crate::value::Value;

/// A part of a rule with the value it had for one row.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explained {
    /// What the part is: an operator or function (`AND`, `>=`, `COALESCE`), `name` or `constant`.
    pub op: &'static str,
    /// The part as written.
    #[serde(serialize_with = "as_str")]
    pub text: Arc<str>,
    /// Its bytes in the rule, from and to.
    pub span: (usize, usize),
    /// What it gave; null, for a condition, is unknown.
    pub value: Value,
    /// Whether the result hangs on this part: of an `AND` that is false, the parts that are false; of an `OR` that
    /// is true, those that are true; of a `CASE`, the branch taken and the conditions up to it.
    pub decisive: bool,
    /// For a comparison or `BETWEEN` of numbers, dates (in days) or timestamps (in seconds): how much the left
    /// side would have to grow (or, below zero, shrink) to reach the nearest bound. None where a side is unknown.
    pub distance: Option<f64>,
    /// Its parts, in the order of the text.
    pub children: Vec<Explained>,
}

fn as_str<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// How the value of a part follows from its children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    And,
    Or,
    /// Left and right.
    Compare,
    /// Operand, low and high.
    Between,
    /// Conditions and values in turn, after the operand where there is one, and perhaps a last value.
    Case {
        simple: bool,
    },
    Coalesce,
    Other,
}

/// The tree of a rule with the nodes it was compiled to.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) op: &'static str,
    pub(super) role: Role,
    pub(super) span: Range<usize>,
    /// The part as written, once [`with_texts`](Self::with_texts) was told the rule.
    text: Arc<str>,
    /// None for a null that has no type.
    pub(super) node: Option<NodeId>,
    pub(super) children: Vec<Shape>,
}

impl Shape {
    pub(super) fn new(op: &'static str, role: Role, span: Range<usize>, children: Vec<Self>) -> Self {
        Self { op, role, span, text: Arc::default(), node: None, children }
    }

    pub(super) fn leaf(op: &'static str, span: Range<usize>) -> Self {
        Self::new(op, Role::Other, span, Vec::new())
    }

    /// The same tree over the text of its rule.
    pub(super) fn with_texts(mut self, rule: &str) -> Self {
        self.text = rule.get(self.span.clone()).unwrap_or_default().into();
        self.children = self.children.into_iter().map(|child| child.with_texts(rule)).collect();
        self
    }

    pub(super) fn collect_nodes(&self, nodes: &mut Vec<NodeId>) {
        nodes.extend(self.node);
        for child in &self.children {
            child.collect_nodes(nodes);
        }
    }

    /// Puts values to the tree; `value` gives that of a node.
    pub(super) fn explain(&self, value: &impl Fn(NodeId) -> Value) -> Explained {
        let found = self.node.map_or(Value::Null, value);
        self.explain_found(value, found, true, &mut Vec::new())
    }

    /// The same, for the tree that gave `found`: each value is asked for once. What children gave is put at the end of
    /// `seen`, and taken off again.
    fn explain_found(
        &self,
        value: &impl Fn(NodeId) -> Value,
        found: Value,
        decisive: bool,
        seen: &mut Vec<Value>,
    ) -> Explained {
        let from = seen.len();
        seen.extend(self.children.iter().map(|child| child.node.map_or(Value::Null, value)));
        let own = &seen[from..];
        let (distance, taken) = (self.distance(own), self.taken(own));
        let mut children = Vec::with_capacity(self.children.len());
        for (at, child) in self.children.iter().enumerate() {
            let gave = std::mem::replace(&mut seen[from + at], Value::Null);
            let decides = decisive && self.decides(taken, at, &gave, &found);
            children.push(child.explain_found(value, gave, decides, seen));
        }
        seen.truncate(from);
        let span = (self.span.start, self.span.end);
        let text = Arc::clone(&self.text);
        Explained { op: self.op, text, span, value: found, decisive, distance, children }
    }

    /// The child that a choice among them ends with: the first that is not null, the pair that is taken.
    fn taken(&self, seen: &[Value]) -> usize {
        match self.role {
            Role::Coalesce => seen.iter().position(|child| !child.is_null()).unwrap_or(seen.len()),
            Role::Case { simple } => {
                let conditions = seen.iter().skip(usize::from(simple)).step_by(2);
                let pairs = (seen.len() - usize::from(simple)) / 2;
                conditions.take(pairs).position(|found| *found == Value::Bool(true)).unwrap_or(pairs)
            }
            _ => 0,
        }
    }

    /// Whether the value hangs on the child at a place.
    fn decides(&self, taken: usize, at: usize, seen: &Value, found: &Value) -> bool {
        match self.role {
            // False because of the false ones, unknown because of the unknown ones, true because of all.
            Role::And | Role::Or => seen == found,
            Role::Coalesce => at <= taken,
            Role::Case { simple } => {
                let pairs = (self.children.len() - usize::from(simple)) / 2;
                match at.checked_sub(usize::from(simple)) {
                    None => true,
                    Some(at) if at == 2 * pairs => taken == pairs,
                    Some(at) if at % 2 == 0 => at / 2 <= taken,
                    Some(at) => at / 2 == taken,
                }
            }
            Role::Compare | Role::Between | Role::Other => true,
        }
    }

    fn distance(&self, seen: &[Value]) -> Option<f64> {
        match (self.role, seen) {
            (Role::Compare, [left, right]) => gap(left, right),
            (Role::Between, [left, low, high]) => {
                let (low, high) = (gap(left, low)?, gap(left, high)?);
                Some(if low.abs() <= high.abs() { low } else { high })
            }
            _ => None,
        }
    }
}

/// How far it is from `left` to `right`.
fn gap(left: &Value, right: &Value) -> Option<f64> {
    const MICROS_PER_SECOND: f64 = 1e6;
    let date = |text: &str| text.trim().parse::<Date>().ok();
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => Some((i128::from(*b) - i128::from(*a)) as f64),
        (Value::Decimal(a), Value::Decimal(b)) => {
            let scale = a.scale.max(b.scale);
            let exact = a.rescale(scale).zip(b.rescale(scale));
            let exact = exact.and_then(|(a, b)| b.unscaled.checked_sub(a.unscaled));
            Some(match exact {
                Some(unscaled) => crate::value::Decimal::new(unscaled, scale).to_f64(),
                None => b.to_f64() - a.to_f64(),
            })
        }
        (Value::Date(a), Value::Date(b)) => Some(f64::from(b.days()) - f64::from(a.days())),
        (Value::Date(a), Value::String(b)) => gap(&Value::Date(*a), &Value::Date(date(b)?)),
        (Value::String(a), Value::Date(b)) => gap(&Value::Date(date(a)?), &Value::Date(*b)),
        (Value::Timestamp(a), Value::Timestamp(b)) => {
            Some((b.micros() - a.micros()) as f64 / MICROS_PER_SECOND)
        }
        _ => Some(right.as_f64()? - left.as_f64()?).filter(|gap| gap.is_finite()),
    }
}
