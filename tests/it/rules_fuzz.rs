//! Broken texts of every kind: nothing panics, hangs or overflows the stack. `TAGLOOM_FUZZ_SECONDS` lets it run longer.

#![expect(clippy::disallowed_types, reason = "how long a text takes is what is tested")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use tagloom::catalog::{Format, read_definition};
use tagloom::expr::{Block, Field, Program, Schema, parse};
use tagloom::rule::{
    DecisionTable, HitPolicy, Rule, RuleSet, RuleSetDef, ScoreCard, json_logic, sql::Dialect,
};
use tagloom::time::{Timestamp, Zone};
use tagloom::value::{Column, ColumnBuilder, DataType, Value};
use tagloom_testkit::Random;

const RULES: [&str; 8] = [
    "tier = '金卡会员' AND churn_risk.probability >= 0.6 AND NOT (city IN ('上海', '北京', NULL))",
    "channels HAS ANY ('a', 'b') OR channels HAS ALL ('a') OR channels HAS 'x'",
    "last_order < TODAY() - INTERVAL 90 DAYS AND age BETWEEN 5 AND 20",
    "CASE WHEN age IS NULL THEN 1 WHEN city LIKE '张%_' THEN 2.50 ELSE ROUND(age / 3, 2) END > -1e3",
    "COALESCE(NULLIF(age, 3), LENGTH(TRIM(city)), 0) * 9223372036854775807 > 0",
    "CASE tier WHEN 'a' THEN DATE '2026-01-31' END + INTERVAL 1 MONTH <= last_order -- why",
    "GREATEST(age, 1, LEAST(age, 2)) <> 3 IS NOT UNKNOWN",
    "IF(vip, UPPER(city), \"tier\") >= `city` AND DAYS_BETWEEN(last_order, NOW()) > 0",
];
const OTHERS: [&str; 4] = [
    "age,tier,=> care,=> points,# why\n[18..65),\"gold, silver\",call,1\n>= 65,not(gold),\"a \"\"b\"\"\",2.5\n-,LIKE 'g%',,\n",
    "when,points,weight,unknown,name\nage >= 30,10,2,1,grown\ntier = 'gold',5,,,\n",
    "name: x\nfields: {age: int64}\nrules:\n  a: {when: age > 1, group: g, priority: 2, valid_from: 2026-01-01, examples: [{given: {age: 3}, expect: true}]}\n",
    "{\"and\": [{\"<\": [1, {\"var\": [\"age\", 2]}, 3]}, {\"in\": [{\"var\": \"tier\"}, [\"a\"]]}, {\"!\": {\"missing\": [\"x\"]}}]}",
];
const WORDS: [&str; 24] = [
    "AND",
    "NOT ",
    "(",
    ")",
    "'",
    "\"",
    "NULL",
    "9223372036854775808",
    "1e999",
    "-",
    "..",
    "[",
    "，",
    "INTERVAL ",
    "0.0000000000000000000000000000000000001",
    "上",
    "\u{200f}",
    "--",
    "%",
    "CASE WHEN ",
    "END",
    ",",
    "\n",
    "{",
];

/// A text with a few places changed.
fn changed(random: &mut Random, text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        match random.below(6) {
            0 => bytes.insert(at, random.below(256) as u8),
            1 if at < bytes.len() => drop(bytes.remove(at)),
            2 if at < bytes.len() => bytes[at] = random.below(128) as u8,
            3 => {
                let end = (at + random.below(40)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                let times = if random.chance(0.02) { 3_000 } else { 1 + random.below(3) };
                let to = random.below(bytes.len() + 1);
                (0..times).for_each(|_| drop(bytes.splice(to..to, part.iter().copied())));
            }
            _ => drop(bytes.splice(at..at, random.pick::<&str>(&WORDS).bytes())),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn column(data_type: DataType, values: &[Value]) -> Column {
    let mut builder = ColumnBuilder::new(data_type, values.len());
    for value in values {
        builder.push(value);
    }
    builder.finish()
}

fn try_rule(text: &str, schema: &Schema, block: &Block<'_>) {
    let Ok(ast) = parse(text) else { return };
    assert_eq!(parse(&ast.to_string()).unwrap(), ast);
    let rule = Rule::new(text).unwrap();
    let formatted = rule.format();
    assert_eq!(Rule::new(formatted.as_str()).unwrap().format(), formatted);
    for dialect in Dialect::ALL {
        let _ = rule.translate(dialect, Some((Timestamp::from_micros(0), &Zone::utc())));
    }
    let mut program = Program::new(schema.clone());
    match program.add(text) {
        Ok(root) => {
            let found = program.evaluate(&[root], block).unwrap();
            assert_eq!(program.explain(root, block, 0).unwrap().value, found.columns[0].value(0));
        }
        Err(errors) => assert!(!errors.render().is_empty()),
    }
}

#[test]
fn nothing_panics_or_hangs() {
    let seconds = std::env::var("TAGLOOM_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    let fields = [
        ("tier", DataType::String, vec![Value::from("gold"), Value::Null]),
        ("city", DataType::String, vec![Value::from("上海"), Value::from("")]),
        ("churn_risk.probability", DataType::Float, vec![Value::Float(0.5), Value::Null]),
        ("age", DataType::Int, vec![Value::Int(i64::MAX), Value::Int(3)]),
        ("channels", DataType::StringSet, vec![Value::StringSet(vec!["a".into()]), Value::Null]),
        ("last_order", DataType::Date, vec![Value::Null, Value::Date("2026-01-31".parse().unwrap())]),
        ("vip", DataType::Bool, vec![Value::Bool(true), Value::Null]),
    ];
    let mut schema = Schema::new();
    let mut columns = Vec::new();
    for (name, data_type, values) in &fields {
        schema.push(Field::new(*name, *data_type));
        columns.push(column(*data_type, values));
    }
    let zone = Zone::utc();
    let block = Block::new(2, Timestamp::from_micros(0), &zone).with_columns(&columns);
    let mut random =
        Random::seeded(std::env::var("TAGLOOM_FUZZ_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(7));
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut tried = 0u64;
    while Instant::now() < end {
        let (rule, other) = (random.below(RULES.len()), random.below(OTHERS.len()));
        let (rule, other) = (changed(&mut random, RULES[rule]), changed(&mut random, OTHERS[other]));
        let start = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| {
            try_rule(&rule, &schema, &block);
            if let Ok(table) = DecisionTable::from_csv(&other, HitPolicy::First) {
                let _ = table.analyse(schema.clone());
            }
            let _ = ScoreCard::from_csv(&other, []);
            for format in [Format::Yaml, Format::Json, Format::Toml] {
                if let Ok(def) = read_definition::<RuleSetDef>(&other, format, None) {
                    let _ = RuleSet::new(def).map_err(|error| error.render());
                }
            }
            if let Ok(logic) = serde_json::from_str(&other) {
                let _ = json_logic::import(&logic);
            }
        }));
        assert!(done.is_ok(), "panicked at\n{rule}\nor\n{other}");
        assert!(start.elapsed() < Duration::from_secs(20), "slow at\n{rule}\nor\n{other}");
        tried += 1;
    }
    println!("{tried} pairs of texts");
    assert!(tried > 0);
}
