//! Recency, frequency and money of each customer, from transactions.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::catalog::model::Returns;
use crate::marketing::grouped::Grouped;
use crate::marketing::input::Orders;
use crate::marketing::rfm::{Input, RfmError};
use crate::stats::{NO_ORDER, OrderRow, OrderSummary, orders};
use crate::time::{Timestamp, Window, Zone};
use crate::value::StringColumn;

/// How transactions become the three measures.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MeasureOptions {
    /// The moment to look back from: rows at or after it are not seen.
    pub as_of: Timestamp,
    /// How far back; all by default.
    pub window: Window,
    /// The zone whose calendar the window follows; UTC by default.
    pub zone: Zone,
    /// What becomes of negative amounts.
    pub returns: Returns,
}

impl MeasureOptions {
    /// All that was before a moment, returns lowering the money.
    pub fn new(as_of: Timestamp) -> Self {
        Self { as_of, window: Window::All, zone: Zone::utc(), returns: Returns::Net }
    }
}

/// The three measures, a row a customer, in the byte order of their names. All three are `None` for a customer without
/// an order in the window.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Measures {
    /// Who.
    pub customers: StringColumn,
    /// Whole days of 24 hours from the last order to `as_of`.
    pub recency_days: Vec<Option<f64>>,
    /// How many orders.
    pub frequency: Vec<Option<f64>>,
    /// The money of the orders, less what was returned.
    pub monetary: Vec<Option<f64>>,
    /// Customers whose money is 0 or less, whom [`NonPositive::Lowest`](super::NonPositive::Lowest) gives the lowest
    /// score.
    pub n_non_positive: u64,
    /// Orders of an amount of just 0; they count as orders.
    pub n_zero_orders: u64,
    /// A stable key of each customer, which [`Ties::RankFirst`](super::Ties::RankFirst) wants.
    pub keys: Vec<u128>,
}

struct One {
    days: i64,
    orders: u64,
    money: f64,
    zero_orders: u64,
}

impl Measures {
    /// Puts transactions together. The order of the rows does not matter.
    ///
    /// Rows of one order (where [`Orders`] has order names) count once. With [`Returns::Net`] negative amounts lower
    /// the money, and an order that sums to less than zero is none for recency and frequency; [`Returns::Ignore`]
    /// leaves negative rows out; [`Returns::DropOrder`] leaves orders out that have one.
    ///
    /// # Errors
    /// [`RfmError::Window`] for a window that counts events: recency wants a stretch of time.
    pub fn of(orders: &Orders, options: &MeasureOptions) -> Result<Self, RfmError> {
        if let Window::LastEvents(_) = options.window {
            return Err(RfmError::Window { found: options.window });
        }
        let range = options.window.ending_at(options.as_of, &options.zone);
        let row = |row: usize| -> Option<OrderRow> {
            let time = orders.times.value(row);
            let seen = range.contains(Timestamp::from_micros(time));
            seen.then(|| (orders.order(row).unwrap_or(NO_ORDER), time, orders.money(row).unwrap_or(0.0)))
        };
        let mut grouped = Grouped::of(orders, row);
        let rows = grouped.rows().into_par_iter().with_min_len(1024);
        let ones: Vec<Option<One>> = rows.map(|rows| one(rows, options)).collect();
        let customers = grouped.customers;
        let values = customers.values();
        let key = |code: &u32| {
            let hash = blake3::hash(values.value(*code as usize).as_bytes());
            hash.as_bytes()[..16].iter().fold(0, |key, byte| key << 8 | u128::from(*byte))
        };
        Ok(Self {
            recency_days: ones.iter().map(|one| one.as_ref().map(|one| one.days as f64)).collect(),
            frequency: ones.iter().map(|one| one.as_ref().map(|one| one.orders as f64)).collect(),
            monetary: ones.iter().map(|one| one.as_ref().map(|one| one.money)).collect(),
            n_non_positive: ones.iter().flatten().filter(|one| one.money <= 0.0).count() as u64,
            n_zero_orders: ones.iter().flatten().map(|one| one.zero_orders).sum(),
            keys: customers.codes().values().iter().map(key).collect(),
            customers,
        })
    }

    /// The measures as a fit wants them.
    pub fn input(&self) -> Input<'_> {
        Input::new(&self.recency_days, &self.frequency, &self.monetary).with_keys(&self.keys)
    }
}

fn one(rows: &mut [OrderRow], options: &MeasureOptions) -> Option<One> {
    // In an order that rows themselves decide, so that of the table does not show in sums.
    rows.sort_unstable_by(|a, b| a.1.cmp(&b.1).then(a.2.total_cmp(&b.2)));
    let OrderSummary { last, orders, money, zero_orders } =
        orders(rows, options.returns.negative(), &mut Vec::new())?;
    Some(One { days: Timestamp::from_micros(last).days_until(options.as_of), orders, money, zero_orders })
}

/// How many customers went from one segment to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[non_exhaustive]
pub struct Move {
    /// The segment before; `None` where there was none.
    pub from: Option<String>,
    /// The segment after; `None` where there is none.
    pub to: Option<String>,
    /// How many.
    pub customers: u64,
}

impl Move {
    /// So many customers who went from one segment to another.
    pub fn new(from: Option<&str>, to: Option<&str>, customers: u64) -> Self {
        Self { from: from.map(str::to_owned), to: to.map(str::to_owned), customers }
    }
}

/// How customers moved between segments from one date to another: each pair of segments that somebody is in, in the
/// order of the names, no segment first. A customer who stands twice in a list counts as in the last place.
pub fn migration<'a>(
    before: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    after: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> Vec<Move> {
    let mut customers: BTreeMap<&str, [Option<&str>; 2]> = BTreeMap::new();
    for (customer, segment) in before {
        customers.entry(customer).or_default()[0] = segment;
    }
    for (customer, segment) in after {
        customers.entry(customer).or_default()[1] = segment;
    }
    let mut counts: BTreeMap<[Option<&str>; 2], u64> = BTreeMap::new();
    for pair in customers.into_values() {
        *counts.entry(pair).or_default() += 1;
    }
    let owned = |segment: Option<&str>| segment.map(str::to_owned);
    counts
        .into_iter()
        .map(|([from, to], customers)| Move { from: owned(from), to: owned(to), customers })
        .collect()
}
