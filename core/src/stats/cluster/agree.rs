//! How far two groupings of the same rows agree.

use std::collections::BTreeMap;

/// The adjusted Rand index of two groupings: 1 for the same, about 0 for chance, below 0 for less than chance; `None`
/// where they are of different length.
///
/// # Method
/// Hubert and Arabie 1985, from the counts of pairs of rows that are together or apart in each, as scikit-learn's
/// `adjusted_rand_score`; 1 where no two rows are apart, or together, in either.
pub fn adjusted_rand(a: &[u32], b: &[u32]) -> Option<f64> {
    if a.len() != b.len() {
        return None;
    }
    let (mut both, mut of_a, mut of_b): (BTreeMap<_, u128>, BTreeMap<_, u128>, BTreeMap<_, u128>) =
        Default::default();
    for pair in a.iter().zip(b) {
        *both.entry(pair).or_default() += 1;
        *of_a.entry(pair.0).or_default() += 1;
        *of_b.entry(pair.1).or_default() += 1;
    }
    let squares = |counts: &mut dyn Iterator<Item = u128>| counts.map(|n| n * n).sum::<u128>();
    let n = a.len() as u128;
    let together = squares(&mut both.into_values());
    let (in_a, in_b) = (squares(&mut of_a.into_values()), squares(&mut of_b.into_values()));
    // Ordered pairs: together in both, in a alone, in b alone, in neither.
    let tp = (together - n) as f64;
    let (fp, fn_) = ((in_a - together) as f64, (in_b - together) as f64);
    let tn = (n * n + together - in_a - in_b) as f64;
    if fp == 0.0 && fn_ == 0.0 {
        return Some(1.0);
    }
    Some(2.0 * (tp * tn - fn_ * fp) / ((tp + fn_) * (fn_ + tn) + (tp + fp) * (fp + tn)))
}
