//! Time zones.

use std::fmt;

use jiff::civil;
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

use crate::time::{Date, ParseTimeError, Timestamp};

/// A time zone, by its IANA name. The rules come with the crate, not from the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// A name that is no IANA time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown time zone `{found}`; wanted an IANA name such as Asia/Shanghai or UTC")]
pub struct UnknownTimeZone {
    /// The name as it was given.
    pub found: String,
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The zone of an IANA name.
    ///
    /// # Errors
    /// [`UnknownTimeZone`] where there is none of that name.
    pub fn named(name: &str) -> Result<Self, UnknownTimeZone> {
        TimeZone::get(name).map(Self).map_err(|_| UnknownTimeZone { found: name.to_owned() })
    }

    /// The IANA names of all zones, in the order of the alphabet.
    pub fn names() -> Vec<String> {
        let mut names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        names.sort_unstable();
        names
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The day it is here at an instant.
    pub fn date_at(&self, instant: Timestamp) -> Date {
        if self.0 == TimeZone::UTC {
            return instant.utc_date();
        }
        Date::from_civil(self.0.to_datetime(instant.to_jiff()).date()).unwrap_or_else(|| instant.utc_date())
    }

    /// What the clocks here show at an instant: `2026-05-01 08:30`, with seconds and their fraction where there are any.
    pub fn clock_at(&self, instant: Timestamp) -> String {
        let wall = self.0.to_datetime(instant.to_jiff());
        let minutes = format!("{} {:02}:{:02}", self.date_at(instant), wall.hour(), wall.minute());
        match (wall.second(), wall.subsec_nanosecond()) {
            (0, 0) => minutes,
            (second, 0) => format!("{minutes}:{second:02}"),
            (second, nanos) => {
                let fraction = format!("{:06}", nanos / 1000);
                format!("{minutes}:{second:02}.{}", fraction.trim_end_matches('0'))
            }
        }
    }

    /// The first instant of a day here; where midnight is skipped by a change of clocks, the first after it.
    pub fn start_of(&self, date: Date) -> Timestamp {
        self.instant_of(date.to_civil().to_datetime(civil::Time::midnight()))
    }

    /// The instant at which the clocks here show `micros` (microseconds since 1970 as a wall clock). A reading
    /// that is skipped is moved on by the size of the gap; of one that occurs twice the first is taken.
    pub fn instant_at_wall_clock(&self, micros: i64) -> Option<Timestamp> {
        let as_utc = Timestamp::try_from_micros(micros)?;
        if self.0 == TimeZone::UTC {
            return Some(as_utc);
        }
        Some(self.instant_of(TimeZone::UTC.to_datetime(as_utc.to_jiff())))
    }

    /// Reads a date (its first instant here), a date and time (a wall clock here), or a date and time with an
    /// offset or `Z`: `2026-05-01`, `2026-05-01 08:30`, `2026-05-01T08:30:00.5+08:00`.
    ///
    /// # Errors
    /// [`ParseTimeError`] for other texts and years outside 1 to 9999.
    pub fn parse(&self, text: &str) -> Result<Timestamp, ParseTimeError> {
        let error = || ParseTimeError {
            found: text.chars().take(80).collect(),
            wanted: "date (2026-05-01) or time (2026-05-01 08:30:00, with or without an offset)",
        };
        let text = text.trim();
        if let Ok(date) = text.parse::<Date>() {
            return Ok(self.start_of(date));
        }
        let supported = |t: jiff::Timestamp| Timestamp::try_from_micros(t.as_microsecond());
        if let Ok(instant) = text.parse::<jiff::Timestamp>() {
            return supported(instant).ok_or_else(error);
        }
        let wall: civil::DateTime = text.parse().map_err(|_| error())?;
        self.0.to_timestamp(wall).ok().and_then(supported).ok_or_else(error)
    }

    pub(crate) fn jiff(&self) -> &TimeZone {
        &self.0
    }

    pub(super) fn instant_of(&self, wall: civil::DateTime) -> Timestamp {
        self.0.to_timestamp(wall).map_or(Timestamp::MIN, |t| Timestamp::from_micros(t.as_microsecond()))
    }
}

impl Serialize for Zone {
    /// The IANA name.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_in_shanghai_is_16_hours_utc() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let start = zone.start_of("2026-06-01".parse().unwrap());
        assert_eq!(start.to_string(), "2026-05-31T16:00:00Z");
        assert_eq!(zone.date_at(start).to_string(), "2026-06-01");
        assert_eq!(zone.date_at(Timestamp::from_micros(start.micros() - 1)).to_string(), "2026-05-31");
    }

    #[test]
    fn clocks_show_what_there_is() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let shown = |text: &str| zone.clock_at(zone.parse(text).unwrap());
        for text in [
            "2026-05-01 08:30",
            "2026-05-01 08:30:05",
            "2026-05-01 00:00:00.25",
            "2026-05-01 23:59:59.999999",
        ] {
            assert_eq!(shown(text), text);
        }
        assert_eq!(shown("2026-04-30T16:00:00Z"), "2026-05-01 00:00");
    }

    #[test]
    fn texts_with_and_without_offset() {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        for text in [
            "2026-06-01",
            "2026-06-01 00:00",
            "2026-06-01T00:00:00",
            "2026-05-31T16:00:00Z",
            "2026-06-01T00:00:00+08:00",
            " 2026-06-01 ",
        ] {
            assert_eq!(zone.parse(text).unwrap().to_string(), "2026-05-31T16:00:00Z", "{text}");
        }
        for text in ["", "yesterday", "2026-02-30", "2026-06-01T25:00", "-0001-01-01", "１"] {
            assert!(zone.parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn skipped_and_repeated_wall_clocks() {
        // New York, 2026: 02:30 on 8 March does not exist, 01:30 on 1 November exists twice.
        let zone = Zone::named("America/New_York").unwrap();
        assert_eq!(zone.parse("2026-03-08 02:30").unwrap().to_string(), "2026-03-08T07:30:00Z");
        assert_eq!(zone.parse("2026-11-01 01:30").unwrap().to_string(), "2026-11-01T05:30:00Z");
    }

    #[test]
    fn unknown_zone() {
        assert!(Zone::named("Asia/Peking").is_err());
    }
}
