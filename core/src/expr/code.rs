//! The codes of everything that can be wrong with a rule. They never change.

/// The text has no valid form.
pub const SYNTAX: &str = "rule.syntax";
/// A full-width or typographic character stands where an ASCII one was meant.
pub const FULL_WIDTH: &str = "rule.full_width";
/// A quote is not closed.
pub const UNTERMINATED: &str = "rule.unterminated";
/// Something that starts with a digit is no number.
pub const BAD_NUMBER: &str = "rule.bad_number";
/// A number does not fit its type.
pub const NUMBER_TOO_LARGE: &str = "rule.number_too_large";
/// The text, its tree or its nesting is over a limit.
pub const TOO_LARGE: &str = "rule.too_large";
/// No field has this name.
pub const UNKNOWN_NAME: &str = "rule.unknown_name";
/// No function has this name.
pub const UNKNOWN_FUNCTION: &str = "rule.unknown_function";
/// A function has too few or too many arguments.
pub const ARGUMENTS: &str = "rule.arguments";
/// A type does not fit the operator, function or use.
pub const TYPE: &str = "rule.type";
/// The whole rule is not true or false.
pub const NOT_BOOL: &str = "rule.not_bool";
/// A constant was wanted.
pub const NOT_CONSTANT: &str = "rule.not_constant";
/// A text is no date or time.
pub const BAD_DATE: &str = "rule.bad_date";
/// The pattern of a `LIKE` ends within an escape.
pub const BAD_PATTERN: &str = "rule.bad_pattern";
/// An interval stands where none can, or its unit does not fit.
pub const INTERVAL: &str = "rule.interval";
/// A constant part of the rule overflows.
pub const OVERFLOW: &str = "rule.overflow";
/// Nothing says what type a null has.
pub const UNTYPED_NULL: &str = "rule.untyped_null";
/// Warning: a comparison with null is never true.
pub const NULL_COMPARISON: &str = "rule.null_comparison";
/// Warning: a negation does not select the rows where a column is null.
pub const NEGATED_NULL: &str = "rule.negated_null";
/// Warning: a condition is true of everybody, or of everybody of whom something is known.
pub const ALWAYS_TRUE: &str = "rule.always_true";
/// Warning: a condition is true of nobody.
pub const ALWAYS_FALSE: &str = "rule.always_false";
/// Warning: a branch of a `CASE` or `IF` is never taken.
pub const UNREACHABLE: &str = "rule.unreachable";
/// Warning: a column is compared with a text that it never has in the data.
pub const UNSEEN_VALUE: &str = "rule.unseen_value";

/// Every code, errors first.
pub const CODES: [&str; 23] = [
    SYNTAX,
    FULL_WIDTH,
    UNTERMINATED,
    BAD_NUMBER,
    NUMBER_TOO_LARGE,
    TOO_LARGE,
    UNKNOWN_NAME,
    UNKNOWN_FUNCTION,
    ARGUMENTS,
    TYPE,
    NOT_BOOL,
    NOT_CONSTANT,
    BAD_DATE,
    BAD_PATTERN,
    INTERVAL,
    OVERFLOW,
    UNTYPED_NULL,
    NULL_COMPARISON,
    NEGATED_NULL,
    ALWAYS_TRUE,
    ALWAYS_FALSE,
    UNREACHABLE,
    UNSEEN_VALUE,
];
