//! Tags of staying and leaving: held to the functions of the same models over the same rows, and to hand calculations.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use tagloom::catalog::model::{ModelChoice, SpendChoice};
use tagloom::engine::Artifact;
use tagloom::marketing::btyd::{Lifetime, LifetimeOptions, Past, Summary, SummaryOptions};
use tagloom::marketing::input::{OrderColumns, Orders};
use tagloom::time::{Timestamp, Zone};
use tagloom::value::Column;
use tagloom::{Catalog, Dataset, Fitted, Profiles, Table};
use tagloom_testkit::Random;

const HEAD: &str = "
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
fn number(profiles: &Profiles, column: &str, who: &str) -> Option<f64> {
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
    let tag = |body: &str| format!("  x: {{layer: model, {body}}}");
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
    ] {
        let error = Catalog::parse(&format!("{HEAD}{}", tag(body))).unwrap_err();
        let found: Vec<_> = error.problems.iter().map(|p| (p.code, p.path.as_str(), p.line)).collect();
        assert_eq!(found, [(code, path, Some(9))], "{body}");
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
