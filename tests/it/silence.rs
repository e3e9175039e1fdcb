//! Churn by silence, judged by the customers of the same group.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use tagloom::time::Zone;
use tagloom::{Fitted, Profiles};
use tagloom_testkit::shuffled;

use crate::customers::{AS_OF, catalog, data, number};

/// By hand. Of those of `web` twenty buy again after 1 to 20 days, of `shop` only two, after 40 and 50: one gap of their own is
/// too few. The limit of `web` is at the place .95 × 21 = 19.95, that of all 22 at .95 × 23 = 21.85, between 40 and 50.
#[test]
fn silence_is_judged_by_peers() {
    let mut rows: Vec<(String, i64, &str)> = Vec::new();
    let day = |n: i64| Zone::utc().parse(AS_OF).unwrap().micros() - n * 86_400_000_000;
    let people = (1..=20).map(|gap| (format!("w{gap:02}"), gap, "web"));
    for (who, gap, channel) in people.chain([("s1".to_owned(), 40, "shop"), ("s2".to_owned(), 50, "shop")]) {
        rows.push((who.clone(), day(30 + gap), channel));
        rows.push((who, day(30), channel));
    }
    let columns: [(&str, ArrayRef); 4] = [
        ("who", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0.as_str())))),
        (
            "at",
            Arc::new(
                TimestampMicrosecondArray::from_iter_values(rows.iter().map(|row| row.1))
                    .with_timezone("UTC"),
            ),
        ),
        ("amount", Arc::new(Float64Array::from(vec![5.0; rows.len()]))),
        ("channel", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.2)))),
    ];
    let table = RecordBatch::try_from_iter(columns).unwrap();
    let tags = "
  quiet: {layer: model, churn: {events: orders, by: {silence: {peers: kind}}}}
  kind: {layer: model, value: \"UPPER(via)\"}
  via: {layer: fact, events: orders, last: channel}
  all: {layer: model, churn: {events: orders, by: {silence: {}}}}
";
    let profiles = catalog(tags).build(&data(table.clone()), AS_OF).unwrap();
    let value = |column: &str, who: &str| {
        profiles.column(column).unwrap().value(profiles.find("who", who).unwrap()).to_string()
    };
    assert_eq!((value("quiet", "w07"), value("quiet.basis", "w07")), ("true".into(), "peers".into()));
    assert_eq!((value("quiet", "s1"), value("quiet.basis", "s1")), ("false".into(), "population".into()));
    let limit = |column: &str, who: &str| (number(&profiles, column, who).unwrap() * 1e6).round() / 1e6;
    assert_eq!((limit("quiet.limit_days", "w07"), limit("quiet.limit_days", "s1")), (19.95, 48.5));
    assert_eq!((limit("all.limit_days", "w07"), value("all.basis", "w07")), (48.5, "population".into()));
    let said = |who: &str| profiles.explain(profiles.find("who", who).unwrap(), "quiet").unwrap();
    let text = said("w07").to_string();
    assert!(
        text.contains("1 own gaps, 10 wanted: the limit is that of 95 % of the gaps of 20 customers of WEB"),
        "{text}"
    );
    assert!(said("s1").to_string().contains("of the gaps of 22 customers, 48.5"), "{}", said("s1"));
    assert!(said("w07").to_html().contains("WEB, 20"));

    // Learnt once, saved, applied to one alone; in any order of rows.
    let other = catalog(tags).build(&data(shuffled(&table, 3).unwrap()), AS_OF).unwrap();
    assert_eq!(other.to_record_batch(), profiles.to_record_batch());
    let loaded = Fitted::from_bytes(&profiles.fitted().to_bytes().unwrap()).unwrap();
    assert_eq!(loaded.to_bytes().unwrap(), other.fitted().to_bytes().unwrap());
    let alone = loaded.apply(&data(table.slice(12, 2)), AS_OF).unwrap();
    let all_of = |profiles: &Profiles| {
        let row = profiles.find("who", "w07").unwrap();
        profiles.columns().map(|what| profiles.column(&what.name).unwrap().value(row)).collect::<Vec<_>>()
    };
    assert_eq!(all_of(&alone), all_of(&profiles));
}
