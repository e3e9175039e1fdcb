use proptest::prelude::*;

use crate::marketing::loyalty::{Component, Kind, Model, Params, Reading, Side};

fn model() -> Model {
    let behaviour =
        [Component::new("repeat_rate", 0.0, 0.5).weighing(2.0), Component::new("gap_cv", 1.5, 0.0)];
    let attitude = [Component::new("nps", 0.0, 10.0).with_half_life(100.0), Component::new("csat", 1.0, 5.0)];
    Params::new(behaviour, attitude).check().unwrap()
}

#[test]
fn by_hand() {
    // Behaviour: (2 · 0.2/0.5 + 1 · (1.5 − 0.3)/1.5) / 3 = (0.8 + 0.8) / 3. Attitude: nps .9 of weight a half,
    // csat (4 − 1)/4 of weight 1: (0.45 + 0.75) / 1.5; one and a half of two weights are left.
    let found = model()
        .assess(&[Reading::of(0.2), Reading::of(0.3)], &[Reading::of(9.0).aged(100.0), Reading::of(4.0)]);
    assert!((found.behaviour.score.unwrap() - 1.6 / 3.0).abs() < 1e-12);
    assert!((found.attitude.score.unwrap() - 0.8).abs() < 1e-12);
    assert_eq!((found.behaviour.evidence, found.attitude.evidence), (1.0, 0.75));
    assert_eq!((found.kind, found.unknown()), (Some(Kind::True), None));
}

#[test]
fn all_four() {
    let of = |buys: f64, likes: f64| {
        let both = [Reading::of(buys * 0.5), Reading::of(1.5 - buys * 1.5)];
        model()
            .assess(&both, &[Reading::of(likes * 10.0).aged(0.0), Reading::of(1.0 + likes * 4.0)])
            .kind
            .unwrap()
    };
    assert_eq!([of(0.9, 0.9), of(0.1, 0.9), of(0.9, 0.1), of(0.1, 0.1)], Kind::ALL);
    // At the threshold is high.
    assert_eq!(of(0.5, 0.5), Kind::True);
}

#[test]
fn what_is_not_known_is_not_guessed() {
    let bought = [Reading::of(0.5), Reading::of(0.0)];
    let none = model().assess(&bought, &[]);
    assert_eq!((none.kind, none.unknown(), none.attitude.score), (None, Some("attitude"), None));
    assert_eq!(none.possible, [Kind::True, Kind::Spurious]);
    let nothing = model().assess(&[], &[Reading::of(f64::NAN), Reading::of(None)]);
    assert_eq!((nothing.kind, nothing.unknown(), nothing.possible.len()), (None, Some("both"), 4));
    let pleased = model().assess(&[], &[Reading::of(9.0).aged(0.0)]);
    assert_eq!((pleased.unknown(), pleased.possible), (Some("behaviour"), vec![Kind::True, Kind::Latent]));
    // Half of the weights say how it is; without the age of the other half it counts as not known.
    let undated = model().assess(&bought, &[Reading::of(10.0), Reading::of(1.0)]);
    assert_eq!((undated.attitude.evidence, undated.kind), (0.5, Some(Kind::Spurious)));
    // After three half-lives an eighth of one of two weights is left: a sixteenth.
    let old = model().assess(&bought, &[Reading::of(10.0).aged(300.0)]);
    assert_eq!((old.attitude.evidence, old.attitude.score, old.kind), (0.0625, Some(1.0), None));
}

#[test]
fn rules_that_cannot_be_used() {
    let one = |component: Component| {
        Params::new([component], [Component::new("nps", 0.0, 10.0)]).check().unwrap_err().code()
    };
    assert_eq!(one(Component::new("x", 1.0, 1.0)), "loyalty.range");
    assert_eq!(one(Component::new("x", f64::MIN, f64::MAX)), "loyalty.range");
    assert_eq!(one(Component::new("x", 0.0, 1.0).weighing(0.0)), "loyalty.weight");
    assert_eq!(one(Component::new("x", 0.0, 1.0).with_half_life(f64::NAN)), "loyalty.half_life");
    let params = model().params().clone();
    let code = |params: Params| params.check().unwrap_err().code();
    assert_eq!(code(Params::new([], [])), "loyalty.no_components");
    assert_eq!(code(Params { min_evidence: 0.0, ..params.clone() }), "loyalty.min_evidence");
    assert_eq!(
        code(Params { attitude: Side { at_least: 1.5, ..params.attitude.clone() }, ..params }),
        "loyalty.at_least"
    );
}

proptest! {
    #[test]
    fn laws(values in proptest::collection::vec(proptest::option::of(-1e9..1e9f64), 4), age in 0.0..5000f64, more in 0.0..1e9f64) {
        let model = model();
        let reading = |i: usize| Reading::of(values[i]);
        let assess = |age: f64, more: f64| {
            let repeat = Reading::of(values[0].map(|v| v + more));
            model.assess(&[repeat, reading(1)], &[reading(2).aged(age), reading(3)])
        };
        let found = assess(age, 0.0);
        for side in [&found.behaviour, &found.attitude] {
            prop_assert!((0.0..=1.0).contains(&side.evidence));
            prop_assert!(side.score.is_none_or(|score| (0.0..=1.0).contains(&score)));
        }
        // One type where both sides are known, else just those that the known side allows.
        prop_assert_eq!(found.kind.is_none(), found.unknown().is_some());
        prop_assert_eq!(found.possible.len(), match found.unknown() { None => 1, Some("both") => 4, Some(_) => 2 });
        // Older is less evidence; more of what speaks for it is no lower score.
        prop_assert!(assess(age + 1.0, 0.0).attitude.evidence <= found.attitude.evidence);
        prop_assert!(assess(age, more).behaviour.score >= found.behaviour.score);
    }
}
