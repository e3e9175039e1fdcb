//! Counts, sums and means.

use std::ops::Range;

use arrow_array::{Array, BooleanArray, Decimal128Array, Float64Array, Int64Array};

use crate::fact::{Op, View};
use crate::time::Timestamp;
use crate::value::{Codes, Column};

pub(super) fn compute(op: &Op, view: &View<'_>, profiles: Range<usize>) -> Column {
    match op {
        Op::Exists => {
            let exists: Vec<bool> = profiles.map(|p| view.rows(p).next().is_some()).collect();
            Column::Bool(BooleanArray::from(exists))
        }
        Op::Sum(column) => sum(&view.timeline.columns()[*column], view, profiles),
        Op::Mean(column) => mean(&view.timeline.columns()[*column], view, profiles),
        Op::CountDistinct(column) => count_distinct(*column, view, profiles),
        // The only one left is `count`; `compute` in the module above sends nothing else here.
        _ => Column::Int(Int64Array::from_iter_values(profiles.map(|p| view.rows(p).count() as i64))),
    }
}

fn sum(column: &Column, view: &View<'_>, profiles: Range<usize>) -> Column {
    match column {
        Column::Int(a) => Column::Int(
            profiles
                .map(|p| {
                    let sum: i128 = present(a, view, p).map(|at| i128::from(a.value(at))).sum();
                    i64::try_from(sum).ok()
                })
                .collect(),
        ),
        Column::Decimal(a) => {
            let limit = 10i128.pow(38);
            let sums: Decimal128Array = profiles
                .map(|p| {
                    let mut values = present(a, view, p).map(|at| a.value(at));
                    values.try_fold(0i128, |sum, n| sum.checked_add(n).filter(|sum| sum.abs() < limit))
                })
                .collect();
            Column::Decimal(
                sums.with_precision_and_scale(38, a.scale())
                    .expect("invariant: the scale of a decimal column is at most 38"),
            )
        }
        Column::Float(a) => Column::Float(Float64Array::from_iter_values(
            profiles.map(|p| present(a, view, p).map(|at| a.value(at)).fold(0.0, |sum, n| sum + n)),
        )),
        other => Column::nulls(other.data_type(), profiles.len()),
    }
}

fn mean(column: &Column, view: &View<'_>, profiles: Range<usize>) -> Column {
    let of_floats = |cells: &mut dyn Iterator<Item = f64>| {
        let (mut n, mut sum) = (0u64, 0.0);
        for cell in cells {
            n += 1;
            sum += cell;
        }
        (n > 0).then(|| sum / n as f64)
    };
    // Whole numbers are summed exactly and divided once.
    let of_wholes = |cells: &mut dyn Iterator<Item = i128>, unit: f64| {
        let (mut n, mut sum) = (0u64, 0i128);
        for cell in cells {
            n += 1;
            sum = sum.saturating_add(cell);
        }
        (n > 0).then(|| sum as f64 / unit / n as f64)
    };
    Column::Float(
        profiles
            .map(|p| match column {
                Column::Int(a) => of_wholes(&mut present(a, view, p).map(|at| i128::from(a.value(at))), 1.0),
                Column::Decimal(a) => {
                    let unit = 10f64.powi(i32::from(a.scale()));
                    of_wholes(&mut present(a, view, p).map(|at| a.value(at)), unit)
                }
                Column::Float(a) => of_floats(&mut present(a, view, p).map(|at| a.value(at))),
                _ => None,
            })
            .collect(),
    )
}

/// The positions that count and are not null.
fn present<'a>(
    array: &'a dyn Array,
    view: &View<'a>,
    profile: usize,
) -> impl Iterator<Item = usize> + use<'a> {
    let nulls = array.nulls();
    view.rows(profile).filter(move |&at| nulls.is_none_or(|nulls| nulls.is_valid(at)))
}

fn count_distinct(column: usize, view: &View<'_>, profiles: Range<usize>) -> Column {
    let codes = view.timeline.codes(column);
    let mut seen = Vec::new();
    Column::Int(Int64Array::from_iter_values(profiles.map(|p| {
        seen.clear();
        seen.extend(view.rows(p).map(|at| codes.codes[at]).filter(|&code| code != Codes::NULL));
        seen.sort_unstable();
        seen.dedup();
        seen.len() as i64
    })))
}

pub(super) fn days_since(op: &Op, view: &View<'_>, profiles: Range<usize>) -> Column {
    let days = |at: usize| Timestamp::from_micros(view.timeline.times()[at]).days_until(view.as_of);
    Column::Int(
        profiles
            .map(|p| {
                let mut rows = view.rows(p);
                let at = if *op == Op::DaysSinceFirst { rows.next() } else { rows.next_back() };
                at.map(days)
            })
            .collect(),
    )
}
