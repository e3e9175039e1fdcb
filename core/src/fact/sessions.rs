//! Sessions: rows close together in time.

use std::ops::Range;

use crate::fact::View;
use crate::value::Column;

const MICROS_PER_MINUTE: f64 = 60_000_000.0;

pub(super) fn compute(gap: i64, view: &View<'_>, profiles: Range<usize>) -> Vec<Column> {
    let (mut counts, mut fields) = (Vec::with_capacity(profiles.len()), [const { Vec::new() }; 3]);
    for profile in profiles {
        let (mut n_rows, mut n_sessions) = (0i64, 0i64);
        let (mut total, mut longest) = (0i64, 0i64);
        // Start and end of the session that is going on.
        let mut open: Option<(i64, i64)> = None;
        let mut close = |open: Option<(i64, i64)>| {
            if let Some((start, end)) = open {
                total += end - start;
                longest = longest.max(end - start);
            }
        };
        for time in view.rows(profile).map(|at| view.timeline.times()[at]) {
            n_rows += 1;
            if let Some((start, _)) = open.filter(|(_, end)| time - end < gap) {
                open = Some((start, time));
            } else {
                close(open.replace((time, time)));
                n_sessions += 1;
            }
        }
        close(open);
        counts.push(n_sessions);
        let each = |sum: f64| (n_sessions > 0).then(|| sum / n_sessions as f64);
        let minutes = |micros: i64| micros as f64 / MICROS_PER_MINUTE;
        let longest = (n_sessions > 0).then(|| minutes(longest));
        for (field, value) in fields.iter_mut().zip([each(n_rows as f64), each(minutes(total)), longest]) {
            field.push(value);
        }
    }
    let fields = fields.map(|field| Column::Float(field.into()));
    std::iter::once(Column::Int(counts.into())).chain(fields).collect()
}
