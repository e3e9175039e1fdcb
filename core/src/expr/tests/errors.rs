//! How errors read.

use super::people;
use crate::expr::{MAX_TEXT_BYTES, Severity, parse};

fn rendered(rule: &str) -> String {
    people().program().add_bool(rule).unwrap_err().render()
}

fn codes(rule: &str) -> Vec<&'static str> {
    match people().program().add_bool(rule) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.diagnostics.iter().map(|d| d.code).collect(),
    }
}

#[test]
fn unknown_names_and_types_in_one_go() {
    let rule = "name = '张三' AND citty = '上海'\n  AND age > '30' AND score + 'x' > 1";
    assert_eq!(
        rendered(rule),
        "\
error[rule.unknown_name]: there is no `citty`
 --> line 1, column 19
  |
1 | name = '张三' AND citty = '上海'
  |                   ^^^^^
  = help: did you mean `city`?
error[rule.type]: cannot compare `age` (int64) with `'30'` (string)
 --> line 2, column 7
  |
2 |   AND age > '30' AND score + 'x' > 1
  |       ^^^^^^^^^^
  = help: write 30 without quotes
error[rule.type]: `+` takes two numbers; found `score` (float64) and `'x'` (string)
 --> line 2, column 22
  |
2 |   AND age > '30' AND score + 'x' > 1
  |                      ^^^^^^^^^^^
"
    );
}

#[test]
fn full_width_characters() {
    assert_eq!(
        rendered("（age ＞＝ ３０） AND city IN (“上海”，'北京')"),
        "\
error[rule.full_width]: `（` (U+FF08) is not an ASCII character
 --> line 1, column 1
  |
1 | （age ＞＝ ３０） AND city IN (“上海”，'北京')
  | ^^
  = help: write (
error[rule.full_width]: `＞` (U+FF1E) is not an ASCII character
 --> line 1, column 7
  |
1 | （age ＞＝ ３０） AND city IN (“上海”，'北京')
  |       ^^^^
  = help: write >=
error[rule.full_width]: `３` (U+FF13) is not an ASCII digit
 --> line 1, column 12
  |
1 | （age ＞＝ ３０） AND city IN (“上海”，'北京')
  |            ^^^^
  = help: write 30
error[rule.full_width]: `）` (U+FF09) is not an ASCII character
 --> line 1, column 16
  |
1 | （age ＞＝ ３０） AND city IN (“上海”，'北京')
  |                ^^
  = help: write )
error[rule.full_width]: `“` (U+201C) is not a quote that rules use
 --> line 1, column 32
  |
1 | （age ＞＝ ３０） AND city IN (“上海”，'北京')
  |                                ^^^^^^
  = help: use ASCII quotes: '上海' for a text, \"上海\" for a name
error[rule.full_width]: `，` (U+FF0C) is not an ASCII character
 --> line 1, column 38
  |
1 | （age ＞＝ ３０） AND city IN (“上海”，'北京')
  |                                      ^^
  = help: write ,
"
    );
}

#[test]
fn codes_of_errors() {
    for (rule, wanted) in [
        ("age", &["rule.not_bool"][..]),
        ("age >", &["rule.syntax"]),
        ("age > 1 AND AND vip OR (", &["rule.syntax", "rule.syntax"]),
        ("age > 1)", &["rule.syntax"]),
        ("1 < age < 3", &["rule.syntax"]),
        ("age == 3 && vip", &["rule.syntax", "rule.syntax"]),
        ("!vip", &["rule.syntax"]),
        ("city = '上海", &["rule.unterminated"]),
        ("365d > 1", &["rule.bad_number"]),
        ("age = 9223372036854775808", &["rule.number_too_large"]),
        ("age = -9223372036854775808", &[]),
        ("age > 9223372036854775807 + 1", &["rule.overflow"]),
        ("score > 1e400", &["rule.number_too_large"]),
        ("COALESC(age, 1) = 1", &["rule.unknown_function"]),
        ("LOWER(city, 2) = 'x'", &["rule.arguments"]),
        ("vip > TRUE", &["rule.type"]),
        ("channels = 'app'", &["rule.type"]),
        ("city HAS 'app'", &["rule.type"]),
        ("channels HAS ANY 'app'", &["rule.syntax"]),
        ("age LIKE 'x'", &["rule.type"]),
        ("name LIKE city", &["rule.not_constant"]),
        ("name LIKE 'x\\'", &["rule.bad_pattern"]),
        ("age IN (id, 2)", &["rule.not_constant"]),
        ("age IN ('x', 'y')", &["rule.type", "rule.type"]),
        ("age IN ()", &["rule.syntax"]),
        ("born < '2026-02-30'", &["rule.bad_date"]),
        ("born < DATE '2026-13-01'", &["rule.bad_date"]),
        ("seen < 'yesterday'", &["rule.bad_date"]),
        ("born < city", &["rule.type"]),
        ("born - INTERVAL 3 HOURS < TODAY()", &["rule.interval"]),
        ("born - INTERVAL 3 < TODAY()", &["rule.syntax"]),
        ("INTERVAL 3 DAYS > 2", &["rule.interval"]),
        ("TODAY() + INTERVAL 99999999 DAYS > born", &["rule.interval"]),
        ("DATE '9999-12-31' + INTERVAL 1 DAY > born", &["rule.overflow"]),
        ("TODAY() - born > 3", &["rule.type"]),
        ("CASE WHEN vip THEN 1 ELSE 'x' END = 1", &["rule.type"]),
        ("CASE vip END", &["rule.syntax"]),
        ("NOT age", &["rule.type"]),
        ("age AND vip", &["rule.type"]),
        ("risk. = 3", &["rule.syntax"]),
        ("\"\" = 3", &["rule.syntax"]),
        ("", &["rule.syntax"]),
        ("-- nothing", &["rule.syntax"]),
        ("vip \u{1}", &["rule.syntax"]),
        ("a = 1 OR b = 2 OR c = 3", &["rule.unknown_name"; 3]),
        ("spend * 0.00000000000000000001 * 0.00000000000000000001 > 0", &["rule.type"]),
        ("vip vip", &["rule.syntax"]),
    ] {
        assert_eq!(
            codes(rule),
            wanted,
            "{rule}\n{}",
            if wanted.is_empty() { String::new() } else { rendered(rule) }
        );
    }
    assert_eq!(people().program().add("COALESCE(NULL, NULL)").unwrap_err().code(), "rule.untyped_null");
}

#[test]
fn limits() {
    let on_small_stack = |rule: String| {
        let run = move || parse(&rule).map(|_| ()).map_err(|errors| errors.code());
        std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap()
    };
    let too_large = Err("rule.too_large");
    assert_eq!(on_small_stack(format!("{}1{}", "(".repeat(30_000), ")".repeat(30_000))), too_large);
    assert_eq!(on_small_stack("(".repeat(MAX_TEXT_BYTES)), too_large);
    assert_eq!(on_small_stack("(".repeat(100_000)), too_large);
    assert_eq!(on_small_stack("NOT ".repeat(10_000)), too_large);
    assert_eq!(on_small_stack("- ".repeat(10_000)), too_large);
    assert_eq!(on_small_stack("CASE ".repeat(10_000)), too_large);
    assert_eq!(on_small_stack("ABS(".repeat(10_000)), too_large);
    assert_eq!(on_small_stack(format!("1{}", "+1".repeat(30_000))), too_large);
    assert_eq!(on_small_stack(format!("a{}", " IS NULL".repeat(5_000))), too_large);
    assert_eq!(on_small_stack(format!("a{}", " OR a".repeat(10_000))), too_large);
    assert_eq!(on_small_stack(format!("a IN ({}1)", "1,".repeat(9_990))), Ok(()));
    assert_eq!(on_small_stack(format!("a{}", " OR a".repeat(9_990))), Ok(()));
    // The deepest rule that is let through is checked, printed, explained and dropped on a small stack too.
    let deep = format!("{}vip{}", "(NOT ".repeat(99), ")".repeat(99));
    let run = move || {
        let table = people();
        assert!(parse(&parse(&deep).unwrap().to_string()).unwrap() == parse(&deep).unwrap());
        assert_eq!(table.explain(&deep, 0).value, crate::value::Value::Bool(false));
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn many_errors_are_cut() {
    let errors = parse(&"? ".repeat(30_000)).unwrap_err();
    assert_eq!(errors.diagnostics.len(), 50);
    assert!(errors.to_string().ends_with("and 49 more"));
}

#[test]
fn warnings_about_negated_nulls() {
    let table = people();
    let mut program = table.program();
    let none: [String; 0] = [];
    let mut warned = |rule: &str| {
        let root = program.add(rule).unwrap();
        let warnings = program.warnings(root);
        assert!(warnings.iter().all(|warning| warning.severity == Severity::Warning));
        warnings.iter().map(|warning| warning.message.clone()).collect::<Vec<_>>()
    };
    let message = |names: &str| format!("this negation is unknown, not true, where {names} is null");
    assert_eq!(warned("NOT (city IN ('上海', '北京'))"), [message("`city`")]);
    assert_eq!(warned("city NOT IN ('上海')"), [message("`city`")]);
    assert_eq!(warned("NOT (age > 3 AND city = 'x')"), [message("`age` or `city`")]);
    assert_eq!(warned("city NOT LIKE 'x' AND city IS NOT NULL"), none);
    assert_eq!(warned("NOT (COALESCE(age, 0) > 3)"), none);
    assert_eq!(warned("NOT (id > 3)"), none);
    assert_eq!(warned("city = NULL"), ["a comparison with NULL is never true"]);
    assert_eq!(warned("id IN (1, NULL)").len(), 1);
}

#[test]
fn names_are_listed_with_places() {
    let rule =
        parse("会员等级 = 'x' AND \"a b\".c > DATE '2026-01-01' AND COALESCE(会员等级, y.\"end\") = z")
            .unwrap();
    let names: Vec<&str> = rule.names().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["会员等级", "a b.c", "会员等级", "y.end", "z"]);
}

#[test]
fn warnings_render_too() {
    let table = people();
    let mut program = table.program();
    let root = program.add("vip AND NOT (city = '上海')").unwrap();
    assert_eq!(crate::expr::render(program.text(root), program.warnings(root)), "\
warning[rule.negated_null]: this negation is unknown, not true, where `city` is null
 --> line 1, column 9
  |
1 | vip AND NOT (city = '上海')
  |         ^^^^^^^^^^^^^^^^^^^
  = help: such rows are not selected; to select them too, put IS NOT TRUE after the condition in place of the NOT; to show that they are meant to stay out, add … IS NOT NULL
");
}
