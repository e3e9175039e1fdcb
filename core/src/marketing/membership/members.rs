//! The members of a table of transactions.

use arrow_array::Array;
use rayon::prelude::*;

use crate::marketing::input::Orders;
use crate::marketing::membership::{Change, Programme, Row, Standing};
use crate::time::{Timestamp, Zone};
use crate::value::StringColumn;

/// Where each customer of a table stands, in the byte order of their names.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Members {
    /// Who.
    pub customers: StringColumn,
    /// Where each stands.
    pub standings: Vec<Standing>,
    /// All that happened, by customer (their place) and time. The rows of changes count within the customer.
    pub changes: Vec<(usize, Change)>,
}

impl Members {
    /// Replays the transactions of each customer. The order of the rows does not matter; who has no row before `as_of`
    /// stands where everybody does.
    pub fn of(orders: &Orders, programme: &Programme, as_of: Timestamp, zone: &Zone) -> Self {
        let (customers, places) = orders.customers();
        let ranks = orders.order_ids.as_ref().map(ranks);
        let order = |row: usize| {
            let (codes, ranks) = (orders.order_ids.as_ref()?.codes(), ranks.as_ref()?);
            codes.is_valid(row).then(|| ranks[codes.value(row) as usize])
        };
        let amount = |row: usize| orders.money.as_ref().map_or(Some(0.0), |money| money.f64(row));
        let mut by_customer: Vec<Vec<Row>> = vec![Vec::new(); customers.codes().len()];
        for (row, &place) in places.iter().enumerate() {
            if let Some(amount) = amount(row) {
                let time = Timestamp::from_micros(orders.times.value(row));
                by_customer[place as usize].push(Row { time, amount, order: order(row) });
            }
        }
        let replayed: Vec<(Standing, Vec<Change>)> = by_customer
            .into_par_iter()
            .map(|mut rows| {
                // Rows themselves decide their order, so that of the table does not show.
                rows.sort_unstable_by(|a, b| {
                    (a.time, a.order).cmp(&(b.time, b.order)).then(a.amount.total_cmp(&b.amount))
                });
                programme.history(&rows, as_of, zone)
            })
            .collect();
        let (mut standings, mut changes) = (Vec::with_capacity(replayed.len()), Vec::new());
        for (customer, (standing, of_customer)) in replayed.into_iter().enumerate() {
            standings.push(standing);
            changes.extend(of_customer.into_iter().map(|change| (customer, change)));
        }
        Self { customers, standings, changes }
    }
}

/// The place of each order's name in the order of bytes.
fn ranks(names: &StringColumn) -> Vec<u32> {
    let values = names.values();
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_unstable_by_key(|&code| values.value(code as usize));
    let mut ranks = vec![0; values.len()];
    for (rank, code) in (0u32..).zip(order) {
        ranks[code as usize] = rank;
    }
    ranks
}
