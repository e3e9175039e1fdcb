//! Aggregates that choose one of a profile's rows: first, last, smallest, largest, most frequent.

use std::ops::Range;

use arrow_array::TimestampMicrosecondArray;

use crate::fact::{Op, Operand, View};
use crate::time::Date;
use crate::value::{Codes, Column, DataType, NO_ROW, compare_rows};

pub(super) fn compute(op: &Op, view: &View<'_>, profiles: Range<usize>) -> Column {
    let chosen: Vec<u32> = profiles.map(|p| chosen_row(op, view, p).map_or(NO_ROW, |at| at as u32)).collect();
    match op {
        Op::Min(operand) | Op::Max(operand) | Op::First(operand) | Op::Last(operand) => match operand {
            Operand::Time => times(view, &chosen),
            Operand::Column(column) => view.timeline.columns()[*column].take(&chosen),
        },
        Op::Mode(column) => view.timeline.columns()[*column].take(&chosen),
        _ => times(view, &chosen),
    }
}

/// The row whose value is the aggregate's value.
pub(super) fn chosen_row(op: &Op, view: &View<'_>, profile: usize) -> Option<usize> {
    let columns = view.timeline.columns();
    match op {
        // Rows are in the order of time: the first is the smallest.
        Op::First(Operand::Time) | Op::Min(Operand::Time) => view.rows(profile).next(),
        Op::Last(Operand::Time) | Op::Max(Operand::Time) => view.rows(profile).next_back(),
        Op::First(Operand::Column(c)) => view.rows(profile).find(|&at| !columns[*c].is_null(at)),
        Op::Last(Operand::Column(c)) | Op::YearsSince(c) => {
            view.rows(profile).rev().find(|&at| !columns[*c].is_null(at))
        }
        Op::Min(Operand::Column(c)) => {
            let present = view.rows(profile).filter(|&at| !columns[*c].is_null(at));
            present.min_by(|&a, &b| compare_rows(&columns[*c], a, b))
        }
        Op::Max(Operand::Column(c)) => {
            let present = view.rows(profile).filter(|&at| !columns[*c].is_null(at));
            present.max_by(|&a, &b| compare_rows(&columns[*c], a, b))
        }
        Op::Mode(c) => {
            let codes = view.timeline.codes(*c);
            let mut seen: Vec<(u32, usize)> = view.rows(profile).map(|at| (codes.codes[at], at)).collect();
            seen.retain(|(code, _)| *code != Codes::NULL);
            seen.sort_unstable();
            seen.chunk_by(|a, b| a.0 == b.0)
                .map(|run| (run.len(), run[run.len() - 1].1))
                .max()
                .map(|(_, last)| last)
        }
        _ => None,
    }
}

fn times(view: &View<'_>, chosen: &[u32]) -> Column {
    let time = |&at: &u32| (at != NO_ROW).then(|| view.timeline.times()[at as usize]);
    let array: TimestampMicrosecondArray = chosen.iter().map(time).collect();
    Column::Timestamp(array.with_timezone("UTC"))
}

pub(super) fn years_since(column: usize, view: &View<'_>, profiles: Range<usize>) -> Column {
    let today = view.zone.date_at(view.as_of);
    let Column::Date(dates) = &view.timeline.columns()[column] else {
        return Column::nulls(DataType::Int, profiles.len());
    };
    Column::Int(
        profiles
            .map(|p| {
                let at = chosen_row(&Op::YearsSince(column), view, p)?;
                Some(Date::from_days(dates.value(at)).years_until(today))
            })
            .collect(),
    )
}
