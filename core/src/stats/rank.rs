//! Ranks and what is made of them: the area under the ROC curve with its interval, and Kolmogorov–Smirnov.

/// Ranks from 1 in ascending order; tied values share the mean of their ranks. NaN counts as the largest.
pub fn midranks(values: &[f64]) -> Vec<f64> {
    let order = ascending(values);
    let mut ranks = vec![0.0; values.len()];
    for group in order.chunk_by(|&a, &b| values[a] == values[b]).scan(0usize, |seen, group| {
        *seen += group.len();
        Some((*seen - group.len(), group))
    }) {
        let (before, members) = group;
        let rank = before as f64 + f64::midpoint(members.len() as f64, 1.0);
        for &row in members {
            ranks[row] = rank;
        }
    }
    ranks
}

/// Indices that sort `values` ascending, equal ones in their given order.
pub(crate) fn ascending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    order
}

/// An area under the ROC curve with a 95 % confidence interval.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Auc {
    /// The area, 0 to 1; one half means no discrimination.
    pub value: f64,
    /// The lower end of the interval.
    pub lower: f64,
    /// The upper end of the interval.
    pub upper: f64,
}

/// The area under the ROC curve; `None` where `scores` and `labels` differ in length or one class is missing.
///
/// # Method
/// Mann–Whitney: the share of (positive, negative) pairs in which the positive scores higher, ties counting half.
pub fn auc(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let (positives, negatives) = class_sizes(scores, labels)?;
    let ranks = midranks(scores);
    let rank_sum: f64 = ranks.iter().zip(labels).filter(|(_, label)| **label).map(|(rank, _)| rank).sum();
    Some((rank_sum - positives * (positives + 1.0) / 2.0) / (positives * negatives))
}

/// The area under the ROC curve with a 95 % interval; `None` as in [`auc`].
///
/// # Method
/// Variance by `DeLong`, `DeLong` and Clarke-Pearson (1988), computed from midranks as in Sun and Xu (2014); the
/// interval is `value ± 1.96 standard errors`, cut to 0..1.
///
/// # Limits
/// With one row in a class the variance is not defined and the interval is 0 to 1. Where the classes are separated
/// completely the variance is 0 and so is the width of the interval.
pub fn auc_interval(scores: &[f64], labels: &[bool]) -> Option<Auc> {
    let (n_positives, n_negatives) = class_sizes(scores, labels)?;
    let value = auc(scores, labels)?;
    if n_positives < 2.0 || n_negatives < 2.0 {
        return Some(Auc { value, lower: 0.0, upper: 1.0 });
    }
    let of_class = |wanted: bool| -> Vec<f64> {
        scores.iter().zip(labels).filter(|(_, label)| **label == wanted).map(|(score, _)| *score).collect()
    };
    let all = midranks(scores);
    // The structural component of a row: the share of the other class that it is on the right side of.
    let components = |wanted: bool, other: f64| -> Vec<f64> {
        let within = midranks(&of_class(wanted));
        let overall = all.iter().zip(labels).filter(|(_, label)| **label == wanted).map(|(rank, _)| rank);
        overall.zip(within).map(|(all, own)| (all - own) / other).collect()
    };
    let variance = sample_variance(&components(true, n_negatives)) / n_positives
        + sample_variance(&components(false, n_positives)) / n_negatives;
    let half = NORMAL_975 * variance.sqrt();
    Some(Auc { value, lower: (value - half).max(0.0), upper: (value + half).min(1.0) })
}

/// The 97.5 % point of the standard normal distribution.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// The largest distance between the score distributions of the two classes; `None` as in [`auc`].
///
/// # Method
/// Two-sample Kolmogorov–Smirnov: `max |TPR − FPR|` over all thresholds at which a score changes.
pub fn ks(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let (positives, negatives) = class_sizes(scores, labels)?;
    let order = ascending(scores);
    let (mut true_below, mut false_below, mut largest) = (0.0, 0.0, 0.0f64);
    for group in order.chunk_by(|&a, &b| scores[a] == scores[b]) {
        let hits = group.iter().filter(|&&row| labels[row]).count();
        true_below += hits as f64;
        false_below += (group.len() - hits) as f64;
        largest = largest.max((true_below / positives - false_below / negatives).abs());
    }
    Some(largest)
}

fn class_sizes(scores: &[f64], labels: &[bool]) -> Option<(f64, f64)> {
    let positives = labels.iter().filter(|label| **label).count();
    let negatives = labels.len() - positives;
    (scores.len() == labels.len() && positives > 0 && negatives > 0)
        .then_some((positives as f64, negatives as f64))
}

fn sample_variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Numbers from scikit-learn 1.9.1 and numpy 2.4.6, on 60 rows with 28 positives and many ties:
    //   i = np.arange(60); p = ((i * 37) % 53) // 2 / 27.0 + 0.01
    //   y = ((i * 29) % 60 < 60 * p).astype(int); y[::7] ^= 1
    fn case() -> (Vec<f64>, Vec<bool>) {
        let scores: Vec<f64> = (0..60).map(|i| f64::from((i * 37) % 53 / 2) / 27.0 + 0.01).collect();
        let label = |(i, p): (usize, &f64)| ((((i * 29) % 60) as f64) < 60.0 * p) != (i % 7 == 0);
        let labels = scores.iter().enumerate().map(label).collect();
        (scores, labels)
    }

    #[test]
    fn auc_and_ks_agree_with_scikit_learn() {
        let (scores, labels) = case();
        // roc_auc_score(y, p); fpr, tpr, _ = roc_curve(y, p); max(abs(tpr - fpr))
        assert!((auc(&scores, &labels).unwrap() - 0.811_383_928_571_428_6).abs() < 1e-12);
        assert!((ks(&scores, &labels).unwrap() - 0.544_642_857_142_857_1).abs() < 1e-12);
    }

    #[test]
    fn interval_agrees_with_the_double_sum() {
        // DeLong et al. (1988) written out in numpy, over all pairs instead of ranks:
        //   P, N = p[y == 1], p[y == 0]; psi = (P[:, None] > N) + .5 * (P[:, None] == N)
        //   v = psi.mean(1).var(ddof=1) / len(P) + psi.mean(0).var(ddof=1) / len(N); psi.mean() ± 1.96 sqrt(v)
        let (scores, labels) = case();
        let found = auc_interval(&scores, &labels).unwrap();
        assert!((found.lower - 0.703_403_945_999_056_4).abs() < 1e-12);
        assert!((found.upper - 0.919_363_911_143_800_8).abs() < 1e-12);
    }

    #[test]
    fn ranks_share_ties() {
        assert_eq!(midranks(&[3.0, 1.0, 3.0, 2.0, 3.0]), [4.0, 1.0, 4.0, 2.0, 4.0]);
        assert_eq!(midranks(&[]), [0.0; 0]);
    }

    #[test]
    fn edges() {
        assert_eq!(auc(&[1.0, 2.0], &[true, true]), None);
        assert_eq!(auc(&[], &[]), None);
        assert_eq!(auc(&[0.5; 4], &[true, false, true, false]), Some(0.5));
        let one_positive = auc_interval(&[0.9, 0.1, 0.2], &[true, false, false]).unwrap();
        assert_eq!((one_positive.value, one_positive.lower, one_positive.upper), (1.0, 0.0, 1.0));
        assert_eq!(ks(&[2.0, 1.0], &[true, false]), Some(1.0));
        assert!(auc(&[f64::NAN, 1.0], &[true, false]).is_some());
    }
}
