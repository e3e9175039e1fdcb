//! `membership: {…}`, checked.

use std::sync::Arc;

use crate::catalog::model::{LevelDef, LevelMeasure, MembershipDef, SourceKind};
use crate::engine::model::{Membership, MembershipRows, TagModel};
use crate::engine::plan::FactPlan;
use crate::engine::plan::context::Context;
use crate::fact::{FieldType, Op, RowModel, SharedModel};
use crate::marketing::membership::{Level, MembershipError, Params, Programme};

pub(super) fn check(
    context: &mut Context<'_, '_>,
    def: &MembershipDef,
) -> Option<(Box<dyn TagModel>, Vec<FieldType>)> {
    let programme = programme(context, def);
    let source = context.source(&["membership", "events"], &def.events, SourceKind::Events)?;
    let amount = def.amount.as_ref().map(|name| context.column(&["membership", "amount"], source, name));
    let order = def.order.as_ref().map(|name| context.column(&["membership", "order"], source, name));
    let filter = context.filter(&["membership", "where"], source, def.filter.as_deref());
    if def.measure == LevelMeasure::Amount && def.amount.is_none() {
        let message = "no `amount`, the column with money or points; or wanted `measure: orders`";
        context.problem(&["membership"], "catalog.missing_field", message, None);
        return None;
    }
    let given = |column: Option<Option<usize>>| column.map_or(Some(None), |column| column.map(Some));
    let rows =
        Arc::new(MembershipRows { programme: programme?, amount: given(amount)?, order: given(order)? });
    let op = Op::Model(SharedModel(Arc::clone(&rows) as Arc<dyn RowModel>));
    let plan = FactPlan { filter: filter.ok()?, ..FactPlan::new(source, op) };
    let fields = context.fields(&["membership", "amount"], &plan)?;
    Some((Box::new(Membership { plan, rows }), fields))
}

fn programme(context: &mut Context<'_, '_>, def: &MembershipDef) -> Option<Programme> {
    let level = |(name, level): (&String, &LevelDef)| {
        let thresholds = level.thresholds();
        Level::new(name, thresholds.reach).kept_at(thresholds.keep)
    };
    let params = Params {
        measure: def.measure,
        valid_for: def.valid_for,
        until_end_of: def.until_end_of,
        grace: def.grace,
        fall: def.fall,
        returns: def.returns,
        ..Params::new(def.levels.iter().map(level), def.window)
    };
    let error = match params.check() {
        Ok(programme) => return Some(programme),
        Err(error) => error,
    };
    let at: &[&str] = match &error {
        MembershipError::Window { .. } => &["membership", "window"],
        MembershipError::Period { field, .. } => &["membership", field],
        MembershipError::NoPeriod => &["membership"],
        _ => &["membership", "levels"],
    };
    context.problem(at, error.code(), &error, None);
    None
}
