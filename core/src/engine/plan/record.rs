//! Record attributes, checked.

use crate::catalog::model::{Pick, SourceKind, TagDef};
use crate::engine::plan::context::Context;
use crate::engine::plan::names::source_column;
use crate::engine::plan::{FactPlan, Kind};
use crate::fact::{FieldType, Op, Operand};

/// `record: source.column`, or a list of them.
pub(super) fn record(context: &mut Context<'_, '_>, def: &TagDef) -> Option<(Kind, Vec<FieldType>)> {
    let names = def.record.as_ref()?.names();
    if names.is_empty() {
        let message = "`record` names no column; wanted `source.column` or a list of them";
        context.problem(&["record"], "catalog.missing_field", message, None);
        return None;
    }
    let op = |column| match def.pick.unwrap_or_default() {
        Pick::Latest => Op::Last(Operand::Column(column)),
        Pick::First => Op::First(Operand::Column(column)),
        Pick::MostFrequent => Op::Mode(column),
    };
    let plans: Vec<Option<FactPlan>> =
        names.iter().map(|name| attribute(context, def, "record", name, op)).collect();
    let mut plans = plans.into_iter().collect::<Option<Vec<FactPlan>>>()?;
    let fields = context.fields(&["record"], &plans[0])?;
    for (plan, name) in plans.iter().zip(names).skip(1) {
        let (found, wanted) = (&context.fields(&["record"], plan)?[0], &fields[0]);
        if found.data_type != wanted.data_type {
            let message = format!(
                "`{name}` is {}, `{}` is {}; wanted one type",
                found.data_type, names[0], wanted.data_type
            );
            context.problem(&["record"], "catalog.wrong_type", message, None);
            return None;
        }
    }
    let kind = if plans.len() == 1 { Kind::Fact(plans.swap_remove(0)) } else { Kind::FirstOf(plans) };
    Some((kind, fields))
}

/// `years_since: source.column`.
pub(super) fn years_since(context: &mut Context<'_, '_>, def: &TagDef) -> Option<(Kind, Vec<FieldType>)> {
    let plan = attribute(context, def, "years_since", def.years_since.as_deref()?, Op::YearsSince)?;
    let fields = context.fields(&["years_since"], &plan)?;
    Some((Kind::Fact(plan), fields))
}

fn attribute(
    context: &mut Context<'_, '_>,
    def: &TagDef,
    field: &str,
    reference: &str,
    op: impl Fn(usize) -> Op,
) -> Option<FactPlan> {
    let Some((source, column)) = source_column(reference) else {
        let message = format!("`{field}: {reference}`; wanted `source.column`");
        context.problem(&[field], "catalog.unknown_source", message, None);
        return None;
    };
    let source = context.source(&[field], source, SourceKind::Records)?;
    let column = context.column(&[field], source, column)?;
    let filter = context.filter(&["where"], source, def.filter.as_deref());
    let (window, offset) = context.window(source, def.window, def.offset).ok()?;
    Some(FactPlan { window, offset, filter: filter.ok()?, ..FactPlan::new(source, op(column)) })
}
