//! SQL of `DuckDB` and Spark.

use super::{Dialect, Printer, plain_function, shift};
use crate::expr::{ArithmeticOp, Ast, AstKind, Function, IntervalUnit, IsTest, Literal, Quantifier};
use crate::rule::RuleError;

impl Printer<'_> {
    pub(super) fn sql(&self, ast: &Ast) -> Result<String, RuleError> {
        let not = |negated: bool| if negated { "NOT " } else { "" };
        Ok(match ast.kind() {
            AstKind::Literal(literal) => self.sql_literal(ast, literal)?,
            AstKind::Name(name) => self.sql_name(name),
            AstKind::Negate(a) => format!("-({})", self.sql(a)?),
            AstKind::Not(a) => format!("NOT ({})", self.sql(a)?),
            AstKind::And(parts) => self.sql_joined(parts, " AND ")?,
            AstKind::Or(parts) => self.sql_joined(parts, " OR ")?,
            AstKind::Arithmetic(op, a, b) => match (shift(ast), op) {
                (Some((operand, n, unit, back)), _) => self.sql_shift(operand, n, unit, back)?,
                (None, ArithmeticOp::Divide) => {
                    format!("(CAST({} AS DOUBLE) / NULLIF({}, 0))", self.sql(a)?, self.sql(b)?)
                }
                _ => format!("({} {op} {})", self.sql(a)?, self.sql(b)?),
            },
            AstKind::Compare(op, a, b) => format!("{} {op} {}", self.sql_part(a)?, self.sql_part(b)?),
            AstKind::In { operand, list, negated } => {
                let list: Result<Vec<String>, RuleError> = list.iter().map(|item| self.sql(item)).collect();
                format!("{} {}IN ({})", self.sql_part(operand)?, not(*negated), list?.join(", "))
            }
            AstKind::Between { operand, low, high, negated } => format!(
                "{} {}BETWEEN {} AND {}",
                self.sql_part(operand)?,
                not(*negated),
                self.sql_part(low)?,
                self.sql_part(high)?
            ),
            AstKind::Like { operand, pattern, negated } => {
                let escape = if self.dialect == Dialect::DuckDb { " ESCAPE '\\'" } else { "" };
                let (operand, pattern) = (self.sql_part(operand)?, self.sql(pattern)?);
                format!("{operand} {}LIKE {pattern}{escape}", not(*negated))
            }
            AstKind::Is { operand, test, negated } => {
                let test = match test {
                    IsTest::Null | IsTest::Unknown => "NULL",
                    IsTest::True => "TRUE",
                    IsTest::False => "FALSE",
                };
                format!("({}) IS {}{test}", self.sql(operand)?, not(*negated))
            }
            AstKind::Has { operand, quantifier, items } => self.sql_has(operand, *quantifier, items)?,
            AstKind::Case { operand, branches, otherwise } => {
                let mut out = "CASE".to_owned();
                if let Some(operand) = operand {
                    out.extend([" ", self.sql_part(operand)?.as_str()]);
                }
                for (when, then) in branches {
                    out.extend([" WHEN ", self.sql(when)?.as_str(), " THEN ", self.sql(then)?.as_str()]);
                }
                if let Some(otherwise) = otherwise {
                    out.extend([" ELSE ", self.sql(otherwise)?.as_str()]);
                }
                out + " END"
            }
            AstKind::Call(function, args) => self.sql_call(ast, *function, args)?,
            _ => return Err(self.refuse(ast, "it has no form")),
        })
    }

    /// A part beside an operator: in brackets, where it is more than a name, constant or call.
    fn sql_part(&self, ast: &Ast) -> Result<String, RuleError> {
        let text = self.sql(ast)?;
        let simple = matches!(
            ast.kind(),
            AstKind::Literal(_) | AstKind::Name(_) | AstKind::Call(..) | AstKind::Arithmetic(..)
        );
        Ok(if simple { text } else { format!("({text})") })
    }

    fn sql_joined(&self, parts: &[Ast], joint: &str) -> Result<String, RuleError> {
        let each: Result<Vec<String>, RuleError> =
            parts.iter().map(|part| Ok(format!("({})", self.sql(part)?))).collect();
        Ok(each?.join(joint))
    }

    fn sql_name(&self, name: &str) -> String {
        let quote = if self.dialect == Dialect::Spark { '`' } else { '"' };
        format!("{quote}{}{quote}", name.replace(quote, &format!("{quote}{quote}")))
    }

    fn sql_text(&self, text: &str) -> String {
        let text = text.replace('\'', "''");
        // In a text of Spark a backslash takes the next character as it is.
        let text = if self.dialect == Dialect::Spark {
            text.replace('\\', "\\\\").replace("''", "\\'")
        } else {
            text
        };
        format!("'{text}'")
    }

    fn sql_literal(&self, ast: &Ast, literal: &Literal) -> Result<String, RuleError> {
        Ok(match literal {
            Literal::Null => "NULL".to_owned(),
            Literal::Bool(b) => if *b { "TRUE" } else { "FALSE" }.to_owned(),
            Literal::Int(n) => n.to_string(),
            Literal::Decimal(d) => d.to_string(),
            Literal::Float(n) => format!("CAST('{n:e}' AS DOUBLE)"),
            Literal::String(text) => self.sql_text(text),
            Literal::Date(date) => format!("DATE '{date}'"),
            Literal::Timestamp(text) => format!("TIMESTAMP {}", self.sql_text(text)),
            _ => return Err(self.refuse(ast, "an interval stands alone")),
        })
    }

    fn sql_shift(&self, operand: &Ast, n: i64, unit: IntervalUnit, back: bool) -> Result<String, RuleError> {
        let unit = match unit {
            IntervalUnit::Hour => "HOUR",
            IntervalUnit::Day => "DAY",
            IntervalUnit::Week => "WEEK",
            IntervalUnit::Month => "MONTH",
            IntervalUnit::Year => "YEAR",
        };
        let op = if back { "-" } else { "+" };
        let count = if n < 0 { format!("({n})") } else { n.to_string() };
        Ok(format!("({} {op} INTERVAL {count} {unit})", self.sql_part(operand)?))
    }

    fn sql_has(&self, operand: &Ast, quantifier: Quantifier, items: &[Ast]) -> Result<String, RuleError> {
        let set = self.sql(operand)?;
        let items: Result<Vec<String>, RuleError> = items.iter().map(|item| self.sql(item)).collect();
        let items = items?.join(", ");
        Ok(match (self.dialect, quantifier) {
            (Dialect::Spark, Quantifier::One) => format!("array_contains({set}, {items})"),
            (Dialect::Spark, Quantifier::Any) => format!("arrays_overlap({set}, array({items}))"),
            (Dialect::Spark, Quantifier::All) => format!("(size(array_except(array({items}), {set})) = 0)"),
            (_, Quantifier::One) => format!("list_contains({set}, {items})"),
            (_, Quantifier::Any) => format!("list_has_any({set}, [{items}])"),
            (_, Quantifier::All) => format!("list_has_all({set}, [{items}])"),
        })
    }

    fn sql_call(&self, ast: &Ast, function: Function, args: &[Ast]) -> Result<String, RuleError> {
        let each: Result<Vec<String>, RuleError> = args.iter().map(|arg| self.sql(arg)).collect();
        let each = each?;
        if let Some(name) = plain_function(function) {
            return Ok(format!("{name}({})", each.join(", ")));
        }
        let spark = self.dialect == Dialect::Spark;
        Ok(match (function, each.as_slice()) {
            (Function::If, [condition, then, otherwise]) => {
                format!("CASE WHEN {condition} THEN {then} ELSE {otherwise} END")
            }
            (Function::Today, _) => {
                self.today().map_or_else(|| "CURRENT_DATE".into(), |day| format!("DATE '{day}'"))
            }
            (Function::Now, _) => match self.now() {
                None => "CURRENT_TIMESTAMP".to_owned(),
                Some(now) if spark => format!("TIMESTAMP '{now}'"),
                Some(now) => format!("TIMESTAMPTZ '{now}'"),
            },
            // DuckDB's `concat` passes over nulls.
            (Function::Concat, all) => format!("({})", all.join(" || ")),
            (Function::StartsWith, [text, part]) if spark => format!("startswith({text}, {part})"),
            (Function::EndsWith, [text, part]) if spark => format!("endswith({text}, {part})"),
            (Function::StartsWith, [text, part]) => format!("starts_with({text}, {part})"),
            (Function::EndsWith, [text, part]) => format!("ends_with({text}, {part})"),
            (Function::DaysBetween, [from, to]) if spark => format!("datediff({to}, {from})"),
            (Function::DaysBetween, [from, to]) => {
                format!("date_diff('day', CAST({from} AS DATE), CAST({to} AS DATE))")
            }
            _ => return Err(self.refuse(ast, "it has no such function")),
        })
    }
}
