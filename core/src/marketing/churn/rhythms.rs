//! The rhythm of each customer, from transactions.

use rayon::prelude::*;

use crate::marketing::btyd::ReturnPolicy;
use crate::marketing::grouped::Grouped;
use crate::marketing::input::Orders;
use crate::stats::{Rhythm, purchases};
use crate::time::{Period, Timestamp, Zone};
use crate::value::{Column, StringColumn};

/// One row a customer who bought before an instant, in the byte order of their names.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Rhythms {
    /// Who.
    pub customers: StringColumn,
    /// How they buy.
    pub rhythms: Vec<Rhythm>,
}

impl Rhythms {
    /// Reads the days with a purchase before `as_of` (default: the start of the day after the latest transaction) on the
    /// calendar of a zone; `share` is that of [`Rhythm::long`]. The order of the rows does not matter.
    pub fn of(
        orders: &Orders,
        as_of: Option<Timestamp>,
        zone: &Zone,
        returns: ReturnPolicy,
        share: f64,
    ) -> Self {
        let latest = orders.times.values().iter().max().copied().unwrap_or(0);
        let day = |micros: i64| Period::DAY.number(Timestamp::from_micros(micros), zone);
        let today = as_of.map_or_else(|| day(latest) + 1, |as_of| day(as_of.micros()));
        // Rows of the day of `as_of` that are before it count as that day's; later ones are left out.
        let last = as_of.map_or(i64::MAX, Timestamp::micros);
        let number = |micros: i64| if micros < last { day(micros) } else { i64::MAX };
        let mut grouped = Grouped::purchases(orders, number);
        let rhythms: Vec<Option<Rhythm>> = grouped
            .rows()
            .into_par_iter()
            .with_min_len(1024)
            .map(|rows| {
                let mut days = Vec::new();
                purchases(rows, returns.negative(), |day, _| {
                    if day < i64::MAX {
                        days.push(day);
                    }
                });
                Rhythm::of(&days, today, share)
            })
            .collect();
        let kept: Vec<u32> =
            (0u32..).zip(&rhythms).filter_map(|(at, rhythm)| rhythm.as_ref().map(|_| at)).collect();
        let Column::String(customers) = Column::String(grouped.customers).take(&kept) else {
            unreachable!("invariant: rows of a column are of its type")
        };
        Self { customers, rhythms: rhythms.into_iter().flatten().collect() }
    }
}
