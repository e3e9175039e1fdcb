//! Facts made of other facts: the first of several, ratios, trends, classes.

use crate::engine::facts::Wanted;
use crate::engine::plan::{BucketPlan, FactPlan};
use crate::engine::table::TagTable;
use crate::time::{Timestamp, Zone};
use crate::value::{Column, ColumnBuilder, DataType};

/// The value of the aggregate at a place among those that a tag is made of.
fn value(aggregates: &[Vec<Column>], at: usize) -> &Column {
    aggregates[at].first().expect("invariant: the plan has aggregates with a value, over rows by profile")
}

/// Of each profile the first attribute that there is.
pub(super) fn first_of(attributes: &[Vec<Column>]) -> Column {
    let columns: Vec<&Column> = (0..attributes.len()).map(|at| value(attributes, at)).collect();
    let n = columns[0].len();
    let mut builder = ColumnBuilder::new(columns[0].data_type(), n);
    for profile in 0..n {
        match columns.iter().find(|column| !column.is_null(profile)) {
            Some(column) => builder.push(&column.value(profile)),
            None => builder.push_null(),
        }
    }
    builder.finish()
}

/// The first number divided by the second.
pub(super) fn ratio(numbers: &[Vec<Column>]) -> Column {
    let (of, to) = (value(numbers, 0), value(numbers, 1));
    Column::Float((0..of.len()).map(|p| quotient(of.f64(p), to.f64(p))).collect())
}

/// Null where one of them is null or the second is 0.
pub(crate) fn quotient(of: Option<f64>, to: Option<f64>) -> Option<f64> {
    let (of, to) = (of?, to?);
    Some(of / to).filter(|quotient| to != 0.0 && quotient.is_finite())
}

/// The number of a trend in its window and in the one before.
pub(crate) fn of_trend(fact: &FactPlan, as_of: Timestamp, zone: &Zone) -> [Wanted; 2] {
    let current = Wanted::at(fact, as_of, zone);
    let before = fact.window.ending_at(current.range.from, zone);
    [current, Wanted { fact: fact.clone(), range: before }]
}

/// Relative change, number now, number before, difference.
pub(super) fn trend(numbers: &[Vec<Column>]) -> Vec<Column> {
    let (current, previous) = (value(numbers, 0), value(numbers, 1));
    let n = current.len();
    let number = |column: &Column| Column::Float((0..n).map(|p| column.f64(p)).collect());
    let difference = |p: usize| Some(current.f64(p)? - previous.f64(p)?);
    // A balance below zero that rises has changed upwards.
    let change = |p: usize| quotient(difference(p), previous.f64(p).map(f64::abs));
    vec![
        Column::Float((0..n).map(change).collect()),
        number(current),
        number(previous),
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
