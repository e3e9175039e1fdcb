//! Windows: how far back a tag looks.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::instant::MICROS_PER_DAY;
use crate::time::{Timestamp, Zone};

/// How far back a tag looks from `as_of`: `[from, to)`, the start within, the end without.
///
/// Text form: `all`, a duration (`90d`, `12h`, `30min`, `45s`, `2w`; a day is 24 hours, a week seven days), or a
/// number of calendar units in the catalogue's time zone (`3mo`, `2q`, `1y`).
///
/// ```
/// use tagloom::time::{Window, Zone};
/// let zone = Zone::named("Asia/Shanghai")?;
/// let as_of = zone.parse("2026-03-31")?;
/// let range = "1mo".parse::<Window>()?.ending_at(as_of, &zone);
/// assert_eq!(zone.date_at(range.from).to_string(), "2026-02-28");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Window {
    /// Everything before `as_of`.
    All,
    /// An exact length of time, in microseconds; more than zero.
    Duration(i64),
    /// A number of calendar units in the time zone of the catalogue; more than zero.
    Calendar {
        /// How many units.
        count: u32,
        /// Which unit.
        unit: CalendarUnit,
    },
}

/// Calendar units whose length depends on the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CalendarUnit {
    /// Calendar months, `mo`.
    Month,
    /// Quarters of three months, `q`.
    Quarter,
    /// Calendar years, `y`.
    Year,
}

/// A stretch of time, `[from, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TimeRange {
    /// The first instant within.
    #[serde(serialize_with = "as_text")]
    pub from: Timestamp,
    /// The first instant after.
    #[serde(serialize_with = "as_text")]
    pub to: Timestamp,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde wants")]
fn as_text<S: Serializer>(instant: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(instant)
}

impl TimeRange {
    /// Whether an instant lies in `[from, to)`.
    pub fn contains(&self, instant: Timestamp) -> bool {
        self.from <= instant && instant < self.to
    }
}

impl Window {
    /// The stretch of time that this window means for an `as_of`. A start before the year 1 becomes the start of
    /// the year 1. Where a month has no such day, its last day is taken: a month before 31 March starts on
    /// 28 or 29 February.
    pub fn ending_at(self, as_of: Timestamp, zone: &Zone) -> TimeRange {
        let from = match self {
            Self::All => Timestamp::MIN,
            Self::Duration(micros) => Timestamp::from_micros(as_of.micros().saturating_sub(micros)),
            Self::Calendar { count, unit } => {
                let months = i64::from(count) * unit.months();
                let back = jiff::Span::new().try_months(months);
                let start = back
                    .and_then(|back| as_of.to_jiff().to_zoned(zone.jiff().clone()).checked_sub(back))
                    .map(|start| Timestamp::from_micros(start.timestamp().as_microsecond()));
                start.unwrap_or(Timestamp::MIN)
            }
        };
        TimeRange { from, to: as_of }
    }

    /// The stretch of this length that *starts* at an instant, for labels that look ahead.
    pub fn starting_at(self, from: Timestamp, zone: &Zone) -> TimeRange {
        let to = match self {
            Self::All => Timestamp::MAX,
            Self::Duration(micros) => Timestamp::from_micros(from.micros().saturating_add(micros)),
            Self::Calendar { count, unit } => {
                let months = i64::from(count) * unit.months();
                let on = jiff::Span::new().try_months(months);
                let end = on
                    .and_then(|on| from.to_jiff().to_zoned(zone.jiff().clone()).checked_add(on))
                    .map(|end| Timestamp::from_micros(end.timestamp().as_microsecond()));
                end.unwrap_or(Timestamp::MAX)
            }
        };
        TimeRange { from, to }
    }
}

impl CalendarUnit {
    fn months(self) -> i64 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }
}

/// A text that is no window.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{found}` is no window; wanted `all`, a duration (90d, 12h, 30min, 45s, 2w) or calendar units (3mo, 2q, 1y)"
)]
pub struct ParseWindowError {
    /// The text as it was given.
    pub found: String,
}

/// The units of a duration, largest first, so that printing gives the shortest form.
const UNITS: [(&str, i64); 4] =
    [("d", MICROS_PER_DAY), ("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000)];

impl FromStr for Window {
    type Err = ParseWindowError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseWindowError { found: text.chars().take(80).collect() };
        let squeezed = text.trim();
        if squeezed == "all" {
            return Ok(Self::All);
        }
        let digits = squeezed.bytes().take_while(u8::is_ascii_digit).count();
        let count: u32 = squeezed[..digits].parse().ok().filter(|n| *n > 0).ok_or_else(error)?;
        let calendar = |unit| Ok(Self::Calendar { count, unit });
        match squeezed[digits..].trim_start() {
            "mo" => calendar(CalendarUnit::Month),
            "q" => calendar(CalendarUnit::Quarter),
            "y" => calendar(CalendarUnit::Year),
            "w" => i64::from(count).checked_mul(7 * MICROS_PER_DAY).map(Self::Duration).ok_or_else(error),
            unit => UNITS
                .iter()
                .find(|(name, _)| *name == unit)
                .and_then(|(_, micros)| i64::from(count).checked_mul(*micros))
                .map(Self::Duration)
                .ok_or_else(error),
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Duration(micros) => {
                let (name, size) =
                    UNITS.iter().find(|(_, size)| micros % size == 0).unwrap_or(&("s", 1_000_000));
                write!(f, "{}{name}", micros / size)
            }
            Self::Calendar { count, unit } => {
                let name = match unit {
                    CalendarUnit::Month => "mo",
                    CalendarUnit::Quarter => "q",
                    CalendarUnit::Year => "y",
                };
                write!(f, "{count}{name}")
            }
        }
    }
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Window {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Window".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "`all`, a duration (90d, 12h, 30min, 45s, 2w) or calendar units in the catalogue's time zone (3mo, 2q, 1y)",
            "pattern": "^(all|[0-9]+ ?(d|h|min|s|w|mo|q|y))$",
            "examples": ["90d", "3mo", "1y", "all"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_reads_back() {
        for text in ["all", "90d", "12h", "30min", "45s", "3mo", "2q", "1y"] {
            assert_eq!(text.parse::<Window>().unwrap().to_string(), text);
        }
        assert_eq!("2w".parse::<Window>().unwrap().to_string(), "14d");
        for text in ["", "0d", "-3d", "d", "3", "3 months", "99999999999d", "９0d", "1.5d"] {
            assert!(text.parse::<Window>().is_err(), "{text}");
        }
    }

    #[test]
    fn durations_are_exact_and_calendar_units_follow_the_clocks() {
        // Clocks in New York went forward on 2026-03-08: 30 days are 720 hours, a month is one hour less.
        let zone = Zone::named("America/New_York").unwrap();
        let as_of = zone.parse("2026-03-15").unwrap();
        let start = |w: &str| w.parse::<Window>().unwrap().ending_at(as_of, &zone).from;
        assert_eq!(start("30d").to_string(), "2026-02-13T04:00:00Z");
        assert_eq!(start("1mo").to_string(), "2026-02-15T05:00:00Z");
        assert_eq!(start("1y").to_string(), "2025-03-15T04:00:00Z");
    }

    #[test]
    fn start_is_within_and_end_without() {
        let zone = Zone::utc();
        let as_of = zone.parse("2026-03-31").unwrap();
        let range = Window::Duration(MICROS_PER_DAY).ending_at(as_of, &zone);
        assert!(range.contains(zone.parse("2026-03-30").unwrap()));
        assert!(!range.contains(as_of));
        assert!(!range.contains(Timestamp::from_micros(range.from.micros() - 1)));
    }

    #[test]
    fn windows_longer_than_time_start_at_the_beginning() {
        let zone = Zone::utc();
        let as_of = zone.parse("2026-03-31").unwrap();
        for text in ["9999y", "4000000y", "4000000000mo", "4000000d"] {
            assert_eq!(
                text.parse::<Window>().unwrap().ending_at(as_of, &zone).from,
                Timestamp::MIN,
                "{text}"
            );
        }
    }
}
