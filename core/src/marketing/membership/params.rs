//! The rules of a programme, and their check.

use serde::{Deserialize, Serialize};

use crate::catalog::model::{Fall, LevelMeasure, LevelReturns};
use crate::marketing::membership::ledger::{MICRO, micro};
use crate::marketing::tier::{self, TierError};
use crate::time::{CalendarUnit, TimeRange, Timestamp, Window, Zone};

/// The shortest period, in microseconds: a day. Shorter ones are no membership, and reviewing them takes for ever.
const SHORTEST: i64 = 86_400_000_000;

/// A level, from where it is reached and down to where it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// The name.
    pub name: String,
    /// The smallest amount that reaches it; 0 for a level that everybody has.
    pub reach: f64,
    /// The smallest amount that keeps it when its period ends; at most `reach`.
    pub keep: f64,
}

impl Level {
    /// A level that is kept by what reaches it.
    pub fn new(name: impl Into<String>, reach: f64) -> Self {
        Self { name: name.into(), reach, keep: reach }
    }

    /// The same, kept by less.
    pub fn kept_at(mut self, keep: f64) -> Self {
        self.keep = keep;
        self
    }
}

/// How a programme is run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Params {
    /// The levels from low to high.
    pub levels: Vec<Level>,
    /// What is measured.
    pub measure: LevelMeasure,
    /// How far back the amount looks: a length of time, the current calendar unit, or all.
    pub window: Window,
    /// How long a level is held from when it was reached or renewed; a length of time of a day or more. Default the
    /// window, where that is a length of time and `until_end_of` is not given.
    pub valid_for: Option<Window>,
    /// The period goes on to the end of this calendar unit.
    pub until_end_of: Option<CalendarUnit>,
    /// How long after the period a level can still be saved; default not at all.
    pub grace: Option<Window>,
    /// How far a member falls.
    pub fall: Fall,
    /// What becomes of negative amounts.
    pub returns: LevelReturns,
}

/// A programme that cannot be run.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MembershipError {
    /// The levels and where they are reached.
    #[error(transparent)]
    Levels(#[from] TierError),
    /// A level that is kept by more than what reaches it.
    #[error("level `{name}` is reached at {reach} and kept at {keep}, wanted no more than {reach}")]
    KeepAboveReach {
        /// The level.
        name: String,
        /// Where it is reached.
        reach: f64,
        /// Where it is kept.
        keep: f64,
    },
    /// A level that is kept by less than the one below, or by no number.
    #[error("level `{name}` is kept at {found} after {before}, wanted at least as much as the level below")]
    KeepFalling {
        /// The level.
        name: String,
        /// Where the level below is kept.
        before: f64,
        /// Where this one is kept.
        found: f64,
    },
    /// A window that cannot roll.
    #[error("the window is `{found}`, wanted a length of time such as 12mo, `this year`, or all")]
    Window {
        /// The window.
        found: Window,
    },
    /// No word about how long levels are held.
    #[error("no period, wanted `valid_for` (a length of time such as 12mo) or `until_end_of` (such as year)")]
    NoPeriod,
    /// A period that is no length of time of a day or more.
    #[error("`{field}` is `{found}`, wanted a length of time of a day or more, such as 12mo")]
    Period {
        /// `valid_for` or `grace`.
        field: &'static str,
        /// What it is.
        found: Window,
    },
}

impl MembershipError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Levels(error) => error.code(),
            Self::KeepAboveReach { .. } => "membership.keep_above_reach",
            Self::KeepFalling { .. } => "membership.keep_falling",
            Self::Window { .. } => "membership.window",
            Self::NoPeriod => "membership.no_period",
            Self::Period { .. } => "membership.period",
        }
    }
}

impl Params {
    /// Levels by the money of a window, held as long as the window is; returns are taken back.
    pub fn new(levels: impl IntoIterator<Item = Level>, window: Window) -> Self {
        Self {
            levels: levels.into_iter().collect(),
            measure: LevelMeasure::Amount,
            window,
            valid_for: None,
            until_end_of: None,
            grace: None,
            fall: Fall::ToKept,
            returns: LevelReturns::ClawBack,
        }
    }

    /// Checks the rules and makes them ready to run.
    ///
    /// # Errors
    /// * [`MembershipError::Levels`]: levels without a name of their own, or that do not rise.
    /// * [`MembershipError::KeepAboveReach`], [`MembershipError::KeepFalling`]: thresholds of keeping.
    /// * [`MembershipError::Window`]: a window of events, of the past calendar, or fixed.
    /// * [`MembershipError::NoPeriod`], [`MembershipError::Period`]: how long levels are held.
    pub fn check(&self) -> Result<Programme, MembershipError> {
        tier::Params::new(self.levels.iter().map(|level| tier::Level::new(&level.name, level.reach)))
            .check()?;
        let mut before = f64::NEG_INFINITY;
        for Level { name, reach, keep } in &self.levels {
            if keep > reach {
                return Err(MembershipError::KeepAboveReach {
                    name: name.clone(),
                    reach: *reach,
                    keep: *keep,
                });
            }
            if !keep.is_finite() || *keep < before {
                return Err(MembershipError::KeepFalling { name: name.clone(), before, found: *keep });
            }
            before = *keep;
        }
        if !(self.window.is_length() || matches!(self.window, Window::All | Window::Current(_))) {
            return Err(MembershipError::Window { found: self.window });
        }
        let own = self.window.is_length() && self.until_end_of.is_none();
        let valid_for = self.valid_for.or_else(|| own.then_some(self.window));
        if valid_for.is_none() && self.until_end_of.is_none() {
            return Err(MembershipError::NoPeriod);
        }
        for (field, period) in [("valid_for", valid_for), ("grace", self.grace)] {
            let too_short = |window: &Window| match window {
                Window::Duration(micros) => *micros < SHORTEST,
                other => !other.is_length(),
            };
            if let Some(found) = period.filter(too_short) {
                return Err(MembershipError::Period { field, found });
            }
        }
        let exact = |of: fn(&Level) -> f64| self.levels.iter().map(|level| micro(of(level))).collect();
        Ok(Programme {
            reach: exact(|level| level.reach),
            keep: exact(|level| level.keep),
            params: Self { valid_for, ..self.clone() },
        })
    }
}

/// A programme that was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Programme {
    params: Params,
    /// By level, in millionths.
    pub(super) reach: Vec<i128>,
    pub(super) keep: Vec<i128>,
}

impl Programme {
    /// The rules.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// The levels, from low to high.
    pub fn levels(&self) -> &[Level] {
        &self.params.levels
    }

    /// The name of a level by its place.
    pub fn name(&self, level: Option<usize>) -> Option<&str> {
        level.and_then(|level| self.params.levels.get(level)).map(|level| level.name.as_str())
    }

    /// The highest level that an amount reaches.
    pub(super) fn reached(&self, amount: i128) -> Option<usize> {
        self.reach.partition_point(|reach| *reach <= amount).checked_sub(1)
    }

    /// The highest level below another that an amount keeps.
    pub(super) fn kept_below(&self, level: usize, amount: i128) -> Option<usize> {
        self.keep[..level].partition_point(|keep| *keep <= amount).checked_sub(1)
    }

    /// The stretch that is measured for an instant: rows before it.
    pub(super) fn measured(&self, instant: i64, zone: &Zone) -> TimeRange {
        let to = Timestamp::from_micros(instant);
        // At midnight of New Year, `this year` is the year that is over, not the one without rows yet.
        let inside = match self.params.window {
            Window::Current(_) => Timestamp::from_micros(instant.saturating_sub(1)),
            _ => to,
        };
        TimeRange { from: self.params.window.ending_at(inside, zone).from, to }
    }

    /// The stretch that is measured when a period ends: a row just one window before is out, so that what reached a level
    /// does not keep it as well.
    pub(super) fn reviewed(&self, end: i64, zone: &Zone) -> TimeRange {
        let TimeRange { from, to } = self.measured(end, zone);
        if self.params.window.is_length() {
            return TimeRange { from: Timestamp::from_micros(from.micros().saturating_add(1)), to };
        }
        TimeRange { from, to }
    }

    /// When a period that starts at an instant ends; `None` where that is after the end of time.
    pub(super) fn period_end(&self, from: i64, zone: &Zone) -> Option<i64> {
        let ahead = |window: Window, from: i64| {
            let to = window.starting_at(Timestamp::from_micros(from), zone)?.to;
            (to < Timestamp::MAX).then_some(to.micros())
        };
        let end = match self.params.valid_for {
            Some(length) => ahead(length, from)?,
            None => from,
        };
        let end = match self.params.until_end_of {
            None => end,
            Some(unit) => {
                // A period that ends with the unit ends there; without a length, the unit is the one that starts.
                let inside = if self.params.valid_for.is_some() { end.saturating_sub(1) } else { end };
                let start = Window::Current(unit).ending_at(Timestamp::from_micros(inside), zone).from;
                ahead(Window::Calendar { count: 1, unit }, start.micros())?
            }
        };
        (end > from).then_some(end)
    }

    /// When a grace that starts at an instant ends.
    pub(super) fn grace_end(&self, from: i64, zone: &Zone) -> Option<i64> {
        let to = self.params.grace?.starting_at(Timestamp::from_micros(from), zone)?.to.micros();
        (to > from).then_some(to)
    }

    /// An amount in its own unit.
    pub(super) fn amount(micros: i128) -> f64 {
        // Whole parts and millionths apart: both are exact as long as the amount is.
        (micros / MICRO) as f64 + (micros % MICRO) as f64 / MICRO as f64
    }
}
