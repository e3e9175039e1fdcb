//! Lengths of time by the calendar, in whole days or months.

use crate::time::{CalendarUnit, Date, Window};

/// A whole number of days or of calendar months. Where a month has no such day, its last day is taken; the next date is
/// counted from the start again: 31 January, 28 February, 31 March.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Days.
    Days(u32),
    /// Calendar months.
    Months(u32),
}

impl Span {
    /// Nothing at all.
    pub const NONE: Self = Self::Days(0);

    /// The span of a window such as `30d`, `1mo`, `1y`; `None` for one that is not of whole days.
    pub fn of(window: Window) -> Option<Self> {
        const MICROS_PER_DAY: i64 = 86_400_000_000;
        let months = |count: u32, each: u32| count.checked_mul(each).map(Self::Months);
        match window {
            Window::Duration(micros) if micros % MICROS_PER_DAY == 0 => {
                u32::try_from(micros / MICROS_PER_DAY).ok().map(Self::Days)
            }
            Window::Calendar { count, unit } => match unit {
                CalendarUnit::Day => Some(Self::Days(count)),
                CalendarUnit::Week => count.checked_mul(7).map(Self::Days),
                CalendarUnit::Month => months(count, 1),
                CalendarUnit::Quarter => months(count, 3),
                CalendarUnit::Year => months(count, 12),
            },
            _ => None,
        }
    }

    /// The day so many spans after another; `None` past the year 9999.
    pub fn after(self, start: Date, times: u64) -> Option<Date> {
        match self {
            Self::Days(days) => {
                let days = times.checked_mul(u64::from(days)).and_then(|days| i64::try_from(days).ok())?;
                Date::try_from_days(i64::from(start.days()).checked_add(days)?)
            }
            Self::Months(months) => {
                let months = times.checked_mul(u64::from(months)).and_then(|m| i32::try_from(m).ok())?;
                let span = jiff::Span::new().try_months(months).ok()?;
                Date::from_civil(start.to_civil().checked_add(span).ok()?)
            }
        }
    }

    /// The day one span before another, at the earliest the first day of the year 1.
    pub fn before(self, end: Date) -> Date {
        match self {
            Self::Days(days) => {
                Date::try_from_days(i64::from(end.days()) - i64::from(days)).unwrap_or(Date::MIN)
            }
            Self::Months(months) => {
                let back = jiff::Span::new().try_months(months).ok();
                let start = back.and_then(|back| end.to_civil().checked_sub(back).ok());
                start.and_then(Date::from_civil).unwrap_or(Date::MIN)
            }
        }
    }

    /// How many dates one or more spans after `start` come no later than `until`; 0 for an empty span.
    pub fn count(self, start: Date, until: Date) -> u64 {
        if self == Self::Days(0) || self == Self::Months(0) || until <= start {
            return 0;
        }
        let days = u64::from(start.days().abs_diff(until.days()));
        match self {
            Self::Days(each) => days / u64::from(each),
            Self::Months(each) => {
                // No month is longer than 31 days: at least so many have passed, and few more.
                let mut n = days / (31 * u64::from(each));
                while self.after(start, n + 1).is_some_and(|date| date <= until) {
                    n += 1;
                }
                n
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// By the calendar.
    #[test]
    fn renewal_dates() {
        let month = Span::of("1mo".parse().unwrap()).unwrap();
        let start = date("2026-01-31");
        assert_eq!(month.after(start, 1), Some(date("2026-02-28")));
        assert_eq!(month.after(start, 2), Some(date("2026-03-31")));
        assert_eq!(month.count(start, date("2026-02-27")), 0);
        assert_eq!(month.count(start, date("2026-02-28")), 1);
        assert_eq!(month.count(start, date("2026-03-30")), 1);
        assert_eq!(month.count(start, date("2027-01-31")), 12);
        assert_eq!(month.before(date("2026-03-30")), date("2026-02-28"));
        assert_eq!(Span::of("2w".parse().unwrap()), Some(Span::Days(14)));
        assert_eq!(Span::of("1y".parse().unwrap()), Some(Span::Months(12)));
        assert_eq!(Span::of("12h".parse().unwrap()), None);
        assert_eq!(Span::of("this month".parse().unwrap()), None);
        assert_eq!(Span::Days(7).count(start, date("2026-02-14")), 2);
        assert_eq!(Span::NONE.count(start, date("2026-02-14")), 0);
        assert_eq!((Span::Months(1).after(Date::MAX, 1), Span::Days(1).after(Date::MAX, 1)), (None, None));
    }

    proptest! {
        #[test]
        fn counts_are_of_dates(start in 0i32..40_000, later in 0i32..20_000, span in prop_oneof![
            (1u32..400).prop_map(Span::Days), (1u32..30).prop_map(Span::Months)
        ]) {
            let (start, until) = (Date::from_days(start), Date::from_days(start + later));
            let n = span.count(start, until);
            prop_assert!(n == 0 || span.after(start, n).unwrap() <= until);
            prop_assert!(span.after(start, n + 1).unwrap() > until);
            // Whoever stood one span back and goes one span on is not past the day.
            prop_assert!(span.after(span.before(until), 1).unwrap() <= until);
        }
    }
}
