//! Customers made up as buy-till-you-die models say, so that what a fit finds can be held against the truth.

use crate::random::Random;

/// A customer: repeat purchases, time from the first to the last, time from the first to now, mean money of the repeat
/// purchases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Buyer {
    /// Repeat purchases.
    pub x: f64,
    /// From the first purchase to the last.
    pub t_x: f64,
    /// From the first purchase to now.
    pub age: f64,
    /// The mean money of the repeat purchases; 0 without any.
    pub money: f64,
}

/// How customers of a world leave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Leaving {
    /// After each repeat purchase with a chance that is beta distributed: BG/NBD.
    AfterRepeat {
        /// The first parameter.
        a: f64,
        /// The second.
        b: f64,
    },
    /// The same, after the first purchase, too: MBG/NBD.
    AfterAny {
        /// The first parameter.
        a: f64,
        /// The second.
        b: f64,
    },
    /// At a time, by a rate that is gamma distributed: Pareto/NBD.
    AnyTime {
        /// The shape.
        s: f64,
        /// The rate of the gamma distribution.
        beta: f64,
    },
}

/// A world of customers: they buy by rates that are gamma distributed, and spend by Gamma-Gamma.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Market {
    /// The shape of the purchase rates.
    pub r: f64,
    /// The rate of their gamma distribution.
    pub alpha: f64,
    /// How they leave.
    pub leaving: Leaving,
    /// The shape of an amount, the shape and the rate of its own rate.
    pub spend: [f64; 3],
}

impl Market {
    /// A customer who has been there for `age`.
    pub fn buyer(&self, random: &mut Random, age: f64) -> Buyer {
        let rate = gamma(random, self.r) / self.alpha;
        let (chance, leaves_at_once, mut end) = match self.leaving {
            Leaving::AfterRepeat { a, b } => (beta(random, a, b), false, age),
            Leaving::AfterAny { a, b } => (beta(random, a, b), true, age),
            Leaving::AnyTime { s, beta } => {
                let rate = gamma(random, s) / beta;
                (0.0, false, age.min(random.waiting(1.0 / rate)))
            }
        };
        if leaves_at_once && random.chance(chance) {
            end = 0.0;
        }
        let (mut x, mut t_x, mut time) = (0.0, 0.0, 0.0);
        loop {
            time += random.waiting(1.0 / rate);
            if time > end {
                break;
            }
            (x, t_x) = (x + 1.0, time);
            if random.chance(chance) {
                break;
            }
        }
        let [p, q, v] = self.spend;
        // A sum of x gamma distributed amounts is gamma distributed.
        let money = if x > 0.0 { gamma(random, p * x) / (gamma(random, q) / v) / x } else { 0.0 };
        Buyer { x, t_x, age, money }
    }

    /// Customers who came evenly over half of a span of time, and have been there since.
    pub fn buyers(&self, seed: u64, n: usize, span: f64) -> Vec<Buyer> {
        let mut random = Random::seeded(seed);
        (0..n)
            .map(|_| {
                let age = span * (0.5 + 0.5 * random.unit());
                self.buyer(&mut random, age)
            })
            .collect()
    }
}

/// A beta distributed number.
fn beta(random: &mut Random, a: f64, b: f64) -> f64 {
    let (a, b) = (gamma(random, a), gamma(random, b));
    a / (a + b)
}

/// A gamma distributed number of a shape (Marsaglia and Tsang 2000; below 1 by the power of a uniform one).
fn gamma(random: &mut Random, shape: f64) -> f64 {
    if shape < 1.0 {
        return gamma(random, shape + 1.0) * (1.0 - random.unit()).powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let normal =
            (-2.0 * (1.0 - random.unit()).ln()).sqrt() * (std::f64::consts::TAU * random.unit()).cos();
        let cube = (1.0 + c * normal).powi(3);
        let uniform = 1.0 - random.unit();
        if cube > 0.0 && uniform.ln() < 0.5 * normal * normal + d - d * cube + d * cube.ln() {
            return d * cube;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of a gamma distribution are its shape; of 40,000 draws the mean is off by one in a hundred at most.
    #[test]
    fn gamma_has_its_mean_and_variance() {
        for shape in [0.3, 1.0, 4.5] {
            let mut random = Random::seeded(7);
            let draws: Vec<f64> = (0..40_000).map(|_| gamma(&mut random, shape)).collect();
            let mean = draws.iter().sum::<f64>() / 40_000.0;
            let variance = draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / 40_000.0;
            assert!(
                (mean / shape - 1.0).abs() < 0.03 && (variance / shape - 1.0).abs() < 0.06,
                "{shape}: {mean} {variance}"
            );
        }
    }
}
