//! What is expected beside what was.

use proptest::prelude::*;

use super::{bg, close, made_up, mbg, pareto};
use crate::marketing::btyd::{History, Kind, choose, fit};

/// Sums must agree with sums, and a fitted model with the customers that it was fitted to.
#[test]
fn counts_agree_with_the_customers() {
    let rows = made_up(500);
    let (model, _) = fit(Kind::BgNbd, &rows).unwrap();
    let table = model.count_table(&rows, 5).unwrap();
    assert_eq!(table.len(), 6);
    close(table.iter().map(|row| row.actual).sum(), 500.0, 1e-12);
    close(table.iter().map(|row| row.expected).sum(), 500.0, 1e-9);
    for row in &table {
        let off = (row.actual - row.expected) / row.expected.sqrt();
        assert!(off.abs() < 4.0, "{row:?}");
    }
    assert_eq!(bg().count_table(&[], 5).unwrap_err().code(), "btyd.empty");
}

/// By hand: two customers, one of three and one of no purchases before, who then made 2 and 1.
#[test]
fn holdouts() {
    let rows = [History::new(3.0, 8.0, 10.0), History::new(0.0, 0.0, 12.0)];
    let expected = rows.map(|h| pareto().expected_purchases(&h, 5.0).unwrap());
    let table = pareto().holdout_table(&rows, &[2, 1], 5.0, 2).unwrap();
    assert_eq!(table.actual, 3.0);
    close(table.expected, expected[0] + expected[1], 1e-15);
    close(
        table.mean_absolute_error,
        f64::midpoint((expected[0] - 2.0).abs(), (expected[1] - 1.0).abs()),
        1e-15,
    );
    let squares = (expected[0] - 2.0).powi(2) + (expected[1] - 1.0).powi(2);
    close(table.root_mean_squared_error, (squares / 2.0).sqrt(), 1e-15);
    let by_x: Vec<_> = table.rows.iter().map(|row| (row.x, row.customers, row.actual)).collect();
    assert_eq!(by_x, [(0, 1, Some(1.0)), (1, 0, None), (2, 1, Some(2.0))]);
    assert_eq!(pareto().holdout_table(&rows, &[2], 5.0, 2).unwrap_err().code(), "btyd.length");
}

/// Three customers born at 0, 0 and 4: at 10 they are 10, 10 and 6 old.
#[test]
fn tracking() {
    let found = bg().tracking(&[0.0, 0.0, 4.0], &[3.0, 5.0, 9.0], &[0.0, 5.0, 10.0]).unwrap();
    let of = |age: f64| bg().expected_purchases(&History::NEW, age).unwrap();
    assert_eq!(found.iter().map(|row| row.actual).collect::<Vec<_>>(), [0.0, 2.0, 3.0]);
    for (row, wanted) in found.iter().zip([0.0, 2.0 * of(5.0) + of(1.0), 2.0 * of(10.0) + of(6.0)]) {
        assert!((row.expected - wanted).abs() < 1e-12);
    }
    assert!(bg().tracking(&[], &[], &[1.0]).is_err() && bg().tracking(&[-1.0], &[], &[1.0]).is_err());
}

#[test]
fn the_best_is_first() {
    let rows = made_up(500);
    let kinds = [Kind::ParetoNbd, Kind::BgNbd, Kind::MbgNbd];
    let by_aic = choose(&kinds, &rows, None).unwrap();
    assert!(by_aic.windows(2).all(|pair| pair[0].fit.aic <= pair[1].fit.aic));
    let later: Vec<u64> = rows.iter().map(|h| (h.x / 4.0) as u64).collect();
    let by_error = choose(&kinds, &rows, Some((&later, 10.0))).unwrap();
    assert!(by_error.windows(2).all(|pair| pair[0].holdout_error <= pair[1].holdout_error));
    assert!(choose(&[], &rows, None).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// Neither table hangs on the order of the customers, to the last bit.
    #[test]
    fn order_does_not_show(n in 2u64..300, by in 1usize..200) {
        let histories = made_up(n);
        let purchases: Vec<u64> = (0..n).map(|i| i * 7 % 5).collect();
        let turned = |by: usize| {
            let (mut histories, mut purchases) = (histories.clone(), purchases.clone());
            histories.rotate_left(by % n as usize);
            purchases.rotate_left(by % n as usize);
            (histories, purchases)
        };
        let (other, others) = turned(by);
        for model in [mbg(), pareto()] {
            let plain = model.holdout_table(&histories, &purchases, 39.0, 4).unwrap();
            prop_assert_eq!(&model.holdout_table(&other, &others, 39.0, 4).unwrap(), &plain);
            prop_assert_eq!(&model.count_table(&other, 5).unwrap(), &model.count_table(&histories, 5).unwrap());
        }
    }
}
