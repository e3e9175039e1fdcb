//! Rules as SQL and as code for Polars.
//!
//! The text gives what the rule gives, nulls included, where the columns have the types that the rule was written for.
//! What is not the same everywhere: integers of more than 53 bits beside floats (compared exactly here, as floats
//! there); overflow (null here, an error there); `TRIM` of white space other than blanks.

mod duckdb;
mod polars;

use crate::expr::{Ast, AstKind, Function, IntervalUnit, Literal};
use crate::rule::{Rule, RuleError};
use crate::time::{Timestamp, Zone};

/// A language that rules can be printed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// SQL of `DuckDB`.
    DuckDb,
    /// SQL of Spark.
    Spark,
    /// Python code for Polars, with `import polars as pl`.
    Polars,
}

impl Dialect {
    /// All dialects.
    pub const ALL: [Self; 3] = [Self::DuckDb, Self::Spark, Self::Polars];

    /// The name: `duckdb`, `spark`, `polars`.
    pub fn name(self) -> &'static str {
        match self {
            Self::DuckDb => "duckdb",
            Self::Spark => "spark",
            Self::Polars => "polars",
        }
    }

    /// The dialect of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }
}

impl Rule {
    /// The rule in another language. `TODAY()` and `NOW()` become constants where `as_of` is given, with the date in
    /// its zone.
    ///
    /// ```
    /// use tagloom::rule::{Rule, sql::Dialect};
    /// let rule = Rule::new("city IN ('上海') AND channels HAS 'app'")?;
    /// assert_eq!(
    ///     rule.translate(Dialect::DuckDb, None)?,
    ///     "(\"city\" IN ('上海')) AND (list_contains(\"channels\", 'app'))"
    /// );
    /// # Ok::<(), tagloom::rule::RuleError>(())
    /// ```
    ///
    /// # Errors
    /// `rule.untranslatable` where the language has no words for a part; `rule.no_as_of` where Polars needs a time.
    pub fn translate(
        &self,
        dialect: Dialect,
        as_of: Option<(Timestamp, &Zone)>,
    ) -> Result<String, RuleError> {
        let printer = Printer { text: self.text(), dialect, as_of };
        match dialect {
            Dialect::DuckDb | Dialect::Spark => printer.sql(self.ast()),
            Dialect::Polars => printer.polars(self.ast()),
        }
    }
}

/// Prints the parts of one rule.
struct Printer<'a> {
    text: &'a str,
    dialect: Dialect,
    as_of: Option<(Timestamp, &'a Zone)>,
}

impl Printer<'_> {
    fn refuse(&self, ast: &Ast, reason: impl Into<String>) -> RuleError {
        let span = ast.span();
        RuleError::Untranslatable {
            text: self.text.get(span.clone()).unwrap_or_default().to_owned(),
            start: span.start,
            end: span.end,
            dialect: self.dialect.name(),
            reason: reason.into(),
        }
    }

    /// Today as `2026-01-31`, where it is known.
    fn today(&self) -> Option<String> {
        self.as_of.map(|(as_of, zone)| zone.date_at(as_of).to_string())
    }

    /// Now in UTC, where it is known.
    fn now(&self) -> Option<String> {
        self.as_of.map(|(as_of, _)| as_of.to_string())
    }
}

/// The interval on one side of a sum, with the other side.
fn shift(ast: &Ast) -> Option<(&Ast, i64, IntervalUnit, bool)> {
    use crate::expr::ArithmeticOp::{Add, Subtract};
    let AstKind::Arithmetic(op, a, b) = ast.kind() else { return None };
    match (op, a.kind(), b.kind()) {
        (Add, _, AstKind::Literal(Literal::Interval(n, unit))) => Some((a, *n, *unit, false)),
        (Subtract, _, AstKind::Literal(Literal::Interval(n, unit))) => Some((a, *n, *unit, true)),
        (Add, AstKind::Literal(Literal::Interval(n, unit)), _) => Some((b, *n, *unit, false)),
        _ => None,
    }
}

/// What a constant list has besides nulls, and whether it has a null.
fn without_nulls(list: &[Ast]) -> (Vec<&Ast>, bool) {
    let is_null = |item: &&Ast| matches!(item.kind(), AstKind::Literal(Literal::Null));
    (list.iter().filter(|item| !is_null(item)).collect(), list.iter().any(|item| is_null(&item)))
}

/// The name of a function in SQL where it is the same everywhere.
fn plain_function(function: Function) -> Option<&'static str> {
    Some(match function {
        Function::Abs => "abs",
        Function::Ceil => "ceil",
        Function::Floor => "floor",
        Function::Coalesce => "coalesce",
        Function::Greatest => "greatest",
        Function::Least => "least",
        Function::Length => "length",
        Function::Lower => "lower",
        Function::Upper => "upper",
        Function::Trim => "trim",
        Function::Ltrim => "ltrim",
        Function::Rtrim => "rtrim",
        Function::Left => "left",
        Function::Right => "right",
        Function::Lpad => "lpad",
        Function::Rpad => "rpad",
        Function::Substring => "substring",
        Function::Replace => "replace",
        Function::Position => "instr",
        Function::Nullif => "nullif",
        Function::Round => "round",
        Function::Contains => "contains",
        Function::Day => "day",
        Function::Month => "month",
        Function::Year => "year",
        _ => return None,
    })
}
