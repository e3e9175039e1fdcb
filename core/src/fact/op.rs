//! The aggregates.

use crate::catalog::model::{GapsBetween, Returns};
use crate::fact::{Purchases, SharedModel};
use crate::time::{CalendarUnit, Period, Window};

/// What an aggregate looks at in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    /// The time of the row.
    Time,
    /// A column of the source, by position.
    Column(usize),
}

/// An aggregate. Columns are positions among the source's columns.
///
/// "Null without rows" is said of rows that count: in the window, passing the filter. Days are 24 hours where nothing
/// else is said; calendar units are those of the catalogue's time zone.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Op {
    /// How many rows; 0 without rows.
    Count,
    /// Whether there is a row.
    Exists,
    /// Whether there is no row.
    None,
    /// Sum of a number; nulls are left out; 0 without values. Integers and decimals are exact, and null where the
    /// sum does not fit; floats are summed in canonical order.
    Sum(usize),
    /// Mean of a number as a float; nulls are left out; null without values.
    Mean(usize),
    /// Sample standard deviation (n − 1) of a number; nulls are left out; null below two values. In two passes: the
    /// mean first, then the squares of the distances from it.
    Std(usize),
    /// Quantiles of a number, each a field; nulls are left out; null without values. Between two values, linear
    /// interpolation (type 7 of Hyndman and Fan, 1996).
    Quantiles {
        /// The column.
        of: usize,
        /// Which ones, from 0 to 1.
        at: Vec<f64>,
    },
    /// The median of a number; as the quantile at one half.
    Median(usize),
    /// The running sum of a number: where it ends (0 without values), its lowest and its highest point (null without
    /// values). Typed as a sum.
    Balance(usize),
    /// The smallest value; null without values.
    Min(Operand),
    /// The largest value; null without values.
    Max(Operand),
    /// How many distinct values; nulls are left out; 0 without values.
    CountDistinct(usize),
    /// The distinct values of a text; nulls are left out; empty without values.
    Values(usize),
    /// The most frequent value; of equally frequent ones the one seen last; null without values.
    Mode(usize),
    /// The most frequent values and how often each comes; nulls are left out; of equally frequent ones the smaller
    /// first.
    TopValues {
        /// The column.
        of: usize,
        /// How many.
        top: u32,
    },
    /// The value in the first row that has one, in canonical order.
    First(Operand),
    /// The value in the last row that has one, in canonical order.
    Last(Operand),
    /// A value of the row in which another is smallest, of several such rows the last; null where that row has none.
    ArgMin {
        /// What is smallest; rows without it are left out.
        by: usize,
        /// What is taken.
        take: Operand,
    },
    /// A value of the row in which another is largest, of several such rows the last; null where that row has none.
    ArgMax {
        /// What is largest; rows without it are left out.
        by: usize,
        /// What is taken.
        take: Operand,
    },
    /// Whole days from the first row to `as_of`; null without rows.
    DaysSinceFirst,
    /// Whole days from the last row to `as_of`; null without rows.
    DaysSinceLast,
    /// Whole years from the date in the last row that has one to the day of `as_of`.
    YearsSince(usize),
    /// In how many calendar units there is a row.
    Active(CalendarUnit),
    /// For how many calendar units in a row there has been a row in each: up to the end of the window (its unit need
    /// not have one yet), and the longest ever; 0 without rows.
    Streak(CalendarUnit),
    /// Days from one row to the next: mean, sample standard deviation, and the second divided by the first (the
    /// coefficient of variation). Null below two rows (the latter two: three), the last also where the mean is 0.
    Gaps(GapsBetween),
    /// The hour with most rows (of several the one seen last), and the share of each part of the day; null without
    /// rows.
    HourOfDay {
        /// The parts: name, first hour, hour after the last. Where that is not larger, the part is over midnight.
        parts: Vec<(String, [u8; 2])>,
    },
    /// The day of the week with most rows, 1 (Monday) to 7 (of several the one seen last), the share of each day and
    /// that of Saturday and Sunday together; null without rows.
    DayOfWeek,
    /// Sessions: their number, events in each and minutes of each in the mean, and minutes of the longest. A row
    /// begins a new session where at least `gap` has passed since the row before; a session of one row takes 0
    /// minutes. 0 and nulls without rows.
    Sessions {
        /// In microseconds.
        gap: i64,
    },
    /// Whether rows came that are its steps one after the other, how often (no row counts twice, and none lies within
    /// another round), how many steps were reached at best, and when the last step came last. A row is at most one step
    /// of a round; rows of one instant come in canonical order.
    Sequence {
        /// The time from the first step to after the last.
        within: Option<Window>,
    },
    /// The share of each key in the sum of a number (`None`: in the number of rows); null where the sum is not
    /// above zero. Rows without a key are left out.
    ShareOfKeys {
        /// The number that is divided, `None` for rows.
        of: Option<usize>,
        /// The column with the key.
        by: usize,
        /// The keys, each a field.
        keys: Vec<String>,
    },
    /// The largest shares and their keys, from the largest; equal shares in byte order of the keys.
    LargestShares {
        /// The number that is divided, `None` for rows.
        of: Option<usize>,
        /// The column with the key.
        by: usize,
        /// How many.
        top: u32,
    },
    /// Recency in days, number and money of orders, as RFM wants them.
    Orders {
        /// The column with the money.
        amount: usize,
        /// The column that names the order; `None` where every row is one.
        order: Option<usize>,
        /// What becomes of negative amounts.
        returns: Returns,
    },
    /// What a buy-till-you-die model knows of a customer: repeat periods with a purchase, the time from the first to the
    /// last one, the time from the first to the last period before `as_of`, mean money of the repeat periods.
    History {
        /// What counts as a purchase.
        what: Purchases,
        /// Purchases of one period are one.
        period: Period,
        /// The unit of the times, in microseconds.
        unit: i64,
    },
    /// The [`Rhythm`](crate::stats::Rhythm) of the days with a purchase, up to the day of `as_of`.
    Rhythm {
        /// What counts as a purchase.
        what: Purchases,
        /// The share of the gaps that the long gap is not exceeded by.
        share: f64,
    },
    /// What a model makes of the rows.
    Model(SharedModel),
}

impl Op {
    /// The columns it looks at.
    pub fn columns(&self) -> Vec<usize> {
        let operand = |operand: &Operand| match operand {
            Operand::Time => None,
            Operand::Column(column) => Some(*column),
        };
        match self {
            Self::Count
            | Self::Exists
            | Self::None
            | Self::DaysSinceFirst
            | Self::DaysSinceLast
            | Self::Active(_)
            | Self::Streak(_)
            | Self::Gaps(_)
            | Self::HourOfDay { .. }
            | Self::DayOfWeek
            | Self::Sessions { .. }
            | Self::Sequence { .. } => vec![],
            Self::Sum(c)
            | Self::Mean(c)
            | Self::Std(c)
            | Self::Median(c)
            | Self::Quantiles { of: c, .. }
            | Self::Balance(c)
            | Self::CountDistinct(c)
            | Self::Values(c)
            | Self::Mode(c)
            | Self::TopValues { of: c, .. }
            | Self::YearsSince(c) => vec![*c],
            Self::Min(o) | Self::Max(o) | Self::First(o) | Self::Last(o) => operand(o).into_iter().collect(),
            Self::ArgMin { by, take } | Self::ArgMax { by, take } => {
                [*by].into_iter().chain(operand(take)).collect()
            }
            Self::ShareOfKeys { of, by, .. } | Self::LargestShares { of, by, .. } => {
                of.iter().copied().chain([*by]).collect()
            }
            Self::History { what, .. } | Self::Rhythm { what, .. } => what.amount.into_iter().collect(),
            Self::Model(SharedModel(model)) => model.columns(),
            Self::Orders { amount, order, .. } => [*amount].into_iter().chain(*order).collect(),
        }
    }

    /// The name under which the value of the tag itself is found among its fields, where it has one.
    pub fn main_field(&self) -> Option<&'static str> {
        match self {
            Self::Balance(_) | Self::Streak(_) => Some("current"),
            Self::Gaps(_) => Some("mean"),
            Self::HourOfDay { .. } | Self::DayOfWeek => Some("peak"),
            Self::Sessions { .. } => Some("count"),
            Self::Sequence { .. } => Some("happened"),
            _ => None,
        }
    }
}
