//! Against a worked example of the books and a peer.

use proptest::prelude::*;

use super::*;

mod log_rank;

const Z: f64 = 1.959_963_984_540_054;

fn close(found: f64, wanted: f64, off: f64) {
    assert!((found - wanted).abs() <= off, "{found} is not {wanted}");
}

/// Weeks of remission of 21 children with leukaemia under 6-mercaptopurine (Freireich and others, Blood 21, 1963); whoever
/// is marked 0 was still well.
const WEEKS: [(u8, u8); 21] = [
    (6, 1),
    (6, 1),
    (6, 1),
    (6, 0),
    (7, 1),
    (9, 0),
    (10, 1),
    (10, 0),
    (11, 0),
    (13, 1),
    (16, 1),
    (17, 0),
    (19, 0),
    (20, 0),
    (22, 1),
    (23, 1),
    (25, 0),
    (32, 0),
    (32, 0),
    (34, 0),
    (35, 0),
];

fn remission() -> Vec<Spell> {
    WEEKS.map(|(weeks, left)| Spell::new(f64::from(weeks), left == 1)).into()
}

/// Shares and standard errors: Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, 2nd ed. 2002,
/// table 1.1 and section 1.4 (SAS and R print the same). Intervals, median and restricted mean: lifelines 0.30.3.
#[test]
fn remission_of_leukaemia() {
    let curve = KaplanMeier::fit(&remission()).unwrap();
    for (time, survival, error, low, high) in [
        (6.0, 0.857_142_857_143, 0.0764, 0.619_717_955_266, 0.951_551_747_647),
        (7.0, 0.806_722_689_076, 0.0869, 0.563_146_564_622, 0.922_809_019_203),
        (10.0, 0.752_941_176_471, 0.0963, 0.503_199_510_800, 0.889_361_835_169),
        (13.0, 0.690_196_078_431, 0.1068, 0.431_610_222_486, 0.849_065_963_349),
        (16.0, 0.627_450_980_392, 0.1141, 0.367_510_855_988, 0.804_912_189_472),
        (22.0, 0.537_815_126_050, 0.1282, 0.267_778_936_767, 0.746_790_717_635),
        (23.0, 0.448_179_271_709, 0.1346, 0.188_052_005_959, 0.680_142_628_495),
        (99.0, 0.448_179_271_709, 0.1346, 0.188_052_005_959, 0.680_142_628_495),
    ] {
        close(curve.survival(time), survival, 1e-12);
        close(curve.standard_error(time), error, 5.1e-5);
        let interval = curve.interval(time, Z);
        close(interval[0], low, 1e-11);
        close(interval[1], high, 1e-11);
    }
    assert_eq!((curve.survival(5.9), curve.interval(5.9, Z)), (1.0, [1.0, 1.0]));
    assert_eq!(curve.median(), Some(23.0));
    assert_eq!(curve.median_interval(Z), Interval { low: Some(13.0), high: None });
    close(curve.restricted_mean(30.0), 21.046_498_599_439_77, 1e-11);
    assert_eq!((curve.longest(), curve.spells()), (35.0, 21.0));
    // Who has been well for 10 weeks: .5378… / .7529… at 22.
    close(curve.survival_after(10.0, 12.0).unwrap(), 0.537_815_126_050 / 0.752_941_176_471, 1e-11);
    assert_eq!(curve.survival_after(10.0, 26.0), None);
    assert_eq!((curve.time_to_leave(10.0, 0.25), curve.time_to_leave(10.0, 0.9)), (Some(12.0), None));
}

/// Ties, weights and late entries: `KaplanMeierFitter().fit(T, E, entry=N, weights=W)` of lifelines 0.30.3.
#[test]
fn late_entries_and_weights() {
    let rows = [
        (5.0, true, 0.0, 1.0),
        (6.0, true, 2.0, 2.0),
        (6.0, false, 3.0, 1.0),
        (2.0, true, 0.0, 1.0),
        (4.0, true, 1.0, 3.0),
        (9.0, true, 4.0, 1.0),
        (9.0, false, 0.0, 1.0),
        (12.0, true, 6.0, 2.0),
        (12.0, false, 5.0, 1.0),
        (3.5, true, 0.0, 1.0),
    ];
    let curve =
        KaplanMeier::fit(&rows.map(|(time, left, entry, weight)| Spell { entry, time, left, weight }))
            .unwrap();
    for (time, survival, low, high) in [
        (2.0, 0.857_142_857_143, 0.334_053_879_292, 0.978_561_058_526),
        (3.5, 0.761_904_761_905, 0.332_172_513_639, 0.935_104_248_697),
        (4.0, 0.476_190_476_190, 0.165_134_804_016, 0.736_645_435_174),
        (5.0, 0.396_825_396_825, 0.125_130_584_306, 0.662_976_347_455),
        (6.0, 0.264_550_264_550, 0.067_636_228_436, 0.518_700_073_510),
        (9.0, 0.211_640_211_640, 0.048_512_935_446, 0.450_718_357_589),
        (12.0, 0.070_546_737_213, 0.004_332_125_102, 0.274_737_311_886),
    ] {
        close(curve.survival(time), survival, 1e-12);
        let interval = curve.interval(time, Z);
        close(interval[0], low, 1e-11);
        close(interval[1], high, 1e-11);
    }
}

#[test]
fn edges() {
    assert_eq!(KaplanMeier::fit(&[]).unwrap_err().code(), "survival.empty");
    let none = Spell { weight: 0.0, ..Spell::new(1.0, true) };
    assert_eq!(KaplanMeier::fit(&[none]).unwrap_err().code(), "survival.empty");
    for wrong in [
        Spell::new(0.0, true),
        Spell::new(f64::NAN, true),
        Spell { entry: 2.0, ..Spell::new(2.0, true) },
        Spell { entry: -1.0, ..Spell::new(2.0, true) },
        Spell { weight: -1.0, ..Spell::new(2.0, true) },
    ] {
        let error = KaplanMeier::fit(&[Spell::new(1.0, true), wrong]).unwrap_err();
        assert!(error.to_string().starts_with("row 1: `"), "{error}");
    }
    // Everybody left: the curve ends at 0, without an error of its own.
    let all = KaplanMeier::fit(&[Spell::new(1.0, true), Spell::new(2.0, true)]).unwrap();
    assert_eq!((all.survival(2.0), all.standard_error(2.0), all.interval(2.0, Z)), (0.0, 0.0, [0.0, 0.0]));
    assert_eq!((all.survival_after(2.0, 0.0), all.time_to_leave(2.0, 0.5)), (None, None));
    // Nobody left.
    let stay = KaplanMeier::fit(&[Spell::new(1.0, false)]).unwrap();
    assert_eq!((stay.survival(5.0), stay.median()), (1.0, None));
    assert_eq!(stay.median_interval(Z), Interval { low: None, high: None });
}

fn spell() -> impl Strategy<Value = Spell> {
    (1u8..30, 0u8..5, any::<bool>(), 0u8..4).prop_map(|(time, late, left, weight)| Spell {
        entry: f64::from(late.min(time - 1)),
        time: f64::from(time),
        left,
        weight: f64::from(weight),
    })
}

/// One leaves at each time: half have left at the n-th of 2n, a quarter at that of 4n. As products of floats the shares are
/// a little above or below.
#[test]
fn half_have_left_when_half_have_left() {
    for n in 1..300u32 {
        let spells: Vec<Spell> = (1..=4 * n).map(|time| Spell::new(f64::from(time), true)).collect();
        let curve = KaplanMeier::fit(&spells).unwrap();
        assert_eq!(curve.median(), Some(f64::from(2 * n)), "{n}");
        assert_eq!(curve.quantile(0.25), Some(f64::from(n)), "{n}");
        assert_eq!(curve.time_to_leave(f64::from(2 * n), 0.5), Some(f64::from(n)), "{n}");
    }
}

proptest! {
    /// The order of spells does not show, nor whether equal ones are counted or written down one by one.
    #[test]
    fn order_and_weights_do_not_show(spells in prop::collection::vec(spell(), 1..40), by in 1usize..7) {
        let Ok(curve) = KaplanMeier::fit(&spells) else { return Ok(()) };
        let mut turned = spells.clone();
        turned.rotate_left(by % spells.len());
        turned.reverse();
        prop_assert_eq!(&KaplanMeier::fit(&turned).unwrap(), &curve);
        let single = |spell: &Spell| std::iter::repeat_n(Spell { weight: 1.0, ..*spell }, spell.weight as usize);
        let singles: Vec<Spell> = spells.iter().flat_map(single).collect();
        prop_assert_eq!(&KaplanMeier::fit(&singles).unwrap(), &curve);
        // It falls, and its interval holds it.
        let mut before = 1.0;
        for step in curve.steps() {
            prop_assert!(step.survival <= before && step.survival >= 0.0 && step.at_risk >= step.left);
            let [low, high] = curve.interval(step.time, Z);
            prop_assert!(low <= step.survival && step.survival <= high && high <= 1.0 && low >= 0.0);
            before = step.survival;
        }
    }
}
