//! Orders from rows: what RFM starts from.

use std::ops::Range;

use crate::catalog::model::Returns;
use crate::fact::View;
use crate::time::Timestamp;
use crate::value::{Codes, Column};

/// Recency in days, number of orders and money of a range of profiles; all null without an order.
pub(super) fn compute(
    amount: usize,
    order: Option<usize>,
    returns: Returns,
    view: &View<'_>,
    profiles: Range<usize>,
) -> Vec<Column> {
    let n = profiles.len();
    let (mut recency, mut frequency) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let mut monetary = Vec::with_capacity(n);
    let amounts = &view.timeline.columns()[amount];
    let mut by_name = order.map(|order| ByName::new(view.timeline.codes(order)));
    for profile in profiles {
        let rows = view.rows(profile).filter_map(|at| Some((at, amounts.f64(at)?)));
        let rows = rows.filter(|(_, money)| returns != Returns::Ignore || *money >= 0.0);
        let summary = match &mut by_name {
            Some(by_name) => by_name.summarise(rows, returns, view),
            None => each_row(rows, returns, view),
        };
        let summary = Some(summary).filter(|summary| summary.n_orders > 0);
        recency.push(summary.as_ref().map(|s| Timestamp::from_micros(s.last).days_until(view.as_of)));
        frequency.push(summary.as_ref().map(|s| s.n_orders));
        monetary.push(summary.map(|s| s.money));
    }
    vec![Column::Int(recency.into()), Column::Int(frequency.into()), Column::Float(monetary.into())]
}

struct Summary {
    last: i64,
    n_orders: i64,
    money: f64,
}

const NOTHING: Summary = Summary { last: i64::MIN, n_orders: 0, money: 0.0 };

/// Every row is an order.
fn each_row(rows: impl Iterator<Item = (usize, f64)>, returns: Returns, view: &View<'_>) -> Summary {
    let mut summary = NOTHING;
    for (at, money) in rows.filter(|(_, money)| returns != Returns::DropOrder || *money >= 0.0) {
        summary.money += money;
        if money >= 0.0 {
            summary.n_orders += 1;
            // Rows are in the order of time.
            summary.last = view.timeline.times()[at];
        }
    }
    summary
}

/// Rows with one name are an order; a row without a name is an order of its own.
struct ByName<'a> {
    names: &'a Codes,
    rows: Vec<(u32, usize, f64)>,
    counted: Vec<(usize, f64)>,
}

impl<'a> ByName<'a> {
    fn new(names: &'a Codes) -> Self {
        Self { names, rows: Vec::new(), counted: Vec::new() }
    }

    fn summarise(
        &mut self,
        rows: impl Iterator<Item = (usize, f64)>,
        returns: Returns,
        view: &View<'_>,
    ) -> Summary {
        self.rows.clear();
        self.counted.clear();
        self.rows.extend(rows.map(|(at, money)| (self.names.codes[at], at, money)));
        self.rows.sort_unstable_by_key(|&(name, at, _)| (name, at));
        let mut summary = NOTHING;
        for rows in self.rows.chunk_by(|a, b| a.0 == b.0 && a.0 != Codes::NULL) {
            let net = rows.iter().fold(0.0, |sum, (_, _, money)| sum + money);
            if returns == Returns::DropOrder && rows.iter().any(|(_, _, money)| *money < 0.0) {
                continue;
            }
            self.counted.extend(rows.iter().map(|&(_, at, money)| (at, money)));
            if net >= 0.0 {
                summary.n_orders += 1;
                let last = rows[rows.len() - 1].1;
                summary.last = summary.last.max(view.timeline.times()[last]);
            }
        }
        // Money is summed in canonical order, which the names of orders must not disturb.
        self.counted.sort_unstable_by_key(|(at, _)| *at);
        summary.money = self.counted.iter().fold(0.0, |sum, (_, money)| sum + money);
        summary
    }
}
