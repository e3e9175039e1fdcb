//! Fact tags: aggregates over a profile's rows in a window.
//!
//! Every aggregate is a function of one profile's rows before `as_of` and nothing else. What it gives without rows,
//! with nulls and with ties is said at each variant of [`Op`].

mod choice;
mod evidence;
mod numeric;
mod op;
mod orders;
mod share;
mod view;

use std::ops::Range;

pub use evidence::{Evidence, evidence};
pub use op::{FactError, FieldType, Op, Operand};
pub use view::{Passing, View};

use crate::value::Column;

/// Computes an aggregate for a range of profiles: one column a field, one row a profile.
pub fn compute(op: &Op, view: &View<'_>, profiles: Range<usize>) -> Vec<Column> {
    match op {
        Op::Count | Op::Exists | Op::Sum(_) | Op::Mean(_) | Op::CountDistinct(_) => {
            vec![numeric::compute(op, view, profiles)]
        }
        Op::DaysSinceFirst | Op::DaysSinceLast => vec![numeric::days_since(op, view, profiles)],
        Op::Min(_) | Op::Max(_) | Op::First(_) | Op::Last(_) | Op::Mode(_) => {
            vec![choice::compute(op, view, profiles)]
        }
        Op::YearsSince(column) => vec![choice::years_since(*column, view, profiles)],
        Op::ShareOfKeys { of, by, keys } => share::of_keys(*of, *by, keys, view, profiles),
        Op::LargestShares { of, by, top } => share::largest(*of, *by, *top, view, profiles),
        Op::Orders { amount, order, returns } => orders::compute(*amount, *order, *returns, view, profiles),
    }
}
