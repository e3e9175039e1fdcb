//! Tags that a model reads, by name.

use crate::catalog::did_you_mean;
use crate::engine::plan::context::Context;
use crate::engine::plan::known::Known;
use crate::value::DataType;

/// The column of a numeric tag.
pub(super) fn number(context: &mut Context<'_, '_>, at: &[&str], name: &str, known: &Known) -> Option<usize> {
    typed(context, at, name, known, DataType::is_numeric, "a number")
}

/// The column of a text tag.
pub(super) fn text(context: &mut Context<'_, '_>, at: &[&str], name: &str, known: &Known) -> Option<usize> {
    typed(context, at, name, known, |found| found == DataType::String, "text")
}

fn typed(
    context: &mut Context<'_, '_>,
    at: &[&str],
    name: &str,
    known: &Known,
    fits: fn(DataType) -> bool,
    wanted: &str,
) -> Option<usize> {
    let Some(column) = known.column(name) else {
        let help = did_you_mean(name, known.names());
        context.problem(at, "catalog.unknown_tag", format!("unknown tag `{name}`"), help);
        return None;
    };
    let found = known.data_type(column);
    if !fits(found) {
        let message = format!("`{name}` is {found}; wanted {wanted}");
        context.problem(at, "catalog.wrong_type", message, None);
        return None;
    }
    Some(column)
}
