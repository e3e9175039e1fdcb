//! The tree of a rule, as written.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::function::Function;
use crate::time::Date;
use crate::value::Decimal;

/// An expression with its place in the text. Two are equal where they say the same; the places do not count.
#[derive(Debug, Clone)]
pub struct Ast {
    kind: AstKind,
    span: Range<usize>,
    depth: u16,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AstKind {
    /// A constant.
    Literal(Literal),
    /// The name of a field, its parts joined with dots.
    Name(String),
    /// `-a`.
    Negate(Box<Ast>),
    /// `NOT a`.
    Not(Box<Ast>),
    /// `a AND b AND …`, two or more.
    And(Vec<Ast>),
    /// `a OR b OR …`, two or more.
    Or(Vec<Ast>),
    /// `a + b` and so on.
    Arithmetic(ArithmeticOp, Box<Ast>, Box<Ast>),
    /// `a = b` and so on.
    Compare(CompareOp, Box<Ast>, Box<Ast>),
    /// `a [NOT] IN (…)`.
    In {
        /// What is looked for.
        operand: Box<Ast>,
        /// The constants among which it is looked for; at least one.
        list: Vec<Ast>,
        /// Whether this is `NOT IN`.
        negated: bool,
    },
    /// `a [NOT] BETWEEN low AND high`, both ends within.
    Between {
        /// What is compared.
        operand: Box<Ast>,
        /// The low end.
        low: Box<Ast>,
        /// The high end.
        high: Box<Ast>,
        /// Whether this is `NOT BETWEEN`.
        negated: bool,
    },
    /// `a [NOT] LIKE 'pattern'`.
    Like {
        /// The text.
        operand: Box<Ast>,
        /// The pattern, a constant.
        pattern: Box<Ast>,
        /// Whether this is `NOT LIKE`.
        negated: bool,
    },
    /// `a IS [NOT] NULL`, `TRUE`, `FALSE` or `UNKNOWN`.
    Is {
        /// What is tested.
        operand: Box<Ast>,
        /// What for.
        test: IsTest,
        /// Whether this is `IS NOT`.
        negated: bool,
    },
    /// `a HAS 'x'`, `a HAS ANY (…)`, `a HAS ALL (…)`.
    Has {
        /// The set.
        operand: Box<Ast>,
        /// Which of the items it must have.
        quantifier: Quantifier,
        /// The items, constant texts; exactly one for [`Quantifier::One`].
        items: Vec<Ast>,
    },
    /// `CASE [a] WHEN … THEN … [ELSE …] END`.
    Case {
        /// What each `WHEN` is compared with; without it each `WHEN` is a condition.
        operand: Option<Box<Ast>>,
        /// Pairs of `WHEN` and `THEN`; at least one.
        branches: Vec<(Ast, Ast)>,
        /// The `ELSE`; null where there is none.
        otherwise: Option<Box<Ast>>,
    },
    /// `FUNCTION(…)`.
    Call(Function, Vec<Ast>),
    /// A part that could not be read; never in a tree that [`parse`](super::parse) gives.
    #[doc(hidden)]
    Invalid,
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Literal {
    /// `NULL`.
    Null,
    /// `TRUE` or `FALSE`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a point, kept exactly.
    Decimal(Decimal),
    /// A number with an exponent.
    Float(f64),
    /// `'…'`.
    String(Arc<str>),
    /// `DATE '…'`.
    Date(Date),
    /// `TIMESTAMP '…'`; without an offset it is in the time zone of the run, so the text is kept.
    Timestamp(Arc<str>),
    /// `INTERVAL n unit`.
    Interval(i64, IntervalUnit),
}

/// `+`, `-`, `*`, `/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArithmeticOp {
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
}

/// `=`, `<>`, `<`, `<=`, `>`, `>=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// `=`.
    Eq,
    /// `<>` or `!=`.
    Ne,
    /// `<`.
    Lt,
    /// `<=`.
    Le,
    /// `>`.
    Gt,
    /// `>=`.
    Ge,
}

/// What `IS` tests for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IsTest {
    /// `IS NULL`, of any type.
    Null,
    /// `IS TRUE`.
    True,
    /// `IS FALSE`.
    False,
    /// `IS UNKNOWN`: `IS NULL` of a condition.
    Unknown,
}

/// Which items a set must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// `HAS 'x'`: this one.
    One,
    /// `HAS ANY (…)`: at least one.
    Any,
    /// `HAS ALL (…)`: every one.
    All,
}

/// The units of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntervalUnit {
    /// Exact hours.
    Hour,
    /// Calendar days.
    Day,
    /// Seven calendar days.
    Week,
    /// Calendar months.
    Month,
    /// Calendar years.
    Year,
}

impl PartialEq for Ast {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Ast {
    pub(super) fn new(kind: AstKind, span: Range<usize>) -> Self {
        let mut below = 0;
        kind.each_child(&mut |child| below = below.max(child.depth));
        Self { kind, span, depth: below.saturating_add(1) }
    }

    /// What it is.
    pub fn kind(&self) -> &AstKind {
        &self.kind
    }

    /// The bytes of the text that it was read from.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// How many levels the tree has, from 1 to 200.
    pub fn depth(&self) -> usize {
        usize::from(self.depth)
    }

    /// The names that the rule uses, each with its place, in the order of the text; a name used twice is there
    /// twice.
    ///
    /// ```
    /// let rule = tagloom::expr::parse("age > 30 AND churn_risk.probability < 0.5")?;
    /// assert_eq!(rule.names(), [("age", 0..3), ("churn_risk.probability", 13..35)]);
    /// # Ok::<(), tagloom::expr::Errors>(())
    /// ```
    pub fn names(&self) -> Vec<(&str, Range<usize>)> {
        let mut found = Vec::new();
        self.collect_names(&mut found);
        found
    }

    /// The parts of the expression, in the order of the text.
    pub fn children(&self) -> Vec<&Self> {
        let mut children = Vec::new();
        self.kind.each_child(&mut |child| children.push(child));
        children
    }

    fn collect_names<'a>(&'a self, found: &mut Vec<(&'a str, Range<usize>)>) {
        if let AstKind::Name(name) = &self.kind {
            found.push((name, self.span.clone()));
        }
        self.kind.each_child(&mut |child| child.collect_names(found));
    }
}

impl AstKind {
    /// Calls `visit` with each part, in the order of the text.
    pub(super) fn each_child<'a>(&'a self, visit: &mut dyn FnMut(&'a Ast)) {
        match self {
            Self::Literal(_) | Self::Name(_) | Self::Invalid => {}
            Self::Negate(a) | Self::Not(a) | Self::Is { operand: a, .. } => visit(a),
            Self::And(parts) | Self::Or(parts) | Self::Call(_, parts) => parts.iter().for_each(visit),
            Self::Arithmetic(_, a, b) | Self::Compare(_, a, b) => {
                visit(a);
                visit(b);
            }
            Self::In { operand, list: parts, .. } | Self::Has { operand, items: parts, .. } => {
                visit(operand);
                parts.iter().for_each(visit);
            }
            Self::Between { operand, low, high, .. } => {
                visit(operand);
                visit(low);
                visit(high);
            }
            Self::Like { operand, pattern, .. } => {
                visit(operand);
                visit(pattern);
            }
            Self::Case { operand, branches, otherwise } => {
                if let Some(operand) = operand {
                    visit(operand);
                }
                for (when, then) in branches {
                    visit(when);
                    visit(then);
                }
                if let Some(otherwise) = otherwise {
                    visit(otherwise);
                }
            }
        }
    }
}

impl CompareOp {
    pub(super) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Eq => ordering.is_eq(),
            Self::Ne => ordering.is_ne(),
            Self::Lt => ordering.is_lt(),
            Self::Le => ordering.is_le(),
            Self::Gt => ordering.is_gt(),
            Self::Ge => ordering.is_ge(),
        }
    }

    /// The operator that says the same with its sides exchanged.
    pub(super) fn mirrored(self) -> Self {
        match self {
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
            same => same,
        }
    }
}

impl fmt::Display for CompareOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Eq => "=",
            Self::Ne => "<>",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        })
    }
}

impl fmt::Display for ArithmeticOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        })
    }
}

impl IntervalUnit {
    pub(super) const ALL: [Self; 5] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    /// The unit in capitals, singular.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Hour => "HOUR",
            Self::Day => "DAY",
            Self::Week => "WEEK",
            Self::Month => "MONTH",
            Self::Year => "YEAR",
        }
    }

    pub(super) fn named(word: &str) -> Option<Self> {
        let upper = word.to_ascii_uppercase();
        let singular = upper.strip_suffix('S').unwrap_or(&upper);
        Self::ALL.into_iter().find(|unit| unit.name() == singular)
    }
}
