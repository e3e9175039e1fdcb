//! Numerical integration.

/// The points and weights of Gauss–Legendre quadrature on 0 to 1, by ascending point.
///
/// `Σ weight · f(point)` is exact, up to rounding, for polynomials of degree up to `2 · points − 1`.
///
/// # Method
/// Newton's method on the Legendre polynomial from the usual cosine guesses: Press et al., Numerical Recipes, 4.6.
pub fn gauss_legendre(points: usize) -> Vec<(f64, f64)> {
    let n = points as f64;
    let rule = (0..points).map(|at| {
        // The root on -1 to 1; guesses run from the largest down, so the index is turned.
        let mut root = (std::f64::consts::PI * ((points - 1 - at) as f64 + 0.75) / (n + 0.5)).cos();
        let mut slope = 1.0;
        // Converges quadratically: a handful of steps is enough for any number of points.
        for _ in 0..10 {
            let (mut value, mut before) = (1.0, 0.0);
            for degree in 0..points {
                let k = degree as f64;
                (value, before) = (((2.0 * k + 1.0) * root * value - k * before) / (k + 1.0), value);
            }
            slope = n * (root * value - before) / (root * root - 1.0);
            root -= value / slope;
        }
        (f64::midpoint(root, 1.0), 1.0 / ((1.0 - root * root) * slope * slope))
    });
    rule.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_numpy() {
        // x, w = np.polynomial.legendre.leggauss(4); (x + 1) / 2, w / 2, numpy 2.4.6
        let wanted = [
            (0.069_431_844_202_973_71, 0.173_927_422_568_727),
            (0.330_009_478_207_571_87, 0.326_072_577_431_273),
            (0.669_990_521_792_428_1, 0.326_072_577_431_273),
            (0.930_568_155_797_026_2, 0.173_927_422_568_727),
        ];
        for ((point, weight), (x, w)) in gauss_legendre(4).into_iter().zip(wanted) {
            assert!((point - x).abs() < 1e-14 && (weight - w).abs() < 1e-14, "{point} {weight}");
        }
        assert_eq!(gauss_legendre(0), []);
    }

    #[test]
    fn integrates_powers() {
        for points in [1, 2, 3, 6, 20, 256] {
            for degree in 0..2 * points as i32 {
                let found: f64 = gauss_legendre(points).iter().map(|(x, w)| w * x.powi(degree)).sum();
                assert!(
                    (found - 1.0 / f64::from(degree + 1)).abs() < 1e-13,
                    "{points} points, degree {degree}"
                );
            }
        }
    }
}
