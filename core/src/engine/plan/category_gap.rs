//! `category_gap: {…}`, checked.

use std::sync::Arc;

use crate::catalog::model::{CategoryGapDef, SourceKind};
use crate::engine::model::{CategoryGap, CategoryRows, TagModel};
use crate::engine::plan::context::Context;
use crate::engine::plan::known::Known;
use crate::engine::plan::{FactPlan, inputs};
use crate::fact::{FieldType, Op, RowModel, SharedModel};
use crate::marketing::category_gap::Params;
use crate::value::DataType;

/// How many gaps a tag has.
const TOP: u32 = 3;

pub(super) fn check(
    context: &mut Context<'_, '_>,
    def: &CategoryGapDef,
    known: &Known,
) -> Option<(Box<dyn TagModel>, Vec<FieldType>)> {
    let source = context.source(&["category_gap", "events"], &def.events, SourceKind::Events)?;
    let category = context.column(&["category_gap", "category"], source, &def.category);
    let amount = def.amount.as_ref().map(|name| context.column(&["category_gap", "amount"], source, name));
    let filter = context.filter(&["category_gap", "where"], source, def.filter.as_deref());
    let peers = match &def.peers {
        Some(peers) => Some(inputs::text(context, &["category_gap", "peers"], peers, known)?),
        None => None,
    };
    let mut params = Params::default();
    params.min_penetration = def.min_penetration.unwrap_or(params.min_penetration);
    params.min_peers = def.min_peers.unwrap_or(params.min_peers);
    if let Err(error) = params.check() {
        context.problem(&["category_gap", "min_penetration"], error.code(), &error, None);
        return None;
    }
    let top = def.top.unwrap_or(TOP);
    if !(1..=20).contains(&top) {
        let message = format!("`top` is {top}; wanted 1 to 20");
        context.problem(&["category_gap", "top"], "catalog.out_of_range", message, None);
        return None;
    }
    let (window, offset) = context.window(source, def.window, None).ok()?;
    let rows =
        CategoryRows { category: category?, amount: amount.map_or(Some(None), |amount| amount.map(Some))? };
    let op = Op::Model(SharedModel(Arc::new(rows) as Arc<dyn RowModel>));
    let plan = FactPlan { window, offset, filter: filter.ok()?, ..FactPlan::new(source, op) };
    context.fields(&["category_gap", "category"], &plan)?;
    let mut fields = Vec::new();
    for i in 1..=top {
        let named = |name: &str, data_type| FieldType::new(Some(&format!("{name}_{i}")), data_type, true);
        fields.push(match i {
            1 => FieldType::new(None, DataType::String, true),
            _ => named("category", DataType::String),
        });
        fields.extend(["gap", "expected_share", "own_share"].map(|name| named(name, DataType::Float)));
    }
    fields.push(FieldType::new(Some("missing"), DataType::StringSet, false));
    let model = CategoryGap { plan, peers: peers.into_iter().collect(), params, top: top as usize };
    Some((Box::new(model), fields))
}
