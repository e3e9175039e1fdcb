//! Steps one after the other.

use std::ops::Range;

use arrow_array::{BooleanArray, TimestampMicrosecondArray};

use crate::fact::View;
use crate::time::{Timestamp, Window};
use crate::value::Column;

pub(super) fn compute(within: Option<Window>, view: &View<'_>, profiles: Range<usize>) -> Vec<Column> {
    let (mut counts, mut reached, mut last) = (Vec::new(), Vec::new(), Vec::new());
    for profile in profiles {
        let found = Found::of(within, view, profile);
        counts.push(found.count);
        reached.push(found.reached as i64);
        last.push(found.last);
    }
    let happened: Vec<bool> = counts.iter().map(|&count| count > 0).collect();
    vec![
        Column::Bool(BooleanArray::from(happened)),
        Column::Int(counts.into()),
        Column::Int(reached.into()),
        Column::Timestamp(TimestampMicrosecondArray::from(last).with_timezone("UTC")),
    ]
}

#[derive(Default)]
struct Found {
    count: i64,
    reached: usize,
    last: Option<i64>,
}

impl Found {
    /// For each number of steps, the latest start of a round that got so far is kept: of all rounds it has most time
    /// left. Taking each round as soon as it is complete leaves most room for others.
    fn of(within: Option<Window>, view: &View<'_>, profile: usize) -> Self {
        let n_steps = view.steps.len();
        let mut found = Self::default();
        // By number of steps so far: start of the round, and the first instant that is too late.
        let mut rounds: Vec<Option<(i64, i64)>> = vec![None; n_steps];
        for at in view.rows(profile) {
            let time = view.timeline.times()[at];
            // From the last step to the first: a row is one step of a round only.
            for step in (0..n_steps).rev().filter(|&step| view.steps[step].has(at)) {
                let round = match step {
                    0 => Some((time, deadline(within, time, view))),
                    _ => rounds[step - 1].filter(|(_, deadline)| time < *deadline),
                };
                let Some(round) = round else { continue };
                found.reached = found.reached.max(step + 1);
                if step + 1 == n_steps {
                    found.count += 1;
                    found.last = Some(time);
                    rounds.fill(None);
                    break;
                }
                if rounds[step].is_none_or(|(start, _)| start <= round.0) {
                    rounds[step] = Some(round);
                }
            }
        }
        found
    }
}

fn deadline(within: Option<Window>, start: i64, view: &View<'_>) -> i64 {
    match within {
        Some(Window::Duration(micros)) => start.saturating_add(micros),
        Some(window) => window
            .starting_at(Timestamp::from_micros(start), view.zone)
            .map_or(i64::MAX, |range| range.to.micros()),
        None => i64::MAX,
    }
}
