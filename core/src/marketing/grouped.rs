//! Rows of transactions by customer.

use crate::marketing::input::Orders;
use crate::value::StringColumn;

/// A purchase: its period, its money.
pub(super) type Purchase = (i64, f64);

/// What is wanted of the rows of each customer.
pub(super) struct Grouped<T> {
    /// Who, in the byte order of their names.
    pub(super) customers: StringColumn,
    /// Where the rows of each customer start, and where the last ones end.
    starts: Vec<usize>,
    rows: Vec<T>,
}

impl<T: Copy + Default> Grouped<T> {
    /// Puts the rows of each customer together, in the order of the table; those of which `row` makes nothing are left
    /// out.
    pub(super) fn of(orders: &Orders, row: impl Fn(usize) -> Option<T>) -> Self {
        let (customers, places) = orders.customers();
        let mut starts = vec![0usize; customers.codes().len() + 1];
        for (at, &place) in places.iter().enumerate() {
            starts[place as usize + 1] += usize::from(row(at).is_some());
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut filled = starts.clone();
        let mut rows = vec![T::default(); starts.last().copied().unwrap_or(0)];
        for (at, &place) in places.iter().enumerate() {
            if let Some(row) = row(at) {
                let next = &mut filled[place as usize];
                rows[*next] = row;
                *next += 1;
            }
        }
        Self { customers, starts, rows }
    }

    /// The rows of each customer.
    pub(super) fn rows(&mut self) -> Vec<&mut [T]> {
        let mut slices: Vec<&mut [T]> = Vec::with_capacity(self.starts.len());
        let mut rest = self.rows.as_mut_slice();
        for pair in self.starts.windows(2) {
            let (head, tail) = rest.split_at_mut(pair[1] - pair[0]);
            slices.push(head);
            rest = tail;
        }
        slices
    }
}

impl Grouped<Purchase> {
    /// Puts the purchases of each customer together; `period` numbers instants. Without money, amounts are 0.
    pub(super) fn purchases(orders: &Orders, period: impl FnMut(i64) -> i64) -> Self {
        let periods: Vec<i64> = orders.times.values().iter().copied().map(period).collect();
        Self::of(orders, |row| Some((periods[row], orders.money(row).unwrap_or(0.0))))
    }
}
