//! Numbers and dates: `+`, `-`, `*`, `/`, the sign.

use std::ops::Range;

use super::{Checker, Part, Typed};
use crate::expr::ast::{ArithmeticOp, Ast, AstKind, IntervalUnit, Literal};
use crate::expr::code;
use crate::expr::explain::{Role, Shape};
use crate::expr::node::{Op, Shift};
use crate::value::DataType;

impl Checker<'_, '_> {
    pub(super) fn negate(&mut self, operand: &Ast, span: Range<usize>) -> Part {
        let a = self.check(operand);
        let typed = match a.typed {
            Typed::Node(node) if self.data_type(node).is_numeric() => {
                let data_type = self.data_type(node);
                self.make(Op::Negate, &[node], data_type, true, &span)
            }
            Typed::Node(_) => {
                let message = format!("`-` takes a number; found {}", self.shown(&a));
                self.type_error(a.span(), message, None)
            }
            other => other,
        };
        self.part(typed, Shape::new("-", Role::Other, span, vec![a.shape]))
    }

    pub(super) fn arithmetic(&mut self, op: ArithmeticOp, a: &Ast, b: &Ast, span: Range<usize>) -> Part {
        let interval = |ast: &Ast| match ast.kind() {
            AstKind::Literal(Literal::Interval(n, unit)) => Some((*n, *unit)),
            _ => None,
        };
        match (op, interval(a), interval(b)) {
            (ArithmeticOp::Add, None, Some(by)) => return self.shift(a, by, false, span),
            (ArithmeticOp::Add, Some(by), None) => return self.shift(b, by, false, span),
            (ArithmeticOp::Subtract, None, Some(by)) => return self.shift(a, by, true, span),
            _ => {}
        }
        let (a, b) = (self.check(a), self.check(b));
        let typed = self.numbers(op, &a, &b, &span);
        let name = match op {
            ArithmeticOp::Add => "+",
            ArithmeticOp::Subtract => "-",
            ArithmeticOp::Multiply => "*",
            ArithmeticOp::Divide => "/",
        };
        self.part(typed, Shape::new(name, Role::Other, span, vec![a.shape, b.shape]))
    }

    fn numbers(&mut self, op: ArithmeticOp, a: &Part, b: &Part, span: &Range<usize>) -> Typed {
        let (left, right) = match (a.typed, b.typed) {
            (Typed::Invalid, _) | (_, Typed::Invalid) => return Typed::Invalid,
            (Typed::Null, _) | (_, Typed::Null) => return Typed::Null,
            (Typed::Node(a), Typed::Node(b)) => (a, b),
        };
        let (x, y) = (self.data_type(left), self.data_type(right));
        if !x.is_numeric() || !y.is_numeric() {
            let message = format!("`{op}` takes two numbers; found {} and {}", self.shown(a), self.shown(b));
            let time = |t| matches!(t, DataType::Date | DataType::Timestamp);
            let help = match () {
                () if time(x) && time(y) => Some("days between two dates: DAYS_BETWEEN(from, to)"),
                () if time(x) || time(y) => Some("move a date by an interval: TODAY() - INTERVAL 90 DAYS"),
                () => None,
            };
            return self.type_error(span.clone(), message, help.map(str::to_owned));
        }
        let decimal = |scale: i8| DataType::Decimal { precision: 38, scale };
        let (wanted_left, wanted_right, result) = match (op, x, y) {
            (ArithmeticOp::Divide, ..) | (_, DataType::Float, _) | (_, _, DataType::Float) => {
                (DataType::Float, DataType::Float, DataType::Float)
            }
            (_, DataType::Int, DataType::Int) => (x, y, DataType::Int),
            (ArithmeticOp::Multiply, ..) => {
                let (scale, other) = (self.scale(left), self.scale(right));
                let digits = i32::from(scale) + i32::from(other);
                if digits > 38 {
                    let message =
                        format!("the product would have {digits} digits after the point; wanted at most 38");
                    let help = "round the parts: ROUND(a, 2)".to_owned();
                    return self.type_error(span.clone(), message, Some(help));
                }
                (decimal(scale), decimal(other), decimal(scale + other))
            }
            _ => {
                let scale = self.scale(left).max(self.scale(right));
                (decimal(scale), decimal(scale), decimal(scale))
            }
        };
        let left = self.cast(left, wanted_left, &a.span());
        let right = self.cast(right, wanted_right, &b.span());
        match (left, right) {
            (Some(left), Some(right)) => self.make(Op::Arithmetic(op), &[left, right], result, true, span),
            _ => Typed::Invalid,
        }
    }

    fn shift(&mut self, from: &Ast, by: (i64, IntervalUnit), back: bool, span: Range<usize>) -> Part {
        let a = self.check(from);
        let (count, unit) = by;
        let typed = match a.typed {
            Typed::Node(node) => {
                let data_type = self.data_type(node);
                match (data_type, unit) {
                    (DataType::Date, IntervalUnit::Hour) => {
                        let message = format!("{} has no hours; wanted days or longer", self.shown(&a));
                        self.sink.error(code::INTERVAL, span.clone(), message);
                        Typed::Invalid
                    }
                    (DataType::Date | DataType::Timestamp, _) => {
                        let shift = if back { count.checked_neg() } else { Some(count) }
                            .and_then(|count| shift_of(count, unit));
                        if let Some(shift) = shift {
                            self.make(Op::Shift(shift), &[node], data_type, true, &span)
                        } else {
                            let message = format!("the interval of {count} {}S is too long", unit.name());
                            self.sink.error(code::INTERVAL, span.clone(), message);
                            Typed::Invalid
                        }
                    }
                    _ => {
                        let message =
                            format!("an interval moves a date or timestamp; found {}", self.shown(&a));
                        let help = (data_type == DataType::String)
                            .then(|| "a constant date is DATE '2026-01-01'".to_owned());
                        self.type_error(a.span(), message, help)
                    }
                }
            }
            other => other,
        };
        self.part(typed, Shape::new(if back { "-" } else { "+" }, Role::Other, span, vec![a.shape]))
    }
}

/// `None` where the interval is longer than all time that is supported.
fn shift_of(count: i64, unit: IntervalUnit) -> Option<Shift> {
    const MAX_YEARS: i64 = 10_000;
    let (most, shift) = match unit {
        IntervalUnit::Hour => (MAX_YEARS * 366 * 24, Shift { hours: count, ..Shift::default() }),
        IntervalUnit::Day => (MAX_YEARS * 366, Shift { days: count, ..Shift::default() }),
        IntervalUnit::Week => (MAX_YEARS * 53, Shift { days: count.checked_mul(7)?, ..Shift::default() }),
        IntervalUnit::Month => (MAX_YEARS * 12, Shift { months: count, ..Shift::default() }),
        IntervalUnit::Year => (MAX_YEARS, Shift { months: count.checked_mul(12)?, ..Shift::default() }),
    };
    (count.unsigned_abs() <= most.unsigned_abs()).then_some(shift)
}
