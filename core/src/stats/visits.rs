//! Periods with a purchase, and the gaps between them.

use crate::stats::Net;

/// What becomes of negative amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Negative {
    /// They lower the sum of their period; a period whose sum is below 0 is none with a purchase.
    Net,
    /// They are left out.
    Ignore,
    /// A period with one is left out whole.
    DropPeriod,
}

/// Gives each period with a purchase, ascending, and the sum of its amounts, to `take`. Rows are `(period, amount)` in
/// any order: amounts are summed from the smallest to the largest, so the order does not show.
pub(crate) fn purchases(rows: &mut [(i64, f64)], negative: Negative, mut take: impl FnMut(i64, f64)) {
    rows.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    for rows in rows.chunk_by(|a, b| a.0 == b.0) {
        // Negative amounts come first.
        let n_negative = rows.partition_point(|(_, amount)| *amount < 0.0);
        let counted = match negative {
            Negative::Ignore => &rows[n_negative..],
            Negative::DropPeriod if n_negative > 0 => continue,
            Negative::Net | Negative::DropPeriod => rows,
        };
        let sum = counted.iter().map(|(_, amount)| *amount).collect::<Net>().value();
        if !counted.is_empty() && sum >= 0.0 {
            take(rows[0].0, sum);
        }
    }
}

/// How somebody buys: the days of purchases and the gaps between them. Times are in days.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rhythm {
    /// Days with a purchase; gaps are one fewer.
    pub purchases: u64,
    /// From the first purchase to now.
    pub age: f64,
    /// From the last purchase to now.
    pub silence: f64,
    /// The median of the gaps; `None` without any.
    pub usual: Option<f64>,
    /// The gap that a share of the gaps does not exceed; `None` without any.
    pub long: Option<f64>,
    /// The gap before the last purchase; `None` without any.
    pub last_gap: Option<f64>,
    /// Purchases after the first in the first half of the age, and in the second half.
    pub halves: [u64; 2],
}

impl Rhythm {
    /// The rhythm of purchases on ascending `days`, each once, at the day `now`, which is not before the last; `share`
    /// (0 to 1) is that of [`long`](Self::long). `None` without purchases.
    ///
    /// # Method
    /// `usual` is the median, `long` the quantile by the position `share · (n + 1)` among n gaps (type 6 of Hyndman and
    /// Fan 1996, Weibull 1939): with gaps that come in any order alike, the next one exceeds it with a chance of just
    /// `1 − share`, where `n ≥ share / (1 − share)` (19 for .95). With fewer gaps it is the largest one, which the next
    /// one exceeds with a chance of `1 / (n + 1)`.
    pub fn of(days: &[i64], now: i64, share: f64) -> Option<Self> {
        let (&first, &last) = (days.first()?, days.last()?);
        let mut gaps: Vec<f64> = days.windows(2).map(|pair| (pair[1] - pair[0]) as f64).collect();
        let last_gap = gaps.last().copied();
        gaps.sort_unstable_by(f64::total_cmp);
        let age = now - first;
        let late = days[1..].iter().filter(|day| 2 * (**day - first) > age).count() as u64;
        Some(Self {
            purchases: days.len() as u64,
            age: age as f64,
            silence: (now - last) as f64,
            usual: crate::stats::quantile_of_sorted(&gaps, 0.5),
            long: exceeded_by_next(&gaps, share),
            last_gap,
            halves: [days.len() as u64 - 1 - late, late],
        })
    }
}

/// The value that the next one after these (ascending) exceeds with a chance of `1 − share`: position `share · (n + 1)`,
/// the largest where that is past the end. See [`Rhythm::of`].
pub(crate) fn exceeded_by_next(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = (share * (sorted.len() as f64 + 1.0) - 1.0).clamp(0.0, last as f64);
    let below = sorted[position.floor() as usize];
    let above = sorted[position.ceil() as usize];
    Some(below + (above - below) * position.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn periods(rows: &[(i64, f64)], negative: Negative) -> Vec<(i64, f64)> {
        let mut found = Vec::new();
        purchases(&mut rows.to_vec(), negative, |period, sum| found.push((period, sum)));
        found
    }

    /// By hand.
    #[test]
    fn negative_amounts() {
        let rows = [(2, 5.0), (1, 10.0), (2, -7.0), (3, 4.0), (3, -1.0), (4, 0.0)];
        assert_eq!(periods(&rows, Negative::Net), [(1, 10.0), (3, 3.0), (4, 0.0)]);
        assert_eq!(periods(&rows, Negative::Ignore), [(1, 10.0), (2, 5.0), (3, 4.0), (4, 0.0)]);
        assert_eq!(periods(&rows, Negative::DropPeriod), [(1, 10.0), (4, 0.0)]);
        assert_eq!(periods(&[(1, -1.0)], Negative::Ignore), []);
        // Bought and returned whole: a purchase of 0, in whichever parts.
        for parts in [[0.3, -0.1, -0.1, -0.1], [-0.3, 0.1, 0.1, 0.1]] {
            assert_eq!(periods(&parts.map(|amount| (1, amount)), Negative::Net), [(1, 0.0)]);
        }
    }

    /// By hand: gaps 3, 7, 10; the middle of 0 to 40 is 20, at which the last purchase still is early.
    #[test]
    fn rhythm() {
        let rhythm = Rhythm::of(&[100, 103, 110, 120], 140, 0.95).unwrap();
        assert_eq!((rhythm.purchases, rhythm.age, rhythm.silence), (4, 40.0, 20.0));
        assert_eq!((rhythm.usual, rhythm.long, rhythm.last_gap), (Some(7.0), Some(10.0), Some(10.0)));
        assert_eq!(rhythm.halves, [3, 0]);
        let once = Rhythm::of(&[5], 5, 0.95).unwrap();
        assert_eq!((once.purchases, once.silence, once.usual, once.halves), (1, 0.0, None, [0, 0]));
        assert_eq!(Rhythm::of(&[], 5, 0.95), None);
    }

    /// `np.quantile(range(1, 21), [.5, .95], method="weibull")`, numpy 2.4.6: 10.5, 19.95.
    #[test]
    fn quantiles_that_the_next_one_exceeds() {
        let sorted: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(exceeded_by_next(&sorted, 0.5), Some(10.5));
        assert!((exceeded_by_next(&sorted, 0.95).unwrap() - 19.95).abs() < 1e-12);
        assert_eq!(exceeded_by_next(&sorted[..3], 0.95), Some(3.0));
        assert_eq!(exceeded_by_next(&[], 0.95), None);
    }
}
