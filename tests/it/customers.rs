//! Tags of staying and leaving: held to the functions of the same models over the same rows, and to hand calculations.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use proptest::prelude::*;
use tagloom::catalog::model::{ModelChoice, SpendChoice};
use tagloom::engine::Artifact;
use tagloom::marketing::btyd::{Lifetime, LifetimeOptions, Past, Summary, SummaryOptions};
use tagloom::marketing::input::{OrderColumns, Orders};
use tagloom::time::{Timestamp, Zone};
use tagloom::value::Column;
use tagloom::{Catalog, Dataset, Fitted, Profiles, Table};
use tagloom_testkit::{Random, shuffled};

use crate::mistakes::is_mistake;

pub(crate) const HEAD: &str = "
tagloom: 1
name: customers
timezone: Asia/Shanghai
identifiers: {who: {max_per_profile: 1}}
sources:
  orders: {kind: events, identifiers: {who: who}, time: at, columns: {amount: float64, channel: string}}
tags:
";
pub(crate) const AS_OF: &str = "2026-06-01";

/// Orders of made-up customers, who buy at their own pace and one day stop; some are returned, some have no amount.
pub(crate) fn orders(seed: u64, customers: usize) -> RecordBatch {
    let mut random = Random::seeded(seed);
    let end = Zone::utc().parse("2026-06-03").unwrap().micros() as f64;
    let day = 86_400e6;
    let (mut who, mut at, mut amount, mut channel) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for customer in 0..customers {
        let mut time = end - (30.0 + 500.0 * random.unit()) * day;
        let (gap, mean) = (5.0 + 60.0 * random.unit(), 20.0 + 100.0 * random.unit());
        let stays = 0.6 + 0.38 * random.unit();
        while time < end {
            who.push(format!("c{customer:04}"));
            at.push(time as i64);
            let money = mean * (0.5 + random.unit()) * if random.unit() < 0.05 { -1.0 } else { 1.0 };
            amount.push((random.unit() > 0.03).then_some((money * 100.0).round() / 100.0));
            channel.push(if random.unit() < 0.5 { "web" } else { "shop" });
            if random.unit() > stays {
                break;
            }
            time += random.waiting(gap * day);
        }
    }
    let columns: [(&str, ArrayRef); 4] = [
        ("who", Arc::new(StringArray::from(who))),
        ("at", Arc::new(TimestampMicrosecondArray::from(at).with_timezone("UTC"))),
        ("amount", Arc::new(Float64Array::from(amount))),
        ("channel", Arc::new(StringArray::from(channel))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

pub(crate) fn catalog(tags: &str) -> Catalog {
    Catalog::parse(&format!("{HEAD}{tags}")).unwrap_or_else(|e| panic!("{}", e.render()))
}

pub(crate) fn data(rows: RecordBatch) -> Dataset {
    Dataset::new().with("orders", rows)
}

/// The number of a customer in a column.
pub(crate) fn number(profiles: &Profiles, column: &str, who: &str) -> Option<f64> {
    profiles.column(column).unwrap().f64(profiles.find("who", who).unwrap())
}

fn summary(rows: &RecordBatch, holdout: Option<&str>) -> Summary {
    let columns =
        OrderColumns { customer: "who".into(), time: "at".into(), money: Some("amount".into()), order: None };
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let (orders, _) = Orders::read(&Table::from(rows.clone()), &columns, &zone).unwrap();
    let before = |day: &str| Some(Timestamp::from_micros(zone.parse(day).unwrap().micros() - 1));
    let mut options = SummaryOptions::default();
    options.unit = Some("7d".parse().unwrap());
    options.end = before(holdout.unwrap_or(AS_OF));
    options.holdout_end = holdout.and_then(|_| before(AS_OF));
    options.zone = zone;
    Summary::of(&orders, &options).unwrap()
}

/// The tag of a lifetime value is what the functions give for the summary of the same rows, customer by customer, and
/// chooses the same model by the same hold-out.
#[test]
fn lifetime_values_are_those_of_the_functions() {
    let rows = orders(5, 400);
    let tags = "  ltv: {layer: model, lifetime: {events: orders, amount: amount, holdout: 60d, horizon: 180d, annual_discount_rate: 0.1, margin: 0.3}}";
    let profiles = catalog(tags).build(&data(rows.clone()), AS_OF).unwrap();

    let then = summary(&rows, Some("2026-04-02"));
    let holdout = then.holdout.as_ref().unwrap();
    assert!((holdout.length - 60.0 / 7.0).abs() < 1e-12);
    let now = summary(&rows, None);
    let past = Past { histories: &then.histories, purchases: &holdout.purchases, length: holdout.length };
    let choice = (ModelChoice::Auto, SpendChoice::GammaGamma);
    let learnt = Lifetime::learn(choice, &now.histories, &now.money, Some(past)).unwrap();
    let Some(Artifact::Lifetime(fitted)) = profiles.fitted().artifact("ltv") else { panic!("an artifact") };
    assert_eq!(**fitted, learnt);
    assert!(learnt.purchases.fit.converged && learnt.purchases.tried.len() == 2);

    let mut options = LifetimeOptions::new(180.0 / 7.0, 365.25 / 7.0);
    options.annual_discount_rate = 0.1;
    options.margin = 0.3;
    let Column::String(names) = Column::String(now.customers.clone()) else { unreachable!() };
    let mut checked = 0;
    for (row, (history, money)) in now.histories.iter().zip(&now.money).enumerate() {
        let tagloom::value::Value::String(who) = Column::String(names.clone()).value(row) else {
            panic!("a name")
        };
        let outlook = learnt.outlook(history, *money, &options).unwrap();
        for (column, wanted) in [
            ("ltv", outlook.lifetime_value),
            ("ltv.p_alive", outlook.p_alive),
            ("ltv.expected_purchases", outlook.expected_purchases),
            ("ltv.expected_spend", outlook.expected_spend),
        ] {
            assert_eq!(number(&profiles, column, &who), Some(wanted), "{who} {column}");
        }
        checked += 1;
    }
    assert!(checked > 350, "{checked}");
    // Whoever only returned things or bought after the day has no value.
    let nulls = profiles.column("ltv").unwrap().null_count();
    assert_eq!(profiles.len() - nulls, checked);
}

#[test]
fn models_of_customers_can_be_saved_and_explained() {
    let rows = orders(6, 200);
    let tags =
        "  ltv: {layer: model, lifetime: {events: orders, amount: amount, model: pareto_nbd, spend: mean}}";
    let fitted = catalog(tags).fit(&data(rows.clone()), AS_OF).unwrap();
    let loaded = Fitted::from_bytes(&fitted.to_bytes().unwrap()).unwrap();
    let [a, b] = [&fitted, &loaded].map(|f| f.apply(&data(rows.clone()), AS_OF).unwrap());
    assert_eq!(a.to_record_batch(), b.to_record_batch());

    let row = (0..a.len()).find(|&row| a.column("ltv").unwrap().f64(row).is_some()).unwrap();
    let explained = a.explain(row, "ltv").unwrap();
    let json = serde_json::to_value(&explained).unwrap();
    let because = &json["because"];
    assert_eq!(because["kind"], "lifetime");
    assert_eq!(because["model"]["model"], "pareto_nbd");
    assert_eq!(because["outlook"]["lifetime_value"].as_f64(), a.column("ltv").unwrap().f64(row));
    // A purchase makes a customer likelier, silence the less so the longer it is.
    let p: Vec<f64> = (0..3).map(|i| because["what_if"][i]["outlook"]["p_alive"].as_f64().unwrap()).collect();
    let now = because["outlook"]["p_alive"].as_f64().unwrap();
    assert!(p[0] > now && now > p[1] && p[1] > p[2], "{now} {p:?}");
    let text = explained.to_string();
    assert!(text.contains("Pareto/NBD (r ") && text.contains("if it is silent for 4 × 7d"), "{text}");
}

#[test]
fn mistakes_in_definitions() {
    for (body, code, path) in [
        ("lifetime: {events: orders, amount: nosuch}", "catalog.unknown_column", "tags.x.lifetime.amount"),
        ("lifetime: {events: orders, amount: channel}", "catalog.wrong_type", "tags.x.lifetime.amount"),
        (
            "lifetime: {events: orders, amount: amount, horizon: 1mo}",
            "catalog.out_of_range",
            "tags.x.lifetime.horizon",
        ),
        (
            "lifetime: {events: orders, amount: amount, margin: 0}",
            "catalog.out_of_range",
            "tags.x.lifetime.margin",
        ),
        (
            "lifetime: {events: orders, amount: amount, period: this month}",
            "catalog.out_of_range",
            "tags.x.lifetime.period",
        ),
        (
            "lifetime: {events: orders, amount: amount, model: bg_nbd, holdout: 90d}",
            "catalog.contradiction",
            "tags.x.lifetime.holdout",
        ),
        ("churn: {events: orders}", "catalog.missing_field", "tags.x.churn.by"),
        (
            "churn: {events: orders, by: {calendar: last month}}",
            "catalog.out_of_range",
            "tags.x.churn.by.calendar",
        ),
        (
            "churn: {events: orders, by: {silence: {share: 1}}}",
            "catalog.out_of_range",
            "tags.x.churn.by.silence.share",
        ),
        (
            "churn: {events: orders, by: {silence: {min_gaps: 0}}}",
            "catalog.out_of_range",
            "tags.x.churn.by.silence.min_gaps",
        ),
        (
            "churn: {events: orders, by: {silence: {min_peers: 0}}}",
            "catalog.out_of_range",
            "tags.x.churn.by.silence.min_peers",
        ),
        ("churn: {events: orders, by: {silence: {peers: nosuch}}}", "catalog.unknown_tag", "tags.x.churn"),
        (
            "churn: {events: orders, by: {model: {alive_below: 1}}}",
            "catalog.out_of_range",
            "tags.x.churn.by.model.alive_below",
        ),
        (
            "churn: {events: orders, by: {model: {unit: 1mo}}}",
            "catalog.out_of_range",
            "tags.x.churn.by.model.unit",
        ),
        ("churn_kind: {churned: 'TRUE', satisfied: 'TRUE'}", "catalog.contradiction", "tags.x.churn_kind"),
        ("churn_kind: {churned: 'nosuch'}", "rule.unknown_name", "tags.x.churn_kind.churned"),
        (
            "lifecycle: {events: orders, quiet_after: 7}",
            "catalog.out_of_range",
            "tags.x.lifecycle.lost_after",
        ),
        ("lifecycle: {events: orders, amount: channel}", "catalog.wrong_type", "tags.x.lifecycle.amount"),
    ] {
        is_mistake(HEAD, &format!("{{layer: model, {body}}}"), code, path);
    }
}

/// A population that there is nothing to learn from is said so, with the tag.
#[test]
fn nothing_to_learn_from() {
    let rows = orders(1, 3).slice(0, 1);
    let tags = "  ltv: {layer: model, lifetime: {events: orders, amount: amount}}";
    let error = catalog(tags).build(&data(rows), AS_OF).unwrap_err();
    assert_eq!(error.code(), "btyd.no_repeat");
    assert!(error.to_string().contains("tag `ltv`: none of 1 customers bought again"), "{error}");
}

const RULES: &str = "
  quiet: {layer: model, churn: {events: orders, by: {silence: {share: 0.9, min_gaps: 3}}}}
  gone: {layer: model, churn: {events: orders, by: {calendar: 3mo}}}
  stage: {layer: model, lifecycle: {events: orders}}
  web: {layer: fact, events: orders, count: {}, where: \"channel = 'web'\"}
  bad: {layer: fact, events: orders, exists: {}, where: \"amount < 0\"}
  why: {layer: model, churn_kind: {churned: gone, involuntary: \"web = 2\", complaint: bad, goal_reached: \"web >= 3\"}}
  act: {layer: business, rule: \"quiet AND NOT gone AND stage.days_left < 30 AND why IS NULL\"}
";

/// By hand. `a` buys every 10 days, the last time on 11 May; `b` bought twice 60 days apart, on 1 March last; `c` once, on
/// 28 February.
#[test]
fn silence_calendar_and_stages() {
    let days = [
        ("a", "2026-04-01"),
        ("a", "2026-04-11"),
        ("a", "2026-04-11 20:00"),
        ("a", "2026-04-21"),
        ("a", "2026-05-01"),
        ("a", "2026-05-11"),
        ("b", "2025-12-31"),
        ("b", "2026-03-01"),
        ("c", "2026-02-28"),
    ];
    let n = days.len();
    let columns: [(&str, ArrayRef); 4] = [
        ("who", Arc::new(StringArray::from_iter_values(days.map(|d| d.0)))),
        ("at", Arc::new(StringArray::from_iter_values(days.map(|d| d.1)))),
        ("amount", Arc::new(Float64Array::from(vec![5.0; n]))),
        (
            "channel",
            Arc::new(StringArray::from_iter_values(days.map(|d| if d.0 == "a" { "shop" } else { "web" }))),
        ),
    ];
    let profiles = catalog(RULES).build(&data(RecordBatch::try_from_iter(columns).unwrap()), AS_OF).unwrap();
    let value = |column: &str, who: &str| {
        profiles.column(column).unwrap().value(profiles.find("who", who).unwrap()).to_string()
    };
    for (column, [a, b, c]) in [
        // The own limit of a is 10 days, that of the others lies between 10 and 60 at the place .9 × 3: 60.
        ("quiet", ["true", "true", "true"]),
        ("quiet.silence_days", ["21", "92", "93"]),
        ("quiet.limit_days", ["10", "60", "60"]),
        ("quiet.basis", ["own", "population", "population"]),
        ("quiet.days_left", ["0", "0", "0"]),
        ("gone", ["false", "false", "true"]),
        ("gone.days_left", ["72", "1", "0"]),
        // Usual gaps are 10 days of a, and (10 + 60) / 2 of the others.
        ("stage", ["mature", "new", "new"]),
        ("stage.usual_gap_days", ["10", "35", "35"]),
        ("stage.days_left", ["10", "14", "13"]),
        ("why", ["null", "null", "unknown"]),
        ("act", ["true", "true", "false"]),
    ] {
        let found = ["a", "b", "c"].map(|who| value(column, who));
        assert_eq!(found, [a, b, c], "{column}");
    }
    let row = profiles.find("who", "b").unwrap();
    let text = |tag: &str| profiles.explain(row, tag).unwrap().to_string();
    assert!(
        text("quiet")
            .contains("1 own gaps, 3 wanted: the limit is that of 90 % of the gaps of 2 customers, 60"),
        "{}",
        text("quiet")
    );
    assert!(
        text("gone").contains("churned after 3mo without a purchase; 1 days of silence are left"),
        "{}",
        text("gone")
    );
    assert!(
        text("stage").contains("quiet after 105 days, lost after 210; 14 days of silence are left"),
        "{}",
        text("stage")
    );
    assert!(text("why").contains("churned: gone  [false]"), "{}", text("why"));
    assert!(profiles.to_html().contains("</html>"));
}

/// What a model says of churn is one less than what it says of being a customer, and comes to it when it says.
#[test]
fn churn_by_model() {
    let rows = orders(9, 300);
    let tags = "
  ltv: {layer: model, lifetime: {events: orders, amount: amount, model: mbg_nbd, spend: mean}}
  churn: {layer: model, churn: {events: orders, amount: amount, by: {model: {kind: mbg_nbd, alive_below: 0.4, horizon: 60d}}}}
";
    let fitted = catalog(tags).fit(&data(rows.clone()), AS_OF).unwrap();
    let profiles = fitted.apply(&data(rows.clone()), AS_OF).unwrap();
    let column = |name: &str| profiles.column(name).unwrap();
    let mut checked = 0;
    for row in 0..profiles.len() {
        let Some(alive) = column("ltv.p_alive").f64(row) else { continue };
        let probability = column("churn.probability").f64(row).unwrap();
        assert_eq!(probability, 1.0 - alive);
        let churned = column("churn").value(row) == tagloom::value::Value::Bool(true);
        assert_eq!(churned, alive < 0.4);
        let left = column("churn.days_left").f64(row).unwrap();
        assert_eq!(left == 0.0, churned);
        let none = column("churn.no_purchase").f64(row).unwrap();
        assert!((probability - 1e-12..=1.0).contains(&none));
        let text = profiles.explain(row, "churn").unwrap().to_string();
        assert!(text.contains("churned below 0.4"), "{text}");
        checked += 1;
    }
    assert!(checked > 250);
    // 60 days later without a purchase those have churned who were said to within 59 days.
    let before = data(arrow_select::filter::filter_record_batch(&rows, &before(&rows, AS_OF)).unwrap());
    let later = fitted.apply(&before, "2026-07-31").unwrap();
    for row in 0..profiles.len() {
        let (_, who) = profiles.identifiers(row).next().unwrap();
        let Some(left) = column("churn.days_left").f64(row) else { continue };
        let then = later.column("churn").unwrap().value(later.find("who", who).unwrap());
        if (left - 60.0).abs() > 1.0 {
            assert_eq!(then, tagloom::value::Value::Bool(left < 60.0), "{who}: {left}");
        }
    }
}

pub(crate) fn before(rows: &RecordBatch, day: &str) -> arrow_array::BooleanArray {
    let day = Zone::named("Asia/Shanghai").unwrap().parse(day).unwrap().micros();
    let times = rows["at"].as_any().downcast_ref::<TimestampMicrosecondArray>().unwrap();
    times.iter().map(|at| at.map(|at| at < day)).collect()
}

/// Everything that the functions of staying and leaving say of some transactions, as text with all digits.
fn all_of(rows: &RecordBatch) -> String {
    use tagloom::marketing::btyd::{Kind, ReturnPolicy, Spend, Tracks, choose};
    use tagloom::marketing::churn::{Rhythms, Silence, SilenceParams};
    use tagloom::marketing::lifecycle::{Lifecycle, LifecycleParams};
    use tagloom::marketing::survival::{KaplanMeier, Spell};

    let read = |rows: &RecordBatch, zone: &Zone| {
        let columns = OrderColumns {
            customer: "who".into(),
            time: "at".into(),
            money: Some("amount".into()),
            order: None,
        };
        Orders::read(&Table::from(rows.clone()), &columns, zone).unwrap().0
    };
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let orders = read(rows, &zone);
    let mut options = SummaryOptions::default();
    options.unit = Some("7d".parse().unwrap());
    options.end = Some(zone.parse("2026-03-31").unwrap());
    options.holdout_end = Some(zone.parse("2026-05-31").unwrap());
    options.zone = zone.clone();
    let summary = Summary::of(&orders, &options).unwrap();
    let holdout = summary.holdout.as_ref().unwrap();
    let kinds = [Kind::BgNbd, Kind::MbgNbd, Kind::ParetoNbd];
    let past = Some((holdout.purchases.as_slice(), holdout.length));
    let candidates = choose(&kinds, &summary.histories, past).unwrap();
    let tracks = Tracks::of(&orders, &options).unwrap();
    let model = candidates[0].model;
    let mut said = vec![format!("{:?} {candidates:?}", (&summary.histories, &summary.money, holdout))];
    said.push(format!("{:?}", model.count_table(&summary.histories, 7).unwrap()));
    said.push(format!("{:?}", model.holdout_table(&summary.histories, &holdout.purchases, 8.0, 5).unwrap()));
    said.push(format!("{:?}", tracks.course(&model, 20).unwrap()));
    for choice in [SpendChoice::GammaGamma, SpendChoice::Mean] {
        said.push(format!("{:?}", Spend::learn(choice, &summary.histories, &summary.money)));
    }
    let rhythms = Rhythms::of(&orders, zone.parse(AS_OF).ok(), &zone, ReturnPolicy::Net, 0.95);
    let silence = Silence::learn(SilenceParams::default(), &rhythms.rhythms).unwrap();
    let lifecycle = Lifecycle::learn(LifecycleParams::default(), &rhythms.rhythms).unwrap();
    for rhythm in &rhythms.rhythms {
        said.push(format!("{rhythm:?} {:?} {:?}", silence.judge(rhythm), lifecycle.place(rhythm)));
    }
    let spells = rhythms.rhythms.iter().filter(|rhythm| rhythm.age > 0.0);
    let spells: Vec<Spell> = spells.map(|rhythm| Spell::new(rhythm.age, rhythm.silence > 60.0)).collect();
    said.push(format!("{:?}", KaplanMeier::fit(&spells).unwrap()));
    said.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn order_of_rows_and_threads_do_not_show_in_functions(seed: u64) {
        let rows = orders(seed, 120);
        let plain = all_of(&rows);
        prop_assert_eq!(&plain, &all_of(&shuffled(&rows, seed).unwrap()));
        for threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            prop_assert_eq!(&plain, &pool.install(|| all_of(&rows)));
        }
    }
}
