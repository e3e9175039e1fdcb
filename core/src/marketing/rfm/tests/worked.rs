//! Cases worked by hand.

use super::{codes, fit_rows, quantile, some};
use crate::marketing::rfm::{
    Cut, Diagnostic, Dimension, Direction, Input, NonPositive, Params, Reach, Scorer, Ties, fit,
};
use crate::value::{ColumnBuilder, DataType, Value};

fn values(cuts: &[Cut]) -> Vec<f64> {
    cuts.iter().map(|cut| cut.value).collect()
}

/// 13 customers: orders 1 seven times, 2 twice, 3 three times, 8 once.
///
/// | orders | places | mid-rank | 5 · (mid − 3) / (12 − 3) | score |
/// |---|---|---|---|---|
/// | 1 | 0–6 | 3 | 0 | 1 |
/// | 2 | 7–8 | 7.5 | 2.5 | 3 |
/// | 3 | 9–11 | 10 | 3.89 | 4 |
/// | 8 | 12 | 12 | 5 | 5 |
#[test]
fn mid_ranks() {
    let orders = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 8.0];
    let fitted = fit_rows(&quantile(5, Ties::MidRank), &orders, &orders, &orders);
    assert_eq!(values(&fitted.frequency.cuts), [2.0, 2.0, 3.0, 8.0]);
    assert_eq!(fitted.frequency.n_by_score, [7, 0, 2, 3, 1]);
    let empty = Diagnostic::EmptyClasses { dimension: Dimension::Frequency, scores: vec![2] };
    assert!(fitted.diagnostics.contains(&empty));
    // Values that no customer had: the class of the next worse one; past the ends, that of the end.
    let score = |orders: f64| fitted.score(Some(1.0), Some(orders), Some(1.0)).unwrap().f;
    assert_eq!([0.0, 1.5, 2.9, 5.0, 7.9, 100.0].map(score), [1, 1, 3, 4, 4, 5]);
    // Days: 8 is the worst place (mid-rank 0), 3 is at 1–3 (2), 2 at 4–5 (4.5), 1 at 6–12 (9).
    // 5 · 2/9 = 1.1 → 2; 5 · 4.5/9 = 2.5 → 3; 5.
    assert_eq!(values(&fitted.recency.cuts), [3.0, 2.0, 1.0, 1.0]);
    let score = |days: f64| fitted.score(Some(days), Some(1.0), Some(1.0)).unwrap().r;
    assert_eq!([0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 7.0, 8.0, 9.0].map(score), [5, 5, 3, 3, 2, 2, 1, 1, 1]);
}

/// Two values: the best has k and the worst 1, however many share them.
#[test]
fn two_values() {
    let mut orders = vec![1.0; 99];
    orders.push(2.0);
    let fitted = fit_rows(&quantile(10, Ties::MidRank), &orders, &orders, &orders);
    assert_eq!(fitted.frequency.n_by_score, [99, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(fitted.recency.n_by_score, [1, 0, 0, 0, 0, 0, 0, 0, 0, 99]);
}

/// Five amounts, two of them not above 0: those are equal, as 0, and worst. Mid-ranks .5, 2, 3, 4:
/// 3 · 1.5/3.5 = 1.3 → 2; 3 · 2.5/3.5 = 2.1 → 3; 3.
#[test]
fn net_amounts_of_0_or_less_score_1() {
    let spent = [-40.0, 0.0, 10.0, 20.0, 30.0];
    let days = [1.0, 2.0, 3.0, 4.0, 5.0];
    let fitted = fit_rows(&quantile(3, Ties::MidRank), &days, &days, &spent);
    assert_eq!(fitted.monetary.n_by_score, [2, 1, 2]);
    assert!(fitted.diagnostics.contains(&Diagnostic::NonPositive { n: 2 }));
    // As values: places 0 to 4, 3 · p/4 = 0, .75, 1.5, 2.25, 3.
    let params = quantile(3, Ties::MidRank).with_non_positive(NonPositive::AsValue);
    assert_eq!(fit_rows(&params, &days, &days, &spent).monetary.n_by_score, [2, 1, 2]);
    assert_eq!(values(&fit_rows(&params, &days, &days, &spent).monetary.cuts), [10.0, 20.0]);
    // Nobody in the fit had 0 or less, and all were tied: later customers with 0 or less still score 1.
    let fitted = fit_rows(&quantile(5, Ties::MidRank), &days, &days, &[7.0; 5]);
    let score = |spent: f64| fitted.score(Some(1.0), Some(1.0), Some(spent)).unwrap().m;
    assert_eq!([-1.0, 0.0, -0.0, 0.01, 7.0, 9.0].map(score), [1, 1, 1, 3, 3, 3]);
}

/// Mean 20 of (10, 20, 30), median 15 of (10, 10, 20, 90): 2 only for strictly better.
#[test]
fn mean_and_median() {
    let params = Params::default().with_segments(None);
    let x = [10.0, 20.0, 30.0];
    let mean = fit_rows(&params.clone().with_scorer(Scorer::MeanSplit), &x, &x, &x);
    assert_eq!(codes(&mean, &x, &x, &x), ["211", "111", "122"]);
    assert_eq!((mean.monetary.reach, values(&mean.monetary.cuts)), (Reach::Better, vec![20.0]));
    let x = [10.0, 10.0, 20.0, 90.0];
    let median = fit_rows(&params.with_scorer(Scorer::MedianSplit), &x, &x, &x);
    assert_eq!(codes(&median, &x, &x, &x), ["211", "211", "122", "122"]);
    assert_eq!(median.score(Some(15.0), Some(15.0), Some(15.1)).map(|s| median.code(s)).unwrap(), "112");
}

#[test]
fn cut_points_by_hand() {
    let scorer =
        Scorer::Fixed { recency: vec![30.0, 90.0], frequency: vec![2.0], monetary: vec![0.0, 100.0, 500.0] };
    let params = Params::default().with_scorer(scorer).with_segments(None);
    let none: [Option<f64>; 0] = [];
    let fitted = fit(&params, &Input::new(&none, &none, &none)).unwrap();
    let code = |r: f64, f: f64, m: f64| fitted.code(fitted.score(Some(r), Some(f), Some(m)).unwrap());
    assert_eq!(code(30.0, 2.0, 500.0), "324");
    assert_eq!(code(30.1, 1.0, 499.0), "213");
    assert_eq!(code(90.5, 1.0, -0.0), "112");
    assert_eq!(code(90.0, 1.0, -1.0), "211");
}

#[test]
fn explains_each_score() {
    let x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0];
    let fitted = fit_rows(&Params::default(), &x, &x, &x);
    let explained = fitted.explain(None, Some(3.5), Some(4.0), Some(10.0)).unwrap();
    assert_eq!(explained.dimensions[0].direction, Direction::SmallerIsBetter);
    let wanted = serde_json::json!({
        "dimensions": [
            // Days 4 and 3 score 4; the next better class starts at 2 days.
            {"dimension": "recency", "value": 3.5, "score": 4, "classes": 5, "direction": "smaller_is_better",
             "band": {"lower": {"value": 2.0, "inclusive": false}, "upper": {"value": 4.0, "inclusive": true}}},
            {"dimension": "frequency", "value": 4.0, "score": 2, "classes": 5, "direction": "larger_is_better",
             "band": {"lower": {"value": 3.0, "inclusive": true}, "upper": {"value": 5.0, "inclusive": false}}},
            {"dimension": "monetary", "value": 10.0, "score": 5, "classes": 5, "direction": "larger_is_better",
             "band": {"lower": {"value": 9.0, "inclusive": true}, "upper": null}},
        ],
        "scores": {"r": 4, "f": 2, "m": 5},
        "code": "425",
        "segment": {"index": 4, "en": "Promising", "zh": "有潜力客户"},
    });
    assert_eq!(serde_json::to_value(&explained).unwrap(), wanted);
}

#[test]
fn columns_are_read_like_slices() {
    let mut builder = ColumnBuilder::new(DataType::Int, 4);
    for days in [3, 20, 100, 7] {
        builder.push(&Value::Int(days));
    }
    let column = builder.finish();
    let slice = some(&[3.0, 20.0, 100.0, 7.0]);
    let params = quantile(4, Ties::MidRank);
    let from_columns = fit(&params, &Input::new(&column, &column, &slice)).unwrap();
    assert_eq!(from_columns, fit(&params, &Input::new(&slice, &slice, &slice)).unwrap());
}
