use proptest::prelude::*;

use super::{Level, Params, Tier, TierError, Tiers};
use crate::value::{Decimal, Value};

fn service_rules() -> Tiers {
    Params::new([Level::new("银", 5_000.0), Level::new("金", 20_000.0)]).check().unwrap()
}

#[test]
fn levels_and_gaps() {
    let tiers = service_rules();
    // By hand: silver from 5,000, gold from 20,000.
    for (amount, level, next, gap) in [
        (Some(0.0), None, Some(0), Some(5_000.0)),
        (Some(-30.5), None, Some(0), Some(5_030.5)),
        (Some(4_999.99), None, Some(0), Some(0.01)),
        (Some(5_000.0), Some(0), Some(1), Some(15_000.0)),
        (Some(19_999.99), Some(0), Some(1), Some(0.01)),
        // 200,000 times 0.10, summed as floats.
        (Some((0..200_000).map(|_| 0.1).sum()), Some(1), None, None),
        (Some(20_000f64.next_down()), Some(1), None, None),
        (Some(19_999.999), Some(0), Some(1), Some(0.001)),
        (Some(20_000.0), Some(1), None, None),
        (Some(1e300), Some(1), None, None),
        (Some(-1e300), None, Some(0), Some(1e300)),
        (None, None, None, None),
        (Some(f64::NAN), None, None, None),
        (Some(f64::INFINITY), None, None, None),
        (Some(f64::NEG_INFINITY), None, None, None),
    ] {
        assert_eq!(tiers.apply(amount), Tier { level, next, gap }, "{amount:?}");
    }
}

#[test]
fn whole_and_decimal_amounts_are_exact() {
    let tiers = service_rules();
    let text = |text: &str| Value::Decimal(text.parse().unwrap());
    assert_eq!(tiers.apply_value(&text("4999.9999999999999999")).gap, Some(1e-16));
    assert_eq!(tiers.apply_value(&text("5000.00")).level, Some(0));
    assert_eq!(tiers.apply_value(&Value::Int(i64::MAX)).level, Some(1));
    assert_eq!(tiers.apply_value(&Value::Int(i64::MIN)).level, None);
    assert_eq!(tiers.apply_value(&Value::Float(5_000.0)).level, Some(0));
    assert_eq!(tiers.apply_value(&Value::Null), Tier::default());
    assert_eq!(tiers.apply_value(&Value::from("5000")), Tier::default());
    // 2^53 + 1 has no float: as one it would reach a level it does not.
    let large = Params::new([Level::new("a", 9_007_199_254_740_994.0)]).check().unwrap();
    assert_eq!(large.apply_value(&Value::Int(9_007_199_254_740_993)).gap, Some(1.0));
    // Thresholds with more digits than a decimal has.
    let vast = Params::new([Level::new("a", -1e300), Level::new("b", 1e300)]).check().unwrap();
    assert_eq!(vast.apply_value(&Value::Int(0)), Tier { level: Some(0), next: Some(1), gap: Some(1e300) });
}

#[test]
fn explains_with_thresholds() {
    let tiers = service_rules();
    let shown = serde_json::to_value(tiers.explain(&Value::Int(6_000))).unwrap();
    let wanted = serde_json::json!({
        "amount": 6000,
        "level": {"name": "银", "at_least": 5000.0},
        "next": {"name": "金", "at_least": 20000.0},
        "gap": 14000.0,
    });
    assert_eq!(shown, wanted);
}

#[test]
fn wrong_levels_say_so() {
    let code = |levels: &[(&str, f64)]| {
        let levels = levels.iter().map(|&(name, at_least)| Level::new(name, at_least));
        Params::new(levels).check().unwrap_err().code()
    };
    assert_eq!(code(&[]), "tier.no_levels");
    assert_eq!(code(&[(" ", 0.0)]), "tier.unnamed");
    assert_eq!(code(&[("a", 0.0), ("a", 1.0)]), "tier.named_twice");
    assert_eq!(code(&[("a", f64::NAN)]), "tier.not_finite");
    assert_eq!(code(&[("a", f64::INFINITY)]), "tier.not_finite");
    assert_eq!(code(&[("a", 1.0), ("b", 1.0)]), "tier.not_rising");
    assert_eq!(code(&[("a", 0.0), ("b", -0.0)]), "tier.not_rising");
    let error = Params::new([Level::new("a", 2.0), Level::new("b", 1.5)]).check().unwrap_err();
    assert_eq!(error.to_string(), "level `b` starts at 1.5 after 2, wanted rising thresholds");
    assert!(size_of::<TierError>() <= 64);
}

proptest! {
    #[test]
    fn level_is_the_last_threshold_reached(
        thresholds in prop::collection::btree_set(-1_000_000i64..1_000_000, 1..6),
        cents in -200_000_000i64..200_000_000,
    ) {
        let levels = thresholds.iter().enumerate().map(|(i, &at)| Level::new(i.to_string(), at as f64));
        let tiers = Params::new(levels).check().unwrap();
        let tier = tiers.apply(Some(cents as f64 / 100.0));
        let reached = thresholds.iter().filter(|&&at| at * 100 <= cents).count();
        prop_assert_eq!(tier.level, reached.checked_sub(1));
        let gap = thresholds.iter().nth(reached).map(|at| (at * 100 - cents) as f64 / 100.0);
        prop_assert_eq!(tier.gap, gap);
        prop_assert_eq!(tiers.apply_value(&Value::Decimal(Decimal::new(i128::from(cents), 2))), tier);
    }
}
