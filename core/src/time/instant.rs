//! Instants.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Date;

/// An instant: microseconds since 1970-01-01T00:00:00Z; the years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Microseconds in a day of 24 hours.
pub(crate) const MICROS_PER_DAY: i64 = 86_400_000_000;

impl Timestamp {
    /// The first instant that is supported: the start of the year 1, UTC.
    pub const MIN: Self = Self(-719_162 * MICROS_PER_DAY);
    /// The last instant that is supported: the end of the year 9999, UTC.
    pub const MAX: Self = Self(2_932_897 * MICROS_PER_DAY - 1);

    /// The instant `micros` after 1970; outside the supported years, the nearest supported one.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// The instant `micros` after 1970, or `None` outside the supported years.
    pub fn try_from_micros(micros: i64) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&micros).then_some(Self(micros))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Whole periods of 24 hours from this instant to `later`; negative where it is not later.
    pub fn days_until(self, later: Self) -> i64 {
        (later.0 - self.0).div_euclid(MICROS_PER_DAY)
    }

    /// The day of this instant in UTC.
    pub fn utc_date(self) -> Date {
        Date::from_days(self.0.div_euclid(MICROS_PER_DAY) as i32)
    }

    /// The same instant; the last 26 hours of the year 9999, which the calendar does not have, as the last that it has.
    pub(crate) fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX)
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC: `2026-05-01T08:30:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_jiff())
    }
}

impl Serialize for Timestamp {
    /// As RFC 3339 text in UTC.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    /// From RFC 3339 text with any offset; parts below a microsecond are cut off.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let instant: jiff::Timestamp = text.parse().map_err(serde::de::Error::custom)?;
        Self::try_from_micros(instant.as_microsecond())
            .ok_or_else(|| serde::de::Error::custom(format_args!("{text} is outside the years 1 to 9999")))
    }
}
