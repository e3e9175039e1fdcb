//! Which days are written at an axis.

use crate::time::Date;

/// At most about so many days are written.
const N_TICKS: f64 = 7.0;
/// The steps, in days; weeks start on a Monday.
const DAYS: [i32; 4] = [1, 2, 7, 14];
/// The steps, in months.
const MONTHS: [i32; 12] = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 12_000];
/// 1970-01-05.
const MONDAY: i32 = 4;
/// The mean length of a month, in days.
const MONTH: f64 = 365.2425 / 12.0;

/// Round days from one day to another (since 1970), as text: `2025-03-01`, `2025-03`, `2025`.
pub(super) fn ticks(from: f64, to: f64) -> Vec<(f64, String)> {
    let first = from.ceil() as i32;
    let within = |date: &Date| f64::from(date.days()) <= to;
    if let Some(step) = DAYS.into_iter().find(|step| (to - from) / f64::from(*step) <= N_TICKS) {
        let start = first + (MONDAY - first).rem_euclid(step);
        return (start..)
            .step_by(step.unsigned_abs() as usize)
            .map_while(|day| Date::try_from_days(i64::from(day)))
            .take_while(within)
            .map(|date| (f64::from(date.days()), date.to_string()))
            .collect();
    }
    let step = MONTHS.into_iter().find(|step| (to - from) / (f64::from(*step) * MONTH) <= N_TICKS);
    let step = step.unwrap_or(12_000);
    // Months since the year 0.
    let day = Date::from_days(first).to_civil();
    let started = i32::from(day.day() > 1);
    let month = i32::from(day.year()) * 12 + i32::from(day.month()) - 1 + started;
    let start = month + (-month).rem_euclid(step);
    (start..)
        .step_by(step.unsigned_abs() as usize)
        .map_while(|month| {
            let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
            let date = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1)?;
            let text = if step < 12 { format!("{year:04}-{month:02}") } else { format!("{year:04}") };
            Some((date, text))
        })
        .take_while(|(date, _)| within(date))
        .map(|(date, text)| (f64::from(date.days()), text))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(from: &str, to: &str) -> String {
        let day = |text: &str| f64::from(text.parse::<Date>().unwrap().days());
        let all: Vec<String> = ticks(day(from), day(to)).into_iter().map(|(_, text)| text).collect();
        all.join(" ")
    }

    #[test]
    fn days_are_round() {
        assert_eq!(written("2025-02-27", "2025-03-02"), "2025-02-27 2025-02-28 2025-03-01 2025-03-02");
        // 3 and 10 March 2025 are Mondays.
        assert_eq!(written("2025-03-01", "2025-03-16"), "2025-03-03 2025-03-10");
        assert_eq!(written("2025-01-01", "2025-06-30"), "2025-01 2025-02 2025-03 2025-04 2025-05 2025-06");
        assert_eq!(written("2024-09-02", "2026-01-01"), "2024-10 2025-01 2025-04 2025-07 2025-10 2026-01");
        assert_eq!(written("2019-06-01", "2026-01-01"), "2020 2021 2022 2023 2024 2025 2026");
        assert!(written("0001-01-01", "9999-12-31").starts_with("1000 2000"));
    }

    #[test]
    fn ticks_stand_at_their_days() {
        for (at, text) in ticks(20_000.5, 21_000.0) {
            assert_eq!(Date::from_days(at as i32).to_string(), format!("{text}-01"));
        }
    }
}
