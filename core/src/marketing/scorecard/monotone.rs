//! Joining neighbouring bins so that the rate of events runs one way and says the most.

use crate::marketing::scorecard::Monotone;
use crate::marketing::scorecard::bins::Counts;

/// What joined bins must be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) max_bins: usize,
    pub(super) min_rows: u64,
    pub(super) monotone: Monotone,
}

/// Where joined bins start, the first at 0: those with the largest information value among all that keep to the limits,
/// each with events and non-events; just `[0]` where no parting does.
pub(super) fn join(bins: &[Counts], all: Counts, limits: Limits) -> Vec<usize> {
    let directions: &[Option<bool>] = match limits.monotone {
        Monotone::Auto => &[Some(true), Some(false)],
        Monotone::Increasing => &[Some(true)],
        Monotone::Decreasing => &[Some(false)],
        Monotone::None => &[None],
    };
    let mut best = (f64::NEG_INFINITY, vec![0]);
    for &rising in directions {
        if let Some(found) = best_of(bins, all, limits, rising)
            && found.0 > best.0
        {
            best = found;
        }
    }
    best.1
}

/// The best parting with so many bins up to `end`, of which the last starts at `start`.
#[derive(Clone, Copy)]
struct Best {
    value: f64,
    /// Where the bin before starts.
    before: usize,
}

fn best_of(bins: &[Counts], all: Counts, limits: Limits, rising: Option<bool>) -> Option<(f64, Vec<usize>)> {
    let n = bins.len();
    let mut sums = vec![Counts::default()];
    for bin in bins {
        sums.push(sums[sums.len() - 1].and(*bin));
    }
    let of = |from: usize, to: usize| Counts {
        events: sums[to].events - sums[from].events,
        others: sums[to].others - sums[from].others,
    };
    let able = |counts: Counts| counts.events > 0 && counts.others > 0 && counts.rows() >= limits.min_rows;
    let follows = |before: Counts, after: Counts| match rising {
        Some(true) => before.is_below(after),
        Some(false) => after.is_below(before),
        None => true,
    };
    // By number of bins, then by end and start of the last one.
    let mut table: Vec<Vec<Vec<Option<Best>>>> = Vec::with_capacity(limits.max_bins);
    for used in 0..limits.max_bins.min(n) {
        let mut level = vec![vec![None; n]; n + 1];
        for (end, starts) in level.iter_mut().enumerate().skip(used + 1) {
            for (start, cell) in starts.iter_mut().enumerate().take(end).skip(used) {
                let counts = of(start, end);
                if !able(counts) {
                    continue;
                }
                let own = counts.information(all);
                *cell = if used == 0 {
                    (start == 0).then_some(Best { value: own, before: 0 })
                } else {
                    let before = (used - 1..start).filter_map(|before| {
                        let found = table[used - 1][start][before]?;
                        follows(of(before, start), counts).then_some((found.value, before))
                    });
                    let best = before.reduce(|best, next| if next.0 > best.0 { next } else { best });
                    best.map(|(value, before)| Best { value: value + own, before })
                };
            }
        }
        table.push(level);
    }
    let mut best: Option<(f64, usize, usize)> = None;
    for (used, level) in table.iter().enumerate() {
        for (start, cell) in level[n].iter().enumerate() {
            // More bins only where they say more than rounding.
            if let Some(found) = cell
                && best.is_none_or(|(value, ..)| found.value > value + 1e-12)
            {
                best = Some((found.value, used, start));
            }
        }
    }
    let (value, mut used, mut start) = best?;
    let (mut starts, mut end) = (vec![start], n);
    while used > 0 {
        let before = table[used][end][start]?.before;
        (end, start, used) = (start, before, used - 1);
        starts.push(start);
    }
    starts.reverse();
    Some((value, starts))
}
