//! How much each feature says alone: a feature that says nearly everything probably knows the label.

use crate::predict::encoder::{Encoder, Encoding, Matrix};
use crate::stats::auc;

/// The AUC of each feature alone on the test slice, one half where it is constant.
///
/// Numbers are ranked by size; missing ones stand below all others or above them, whichever is farther from one
/// half. Categories are ranked by the rate of positives that they have in train, so one that says nothing cannot
/// look good by having many levels.
///
/// # Limits
/// A number that knows the label without rising or falling with it (say, where only values in the middle are positive)
/// is not noticed.
pub(crate) fn auc_alone(
    encoder: &Encoder,
    (train, train_labels): (&Matrix, &[bool]),
    (test, test_labels): (&Matrix, &[bool]),
) -> Vec<f64> {
    let mut at = 0;
    let one = |encoding: &Encoding| {
        let columns = at..at + encoding.width();
        at = columns.end;
        let rankings = match encoding {
            Encoding::Number { varies: false, .. } | Encoding::Category { .. } => {
                vec![rates(&columns, (train, train_labels), test)]
            }
            Encoding::Number { indicator: false, .. } => vec![test.column(columns.start).collect()],
            Encoding::Number { indicator: true, .. } => [f64::NEG_INFINITY, f64::INFINITY]
                .map(|end| {
                    let missing = test.column(columns.start + 1);
                    let numbers = test.column(columns.start).zip(missing);
                    numbers.map(|(number, missing)| if missing > 0.0 { end } else { number }).collect()
                })
                .to_vec(),
        };
        rankings
            .iter()
            .filter_map(|scores| auc(scores, test_labels))
            .fold(0.5, |best: f64, next| if (next - 0.5).abs() > (best - 0.5).abs() { next } else { best })
    };
    encoder.features.iter().map(one).collect()
}

/// The train rate of positives of each test row's category.
fn rates(columns: &std::ops::Range<usize>, (train, labels): (&Matrix, &[bool]), test: &Matrix) -> Vec<f64> {
    // Of one feature's indicator columns at most one is set; the last group is for rows that set none.
    let group =
        |row: &[f64]| row[columns.clone()].iter().position(|cell| *cell > 0.0).unwrap_or(columns.len());
    let mut sums = vec![(0.0, 0.0); columns.len() + 1];
    for (row, label) in labels.iter().enumerate() {
        let (rows, hits) = &mut sums[group(train.row(row))];
        *rows += 1.0;
        *hits += f64::from(*label);
    }
    let overall = labels.iter().filter(|label| **label).count() as f64 / labels.len() as f64;
    let rate = |&(rows, hits): &(f64, f64)| if rows > 0.0 { hits / rows } else { overall };
    (0..test.rows).map(|row| rate(&sums[group(test.row(row))])).collect()
}
