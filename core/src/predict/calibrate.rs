//! From scores to probabilities that mean what they say.

use serde::{Deserialize, Serialize};

use crate::predict::Calibrate;
use crate::predict::learner::Space;
use crate::predict::linear::sigmoid;
use crate::stats::ascending;

/// A rising function from scores to probabilities, learnt on the validation slice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Calibration {
    /// The model's own probability.
    None,
    /// `sigmoid(slope · log-odds + intercept)`.
    Platt { slope: f64, intercept: f64 },
    /// Linear between knots, constant before the first and after the last.
    Isotonic { scores: Vec<f64>, probabilities: Vec<f64> },
}

/// From here on there is enough to learn a free form.
const ISOTONIC_ROWS: usize = 1000;
const ISOTONIC_POSITIVES: usize = 100;

impl Calibration {
    /// Learns from validation scores; both classes are there.
    pub(crate) fn fit(wanted: Calibrate, space: Space, scores: &[f64], labels: &[bool]) -> Self {
        let positives = labels.iter().filter(|label| **label).count();
        let plenty = labels.len() >= ISOTONIC_ROWS && positives >= ISOTONIC_POSITIVES;
        match wanted {
            Calibrate::None => Self::None,
            Calibrate::Auto if plenty => isotonic(scores, labels),
            Calibrate::Isotonic => isotonic(scores, labels),
            Calibrate::Auto | Calibrate::Platt => platt(space, scores, labels),
        }
    }

    /// The method by name.
    pub(crate) fn kind(&self) -> Calibrate {
        match self {
            Self::None => Calibrate::None,
            Self::Platt { .. } => Calibrate::Platt,
            Self::Isotonic { .. } => Calibrate::Isotonic,
        }
    }

    pub(crate) fn apply(&self, space: Space, score: f64) -> f64 {
        match self {
            Self::None => space.probability(score),
            Self::Platt { slope, intercept } => sigmoid(slope * space.log_odds(score) + intercept),
            Self::Isotonic { scores, probabilities } => interpolate(scores, probabilities, score),
        }
    }

    /// Whether a calibration that was read from a file can be applied.
    pub(crate) fn is_sound(&self) -> bool {
        match self {
            Self::None => true,
            Self::Platt { slope, intercept } => slope.is_finite() && intercept.is_finite(),
            Self::Isotonic { scores, probabilities } => {
                !scores.is_empty()
                    && scores.len() == probabilities.len()
                    && scores.is_sorted()
                    && probabilities.iter().all(|p| (0.0..=1.0).contains(p))
            }
        }
    }
}

fn interpolate(scores: &[f64], probabilities: &[f64], score: f64) -> f64 {
    let after = scores.partition_point(|knot| *knot <= score);
    match (after.checked_sub(1), probabilities.get(after)) {
        (None, first) => first.copied().unwrap_or_default(),
        (Some(before), None) => probabilities[before],
        (Some(before), Some(&next)) => {
            let share = (score - scores[before]) / (scores[after] - scores[before]);
            probabilities[before] + (next - probabilities[before]) * share
        }
    }
}

/// # Method
/// Platt (1999) with his smoothed targets, solved as Lin, Lin and Weng (2007) say: Newton steps with a small ridge,
/// halved until the loss falls.
fn platt(space: Space, scores: &[f64], labels: &[bool]) -> Calibration {
    let inputs: Vec<f64> = scores.iter().map(|score| space.log_odds(*score)).collect();
    let positives = labels.iter().filter(|label| **label).count() as f64;
    let negatives = labels.len() as f64 - positives;
    let (high, low) = ((positives + 1.0) / (positives + 2.0), 1.0 / (negatives + 2.0));
    let targets: Vec<f64> = labels.iter().map(|label| if *label { high } else { low }).collect();
    let loss = |slope: f64, intercept: f64| -> f64 {
        let rows = inputs.iter().zip(&targets);
        rows.map(|(input, target)| {
            let margin = slope * input + intercept;
            // log(1 + e^margin) − target · margin, without overflow.
            margin.max(0.0) + (-margin.abs()).exp().ln_1p() - target * margin
        })
        .sum()
    };
    let (mut slope, mut intercept) = (0.0, ((positives + 1.0) / (negatives + 1.0)).ln());
    let mut current = loss(slope, intercept);
    for _ in 0..100 {
        let (mut g_slope, mut g_intercept) = (0.0, 0.0);
        let (mut h11, mut h12, mut h22) = (1e-12, 0.0, 1e-12);
        for (input, target) in inputs.iter().zip(&targets) {
            let p = sigmoid(slope * input + intercept);
            let weight = p * (1.0 - p);
            g_slope += (p - target) * input;
            g_intercept += p - target;
            h11 += weight * input * input;
            h12 += weight * input;
            h22 += weight;
        }
        let determinant = h11 * h22 - h12 * h12;
        if g_slope.abs().max(g_intercept.abs()) < 1e-9 || determinant <= 0.0 {
            break;
        }
        let step = (
            -(h22 * g_slope - h12 * g_intercept) / determinant,
            -(h11 * g_intercept - h12 * g_slope) / determinant,
        );
        let downhill = g_slope * step.0 + g_intercept * step.1;
        let lengths = std::iter::successors(Some(1.0f64), |length| Some(length / 2.0)).take(40);
        let better = lengths
            .map(|length| (slope + length * step.0, intercept + length * step.1, length))
            .find(|&(s, i, length)| loss(s, i) < current + 1e-4 * length * downhill);
        let Some((s, i, _)) = better else { break };
        (slope, intercept) = (s, i);
        current = loss(slope, intercept);
    }
    Calibration::Platt { slope, intercept }
}

/// # Method
/// Pool adjacent violators (Barlow et al. 1972) on scores whose ties are merged. Probabilities are kept `1 / (n + 2)`
/// away from 0 and 1: no finite slice proves certainty.
fn isotonic(scores: &[f64], labels: &[bool]) -> Calibration {
    struct Block {
        from: f64,
        to: f64,
        rows: f64,
        hits: f64,
    }
    let mut blocks: Vec<Block> = Vec::new();
    for group in ascending(scores).chunk_by(|&a, &b| scores[a] == scores[b]) {
        let hits = group.iter().filter(|&&row| labels[row]).count() as f64;
        let at = scores[group[0]];
        blocks.push(Block { from: at, to: at, rows: group.len() as f64, hits });
        while let [.., before, last] = blocks.as_mut_slice() {
            if before.hits * last.rows < last.hits * before.rows {
                break;
            }
            before.to = last.to;
            before.rows += last.rows;
            before.hits += last.hits;
            blocks.pop();
        }
    }
    let margin = 1.0 / (labels.len() as f64 + 2.0);
    let (mut knots, mut probabilities) = (Vec::new(), Vec::new());
    for block in blocks {
        let p = (block.hits / block.rows).clamp(margin, 1.0 - margin);
        knots.push(block.from);
        probabilities.push(p);
        if block.to > block.from {
            knots.push(block.to);
            probabilities.push(p);
        }
    }
    Calibration::Isotonic { scores: knots, probabilities }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Numbers from scikit-learn 1.9.1 on scores s and labels t:
    //   i = np.arange(60); s = ((i * 37) % 53) / 10.0 - 2.5
    //   t = ((i * 29) % 60 < 60 / (1 + np.exp(-1.5 * s - .3))).astype(int)
    fn scores() -> (Vec<f64>, Vec<bool>) {
        let scores: Vec<f64> = (0..60).map(|i| f64::from((i * 37) % 53) / 10.0 - 2.5).collect();
        let label = |(i, s): (usize, &f64)| (((i * 29) % 60) as f64) < 60.0 / (1.0 + (-1.5 * s - 0.3).exp());
        let labels = scores.iter().enumerate().map(label).collect();
        (scores, labels)
    }

    #[test]
    fn platt_agrees_with_scikit_learn() {
        // sklearn.calibration._sigmoid_calibration(s, t), which has both signs turned.
        let (scores, labels) = scores();
        let Calibration::Platt { slope, intercept } = platt(Space::LogOdds, &scores, &labels) else {
            panic!("wanted Platt");
        };
        assert!((slope - 1.318_176_932_706_972).abs() < 1e-5, "{slope}");
        assert!((intercept - 0.458_393_524_886_944_9).abs() < 1e-5, "{intercept}");
    }

    #[test]
    fn isotonic_agrees_with_scikit_learn() {
        // IsotonicRegression(y_min=1/62, y_max=61/62, out_of_bounds="clip").fit(s, t).predict(q)
        let (scores, labels) = scores();
        let calibration = isotonic(&scores, &labels);
        let wanted = [
            (-4.0, 0.0625),
            (-2.5, 0.0625),
            (-1.23, 0.193_75),
            (-0.4, 0.25),
            (0.05, 0.833_333_333_333_333_3),
            (0.77, 0.833_333_333_333_333_3),
            (1.9, 0.983_870_967_741_935_5),
            (9.0, 0.983_870_967_741_935_5),
        ];
        for (score, wanted) in wanted {
            let found = calibration.apply(Space::LogOdds, score);
            assert!((found - wanted).abs() < 1e-12, "{score}: {found}, wanted {wanted}");
        }
        assert!(calibration.is_sound());
    }

    #[test]
    fn auto_takes_isotonic_only_with_plenty() {
        let many = |rows: usize, every: usize| {
            let scores: Vec<f64> = (0..rows).map(|i| i as f64 / rows as f64).collect();
            let labels: Vec<bool> = (0..rows).map(|i| i % every == 0).collect();
            Calibration::fit(Calibrate::Auto, Space::Probability, &scores, &labels).kind()
        };
        assert_eq!(many(1000, 10), Calibrate::Isotonic);
        assert_eq!(many(999, 2), Calibrate::Platt);
        assert_eq!(many(1000, 11), Calibrate::Platt);
    }

    #[test]
    fn survives_scores_that_are_all_equal_and_perfect_ones() {
        let labels = [true, false, false, false];
        for scores in [[0.3; 4], [0.9, 0.1, 0.1, 0.1], [1.0, 0.0, 0.0, 0.0]] {
            for space in [Space::Probability, Space::LogOdds] {
                for wanted in [Calibrate::None, Calibrate::Platt, Calibrate::Isotonic] {
                    let calibration = Calibration::fit(wanted, space, &scores, &labels);
                    for score in [-1e300, -1.0, 0.0, 0.1, 0.5, 1.0, 1e300] {
                        let p = calibration.apply(space, score);
                        assert!((0.0..=1.0).contains(&p), "{calibration:?} at {score}: {p}");
                    }
                }
            }
        }
    }
}
