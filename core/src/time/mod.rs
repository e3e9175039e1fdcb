//! Instants, days, time zones and windows. Nothing here reads a clock.

mod date;
mod instant;
mod local;
mod period;
mod window;
mod zone;

pub use date::Date;
pub use instant::Timestamp;
pub use local::LocalClock;
pub use period::Period;
pub use window::{Bound, CalendarUnit, ParseWindowError, TimeRange, Window};
pub use zone::{UnknownTimeZone, Zone};

/// A text that is no date or time, or one outside the years 1 to 9999.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is no {wanted} between the years 1 and 9999")]
pub struct ParseTimeError {
    /// The text as it was given.
    pub found: String,
    /// What was wanted, with the form.
    pub wanted: &'static str,
}
