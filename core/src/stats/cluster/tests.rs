//! Groups against scikit-learn and kmodes, and what holds for any rows.

use proptest::prelude::*;

use super::{
    Centre, ClusterError, KMeans, Points, Quality, Range, adjusted_rand, best_quality, qualities, silhouette,
};

// Numbers from scikit-learn 1.9.1 and kmodes 0.12.2 on numpy 2.4.6:
//   i = np.arange(90)
//   X = np.c_[(i*37%101)/10 + 20*(i%3), (i*53%97)/8 - 15*(i%3==1), (i*17%29)/3]
//   C = np.c_[(i*7)%4, np.where(i%3==0, 0, (i*5)%3)]
fn numbers() -> Vec<f64> {
    let row = |i: u32| {
        [
            f64::from(i * 37 % 101) / 10.0 + 20.0 * f64::from(i % 3),
            f64::from(i * 53 % 97) / 8.0 - if i % 3 == 1 { 15.0 } else { 0.0 },
            f64::from(i * 17 % 29) / 3.0,
        ]
    };
    (0..90).flat_map(row).collect()
}

fn codes() -> Vec<u32> {
    (0..90).flat_map(|i| [i * 7 % 4, if i % 3 == 0 { 0 } else { i * 5 % 3 }]).collect()
}

fn close(found: f64, wanted: f64) {
    assert!((found - wanted).abs() <= 1e-12 * wanted.abs().max(1.0), "found {found}, wanted {wanted}");
}

#[test]
fn lloyd_from_given_centres_is_scikit_learns() {
    let points = Points::new(90, numbers(), vec![]).unwrap();
    let start: Vec<Centre> =
        numbers().chunks(3).take(4).map(|row| Centre { numbers: row.to_vec(), codes: vec![] }).collect();
    // KMeans(4, init=X[:4], n_init=1, algorithm="lloyd", tol=0)
    let found = KMeans::new(4).fit_from(&points, &start).unwrap();
    close(found.inertia, 2_286.350_214_891_975);
    assert_eq!(found.sizes, [30, 30, 18, 12]);
    assert!(found.converged);
    // silhouette_score(X, labels_)
    close(silhouette(&points, &found.labels, 0.0).unwrap().mean, 0.557_509_009_530_882_8);
    let thirds: Vec<u32> = (0..90).map(|i| i % 3).collect();
    close(adjusted_rand(&found.labels, &thirds).unwrap(), 0.871_757_925_072_046_1);
}

#[test]
fn starts_find_what_hundreds_of_scikit_learns_find() {
    let points = Points::new(90, numbers(), vec![]).unwrap();
    // The smallest inertia_ of n_init=50, 200, 500.
    for (k, inertia) in [(3, 2_583.989_539_351_852), (4, 2_286.350_214_891_975)] {
        close(KMeans::new(k).fit(&points).unwrap().inertia, inertia);
    }
    // Seven have many local minima: ours of 100 starts is within 2 % of the best of 500.
    let seven = KMeans::new(7).with_starts(100).fit(&points).unwrap();
    assert!((1_558.071_492_567..1_558.071_492_567 * 1.02).contains(&seven.inertia));
}

#[test]
fn prototypes_are_those_of_kmodes() {
    // KPrototypes(3, init="Huang", n_init=5, gamma=8), the best cost_ of 20 seeds; silhouette_score of the square roots of
    // the distances, metric="precomputed".
    let points = Points::new(90, numbers(), codes()).unwrap();
    let found = KMeans::new(3).with_gamma(8.0).fit(&points).unwrap();
    close(found.inertia, 3_111.989_539_351_851_4);
    assert_eq!(found.sizes, [30, 30, 30]);
    close(silhouette(&points, &found.labels, 8.0).unwrap().mean, 0.692_027_473_045_537);
    let first = &found.centres[0];
    close(first.numbers[0], 5.073_333_333_333_333);
    close(first.numbers[1], 6.079_166_666_666_667);
}

#[test]
fn rand_index_is_scikit_learns() {
    let of = |label: fn(u32) -> u32| (0..90).map(label).collect::<Vec<u32>>();
    // adjusted_rand_score(i % 3, i * 7 % 5), (i * i % 7, i % 4)
    close(adjusted_rand(&of(|i| i % 3), &of(|i| i * 7 % 5)).unwrap(), -0.030_888_030_888_030_89);
    close(adjusted_rand(&of(|i| i * i % 7), &of(|i| i % 4)).unwrap(), -0.031_306_651_884_848_394);
    assert_eq!(adjusted_rand(&[1, 1, 2], &[5, 5, 0]), Some(1.0));
    assert_eq!(adjusted_rand(&[], &[]), Some(1.0));
    assert_eq!(adjusted_rand(&[1], &[]), None);
}

#[test]
fn the_right_number_of_groups_is_chosen() {
    let points = Points::new(90, numbers(), vec![]).unwrap();
    let found = qualities(&points, Range { from: 1, to: 6 }, &KMeans::new(1)).unwrap();
    let best = found[best_quality(&found).unwrap()];
    assert_eq!(best.k, 3);
    close(best.silhouette.unwrap(), 0.706_420_810_582_069_4);
    assert!(best.stability > 0.99, "{found:?}");
    assert_eq!(found[0].silhouette, None);
    // More groups than there are is not the same again.
    assert!(found[5].stability < 0.9, "{found:?}");
    let unstable =
        |k, silhouette| Quality { k, distortion: 1.0, silhouette: Some(silhouette), stability: 0.1 };
    assert_eq!(best_quality(&[unstable(2, 0.2), unstable(3, 0.4), unstable(4, 0.4)]), Some(1));
    assert_eq!(best_quality(&[]), None);
}

#[test]
fn odd_rows() {
    let two = Points::new(4, vec![1.0, 1.0, 5.0, 5.0], vec![]).unwrap();
    let found = KMeans::new(9).fit(&two).unwrap();
    assert_eq!((found.sizes.as_slice(), found.inertia), (&[2, 2][..], 0.0));
    let one = Points::new(1, vec![-0.0], vec![7]).unwrap();
    assert_eq!(KMeans::new(2).fit(&one).unwrap().labels, [0]);
    assert_eq!(silhouette(&one, &[0], 1.0), None);
    assert_eq!(silhouette(&two, &[0, 9, 1, 1], 1.0), None);
    let modes = Points::new(5, vec![], vec![0, 0, 0, 2, 2]).unwrap();
    assert_eq!(KMeans::new(2).fit(&modes).unwrap().sizes, [3, 2]);

    assert_eq!(Points::new(0, vec![], vec![]), Err(ClusterError::Empty));
    assert_eq!(Points::new(2, vec![1.0; 3], vec![]), Err(ClusterError::Cells { rows: 2, cells: 3 }));
    assert_eq!(Points::new(2, vec![1.0, 1e200], vec![]), Err(ClusterError::Number { row: 1, found: 1e200 }));
    assert!(Points::new(1, vec![f64::NAN], vec![]).is_err());
    assert_eq!(KMeans::new(0).fit(&two), Err(ClusterError::Groups { found: 0 }));
    assert_eq!(KMeans::new(2).with_gamma(-1.0).fit(&two), Err(ClusterError::Gamma { found: -1.0 }));
    let wide = Centre { numbers: vec![1.0, 2.0], codes: vec![] };
    assert_eq!(KMeans::new(1).fit_from(&two, &[wide]), Err(ClusterError::Cells { rows: 1, cells: 2 }));
    assert!(KMeans::new(1).fit_from(&two, &[]).is_err());
    assert!(qualities(&two, Range { from: 3, to: 2 }, &KMeans::new(1)).is_err());
    // More groups than distinct rows: the last number that there can be.
    assert_eq!(qualities(&two, Range { from: 2, to: 8 }, &KMeans::new(1)).unwrap().len(), 1);
}

#[test]
fn many_rows_start_from_a_sample() {
    // Three tight groups: the best grouping is known, whatever part of the rows the starts see.
    let n = 50_000;
    let numbers: Vec<f64> = (0..n).map(|i| f64::from(i % 3) * 100.0 + f64::from(i % 1000) / 1000.0).collect();
    let points = Points::new(n as usize, numbers, vec![]).unwrap();
    let found = KMeans::new(3).fit(&points).unwrap();
    let thirds: Vec<u32> = (0..n as u32).map(|i| i % 3).collect();
    assert_eq!(adjusted_rand(&found.labels, &thirds), Some(1.0));
    assert!(silhouette(&points, &found.labels, 0.0).unwrap().mean > 0.99);
}

/// Rows of two numbers and a category, few distinct ones.
fn rows() -> impl Strategy<Value = Vec<(f64, f64, u32)>> {
    let number = || prop_oneof![4 => (-3i32..4).prop_map(f64::from), 1 => -9.0f64..9.0, 1 => Just(1e140)];
    prop::collection::vec((number(), number(), 0u32..3), 1..60)
}

fn points(rows: &[(f64, f64, u32)]) -> Points {
    let numbers = rows.iter().flat_map(|row| [row.0, row.1]).collect();
    Points::new(rows.len(), numbers, rows.iter().map(|row| row.2).collect()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_order_of_rows_does_not_show(rows in rows(), k in 1usize..6, turn in 0usize..60) {
        let how = KMeans::new(k).with_starts(3);
        let found = how.fit(&points(&rows)).unwrap();
        let turn = turn % rows.len();
        let mut turned = rows.clone();
        turned.rotate_left(turn);
        let again = how.fit(&points(&turned)).unwrap();
        prop_assert_eq!(&found.centres, &again.centres);
        prop_assert_eq!(found.inertia.to_bits(), again.inertia.to_bits());
        let mut labels = found.labels.clone();
        labels.rotate_left(turn);
        prop_assert_eq!(&labels, &again.labels);
        let silhouettes = [(&rows, &found.labels), (&turned, &labels)]
            .map(|(rows, labels)| silhouette(&points(rows), labels, 1.0).map(|s| s.mean.to_bits()));
        prop_assert_eq!(silhouettes[0], silhouettes[1]);
    }

    #[test]
    fn groups_are_sound(rows in rows(), k in 1usize..6) {
        let points = points(&rows);
        let found = KMeans::new(k).with_starts(2).fit(&points).unwrap();
        prop_assert!(!found.centres.is_empty() && found.centres.len() <= k);
        prop_assert_eq!(found.sizes.iter().sum::<u64>(), rows.len() as u64);
        prop_assert!(found.sizes.iter().all(|&size| size > 0));
        prop_assert!(found.sizes.is_sorted_by(|a, b| a >= b));
        // Everybody is in the nearest group.
        for (row, &label) in found.labels.iter().enumerate() {
            let own = points.distance(row, &found.centres[label as usize], 1.0);
            prop_assert!(found.centres.iter().all(|centre| own <= points.distance(row, centre, 1.0)));
        }
        if let Some(silhouette) = silhouette(&points, &found.labels, 1.0) {
            prop_assert!((-1.0..=1.0).contains(&silhouette.mean));
        }
    }

    #[test]
    fn threads_do_not_show(seed in 0u64..1_000_000) {
        let n = 9_000;
        let mut random = crate::stats::random::SplitMix64::new(seed);
        let numbers: Vec<f64> = (0..2 * n).map(|_| random.unit()).collect();
        let points = Points::new(n, numbers, vec![]).unwrap();
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| KMeans::new(4).with_starts(2).with_max_iterations(5).fit(&points).unwrap())
        };
        let (one, three) = (on(1), on(3));
        prop_assert_eq!(one.inertia.to_bits(), three.inertia.to_bits());
        prop_assert_eq!(one.centres, three.centres);
        prop_assert_eq!(one.labels, three.labels);
    }
}
