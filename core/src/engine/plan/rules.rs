//! Decision tables and score cards, checked.

use crate::catalog::model::TagDef;
use crate::engine::plan::context::Context;
use crate::engine::plan::known::Known;
use crate::engine::plan::{ScorePlan, TablePlan};
use crate::fact::FieldType;
use crate::rule::{
    DecisionTable, ExampleDef, FindingKind, RuleError, ScoreCard, ScoreDef, Subject, TableDef,
};
use crate::value::DataType;

/// `table: {…}`.
pub(super) fn table(
    context: &mut Context<'_, '_>,
    def: &TableDef,
    known: &mut Known,
) -> Option<(TablePlan, Vec<FieldType>)> {
    let made = DecisionTable::new(def.clone());
    let table = made.map_err(|error| report(context, "table", &error)).ok()?;
    let compiled = table.compile(&mut known.rules).map_err(|error| report(context, "table", &error)).ok()?;
    for warning in table.warnings(&known.rules, &compiled) {
        let row = warning.row.map_or(0, |row| row - 1).to_string();
        let input = warning.column.as_deref().unwrap_or_default();
        context.warning(&["table", "rows", &row], warning.code, format!("`{input}`: {}", warning.message));
    }
    let mut fields = Vec::new();
    for (at, (name, data_type)) in table.outputs().enumerate() {
        let data_type = if def.hit.gives_list() { DataType::StringSet } else { data_type };
        fields.push(FieldType::new((at > 0).then_some(name), data_type, true));
    }
    fields.push(FieldType::new(Some("row"), DataType::Int, true));
    if def.hit.gives_list() {
        let lists = table.outputs().map(|(name, _)| format!("{name}_list"));
        fields.extend(lists.map(|name| FieldType::new(Some(&name), DataType::String, true)));
    }
    // The first output is a field by its own name, too.
    let own = fields[table.def().outputs.len()..].iter().filter_map(|field| field.name.as_deref());
    if let Some(name) = own.clone().find(|name| def.outputs.iter().any(|output| output == name)) {
        let message = format!("an output has the name `{name}`, which is a field of every such table");
        context.problem(&["table", "outputs"], "catalog.bad_name", message, None);
    }
    for finding in table.findings(&compiled) {
        let (rows, place) = (listed(&finding.rows), finding.when.join(" and "));
        let message = match finding.kind {
            FindingKind::Gap => {
                format!("no row matches {}", if place.is_empty() { "anything" } else { &place })
            }
            FindingKind::Conflict => {
                format!("rows {rows} match together where {place}, which the hit policy forbids")
            }
            FindingKind::Unreachable => {
                format!("row {} is never taken: row {} takes all of it", finding.rows[0], finding.rows[1])
            }
            // How first and priority settle things is what they are for.
            FindingKind::Overlap | FindingKind::NotAnalysed => continue,
        };
        context.warning(&["table", "rows"], "rule.table_rows", message);
    }
    Some((TablePlan { table, compiled }, fields))
}

fn listed(rows: &[usize]) -> String {
    rows.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

/// `score: {…}`.
pub(super) fn score(
    context: &mut Context<'_, '_>,
    def: &ScoreDef,
    known: &mut Known,
) -> Option<(ScorePlan, Vec<FieldType>)> {
    let card = ScoreCard::new(def.clone()).map_err(|error| report(context, "score", &error)).ok()?;
    let mut conditions = Vec::with_capacity(def.items.len());
    for (at, item) in def.items.iter().enumerate() {
        let at = at.to_string();
        conditions.push(known.compile(context, &["score", "items", &at, "when"], &item.when, true));
    }
    let conditions = conditions.into_iter().collect::<Option<Vec<_>>>()?;
    let fields = vec![
        FieldType::new(None, DataType::Float, true),
        FieldType::new(Some("band"), DataType::String, true),
    ];
    Some((ScorePlan { card, conditions }, fields))
}

/// Reports what is wrong with a table or card, cell by cell where that is known.
fn report(context: &mut Context<'_, '_>, field: &str, error: &RuleError) {
    match error {
        RuleError::Definition { problems } => {
            for problem in problems {
                let row = problem.row.map(|row| (row - 1).to_string());
                let list = if field == "table" { "rows" } else { "items" };
                let path: Vec<&str> = match &row {
                    Some(row) => vec![field, list, row],
                    None => vec![field],
                };
                let column =
                    problem.column.as_ref().map_or_else(String::new, |column| format!("`{column}`: "));
                let message = format!("{column}{}", problem.message);
                context.problem(&path, problem.code, message, problem.help.clone());
            }
        }
        RuleError::Named { errors, .. } | RuleError::Text(errors) => {
            for found in &errors.diagnostics {
                let message = format!("`{}`: {}", errors.text, found.message);
                context.problem(&[field], found.code, message, found.help.clone());
            }
        }
        other => context.problem(&[field], other.code(), other.to_string(), None),
    }
}

/// Tries the examples of a definition.
pub(super) fn examples(
    context: &mut Context<'_, '_>,
    subject: Subject<'_>,
    examples: &[ExampleDef],
    known: &Known,
) {
    let data_type = |name: &str| known.column(name).map(|column| known.data_type(column));
    for (at, example) in examples.iter().enumerate() {
        if let Err(message) = subject.check(example, context.zone, data_type) {
            let message = format!("example {}{message}", at + 1);
            context.problem(&["examples", &at.to_string()], "rule.example", message, None);
        }
    }
}

/// What excludes others of its group must not be true for want of a value.
pub(super) fn check_group(context: &mut Context<'_, '_>, def: &TagDef) {
    let is_false = |default: &serde_json::Value| *default == serde_json::Value::Bool(false);
    if def.group.is_some() && !def.when_missing.as_ref().is_none_or(is_false) {
        let message = "`when_missing` within a `group`: several rules could be true; wanted false";
        context.problem(&["when_missing"], "catalog.contradiction", message, None);
    }
}
