//! How regularly things happen: active days, streaks, gaps.

use std::ops::Range;

use arrow_array::Int64Array;

use crate::catalog::model::GapsBetween;
use crate::fact::View;
use crate::fact::numeric::deviation;
use crate::time::{CalendarUnit, Date};
use crate::value::Column;

const MICROS_PER_DAY: f64 = 86_400_000_000.0;

/// The numbers of the calendar units in which a profile has rows, ascending, each once.
fn units<'a>(unit: CalendarUnit, view: &View<'a>, profile: usize) -> impl Iterator<Item = i32> + use<'a> {
    let (clock, times) = (view.clock, view.timeline.times());
    let mut last: Option<(Date, i32)> = None;
    view.rows(profile).filter_map(move |at| {
        let date = clock.date(times[at]);
        if last.is_some_and(|(day, _)| day == date) {
            return None;
        }
        let number = unit.number_of(date);
        let before = last.replace((date, number));
        // Clocks that go back over midnight give the day before once more.
        before.is_none_or(|(_, before)| before < number).then_some(number)
    })
}

pub(super) fn active(unit: CalendarUnit, view: &View<'_>, profiles: Range<usize>) -> Column {
    Column::Int(Int64Array::from_iter_values(profiles.map(|p| units(unit, view, p).count() as i64)))
}

/// The streak up to the end of the window, and the longest.
pub(super) fn streak(unit: CalendarUnit, view: &View<'_>, profiles: Range<usize>) -> Vec<Column> {
    let end = unit.number_of(view.zone.date_at(view.range.to));
    let (mut current, mut longest) = (Vec::new(), Vec::new());
    for profile in profiles {
        let (mut length, mut most, mut last) = (0i64, 0, None);
        for number in units(unit, view, profile) {
            length = if last == Some(number - 1) { length + 1 } else { 1 };
            most = most.max(length);
            last = Some(number);
        }
        // The unit in which the window ends is not over: a row may still come.
        current.push(if last.is_some_and(|last| last + 1 >= end) { length } else { 0 });
        longest.push(most);
    }
    vec![Column::Int(current.into()), Column::Int(longest.into())]
}

/// Mean, standard deviation and coefficient of variation of the gaps, in days.
pub(super) fn gaps(between: GapsBetween, view: &View<'_>, profiles: Range<usize>) -> Vec<Column> {
    let mut fields = [const { Vec::new() }; 3];
    let mut points: Vec<f64> = Vec::new();
    for profile in profiles {
        points.clear();
        match between {
            GapsBetween::Days => {
                points.extend(units(CalendarUnit::Day, view, profile).map(f64::from));
            }
            GapsBetween::Events => {
                let times = view.timeline.times();
                // Counted from the first, so that no digit is lost.
                let first = view.rows(profile).next().map_or(0, |at| times[at]);
                points.extend(view.rows(profile).map(|at| (times[at] - first) as f64 / MICROS_PER_DAY));
            }
        }
        let n_gaps = points.len().saturating_sub(1);
        let mean = (n_gaps > 0).then(|| (points[n_gaps] - points[0]) / n_gaps as f64);
        let std = mean.and_then(|mean| deviation(points.windows(2).map(|pair| pair[1] - pair[0]), mean));
        let cv = mean.filter(|mean| *mean > 0.0).and_then(|mean| Some(std? / mean));
        for (field, value) in fields.iter_mut().zip([mean, std, cv]) {
            field.push(value);
        }
    }
    fields.map(|field| Column::Float(field.into())).into()
}
