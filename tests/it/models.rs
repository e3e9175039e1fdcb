//! Tags by models over made-up rows: what must hold of each, whatever the rows.

use std::num::NonZeroUsize;
use std::sync::Arc;

use arrow_array::{Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use proptest::prelude::*;
use serde_json::Value as Json;
use tagloom::{Catalog, Dataset, Fitted, RunOptions, Table};
use tagloom_testkit::shuffled;

use crate::everybody::values;
use crate::mistakes::is_mistake;

const AS_OF: &str = "2024-06-01";

const CATALOGUE: &str = "
tagloom: 1
name: models
timezone: Asia/Shanghai
identifiers: {customer: {max_per_profile: 1}}
sources:
  orders:
    kind: events
    identifiers: {customer: customer}
    time: time
    columns: {order: string, amount: float64, category: string, there: string, missing: string}
tags:
  spend: {layer: fact, events: orders, sum: amount}
  rows: {layer: fact, events: orders, count: {}}
  since: {layer: fact, events: orders, days_since_last: {}}
  nps: {layer: fact, events: orders, last: amount}
  first: {layer: fact, events: orders, first: amount}
  most: {layer: fact, events: orders, max: amount}
  least: {layer: fact, events: orders, min: amount, window: last 5 events}
  usual: {layer: fact, events: orders, mode: amount}
  tops: {layer: fact, events: orders, top_values: {of: amount, top: 3}}
  middle: {layer: fact, events: orders, quantiles: {of: amount, at: [0.1, 0.5]}}
  saldo: {layer: fact, events: orders, balance: amount}
  best: {layer: fact, events: orders, arg_max: {by: amount, take: category}}
  shares: {layer: fact, events: orders, share_of: amount, by: category, top: 2}
  often: {layer: fact, bucket: {of: rows, at: [4], names: [seldom, often]}}
  rfm: {layer: model, rfm: {events: orders, amount: amount, order: order, score: {quantile: 3}, segments: {all: ['***']}}}
  tier: {layer: model, tier: {by: spend, levels: {low: 0, high: 40}}}
  level:
    layer: model
    membership:
      events: orders
      amount: amount
      order: order
      window: 90d
      levels: {basic: 0, silver: 20, gold: {reach: 60, keep: 40}}
      grace: 14d
  regular: {layer: model, membership: {events: orders, measure: orders, order: order, window: this year, until_end_of: quarter, levels: {basic: 0, regular: 3}, fall: one_level}}
  abc: {layer: model, value_tier: {by: spend}}
  abc_rfm: {layer: model, value_tier: {by: rfm.monetary, classes: {top: 0.5, rest: 1}, groups: 4}}
  loyal:
    layer: model
    loyalty:
      behaviour: [{of: rows, to: 8}, {of: rfm.recency_days, from: 200, to: 0, weight: 2}]
      attitude: [{of: nps, from: -5, to: 15, age: since, half_life: 60d}]
      at_least: {behaviour: 0.4, attitude: 0.5}
  needs: {layer: model, kano: {survey: orders, features: {speed: {functional: there, dysfunctional: missing}}, audience: often, min_people: 3}}
  gaps: {layer: model, category_gap: {events: orders, category: category, amount: amount, peers: rfm, top: 2, min_peers: 3}}
  gaps_of_all: {layer: model, category_gap: {events: orders, category: category, window: 180d, top: 1, min_penetration: 0}}
  served: {layer: business, rule: \"needs.speed_policy = 'always_met' OR needs.speed_policy = 'by_tier' AND level = 'gold'\"}
";

fn catalog() -> Catalog {
    Catalog::parse(CATALOGUE).unwrap_or_else(|e| panic!("{}", e.render()))
}

#[derive(Debug, Clone)]
struct Row {
    customer: u8,
    hour: i64,
    order: Option<u8>,
    amount: Option<f64>,
    category: Option<&'static str>,
    answers: [Option<&'static str>; 2],
}

fn row() -> impl Strategy<Value = Row> {
    let category = prop::option::weighted(0.9, prop::sample::select(vec!["food", "toys", "wine", "红酒"]));
    let answer =
        || prop::option::weighted(0.4, prop::sample::select(vec!["like", "dislike", "3", "must_be", "?"]));
    // Some that are equal, or all but: zeros of both signs.
    let amount = prop_oneof![4 => -10f64..25.0, 1 => prop::sample::select(vec![0.0, -0.0, 5.0])];
    let amount = prop::option::weighted(0.95, amount);
    let hour = prop_oneof![3 => 0i64..9_000, 1 => Just(4_000)];
    (0u8..10, hour, prop::option::weighted(0.6, 0u8..30), amount, category, (answer(), answer())).prop_map(
        |(customer, hour, order, amount, category, (there, missing))| Row {
            customer,
            hour,
            order,
            amount,
            category,
            answers: [there, missing],
        },
    )
}

fn table(rows: &[Row]) -> RecordBatch {
    let texts = |text: &dyn Fn(&Row) -> Option<String>| -> Arc<StringArray> {
        Arc::new(rows.iter().map(text).collect())
    };
    let times: TimestampMicrosecondArray =
        rows.iter().map(|row| Some(1_685_548_800_000_000 + row.hour * 3_600_000_000)).collect();
    let own = |text: Option<&str>| text.map(str::to_owned);
    RecordBatch::try_from_iter([
        ("customer", texts(&|row| Some(format!("c{}", row.customer))) as _),
        ("time", Arc::new(times.with_timezone("UTC")) as _),
        ("order", texts(&|row| row.order.map(|order| format!("{}-{order}", row.customer))) as _),
        ("amount", Arc::new(rows.iter().map(|row| row.amount).collect::<Float64Array>()) as _),
        ("category", texts(&|row| own(row.category)) as _),
        ("there", texts(&|row| own(row.answers[0])) as _),
        ("missing", texts(&|row| own(row.answers[1])) as _),
    ])
    .unwrap()
}

fn orders(rows: impl Into<Table>) -> Dataset {
    Dataset::new().with("orders", rows)
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(row(), 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn neither_the_order_of_rows_nor_threads_show(rows in rows(), seed: u64) {
        let (catalog, table) = (catalog(), table(&rows));
        let plain = catalog.build(&orders(table.clone()), AS_OF).unwrap().to_record_batch();
        let other = catalog.build(&orders(shuffled(&table, seed).unwrap()), AS_OF).unwrap().to_record_batch();
        prop_assert_eq!(&plain, &other);
        let options = RunOptions::default().with_threads(NonZeroUsize::new(1 + (seed % 4) as usize).unwrap());
        prop_assert_eq!(&plain, &catalog.build_with(&orders(table), AS_OF, &options).unwrap().to_record_batch());
    }

    #[test]
    fn what_was_learnt_is_applied_to_each_profile_by_itself(rows in rows(), customer in 0u8..10) {
        let table = table(&rows);
        let fitted = catalog().fit(&orders(table.clone()), AS_OF).unwrap();
        let built = catalog().build(&orders(table.clone()), AS_OF).unwrap();
        let all = fitted.apply(&orders(table), AS_OF).unwrap();
        prop_assert_eq!(&built.to_record_batch(), &all.to_record_batch());
        let loaded = Fitted::from_bytes(&fitted.to_bytes().unwrap()).unwrap();
        let own: Vec<Row> = rows.iter().filter(|row| row.customer == customer).cloned().collect();
        let alone = values(&loaded.apply(&orders(self::table(&own)), AS_OF).unwrap());
        let name = format!("c{customer}");
        let among: Vec<_> = values(&all).into_iter().filter(|(customer, _)| *customer == name).collect();
        prop_assert_eq!(alone, among);
    }

    /// Explanations can be checked again: changes lead to the level, weights and scores to the type, shares to the gap.
    #[test]
    fn explanations_lead_to_the_values(rows in rows()) {
        let profiles = catalog().build(&orders(table(&rows)), AS_OF).unwrap();
        for row in 0..profiles.len() {
            let because = |tag: &str| {
                let explained = profiles.explain_with(row, tag, usize::MAX).unwrap();
                assert!(!explained.to_string().is_empty() && !explained.to_html().is_empty());
                serde_json::to_value(&explained.because).unwrap()
            };
            let value = |column: &str| serde_json::to_value(profiles.column(column).unwrap().value(row)).unwrap();
            let changes = because("level")["changes"].as_array().unwrap().clone();
            let last = changes.last().map_or(Json::from("basic"), |change| change["to"].clone());
            prop_assert_eq!(last, value("level"));
            let loyal = because("loyal");
            let left: f64 = loyal["assessment"]["attitude"]["parts"].as_array().unwrap().iter().map(|p| p["weight_left"].as_f64().unwrap()).sum();
            prop_assert_eq!(Json::from(left), value("loyal.attitude_evidence"));
            let gaps = because("gaps");
            let first = &gaps["gaps"][0];
            prop_assert_eq!(&first["category"], &value("gaps"));
            if !first.is_null() {
                let spent: f64 = gaps["spent"].as_array().unwrap().iter().map(|s| s[1].as_f64().unwrap().max(0.0)).sum();
                let of = |field: &str| first[field].as_f64().unwrap();
                prop_assert!(((of("expected_share") - of("own_share")) * spent - of("gap")).abs() < 1e-9);
            }
            let classes = because("abc");
            let named = classes["class"].as_u64().map(|at| classes["classes"][at as usize]["name"].clone());
            prop_assert_eq!(named.unwrap_or_default(), value("abc"));
            prop_assert_eq!(&because("needs")["features"][0]["policy"], &value("needs.speed_policy"));
        }
    }

    /// As of an earlier instant: the same as if later rows had never come.
    #[test]
    fn levels_can_be_reproduced_as_of_any_day(rows in rows(), day in 1i64..360) {
        let as_of = 1_685_548_800_000_000 + day * 86_400_000_000;
        let instant = tagloom::time::Timestamp::from_micros(as_of).to_string();
        let early: Vec<Row> = rows.iter().filter(|row| row.hour < day * 24).cloned().collect();
        let [all, early] = [&rows, &early].map(|rows| catalog().build(&orders(table(rows)), &instant).unwrap());
        prop_assert_eq!(all.to_record_batch(), early.to_record_batch());
    }
}

#[test]
fn definitions_that_are_wrong_say_where() {
    for (tag, code, said) in [
        (
            "{layer: model, membership: {events: orders, window: 12mo, levels: {a: 0}}}",
            "catalog.missing_field",
            "no `amount`",
        ),
        (
            "{layer: model, membership: {events: orders, amount: category, window: 12mo, levels: {a: 0}}}",
            "catalog.wrong_type",
            "membership wants a number",
        ),
        (
            "{layer: model, membership: {events: orders, amount: amount, window: last 3 events, levels: {a: 0}}}",
            "membership.window",
            "wanted a length of time",
        ),
        (
            "{layer: model, membership: {events: orders, amount: amount, window: 12mo, levels: {a: {reach: 1, keep: 2}}}}",
            "membership.keep_above_reach",
            "kept at 2",
        ),
        (
            "{layer: model, membership: {events: orders, amount: amount, window: 12mo, levels: {a: yes}}}",
            "catalog.wrong_type",
            "{reach: a number, keep: a number}",
        ),
        (
            "{layer: fact, membership: {events: orders, amount: amount, window: 12mo, levels: {a: 0}}}",
            "catalog.layer",
            "belongs to layer model",
        ),
        ("{layer: model, value_tier: {by: often}}", "catalog.wrong_type", "wanted a number"),
        ("{layer: model, value_tier: {by: spent}}", "catalog.unknown_tag", "unknown tag `spent`"),
        (
            "{layer: model, value_tier: {by: spend, classes: {A: 0.8}}}",
            "value_tier.incomplete",
            "goes up to 0.8",
        ),
        (
            "{layer: model, loyalty: {behaviour: [{of: rows, to: 8}], attitude: []}}",
            "loyalty.no_components",
            "`attitude`",
        ),
        (
            "{layer: model, loyalty: {behaviour: [{of: rows, to: 8}], attitude: [{of: nps, to: 1, half_life: 3d}]}}",
            "catalog.contradiction",
            "`age` and `half_life`",
        ),
        ("{layer: model, kano: {survey: orders, features: {}}}", "catalog.missing_field", "no features"),
        (
            "{layer: model, kano: {survey: orders, features: {a: {functional: amount, dysfunctional: missing}}}}",
            "catalog.wrong_type",
            "kano wants text",
        ),
        (
            "{layer: model, kano: {survey: orders, wording: {ja: yep}, features: {a: {functional: there, dysfunctional: missing}}}}",
            "catalog.out_of_range",
            "`yep` is no answer",
        ),
        (
            "{layer: model, kano: {survey: orders, features: {a: {functional: there, dysfunctional: missing}, a_group: {functional: there, dysfunctional: missing}}}}",
            "catalog.bad_name",
            "another field",
        ),
        (
            "{layer: model, category_gap: {events: orders, category: amount}}",
            "catalog.wrong_type",
            "category_gap wants text",
        ),
        (
            "{layer: model, category_gap: {events: orders, category: category, top: 0}}",
            "catalog.out_of_range",
            "`top` is 0",
        ),
        (
            "{layer: model, category_gap: {events: orders, category: category, min_penetration: 2}}",
            "category_gap.min_penetration",
            "wanted 0 to 1",
        ),
    ] {
        is_mistake(CATALOGUE, tag, code, said);
    }
}
