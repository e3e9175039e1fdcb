//! Periods: the days, weeks or months in which a customer bought or did not.

use crate::marketing::btyd::BtydError;
use crate::time::{CalendarUnit, Date, Timestamp, Window, Zone};

const DAY: i64 = 86_400_000_000;
/// Weeks begin on Mondays: 1970-01-05 was one.
const MONDAY: i64 = 4;

/// Numbers the periods of a calendar, one after the other.
pub(super) struct Periods<'a> {
    length: Length,
    zone: &'a Zone,
    /// The days of instants that were asked for, by the quarter of an hour: no clock changes within one.
    days: Vec<i32>,
    first_quarter: i64,
}

#[derive(Clone, Copy)]
enum Length {
    /// Shorter than a day or not of whole days, in microseconds.
    Micros(i64),
    Days(i64),
    Months(i64),
}

const QUARTER: i64 = 15 * 60 * 1_000_000;
const UNKNOWN: i32 = i32::MIN;
/// Up to about 300 years are remembered.
const MOST_QUARTERS: i64 = 10_000_000;

impl<'a> Periods<'a> {
    pub(super) fn new(period: Window, zone: &'a Zone, first: i64, last: i64) -> Result<Self, BtydError> {
        let length = match period {
            Window::Duration(micros) if micros % DAY == 0 => Length::Days(micros / DAY),
            Window::Duration(micros) => Length::Micros(micros),
            Window::Calendar { count, unit } => of_units(i64::from(count), unit),
            _ => {
                return Err(BtydError::argument("period", period, "a length of time such as 1d or 1mo"));
            }
        };
        let first_quarter = first.div_euclid(QUARTER);
        let quarters = last.div_euclid(QUARTER).saturating_sub(first_quarter).saturating_add(1);
        let remembered = if (1..=MOST_QUARTERS).contains(&quarters) { quarters as usize } else { 0 };
        Ok(Self { length, zone, days: vec![UNKNOWN; remembered], first_quarter })
    }

    /// The number of the period of an instant.
    pub(super) fn of(&mut self, micros: i64) -> i64 {
        match self.length {
            Length::Micros(length) => micros.div_euclid(length),
            Length::Days(1) => self.day(micros),
            Length::Days(length) => (self.day(micros) - MONDAY).div_euclid(length),
            Length::Months(length) => {
                let date = Date::from_days(self.day(micros) as i32).to_civil();
                (i64::from(date.year()) * 12 + i64::from(date.month()) - 1).div_euclid(length)
            }
        }
    }

    fn day(&mut self, micros: i64) -> i64 {
        let quarter = usize::try_from(micros.div_euclid(QUARTER) - self.first_quarter).ok();
        let known = quarter.and_then(|quarter| self.days.get(quarter).copied());
        if let Some(day) = known.filter(|day| *day != UNKNOWN) {
            return i64::from(day);
        }
        let day = self.zone.date_at(Timestamp::from_micros(micros)).days();
        if let Some(cell) = quarter.and_then(|quarter| self.days.get_mut(quarter)) {
            *cell = day;
        }
        i64::from(day)
    }

    /// When a period begins, in microseconds of a clock that is never changed: differences are whole days.
    pub(super) fn start(&self, period: i64) -> i64 {
        match self.length {
            Length::Micros(length) => period * length,
            Length::Days(1) => period * DAY,
            Length::Days(length) => (period * length + MONDAY) * DAY,
            Length::Months(length) => {
                let months = period * length;
                let date = Date::new(months.div_euclid(12) as i16, months.rem_euclid(12) as i8 + 1, 1);
                i64::from(date.unwrap_or(Date::MIN).days()) * DAY
            }
        }
    }
}

/// So many calendar units.
fn of_units(count: i64, unit: CalendarUnit) -> Length {
    match unit {
        CalendarUnit::Day => Length::Days(count),
        CalendarUnit::Week => Length::Days(7 * count),
        CalendarUnit::Month => Length::Months(count),
        CalendarUnit::Quarter => Length::Months(3 * count),
        CalendarUnit::Year => Length::Months(12 * count),
    }
}
