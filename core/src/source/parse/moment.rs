//! Dates and times.

use jiff::fmt::strtime::BrokenDownTime;

use crate::source::cells::Outcome;
use crate::source::parse::{TextRules, WallClock};
use crate::source::report::Fault;
use crate::time::{Date, Timestamp};

const DAY: i64 = 86_400_000_000;

/// A date and time as it was written.
enum Written {
    /// Microseconds since 1970 as a wall clock shows them.
    Wall(i64),
    /// With an offset: microseconds since 1970 UTC.
    Instant(i64),
}

impl TextRules {
    /// An instant, µs since 1970 UTC; a date is its first instant in the zone.
    pub(in crate::source) fn timestamp(&self, text: &str, clock: &mut WallClock) -> Outcome<i64> {
        self.written(text, clock, |written, clock| match written {
            Written::Instant(micros) => instant(micros),
            Written::Wall(wall) => wall_to_instant(wall, clock),
        })
    }

    /// A day, since 1970; of a time with an offset the day that it is then in the zone.
    pub(in crate::source) fn date(&self, text: &str, clock: &mut WallClock) -> Outcome<i32> {
        self.written(text, clock, |written, clock| match written {
            Written::Instant(micros) => instant_to_date(micros, clock),
            Written::Wall(wall) => wall_to_date(wall),
        })
    }

    fn written<T>(
        &self,
        text: &str,
        clock: &mut WallClock,
        to: impl FnOnce(Written, &mut WallClock) -> Outcome<T>,
    ) -> Outcome<T> {
        self.clean(text, |text| {
            let written = self.dates.iter().find_map(|form| in_form(form, text));
            if let Some(written) = written.or_else(|| iso(text.as_bytes()).map(Written::Wall)) {
                return to(written, clock);
            }
            // What the quick reader leaves: offsets, `T` in small letters, shortened times.
            match clock.zone().parse(text) {
                Ok(t) => to(Written::Instant(t.micros()), clock),
                Err(_) => Outcome::Fault(Fault::NotADate),
            }
        })
    }
}

pub(in crate::source) fn instant(micros: i64) -> Outcome<i64> {
    match Timestamp::try_from_micros(micros) {
        Some(_) => Outcome::Value(micros),
        None => Outcome::Fault(Fault::DateRange),
    }
}

pub(in crate::source) fn wall_to_instant(wall: i64, clock: &mut WallClock) -> Outcome<i64> {
    clock.instant(wall).map_or(Outcome::Fault(Fault::DateRange), Outcome::Value)
}

pub(in crate::source) fn wall_to_date(wall: i64) -> Outcome<i32> {
    day(wall.div_euclid(DAY))
}

pub(in crate::source) fn instant_to_date(micros: i64, clock: &mut WallClock) -> Outcome<i32> {
    match Timestamp::try_from_micros(micros) {
        Some(instant) => day((micros + clock.offset_at(instant)).div_euclid(DAY)),
        None => Outcome::Fault(Fault::DateRange),
    }
}

pub(in crate::source) fn day(days: i64) -> Outcome<i32> {
    Date::try_from_days(days).map_or(Outcome::Fault(Fault::DateRange), |date| Outcome::Value(date.days()))
}

fn in_form(form: &str, text: &str) -> Option<Written> {
    let read = BrokenDownTime::parse(form, text).ok()?;
    if read.offset().is_some() {
        return Some(Written::Instant(read.to_timestamp().ok()?.as_microsecond()));
    }
    let wall = read.to_datetime().ok()?;
    let wall = jiff::tz::TimeZone::UTC.to_timestamp(wall).ok()?;
    Some(Written::Wall(wall.as_microsecond()))
}

/// `2026-05-01`, `2026-05-01 08:30`, `2026-05-01T08:30:00.123456`; digits past microseconds are dropped.
fn iso(text: &[u8]) -> Option<i64> {
    let two = |at: usize| {
        let (tens, ones) = (text.get(at)?.wrapping_sub(b'0'), text.get(at + 1)?.wrapping_sub(b'0'));
        (tens < 10 && ones < 10).then_some(i64::from(tens) * 10 + i64::from(ones))
    };
    let sign = |at: usize, signs: &[u8]| text.get(at).is_some_and(|b| signs.contains(b)).then_some(());
    let year = two(0)? * 100 + two(2)?;
    sign(4, b"-")?;
    let month = two(5)?;
    sign(7, b"-")?;
    let date = Date::new(year as i16, month as i8, two(8)? as i8)?;
    let midnight = i64::from(date.days()) * DAY;
    if text.len() == 10 {
        return Some(midnight);
    }
    sign(10, b"T ")?;
    let hour = two(11).filter(|&n| n < 24)?;
    sign(13, b":")?;
    let minute = two(14).filter(|&n| n < 60)?;
    let minutes = midnight + (hour * 60 + minute) * 60_000_000;
    if text.len() == 16 {
        return Some(minutes);
    }
    sign(16, b":")?;
    let seconds = minutes + two(17).filter(|&n| n < 60)? * 1_000_000;
    if text.len() == 19 {
        return Some(seconds);
    }
    sign(19, b".")?;
    let fraction = &text[20..];
    if fraction.is_empty() || fraction.len() > 9 || !fraction.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let micros = (0..6).fold(0, |n, i| n * 10 + fraction.get(i).map_or(0, |b| i64::from(b - b'0')));
    Some(seconds + micros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::model::ParseOptions;
    use crate::time::Zone;

    fn rules(dates: &[&str]) -> TextRules {
        let options =
            ParseOptions { dates: dates.iter().map(|&d| d.to_owned()).collect(), ..Default::default() };
        TextRules::new("s", Some(&options)).unwrap()
    }

    fn read(dates: &[&str], text: &str) -> String {
        let mut clock = WallClock::new(Zone::named("Asia/Shanghai").unwrap());
        match rules(dates).timestamp(text, &mut clock) {
            Outcome::Value(micros) => Timestamp::from_micros(micros).to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn iso_forms() {
        for (text, wanted) in [
            ("2026-05-01", "2026-04-30T16:00:00Z"),
            ("2026-05-01 08:30", "2026-05-01T00:30:00Z"),
            ("2026-05-01T08:30:05", "2026-05-01T00:30:05Z"),
            ("2026-05-01 08:30:05.5", "2026-05-01T00:30:05.5Z"),
            ("2026-05-01 08:30:05.123456789", "2026-05-01T00:30:05.123456Z"),
            ("2026-05-01T08:30:05Z", "2026-05-01T08:30:05Z"),
            ("2026-05-01T08:30:05+02:00", "2026-05-01T06:30:05Z"),
            ("２０２６-０５-０１", "2026-04-30T16:00:00Z"),
            (" 2026-05-01 ", "2026-04-30T16:00:00Z"),
        ] {
            assert_eq!(read(&[], text), wanted, "{text}");
        }
        for text in [
            "2026-02-30",
            "2026-05-01 24:00",
            "2026-05-01 08:30:",
            "2026-05-01 08:30:05.",
            "01/05/2026",
            "昨天",
        ] {
            assert_eq!(read(&[], text), "Fault(NotADate)", "{text}");
        }
        assert_eq!(read(&[], "  "), "Null");
    }

    #[test]
    fn own_forms_come_first() {
        let forms = ["%d/%m/%Y %H:%M", "%Y年%m月%d日", "%Y-%d-%m"];
        assert_eq!(read(&forms, "01/05/2026 08:30"), "2026-05-01T00:30:00Z");
        assert_eq!(read(&forms, "2026年5月1日"), "2026-04-30T16:00:00Z");
        assert_eq!(read(&forms, "2026-02-01"), "2026-01-01T16:00:00Z");
        assert_eq!(read(&["%Y-%m-%dT%H:%M:%S%z"], "2026-05-01T08:30:05+0200"), "2026-05-01T06:30:05Z");
    }

    #[test]
    fn a_form_that_does_not_exist_is_an_error() {
        let options = ParseOptions { dates: vec!["%Y-%J".to_owned()], ..Default::default() };
        let error = TextRules::new("s", Some(&options)).unwrap_err();
        assert_eq!(error.code(), "source.date_form");
    }

    #[test]
    fn days() {
        let mut clock = WallClock::new(Zone::named("Asia/Shanghai").unwrap());
        let mut day = |text: &str| {
            rules(&[]).date(text, &mut clock).map(|d| Outcome::Value(Date::from_days(d).to_string()))
        };
        assert_eq!(day("2026-05-01 23:00:00"), Outcome::Value("2026-05-01".to_owned()));
        assert_eq!(day("2026-05-01T23:00:00Z"), Outcome::Value("2026-05-02".to_owned()));
    }
}
