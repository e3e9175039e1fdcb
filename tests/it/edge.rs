//! Too little, too much or nothing at all: a clear error or a documented result, never a panic.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use tagloom::{Catalog, Dataset, Error, Fitted, Profiles};

const CATALOGUE: &str = r#"
tagloom: 1
name: edge
timezone: Asia/Shanghai
identifiers: {member: {}}
sources:
  orders: {kind: events, identifiers: {member: m}, time: t, columns: {amount: float64}}
tags:
  n: {layer: fact, events: orders, count: {}}
  spend: {layer: fact, events: orders, sum: amount}
  mean: {layer: fact, events: orders, mean: amount}
  rfm: {layer: model, rfm: {events: orders, amount: amount}}
  tier: {layer: model, tier: {by: spend, levels: {low: 0, high: 10}}}
  good: {layer: business, rule: "tier = 'high' AND rfm.m >= 3"}
"#;

fn orders(rows: &[(Option<&str>, Option<&str>, Option<f64>)]) -> Dataset {
    let table = RecordBatch::try_from_iter([
        ("m", Arc::new(rows.iter().map(|r| r.0).collect::<StringArray>()) as ArrayRef),
        ("t", Arc::new(rows.iter().map(|r| r.1).collect::<StringArray>()) as ArrayRef),
        ("amount", Arc::new(rows.iter().map(|r| r.2).collect::<Float64Array>()) as ArrayRef),
    ]);
    Dataset::new().with("orders", table.unwrap())
}

fn build(tables: &Dataset) -> Profiles {
    Catalog::parse(CATALOGUE).unwrap().build(tables, "2026-06-01").unwrap()
}

fn everything_works(profiles: &Profiles) {
    assert_eq!(profiles.to_record_batch().num_rows(), profiles.len());
    assert!(profiles.to_html().contains("<html"));
    for expression in ["TRUE", "good", "spend > 1 OR mean IS NULL", "n IN (1, 2)"] {
        assert!(profiles.audience(expression).unwrap().len() <= profiles.len() as u64);
    }
    for row in 0..profiles.len() {
        assert!(!profiles.explain(row, "good").unwrap().to_string().is_empty());
        assert!(profiles.card_html(row).contains("<html"));
    }
    let again = Fitted::from_bytes(&profiles.fitted().to_bytes().unwrap()).unwrap();
    assert_eq!(again.hash(), profiles.fitted().hash());
}

#[test]
fn no_rows() {
    let profiles = build(&orders(&[]));
    assert!(profiles.is_empty());
    everything_works(&profiles);
}

#[test]
fn all_rows_rejected_or_in_the_future() {
    let rows = [
        (None, Some("2026-05-01"), Some(1.0)),
        (Some("  "), Some("2026-05-01"), Some(1.0)),
        (Some("a"), Some("soon"), Some(1.0)),
        (Some("a"), None, Some(1.0)),
        (Some("a"), Some("2026-05-01"), Some(f64::INFINITY)),
        (Some("a"), Some("10000-01-01"), Some(1.0)),
        (Some("a"), Some("2026-06-01"), Some(1.0)),
        (Some("a"), Some("2030-01-01"), Some(1.0)),
    ];
    let profiles = build(&orders(&rows));
    let summary = &profiles.report().sources[0];
    assert_eq!((summary.read.rejected_rows(), summary.after_as_of, summary.used), (6, 2, 0));
    assert!(profiles.is_empty());
    everything_works(&profiles);
}

/// A row at or after the instant is not looked at, whatever is wrong with it, and whatever tells its time.
#[test]
fn rows_after_the_instant_are_counted_and_not_judged() {
    let rows = [
        (Some("a"), Some("2026-05-01"), Some(1.0)),
        (Some("a"), Some("2026-05-31T15:59:59Z"), Some(f64::INFINITY)),
        (None, Some("2026-06-02"), Some(1.0)),
        (Some("b"), Some("2026-06-03"), Some(f64::INFINITY)),
        (Some("a"), Some("2026-05-31T16:00:00Z"), Some(f64::NAN)),
    ];
    let computed = CATALOGUE
        .replace("time: t,", "time: at,")
        .replace("{amount: float64}", "{amount: float64, t: timestamp, at: {type: timestamp, value: t}}");
    for catalogue in [CATALOGUE, &computed] {
        let profiles = Catalog::parse(catalogue).unwrap().build(&orders(&rows), "2026-06-01").unwrap();
        let summary = &profiles.report().sources[0];
        let read = &summary.read;
        assert_eq!((read.rows_read, read.accepted, read.rejected_rows()), (5, 4, 1), "{read:?}");
        assert_eq!((summary.after_as_of, summary.used, profiles.len()), (3, 1, 1));
        assert_eq!((read.rejected[0].samples[0].row, read.notes.len()), (1, 0), "{read:?}");
    }
}

#[test]
fn one_row_and_one_profile() {
    let profiles = build(&orders(&[(Some("李雷 😀"), Some("2026-05-01"), Some(-3.0))]));
    assert_eq!(profiles.len(), 1);
    assert_eq!(profiles.find("member", " 李雷 😀 ").unwrap(), 0);
    everything_works(&profiles);
}

#[test]
fn amounts_that_are_no_amounts() {
    let rows = [
        (Some("a"), Some("2026-05-01"), Some(f64::NAN)),
        (Some("a"), Some("2026-05-02"), Some(-0.0)),
        (Some("b"), Some("2026-05-02"), Some(-1e308)),
        (Some("b"), Some("2026-05-02"), Some(-1e308)),
        (Some("c"), Some("0001-01-01"), Some(5e-324)),
    ];
    let profiles = build(&orders(&rows));
    assert_eq!(profiles.len(), 3);
    assert_eq!(profiles.report().sources[0].used, 5);
    everything_works(&profiles);
}

#[test]
fn nobody_churned() {
    let text = CATALOGUE.to_owned()
        + "  churn: {layer: predicted, classify: {label: {events: orders, count: {}, horizon: 30d, is: 99}, features: [n], accept: [few_positives, no_signal, worse_than_base_rate, leak_suspect]}}\n";
    let rows: Vec<_> = (1..=9)
        .map(|month| {
            (
                Some("a"),
                [
                    "2025-09-02",
                    "2025-10-02",
                    "2025-11-02",
                    "2025-12-02",
                    "2026-01-02",
                    "2026-02-02",
                    "2026-03-02",
                    "2026-04-02",
                    "2026-05-02",
                ]
                .get(month - 1)
                .copied(),
                Some(1.0),
            )
        })
        .collect();
    let error = Catalog::parse(&text).unwrap().build(&orders(&rows), "2026-06-01").unwrap_err();
    assert_eq!(Error::from(error).code(), "predict.one_class");
}

#[test]
fn wrong_questions() {
    let catalog = Catalog::parse(CATALOGUE).unwrap();
    let tables = orders(&[(Some("a"), Some("2026-05-01"), Some(3.0))]);
    let code = |error: Error| error.code();
    assert_eq!(code(catalog.build(&tables, "tomorrow").unwrap_err().into()), "run.as_of");
    assert_eq!(code(catalog.build(&Dataset::new(), "2026-06-01").unwrap_err().into()), "source.no_table");
    let profiles = catalog.build(&tables, "2026-06-01").unwrap();
    assert_eq!(code(profiles.find("membr", "a").unwrap_err().into()), "profile.unknown_kind");
    assert_eq!(code(profiles.find("member", "z").unwrap_err().into()), "profile.not_found");
    assert_eq!(code(profiles.explain(0, "spnd").unwrap_err().into()), "profile.unknown_tag");
    assert_eq!(code(profiles.audience("spnd > 1").unwrap_err().into()), "rule.unknown_name");
    let other = catalog.build(&tables, "2026-06-01").unwrap();
    let both = profiles.audience("TRUE").unwrap().and(&other.audience("TRUE").unwrap());
    assert_eq!(code(both.unwrap_err().into()), "audience.different_profiles");
}

#[test]
fn features_that_may_know_the_future() {
    let text = |options: &str| {
        format!(
            r#"
tagloom: 1
name: leak
identifiers: {{member: {{}}}}
sources:
  orders: {{kind: events, identifiers: {{member: m}}, time: t, columns: {{amount: float64}}}}
  crm: {{kind: records, identifiers: {{member: m}}, {options}columns: {{status: string, last_seen: float64}}}}
tags:
  n: {{layer: fact, events: orders, count: {{}}}}
  status: {{layer: fact, record: crm.status}}
  derived: {{layer: fact, value: "CASE WHEN status = 'gone' THEN 1 ELSE 0 END"}}
  churn: {{layer: predicted, classify: {{label: {{events: orders, count: {{}}, horizon: 30d, is: 0}}, features: [n, derived]}}}}
"#
        )
    };
    let error = Catalog::parse(&text("")).unwrap_err();
    assert_eq!(error.code(), "predict.leak");
    // The message names the path along which the feature came to know.
    assert!(error.problems[0].message.contains("`status` -> source `crm`"), "{}", error.problems[0].message);
    assert!(Catalog::parse(&text("timeless: true, ")).is_ok());
    assert!(Catalog::parse(&text("time: at, ")).is_ok());
}

/// What a log prints of profiles must not be what is known of people.
#[test]
fn debug_output_has_no_values() {
    let profiles = build(&orders(&[(Some("secret-member"), Some("2026-05-01"), Some(12.5))]));
    let printed = format!("{profiles:?}");
    assert!(printed.contains("len: 1") && printed.contains("spend"), "{printed}");
    assert!(!printed.contains("secret") && !printed.contains("12.5"), "{printed}");
}
