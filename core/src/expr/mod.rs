//! The rule language: what comes after `WHERE` in SQL, as a small fixed subset with static types.
//!
//! It filters rows of sources, defines business tags and audiences, and computes columns. A [`Program`] reads and
//! checks rules over one [`Schema`]; it evaluates them over a [`Block`] of rows of any length and explains the
//! result for one row. There is one evaluator; a single row is a block of one.
//!
//! ```
//! use tagloom::expr::{Block, Field, Program, Schema};
//! use tagloom::time::Zone;
//! use tagloom::value::{ColumnBuilder, DataType, Value};
//!
//! let mut schema = Schema::new();
//! let tier = schema.push(Field::new("会员等级", DataType::String));
//! let risk = schema.push(Field::new("churn_risk.probability", DataType::Float));
//! let mut program = Program::new(schema);
//! let rule = program.add_bool("会员等级 = '金卡会员' AND churn_risk.probability >= 0.6")?;
//!
//! let mut tiers = ColumnBuilder::new(DataType::String, 2);
//! let mut risks = ColumnBuilder::new(DataType::Float, 2);
//! for (tier, risk) in [("金卡会员", 0.55), ("金卡会员", 0.7)] {
//!     tiers.push_str(tier);
//!     risks.push(&Value::from(risk));
//! }
//! let (tiers, risks) = (tiers.finish(), risks.finish());
//! let zone = Zone::named("Asia/Shanghai")?;
//! let block = Block::new(2, zone.parse("2026-06-30")?, &zone).with(tier, &tiers).with(risk, &risks);
//! assert_eq!(program.select(rule, &block)?.count(), 1);
//!
//! // Why is the first one out? The risk is 0.05 short.
//! let why = program.explain(rule, &block, 0)?;
//! let part = &why.children[1];
//! assert_eq!(&*part.text, "churn_risk.probability >= 0.6");
//! assert!(part.decisive && (part.distance.unwrap() - 0.05).abs() < 1e-9);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Grammar
//!
//! Keywords and function names may be written in small letters. `--` starts a comment to the end of the line.
//! Loosest first:
//!
//! ```text
//! rule       = or
//! or         = and { "OR" and }
//! and        = not { "AND" not }
//! not        = "NOT" not | predicate
//! predicate  = sum [ ( "=" | "<>" | "!=" | "<" | "<=" | ">" | ">=" ) sum
//!                  | [ "NOT" ] "IN" "(" rule { "," rule } ")"            constants only
//!                  | [ "NOT" ] "BETWEEN" sum "AND" sum                   both ends within
//!                  | [ "NOT" ] "LIKE" sum                                a constant
//!                  | "HAS" sum | "HAS" ( "ANY" | "ALL" ) "(" rule { "," rule } ")" ]
//!              { "IS" [ "NOT" ] ( "NULL" | "TRUE" | "FALSE" | "UNKNOWN" ) }
//! sum        = product { ( "+" | "-" ) product }
//! product    = sign { ( "*" | "/" ) sign }
//! sign       = [ "-" | "+" ] primary
//! primary    = name | constant | function "(" [ rule { "," rule } ] ")" | "(" rule ")"
//!            | "CASE" { "WHEN" rule "THEN" rule } [ "ELSE" rule ] "END"
//!            | "CASE" rule { "WHEN" rule "THEN" rule } [ "ELSE" rule ] "END"
//! constant   = "NULL" | "TRUE" | "FALSE" | "'" text "'"                   '' inside for one '
//!            | digits | digits "." digits                                int64, exact decimal
//!            | digits [ "." digits ] "e" [ "+" | "-" ] digits            float64
//!            | "DATE" "'2026-01-01'" | "TIMESTAMP" "'2026-01-01 08:30'"
//!            | "INTERVAL" digits ( "HOURS" | "DAYS" | "WEEKS" | "MONTHS" | "YEARS" )   or singular
//! name       = part { "." part }       the dots belong to the name of the field
//! part       = letters, digits, "_" of any script | '"' text '"' | "`" text "`"
//! ```
//!
//! A name that is a reserved word (`AND OR NOT IN BETWEEN LIKE IS HAS NULL TRUE FALSE CASE WHEN THEN ELSE END`) or
//! starts with a digit stands in quotes, unless it follows a dot. [`print()`] gives the canonical text of a tree, and
//! `parse(print(x)) == x`.
//!
//! # Types
//!
//! `bool`, `int64`, `float64`, `decimal`, `string`, `date`, `timestamp`, `set<string>`; an interval is only ever
//! added to or taken from a date or timestamp. Types are checked when a rule is added; nothing is converted that
//! could change its meaning.
//!
//! | | |
//! |---|---|
//! | int with float | compared exactly; arithmetic in floats |
//! | int with decimal, decimal with decimal | exact, in comparisons and in `+ - *`; at most 38 digits, the digits after the point of a product add up |
//! | decimal with float | as floats: a constant such as `0.6` is the nearest float beside a float column, and exact beside all others |
//! | `a / b` | always a float; null where `b` is zero |
//! | string constant with date or timestamp | read as date or time when the rule is added; no date is an error then |
//! | date with timestamp | the date is its first instant in the block's time zone |
//! | text with text | by the bytes of UTF-8: capitals before small letters |
//! | anything else | an error that names both types |
//! | bool | has `=` and `<>` only; sets have `HAS` only |
//! | `CASE`, `COALESCE`, `IF`, `LEAST`, `GREATEST` | one type for all values: int widens to decimal or float, decimal to float, date to timestamp |
//!
//! Overflow of a constant part is an error when the rule is added. Overflow in a row (`int64`, 38 digits of a
//! decimal, the largest float, the years 1 to 9999) gives null there and is counted in [`Evaluation::overflows`].
//! NaN becomes null on the way in and on the way out. Infinite floats that come in are numbers like others.
//!
//! # Nulls
//!
//! A condition is true, false or unknown (Kleene's three-valued logic, as in SQL); unknown is a null `bool`. An
//! audience is what is true.
//!
//! * A comparison, `IN`, `BETWEEN`, `LIKE` or `HAS` of a null is unknown; so is arithmetic and every function but
//!   those below. `NOT` of unknown is unknown: where the city is null, `NOT (city IN ('上海'))` selects nobody. A rule
//!   that negates something nullable gets the warning `rule.negated_null`, unless it tests that column with
//!   `IS [NOT] NULL`. To select the unknown as well, write `(city IN ('上海')) IS NOT TRUE`.
//! * `AND` is false where one side is false, `OR` true where one side is true, whatever the others are.
//! * `x IN (a, NULL)` is true or unknown, and `x NOT IN (a, NULL)` false or unknown.
//! * `IS …` is never unknown. `COALESCE` gives the first value that is not null; `LEAST` and `GREATEST` pass over
//!   nulls; a `CASE` without `ELSE` gives null where no branch is taken; an unknown `WHEN` is not taken.
//! * A null set is not an empty set: `HAS` of the empty set is false.
//!
//! # Dates
//!
//! `TODAY()` and `NOW()` are the block's `as_of`, never the clock. Days, weeks, months and years are calendar units:
//! of a timestamp they keep the wall clock of the block's time zone, and where a month has no such day its last
//! day is taken. Hours are exact, and only for timestamps. A timestamp without an offset is in the block's zone.
//!
//! # Patterns
//!
//! In `LIKE`, `%` stands for any text, `_` for one character, and a backslash takes the next character as it is
//! (`'100\%'`).
//!
//! # Functions
//!
//! | function | gives |
//! |---|---|
//! | `ABS(x)` | the number without its sign |
//! | `CEIL(x)`, `FLOOR(x)` | the next whole number up, down; of the same kind of number |
//! | `COALESCE(a, b, …)` | the first value that is not null |
//! | `CONCAT(s, t, …)` | the texts one after the other; null where one is null |
//! | `CONTAINS(s, 'x')`, `STARTS_WITH(s, 'x')`, `ENDS_WITH(s, 'x')` | whether the text has the constant part |
//! | `DAY(d)`, `MONTH(d)`, `YEAR(d)` | the part of a date, or of a timestamp's date in the block's zone |
//! | `DAYS_BETWEEN(a, b)` | calendar days from `a` to `b`; negative where `b` is earlier |
//! | `GREATEST(a, …)`, `LEAST(a, …)` | the greatest, least of the numbers, dates or timestamps that are not null |
//! | `IF(c, a, b)` | `a` where `c` is true, otherwise (also where it is unknown) `b` |
//! | `LEFT(s, n)`, `RIGHT(s, n)` | the first, the last `n` characters |
//! | `LENGTH(s)` | how many characters |
//! | `LOWER(s)`, `UPPER(s)` | the text in small letters, in capitals |
//! | `LPAD(s, n, 'x')`, `RPAD(s, n, 'x')` | exactly `n` characters (at most 1,000): the first of the text, with as many of the one character `x` as are missing before it, after it |
//! | `NOW()`, `TODAY()` | the block's `as_of`; its date in the block's zone |
//! | `NULLIF(a, b)` | null where `a = b`, otherwise `a` |
//! | `POSITION(s, 'x')` | at which character the text has the constant part for the first time, from 1; 0 where it has not |
//! | `REPLACE(s, 'x', 'y')` | the text with `y` for each `x`, from the left; constants, `x` not empty |
//! | `ROUND(x)`, `ROUND(x, n)` | to `n` digits after the point (a constant, 0 to 15), half away from zero |
//! | `SUBSTRING(s, n)`, `SUBSTRING(s, n, m)` | the text from the character `n`, from 1; of it the first `m` characters |
//! | `TRIM(s)`, `LTRIM(s)`, `RTRIM(s)` | the text without blanks at both ends, at its start, at its end |
//!
//! Characters are Unicode code points; `n` and `m` are constants. Past the end of a text there is nothing. A text over
//! 64 KiB that `REPLACE` or `CONCAT` would make longer than what it comes from is null and counted as overflow.
//!
//! # Limits
//!
//! A text has at most [`MAX_TEXT_BYTES`], its tree at most [`MAX_NODES`] parts and [`MAX_DEPTH`] levels; more is the
//! error `rule.too_large`. No text makes parsing, checking, printing, evaluating or dropping panic or overflow the
//! stack.
//!
//! # Errors
//!
//! [`parse()`] and [`Program::add`] give all errors of a text at once, as [`Errors`]: each [`Diagnostic`] has a code,
//! a place and often a help line; [`Errors::render`] draws them under the text.
//!
//! | code | what is wrong |
//! |---|---|
//! | `rule.syntax` | the text has no valid form |
//! | `rule.full_width` | a full-width or typographic character (`，（）＝“”`) in the place of an ASCII one |
//! | `rule.unterminated` | a quote is not closed |
//! | `rule.bad_number` | something starts with a digit and is no number |
//! | `rule.number_too_large` | a number does not fit its type |
//! | `rule.too_large` | a limit is passed |
//! | `rule.unknown_name` | no field has this name; the nearest one is given |
//! | `rule.unknown_function` | no function has this name |
//! | `rule.arguments` | too few or too many arguments |
//! | `rule.type` | a type does not fit |
//! | `rule.not_bool` | a condition was wanted |
//! | `rule.not_constant` | a constant was wanted |
//! | `rule.bad_date` | a text is no date or time |
//! | `rule.bad_pattern` | a pattern ends with a single backslash |
//! | `rule.interval` | an interval stands where none can |
//! | `rule.overflow` | a constant part overflows |
//! | `rule.untyped_null` | nothing says what type a null has |
//! | `rule.null_comparison` | warning: a comparison with `NULL` is never true |
//! | `rule.negated_null` | warning: a negation is unknown where a column is null |
//! | `rule.always_true` | warning: a condition is true of everybody, such as `x > 3 OR x < 5` of every `x` that is known |
//! | `rule.always_false` | warning: a condition is true of nobody, such as `x > 5 AND x < 3` |
//! | `rule.unreachable` | warning: a branch of a `CASE` or `IF` is never taken |
//! | `rule.unseen_value` | warning, given the data: a column with few values never has this one |
//!
//! Evaluating gives a [`BlockError`] where a block does not fit the schema: `rule.missing_column`,
//! `rule.wrong_column_type`, `rule.wrong_column_length`, `rule.unexpected_nulls`, `rule.no_such_row`.

mod ast;
mod bits;
mod block;
mod cell;
mod check;
pub mod code;
mod diagnostic;
mod eval;
mod explain;
mod format;
mod function;
mod lanes;
mod machine;
mod node;
mod one;
mod output;
mod parse;
mod pattern;
mod primary;
mod print;
mod program;
mod schema;
mod tally;
mod text;
mod token;
mod unseen;
mod vector;

#[cfg(test)]
mod tests;

pub use ast::{ArithmeticOp, Ast, AstKind, CompareOp, IntervalUnit, IsTest, Literal, Quantifier};
pub use block::{Block, BlockError};
pub use diagnostic::{Diagnostic, Errors, Severity, render};
pub use explain::Explained;
pub use format::{format, format_text};
pub use function::Function;
pub use one::{Evaluated, Prepared};
pub use output::{Evaluation, Truth};
pub use parse::parse;
pub use print::print;
pub use program::{Program, RootId};
pub use schema::{Field, Schema};
pub use tally::Tally;

/// The longest rule, in bytes.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;
/// The most parts of a rule's tree.
pub const MAX_NODES: usize = 10_000;
/// The most levels of a rule's tree, and of its brackets.
pub const MAX_DEPTH: usize = 200;
/// How many rows are computed at once.
pub const CHUNK_ROWS: usize = 8_192;
