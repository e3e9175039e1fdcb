//! Periods: the days, weeks or months in which something happened or did not.

use crate::time::{CalendarUnit, Date, Timestamp, Window, Zone};

const DAY: i64 = 86_400_000_000;
/// Weeks begin on Mondays: 1970-01-05 was one.
const MONDAY: i64 = 4;

/// The periods of a calendar, numbered one after the other: days, so many days (counted from a Monday, so that weeks
/// are those of the calendar), months and so many months, or a length of time that is not of whole days (counted from
/// 1970-01-01 00:00 UTC).
///
/// ```
/// use tagloom::time::{Period, Zone};
///
/// let weeks = Period::of("7d".parse()?).unwrap();
/// let zone = Zone::named("Asia/Shanghai")?;
/// let of = |day: &str| Ok::<_, Box<dyn std::error::Error>>(weeks.number(zone.parse(day)?, &zone));
/// assert_eq!(of("2026-06-01")?, of("2026-06-07")?); // Monday and Sunday
/// assert_eq!(of("2026-06-07")? + 1, of("2026-06-08")?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period(Length);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Length {
    /// Shorter than a day or not of whole days, in microseconds.
    Micros(i64),
    Days(i64),
    Months(i64),
}

impl Period {
    /// Calendar days.
    pub const DAY: Self = Self(Length::Days(1));

    /// The periods of a length of time; `None` for windows that are none.
    pub fn of(window: Window) -> Option<Self> {
        Some(Self(match window {
            Window::Duration(micros) if micros % DAY == 0 => Length::Days(micros / DAY),
            Window::Duration(micros) => Length::Micros(micros),
            Window::Calendar { count, unit } => {
                let count = i64::from(count);
                match unit {
                    CalendarUnit::Day => Length::Days(count),
                    CalendarUnit::Week => Length::Days(7 * count),
                    CalendarUnit::Month => Length::Months(count),
                    CalendarUnit::Quarter => Length::Months(3 * count),
                    CalendarUnit::Year => Length::Months(12 * count),
                }
            }
            _ => return None,
        }))
    }

    /// The number of the period of an instant.
    pub fn number(self, instant: Timestamp, zone: &Zone) -> i64 {
        self.number_on(instant.micros(), || zone.date_at(instant).days())
    }

    /// The same, where the calendar day of the instant is known from elsewhere.
    pub(crate) fn number_on(self, micros: i64, day: impl FnOnce() -> i32) -> i64 {
        match self.0 {
            Length::Micros(length) => micros.div_euclid(length),
            Length::Days(1) => i64::from(day()),
            Length::Days(length) => (i64::from(day()) - MONDAY).div_euclid(length),
            Length::Months(length) => {
                let date = Date::from_days(day()).to_civil();
                (i64::from(date.year()) * 12 + i64::from(date.month()) - 1).div_euclid(length)
            }
        }
    }

    /// When a period begins, in microseconds of a clock that is never changed: differences are whole days.
    pub fn start(self, number: i64) -> i64 {
        match self.0 {
            Length::Micros(length) => number * length,
            Length::Days(1) => number * DAY,
            Length::Days(length) => (number * length + MONDAY) * DAY,
            Length::Months(length) => {
                let months = number * length;
                let date = Date::new(months.div_euclid(12) as i16, months.rem_euclid(12) as i8 + 1, 1);
                i64::from(date.unwrap_or(Date::MIN).days()) * DAY
            }
        }
    }

    /// The instant at which the period of an instant begins on the clocks of a zone.
    pub fn beginning(self, instant: Timestamp, zone: &Zone) -> Timestamp {
        let start = self.start(self.number(instant, zone));
        match self.0 {
            Length::Micros(_) => Timestamp::from_micros(start),
            Length::Days(_) | Length::Months(_) => zone.start_of(Date::from_days((start / DAY) as i32)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the calendar: 2026-05-13 is a Wednesday.
    #[test]
    fn periods_begin_where_the_calendar_says() {
        let zone = Zone::named("America/New_York").unwrap();
        let at = zone.parse("2026-05-13 15:00").unwrap();
        for (window, wanted) in [
            ("1d", "2026-05-13"),
            ("7d", "2026-05-11"),
            ("1mo", "2026-05-01"),
            ("1q", "2026-04-01"),
            ("1y", "2026-01-01"),
        ] {
            let period = Period::of(window.parse().unwrap()).unwrap();
            assert_eq!(period.beginning(at, &zone), zone.parse(wanted).unwrap(), "{window}");
            let number = period.number(at, &zone);
            assert!(period.start(number) < period.start(number + 1));
        }
        let hours = Period::of("12h".parse().unwrap()).unwrap();
        assert_eq!(hours.beginning(at, &zone).to_string(), "2026-05-13T12:00:00Z");
        assert_eq!(Period::of(Window::All), None);
    }
}
