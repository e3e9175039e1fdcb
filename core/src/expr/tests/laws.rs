//! Laws, on random rules and rows.

use std::sync::Arc;

use proptest::prelude::*;

use super::column;
use super::reference::Reference;
use crate::expr::ast::Literal;
use crate::expr::{
    ArithmeticOp, Ast, AstKind, Block, CompareOp, Field, Function, IntervalUnit, IsTest, Prepared, Program,
    Quantifier, Schema, parse,
};
use crate::time::{Date, Timestamp, Zone};
use crate::value::{Column, DataType, Decimal, Value};

type Text = BoxedStrategy<String>;

fn ast(kind: AstKind) -> Ast {
    Ast::new(kind, 0..0)
}

fn literals() -> BoxedStrategy<Ast> {
    let finite = any::<f64>().prop_filter("finite", |n| n.is_finite());
    let digits = -(10i128.pow(38) - 1)..10i128.pow(38);
    let literal = prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(Literal::Int),
        finite.prop_map(Literal::Float),
        (digits, 1i8..=38).prop_map(|(unscaled, scale)| Literal::Decimal(Decimal::new(unscaled, scale))),
        ".{0,8}".prop_map(|text| Literal::String(text.into())),
        (-700_000i32..2_900_000).prop_map(|days| Literal::Date(Date::from_days(days))),
        Just(Literal::Timestamp("2026-05-01T08:30:00+08:00".into())),
        (any::<i64>(), 0..5usize).prop_map(|(n, unit)| Literal::Interval(n, IntervalUnit::ALL[unit])),
    ];
    literal.prop_map(|literal| ast(AstKind::Literal(literal))).boxed()
}

fn trees() -> impl Strategy<Value = Ast> {
    let name =
        prop_oneof!["[a-zA-Z_]{1,6}", "[\\PC.]{1,6}", "会员[等级]{1,2}", "(and|date|Interval|a.end|not)"];
    let leaf = prop_oneof![literals(), name.prop_map(|name| ast(AstKind::Name(name)))];
    leaf.prop_recursive(5, 60, 4, |inner| {
        let one = || inner.clone().prop_map(Box::new);
        let many = |least| prop::collection::vec(inner.clone(), least..4);
        let op = prop_oneof![
            Just(ArithmeticOp::Add),
            Just(ArithmeticOp::Subtract),
            Just(ArithmeticOp::Multiply),
            Just(ArithmeticOp::Divide)
        ];
        let compare = prop_oneof![
            Just(CompareOp::Eq),
            Just(CompareOp::Ne),
            Just(CompareOp::Lt),
            Just(CompareOp::Le),
            Just(CompareOp::Gt),
            Just(CompareOp::Ge)
        ];
        let test =
            prop_oneof![Just(IsTest::Null), Just(IsTest::True), Just(IsTest::False), Just(IsTest::Unknown)];
        prop_oneof![
            one().prop_map(AstKind::Negate),
            one().prop_map(AstKind::Not),
            many(2).prop_map(AstKind::And),
            many(2).prop_map(AstKind::Or),
            (op, one(), one()).prop_map(|(op, a, b)| AstKind::Arithmetic(op, a, b)),
            (compare, one(), one()).prop_map(|(op, a, b)| AstKind::Compare(op, a, b)),
            (one(), many(1), any::<bool>()).prop_map(|(operand, list, negated)| AstKind::In {
                operand,
                list,
                negated
            }),
            (one(), one(), one(), any::<bool>()).prop_map(|(operand, low, high, negated)| {
                AstKind::Between { operand, low, high, negated }
            }),
            (one(), one(), any::<bool>()).prop_map(|(operand, pattern, negated)| AstKind::Like {
                operand,
                pattern,
                negated
            }),
            (one(), test, any::<bool>()).prop_map(|(operand, test, negated)| AstKind::Is {
                operand,
                test,
                negated
            }),
            (one(), many(1), any::<bool>()).prop_map(|(operand, items, all)| {
                let quantifier = if all { Quantifier::All } else { Quantifier::Any };
                AstKind::Has { operand, quantifier, items }
            }),
            (one(), inner.clone()).prop_map(|(operand, item)| AstKind::Has {
                operand,
                quantifier: Quantifier::One,
                items: vec![item]
            }),
            (
                prop::option::of(one()),
                prop::collection::vec((inner.clone(), inner.clone()), 1..3),
                prop::option::of(one())
            )
                .prop_map(|(operand, branches, otherwise)| AstKind::Case {
                    operand,
                    branches,
                    otherwise
                }),
            many(1).prop_map(|args| AstKind::Call(Function::Coalesce, args)),
            Just(AstKind::Call(Function::Today, Vec::new())),
        ]
        .prop_map(ast)
    })
}

/// A rule of each type over the columns of [`rows`].
struct Rules {
    bool: Text,
    int: Text,
    float: Text,
    decimal: Text,
    text: Text,
    date: Text,
    time: Text,
}

fn pick(items: &'static [&'static str]) -> Text {
    prop::sample::select(items).prop_map(str::to_owned).boxed()
}

fn rules(depth: u32) -> Rules {
    let texts = || pick(&["'a'", "'Ab'", "'上海'", "''", "'上'", "NULL"]);
    let words = || pick(&["'a'", "'Ab'", "'上海'", "'上'"]);
    if depth == 0 {
        return Rules {
            bool: pick(&["b", "b2", "TRUE", "FALSE", "NULL", "st HAS 'a'", "st HAS ALL ('a', 'c')"]),
            int: pick(&["i", "j", "0", "7", "-3", "9223372036854775807"]),
            float: pick(&["f", "0e0", "1.5e0", "-2e0", "1e300"]),
            decimal: pick(&["d", "0.5", "-12.34", "100.0", "d2"]),
            text: pick(&["s", "t", "'Ab'", "'上海'"]),
            date: pick(&["dt", "TODAY()", "DATE '2024-02-29'"]),
            time: pick(&["ts", "NOW()", "TIMESTAMP '2026-03-08 02:30'"]),
        };
    }
    let at = || rules(depth - 1);
    let compare = || pick(&["=", "<>", "<", "<=", ">", ">="]);
    let sign = || pick(&["+", "-", "*"]);
    let span = || pick(&["1 DAYS", "45 DAYS", "1 MONTH", "13 MONTHS", "2 YEARS", "-3 WEEKS", "9000 YEARS"]);
    let either = |a: Text, b: Text| prop_oneof![a, b].boxed();
    let chosen = |a: fn(Rules) -> Text| {
        let f = move || a(rules(depth - 1));
        prop_oneof![
            (f(), f()).prop_map(|(a, b)| format!("COALESCE({a}, {b})")),
            (rules(depth - 1).bool, f(), f()).prop_map(|(c, a, b)| format!("IF({c}, {a}, {b})")),
            (rules(depth - 1).bool, f(), rules(depth - 1).bool, f())
                .prop_map(|(c, a, d, b)| format!("CASE WHEN {c} THEN {a} WHEN {d} THEN {b} END")),
            (rules(depth - 1).int, f(), f())
                .prop_map(|(c, a, b)| format!("CASE {c} WHEN 7 THEN {a} WHEN i THEN {b} ELSE NULL END")),
            (f(), f()).prop_map(|(a, b)| format!("NULLIF({a}, {b})")),
        ]
        .boxed()
    };
    let extreme = |a: fn(Rules) -> Text| {
        let f = move || a(rules(depth - 1));
        (f(), f(), any::<bool>())
            .prop_map(|(a, b, least)| format!("{}({a}, {b})", if least { "LEAST" } else { "GREATEST" }))
            .boxed()
    };
    let numbers = || prop_oneof![at().int, at().float, at().decimal].boxed();
    let same = |a: fn(Rules) -> Text| {
        (a(at()), compare(), a(at())).prop_map(|(a, op, b)| format!("{a} {op} {b}")).boxed()
    };
    let bool = prop_oneof![
        (numbers(), compare(), numbers()).prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
        same(|r| r.text),
        same(|r| r.date),
        same(|r| r.time),
        (at().date, compare(), at().time).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        (at().time, compare()).prop_map(|(a, op)| format!("{a} {op} '2026-03-08 02:30'")),
        (at().bool, at().bool).prop_map(|(a, b)| format!("({a}) = ({b})")),
        (at().bool, at().bool, at().bool).prop_map(|(a, b, c)| format!("({a}) AND ({b}) AND ({c})")),
        (at().bool, at().bool, at().bool).prop_map(|(a, b, c)| format!("({a}) OR ({b}) OR ({c})")),
        at().bool.prop_map(|a| format!("NOT ({a})")),
        (at().bool, pick(&["IS TRUE", "IS NOT FALSE", "IS UNKNOWN", "IS NOT NULL"]))
            .prop_map(|(a, test)| format!("({a}) {test}")),
        (at().int, pick(&["IN (7, NULL)", "NOT IN (1,2,3)", "IN (1,2,3,4,5,6,7,8,9,0)", "IN (7, 1.5, 2e0)"]))
            .prop_map(|(a, list)| format!("({a}) {list}")),
        (at().text, texts(), texts(), any::<bool>())
            .prop_map(|(a, b, c, n)| format!("{a} {}IN ({b}, {c})", if n { "NOT " } else { "" })),
        (at().date, any::<bool>())
            .prop_map(|(a, n)| format!("{a} {}IN ('2024-02-29', TODAY())", if n { "NOT " } else { "" })),
        (numbers(), numbers(), numbers()).prop_map(|(a, b, c)| format!("({a}) BETWEEN ({b}) AND ({c})")),
        (at().text, pick(&["'上%'", "'%b'", "'_'", "'%海%'", "'A_'", "'%'", "'_%_'", "'\\_'"]))
            .prop_map(|(a, p)| format!("{a} LIKE {p}")),
        (at().text, words(), pick(&["STARTS_WITH", "ENDS_WITH", "CONTAINS"]))
            .prop_map(|(a, b, f)| format!("{f}({a}, {b})")),
        (words(), words(), pick(&["ANY", "ALL"])).prop_map(|(a, b, q)| format!("st HAS {q} ({a}, {b})")),
        chosen(|r| r.bool),
    ]
    .boxed();
    let int = prop_oneof![
        at().int,
        (at().int, sign(), at().int).prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
        (at().int, pick(&["ABS", "-", "ROUND", "FLOOR"])).prop_map(|(a, f)| format!("{f}({a})")),
        at().text.prop_map(|a| format!("LENGTH({a})")),
        (at().text, pick(&["a", "海", "b"])).prop_map(|(a, part)| format!("POSITION({a}, '{part}')")),
        (at().date, pick(&["YEAR", "MONTH", "DAY"])).prop_map(|(a, f)| format!("{f}({a})")),
        (at().date, at().time).prop_map(|(a, b)| format!("DAYS_BETWEEN({a}, {b})")),
        chosen(|r| r.int),
        extreme(|r| r.int),
    ]
    .boxed();
    let float = prop_oneof![
        at().float,
        (at().float, sign(), numbers()).prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
        (numbers(), numbers()).prop_map(|(a, b)| format!("({a}) / ({b})")),
        (at().float, pick(&["ABS", "-", "ROUND", "FLOOR", "CEIL"])).prop_map(|(a, f)| format!("{f}({a})")),
        at().float.prop_map(|a| format!("ROUND({a}, 2)")),
        chosen(|r| r.float),
        extreme(|r| r.float),
    ]
    .boxed();
    let decimal = prop_oneof![
        at().decimal,
        (at().decimal, sign(), either(at().decimal, at().int))
            .prop_map(|(a, op, b)| format!("({a}) {op} ({b})")),
        (at().decimal, pick(&["ABS", "-", "ROUND", "FLOOR", "CEIL"])).prop_map(|(a, f)| format!("{f}({a})")),
        at().decimal.prop_map(|a| format!("ROUND({a}, 1)")),
        chosen(|r| r.decimal),
        extreme(|r| r.decimal),
    ]
    .boxed();
    let text = prop_oneof![
        at().text,
        (at().text, pick(&["LOWER", "UPPER", "TRIM", "LTRIM", "RTRIM"]))
            .prop_map(|(a, f)| format!("{f}({a})")),
        (at().text, pick(&["LEFT", "RIGHT"]), 0..4u8).prop_map(|(a, f, n)| format!("{f}({a}, {n})")),
        (at().text, pick(&["LPAD", "RPAD"]), 0..6u8).prop_map(|(a, f, n)| format!("{f}({a}, {n}, '海')")),
        (at().text, 1..4u8, 0..4u8).prop_map(|(a, n, m)| format!("SUBSTRING({a}, {n}, {m})")),
        (at().text, 1..4u8).prop_map(|(a, n)| format!("SUBSTRING({a}, {n})")),
        (at().text, pick(&["a", "海", "ab"]), pick(&["", "b", "海a"]))
            .prop_map(|(a, part, by)| format!("REPLACE({a}, '{part}', '{by}')")),
        (at().text, at().text).prop_map(|(a, b)| format!("CONCAT({a}, {b})")),
        chosen(|r| r.text),
    ]
    .boxed();
    let date = prop_oneof![
        (at().date, span(), pick(&["+", "-"])).prop_map(|(a, n, op)| format!("{a} {op} INTERVAL {n}")),
        chosen(|r| r.date),
        extreme(|r| r.date),
    ]
    .boxed();
    let time = prop_oneof![
        (at().time, span(), pick(&["+", "-"])).prop_map(|(a, n, op)| format!("{a} {op} INTERVAL {n}")),
        at().time.prop_map(|a| format!("{a} + INTERVAL 30 HOURS")),
        chosen(|r| r.time),
        extreme(|r| r.time),
    ]
    .boxed();
    Rules { bool, int, float, decimal, text, date, time }
}

fn any_rule() -> Text {
    let Rules { bool, int, float, decimal, text, date, time } = rules(2);
    prop_oneof![4 => bool, 1 => int, 1 => float, 1 => decimal, 1 => text, 1 => date, 1 => time].boxed()
}

const COLUMNS: [(&str, DataType); 12] = [
    ("b", DataType::Bool),
    ("b2", DataType::Bool),
    ("i", DataType::Int),
    ("j", DataType::Int),
    ("f", DataType::Float),
    ("d", DataType::Decimal { precision: 12, scale: 2 }),
    ("d2", DataType::Decimal { precision: 38, scale: 6 }),
    ("s", DataType::String),
    ("t", DataType::String),
    ("dt", DataType::Date),
    ("ts", DataType::Timestamp),
    ("st", DataType::StringSet),
];

fn cell(data_type: DataType) -> BoxedStrategy<Value> {
    let set = prop::collection::vec(prop::sample::select(vec!["a", "Ab", "上", "c"]), 0..4);
    let known: BoxedStrategy<Value> = match data_type {
        DataType::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        DataType::Int => prop_oneof![-5i64..10, any::<i64>()].prop_map(Value::Int).boxed(),
        DataType::Float => {
            let special =
                prop::sample::select(vec![0.0, -0.0, 7.0, f64::INFINITY, 9_223_372_036_854_775_808.0]);
            prop_oneof![-5.0..10.0, any::<f64>(), special].prop_map(Value::from).boxed()
        }
        DataType::Decimal { precision, scale } => {
            let most = 10i128.pow(u32::from(precision)) - 1;
            prop_oneof![-3_000i128..3_000, -most..=most]
                .prop_map(move |n| Value::Decimal(Decimal::new(n, scale)))
                .boxed()
        }
        DataType::String => prop::sample::select(vec!["a", "Ab", "AB", "上海", "上", "", " b ", "_"])
            .prop_map(Value::from)
            .boxed(),
        DataType::Date => prop_oneof![19_000i32..21_000, -719_162i32..2_932_896]
            .prop_map(|n| Value::Date(Date::from_days(n)))
            .boxed(),
        DataType::Timestamp => {
            prop_oneof![1_600_000_000i64..1_800_000_000, -62_135_596_800i64..253_402_300_799]
                .prop_map(|seconds| Value::Timestamp(Timestamp::from_micros(seconds * 1_000_000)))
                .boxed()
        }
        DataType::StringSet => set
            .prop_map(|mut items| {
                items.sort_unstable();
                items.dedup();
                Value::StringSet(items.into_iter().map(Into::into).collect())
            })
            .boxed(),
    };
    prop_oneof![4 => known, 1 => Just(Value::Null)].boxed()
}

/// Texts for a dictionary of more than 256 values, and of more than 64 members of sets.
fn many_texts(data_type: DataType) -> Vec<Value> {
    let text = |n: i32| format!("text {n}");
    (0..300)
        .map(|n| match data_type {
            DataType::String => Value::from(text(n).as_str()),
            DataType::StringSet => Value::StringSet(vec![text(n).into()]),
            _ => Value::Null,
        })
        .collect()
}

/// A few distinct rows, a length to repeat them to, and how many rows to cut from the front.
fn rows() -> impl Strategy<Value = (Vec<Vec<Value>>, usize, usize)> {
    let row: Vec<BoxedStrategy<Value>> = COLUMNS.iter().map(|(_, data_type)| cell(*data_type)).collect();
    let length = prop_oneof![
        3 => Just(1usize),
        3 => 2usize..200,
        1 => prop::sample::select(vec![0, 63, 64, 65, 4_095, 4_096, 4_097, 8_193])
    ];
    (prop::collection::vec(row, 1..30), length, 0usize..70)
}

fn same(found: &Value, wanted: &Value, data_type: DataType) -> bool {
    match (found, wanted, data_type) {
        (Value::Float(a), b, DataType::Float) => b.as_f64() == Some(*a),
        (Value::Decimal(a), Value::Int(b), _) => *a == Decimal::new(i128::from(*b), 0),
        (a, b, _) => a == b,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn printed_rules_read_back_equal(tree in trees()) {
        let text = tree.to_string();
        let read = parse(&text).map_err(|errors| TestCaseError::fail(errors.render()))?;
        prop_assert_eq!(&read, &tree, "{}", text);
        prop_assert_eq!(read.to_string(), text);
        let formatted = crate::expr::format(&tree);
        let again = parse(&formatted).map_err(|errors| TestCaseError::fail(errors.render()))?;
        prop_assert_eq!(&again, &tree, "{}", formatted);
        prop_assert_eq!(crate::expr::format(&again), formatted);
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,60}") {
        let _ = parse(&text).map_err(|errors| errors.render());
    }

    #[test]
    fn no_word_salad_makes_it_panic(words in prop::collection::vec(prop::sample::select(vec![
        "AND", "OR", "NOT", "IN", "(", ")", ",", "'上海'", "age", "city", "vip", "CASE", "WHEN", "THEN", "END", "1",
        "2.5", "-", "+", "*", "/", "=", "<", "（", "）", "，", "“x”", "IS", "NULL", "BETWEEN", "LIKE", "HAS", "ANY",
        "INTERVAL", "DAYS", "DATE", ".", "\"", "'", "TODAY()", "COALESCE(", "--", "\n", "!", "１", "＞", "＝",
        "born", "channels", "seen", "spend", "DATE '2026-01-01'", "INTERVAL 3 DAYS", "ROUND(",
    ]), 0..24)) {
        let table = super::people();
        let text = words.join(" ");
        let mut program = table.program();
        match program.add(&text) {
            Err(errors) => prop_assert!(!errors.diagnostics.is_empty() && !errors.render().is_empty()),
            Ok(root) => {
                let evaluation = program.evaluate(&[root], &table.block()).unwrap();
                for row in 0..table.len {
                    let explained = program.explain(root, &table.block(), row).unwrap();
                    prop_assert_eq!(&explained.value, &evaluation.columns[0].value(row));
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn the_evaluator_equals_the_reference(
        texts in prop::collection::vec(any_rule(), 1..4),
        (distinct, len, cut) in rows(),
        zone in prop::sample::select(vec!["Asia/Shanghai", "America/New_York", "UTC"]),
        wide in any::<bool>(),
    ) {
        let zone = Zone::named(zone).unwrap();
        let as_of = zone.parse("2026-03-08 12:00").unwrap();
        let columns: Vec<Column> = COLUMNS
            .iter()
            .enumerate()
            .map(|(at, (_, data_type))| {
                let mut values: Vec<Value> = if wide { many_texts(*data_type) } else { Vec::new() };
                let before = values.len() + cut;
                values.extend((0..len + cut).map(|row| distinct[row % distinct.len()][at].clone()));
                column(*data_type, &values).slice(before, len)
            })
            .collect();
        let mut schema = Schema::new();
        for (name, data_type) in COLUMNS {
            schema.push(Field::new(name, data_type));
        }
        let mut program = Program::new(schema);
        let mut roots = Vec::new();
        for text in &texts {
            match program.add(text) {
                Ok(root) => roots.push(root),
                // Constants that overflow and products of too many digits are refused at load.
                Err(errors) => prop_assert!(
                    errors.diagnostics.iter().all(|d| {
                        d.code == "rule.overflow" || d.code == "rule.untyped_null" || d.message.contains("digits")
                    }),
                    "{}",
                    errors.render()
                ),
            }
        }
        let block = Block::new(len, as_of, &zone).with_columns(&columns);
        let found = program.evaluate(&roots, &block).unwrap().columns;
        let program = Arc::new(program);
        let prepared = Prepared::new(Arc::clone(&program), &roots, as_of, &zone);
        for row in (0..len.min(distinct.len())).rev().take(4) {
            let one = prepared.evaluate(&distinct[(row + cut) % distinct.len()]).unwrap();
            for (rule, (column, one)) in found.iter().zip(&one.values).enumerate() {
                prop_assert_eq!(one, &column.value(row), "{}", &texts[rule]);
                let why = prepared.explain(rule, &distinct[(row + cut) % distinct.len()]).unwrap();
                prop_assert_eq!(why, program.explain(roots[rule], &block, row).unwrap());
            }
        }
        // A long block repeats its rows: once through all of them and the last few will do.
        for (&root, found) in roots.iter().zip(&found) {
            prop_assert_eq!(found.len(), len);
            prop_assert_eq!(found.data_type(), program.data_type(root));
            let tail = len.saturating_sub(3)..len;
            for row in (0..len.min(distinct.len())).chain(tail) {
                let value = |name: &str| {
                    let at = COLUMNS.iter().position(|(other, _)| *other == name).unwrap();
                    distinct[(row + cut) % distinct.len()][at].clone()
                };
                let scale = |name: &str| match COLUMNS.iter().find(|(other, _)| *other == name) {
                    Some((_, DataType::Decimal { scale, .. })) => Some(*scale),
                    _ => None,
                };
                let reference = Reference { zone: &zone, as_of, value: &value, scale: &scale };
                let wanted = reference.eval(program.ast(root));
                let found = found.value(row);
                prop_assert!(
                    same(&found, &wanted, program.data_type(root)),
                    "{} gave {:?}, wanted {:?}", program.text(root), found, wanted
                );
            }
            prop_assert!(program.nullable(root) || found.null_count() == 0);
            if len > 0 {
                let explained = program.explain(root, &block, len - 1).unwrap();
                prop_assert_eq!(explained.value, found.value(len - 1));
            }
        }
    }
}

/// The truth tables of Kleene's strong logic (Kleene, Introduction to Metamathematics, 1952, section 64).
#[test]
fn kleene_tables() {
    let and = ["TTT", "TFF", "TUU", "FTF", "FFF", "FUF", "UTU", "UFF", "UUU"];
    let or = ["TTT", "TFT", "TUT", "FTT", "FFF", "FUU", "UTT", "UFU", "UUU"];
    let value = |c: char| match c {
        'T' => Value::Bool(true),
        'F' => Value::Bool(false),
        _ => Value::Null,
    };
    let cells = |rows: &[&str], at: usize| -> Vec<Value> {
        rows.iter().map(|row| value(row.chars().nth(at).unwrap())).collect()
    };
    for (rows, op) in [(and, "AND"), (or, "OR")] {
        let table = super::Table::new(vec![
            ("a", DataType::Bool, cells(&rows, 0)),
            ("b", DataType::Bool, cells(&rows, 1)),
        ]);
        assert_eq!(table.values(&format!("a {op} b")), cells(&rows, 2));
    }
    let table = super::Table::new(vec![("a", DataType::Bool, cells(&["T", "F", "U"], 0))]);
    assert_eq!(table.values("NOT a"), cells(&["F", "T", "U"], 0));
}
