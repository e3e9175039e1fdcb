//! By hand, and against a replay that ticks through every hour.

use proptest::prelude::*;

use crate::marketing::membership::{
    Change, Fall, Level, LevelMeasure, LevelReturns, MembershipError, Params, Programme, Row, Standing, Why,
};
use crate::time::{CalendarUnit, Timestamp, Window, Zone};

const HOUR: i64 = 3_600_000_000;

fn zone() -> Zone {
    Zone::named("Asia/Shanghai").unwrap()
}

fn at(text: &str) -> Timestamp {
    zone().parse(text).unwrap()
}

fn rows(rows: &[(&str, f64)]) -> Vec<Row> {
    rows.iter().map(|(time, amount)| Row::new(at(time), *amount)).collect()
}

fn params() -> Params {
    let levels = [
        Level::new("basic", 0.0),
        Level::new("silver", 5_000.0),
        Level::new("gold", 20_000.0).kept_at(15_000.0),
    ];
    Params::new(levels, "12mo".parse().unwrap())
}

/// The day, what happened, the level after.
type Told = (String, &'static str, Option<usize>);

fn told(programme: &Programme, rows: &[Row], as_of: &str) -> (Standing, Vec<Told>) {
    let (standing, changes) = programme.history(rows, at(as_of), &zone());
    let told = |c: Change| (zone().date_at(c.at).to_string(), c.why.name(), c.to);
    (standing, changes.into_iter().map(told).collect())
}

#[test]
fn up_at_once_and_down_at_the_end_of_the_period_only() {
    let programme = params().check().unwrap();
    let rows = rows(&[("2025-01-10 12:00", 21_000.0), ("2025-11-01", 14_999.99)]);
    let (now, changes) = told(&programme, &rows, "2025-12-31");
    assert_eq!(changes, [("2025-01-10".into(), "reached", Some(2))]);
    assert_eq!((now.level, now.next, now.gap, now.keep_gap), (Some(2), None, None, Some(0.01)));
    // On the day the window has 14,999.99: a cent too little for gold, enough for silver.
    let (now, changes) = told(&programme, &rows, "2026-01-11");
    assert_eq!(changes[1], ("2026-01-10".into(), "lost", Some(1)));
    assert_eq!((now.level, now.previous, now.since), (Some(1), Some(2), Some(at("2026-01-10 12:00"))));
    assert_eq!(now.valid_until, Some(at("2027-01-10 12:00")));
    assert_eq!((now.gap, now.keep_gap), (Some(5_000.01), Some(5_000.0)));
    // As of the instant itself it is lost; as of the microsecond before it is not.
    let end = at("2026-01-10 12:00");
    assert_eq!(programme.standing(&rows, end, &zone()).level, Some(1));
    assert_eq!(programme.standing(&rows, Timestamp::from_micros(end.micros() - 1), &zone()).level, Some(2));
    // A year without a purchase later silver is lost as well.
    assert_eq!(told(&programme, &rows, "2028-01-01").0.level, Some(0));
}

#[test]
fn less_keeps_than_reaches() {
    let programme = params().check().unwrap();
    let rows = rows(&[("2025-01-10", 20_000.0), ("2025-11-01", 15_000.0)]);
    let (now, changes) = told(&programme, &rows, "2026-06-01");
    assert_eq!(changes[1], ("2026-01-10".into(), "renewed", Some(2)));
    assert_eq!((now.level, now.changes, now.since), (Some(2), 1, Some(at("2025-01-10"))));
    assert_eq!(now.valid_until, Some(at("2027-01-10")));
}

#[test]
fn a_grace_saves_or_does_not() {
    let programme = Params { grace: Some("30d".parse().unwrap()), ..params() }.check().unwrap();
    let mut all = rows(&[("2025-01-10", 20_000.0)]);
    let (now, _) = told(&programme, &all, "2026-01-20");
    assert_eq!((now.level, now.in_grace, now.valid_until), (Some(2), true, Some(at("2026-02-09"))));
    assert_eq!(now.keep_gap, Some(15_000.0));
    assert_eq!(told(&programme, &all, "2026-02-09").0.level, Some(0));
    all.push(Row::new(at("2026-01-25"), 15_000.0));
    let (now, changes) = told(&programme, &all, "2026-03-01");
    assert_eq!(
        changes[1..],
        [("2026-01-10".into(), "grace", Some(2)), ("2026-01-25".into(), "renewed", Some(2))]
    );
    // The new period counts from the end of the one that was missed, not from the day it was saved.
    assert_eq!((now.valid_until, now.in_grace), (Some(at("2027-01-10")), false));
}

#[test]
fn one_level_at_a_time() {
    let programme = Params { fall: Fall::OneLevel, ..params() }.check().unwrap();
    let rows = rows(&[("2025-01-10", 20_000.0)]);
    let (_, changes) = told(&programme, &rows, "2028-01-01");
    let wanted = [("2025-01-10", "reached", 2), ("2026-01-10", "lost", 1), ("2027-01-10", "lost", 0)];
    assert_eq!(changes, wanted.map(|(day, why, to)| (day.to_owned(), why, Some(to))));
}

#[test]
fn what_is_returned_is_taken_back() {
    let rows = [
        Row::new(at("2025-01-10"), 6_000.0).of_order(1),
        Row::new(at("2025-02-10"), 15_000.0).of_order(2),
        Row::new(at("2025-03-01"), -1_500.0).of_order(2),
    ];
    // Without the 1,500 gold was never reached: silver since January holds from the return on.
    let (now, changes) = told(&params().check().unwrap(), &rows, "2025-04-01");
    assert_eq!(changes[2], ("2025-03-01".into(), "taken_back", Some(1)));
    assert_eq!(
        (now.level, now.since, now.valid_until),
        (Some(1), Some(at("2025-03-01")), Some(at("2026-01-10")))
    );
    assert_eq!((now.amount, now.gap), (19_500.0, Some(500.0)));
    let net = Params { returns: LevelReturns::Net, ..params() }.check().unwrap();
    let (now, changes) = told(&net, &rows, "2025-04-01");
    assert_eq!((now.level, now.amount, changes.len()), (Some(2), 19_500.0, 2));
    let ignore = Params { returns: LevelReturns::Ignore, ..params() }.check().unwrap();
    assert_eq!(told(&ignore, &rows, "2025-04-01").0.amount, 21_000.0);
    // A return of the order that gold does not need leaves gold alone.
    let rows = [
        rows[0],
        Row::new(at("2025-02-10"), 25_000.0).of_order(2),
        Row::new(at("2025-03-01"), -6_000.0).of_order(1),
    ];
    assert_eq!(told(&params().check().unwrap(), &rows, "2025-04-01").0.level, Some(2));
}

#[test]
fn returns_without_an_order_are_set_against_the_latest_purchases() {
    let programme = params().check().unwrap();
    let rows = rows(&[("2025-01-10", 20_000.0), ("2025-05-01", 3_000.0), ("2025-05-02", -3_000.0)]);
    assert_eq!(told(&programme, &rows, "2025-06-01").0.level, Some(2));
    // A return of something bought before the rows begin takes back nothing.
    let rows = [Row::new(at("2025-01-01"), -50.0), Row::new(at("2025-01-10"), 5_000.0)];
    let (now, _) = told(&programme, &rows, "2025-06-01");
    assert_eq!((now.level, now.amount), (Some(1), 5_000.0));
}

#[test]
fn orders_are_counted() {
    let levels = [Level::new("basic", 0.0), Level::new("regular", 3.0)];
    let programme = Params { measure: LevelMeasure::Orders, ..Params::new(levels, "90d".parse().unwrap()) }
        .check()
        .unwrap();
    let order = |day: &str, amount: f64, order: u32| Row::new(at(day), amount).of_order(order);
    let rows = [
        order("2025-01-01", 10.0, 1),
        order("2025-01-01", 5.0, 1),
        order("2025-01-02", 0.0, 2),
        order("2025-01-03", 7.0, 3),
        order("2025-01-04", -7.0, 3),
        order("2025-01-05", -4.0, 1),
    ];
    let (now, changes) = told(&programme, &rows, "2025-01-04");
    assert_eq!((now.level, now.amount), (Some(1), 3.0));
    assert_eq!(changes[1], ("2025-01-03".into(), "reached", Some(1)));
    // The third was returned whole, the first in part only.
    assert_eq!(told(&programme, &rows, "2025-01-06").0.amount, 2.0);
    assert_eq!(told(&programme, &rows, "2025-01-06").0.level, Some(0));
}

/// A quarter of a million rows of one member are replayed in well under a second; looking through all purchases at each
/// return or row of an order would take minutes.
#[test]
fn many_rows_of_one_order_are_no_burden() {
    let n = 60_000u32;
    let level = [Level::new("basic", 0.0)];
    let row = |at: u32, amount| Row::new(Timestamp::from_micros(i64::from(at)), amount);
    let bought = (0..n).map(|i| row(i, 2.0));
    let given_back = (n..2 * n).map(|i| row(i, -1.0));
    for measure in [LevelMeasure::Amount, LevelMeasure::Orders] {
        let programme = Params { measure, ..Params::new(level.clone(), Window::All) };
        let programme = Params { valid_for: Some("1y".parse().unwrap()), ..programme }.check().unwrap();
        let amount = |rows: &[Row]| programme.standing(rows, Timestamp::MAX, &zone()).amount;
        let of_one: Vec<Row> = bought.clone().chain(given_back.clone()).map(|row| row.of_order(0)).collect();
        let pairs: Vec<Row> = (0..2 * n).map(|i| row(i, 1.0).of_order(i / 2)).collect();
        let (left_of_one, left_of_pairs) = match measure {
            LevelMeasure::Amount => (f64::from(n), f64::from(2 * n)),
            LevelMeasure::Orders => (1.0, f64::from(n)),
        };
        assert_eq!(amount(&of_one), left_of_one);
        assert_eq!(amount(&pairs), left_of_pairs);
    }
}

/// Each return is followed by a replay, of what comes after its purchase only: all of it each time would take minutes.
#[test]
fn many_returns_are_no_burden() {
    let levels = [Level::new("basic", 0.0), Level::new("silver", 100.0), Level::new("gold", 1e9)];
    let programme = Params::new(levels, "12mo".parse().unwrap()).check().unwrap();
    let row = |at: i64, amount| Row::new(Timestamp::from_micros(at * HOUR / 20), amount);
    // Of each 3 that are bought 2 are given back at once.
    let rows: Vec<Row> = (0..100_000).map(|at| row(at, if at % 2 == 0 { 3.0 } else { -2.0 })).collect();
    let now = programme.standing(&rows, Timestamp::from_micros(100_000 * HOUR / 20), &zone());
    assert_eq!((now.level, now.amount), (Some(1), 50_000.0));
}

#[test]
fn periods_may_end_with_the_year() {
    // As airlines do: what a calendar year brings holds to the end of the next.
    let programme = Params {
        valid_for: Some("1y".parse().unwrap()),
        until_end_of: Some(CalendarUnit::Year),
        window: "this year".parse().unwrap(),
        ..params()
    }
    .check()
    .unwrap();
    let rows = rows(&[("2025-06-10", 20_000.0), ("2026-03-01", 15_000.0)]);
    let (now, changes) = told(&programme, &rows, "2027-02-01");
    assert_eq!(changes[1], ("2027-01-01".into(), "renewed", Some(2)));
    assert_eq!((now.valid_until, now.amount), (Some(at("2028-01-01")), 0.0));
    assert_eq!(told(&programme, &rows, "2026-12-31").0.valid_until, Some(at("2027-01-01")));
    // Examined at the end of each month, without a length of its own.
    let monthly = Params { until_end_of: Some(CalendarUnit::Month), ..params() }.check().unwrap();
    let (_, changes) = told(&monthly, &rows[..1], "2025-09-15");
    let days: Vec<&str> = changes.iter().map(|(day, ..)| day.as_str()).collect();
    assert_eq!(days, ["2025-06-10", "2025-07-01", "2025-08-01", "2025-09-01"]);
}

#[test]
fn edges() {
    let programme = params().check().unwrap();
    let nobody = programme.standing(&[], at("2025-01-01"), &zone());
    assert_eq!((nobody.level, nobody.since, nobody.amount, nobody.gap), (Some(0), None, 0.0, Some(5_000.0)));
    assert_eq!((nobody.next, nobody.keep_gap, nobody.valid_until), (Some(1), None, None));
    let rows: Vec<Row> = [f64::NAN, f64::INFINITY, 1e300, -1e300, f64::NEG_INFINITY, 0.0]
        .iter()
        .map(|amount| Row::new(at("2025-01-01"), *amount))
        .collect();
    assert_eq!(programme.standing(&rows, at("2025-02-01"), &zone()).amount, 0.0);
    assert_eq!(programme.standing(&rows, Timestamp::MAX, &zone()).level, Some(0));
    let first = [Row::new(Timestamp::MIN, 6_000.0), Row::new(Timestamp::MAX, 6_000.0)];
    assert_eq!(programme.standing(&first, Timestamp::MAX, &zone()).level, Some(0));
    // A tenth a thousand times is a hundred, which sums of floats are not.
    let tenths = vec![Row::new(at("2025-01-01"), 0.1); 1_000];
    let hundred = Params::new([Level::new("basic", 0.0), Level::new("hundred", 100.0)], Window::All);
    let hundred = Params { until_end_of: Some(CalendarUnit::Year), ..hundred }.check().unwrap();
    assert_eq!(hundred.standing(&tenths, at("2025-01-02"), &zone()).level, Some(1));
    assert_eq!(hundred.standing(&tenths[1..], at("2025-01-02"), &zone()).level, Some(0));
}

#[test]
fn rules_that_cannot_be_run() {
    let code = |params: Params| params.check().unwrap_err().code();
    assert_eq!(code(Params { levels: vec![], ..params() }), "tier.no_levels");
    let levels = |levels: &[(f64, f64)]| {
        let level =
            |(i, (reach, keep)): (usize, &(f64, f64))| Level::new(i.to_string(), *reach).kept_at(*keep);
        Params { levels: levels.iter().enumerate().map(level).collect(), ..params() }
    };
    assert_eq!(code(levels(&[(5.0, 6.0)])), "membership.keep_above_reach");
    assert_eq!(code(levels(&[(5.0, 4.0), (6.0, 3.0)])), "membership.keep_falling");
    assert_eq!(code(levels(&[(5.0, f64::NAN)])), "membership.keep_falling");
    assert_eq!(code(levels(&[(5.0, 5.0), (5.0, 5.0)])), "tier.not_rising");
    assert_eq!(code(Params { window: "last 3 events".parse().unwrap(), ..params() }), "membership.window");
    assert_eq!(code(Params { window: "last month".parse().unwrap(), ..params() }), "membership.window");
    assert_eq!(code(Params { window: Window::All, ..params() }), "membership.no_period");
    assert_eq!(code(Params { grace: Some("12h".parse().unwrap()), ..params() }), "membership.period");
    let error = Params { valid_for: Some(Window::All), ..params() }.check().unwrap_err();
    assert!(matches!(error, MembershipError::Period { field: "valid_for", .. }));
    assert_eq!(
        error.to_string(),
        "`valid_for` is `all`, wanted a length of time of a day or more, such as 12mo"
    );
}

/// A purchase of the twin: when, what is left of it, whether anything was returned, its order.
#[derive(Debug, Clone)]
struct Bought(i64, f64, bool, Option<u32>);

/// The purchases as they are worth after all rows before an hour, by going through the rows once more.
fn bought(rows: &[Row], before: i64, params: &Params) -> Vec<Bought> {
    let mut all: Vec<Bought> = Vec::new();
    let mut hours: Vec<i64> =
        rows.iter().map(|row| row.time.micros() / HOUR).filter(|h| *h < before).collect();
    hours.dedup();
    for hour in hours {
        let now = || rows.iter().filter(|row| row.time.micros() / HOUR == hour);
        for row in now().filter(|row| row.amount >= 0.0) {
            let same = all.iter_mut().find(|b| row.order.is_some() && b.3 == row.order);
            match same.filter(|_| params.measure == LevelMeasure::Orders) {
                Some(order) => order.1 += row.amount,
                None => all.push(Bought(hour, row.amount, false, row.order)),
            }
        }
        for row in now().filter(|row| row.amount < 0.0 && params.returns != LevelReturns::Ignore) {
            let mut rest = -row.amount;
            for b in all.iter_mut().rev().filter(|b| row.order.is_none() || b.3 == row.order) {
                let part = b.1.min(rest);
                b.2 |= part > 0.0;
                b.1 -= part;
                rest -= part;
            }
        }
    }
    all
}

/// The level and the ends of period and grace by ticking through every hour up to one, with purchases as they are worth
/// at an hour (`known` of the hour gives from when on rows are not known).
fn tick(
    rows: &[Row],
    to: i64,
    params: &Params,
    known: &dyn Fn(i64) -> i64,
) -> (Option<usize>, Option<i64>, Option<i64>) {
    let hours = |window: Option<Window>| match window {
        Some(Window::Duration(micros)) => micros / HOUR,
        _ => 0,
    };
    let (window, grace) = (hours(Some(params.window)), hours(params.grace));
    let valid = hours(params.valid_for.or(Some(params.window)));
    let (mut level, mut until, mut saved): (Option<usize>, Option<i64>, Option<i64>) = (None, None, None);
    let sum = |hour: i64, now: i64| -> f64 {
        let worth = |b: &Bought| match params.measure {
            LevelMeasure::Amount => b.1,
            LevelMeasure::Orders => f64::from(u8::from(!b.2 || b.1 > 0.0)),
        };
        bought(rows, known(now), params).iter().filter(|b| b.0 < hour && b.0 > hour - window).map(worth).sum()
    };
    let period = |level: Option<usize>, from: i64| {
        level.filter(|l| params.levels[*l].keep > 0.0).map(|_| from + valid)
    };
    let Some(first) = rows.first().map(|row| row.time.micros() / HOUR) else { return (None, None, None) };
    for hour in first..=to {
        while let (Some(now), Some(end)) = (level, until) {
            if saved.unwrap_or(end) != hour {
                break;
            }
            let amount = sum(hour, hour);
            if amount >= params.levels[now].keep {
                (until, saved) = (period(level, end), None);
            } else if grace > 0 && saved.is_none() {
                saved = Some(hour + grace);
            } else {
                let kept = (0..now).rev().find(|l| params.levels[*l].keep <= amount);
                level = if params.fall == Fall::OneLevel { kept.max(now.checked_sub(1)) } else { kept };
                (until, saved) = (period(level, hour), None);
            }
        }
        let here = || rows.iter().filter(|row| hour < to && row.time.micros() / HOUR == hour);
        if here().next().is_none() {
            continue;
        }
        // Just after the hour: rows of the hour count, those a window before it just left.
        let amount = {
            let all = bought(rows, known(hour + 1), params);
            let inside = all.iter().filter(|b| b.0 <= hour && b.0 > hour - window);
            let worth = |b: &Bought| match params.measure {
                LevelMeasure::Amount => b.1,
                LevelMeasure::Orders => f64::from(u8::from(!b.2 || b.1 > 0.0)),
            };
            inside.map(worth).sum::<f64>()
        };
        if here().any(|row| row.amount >= 0.0) || level.is_none() {
            let reached = (0..params.levels.len()).rev().find(|l| params.levels[*l].reach <= amount);
            if reached > level {
                (level, until, saved) = (reached, period(reached, hour), None);
            } else if let (Some(now), Some(end), Some(_)) = (level, until, saved)
                && amount >= params.levels[now].keep
            {
                (until, saved) = (period(level, end), None);
            }
        }
        // A return of what was never bought takes nothing back.
        let left = |rows: &[Row]| bought(rows, hour + 1, params).iter().map(|b| b.1).sum::<f64>();
        let kept: Vec<Row> =
            rows.iter().filter(|r| r.time.micros() / HOUR != hour || r.amount >= 0.0).copied().collect();
        let takes_back = params.returns == LevelReturns::ClawBack && left(rows) < left(&kept);
        // Only the walk through what really happened takes back; the one without what was returned does not.
        if takes_back && known(hour) == hour && level.is_some_and(|l| params.levels[l].reach > 0.0) {
            let without = tick_without(rows, hour, params);
            if without.0 < level {
                (level, until, saved) = without;
            }
        }
    }
    (level, until, saved)
}

/// The same up to the rows of an hour, as if what is returned by then had never been bought.
fn tick_without(rows: &[Row], hour: i64, params: &Params) -> (Option<usize>, Option<i64>, Option<i64>) {
    let end = rows.partition_point(|row| row.time.micros() / HOUR <= hour);
    // One more tick, so that the rows of the hour count; periods that end there are looked at when they are due.
    let (rows, next) = (&rows[..end], hour + 1);
    tick(rows, next, params, &|_| next)
}

fn programme_of(seed: [u8; 5]) -> Params {
    let days = |n: u8| Window::Duration(i64::from(n) * 24 * HOUR);
    let levels =
        [Level::new("a", 0.0), Level::new("b", 5.0).kept_at(4.0), Level::new("c", 12.0).kept_at(8.0)];
    Params {
        valid_for: Some(days(2 + seed[0] % 5)),
        grace: (!seed[1].is_multiple_of(3)).then(|| days(seed[1] % 3)),
        fall: if seed[2].is_multiple_of(2) { Fall::ToKept } else { Fall::OneLevel },
        returns: [LevelReturns::ClawBack, LevelReturns::Net, LevelReturns::Ignore][usize::from(seed[3] % 3)],
        measure: if seed[4].is_multiple_of(3) { LevelMeasure::Orders } else { LevelMeasure::Amount },
        ..Params::new(levels, days(3 + seed[0] % 4))
    }
}

fn some_rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (0i64..600, -6i32..8, 0u32..6);
    proptest::collection::vec(row, 0..40).prop_map(|mut rows| {
        rows.sort_by_key(|row| row.0);
        let row = |(hour, amount, order): (i64, i32, u32)| {
            // Odd hours only, so that no period ends at the tick after rows.
            let row = Row::new(Timestamp::from_micros((2 * hour + 1) * HOUR), f64::from(amount));
            if order == 0 { row } else { row.of_order(order + 10 * (hour / 40) as u32) }
        };
        rows.into_iter().map(row).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_a_walk_through_every_hour(rows in some_rows(), seed: [u8; 5], to in 1i64..700) {
        let params = programme_of(seed);
        let programme = params.check().unwrap();
        let to = 2 * to;
        let now = programme.standing(&rows, Timestamp::from_micros(to * HOUR), &Zone::utc());
        let seen = &rows[..rows.partition_point(|row| row.time.micros() < to * HOUR)];
        let (level, until, saved) = tick(seen, to, &params, &|hour| hour);
        prop_assert_eq!(now.level, level.or(Some(0)));
        prop_assert_eq!(now.valid_until.map(|t| t.micros() / HOUR), saved.or(until));
        prop_assert_eq!(now.in_grace, saved.is_some());
    }

    /// As of any instant: the past of a later replay is what an earlier one said.
    #[test]
    fn the_past_stays_as_it_was(rows in some_rows(), seed: [u8; 5], to in 1i64..700, later in 0i64..300) {
        let programme = programme_of(seed).check().unwrap();
        let instant = |hour: i64| Timestamp::from_micros(hour * HOUR);
        let (_, early) = programme.history(&rows, instant(to), &Zone::utc());
        let (_, all) = programme.history(&rows, instant(to + later), &Zone::utc());
        prop_assert_eq!(&all[..early.len()], &early[..]);
        prop_assert!(all[early.len()..].iter().all(|change| change.at >= instant(to)));
    }

    /// The level of the standing is where the changes lead, and only a loss or a return leads down.
    #[test]
    fn changes_lead_to_the_standing(rows in some_rows(), seed: [u8; 5]) {
        let programme = programme_of(seed).check().unwrap();
        let (now, changes) = programme.history(&rows, Timestamp::from_micros(2_000 * HOUR), &Zone::utc());
        let mut level = None;
        for change in &changes {
            prop_assert_eq!(change.from, level);
            level = change.to;
            match change.why {
                Why::Reached => prop_assert!(change.to > change.from),
                Why::Renewed | Why::Grace => prop_assert_eq!(change.to, change.from),
                Why::Lost | Why::TakenBack => prop_assert!(change.to < change.from),
            }
        }
        prop_assert_eq!(now.level, level.or(Some(0)));
        prop_assert_eq!(now.changes, changes.iter().filter(|c| c.from != c.to).count() as u64);
    }
}
