use proptest::prelude::*;

use crate::marketing::value_tier::{Concentration, Fitted, Negatives, Params, fit};

fn close(found: Option<f64>, wanted: f64) -> bool {
    (found.unwrap() - wanted).abs() <= 1e-12 * wanted.abs().max(1.0)
}

/// numpy 2.4: `i = np.arange(200); x = (((i * 7919) % 1009).astype(float) ** 2 / 100 - 50).round(4)`.
fn values() -> Vec<Option<f64>> {
    let value = |i: u32| (f64::from((i * 7919) % 1009).powi(2) / 100.0 - 50.0) * 1e4;
    (0..200).map(|i| Some(value(i).round() / 1e4)).collect()
}

#[test]
fn concentration_agrees_with_numpy() {
    // With z = np.maximum(x, 0) and gini(x) = abs(x[:, None] - x).sum() / (2 n² mean): all pairs, not ranks.
    let zero = Concentration::of(&values(), Negatives::Zero);
    assert_eq!((zero.n, zero.n_negative, zero.n_zero), (200, 13, 0));
    assert!(close(Some(zero.total), 675_783.36));
    assert!(close(zero.gini(), 0.505_504_699_908_562_3));
    assert!(close(zero.gini_corrected(), 0.508_044_924_531_218_4));
    let keep = Concentration::of(&values(), Negatives::Keep);
    assert!(close(keep.gini(), 0.506_545_998_019_306_6));
    // s = np.sort(z)[::-1]: s[:10].sum() / s.sum(), s[:40]…, and np.interp between customers at .0333.
    assert!(close(zero.top_share(0.05), 0.142_858_060_310_925_66));
    assert!(close(zero.top_share(0.2), 0.489_867_951_172_991_2));
    assert!(close(zero.top_share(0.0333), 0.096_714_872_647_944_44));
    assert!(close(zero.lorenz(0.95).map(|rest| 1.0 - rest), 0.142_858_060_310_925_66));
    // (np.cumsum(s) / s.sum() >= .8).argmax() + 1
    assert_eq!(zero.customers_with(0.8), Some(83.0 / 200.0));
}

#[test]
fn classes_agree_with_pandas() {
    // before = (np.cumsum(s) - s) / s.sum(); np.where(before < .8, "A", np.where(before < .95, "B", "C"))
    let fitted = fit(&Params::abc(), &values()).unwrap();
    let found: Vec<_> = fitted.classes.iter().map(|c| (c.name.as_str(), c.n, c.from)).collect();
    assert_eq!(found[..2], [("A", 83, Some(3502.16)), ("B", 42, Some(1432.25))]);
    assert_eq!((found[2].1, fitted.n_not_positive), (75, 13));
    let placed = |class| values().into_iter().filter(|value| fitted.class(*value) == Some(class)).count();
    assert_eq!([0, 1, 2].map(placed), [83, 42, 75]);
}

#[test]
fn by_hand() {
    // Cumulative shares before each: 0, .5, .8, .9: the second fills A to just 80 %, so the third is B.
    let fitted = fit(&Params::abc(), &[50.0, 30.0, 10.0, 10.0].map(Some)).unwrap();
    let of = |value| fitted.class(Some(value)).map(|at| fitted.classes[at].name.as_str());
    assert_eq!(
        [50.0, 30.0, 29.99, 10.0, 9.0, 0.0, -5.0].map(of).map(Option::unwrap),
        ["A", "A", "B", "B", "C", "C", "C"]
    );
    assert_eq!([fitted.class(None), fitted.class(Some(f64::NAN))], [None, None]);
    // Ten times a tenth: shares before are multiples of a tenth, eight of them below .8.
    let fitted = fit(&Params::abc(), &[Some(0.1); 10]).unwrap();
    assert_eq!(fitted.classes[0].n, 10);
    let rising: Vec<Option<f64>> = (1..=10).map(|i| Some(f64::from(i))).collect();
    let fitted = fit(&Params::abc(), &rising).unwrap();
    let deciles: Vec<usize> = (1..=10).filter_map(|i| fitted.decile(Some(f64::from(i)))).collect();
    assert_eq!(deciles, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!((fitted.decile(Some(99.0)), fitted.decile(Some(-1.0))), (Some(1), Some(10)));
}

#[test]
fn edges() {
    let nobody = fit(&Params::abc(), &[]).unwrap();
    assert_eq!((nobody.gini, nobody.class(Some(1.0)), nobody.decile(Some(1.0))), (None, Some(2), None));
    // One customer is the best, whatever the share.
    let one = fit(&Params::abc(), &[Some(5.0), None]).unwrap();
    assert_eq!((one.class(Some(5.0)), one.decile(Some(5.0)), one.n_missing), (Some(0), Some(1), 1));
    let same = fit(&Params::abc(), &[Some(5.0); 7]).unwrap();
    assert_eq!((same.class(Some(5.0)), same.decile(Some(5.0)), same.gini), (Some(0), Some(1), Some(0.0)));
    let nothing = fit(&Params::abc(), &[Some(0.0), Some(-3.0)]).unwrap();
    assert_eq!((nothing.class(Some(0.0)), nothing.classes[2].n, nothing.gini), (Some(2), 2, None));
    let empty = Concentration::of(&[], Negatives::Zero);
    assert_eq!((empty.gini(), empty.top_share(0.5), empty.customers_with(0.5)), (None, None, None));
    assert!(empty.curve(11).is_empty());
    let all_in_one = Concentration::of(&[0.0, 0.0, 0.0, 8.0].map(Some), Negatives::Zero);
    assert_eq!((all_in_one.gini(), all_in_one.gini_corrected()), (Some(0.75), Some(1.0)));
    let huge = Concentration::of(&[f64::MAX, f64::MAX, f64::INFINITY, f64::NAN].map(Some), Negatives::Zero);
    assert_eq!((huge.n, huge.gini(), huge.top_share(0.5)), (2, None, None));
}

#[test]
fn classes_that_cannot_be_made() {
    let code = |classes: &[(&str, f64)]| {
        let params = Params::new(classes.iter().copied());
        fit(&params, &[]).unwrap_err().code()
    };
    assert_eq!(code(&[]), "value_tier.incomplete");
    assert_eq!(code(&[("A", 0.8)]), "value_tier.incomplete");
    assert_eq!(code(&[("A", 0.8), ("A", 1.0)]), "value_tier.named_twice");
    assert_eq!(code(&[("A", 0.8), (" ", 1.0)]), "value_tier.unnamed");
    assert_eq!(code(&[("A", 0.8), ("B", 0.7), ("C", 1.0)]), "value_tier.share");
    assert_eq!(code(&[("A", f64::NAN), ("B", 1.0)]), "value_tier.share");
    let one = Params { groups: 1, ..Params::abc() };
    assert_eq!(one.check().unwrap_err().code(), "value_tier.groups");
}

/// The sum is beyond all numbers; by hand: halves of it each, and the third has nothing beside them.
#[test]
fn values_beyond_all_sums() {
    let values = [1e308, 1e308, 1e290].map(Some);
    let fitted = fit(&Params::new([("A", 0.5), ("B", 1.0)]), &values).unwrap();
    assert_eq!(fitted.classes.iter().map(|class| class.n).collect::<Vec<_>>(), [2, 1]);
    assert!((fitted.classes[0].share - 1.0).abs() < 1e-15 && fitted.classes[1].share < 1e-15);
    assert_eq!((fitted.total, fitted.class(Some(1e308))), (f64::MAX, Some(0)));
    let saved = serde_json::to_string(&fitted).unwrap();
    assert_eq!(serde_json::from_str::<Fitted>(&saved).unwrap(), fitted);
}

proptest! {
    #[test]
    fn laws(values in proptest::collection::vec(-50i32..200, 1..80), turn in 0usize..80) {
        let mut values: Vec<Option<f64>> = values.into_iter().map(|v| Some(f64::from(v) / 4.0)).collect();
        let fitted = fit(&Params::abc(), &values).unwrap();
        let spread = Concentration::of(&values, Negatives::Zero);
        // The order of customers does not show.
        let n = values.len();
        values.rotate_left(turn % n);
        prop_assert_eq!(&fit(&Params::abc(), &values).unwrap(), &fitted);
        prop_assert_eq!(&Concentration::of(&values, Negatives::Zero), &spread);
        // More value is never a worse class or decile, and the best has the best.
        let mut sorted: Vec<f64> = values.iter().flatten().copied().collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let places: Vec<_> = sorted.iter().map(|v| (fitted.class(Some(*v)), fitted.decile(Some(*v)))).collect();
        prop_assert!(places.windows(2).all(|w| w[0].0 >= w[1].0 && w[0].1 >= w[1].1));
        prop_assert_eq!(places[n - 1].1, Some(1));
        prop_assert!(sorted[n - 1] <= 0.0 || places[n - 1].0 == Some(0));
        // What is applied is what was learnt.
        for (at, class) in fitted.classes.iter().enumerate() {
            let here = sorted.iter().filter(|v| fitted.class(Some(**v)) == Some(at)).count();
            prop_assert_eq!(here as u64, class.n);
        }
        if let Some(gini) = spread.gini() {
            prop_assert!((0.0..1.0).contains(&gini.max(0.0)));
            // Twice the area between the diagonal and the curve, by trapezoids at every customer.
            let area: f64 = (0..n).map(|i| {
                let at = |i: usize| spread.lorenz(i as f64 / n as f64).unwrap();
                (at(i) + at(i + 1)) / (2.0 * n as f64)
            }).sum();
            prop_assert!((gini - (1.0 - 2.0 * area)).abs() < 1e-9);
        }
    }
}
