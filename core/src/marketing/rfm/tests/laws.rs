//! What holds for any population.

use proptest::prelude::*;

use super::{fit_rows, quantile};
use crate::marketing::rfm::{Dimension, Direction, Edge, Fitted, Input, Params, Scorer, Ties, fit};

/// One customer: key, recency, frequency, monetary.
type Row = (u128, Option<f64>, Option<f64>, Option<f64>);

fn value() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        12 => (-3i32..12).prop_map(|n| Some(f64::from(n))),
        3 => (-2.0f64..9.0).prop_map(Some),
        1 => Just(Some(-0.0)),
        1 => Just(Some(f64::NAN)),
        1 => Just(Some(f64::INFINITY)),
        1 => Just(Some(f64::MAX)),
        1 => Just(None),
    ]
}

fn population() -> impl Strategy<Value = Vec<Row>> {
    let row = (any::<u128>(), value(), value(), value());
    prop::collection::vec(row, 0..60).prop_map(|mut rows| {
        rows.sort_by_key(|row| row.0);
        rows.dedup_by_key(|row| row.0);
        rows
    })
}

fn scorer() -> impl Strategy<Value = Scorer> {
    let ties = prop::sample::select(vec![Ties::MidRank, Ties::SameValueUpper, Ties::RankFirst]);
    let fixed =
        Scorer::Fixed { recency: vec![2.0, 5.0], frequency: vec![1.0, 3.0, 4.5], monetary: vec![0.0] };
    prop_oneof![
        6 => (2u8..=10, ties).prop_map(|(classes, ties)| Scorer::Quantile { classes, ties }),
        2 => (2u8..=10).prop_map(|classes| Scorer::KMeans { classes }),
        1 => Just(Scorer::MeanSplit),
        1 => Just(Scorer::MedianSplit),
        1 => Just(fixed),
    ]
}

fn fit_population(params: &Params, rows: &[Row]) -> Fitted {
    let keys: Vec<u128> = rows.iter().map(|row| row.0).collect();
    let [r, f, m]: [Vec<Option<f64>>; 3] = [
        rows.iter().map(|row| row.1).collect(),
        rows.iter().map(|row| row.2).collect(),
        rows.iter().map(|row| row.3).collect(),
    ];
    fit(params, &Input::new(&r, &f, &m).with_keys(&keys)).unwrap()
}

fn is_usable(row: &Row) -> bool {
    [row.1, row.2, row.3].iter().all(|value| value.is_some_and(f64::is_finite))
}

fn is_past(edge: Option<Edge>, value: f64, is_below: bool) -> bool {
    edge.is_some_and(|edge| {
        let outside = if is_below { value < edge.value } else { value > edge.value };
        outside || (value == edge.value && !edge.inclusive)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn row_order_does_not_show(rows in population(), scorer in scorer(), seed in any::<u64>()) {
        let params = Params::default().with_scorer(scorer).with_segments(None);
        let mut shuffled = rows.clone();
        shuffled.sort_by_key(|row| (row.0 as u64).wrapping_mul(seed | 1));
        let (a, b) = (fit_population(&params, &rows), fit_population(&params, &shuffled));
        prop_assert_eq!(serde_json::to_string(&a).unwrap(), serde_json::to_string(&b).unwrap());
        prop_assert_eq!(a, b);
    }

    #[test]
    fn scores_are_in_range_and_counted(rows in population(), scorer in scorer()) {
        let params = Params::default().with_scorer(scorer).with_segments(None);
        let fitted = fit_population(&params, &rows);
        let mut counts = [[0u64; 10]; 3];
        for row in &rows {
            let scores = fitted.score_keyed(Some(row.0), row.1, row.2, row.3);
            prop_assert_eq!(scores.is_some(), is_usable(row));
            let Some(scores) = scores else { continue };
            for (counts, score) in counts.iter_mut().zip([scores.r, scores.f, scores.m]) {
                counts[usize::from(score) - 1] += 1;
            }
        }
        for (dimension, counts) in Dimension::ALL.into_iter().zip(counts) {
            let scale = fitted.scale(dimension);
            prop_assert_eq!(&counts[..usize::from(scale.classes)], &scale.n_by_score[..]);
        }
        prop_assert_eq!(fitted.n, rows.iter().filter(|row| is_usable(row)).count() as u64);
    }

    #[test]
    fn better_is_never_worse(
        rows in population(), scorer in scorer(), probes in prop::collection::vec(-5.0f64..15.0, 2..8),
    ) {
        let params = Params::default().with_scorer(scorer).with_segments(None);
        let fitted = fit_population(&params, &rows);
        let seen = rows.iter().filter_map(|row| row.1).filter(|v| v.is_finite());
        let mut probes: Vec<f64> = probes.into_iter().chain(seen).chain([0.0, -0.0]).collect();
        probes.sort_by(f64::total_cmp);
        for dimension in Dimension::ALL {
            let scale = fitted.scale(dimension);
            for pair in probes.windows(2) {
                let (a, b) = (scale.score(pair[0], None), scale.score(pair[1], None));
                let (worse, better) = if scale.direction == Direction::LargerIsBetter { (a, b) } else { (b, a) };
                prop_assert!(worse <= better, "{dimension} {pair:?}");
                prop_assert!(pair[0] != pair[1] || a == b);
            }
        }
    }

    /// A value is in the band of its score, and the band's ends have the scores that they say.
    #[test]
    fn bands_can_be_checked(rows in population(), scorer in scorer(), probe in value()) {
        let params = Params::default().with_scorer(scorer).with_segments(None);
        let fitted = fit_population(&params, &rows);
        let Some(probe) = probe.filter(|probe| probe.is_finite()) else { return Ok(()) };
        let seen: Vec<_> = rows.iter().filter(|row| is_usable(row)).collect();
        for dimension in Dimension::ALL {
            let scale = fitted.scale(dimension);
            let of_row = |row: &Row| [row.1, row.2, row.3][dimension as usize].unwrap() + 0.0;
            let probes = seen.iter().map(|row| (of_row(row), Some(row.0))).chain([(probe, None)]);
            for (value, key) in probes {
                let (score, band) = (scale.score(value, key), scale.band(value, key));
                prop_assert!(!is_past(band.lower, value, true) && !is_past(band.upper, value, false));
                for edge in [band.lower, band.upper].into_iter().flatten().filter(|e| e.tie_key.is_none()) {
                    prop_assert_eq!(scale.score(edge.value, None) == score, edge.inclusive);
                }
                for other in &seen {
                    let inside = !is_past(band.lower, of_row(other), true)
                        && !is_past(band.upper, of_row(other), false);
                    let same = scale.score(of_row(other), Some(other.0)) == score;
                    prop_assert!(!same || inside);
                    let is_split = [band.lower, band.upper].iter().flatten().any(|e| e.tie_key.is_some());
                    prop_assert!(same || !inside || is_split);
                }
            }
        }
    }

    #[test]
    fn best_has_k_and_worst_has_1(rows in population(), classes in 2u8..=10) {
        let fitted = fit_population(&quantile(classes, Ties::MidRank), &rows);
        for dimension in [Dimension::Recency, Dimension::Frequency] {
            let values: Vec<f64> =
                rows.iter().filter(|row| is_usable(row)).map(|row| [row.1, row.2][dimension as usize].unwrap()).collect();
            let (min, max) = (values.iter().copied().reduce(f64::min), values.iter().copied().reduce(f64::max));
            let (Some(min), Some(max)) = (min, max) else { continue };
            if min < max {
                let scale = fitted.scale(dimension);
                let ends = [scale.score(min, None), scale.score(max, None)];
                let wanted = if dimension == Dimension::Recency { [classes, 1] } else { [1, classes] };
                prop_assert_eq!(ends, wanted);
            }
        }
    }

    #[test]
    fn without_ties_classes_are_of_equal_size(
        classes in 2u8..=10, size in 1usize..8, seed in any::<u64>(), step in 0.25f64..3.0,
    ) {
        let mut x: Vec<f64> = (1..=usize::from(classes) * size).map(|n| n as f64 * step).collect();
        x.sort_by_key(|v| v.to_bits().wrapping_mul(seed | 1));
        for ties in [Ties::MidRank, Ties::SameValueUpper, Ties::RankFirst] {
            let fitted = fit_rows(&quantile(classes, ties), &x, &x, &x);
            for dimension in Dimension::ALL {
                prop_assert_eq!(&fitted.scale(dimension).n_by_score, &vec![size as u64; classes.into()]);
            }
        }
    }

    /// With ties broken by key, classes differ by two customers at most: n − 1 are dealt out evenly and qcut puts the
    /// lowest into the first class besides.
    #[test]
    fn rank_first_makes_equal_classes_of_ties(rows in population(), classes in 2u8..=10) {
        let fitted = fit_population(&quantile(classes, Ties::RankFirst), &rows);
        let scale = &fitted.frequency;
        let is_tied = scale.cuts.is_empty();
        if !is_tied {
            let (min, max) = (scale.n_by_score.iter().min(), scale.n_by_score.iter().max());
            prop_assert!(max.unwrap() - min.unwrap() <= 2, "{:?}", scale.n_by_score);
        }
    }

    /// Thresholds that were saved and read again score each customer alike, alone and in any block.
    #[test]
    fn saved_thresholds_score_alike(rows in population(), scorer in scorer()) {
        let params = Params::default().with_scorer(scorer).with_segments(None);
        let fitted = fit_population(&params, &rows);
        let read: Fitted = serde_json::from_str(&serde_json::to_string(&fitted).unwrap()).unwrap();
        for row in rows.iter().rev() {
            let score = |fitted: &Fitted| fitted.score_keyed(Some(row.0), row.1, row.2, row.3);
            prop_assert_eq!(score(&fitted), score(&read));
        }
    }
}
