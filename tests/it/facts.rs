//! Facts against the slow, obvious reference, over made-up rows, windows, offsets and time zones.

use std::sync::Arc;

use arrow_array::{Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use proptest::prelude::*;
use serde_json::Value as Json;
use tagloom::time::{Timestamp, Window, Zone};
use tagloom::value::Value;
use tagloom::{Catalog, Dataset, Profiles};

use crate::reference::{AGGREGATES, Event, SOURCE, Seen, reference};

const AS_OF: &str = "2024-04-15 09:30";

fn catalog(zone: &str, window: &str, offset: Option<&str>, filter: bool) -> Catalog {
    let offset = offset.map_or(String::new(), |offset| format!(", offset: {offset}"));
    let filter = if filter { ", where: \"item <> 'c' OR item IS NULL\"" } else { "" };
    let tag = |(i, aggregate): (usize, &&str)| {
        format!(
            "  t{i}: {{layer: fact, events: events, window: \"{window}\"{offset}{filter}, {aggregate}}}\n"
        )
    };
    let tags = AGGREGATES.iter().enumerate().map(tag).collect::<Vec<_>>().concat();
    let text = format!(
        "tagloom: 1\nname: reference\ntimezone: {zone}\nidentifiers: {{customer: {{max_per_profile: 1}}}}\n\
         sources:\n  events: {SOURCE}\ntags:\n{tags}"
    );
    Catalog::parse(&text).unwrap_or_else(|e| panic!("{}", e.render()))
}

fn table(events: &[(u8, Event)]) -> Dataset {
    let cells = events.iter().map(|(_, event)| event);
    let times: TimestampMicrosecondArray = cells.clone().map(|e| Some(e.time)).collect();
    Dataset::new().with(
        "events",
        RecordBatch::try_from_iter([
            (
                "customer",
                Arc::new(events.iter().map(|(c, _)| Some(format!("c{c}"))).collect::<StringArray>()) as _,
            ),
            ("time", Arc::new(times.with_timezone("UTC")) as _),
            ("amount", Arc::new(cells.clone().map(|e| e.amount).collect::<Float64Array>()) as _),
            ("units", Arc::new(cells.clone().map(|e| e.units).collect::<Int64Array>()) as _),
            ("item", Arc::new(cells.map(|e| e.item.clone()).collect::<StringArray>()) as _),
        ])
        .unwrap(),
    )
}

/// Columns of each tag, in the order of its fields.
fn fields(profiles: &Profiles, tag: usize, row: usize) -> Vec<Value> {
    let name = format!("t{tag}");
    let of_tag = profiles.columns().filter(|column| column.tag == name);
    of_tag.map(|column| profiles.column(&column.name).unwrap().value(row)).collect()
}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => (a - b).abs() <= 1e-9 * b.abs().max(1.0),
        _ => a == b,
    }
}

/// Amounts are quarters, so that sums are exact in any order; times are near each other and near changes of clocks.
fn event() -> impl Strategy<Value = (u8, Event)> {
    let time = prop_oneof![
        // The year before `as_of`, in whole hours, so that there are ties.
        (0i64..8_800).prop_map(|hours| 1_681_500_000_000_000 + hours * 3_600_000_000),
        // The last days, by the microsecond.
        (0i64..864_000_000_000).prop_map(|back| 1_713_173_400_000_000 - back),
    ];
    let item = prop::option::weighted(0.8, prop::sample::select(vec!["a", "b", "c", "乙"]));
    (0u8..3, time, prop::option::weighted(0.8, -8i64..24), prop::option::weighted(0.8, -2i64..4), item)
        .prop_map(|(customer, time, quarters, units, item)| {
            let amount = quarters.map(|n| n as f64 / 4.0);
            (customer, Event { time, amount, units, item: item.map(str::to_owned) })
        })
}

fn window() -> impl Strategy<Value = String> {
    let unit = || prop::sample::select(vec!["day", "week", "month", "quarter", "year"]);
    prop_oneof![
        Just("all".to_owned()),
        (1u32..400).prop_map(|n| format!("{n}d")),
        (1u32..72).prop_map(|n| format!("{n}h")),
        (1u32..9, prop::sample::select(vec!["mo", "q", "y"])).prop_map(|(n, unit)| format!("{n}{unit}")),
        (1u32..9, unit()).prop_map(|(n, unit)| format!("{n} calendar {unit}s")),
        unit().prop_map(|unit| format!("this {unit}")),
        (1u32..5, unit()).prop_map(|(n, unit)| format!("last {n} {unit}s")),
        (1u32..6).prop_map(|n| format!("last {n} events")),
        (1u32..12, 1u32..28).prop_map(|(month, day)| format!("[2023-{month:02}-{day:02}, 2024-04-01 12:30)")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn facts_are_what_their_definitions_say(
        events in prop::collection::vec(event(), 0..60),
        window in window(),
        offset in prop::option::weighted(0.3, prop::sample::select(vec!["36h", "1mo", "10 calendar days"])),
        filter: bool,
        zone in prop::sample::select(vec!["UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"]),
    ) {
        let catalog = catalog(zone, &window, offset, filter);
        let zone = Zone::named(zone).unwrap();
        let now = zone.parse(AS_OF).unwrap();
        let profiles = catalog.build(&table(&events), AS_OF).unwrap();
        let as_of = offset.map_or(now, |offset| offset.parse::<Window>().unwrap().ending_at(now, &zone).from);
        let window: Window = window.parse().unwrap();
        let seen = Seen {
            range: window.ending_at(as_of, &zone),
            last: window.last_events().map(|n| n as usize),
            as_of,
            zone: &zone,
        };
        for row in 0..profiles.len() {
            let (_, customer) = profiles.identifiers(row).next().unwrap();
            let own: Vec<Event> = events
                .iter()
                .filter(|(c, event)| format!("c{c}") == customer && event.time < now.micros())
                .filter(|(_, event)| !filter || event.item.as_deref() != Some("c"))
                .map(|(_, event)| event.clone())
                .collect();
            for (tag, aggregate) in AGGREGATES.iter().enumerate() {
                let (ours, wanted) = (fields(&profiles, tag, row), reference(aggregate, &own, &seen));
                let equal = ours.len() == wanted.len() && ours.iter().zip(&wanted).all(|(a, b)| same(a, b));
                prop_assert!(equal, "{aggregate} over {window}: {ours:?}, wanted {wanted:?}, of {own:?}");
            }
        }
    }

    /// The rows that an explanation lists are all that the value needs.
    #[test]
    fn explanations_list_the_rows_that_make_the_value(
        events in prop::collection::vec(event(), 1..40),
        window in window(),
        filter: bool,
    ) {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let profiles = catalog("Asia/Shanghai", &window, None, filter).build(&table(&events), AS_OF).unwrap();
        let as_of = zone.parse(AS_OF).unwrap();
        for row in 0..profiles.len() {
            for (tag, aggregate) in AGGREGATES.iter().enumerate() {
                let explained = profiles.explain_with(row, &format!("t{tag}"), usize::MAX).unwrap();
                let because = serde_json::to_value(&explained.because).unwrap();
                let rows: Vec<Event> = because["rows"].as_array().unwrap().iter().map(listed).collect();
                let to = serde_json::from_value(because["range"]["to"].clone()).unwrap();
                let range = tagloom::time::TimeRange { from: Timestamp::MIN, to };
                let again = reference(aggregate, &rows, &Seen { range, last: None, as_of, zone: &zone });
                let ours = fields(&profiles, tag, row);
                prop_assert!(ours.iter().zip(&again).all(|(a, b)| same(a, b)), "{aggregate}: {ours:?}, from rows {again:?}");
            }
        }
    }
}

fn listed(row: &Json) -> Event {
    let time: Timestamp = serde_json::from_value(row["time"].clone()).unwrap();
    let values = &row["values"];
    Event {
        time: time.micros(),
        amount: values["amount"].as_f64(),
        units: values["units"].as_i64(),
        item: values["item"].as_str().map(str::to_owned),
    }
}
