//! Aggregates that choose one of a profile's rows: first, last, smallest, largest, most frequent.

use std::cmp::Ordering;
use std::ops::Range;

use arrow_array::TimestampMicrosecondArray;

use crate::fact::distinct::Counter;
use crate::fact::{Op, Operand, View};
use crate::time::{Date, Timestamp};
use crate::value::{Column, DataType, NO_ROW, compare_rows};

pub(super) fn compute(op: &Op, view: &View<'_>, profiles: Range<usize>) -> Column {
    let mut chooser = Chooser::new(op, view);
    let chosen: Vec<u32> = profiles.map(|p| chooser.row(p).map_or(NO_ROW, |at| at as u32)).collect();
    match op {
        Op::Min(take)
        | Op::Max(take)
        | Op::First(take)
        | Op::Last(take)
        | Op::ArgMin { take, .. }
        | Op::ArgMax { take, .. } => match take {
            Operand::Time => times(view, &chosen),
            Operand::Column(column) => view.timeline.columns()[*column].take(&chosen),
        },
        Op::Mode(column) => view.timeline.columns()[*column].take(&chosen),
        _ => times(view, &chosen),
    }
}

/// The row whose value is the aggregate's value.
pub(super) fn chosen_row(op: &Op, view: &View<'_>, profile: usize) -> Option<usize> {
    Chooser::new(op, view).row(profile)
}

/// Finds the chosen row of one profile after the other.
struct Chooser<'a> {
    op: &'a Op,
    view: &'a View<'a>,
    counter: Option<Counter<'a>>,
}

impl<'a> Chooser<'a> {
    fn new(op: &'a Op, view: &'a View<'a>) -> Self {
        let counter = match op {
            Op::Mode(column) => Some(Counter::new(view.timeline.codes(*column))),
            _ => None,
        };
        Self { op, view, counter }
    }

    fn row(&mut self, profile: usize) -> Option<usize> {
        let view = self.view;
        let columns = view.timeline.columns();
        match self.op {
            // Rows are in the order of time: the first is the smallest.
            Op::First(Operand::Time) | Op::Min(Operand::Time) | Op::DaysSinceFirst => {
                view.rows(profile).next()
            }
            Op::Last(Operand::Time) | Op::Max(Operand::Time) | Op::DaysSinceLast => {
                view.rows(profile).next_back()
            }
            Op::First(Operand::Column(c)) => view.rows(profile).find(|&at| !columns[*c].is_null(at)),
            Op::Last(Operand::Column(c)) | Op::YearsSince(c) => {
                view.rows(profile).rev().find(|&at| !columns[*c].is_null(at))
            }
            Op::Min(Operand::Column(c)) | Op::ArgMin { by: c, .. } => {
                extreme(&columns[*c], view, profile, Ordering::Less)
            }
            Op::Max(Operand::Column(c)) | Op::ArgMax { by: c, .. } => {
                extreme(&columns[*c], view, profile, Ordering::Greater)
            }
            Op::Mode(_) => {
                let counted = self.counter.as_mut()?.count(view.rows(profile)).iter();
                counted.max_by_key(|counted| (counted.count, counted.last)).map(|counted| counted.last)
            }
            _ => None,
        }
    }
}

/// The last row whose value is `wanted` than or equal to all others.
fn extreme(column: &Column, view: &View<'_>, profile: usize, wanted: Ordering) -> Option<usize> {
    fn of<T: PartialOrd>(
        rows: impl Iterator<Item = usize>,
        value: impl Fn(usize) -> T,
        wanted: Ordering,
    ) -> Option<usize> {
        let mut best: Option<(usize, T)> = None;
        for at in rows {
            let value = value(at);
            let worse = best.as_ref().and_then(|(_, best)| value.partial_cmp(best));
            if worse.is_none_or(|order| order == wanted || order.is_eq()) {
                best = Some((at, value));
            }
        }
        best.map(|(at, _)| at)
    }
    let rows = view.rows(profile).filter(|&at| !column.is_null(at));
    match column {
        Column::Int(a) => of(rows, |at| a.value(at), wanted),
        Column::Float(a) => of(rows, |at| a.value(at), wanted),
        Column::Decimal(a) => of(rows, |at| a.value(at), wanted),
        Column::Date(a) => of(rows, |at| a.value(at), wanted),
        Column::Timestamp(a) => of(rows, |at| a.value(at), wanted),
        other => rows.reduce(|best, at| {
            let order = compare_rows(other, at, best);
            if order == wanted || order.is_eq() { at } else { best }
        }),
    }
}

fn times(view: &View<'_>, chosen: &[u32]) -> Column {
    let time = |&at: &u32| (at != NO_ROW).then(|| view.timeline.times()[at as usize]);
    let array: TimestampMicrosecondArray = chosen.iter().map(time).collect();
    Column::Timestamp(array.with_timezone("UTC"))
}

pub(super) fn days_since(op: &Op, view: &View<'_>, profiles: Range<usize>) -> Column {
    let mut chooser = Chooser::new(op, view);
    let days = |at: usize| Timestamp::from_micros(view.timeline.times()[at]).days_until(view.as_of);
    Column::Int(profiles.map(|p| chooser.row(p).map(days)).collect())
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
