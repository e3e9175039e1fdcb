//! From which probability on the label is true.

use crate::predict::ThresholdPolicy;
use crate::predict::metrics::descending_groups;

/// The threshold that a policy picks on the validation slice; a probability from it on is positive.
///
/// Candidates are the probabilities that occur. Of equally good ones the smallest is taken.
pub(crate) fn choose(policy: ThresholdPolicy, probabilities: &[f64], labels: &[bool]) -> f64 {
    let positives = labels.iter().filter(|label| **label).count() as f64;
    let negatives = labels.len() as f64 - positives;
    let quality = |hits: f64, misfires: f64| match policy {
        // 2 TP / (2 TP + FP + FN)
        ThresholdPolicy::MaxF1 => 2.0 * hits / (hits + misfires + positives),
        ThresholdPolicy::MaxKs => hits / positives - misfires / negatives,
        ThresholdPolicy::Fixed(_) => 0.0,
    };
    if let ThresholdPolicy::Fixed(at) = policy {
        return at;
    }
    let (mut hits, mut misfires) = (0.0, 0.0);
    let mut best = (f64::NEG_INFINITY, 1.0);
    for group in descending_groups(probabilities) {
        let new = group.iter().filter(|&&row| labels[row]).count();
        hits += new as f64;
        misfires += (group.len() - new) as f64;
        if quality(hits, misfires) >= best.0 {
            best = (quality(hits, misfires), probabilities[group[0]]);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROBABILITIES: [f64; 6] = [0.9, 0.8, 0.7, 0.6, 0.4, 0.1];
    const LABELS: [bool; 6] = [true, true, false, true, false, false];

    #[test]
    fn takes_the_best_f1() {
        // By hand: F1 from the top 1, 2, … rows: 2/4, 4/5, 4/6, 6/7, 6/8, 6/9.
        assert_eq!(choose(ThresholdPolicy::MaxF1, &PROBABILITIES, &LABELS), 0.6);
    }

    #[test]
    fn of_equal_ones_takes_the_smallest() {
        // By hand: TPR − FPR is 1/3, 2/3, 1/3, 2/3, 1/3, 0.
        assert_eq!(choose(ThresholdPolicy::MaxKs, &PROBABILITIES, &LABELS), 0.6);
    }

    #[test]
    fn keeps_a_fixed_one() {
        assert_eq!(choose(ThresholdPolicy::Fixed(0.25), &PROBABILITIES, &LABELS), 0.25);
    }
}
