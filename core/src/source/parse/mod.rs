//! Reading text as numbers, dates and booleans.

mod moment;
mod number;
mod wall;

pub(super) use moment::{day, instant, instant_to_date, wall_to_date, wall_to_instant};
pub(super) use number::{decimal_of_float, decimal_to_int, decimal_to_scale, exact_int_of_float};
pub(super) use wall::WallClock;

use jiff::fmt::strtime;

use crate::catalog::model::ParseOptions;
use crate::source::SourceError;
use crate::source::cells::Outcome;
use crate::source::report::Fault;

/// How the text of one source is read.
#[derive(Debug, Clone)]
pub(super) struct TextRules {
    dates: Vec<String>,
    decimal: char,
    thousands: Option<char>,
    nulls: Vec<String>,
}

impl TextRules {
    pub(super) fn new(source: &str, options: Option<&ParseOptions>) -> Result<Self, SourceError> {
        let ParseOptions { dates, decimal, thousands, nulls, .. } = options.cloned().unwrap_or_default();
        // What jiff cannot print it cannot read either; and printing fails for nothing else.
        let some_time = jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC);
        for form in &dates {
            if let Err(error) = strtime::format(form, &some_time) {
                return Err(SourceError::DateForm {
                    name: source.to_owned(),
                    form: form.clone(),
                    reason: error.to_string(),
                });
            }
        }
        Ok(Self { dates, decimal, thousands, nulls })
    }

    /// Whether a text means "no value": nothing but white space, or one of the source's `nulls`.
    pub(super) fn is_null(&self, text: &str) -> bool {
        // Most texts have a first byte that cannot begin white space.
        if self.nulls.is_empty() && text.as_bytes().first().is_some_and(u8::is_ascii_graphic) {
            return false;
        }
        let text = text.trim();
        text.is_empty() || self.nulls.iter().any(|null| null == text)
    }

    /// Hands on a text without white space at its ends and with full-width signs and digits made plain; "no value" is
    /// null.
    pub(super) fn clean<T>(&self, text: &str, read: impl FnOnce(&str) -> Outcome<T>) -> Outcome<T> {
        if self.is_null(text) {
            return Outcome::Null;
        }
        let text = text.trim();
        if text.is_ascii() {
            return read(text);
        }
        let plain: String = text
            .chars()
            .map(|c| match c {
                '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
                '\u{3000}' => ' ',
                '\u{2212}' => '-',
                c => c,
            })
            .collect();
        read(&plain)
    }

    pub(super) fn bool(&self, text: &str) -> Outcome<bool> {
        self.clean(text, |text| {
            let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
            if is(&["true", "1", "yes", "t", "y", "是"]) {
                Outcome::Value(true)
            } else if is(&["false", "0", "no", "f", "n", "否"]) {
                Outcome::Value(false)
            } else {
                Outcome::Fault(Fault::NotABool)
            }
        })
    }
}
