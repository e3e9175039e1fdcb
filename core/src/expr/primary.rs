//! The parts of a rule that operators join: constants, names, calls, `CASE`, brackets.

use std::ops::Range;

use super::ast::{Ast, AstKind, IntervalUnit, Literal};
use super::code;
use super::function::Function;
use super::parse::{Parser, power};
use super::schema::nearest;
use super::token::{Keyword, Symbol, Token, cut};
use crate::time::{Date, Zone};
use crate::value::Decimal;

impl Parser<'_, '_> {
    pub(super) fn prefix(&mut self, least: u8) -> Ast {
        let span = self.span();
        match self.peek().clone() {
            Token::Keyword(Keyword::Not) => {
                if least > power::NOT {
                    self.wanted_help("a value", "put the NOT and what it negates in brackets".to_owned());
                }
                self.advance();
                let operand = Box::new(self.expr(power::NOT));
                let span = span.start..self.end();
                self.make(AstKind::Not(operand), span)
            }
            Token::Symbol(Symbol::Minus) => {
                self.advance();
                if *self.peek() == Token::Number {
                    return self.number(span.start);
                }
                let operand = Box::new(self.expr(power::SIGN));
                let span = span.start..self.end();
                self.make(AstKind::Negate(operand), span)
            }
            Token::Symbol(Symbol::Plus) => {
                self.advance();
                self.expr(power::SIGN)
            }
            Token::Symbol(Symbol::Open) => {
                self.advance();
                let inner = self.expr(0);
                self.close("an operator or `)`");
                inner
            }
            Token::Number => self.number(span.start),
            Token::Text(text) => {
                self.advance();
                self.literal(Literal::String(text.into()), span)
            }
            Token::Keyword(Keyword::Null) => self.word(Literal::Null, span),
            Token::Keyword(Keyword::True) => self.word(Literal::Bool(true), span),
            Token::Keyword(Keyword::False) => self.word(Literal::Bool(false), span),
            Token::Keyword(Keyword::Case) => self.case(),
            Token::Word(word) => self.named(&word),
            Token::Quoted(name) => self.name(name),
            Token::Bad => {
                // Reported already: it stands for a value.
                self.advance();
                self.invalid()
            }
            _ => {
                self.wanted("a value");
                self.skip_to_joint();
                self.invalid()
            }
        }
    }

    fn word(&mut self, literal: Literal, span: Range<usize>) -> Ast {
        self.advance();
        self.literal(literal, span)
    }

    fn number(&mut self, start: usize) -> Ast {
        let digits = self.span();
        let text = self.sink.text();
        let negative = start < digits.start;
        let digits_text = &text[digits.clone()];
        let signed = if negative { format!("-{digits_text}") } else { digits_text.to_owned() };
        self.advance();
        let span = start..digits.end;
        let literal = if digits_text.contains(['e', 'E']) {
            let parsed: Option<f64> = fast_float2::parse(&signed).ok();
            parsed.filter(|n| n.is_finite()).map(Literal::Float)
        } else if digits_text.contains('.') {
            signed.parse::<Decimal>().ok().map(Literal::Decimal)
        } else {
            signed.parse().ok().map(Literal::Int)
        };
        if let Some(literal) = literal {
            return self.literal(literal, span);
        }
        let (wanted, help) = if digits_text.contains(['e', 'E']) {
            ("a number up to 1.7e308", None)
        } else if digits_text.contains('.') {
            ("at most 38 digits", Some("with an exponent it is a float: 1.5e0".to_owned()))
        } else {
            (
                "a whole number of 64 bits",
                Some("with a point it is a decimal: 12345678901234567890.0".to_owned()),
            )
        };
        let message = format!("the number `{}` is too large; wanted {wanted}", cut(&signed));
        self.sink.error_help(code::NUMBER_TOO_LARGE, span, message, help);
        self.invalid()
    }

    /// A bare word: `DATE '…'`, `INTERVAL n unit`, a call, or a name.
    fn named(&mut self, word: &str) -> Ast {
        let next = self.peek_at(1).clone();
        match next {
            Token::Text(text) if word.eq_ignore_ascii_case("DATE") => self.date(&text),
            Token::Text(text) if word.eq_ignore_ascii_case("TIMESTAMP") => self.timestamp(&text),
            Token::Number | Token::Text(_) if word.eq_ignore_ascii_case("INTERVAL") => self.interval(),
            Token::Symbol(Symbol::Minus)
                if word.eq_ignore_ascii_case("INTERVAL")
                    && *self.peek_at(2) == Token::Number
                    && matches!(self.peek_at(3), Token::Word(unit) if IntervalUnit::named(unit).is_some()) =>
            {
                self.interval()
            }
            Token::Symbol(Symbol::Open) => self.call(word),
            _ => self.name(word.to_owned()),
        }
    }

    fn date(&mut self, text: &str) -> Ast {
        let start = self.span().start;
        self.advance();
        let span = start..self.span().end;
        let at = self.span();
        self.advance();
        match text.trim().parse::<Date>() {
            Ok(date) => self.literal(Literal::Date(date), span),
            Err(error) => {
                self.sink.error(code::BAD_DATE, at, error.to_string());
                self.invalid()
            }
        }
    }

    fn timestamp(&mut self, text: &str) -> Ast {
        let start = self.span().start;
        self.advance();
        let span = start..self.span().end;
        let at = self.span();
        self.advance();
        // The form is the same in every zone.
        match Zone::utc().parse(text) {
            Ok(_) => self.literal(Literal::Timestamp(text.trim().into()), span),
            Err(error) => {
                self.sink.error(code::BAD_DATE, at, error.to_string());
                self.invalid()
            }
        }
    }

    fn interval(&mut self) -> Ast {
        let start = self.span().start;
        self.advance();
        let negative = self.eat(&Token::Symbol(Symbol::Minus));
        let number = self.span();
        let text = &self.sink.text()[number.clone()];
        let signed = if negative { format!("-{text}") } else { text.to_owned() };
        let count = signed.parse::<i64>().ok();
        self.advance();
        let unit = match self.peek() {
            Token::Word(word) => IntervalUnit::named(word),
            _ => None,
        };
        let Some(unit) = unit else {
            self.wanted_help(
                "HOURS, DAYS, WEEKS, MONTHS or YEARS",
                "for example INTERVAL 90 DAYS".to_owned(),
            );
            self.skip_to_joint();
            return self.invalid();
        };
        self.advance();
        let span = start..self.end();
        let Some(count) = count else {
            let message = format!("`{}` is no whole number of 64 bits", cut(&signed));
            let help = "an interval is a whole number and a unit: INTERVAL 90 DAYS".to_owned();
            self.sink.error_help(code::INTERVAL, number, message, help);
            return self.invalid();
        };
        self.literal(Literal::Interval(count, unit), span)
    }

    fn call(&mut self, word: &str) -> Ast {
        let at = self.span();
        self.advance();
        self.advance();
        let items = if self.eat(&Token::Symbol(Symbol::Close)) { Vec::new() } else { self.items() };
        let span = at.start..self.end();
        let Some(function) = Function::named(word) else {
            let all: Vec<&str> = Function::all().map(Function::name).collect();
            let help = match nearest(word, || all.iter().copied()) {
                Some(name) => format!("did you mean {name}?"),
                None => format!("the functions are {}", all.join(", ")),
            };
            let message = format!("there is no function `{}`", cut(word));
            self.sink.error_help(code::UNKNOWN_FUNCTION, at, message, help);
            return self.invalid();
        };
        let (fewest, most) = function.arity();
        if !(fewest..=most).contains(&items.len()) {
            let wanted = match (fewest, most) {
                (0, 0) => "none".to_owned(),
                (a, b) if a == b => a.to_string(),
                (a, usize::MAX) => format!("at least {a}"),
                (a, b) => format!("{a} to {b}"),
            };
            let message = format!("{function} has {} arguments; wanted {wanted}", items.len());
            self.sink.error(code::ARGUMENTS, span, message);
            return self.invalid();
        }
        self.make(AstKind::Call(function, items), span)
    }

    /// A name of one or more parts; after a dot any word is a part.
    fn name(&mut self, first: String) -> Ast {
        let start = self.span().start;
        self.advance();
        let mut name = first;
        while *self.peek() == Token::Symbol(Symbol::Dot) {
            self.advance();
            let part = match self.peek() {
                Token::Word(part) | Token::Quoted(part) => part.clone(),
                Token::Keyword(_) => self.sink.text()[self.span()].to_owned(),
                _ => {
                    self.wanted("a name after the dot");
                    return self.invalid();
                }
            };
            self.advance();
            name.push('.');
            name.push_str(&part);
        }
        let span = start..self.end();
        self.make(AstKind::Name(name), span)
    }

    fn case(&mut self) -> Ast {
        let start = self.span().start;
        self.advance();
        let simple = *self.peek() != Token::Keyword(Keyword::When);
        let operand = simple.then(|| Box::new(self.expr(0)));
        let mut branches = Vec::new();
        while self.eat_keyword(Keyword::When) {
            let when = self.expr(0);
            self.expect(&Token::Keyword(Keyword::Then), "THEN");
            let then = self.expr(0);
            branches.push((when, then));
        }
        if branches.is_empty() {
            self.wanted("WHEN");
        }
        let otherwise = self.eat_keyword(Keyword::Else).then(|| Box::new(self.expr(0)));
        self.expect(&Token::Keyword(Keyword::End), "WHEN, ELSE or END");
        let span = start..self.end();
        self.make(AstKind::Case { operand, branches, otherwise }, span)
    }
}
