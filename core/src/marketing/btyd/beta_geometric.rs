//! BG/NBD and MBG/NBD: purchases at random, and a chance to leave after each of them.
//!
//! Fader, Hardie and Lee, "Counting Your Customers" the Easy Way, Marketing Science 24(2), 2005; Batislam, Denizel and
//! Filiztekin, Empirical Validation and Comparison of Models for Customer Base Analysis, International Journal of
//! Research in Marketing 24(3), 2007, for the chance to leave after the first purchase, too.

use crate::marketing::btyd::History;
use crate::marketing::btyd::history::Weighted;
use crate::stats::{digamma, ln_beta, ln_gamma, ln_rising};

/// r, alpha, a, b, and whether one can leave right after the first purchase (MBG/NBD).
#[derive(Debug, Clone, Copy)]
pub(super) struct BetaGeometric {
    pub(super) r: f64,
    pub(super) alpha: f64,
    pub(super) a: f64,
    pub(super) b: f64,
    pub(super) leaves_at_once: bool,
}

/// Somebody alive: the rate of buying is gamma distributed with (r, alpha), the chance to leave beta with (a, b).
struct Alive {
    r: f64,
    alpha: f64,
    a: f64,
    b: f64,
}

impl BetaGeometric {
    /// 1 where the first purchase is a chance to leave.
    fn first(&self) -> f64 {
        f64::from(u8::from(self.leaves_at_once))
    }

    /// The log odds of having left; `None` where one cannot have.
    fn log_odds_left(&self, h: &History) -> Option<f64> {
        let chances = h.x + self.first();
        (chances > 0.0).then(|| {
            let ratio = (self.alpha + h.age) / (self.alpha + h.t_x);
            self.a.ln() - (self.b + chances - 1.0).ln() + (self.r + h.x) * ratio.ln()
        })
    }

    pub(super) fn log_likelihood(&self, h: &History) -> f64 {
        let chances = h.x + self.first();
        ln_rising(self.r, h.x) + self.r * self.alpha.ln() + ln_rising(self.b, chances)
            - ln_rising(self.a + self.b, chances)
            - (self.r + h.x) * (self.alpha + h.age).ln()
            + self.log_odds_left(h).map_or(0.0, softplus)
    }

    pub(super) fn p_alive(&self, h: &History) -> f64 {
        self.log_odds_left(h).map_or(1.0, |odds| 1.0 / (1.0 + odds.exp()))
    }

    fn alive(&self, h: &History) -> Alive {
        let b = self.b + h.x + self.first();
        Alive { r: self.r + h.x, alpha: self.alpha + h.age, a: self.a, b }
    }

    /// The chance that somebody alive now still is after `horizon`.
    pub(super) fn survival(&self, h: &History, horizon: f64) -> f64 {
        self.alive(h).survival(horizon)
    }

    pub(super) fn expected_if_alive(&self, h: &History, horizon: f64) -> f64 {
        self.alive(h).expected(horizon)
    }

    pub(super) fn probability_if_alive(&self, h: &History, n: u32, horizon: f64) -> f64 {
        self.alive(h).probability(n, horizon)
    }

    /// The value of the log-likelihood and its derivatives by r, alpha, a, b.
    pub(super) fn gradient(&self, data: &Weighted, by_x: &[(f64, f64)]) -> [f64; 5] {
        let Self { r, alpha, a, b, .. } = *self;
        let first = self.first();
        let (ln_a, ln_alpha) = (a.ln(), alpha.ln());
        // What depends on x alone.
        let mut sums = [0.0; 5];
        let (psi_r, psi_b, psi_ab) = (digamma(r), digamma(b), digamma(a + b));
        for &(x, weight) in by_x {
            let chances = x + first;
            let both = digamma(a + b + chances) - psi_ab;
            sums[0] +=
                weight * (ln_rising(r, x) + r * ln_alpha + ln_rising(b, chances) - ln_rising(a + b, chances));
            sums[1] += weight * (digamma(r + x) - psi_r + ln_alpha);
            sums[2] += weight * r / alpha;
            sums[3] -= weight * both;
            sums[4] += weight * (digamma(b + chances) - psi_b - both);
        }
        let rest = data.add::<5>(|h, weight, sums| {
            let (rate, end) = (r + h.x, alpha + h.age);
            let ln_end = end.ln();
            sums[0] -= weight * rate * ln_end;
            sums[1] -= weight * ln_end;
            sums[2] -= weight * rate / end;
            let chances = h.x + first;
            if chances > 0.0 {
                let last = alpha + h.t_x;
                let since = ln_end - last.ln();
                let left_b = b + chances - 1.0;
                let odds = ln_a - left_b.ln() + rate * since;
                let small = (-odds.abs()).exp();
                let p_left = if odds > 0.0 { 1.0 } else { small } / (1.0 + small);
                sums[0] += weight * (odds.max(0.0) + small.ln_1p());
                sums[1] += weight * p_left * since;
                sums[2] += weight * p_left * rate * (1.0 / end - 1.0 / last);
                sums[3] += weight * p_left / a;
                sums[4] -= weight * p_left / left_b;
            }
        });
        sums.iter_mut().zip(rest).for_each(|(sum, rest)| *sum += rest);
        sums
    }
}

/// `ln(1 + eˣ)`.
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// Up to here the power series in `z = t / (alpha + t)` is short.
const SERIES_Z: f64 = 0.9;
/// Up to here its terms do not cancel.
const SERIES_PARAMETER: f64 = 60.0;
/// A part of 1 that does not count.
const FLAT: f64 = 1e-17;

impl Alive {
    fn series_holds(&self, z: f64) -> bool {
        z <= SERIES_Z && self.a + self.b <= 1e6 && (self.a + self.b - self.r).abs() <= SERIES_PARAMETER
    }

    /// The mean number of purchases in `t`.
    ///
    /// With `C = a + b − 1`, `z = t/(alpha + t)`, `u = (a − 1) ln(1 − z)`:
    /// `−C ln(1 − z) · expm1(u)/u − eᵘ Σ (a)ₙ₋₁ (C − r)ₙ / ((C + 1)ₙ₋₁ n!) zⁿ`, which has no pole at `a = 1`.
    fn expected(&self, t: f64) -> f64 {
        let z = t / (self.alpha + t);
        if !self.series_holds(z) {
            let y = t / self.alpha;
            return self.mean_over_p(y, |p| -(-self.r * (p * y).ln_1p()).exp_m1() / p);
        }
        let total = self.a + self.b - 1.0;
        let ln_rest = (-z).ln_1p();
        let power = (self.a - 1.0) * ln_rest;
        let (mut term, mut sum, mut n) = ((total - self.r) * z, 0.0, 1.0);
        while n < 2000.0 {
            sum += term;
            term *= (self.a + n - 1.0) * (total - self.r + n) / ((total + n) * (n + 1.0)) * z;
            n += 1.0;
            if term.abs() <= 1e-17 * sum.abs() {
                break;
            }
        }
        -total * ln_rest * expm1_ratio(power) - power.exp() * sum
    }

    /// The chance to be alive after `t`: `E (1 + p t/alpha)^−r`, by the series of Gauss with Pfaff's transformation.
    fn survival(&self, t: f64) -> f64 {
        let z = t / (self.alpha + t);
        if !self.series_holds(z) {
            let y = t / self.alpha;
            return self.mean_over_p(y, |p| (-self.r * (p * y).ln_1p()).exp());
        }
        let c = self.a + self.b;
        let (mut term, mut sum, mut n) = (1.0, 0.0, 0.0);
        while n < 2000.0 {
            sum += term;
            term *= (c - self.r + n) * (self.a + n) / ((c + n) * (n + 1.0)) * z;
            n += 1.0;
            if term.abs() <= 1e-17 * sum.abs() {
                break;
            }
        }
        (sum * (self.a * (-z).ln_1p()).exp()).clamp(0.0, 1.0)
    }

    /// The mean of a function of the chance to leave `p`, which over `p (r + 1) y` and over `(1 − p)(r + 1)` changes by its
    /// own size at most, as powers of `1 + p y` do.
    ///
    /// The trapezoidal rule in the logit of p, where the beta density falls off exponentially to both sides: its error
    /// is below rounding for any function that is smooth on that scale (Trefethen and Weideman 2014). Where only the
    /// density changes still, the terms left are a geometric series, which is summed at once: with a parameter near 0
    /// (nobody leaves) there are millions of them.
    fn mean_over_p(&self, y: f64, of: impl Fn(f64) -> f64) -> f64 {
        let (a, b) = (self.a, self.b);
        let width = ((1.0 / a + 1.0 / b).sqrt() / 2.0).min(0.5);
        let ln_norm = ln_beta(a, b);
        let peak = a.ln() - b.ln();
        let at = |u: f64| {
            // ln p and ln(1 − p) without cancellation.
            let (ln_p, ln_q) = (-softplus(-u), -softplus(u));
            (a * ln_p + b * ln_q - ln_norm).exp() * of(ln_p.exp())
        };
        let mut sum = at(peak);
        // From so far on p, or 1 − p, is too small to count beside 1.
        let (near_0, near_1) =
            ((FLAT / ((self.r + 1.0) * y + b + 1.0)).ln(), (FLAT / (self.r + a + 1.0)).ln());
        for (side, falls, flat) in [(-1.0, a, near_0), (1.0, b, near_1)] {
            for step in 1..4_000_000u32 {
                let u = peak + side * width * f64::from(step);
                let term = at(u);
                sum += term;
                if -side * u <= flat {
                    sum += term / (falls * width).exp_m1();
                    break;
                }
                if term <= 1e-18 * sum {
                    break;
                }
            }
        }
        sum * width
    }

    /// The chance of exactly `n` purchases in `t`.
    fn probability(&self, n: u32, t: f64) -> f64 {
        let count = f64::from(n);
        if t == 0.0 {
            return f64::from(u8::from(n == 0));
        }
        let stayed = (ln_rising(self.b, count) - ln_rising(self.a + self.b, count)).exp();
        let through = stayed * self.poisson(count, t);
        if n == 0 {
            return through;
        }
        // Left with the n-th purchase: so many there would have been, or more.
        let left = (self.a.ln() + ln_rising(self.b, count - 1.0) - ln_rising(self.a + self.b, count)).exp();
        through + left * self.at_least(n, t)
    }

    /// The chance of `n` purchases in `t` of somebody who never leaves: negative binomial.
    fn poisson(&self, n: f64, t: f64) -> f64 {
        let z = t / (self.alpha + t);
        (ln_rising(self.r, n) - ln_gamma(n + 1.0) + self.r * (-z).ln_1p() + n * z.ln()).exp()
    }

    fn at_least(&self, n: u32, t: f64) -> f64 {
        let z = t / (self.alpha + t);
        let below: f64 = (0..n).map(|k| self.poisson(f64::from(k), t)).sum();
        if below < 0.5 {
            return 1.0 - below;
        }
        // The tail itself, where the difference would have no digits.
        let (mut term, mut k, mut sum) = (self.poisson(f64::from(n), t), f64::from(n), 0.0);
        for _ in 0..1_000_000 {
            sum += term;
            term *= (self.r + k) / (k + 1.0) * z;
            k += 1.0;
            if term <= 1e-17 * sum {
                break;
            }
        }
        sum
    }
}

/// `(eᵘ − 1)/u`, 1 at 0.
pub(super) fn expm1_ratio(u: f64) -> f64 {
    if u == 0.0 { 1.0 } else { u.exp_m1() / u }
}

#[cfg(test)]
mod tests {
    use super::Alive;

    /// mpmath 1.4.1 with 40 digits: `hyp2f1(r, a, a+b, -y)` and
    /// `(a+b-1)/(a-1) * (1 - hyp2f1(r, a-1, a+b-1, -y))` for y = t/alpha.
    ///
    /// Some hundred times each: with a step for each term that counts these would take minutes.
    #[test]
    fn hardly_anybody_leaves_or_stays() {
        for (r, alpha, a, b, t, survival, expected) in [
            (0.75, 9.25, 1e-5, 480.0, 13.0, 0.999_999_978_096_385_7, 1.054_054_027_121_789_8),
            (2e6, 2.2e7, 1e-13, 1.5e9, 13.0, 1.0, 1.181_818_181_818_181_8),
            (100.0, 9.25, 0.5, 1e-6, 13.0, 1.506_228_284_471_305_7e-7, 1.000_039_821_629_535_2),
            (3.75, 60.25, 1e-8, 490.0, 52.0, 0.999_999_999_934_222_6, 3.236_514_522_686_638_7),
        ] {
            let alive = Alive { r, alpha, a, b };
            for _ in 0..100 {
                assert!((alive.survival(t) - survival).abs() < 1e-12, "{a} {b}: {}", alive.survival(t));
                let off = (alive.expected(t) / expected - 1.0).abs();
                assert!(off < 1e-11, "{a} {b}: {}", alive.expected(t));
            }
        }
    }
}
