//! How everything that can be wrong with rules reads: every code of the sources has a case, and what people are shown
//! is kept in `tests/cases/diagnostics.txt`.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use tagloom::Catalog;
use tagloom::expr::{Block, Field, Program, Schema, render};
use tagloom::rule::sql::Dialect;
use tagloom::rule::{
    DecisionTable, Frame, Given, HitPolicy, Rule, RuleError, RuleSet, RuleSetDef, ScoreCard, TableProblem,
    json_logic,
};
use tagloom::time::{Timestamp, Zone};
use tagloom::value::{Column, DataType, Value};

use crate::workspace::{check_kept, files, text};

/// Codes that only Python can give; its tests ask for them.
const PYTHON: [&str; 1] = ["rule.python_value"];

fn people() -> Frame {
    let text = |values: [Option<&str>; 2]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let batch = RecordBatch::try_from_iter([
        ("年龄", Arc::new(Int64Array::from(vec![30, 40])) as ArrayRef),
        ("tier", text([Some("gold"), Some("银卡")])),
        ("city", text([Some("上海"), None])),
    ])
    .unwrap();
    let born = Column::Date(vec![None, Some(10_000)].into());
    let frame = Frame::from_batches(&[batch]).unwrap();
    let columns: Vec<_> = frame.columns().map(|(name, column)| (name.to_owned(), column.clone())).collect();
    Frame::new(columns.into_iter().chain([("born".to_owned(), born)])).unwrap()
}

/// A case: the code, what was given, and what people are shown.
struct Case(&'static str, String, String);

fn error(code: &'static str, given: impl Into<String>, error: impl Into<RuleError>) -> Case {
    let error = error.into();
    assert_eq!(error.code(), code, "{}", error.render());
    Case(code, given.into(), error.render())
}

/// Errors and warnings of rules over people.
const RULES: [(&str, &str); 25] = [
    ("rule.syntax", "年龄 > AND tier = 'gold'"),
    ("rule.full_width", "年龄 ＞ 18 AND tier = ‘gold’"),
    ("rule.unterminated", "tier = 'gold"),
    ("rule.bad_number", "年龄 > 18岁"),
    ("rule.number_too_large", "年龄 > 99999999999999999999"),
    (
        "rule.too_large",
        "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1",
    ),
    ("rule.unknown_name", "tire = 'gold'"),
    ("rule.unknown_function", "LENGHT(tier) > 3"),
    ("rule.arguments", "LOWER(tier, city) = 'gold'"),
    ("rule.type", "年龄 > '18'"),
    ("rule.not_bool", "年龄 + 1"),
    ("rule.not_constant", "tier IN (city)"),
    ("rule.bad_date", "born > '2026-02-30'"),
    ("rule.bad_pattern", "tier LIKE 'gold\\'"),
    ("rule.interval", "born - INTERVAL 3 HOURS > '2026-01-01'"),
    ("rule.overflow", "年龄 > 9223372036854775807 + 1"),
    ("rule.no_as_of", "born > TODAY() - INTERVAL 18 YEARS"),
    ("rule.null_comparison", "city = NULL"),
    ("rule.negated_null", "tier = 'gold' AND NOT (city = '上海')"),
    ("rule.always_true", "tier <> 'gold' OR tier <> '银卡'"),
    ("rule.always_false", "年龄 > 5 AND tier = 'gold' AND 年龄 < 3"),
    ("rule.unreachable", "CASE WHEN 年龄 >= 18 THEN TRUE WHEN 年龄 >= 30 THEN FALSE END"),
    ("rule.unseen_value", "tier IN ('gold', '金卡')"),
    ("rule.unknown_name", "\"金卡\" = tier"),
    ("rule.arguments", "REPLACE(tier, '', 'x') = 'gold'"),
];

fn of_rules(cases: &mut Vec<Case>) {
    for (code, given) in RULES {
        let applied = Rule::new(given).map_err(RuleError::from).and_then(|rule| {
            // As a condition, as people use it.
            let mut program = Program::new(people().schema());
            program.add_bool(given).map_err(RuleError::from)?;
            rule.apply(&people())
        });
        match applied {
            Err(found) => cases.push(error(code, given, found)),
            Ok(applied) => {
                let codes: Vec<&str> = applied.warnings.iter().map(|warning| warning.code).collect();
                assert_eq!(codes, [code], "{given}");
                cases.push(Case(code, given.to_owned(), render(given, &applied.warnings)));
            }
        }
    }
    let null = Rule::new("COALESCE(NULL, NULL)").unwrap();
    cases.push(error("rule.untyped_null", null.text(), null.apply(&people()).unwrap_err()));
    let logic = serde_json::json!({"and": [true, {"reduce": [{"var": "年龄"}]}]});
    cases.push(error("rule.json_logic", logic.to_string(), json_logic::import(&logic).unwrap_err()));
    let rule = Rule::new("seen > TIMESTAMP '2026-01-01 08:00'").unwrap();
    let refused = rule.translate(Dialect::Polars, None).unwrap_err();
    cases.push(error("rule.untranslatable", format!("{} for Polars", rule.text()), refused));
    let row = Rule::new("年龄 > 3").unwrap().explain_row(&people(), 2).unwrap_err();
    cases.push(error("rule.no_such_row", "the third row of two", row));
}

fn of_tables(cases: &mut Vec<Case>) {
    let hits = [
        ("rule.table_csv", "年龄,=> fee\n\"18,1\n", HitPolicy::First),
        ("rule.table_empty", "", HitPolicy::First),
        ("rule.table_width", "年龄,=> fee\n18\n", HitPolicy::First),
        ("rule.table_cell", "年龄,=> fee\n[18..,1\n", HitPolicy::First),
        ("rule.table_cell", "年龄,=> fee\n>= ten,1\n", HitPolicy::First),
        ("rule.table_output", "年龄,=> fee,=> fee\n18,1,2\n", HitPolicy::First),
        ("rule.table_policy", "年龄,=> fee\n18,high\n", HitPolicy::CollectSum),
    ];
    for (code, csv, hit) in hits {
        let found = DecisionTable::from_csv(csv, hit).and_then(|table| table.apply(&people()));
        cases.push(error(code, format!("{}\n{csv}", hit.name()), found.unwrap_err()));
    }
    let def = r#"{"inputs": ["tier"], "outputs": ["x"], "rows": [], "domains": {"tire": ["gold"]}}"#;
    let table = DecisionTable::new(serde_json::from_str(def).unwrap());
    cases.push(error("rule.table_domain", def, table.unwrap_err()));
    let cards = [
        ("rule.score_csv", "if,then\n"),
        ("rule.score_csv", "when,points\n年龄 > 3,many\n"),
        ("rule.score_empty", "when,points\n"),
        ("rule.score_number", "when,points\n年龄 > 3,1e999\n"),
    ];
    for (code, csv) in cards {
        cases.push(error(code, csv, ScoreCard::from_csv(csv, []).unwrap_err()));
    }
    let bands = [("high".to_owned(), 10.0), ("low".to_owned(), 0.0)];
    let card = ScoreCard::from_csv("when,points\n年龄 > 3,1\n", bands);
    cases.push(error("rule.score_bands", "bands: {high: 10, low: 0}", card.unwrap_err()));
    let table = DecisionTable::from_csv("tier,=> x\ngold,1\n金卡,2\n", HitPolicy::First).unwrap();
    let warnings = table.apply(&people()).unwrap().warnings;
    let shown: Vec<String> = warnings.iter().map(TableProblem::to_string).collect();
    assert_eq!(warnings[0].code, "rule.unseen_value");
    cases.push(Case("rule.unseen_value", "tier,=> x\ngold,1\n金卡,2\n".to_owned(), shown.join("\n")));
}

fn of_sets(cases: &mut Vec<Case>) {
    for (code, def) in [
        ("rule.set_field", r#"{"name": "x", "fields": {"age": "number"}, "rules": {}}"#),
        ("rule.set_zone", r#"{"name": "x", "timezone": "Mars", "rules": {}}"#),
        (
            "rule.set_validity",
            r#"{"name": "x", "rules": {"a": {"when": "TRUE", "valid_from": "2026-02-01", "valid_to": "2026-01-01"}}}"#,
        ),
        (
            "rule.set_example",
            r#"{"name": "x", "rules": {"a": {"when": "age > 3", "examples": [{"given": {"age": 3}, "expect": true}]}}}"#,
        ),
        ("rule.syntax", r#"{"name": "x", "rules": {"a": {"when": "age >"}}}"#),
    ] {
        let def_: RuleSetDef = serde_json::from_str(def).unwrap();
        cases.push(error(code, def, RuleSet::new(def_).unwrap_err()));
    }
    let set = RuleSet::new(serde_json::from_str(r#"{"name": "x", "rules": {}}"#).unwrap()).unwrap();
    let unknown = set.explain("a", &Given::default()).unwrap_err();
    cases.push(error("rule.set_unknown", "the explanation of a rule `a`", unknown));
    cases.push(error("rule.definition", "no problem at all", RuleError::Definition { problems: Vec::new() }));
}

fn of_catalogues(cases: &mut Vec<Case>) {
    const HEAD: &str = "tagloom: 1\nname: shop\nidentifiers: {member: {}}\nsources:\n  orders: {kind: events, identifiers: {member: id}, time: at, columns: {amount: float64}}\ntags:\n  spend: {layer: fact, events: orders, sum: amount}\n";
    let tag = "  vip: {layer: business, rule: spend > 10, examples: [{given: {spend: 10}, expect: true}]}\n";
    let found = Catalog::parse(&format!("{HEAD}{tag}")).unwrap_err();
    assert_eq!(found.code(), "rule.example");
    cases.push(Case("rule.example", tag.to_owned(), found.render()));
    let tag =
        "  fee: {layer: business, table: {inputs: [spend], outputs: [x], rows: [['> 5', 1], ['> 3', 2]]}}\n";
    let catalog = Catalog::parse(&format!("{HEAD}{tag}")).unwrap();
    assert!(catalog.warnings().iter().all(|warning| warning.code == "rule.table_rows"));
    let shown: Vec<String> = catalog.warnings().iter().map(ToString::to_string).collect();
    cases.push(Case("rule.table_rows", tag.to_owned(), shown.join("\n")));
}

fn of_columns(cases: &mut Vec<Case>) {
    let ints = |n: usize| Column::Int(vec![1; n].into());
    let named =
        |columns: [(&str, Column); 2]| Frame::new(columns.map(|(name, column)| (name.to_owned(), column)));
    let length = named([("a", ints(1)), ("b", ints(2))]).unwrap_err();
    cases.push(error("rule.frame_length", "columns of one and two rows", length));
    let name = named([("a", ints(1)), ("a", ints(1))]).unwrap_err();
    cases.push(error("rule.frame_name", "two columns `a`", name));
    let batch = |name: &str| {
        RecordBatch::try_from_iter([(name, Arc::new(Int64Array::from(vec![1])) as ArrayRef)]).unwrap()
    };
    let arrow = Frame::from_batches(&[batch("a"), RecordBatch::new_empty(people_schema())]).unwrap_err();
    cases.push(error("rule.frame_arrow", "batches of different columns", arrow));

    let mut schema = Schema::new();
    schema.push(Field::required("age", DataType::Int));
    let mut program = Program::new(schema);
    let root = program.add("age > 3").unwrap();
    let zone = Zone::utc();
    let evaluated = |column: Option<&Column>| {
        let block = Block::new(2, Timestamp::from_micros(0), &zone);
        let block = column.into_iter().fold(block, |block, column| block.with(0, column));
        RuleError::from(program.evaluate(&[root], &block).unwrap_err())
    };
    let nulls = Column::nulls(DataType::Int, 2);
    for (code, given, column) in [
        ("rule.missing_column", "no column", None),
        ("rule.wrong_column_type", "a column of text", Some(Column::nulls(DataType::String, 2))),
        ("rule.wrong_column_length", "a column of three rows", Some(ints(3))),
        ("rule.unexpected_nulls", "a column of nulls", Some(nulls)),
    ] {
        cases.push(error(code, given, evaluated(column.as_ref())));
    }
    let other = Given::from_iter([("age", Value::from("x"))]);
    cases.push(error(
        "rule.type",
        "age > 3 with age 'x'",
        Rule::new("age > 3").unwrap().test(&other).unwrap_err(),
    ));
}

fn people_schema() -> arrow_schema::SchemaRef {
    Arc::new(arrow_schema::Schema::new(vec![arrow_schema::Field::new(
        "b",
        arrow_schema::DataType::Utf8,
        true,
    )]))
}

/// The codes of rules in a source, tests left out.
fn codes_of(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let quoted = code.split("\"rule.").skip(1).filter_map(|rest| rest.split_once('"'));
    let names = quoted
        .filter(|(name, _)| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
    names.map(|(name, _)| format!("rule.{name}")).collect()
}

#[test]
fn every_code_has_a_case_that_is_kept() {
    let mut cases = Vec::new();
    of_rules(&mut cases);
    of_tables(&mut cases);
    of_sets(&mut cases);
    of_catalogues(&mut cases);
    of_columns(&mut cases);
    let is_test = |path: &std::path::Path| {
        path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
    };
    let sources = ["core/src", "python/src"].into_iter().flat_map(files).filter(|path| !is_test(path));
    let known: BTreeSet<String> = sources.filter_map(text).flat_map(|source| codes_of(&source)).collect();
    let mut shown: BTreeSet<String> = cases.iter().map(|case| case.0.to_owned()).collect();
    let of_python: String = files("tests/python").into_iter().filter_map(text).collect();
    assert!(PYTHON.iter().all(|code| of_python.contains(code)));
    shown.extend(PYTHON.map(str::to_owned));
    assert_eq!(known, shown, "codes of the sources and of the cases");
    for code in tagloom::expr::code::CODES {
        assert!(shown.contains(code), "{code}");
    }

    let mut kept = "How rules, tables, score cards and sets of rules say what is wrong. Made by tests/it/diagnostics.rs.\n".to_owned();
    cases.sort_by_key(|case| case.0);
    for Case(code, given, shown) in cases {
        for part in ["\n== ", code, "\n", given.trim_end(), "\n--\n", shown.trim_end(), "\n"] {
            kept.push_str(part);
        }
    }
    check_kept("tests/cases/diagnostics.txt", &kept, "update-diagnostics");
}
