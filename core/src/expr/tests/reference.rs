//! The rule language once more, row by row over the tree, as plainly as can be: what the evaluator is held against.

use std::cmp::Ordering;

use super::texts;
use crate::expr::{
    ArithmeticOp, Ast, AstKind, CompareOp, Function, IntervalUnit, IsTest, Literal, Quantifier,
};
use crate::time::{Date, Timestamp, Zone};
use crate::value::{Decimal, Value, compare_int_float};

pub(super) struct Reference<'a> {
    pub(super) zone: &'a Zone,
    pub(super) as_of: Timestamp,
    /// The value of a name in this row.
    pub(super) value: &'a dyn Fn(&str) -> Value,
    /// The digits after the point of a name that is a decimal.
    pub(super) scale: &'a dyn Fn(&str) -> Option<i8>,
}

const MAX_UNSCALED: u128 = 10u128.pow(38) - 1;

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(n) => Some(Decimal::new(i128::from(*n), 0)),
        Value::Decimal(d) => Some(*d),
        _ => None,
    }
}

fn fitting(unscaled: Option<i128>, scale: i8) -> Value {
    match unscaled {
        Some(n) if n.unsigned_abs() <= MAX_UNSCALED => Value::Decimal(Decimal::new(n, scale)),
        _ => Value::Null,
    }
}

impl Reference<'_> {
    fn compare(&self, a: &Value, b: &Value) -> Option<Ordering> {
        Some(match (a, b) {
            (Value::Null, _) | (_, Value::Null) => return None,
            (Value::Int(x), Value::Int(y)) => x.cmp(y),
            (Value::Int(x), Value::Float(y)) => compare_int_float(*x, *y)?,
            (Value::Float(x), Value::Int(y)) => compare_int_float(*y, *x)?.reverse(),
            (Value::Decimal(_) | Value::Int(_), Value::Decimal(_) | Value::Int(_)) => {
                decimal(a)?.cmp(&decimal(b)?)
            }
            (Value::Bool(x), Value::Bool(y)) => x.cmp(y),
            (Value::String(x), Value::String(y)) => x.as_bytes().cmp(y.as_bytes()),
            (Value::Date(x), Value::Date(y)) => x.cmp(y),
            (Value::Timestamp(x), Value::Timestamp(y)) => x.cmp(y),
            (Value::Date(x), Value::Timestamp(y)) => self.zone.start_of(*x).cmp(y),
            (Value::Timestamp(x), Value::Date(y)) => x.cmp(&self.zone.start_of(*y)),
            (Value::Date(x), Value::String(y)) => x.cmp(&y.parse().unwrap()),
            (Value::Timestamp(x), Value::String(y)) => x.cmp(&self.zone.parse(y).unwrap()),
            _ => a.as_f64()?.partial_cmp(&b.as_f64()?)?,
        })
    }

    fn holds(&self, op: CompareOp, a: &Value, b: &Value) -> Option<bool> {
        let order = self.compare(a, b)?;
        Some(match op {
            CompareOp::Eq => order == Ordering::Equal,
            CompareOp::Ne => order != Ordering::Equal,
            CompareOp::Lt => order == Ordering::Less,
            CompareOp::Le => order != Ordering::Greater,
            CompareOp::Gt => order == Ordering::Greater,
            CompareOp::Ge => order != Ordering::Less,
        })
    }

    /// The digits after the point that the type of a decimal expression has.
    fn scale(&self, ast: &Ast) -> Option<i8> {
        let most = |parts: &[&Ast]| parts.iter().filter_map(|part| self.scale(part)).max();
        match ast.kind() {
            AstKind::Literal(Literal::Decimal(d)) => Some(d.scale),
            AstKind::Name(name) => (self.scale)(name),
            AstKind::Negate(a) => self.scale(a),
            AstKind::Arithmetic(ArithmeticOp::Divide, ..) => None,
            AstKind::Arithmetic(ArithmeticOp::Multiply, a, b) => match (self.scale(a), self.scale(b)) {
                (None, None) => None,
                (a, b) => Some(a.unwrap_or(0) + b.unwrap_or(0)),
            },
            AstKind::Arithmetic(_, a, b) => most(&[a, b]),
            AstKind::Case { branches, otherwise, .. } => {
                let mut parts: Vec<&Ast> = branches.iter().map(|(_, then)| then).collect();
                parts.extend(otherwise.as_deref());
                most(&parts)
            }
            AstKind::Call(Function::Coalesce | Function::Least | Function::Greatest, args) => {
                most(&args.iter().collect::<Vec<_>>())
            }
            AstKind::Call(Function::If, args) => most(&[&args[1], &args[2]]),
            AstKind::Call(Function::Nullif | Function::Abs, args) => self.scale(&args[0]),
            AstKind::Call(Function::Floor | Function::Ceil, args) => self.scale(&args[0]).map(|_| 0),
            AstKind::Call(Function::Round, args) => {
                let digits = args.get(1).map_or(0, |digits| match self.eval(digits) {
                    Value::Int(n) => n as i8,
                    _ => 0,
                });
                self.scale(&args[0]).map(|scale| scale.min(digits))
            }
            _ => None,
        }
    }

    /// The value of a part at the scale of the whole.
    fn at_scale(&self, part: &Ast, scale: Option<i8>) -> Value {
        let value = self.eval(part);
        match (scale, decimal(&value)) {
            (Some(scale), Some(d)) => fitting(d.rescale(scale).map(|d| d.unscaled), scale),
            _ => value,
        }
    }

    fn truth(&self, ast: &Ast) -> Option<bool> {
        match self.eval(ast) {
            Value::Bool(b) => Some(b),
            Value::Null => None,
            other => panic!("{other:?} is no condition"),
        }
    }

    pub(super) fn eval(&self, ast: &Ast) -> Value {
        let truth = |b: Option<bool>| b.map_or(Value::Null, Value::Bool);
        let negate_if = |negated: bool, b: Option<bool>| truth(b.map(|b| b != negated));
        match ast.kind() {
            AstKind::Literal(literal) => self.literal(literal),
            AstKind::Name(name) => (self.value)(name),
            AstKind::Negate(a) => match self.eval(a) {
                Value::Int(n) => n.checked_neg().map_or(Value::Null, Value::Int),
                Value::Float(n) => Value::Float(-n),
                Value::Decimal(d) => Value::Decimal(Decimal::new(-d.unscaled, d.scale)),
                _ => Value::Null,
            },
            AstKind::Not(a) => truth(self.truth(a).map(|b| !b)),
            AstKind::And(parts) => truth(all(parts.iter().map(|part| self.truth(part)))),
            AstKind::Or(parts) => truth(any(parts.iter().map(|part| self.truth(part)))),
            AstKind::Arithmetic(op, a, b) => match (a.kind(), b.kind()) {
                (_, AstKind::Literal(Literal::Interval(n, unit))) => {
                    self.shift(&self.eval(a), if *op == ArithmeticOp::Subtract { -n } else { *n }, *unit)
                }
                (AstKind::Literal(Literal::Interval(n, unit)), _) => self.shift(&self.eval(b), *n, *unit),
                _ if *op == ArithmeticOp::Multiply => arithmetic(*op, &self.eval(a), &self.eval(b)),
                _ => {
                    let scale = self.scale(ast);
                    arithmetic(*op, &self.at_scale(a, scale), &self.at_scale(b, scale))
                }
            },
            AstKind::Compare(op, a, b) => truth(self.holds(*op, &self.eval(a), &self.eval(b))),
            AstKind::In { operand, list, negated } => {
                let a = self.eval(operand);
                negate_if(*negated, any(list.iter().map(|b| self.holds(CompareOp::Eq, &a, &self.eval(b)))))
            }
            AstKind::Between { operand, low, high, negated } => {
                let a = self.eval(operand);
                let low = self.holds(CompareOp::Ge, &a, &self.eval(low));
                let high = self.holds(CompareOp::Le, &a, &self.eval(high));
                negate_if(*negated, all([low, high].into_iter()))
            }
            AstKind::Like { operand, pattern, negated } => match (self.eval(operand), self.eval(pattern)) {
                (Value::String(text), Value::String(pattern)) => {
                    let (text, pattern): (Vec<char>, Vec<char>) =
                        (text.chars().collect(), pattern.chars().collect());
                    Value::Bool(like(&text, &pattern) != *negated)
                }
                _ => Value::Null,
            },
            AstKind::Is { operand, test, negated } => {
                let a = self.eval(operand);
                let found = match test {
                    IsTest::Null | IsTest::Unknown => a == Value::Null,
                    IsTest::True => a == Value::Bool(true),
                    IsTest::False => a == Value::Bool(false),
                };
                Value::Bool(found != *negated)
            }
            AstKind::Has { operand, quantifier, items } => match self.eval(operand) {
                Value::StringSet(set) => {
                    let has = |item: &Ast| match self.eval(item) {
                        Value::String(item) => set.contains(&item),
                        _ => false,
                    };
                    Value::Bool(match quantifier {
                        Quantifier::All => items.iter().all(has),
                        _ => items.iter().any(has),
                    })
                }
                _ => Value::Null,
            },
            AstKind::Case { operand, branches, otherwise } => {
                for (when, then) in branches {
                    let taken = match operand {
                        Some(operand) => self.holds(CompareOp::Eq, &self.eval(operand), &self.eval(when)),
                        None => self.truth(when),
                    };
                    if taken == Some(true) {
                        return self.at_scale(then, self.scale(ast));
                    }
                }
                let scale = self.scale(ast);
                otherwise.as_ref().map_or(Value::Null, |otherwise| self.at_scale(otherwise, scale))
            }
            AstKind::Call(function, args) => {
                let unified = matches!(
                    function,
                    Function::Coalesce | Function::Least | Function::Greatest | Function::If
                );
                let scale = if unified { self.scale(ast) } else { None };
                let values = args.iter().enumerate().map(|(at, arg)| {
                    let condition = *function == Function::If && at == 0;
                    self.at_scale(arg, scale.filter(|_| !condition))
                });
                self.call(*function, values.collect())
            }
            AstKind::Invalid => panic!("the tree has no invalid parts"),
        }
    }

    fn literal(&self, literal: &Literal) -> Value {
        match literal {
            Literal::Null => Value::Null,
            Literal::Bool(b) => Value::Bool(*b),
            Literal::Int(n) => Value::Int(*n),
            Literal::Decimal(d) => Value::Decimal(*d),
            Literal::Float(n) => Value::Float(*n),
            Literal::String(text) => Value::String(text.clone()),
            Literal::Date(date) => Value::Date(*date),
            Literal::Timestamp(text) => Value::Timestamp(self.zone.parse(text).unwrap()),
            Literal::Interval(..) => panic!("an interval stands alone"),
        }
    }

    fn shift(&self, from: &Value, n: i64, unit: IntervalUnit) -> Value {
        let zone = jiff::tz::TimeZone::get(self.zone.name()).unwrap();
        let span = jiff::Span::new();
        let span = match unit {
            IntervalUnit::Hour => span.hours(n),
            IntervalUnit::Day => span.days(n),
            IntervalUnit::Week => span.weeks(n),
            IntervalUnit::Month => span.months(n),
            IntervalUnit::Year => span.years(n),
        };
        match from {
            Value::Date(date) => {
                let civil: jiff::civil::Date = date.to_string().parse().unwrap();
                let moved = civil.checked_add(span).ok();
                moved.and_then(|date| date.to_string().parse().ok()).map_or(Value::Null, Value::Date)
            }
            Value::Timestamp(at) => {
                let at: jiff::Timestamp = at.to_string().parse().unwrap();
                let moved = at.to_zoned(zone).checked_add(span).ok();
                let moved = moved.and_then(|at| Timestamp::try_from_micros(at.timestamp().as_microsecond()));
                moved.map_or(Value::Null, Value::Timestamp)
            }
            _ => Value::Null,
        }
    }

    fn date(&self, value: &Value) -> Option<Date> {
        match value {
            Value::Date(date) => Some(*date),
            Value::Timestamp(at) => Some(self.zone.date_at(*at)),
            _ => None,
        }
    }

    fn call(&self, function: Function, values: Vec<Value>) -> Value {
        let text = |f: &dyn Fn(&str) -> Value| values[0].as_str().map_or(Value::Null, f);
        let part = || values[1].as_str().unwrap_or("");
        let date_part = |range: std::ops::Range<usize>| {
            let date = self.date(&values[0]).map(|date| date.to_string());
            date.map_or(Value::Null, |date| Value::Int(date[range].parse().unwrap()))
        };
        if let Some(value) = texts::made(function, &values) {
            return value;
        }
        match function {
            Function::Today => Value::Date(self.zone.date_at(self.as_of)),
            Function::Now => Value::Timestamp(self.as_of),
            Function::Lower => text(&|t| t.to_lowercase().as_str().into()),
            Function::Upper => text(&|t| t.to_uppercase().as_str().into()),
            Function::Trim => text(&|t| t.trim().into()),
            Function::Length => text(&|t| Value::Int(t.chars().count() as i64)),
            Function::StartsWith => text(&|t| Value::Bool(t.starts_with(part()))),
            Function::EndsWith => text(&|t| Value::Bool(t.ends_with(part()))),
            Function::Contains => text(&|t| Value::Bool(t.contains(part()))),
            Function::Year => date_part(0..4),
            Function::Month => date_part(5..7),
            Function::Day => date_part(8..10),
            Function::DaysBetween => match (self.date(&values[0]), self.date(&values[1])) {
                (Some(a), Some(b)) => Value::Int(i64::from(b.days() - a.days())),
                _ => Value::Null,
            },
            Function::Coalesce => values.into_iter().find(|v| !v.is_null()).unwrap_or(Value::Null),
            Function::Nullif => match self.holds(CompareOp::Eq, &values[0], &values[1]) {
                Some(true) => Value::Null,
                _ => values[0].clone(),
            },
            Function::If => values[if values[0] == Value::Bool(true) { 1 } else { 2 }].clone(),
            Function::Least | Function::Greatest => {
                let known = values.into_iter().filter(|v| !v.is_null());
                let best = known.reduce(|a, b| {
                    let wanted = if function == Function::Least { Ordering::Less } else { Ordering::Greater };
                    if self.compare(&b, &a) == Some(wanted) { b } else { a }
                });
                best.unwrap_or(Value::Null)
            }
            Function::Abs => match &values[0] {
                Value::Int(n) => n.checked_abs().map_or(Value::Null, Value::Int),
                Value::Float(n) => Value::Float(n.abs()),
                Value::Decimal(d) => Value::Decimal(Decimal::new(d.unscaled.abs(), d.scale)),
                _ => Value::Null,
            },
            Function::Floor | Function::Ceil | Function::Round => {
                let digits = if let Some(Value::Int(n)) = values.get(1) { *n } else { 0 };
                rounded(function, &values[0], digits)
            }
            other => unreachable!("{other} is told by what it makes of texts"),
        }
    }
}

fn rounded(function: Function, value: &Value, digits: i64) -> Value {
    match value {
        Value::Int(_) => value.clone(),
        Value::Float(x) => match function {
            Function::Floor => Value::Float(x.floor()),
            Function::Ceil => Value::Float(x.ceil()),
            _ => {
                let by = 10f64.powi(digits as i32);
                let rounded = (x * by).round() / by;
                Value::Float(if rounded.is_finite() { rounded } else { *x })
            }
        },
        Value::Decimal(d) if function == Function::Round => {
            Value::Decimal(d.round_to((digits as i8).min(d.scale)).unwrap())
        }
        Value::Decimal(d) => {
            let by = 10i128.pow(d.scale as u32);
            let (whole, rest) = (d.unscaled / by, d.unscaled % by);
            let step = match function {
                Function::Floor if rest < 0 => -1,
                Function::Ceil if rest > 0 => 1,
                _ => 0,
            };
            Value::Decimal(Decimal::new(whole + step, 0))
        }
        _ => Value::Null,
    }
}

fn arithmetic(op: ArithmeticOp, a: &Value, b: &Value) -> Value {
    if a.is_null() || b.is_null() {
        return Value::Null;
    }
    let float = op == ArithmeticOp::Divide || matches!(a, Value::Float(_)) || matches!(b, Value::Float(_));
    if float {
        let (x, y) = (a.as_f64().unwrap(), b.as_f64().unwrap());
        let found = match op {
            ArithmeticOp::Add => x + y,
            ArithmeticOp::Subtract => x - y,
            ArithmeticOp::Multiply => x * y,
            ArithmeticOp::Divide if y == 0.0 => return Value::Null,
            ArithmeticOp::Divide => x / y,
        };
        let overflow = found.is_infinite() && x.is_finite() && y.is_finite();
        return if overflow { Value::Null } else { Value::from(found) };
    }
    if let (Value::Int(x), Value::Int(y)) = (a, b) {
        let found = match op {
            ArithmeticOp::Add => x.checked_add(*y),
            ArithmeticOp::Subtract => x.checked_sub(*y),
            _ => x.checked_mul(*y),
        };
        return found.map_or(Value::Null, Value::Int);
    }
    let (x, y) = (decimal(a).unwrap(), decimal(b).unwrap());
    if op == ArithmeticOp::Multiply {
        return fitting(x.unscaled.checked_mul(y.unscaled), x.scale + y.scale);
    }
    let scale = x.scale.max(y.scale);
    let (Some(x), Some(y)) = (x.rescale(scale), y.rescale(scale)) else { return Value::Null };
    match op {
        ArithmeticOp::Add => fitting(x.unscaled.checked_add(y.unscaled), scale),
        _ => fitting(x.unscaled.checked_sub(y.unscaled), scale),
    }
}

fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let parts: Vec<Option<bool>> = parts.collect();
    if parts.contains(&Some(false)) {
        Some(false)
    } else if parts.contains(&None) {
        None
    } else {
        Some(true)
    }
}

fn any(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let parts: Vec<Option<bool>> = parts.collect();
    if parts.contains(&Some(true)) {
        Some(true)
    } else if parts.contains(&None) {
        None
    } else {
        Some(false)
    }
}

fn like(text: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['%', rest @ ..] => (0..=text.len()).any(|from| like(&text[from..], rest)),
        ['_', rest @ ..] => !text.is_empty() && like(&text[1..], rest),
        ['\\', c, rest @ ..] | [c, rest @ ..] => text.first() == Some(c) && like(&text[1..], rest),
    }
}
