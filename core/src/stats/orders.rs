//! Orders of one customer, put together from rows.

use crate::stats::{Negative, Net};

/// A row: the order that it belongs to ([`NO_ORDER`] for one of its own), its time and its money.
pub(crate) type OrderRow = (u32, i64, f64);

/// A row without an order is an order of its own.
pub(crate) const NO_ORDER: u32 = u32::MAX;

/// What the orders of a customer come to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct OrderSummary {
    /// The time of the last row of an order.
    pub(crate) last: i64,
    /// How many orders.
    pub(crate) orders: u64,
    /// Their money, less what was returned.
    pub(crate) money: f64,
    /// Orders that come to just 0; they count.
    pub(crate) zero_orders: u64,
}

/// Puts rows together; `None` without an order. Rows come in the order in which money is summed, that of time.
///
/// With [`Negative::Net`] an order that comes to less than 0 is none, and lowers the money all the same;
/// [`Negative::Ignore`] leaves out negative rows, [`Negative::DropPeriod`] orders that have one. `places` is room to
/// work in.
pub(crate) fn orders(rows: &[OrderRow], negative: Negative, places: &mut Vec<u32>) -> Option<OrderSummary> {
    if rows.iter().all(|row| row.0 == NO_ORDER) {
        return single(rows.iter().map(|&(_, time, amount)| (time, amount)), negative);
    }
    let counts = |row: &OrderRow| negative != Negative::Ignore || row.2 >= 0.0;
    places.clear();
    places.extend((0u32..).zip(rows).filter(|(_, row)| counts(row)).map(|(place, _)| place));
    let row = |place: u32| rows[place as usize];
    places.sort_unstable_by_key(|&place| (row(place).0, place));
    let mut found = OrderSummary::EMPTY;
    let same = |a: &u32, b: &u32| row(*a).0 == row(*b).0 && row(*a).0 != NO_ORDER;
    let mut dropped = Vec::new();
    for of_one in places.chunk_by(same) {
        if negative == Negative::DropPeriod && of_one.iter().any(|&place| row(place).2 < 0.0) {
            dropped.extend_from_slice(of_one);
            continue;
        }
        let sum = of_one.iter().map(|&place| row(place).2).collect::<Net>().value();
        found.count(row(of_one[of_one.len() - 1]).1, sum);
    }
    // In the order of time again, which the numbers of orders must not disturb.
    dropped.sort_unstable();
    let counted =
        (0u32..).zip(rows).filter(|(place, row)| counts(row) && dropped.binary_search(place).is_err());
    found.money = counted.map(|(_, row)| row.2).collect::<Net>().value();
    (found.orders > 0).then_some(found)
}

/// The same for rows, times and amounts, that are an order each.
pub(crate) fn single(
    rows: impl Iterator<Item = (i64, f64)> + Clone,
    negative: Negative,
) -> Option<OrderSummary> {
    let (mut found, mut least) = (OrderSummary::EMPTY, 0.0f64);
    for (time, amount) in rows.clone() {
        found.count(time, amount);
        least = least.min(amount);
        if amount >= 0.0 {
            found.money += amount;
        }
    }
    // Few have returned anything: only then the sum takes care.
    if least < 0.0 && negative == Negative::Net {
        found.money = rows.map(|(_, amount)| amount).collect::<Net>().value();
    }
    (found.orders > 0).then_some(found)
}

impl OrderSummary {
    const EMPTY: Self = Self { last: i64::MIN, orders: 0, money: 0.0, zero_orders: 0 };

    /// Counts what comes to a sum, if that is an order.
    fn count(&mut self, time: i64, sum: f64) {
        if sum >= 0.0 {
            self.orders += 1;
            self.zero_orders += u64::from(sum == 0.0);
            self.last = self.last.max(time);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Order 7 comes to 4, order 3 to −2, a row of its own to 0.
        let rows = [(7, 1, 10.0), (3, 2, 5.0), (NO_ORDER, 3, 0.0), (7, 4, -6.0), (3, 5, -7.0)];
        let of = |negative| orders(&rows, negative, &mut Vec::new()).unwrap();
        let net = of(Negative::Net);
        assert_eq!((net.last, net.orders, net.money, net.zero_orders), (4, 2, 2.0, 1));
        let ignore = of(Negative::Ignore);
        assert_eq!((ignore.last, ignore.orders, ignore.money), (3, 3, 15.0));
        let drop = of(Negative::DropPeriod);
        assert_eq!((drop.last, drop.orders, drop.money), (3, 1, 0.0));
        assert_eq!(orders(&[(1, 1, -1.0)], Negative::Net, &mut Vec::new()), None);
        assert_eq!(orders(&[], Negative::Net, &mut Vec::new()), None);

        // 10, 0 and −6, an order each.
        let rows = [(NO_ORDER, 1, 10.0), (NO_ORDER, 2, 0.0), (NO_ORDER, 3, -6.0)];
        let of = |negative| orders(&rows, negative, &mut Vec::new()).unwrap();
        let found = |money| OrderSummary { last: 2, orders: 2, money, zero_orders: 1 };
        assert_eq!(of(Negative::Net), found(4.0));
        assert_eq!(of(Negative::Ignore), found(10.0));
        assert_eq!(of(Negative::DropPeriod), found(10.0));
        // Returned whole, in parts: an order that comes to just 0.
        for parts in [[0.3, -0.1, -0.1, -0.1], [0.1, 0.1, 0.1, -0.3]] {
            let rows: Vec<OrderRow> = parts.iter().map(|amount| (1, 1, *amount)).collect();
            let found = orders(&rows, Negative::Net, &mut Vec::new()).unwrap();
            assert_eq!((found.orders, found.money, found.zero_orders), (1, 0.0, 1));
            let alone: Vec<OrderRow> = parts.iter().map(|amount| (NO_ORDER, 1, *amount)).collect();
            assert_eq!(orders(&alone, Negative::Net, &mut Vec::new()).unwrap().money, 0.0);
        }
    }
}
