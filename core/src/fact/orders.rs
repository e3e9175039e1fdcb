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
    let (mut recency, mut frequency, mut monetary) = (Vec::new(), Vec::new(), Vec::new());
    for profile in profiles {
        let summary = summarise(amount, order, returns, view, profile);
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

fn summarise(
    amount: usize,
    order: Option<usize>,
    returns: Returns,
    view: &View<'_>,
    profile: usize,
) -> Option<Summary> {
    let amounts = &view.timeline.columns()[amount];
    let names = order.map(|order| view.timeline.codes(order));
    let mut rows: Vec<(u32, usize, f64)> = view
        .rows(profile)
        .filter_map(|at| {
            let name = names.map_or(Codes::NULL, |codes| codes.codes[at]);
            Some((name, at, amounts.f64(at)?))
        })
        .filter(|(_, _, money)| returns != Returns::Ignore || *money >= 0.0)
        .collect();
    rows.sort_unstable_by_key(|&(name, at, _)| (name, at));
    // A row without an order name is an order of its own.
    let same_order = |a: &(u32, usize, f64), b: &(u32, usize, f64)| a.0 == b.0 && a.0 != Codes::NULL;
    let mut counted: Vec<(usize, f64)> = Vec::new();
    let mut summary = Summary { last: i64::MIN, n_orders: 0, money: 0.0 };
    for rows in rows.chunk_by(same_order) {
        let net = rows.iter().fold(0.0, |sum, (_, _, money)| sum + money);
        if returns == Returns::DropOrder && rows.iter().any(|(_, _, money)| *money < 0.0) {
            continue;
        }
        counted.extend(rows.iter().map(|&(_, at, money)| (at, money)));
        if net >= 0.0 {
            summary.n_orders += 1;
            let last = rows[rows.len() - 1].1;
            summary.last = summary.last.max(view.timeline.times()[last]);
        }
    }
    // Money is summed in canonical order, which the names of orders must not disturb.
    counted.sort_unstable_by_key(|(at, _)| *at);
    summary.money = counted.iter().fold(0.0, |sum, (_, money)| sum + money);
    (summary.n_orders > 0).then_some(summary)
}
