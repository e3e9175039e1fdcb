//! Logistic regression.

use serde::{Deserialize, Serialize};
use smartcore::linalg::basic::arrays::Array;
use smartcore::linalg::basic::matrix::DenseMatrix;
use smartcore::linear::logistic_regression::{LogisticRegression, LogisticRegressionParameters};

use crate::predict::encoder::Matrix;
use crate::predict::{LearnerKind, Params, PredictError};

/// The one form of linear models: `intercept + Σ coefficient × (number − mean) / scale`, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Linear {
    /// The log-odds of a row that has the train mean in each column.
    pub(crate) intercept: f64,
    pub(crate) terms: Vec<Term>,
}

/// What one matrix column adds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Term {
    pub(crate) coefficient: f64,
    pub(crate) mean: f64,
    pub(crate) scale: f64,
}

/// Standardised numbers are cut off here, so that no margin can overflow.
const FARTHEST: f64 = 1e6;

impl Term {
    fn standardise(self, number: f64) -> f64 {
        ((number - self.mean) / self.scale).clamp(-FARTHEST, FARTHEST)
    }

    pub(crate) fn contribution(self, number: f64) -> f64 {
        self.coefficient * self.standardise(number)
    }
}

impl Linear {
    pub(crate) fn margin(&self, row: &[f64]) -> f64 {
        let terms = self.terms.iter().zip(row).map(|(term, number)| term.contribution(*number));
        self.intercept + terms.sum::<f64>()
    }

    /// Whether a model that was read from a file can score rows of that many columns.
    pub(crate) fn is_sound(&self, width: usize) -> bool {
        let finite =
            |term: &Term| term.coefficient.is_finite() && term.mean.is_finite() && term.scale.is_finite();
        self.intercept.is_finite()
            && self.terms.len() == width
            && self.terms.iter().all(|term| finite(term) && term.scale > 0.0)
    }
}

/// The probability of log-odds.
pub(crate) fn sigmoid(margin: f64) -> f64 {
    if margin >= 0.0 {
        1.0 / (1.0 + (-margin).exp())
    } else {
        let e = margin.exp();
        e / (1.0 + e)
    }
}

/// Fits a logistic regression with an L2 penalty on all coefficients but the intercept.
///
/// Columns are centred; those that `scaled` names are also divided by their standard deviation (of the population,
/// as scikit-learn's `StandardScaler` does), so that the penalty means the same for each.
///
/// # Method
/// Minimises `Σ log-loss + l2 / 2 · Σ coefficient²` by L-BFGS, trained by smartcore; only the numbers are kept.
pub(crate) fn fit(
    params: &Params,
    train: &Matrix,
    labels: &[bool],
    scaled: &[bool],
) -> Result<Linear, PredictError> {
    let failed = |reason: String| PredictError::Training { learner: LearnerKind::Logistic, reason };
    let mut terms: Vec<Term> = (0..train.width)
        .map(|column| {
            let rows = train.rows as f64;
            let mean = train.column(column).sum::<f64>() / rows;
            let deviation = (train.column(column).map(|n| (n - mean).powi(2)).sum::<f64>() / rows).sqrt();
            let scale = if scaled[column] && deviation > 0.0 { deviation } else { 1.0 };
            Term { coefficient: 0.0, mean, scale }
        })
        .collect();
    let standardised = (0..train.rows)
        .flat_map(|row| train.row(row).iter().zip(&terms).map(|(number, term)| term.standardise(*number)))
        .collect();
    let x =
        DenseMatrix::new(train.rows, train.width, standardised, false).map_err(|e| failed(e.to_string()))?;
    let y: Vec<u32> = labels.iter().map(|label| u32::from(*label)).collect();
    let solver = LogisticRegressionParameters::default().with_alpha(params.l2);
    let fitted = LogisticRegression::fit(&x, &y, solver).map_err(|e| failed(e.to_string()))?;
    for (column, term) in terms.iter_mut().enumerate() {
        term.coefficient = *fitted.coefficients().get((0, column));
    }
    let linear = Linear { intercept: *fitted.intercept().get((0, 0)), terms };
    if !linear.intercept.is_finite() || linear.terms.iter().any(|term| !term.coefficient.is_finite()) {
        return Err(failed("the coefficients grew without bound; a larger `l2` may help".to_owned()));
    }
    Ok(linear)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Numbers from scikit-learn 1.9.1:
    //   i = np.arange(80)
    //   X = np.c_[((i * 37) % 101) / 10.0, ((i * 53) % 97) * 1000.0, ((i * 17) % 7 < 3).astype(float)]
    //   m = 0.4 * (X[:, 0] - 5) - 0.00003 * (X[:, 1] - 48000) + 0.8 * X[:, 2]
    //   y = (m + ((i * 61) % 83) / 83 * 4 - 2 > 0).astype(int)
    //   Z = X.copy(); Z[:, :2] = StandardScaler().fit_transform(X[:, :2]); Z[:, 2] -= Z[:, 2].mean()
    //   LogisticRegression(C=1 / l2, tol=1e-12, max_iter=10000).fit(Z, y)
    fn case() -> (Matrix, Vec<bool>) {
        let (mut values, mut labels) = (Vec::new(), Vec::new());
        for i in 0..80 {
            let row = [
                f64::from((i * 37) % 101) / 10.0,
                f64::from((i * 53) % 97) * 1000.0,
                f64::from((i * 17) % 7 < 3),
            ];
            let margin = 0.4 * (row[0] - 5.0) - 0.00003 * (row[1] - 48_000.0) + 0.8 * row[2];
            labels.push(margin + f64::from((i * 61) % 83) / 83.0 * 4.0 - 2.0 > 0.0);
            values.extend(row);
        }
        (Matrix { rows: 80, width: 3, values }, labels)
    }

    #[test]
    fn coefficients_agree_with_scikit_learn() {
        let (x, y) = case();
        assert_eq!(y.iter().filter(|label| **label).count(), 44);
        let wanted = [
            (
                1.0,
                [1.355_047_240_854_934_8, -0.764_005_716_438_956_3, 0.553_046_659_547_806_4],
                0.328_517_324_649_117_9,
            ),
            (
                0.01,
                [1.568_487_645_023_6, -0.903_166_633_652_258_3, 0.776_230_256_372_881_3],
                0.369_099_735_040_3,
            ),
        ];
        for (l2, coefficients, intercept) in wanted {
            let params = Params { l2, ..Params::default() };
            let found = fit(&params, &x, &y, &[true, true, false]).unwrap();
            assert!((found.intercept - intercept).abs() < 1e-5, "{found:?}");
            for (term, wanted) in found.terms.iter().zip(coefficients) {
                assert!((term.coefficient - wanted).abs() < 1e-5, "{found:?}");
            }
        }
    }

    #[test]
    fn is_where_the_gradient_is_zero() {
        let (x, y) = case();
        let found = fit(&Params::default(), &x, &y, &[true, true, false]).unwrap();
        let mut gradient: Vec<f64> = found.terms.iter().map(|term| term.coefficient).collect();
        for (row, label) in y.iter().enumerate() {
            let error = sigmoid(found.margin(x.row(row))) - f64::from(*label);
            for ((g, term), number) in gradient.iter_mut().zip(&found.terms).zip(x.row(row)) {
                *g += error * term.standardise(*number);
            }
        }
        assert!(gradient.iter().all(|g| g.abs() < 1e-5), "{gradient:?}");
    }

    #[test]
    fn separated_classes_without_penalty_do_not_panic() {
        let x = Matrix { rows: 4, width: 1, values: vec![1.0, 2.0, 3.0, 4.0] };
        let params = Params { l2: 0.0, ..Params::default() };
        // Coefficients grow until the loss is flat, or are refused.
        if let Ok(found) = fit(&params, &x, &[false, false, true, true], &[true]) {
            assert!(sigmoid(found.margin(&[4.0])) > 0.99);
        }
    }

    #[test]
    fn numbers_far_out_stay_finite() {
        let (x, y) = case();
        let found = fit(&Params::default(), &x, &y, &[true, true, false]).unwrap();
        for row in [[1e149, 1e149, 1.0], [-1e149, 1e149, 0.0]] {
            assert!(found.margin(&row).is_finite());
            assert!((0.0..=1.0).contains(&sigmoid(found.margin(&row))));
        }
    }
}
