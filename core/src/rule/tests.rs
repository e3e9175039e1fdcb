//! Tests of rules, tables, score cards and sets.

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::time::{Timestamp, Zone};
use crate::value::{Column, ColumnBuilder, DataType, Value};

fn column(data_type: DataType, values: &[Value]) -> Column {
    let mut builder = ColumnBuilder::new(data_type, values.len());
    for value in values {
        builder.push(value);
    }
    builder.finish()
}

fn frame() -> Frame {
    let texts = |values: &[Option<&str>]| -> Vec<Value> {
        values.iter().map(|value| value.map_or(Value::Null, Value::from)).collect()
    };
    Frame::new([
        ("age".to_owned(), column(DataType::Int, &[20.into(), 30.into(), 40.into(), Value::Null, 60.into()])),
        (
            "tier".to_owned(),
            column(
                DataType::String,
                &texts(&[Some("gold"), Some("gold"), None, Some("basic"), Some("silver")]),
            ),
        ),
        (
            "risk".to_owned(),
            column(DataType::Float, &[0.1.into(), 0.7.into(), 0.9.into(), 0.65.into(), Value::Null]),
        ),
    ])
    .unwrap()
}

fn shown(column: &Column) -> String {
    (0..column.len()).map(|row| column.value(row).to_string()).collect::<Vec<_>>().join(" ")
}

fn given(values: &[(&str, Value)]) -> Given {
    values.iter().map(|(name, value)| (*name, value.clone())).collect()
}

#[test]
fn a_rule_alone() {
    let rule = Rule::new("tier = 'gold' AND (age >= 30 OR risk < 0.2)").unwrap();
    assert_eq!(rule.names(), ["tier", "age", "risk"]);
    let applied = rule.apply(&frame()).unwrap();
    // gold 20 .1; gold 30; null tier with age 40; basic; silver.
    assert_eq!(shown(&applied.column), "true true null false false");
    let why = rule.explain_row(&frame(), 3).unwrap();
    assert!(why.children[0].decisive && !why.children[1].decisive);
    assert_eq!(rule.explain_row(&frame(), 5).unwrap_err().code(), "rule.no_such_row");
    let error = Rule::new("teir = 'gold'").unwrap().apply(&frame()).unwrap_err();
    assert_eq!(
        (error.code(), error.diagnostics()[0].help.as_deref()),
        ("rule.unknown_name", Some("did you mean `tier`?"))
    );
}

#[test]
fn profiles_with_nulls_need_no_types() {
    let rule =
        Rule::new("tier = 'gold' AND channels HAS 'app' AND last_order > DATE '2026-01-01' AND vip").unwrap();
    let nothing = given(&[
        ("tier", Value::Null),
        ("channels", Value::Null),
        ("last_order", Value::Null),
        ("vip", Value::Null),
    ]);
    assert_eq!(rule.test(&nothing).unwrap(), Value::Null);
    let some = given(&[
        ("tier", "basic".into()),
        ("channels", Value::Null),
        ("last_order", Value::Null),
        ("vip", Value::Null),
    ]);
    assert_eq!(rule.test(&some).unwrap(), Value::Bool(false));
    assert_eq!(rule.test(&given(&[("tier", "gold".into())])).unwrap_err().code(), "rule.unknown_name");
}

#[test]
fn the_time_is_given_or_not_asked_for() {
    let rule = Rule::new("born < TODAY() - INTERVAL 18 YEARS").unwrap();
    let born = given(&[("born", Value::Date("2008-06-30".parse().unwrap()))]);
    assert_eq!(rule.test(&born).unwrap_err().code(), "rule.no_as_of");
    let zone = Zone::named("Asia/Shanghai").unwrap();
    let at = |text: &str| born.clone().at(zone.parse(text).unwrap(), &zone);
    assert_eq!(rule.test(&at("2026-07-01")).unwrap(), Value::Bool(true));
    assert_eq!(rule.test(&at("2026-06-01")).unwrap(), Value::Bool(false));
    let table =
        DecisionTable::from_csv("born < TODAY() - INTERVAL 18 YEARS,=> x\ntrue,grown\n", HitPolicy::First)
            .unwrap();
    assert_eq!(table.test(&born).unwrap_err().code(), "rule.no_as_of");
    assert_eq!(table.test(&at("2026-07-01")).unwrap().rows, [1]);
    let card = ScoreCard::from_csv("when,points\nborn < TODAY() - INTERVAL 18 YEARS,5\n", []).unwrap();
    assert_eq!(card.test(&born).unwrap_err().code(), "rule.no_as_of");
    assert_eq!(card.test(&at("2026-07-01")).unwrap().score, 5.0);
}

#[test]
fn what_would_have_to_change() {
    let rule =
        Rule::new("tier = 'gold' AND (age >= 30 OR risk < 0.2 AND age > 18) AND NOT (risk > 0.8)").unwrap();
    let profile = given(&[("tier", "basic".into()), ("age", 20.into()), ("risk", 0.9.into())]);
    let changes = rule.changes(&profile).unwrap().unwrap();
    let seen: Vec<_> = changes.iter().map(|c| (c.text.as_str(), c.wanted, c.distance)).collect();
    // The tier; of the two ways to satisfy the OR one condition each, the first; the negated one must turn false.
    assert_eq!(seen[0], ("tier = 'gold'", true, None));
    assert_eq!(seen[1], ("age >= 30", true, Some(10.0)));
    assert_eq!((seen[2].0, seen[2].1), ("risk > 0.8", false));
    assert!((seen[2].2.unwrap() + 0.1).abs() < 1e-12);
    assert_eq!(Rule::new("1 = 2 AND age > 1").unwrap().changes(&profile).unwrap(), None);
    assert_eq!(Rule::new("age > 1").unwrap().changes(&profile).unwrap(), Some(Vec::new()));
}

#[test]
fn a_funnel_counts_steps() {
    let tally = Rule::new("tier = 'gold' AND age >= 30 AND risk > 0.5").unwrap().funnel(&frame()).unwrap();
    assert_eq!((tally.is_true, tally.is_false, tally.is_unknown), (1, 3, 1));
    let steps: Vec<_> = tally.children.iter().map(|step| (step.is_true, step.passed.unwrap())).collect();
    assert_eq!(steps, [(2, 2), (3, 1), (3, 1)]);
    // False because of: row 0 age and risk, row 3 tier, row 4 tier; true by all three; unknown row 2 by the tier.
    let decisive: Vec<u64> = tally.children.iter().map(|step| step.decisive).collect();
    assert_eq!(decisive, [4, 2, 2]);
}

#[test]
fn a_difference_names_its_causes() {
    let old = Rule::new("tier = 'gold' AND age >= 30").unwrap();
    let new = Rule::new("tier IN ('gold', 'silver') AND age >= 18").unwrap();
    let difference = old.diff(&new, &frame()).unwrap();
    // Row 0 (gold, 20) enters by age, row 4 (silver, 60) by tier; row 1 stays.
    assert_eq!(
        (difference.stay, difference.enter.as_slice(), difference.leave.len()),
        (1, [0, 4].as_slice(), 0)
    );
    let causes: Vec<_> = difference.enter_by.iter().map(|c| (c.text.as_str(), c.is_new, c.rows)).collect();
    assert_eq!(
        causes,
        [
            ("tier IN ('gold', 'silver')", true, 2),
            ("age >= 18", true, 2),
            ("tier = 'gold'", false, 1),
            ("age >= 30", false, 1),
        ]
    );
    assert_eq!(old.diff(&old, &frame()).unwrap().enter_by, []);
}

fn table(hit: HitPolicy, values: &[&str]) -> DecisionTable {
    let mut def = TableDef::new(hit, vec!["age".into()], vec!["fee".into()]);
    def.rows = vec![
        vec![json!(">= 18"), json!("full")],
        vec![json!(">= 30"), json!("most")],
        vec![json!("< 30"), json!("part")],
        vec![json!("[60..]"), json!("none")],
    ];
    def.rows[3][0] = json!(">= 60");
    if !values.is_empty() {
        def.values.insert("fee".into(), values.iter().map(|value| json!(value)).collect());
    }
    DecisionTable::new(def).unwrap()
}

fn outcome(hit: HitPolicy, values: &[&str], age: i64) -> String {
    let outcome = table(hit, values).test(&given(&[("age", age.into())])).unwrap();
    let values: Vec<String> = outcome.values[0].1.iter().map(ToString::to_string).collect();
    format!("{} {:?}{}", values.join(","), outcome.rows, if outcome.is_conflict { "!" } else { "" })
}

#[test]
fn every_hit_policy() {
    use HitPolicy::{Any, Collect, CollectCount, First, OutputOrder, Priority, RuleOrder, Unique};
    let order = ["none", "part", "most", "full"];
    // At 20 the rows 1 and 3 match, at 60 the rows 1, 2 and 4, at 10 the row 3.
    assert_eq!(outcome(Unique, &[], 10), "part [3]");
    assert_eq!(outcome(Unique, &[], 20), "null []!");
    assert_eq!(outcome(Any, &[], 20), "null []!");
    assert_eq!(outcome(First, &[], 20), "full [1]");
    assert_eq!(outcome(Priority, &order, 20), "part [3]");
    assert_eq!(outcome(Priority, &order, 60), "none [4]");
    assert_eq!(outcome(Collect, &[], 60), "full,most,none [1, 2, 4]");
    assert_eq!(outcome(RuleOrder, &[], 20), "full,part [1, 3]");
    assert_eq!(outcome(OutputOrder, &order, 60), "none,most,full [4, 2, 1]");
    assert_eq!(outcome(CollectCount, &[], 60), "3 [1, 2, 4]");
    let applied = table(First, &[]).apply(&frame()).unwrap();
    assert_eq!((applied.unmatched, applied.conflicts), (1, 0));
    assert_eq!(shown(&applied.row), "1 1 1 null 1");
    assert_eq!(table(Unique, &[]).apply(&frame()).unwrap().conflicts, 4);
}

#[test]
fn sums_of_points() {
    let csv = "age,tier,=> points\n>= 18,-,10\n-,gold,2.5\n>= 30,gold,5\n";
    for (hit, wanted) in
        [(HitPolicy::CollectSum, 17.5), (HitPolicy::CollectMin, 2.5), (HitPolicy::CollectMax, 10.0)]
    {
        let table = DecisionTable::from_csv(csv, hit).unwrap();
        let outcome = table.test(&given(&[("age", 40.into()), ("tier", "gold".into())])).unwrap();
        assert_eq!(outcome.values, [("points".to_owned(), vec![Value::Float(wanted)])]);
    }
    let error = DecisionTable::from_csv("a,=> b\n1,x\n", HitPolicy::CollectSum).unwrap_err();
    assert_eq!(error.code(), "rule.table_policy");
}

#[test]
fn tables_say_what_is_wrong_and_where() {
    let wrong = |csv: &str| DecisionTable::from_csv(csv, HitPolicy::First).unwrap_err();
    assert_eq!(wrong("").code(), "rule.table_empty");
    assert_eq!(wrong("a,=> b\n1\n").to_string(), "row 1: 1 cells; wanted 2, as many as there are names");
    assert_eq!(wrong("a,=> b\n\"\"\"x\",1\n").code(), "rule.table_cell");
    let table = DecisionTable::from_csv("age,=> b\n18,1\n>= ten,2\n", HitPolicy::First).unwrap();
    let error = table.apply(&frame()).unwrap_err();
    assert!(error.to_string().starts_with("row 2, `age`: cannot compare"), "{error}");
    let table = DecisionTable::from_csv("aeg,=> b\n18,1\n", HitPolicy::First).unwrap();
    assert_eq!(table.apply(&frame()).unwrap_err().code(), "rule.unknown_name");
}

fn findings(csv: &str, hit: HitPolicy) -> Vec<(FindingKind, Vec<usize>, String)> {
    let found = DecisionTable::from_csv(csv, hit).unwrap().analyse(frame().schema()).unwrap();
    found.into_iter().map(|f| (f.kind, f.rows, f.when.join(" and "))).collect()
}

#[test]
fn gaps_and_overlaps() {
    use FindingKind::{Conflict, Gap, NotAnalysed, Overlap, Unreachable};
    let csv = "age,tier,=> x\n< 18,-,1\n[18..60),gold,2\n>= 60,\"gold, silver\",3\n[50..],gold,4\n"
        .replace("[50..]", ">= 50");
    assert_eq!(
        findings(&csv, HitPolicy::Unique),
        [
            (Gap, vec![], "age = 18 or 18 < age < 50 and silver or any other value".to_owned()),
            (Gap, vec![], "age = 50 or 50 < age < 60 and silver or any other value".to_owned()),
            (Gap, vec![], "age = 60 or age > 60 and any other value".to_owned()),
            (Conflict, vec![2, 4], "age = 50 or 50 < age < 60 and gold".to_owned()),
            (Conflict, vec![3, 4], "age = 60 or age > 60 and gold".to_owned()),
        ]
    );
    // Whole numbers leave nothing between 17 and 18.
    assert_eq!(findings("age,=> x\n<= 17,1\n>= 18,2\n", HitPolicy::Unique), []);
    assert_eq!(findings("risk,=> x\n<= 17,1\n>= 18,2\n", HitPolicy::Unique)[0].2, "17 < risk < 18");
    assert_eq!(
        findings("age,=> x\n>= 18,1\n>= 30,2\n-,3\n", HitPolicy::First),
        [
            (Overlap, vec![1, 2], "age = 30 or age > 30".to_owned()),
            (Overlap, vec![1, 3], "age = 18 or 18 < age < 30 or age = 30 or age > 30".to_owned()),
            (Overlap, vec![2, 3], "age = 30 or age > 30".to_owned()),
            (Unreachable, vec![2, 1], String::new()),
        ]
    );
    assert_eq!(
        findings("tier,=> x\nLIKE 'g%',1\n-,2\n", HitPolicy::Unique),
        [(NotAnalysed, vec![1], String::new())]
    );
}

#[test]
fn score_cards() {
    let csv = "when,points,weight,unknown,name\nage >= 30,10,2,1,grown\ntier = 'gold',5,,,\n";
    let bands = [("low".to_owned(), 0.0), ("high".to_owned(), 20.0)];
    let card = ScoreCard::from_csv(csv, bands).unwrap();
    let ScoreOutput { score, band, warnings, .. } = card.apply(&frame()).unwrap();
    assert_eq!(warnings, []);
    assert_eq!(shown(&score), "5 25 20 2 20");
    assert_eq!(shown(&band), "low high high low high");
    let scored = card.test(&given(&[("age", Value::Null), ("tier", "gold".into())])).unwrap();
    assert_eq!(
        (scored.score, scored.contributions[0].points, scored.contributions[0].is_true),
        (7.0, 2.0, None)
    );
    let mut def = card.def().clone();
    def.bands.insert("broken".into(), 1.0);
    assert_eq!(ScoreCard::new(def).unwrap_err().code(), "rule.score_bands");
    let mut def = card.def().clone();
    def.items[0].points = f64::NAN;
    assert_eq!(ScoreCard::new(def).unwrap_err().code(), "rule.score_number");
    assert_eq!(ScoreCard::from_csv("a,b\n", []).unwrap_err().code(), "rule.score_csv");
}

fn set() -> RuleSetDef {
    let def = json!({
        "name": "campaigns",
        "version": "7",
        "rules": {
            "mail": {"when": "risk >= 0.6", "group": "contact"},
            "call": {"when": "risk >= 0.6 AND tier = 'gold'", "group": "contact", "priority": 10, "version": "2",
                     "examples": [{"given": {"risk": 0.7, "tier": "gold"}, "expect": true},
                                  {"given": {"risk": 0.7}}]},
            "spring": {"when": "age > 0", "valid_from": "2026-03-01", "valid_to": "2026-06-01"},
        },
    });
    serde_json::from_value(def).unwrap()
}

#[test]
fn sets_of_rules() {
    let set_ = RuleSet::new(set()).unwrap();
    let zone = Zone::utc();
    let at = |text: &str| zone.parse(text).unwrap();
    let output = set_.apply(&frame().at(at("2026-05-31"), &zone)).unwrap();
    let seen: Vec<String> = output
        .columns
        .iter()
        .map(|(id, version, column)| format!("{id} {version:?} {}", shown(column)))
        .collect();
    assert_eq!(
        seen,
        [
            // Row 1 is called, so it gets no mail; row 2 has no known tier, so the call is unknown and the mail stays.
            "mail Some(\"7\") false false true true null",
            "call Some(\"2\") false true null false false",
            "spring Some(\"7\") true true true null true",
        ]
    );
    let later = set_.apply(&frame().at(at("2026-06-01"), &zone)).unwrap();
    assert_eq!(shown(&later.columns[2].2), "null null null null null");
    assert_eq!(set_.apply(&frame()).unwrap_err().code(), "rule.no_as_of");
    let profile = given(&[("risk", 0.7.into()), ("tier", "gold".into()), ("age", 3.into())]);
    let decided = set_.test(&profile.clone().at(at("2026-06-01"), &zone)).unwrap();
    assert_eq!((decided[0].value, decided[0].excluded_by.as_deref()), (Some(false), Some("call")));
    assert_eq!((decided[2].value, decided[2].in_force), (None, false));
    assert_eq!(
        set_.explain("call", &profile.clone().at(Timestamp::from_micros(0), &zone)).unwrap().value,
        Value::Bool(true)
    );
    assert_eq!(set_.explain("x", &profile).unwrap_err().code(), "rule.set_unknown");
}

#[test]
fn sets_and_single_profiles_agree() {
    let mut def = set();
    def.rules.shift_remove("spring");
    let set_ = RuleSet::new(def).unwrap();
    let output = set_.apply(&frame()).unwrap();
    for row in 0..5 {
        let profile: Given =
            frame().columns().map(|(name, column)| (name.to_owned(), column.value(row))).collect();
        for (decided, (_, _, column)) in set_.test(&profile).unwrap().iter().zip(&output.columns) {
            assert_eq!(
                decided.value.map_or(Value::Null, Value::Bool),
                column.value(row),
                "{row} {}",
                decided.rule
            );
        }
    }
}

#[test]
fn examples_that_fail_are_named() {
    let mut def = set();
    def.rules["call"].examples[0].expect = json!(false);
    let error = RuleSet::new(def).unwrap_err();
    assert_eq!(error.to_string(), "`call`: example 1 gives true; expected false");
    let mut def = set();
    def.fields.insert("risk".into(), "number".into());
    assert_eq!(RuleSet::new(def).unwrap_err().code(), "rule.set_field");
    let mut def = set();
    def.rules["spring"].valid_to = def.rules["spring"].valid_from;
    assert_eq!(RuleSet::new(def).unwrap_err().code(), "rule.set_validity");
    let mut def = set();
    def.timezone = Some("Mars/Olympus".into());
    assert_eq!(RuleSet::new(def).unwrap_err().code(), "rule.set_zone");
    let mut def = set();
    def.rules["mail"].when = "risk >=".into();
    assert_eq!(RuleSet::new(def).unwrap_err().code(), "rule.syntax");
}

#[test]
fn sets_are_replaced_under_load() {
    let shared = Arc::new(SharedRules::new(RuleSet::new(set()).unwrap()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let rules = shared.current();
                    let profile = given(&[("risk", 0.7.into()), ("tier", "gold".into()), ("age", 3.into())])
                        .at(Timestamp::from_micros(0), &Zone::utc());
                    assert_eq!(rules.test(&profile).unwrap().len(), 3);
                }
            });
        }
        for version in 0..20 {
            let def = RuleSetDef { version: Some(version.to_string()), ..set() };
            shared.replace(RuleSet::new(def).unwrap());
        }
    });
    assert_eq!(shared.current().def().version.as_deref(), Some("19"));
}

#[test]
fn json_logic_within_the_language() {
    let text = |logic: serde_json::Value| json_logic::import(&logic).map(|rule| rule.text().to_owned());
    for (logic, wanted) in [
        (json!({"in": [{"var": "a"}, ["x", "y"]]}), "a IN ('x', 'y')"),
        (json!({"in": ["app", {"var": "channels"}]}), "channels HAS 'app'"),
        (json!({"<": [1, {"var": "a"}, 3]}), "1 < a AND a < 3"),
        (json!({"!": {"==": [{"var": "a.b"}, null]}}), "NOT a.b IS NULL"),
        (
            json!({"if": [{">": [{"var": "a"}, 1]}, "big", "small"]}),
            "CASE WHEN a > 1 THEN 'big' ELSE 'small' END",
        ),
        (json!({"+": [{"var": ["a", 1]}, 2]}), "COALESCE(a, 1) + 2"),
        (json!({"!": {"missing": ["a", "b"]}}), "NOT (a IS NULL OR b IS NULL)"),
        (json!({"==": [{"var": "select"}, "it's"]}), "select = 'it''s'"),
    ] {
        assert_eq!(text(logic.clone()).unwrap_or_else(|error| error.to_string()), wanted, "{logic}");
    }
    for logic in [
        json!({"map": [{"var": "a"}, 1]}),
        json!([1]),
        json!({"and": ["x", 1]}),
        json!({"var": ""}),
        json!({}),
        json!({"missing": "a"}),
    ] {
        assert_eq!(text(logic).unwrap_err().code(), "rule.json_logic");
    }
    let mut deep = json!(true);
    for _ in 0..300 {
        deep = json!({"!": deep});
    }
    assert_eq!(text(deep).unwrap_err().code(), "rule.json_logic");
}
