//! No purchase for so long, by the calendar.

use crate::time::{Date, Window, Zone};

/// Whether a last purchase was before the day that lies `without` before today: with `3mo` on 1 June, before 1 March.
/// Where a month has no such day, its last day is taken.
pub fn is_past(last: Date, today: Date, without: Window, zone: &Zone) -> bool {
    let from = without.ending_at(zone.start_of(today), zone).from;
    last < zone.date_at(from)
}

/// In how many days [`is_past`] becomes true if there is no further purchase; 0 where it is, `None` where `without` is
/// no length of time.
pub fn days_until(last: Date, today: Date, without: Window, zone: &Zone) -> Option<i32> {
    if is_past(last, today, without, zone) {
        return Some(0);
    }
    let over = without.starting_at(zone.start_of(last), zone)?.to;
    // Months of different lengths: the day is one of the next few.
    let first = zone.date_at(over).days().max(today.days());
    (first..first.saturating_add(5))
        .find(|day| is_past(last, Date::from_days(*day), without, zone))
        .map(|day| day - today.days())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By the calendar.
    #[test]
    fn three_months() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let months: Window = "3mo".parse().unwrap();
        let date = |text: &str| text.parse::<Date>().unwrap();
        for (last, today, past, left) in [
            ("2026-03-01", "2026-06-01", false, 1),
            ("2026-02-28", "2026-06-01", true, 0),
            // 28 February is three months before 28 to 31 May alike.
            ("2026-02-28", "2026-05-31", false, 1),
            ("2026-02-28", "2026-05-27", false, 5),
            ("2026-05-31", "2026-06-01", false, 92),
        ] {
            let (last, today) = (date(last), date(today));
            assert_eq!(is_past(last, today, months, &zone), past, "{last} {today}");
            assert_eq!(days_until(last, today, months, &zone), Some(left), "{last} {today}");
        }
    }

    proptest! {
        #[test]
        fn days_left_are_what_is_left(last in 18_000i32..21_000, since in 0i32..300, months in 1u32..7) {
            let zone = Zone::utc();
            let without: Window = format!("{months}mo").parse().unwrap();
            let (last, today) = (Date::from_days(last), Date::from_days(last + since));
            let left = days_until(last, today, without, &zone).unwrap();
            let past = |day| is_past(last, Date::from_days(day), without, &zone);
            prop_assert!(past(today.days() + left));
            prop_assert!(left == 0 || !past(today.days() + left - 1));
        }
    }
}
