//! Stages, by hand.

use super::*;

fn rhythm(days: &[i64], now: i64) -> Rhythm {
    Rhythm::of(days, now, 0.5).unwrap()
}

/// Everybody else buys every 10 days: quiet is more than 30, lost more than 60 days.
fn lifecycle() -> Lifecycle {
    let others = [rhythm(&[0, 10, 20], 20), rhythm(&[0, 10], 20), rhythm(&[4], 20)];
    Lifecycle::learn(LifecycleParams::default(), &others).unwrap()
}

#[test]
fn stages() {
    let lifecycle = lifecycle();
    assert_eq!((lifecycle.population_days, lifecycle.customers), (Some(10.0), 2));
    let weekly: Vec<i64> = (0..20).map(|week| 7 * week).collect();
    let faster = [0, 40, 80, 110, 120, 130, 140, 150, 160];
    for (days, now, wanted, basis, left) in [
        (&[0][..], 30, Stage::New, Basis::Population, Some(1.0)),
        (&[0], 31, Stage::Quiet, Basis::Population, Some(30.0)),
        (&[0, 5], 66, Stage::Lost, Basis::Population, None),
        (&[0, 70], 75, Stage::Returned, Basis::Population, Some(26.0)),
        (&[0, 8, 20], 25, Stage::Mature, Basis::Population, Some(26.0)),
        // Own gaps of 7 days: quiet from 22 days on, lost from 43.
        (&weekly, 133 + 21, Stage::Mature, Basis::Own, Some(1.0)),
        (&weekly, 133 + 22, Stage::Quiet, Basis::Own, Some(21.0)),
        (&weekly, 133 + 43, Stage::Lost, Basis::Own, None),
        // Two purchases in the first half of 160 days, six in the second: 37 of 256 throws are so. With one more, 46 of
        // 512 are.
        (&faster, 160, Stage::Mature, Basis::Own, Some(31.0)),
        (&[0, 40, 80, 110, 120, 130, 140, 150, 155, 160], 160, Stage::Growing, Basis::Own, Some(31.0)),
    ] {
        let placed = lifecycle.place(&rhythm(days, now));
        assert_eq!(
            (placed.stage, placed.basis),
            (Some(wanted), Some(basis)),
            "{days:?} at {now}: {placed:?}"
        );
        assert_eq!(placed.days_left, left, "{days:?} at {now}: {placed:?}");
    }
}

#[test]
fn chances_of_growth() {
    let placed = lifecycle().place(&rhythm(&[0, 40, 80, 110, 120, 130, 140, 150, 160], 160));
    assert!((placed.p_growing.unwrap() - 37.0 / 256.0).abs() < 1e-12);
    assert_eq!(lifecycle().place(&rhythm(&[0], 5)).p_growing, None);
}

#[test]
fn nobody_bought_twice() {
    let lifecycle = Lifecycle::learn(LifecycleParams::default(), &[rhythm(&[4], 20)]).unwrap();
    let placed = lifecycle.place(&rhythm(&[4], 20));
    assert_eq!((placed.stage, placed.basis, placed.days_left), (None, None, None));
}

#[test]
fn parameters_out_of_range() {
    let base = LifecycleParams::default();
    for params in [
        LifecycleParams { new_purchases: 0, ..base },
        LifecycleParams { min_gaps: 0, ..base },
        LifecycleParams { quiet_after: 0.5, ..base },
        LifecycleParams { lost_after: 2.0, ..base },
        LifecycleParams { growing_at: f64::NAN, ..base },
    ] {
        assert_eq!(Lifecycle::learn(params, &[]).unwrap_err().code(), "churn.argument");
    }
}
