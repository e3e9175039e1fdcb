//! From tokens to a tree: a Pratt parser that goes on after an error.

use std::ops::Range;

use super::ast::{ArithmeticOp, Ast, AstKind, CompareOp, IsTest, Literal, Quantifier};
use super::diagnostic::{Errors, Sink};
use super::token::{Keyword, Symbol, Token, tokens};
use super::{MAX_DEPTH, MAX_NODES, MAX_TEXT_BYTES, code};

/// Reads a rule. Names and types are not looked at; [`Program::add`](super::Program::add) does that.
///
/// # Errors
/// All errors of form in the text.
pub fn parse(text: &str) -> Result<Ast, Errors> {
    let mut sink = Sink::new(text);
    let ast = parse_into(&mut sink);
    if sink.has_errors() { Err(sink.into_errors()) } else { Ok(ast) }
}

/// Reads a rule, reporting into `sink`; where something was reported, the tree has [`AstKind::Invalid`] parts.
pub(super) fn parse_into(sink: &mut Sink<'_>) -> Ast {
    let text = sink.text();
    if text.len() > MAX_TEXT_BYTES {
        let message = format!("the rule has {} bytes; wanted at most {MAX_TEXT_BYTES}", text.len());
        sink.error(code::TOO_LARGE, 0..0, message);
        return Ast::new(AstKind::Invalid, 0..0);
    }
    let tokens = tokens(sink);
    let mut parser = Parser { tokens, at: 0, depth: 0, nodes: 0, reported: None, stopped: false, sink };
    parser.rule()
}

/// Binding powers, loosest first.
pub(super) mod power {
    pub(in super::super) const OR: u8 = 1;
    pub(in super::super) const AND: u8 = 2;
    pub(in super::super) const NOT: u8 = 3;
    pub(in super::super) const PREDICATE: u8 = 4;
    pub(in super::super) const SUM: u8 = 5;
    pub(in super::super) const PRODUCT: u8 = 6;
    pub(in super::super) const SIGN: u8 = 7;
}

pub(super) struct Parser<'a, 't> {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    depth: usize,
    nodes: usize,
    /// The token at which the last error was reported: one error a token.
    reported: Option<usize>,
    /// A limit was passed: nothing more is read.
    stopped: bool,
    pub(super) sink: &'a mut Sink<'t>,
}

impl Parser<'_, '_> {
    fn rule(&mut self) -> Ast {
        let ast = self.expr(0);
        // Whatever is left is an error; reading on finds the errors in it.
        while !self.stopped && *self.peek() != Token::End {
            match self.peek() {
                Token::Symbol(Symbol::Close) => {
                    self.wanted_help("the end of the rule", "this bracket was not opened".to_owned());
                }
                _ => self.wanted("an operator or the end of the rule"),
            }
            self.advance();
            if *self.peek() != Token::End {
                self.skip_to_joint();
                if matches!(self.peek(), Token::Keyword(Keyword::And | Keyword::Or)) {
                    self.advance();
                    self.expr(0);
                } else if *self.peek() != Token::End {
                    self.advance();
                }
            }
        }
        ast
    }

    pub(super) fn peek(&self) -> &Token {
        if self.stopped { &Token::End } else { self.peek_at(0) }
    }

    pub(super) fn peek_at(&self, ahead: usize) -> &Token {
        self.tokens.get(self.at + ahead).map_or(&Token::End, |(token, _)| token)
    }

    pub(super) fn span(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(0..0, |(_, span)| span.clone())
    }

    /// Where the last token that was read ends.
    pub(super) fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(0, |(_, span)| span.end)
    }

    pub(super) fn advance(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    pub(super) fn eat(&mut self, token: &Token) -> bool {
        let found = self.peek() == token;
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn eat_keyword(&mut self, keyword: Keyword) -> bool {
        self.eat(&Token::Keyword(keyword))
    }

    pub(super) fn expect(&mut self, token: &Token, wanted: &str) {
        if !self.eat(token) {
            self.wanted(wanted);
        }
    }

    /// Takes a contextual word such as `ANY`.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Word(found) if found.eq_ignore_ascii_case(word));
        if found {
            self.advance();
        }
        found
    }

    fn found(&self) -> String {
        let (token, span) = match self.tokens.get(self.at) {
            Some((token, span)) => (token, span.clone()),
            None => (&Token::End, 0..0),
        };
        match token {
            Token::End => "the end of the rule".to_owned(),
            _ => format!("`{}`", super::token::cut(&self.sink.text()[span])),
        }
    }

    pub(super) fn wanted(&mut self, wanted: &str) {
        self.report(wanted, None);
    }

    pub(super) fn wanted_help(&mut self, wanted: &str, help: String) {
        self.report(wanted, Some(help));
    }

    fn report(&mut self, wanted: &str, help: Option<String>) {
        let again = self.reported.replace(self.at) == Some(self.at);
        if again || self.stopped || *self.peek() == Token::Bad {
            return;
        }
        let message = format!("found {}; wanted {wanted}", self.found());
        self.sink.error_help(code::SYNTAX, self.span(), message, help);
    }

    /// Skips to where an expression can end, over whole brackets.
    pub(super) fn skip_to_joint(&mut self) {
        let mut open = 0usize;
        loop {
            match self.peek() {
                Token::End => return,
                Token::Symbol(Symbol::Open) => open += 1,
                Token::Symbol(Symbol::Close) if open > 0 => open -= 1,
                Token::Symbol(Symbol::Close | Symbol::Comma)
                | Token::Keyword(
                    Keyword::And | Keyword::Or | Keyword::When | Keyword::Then | Keyword::Else | Keyword::End,
                ) if open == 0 => return,
                _ => {}
            }
            self.advance();
        }
    }

    pub(super) fn make(&mut self, kind: AstKind, span: Range<usize>) -> Ast {
        self.nodes += 1;
        let ast = Ast::new(kind, span);
        if self.nodes > MAX_NODES {
            self.stop(ast.span(), format!("the rule has more than {MAX_NODES} parts"));
        } else if ast.depth() > MAX_DEPTH {
            self.stop(ast.span(), format!("the rule is nested more than {MAX_DEPTH} levels deep"));
        } else {
            return ast;
        }
        // The tree is dropped here, while it is shallow enough for recursion.
        self.invalid()
    }

    fn stop(&mut self, span: Range<usize>, message: String) {
        if !self.stopped {
            self.stopped = true;
            self.sink.error(code::TOO_LARGE, span, message);
        }
    }

    #[expect(clippy::unused_self, reason = "reads as the other makers do")]
    pub(super) fn invalid(&self) -> Ast {
        Ast::new(AstKind::Invalid, 0..0)
    }

    /// Reads an expression whose operators bind at least as tightly as `least`.
    pub(super) fn expr(&mut self, least: u8) -> Ast {
        if self.depth >= MAX_DEPTH {
            let span = self.span();
            self.stop(span, format!("the rule is nested more than {MAX_DEPTH} levels deep"));
        }
        if self.stopped {
            return self.invalid();
        }
        self.depth += 1;
        let start = self.span().start;
        let mut left = self.prefix(least);
        let mut compared = false;
        while !self.stopped {
            let token = self.peek().clone();
            let negated = token == Token::Keyword(Keyword::Not);
            let Some(binding) = self.infix_power(&token) else { break };
            if binding < least {
                break;
            }
            if binding == power::PREDICATE {
                let is = token == Token::Keyword(Keyword::Is);
                if compared && !is {
                    self.wanted_help(
                        "AND, OR or the end of the condition",
                        "comparisons are not chained: write a < b AND b < c, or use brackets".to_owned(),
                    );
                    left = self.invalid();
                }
                compared = !is;
            }
            if negated {
                self.advance();
            }
            let kind = self.infix(left, negated);
            let span = start..self.end();
            left = self.make(kind, span);
        }
        self.depth -= 1;
        left
    }

    fn infix_power(&self, token: &Token) -> Option<u8> {
        use Symbol::{Eq, Ge, Gt, Le, Lt, Minus, Ne, Plus, Slash, Star};
        Some(match token {
            Token::Keyword(Keyword::Or) => power::OR,
            Token::Keyword(Keyword::And) => power::AND,
            Token::Keyword(Keyword::Not) => match self.peek_at(1) {
                Token::Keyword(Keyword::In | Keyword::Between | Keyword::Like | Keyword::Has) => {
                    power::PREDICATE
                }
                _ => return None,
            },
            Token::Keyword(Keyword::In | Keyword::Between | Keyword::Like | Keyword::Is | Keyword::Has)
            | Token::Symbol(Eq | Ne | Lt | Le | Gt | Ge) => power::PREDICATE,
            Token::Symbol(Plus | Minus) => power::SUM,
            Token::Symbol(Star | Slash) => power::PRODUCT,
            _ => return None,
        })
    }

    fn infix(&mut self, left: Ast, negated: bool) -> AstKind {
        let operator = self.peek().clone();
        match operator {
            Token::Keyword(Keyword::And) => AstKind::And(self.chain(left, Keyword::And, power::NOT)),
            Token::Keyword(Keyword::Or) => AstKind::Or(self.chain(left, Keyword::Or, power::AND)),
            Token::Symbol(symbol) => {
                self.advance();
                let left = Box::new(left);
                let mut right = |least| Box::new(self.expr(least));
                match symbol {
                    Symbol::Plus => AstKind::Arithmetic(ArithmeticOp::Add, left, right(power::PRODUCT)),
                    Symbol::Minus => AstKind::Arithmetic(ArithmeticOp::Subtract, left, right(power::PRODUCT)),
                    Symbol::Star => AstKind::Arithmetic(ArithmeticOp::Multiply, left, right(power::SIGN)),
                    Symbol::Slash => AstKind::Arithmetic(ArithmeticOp::Divide, left, right(power::SIGN)),
                    Symbol::Ne => AstKind::Compare(CompareOp::Ne, left, right(power::SUM)),
                    Symbol::Lt => AstKind::Compare(CompareOp::Lt, left, right(power::SUM)),
                    Symbol::Le => AstKind::Compare(CompareOp::Le, left, right(power::SUM)),
                    Symbol::Gt => AstKind::Compare(CompareOp::Gt, left, right(power::SUM)),
                    Symbol::Ge => AstKind::Compare(CompareOp::Ge, left, right(power::SUM)),
                    _ => AstKind::Compare(CompareOp::Eq, left, right(power::SUM)),
                }
            }
            Token::Keyword(keyword) => self.predicate(Box::new(left), keyword, negated),
            _ => AstKind::Invalid,
        }
    }

    fn chain(&mut self, first: Ast, joint: Keyword, least: u8) -> Vec<Ast> {
        let mut parts = vec![first];
        while self.eat_keyword(joint) {
            parts.push(self.expr(least));
        }
        parts
    }

    fn predicate(&mut self, operand: Box<Ast>, keyword: Keyword, negated: bool) -> AstKind {
        match keyword {
            Keyword::In => {
                self.advance();
                let list = self.list("IN takes a list in brackets: IN ('a', 'b')");
                AstKind::In { operand, list, negated }
            }
            Keyword::Between => {
                self.advance();
                let low = Box::new(self.expr(power::SUM));
                self.expect(&Token::Keyword(Keyword::And), "AND and the upper end of BETWEEN");
                let high = Box::new(self.expr(power::SUM));
                AstKind::Between { operand, low, high, negated }
            }
            Keyword::Like => {
                self.advance();
                AstKind::Like { operand, pattern: Box::new(self.expr(power::SUM)), negated }
            }
            Keyword::Has => {
                if negated {
                    self.wanted_help("IN, BETWEEN or LIKE after NOT", "write NOT (a HAS 'x')".to_owned());
                }
                self.advance();
                let quantifier = match () {
                    () if self.eat_word("ANY") => Quantifier::Any,
                    () if self.eat_word("ALL") => Quantifier::All,
                    () => Quantifier::One,
                };
                let items = match quantifier {
                    Quantifier::One => vec![self.expr(power::SUM)],
                    _ => self.list("HAS ANY and HAS ALL take a list in brackets: HAS ANY ('a', 'b')"),
                };
                AstKind::Has { operand, quantifier, items }
            }
            _ => {
                self.advance();
                let negated = self.eat_keyword(Keyword::Not);
                let test = match () {
                    () if self.eat_keyword(Keyword::Null) => IsTest::Null,
                    () if self.eat_keyword(Keyword::True) => IsTest::True,
                    () if self.eat_keyword(Keyword::False) => IsTest::False,
                    () if self.eat_word("UNKNOWN") => IsTest::Unknown,
                    () => {
                        self.wanted_help(
                            "NULL, TRUE, FALSE or UNKNOWN",
                            "IS tests for these only; compare with =".to_owned(),
                        );
                        self.skip_to_joint();
                        IsTest::Null
                    }
                };
                AstKind::Is { operand, test, negated }
            }
        }
    }

    /// Reads `(a, b, …)`, at least one.
    fn list(&mut self, help: &str) -> Vec<Ast> {
        if *self.peek() != Token::Symbol(Symbol::Open) {
            self.wanted_help("(", help.to_owned());
            self.skip_to_joint();
            return vec![self.invalid()];
        }
        self.advance();
        self.items()
    }

    /// Reads `a, b, …)`.
    pub(super) fn items(&mut self) -> Vec<Ast> {
        let mut items = Vec::new();
        loop {
            items.push(self.expr(0));
            if !self.eat(&Token::Symbol(Symbol::Comma)) {
                break;
            }
        }
        self.close("`,` or `)`");
        items
    }

    /// Takes a closing bracket, skipping to it where something else stands in between.
    pub(super) fn close(&mut self, wanted: &str) {
        if *self.peek() != Token::Symbol(Symbol::Close) {
            self.wanted(wanted);
            let from = self.at;
            self.skip_to_joint();
            if *self.peek() != Token::Symbol(Symbol::Close) {
                self.at = from;
                return;
            }
        }
        self.advance();
    }

    pub(super) fn literal(&mut self, literal: Literal, span: Range<usize>) -> Ast {
        self.make(AstKind::Literal(literal), span)
    }
}
