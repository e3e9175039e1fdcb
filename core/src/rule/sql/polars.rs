//! Python code for Polars.

use std::fmt::Write as _;

use super::{Printer, shift, without_nulls};
use crate::expr::{
    ArithmeticOp, Ast, AstKind, CompareOp, Function, IntervalUnit, IsTest, Literal, Quantifier,
};
use crate::rule::RuleError;

impl Printer<'_> {
    pub(super) fn polars(&self, ast: &Ast) -> Result<String, RuleError> {
        let negate = |text: String, negated: bool| if negated { format!("~({text})") } else { text };
        Ok(match ast.kind() {
            AstKind::Literal(literal) => self.polars_literal(ast, literal)?,
            AstKind::Name(name) => format!("pl.col({})", python_text(&escaped(name))),
            AstKind::Negate(a) => format!("-({})", self.polars(a)?),
            AstKind::Not(a) => format!("~({})", self.polars(a)?),
            AstKind::And(parts) => self.polars_joined(parts, " & ")?,
            AstKind::Or(parts) => self.polars_joined(parts, " | ")?,
            AstKind::Arithmetic(op, a, b) => match (shift(ast), op) {
                (Some((operand, n, unit, back)), _) => {
                    let unit = match unit {
                        IntervalUnit::Hour => "h",
                        IntervalUnit::Day => "d",
                        IntervalUnit::Week => "w",
                        IntervalUnit::Month => "mo",
                        IntervalUnit::Year => "y",
                    };
                    let sign = if back == (n < 0) { "" } else { "-" };
                    format!("({}).dt.offset_by('{sign}{}{unit}')", self.polars(operand)?, n.unsigned_abs())
                }
                (None, ArithmeticOp::Divide) => {
                    let (a, b) = (self.polars(a)?, self.polars(b)?);
                    format!("pl.when(({b}) != 0).then(({a}) / ({b}))")
                }
                _ => format!("({} {op} {})", self.polars(a)?, self.polars(b)?),
            },
            AstKind::Compare(op, a, b) => {
                let op = match op {
                    CompareOp::Eq => "==".to_owned(),
                    CompareOp::Ne => "!=".to_owned(),
                    other => other.to_string(),
                };
                format!("({}) {op} ({})", self.polars(a)?, self.polars(b)?)
            }
            AstKind::In { operand, list, negated } => {
                let operand = self.polars(operand)?;
                let (items, has_null) = without_nulls(list);
                let same: Result<Vec<String>, RuleError> = items
                    .iter()
                    .map(|item| Ok(format!("(({operand}) == ({}))", self.polars(item)?)))
                    .collect();
                let mut same = same?;
                if has_null {
                    same.push("pl.lit(None, dtype=pl.Boolean)".to_owned());
                }
                negate(format!("({})", same.join(" | ")), *negated)
            }
            AstKind::Between { operand, low, high, negated } => {
                let (operand, low, high) = (self.polars(operand)?, self.polars(low)?, self.polars(high)?);
                negate(format!("((({operand}) >= ({low})) & (({operand}) <= ({high})))"), *negated)
            }
            AstKind::Like { operand, pattern, negated } => {
                let AstKind::Literal(Literal::String(pattern)) = pattern.kind() else {
                    return Err(self.refuse(pattern, "a pattern must be a text"));
                };
                let text = python_text(&regex(pattern));
                negate(format!("({}).str.contains({text})", self.polars(operand)?), *negated)
            }
            AstKind::Is { operand, test, negated } => {
                let operand = self.polars(operand)?;
                let tested = match test {
                    IsTest::Null | IsTest::Unknown => format!("({operand}).is_null()"),
                    IsTest::True => format!("({operand}).fill_null(False)"),
                    IsTest::False => format!("(~({operand})).fill_null(False)"),
                };
                negate(tested, *negated)
            }
            AstKind::Has { operand, quantifier, items } => {
                let set = self.polars(operand)?;
                let each: Result<Vec<String>, RuleError> = items
                    .iter()
                    .map(|item| Ok(format!("({set}).list.contains({})", self.polars(item)?)))
                    .collect();
                let joint = if *quantifier == Quantifier::All { " & " } else { " | " };
                format!("({})", each?.join(joint))
            }
            AstKind::Case { operand, branches, otherwise } => {
                let operand = operand.as_deref().map(|operand| self.polars(operand)).transpose()?;
                let mut out = "pl".to_owned();
                for (when, then) in branches {
                    let when = self.polars(when)?;
                    let when = operand
                        .as_ref()
                        .map_or_else(|| when.clone(), |operand| format!("({operand}) == ({when})"));
                    out.extend([".when(", when.as_str(), ").then(", self.polars(then)?.as_str(), ")"]);
                }
                let otherwise =
                    otherwise.as_deref().map_or(Ok("None".to_owned()), |other| self.polars(other))?;
                format!("({out}.otherwise({otherwise}))")
            }
            AstKind::Call(function, args) => self.polars_call(ast, *function, args)?,
            _ => return Err(self.refuse(ast, "it has no form")),
        })
    }

    fn polars_joined(&self, parts: &[Ast], joint: &str) -> Result<String, RuleError> {
        let each: Result<Vec<String>, RuleError> =
            parts.iter().map(|part| Ok(format!("({})", self.polars(part)?))).collect();
        Ok(format!("({})", each?.join(joint)))
    }

    fn polars_literal(&self, ast: &Ast, literal: &Literal) -> Result<String, RuleError> {
        Ok(match literal {
            Literal::Null => "pl.lit(None)".to_owned(),
            Literal::Bool(b) => format!("pl.lit({})", if *b { "True" } else { "False" }),
            Literal::Int(n) => format!("pl.lit({n})"),
            Literal::Decimal(d) => format!("pl.lit({d})"),
            Literal::Float(n) => format!("pl.lit({n:e})"),
            Literal::String(text) => format!("pl.lit({})", python_text(text)),
            Literal::Date(date) => format!("pl.lit('{date}').str.to_date()"),
            Literal::Timestamp(_) => return Err(self.refuse(ast, "its time zone is that of the run")),
            _ => return Err(self.refuse(ast, "an interval stands alone")),
        })
    }

    fn polars_call(&self, ast: &Ast, function: Function, args: &[Ast]) -> Result<String, RuleError> {
        let each: Result<Vec<String>, RuleError> = args.iter().map(|arg| self.polars(arg)).collect();
        let each = each?;
        Ok(match (function, each.as_slice()) {
            (Function::Abs, [a]) => format!("({a}).abs()"),
            (Function::Ceil, [a]) => format!("({a}).ceil()"),
            (Function::Floor, [a]) => format!("({a}).floor()"),
            (Function::Coalesce, all) => format!("pl.coalesce({})", all.join(", ")),
            (Function::Greatest, all) => format!("pl.max_horizontal({})", all.join(", ")),
            (Function::Least, all) => format!("pl.min_horizontal({})", all.join(", ")),
            (Function::Length, [a]) => format!("({a}).str.len_chars()"),
            (Function::Lower, [a]) => format!("({a}).str.to_lowercase()"),
            (Function::Upper, [a]) => format!("({a}).str.to_uppercase()"),
            (Function::Trim, [a]) => format!("({a}).str.strip_chars()"),
            (Function::Ltrim, [a]) => format!("({a}).str.strip_chars_start()"),
            (Function::Rtrim, [a]) => format!("({a}).str.strip_chars_end()"),
            (Function::Concat, all) => format!("pl.concat_str({})", all.join(", ")),
            (Function::Left, [a, n]) => format!("({a}).str.head({n})"),
            (Function::Right, [a, n]) => format!("({a}).str.tail({n})"),
            (Function::Substring, [a, start, count @ ..]) => {
                let count = count.first().map_or(String::new(), |count| format!(", {count}"));
                format!("({a}).str.slice({start} - 1{count})")
            }
            (Function::Lpad | Function::Rpad, [a, n, _]) => {
                let Some(AstKind::Literal(Literal::String(fill))) = args.get(2).map(Ast::kind) else {
                    return Err(self.refuse(ast, "what it fills with must be a text"));
                };
                let end = if function == Function::Lpad { "start" } else { "end" };
                format!("({a}).str.pad_{end}({n}, {}).str.head({n})", python_text(fill))
            }
            (Function::Replace, [a, part, by]) => {
                format!("({a}).str.replace_all({part}, {by}, literal=True)")
            }
            (Function::Position, [a, part]) => {
                // Polars counts bytes where it finds a text.
                let before = format!("({a}).str.split({part}).list.first().str.len_chars().cast(pl.Int64)");
                let none = format!("({a}).str.len_chars().cast(pl.Int64) * 0");
                format!(
                    "pl.when(({a}).str.contains({part}, literal=True)).then({before} + 1).otherwise({none})"
                )
            }
            (Function::Contains, [a, part]) => format!("({a}).str.contains({part}, literal=True)"),
            (Function::StartsWith, [a, part]) => format!("({a}).str.starts_with({part})"),
            (Function::EndsWith, [a, part]) => format!("({a}).str.ends_with({part})"),
            (Function::Day, [a]) => format!("({a}).dt.day().cast(pl.Int64)"),
            (Function::Month, [a]) => format!("({a}).dt.month().cast(pl.Int64)"),
            (Function::Year, [a]) => format!("({a}).dt.year().cast(pl.Int64)"),
            (Function::If, [condition, then, otherwise]) => {
                format!("pl.when({condition}).then({then}).otherwise({otherwise})")
            }
            (Function::Nullif, [a, b]) => {
                format!("pl.when((({a}) == ({b})).fill_null(False)).then(None).otherwise({a})")
            }
            (Function::Round, [a]) => format!("({a}).round(0, mode='half_away_from_zero')"),
            (Function::Round, [a, _]) => match args.get(1).map(Ast::kind) {
                Some(AstKind::Literal(Literal::Int(digits))) => {
                    format!("({a}).round({digits}, mode='half_away_from_zero')")
                }
                _ => return Err(self.refuse(ast, "the digits must be a whole number")),
            },
            (Function::DaysBetween, [from, to]) => {
                format!("(({to}).cast(pl.Date) - ({from}).cast(pl.Date)).dt.total_days()")
            }
            (Function::Today, _) => {
                let today = self.today().ok_or(RuleError::NoAsOf)?;
                format!("pl.lit('{today}').str.to_date()")
            }
            (Function::Now, _) => {
                let now = self.now().ok_or(RuleError::NoAsOf)?;
                format!("pl.lit('{now}').str.to_datetime(time_zone='UTC')")
            }
            _ => return Err(self.refuse(ast, "it has no such function")),
        })
    }
}

fn python_text(text: &str) -> String {
    let mut out = "'".to_owned();
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            c if c.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// `pl.col` takes a name that begins with `^` and ends with `$` for a pattern: then it is made one for itself alone.
fn escaped(name: &str) -> String {
    if name.starts_with('^') && name.ends_with('$') {
        format!("^{}$", literally(name))
    } else {
        name.to_owned()
    }
}

fn literally(text: &str) -> String {
    let special = |c: char| c.is_ascii_punctuation() && c != '_';
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

/// The pattern of a `LIKE` as a regular expression.
fn regex(pattern: &str) -> String {
    let mut out = "(?s)^".to_owned();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '%' => out.push_str(".*"),
            '_' => out.push('.'),
            '\\' => out.push_str(&chars.next().map_or_else(String::new, |c| literally(&c.to_string()))),
            c => out.push_str(&literally(&c.to_string())),
        }
    }
    out.push('$');
    out
}
