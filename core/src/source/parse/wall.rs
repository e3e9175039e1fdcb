//! Wall-clock times of one zone, many at a time.

use jiff::tz::TimeZone;

use crate::time::{Timestamp, Zone};

const DAY: i64 = 86_400_000_000;

/// A zone that remembers between which changes of clocks it looked last: rows lie close together, and asking the zone
/// for each costs more than reading the row.
#[derive(Debug, Clone)]
pub(in crate::source) struct WallClock {
    zone: Zone,
    /// Instants (µs) from the first up to the second have the offset (µs).
    span: (i64, i64, i64),
}

impl WallClock {
    pub(in crate::source) fn new(zone: Zone) -> Self {
        Self { zone, span: (0, 0, 0) }
    }

    pub(in crate::source) fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Microseconds that the clocks here are ahead of UTC at an instant.
    pub(in crate::source) fn offset_at(&mut self, instant: Timestamp) -> i64 {
        let micros = instant.micros();
        if !(self.span.0 <= micros && micros < self.span.1) {
            self.span = self.span_around(instant);
        }
        self.span.2
    }

    /// The instant (µs) at which the clocks here show `wall` (µs); `None` outside the supported years. As
    /// [`Zone::instant_at_wall_clock`].
    pub(in crate::source) fn instant(&mut self, wall: i64) -> Option<i64> {
        // Offsets differ by little more than a day: two days from a change the reading is of one offset only.
        let (from, to, offset) = self.span;
        let guess = wall.saturating_sub(offset);
        if from.saturating_add(2 * DAY) <= guess && guess < to.saturating_sub(2 * DAY) {
            return Timestamp::try_from_micros(guess).map(Timestamp::micros);
        }
        let instant = self.zone.instant_at_wall_clock(wall)?;
        self.span = self.span_around(instant);
        Some(instant.micros())
    }

    fn span_around(&self, instant: Timestamp) -> (i64, i64, i64) {
        let zone: &TimeZone = self.zone.jiff();
        let at = instant.to_jiff();
        let offset = i64::from(zone.to_offset(at).seconds()) * 1_000_000;
        // A change at this very instant has happened: the one before is looked for from just after it.
        let after = at.checked_add(jiff::SignedDuration::from_nanos(1)).unwrap_or(at);
        let from =
            zone.preceding(after).next().map_or(i64::MIN, |change| change.timestamp().as_microsecond());
        let to = zone.following(at).next().map_or(i64::MAX, |change| change.timestamp().as_microsecond());
        (from, to, offset)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn same_as_asking_the_zone(
            zone in prop::sample::select(vec!["UTC", "Asia/Shanghai", "America/New_York", "Pacific/Apia", "Africa/Casablanca"]),
            start in -3_000_000_000i64..5_000_000_000,
            steps in prop::collection::vec(-200_000i64..200_000, 1..40),
        ) {
            let zone = Zone::named(zone).unwrap();
            let mut clock = WallClock::new(zone.clone());
            let mut seconds = start;
            for step in steps {
                seconds += step;
                let wall = seconds * 1_000_000;
                let wanted = zone.instant_at_wall_clock(wall).map(Timestamp::micros);
                prop_assert_eq!(clock.instant(wall), wanted);
                let instant = Timestamp::from_micros(wall);
                let day = (wall + clock.offset_at(instant)).div_euclid(DAY);
                prop_assert_eq!(day, i64::from(zone.date_at(instant).days()));
            }
        }
    }

    #[test]
    fn changes_of_clocks() {
        let zone = Zone::named("America/New_York").unwrap();
        let mut clock = WallClock::new(zone.clone());
        for text in [
            "2026-01-01 00:00",
            "2026-03-08 01:59",
            "2026-03-08 02:30",
            "2026-03-08 03:00",
            "2026-11-01 01:30",
        ] {
            let wall = Zone::utc().parse(text).unwrap().micros();
            assert_eq!(clock.instant(wall), Some(zone.parse(text).unwrap().micros()), "{text}");
        }
        assert_eq!(clock.instant(i64::MAX), None);
        assert_eq!(clock.instant(i64::MIN), None);
    }
}
