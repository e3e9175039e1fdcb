//! `retention: {…}`, checked.

use std::sync::Arc;

use crate::catalog::model::{RetentionDef, RetentionMethod, SourceKind};
use crate::engine::model::{Retention, RetentionRows, TagModel};
use crate::engine::plan::FactPlan;
use crate::engine::plan::context::{Context, Reported};
use crate::fact::{FieldType, Op, RowModel, SharedModel};
use crate::marketing::retention::{Method, Model, Params};
use crate::value::DataType;

const AT: &str = "retention";

pub(super) fn check(
    context: &mut Context<'_, '_>,
    def: &RetentionDef,
) -> Option<(Box<dyn TagModel>, Vec<FieldType>)> {
    let is_records = |s: &&crate::engine::plan::SourcePlan| s.name == def.contracts;
    let kind = context.sources.iter().find(is_records).map_or(SourceKind::Records, |s| s.def.kind);
    let model = model(context, def);
    let source = context.source(&[AT, "contracts"], &def.contracts, kind)?;
    let start = context.operand(&[AT, "start"], source, &def.start);
    let end = context.column(&[AT, "end"], source, &def.end);
    let mut optional = |field: &'static str, name: &Option<String>| match name {
        Some(name) => context.column(&[AT, field], source, name).map(Some).ok_or(Reported),
        None => Ok(None),
    };
    let contract = optional("contract", &def.contract);
    let watched_from = optional("watched_from", &def.watched_from);
    let filter = context.filter(&[AT, "where"], source, def.filter.as_deref());
    let left_when = context.filter(&[AT, "left_when"], source, def.left_when.as_deref()).ok()?;
    let rows = Arc::new(RetentionRows {
        start: start?,
        end: end?,
        contract: contract.ok()?,
        watched_from: watched_from.ok()?,
        model: model?,
    });
    let op = Op::Model(SharedModel(Arc::clone(&rows) as Arc<dyn RowModel>));
    let steps = left_when.into_iter().collect();
    let plan = FactPlan { filter: filter.ok()?, steps, ..FactPlan::new(source, op) };
    for (field, column) in rows.dated() {
        let found = context.sources[source].types[column];
        if !matches!(found, DataType::Date | DataType::Timestamp) {
            let message = format!("`{field}` is {found}; wanted a date or a timestamp");
            context.problem(&[AT, field], "catalog.wrong_type", message, None);
            return None;
        }
    }
    context.fields(&[AT], &plan)?;
    let field = |name, data_type| FieldType::new(Some(name), data_type, true);
    let fields = vec![
        FieldType::new(None, DataType::Float, true),
        field("state", DataType::String),
        field("age_days", DataType::Int),
        field("expected_days", DataType::Float),
        field("act_in_days", DataType::Int),
    ];
    Some((Box::new(Retention { plan, rows }), fields))
}

fn model(context: &mut Context<'_, '_>, def: &RetentionDef) -> Option<Model> {
    let method = match (def.method, def.period) {
        (RetentionMethod::KaplanMeier, None) => Method::KaplanMeier,
        (RetentionMethod::ShiftedBetaGeometric, Some(period)) => Method::ShiftedBetaGeometric { period },
        (RetentionMethod::KaplanMeier, Some(_)) => {
            let message = "`period` means nothing beside `kaplan_meier`, which counts days";
            context.problem(&[AT, "period"], "catalog.contradiction", message, None);
            return None;
        }
        (RetentionMethod::ShiftedBetaGeometric, None) => {
            let message = "no `period`, from one renewal date to the next, such as 1mo";
            context.problem(&[AT], "catalog.missing_field", message, None);
            return None;
        }
    };
    if def.watched_from.is_some() && method != Method::KaplanMeier {
        let message = "`watched_from` means nothing beside `shifted_beta_geometric`; wanted `kaplan_meier`";
        context.problem(&[AT, "watched_from"], "catalog.contradiction", message, None);
        return None;
    }
    let params =
        Params { gap: def.gap, horizon: def.horizon, act_below: def.act_below, ..Params::new(method) };
    match params.check() {
        Ok(model) => Some(model),
        Err(error) => {
            let path: Vec<&str> = std::iter::once(AT).chain(error.field()).collect();
            context.problem(&path, "catalog.out_of_range", &error, None);
            None
        }
    }
}
