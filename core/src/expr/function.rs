//! The functions of the rule language.

use std::fmt;

/// A function that rules can call; the table in the [module documentation](super) says what each does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Function {
    /// `ABS(number)`.
    Abs,
    /// `CEIL(number)`.
    Ceil,
    /// `COALESCE(a, b, …)`.
    Coalesce,
    /// `CONCAT(text, text, …)`.
    Concat,
    /// `CONTAINS(text, 'part')`.
    Contains,
    /// `DAY(date)`.
    Day,
    /// `DAYS_BETWEEN(from, to)`.
    DaysBetween,
    /// `ENDS_WITH(text, 'part')`.
    EndsWith,
    /// `FLOOR(number)`.
    Floor,
    /// `GREATEST(a, b, …)`.
    Greatest,
    /// `IF(condition, then, otherwise)`.
    If,
    /// `LEAST(a, b, …)`.
    Least,
    /// `LEFT(text, count)`.
    Left,
    /// `LENGTH(text)`.
    Length,
    /// `LOWER(text)`.
    Lower,
    /// `LPAD(text, count, 'fill')`.
    Lpad,
    /// `LTRIM(text)`.
    Ltrim,
    /// `MONTH(date)`.
    Month,
    /// `NOW()`.
    Now,
    /// `NULLIF(a, b)`.
    Nullif,
    /// `POSITION(text, 'part')`.
    Position,
    /// `REPLACE(text, 'part', 'by')`.
    Replace,
    /// `RIGHT(text, count)`.
    Right,
    /// `ROUND(number[, digits])`.
    Round,
    /// `RPAD(text, count, 'fill')`.
    Rpad,
    /// `RTRIM(text)`.
    Rtrim,
    /// `STARTS_WITH(text, 'part')`.
    StartsWith,
    /// `SUBSTRING(text, start[, count])`.
    Substring,
    /// `TODAY()`.
    Today,
    /// `TRIM(text)`.
    Trim,
    /// `UPPER(text)`.
    Upper,
    /// `YEAR(date)`.
    Year,
}

use Function::{
    Abs, Ceil, Coalesce, Concat, Contains, Day, DaysBetween, EndsWith, Floor, Greatest, If, Least, Left,
    Length, Lower, Lpad, Ltrim, Month, Now, Nullif, Position, Replace, Right, Round, Rpad, Rtrim, StartsWith,
    Substring, Today, Trim, Upper, Year,
};

/// Name, function, fewest and most arguments.
const TABLE: [(&str, Function, usize, usize); 32] = [
    ("ABS", Abs, 1, 1),
    ("CEIL", Ceil, 1, 1),
    ("COALESCE", Coalesce, 1, usize::MAX),
    ("CONCAT", Concat, 1, usize::MAX),
    ("CONTAINS", Contains, 2, 2),
    ("DAY", Day, 1, 1),
    ("DAYS_BETWEEN", DaysBetween, 2, 2),
    ("ENDS_WITH", EndsWith, 2, 2),
    ("FLOOR", Floor, 1, 1),
    ("GREATEST", Greatest, 1, usize::MAX),
    ("IF", If, 3, 3),
    ("LEAST", Least, 1, usize::MAX),
    ("LEFT", Left, 2, 2),
    ("LENGTH", Length, 1, 1),
    ("LOWER", Lower, 1, 1),
    ("LPAD", Lpad, 3, 3),
    ("LTRIM", Ltrim, 1, 1),
    ("MONTH", Month, 1, 1),
    ("NOW", Now, 0, 0),
    ("NULLIF", Nullif, 2, 2),
    ("POSITION", Position, 2, 2),
    ("REPLACE", Replace, 3, 3),
    ("RIGHT", Right, 2, 2),
    ("ROUND", Round, 1, 2),
    ("RPAD", Rpad, 3, 3),
    ("RTRIM", Rtrim, 1, 1),
    ("STARTS_WITH", StartsWith, 2, 2),
    ("SUBSTRING", Substring, 2, 3),
    ("TODAY", Today, 0, 0),
    ("TRIM", Trim, 1, 1),
    ("UPPER", Upper, 1, 1),
    ("YEAR", Year, 1, 1),
];

impl Function {
    /// All functions, by name.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        TABLE.iter().map(|row| row.1)
    }

    /// The name in rules, in capitals.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// How many arguments it takes, the fewest and the most.
    pub fn arity(self) -> (usize, usize) {
        let row = self.row();
        (row.2, row.3)
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.0.eq_ignore_ascii_case(name)).map(|row| row.1)
    }

    fn row(self) -> &'static (&'static str, Self, usize, usize) {
        TABLE.iter().find(|row| row.1 == self).expect("invariant: the table has every function")
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
