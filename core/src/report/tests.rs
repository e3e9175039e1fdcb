//! Reports as wholes: structure, escaping, privacy, the same bytes again.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};

use crate::profile::{Catalog, Profiles};
use crate::report::{Distribution, TagDetail};
use crate::source::Dataset;

const CATALOG: &str = r#"
tagloom: 1
name: shop
title: Shop <b>& Co</b>
timezone: Asia/Shanghai
currency: CNY
identifiers:
  member: {max_per_profile: 1}
  phone: {normalise: cn_mobile, personal: true}
sources:
  members:
    kind: records
    identifiers: {member: member_id, phone: mobile}
    columns: {birthday: {type: date, personal: true}, city: string}
  orders: {kind: events, identifiers: {member: member_id}, time: paid_at, columns: {amount: "decimal(12,2)"}}
tags:
  city: {layer: fact, title: "City \"<i>\"", record: members.city}
  age: {layer: fact, years_since: members.birthday, personal: true}
  spend: {layer: fact, title: 消费, events: orders, sum: amount, unit: CNY}
  rfm: {layer: model, rfm: {events: orders, amount: amount, score: {fixed: {recency_days: [10], frequency: [2], monetary: [50]}}, segments: eight}}
  tier: {layer: model, tier: {by: spend, levels: {basic: 0, gold: 1000}}}
  elder: {layer: business, question: Who is over 30?, rule: "age >= 30 AND city <> 'x'"}
"#;

const HOSTILE: &str = "</td><script>alert(1)</script>";

fn profiles() -> Profiles {
    Catalog::parse(CATALOG).unwrap().build(&tables(), "2026-06-01").unwrap()
}

fn tables() -> Dataset {
    let text = |values: &[&str]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let members = RecordBatch::try_from_iter([
        ("member_id", text(&["a", "b", "c"])),
        ("mobile", text(&["13912345678", "13987654321", "13900001111"])),
        ("birthday", text(&["1987-03-14", "2001-05-06", "no date"])),
        ("city", text(&[HOSTILE, "杭州", "杭州"])),
    ]);
    let orders = RecordBatch::try_from_iter([
        ("member_id", text(&["a", "a", "b"])),
        ("paid_at", text(&["2026-05-01 08:00", "2026-05-30 09:30", "2026-05-02"])),
        ("amount", text(&["1234.50", "60.00", "20.00"])),
    ]);
    Dataset::new().with("members", members.unwrap()).with("orders", orders.unwrap())
}

/// All pages and fragments of the first profile.
fn all(profiles: &Profiles) -> Vec<String> {
    let mut all = vec![profiles.to_html(), profiles.summary_html_fragment()];
    for row in 0..profiles.len() {
        all.extend([profiles.card_html(row), profiles.card_html_fragment(row)]);
        for tag in ["city", "age", "spend", "rfm", "tier", "elder"] {
            let explanation = profiles.explain(row, tag).unwrap();
            all.extend([explanation.to_html(), explanation.to_html_fragment()]);
        }
    }
    all
}

/// Every element is closed by its own end, and there are no elements that could do or fetch anything.
fn check_markup(html: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let tag = &rest[..rest.find('>').expect("every tag ends")];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "in …{}", &rest[..rest.len().min(80)]);
        } else {
            let name = tag.split_whitespace().next().unwrap_or_default();
            assert!(!matches!(name, "script" | "link" | "img" | "iframe" | "object" | "form"), "<{tag}>");
            assert!(!tag.contains(" on") || !tag.contains("=\"javascript"), "<{tag}>");
            if !matches!(name, "meta" | "!doctype" | "col") {
                open.push(name);
            }
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}

#[test]
fn markup_is_sound_and_needs_nothing_else() {
    for html in all(&profiles()) {
        check_markup(&html);
        for outside in ["http:", "https:", "url(", "@import", "src="] {
            assert!(!html.contains(outside), "{outside}");
        }
    }
}

#[test]
fn text_is_escaped() {
    let html = profiles().to_html();
    assert!(html.contains("&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(html.contains("Shop &lt;b&gt;&amp; Co&lt;/b&gt;"));
    assert!(html.contains("City &quot;&lt;i&gt;&quot;"));
}

#[test]
fn personal_values_are_nowhere() {
    for html in all(&profiles()) {
        for personal in
            ["13912345678", "13987654321", "1987-03-14", "2001-05-06", "= 39", ">39<", ">25<", "−9 "]
        {
            assert!(!html.contains(personal), "{personal}");
        }
    }
    let profiles = profiles();
    let card = profiles.card_html(profiles.find("member", "a").unwrap());
    assert!(card.contains("139****78"));
    let json = serde_json::to_string(&profiles.overview()).unwrap();
    assert!(!json.contains("1987") && !json.contains("13912345678"));
}

#[test]
fn the_same_profiles_give_the_same_bytes() {
    assert_eq!(all(&profiles()), all(&profiles()));
}

#[test]
fn fragments_change_nothing_around_them() {
    let profiles = profiles();
    let html = profiles.summary_html_fragment();
    assert!(html.starts_with("<div class=\"tl-fragment\"><style>.tl {"));
    let style = &html[html.find("<style>").unwrap() + 7..html.find("</style>").unwrap()];
    let selectors = style.lines().filter(|line| line.contains('{') && !line.trim_start().starts_with('@'));
    for line in selectors.map(str::trim) {
        assert!(line.starts_with(".tl"), "{line}");
    }
}

#[test]
fn the_overview_says_what_there_is() {
    let profiles = profiles();
    let overview = profiles.overview();
    assert_eq!((overview.n_profiles, overview.currency.as_deref()), (2, Some("CNY")));
    let tags: Vec<_> = overview.layers.iter().flat_map(|layer| &layer.tags).collect();
    let tag = |name: &str| *tags.iter().find(|tag| tag.name == name).unwrap();
    assert_eq!(tag("age").columns[0].distribution, Distribution::Personal);
    assert_eq!(tag("age").columns[0].n_present, 2);
    assert_eq!(tag("elder").columns[0].distribution, Distribution::Flags { yes: 1, no: 1 });
    let Some(TagDetail::Tier(tier)) = &tag("tier").detail else { panic!("a tier has levels") };
    assert_eq!(tier.levels, [("basic".to_owned(), 0.0, 1), ("gold".to_owned(), 1000.0, 1)]);
    let Some(TagDetail::Rfm(rfm)) = &tag("rfm").detail else { panic!("rfm has a grid") };
    // a: 1 day ago, two orders; b: 30 days ago, one order.
    assert_eq!(rfm.grid, [[1, 0], [0, 1]]);
    let html = profiles.to_html();
    for part in ["<h1", "id=\"business\"", "id=\"data\"", "Who is over 30?", "¥1,294", "2026-06-01 00:00"] {
        assert!(html.contains(part), "{part}");
    }
}

#[test]
fn an_explanation_shows_its_rows_and_rules() {
    let profiles = profiles();
    let a = profiles.find("member", "a").unwrap();
    let spend = profiles.explain(a, "spend").unwrap().to_html();
    assert!(
        spend.contains("1,234.50") && spend.contains("sum of amount") && spend.contains("lang=\"zh-Hans\"")
    );
    let elder = profiles.explain(a, "elder").unwrap().to_html_fragment();
    assert!(elder.contains("age = ****") && elder.contains("tl-decisive"));
    let tier = profiles.explain(profiles.find("member", "b").unwrap(), "tier").unwrap().to_html();
    assert!(tier.contains("980 to gold"));
}

#[test]
fn nobody_is_a_report_too() {
    let profiles = Catalog::parse(CATALOG).unwrap();
    let text = || Arc::new(StringArray::from(Vec::<&str>::new())) as ArrayRef;
    let members = ["member_id", "mobile", "birthday", "city"].map(|name| (name, text()));
    let orders = ["member_id", "paid_at", "amount"].map(|name| (name, text()));
    let tables = Dataset::new()
        .with("members", RecordBatch::try_from_iter(members).unwrap())
        .with("orders", RecordBatch::try_from_iter(orders).unwrap());
    let profiles = profiles.build(&tables, "2026-06-01").unwrap();
    check_markup(&profiles.to_html());
    check_markup(&profiles.summary_html_fragment());
}

#[test]
fn the_overview_tells_warnings() {
    let page = |condition: &str| {
        let catalog = Catalog::parse(&CATALOG.replace("city <> 'x'", condition)).unwrap();
        catalog.build(&tables(), "2026-06-01").unwrap().to_html()
    };
    assert!(!page("city <> '杭州'").contains("warnings"));
    let page = page("(tier = 'goldd <b>' OR spend < 1 AND spend > 2)");
    assert_eq!(page.matches("href=\"#warnings\"").count(), 1);
    let (_, section) = page.split_once("id=\"warnings\"").unwrap();
    let section = section.split_once("</section>").unwrap().0;
    assert_eq!(section.matches("<code>tags.elder.rule").count(), 2, "{section}");
    assert!(section.contains("goldd &lt;b&gt;"), "{section}");
}
