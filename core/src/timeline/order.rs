//! The canonical order of rows.

use std::cmp::Ordering;

use rayon::prelude::*;

use crate::timeline::{NO_PROFILE, Ungrouped};
use crate::value::{Column, compare_rows};

/// How many profiles one task sorts.
const PROFILES_PER_TASK: usize = 4_096;

/// Gives where each profile's rows start and the rows in canonical order.
pub(super) fn canonical(input: &Ungrouped<'_>) -> (Vec<u32>, Vec<u32>) {
    let (starts, mut order) = by_profile(input);
    let content: Vec<&Column> = input.event_id.iter().chain(input.columns).collect();
    let mut rest = order.as_mut_slice();
    let mut tasks = Vec::new();
    for first in (0..input.n_profiles).step_by(PROFILES_PER_TASK) {
        let last = (first + PROFILES_PER_TASK).min(input.n_profiles);
        let (block, tail) = rest.split_at_mut((starts[last] - starts[first]) as usize);
        tasks.push((first, last, block));
        rest = tail;
    }
    tasks.into_par_iter().for_each(|(first, last, block)| {
        let base = starts[first];
        for profile in first..last {
            let range = (starts[profile] - base) as usize..(starts[profile + 1] - base) as usize;
            sort_profile(&mut block[range], input.times, &content);
        }
    });
    (starts, order)
}

/// Counting sort by profile; rows of one profile keep the order in which they came.
fn by_profile(input: &Ungrouped<'_>) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; input.n_profiles + 1];
    for &profile in input.profile_of_row {
        if profile != NO_PROFILE {
            starts[profile as usize + 1] += 1;
        }
    }
    for i in 0..input.n_profiles {
        starts[i + 1] += starts[i];
    }
    let mut next = starts.clone();
    let mut order = vec![0u32; starts[input.n_profiles] as usize];
    for (row, &profile) in input.profile_of_row.iter().enumerate() {
        if profile != NO_PROFILE {
            let slot = &mut next[profile as usize];
            order[*slot as usize] = row as u32;
            *slot += 1;
        }
    }
    (starts, order)
}

/// Sorts one profile's rows. Most tables come in the order of time, so that only ties are left to settle.
fn sort_profile(rows: &mut [u32], times: Option<&[i64]>, content: &[&Column]) {
    let by_content = |a: &u32, b: &u32| compare_content(content, *a as usize, *b as usize);
    let Some(times) = times else {
        rows.sort_by(by_content);
        return;
    };
    let time = |row: &u32| times[*row as usize];
    if !rows.is_sorted_by_key(time) {
        rows.sort_by_key(time);
    }
    for tied in rows.chunk_by_mut(|a, b| time(a) == time(b)) {
        if tied.len() > 1 {
            tied.sort_by(by_content);
        }
    }
}

/// Compares two rows by the content of all columns.
pub(super) fn compare_content(columns: &[&Column], a: usize, b: usize) -> Ordering {
    columns.iter().map(|column| compare_rows(column, a, b)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
}
