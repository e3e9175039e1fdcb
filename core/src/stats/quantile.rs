//! Quantiles.

/// The `share` quantile (0 to 1) of values in ascending order; `None` where there are none.
///
/// # Method
/// Linear interpolation between order statistics: type 7 of Hyndman and Fan (1996), as `numpy.quantile` does.
pub fn quantile_of_sorted(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = share.clamp(0.0, 1.0) * last as f64;
    let below = sorted[position.floor() as usize];
    let above = sorted[position.ceil() as usize];
    Some(below + (above - below) * position.fract())
}

/// The median; `None` where there are no values. NaN counts as the largest.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile_of_sorted(&sorted, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_numpy() {
        // np.quantile([1, 2, 4, 8, 16], [0, .1, .5, .9, 1]), numpy 2.4.6
        let sorted = [1.0, 2.0, 4.0, 8.0, 16.0];
        for (share, wanted) in [(0.0, 1.0), (0.1, 1.4), (0.5, 4.0), (0.9, 12.8), (1.0, 16.0)] {
            assert!((quantile_of_sorted(&sorted, share).unwrap() - wanted).abs() < 1e-12);
        }
    }

    #[test]
    fn edges() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[7.0]), Some(7.0));
        assert_eq!(median(&[4.0, 1.0]), Some(2.5));
        assert_eq!(quantile_of_sorted(&[1.0, 2.0], 9.0), Some(2.0));
    }
}
