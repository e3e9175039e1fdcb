//! How a sum divides over the values of a column.

use std::ops::Range;

use crate::fact::View;
use crate::value::{Codes, Column, ColumnBuilder, DataType, StringColumn};

/// The sum of each key of one profile, in the order in which the keys were first seen.
struct Sums {
    by_key: Vec<(u32, f64)>,
    total: f64,
}

impl Sums {
    fn of(of: Option<usize>, by: usize, view: &View<'_>, profile: usize) -> Self {
        let codes = view.timeline.codes(by);
        let amount = of.map(|of| &view.timeline.columns()[of]);
        let mut rows: Vec<(u32, usize)> = view
            .rows(profile)
            .map(|at| (codes.codes[at], at))
            .filter(|(code, _)| *code != Codes::NULL)
            .collect();
        rows.sort_unstable();
        let by_key: Vec<(u32, f64)> = rows
            .chunk_by(|a, b| a.0 == b.0)
            .map(|run| {
                let amounts = run.iter().map(|&(_, at)| amount.map_or(Some(1.0), |column| column.f64(at)));
                (run[0].0, amounts.flatten().fold(0.0, |sum, n| sum + n))
            })
            .collect();
        // Codes differ with the order of rows; the total must not: sum from the smallest up.
        let mut sums: Vec<f64> = by_key.iter().map(|(_, sum)| *sum).collect();
        sums.sort_unstable_by(f64::total_cmp);
        Self { by_key, total: sums.iter().fold(0.0, |total, sum| total + sum) }
    }

    fn share(&self, sum: f64) -> Option<f64> {
        (self.total > 0.0).then(|| sum / self.total)
    }
}

fn keys_of<'a>(by: usize, view: &View<'a>) -> Option<&'a StringColumn> {
    match &view.timeline.columns()[by] {
        Column::String(strings) => Some(strings),
        _ => None,
    }
}

pub(super) fn of_keys(
    of: Option<usize>,
    by: usize,
    keys: &[String],
    view: &View<'_>,
    profiles: Range<usize>,
) -> Vec<Column> {
    let strings = keys_of(by, view);
    let wanted: Vec<Option<u32>> = keys.iter().map(|key| strings.and_then(|s| s.code_of(key))).collect();
    let mut shares: Vec<Vec<Option<f64>>> = vec![Vec::with_capacity(profiles.len()); keys.len()];
    for profile in profiles {
        let sums = Sums::of(of, by, view, profile);
        for (code, column) in wanted.iter().zip(&mut shares) {
            let of_key = sums.by_key.iter().find(|(key, _)| Some(*key) == *code).map_or(0.0, |(_, sum)| *sum);
            column.push(sums.share(of_key));
        }
    }
    shares.into_iter().map(|column| Column::Float(column.into())).collect()
}

pub(super) fn largest(
    of: Option<usize>,
    by: usize,
    top: u32,
    view: &View<'_>,
    profiles: Range<usize>,
) -> Vec<Column> {
    let strings = keys_of(by, view);
    let text = |code: u32| strings.map_or("", |s| s.values().value(code as usize));
    let mut keys: Vec<ColumnBuilder> =
        (0..top).map(|_| ColumnBuilder::new(DataType::String, profiles.len())).collect();
    let mut shares: Vec<Vec<Option<f64>>> = vec![Vec::with_capacity(profiles.len()); top as usize];
    for profile in profiles {
        let mut sums = Sums::of(of, by, view, profile);
        sums.by_key.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then_with(|| text(a.0).cmp(text(b.0))));
        for i in 0..top as usize {
            let ranked = sums.by_key.get(i).and_then(|(code, sum)| Some((*code, sums.share(*sum)?)));
            match ranked {
                Some((code, _)) => keys[i].push_str(text(code)),
                None => keys[i].push_null(),
            }
            shares[i].push(ranked.map(|(_, share)| share));
        }
    }
    let shares = shares.into_iter().map(|column| Column::Float(column.into()));
    keys.into_iter().map(ColumnBuilder::finish).zip(shares).flat_map(|(key, share)| [key, share]).collect()
}
