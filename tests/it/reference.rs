//! Aggregates once more, as their definitions say and as slowly as that is: what the engine is held against.

use tagloom::time::{CalendarUnit, TimeRange, Timestamp, Zone};
use tagloom::value::Value;

/// A row of the source `events` of [`SOURCE`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event {
    /// When, in microseconds.
    pub(crate) time: i64,
    /// `amount`.
    pub(crate) amount: Option<f64>,
    /// `units`.
    pub(crate) units: Option<i64>,
    /// `item`.
    pub(crate) item: Option<String>,
}

/// The columns of the source that the reference knows.
pub(crate) const SOURCE: &str = "{kind: events, identifiers: {customer: customer}, time: time, columns: {amount: float64, units: int64, item: string}}";

/// The aggregates that the reference knows, as a catalogue has them.
pub(crate) const AGGREGATES: [&str; 33] = [
    "count: {}",
    "exists: {}",
    "none: {}",
    "sum: amount",
    "sum: units",
    "mean: amount",
    "std: amount",
    "median: amount",
    "quantiles: {of: units, at: [0, 0.3, 1]}",
    "balance: units",
    "min: amount",
    "max: item",
    "count_distinct: item",
    "values: item",
    "mode: item",
    "top_values: {of: item, top: 2}",
    "first: item",
    "last: units",
    "first: time",
    "arg_min: {by: amount, take: item}",
    "arg_max: {by: item, take: units}",
    "days_since_first: {}",
    "days_since_last: {}",
    "active: {}",
    "active: {unit: month}",
    "streak: {}",
    "streak: {unit: week}",
    "gaps: {}",
    "gaps: {between: days}",
    "hour_of_day: {parts: {late: [22, 3]}}",
    "day_of_week: {}",
    "sessions: {gap: 12h}",
    "sequence: {steps: [\"units > 1\", \"item = 'a'\", \"amount > 2\"], within: 20d}",
];

/// What an aggregate is seen through.
#[derive(Debug, Clone)]
pub(crate) struct Seen<'a> {
    /// The window.
    pub(crate) range: TimeRange,
    /// Only so many, the last ones.
    pub(crate) last: Option<usize>,
    /// Days are counted back from here.
    pub(crate) as_of: Timestamp,
    /// The catalogue's time zone.
    pub(crate) zone: &'a Zone,
}

/// The fields of an aggregate over one profile's rows that pass the filter, in any order.
///
/// # Panics
/// For an aggregate that is none of [`AGGREGATES`].
pub(crate) fn reference(aggregate: &str, rows: &[Event], seen: &Seen<'_>) -> Vec<Value> {
    let mut rows: Vec<&Event> =
        rows.iter().filter(|row| seen.range.contains(Timestamp::from_micros(row.time))).collect();
    // Canonical order: time, then the columns, null first.
    rows.sort_by(|a, b| {
        let rest = |row: &Event| (row.units, row.item.clone());
        a.time.cmp(&b.time).then(a.amount.partial_cmp(&b.amount).unwrap()).then_with(|| rest(a).cmp(&rest(b)))
    });
    let rows = &rows[rows.len() - seen.last.unwrap_or(rows.len()).min(rows.len())..];
    let amounts: Vec<f64> = rows.iter().filter_map(|row| row.amount).collect();
    let units: Vec<i64> = rows.iter().filter_map(|row| row.units).collect();
    let items: Vec<&str> = rows.iter().filter_map(|row| row.item.as_deref()).collect();
    let times: Vec<i64> = rows.iter().map(|row| row.time).collect();
    let days: Vec<i32> = times.iter().map(|&t| seen.zone.date_at(Timestamp::from_micros(t)).days()).collect();
    let mean = |x: &[f64]| (!x.is_empty()).then(|| x.iter().sum::<f64>() / x.len() as f64);
    let since = |t: Option<&i64>| t.map(|t| (seen.as_of.micros() - t).div_euclid(86_400_000_000));
    let one = |value: Value| vec![value];
    match aggregate {
        "count: {}" => one(Value::Int(rows.len() as i64)),
        "exists: {}" => one(Value::Bool(!rows.is_empty())),
        "none: {}" => one(Value::Bool(rows.is_empty())),
        "sum: amount" => one(Value::Float(amounts.iter().sum::<f64>() + 0.0)),
        "sum: units" => one(Value::Int(units.iter().sum())),
        "mean: amount" => one(float(mean(&amounts))),
        "std: amount" => one(float(std(&amounts))),
        "median: amount" => one(float(quantile(&amounts, 0.5))),
        "quantiles: {of: units, at: [0, 0.3, 1]}" => {
            let units: Vec<f64> = units.iter().map(|&n| n as f64).collect();
            [0.0, 0.3, 1.0].map(|at| float(quantile(&units, at))).into()
        }
        "balance: units" => {
            let sums: Vec<i64> = (1..=units.len()).map(|n| units[..n].iter().sum()).collect();
            vec![
                Value::Int(sums.last().copied().unwrap_or(0)),
                int(sums.iter().min().copied()),
                int(sums.iter().max().copied()),
            ]
        }
        "min: amount" => one(float(amounts.iter().copied().reduce(f64::min))),
        "max: item" => one(text(items.iter().max().copied())),
        "count_distinct: item" => one(Value::Int(distinct(&items).len() as i64)),
        "values: item" => one(Value::StringSet(distinct(&items).into_iter().map(Into::into).collect())),
        "mode: item" => {
            let count = |item: &str| items.iter().filter(|other| **other == item).count();
            let most = items.iter().map(|item| count(item)).max();
            one(text(items.iter().rev().find(|item| Some(count(item)) == most).copied()))
        }
        "top_values: {of: item, top: 2}" => {
            let mut ranked = distinct(&items);
            let count = |item: &str| items.iter().filter(|other| **other == item).count() as i64;
            ranked.sort_by_key(|item| -count(item));
            let nth = |i: usize| {
                let item = ranked.get(i).copied();
                [text(item), int(item.map(count))]
            };
            [nth(0), nth(1)].concat()
        }
        "first: item" => one(text(items.first().copied())),
        "last: units" => one(int(units.last().copied())),
        "first: time" => {
            one(times.first().map_or(Value::Null, |&t| Value::Timestamp(Timestamp::from_micros(t))))
        }
        "arg_min: {by: amount, take: item}" => {
            let least = amounts.iter().copied().reduce(f64::min);
            let row = rows.iter().rev().find(|row| row.amount.is_some() && row.amount == least);
            one(text(row.and_then(|row| row.item.as_deref())))
        }
        "arg_max: {by: item, take: units}" => {
            let most = items.iter().max().copied();
            let row = rows.iter().rev().find(|row| row.item.is_some() && row.item.as_deref() == most);
            one(int(row.and_then(|row| row.units)))
        }
        "days_since_first: {}" => one(int(since(times.first()))),
        "days_since_last: {}" => one(int(since(times.last()))),
        "active: {}" => one(Value::Int(numbers(CalendarUnit::Day, &days).len() as i64)),
        "active: {unit: month}" => one(Value::Int(numbers(CalendarUnit::Month, &days).len() as i64)),
        "streak: {}" => streak(CalendarUnit::Day, &days, seen),
        "streak: {unit: week}" => streak(CalendarUnit::Week, &days, seen),
        "gaps: {}" => gaps(&times.iter().map(|&t| t as f64 / 86_400e6).collect::<Vec<_>>()),
        "gaps: {between: days}" => {
            gaps(&numbers(CalendarUnit::Day, &days).iter().map(|&d| f64::from(d)).collect::<Vec<_>>())
        }
        "hour_of_day: {parts: {late: [22, 3]}}" => {
            let hours: Vec<i64> = times.iter().map(|&t| hour(t, seen.zone)).collect();
            let late = hours.iter().filter(|hour| **hour >= 22 || **hour < 3).count();
            vec![int(peak(&hours)), share(late, hours.len())]
        }
        "day_of_week: {}" => {
            let days: Vec<i64> = days.iter().map(|&day| i64::from((day + 3).rem_euclid(7) + 1)).collect();
            let count = |within: &dyn Fn(i64) -> bool| days.iter().filter(|day| within(**day)).count();
            let shares = (1..=7).map(|day| share(count(&|d| d == day), days.len()));
            let weekend = share(count(&|d| d >= 6), days.len());
            std::iter::once(int(peak(&days))).chain(shares).chain([weekend]).collect()
        }
        "sessions: {gap: 12h}" => sessions(&times),
        _ if aggregate == AGGREGATES[32] => sequence(rows),
        _ => panic!("the reference does not know `{aggregate}`"),
    }
}

fn float(value: Option<f64>) -> Value {
    value.map_or(Value::Null, Value::Float)
}

fn int(value: Option<i64>) -> Value {
    value.map_or(Value::Null, Value::Int)
}

fn text(value: Option<&str>) -> Value {
    value.map_or(Value::Null, Value::from)
}

fn share(part: usize, all: usize) -> Value {
    float((all > 0).then(|| part as f64 / all as f64))
}

fn distinct<'a>(items: &[&'a str]) -> Vec<&'a str> {
    let mut distinct = items.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    distinct
}

/// The most frequent number; of several the one seen last.
fn peak(numbers: &[i64]) -> Option<i64> {
    let count = |number: i64| numbers.iter().filter(|other| **other == number).count();
    let most = numbers.iter().map(|&number| count(number)).max();
    numbers.iter().rev().copied().find(|&number| Some(count(number)) == most)
}

fn std(x: &[f64]) -> Option<f64> {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    let squares: f64 = x.iter().map(|x| (x - mean).powi(2)).sum();
    (x.len() > 1).then(|| (squares / (x.len() - 1) as f64).sqrt())
}

/// Linear between the two values around the place `(n - 1) at`.
fn quantile(x: &[f64], at: f64) -> Option<f64> {
    let mut x = x.to_vec();
    x.sort_by(f64::total_cmp);
    let place = at * x.len().checked_sub(1)? as f64;
    let (below, above) = (x[place.floor() as usize], x[place.ceil() as usize]);
    Some(below * (1.0 - place.fract()) + above * place.fract())
}

fn hour(micros: i64, zone: &Zone) -> i64 {
    // The start of its day and the wall clock may differ by an hour where clocks change: try each hour of the day.
    let date = zone.date_at(Timestamp::from_micros(micros));
    let wall = |h: i64| (i64::from(date.days()) * 24 + h) * 3_600_000_000;
    let starts = (0..24).filter(|&h| {
        let start = zone.instant_at_wall_clock(wall(h)).map_or(i64::MAX, Timestamp::micros);
        start <= micros
    });
    starts.max().unwrap_or_default()
}

/// The numbers of the units in which days are, each once.
fn numbers(unit: CalendarUnit, days: &[i32]) -> Vec<i32> {
    let mut numbers: Vec<i32> =
        days.iter().map(|&day| unit.number_of(tagloom::time::Date::from_days(day))).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn streak(unit: CalendarUnit, days: &[i32], seen: &Seen<'_>) -> Vec<Value> {
    let numbers = numbers(unit, days);
    let back_from = |end: i32| (0..i32::MAX).take_while(|n| numbers.contains(&(end - n))).count() as i64;
    let end = unit.number_of(seen.zone.date_at(seen.range.to));
    let current = if numbers.contains(&end) { back_from(end) } else { back_from(end - 1) };
    let longest = numbers.iter().map(|&number| back_from(number)).max().unwrap_or(0);
    vec![Value::Int(current), Value::Int(longest)]
}

fn gaps(points: &[f64]) -> Vec<Value> {
    let gaps: Vec<f64> = points.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mean = (!gaps.is_empty()).then(|| gaps.iter().sum::<f64>() / gaps.len() as f64);
    let cv = mean.filter(|mean| *mean > 0.0).and_then(|mean| Some(std(&gaps)? / mean));
    vec![float(mean), float(std(&gaps)), float(cv)]
}

fn sessions(times: &[i64]) -> Vec<Value> {
    let sessions: Vec<&[i64]> = times.chunk_by(|a, b| b - a < 12 * 3_600_000_000).collect();
    let minutes = |session: &[i64]| (session[session.len() - 1] - session[0]) as f64 / 60e6;
    let n = sessions.len() as f64;
    let each = |sum: f64| float((n > 0.0).then(|| sum / n));
    vec![
        Value::Int(sessions.len() as i64),
        each(times.len() as f64),
        each(sessions.iter().map(|s| minutes(s)).sum()),
        float(sessions.iter().map(|s| minutes(s)).reduce(f64::max)),
    ]
}

/// Rounds one after the other: of all that begin after the end of the one before, the one that is complete first.
fn sequence(rows: &[&Event]) -> Vec<Value> {
    let is = |step: usize, row: &Event| match step {
        0 => row.units.is_some_and(|units| units > 1),
        1 => row.item.as_deref() == Some("a"),
        _ => row.amount.is_some_and(|amount| amount > 2.0),
    };
    let within = |a: usize, b: usize| rows[b].time - rows[a].time < 20 * 86_400_000_000;
    let (mut after, mut count, mut reached, mut last) = (0, 0, 0, None);
    loop {
        let mut end: Option<usize> = None;
        for i in (after..rows.len()).filter(|&i| is(0, rows[i])) {
            reached = reached.max(1);
            for j in (i + 1..rows.len()).filter(|&j| is(1, rows[j]) && within(i, j)) {
                // A round that began before the end of the one before is not begun again: it cannot reach further.
                reached = reached.max(2);
                for k in (j + 1..rows.len()).filter(|&k| is(2, rows[k]) && within(i, k)) {
                    reached = 3;
                    end = Some(end.map_or(k, |end| end.min(k)));
                }
            }
        }
        let Some(found) = end else { break };
        (after, count, last) = (found + 1, count + 1, Some(rows[found].time));
    }
    vec![
        Value::Bool(count > 0),
        Value::Int(count),
        Value::Int(reached),
        last.map_or(Value::Null, |t| Value::Timestamp(Timestamp::from_micros(t))),
    ]
}
