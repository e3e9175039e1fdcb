//! Orders from rows: what RFM starts from.

use std::ops::Range;

use arrow_array::Array;

use crate::catalog::model::Returns;
use crate::fact::View;
use crate::stats::{NO_ORDER, OrderRow, orders, single};
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
    let (amounts, times) = (&view.timeline.columns()[amount], view.timeline.times());
    let names = order.map(|order| view.timeline.codes(order));
    let name = |at: usize| match names.map(|names| names.codes[at]) {
        None | Some(Codes::NULL) => NO_ORDER,
        Some(code) => code,
    };
    let (mut rows, mut places): (Vec<OrderRow>, Vec<u32>) = Default::default();
    for profile in profiles {
        // In canonical order, and so are the sums.
        let found = match (order, amounts, view.all_rows(profile)) {
            // Where every row counts and is an order, without a look at each of them.
            (None, Column::Float(a), Some(at)) if a.null_count() == 0 => {
                let rows = times[at.clone()].iter().zip(&a.values()[at]);
                single(rows.map(|(&time, &amount)| (time, amount)), returns.negative())
            }
            _ => {
                rows.clear();
                rows.extend(
                    view.rows(profile).filter_map(|at| Some((name(at), times[at], amounts.f64(at)?))),
                );
                orders(&rows, returns.negative(), &mut places)
            }
        };
        recency.push(found.map(|found| Timestamp::from_micros(found.last).days_until(view.as_of)));
        frequency.push(found.map(|found| found.orders.cast_signed()));
        monetary.push(found.map(|found| found.money));
    }
    vec![Column::Int(recency.into()), Column::Int(frequency.into()), Column::Float(monetary.into())]
}
