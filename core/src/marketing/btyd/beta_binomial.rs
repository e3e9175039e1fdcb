//! BG/BB: one chance to buy at each opportunity, and a chance to leave before each.
//!
//! Fader, Hardie and Shang, Customer-Base Analysis in a Discrete-Time Noncontractual Setting, Marketing Science 29(6),
//! 2010.

use crate::marketing::btyd::History;
use crate::marketing::btyd::history::Weighted;
use crate::marketing::btyd::pareto::log_sum;
use crate::stats::{digamma, ln_beta, ln_gamma};

#[derive(Debug, Clone, Copy)]
pub(super) struct BetaBinomial {
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) gamma: f64,
    pub(super) delta: f64,
}

impl BetaBinomial {
    /// The logarithm of the beta integrals of a history in which the customer was alive for `seen` opportunities and
    /// then left (`gone` is 1) or was still there (0).
    fn ln_term(&self, x: f64, seen: f64, gone: f64) -> f64 {
        ln_beta(self.alpha + x, self.beta + seen - x) + ln_beta(self.gamma + gone, self.delta + seen)
    }

    fn ln_prior(&self) -> f64 {
        ln_beta(self.alpha, self.beta) + ln_beta(self.gamma, self.delta)
    }

    fn lives(h: &History) -> impl Iterator<Item = f64> {
        // Left before the opportunity after the `seen`-th, which is the last purchase or later.
        (0..(h.age - h.t_x) as u64).map({
            let t_x = h.t_x;
            move |i| t_x + i as f64
        })
    }

    pub(super) fn log_likelihood(&self, h: &History) -> f64 {
        let alive = self.ln_term(h.x, h.age, 0.0);
        Self::lives(h).fold(alive, |sum, seen| log_sum(sum, self.ln_term(h.x, seen, 1.0))) - self.ln_prior()
    }

    pub(super) fn p_alive(&self, h: &History) -> f64 {
        (self.ln_term(h.x, h.age, 0.0) - self.ln_prior() - self.log_likelihood(h)).exp().min(1.0)
    }

    /// The chance that somebody alive at the last opportunity still is `more` opportunities later.
    pub(super) fn survival(&self, h: &History, more: f64) -> f64 {
        let delta = self.delta + h.age;
        (ln_beta(self.gamma, delta + more) - ln_beta(self.gamma, delta)).exp()
    }

    /// The mean number of purchases at the next `more` opportunities: the mean chance to buy, times the mean number of
    /// them that one is there for. Summed, so that nothing cancels where `gamma` is 1.
    pub(super) fn expected_if_alive(&self, h: &History, more: f64) -> f64 {
        let delta = self.delta + h.age;
        let (mut alive, mut sum) = (1.0, 0.0);
        for k in 0..more as u64 {
            let k = k as f64;
            alive *= (delta + k) / (self.gamma + delta + k);
            sum += alive;
        }
        (self.alpha + h.x) / (self.alpha + self.beta + h.age) * sum
    }

    pub(super) fn probability_if_alive(&self, h: &History, n: u32, more: f64) -> f64 {
        let n = f64::from(n);
        if n > more {
            return 0.0;
        }
        let now = Self {
            alpha: self.alpha + h.x,
            beta: self.beta + h.age - h.x,
            gamma: self.gamma,
            delta: self.delta + h.age,
        };
        let choose = |of: f64| ln_gamma(of + 1.0) - ln_gamma(n + 1.0) - ln_gamma(of - n + 1.0);
        let prior = now.ln_prior();
        let stays = (choose(more) + now.ln_term(n, more, 0.0) - prior).exp();
        let leaves = (n as u64..more as u64).map(|seen| {
            let seen = seen as f64;
            (choose(seen) + now.ln_term(n, seen, 1.0) - prior).exp()
        });
        stays + leaves.sum::<f64>()
    }

    /// The value of the log-likelihood and its derivatives by alpha, beta, gamma, delta.
    pub(super) fn gradient(&self, data: &Weighted) -> [f64; 5] {
        let Self { alpha, beta, gamma, delta } = *self;
        let (psi_ab, psi_gd) = (digamma(alpha + beta), digamma(gamma + delta));
        let prior = [
            digamma(alpha) - psi_ab,
            digamma(beta) - psi_ab,
            digamma(gamma) - psi_gd,
            digamma(delta) - psi_gd,
        ];
        data.add::<5>(|h, weight, sums| {
            let value = self.log_likelihood(h);
            let ln_prior = self.ln_prior();
            sums[0] += weight * value;
            prior.iter().zip(&mut sums[1..]).for_each(|(slope, sum)| *sum -= weight * slope);
            let buys = digamma(alpha + h.x);
            let mut part = |seen: f64, gone: f64| {
                let share = weight * (self.ln_term(h.x, seen, gone) - ln_prior - value).exp();
                let psi_buy = digamma(alpha + beta + seen);
                let psi_leave = digamma(gamma + delta + seen + gone);
                sums[1] += share * (buys - psi_buy);
                sums[2] += share * (digamma(beta + seen - h.x) - psi_buy);
                sums[3] += share * (digamma(gamma + gone) - psi_leave);
                sums[4] += share * (digamma(delta + seen) - psi_leave);
            };
            part(h.age, 0.0);
            Self::lives(h).for_each(|seen| part(seen, 1.0));
        })
    }
}
