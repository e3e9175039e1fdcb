use super::*;
use crate::time::Zone;
use crate::time::instant::MICROS_PER_DAY;

#[test]
fn text_form_reads_back() {
    for text in [
        "all",
        "90d",
        "12h",
        "30min",
        "45s",
        "3mo",
        "2q",
        "1y",
        "1 calendar day",
        "7 calendar days",
        "2 calendar weeks",
        "this day",
        "this quarter",
        "last month",
        "last 2 weeks",
        "last 1000 days",
        "last 5 events",
        "last 1 event",
        "[2026-01-01, 2026-04-01)",
        "[2026-01-01T08:30:00, 2026-04-01T00:00:00Z)",
    ] {
        assert_eq!(text.parse::<Window>().unwrap().to_string(), text);
    }
    assert_eq!("2w".parse::<Window>().unwrap().to_string(), "14d");
    for text in [
        "",
        "0d",
        "-3d",
        "d",
        "3",
        "3 months",
        "99999999999d",
        "９0d",
        "1.5d",
        "this",
        "this months",
        "last",
        "last 0 weeks",
        "last weeks of May",
        "last 2 event",
        "last -1 days",
        "7 calendar",
        "7 calendar moons",
        "[",
        "[)",
        "[2026-01-01,2026-04-01]",
        "[2026-01-01)",
        "[2026-13-01, 2027-01-01)",
        "+3d",
        "last +3 days",
    ] {
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
        assert_eq!(text.parse::<Window>().unwrap().ending_at(as_of, &zone).from, Timestamp::MIN, "{text}");
    }
}

/// Start and end of a window at noon on Wednesday, 11 March 2026 in New York, where clocks went forward on 8 March.
fn in_new_york(text: &str) -> (String, String) {
    let zone = Zone::named("America/New_York").unwrap();
    let range = text.parse::<Window>().unwrap().ending_at(zone.parse("2026-03-11 12:00").unwrap(), &zone);
    (range.from.to_string(), range.to.to_string())
}

#[test]
fn calendar_windows_follow_days_weeks_and_clocks() {
    // By hand: before 8 March New York is UTC-5, from then on UTC-4; 8 March 2026 is a Sunday.
    let cases = [
        ("3 calendar days", "2026-03-08T16:00:00Z", "2026-03-11T16:00:00Z"),
        ("4 calendar days", "2026-03-07T17:00:00Z", "2026-03-11T16:00:00Z"),
        ("1 calendar week", "2026-03-04T17:00:00Z", "2026-03-11T16:00:00Z"),
        ("this day", "2026-03-11T04:00:00Z", "2026-03-11T16:00:00Z"),
        ("this week", "2026-03-09T04:00:00Z", "2026-03-11T16:00:00Z"),
        ("this month", "2026-03-01T05:00:00Z", "2026-03-11T16:00:00Z"),
        ("this quarter", "2026-01-01T05:00:00Z", "2026-03-11T16:00:00Z"),
        ("this year", "2026-01-01T05:00:00Z", "2026-03-11T16:00:00Z"),
        ("last day", "2026-03-10T04:00:00Z", "2026-03-11T04:00:00Z"),
        ("last 4 days", "2026-03-07T05:00:00Z", "2026-03-11T04:00:00Z"),
        ("last week", "2026-03-02T05:00:00Z", "2026-03-09T04:00:00Z"),
        ("last month", "2026-02-01T05:00:00Z", "2026-03-01T05:00:00Z"),
        ("last 2 quarters", "2025-07-01T04:00:00Z", "2026-01-01T05:00:00Z"),
        ("last year", "2025-01-01T05:00:00Z", "2026-01-01T05:00:00Z"),
        ("[2026-01-01, 2026-02-01)", "2026-01-01T05:00:00Z", "2026-02-01T05:00:00Z"),
        ("[2026-01-01 10:00, 2026-02-01T00:00:00Z)", "2026-01-01T15:00:00Z", "2026-02-01T00:00:00Z"),
        ("[2026-01-01, 2027-01-01)", "2026-01-01T05:00:00Z", "2026-03-11T16:00:00Z"),
    ];
    for (text, from, to) in cases {
        assert_eq!(in_new_york(text), (from.to_owned(), to.to_owned()), "{text}");
    }
}

#[test]
fn lengths_look_ahead_and_others_do_not() {
    let zone = Zone::utc();
    let from = zone.parse("2026-01-31").unwrap();
    let end = |text: &str| text.parse::<Window>().unwrap().starting_at(from, &zone).map(|r| r.to.to_string());
    assert_eq!(end("1mo").as_deref(), Some("2026-02-28T00:00:00Z"));
    assert_eq!(end("36h").as_deref(), Some("2026-02-01T12:00:00Z"));
    for text in ["all", "this month", "last week", "last 5 events", "[2026-01-01, 2026-02-01)"] {
        assert_eq!(end(text), None, "{text}");
        assert!(!text.parse::<Window>().unwrap().is_length(), "{text}");
    }
}

#[test]
fn units_are_numbered_without_gaps() {
    let number = |unit: CalendarUnit, date: &str| unit.number_of(date.parse().unwrap());
    for (unit, before, after) in [
        (CalendarUnit::Day, "2023-12-31", "2024-01-01"),
        (CalendarUnit::Week, "2023-12-31", "2024-01-01"),
        (CalendarUnit::Month, "2024-02-29", "2024-03-01"),
        (CalendarUnit::Quarter, "2024-03-31", "2024-04-01"),
        (CalendarUnit::Year, "1969-12-31", "1970-01-01"),
    ] {
        assert_eq!(number(unit, before) + 1, number(unit, after), "{unit:?}");
    }
    assert_eq!(number(CalendarUnit::Week, "2024-01-01"), number(CalendarUnit::Week, "2024-01-07"));
}
