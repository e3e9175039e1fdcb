//! Windows: how far back a tag looks.

mod bound;
mod text;

use serde::{Deserialize, Serialize, Serializer};

use crate::time::{Date, Timestamp, Zone};

pub use bound::Bound;
pub use text::ParseWindowError;

/// How far back a tag looks from `as_of`: `[from, to)`, the start within, the end without.
///
/// | text | rows |
/// |---|---|
/// | `all` | all before `as_of` |
/// | `90d`, `12h`, `30min`, `45s`, `2w` | of an exact length of time; a day is 24 hours, a week seven days |
/// | `3mo`, `2q`, `1y`, `7 calendar days`, `2 calendar weeks` | since the same time of day that many calendar units ago, in the catalogue's time zone |
/// | `this day`, `this week`, `this month`, `this quarter`, `this year` | of the current calendar unit so far; weeks start on Monday |
/// | `last month`, `last 2 weeks` | of the last full calendar units before the current one |
/// | `[2026-01-01, 2026-04-01)` | from one day or time to another, as far as it is before `as_of` |
/// | `last 5 events` | the last ones that count |
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
    /// The current calendar unit, from its start to `as_of`.
    Current(CalendarUnit),
    /// The last full calendar units before the current one; more than zero.
    Previous {
        /// How many units.
        count: u32,
        /// Which unit.
        unit: CalendarUnit,
    },
    /// From one instant to another, cut off at `as_of`.
    Fixed {
        /// The first instant within.
        from: Bound,
        /// The first instant after.
        to: Bound,
    },
    /// The last events that count, however long ago; more than zero.
    LastEvents(u32),
}

/// Calendar units; the length of each depends on the calendar and on the clocks of the time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CalendarUnit {
    /// Calendar days.
    Day,
    /// Weeks from Monday to Sunday.
    Week,
    /// Calendar months.
    Month,
    /// Quarters of three months.
    Quarter,
    /// Calendar years.
    Year,
}

/// A stretch of time, `[from, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
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
    /// 28 or 29 February. The last events may be any before `as_of`.
    pub fn ending_at(self, as_of: Timestamp, zone: &Zone) -> TimeRange {
        let since = |from| TimeRange { from, to: as_of };
        match self {
            Self::All | Self::LastEvents(_) => since(Timestamp::MIN),
            Self::Duration(micros) => since(Timestamp::from_micros(as_of.micros().saturating_sub(micros))),
            Self::Calendar { count, unit } => since(unit.back(count, as_of, zone)),
            Self::Current(unit) => since(unit.start(as_of, zone)),
            Self::Previous { count, unit } => {
                let to = unit.start(as_of, zone);
                TimeRange { from: unit.start(unit.back(count, to, zone), zone), to }
            }
            Self::Fixed { from, to } => {
                let (from, to) = (from.instant(zone), to.instant(zone));
                TimeRange { from, to: to.min(as_of) }
            }
        }
    }

    /// The stretch of this length that *starts* at an instant, for labels that look ahead; `None` for windows that are
    /// no length of time.
    pub fn starting_at(self, from: Timestamp, zone: &Zone) -> Option<TimeRange> {
        match self {
            Self::Duration(micros) => {
                Some(TimeRange { from, to: Timestamp::from_micros(from.micros().saturating_add(micros)) })
            }
            Self::Calendar { count, unit } => Some(TimeRange { from, to: unit.ahead(count, from, zone) }),
            _ => None,
        }
    }

    /// Whether it is a length of time, exact or by the calendar: something that can be looked ahead or shifted by.
    pub fn is_length(self) -> bool {
        matches!(self, Self::Duration(_) | Self::Calendar { .. })
    }

    /// How many events it is limited to.
    pub fn last_events(self) -> Option<u32> {
        match self {
            Self::LastEvents(n) => Some(n),
            _ => None,
        }
    }
}

impl CalendarUnit {
    /// All units, from the shortest.
    pub const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// The name: `day`, `week`, `month`, `quarter`, `year`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The number of the unit that a day lies in; the next unit has the next number.
    pub fn number_of(self, date: Date) -> i32 {
        let months = || {
            let civil = date.to_civil();
            i32::from(civil.year()) * 12 + i32::from(civil.month()) - 1
        };
        match self {
            Self::Day => date.days(),
            // 1970-01-01 was a Thursday.
            Self::Week => (date.days() + 3).div_euclid(7),
            Self::Month => months(),
            Self::Quarter => months().div_euclid(3),
            Self::Year => months().div_euclid(12),
        }
    }

    /// The start of the unit that an instant lies in.
    fn start(self, instant: Timestamp, zone: &Zone) -> Timestamp {
        let date = zone.date_at(instant);
        let civil = date.to_civil();
        let month = match self {
            Self::Day => return zone.start_of(date),
            Self::Week => {
                return zone.start_of(Date::from_days(date.days() - (date.days() + 3).rem_euclid(7)));
            }
            Self::Month => civil.month(),
            Self::Quarter => (civil.month() - 1) / 3 * 3 + 1,
            Self::Year => 1,
        };
        zone.start_of(Date::new(civil.year(), month, 1).unwrap_or(Date::MIN))
    }

    fn back(self, count: u32, from: Timestamp, zone: &Zone) -> Timestamp {
        let start =
            self.span(count).and_then(|back| from.to_jiff().to_zoned(zone.jiff().clone()).checked_sub(back));
        start.map_or(Timestamp::MIN, |start| Timestamp::from_micros(start.timestamp().as_microsecond()))
    }

    fn ahead(self, count: u32, from: Timestamp, zone: &Zone) -> Timestamp {
        let end =
            self.span(count).and_then(|on| from.to_jiff().to_zoned(zone.jiff().clone()).checked_add(on));
        end.map_or(Timestamp::MAX, |end| Timestamp::from_micros(end.timestamp().as_microsecond()))
    }

    fn span(self, count: u32) -> Result<jiff::Span, jiff::Error> {
        let count = i64::from(count);
        match self {
            Self::Day => jiff::Span::new().try_days(count),
            Self::Week => jiff::Span::new().try_weeks(count),
            Self::Month => jiff::Span::new().try_months(count),
            Self::Quarter => jiff::Span::new().try_months(count * 3),
            Self::Year => jiff::Span::new().try_months(count * 12),
        }
    }
}

#[cfg(test)]
mod tests;
