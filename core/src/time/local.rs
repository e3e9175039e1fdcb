//! Wall clocks for many instants at once.

use crate::time::instant::MICROS_PER_DAY;
use crate::time::{Date, TimeRange, Zone};

/// The wall clock of a time zone over a stretch of time: its offsets from UTC are looked up once, not once an instant.
#[derive(Debug, Clone)]
pub struct LocalClock {
    /// From when on each offset holds, in microseconds; ascending. The first also holds before it.
    starts: Vec<i64>,
    /// In microseconds.
    offsets: Vec<i64>,
}

impl LocalClock {
    /// The clock for instants in `[from, to)`; past the end its last offset goes on.
    pub fn new(zone: &Zone, range: TimeRange) -> Self {
        let zone = zone.jiff();
        let first = range.from.to_jiff();
        let micros = |offset: jiff::tz::Offset| i64::from(offset.seconds()) * 1_000_000;
        let mut clock =
            Self { starts: vec![range.from.micros()], offsets: vec![micros(zone.to_offset(first))] };
        for change in zone.following(first) {
            let start = change.timestamp().as_microsecond();
            if start >= range.to.micros() {
                break;
            }
            clock.starts.push(start);
            clock.offsets.push(micros(change.offset()));
        }
        clock
    }

    /// What the wall clock shows at an instant, as microseconds since 1970-01-01 00:00 on it.
    pub fn wall(&self, micros: i64) -> i64 {
        let at = self.starts.partition_point(|&start| start <= micros).saturating_sub(1);
        micros.saturating_add(self.offsets[at])
    }

    /// The calendar day of an instant.
    pub fn date(&self, micros: i64) -> Date {
        Date::from_days(self.wall(micros).div_euclid(MICROS_PER_DAY) as i32)
    }

    /// The hour of the day of an instant, 0 to 23.
    pub fn hour(&self, micros: i64) -> u8 {
        (self.wall(micros).rem_euclid(MICROS_PER_DAY) / 3_600_000_000) as u8
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::time::Timestamp;

    proptest! {
        #[test]
        fn agrees_with_the_zone(
            zone in prop::sample::select(vec!["UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Africa/Monrovia"]),
            seconds in -4_000_000_000i64..4_102_444_800,
        ) {
            let zone = Zone::named(zone).unwrap();
            let clock = LocalClock::new(&zone, TimeRange { from: Timestamp::MIN, to: zone.parse("2100-01-01").unwrap() });
            let instant = Timestamp::from_micros(seconds * 1_000_000 + 1);
            prop_assert_eq!(clock.date(instant.micros()), zone.date_at(instant));
            let hour = zone.jiff().to_datetime(instant.to_jiff()).hour();
            prop_assert_eq!(clock.hour(instant.micros()), hour as u8);
        }
    }
}
