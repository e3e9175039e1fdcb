//! Explanations are checked again from what they show: rows, thresholds, contributions.

use serde_json::Value as Json;
use tagloom::{Catalog, Dataset, Profiles};
use tagloom_testkit::Shop;

/// The shop's catalogue with a predicted tag on top; the made-up shop is too small for the checks of a good model.
fn catalog() -> Catalog {
    let predicted = "
  churn: {layer: predicted, classify: {label: {events: orders, count: {}, horizon: 30d, is: 0}, features: [orders_90d, basket_mean, days_since_order], accept: [few_positives, no_signal, worse_than_base_rate, leak_suspect]}}
  card: {layer: predicted, scorecard: {label: {events: orders, count: {}, horizon: 30d, is: 0}, features: [orders_90d, basket_mean, days_since_order, last_channel], min_iv: 0}}
  sure: {layer: business, rule: \"churn.probability > 0.5 AND NOT drifting\"}
";
    Catalog::parse(&format!("{}{predicted}", Shop::CATALOGUE.trim_end()))
        .unwrap_or_else(|e| panic!("{}", e.render()))
}

fn profiles(seed: u64) -> Profiles {
    let shop = Shop::seeded(seed).with_members(150);
    let tables = shop.tables().into_iter().fold(Dataset::new(), |all, (name, rows)| all.with(name, rows));
    catalog().build(&tables, Shop::AS_OF).unwrap()
}

fn explain(profiles: &Profiles, row: usize, tag: &str) -> Json {
    serde_json::to_value(profiles.explain_with(row, tag, usize::MAX).unwrap()).unwrap()
}

/// A cell as a number; decimals are text.
fn number(cell: &Json) -> Option<f64> {
    cell.as_f64().or_else(|| cell.as_str()?.parse().ok())
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

#[test]
fn facts_follow_from_their_rows() {
    let profiles = profiles(1);
    let mut checked = 0;
    for row in 0..profiles.len() {
        for (tag, column) in [
            ("orders_90d", None),
            ("spend_365d", Some("amount")),
            ("spend_3mo", Some("amount")),
            ("basket_mean", Some("amount")),
            ("basket_min", Some("amount")),
            ("basket_max", Some("amount")),
            ("n_categories", Some("category")),
        ] {
            let explained = explain(&profiles, row, tag);
            let because = &explained["because"];
            let rows = because["rows"].as_array().unwrap();
            assert_eq!(because["n_rows"], rows.len());
            let (from, to) = (&because["range"]["from"], &because["range"]["to"]);
            let inside = |r: &Json| {
                let time: tagloom::time::Timestamp = serde_json::from_value(r["time"].clone()).unwrap();
                let edge =
                    |edge: &Json| serde_json::from_value::<tagloom::time::Timestamp>(edge.clone()).unwrap();
                edge(from) <= time && time < edge(to)
            };
            assert!(rows.iter().all(inside), "{tag}: a row outside the window");
            let cells =
                || rows.iter().map(|r| &r["values"][column.unwrap_or_default()]).filter(|c| !c.is_null());
            let numbers: Vec<f64> = cells().filter_map(number).collect();
            let again = match tag {
                "orders_90d" => Some(rows.len() as f64),
                "spend_365d" | "spend_3mo" => Some(numbers.iter().sum()),
                "basket_mean" => {
                    (!numbers.is_empty()).then(|| numbers.iter().sum::<f64>() / numbers.len() as f64)
                }
                "basket_min" => numbers.iter().copied().reduce(f64::min),
                "basket_max" => numbers.iter().copied().reduce(f64::max),
                _ => {
                    let mut texts: Vec<&str> = cells().filter_map(Json::as_str).collect();
                    texts.sort_unstable();
                    texts.dedup();
                    Some(texts.len() as f64)
                }
            };
            match (number(&explained["value"]), again) {
                (Some(value), Some(again)) => {
                    assert!(close(value, again), "{tag}: {value}, from rows {again}");
                }
                (value, again) => assert_eq!(value, again, "{tag}"),
            }
            checked += 1;
        }
    }
    assert!(checked > 700);
}

#[test]
fn scores_follow_from_their_bands() {
    let profiles = profiles(2);
    for row in 0..profiles.len() {
        let explained = explain(&profiles, row, "rfm");
        let bands = explained["because"]["bands"].as_array().unwrap();
        assert_eq!(bands.is_empty(), explained["value"].is_null());
        let scores: String = bands.iter().map(|band| band["score"].to_string()).collect();
        assert_eq!(scores, explained["fields"]["code"].as_str().unwrap_or_default());
        for band in bands {
            let value = band["value"].as_f64().unwrap();
            let edge = |name: &str| band["band"][name]["value"].as_f64();
            assert!(edge("lower").is_none_or(|lower| lower <= value), "{band}");
            assert!(edge("upper").is_none_or(|upper| value <= upper), "{band}");
        }
    }
}

#[test]
fn probabilities_follow_from_their_contributions() {
    let profiles = profiles(3);
    let mut checked = 0;
    for row in 0..profiles.len() {
        let because = &explain(&profiles, row, "churn")["because"];
        if because["kind"] == "not_eligible" {
            assert!(profiles.column("churn").unwrap().is_null(row));
            continue;
        }
        let parts = because["contributions"].as_array().unwrap();
        let sum: f64 = parts.iter().filter_map(|part| part["contribution"].as_f64()).sum();
        let (base, score) = (because["base"].as_f64().unwrap(), because["score"].as_f64().unwrap());
        assert!((base + sum - score).abs() < 1e-6);
        checked += 1;
    }
    assert!(checked > 50);
}

/// Kleene's AND, OR and NOT over the values of the parts give the value of the whole.
fn check_tree(node: &Json) {
    let children = node["children"].as_array().unwrap();
    let values: Vec<Option<bool>> = children.iter().map(|child| child["value"].as_bool()).collect();
    let again = match node["op"].as_str().unwrap() {
        "AND" if values.contains(&Some(false)) => Some(Some(false)),
        "AND" => Some(values.iter().all(|v| *v == Some(true)).then_some(true)),
        "OR" if values.contains(&Some(true)) => Some(Some(true)),
        "OR" => Some((!values.contains(&None)).then_some(false)),
        "NOT" => Some(values[0].map(|v| !v)),
        _ => None,
    };
    if let Some(again) = again {
        assert_eq!(node["value"].as_bool(), again, "{node}");
    }
    children.iter().for_each(check_tree);
}

#[test]
fn rules_follow_from_their_parts() {
    let profiles = profiles(4);
    for row in 0..profiles.len() {
        for tag in ["drifting", "sure"] {
            let explained = explain(&profiles, row, tag);
            let tree = &explained["because"]["tree"];
            assert_eq!(tree["value"], explained["value"]);
            check_tree(tree);
            // The tags that a rule reads are explained below it, with the values that it saw.
            let below = explained["below"].as_array().unwrap();
            let read: Vec<&Json> = explained["reads"].as_array().unwrap().iter().collect();
            assert!(read.iter().all(|name| below.iter().any(|b| b["tag"] == **name)));
        }
    }
}

#[test]
fn learning_does_not_depend_on_order_or_threads() {
    use std::num::NonZeroUsize;
    use tagloom::RunOptions;
    use tagloom_testkit::shuffled;

    let shop = Shop::seeded(5).with_members(150);
    let tables = |seed: Option<u64>| {
        shop.tables().into_iter().fold(Dataset::new(), |all, (name, rows)| {
            all.with(name, seed.map_or(rows.clone(), |seed| shuffled(&rows, seed).unwrap()))
        })
    };
    let fit = |tables: &Dataset, threads: usize| {
        let options = RunOptions::default().with_threads(NonZeroUsize::new(threads).unwrap());
        catalog().fit_with(tables, Shop::AS_OF, &options).unwrap().to_bytes().unwrap()
    };
    let plain = fit(&tables(None), 1);
    assert_eq!(plain, fit(&tables(None), 2));
    assert_eq!(plain, fit(&tables(Some(6)), 2));
}

#[test]
fn personas_follow_from_their_distances() {
    let profiles = profiles(3);
    let mut checked = 0;
    for row in 0..profiles.len() {
        let explained = explain(&profiles, row, "persona");
        let because = &explained["because"];
        let (distance, margin) = (&because["distance"], &explained["fields"]["margin"]);
        let (distance, margin) = (number(distance).unwrap(), number(margin).unwrap());
        assert_eq!(because["next"], explained["fields"]["next"]);
        let sum: f64 = because["contributions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|part| number(&part["nearer"]).unwrap())
            .sum();
        // The margin is (next − own) / next.
        if distance > 1e-3 {
            let next = distance / (1.0 - margin);
            assert!((sum - (next * next - distance * distance)).abs() < 1e-6 * (1.0 + next * next));
            checked += 1;
        }
    }
    assert!(checked > 100);
}

#[test]
fn learnt_points_add_up() {
    let profiles = profiles(4);
    let mut checked = 0;
    for row in 0..profiles.len() {
        let explained = explain(&profiles, row, "card");
        let because = &explained["because"];
        if because["kind"] == "not_eligible" {
            assert!(explained["value"].is_null());
            continue;
        }
        let parts = because["parts"].as_array().unwrap();
        let sum: f64 = parts.iter().map(|part| number(&part["points"]).unwrap()).sum();
        assert_eq!(Some(sum), number(&explained["value"]));
        checked += 1;
    }
    assert!(checked > 50);
}

/// Two rows of 1000 and 1001.5: the sum is in no row.
fn two_rows(tags: &str) -> Profiles {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};

    let columns: [(&str, ArrayRef); 4] = [
        ("who", Arc::new(StringArray::from(vec!["a", "a"]))),
        ("at", Arc::new(StringArray::from(vec!["2026-05-01", "2026-05-02"]))),
        ("amount", Arc::new(Float64Array::from(vec![1000.0, 1001.5]))),
        ("channel", Arc::new(StringArray::from(vec!["web", "web"]))),
    ];
    let rows = RecordBatch::try_from_iter(columns).unwrap();
    crate::customers::catalog(tags).build(&crate::customers::data(rows), "2026-06-01").unwrap()
}

#[test]
fn personal_values_are_not_told() {
    let tags = "
  secret: {layer: fact, events: orders, sum: amount, personal: true}
  double: {layer: fact, value: 'secret * 2', personal: true}
  class: {layer: fact, bucket: {of: secret, at: [10]}}
  tier: {layer: model, tier: {by: secret, levels: {low: 0, high: 100}}}
  abc: {layer: model, value_tier: {by: secret}}
  loyal: {layer: model, loyalty: {behaviour: [{of: secret, to: 7000}], attitude: [{of: secret, to: 7000}]}}
  call: {layer: business, rule: \"secret > 100 AND secret + 1 > 5\"}
";
    let profiles = two_rows(tags);
    for tag in ["secret", "double", "class", "tier", "loyal", "call"] {
        let text = profiles.explain(0, tag).unwrap().to_string();
        for personal in ["2001.5", "2002.5", "4003", "1901.5"] {
            assert!(!text.contains(personal), "{tag}: {text}");
        }
        assert!(text.contains("****"), "{tag}: {text}");
    }
    // Cut points are those of everybody, which here is one.
    assert!(profiles.explain(0, "abc").unwrap().to_string().contains("secret is ****"));
    // Whoever asks for the value gets it.
    assert_eq!(profiles.column("secret").unwrap().f64(0), Some(2001.5));
}

#[test]
fn windows_without_a_start_have_none() {
    let profiles = two_rows(
        "
  last: {layer: fact, events: orders, sum: amount, window: last 5 events}
  once: {layer: fact, events: orders, sum: amount, offset: 7d}
  recent: {layer: fact, events: orders, sum: amount, window: 30d}
",
    );
    let text = |tag: &str| profiles.explain(0, tag).unwrap().to_string();
    assert!(text("last").contains("last 5 events before 2026-06-01 00:00: 2 rows"), "{}", text("last"));
    assert!(text("once").contains("all, 7d ago before 2026-05-25 00:00: 2 rows"), "{}", text("once"));
    assert!(
        text("recent").contains("30d = [2026-05-02 00:00, 2026-06-01 00:00): 1 rows"),
        "{}",
        text("recent")
    );
    for tag in ["last", "once"] {
        let html = profiles.explain(0, tag).unwrap().to_html();
        assert!(!html.contains("0001-01-01"), "{html}");
    }
}

#[test]
fn changes_of_a_level_are_a_table_that_fits_a_phone() {
    let level = "
  level: {layer: model, membership: {events: orders, amount: amount, window: 12mo, levels: {basic: 0, gold: 2000}}}
";
    let html = two_rows(level).explain(0, "level").unwrap().to_html();
    let (_, after) = html.split_once("What happened to the level").unwrap();
    let (table, _) = after.split_once("</table>").unwrap();
    assert!(table.contains("2,001.5") && table.contains("2026-05-02 00:00"), "{table}");
    assert!(html.contains("tl-scroll"));
}
