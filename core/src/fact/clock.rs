//! At which hours and on which days of the week things happen.

use std::ops::Range;

use crate::fact::View;
use crate::value::Column;

/// How the rows of one profile fall into `N` slots.
struct Slots<const N: usize> {
    counts: [u64; N],
    total: u64,
    /// The fullest slot; of several the one seen last.
    peak: Option<usize>,
}

impl<const N: usize> Slots<N> {
    fn of(view: &View<'_>, profile: usize, slot: impl Fn(usize) -> usize) -> Self {
        let mut counts = [0; N];
        for at in view.rows(profile) {
            counts[slot(at)] += 1;
        }
        let most = counts.iter().copied().max().unwrap_or_default();
        let peak = view.rows(profile).rev().map(slot).find(|&slot| counts[slot] == most);
        Self { counts, total: counts.iter().sum(), peak }
    }

    fn share(&self, within: impl Fn(usize) -> bool) -> Option<f64> {
        let count: u64 = (0..N).filter(|&slot| within(slot)).map(|slot| self.counts[slot]).sum();
        (self.total > 0).then(|| count as f64 / self.total as f64)
    }
}

pub(super) fn hour_of_day(
    parts: &[(String, [u8; 2])],
    view: &View<'_>,
    profiles: Range<usize>,
) -> Vec<Column> {
    let mut peak = Vec::with_capacity(profiles.len());
    let mut shares = vec![Vec::with_capacity(profiles.len()); parts.len()];
    for profile in profiles {
        let hours =
            Slots::<24>::of(view, profile, |at| usize::from(view.clock.hour(view.timeline.times()[at])));
        peak.push(hours.peak.map(|hour| hour as i64));
        for (column, (_, [from, to])) in shares.iter_mut().zip(parts) {
            let (from, to) = (usize::from(*from), usize::from(*to));
            let within = |hour| if from < to { from <= hour && hour < to } else { from <= hour || hour < to };
            column.push(hours.share(within));
        }
    }
    let shares = shares.into_iter().map(|column| Column::Float(column.into()));
    std::iter::once(Column::Int(peak.into())).chain(shares).collect()
}

pub(super) fn day_of_week(view: &View<'_>, profiles: Range<usize>) -> Vec<Column> {
    let mut peak = Vec::with_capacity(profiles.len());
    let mut shares = [const { Vec::new() }; 8];
    for profile in profiles {
        let days = Slots::<7>::of(view, profile, |at| {
            // 1970-01-01 was a Thursday.
            let date = view.clock.date(view.timeline.times()[at]);
            (date.days() + 3).rem_euclid(7) as usize
        });
        peak.push(days.peak.map(|day| day as i64 + 1));
        for (day, column) in shares.iter_mut().enumerate() {
            column.push(if day < 7 { days.share(|d| d == day) } else { days.share(|d| d >= 5) });
        }
    }
    let shares = shares.into_iter().map(|column| Column::Float(column.into()));
    std::iter::once(Column::Int(peak.into())).chain(shares).collect()
}
