//! Calendar days.

use std::fmt;
use std::str::FromStr;

use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::ParseTimeError;

/// A calendar day, without time and zone; the years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(i32);

/// Days from 0001-01-01 to 1970-01-01.
const FIRST_DAY: i32 = -719_162;
/// Days from 1970-01-01 to 9999-12-31.
const LAST_DAY: i32 = 2_932_896;

impl Date {
    /// The first day that is supported, 0001-01-01.
    pub const MIN: Self = Self(FIRST_DAY);
    /// The last day that is supported, 9999-12-31.
    pub const MAX: Self = Self(LAST_DAY);

    /// The day that is `days` after 1970-01-01; outside the supported years, the nearest supported day.
    pub fn from_days(days: i32) -> Self {
        Self(days.clamp(FIRST_DAY, LAST_DAY))
    }

    /// The day that is `days` after 1970-01-01, or `None` outside the supported years.
    pub fn try_from_days(days: i64) -> Option<Self> {
        i32::try_from(days).ok().filter(|d| (FIRST_DAY..=LAST_DAY).contains(d)).map(Self)
    }

    /// The day of a year, month (1 to 12) and day (1 to 31), or `None` where there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        let date = civil::Date::new(year, month, day).ok()?;
        Self::from_civil(date)
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i32 {
        self.0
    }

    /// Whole years from this day to `later`, as for an age: the birthday itself counts, and a birthday on 29
    /// February is taken on 1 March of other years.
    pub fn years_until(self, later: Self) -> i64 {
        let (from, to) = (self.to_civil(), later.to_civil());
        let years = i64::from(to.year()) - i64::from(from.year());
        if (to.month(), to.day()) < (from.month(), from.day()) { years - 1 } else { years }
    }

    pub(crate) fn from_civil(date: civil::Date) -> Option<Self> {
        let days = date.duration_since(civil::Date::constant(1970, 1, 1)).as_hours() / 24;
        Self::try_from_days(days)
    }

    pub(crate) fn to_civil(self) -> civil::Date {
        civil::Date::constant(1970, 1, 1)
            .checked_add(jiff::SignedDuration::from_hours(i64::from(self.0) * 24))
            .expect("invariant: a Date is within the supported years")
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.to_civil())
    }
}

impl FromStr for Date {
    type Err = ParseTimeError;

    /// Reads `2026-05-01`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseTimeError { found: text.chars().take(80).collect(), wanted: "date (2026-05-01)" };
        let bytes = text.as_bytes();
        let plain = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
        if !plain || !text.is_ascii() {
            return Err(error());
        }
        let part = |range: std::ops::Range<usize>| {
            text[range].parse::<u16>().ok().filter(|_| bytes.iter().all(|b| *b != b'+')).map(|n| n as i16)
        };
        let date = part(0..4).zip(part(5..7)).zip(part(8..10));
        date.and_then(|((y, m), d)| Self::new(y, m as i8, d as i8)).ok_or_else(error)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Date {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_1970() {
        assert_eq!("1970-01-01".parse::<Date>().unwrap().days(), 0);
        assert_eq!("2000-03-01".parse::<Date>().unwrap().days(), 11_017);
        assert_eq!(Date::MIN.to_string(), "0001-01-01");
        assert_eq!(Date::MAX.to_string(), "9999-12-31");
        assert!(Date::try_from_days(i64::from(LAST_DAY) + 1).is_none());
    }

    #[test]
    fn ages_count_birthdays() {
        let years = |a: &str, b: &str| a.parse::<Date>().unwrap().years_until(b.parse().unwrap());
        assert_eq!(years("1990-06-15", "2026-06-14"), 35);
        assert_eq!(years("1990-06-15", "2026-06-15"), 36);
        assert_eq!(years("2004-02-29", "2025-02-28"), 20);
        assert_eq!(years("2004-02-29", "2025-03-01"), 21);
    }

    #[test]
    fn no_such_day_is_an_error() {
        for text in [
            "2025-02-29",
            "2025-13-01",
            "25-01-01",
            "2025/01/01",
            "",
            "二〇二五年一月",
            "2025-1-1",
            "+025-01-01",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
