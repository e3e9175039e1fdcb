//! One value in place of a vector, and the conditions on it.

use std::sync::Arc;

use super::ast::CompareOp;
use super::eval::holds;
use super::node::{Node, Op, TextTest};
use crate::time::{Date, Timestamp};
use crate::value::{DataType, Decimal, Value, compare_int_float};

/// The value of a node.
#[derive(Debug, Clone)]
pub(super) enum Cell<'a> {
    Null,
    Bool(bool),
    /// `int64` and, in microseconds, `timestamp`.
    Int(i64),
    Float(f64),
    /// Unscaled.
    Decimal(i128),
    Date(i32),
    Text(&'a Arc<str>),
    Set(&'a [Arc<str>]),
    /// A text or set that was computed.
    Owned(Value),
}

impl<'a> Cell<'a> {
    pub(super) fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(b) => Self::Bool(*b),
            Value::Int(n) => Self::Int(*n),
            Value::Float(n) if n.is_nan() => Self::Null,
            Value::Float(n) => Self::Float(*n),
            Value::Decimal(d) => Self::Decimal(d.unscaled),
            Value::String(text) => Self::Text(text),
            Value::Date(date) => Self::Date(date.days()),
            Value::Timestamp(instant) => Self::Int(instant.micros()),
            Value::StringSet(items) => Self::Set(items),
        }
    }

    pub(super) fn computed(value: Value) -> Self {
        match value {
            Value::String(_) | Value::StringSet(_) => Self::Owned(value),
            other => match Cell::of(&other) {
                Cell::Bool(b) => Self::Bool(b),
                Cell::Int(n) => Self::Int(n),
                Cell::Float(n) => Self::Float(n),
                Cell::Decimal(n) => Self::Decimal(n),
                Cell::Date(days) => Self::Date(days),
                _ => Self::Null,
            },
        }
    }

    pub(super) fn to_value(&self, node: &Node) -> Value {
        match (self, node.data_type) {
            (Self::Null, _) => Value::Null,
            (Self::Bool(b), _) => Value::Bool(*b),
            (Self::Int(n), DataType::Timestamp) => Value::Timestamp(Timestamp::from_micros(*n)),
            (Self::Int(n), _) => Value::Int(*n),
            (Self::Float(n), _) => Value::Float(*n),
            (Self::Decimal(n), DataType::Decimal { scale, .. }) => Value::Decimal(Decimal::new(*n, scale)),
            (Self::Decimal(n), _) => Value::Decimal(Decimal::new(*n, 0)),
            (Self::Date(days), _) => Value::Date(Date::from_days(*days)),
            (Self::Text(text), _) => Value::String(Arc::clone(text)),
            (Self::Set(items), _) => Value::StringSet(items.to_vec()),
            (Self::Owned(value), _) => value.clone(),
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Owned(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    pub(super) fn truth(&self) -> Option<bool> {
        if let Self::Bool(b) = self { Some(*b) } else { None }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl From<Option<bool>> for Cell<'_> {
    fn from(truth: Option<bool>) -> Self {
        truth.map_or(Self::Null, Self::Bool)
    }
}

/// A condition on the value of one column that asks for nothing else of the profile.
#[derive(Debug, Clone)]
pub(super) enum Test {
    Int(CompareOp, i64),
    Float(CompareOp, f64),
    Date(CompareOp, Date),
    Timestamp(CompareOp, Timestamp),
    Text(TextTest),
    Among(Arc<[i64]>, bool),
    Has { all: bool, items: Arc<[Arc<str>]> },
}

impl Test {
    /// The comparison of a column, on the left, with a value that is the same for all profiles.
    pub(super) fn comparison(op: CompareOp, bound: &Value) -> Option<Self> {
        Some(match bound {
            Value::Int(bound) => Self::Int(op, *bound),
            Value::Float(bound) if !bound.is_nan() => Self::Float(op, *bound),
            Value::Date(bound) => Self::Date(op, *bound),
            Value::Timestamp(bound) => Self::Timestamp(op, *bound),
            _ => return None,
        })
    }

    /// The test that an operator makes of its only argument.
    pub(super) fn of(op: &Op) -> Option<Self> {
        Some(match op {
            Op::TextTest(test) => Self::Text(test.clone()),
            Op::InNumbers(list, has_null) => Self::Among(Arc::clone(list), *has_null),
            Op::Has { all, items } => Self::Has { all: *all, items: Arc::clone(items) },
            _ => return None,
        })
    }

    pub(super) fn holds(&self, value: &Value) -> Option<bool> {
        match (self, value) {
            (Self::Int(op, bound), Value::Int(n)) => Some(op.holds(n.cmp(bound))),
            (Self::Float(op, bound), Value::Float(n)) => n.partial_cmp(bound).map(|order| op.holds(order)),
            (Self::Date(op, bound), Value::Date(date)) => Some(op.holds(date.cmp(bound))),
            (Self::Timestamp(op, bound), Value::Timestamp(instant)) => Some(op.holds(instant.cmp(bound))),
            (Self::Text(test), Value::String(text)) => text_test(test, text),
            (Self::Among(list, has_null), Value::Int(n)) => among(list, *has_null, *n),
            (Self::Among(list, has_null), Value::Date(date)) => {
                among(list, *has_null, i64::from(date.days()))
            }
            (Self::Has { all, items }, Value::StringSet(set)) => Some(has(set, items, *all)),
            _ => None,
        }
    }
}

pub(super) fn has(set: &[Arc<str>], items: &[Arc<str>], all: bool) -> bool {
    let has = |item: &Arc<str>| set.iter().any(|member| **member == **item);
    if all { items.iter().all(has) } else { items.iter().any(has) }
}

/// Whether a number is in a list that may have a null beside its numbers, in ascending order.
pub(super) fn among(list: &[i64], has_null: bool, number: i64) -> Option<bool> {
    membership(list.binary_search(&number).is_ok(), has_null)
}

fn membership(found: bool, has_null: bool) -> Option<bool> {
    if found { Some(true) } else { (!has_null).then_some(false) }
}

/// `None` where the cells are of kinds that the other evaluator compares.
#[expect(clippy::option_option, reason = "the inner one is the three-valued answer")]
pub(super) fn compare(op: CompareOp, a: &Cell<'_>, b: &Cell<'_>) -> Option<Option<bool>> {
    let ordering = match (a, b) {
        (Cell::Null, _) | (_, Cell::Null) => return Some(None),
        (Cell::Int(a), Cell::Int(b)) => a.cmp(b),
        (Cell::Float(a), Cell::Float(b)) => a.partial_cmp(b)?,
        (Cell::Date(a), Cell::Date(b)) => a.cmp(b),
        (Cell::Bool(a), Cell::Bool(b)) => a.cmp(b),
        (Cell::Int(a), Cell::Float(b)) => compare_int_float(*a, *b)?,
        (Cell::Float(a), Cell::Int(b)) => compare_int_float(*b, *a)?.reverse(),
        _ => a.text()?.cmp(b.text()?),
    };
    Some(Some(op.holds(ordering)))
}

pub(super) fn text_test(test: &TextTest, text: &str) -> Option<bool> {
    match test {
        TextTest::In(_, has_null) => membership(holds(test, text), *has_null),
        _ => Some(holds(test, text)),
    }
}
