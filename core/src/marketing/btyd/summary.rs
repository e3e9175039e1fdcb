//! From transactions to the few numbers that the models want of each customer.

use rayon::prelude::*;

use crate::marketing::btyd::calendar::Periods;
use crate::marketing::btyd::{BtydError, History};
use crate::marketing::grouped::{Grouped, Purchase};
use crate::marketing::input::Orders;
use crate::stats::{Negative, purchases};
use crate::time::{Timestamp, Window, Zone};
use crate::value::{Column, StringColumn};

/// How transactions become histories.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SummaryOptions {
    /// Purchases of one period count as one, and their money is summed; a day by default. Weeks (`7d`) begin on
    /// Mondays, months on their first day.
    pub period: Window,
    /// The unit of `t_x` and `age`: an exact length of time, or the period itself (the default), which counts periods.
    pub unit: Option<Window>,
    /// A moment of the last period that counts for histories, as a whole; by default the period of the latest
    /// transaction. Ages go up to the start of that period.
    pub end: Option<Timestamp>,
    /// A moment of the last period of the hold-out, whose purchases are counted apart; none by default. The hold-out
    /// begins with the period after that of `end`.
    pub holdout_end: Option<Timestamp>,
    /// The zone whose days and months count; UTC by default.
    pub zone: Zone,
    /// What to do with negative amounts.
    pub returns: ReturnPolicy,
}

/// What becomes of negative amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ReturnPolicy {
    /// They lower the money of their period; a period whose sum is below 0 is none with a purchase.
    #[default]
    Net,
    /// Rows with a negative amount are left out.
    Ignore,
}

impl ReturnPolicy {
    pub(in crate::marketing) fn negative(self) -> Negative {
        match self {
            Self::Net => Negative::Net,
            Self::Ignore => Negative::Ignore,
        }
    }
}

impl Default for SummaryOptions {
    fn default() -> Self {
        Self {
            period: Window::Duration(86_400_000_000),
            unit: None,
            end: None,
            holdout_end: None,
            zone: Zone::utc(),
            returns: ReturnPolicy::Net,
        }
    }
}

/// One row a customer who bought before the end, in the byte order of their names.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Summary {
    /// Who.
    pub customers: StringColumn,
    /// Repeat purchases, recency and age.
    pub histories: Vec<History>,
    /// The mean money of the periods of *repeat* purchases; `None` for customers without any, and where there is no
    /// money.
    pub money: Vec<Option<f64>>,
    /// How many periods there were to buy again in: the opportunities of BG/BB.
    pub opportunities: Vec<u64>,
    /// The periods with a purchase in the hold-out, where there is one.
    pub holdout: Option<Holdout>,
    /// Customers whose first purchase is after the end, or none of whose periods count.
    pub left_out: u64,
}

/// What came after the end.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Holdout {
    /// How long it is, in the unit of the histories.
    pub length: f64,
    /// For each customer, the periods with a purchase in it.
    pub purchases: Vec<u64>,
}

impl Summary {
    /// Puts transactions together.
    ///
    /// The order of the rows does not matter; money is summed in the order of periods and, within one, of amounts.
    ///
    /// # Errors
    /// [`BtydError::Argument`]: a unit that is no length of time, or a hold-out that ends before it begins.
    pub fn of(orders: &Orders, options: &SummaryOptions) -> Result<Self, BtydError> {
        let mut span = Span::of(orders, options)?;
        let mut grouped = Grouped::purchases(orders, |micros| span.periods.of(micros));
        let (has_money, negative) = (orders.money.is_some(), options.returns.negative());
        let rows = grouped.rows();
        let all: Vec<Option<One>> =
            rows.into_par_iter().with_min_len(1024).map(|rows| span.one(rows, negative, has_money)).collect();

        let kept: Vec<u32> = (0u32..).zip(&all).filter_map(|(at, one)| one.as_ref().map(|_| at)).collect();
        let n = all.len();
        let Column::String(customers) = Column::String(grouped.customers).take(&kept) else {
            unreachable!("invariant: rows of a column are of its type")
        };
        let ones: Vec<One> = all.into_iter().flatten().collect();
        let holdout = options.holdout_end.map(|_| Holdout {
            length: span.between(span.end, span.stop),
            purchases: ones.iter().map(|one| one.later).collect(),
        });
        Ok(Self {
            customers,
            histories: ones.iter().map(|one| one.history).collect(),
            money: ones.iter().map(|one| one.money).collect(),
            opportunities: ones.iter().map(|one| one.opportunities).collect(),
            holdout,
            left_out: (n - ones.len()) as u64,
        })
    }

    /// How many customers.
    pub fn len(&self) -> usize {
        self.histories.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.histories.is_empty()
    }
}

/// The length of a unit in microseconds; `None` where periods are counted.
fn unit(options: &SummaryOptions) -> Result<Option<i64>, BtydError> {
    match options.unit {
        None => Ok(None),
        Some(unit) if unit == options.period => Ok(None),
        Some(Window::Duration(micros)) => Ok(Some(micros)),
        Some(other) => Err(BtydError::argument(
            "unit",
            other,
            "an exact length of time such as 7d, or the period itself",
        )),
    }
}

/// The periods of transactions, and which of them count.
pub(super) struct Span<'a> {
    unit: Option<i64>,
    pub(super) periods: Periods<'a>,
    /// The last one of histories.
    pub(super) end: i64,
    /// The last one of the hold-out.
    pub(super) stop: i64,
}

struct One {
    history: History,
    money: Option<f64>,
    opportunities: u64,
    later: u64,
}

impl<'a> Span<'a> {
    pub(super) fn of(orders: &Orders, options: &'a SummaryOptions) -> Result<Self, BtydError> {
        let times = orders.times.values();
        let last = times.iter().max().copied().unwrap_or(0);
        let first = times.iter().min().copied().unwrap_or(0);
        let end = options.end.map_or(last, Timestamp::micros);
        let stop = options.holdout_end.map_or(end, Timestamp::micros);
        if stop < end {
            let found = Timestamp::from_micros(stop);
            return Err(BtydError::argument("holdout_end", found, "a moment after `end`"));
        }
        let mut periods = Periods::new(options.period, &options.zone, first, last.max(stop))?;
        let unit = unit(options)?;
        let (end, stop) = (periods.of(end), periods.of(stop));
        Ok(Self { unit, periods, end, stop })
    }

    /// The time from one period to another.
    pub(super) fn between(&self, from: i64, to: i64) -> f64 {
        match self.unit {
            None => (to - from) as f64,
            Some(unit) => (self.periods.start(to) - self.periods.start(from)) as f64 / unit as f64,
        }
    }

    fn one(&self, rows: &mut [Purchase], negative: Negative, has_money: bool) -> Option<One> {
        let (mut first, mut last) = (None, 0);
        let (mut repeats, mut spent, mut later) = (0u64, 0.0, 0);
        purchases(rows, negative, |period, sum| {
            if period > self.stop {
                return;
            }
            if period > self.end {
                later += 1;
                return;
            }
            last = period;
            if first.is_none() {
                first = Some(period);
            } else {
                repeats += 1;
                spent += sum;
            }
        });
        let first = first?;
        Some(One {
            history: History {
                x: repeats as f64,
                t_x: self.between(first, last),
                age: self.between(first, self.end),
            },
            money: (has_money && repeats > 0).then(|| spent / repeats as f64),
            opportunities: (self.end - first) as u64,
            later,
        })
    }
}
