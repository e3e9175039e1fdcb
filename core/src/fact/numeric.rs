//! Counts, sums, means and standard deviations.

use std::ops::Range;

use arrow_array::{Array, BooleanArray, Decimal128Array, Float64Array, Int64Array};

use crate::fact::View;
use crate::stats::Net;
use crate::value::Column;

/// A decimal sum has to stay below this to fit 38 digits.
pub(super) const DECIMAL_LIMIT: i128 = 10i128.pow(38);

pub(super) fn count(view: &View<'_>, profiles: Range<usize>) -> Column {
    Column::Int(Int64Array::from_iter_values(profiles.map(|p| view.n_rows(p) as i64)))
}

/// Whether there is a row, or (`wanted` false) whether there is none.
pub(super) fn exists(wanted: bool, view: &View<'_>, profiles: Range<usize>) -> Column {
    let exists: Vec<bool> = profiles.map(|p| view.rows(p).next().is_some() == wanted).collect();
    Column::Bool(BooleanArray::from(exists))
}

pub(super) fn sum(column: usize, view: &View<'_>, profiles: Range<usize>) -> Column {
    match &view.timeline.columns()[column] {
        Column::Int(a) => Column::Int(
            profiles
                .map(|p| {
                    let sum: i128 = present(a, view, p).map(|at| i128::from(a.value(at))).sum();
                    i64::try_from(sum).ok()
                })
                .collect(),
        ),
        Column::Decimal(a) => decimals(
            a.scale(),
            profiles.map(|p| {
                let mut values = present(a, view, p).map(|at| a.value(at));
                values.try_fold(0i128, |sum, n| sum.checked_add(n).filter(|sum| sum.abs() < DECIMAL_LIMIT))
            }),
        ),
        Column::Float(a) => Column::Float(Float64Array::from_iter_values(profiles.map(|p| {
            // Where every row counts, without a look at each of them.
            match view.all_rows(p).filter(|_| a.null_count() == 0) {
                Some(rows) => sum_of(a.values()[rows].iter().copied()),
                None => sum_of(present(a, view, p).map(|at| a.value(at))),
            }
        }))),
        other => Column::nulls(other.data_type(), profiles.len()),
    }
}

/// Where something was taken back, what is left is just 0 if all of it was.
fn sum_of(numbers: impl Iterator<Item = f64> + Clone) -> f64 {
    let (sum, least) = numbers.clone().fold((0.0, 0.0f64), |(sum, least), n| (sum + n, least.min(n)));
    if least < 0.0 { numbers.collect::<Net>().value() } else { sum }
}

/// A column of sums of decimals.
pub(super) fn decimals(scale: i8, sums: impl Iterator<Item = Option<i128>>) -> Column {
    Column::Decimal(
        sums.collect::<Decimal128Array>()
            .with_precision_and_scale(38, scale)
            .expect("invariant: the scale of a decimal column is at most 38"),
    )
}

pub(super) fn mean(column: usize, view: &View<'_>, profiles: Range<usize>) -> Column {
    let column = &view.timeline.columns()[column];
    Column::Float(profiles.map(|p| mean_of(column, view, p)).collect())
}

/// Whole numbers are summed exactly and divided once.
fn mean_of(column: &Column, view: &View<'_>, profile: usize) -> Option<f64> {
    let of_wholes = |cells: &mut dyn Iterator<Item = i128>, unit: f64| {
        let (mut n, mut sum) = (0u64, 0i128);
        for cell in cells {
            n += 1;
            sum = sum.saturating_add(cell);
        }
        (n > 0).then(|| sum as f64 / unit / n as f64)
    };
    match column {
        Column::Int(a) => of_wholes(&mut present(a, view, profile).map(|at| i128::from(a.value(at))), 1.0),
        Column::Decimal(a) => {
            let unit = 10f64.powi(i32::from(a.scale()));
            of_wholes(&mut present(a, view, profile).map(|at| a.value(at)), unit)
        }
        Column::Float(a) => {
            let (mut n, mut sum) = (0u64, 0.0);
            for at in present(a, view, profile) {
                n += 1;
                sum += a.value(at);
            }
            (n > 0).then(|| sum / n as f64)
        }
        _ => None,
    }
}

pub(super) fn std(column: usize, view: &View<'_>, profiles: Range<usize>) -> Column {
    let column = &view.timeline.columns()[column];
    let of = |p| {
        let mean = mean_of(column, view, p)?;
        deviation(view.rows(p).filter_map(|at| column.f64(at)), mean)
    };
    Column::Float(profiles.map(of).collect())
}

/// The sample standard deviation of numbers with this mean; `None` below two.
pub(super) fn deviation(numbers: impl Iterator<Item = f64>, mean: f64) -> Option<f64> {
    let (mut n, mut squares) = (0u64, 0.0);
    for number in numbers {
        n += 1;
        squares += (number - mean) * (number - mean);
    }
    (n > 1).then(|| (squares / (n - 1) as f64).sqrt())
}

/// The positions that count and are not null.
pub(super) fn present<'a>(
    array: &'a dyn Array,
    view: &View<'a>,
    profile: usize,
) -> impl Iterator<Item = usize> + Clone + use<'a> {
    let nulls = array.nulls();
    view.rows(profile).filter(move |&at| nulls.is_none_or(|nulls| nulls.is_valid(at)))
}
