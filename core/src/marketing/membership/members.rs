//! The members of a table of transactions.

use rayon::prelude::*;

use crate::marketing::grouped::Grouped;
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
        // Without amounts every row is one of 0; one whose amount is missing is none.
        let row = |row: usize| {
            let amount = if orders.money.is_some() { orders.money(row)? } else { 0.0 };
            Some((orders.times.value(row), orders.order(row), amount))
        };
        let mut grouped = Grouped::of(orders, row);
        let replayed: Vec<(Standing, Vec<Change>)> = grouped
            .rows()
            .into_par_iter()
            .map(|rows| {
                // Rows themselves decide their order, so that of the table does not show.
                rows.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
                let rows = rows.iter().map(|&(time, order, amount)| Row {
                    time: Timestamp::from_micros(time),
                    amount,
                    order,
                });
                programme.history(&rows.collect::<Vec<_>>(), as_of, zone)
            })
            .collect();
        let (mut standings, mut changes) = (Vec::with_capacity(replayed.len()), Vec::new());
        for (customer, (standing, of_customer)) in replayed.into_iter().enumerate() {
            standings.push(standing);
            changes.extend(of_customer.into_iter().map(|change| (customer, change)));
        }
        Self { customers: grouped.customers, standings, changes }
    }
}

impl Members {
    /// Instants for a picture, evenly from the first change to `as_of`; none where nothing happened.
    pub fn instants(&self, as_of: Timestamp, n: usize) -> Vec<Timestamp> {
        let Some(first) = self.changes.iter().map(|(_, change)| change.at.micros()).min() else {
            return Vec::new();
        };
        let (length, last) = (i128::from(as_of.micros() - first), n.max(2) as i128 - 1);
        let at = |i: i128| Timestamp::from_micros(first + (length * i / last) as i64);
        (0..=last).map(at).collect()
    }

    /// How many members have each level at each instant: by instant, then those without a level and the levels from low
    /// to high. Who had no row yet is no member.
    pub fn counts(&self, programme: &Programme, instants: &[Timestamp]) -> Vec<Vec<u64>> {
        let mut counts = vec![vec![0; programme.levels().len() + 1]; instants.len()];
        for of_one in self.changes.chunk_by(|a, b| a.0 == b.0) {
            for (instant, counts) in instants.iter().zip(&mut counts) {
                let before = of_one.partition_point(|(_, change)| change.at <= *instant);
                if let Some((_, change)) = before.checked_sub(1).map(|last| of_one[last]) {
                    counts[change.to.map_or(0, |level| level + 1)] += 1;
                }
            }
        }
        counts
    }
}
