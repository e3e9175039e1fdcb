//! Calls of functions.

use std::ops::Range;
use std::sync::Arc;

use super::{Checker, Part, Typed};
use crate::expr::ast::{Ast, CompareOp};
use crate::expr::code;
use crate::expr::explain::{Role, Shape};
use crate::expr::function::Function;
use crate::expr::node::{NodeId, Op, TextMap, TextTest};
use crate::value::{DataType, Value};

impl Checker<'_, '_> {
    pub(super) fn call(&mut self, function: Function, items: &[Ast], span: Range<usize>) -> Part {
        let parts: Vec<Part> = items.iter().map(|item| self.check(item)).collect();
        let invalid = parts.iter().any(|part| part.typed == Typed::Invalid);
        let typed = if invalid { Typed::Invalid } else { self.result(function, &parts, &span) };
        let role = match function {
            Function::Coalesce => Role::Coalesce,
            Function::If => Role::Case { simple: false },
            _ => Role::Other,
        };
        let children = parts.into_iter().map(|part| part.shape).collect();
        self.part(typed, Shape::new(function.name(), role, span, children))
    }

    fn result(&mut self, function: Function, parts: &[Part], span: &Range<usize>) -> Typed {
        match (function, parts) {
            (Function::Today, _) => Typed::Node(self.graph.intern(Op::Today, &[], DataType::Date, false)),
            (Function::Now, _) => Typed::Node(self.graph.intern(Op::Now, &[], DataType::Timestamp, false)),
            (Function::Abs, [a]) => self.number(a, function, span, |t| (Op::Abs, t, true)),
            (Function::Floor, [a]) => self.number(a, function, span, |t| (Op::Floor, whole(t), false)),
            (Function::Ceil, [a]) => self.number(a, function, span, |t| (Op::Ceil, whole(t), false)),
            (Function::Round, [a, digits @ ..]) => self.round(a, digits.first(), span),
            (Function::Lower, [a]) => self.text_map(a, TextMap::Lower, function, span),
            (Function::Upper, [a]) => self.text_map(a, TextMap::Upper, function, span),
            (Function::Trim, [a]) => self.text_map(a, TextMap::Trim, function, span),
            (Function::Ltrim, [a]) => self.text_map(a, TextMap::TrimStart, function, span),
            (Function::Rtrim, [a]) => self.text_map(a, TextMap::TrimEnd, function, span),
            (
                Function::Substring
                | Function::Left
                | Function::Right
                | Function::Lpad
                | Function::Rpad
                | Function::Replace,
                [a, rest @ ..],
            ) => match self.text_change(function, rest) {
                Some(map) => self.text_map(a, map, function, span),
                None => Typed::Invalid,
            },
            (Function::Concat, parts) => self.concat(parts, span),
            (Function::Position, [a, b]) => {
                let (text, part) = (self.text_operand(a, function.name()), self.sought(b, function));
                let Some(part) = part else { return Typed::Invalid };
                self.unary(text, Op::Position(part), DataType::Int, span)
            }
            (Function::Length, [a]) => {
                let text = self.text_operand(a, function.name());
                self.unary(text, Op::Length, DataType::Int, span)
            }
            (Function::StartsWith | Function::EndsWith | Function::Contains, [a, b]) => {
                let text = self.text_operand(a, function.name());
                let Some(part) = self.constant_text(b, function.name()) else { return Typed::Invalid };
                let test = match function {
                    Function::StartsWith => TextTest::StartsWith(part),
                    Function::EndsWith => TextTest::EndsWith(part),
                    _ => TextTest::Contains(part),
                };
                self.unary(text, Op::TextTest(test), DataType::Bool, span)
            }
            (Function::Year, [a]) => self.date_part(a, Op::Year, function, span),
            (Function::Month, [a]) => self.date_part(a, Op::Month, function, span),
            (Function::Day, [a]) => self.date_part(a, Op::Day, function, span),
            (Function::DaysBetween, [a, b]) => {
                let (from, to) = (self.date_operand(a, function), self.date_operand(b, function));
                let (Some(from), Some(to)) = (from, to) else { return Typed::Invalid };
                let nullable = self.nullable(from) || self.nullable(to);
                self.make(Op::DaysBetween, &[from, to], DataType::Int, nullable, span)
            }
            (Function::Coalesce, parts) => self.joined_values(parts, |checker, data_type, nodes| {
                let nullable = nodes.iter().all(|&node| checker.nullable(node));
                checker.make(Op::Coalesce, nodes, data_type, nullable, span)
            }),
            (Function::Least | Function::Greatest, parts) => self.extreme(function, parts, span),
            (Function::Nullif, [a, b]) => {
                let same = self.compare(CompareOp::Eq, a, b, span);
                match (same, a.typed) {
                    (Typed::Node(same), Typed::Node(value)) => {
                        let data_type = self.data_type(value);
                        let null = self.null(data_type);
                        self.case_node(&[same], &[null], value, data_type, span)
                    }
                    (Typed::Node(_), other) => other,
                    _ => Typed::Invalid,
                }
            }
            (Function::If, [condition, then, otherwise]) => {
                let condition = self.condition(condition, "IF");
                match (condition, self.unify(&[then, otherwise])) {
                    (Some(condition), Ok(Some((data_type, nodes)))) => {
                        self.case_node(&[condition], &nodes[..1], nodes[1], data_type, span)
                    }
                    (Some(_), Ok(None)) => Typed::Null,
                    _ => Typed::Invalid,
                }
            }
            _ => Typed::Invalid,
        }
    }

    fn joined_values(
        &mut self,
        parts: &[Part],
        make: impl FnOnce(&mut Self, DataType, &[NodeId]) -> Typed,
    ) -> Typed {
        let parts: Vec<&Part> = parts.iter().collect();
        match self.unify(&parts) {
            Ok(Some((data_type, nodes))) => make(self, data_type, &nodes),
            Ok(None) => Typed::Null,
            Err(()) => Typed::Invalid,
        }
    }

    fn extreme(&mut self, function: Function, parts: &[Part], span: &Range<usize>) -> Typed {
        self.joined_values(parts, |checker, data_type, nodes| {
            if matches!(data_type, DataType::Bool | DataType::String | DataType::StringSet) {
                let message = format!("{function} takes numbers, dates or timestamps; found {data_type}");
                return checker.type_error(span.clone(), message, None);
            }
            let nullable = nodes.iter().all(|&node| checker.nullable(node));
            let op = Op::Extreme { greatest: function == Function::Greatest };
            checker.make(op, nodes, data_type, nullable, span)
        })
    }

    /// A function of one number; `f` gives the operator, the result's type and whether it can overflow.
    fn number(
        &mut self,
        a: &Part,
        function: Function,
        span: &Range<usize>,
        f: impl FnOnce(DataType) -> (Op, DataType, bool),
    ) -> Typed {
        let Some(node) = self.typed(a.typed) else { return a.typed };
        let data_type = self.data_type(node);
        if !data_type.is_numeric() {
            let message = format!("{function} takes a number; found {}", self.shown(a));
            return self.type_error(a.span(), message, None);
        }
        let (op, result, overflows) = f(data_type);
        let nullable = overflows || self.nullable(node);
        self.make(op, &[node], result, nullable, span)
    }

    fn round(&mut self, a: &Part, digits: Option<&Part>, span: &Range<usize>) -> Typed {
        const MAX_DIGITS: i64 = 15;
        let places = match digits {
            None => 0,
            Some(part) => {
                let constant = self.typed(part.typed).and_then(|node| self.constant_of(node));
                match constant {
                    Some(Value::Int(n)) if (0..=MAX_DIGITS).contains(&n) => n as i8,
                    _ => {
                        let shown = self.shown(part);
                        let message =
                            format!("ROUND takes a constant from 0 to {MAX_DIGITS} digits; found {shown}");
                        self.sink.error(code::NOT_CONSTANT, part.span(), message);
                        return Typed::Invalid;
                    }
                }
            }
        };
        self.number(a, Function::Round, span, |data_type| {
            let result = match data_type {
                DataType::Decimal { scale, .. } => {
                    DataType::Decimal { precision: 38, scale: scale.min(places) }
                }
                other => other,
            };
            (Op::Round(places), result, false)
        })
    }

    fn unary(&mut self, node: Option<NodeId>, op: Op, result: DataType, span: &Range<usize>) -> Typed {
        let Some(node) = node else { return Typed::Invalid };
        let nullable = self.nullable(node);
        self.make(op, &[node], result, nullable, span)
    }

    /// What a function with constants beside its text does.
    fn text_change(&mut self, function: Function, rest: &[Part]) -> Option<TextMap> {
        /// Longer texts than this are not filled up to.
        const LONGEST_PAD: i64 = 1_000;
        Some(match (function, rest) {
            (Function::Substring, [start, count @ ..]) => {
                let start = self.count(start, function, 1, i64::MAX);
                let take = count.first().map(|count| self.count(count, function, 0, i64::MAX));
                TextMap::Middle { skip: start? - 1, take: take.unwrap_or(Some(usize::MAX))? }
            }
            (Function::Left, [count]) => {
                TextMap::Middle { skip: 0, take: self.count(count, function, 0, i64::MAX)? }
            }
            (Function::Right, [count]) => TextMap::Last(self.count(count, function, 0, i64::MAX)?),
            (Function::Lpad | Function::Rpad, [count, fill]) => {
                let (len, text) =
                    (self.count(count, function, 0, LONGEST_PAD), self.constant_text(fill, function.name()));
                let (len, text) = (len?, text?);
                let mut chars = text.chars();
                let (Some(with), None) = (chars.next(), chars.next()) else {
                    let message = format!("{function} fills with one character; found {}", self.shown(fill));
                    self.sink.error(code::ARGUMENTS, fill.span(), message);
                    return None;
                };
                TextMap::Pad { len, with, before: function == Function::Lpad }
            }
            (Function::Replace, [part, by]) => {
                let (part, by) = (self.sought(part, function), self.constant_text(by, function.name()));
                TextMap::Replace(part?, by?)
            }
            _ => return None,
        })
    }

    /// A constant text to look for.
    fn sought(&mut self, part: &Part, function: Function) -> Option<Arc<str>> {
        let text = self.constant_text(part, function.name())?;
        if text.is_empty() {
            let message = format!("{function} looks for an empty text; wanted at least one character");
            self.sink.error(code::ARGUMENTS, part.span(), message);
            return None;
        }
        Some(text)
    }

    /// A constant number of characters.
    fn count(&mut self, part: &Part, function: Function, least: i64, most: i64) -> Option<usize> {
        let constant = self.typed(part.typed).and_then(|node| self.constant_of(node));
        if let Some(Value::Int(n)) = constant
            && (least..=most).contains(&n)
        {
            return usize::try_from(n).ok();
        }
        let most = if most == i64::MAX { String::new() } else { format!(" to {most}") };
        let message =
            format!("{function} takes a constant number from {least}{most}; found {}", self.shown(part));
        self.sink.error(code::NOT_CONSTANT, part.span(), message);
        None
    }

    fn concat(&mut self, parts: &[Part], span: &Range<usize>) -> Typed {
        let texts: Vec<Option<NodeId>> =
            parts.iter().map(|part| self.text_operand(part, Function::Concat.name())).collect();
        let Some(texts) = texts.into_iter().collect::<Option<Vec<NodeId>>>() else { return Typed::Invalid };
        self.make(Op::Concat, &texts, DataType::String, true, span)
    }

    fn text_map(&mut self, a: &Part, map: TextMap, function: Function, span: &Range<usize>) -> Typed {
        let Some(text) = self.text_operand(a, function.name()) else { return Typed::Invalid };
        // Only what grows can be too long.
        let nullable = self.nullable(text) || matches!(map, TextMap::Replace(..));
        self.make(Op::Text(map), &[text], DataType::String, nullable, span)
    }

    fn date_part(&mut self, a: &Part, op: Op, function: Function, span: &Range<usize>) -> Typed {
        let date = self.date_operand(a, function);
        self.unary(date, op, DataType::Int, span)
    }

    /// The node of an operand that must be a date; a timestamp counts as its date in the run's time zone.
    fn date_operand(&mut self, part: &Part, function: Function) -> Option<NodeId> {
        let node = match part.typed {
            Typed::Invalid => return None,
            Typed::Null => return Some(self.null(DataType::Date)),
            Typed::Node(node) => node,
        };
        match (self.data_type(node), self.constant_of(node)) {
            (DataType::Date | DataType::Timestamp, _) => self.cast(node, DataType::Date, &part.span()),
            (_, Some(Value::String(text))) => self.read_time(&text, DataType::Date, &part.span()),
            _ => {
                let message = format!("{function} takes a date or timestamp; found {}", self.shown(part));
                self.type_error(part.span(), message, None);
                None
            }
        }
    }
}

/// The type of a number without its digits after the point; floats stay floats.
fn whole(data_type: DataType) -> DataType {
    match data_type {
        DataType::Decimal { .. } => DataType::Decimal { precision: 38, scale: 0 },
        other => other,
    }
}
