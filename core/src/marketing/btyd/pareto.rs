//! Pareto/NBD: purchases at random, and a lifetime that ends at any moment.
//!
//! Schmittlein, Morrison and Colombo, Counting Your Customers, Management Science 33(1), 1987; the likelihood in the
//! form of Fader and Hardie, A Note on Deriving the Pareto/NBD Model, 2005.

use std::sync::LazyLock;

use crate::marketing::btyd::History;
use crate::marketing::btyd::beta_geometric::expm1_ratio;
use crate::marketing::btyd::history::Weighted;
use crate::stats::{digamma, gauss_legendre, ln_gamma, ln_rising};

#[derive(Debug, Clone, Copy)]
pub(super) struct Pareto {
    pub(super) r: f64,
    pub(super) alpha: f64,
    pub(super) s: f64,
    pub(super) beta: f64,
}

static RULE: LazyLock<Vec<(f64, f64)>> = LazyLock::new(|| gauss_legendre(16));

/// Gives points and weights of a rule for the integral of a falling function from `from` to `to` (perhaps infinite).
///
/// `distance` is from `from` back to the function's nearest singularity, `slope` how fast its logarithm falls at a
/// point. `visit` gives back the function's value, which says when the rest no longer counts.
///
/// Gauss–Legendre of 16 points on pieces that grow with the distance from the singularity. On a piece of twice the
/// distance, or over which the logarithm falls by 8, its error is below 1e-16 (Trefethen, Is Gauss Quadrature Better
/// than Clenshaw–Curtis?, SIAM Review 50(1), 2008).
pub(super) fn integrate_falling(
    (from, to): (f64, f64),
    distance: f64,
    slope: impl Fn(f64) -> f64,
    mut visit: impl FnMut(f64, f64) -> f64,
) {
    let (mut start, mut total) = (from, 0.0);
    while start < to {
        let width = (2.0 * (distance + start - from)).min(8.0 / slope(start)).min(to - start);
        // A piece too short to move on: what is left is nothing.
        if width.is_nan() || start + width <= start {
            return;
        }
        let mut piece = 0.0;
        for &(point, weight) in RULE.iter() {
            piece += weight * width * visit(start + width * point, weight * width);
        }
        total += piece;
        if piece <= 1e-18 * total {
            return;
        }
        start += width;
    }
}

/// An integral over the moment of leaving, with the means that the gradient needs.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    /// The integral over its value at the start.
    total: f64,
    ln_alpha: f64,
    ln_beta: f64,
    inv_alpha: f64,
    inv_beta: f64,
}

impl Pareto {
    fn moments(&self, h: &History) -> Moments {
        let (rate, fall) = (self.r + h.x, self.s + 1.0);
        let (a0, b0) = (self.alpha + h.t_x, self.beta + h.t_x);
        let (ln_a0, ln_b0) = (a0.ln(), b0.ln());
        let mut sums = Moments::default();
        let slope = |t: f64| rate / (self.alpha + t) + fall / (self.beta + t);
        integrate_falling((h.t_x, h.age), a0.min(b0), slope, |t, weight| {
            let (a, b) = (self.alpha + t, self.beta + t);
            let (ln_a, ln_b) = (a.ln(), b.ln());
            let value = (-(rate * (ln_a - ln_a0) + fall * (ln_b - ln_b0))).exp();
            let part = weight * value;
            sums.total += part;
            sums.ln_alpha += part * ln_a;
            sums.ln_beta += part * ln_b;
            sums.inv_alpha += part / a;
            sums.inv_beta += part / b;
            value
        });
        sums
    }

    /// The logarithms of "still alive" and "left between the last purchase and now", with the same factor left out.
    fn logs(&self, h: &History, total: f64) -> (f64, f64) {
        let rate = self.r + h.x;
        let alive = -rate * (self.alpha + h.age).ln() - self.s * (self.beta + h.age).ln();
        let left = self.s.ln() + total.ln()
            - rate * (self.alpha + h.t_x).ln()
            - (self.s + 1.0) * (self.beta + h.t_x).ln();
        (alive, left)
    }

    pub(super) fn log_likelihood(&self, h: &History) -> f64 {
        let (alive, left) = self.logs(h, self.moments(h).total);
        ln_rising(self.r, h.x) + self.r * self.alpha.ln() + self.s * self.beta.ln() + log_sum(alive, left)
    }

    pub(super) fn p_alive(&self, h: &History) -> f64 {
        let (alive, left) = self.logs(h, self.moments(h).total);
        1.0 / (1.0 + (left - alive).exp())
    }

    /// The chance that somebody alive now still is after `horizon`.
    pub(super) fn survival(&self, h: &History, horizon: f64) -> f64 {
        (-self.s * (horizon / (self.beta + h.age)).ln_1p()).exp()
    }

    /// The mean number of purchases in `horizon`; no pole at `s = 1`.
    pub(super) fn expected_if_alive(&self, h: &History, horizon: f64) -> f64 {
        let end = self.beta + h.age;
        let ln_growth = (horizon / end).ln_1p();
        (self.r + h.x) / (self.alpha + h.age) * end * ln_growth * expm1_ratio((1.0 - self.s) * ln_growth)
    }

    /// The chance of exactly `n` purchases in `horizon`: stays to its end, or leaves at some moment within.
    pub(super) fn probability_if_alive(&self, h: &History, n: u32, horizon: f64) -> f64 {
        if horizon == 0.0 {
            return f64::from(u8::from(n == 0));
        }
        let (r, alpha, beta) = (self.r + h.x, self.alpha + h.age, self.beta + h.age);
        let count = f64::from(n);
        let ln_factor = ln_rising(r, count) - ln_gamma(count + 1.0);
        let ln_at = |t: f64| {
            let power = if n == 0 { 0.0 } else { count * (t / (alpha + t)).ln() };
            ln_factor + power - r * (t / alpha).ln_1p()
        };
        let stays = (ln_at(horizon) - self.s * (horizon / beta).ln_1p()).exp();
        let mut leaves = 0.0;
        // Pieces that double from 0 on: smooth however far the horizon reaches past alpha and beta.
        let first = alpha.min(beta).min(horizon);
        let (mut start, mut end) = (0.0, first);
        while start < horizon {
            for &(point, weight) in RULE.iter() {
                let t = start + (end - start) * point;
                let ln_leaves = self.s.ln() - beta.ln() - (self.s + 1.0) * (t / beta).ln_1p();
                leaves += weight * (end - start) * (ln_at(t) + ln_leaves).exp();
            }
            (start, end) = (end, (end * 2.0).min(horizon));
        }
        stays + leaves
    }

    /// The value of the log-likelihood and its derivatives by r, alpha, s, beta.
    pub(super) fn gradient(&self, data: &Weighted, by_x: &[(f64, f64)]) -> [f64; 5] {
        let Self { r, alpha, s, beta } = *self;
        let (ln_alpha, ln_beta, psi_r) = (alpha.ln(), beta.ln(), digamma(r));
        let mut sums = [0.0; 5];
        for &(x, weight) in by_x {
            sums[0] += weight * (ln_rising(r, x) + r * ln_alpha + s * ln_beta);
            sums[1] += weight * (digamma(r + x) - psi_r + ln_alpha);
            sums[2] += weight * r / alpha;
            sums[3] += weight * ln_beta;
            sums[4] += weight * s / beta;
        }
        let rest = data.add::<5>(|h, weight, sums| {
            let moments = self.moments(h);
            let (alive, left) = self.logs(h, moments.total);
            let p_alive = 1.0 / (1.0 + (left - alive).exp());
            let rate = r + h.x;
            sums[0] += weight * log_sum(alive, left);
            let (alive, left) = (weight * p_alive, weight * (1.0 - p_alive));
            let (end_a, end_b) = (alpha + h.age, beta + h.age);
            sums[1] -= alive * end_a.ln();
            sums[2] -= alive * rate / end_a;
            sums[3] -= alive * end_b.ln();
            sums[4] -= alive * s / end_b;
            if moments.total > 0.0 {
                let left = left / moments.total;
                sums[1] -= left * moments.ln_alpha;
                sums[2] -= left * rate * moments.inv_alpha;
                sums[3] += left * (moments.total / s - moments.ln_beta);
                sums[4] -= left * (s + 1.0) * moments.inv_beta;
            }
        });
        sums.iter_mut().zip(rest).for_each(|(sum, rest)| *sum += rest);
        sums
    }
}

/// `ln(eᵃ + eᵇ)`.
pub(super) fn log_sum(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}
