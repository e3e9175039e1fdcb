//! Running sums.

use std::ops::Range;

use crate::fact::View;
use crate::fact::numeric::{DECIMAL_LIMIT, decimals, present};
use crate::value::{Column, DataType};

pub(super) fn compute(column: usize, view: &View<'_>, profiles: Range<usize>) -> Vec<Column> {
    match &view.timeline.columns()[column] {
        Column::Int(a) => {
            let limit = i128::from(i64::MAX);
            let fits = move |sum: &i128| (-limit - 1..=limit).contains(sum);
            let runs: Vec<Run<i128>> = profiles
                .map(|p| {
                    Run::of(present(a, view, p).map(|at| i128::from(a.value(at))), 0, |a, b| {
                        Some(a + b).filter(fits)
                    })
                })
                .collect();
            let field = |of: fn(&Run<i128>) -> Option<i128>| {
                Column::Int(runs.iter().map(|run| of(run).map(|n| n as i64)).collect())
            };
            vec![field(|run| run.end), field(|run| run.lowest), field(|run| run.highest)]
        }
        Column::Decimal(a) => {
            let fits = |sum: &i128| sum.abs() < DECIMAL_LIMIT;
            let runs: Vec<Run<i128>> = profiles
                .map(|p| {
                    let add = |a: i128, b| a.checked_add(b).filter(fits);
                    Run::of(present(a, view, p).map(|at| a.value(at)), 0, add)
                })
                .collect();
            let field = |of: fn(&Run<i128>) -> Option<i128>| decimals(a.scale(), runs.iter().map(of));
            vec![field(|run| run.end), field(|run| run.lowest), field(|run| run.highest)]
        }
        Column::Float(a) => {
            let runs: Vec<Run<f64>> = profiles
                .map(|p| Run::of(present(a, view, p).map(|at| a.value(at)), 0.0, |a, b| Some(a + b)))
                .collect();
            let field = |of: fn(&Run<f64>) -> Option<f64>| Column::Float(runs.iter().map(of).collect());
            vec![field(|run| run.end), field(|run| run.lowest), field(|run| run.highest)]
        }
        _ => vec![Column::nulls(DataType::Float, profiles.len()); 3],
    }
}

/// A running sum; all `None` where it does not fit.
struct Run<T> {
    end: Option<T>,
    lowest: Option<T>,
    highest: Option<T>,
}

impl<T: Copy + PartialOrd> Run<T> {
    fn of(values: impl Iterator<Item = T>, start: T, add: impl Fn(T, T) -> Option<T>) -> Self {
        let mut run = Self { end: Some(start), lowest: None, highest: None };
        let mut sum = start;
        for value in values {
            let Some(next) = add(sum, value) else {
                return Self { end: None, lowest: None, highest: None };
            };
            sum = next;
            run.end = Some(sum);
            run.lowest = Some(run.lowest.filter(|&lowest| lowest <= sum).unwrap_or(sum));
            run.highest = Some(run.highest.filter(|&highest| highest >= sum).unwrap_or(sum));
        }
        run
    }
}
