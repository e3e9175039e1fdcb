//! Against hand calculations, the functions of the curves, and laws.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::marketing::btyd::{Contract, ShiftedBetaGeometric};
use crate::marketing::survival::{KaplanMeier, Spell};
use crate::time::Date;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn model(method: Method, gap: Option<&str>) -> Model {
    let mut params = Params::new(method);
    params.gap = gap.map(|gap| gap.parse().unwrap());
    params.check().unwrap()
}

fn monthly() -> Method {
    Method::ShiftedBetaGeometric { period: "1mo".parse().unwrap() }
}

/// By hand.
#[test]
fn contracts_that_follow_each_other_are_one_stay() {
    let terms = || {
        vec![
            Term::new(day("2026-03-01"), None),
            Term::new(day("2025-01-01"), Some(day("2025-06-30"))),
            // Within another, and one that never was.
            Term { left: false, ..Term::new(day("2025-02-01"), Some(day("2025-03-01"))) },
            Term::new(day("2025-04-01"), Some(day("2025-03-31"))),
            Term { left: false, ..Term::new(day("2025-07-01"), Some(day("2025-12-31"))) },
        ]
    };
    let said = |stays: Vec<Stay>| -> Vec<String> {
        let day = |day: Option<Date>| day.map_or("-".to_owned(), |day| day.to_string());
        stays.iter().map(|s| format!("{} {} {} {}", s.start, day(s.end), s.left, s.contracts)).collect()
    };
    let without = said(model(Method::KaplanMeier, None).stays(terms()));
    assert_eq!(
        without,
        ["2025-01-01 2025-06-30 true 2", "2025-07-01 2025-12-31 false 1", "2026-03-01 - true 1"]
    );
    // From 30 June to 1 July is a day; from 31 December two months go to the last day of February.
    let a_day = said(model(Method::KaplanMeier, Some("1d")).stays(terms()));
    assert_eq!(a_day, ["2025-01-01 2025-12-31 false 3", "2026-03-01 - true 1"]);
    assert_eq!(said(model(Method::KaplanMeier, Some("2mo")).stays(terms())), a_day);
    assert_eq!(said(model(Method::KaplanMeier, Some("60d")).stays(terms())), ["2025-01-01 - true 4"]);
}

/// By hand: what is known on 31 May with a gap of 30 days is how things were on 1 May.
#[test]
fn only_what_is_decided_is_learnt() {
    let observed = |model: &Model, term: Term| {
        let stay = model.stays(vec![term])[0];
        model.observed(&stay, day("2026-05-31")).map(|o| (o.until.to_string(), o.left))
    };
    let (none, gap) = (model(Method::KaplanMeier, None), model(Method::KaplanMeier, Some("30d")));
    for (end, without, with) in [
        (None, ("2026-05-31", false), ("2026-05-01", false)),
        (Some("2026-05-31"), ("2026-05-31", true), ("2026-05-01", false)),
        (Some("2026-05-02"), ("2026-05-02", true), ("2026-05-01", false)),
        (Some("2026-05-01"), ("2026-05-01", true), ("2026-05-01", true)),
        (Some("2026-04-01"), ("2026-04-01", true), ("2026-04-01", true)),
    ] {
        let term = Term::new(day("2026-01-01"), end.map(day));
        for (model, (until, left)) in [(&none, without), (&gap, with)] {
            assert_eq!(observed(model, term), Some((until.to_owned(), left)), "{end:?}");
        }
    }
    // Nothing is learnt from whoever began on the day, left on the first day, or left before being watched.
    assert_eq!(observed(&none, Term::new(day("2026-05-31"), None)), None);
    assert_eq!(observed(&none, Term::new(day("2026-05-01"), Some(day("2026-05-01")))), None);
    let late = Term {
        watched_from: Some(day("2026-03-01")),
        ..Term::new(day("2026-01-01"), Some(day("2026-03-01")))
    };
    assert_eq!(observed(&none, late), None);
    let state = |end| {
        State::of(&none.stays(vec![Term::new(day("2026-01-01"), end)])[0], gap.gap(), day("2026-05-31"))
    };
    let ends = [None, Some(day("2026-05-31")), Some(day("2026-05-02")), Some(day("2026-05-01"))];
    assert_eq!(ends.map(state), [State::Running, State::Paused, State::Paused, State::Ended]);
}

/// The remission of leukaemia under 6-mercaptopurine (Freireich and others 1963), weeks taken for days: shares by the
/// books (see the tests of the curve), what follows from them by hand.
#[test]
fn an_outlook_by_days() {
    let weeks: [(i32, bool); 21] = [
        (6, true),
        (6, true),
        (6, true),
        (6, false),
        (7, true),
        (9, false),
        (10, true),
        (10, false),
        (11, false),
        (13, true),
        (16, true),
        (17, false),
        (19, false),
        (20, false),
        (22, true),
        (23, true),
        (25, false),
        (32, false),
        (32, false),
        (34, false),
        (35, false),
    ];
    let (start, mut params) = (day("2026-01-01"), Params::new(Method::KaplanMeier));
    params.horizon = "10d".parse().unwrap();
    params.act_below = 0.8;
    let model = params.check().unwrap();
    let after = |days: i32| Date::from_days(start.days() + days);
    let observed = |(days, left)| Observed { start, until: after(days), left, watched_from: None };
    let fitted = model.fit(weeks.map(observed)).unwrap();
    assert_eq!((fitted.stays, fitted.left, fitted.longest_days()), (21, 9, Some(35)));
    assert!(fitted.is_of(&model) && !fitted.is_of(&self::model(monthly(), None)));

    let known = after(13);
    let outlook = model.outlook(&fitted, start, known, model.ahead(known).unwrap());
    let close = |found: Option<f64>, wanted: f64| {
        assert!((found.unwrap() - wanted).abs() < 1e-11, "{found:?} {wanted}");
    };
    // S(13) = .690196078431, S(16) = .627450980392, S(22) = .537815126050, S(23) = .448179271709.
    close(outlook.stay, 0.448_179_271_709 / 0.690_196_078_431);
    let area = 3.0 * 0.690_196_078_431 + 6.0 * 0.627_450_980_392 + 0.537_815_126_050;
    close(outlook.expected_days, area / 0.690_196_078_431);
    assert_eq!(outlook.act_on, Some(after(22)));
    let point = |days, at_risk, left, survival: f64| Point {
        days,
        renewals: None,
        at_risk: Some(at_risk),
        left: Some(left),
        survival,
    };
    let (now, then) = (outlook.now.unwrap(), outlook.then.unwrap());
    assert_eq!(now, point(13, 12.0, 1.0, now.survival));
    assert_eq!(then, point(23, 6.0, 1.0, then.survival));
    // Past the longest stay nothing is known.
    let late = model.outlook(&fitted, start, after(26), after(36));
    assert_eq!((late.stay, late.expected_days, late.then), (None, None, None));
    assert!(late.now.is_some());
    let later = model.outlook(&fitted, start, after(36), after(46));
    assert_eq!((later.stay, later.act_on, later.now), (None, None, None));
}

/// The "Regular" customers of Fader and Hardie 2007, month by month: the parameters are those of the published fit.
#[test]
fn an_outlook_by_renewals() {
    let there = [1000, 631, 468, 382, 326, 289, 262, 241];
    let model = model(monthly(), None);
    let start = day("2025-01-31");
    let date = |k: u64| Span::Months(1).after(start, k).unwrap();
    let mut observed = Vec::new();
    for (k, pair) in (1..).zip(there.windows(2)) {
        // Leaving between two dates is not coming to the second.
        let until = if k % 2 == 0 { date(k) } else { Date::from_days(date(k).days() - 3) };
        observed.extend(vec![Observed { start, until, left: true, watched_from: None }; pair[0] - pair[1]]);
    }
    observed.extend(vec![Observed { start, until: date(7), left: false, watched_from: None }; 241]);
    let fitted = model.fit(observed).unwrap();
    let Some(Curve::ShiftedBetaGeometric { model: found, .. }) = &fitted.curve else { panic!("{fitted:?}") };
    let [alpha, beta] = found.parameters();
    assert!((alpha - 0.704_077_3).abs() < 1e-6 && (beta - 1.182_043_1).abs() < 1e-6, "{alpha} {beta}");

    // Known up to the day before the third date; 90 days later the third to the fifth have come.
    let known = Date::from_days(date(3).days() - 1);
    let outlook = model.outlook(&fitted, start, known, model.ahead(known).unwrap());
    let close = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-12, "{found} {wanted}");
    let keep = |renewed: f64| (beta + renewed) / (alpha + beta + renewed);
    let (three, four, five) = (keep(2.0), keep(2.0) * keep(3.0), keep(2.0) * keep(3.0) * keep(4.0));
    close(outlook.stay.unwrap(), five);
    close(outlook.expected_days.unwrap(), 1.0 + 31.0 * three + 30.0 * four + 28.0 * five);
    // .8188 · .8559 · .8804 = .6170 are left after the fifth date, .5539 after the sixth, .5045 after the seventh.
    assert!(five > 0.617 && five < 0.6171);
    let six_seven_eight = [5.0, 6.0, 7.0].map(keep);
    let by_the_eighth = five * six_seven_eight.iter().product::<f64>();
    assert!(by_the_eighth <= 0.5 && by_the_eighth / six_seven_eight[2] > 0.5);
    assert_eq!(outlook.act_on, Some(date(8)));
    let (now, then) = (outlook.now.unwrap(), outlook.then.unwrap());
    assert_eq!((now.renewals, then.renewals), (Some(2), Some(5)));
    close(then.survival / now.survival, five);
    assert_eq!((date(3), date(4), date(5)), (day("2025-04-30"), day("2025-05-31"), day("2025-06-30")));
    // One day to 30 April, 31 to 31 May, 30 to 30 June, and on to 28 July.
    assert_eq!(model.ahead(known), Some(day("2025-07-28")));
}

#[test]
fn nothing_to_learn_from() {
    let model = model(Method::KaplanMeier, None);
    let fitted = model.fit([]).unwrap();
    assert_eq!((fitted.curve.clone(), fitted.stays), (None, 0));
    let today = day("2026-01-01");
    assert_eq!(model.outlook(&fitted, today, today, today).stay, None);
    let one = Observed { start: today, until: day("2026-03-01"), left: true, watched_from: None };
    let error = self::model(monthly(), None).fit([one]).unwrap();
    assert!(error.curve.is_some());
}

#[test]
fn what_cannot_be() {
    let with = |change: fn(&mut Params)| {
        let mut params = Params::new(monthly());
        change(&mut params);
        let error = params.check().unwrap_err();
        (error.code(), error.field(), error.to_string())
    };
    for (found, code, field, said) in [
        (with(|p| p.gap = Some("12h".parse().unwrap())), "retention.length", "gap", "`12h`"),
        (with(|p| p.horizon = "this month".parse().unwrap()), "retention.length", "horizon", "whole days"),
        (
            with(|p| p.method = Method::ShiftedBetaGeometric { period: "all".parse().unwrap() }),
            "retention.length",
            "period",
            "`all`",
        ),
        (with(|p| p.act_below = 1.0), "retention.act_below", "act_below", "between 0 and 1"),
        (with(|p| p.act_below = f64::NAN), "retention.act_below", "act_below", "NaN"),
    ] {
        assert_eq!((found.0, found.1), (code, Some(field)));
        assert!(found.2.contains(said), "{}", found.2);
    }
}

fn some_stays() -> impl Strategy<Value = Vec<(i32, i32, bool)>> {
    prop::collection::vec((20_000i32..20_900, 0i32..700, any::<bool>()), 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// The chance is a chance and falls with the horizon, the days are no more than the horizon has, and it is time to act
    /// on the first day after which the chance is low.
    #[test]
    fn outlooks_hang_together(stays in some_stays(), age in 0i32..600, more in 1u64..300, by_days: bool) {
        let known = Date::from_days(21_000);
        let mut params = Params::new(if by_days { Method::KaplanMeier } else { monthly() });
        params.act_below = 0.7;
        let model = params.check().unwrap();
        let observed = stays.iter().filter_map(|&(start, length, ended)| {
            let start = Date::from_days(start);
            let end = Date::from_days(start.days() + length);
            model.observed(&model.stays(vec![Term::new(start, (ended && end <= known).then_some(end))])[0], known)
        });
        let observed: Vec<Observed> = observed.collect();
        let Ok(fitted) = model.fit(observed.iter().copied()) else { return Ok(()) };
        let again: Fitted = serde_json::from_str(&serde_json::to_string(&fitted).unwrap()).unwrap();
        prop_assert_eq!(&again, &fitted);
        prop_assert_eq!(&model.fit(observed.iter().rev().copied()).unwrap(), &fitted);
        let start = Date::from_days(known.days() - age);
        let at = |more: u64| model.outlook(&fitted, start, known, Span::Days(more as u32).after(known, 1).unwrap());
        let (near, far) = (at(more), at(more + 10));
        if let (Some(near_chance), Some(far_chance)) = (near.stay, far.stay) {
            prop_assert!((0.0..=1.0).contains(&near_chance) && far_chance <= near_chance);
            let (near_days, far_days) = (near.expected_days.unwrap(), far.expected_days.unwrap());
            prop_assert!(near_days <= more as f64 + 1e-9 && near_days + 1e-9 >= near_chance * more as f64);
            prop_assert!(far_days + 1e-9 >= near_days);
        }
        if let Some(act_on) = near.act_on {
            let days = (act_on.days() - known.days()) as u64;
            prop_assert!(days > 0);
            prop_assert!(at(days).stay.is_none_or(|chance| chance <= 0.7 + 1e-8));
            prop_assert!(at(days - 1).stay.is_none_or(|chance| chance > 0.7 - 1e-8));
        }
    }

    /// Kaplan and Meier of one stay a customer is the curve of the same spells; the renewals are counted as by hand.
    #[test]
    fn curves_are_those_of_the_functions(stays in some_stays()) {
        let known = Date::from_days(21_000);
        let observed: Vec<Observed> = stays.iter().filter(|(_, length, _)| *length > 0).map(|&(start, length, left)| {
            let start = Date::from_days(start);
            let until = Date::from_days(start.days() + length).min(known);
            Observed { start, until, left, watched_from: None }
        }).collect();
        let spells: Vec<Spell> = observed.iter().map(|o| Spell::new(f64::from(o.until.days() - o.start.days()), o.left)).collect();
        if observed.is_empty() {
            return Ok(());
        }
        let fitted = model(Method::KaplanMeier, None).fit(observed.iter().copied()).unwrap();
        prop_assert_eq!(fitted.curve, Some(Curve::KaplanMeier(KaplanMeier::fit(&spells).unwrap())));
        let mut contracts: BTreeMap<(u64, bool), f64> = BTreeMap::new();
        for o in &observed {
            let dates = (1..).map(|k| Span::Months(1).after(o.start, k).unwrap());
            // The date on which somebody leaves is the last that came; of the others those that are over.
            let before = dates.take_while(|date| if o.left { *date < o.until } else { *date <= o.until });
            let periods = before.count() as u64 + u64::from(o.left);
            *contracts.entry((periods, o.left)).or_default() += 1.0;
        }
        let contract = |((periods, ended), n)| (Contract { periods, ended }, n);
        let by_hand = ShiftedBetaGeometric::fit(&contracts.into_iter().map(contract).collect::<Vec<_>>());
        match (model(monthly(), None).fit(observed), by_hand) {
            (Ok(fitted), Ok((model, fit))) => {
                prop_assert_eq!(fitted.curve, Some(Curve::ShiftedBetaGeometric { model, fit }));
            }
            (Err(found), Err(wanted)) => prop_assert_eq!(found.code(), wanted.code()),
            (found, wanted) => panic!("{found:?} {wanted:?}"),
        }
    }
}
