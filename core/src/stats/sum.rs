//! Sums that do not lose what rounding takes away.

/// A sum with Neumaier's correction (1974): what rounding loses is kept and added at the end.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    pub(crate) fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        let (larger, smaller) =
            if self.sum.abs() >= value.abs() { (self.sum, value) } else { (value, self.sum) };
        self.lost += (larger - sum) + smaller;
        self.sum = sum;
    }

    pub(crate) fn value(self) -> f64 {
        // A sum beyond all numbers stays infinite, not NaN.
        if self.sum.is_finite() { self.sum + self.lost } else { self.sum }
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<T: IntoIterator<Item = f64>>(values: T) -> Self {
        let mut sum = Self::default();
        values.into_iter().for_each(|value| sum.add(value));
        sum
    }
}

/// What is left of money after returns: just 0 where all was returned, in whichever parts. As floats, 0.3 less three
/// times 0.1 is a little below 0, and three times 0.1 less 0.3 a little above.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Net {
    sum: Sum,
    /// The sum of the absolute amounts.
    size: f64,
    has_negative: bool,
}

impl Net {
    pub(crate) fn add(&mut self, amount: f64) {
        self.sum.add(amount);
        self.size += amount.abs();
        self.has_negative |= amount < 0.0;
    }

    pub(crate) fn value(self) -> f64 {
        // Without returns as it comes, as other sums of the same amounts.
        if !self.has_negative {
            return self.sum.sum;
        }
        let net = self.sum.value();
        if !self.size.is_finite() {
            return net;
        }
        // Each amount is the nearest float to what was meant, half a unit of its last place off at most; what the sum
        // itself rounds away is far less.
        if net.abs() <= f64::EPSILON * self.size { 0.0 } else { net }
    }
}

impl FromIterator<f64> for Net {
    fn from_iter<T: IntoIterator<Item = f64>>(amounts: T) -> Self {
        let mut net = Self::default();
        amounts.into_iter().for_each(|amount| net.add(amount));
        net
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn net(amounts: &[f64]) -> f64 {
        amounts.iter().copied().collect::<Net>().value()
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "what is returned whole leaves just 0")]
    fn what_is_returned_whole_leaves_nothing() {
        for amounts in [&[0.3, -0.1, -0.1, -0.1][..], &[-0.3, 0.1, 0.1, 0.1], &[19.99, 5.02, -25.01], &[]] {
            assert_eq!(net(amounts), 0.0, "{amounts:?}");
        }
        assert!(net(&[0.3, -0.1, -0.1, -0.11]) < -0.009);
        assert!((net(&[1e9, -1e9, 0.01]) - 0.01).abs() < 1e-12);
        assert_eq!(net(&[f64::MAX, f64::MAX, -1.0]), f64::INFINITY);
        assert!(net(&[f64::MAX, -f64::MAX, -f64::MAX]) < -1e308);
    }

    proptest! {
        /// In whole cents there is no rounding to hide: the sign is that of the cents.
        #[test]
        fn the_sign_is_that_of_the_cents(cents in prop::collection::vec(-100_000i64..100_000, 0..60)) {
            let whole: i64 = cents.iter().sum();
            let amounts: Vec<f64> = cents.iter().map(|cents| *cents as f64 / 100.0).collect();
            let found = net(&amounts);
            prop_assert_eq!(found.partial_cmp(&0.0), Some(whole.cmp(&0)), "{} {}", found, whole);
        }
    }
}
