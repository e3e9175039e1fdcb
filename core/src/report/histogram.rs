//! Histograms with round bins.

use serde::Serialize;

use crate::stats::quantile_of_sorted;
use crate::time::Date;

/// About how many bins a histogram has.
const BINS: f64 = 20.0;
/// Whole numbers that span no more than this get a bin each.
const SINGLE_VALUES: f64 = 24.0;
/// Tails go to one open bin where they are farther from the median than this many times the middle half is wide, so
/// that the middle half has at least about three bins: below, and above.
const LONG_TAILS: [f64; 2] = [3.0, 4.0];

/// Counts over ranges of equal width, in rising order without gaps.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Histogram {
    /// The bins.
    pub bins: Vec<Bin>,
    /// Whether each bin is one whole number.
    pub single_values: bool,
}

/// A range and how many values are in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// The smallest value; `None` in a first bin that also holds everything below `to`.
    pub from: Option<Edge>,
    /// The end, itself in the next bin; `None` in a last bin that also holds everything from `from` on.
    pub to: Option<Edge>,
    /// How many values.
    pub count: u64,
}

/// An end of a bin.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Edge {
    /// A number.
    Number(f64),
    /// A day.
    Day(Date),
}

/// Numbers in sum.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Numbers {
    /// The smallest.
    pub min: f64,
    /// The median.
    pub median: f64,
    /// The arithmetic mean.
    pub mean: f64,
    /// The largest.
    pub max: f64,
    /// How they are spread.
    pub histogram: Histogram,
    /// How many are infinite; they count in nothing else.
    pub infinite: u64,
}

impl Numbers {
    /// Sums up numbers; `None` where none is finite. `whole` says that all are whole.
    pub(super) fn of(values: impl Iterator<Item = f64>, whole: bool) -> Option<Self> {
        let (mut sorted, infinite): (Vec<f64>, Vec<f64>) = values.partition(|value| value.is_finite());
        sorted.sort_by(f64::total_cmp);
        // Halves keep the sum of the largest floats finite.
        let half_sum: f64 = sorted.iter().map(|value| value / 2.0).sum();
        Some(Self {
            min: *sorted.first()?,
            median: quantile_of_sorted(&sorted, 0.5)?,
            mean: half_sum / sorted.len() as f64 * 2.0,
            max: *sorted.last()?,
            histogram: numbers(&sorted, whole)?,
            infinite: infinite.len() as u64,
        })
    }
}

/// A histogram of probabilities: twenty bins from 0 to 1.
pub(super) fn probabilities(values: &[f64]) -> Histogram {
    let mut sorted: Vec<f64> = values.iter().map(|p| p.clamp(0.0, 1.0)).collect();
    sorted.sort_by(f64::total_cmp);
    let edges: Vec<f64> = (0..=20).map(|i| f64::from(i) / 20.0).collect();
    let mut histogram = count(&sorted, &edges, false);
    // One belongs to the last bin.
    if let Some(last) = histogram.bins.last_mut() {
        last.count = sorted.iter().filter(|p| **p >= 0.95).count() as u64;
    }
    histogram
}

fn numbers(sorted: &[f64], whole: bool) -> Option<Histogram> {
    let (min, max) = (*sorted.first()?, *sorted.last()?);
    if whole && max - min <= SINGLE_VALUES {
        let edges: Vec<f64> = (0..=(max - min) as u32 + 1).map(|i| min + f64::from(i)).collect();
        return Some(Histogram { single_values: true, ..count(sorted, &edges, false) });
    }
    let (from, to) = range(sorted).unwrap_or((min, max));
    let width = round_width((to / BINS - from / BINS).abs(), whole);
    let first = (from / width).floor();
    let n = ((to / width).floor() - first + 1.0).clamp(1.0, 4.0 * BINS);
    let edges: Vec<f64> = (0..=n as u32).map(|i| (first + f64::from(i)) * width).collect();
    Some(count(sorted, &edges, true))
}

/// The range to draw: all values, or without a tail so long that it would squeeze all others into one bar.
fn range(sorted: &[f64]) -> Option<(f64, f64)> {
    let at = |share: f64| quantile_of_sorted(sorted, share);
    let widths = [(0.25, 0.75, 1.0), (0.1, 0.9, 0.5), (0.01, 0.99, 0.25)];
    let widths = widths.map(|(low, high, part)| Some((at(high)? - at(low)?) * part));
    let width = widths.into_iter().flatten().find(|width| *width > 0.0)?;
    let median = at(0.5)?;
    let tails = [0.0, 0.01, 0.025, 0.05, 0.1];
    let low = tails.map(at).into_iter().flatten().find(|low| median - low <= LONG_TAILS[0] * width);
    let high = tails
        .map(|tail| at(1.0 - tail))
        .into_iter()
        .flatten()
        .find(|high| high - median <= LONG_TAILS[1] * width);
    Some((low.or(at(0.1))?, high.or(at(0.9))?))
}

/// The next of 1, 2 and 5 times a power of ten.
fn round_width(wanted: f64, whole: bool) -> f64 {
    if wanted <= 0.0 || !wanted.is_normal() {
        return 1.0;
    }
    let power = 10f64.powf(wanted.log10().floor());
    let width = [1.0, 2.0, 5.0].map(|m| m * power).into_iter().find(|width| *width >= wanted * (1.0 - 1e-9));
    let width = width.unwrap_or(10.0 * power);
    if whole { width.max(1.0) } else { width }
}

/// Counts sorted values between edges; values outside go to open bins at the ends.
fn count(sorted: &[f64], edges: &[f64], open_ends: bool) -> Histogram {
    let below = |edge: f64| sorted.partition_point(|value| *value < edge);
    let number = |edge: f64| Some(Edge::Number(edge));
    let mut bins: Vec<Bin> = edges
        .windows(2)
        .map(|pair| Bin {
            from: number(pair[0]),
            to: number(pair[1]),
            count: (below(pair[1]) - below(pair[0])) as u64,
        })
        .collect();
    if let (true, [first, .., last]) = (open_ends, edges) {
        let (under, over) = (below(*first), sorted.len() - below(*last));
        if under > 0 {
            bins.insert(0, Bin { from: None, to: number(*first), count: under as u64 });
        }
        if over > 0 {
            bins.push(Bin { from: number(*last), to: None, count: over as u64 });
        }
    }
    Histogram { bins, single_values: false }
}

/// A histogram of days: by day, week, month, quarter or year, whichever gives at most about forty bins.
pub(super) fn days(sorted: &[Date]) -> Option<Histogram> {
    let (min, max) = (*sorted.first()?, *sorted.last()?);
    let span = max.days() - min.days();
    let edges = match span {
        ..=31 => (0..=span + 1).map(|i| Date::from_days(min.days() + i)).collect(),
        32..=270 => {
            // 1970-01-01 was a Thursday; weeks start on Monday.
            let monday = min.days() - (min.days() + 3).rem_euclid(7);
            (0..=(max.days() - monday) / 7 + 1).map(|i| Date::from_days(monday + 7 * i)).collect()
        }
        271..=1_200 => months(min, max, 1),
        1_201..=3_700 => months(min, max, 3),
        3_701..=15_000 => months(min, max, 12),
        _ => months(min, max, 120),
    };
    let below = |edge: Date| sorted.partition_point(|day| *day < edge);
    let bin = |pair: &[Date]| Bin {
        from: Some(Edge::Day(pair[0])),
        to: Some(Edge::Day(pair[1])),
        count: (below(pair[1]) - below(pair[0])) as u64,
    };
    let mut bins: Vec<Bin> = edges.windows(2).map(bin).collect();
    // Edges past the last supported day fall together with it.
    if let Some(last) = bins.last_mut() {
        last.count += (sorted.len() - below(*edges.last()?)) as u64;
    }
    Some(Histogram { bins, single_values: span <= 31 })
}

/// The first days of every `step` months, from the one with `min` to the one after `max`.
fn months(min: Date, max: Date, step: i32) -> Vec<Date> {
    let month = |day: Date| {
        let civil = day.to_civil();
        i32::from(civil.year()) * 12 + i32::from(civil.month()) - 1
    };
    let first = month(min).div_euclid(step) * step;
    let n = (month(max) - first) / step + 1;
    let start = |at: i32| {
        let (year, month) = (at.div_euclid(12).max(1) as i16, at.rem_euclid(12) as i8 + 1);
        Date::new(year, month, 1).unwrap_or(Date::MAX)
    };
    (0..=n).map(|i| start(first + i * step)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(histogram: &Histogram) -> Vec<(Option<f64>, u64)> {
        let number = |edge: Option<Edge>| match edge {
            Some(Edge::Number(n)) => Some(n),
            _ => None,
        };
        histogram.bins.iter().map(|bin| (number(bin.from), bin.count)).collect()
    }

    #[test]
    fn few_whole_numbers_get_a_bin_each() {
        let numbers = Numbers::of([3.0, 1.0, 1.0, 5.0].into_iter(), true).unwrap();
        assert!(numbers.histogram.single_values);
        let wanted = [(1.0, 2), (2.0, 0), (3.0, 1), (4.0, 0), (5.0, 1)];
        assert_eq!(edges(&numbers.histogram), wanted.map(|(from, n)| (Some(from), n)));
        assert_eq!((numbers.min, numbers.median, numbers.mean, numbers.max), (1.0, 2.0, 2.5, 5.0));
    }

    #[test]
    fn long_tails_are_one_bin() {
        let values = (0..1000).map(f64::from).chain([1e6]);
        let numbers = Numbers::of(values, false).unwrap();
        let last = numbers.histogram.bins.last().unwrap();
        assert_eq!((last.to, last.count), (None, 1));
        assert!((18..=24).contains(&numbers.histogram.bins.len()), "{numbers:?}");
        assert_eq!(numbers.histogram.bins.iter().map(|bin| bin.count).sum::<u64>(), 1001);
    }

    #[test]
    fn every_value_is_in_one_bin() {
        for values in [
            vec![5.0; 3],
            vec![f64::MIN, f64::MAX],
            vec![1e-300, 2e-300],
            vec![-1.0, 0.0, 1e18],
            vec![0.1 + 0.2, 0.3],
            vec![1e18, 1e18 + 256.0],
        ] {
            for whole in [false, true] {
                let histogram = Numbers::of(values.iter().copied(), whole).unwrap().histogram;
                let total: u64 = histogram.bins.iter().map(|bin| bin.count).sum();
                assert_eq!(total, values.len() as u64, "{values:?}");
                assert!(histogram.bins.len() < 100, "{values:?}");
            }
        }
        assert_eq!(Numbers::of([f64::INFINITY].into_iter(), false), None);
        let one_is_in_the_last = probabilities(&[0.0, 1.0, 0.5]);
        assert_eq!(one_is_in_the_last.bins.last().unwrap().count, 1);
    }

    #[test]
    fn days_are_grouped_by_the_calendar() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let of = |from: &str, to: &str| days(&[day(from), day(to)]).unwrap();
        let first = |h: &Histogram| h.bins[0].from.unwrap();
        assert_eq!(of("2026-05-01", "2026-05-09").bins.len(), 9);
        // 2026-05-01 is a Friday.
        assert_eq!(first(&of("2026-05-01", "2026-07-30")), Edge::Day(day("2026-04-27")));
        let by_month = of("2025-01-15", "2026-05-09");
        assert_eq!((first(&by_month), by_month.bins.len()), (Edge::Day(day("2025-01-01")), 17));
        for (from, to) in [("0001-01-01", "9999-12-31"), ("1950-01-01", "2010-12-31")] {
            let histogram = of(from, to);
            assert_eq!(histogram.bins.iter().map(|bin| bin.count).sum::<u64>(), 2);
        }
    }
}
