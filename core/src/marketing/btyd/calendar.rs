//! The periods of many instants.

use crate::marketing::btyd::BtydError;
use crate::time::{Period, Timestamp, Window, Zone};

/// Numbers the periods of a calendar, one after the other.
pub(super) struct Periods<'a> {
    period: Period,
    zone: &'a Zone,
    /// The days of instants that were asked for, by the quarter of an hour: no clock changes within one.
    days: Vec<i32>,
    first_quarter: i64,
}

const QUARTER: i64 = 15 * 60 * 1_000_000;
const UNKNOWN: i32 = i32::MIN;
/// Up to about 300 years are remembered.
const MOST_QUARTERS: i64 = 10_000_000;

impl<'a> Periods<'a> {
    pub(super) fn new(window: Window, zone: &'a Zone, first: i64, last: i64) -> Result<Self, BtydError> {
        let Some(period) = Period::of(window) else {
            return Err(BtydError::argument("period", window, "a length of time such as 1d or 1mo"));
        };
        let first_quarter = first.div_euclid(QUARTER);
        let quarters = last.div_euclid(QUARTER).saturating_sub(first_quarter).saturating_add(1);
        let remembered = if (1..=MOST_QUARTERS).contains(&quarters) { quarters as usize } else { 0 };
        Ok(Self { period, zone, days: vec![UNKNOWN; remembered], first_quarter })
    }

    /// The number of the period of an instant.
    pub(super) fn of(&mut self, micros: i64) -> i64 {
        let Self { period, zone, days, first_quarter } = self;
        period.number_on(micros, || {
            let quarter = usize::try_from(micros.div_euclid(QUARTER) - *first_quarter).ok();
            let known = quarter.and_then(|quarter| days.get(quarter).copied());
            if let Some(day) = known.filter(|day| *day != UNKNOWN) {
                return day;
            }
            let day = zone.date_at(Timestamp::from_micros(micros)).days();
            if let Some(cell) = quarter.and_then(|quarter| days.get_mut(quarter)) {
                *cell = day;
            }
            day
        })
    }

    /// When a period begins, in microseconds of a clock that is never changed: differences are whole days.
    pub(super) fn start(&self, period: i64) -> i64 {
        self.period.start(period)
    }
}
