//! Finding the minimum of a smooth function of a few variables.

/// Where a minimisation ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Minimum {
    /// The point.
    pub point: Vec<f64>,
    /// The value there.
    pub value: f64,
    /// The largest absolute component of the gradient there.
    pub gradient_norm: f64,
    /// How many steps were taken.
    pub iterations: usize,
    /// How many times the function was evaluated.
    pub evaluations: usize,
    /// The second derivatives there, row by row: central differences of the gradient.
    pub hessian: Vec<Vec<f64>>,
}

/// When to stop, and from which curvature to start.
#[derive(Debug, Clone, PartialEq)]
pub struct MinimiseOptions {
    /// The largest absolute component of the gradient at which the search is done.
    pub tolerance: f64,
    /// The most steps.
    pub max_iterations: usize,
    /// The longest step in any variable.
    pub max_step: f64,
    /// Past this distance from 0 a variable is on its way to infinity: the search ends there as soon as a step gains
    /// next to nothing.
    pub farthest: f64,
    /// Second derivatives near the start, from an easier problem.
    pub hessian: Option<Vec<Vec<f64>>>,
}

impl Default for MinimiseOptions {
    fn default() -> Self {
        Self { tolerance: 1e-8, max_iterations: 300, max_step: 2.0, farthest: f64::INFINITY, hessian: None }
    }
}

/// A function with its gradient, counted.
struct Counted<'a> {
    function: &'a mut dyn FnMut(&[f64], &mut [f64]) -> f64,
    evaluations: usize,
}

/// A point with what the function is there.
#[derive(Clone)]
struct At {
    point: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
}

impl Counted<'_> {
    fn at(&mut self, point: Vec<f64>) -> At {
        let mut gradient = vec![0.0; point.len()];
        self.evaluations += 1;
        let value = (self.function)(&point, &mut gradient);
        At { point, value, gradient }
    }
}

impl At {
    fn is_finite(&self) -> bool {
        self.value.is_finite() && self.gradient.iter().all(|g| g.is_finite())
    }

    fn norm(&self) -> f64 {
        self.gradient.iter().fold(0.0, |norm, g| norm.max(g.abs()))
    }
}

/// Looks for a minimum from `start` on; `function` gives the value and writes the gradient. Where it is not finite,
/// the search turns back.
///
/// # Method
/// BFGS with a line search for the weak Wolfe conditions (Nocedal and Wright, Numerical Optimization, 2006, 3.1 and
/// 6.1; the bisection of Lewis and Overton 2013), then Newton's method with the differences of the gradient, which
/// brings the last digits where the value itself no longer tells better from worse.
pub fn minimise(
    function: &mut dyn FnMut(&[f64], &mut [f64]) -> f64,
    start: &[f64],
    options: &MinimiseOptions,
) -> Minimum {
    let mut function = Counted { function, evaluations: 0 };
    let mut at = function.at(start.to_vec());
    let n = start.len();
    let given = options.hessian.as_ref().and_then(|hessian| inverse(hessian));
    let mut inverse_hessian = given.clone().unwrap_or_else(|| identity(n));
    let mut is_scaled = given.is_some();
    let mut iterations = 0;
    while at.is_finite() && iterations < options.max_iterations && at.norm() > options.tolerance {
        iterations += 1;
        let mut direction = times(&inverse_hessian, &at.gradient, -1.0);
        let mut slope = dot(&direction, &at.gradient);
        if slope.is_nan() || slope >= 0.0 {
            inverse_hessian = identity(n);
            is_scaled = false;
            direction = at.gradient.iter().map(|g| -g).collect();
            slope = dot(&direction, &at.gradient);
        }
        let longest = direction.iter().fold(0.0f64, |longest, d| longest.max(d.abs()));
        if longest > options.max_step {
            for d in &mut direction {
                *d *= options.max_step / longest;
            }
            slope *= options.max_step / longest;
        }
        let Some(next) = line_search(&mut function, &at, &direction, slope) else { break };
        let step: Vec<f64> = next.point.iter().zip(&at.point).map(|(new, old)| new - old).collect();
        let change: Vec<f64> = next.gradient.iter().zip(&at.gradient).map(|(new, old)| new - old).collect();
        let curvature = dot(&step, &change);
        if curvature > 1e-14 * dot(&change, &change).sqrt() * dot(&step, &step).sqrt() {
            if !is_scaled {
                let scale = curvature / dot(&change, &change);
                inverse_hessian.iter_mut().flatten().for_each(|h| *h *= scale);
                is_scaled = true;
            }
            update(&mut inverse_hessian, &step, &change, curvature);
        }
        let gain = at.value - next.value;
        at = next;
        let is_far = at.point.iter().any(|x| x.abs() > options.farthest);
        if is_far && gain <= 1e-7 * (1.0 + at.value.abs()) {
            break;
        }
    }
    let hessian = polish(&mut function, &mut at, options.tolerance);
    Minimum {
        gradient_norm: at.norm(),
        point: at.point,
        value: at.value,
        iterations,
        evaluations: function.evaluations,
        hessian,
    }
}

/// A step along a direction that is down enough and past the steep part; `None` where there is none.
fn line_search(function: &mut Counted<'_>, from: &At, direction: &[f64], slope: f64) -> Option<At> {
    let (mut low, mut high, mut length) = (0.0, f64::INFINITY, 1.0);
    // Where values differ by less than this, rounding decides: then the slopes alone tell.
    let noise = 4e-16 * (1.0 + from.value.abs());
    let mut best: Option<At> = None;
    for _ in 0..60 {
        let point = from.point.iter().zip(direction).map(|(x, d)| x + length * d).collect();
        let next = function.at(point);
        let slope_there = dot(&next.gradient, direction);
        let is_down = next.is_finite()
            && (next.value <= from.value + 1e-4 * length * slope
                || (next.value <= from.value + noise && slope_there <= -0.9998 * slope));
        if !is_down {
            high = length;
        } else if slope_there < 0.9 * slope {
            low = length;
            best = Some(next);
        } else {
            return Some(next);
        }
        length = if high.is_finite() { f64::midpoint(low, high) } else { low * 2.0 };
        if high - low <= 1e-14 * high.min(1.0) {
            break;
        }
    }
    best
}

/// Newton's method from close by; gives the second derivatives at the end.
fn polish(function: &mut Counted<'_>, at: &mut At, tolerance: f64) -> Vec<Vec<f64>> {
    let mut hessian = differences(function, at);
    for _ in 0..4 {
        let Some(inverse) = inverse(&hessian).filter(|_| is_positive(&hessian)) else { break };
        let step = times(&inverse, &at.gradient, -1.0);
        if step.iter().any(|s| s.abs() > 0.5) {
            break;
        }
        let next = function.at(at.point.iter().zip(&step).map(|(x, s)| x + s).collect());
        if !next.is_finite() || next.norm() >= 0.5 * at.norm() {
            break;
        }
        let was_close = step.iter().all(|s| s.abs() < 1e-4);
        *at = next;
        if !was_close {
            hessian = differences(function, at);
        }
        if at.norm() <= 0.01 * tolerance {
            break;
        }
    }
    hessian
}

/// Second derivatives by central differences of the gradient.
fn differences(function: &mut Counted<'_>, at: &At) -> Vec<Vec<f64>> {
    let n = at.point.len();
    let mut rows = Vec::with_capacity(n);
    for variable in 0..n {
        let width = 1e-4 * at.point[variable].abs().max(1.0);
        let mut shifted = |sign: f64| {
            let mut point = at.point.clone();
            point[variable] += sign * width;
            (point[variable], function.at(point).gradient)
        };
        let ((up, above), (down, below)) = (shifted(1.0), shifted(-1.0));
        rows.push(above.iter().zip(&below).map(|(a, b)| (a - b) / (up - down)).collect::<Vec<f64>>());
    }
    (0..n).map(|i| (0..n).map(|j| f64::midpoint(rows[i][j], rows[j][i])).collect()).collect()
}

/// The inverse of a symmetric matrix; `None` where it has none.
///
/// Gauss–Jordan elimination with partial pivoting.
pub fn inverse(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = matrix.len();
    let mut left: Vec<Vec<f64>> = matrix.to_vec();
    let mut right = identity(n);
    for column in 0..n {
        let pivot = (column..n).max_by(|&a, &b| left[a][column].abs().total_cmp(&left[b][column].abs()))?;
        let value = left[pivot][column];
        if !value.is_normal() {
            return None;
        }
        left.swap(column, pivot);
        right.swap(column, pivot);
        for half in [&mut left, &mut right] {
            half[column].iter_mut().for_each(|cell| *cell /= value);
        }
        for row in (0..n).filter(|&row| row != column) {
            let factor = left[row][column];
            for half in [&mut left, &mut right] {
                let source = half[column].clone();
                half[row].iter_mut().zip(source).for_each(|(cell, above)| *cell -= factor * above);
            }
        }
    }
    Some(right)
}

/// Whether a symmetric matrix is positive definite: whether Cholesky's factorisation exists.
pub fn is_positive(matrix: &[Vec<f64>]) -> bool {
    let n = matrix.len();
    let mut factor = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| factor[i][k] * factor[j][k]).sum();
            if i == j {
                let square = matrix[i][i] - sum;
                if square.is_nan() || square <= 1e-14 * matrix[i][i].abs() {
                    return false;
                }
                factor[i][i] = square.sqrt();
            } else {
                factor[i][j] = (matrix[i][j] - sum) / factor[j][j];
            }
        }
    }
    true
}

fn identity(n: usize) -> Vec<Vec<f64>> {
    (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn times(matrix: &[Vec<f64>], vector: &[f64], factor: f64) -> Vec<f64> {
    matrix.iter().map(|row| factor * dot(row, vector)).collect()
}

/// The update of Broyden, Fletcher, Goldfarb and Shanno of the inverse.
fn update(inverse: &mut [Vec<f64>], step: &[f64], change: &[f64], curvature: f64) {
    let turned = times(inverse, change, 1.0);
    let factor = (1.0 + dot(change, &turned) / curvature) / curvature;
    for (i, row) in inverse.iter_mut().enumerate() {
        for (j, cell) in row.iter_mut().enumerate() {
            *cell += factor * step[i] * step[j] - (turned[i] * step[j] + step[i] * turned[j]) / curvature;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_bottom_of_the_valley_of_rosenbrock() {
        let mut function = |p: &[f64], g: &mut [f64]| {
            let (x, y) = (p[0], p[1]);
            g[0] = -400.0 * x * (y - x * x) - 2.0 * (1.0 - x);
            g[1] = 200.0 * (y - x * x);
            100.0 * (y - x * x).powi(2) + (1.0 - x).powi(2)
        };
        let found = minimise(&mut function, &[-1.2, 1.0], &MinimiseOptions::default());
        assert!(found.point.iter().all(|x| (x - 1.0).abs() < 1e-8), "{found:?}");
        assert!(found.gradient_norm < 1e-8 && found.iterations < 60, "{found:?}");
        // By hand: 1200x² − 400y + 2, −400x, 200 at (1, 1).
        for (row, wanted) in found.hessian.iter().zip([[802.0, -400.0], [-400.0, 200.0]]) {
            assert!(row.iter().zip(wanted).all(|(h, w)| (h - w).abs() < 1e-4), "{:?}", found.hessian);
        }
    }

    #[test]
    fn turns_back_where_there_is_nothing() {
        // Defined above 0 only; the first full step would leave.
        let mut function = |p: &[f64], g: &mut [f64]| {
            g[0] = 1.0 - 1.0 / p[0];
            p[0] - p[0].ln()
        };
        let found = minimise(&mut function, &[0.01], &MinimiseOptions::default());
        assert!((found.point[0] - 1.0).abs() < 1e-8, "{found:?}");
    }

    #[test]
    fn inverses() {
        let found = inverse(&[vec![0.0, 2.0], vec![2.0, 3.0]]).unwrap();
        // By hand: 1/(0·3 − 2·2) · [[3, −2], [−2, 0]].
        assert_eq!(found, [[-0.75, 0.5], [0.5, 0.0]]);
        assert_eq!(inverse(&[vec![1.0, 2.0], vec![2.0, 4.0]]), None);
        assert!(
            is_positive(&[vec![2.0, 1.0], vec![1.0, 2.0]]) && !is_positive(&[vec![1.0, 2.0], vec![2.0, 1.0]])
        );
    }

    /// Down for ever, but by less and less: `e^-x`. The search does not follow it to the end.
    #[test]
    fn a_way_to_infinity_is_left() {
        let run = |farthest: f64| {
            let mut falling = |x: &[f64], gradient: &mut [f64]| {
                (gradient[0], gradient[1]) = (-(-x[0]).exp(), 2.0 * x[1]);
                (-x[0]).exp() + x[1] * x[1]
            };
            let options = MinimiseOptions { farthest, tolerance: 0.0, ..MinimiseOptions::default() };
            minimise(&mut falling, &[0.0, 1.0], &options)
        };
        let (left, followed) = (run(11.0), run(f64::INFINITY));
        assert!(left.point[0] > 11.0 && left.point[0] < followed.point[0], "{left:?} {followed:?}");
        assert!(
            left.point[1].abs() < 1e-3 && left.evaluations * 2 < followed.evaluations,
            "{left:?} {followed:?}"
        );
    }
}
