//! How good probabilities are.
//!
//! All functions take probabilities and labels of one length; ties never depend on the order of rows.

use serde::{Deserialize, Serialize};

use crate::stats::{Auc, ascending, auc_interval, ks};

/// What was measured on one slice, of the calibrated probabilities as they are given out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Area under the ROC curve with its 95 % interval after `DeLong` et al. (1988).
    pub auc: Auc,
    /// `2 · AUC − 1`.
    pub gini: f64,
    /// Kolmogorov–Smirnov: the largest distance between the classes' score distributions, 0 to 1.
    pub ks: f64,
    /// Average precision, the step-wise area under the precision-recall curve.
    pub pr_auc: f64,
    /// Brier score: the mean squared distance between probability and label; lower is better.
    pub brier: f64,
    /// The Brier score of always saying the base rate of train and validation.
    pub base_rate_brier: f64,
    /// `1 − brier / base_rate_brier`; above 0 is better than the base rate.
    pub brier_skill: f64,
    /// Mean negative log-likelihood in nats.
    pub log_loss: f64,
    /// Expected calibration error: the mean distance between probability and observed rate over `reliability`,
    /// weighted by rows.
    pub ece: f64,
    /// Ten bins of equal width over the probability, those without rows left out.
    pub reliability: Vec<ReliabilityBin>,
    /// At the top 1, 5 and 10 %.
    pub lift: Vec<Lift>,
    /// Cumulative gains at the top 10, 20 … 100 %.
    pub gains: Vec<Gain>,
}

/// Rows with a probability in one range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// The lowest probability of the bin, itself within it.
    pub from: f64,
    /// The end of the bin, itself in the next one; the last bin holds 1.
    pub to: f64,
    /// How many rows.
    pub rows: usize,
    /// Their mean probability.
    pub mean_probability: f64,
    /// The share of positives among them.
    pub observed_rate: f64,
}

/// How much richer in positives the top of the list is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Lift {
    /// The share of rows with the highest probabilities, 0 to 1.
    pub share: f64,
    /// The rate of positives among them, divided by the rate among all rows.
    pub lift: f64,
}

/// How many of all positives the top of the list holds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    /// The share of rows with the highest probabilities, 0 to 1.
    pub share: f64,
    /// The share of all positives among them, 0 to 1.
    pub captured: f64,
}

/// Measures everything; `None` where one class is missing. `base_rate` is what was known before the slice.
pub(crate) fn measure(probabilities: &[f64], labels: &[bool], base_rate: f64) -> Option<Measures> {
    let auc = auc_interval(probabilities, labels)?;
    let brier_of = brier(probabilities, labels);
    let base_rate_brier = brier(&vec![base_rate; labels.len()], labels);
    let reliability = reliability(probabilities, labels);
    let prevalence = labels.iter().filter(|label| **label).count() as f64 / labels.len() as f64;
    let captured = |share: f64| captured(probabilities, labels, share);
    Some(Measures {
        auc,
        gini: 2.0 * auc.value - 1.0,
        ks: ks(probabilities, labels)?,
        pr_auc: average_precision(probabilities, labels),
        brier: brier_of,
        base_rate_brier,
        brier_skill: 1.0 - brier_of / base_rate_brier,
        log_loss: log_loss(probabilities, labels),
        ece: ece(&reliability),
        lift: [0.01, 0.05, 0.1]
            .map(|share| {
                let (rows, hits) = captured(share);
                Lift { share, lift: hits / rows / prevalence }
            })
            .to_vec(),
        gains: (1..=10)
            .map(|tenth| {
                let share = f64::from(tenth) / 10.0;
                Gain { share, captured: captured(share).1 / (prevalence * labels.len() as f64) }
            })
            .collect(),
        reliability,
    })
}

/// Brier (1950) for two classes.
pub(crate) fn brier(probabilities: &[f64], labels: &[bool]) -> f64 {
    let squares = probabilities.iter().zip(labels).map(|(p, label)| (p - f64::from(*label)).powi(2));
    squares.sum::<f64>() / labels.len() as f64
}

/// Probabilities are kept this far from 0 and 1, as scikit-learn does for 64-bit floats.
fn log_loss(probabilities: &[f64], labels: &[bool]) -> f64 {
    let losses = probabilities.iter().zip(labels).map(|(p, label)| {
        let p = p.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
        if *label { -p.ln() } else { -(1.0 - p).ln() }
    });
    losses.sum::<f64>() / labels.len() as f64
}

/// `Σ (recall_i − recall_{i−1}) · precision_i` over descending distinct probabilities, not interpolated.
pub(crate) fn average_precision(probabilities: &[f64], labels: &[bool]) -> f64 {
    let positives = labels.iter().filter(|label| **label).count() as f64;
    let (mut rows, mut hits, mut area) = (0.0, 0.0, 0.0);
    for group in descending_groups(probabilities) {
        let new = group.iter().filter(|&&row| labels[row]).count() as f64;
        rows += group.len() as f64;
        hits += new;
        area += new / positives * (hits / rows);
    }
    area
}

/// Row numbers by descending probability, tied ones together.
pub(crate) fn descending_groups(probabilities: &[f64]) -> Vec<Vec<usize>> {
    let order = ascending(probabilities);
    let groups = order.chunk_by(|&a, &b| probabilities[a] == probabilities[b]);
    let mut groups: Vec<Vec<usize>> = groups.map(<[usize]>::to_vec).collect();
    groups.reverse();
    groups
}

/// How many rows make the top `share`, rounded up, and how many positives are among them. Where the cut falls into
/// tied rows, they count with the share of them that is above it.
fn captured(probabilities: &[f64], labels: &[bool], share: f64) -> (f64, f64) {
    // The small step back keeps 0.1 · 30 = 3.0000000000000004 from becoming 4.
    let wanted = (share * labels.len() as f64 - 1e-9).ceil().max(1.0);
    let (mut rows, mut hits) = (0.0, 0.0);
    for group in descending_groups(probabilities) {
        let new = group.iter().filter(|&&row| labels[row]).count() as f64;
        let part = ((wanted - rows) / group.len() as f64).min(1.0);
        hits += new * part;
        rows += group.len() as f64 * part;
        if part < 1.0 || rows >= wanted {
            break;
        }
    }
    (wanted, hits)
}

const BINS: usize = 10;

fn reliability(probabilities: &[f64], labels: &[bool]) -> Vec<ReliabilityBin> {
    let mut sums = [(0usize, 0.0, 0usize); BINS];
    for (p, label) in probabilities.iter().zip(labels) {
        let (rows, sum, hits) = &mut sums[((p * BINS as f64) as usize).min(BINS - 1)];
        *rows += 1;
        *sum += p;
        *hits += usize::from(*label);
    }
    let bins = sums.iter().enumerate().filter(|(_, (rows, ..))| *rows > 0);
    bins.map(|(bin, &(rows, sum, hits))| ReliabilityBin {
        from: bin as f64 / BINS as f64,
        to: (bin + 1) as f64 / BINS as f64,
        rows,
        mean_probability: sum / rows as f64,
        observed_rate: hits as f64 / rows as f64,
    })
    .collect()
}

/// Naeini, Cooper and Hauskrecht (2015), for the probability of the positive class.
fn ece(bins: &[ReliabilityBin]) -> f64 {
    let rows: usize = bins.iter().map(|bin| bin.rows).sum();
    let distances = bins.iter().map(|bin| bin.rows as f64 * (bin.mean_probability - bin.observed_rate).abs());
    distances.sum::<f64>() / rows as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    // Numbers from scikit-learn 1.9.1, on 60 rows with 28 positives and many ties:
    //   i = np.arange(60); p = ((i * 37) % 53) // 2 / 27.0 + 0.01
    //   y = ((i * 29) % 60 < 60 * p).astype(int); y[::7] ^= 1
    fn case() -> (Vec<f64>, Vec<bool>) {
        let probabilities: Vec<f64> = (0..60).map(|i| f64::from((i * 37) % 53 / 2) / 27.0 + 0.01).collect();
        let label = |(i, p): (usize, &f64)| ((((i * 29) % 60) as f64) < 60.0 * p) != (i % 7 == 0);
        let labels = probabilities.iter().enumerate().map(label).collect();
        (probabilities, labels)
    }

    #[test]
    fn agrees_with_scikit_learn() {
        let (probabilities, labels) = case();
        let found = measure(&probabilities, &labels, 0.5).unwrap();
        let close =
            |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-12, "{found}, wanted {wanted}");
        close(found.pr_auc, 0.779_718_616_992_228_7); // average_precision_score(y, p)
        close(found.brier, 0.177_536_213_991_769_53); // brier_score_loss(y, p)
        close(found.log_loss, 0.517_850_590_552_756); // log_loss(y, p)
        // b = np.minimum((p * 10).astype(int), 9)
        // sum(abs(p[b == k].mean() - y[b == k].mean()) * (b == k).sum() / 60 for k in set(b))
        close(found.ece, 0.157_938_271_604_938_3);
        assert_eq!(found.reliability.len(), 10);
        close(found.base_rate_brier, 0.25);
        close(found.brier_skill, 1.0 - 0.177_536_213_991_769_53 / 0.25);
        close(found.gini, 2.0 * 0.811_383_928_571_428_6 - 1.0);
    }

    #[test]
    fn lift_and_gains_by_hand() {
        // Twenty rows, four positives: first, second, fifth and the last.
        let probabilities: Vec<f64> = (0..20).map(|i| 1.0 - f64::from(i) / 20.0).collect();
        let labels: Vec<bool> = (0..20).map(|i| [0, 1, 4, 19].contains(&i)).collect();
        let found = measure(&probabilities, &labels, 0.2).unwrap();
        // The top 1 % and 5 % are one row, the top 10 % two: all positive, against one in five.
        assert_eq!(found.lift.iter().map(|at| at.lift).collect::<Vec<_>>(), [5.0, 5.0, 5.0]);
        let captured: Vec<f64> = found.gains.iter().map(|at| at.captured).collect();
        let wanted = [0.5, 0.5, 0.75, 0.75, 0.75, 0.75, 0.75, 0.75, 0.75, 1.0];
        for (found, wanted) in captured.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-12);
        }
    }

    #[test]
    fn tied_rows_count_in_parts() {
        // All tied: the top is as rich as the whole, whatever the order of rows.
        let labels = [true, false, false, false];
        let found = measure(&[0.25; 4], &labels, 0.25).unwrap();
        assert!(found.lift.iter().all(|at| (at.lift - 1.0).abs() < 1e-12));
        assert_eq!((found.auc.value, found.ks, found.ece, found.brier_skill), (0.5, 0.0, 0.0, 0.0));
        assert_eq!(measure(&[0.5; 2], &[true, true], 0.5), None);
    }

    #[test]
    fn probability_zero_that_comes_true_is_finite() {
        assert!(measure(&[0.0, 1.0], &[true, false], 0.5).unwrap().log_loss.is_finite());
    }
}
