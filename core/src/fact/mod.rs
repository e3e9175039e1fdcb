//! Fact tags: aggregates over a profile's rows in a window.
//!
//! Every aggregate is a function of one profile's rows before `as_of` and nothing else. What it gives without rows,
//! with nulls and with ties is said at each variant of [`Op`].

mod balance;
mod choice;
mod clock;
mod distinct;
mod evidence;
mod numeric;
mod op;
mod orders;
mod purchases;
mod quantile;
mod rhythm;
mod row_model;
mod sequence;
mod sessions;
mod share;
mod types;
mod view;

use std::ops::Range;

pub use evidence::{Evidence, evidence};
pub use op::{Op, Operand};
pub use purchases::Purchases;
pub(crate) use purchases::rhythm_at;
pub use row_model::{RowModel, SharedModel};
pub use types::{FactError, FieldType};
pub use view::{Passing, View};

use crate::value::Column;

/// Computes an aggregate for a range of profiles: one column a field, one row a profile.
pub fn compute(op: &Op, view: &View<'_>, profiles: Range<usize>) -> Vec<Column> {
    match op {
        Op::Count => vec![numeric::count(view, profiles)],
        Op::Exists => vec![numeric::exists(true, view, profiles)],
        Op::None => vec![numeric::exists(false, view, profiles)],
        Op::Sum(column) => vec![numeric::sum(*column, view, profiles)],
        Op::Mean(column) => vec![numeric::mean(*column, view, profiles)],
        Op::Std(column) => vec![numeric::std(*column, view, profiles)],
        Op::Median(column) => quantile::compute(*column, &[0.5], view, profiles),
        Op::Quantiles { of, at } => quantile::compute(*of, at, view, profiles),
        Op::Balance(column) => balance::compute(*column, view, profiles),
        Op::CountDistinct(column) => vec![distinct::count(*column, view, profiles)],
        Op::Values(column) => vec![distinct::values(*column, view, profiles)],
        Op::TopValues { of, top } => distinct::top(*of, *top, view, profiles),
        Op::Min(_)
        | Op::Max(_)
        | Op::First(_)
        | Op::Last(_)
        | Op::Mode(_)
        | Op::ArgMin { .. }
        | Op::ArgMax { .. } => vec![choice::compute(op, view, profiles)],
        Op::DaysSinceFirst | Op::DaysSinceLast => vec![choice::days_since(op, view, profiles)],
        Op::YearsSince(column) => vec![choice::years_since(*column, view, profiles)],
        Op::Active(unit) => vec![rhythm::active(*unit, view, profiles)],
        Op::Streak(unit) => rhythm::streak(*unit, view, profiles),
        Op::Gaps(between) => rhythm::gaps(*between, view, profiles),
        Op::HourOfDay { parts } => clock::hour_of_day(parts, view, profiles),
        Op::DayOfWeek => clock::day_of_week(view, profiles),
        Op::Sessions { gap } => sessions::compute(*gap, view, profiles),
        Op::Sequence { within } => sequence::compute(*within, view, profiles),
        Op::ShareOfKeys { of, by, keys } => share::of_keys(*of, *by, keys, view, profiles),
        Op::LargestShares { of, by, top } => share::largest(*of, *by, *top, view, profiles),
        Op::History { what, period, unit } => purchases::history(what, *period, *unit, view, profiles),
        Op::Rhythm { what, share } => purchases::rhythm(what, *share, view, profiles),
        Op::Model(SharedModel(model)) => model.compute(view, profiles),
        Op::Orders { amount, order, returns } => orders::compute(*amount, *order, *returns, view, profiles),
    }
}
