//! Warnings of what an author can hardly mean. What is expected was worked out by hand.

use proptest::prelude::*;

use super::{column, people};
use crate::expr::{Block, Field, Program, Schema, Severity};
use crate::time::{Timestamp, Zone};
use crate::value::{DataType, Value};

/// The code, the part and the message of each warning that is not about negations.
fn warned(rule: &str) -> Vec<(&'static str, String, String)> {
    let mut program = people().program();
    let root = program.add(rule).unwrap_or_else(|errors| panic!("{}", errors.render()));
    let warnings = program.warnings(root).iter().filter(|warning| warning.code != "rule.negated_null");
    warnings
        .map(|w| {
            assert!(w.severity == Severity::Warning && w.help.is_some());
            (w.code, rule[w.span.clone()].to_owned(), w.message.clone())
        })
        .collect()
}

/// The codes with the parts that they are about.
fn places(rule: &str) -> Vec<(&'static str, String)> {
    warned(rule).into_iter().map(|(code, part, _)| (code, part)).collect()
}

const FALSE: &str = "rule.always_false";
const TRUE: &str = "rule.always_true";
const NEVER: &str = "rule.unreachable";

#[test]
fn conditions_that_exclude_each_other() {
    for (rule, part) in [
        ("age > 5 AND vip AND age < 3", "age < 3"),
        ("age > 5 AND age < 6", "age < 6"),
        ("spend > 5 AND spend < 5.01", "spend < 5.01"),
        ("5 < age AND age BETWEEN 1 AND 5", "age BETWEEN 1 AND 5"),
        ("city = '上海' AND city = 'Beijing'", "city = 'Beijing'"),
        ("city IN ('a', 'b') AND (city = 'c' AND vip)", "city = 'c'"),
        ("city IN ('a', 'b') AND city NOT IN ('a', 'b', 'c')", "city NOT IN ('a', 'b', 'c')"),
        ("city < '' AND city > ''", "city > ''"),
        ("age IS NULL AND age > 3", "age > 3"),
        ("vip AND NOT vip", "NOT vip"),
        ("born < '2000-01-01' AND born > DATE '2000-01-01'", "born > DATE '2000-01-01'"),
        ("seen < '2026-01-01' AND seen >= '2026-01-01 00:00'", "seen >= '2026-01-01 00:00'"),
        ("age >= 0.5 AND age < 1", "age < 1"),
        ("age BETWEEN 5 AND 3", "age BETWEEN 5 AND 3"),
        ("1 = 2 OR vip", "1 = 2"),
        ("age <> 3 AND age IN (3) AND age > 0", "age IN (3)"),
    ] {
        assert_eq!(places(rule), [(FALSE, part.to_owned())], "{rule}");
    }
    assert_eq!(warned("age > 5 AND age < 3")[0].2, "this is never true together with `age > 5`");
    // Three conditions, of which no two exclude each other.
    let three = "(age < 3 OR age > 5) AND age > 2 AND age < 7";
    assert_eq!(places(three), []);
    let three = "age <> 4 AND age > 3 AND age < 5";
    assert_eq!(
        warned(three),
        [(
            FALSE,
            "age < 5".to_owned(),
            "this is never true together with the conditions on `age` before it".to_owned()
        )]
    );
}

#[test]
fn conditions_that_leave_nothing_out() {
    for (rule, part) in [
        ("age > 3 OR age < 5", "age < 5"),
        ("age > 3 OR age <= 3", "age <= 3"),
        ("age >= 4 OR vip OR age <= 3", "age <= 3"),
        ("city <> 'a' OR city <> 'b'", "city <> 'b'"),
        ("vip OR NOT vip", "NOT vip"),
        ("'a' IN ('a', 'b') AND vip", "'a' IN ('a', 'b')"),
        ("age NOT BETWEEN 5 AND 3 AND vip", "age NOT BETWEEN 5 AND 3"),
        ("id IS NOT NULL OR id IS NULL", "id IS NULL"),
    ] {
        assert_eq!(places(rule), [(TRUE, part.to_owned())], "{rule}");
    }
}

#[test]
fn branches_that_are_never_taken() {
    for (rule, part) in [
        ("CASE WHEN age >= 18 THEN 'a' WHEN age >= 30 THEN 'b' ELSE 'c' END", "'b'"),
        ("CASE city WHEN 'x' THEN 1 WHEN 'y' THEN 2 WHEN 'x' THEN 3 END", "3"),
        ("CASE WHEN vip THEN 1 WHEN TRUE THEN 2 ELSE 3 END", "3"),
        ("CASE WHEN FALSE THEN 1 ELSE 3 END", "1"),
        ("CASE WHEN id < 5 THEN 1 WHEN id >= 5 THEN 2 ELSE 3 END", "3"),
        (
            "CASE WHEN age < 5 THEN 1 WHEN vip THEN 9 WHEN age > 7 THEN 2 WHEN age BETWEEN 1 AND 4 THEN 3 END",
            "3",
        ),
        ("IF(TRUE, age, id)", "id"),
    ] {
        assert_eq!(places(rule), [(NEVER, part.to_owned())], "{rule}");
    }
    assert_eq!(
        warned("CASE WHEN age >= 18 THEN 'a' WHEN age >= 30 THEN 'b' END")[0].2,
        "this value is never taken: `WHEN age >= 18` before it takes all of it"
    );
    assert_eq!(
        warned("CASE WHEN age < 5 THEN 1 WHEN age > 3 THEN 2 WHEN age = 4 THEN 3 WHEN age <> 0 THEN 4 END")
            [1]
        .2,
        "this value is never taken: the branches before it take all of it"
    );
    // What is unknown goes to ELSE: `age` can be null.
    assert_eq!(places("CASE WHEN age < 5 THEN 1 WHEN age >= 5 THEN 2 ELSE 3 END"), []);
    // A condition that is warned of is not warned of again.
    assert_eq!(places("CASE WHEN 1 = 2 THEN 1 ELSE 3 END"), [(FALSE, "1 = 2".to_owned())]);
}

#[test]
fn what_can_be_meant_is_not_warned_of() {
    for rule in [
        "TRUE",
        "vip OR TRUE",
        "age > 3 AND age < 5",
        "age > 5 AND age < 7",
        "score > 5 AND score < 6",
        "spend > 5 AND spend < 5.02",
        "age < 3 OR age > 5",
        "age > id AND age < id",
        "age > 5 AND risk.p < 3",
        "city = 'a' OR city = 'b'",
        "city LIKE 'a%' AND city LIKE '%b'",
        "city >= 'a' AND city < 'b'",
        "age + 1 > 5 AND age + 1 < 3",
        "channels HAS 'a' AND NOT channels HAS 'a'",
        "born < TODAY() AND born > TODAY()",
        "CASE WHEN age < 18 THEN 'a' WHEN age < 30 THEN 'b' ELSE 'c' END",
        "CASE WHEN vip THEN 1 WHEN age > 3 THEN 2 ELSE 3 END",
        "age BETWEEN 3 AND 3",
        "born BETWEEN '1990-01-01' AND DATE '1990-01-01'",
        "id IS NOT NULL",
    ] {
        assert_eq!(warned(rule), [], "{rule}");
    }
}

#[test]
fn looking_for_doubts_takes_little_time() {
    let mut program = people().program();
    let numbers =
        |joint: &str, n: usize| (0..n).map(|i| format!("age <> {i}")).collect::<Vec<_>>().join(joint);
    for rule in [
        numbers(" OR ", 3_000),
        numbers(" AND ", 3_000),
        format!(
            "CASE {} END",
            (0..2_000).map(|i| format!("WHEN age > {i} THEN 1")).collect::<Vec<_>>().join(" ")
        ),
        format!("age IN ({}) AND age = 1", (0..9_000).map(|i| i.to_string()).collect::<Vec<_>>().join(",")),
        (0..90).fold("vip".to_owned(), |rule, i| format!("(age = {i} AND {rule} OR age = {i})")),
    ] {
        assert!(program.add(&rule).is_ok());
    }
}

#[test]
fn texts_that_the_data_never_have() {
    let table = people();
    let unseen = |rule: &str| {
        let mut program = table.program();
        let root = program.add(rule).unwrap();
        let found = program.unseen(root, &table.block());
        found
            .into_iter()
            .map(|w| format!("{} {}; {}", &rule[w.span], w.message, w.help.unwrap()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        unseen("city = 'Bejing' OR city IN ('上海', '广州') OR channels HAS ANY ('app', 'web')"),
        [
            "'Bejing' `city` never is 'Bejing' in this data; did you mean 'Beijing'?",
            "'广州' `city` never is '广州' in this data; it is one of '上海', 'Beijing', ''",
            "'web' `channels` never is 'web' in this data; it is one of 'app', 'sms', '邮件'",
        ]
    );
    assert_eq!(unseen("CASE city WHEN 'x' THEN 1 END = 1 AND 'y' <> city").len(), 2);
    let none: [String; 0] = [];
    assert_eq!(unseen("city > 'x' AND name LIKE 'x' AND LOWER(city) = 'x' AND '上海' = city"), none);
}

/// A condition on `x` with constants of a type, none of which is false of everything by itself.
fn condition(constants: &'static [&'static str]) -> impl Strategy<Value = String> {
    let one = move || (0..constants.len()).prop_map(move |at| constants[at]);
    let op = prop::sample::select(vec!["=", "<>", "<", "<=", ">", ">="]);
    let no = || prop::sample::select(vec!["", "NOT "]);
    prop_oneof![
        (op, one(), no()).prop_map(|(op, c, no)| format!("{no}x {op} {c}")),
        (one(), one(), no()).prop_map(|(a, b, no)| format!("x {no}IN ({a}, {b})")),
        (0..constants.len(), 0..constants.len(), no()).prop_map(move |(a, b, no)| {
            format!("x {no}BETWEEN {} AND {}", constants[a.min(b)], constants[a.max(b)])
        }),
    ]
}

/// Whether a rule over `x` is warned of, and what it gives for each value.
fn asked(rule: &str, data_type: DataType, values: &[Value]) -> (Vec<&'static str>, Vec<bool>) {
    let mut schema = Schema::new();
    schema.push(Field::new("x", data_type));
    let mut program = Program::new(schema);
    let root = program.add_bool(rule).unwrap();
    let codes = program.warnings(root).iter().map(|warning| warning.code).collect();
    let (column, zone) = (column(data_type, values), Zone::utc());
    let block = Block::new(values.len(), Timestamp::from_micros(0), &zone).with(0, &column);
    let truth = program.select(root, &block).unwrap();
    (codes, (0..values.len()).map(|row| truth.value(row) == Some(true)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Over so close a grid of values that there is one between any two constants, and beyond them, a warning says what
    /// trying them all says.
    #[test]
    fn warnings_say_what_trying_all_values_says(
        numbers in prop::collection::vec(condition(&["-1.5", "-1", "0", "0.25", "1", "2"]), 2..5),
        texts in prop::collection::vec(condition(&["''", "'a'", "'ab'", "'b'", "'海'"]), 2..5),
        is_or in any::<bool>(),
    ) {
        let joint = if is_or { " OR " } else { " AND " };
        let ints: Vec<Value> = (-5..=5).map(Value::Int).collect();
        let floats: Vec<Value> = (-24..=24).map(|n| Value::Float(f64::from(n) / 8.0)).collect();
        let decimals: Vec<Value> =
            (-300..=300).map(|n| Value::Decimal(crate::value::Decimal::new(n, 2))).collect();
        let words = ["", "\0", "a", "a\0", "aa", "ab", "ab\0", "abc", "b", "b\0", "ba", "海", "海\0", "海海"];
        let words: Vec<Value> = words.map(Value::from).to_vec();
        let decimal = DataType::Decimal { precision: 12, scale: 2 };
        for (conditions, data_type, values) in [
            (&numbers, DataType::Int, ints),
            (&numbers, DataType::Float, floats),
            (&numbers, decimal, decimals),
            (&texts, DataType::String, words),
        ] {
            let rule = conditions.join(joint);
            let (codes, truths) = asked(&rule, data_type, &values);
            let (wanted, code) = if is_or {
                (truths.iter().all(|truth| *truth), TRUE)
            } else {
                (truths.iter().all(|truth| !*truth), FALSE)
            };
            prop_assert_eq!(codes.contains(&code), wanted, "{} of {}", rule, data_type);
        }
    }
}
