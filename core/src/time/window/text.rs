//! Windows as text.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::instant::MICROS_PER_DAY;
use crate::time::window::{Bound, CalendarUnit, Window};

/// A text that is no window.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{found}` is no window; wanted `all`, a duration (90d, 12h, 30min, 45s, 2w), calendar units (3mo, 2q, 1y, \
     7 calendar days), `this month`, `last 2 weeks`, `last 5 events`, or a range ([2026-01-01, 2026-04-01))"
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
        let text = text.trim();
        let parsed = match text {
            "all" => Some(Self::All),
            _ if text.starts_with('[') => fixed(text),
            _ => match text.split_once(' ') {
                Some(("this", unit)) => {
                    CalendarUnit::ALL.into_iter().find(|known| known.name() == unit).map(Self::Current)
                }
                Some(("last", rest)) => last(rest.trim()),
                _ => back(text),
            },
        };
        parsed.ok_or_else(|| ParseWindowError { found: text.chars().take(80).collect() })
    }
}

/// `[from, to)`.
fn fixed(text: &str) -> Option<Window> {
    let (from, to) = text.strip_prefix('[')?.strip_suffix(')')?.split_once(',')?;
    let (from, to): (Bound, Bound) = (from.parse().ok()?, to.parse().ok()?);
    Some(Window::Fixed { from, to })
}

/// What comes after `last`: `month`, `2 weeks`, `5 events`.
fn last(text: &str) -> Option<Window> {
    let (count, what) = match text.split_once(' ') {
        None => (1, text),
        Some((count, what)) => (number(count)?, what.trim()),
    };
    match what {
        "event" if count == 1 => Some(Window::LastEvents(1)),
        "events" => Some(Window::LastEvents(count)),
        _ => Some(Window::Previous { count, unit: calendar_unit(what, count)? }),
    }
}

/// A number with a unit.
fn back(text: &str) -> Option<Window> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let count = number(&text[..digits])?;
    let calendar = |unit| Some(Window::Calendar { count, unit });
    match text[digits..].trim_start() {
        "mo" => calendar(CalendarUnit::Month),
        "q" => calendar(CalendarUnit::Quarter),
        "y" => calendar(CalendarUnit::Year),
        "w" => i64::from(count).checked_mul(7 * MICROS_PER_DAY).map(Window::Duration),
        unit => match unit.strip_prefix("calendar ") {
            Some(unit) => calendar(calendar_unit(unit.trim_start(), count)?),
            None => UNITS
                .iter()
                .find(|(name, _)| *name == unit)
                .and_then(|(_, micros)| i64::from(count).checked_mul(*micros))
                .map(Window::Duration),
        },
    }
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|n| *n > 0 && text.bytes().all(|b| b.is_ascii_digit()))
}

/// A unit by its name; the plural is for any number, the singular for one.
fn calendar_unit(text: &str, count: u32) -> Option<CalendarUnit> {
    CalendarUnit::ALL.into_iter().find(|unit| {
        text == unit.name() && count == 1 || text.strip_suffix('s').is_some_and(|text| text == unit.name())
    })
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: u32| if count == 1 { "" } else { "s" };
        match *self {
            Self::All => f.write_str("all"),
            Self::Duration(micros) => {
                let (name, size) =
                    UNITS.iter().find(|(_, size)| micros % size == 0).unwrap_or(&("s", 1_000_000));
                write!(f, "{}{name}", micros / size)
            }
            Self::Calendar { count, unit } => match unit {
                CalendarUnit::Month => write!(f, "{count}mo"),
                CalendarUnit::Quarter => write!(f, "{count}q"),
                CalendarUnit::Year => write!(f, "{count}y"),
                unit => write!(f, "{count} calendar {}{}", unit.name(), plural(count)),
            },
            Self::Current(unit) => write!(f, "this {}", unit.name()),
            Self::Previous { count: 1, unit } => write!(f, "last {}", unit.name()),
            Self::Previous { count, unit } => write!(f, "last {count} {}s", unit.name()),
            Self::Fixed { from, to } => write!(f, "[{from}, {to})"),
            Self::LastEvents(count) => write!(f, "last {count} event{}", plural(count)),
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
            "description": "`all`, a duration (90d, 12h, 30min, 45s, 2w), calendar units in the catalogue's time zone (3mo, 2q, 1y, 7 calendar days), the current unit (this month), the last full ones (last 2 weeks), the last events (last 5 events), or a range ([2026-01-01, 2026-04-01))",
            "pattern": "^(all|[0-9]+ ?(d|h|min|s|w|mo|q|y|calendar (days?|weeks?|months?|quarters?|years?))|this (day|week|month|quarter|year)|last ([0-9]+ )?(days?|weeks?|months?|quarters?|years?|events?)|\\[.+,.+\\))$",
            "examples": ["90d", "3mo", "1y", "all", "this month", "last 2 weeks", "last 5 events", "[2026-01-01, 2026-04-01)"],
        })
    }
}
