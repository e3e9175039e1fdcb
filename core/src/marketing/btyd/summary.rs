//! From transactions to the few numbers that the models want of each customer.

use rayon::prelude::*;

use crate::marketing::btyd::calendar::Periods;
use crate::marketing::btyd::{BtydError, History};
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

/// A purchase: its customer's place, its period, its money.
type Purchase = (i64, f64);

impl Summary {
    /// Puts transactions together.
    ///
    /// The order of the rows does not matter; money is summed in the order of periods and, within one, of amounts.
    ///
    /// # Errors
    /// [`BtydError::Argument`]: a unit that is no length of time, or a hold-out that ends before it begins.
    pub fn of(orders: &Orders, options: &SummaryOptions) -> Result<Self, BtydError> {
        let times = orders.times.values();
        let last = times.iter().max().copied().unwrap_or(0);
        let first = times.iter().min().copied().unwrap_or(0);
        let end = options.end.map_or(last, Timestamp::micros);
        let stop = options.holdout_end.map_or(end, Timestamp::micros);
        if stop < end {
            return Err(BtydError::argument(
                "holdout_end",
                Timestamp::from_micros(stop),
                "a moment after `end`",
            ));
        }
        let mut periods = Periods::new(options.period, &options.zone, first, last.max(stop))?;
        let unit = unit(options)?;
        let (end_period, stop_period) = (periods.of(end), periods.of(stop));
        let (customers, places) = orders.customers();
        let n = customers.codes().len();

        // Rows by customer, in any order within.
        let mut starts = vec![0usize; n + 1];
        for &place in &places {
            starts[place as usize + 1] += 1;
        }
        for at in 0..n {
            starts[at + 1] += starts[at];
        }
        let mut filled = starts.clone();
        let mut purchases: Vec<Purchase> = vec![(0, 0.0); places.len()];
        let money = |row: usize| orders.money.as_ref().and_then(|money| money.f64(row)).unwrap_or(0.0);
        for (row, &place) in places.iter().enumerate() {
            let at = &mut filled[place as usize];
            purchases[*at] = (periods.of(times[row]), money(row));
            *at += 1;
        }

        let mut slices: Vec<&mut [Purchase]> = Vec::with_capacity(n);
        let mut rest = purchases.as_mut_slice();
        for at in 0..n {
            let (head, tail) = rest.split_at_mut(starts[at + 1] - starts[at]);
            slices.push(head);
            rest = tail;
        }
        let clock =
            Clock { unit, periods: &periods, end: end_period, stop: stop_period, returns: options.returns };
        let has_money = orders.money.is_some();
        let all: Vec<Option<One>> =
            slices.into_par_iter().with_min_len(1024).map(|rows| clock.one(rows, has_money)).collect();

        let kept: Vec<u32> = (0u32..).zip(&all).filter_map(|(at, one)| one.as_ref().map(|_| at)).collect();
        let Column::String(customers) = Column::String(customers).take(&kept) else {
            unreachable!("invariant: rows of a column are of its type")
        };
        let ones: Vec<One> = all.into_iter().flatten().collect();
        let holdout = options.holdout_end.map(|_| Holdout {
            length: clock.span(end_period, stop_period),
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

struct Clock<'a> {
    unit: Option<i64>,
    periods: &'a Periods<'a>,
    end: i64,
    stop: i64,
    returns: ReturnPolicy,
}

struct One {
    history: History,
    money: Option<f64>,
    opportunities: u64,
    later: u64,
}

impl Clock<'_> {
    fn span(&self, from: i64, to: i64) -> f64 {
        match self.unit {
            None => (to - from) as f64,
            Some(unit) => (self.periods.start(to) - self.periods.start(from)) as f64 / unit as f64,
        }
    }

    fn one(&self, rows: &mut [Purchase], has_money: bool) -> Option<One> {
        let negative = match self.returns {
            ReturnPolicy::Net => Negative::Net,
            ReturnPolicy::Ignore => Negative::Ignore,
        };
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
                t_x: self.span(first, last),
                age: self.span(first, self.end),
            },
            money: (has_money && repeats > 0).then(|| spent / repeats as f64),
            opportunities: (self.end - first) as u64,
            later,
        })
    }
}
