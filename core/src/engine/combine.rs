//! Facts made of other facts: the first of several, ratios, trends, classes.

use crate::engine::plan::{BucketPlan, FactPlan};
use crate::engine::table::TagTable;
use crate::time::TimeRange;
use crate::value::{Column, ColumnBuilder, DataType};

/// An aggregate with a single value, over a stretch of time.
fn single(table: &mut TagTable<'_>, fact: &FactPlan, range: TimeRange) -> Column {
    let mut columns = table.fact_within(fact, range).into_iter();
    columns
        .next()
        .expect("invariant: the plan has a source of records or events and an aggregate with a value")
}

/// Of each profile the first attribute that there is.
pub(super) fn first_of(table: &mut TagTable<'_>, facts: &[FactPlan]) -> Column {
    let columns: Vec<Column> = facts
        .iter()
        .map(|fact| {
            let range = table.range(fact);
            single(table, fact, range)
        })
        .collect();
    let mut builder = ColumnBuilder::new(columns[0].data_type(), table.n_profiles());
    for profile in 0..table.n_profiles() {
        match columns.iter().find(|column| !column.is_null(profile)) {
            Some(column) => builder.push(&column.value(profile)),
            None => builder.push_null(),
        }
    }
    builder.finish()
}

/// The first number divided by the second.
pub(super) fn ratio(table: &mut TagTable<'_>, parts: &[FactPlan; 2]) -> Column {
    let [of, to] = parts.each_ref().map(|part| {
        let range = table.range(part);
        single(table, part, range)
    });
    Column::Float((0..table.n_profiles()).map(|p| quotient(of.f64(p), to.f64(p))).collect())
}

/// Null where one of them is null or the second is 0.
pub(crate) fn quotient(of: Option<f64>, to: Option<f64>) -> Option<f64> {
    let (of, to) = (of?, to?);
    Some(of / to).filter(|quotient| to != 0.0 && quotient.is_finite())
}

/// The window of a trend and the one before it.
pub(crate) fn windows_of_trend(table: &TagTable<'_>, fact: &FactPlan) -> [TimeRange; 2] {
    let current = table.range(fact);
    [current, fact.window.ending_at(current.from, &table.plan.zone)]
}

/// Relative change, number now, number before, difference.
pub(super) fn trend(table: &mut TagTable<'_>, fact: &FactPlan) -> Vec<Column> {
    let [current, previous] = windows_of_trend(table, fact).map(|range| single(table, fact, range));
    let n = table.n_profiles();
    let number = |column: &Column| Column::Float((0..n).map(|p| column.f64(p)).collect());
    let difference = |p: usize| Some(current.f64(p)? - previous.f64(p)?);
    // A balance below zero that rises has changed upwards.
    let change = |p: usize| quotient(difference(p), previous.f64(p).map(f64::abs));
    vec![
        Column::Float((0..n).map(change).collect()),
        number(&current),
        number(&previous),
        Column::Float((0..n).map(difference).collect()),
    ]
}

/// The class of each profile's number.
pub(super) fn bucket(table: &TagTable<'_>, plan: &BucketPlan) -> Column {
    let numbers = table.columns[plan.of].as_ref();
    let mut builder = ColumnBuilder::new(DataType::String, table.n_profiles());
    for profile in 0..table.n_profiles() {
        match numbers.and_then(|numbers| numbers.f64(profile)) {
            Some(number) => builder.push_str(&plan.names[plan.class(number)]),
            None => builder.push_null(),
        }
    }
    builder.finish()
}
