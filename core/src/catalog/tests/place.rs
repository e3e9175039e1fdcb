//! Places that later checks ask for.

use std::ops::Range;

use super::{HEAD, SHOP_JSON, SHOP_TOML, SHOP_YAML, yaml};
use crate::catalog::{Format, Parsed};

fn bytes(parsed: &Parsed, path: &[&str]) -> String {
    let span = parsed.problem(path, "x.y", "m", None).span.unwrap();
    parsed.text()[span].to_owned()
}

#[test]
fn values_keys_and_what_is_above_them() {
    let parsed = yaml(SHOP_YAML).unwrap();
    assert_eq!(bytes(&parsed, &["tags", "age", "years_since"]), "members.birthday");
    assert_eq!(bytes(&parsed, &["identifiers", "phone", "block", "0"]), "13800138000");
    assert_eq!(bytes(&parsed, &["tags", "churn_risk", "classify"]), "classify");
    assert_eq!(bytes(&parsed, &["tags", "age", "window"]), "age");
    assert_eq!(bytes(&parsed, &["tags", "none", "window"]), "tags");
    // Through a merge key, to where it is written.
    assert_eq!(bytes(&parsed, &["sources", "refunds", "time"]), "paid_at");
    let problem = parsed.problem(&["identifiers", "phone", "block", "0"], "x.y", "m", None);
    assert_eq!(problem.path, "identifiers.phone.block[0]");
    let problem = parsed.problem_at_key(&["tags", "orders_90d", "window"], "x.y", "m", None);
    assert_eq!(parsed.text()[problem.span.unwrap()], *"window");
    let line = SHOP_YAML.lines().nth(problem.line.unwrap() - 1).unwrap();
    assert!(line.starts_with("  orders_90d:"));
    for (text, format) in [(SHOP_JSON, Format::Json), (SHOP_TOML, Format::Toml)] {
        let parsed = Parsed::read(text, format, None).unwrap();
        assert!(bytes(&parsed, &["tags", "age", "years_since"]).contains("members.birthday"));
        assert!(bytes(&parsed, &["tags", "churn_risk"]).contains("churn_risk"));
        assert!(bytes(&parsed, &["sources", "orders", "columns"]).contains("columns"));
    }
    assert_eq!(parsed.error(vec![parsed.problem(&["name"], "x.y", "m", None)]).code(), "x.y");
}

/// Where `inner` of the rule's value is said to stand.
fn inside(text: &str, format: Format, part: &str) -> String {
    let parsed = Parsed::read(text, format, None).map_err(|error| error.render()).unwrap();
    let rule = parsed.file.tags["t"].rule.clone().unwrap();
    let start = rule.find(part).unwrap();
    let inner: Range<usize> = start..start + part.len();
    let problem = parsed.problem_in_text(&["tags", "t", "rule"], inner, "rule.x", "m", None);
    parsed.text()[problem.span.unwrap()].to_owned()
}

#[test]
fn inside_texts() {
    let in_yaml = |rule: &str, part: &str| {
        inside(&format!("{HEAD}tags:\n  t:\n    rule: {rule}\n    layer: business\n"), Format::Yaml, part)
    };
    assert_eq!(in_yaml("年龄 > 3 AND ag < 4", "ag"), "ag");
    assert_eq!(in_yaml("\"年龄 > 3 AND ag < 4\"", "ag"), "ag");
    assert_eq!(in_yaml("'a = ''x'' AND ag < 4'", "ag"), "ag");
    assert_eq!(in_yaml(r#""a = \"x\u6027\" AND ag < 4""#, "ag"), "ag");
    assert_eq!(in_yaml("|\n      a = 'x' AND\n        b = 1 AND\n      ag < 4", "ag"), "ag");
    assert_eq!(in_yaml("|-\n      'x' = a AND\n\n      ag < 4", "ag"), "ag");
    assert_eq!(in_yaml(">-\n      a = 'x' AND\n      ag < 4", "ag"), "ag");
    assert_eq!(in_yaml("a = 1 AND\n      ag < 4", "ag"), "ag");
    assert_eq!(in_yaml("\"a = 1 AND\n      ag < 4\"", "ag"), "ag");
    // What cannot be told points at the whole.
    assert_eq!(in_yaml("\"a\\\n      b ag\"", "ag"), "\"a\\\n      b ag\"");

    let in_json = |rule: &str, part: &str| {
        let text = format!(
            r#"{{"tagloom": 1, "name": "x", "identifiers": {{"a": {{}}}}, "sources": {{"s": {{"kind": "events"}}}}, "tags": {{"t": {{"rule": {rule}, "layer": "business"}}}}}}"#
        );
        inside(&text, Format::Json, part)
    };
    assert_eq!(in_json(r#""a = \"x\\\u6027\ud83d\ude00\" AND ag < 4""#, "ag"), "ag");

    let in_toml = |rule: &str, part: &str| {
        let text = format!(
            "tagloom = 1\nname = 'x'\nidentifiers.a = {{}}\nsources.s.kind = 'events'\n[tags.t]\nlayer = 'business'\nrule = {rule}\n"
        );
        inside(&text, Format::Toml, part)
    };
    assert_eq!(in_toml("'a = \"x\" AND ag < 4'", "ag"), "ag");
    assert_eq!(in_toml("\"a = \\\"x\\\" AND ag < 4\"", "ag"), "ag");
    assert_eq!(in_toml("'''\na = 'x' AND\n  ag < 4'''", "ag"), "ag");
    assert_eq!(in_toml("\"\"\"\r\na = 'x' AND\r\n  ag < 4\"\"\"", "ag"), "ag");
}

#[test]
fn places_that_are_no_places() {
    let parsed = yaml(SHOP_YAML).unwrap();
    let path = ["tags", "orders_90d", "where"];
    let backwards = Range { start: 5, end: 2 };
    for inner in [0..1000, backwards, 900..901, usize::MAX - 1..usize::MAX] {
        let problem = parsed.problem_in_text(&path, inner, "rule.x", "m", None);
        assert_eq!(parsed.text()[problem.span.unwrap()], *"\"status = 'paid'\"");
    }
    // In the middle of a character.
    let problem = parsed.problem_in_text(&["tags", "gender", "title"], 1..2, "rule.x", "m", None);
    assert_eq!(parsed.text()[problem.span.unwrap()], *"性别");
    assert_eq!(parsed.problem(&[], "x.y", "m", None).line, Some(1));
}
