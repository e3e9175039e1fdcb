//! `kano: {…}`, checked.

use std::sync::Arc;

use crate::catalog::model::{KanoDef, KanoRule, KanoTable, SourceKind};
use crate::engine::model::{Kano, KanoRows, TagModel};
use crate::engine::plan::aggregate::field_name;
use crate::engine::plan::context::Context;
use crate::engine::plan::known::Known;
use crate::engine::plan::{FactPlan, inputs};
use crate::fact::{FieldType, Op, RowModel, SharedModel};
use crate::marketing::kano::{Answer, CategoryRule, Table, Wording};
use crate::value::DataType;

/// A group of fewer people says too little of its own.
const MIN_PEOPLE: u64 = 10;

pub(super) fn check(
    context: &mut Context<'_, '_>,
    def: &KanoDef,
    known: &Known,
) -> Option<(Box<dyn TagModel>, Vec<FieldType>)> {
    let is_records =
        |s: &crate::engine::plan::SourcePlan| s.name == def.survey && s.def.kind == SourceKind::Records;
    let kind = if context.sources.iter().any(is_records) { SourceKind::Records } else { SourceKind::Events };
    let source = context.source(&["kano", "survey"], &def.survey, kind)?;
    let filter = context.filter(&["kano", "where"], source, def.filter.as_deref());
    let audience = match &def.audience {
        Some(audience) => Some(inputs::text(context, &["kano", "audience"], audience, known)?),
        None => None,
    };
    let wording = wording(context, def);
    if def.features.is_empty() {
        context.problem(
            &["kano", "features"],
            "catalog.missing_field",
            "no features; wanted one or more",
            None,
        );
        return None;
    }
    let (mut questions, mut fields) = (Vec::new(), Vec::new());
    for (feature, question) in &def.features {
        let at = ["kano", "features", feature.as_str()];
        let column = |context: &mut Context<'_, '_>, field: &str, name: &str| {
            context.column(&[at[0], at[1], at[2], field], source, name)
        };
        let functional = column(context, "functional", &question.functional);
        let dysfunctional = column(context, "dysfunctional", &question.dysfunctional);
        questions.push(functional.zip(dysfunctional));
        for suffix in ["", "_group", "_policy", "_basis"] {
            let name = format!("{feature}{suffix}");
            let taken: Vec<String> =
                fields.iter().filter_map(|field: &FieldType| field.name.clone()).collect();
            let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
            field_name(context, &at, &name, &taken).ok()?;
            fields.push(FieldType::new(Some(&name), DataType::String, true));
        }
    }
    let rows = Arc::new(KanoRows {
        questions: questions.into_iter().collect::<Option<_>>()?,
        table: match def.table {
            KanoTable::Classic => Table::Classic,
            KanoTable::Modified => Table::Modified,
        },
        wording: wording?,
    });
    let op = Op::Model(SharedModel(Arc::clone(&rows) as Arc<dyn RowModel>));
    let plan = FactPlan { filter: filter.ok()?, ..FactPlan::new(source, op) };
    context.fields(&["kano", "features"], &plan)?;
    let model = Kano {
        plan,
        rows,
        names: def.features.keys().cloned().collect(),
        audience: audience.into_iter().collect(),
        rule: match def.category {
            KanoRule::Mode => CategoryRule::Mode,
            KanoRule::Grouped => CategoryRule::Grouped,
        },
        min_people: def.min_people.unwrap_or(MIN_PEOPLE),
    };
    Some((Box::new(model), fields))
}

fn wording(context: &mut Context<'_, '_>, def: &KanoDef) -> Option<Wording> {
    let mut own: Vec<(&str, Answer)> = Vec::new();
    for (text, answer) in &def.wording {
        let Some(answer) = Answer::ALL.into_iter().find(|known| known.name() == answer) else {
            let message =
                format!("`{answer}` is no answer; wanted like, must_be, neutral, live_with or dislike");
            context.problem(&["kano", "wording", text], "catalog.out_of_range", message, None);
            return None;
        };
        own.push((text, answer));
    }
    Some(Wording::own(own))
}
