//! What each construct gives, by the words of the language's documentation.

use super::people;
use crate::value::Value;

fn check(cases: &[(&str, &str)]) {
    let table = people();
    for (rule, wanted) in cases {
        assert_eq!(table.shown(rule), *wanted, "{rule}");
    }
}

#[test]
fn comparisons() {
    check(&[
        ("age > 18", "true false null true"),
        ("18 < age", "true false null true"),
        ("age = 30.0", "true false null false"),
        ("age = 30.5", "false false null false"),
        ("age > 9223372036854775806.5", "false false null true"),
        ("age < 9.223372036854775807e18", "true true null true"), // 2^63 as a float
        ("score >= 0.5", "true false true null"),
        ("score = age", "false false null null"),
        ("spend = 12.5", "true false null false"),
        ("spend > -0.050001", "true true null true"),
        ("spend < 12.505", "true true null false"),
        ("spend >= 100", "false false null true"),
        ("spend > score", "true true null null"),
        ("city = '上海'", "true false null false"),
        ("city <> '上海'", "false true null true"),
        ("city < 'a'", "false true null true"),
        ("city = name", "false false null false"),
        ("name >= name", "true true true true"),
        ("born < '2000-01-01'", "true false null false"),
        ("born = DATE '2008-02-29'", "false true null false"),
        ("born = TODAY()", "false false null true"),
        ("seen >= '2026-06-30'", "true false null false"),
        ("seen >= TODAY()", "true false null false"),
        ("seen >= TIMESTAMP '2026-06-29T16:30:00Z'", "true false null false"),
        ("seen < NOW()", "true true null true"),
        ("vip = TRUE", "true false null true"),
        ("vip <> (age > 20)", "false false null false"),
        ("risk.p >= 0.6", "false true true null"),
        ("\"risk\".`p` < .2", "true false false null"),
        ("age = NULL", "null null null null"),
    ]);
}

#[test]
fn lists_ranges_and_patterns() {
    check(&[
        ("city IN ('上海', 'x')", "true false null false"),
        ("city NOT IN ('上海', 'x')", "false true null true"),
        ("city IN ('上海', NULL)", "true null null null"),
        ("city NOT IN ('上海', NULL)", "false null null null"),
        ("age IN (18, 30.0)", "true true null false"),
        ("age IN (18, 30.5)", "false true null false"),
        ("age IN (1,2,3,4,5,6,7,8,9,10,18)", "false true null false"),
        ("score IN (-1.5, 2)", "false true false null"),
        ("spend IN (12.500, 100)", "true false null true"),
        ("born IN ('2008-02-29', DATE '1990-06-15')", "true true null false"),
        ("born IN (TODAY(), NULL)", "null null null true"),
        ("age BETWEEN 18 AND 30", "true true null false"),
        ("age NOT BETWEEN 18 AND 29", "true false null true"),
        ("born BETWEEN '1990-06-15' AND TODAY() - INTERVAL 1 DAY", "true true null false"),
        ("name LIKE '张%'", "true false true false"),
        ("name LIKE '张_'", "true false false false"),
        ("name LIKE '%\\_%'", "false true false false"),
        ("name NOT LIKE '%100\\%%'", "true true true false"),
        ("channels HAS 'app'", "true false null true"),
        ("channels HAS ANY ('邮件', 'x')", "false false null true"),
        ("channels HAS ALL ('app', '邮件', 'app')", "false false null true"),
    ]);
}

#[test]
fn nulls_and_logic() {
    check(&[
        ("vip IS NULL", "false false true false"),
        ("vip IS NOT TRUE", "false true true false"),
        ("vip IS FALSE", "false true false false"),
        ("vip IS UNKNOWN", "false false true false"),
        ("(age > 20 OR vip) IS NOT UNKNOWN", "true true false true"),
        ("vip OR TRUE", "true true true true"),
        ("vip AND FALSE", "false false false false"),
        ("NOT vip", "false true null false"),
        ("vip AND age > 30", "false false null true"),
        ("COALESCE(age, 0) > 20", "true false false true"),
        ("COALESCE(city, name, '?')", "上海 Beijing 张 "),
        ("COALESCE(born, '2000-01-01')", "1990-06-15 2008-02-29 2000-01-01 2026-06-30"),
        ("COALESCE(spend, 0)", "12.50 -0.05 0.00 100.00"),
        ("COALESCE(channels, NULL) HAS 'app'", "true false null true"),
        ("NULLIF(age, 18)", "30 null null 9223372036854775807"),
        ("IF(vip, city, name)", "上海 Li_Si 张 "),
        ("CASE WHEN age < 20 THEN 'young' WHEN vip THEN 'vip' END", "vip young null vip"),
        ("CASE city WHEN '上海' THEN 1 WHEN 'Beijing' THEN 2.5 ELSE 0 END", "1.0 2.5 0.0 0.0"),
        ("CASE WHEN vip THEN score ELSE 1 END", "0.5 1 1 null"),
        ("CASE WHEN vip THEN NULL ELSE seen END", "null 2026-03-31T16:00:00Z null null"),
        ("CASE WHEN vip THEN vip END", "true null null true"),
    ]);
}

#[test]
fn arithmetic() {
    check(&[
        ("id + 1", "2 3 4 5"),
        ("age + 1", "31 19 null null"),
        ("-age", "-30 -18 null -9223372036854775807"),
        ("id / 2", "0.5 1 1.5 2"),
        ("id / (id - 2)", "-1 null 3 2"),
        ("score * 1e10", "5000000000 -15000000000 null null"),
        ("score / 0", "null null null null"),
        ("spend * 0.1", "1.250 -0.005 null 10.000"),
        ("spend + 1", "13.50 0.95 null 101.00"),
        ("spend / 2", "6.25 -0.025 null 50"),
        ("id * 0.5 - 1", "-0.5 0.0 0.5 1.0"),
        ("1 + 2 * 3 - 4 / 2", "5 5 5 5"),
        ("- (2 - 5)", "3 3 3 3"),
        ("ABS(spend)", "12.50 0.05 null 100.00"),
        ("ROUND(risk.p, 1)", "0.1 0.6 0.6 null"),
        ("ROUND(spend, 1)", "12.5 -0.1 null 100.0"),
        ("FLOOR(spend)", "12 -1 null 100"),
        ("CEIL(spend)", "13 0 null 100"),
        ("FLOOR(risk.p)", "0 0 0 null"),
        ("LEAST(age, id, NULL)", "1 2 3 4"),
        ("GREATEST(age, 20.5)", "30.0 20.5 20.5 9223372036854775807.0"),
        ("GREATEST(born, '2000-01-01')", "2000-01-01 2008-02-29 2000-01-01 2026-06-30"),
    ]);
}

#[test]
fn texts_and_times() {
    check(&[
        ("UPPER(name)", "张三 LI_SI 张  BO 100% "),
        ("LENGTH(TRIM(name))", "2 5 1 7"),
        ("LOWER(city) = 'beijing'", "false true null false"),
        ("STARTS_WITH(name, '张')", "true false true false"),
        ("ENDS_WITH(name, 'Si')", "false true false false"),
        ("CONTAINS(name, '%')", "false false false true"),
        ("TODAY() - INTERVAL 90 DAYS", "2026-04-01 2026-04-01 2026-04-01 2026-04-01"),
        ("TODAY() - INTERVAL 4 MONTHS", "2026-02-28 2026-02-28 2026-02-28 2026-02-28"),
        ("born + INTERVAL 1 YEAR", "1991-06-15 2009-02-28 null 2027-06-30"),
        ("born + INTERVAL 2 WEEKS", "1990-06-29 2008-03-14 null 2026-07-14"),
        ("seen + INTERVAL 1 HOUR", "2026-06-29T17:30:00Z 2026-03-31T17:00:00Z null 2026-06-29T16:59:59Z"),
        ("seen - INTERVAL 1 MONTH", "2026-05-29T16:30:00Z 2026-02-28T16:00:00Z null 2026-05-29T15:59:59Z"),
        ("DAYS_BETWEEN(born, TODAY())", "13164 6696 null 0"),
        ("DAYS_BETWEEN(seen, TODAY())", "0 90 null 1"),
        ("YEAR(born) * 10000 + MONTH(born) * 100 + DAY(born)", "19900615 20080229 null 20260630"),
        ("DAY(seen)", "30 1 null 29"),
    ]);
}

#[test]
fn overflow_in_a_row_is_null_and_counted() {
    let table = people();
    assert_eq!(table.overflows("age + 1"), 1);
    assert_eq!(table.overflows("age * 2 + age * 2"), 1);
    assert_eq!(table.overflows("score * 1e10"), 1);
    assert_eq!(table.overflows("id / 0"), 0);
    assert_eq!(table.overflows("born + INTERVAL 9000 YEARS"), 3);
}

#[test]
fn explanations_mark_what_decides() {
    let table = people();
    let found = table.explain("age > 40 AND (vip OR city = 'x') AND spend < 20", 0);
    assert_eq!((found.op, &found.value, found.decisive), ("AND", &Value::Bool(false), true));
    let [age, either, spend] = found.children.as_slice() else { panic!("{found:?}") };
    assert_eq!((&*age.text, age.decisive, age.distance), ("age > 40", true, Some(10.0)));
    assert_eq!((age.children[0].value.clone(), age.children[0].decisive), (Value::Int(30), true));
    assert_eq!((either.value.clone(), either.decisive), (Value::Bool(true), false));
    assert_eq!((spend.decisive, spend.distance), (false, Some(7.5)));
    let found = table.explain("vip OR age > 20", 2);
    assert_eq!(found.value, Value::Null);
    assert!(found.children.iter().all(|child| child.decisive && child.distance.is_none()));
    let found = table.explain("CASE WHEN age > 20 THEN 'a' WHEN vip THEN 'b' ELSE city END", 1);
    let marks: Vec<bool> = found.children.iter().map(|child| child.decisive).collect();
    assert_eq!((found.value, marks), (Value::from("Beijing"), vec![true, false, true, false, true]));
    let found = table.explain("born < '2000-01-01'", 1);
    assert_eq!(found.distance, Some(-2981.0)); // DuckDB: DATE '2000-01-01' - DATE '2008-02-29'
    let found = table.explain("age BETWEEN 20 AND 60", 1);
    assert_eq!(found.distance, Some(2.0));
}

#[test]
fn equal_parts_are_one_node() {
    let table = people();
    let mut program = table.program();
    program.add("age > 18 AND city = '上海'").unwrap();
    let before = program.node_count();
    program.add("(18 < age) AND '上海' = city").unwrap();
    assert_eq!(program.node_count(), before);
}
