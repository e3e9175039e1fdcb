//! Where a fixed window starts or ends.

use std::fmt;
use std::str::FromStr;

use jiff::civil;

use crate::time::{Date, ParseTimeError, Timestamp, Zone};

/// An end of a fixed window: a day, a wall-clock time in the catalogue's time zone, or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bound(At);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum At {
    Day(Date),
    Wall(civil::DateTime),
    Instant(Timestamp),
}

impl Bound {
    /// The instant that it means in a time zone; a day is its start.
    pub fn instant(self, zone: &Zone) -> Timestamp {
        match self.0 {
            At::Day(date) => zone.start_of(date),
            At::Wall(wall) => zone.instant_of(wall),
            At::Instant(instant) => instant,
        }
    }
}

impl From<Date> for Bound {
    fn from(date: Date) -> Self {
        Self(At::Day(date))
    }
}

impl From<Timestamp> for Bound {
    fn from(instant: Timestamp) -> Self {
        Self(At::Instant(instant))
    }
}

impl FromStr for Bound {
    type Err = ParseTimeError;

    /// A day (`2026-05-01`) or a time (`2026-05-01 08:30`), with or without an offset from UTC.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseTimeError {
            found: text.chars().take(80).collect(),
            wanted: "date (2026-05-01) or time (2026-05-01 08:30:00, with or without an offset)",
        };
        let text = text.trim();
        if let Ok(date) = text.parse() {
            return Ok(Self(At::Day(date)));
        }
        if let Ok(instant) = text.parse::<jiff::Timestamp>() {
            let instant = Timestamp::try_from_micros(instant.as_microsecond()).ok_or_else(error)?;
            return Ok(Self(At::Instant(instant)));
        }
        let wall: civil::DateTime = text.parse().map_err(|_| error())?;
        // Its day has to be one of ours, like any other day.
        Date::from_civil(wall.date()).map(|_| Self(At::Wall(wall))).ok_or_else(error)
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            At::Day(date) => write!(f, "{date}"),
            At::Wall(wall) => write!(f, "{wall}"),
            At::Instant(instant) => write!(f, "{instant}"),
        }
    }
}
