//! What is reported, where, and in which words.

use super::hostile::lines;
use super::{HEAD, problems, yaml};
use crate::catalog::{Format, Parsed};

#[test]
fn all_problems_at_once() {
    let text = "\
tagloom: 1
name: shop
identifiers:
  phone: {strength: storng, max_profiles: -3, block: [1, {}, [2]]}
sources:
  orders:
    kind: event
    identifiers: {phone: mobile}
    columns: {金额: {type: money, persnal: true}, x: flot}
tags:
  a.b: {layer: fact}
  age: {title: 年龄, layer: facts, windw: 90d}
  rfm:
    rfm: {events: orders, score: {quantile: 300}, segments: twelve, window: soon}
    layer: model
  tier: {layer: model, tier: {levels: {低: none, 高: 5}}}
  churn: {layer: predicted, classify: {label: {horizn: 90d}}}
";
    let wanted = [
        (
            "4:21 catalog.unknown_variant identifiers.phone.strength",
            "unknown strength `storng`; wanted strong or weak; did you mean `strong`?",
        ),
        (
            "4:43 catalog.wrong_type identifiers.phone.max_profiles",
            "found the number `-3`; wanted a whole number from 0 to 4294967295",
        ),
        ("4:58 catalog.wrong_type identifiers.phone.block[1]", "found a map; wanted a text"),
        ("4:62 catalog.wrong_type identifiers.phone.block[2]", "found a list; wanted a text"),
        (
            "7:11 catalog.unknown_variant sources.orders.kind",
            "unknown kind `event`; wanted records, events or lookup; did you mean `events`?",
        ),
        (
            "9:28 catalog.invalid_value sources.orders.columns.金额.type",
            "unknown type `money`; wanted bool, int64, float64, decimal(precision,scale), string, date, timestamp or set<string>",
        ),
        (
            "9:35 catalog.unknown_field sources.orders.columns.金额.persnal",
            "unknown field `persnal`; wanted type, from, value, lookup, by, required, personal, title, description or unit; did you mean `personal`?",
        ),
        (
            "9:54 catalog.invalid_value sources.orders.columns.x",
            "unknown type `flot`; wanted bool, int64, float64, decimal(precision,scale), string, date, timestamp or set<string>",
        ),
        (
            "11:3 catalog.bad_name tags.a.b",
            "the name `a.b` has a full stop or a quote in it, which expressions need for themselves",
        ),
        (
            "12:29 catalog.unknown_variant tags.age.layer",
            "unknown layer `facts`; wanted fact, predicted, model or business; did you mean `fact`?",
        ),
        ("12:36 catalog.unknown_field tags.age.windw", "unknown field `windw`; did you mean `window`?"),
        ("14:5 catalog.missing_field tags.rfm.rfm.amount", "`amount` is missing"),
        (
            "14:45 catalog.wrong_type tags.rfm.rfm.score.quantile",
            "found the number `300`; wanted a whole number from 0 to 255",
        ),
        (
            "14:61 catalog.unknown_variant tags.rfm.rfm.segments",
            "unknown segments `twelve`; wanted eight, three_tiers or eleven",
        ),
        (
            "14:77 catalog.invalid_value tags.rfm.rfm.window",
            "`soon` is no window; wanted `all`, a duration (90d, 12h, 30min, 45s, 2w), calendar units (3mo, 2q, 1y, 7 calendar days), `this month`, `last 2 weeks`, `last 5 events`, or a range ([2026-01-01, 2026-04-01))",
        ),
        ("16:24 catalog.missing_field tags.tier.tier.by", "`by` is missing"),
        ("16:44 catalog.wrong_type tags.tier.tier.levels.低", "found the text `none`; wanted a number"),
        ("17:29 catalog.missing_field tags.churn.classify.features", "`features` is missing"),
        ("17:40 catalog.missing_field tags.churn.classify.label.events", "`events` is missing"),
        ("17:40 catalog.missing_field tags.churn.classify.label.count", "`count` is missing"),
        ("17:40 catalog.missing_field tags.churn.classify.label.horizon", "`horizon` is missing"),
        (
            "17:48 catalog.unknown_field tags.churn.classify.label.horizn",
            "unknown field `horizn`; wanted events, count, horizon, where, is or at_least; did you mean `horizon`?",
        ),
    ];
    let found = problems(yaml(text));
    for (found, wanted) in found.iter().zip(wanted) {
        assert_eq!((found.0.as_str(), found.1.as_str()), wanted);
    }
    assert_eq!(found.len(), wanted.len());
}

#[test]
fn everything_missing_at_the_top() {
    let found = problems(yaml("title: x\n"));
    let short: Vec<&str> = found.iter().map(|(short, _)| short.as_str()).collect();
    let field = |name| format!("1:1 catalog.missing_field {name}");
    assert_eq!(short, ["tagloom", "name", "identifiers", "sources"].map(field));
}

#[test]
fn printed_and_rendered() {
    let error =
        Parsed::read(&format!("{HEAD}tags:\n  年龄: {{layer: facts}}\n"), Format::Yaml, Some("retail.yaml"))
            .unwrap_err();
    let line = "retail.yaml:6:17: catalog.unknown_variant: `tags.年龄.layer`: unknown layer `facts`; wanted fact, predicted, model or business; did you mean `fact`?";
    assert_eq!(error.to_string(), line);
    assert_eq!(
        error.render(),
        format!("{line}\n 6 |   年龄: {{layer: facts}}\n   |                 ^^^^^\n")
    );
    assert_eq!(error.code(), "catalog.unknown_variant");
    let json = serde_json::to_value(&error).unwrap();
    assert_eq!(json["problems"][0]["column"], 17);
    assert!(size_of_val(&error) <= 64);
    assert_eq!(yaml("").unwrap_err().code(), "catalog.no_catalogue");
    assert_eq!(yaml("a: 1").unwrap_err().code(), "catalog.invalid");
}

#[test]
fn no_catalogue_at_all() {
    let wanted = |found: &str| format!("{found}; wanted a catalogue, which begins with `tagloom: 1`");
    for text in ["", "\u{feff}", "# only a comment\n", "\n\n", "---\n", "~"] {
        assert_eq!(problems(yaml(text))[0].1, wanted("the text is empty"), "{text:?}");
    }
    assert_eq!(problems(yaml("- 1"))[0].1, wanted("found a list"));
    assert_eq!(problems(yaml("hello"))[0].1, wanted("found the text `hello`"));
    assert_eq!(problems(Parsed::read("3", Format::Json, None))[0].1, wanted("found the number `3`"));
    assert_eq!(problems(Parsed::read("", Format::Json, None))[0].0, "1:1 catalog.syntax ");
    assert_eq!(problems(Parsed::read("", Format::Toml, None)).len(), 4);
}

#[test]
fn another_format_version() {
    let found = problems(yaml("tagloom: 2\nnew_things: {}\n"));
    let wanted = ("1:10 catalog.unsupported_version tagloom", "format version 2 is not supported; wanted 1");
    assert_eq!(found, [(wanted.0.to_owned(), wanted.1.to_owned())]);
}

#[test]
fn keys_given_twice() {
    let found = problems(yaml(&format!(
        "{HEAD}tags:\n  a: {{layer: fact}}\n  b: {{layer: fact, unit: a, unit: b}}\n  a: {{layer: fact}}\n"
    )));
    let short: Vec<&str> = found.iter().map(|(short, _)| short.as_str()).collect();
    assert_eq!(short, ["7:29 catalog.duplicate_key tags.b.unit", "8:3 catalog.duplicate_key tags.a"]);
    let json = r#"{"tagloom": 1, "name": "x", "name": "y", "identifiers": {"a": {}}, "sources": {"s": {"kind": "events"}}}"#;
    assert_eq!(problems(Parsed::read(json, Format::Json, None))[0].0, "1:29 catalog.duplicate_key name");
    assert_eq!(
        problems(Parsed::read("name = 'x'\nname = 'y'\n", Format::Toml, None))[0].0,
        "2:1 catalog.duplicate_key "
    );
}

#[test]
fn errors_of_syntax() {
    for (text, place, says) in [
        ("name: a: b\n", "1:8", "a text with `: ` in it needs quotes"),
        ("sources:\n\tx: 1\n", "2:2", "indent with spaces, not with tabs"),
        ("名字: [a, b\nnext: 1\n", "2:5", "a bracket or a quote above that is not closed"),
        ("a: *b\n", "1:4", "unknown anchor"),
        ("a: 1\n---\nb: 2\n", "2:1", "a second document"),
        ("a: &x [*x]\n", "1:8", "within the value that it means"),
        ("? [a]\n: b\n", "1:3", "a key is no text"),
        ("a: !secret b\n", "1:4", "`!secret` means nothing here"),
        ("<<: 3\n", "1:1", "`<<` takes a map"),
        ("a: \0\nb: 1", "1:4", "NUL"),
    ] {
        let found = problems(yaml(text));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, format!("{place} catalog.syntax "), "{found:?}");
        assert!(found[0].1.contains(says), "{found:?}");
    }
    for (text, place, says) in [
        ("{\"名\": 1,\n \"b\": }", "2:7", "expected value"),
        ("{\"a\": 1,}", "1:9", "take the last comma away"),
        ("{\"a\": [1, 2", "1:11", "ends too early"),
        ("{\"a\": \"\\ud800\"}", "1:14", "unexpected end of hex escape"),
        ("{a: 1}", "1:2", "double quotes"),
        ("{} {}", "1:4", "trailing characters"),
    ] {
        let found = problems(Parsed::read(text, Format::Json, None));
        assert_eq!(found[0].0, format!("{place} catalog.syntax "), "{found:?}");
        assert!(found[0].1.contains(says), "{found:?}");
    }
    let found = problems(Parsed::read("名 = 1\n", Format::Toml, None));
    assert!(found[0].0.starts_with("1:1 catalog.syntax"), "{found:?}");
}

#[test]
fn a_comma_ends_a_text_within_braces() {
    let text = "tagloom: 1\nname: x\nidentifiers: {a: {}}\nsources:\n  s: {kind: events, columns: {amount: {type: decimal(12,2)}}}\n";
    let found = problems(yaml(text));
    assert_eq!(found[1].0, "5:57 catalog.unknown_field sources.s.columns.amount.2)");
    assert!(
        found[1].1.ends_with("within `{…}` a comma ends a text: put the whole text in quotes"),
        "{found:?}"
    );
}

#[test]
fn names_zones_and_empty_maps() {
    let long = "长".repeat(129);
    let text = format!(
        "tagloom: 1\nname: x\ntimezone: asia/Shangha\nidentifiers: {{}}\nsources: {{s: {{kind: lookup, timezone: Mars, columns: {{\"\": string, a`b: date}}}}}}\ntags: {{\"a\\tb\": {{layer: fact}}, {long}: {{layer: fact}}, \" x\": {{layer: fact}}}}\n"
    );
    let found = problems(yaml(&text));
    let short: Vec<&str> = found.iter().map(|(short, _)| short.split(" tags").next().unwrap()).collect();
    assert_eq!(
        short,
        [
            "3:11 catalog.unknown_timezone timezone",
            "4:1 catalog.empty identifiers",
            "5:39 catalog.unknown_timezone sources.s.timezone",
            "5:55 catalog.bad_name sources.s.columns.",
            "5:67 catalog.bad_name sources.s.columns.a`b",
            "6:8 catalog.bad_name",
            "6:31 catalog.bad_name",
            "6:306 catalog.bad_name",
        ]
    );
    assert!(found[0].1.ends_with("did you mean `Asia/Shanghai`?"), "{found:?}");
}

#[test]
fn nothing_infinite_gets_in() {
    for number in [".inf", "-.inf", ".nan", "1e999"] {
        let found = problems(yaml(&format!(
            "{HEAD}tags: {{t: {{layer: model, tier: {{by: x, levels: {{a: {number}}}}}, when_missing: {number}}}}}\n"
        )));
        assert_eq!(found.len(), 2, "{number}: {found:?}");
        assert!(found.iter().all(|(_, message)| message.ends_with("wanted a number")), "{found:?}");
    }
}

#[test]
fn alternatives() {
    let of = |score: &str| {
        let text =
            format!("{HEAD}tags: {{t: {{layer: model, rfm: {{events: o, amount: a, score: {score}}}}}}}\n");
        problems(yaml(&text))
            .into_iter()
            .map(|(short, message)| format!("{}: {message}", short.split(' ').nth(2).unwrap()))
            .collect::<Vec<_>>()
    };
    assert!(of("{quantile: 5}").is_empty());
    assert!(of("{median_split: {}}").is_empty());
    assert!(of("{median_split: }").is_empty());
    assert_eq!(
        of("{quantil: 5}"),
        [
            "tags.t.rfm.score: unknown score `quantil`; wanted quantile, quantile_ties, kmeans, fixed, mean_split or median_split; did you mean `quantile`?"
        ]
    );
    assert_eq!(
        of("quantile"),
        [
            "tags.t.rfm.score: found the text `quantile`; wanted a map of the name to what it needs, such as `{quantile: 5}`"
        ]
    );
    assert_eq!(
        of("{quantile: 5, fixed: {}}"),
        [
            "tags.t.rfm.score: found a map; wanted a map with exactly one of quantile, quantile_ties, kmeans, fixed, mean_split or median_split"
        ]
    );
    assert_eq!(
        of("{fixed: {monetary: [1, x]}}"),
        [
            "tags.t.rfm.score.fixed.recency_days: `recency_days` is missing",
            "tags.t.rfm.score.fixed.frequency: `frequency` is missing",
            "tags.t.rfm.score.fixed.monetary[1]: found the text `x`; wanted a number",
        ]
    );
}

#[test]
fn there_is_an_end_to_problems() {
    let bad = lines(0..5000, |n| format!("  t{n}: {{layer: facts, a{n}: 1}}\n"));
    let error = yaml(&format!("{HEAD}tags:\n{bad}")).unwrap_err();
    assert_eq!(error.problems.len(), 101);
    assert_eq!(error.problems[100].code, "catalog.too_many_problems");
}
