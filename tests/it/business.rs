//! Business tags of a catalogue: examples, groups, versions, lists, and what is said of them. Expectations are worked
//! out by hand from the rows.

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use std::sync::Arc;
use tagloom::{Catalog, Dataset, Profiles};

const HEAD: &str = "\
tagloom: 1
name: shop
version: '7'
timezone: Asia/Shanghai
identifiers: {member: {}}
sources:
  orders: {kind: events, identifiers: {member: id}, time: at, columns: {amount: float64, city: string}}
tags:
  spend: {layer: fact, events: orders, sum: amount}
  city: {layer: fact, events: orders, last: city}
  cities: {layer: fact, events: orders, values: city}
";

/// a: 30 in 上海 and 北京 (last), b: 5 without a city, c: 100 in 北京, d: 0.
fn profiles(tags: &str) -> Profiles {
    let texts = |values: &[Option<&str>]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let day = |day| Some(["2026-05-01", "2026-05-02"][day]);
    let orders = RecordBatch::try_from_iter([
        ("id", texts(&["a", "a", "b", "c", "d"].map(Some))),
        ("at", texts(&[0, 1, 0, 0, 0].map(day))),
        ("amount", Arc::new(Float64Array::from(vec![10.0, 20.0, 5.0, 100.0, 0.0])) as ArrayRef),
        ("city", texts(&[Some("上海"), Some("北京"), None, Some("北京"), None])),
    ])
    .unwrap();
    let catalog = Catalog::parse(&format!("{HEAD}{tags}")).unwrap_or_else(|e| panic!("{}", e.render()));
    catalog.build(&Dataset::new().with("orders", orders), "2026-06-01").unwrap()
}

fn shown(profiles: &Profiles, tag: &str) -> String {
    let column = profiles.column(tag).unwrap_or_else(|| panic!("no {tag}"));
    (0..profiles.len()).map(|row| column.value(row).to_string()).collect::<Vec<_>>().join(" ")
}

/// The code, path and message of every problem.
fn problems(tags: &str) -> Vec<String> {
    let error = Catalog::parse(&format!("{HEAD}{tags}")).unwrap_err();
    assert!(error.problems.iter().all(|problem| problem.line.is_some_and(|line| line > 11)), "{error}");
    error.problems.iter().map(|p| format!("{} {} {}", p.code, p.path, p.message)).collect()
}

const GROUP: &str = "  \
  mail: {layer: business, rule: 'spend >= 0', group: contact}
  coupon: {layer: business, rule: 'spend >= 5', group: contact, priority: 1}
  call: {layer: business, rule: \"spend >= 30 AND city = '北京'\", group: contact, priority: 10, version: '2', owner: crm}
  later: {layer: business, rule: 'spend >= 0', group: contact, when_missing: false}
  other: {layer: business, rule: 'call', group: more}
";

#[test]
fn rules_of_a_group_exclude_each_other() {
    let found = profiles(GROUP);
    // Of b the call is unknown, as its city is not known, which keeps nothing else from being true.
    assert_eq!(shown(&found, "call"), "true false true false");
    assert_eq!(shown(&found, "coupon"), "false true false false");
    assert_eq!(shown(&found, "mail"), "false false false true");
    assert_eq!(shown(&found, "later"), "false false false false");
    assert_eq!(shown(&found, "other"), "true false true false");
    let why = found.explain(0, "coupon").unwrap().to_string();
    assert!(why.contains("false, as `call` of the same group is true"), "{why}");
    let why = found.explain(0, "call").unwrap();
    assert_eq!(why.version.as_deref(), Some("2"));
    assert!(why.to_string().contains(&format!("version 2, owner crm, definition {}", why.definition_hash)));
    // Without a version of its own, that of the catalogue.
    assert!(found.explain(3, "mail").unwrap().to_string().contains("version 7, definition "));
}

#[test]
fn groups_have_an_order() {
    let circle = "  \
  a: {layer: business, rule: 'b', group: g, priority: 2}
  b: {layer: business, rule: 'spend > 1', group: g, priority: 1}
";
    assert_eq!(problems(circle), ["catalog.cycle tags.a tags read each other in a circle: a -> b -> a"]);
    let wrong = "  \
  a: {layer: business, rule: 'spend > 1', group: g, when_missing: true}
  b: {layer: business, value: 'spend > 1', group: g}
  c: {layer: business, rule: 'spend > 1', priority: 3}
";
    assert_eq!(
        problems(wrong),
        [
            "catalog.contradiction tags.a.when_missing `when_missing` within a `group`: several rules could be true; wanted false",
            "catalog.contradiction tags.b.group `group` means nothing beside `value`",
            "catalog.contradiction tags.c.priority `priority` means nothing beside `rule`",
        ]
    );
}

const EXAMPLES: &str = "  \
  vip:
    layer: business
    rule: \"spend >= 30 AND city = '北京'\"
    examples:
      - {given: {spend: 30, city: 北京}, expect: true}
      - {given: {spend: 10}, expect: false}
      - {given: {spend: 40}}
  size: {layer: business, value: 'spend / 3', examples: [{given: {spend: 1}, expect: 0.333333333333}]}
  young: {layer: business, rule: \"TODAY() < '2026-01-01'\", examples: [{given: {}, as_of: 2025-12-31, expect: true}]}
  care:
    layer: business
    table: {hit: collect, inputs: [spend, city], outputs: [action, points], rows: [['> 5', '-', call, 2], ['-', 北京, mail, 1], ['-', '-', call, 2]]}
    examples:
      - {given: {spend: 10, city: 北京}, expect: [call, mail, call]}
      - {given: {spend: 10}, expect: {points: [2, 2]}}
  card:
    layer: business
    score: {base: 1, items: [{when: spend > 5, points: 2.5, unknown: 1}], bands: {low: 0, high: 3}}
    examples: [{given: {spend: 6}, expect: 3.5}, {given: {}, expect: {score: 2, band: low}}]
";

#[test]
fn examples_run_when_the_catalogue_is_loaded() {
    assert!(Catalog::parse(&format!("{HEAD}{EXAMPLES}")).is_ok());
    let replaced = |from: &str, to: &str| {
        let text = EXAMPLES.replacen(from, to, 1);
        assert_ne!(text, EXAMPLES, "{from}");
        problems(&text)
    };
    for (from, to, wanted) in [
        (
            "city: 北京}, expect: true",
            "city: 上海}, expect: true",
            "tags.vip.examples[0] example 1 gives false; expected true",
        ),
        (
            "{given: {spend: 40}}",
            "{given: {spend: 40}, expect: false}",
            "tags.vip.examples[2] example 3 gives unknown; expected false",
        ),
        (
            "{spend: 10}, expect: false",
            "{spend: ten}, expect: false",
            "tags.vip.examples[1] example 2: `spend` is \"ten\"; wanted float64",
        ),
        (
            "{spend: 10}, expect: false",
            "{spent: 10}, expect: false",
            "tags.vip.examples[1] example 2: nothing here reads `spent`",
        ),
        (
            "expect: 0.333333333333",
            "expect: 0.33",
            "tags.size.examples[0] example 1 gives 0.3333333333333333; expected 0.33",
        ),
        (
            ", as_of: 2025-12-31",
            "",
            "tags.young.examples[0] example 1: the rule asks for TODAY() or NOW(); wanted an `as_of`",
        ),
        ("as_of: 2025-12-31", "as_of: soon", "tags.young.examples[0] example 1: "),
        (
            "expect: [call, mail, call]",
            "expect: [call, mail]",
            "tags.care.examples[0] example 1 gives [\"call\",\"mail\",\"call\"] as `action`; expected [\"call\",\"mail\"]",
        ),
        (
            "{points: [2, 2]}",
            "{point: 4}",
            "tags.care.examples[1] example 2: there is no output `point`; wanted `action`, `points`",
        ),
        ("expect: 3.5", "expect: 3", "tags.card.examples[0] example 1 gives 3.5 as `score`; expected 3"),
        (
            "band: low",
            "band: high",
            "tags.card.examples[1] example 2 gives \"low\" as `band`; expected \"high\"",
        ),
    ] {
        let found = replaced(from, to);
        assert!(found.len() == 1 && found[0].starts_with(&format!("rule.example {wanted}")), "{found:?}");
    }
    assert_eq!(
        problems("  x: {layer: fact, events: orders, count: {}, examples: [{given: {}, expect: 1}]}\n"),
        ["catalog.contradiction tags.x.examples `examples` means nothing beside `events`"]
    );
}

#[test]
fn lists_are_sets_and_keep_their_order_in_a_field() {
    let table = "  \
  care:
    layer: business
    table:
      hit: output_order
      inputs: [spend, city]
      outputs: [action, points]
      values: {action: [call, mail, none]}
      rows: [['>= 0', '-', none, 0], ['>= 5', '-', mail, 1], ['-', 北京, call, 2], ['> 50', '-', mail, 3]]
";
    let found = profiles(table);
    assert_eq!(shown(&found, "care"), "{call, mail, none} {mail, none} {call, mail, none} {none}");
    assert_eq!(
        shown(&found, "care.action_list"),
        r#"["call","mail","none"] ["mail","none"] ["call","mail","mail","none"] ["none"]"#
    );
    assert_eq!(shown(&found, "care.points_list"), "[2,1,0] [1,0] [2,1,3,0] [0]");
    assert_eq!(shown(&found, "care.points"), "{0, 1, 2} {0, 1} {0, 1, 2, 3} {0}");
    assert_eq!(shown(&found, "care.row"), "3 2 3 1");
    assert_eq!(
        problems(&table.replace("outputs: [action, points]", "outputs: [action, action_list]")),
        [
            "catalog.bad_name tags.care.table.outputs an output has the name `action_list`, which is a field of every such table"
        ]
    );
}

#[test]
fn what_the_data_never_have_is_told() {
    let tags = "  \
  vip: {layer: business, rule: \"city IN ('北京', '北京市') OR cities HAS '广州'\"}
  hidden: {layer: business, rule: \"secret = 'x'\"}
  secret: {layer: fact, events: orders, first: city, personal: true}
  care: {layer: business, table: {hit: first, inputs: [city], outputs: [x], rows: [[北京, 1], [beijing, 2], ['-', 3]]}}
  card: {layer: business, score: {items: [{when: \"city <> '上海'\", points: 1}]}}
  at_home: {layer: fact, events: orders, count: {}, where: \"city IN ('北京', '广州')\"}
  part: {layer: fact, events: orders, ratio: {of: {count: {}, where: \"city = 'Peking'\"}, to: {count: {}}}}
";
    let found = profiles(tags);
    let told: Vec<String> =
        found.warnings().iter().map(|w| format!("{} {}: {}", w.code, w.path, w.message)).collect();
    assert_eq!(
        told,
        [
            "rule.unseen_value tags.vip.rule: `city` never is '北京市' in this data",
            "rule.unseen_value tags.vip.rule: `cities` never is '广州' in this data",
            "rule.unseen_value tags.care.table.rows[1]: `city` never is 'beijing' in this data",
            "rule.unseen_value tags.card.score.items[0].when: `city` never is '上海' in this data",
            "rule.unseen_value tags.at_home.where: `city` never is '广州' in this data",
            "rule.unseen_value tags.part: `city` never is 'Peking' in this data",
        ]
    );
    let audience =
        found.audience("city = 'Beijing' AND secret = '上海' AND spend > 5 AND spend < 3").unwrap();
    let told: Vec<&str> = audience.warnings().iter().map(|w| w.code).collect();
    assert_eq!(told, ["rule.always_false", "rule.unseen_value"]);
}

#[test]
fn cells_that_match_nothing_are_told() {
    let text = format!(
        "{HEAD}  care: {{layer: business, table: {{hit: first, inputs: [spend], outputs: [x], rows: [['[5..3]', 1], ['-', 2]]}}}}\n"
    );
    let catalog = Catalog::parse(&text).unwrap();
    let told: Vec<String> = catalog.warnings().iter().map(|w| format!("{} {}", w.code, w.path)).collect();
    assert_eq!(told, ["rule.always_false tags.care.table.rows[0]"]);
}
