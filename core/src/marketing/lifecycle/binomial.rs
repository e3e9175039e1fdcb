//! Heads in throws of a coin.

use crate::stats::ln_gamma;

/// The chance of `k` or more heads in `n` throws.
pub(super) fn at_least_half(n: u64, k: u64) -> f64 {
    if k == 0 {
        return 1.0;
    }
    let (n_f, half) = (n as f64, 0.5f64.ln());
    let log_of = |heads: u64| {
        let heads = heads as f64;
        ln_gamma(n_f + 1.0) - ln_gamma(heads + 1.0) - ln_gamma(n_f - heads + 1.0) + n_f * half
    };
    let sum: f64 = (k..=n).map(|heads| log_of(heads).exp()).sum();
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::at_least_half;

    /// `scipy.stats.binom.sf(k - 1, n, .5)`, scipy 1.17.1: 1/16, 5/16, .6230…, .0284439668…
    #[test]
    fn agrees_with_scipy() {
        for (n, k, wanted) in [
            (4, 4, 0.0625),
            (4, 3, 0.3125),
            (10, 5, 0.623_046_875),
            (100, 60, 0.028_443_966_820_490_444),
            (7, 0, 1.0),
        ] {
            let found = at_least_half(n, k);
            assert!((found - wanted).abs() < 1e-12, "{n} {k}: {found}");
        }
    }
}
