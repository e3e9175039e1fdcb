//! Events that came twice.

use rayon::prelude::*;
use serde::Serialize;

use crate::timeline::Ungrouped;
use crate::timeline::order::compare_content;
use crate::value::{Codes, Column};

/// How many rows were left out because their profile has an earlier event with the same id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Repeats {
    /// With the same time and content: delivered again.
    pub same: u64,
    /// With another time or content: the earlier one counts.
    pub different: u64,
}

/// Keeps, of a profile's events with one id, the first in canonical order.
pub(super) fn keep_first(
    input: &Ungrouped<'_>,
    starts: Vec<u32>,
    order: Vec<u32>,
) -> (Vec<u32>, Vec<u32>, Repeats) {
    let Some(ids) = Codes::of_all(input.event_id) else { return (starts, order, Repeats::default()) };
    let content: Vec<&Column> = input.columns.iter().collect();
    let time = |row: u32| input.times.map(|times| times[row as usize]);
    let kept: Vec<(Vec<u32>, Repeats)> = (0..input.n_profiles)
        .into_par_iter()
        .map(|profile| {
            let rows = &order[starts[profile] as usize..starts[profile + 1] as usize];
            let mut by_id: Vec<(u32, u32)> =
                rows.iter().enumerate().map(|(at, &row)| (ids.codes[row as usize], at as u32)).collect();
            by_id.sort_unstable();
            let mut repeats = Repeats::default();
            let mut repeated = vec![false; rows.len()];
            for same_id in by_id.chunk_by(|a, b| a.0 == b.0).filter(|run| run[0].0 != Codes::NULL) {
                let first = rows[same_id[0].1 as usize];
                for &(_, at) in &same_id[1..] {
                    let row = rows[at as usize];
                    repeated[at as usize] = true;
                    let same = time(first) == time(row)
                        && compare_content(&content, first as usize, row as usize).is_eq();
                    *(if same { &mut repeats.same } else { &mut repeats.different }) += 1;
                }
            }
            let rows = rows.iter().zip(repeated).filter(|(_, repeated)| !repeated).map(|(&row, _)| row);
            (rows.collect(), repeats)
        })
        .collect();
    let mut new_starts = Vec::with_capacity(starts.len());
    let mut new_order = Vec::with_capacity(order.len());
    let mut total = Repeats::default();
    for (rows, repeats) in kept {
        new_starts.push(new_order.len() as u32);
        new_order.extend(rows);
        total.same += repeats.same;
        total.different += repeats.different;
    }
    new_starts.push(new_order.len() as u32);
    (new_starts, new_order, total)
}
