//! The canonical text of a rule: `parse(print(x)) == x`.

use std::fmt::{self, Display, Formatter, Write};

use super::ast::{ArithmeticOp, Ast, AstKind, IsTest, Literal, Quantifier};
use super::token::{continues_name, keyword, starts_name};

/// The canonical text: keywords in capitals, one blank between words, and no more brackets than are needed.
pub fn print(ast: &Ast) -> String {
    ast.to_string()
}

/// How tightly an expression holds together; a looser part inside a tighter one needs brackets.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Power {
    Or,
    And,
    Not,
    Predicate,
    Sum,
    Product,
    Sign,
    Atom,
}

impl Display for Ast {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_ast(f, self, Power::Or)
    }
}

fn power(ast: &Ast) -> Power {
    match ast.kind() {
        AstKind::Or(_) => Power::Or,
        AstKind::And(_) => Power::And,
        AstKind::Not(_) => Power::Not,
        AstKind::Compare(..)
        | AstKind::In { .. }
        | AstKind::Between { .. }
        | AstKind::Like { .. }
        | AstKind::Is { .. }
        | AstKind::Has { .. } => Power::Predicate,
        AstKind::Arithmetic(ArithmeticOp::Add | ArithmeticOp::Subtract, ..) => Power::Sum,
        AstKind::Arithmetic(..) => Power::Product,
        AstKind::Negate(_) => Power::Sign,
        _ => Power::Atom,
    }
}

fn write_ast(f: &mut Formatter<'_>, ast: &Ast, least: Power) -> fmt::Result {
    if power(ast) < least {
        f.write_char('(')?;
        write_ast(f, ast, Power::Or)?;
        return f.write_char(')');
    }
    let not = |negated: bool| if negated { "NOT " } else { "" };
    match ast.kind() {
        AstKind::Literal(literal) => write_literal(f, literal),
        AstKind::Name(name) => write_name(f, name),
        AstKind::Negate(a) => write_negated(f, a),
        AstKind::Not(a) => {
            f.write_str("NOT ")?;
            write_ast(f, a, Power::Not)
        }
        AstKind::And(parts) => write_joined(f, parts, " AND ", Power::Not),
        AstKind::Or(parts) => write_joined(f, parts, " OR ", Power::And),
        AstKind::Arithmetic(op, a, b) => {
            let (left, right) = match op {
                ArithmeticOp::Add | ArithmeticOp::Subtract => (Power::Sum, Power::Product),
                ArithmeticOp::Multiply | ArithmeticOp::Divide => (Power::Product, Power::Sign),
            };
            write_ast(f, a, left)?;
            write!(f, " {op} ")?;
            write_ast(f, b, right)
        }
        AstKind::Compare(op, a, b) => {
            write_ast(f, a, Power::Sum)?;
            write!(f, " {op} ")?;
            write_ast(f, b, Power::Sum)
        }
        AstKind::In { operand, list, negated } => {
            write_ast(f, operand, Power::Sum)?;
            write!(f, " {}IN ", not(*negated))?;
            write_list(f, list)
        }
        AstKind::Between { operand, low, high, negated } => {
            write_ast(f, operand, Power::Sum)?;
            write!(f, " {}BETWEEN ", not(*negated))?;
            write_ast(f, low, Power::Sum)?;
            f.write_str(" AND ")?;
            write_ast(f, high, Power::Sum)
        }
        AstKind::Like { operand, pattern, negated } => {
            write_ast(f, operand, Power::Sum)?;
            write!(f, " {}LIKE ", not(*negated))?;
            write_ast(f, pattern, Power::Sum)
        }
        AstKind::Is { operand, test, negated } => {
            write_ast(f, operand, Power::Sum)?;
            let test = match test {
                IsTest::Null => "NULL",
                IsTest::True => "TRUE",
                IsTest::False => "FALSE",
                IsTest::Unknown => "UNKNOWN",
            };
            write!(f, " IS {}{test}", not(*negated))
        }
        AstKind::Has { operand, quantifier, items } => {
            write_ast(f, operand, Power::Sum)?;
            f.write_str(match quantifier {
                Quantifier::One => " HAS ",
                Quantifier::Any => " HAS ANY ",
                Quantifier::All => " HAS ALL ",
            })?;
            match (quantifier, items.as_slice()) {
                (Quantifier::One, [item]) => write_ast(f, item, Power::Sum),
                _ => write_list(f, items),
            }
        }
        AstKind::Case { operand, branches, otherwise } => {
            f.write_str("CASE")?;
            if let Some(operand) = operand {
                write!(f, " {operand}")?;
            }
            for (when, then) in branches {
                write!(f, " WHEN {when} THEN {then}")?;
            }
            if let Some(otherwise) = otherwise {
                write!(f, " ELSE {otherwise}")?;
            }
            f.write_str(" END")
        }
        AstKind::Call(function, parts) => {
            f.write_str(function.name())?;
            write_list(f, parts)
        }
        AstKind::Invalid => f.write_char('?'),
    }
}

/// A sign directly before digits is part of the number, so a negated number needs brackets.
fn write_negated(f: &mut Formatter<'_>, a: &Ast) -> fmt::Result {
    let number = matches!(
        a.kind(),
        AstKind::Literal(Literal::Int(_) | Literal::Decimal(_) | Literal::Float(_)) | AstKind::Negate(_)
    );
    if number {
        write!(f, "-({a})")
    } else {
        f.write_char('-')?;
        write_ast(f, a, Power::Sign)
    }
}

fn write_joined(f: &mut Formatter<'_>, parts: &[Ast], joint: &str, least: Power) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(joint)?;
        }
        write_ast(f, part, least)?;
    }
    Ok(())
}

fn write_list(f: &mut Formatter<'_>, parts: &[Ast]) -> fmt::Result {
    f.write_char('(')?;
    write_joined(f, parts, ", ", Power::Or)?;
    f.write_char(')')
}

fn write_literal(f: &mut Formatter<'_>, literal: &Literal) -> fmt::Result {
    match literal {
        Literal::Null => f.write_str("NULL"),
        Literal::Bool(true) => f.write_str("TRUE"),
        Literal::Bool(false) => f.write_str("FALSE"),
        Literal::Int(n) => write!(f, "{n}"),
        // Without a point it would be read as an integer.
        Literal::Decimal(d) if d.scale == 0 => write!(f, "{d}.0"),
        Literal::Decimal(d) => write!(f, "{d}"),
        Literal::Float(n) => write!(f, "{n:e}"),
        Literal::String(text) => write_quoted(f, text, '\''),
        Literal::Date(date) => write!(f, "DATE '{date}'"),
        Literal::Timestamp(text) => {
            f.write_str("TIMESTAMP ")?;
            write_quoted(f, text, '\'')
        }
        Literal::Interval(n, unit) => write!(f, "INTERVAL {n} {}S", unit.name()),
    }
}

fn write_quoted(f: &mut Formatter<'_>, text: &str, quote: char) -> fmt::Result {
    f.write_char(quote)?;
    for c in text.chars() {
        if c == quote {
            f.write_char(quote)?;
        }
        f.write_char(c)?;
    }
    f.write_char(quote)
}

fn write_name(f: &mut Formatter<'_>, name: &str) -> fmt::Result {
    if name.split('.').any(str::is_empty) {
        return write_quoted(f, name, '"');
    }
    for (i, part) in name.split('.').enumerate() {
        if i > 0 {
            f.write_char('.')?;
        }
        let bare =
            part.starts_with(starts_name) && part.chars().all(continues_name) && keyword(part).is_none();
        if bare {
            f.write_str(part)?;
        } else {
            write_quoted(f, part, '"')?;
        }
    }
    Ok(())
}
