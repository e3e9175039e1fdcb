//! Purchases by customer and period.

use crate::marketing::input::Orders;
use crate::value::StringColumn;

/// A purchase: its period, its money.
pub(super) type Purchase = (i64, f64);

/// Rows of transactions by customer.
pub(super) struct Grouped {
    /// Who, in the byte order of their names.
    pub(super) customers: StringColumn,
    /// Where the rows of each customer start, and where the last ones end.
    starts: Vec<usize>,
    purchases: Vec<Purchase>,
}

impl Grouped {
    /// Puts the rows of each customer together, in any order within; `period` numbers instants. Without money, amounts
    /// are 0.
    pub(super) fn of(orders: &Orders, mut period: impl FnMut(i64) -> i64) -> Self {
        let times = orders.times.values();
        let (customers, places) = orders.customers();
        let n = customers.codes().len();
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
            purchases[*at] = (period(times[row]), money(row));
            *at += 1;
        }
        Self { customers, starts, purchases }
    }

    /// The rows of each customer.
    pub(super) fn rows(&mut self) -> Vec<&mut [Purchase]> {
        let mut slices: Vec<&mut [Purchase]> = Vec::with_capacity(self.starts.len());
        let mut rest = self.purchases.as_mut_slice();
        for pair in self.starts.windows(2) {
            let (head, tail) = rest.split_at_mut(pair[1] - pair[0]);
            slices.push(head);
            rest = tail;
        }
        slices
    }
}
