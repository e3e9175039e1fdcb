//! The tag of customers with contracts: held to hand calculations, to the functions, and to its laws.

use std::num::NonZeroUsize;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use proptest::prelude::*;
use serde_json::Value as Json;
use tagloom::engine::Artifact;
use tagloom::marketing::retention::{Curve, Method, Params, Term};
use tagloom::marketing::survival::{KaplanMeier, Spell};
use tagloom::time::Date;
use tagloom::value::Value;
use tagloom::{Catalog, Dataset, Fitted, Profiles, RunOptions, Table};
use tagloom_testkit::shuffled;

use crate::mistakes::is_mistake;

const AS_OF: &str = "2026-06-01";

const HEAD: &str = "
tagloom: 1
name: contracts
timezone: Asia/Shanghai
identifiers: {who: {max_per_profile: 1}}
sources:
  contracts:
    kind: records
    identifiers: {who: who}
    time: written
    columns: {contract: string, starts: date, ends: date, seen: date, reason: string}
  cancelled: {kind: events, identifiers: {who: who}, time: begun, columns: {until: timestamp}}
tags:
";

fn catalog(tags: &str) -> Catalog {
    Catalog::parse(&format!("{HEAD}{tags}")).unwrap_or_else(|e| panic!("{}", e.render()))
}

#[derive(Debug, Clone, Default)]
struct Row {
    who: u8,
    /// When the row was written; days since 2025-01-01, as all days here.
    written: i32,
    contract: Option<u8>,
    starts: Option<i32>,
    ends: Option<i32>,
    seen: Option<i32>,
    reason: Option<&'static str>,
}

/// 2025-01-01.
const FIRST: i32 = 20_089;

fn table(rows: &[Row]) -> RecordBatch {
    let day = |of: fn(&Row) -> Option<i32>| -> ArrayRef {
        Arc::new(rows.iter().map(|row| of(row).map(|day| FIRST + day)).collect::<Date32Array>())
    };
    // At noon in Shanghai.
    let written =
        rows.iter().map(|row| Some(i64::from(FIRST + row.written) * 86_400_000_000 + 14_400_000_000));
    let columns: [(&str, ArrayRef); 7] = [
        ("who", Arc::new(rows.iter().map(|row| Some(format!("c{}", row.who))).collect::<StringArray>())),
        ("written", Arc::new(written.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))),
        (
            "contract",
            Arc::new(rows.iter().map(|row| row.contract.map(|id| format!("k{id}"))).collect::<StringArray>()),
        ),
        ("starts", day(|row| row.starts)),
        ("ends", day(|row| row.ends)),
        ("seen", day(|row| row.seen)),
        ("reason", Arc::new(rows.iter().map(|row| row.reason).collect::<StringArray>())),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn data(rows: impl Into<Table>) -> Dataset {
    let none: [(&str, ArrayRef); 3] = [
        ("who", Arc::new(StringArray::from(Vec::<&str>::new()))),
        ("begun", Arc::new(TimestampMicrosecondArray::from(Vec::<i64>::new()).with_timezone("UTC"))),
        ("until", Arc::new(TimestampMicrosecondArray::from(Vec::<i64>::new()).with_timezone("UTC"))),
    ];
    let cancelled = RecordBatch::try_from_iter(none).unwrap();
    Dataset::new().with("contracts", rows).with("cancelled", cancelled)
}

/// All values of a tag for a customer, as JSON.
fn values(profiles: &Profiles, tag: &str, who: &str) -> Vec<(String, Json)> {
    let row = profiles.find("who", who).unwrap();
    let of_tag = profiles.columns().filter(|what| what.tag == tag);
    let named = of_tag.map(|what| (what.name.clone(), profiles.column(&what.name).unwrap().value(row)));
    named.map(|(name, value)| (name, serde_json::to_value(value).unwrap())).collect()
}

fn said(profiles: &Profiles, tag: &str, who: &str) -> String {
    values(profiles, tag, who).into_iter().map(|(_, value)| value.to_string()).collect::<Vec<_>>().join(" ")
}

fn contract(who: u8, starts: i32, ends: Option<i32>) -> Row {
    Row { who, written: starts, starts: Some(starts), ends, ..Row::default() }
}

/// By hand. As of 1 June 2026, day 516 is the first of which nothing is known. Ten contracts: of those that began on day 0
/// two ended on day 100, one on day 200, one on day 300, two go on; one of day 316 goes on (199 days are known), one that
/// begins on day 416 (99 days), one ended before it began and one begins in the future.
fn ten() -> Vec<Row> {
    let mut rows = vec![
        contract(0, 0, Some(100)),
        contract(1, 0, Some(100)),
        contract(2, 0, Some(200)),
        contract(3, 0, Some(300)),
        contract(4, 0, None),
        contract(5, 0, Some(516)),
        contract(6, 316, None),
        contract(7, 416, None),
        contract(8, 200, Some(100)),
        Row { written: 0, ..contract(9, 516, None) },
    ];
    // What is to be known of a customer may come in several rows: the last one of a contract counts.
    rows[2].contract = Some(1);
    rows.push(Row { contract: Some(1), ends: None, ..rows[2].clone() });
    rows[2].written = 210;
    rows
}

const KEPT: &str = "  kept: {layer: model, retention: {contracts: contracts, start: starts, end: ends, contract: contract, horizon: 100d, act_below: 0.8}}";

#[test]
fn chances_by_hand() {
    let profiles = catalog(KEPT).build(&data(table(&ten())), AS_OF).unwrap();
    let Some(Artifact::Retention(fitted)) = profiles.fitted().artifact("kept") else { panic!("an artifact") };
    assert_eq!((fitted.stays, fitted.left, fitted.longest_days()), (8, 4, Some(515)));
    // At day 100 seven are watched and two leave (the one of day 416 is known for 99 days): 5/7. At day 200 four and one:
    // 15/28 (the one of day 316 is known for 199 days). At day 300 three and one: 5/14.
    let spells = [
        (100.0, true),
        (100.0, true),
        (200.0, true),
        (300.0, true),
        (515.0, false),
        (515.0, false),
        (199.0, false),
        (99.0, false),
    ];
    let curve = KaplanMeier::fit(&spells.map(|(time, left)| Spell::new(time, left))).unwrap();
    assert_eq!(fitted.curve, Some(Curve::KaplanMeier(curve)));

    let close = |who: &str, column: &str, wanted: f64| {
        let found = profiles.column(column).unwrap().f64(profiles.find("who", who).unwrap());
        assert!((found.unwrap() - wanted).abs() < 1e-12, "{who} {column}: {found:?} is not {wanted}");
    };
    // Known for 99 days, S = 1: after 199 days S = 5/7; a day at 1, 99 days at 5/7. Day 100 since the start is the first
    // on which the chance is low: today.
    close("c7", "kept", 5.0 / 7.0);
    close("c7", "kept.expected_days", 1.0 + 99.0 * 5.0 / 7.0);
    // Known for 199 days, S = 5/7: after 299 days 15/28, which is 3/4; then 5/14 at day 300.
    close("c6", "kept", 0.75);
    close("c6", "kept.expected_days", 1.0 + 99.0 * 0.75);
    let rest = |who: &str| {
        values(&profiles, "kept", who)
            .into_iter()
            .filter(|(name, _)| !name.ends_with("expected_days"))
            .skip(1)
            .map(|(_, value)| value.to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(rest("c7"), "\"running\" 100 0");
    assert_eq!(rest("c6"), "\"running\" 200 0");
    // Past the longest stay nothing is known but that they are there.
    assert_eq!(said(&profiles, "kept", "c4"), "null \"running\" 516 null null");
    // An end that is not before `as_of` is not known yet.
    assert_eq!(said(&profiles, "kept", "c5"), "null \"running\" 516 null null");
    for who in ["c0", "c1", "c2", "c3"] {
        assert_eq!(said(&profiles, "kept", who), "null \"ended\" null null null", "{who}");
    }
    for who in ["c8", "c9"] {
        assert_eq!(said(&profiles, "kept", who), "null null null null null", "{who}");
    }
}

/// The explanation leads to the value: the curve's points, and the sentences in both languages.
#[test]
fn explanations_show_the_curve() {
    let profiles = catalog(KEPT).build(&data(table(&ten())), AS_OF).unwrap();
    let explain = |who: &str| profiles.explain(profiles.find("who", who).unwrap(), "kept").unwrap();
    let why = explain("c6");
    let because = serde_json::to_value(&why.because).unwrap();
    let outlook = &because["outlook"];
    let number = |path: &str| because.pointer(path).and_then(Json::as_f64).unwrap();
    assert_eq!(number("/outlook/now/survival"), 5.0 / 7.0);
    assert_eq!(
        (number("/outlook/now/days"), number("/outlook/now/at_risk"), number("/outlook/now/left")),
        (199.0, 7.0, 2.0)
    );
    assert_eq!(
        (number("/outlook/then/days"), number("/outlook/then/at_risk"), number("/outlook/then/left")),
        (299.0, 4.0, 1.0)
    );
    assert_eq!(
        number("/outlook/then/survival") / number("/outlook/now/survival"),
        outlook["stay"].as_f64().unwrap()
    );
    assert_eq!((number("/learnt_from"), number("/left"), number("/longest_days")), (8.0, 4.0, 515.0));
    assert_eq!(
        because["stays"],
        serde_json::json!([{"start": "2025-11-13", "end": null, "left": true, "watched_from": null, "contracts": 1}])
    );
    let text = why.to_string();
    for line in [
        "from 2025-11-13 to …, 1 contracts",
        "here for 200 days",
        "now: S = 0.7143 on day 199 (2 of 7 left at the last step)",
        "at the horizon: S = 0.5357 on day 299 (1 of 4 left at the last step)",
        "chance to stay 0.75 = the second S / the first; 75.25 days to expect within the horizon",
        "after 2026-06-01 the chance is 0.8 or less: act by then",
        "curve of Kaplan and Meier learnt from 8 stays, 4 of which had ended, the longest 515 days",
        "rows of the contracts in contracts: 1 rows",
    ] {
        assert!(text.contains(line), "{line}:\n{text}");
    }
    assert!(why.to_html().contains("75.25"));
    assert!(explain("c0").to_string().contains("no contract runs (ended)"));
    assert!(explain("c4").to_string().contains("the curve does not reach so far"));

    // What is personal is not told.
    let personal = KEPT.to_owned();
    let head = HEAD.replace("starts: date", "starts: {type: date, personal: true}");
    let hidden = Catalog::parse(&format!("{head}{personal}")).unwrap();
    // The time at which a row was written is another.
    let rows: Vec<Row> = ten().into_iter().map(|row| Row { written: row.written + 1, ..row }).collect();
    let profiles = hidden.build(&data(table(&rows)), AS_OF).unwrap();
    let why = profiles.explain(profiles.find("who", "c6").unwrap(), "kept").unwrap();
    assert!(
        !why.to_string().contains("2025-11-13")
            && !serde_json::to_string(&why).unwrap().contains("2025-11-13")
    );
}

/// Censored at `as_of`: what is learnt on a day is what was known on it, whatever came afterwards.
#[test]
fn what_is_learnt_is_what_was_known() {
    let kept = catalog(KEPT);
    let day = |n: i32| Date::from_days(FIRST + n);
    for as_of in [50, 100, 101, 150, 250, 316, 317, 500] {
        let then = day(as_of).to_string();
        let fitted = kept.fit(&data(table(&ten())), &then).unwrap();
        let known: Vec<Row> = ten()
            .into_iter()
            .filter(|row| row.written < as_of)
            .map(|row| Row { ends: row.ends.filter(|end| *end < as_of), ..row })
            .filter(|row| row.starts.is_some_and(|starts| starts < as_of))
            .collect();
        let early = kept.fit(&data(table(&known)), &then).unwrap();
        assert_eq!(fitted.artifact("kept"), early.artifact("kept"), "{then}");
        let Some(Artifact::Retention(learnt)) = fitted.artifact("kept") else { panic!("an artifact") };
        let ended = [100, 100, 200, 300].into_iter().filter(|end| *end < as_of).count() as u64;
        // The row that says that a contract ended on day 200 was written on day 210.
        assert_eq!(learnt.left, ended, "{then}");
    }
}

/// Contracts that follow each other, ends that are no leaving, customers who were not watched from the start.
#[test]
fn several_contracts_reasons_and_late_entries() {
    let rows = vec![
        // A break of 10 days.
        contract(0, 0, Some(90)),
        contract(0, 100, Some(200)),
        // A break of 40 days, and back.
        contract(1, 0, Some(90)),
        contract(1, 130, None),
        // Died: no longer watched.
        Row { reason: Some("died"), ..contract(2, 0, Some(120)) },
        // Left 20 days ago: may come back within the gap.
        contract(3, 0, Some(496)),
        // Watched from day 50 on only.
        Row { seen: Some(50), ..contract(4, 0, Some(150)) },
    ];
    let tags = "
  kept: {layer: model, retention: {contracts: contracts, start: starts, end: ends, gap: 30d, left_when: \"reason IS NULL\", watched_from: seen}}
  plain: {layer: model, retention: {contracts: contracts, start: starts, end: ends}}
  web: {layer: model, retention: {contracts: cancelled, start: begun, end: until}}
";
    let profiles = catalog(tags).build(&data(table(&rows)), AS_OF).unwrap();
    let curve = |tag: &str| match profiles.fitted().artifact(tag) {
        Some(Artifact::Retention(fitted)) => fitted.curve.clone(),
        other => panic!("{other:?}"),
    };
    // Known is 30 days before the last day: day 485.
    let spell = |time: f64, left: bool| Spell::new(time, left);
    let late = Spell { entry: 50.0, ..spell(150.0, true) };
    let wanted = [
        spell(200.0, true),
        spell(90.0, true),
        spell(355.0, false),
        spell(120.0, false),
        spell(485.0, false),
        late,
    ];
    assert_eq!(curve("kept"), Some(Curve::KaplanMeier(KaplanMeier::fit(&wanted).unwrap())));
    let wanted = [
        (90.0, true),
        (100.0, true),
        (90.0, true),
        (385.0, false),
        (120.0, true),
        (496.0, true),
        (150.0, true),
    ];
    let wanted = wanted.map(|(time, left)| spell(time, left));
    assert_eq!(curve("plain"), Some(Curve::KaplanMeier(KaplanMeier::fit(&wanted).unwrap())));
    assert_eq!(curve("web"), None);
    assert_eq!(said(&profiles, "kept", "c3"), "null \"paused\" null null null");
    assert_eq!(said(&profiles, "plain", "c3"), "null \"ended\" null null null");
    assert_eq!(said(&profiles, "web", "c3"), "null null null null null");
    // 130 to 516.
    assert_eq!(said(&profiles, "kept", "c1").split(' ').nth(2), Some("386"));
}

fn row() -> impl Strategy<Value = Row> {
    let day = || prop::option::weighted(0.7, 0i32..560);
    let reason = prop::option::weighted(0.3, prop::sample::select(vec!["price", "died"]));
    (
        0u8..12,
        0i32..540,
        prop::option::weighted(0.3, 0u8..20),
        0i32..540,
        day(),
        prop::option::weighted(0.2, 0i32..540),
        reason,
    )
        .prop_map(|(who, written, contract, starts, ends, seen, reason)| {
            let contract = contract.map(|id| who.wrapping_mul(20).wrapping_add(id % 3));
            let starts = (starts % 17 > 0).then_some(starts);
            Row { who, written, contract, starts, ends, seen, reason }
        })
}

const MANY: &str = "
  kept: {layer: model, retention: {contracts: contracts, start: starts, end: ends, contract: contract, horizon: 60d, left_when: \"reason <> 'died'\", gap: 1mo, watched_from: seen}}
  plain: {layer: model, retention: {contracts: contracts, start: written, end: ends, where: \"reason IS NULL\", horizon: 1q, act_below: 0.9}}
  risky: {layer: business, rule: \"kept < 0.8 OR plain.act_in_days < 30\"}
";
const RENEWED: &str = "  renewed: {layer: model, retention: {contracts: contracts, start: starts, end: ends, method: shifted_beta_geometric, period: 1mo, horizon: 1y}}\n";

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn neither_the_order_of_rows_nor_threads_show(rows in prop::collection::vec(row(), 0..80), seed: u64) {
        let (catalog, table) = (catalog(MANY), table(&rows));
        let plain = catalog.build(&data(table.clone()), AS_OF).unwrap();
        let other = catalog.build(&data(shuffled(&table, seed).unwrap()), AS_OF).unwrap();
        prop_assert_eq!(plain.fitted().to_bytes().unwrap(), other.fitted().to_bytes().unwrap());
        prop_assert_eq!(&plain.to_record_batch(), &other.to_record_batch());
        let options = RunOptions::default().with_threads(NonZeroUsize::new(1 + (seed % 4) as usize).unwrap());
        let threads = catalog.build_with(&data(table), AS_OF, &options).unwrap();
        prop_assert_eq!(&plain.to_record_batch(), &threads.to_record_batch());
    }

    #[test]
    fn what_was_learnt_is_applied_to_each_profile_by_itself(rows in prop::collection::vec(row(), 0..80), who in 0u8..12) {
        let renewed = catalog(&format!("{MANY}{RENEWED}"));
        // Where nobody left or nobody renewed there is no model, and that is said.
        let fitted = match renewed.fit(&data(table(&rows)), AS_OF) {
            Ok(fitted) => fitted,
            Err(error) => {
                prop_assert_eq!(error.code(), "btyd.no_churn");
                return Ok(());
            }
        };
        let all = fitted.apply(&data(table(&rows)), AS_OF).unwrap();
        let loaded = Fitted::from_bytes(&fitted.to_bytes().unwrap()).unwrap();
        let own: Vec<Row> = rows.iter().filter(|row| row.who == who).cloned().collect();
        let alone = loaded.apply(&data(table(&own)), AS_OF).unwrap();
        let name = format!("c{who}");
        let found = |profiles: &Profiles| profiles.find("who", &name).ok().map(|row| {
            profiles.columns().map(|what| profiles.column(&what.name).unwrap().value(row)).collect::<Vec<Value>>()
        });
        prop_assert_eq!(found(&alone), found(&all));
        for row in 0..all.len() {
            let Some(chance) = all.column("renewed").unwrap().f64(row) else { continue };
            prop_assert!((0.0..=1.0).contains(&chance));
            let because = serde_json::to_value(&all.explain(row, "renewed").unwrap().because).unwrap();
            let survival = |at: &str| because["outlook"][at]["survival"].as_f64().unwrap();
            prop_assert!((survival("then") / survival("now") - chance).abs() < 1e-9);
        }
    }

    /// The tag is what the functions give for the same contracts.
    #[test]
    fn tags_are_what_the_functions_give(rows in prop::collection::vec(row(), 1..60)) {
        let tags = "  kept: {layer: model, retention: {contracts: contracts, start: starts, end: ends, gap: 1mo, horizon: 60d}}";
        let rows: Vec<Row> = rows.into_iter().map(|row| Row { written: 0, ..row }).collect();
        let profiles = catalog(tags).build(&data(table(&rows)), AS_OF).unwrap();
        let mut params = Params::new(Method::KaplanMeier);
        params.gap = Some("1mo".parse().unwrap());
        params.horizon = "60d".parse().unwrap();
        let model = params.check().unwrap();
        let (known, today) = (Date::from_days(FIRST + 515), FIRST + 516);
        let stays = |who: u8| {
            let own = rows.iter().filter(|row| row.who == who && row.starts.is_some_and(|starts| FIRST + starts < today));
            let day = |day: i32| Date::from_days(FIRST + day);
            let term = |row: &Row| Term::new(day(row.starts.unwrap()), row.ends.filter(|end| FIRST + end < today).map(day));
            model.stays(own.map(term).collect())
        };
        let observed = (0..12).flat_map(stays).filter_map(|stay| model.observed(&stay, known));
        let fitted = model.fit(observed).unwrap();
        let Some(Artifact::Retention(learnt)) = profiles.fitted().artifact("kept") else { panic!("an artifact") };
        prop_assert_eq!(&**learnt, &fitted);
        for who in 0..12 {
            let Ok(row) = profiles.find("who", &format!("c{who}")) else { continue };
            let running = stays(who).last().copied().filter(|stay| stay.end.is_none());
            let outlook = running.map(|stay| model.outlook(&fitted, stay.start, known, model.ahead(known).unwrap()));
            let column = |name: &str| profiles.column(name).unwrap().f64(row);
            prop_assert_eq!(column("kept"), outlook.and_then(|outlook| outlook.stay));
            prop_assert_eq!(column("kept.expected_days"), outlook.and_then(|outlook| outlook.expected_days));
            let act_in = outlook.and_then(|outlook| outlook.act_on).map(|day| f64::from(day.days() - today));
            prop_assert_eq!(column("kept.act_in_days"), act_in);
        }
    }
}

#[test]
fn definitions_that_are_wrong_say_where() {
    let contracts = "contracts: contracts, start: starts, end: ends";
    for (def, code, said) in [
        (
            "contracts: contract, start: starts, end: ends".to_owned(),
            "catalog.unknown_source",
            "no records source `contract`",
        ),
        (
            "contracts: contracts, start: begins, end: ends".to_owned(),
            "catalog.unknown_column",
            "no column `begins`",
        ),
        ("contracts: contracts, start: starts".to_owned(), "catalog.missing_field", "`end`"),
        (
            "contracts: contracts, start: contract, end: ends".to_owned(),
            "catalog.wrong_type",
            "`start` is string; wanted a date",
        ),
        (format!("{contracts}, watched_from: reason"), "catalog.wrong_type", "`watched_from` is string"),
        (format!("{contracts}, gap: 12h"), "catalog.out_of_range", "`gap` is `12h`, wanted whole days"),
        (format!("{contracts}, horizon: this month"), "catalog.out_of_range", "`horizon`"),
        (format!("{contracts}, act_below: 1"), "catalog.out_of_range", "`act_below` is 1"),
        (format!("{contracts}, period: 1mo"), "catalog.contradiction", "`period` means nothing"),
        (format!("{contracts}, method: shifted_beta_geometric"), "catalog.missing_field", "no `period`"),
        (
            format!("{contracts}, method: shifted_beta_geometric, period: 1mo, watched_from: seen"),
            "catalog.contradiction",
            "`watched_from`",
        ),
        (format!("{contracts}, method: weibull"), "catalog.unknown_variant", "weibull"),
        (format!("{contracts}, left_when: \"reason = 3\""), "rule.type", "reason"),
    ] {
        is_mistake(HEAD, &format!("{{layer: model, retention: {{{def}}}}}"), code, said);
    }
}
