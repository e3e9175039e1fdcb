//! Texts that rules and filters ask for and that the data never have.

use std::sync::Arc;

use arrow_array::{Array, UInt32Array};

use crate::catalog::Problem;
use crate::catalog::model::ColumnDef;
use crate::engine::facts::of_tag;
use crate::engine::ingest::Prepared;
use crate::engine::plan::{Kind, Plan, SourcePlan, TagPlan};
use crate::expr::{Block, Diagnostic, RootId};
use crate::time::Timestamp;
use crate::timeline::Grouped;
use crate::value::{Column, StringColumn};

/// A column of a source with more distinct texts than this is no category.
const MAX_TEXTS: usize = 10_000;

/// The columns of a run as the input of rules, those of personal tags left out: what is said of a rule names values.
pub(crate) fn shown_block<'a>(plan: &'a Plan, columns: &'a [Column], as_of: Timestamp) -> Block<'a> {
    let len = columns.first().map_or(0, Column::len);
    let shown = columns.iter().zip(&plan.columns).enumerate().filter(|(_, (_, what))| !what.personal);
    shown.fold(Block::new(len, as_of, &plan.zone), |block, (at, (column, _))| block.with(at, column))
}

/// What to tell the authors of definitions about the texts that they compare tags and columns of sources with.
pub(crate) fn unseen(plan: &Plan, prepared: &Prepared, block: &Block<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    let texts: Vec<Vec<Option<Column>>> = plan
        .sources
        .iter()
        .zip(&prepared.timelines)
        .map(|(source, rows)| texts(source, rows.as_ref()))
        .collect();
    for &at in &plan.catalogue_order {
        let tag = &plan.tags[at];
        for (source, root) in filters(tag, prepared.as_of, plan) {
            let rows = Block::new(0, prepared.as_of, &plan.zone);
            let columns =
                texts[source].iter().enumerate().filter_map(|(at, column)| Some((at, column.as_ref()?)));
            let rows = columns.fold(rows, |rows, (at, column)| rows.with(at, column));
            let filters = &plan.sources[source].filters;
            let is_where = tag.def.filter.as_deref() == Some(filters.text(root));
            let path = format!("tags.{}{}", tag.name, if is_where { ".where" } else { "" });
            found.extend(filters.unseen(root, &rows).into_iter().map(|warning| placed(warning, &path)));
        }
        let mut ask = |root: RootId, field: &str| {
            let path = format!("tags.{}.{field}", tag.name);
            found.extend(plan.rules.unseen(root, block).into_iter().map(|warning| placed(warning, &path)));
        };
        match &tag.kind {
            Kind::Expression(root) => ask(*root, if tag.def.rule.is_some() { "rule" } else { "value" }),
            Kind::Exclusive(plan) => ask(plan.root, "rule"),
            Kind::Table(plan) => {
                for (row, cells) in plan.compiled.cells.iter().enumerate() {
                    cells.iter().flatten().for_each(|&cell| ask(cell, &format!("table.rows[{row}]")));
                }
            }
            Kind::Score(plan) => {
                for (item, &root) in plan.conditions.iter().enumerate() {
                    ask(root, &format!("score.items[{item}].when"));
                }
            }
            Kind::Classify(plan) => {
                plan.population.into_iter().for_each(|root| ask(root, "classify.population"));
            }
            _ => {}
        }
    }
    found
}

/// The distinct texts of each column of a source, of those that are not personal and have few.
fn texts(source: &SourcePlan, rows: Option<&Grouped>) -> Vec<Option<Column>> {
    let Some(rows) = rows else { return Vec::new() };
    let specs = source.def.columns.values().map(ColumnDef::spec);
    let all = rows.texts().zip(specs);
    all.map(|(texts, spec)| {
        let texts = texts.filter(|texts| texts.len() <= MAX_TEXTS)?;
        let is_shown = !spec.is_some_and(|spec| spec.personal);
        let codes = UInt32Array::from_iter_values(0..texts.len() as u32);
        is_shown.then(|| Column::String(StringColumn::new(codes, Arc::clone(texts))))
    })
    .collect()
}

/// The conditions on rows of a tag, each once, with their source.
fn filters(tag: &TagPlan, as_of: Timestamp, plan: &Plan) -> Vec<(usize, RootId)> {
    let mut found = Vec::new();
    let label = if let Kind::Classify(classify) = &tag.kind { Some(classify.label.clone()) } else { None };
    for fact in of_tag(tag, as_of, &plan.zone).into_iter().map(|wanted| wanted.fact).chain(label) {
        for root in fact.filter.iter().chain(&fact.narrowed).chain(&fact.steps) {
            if !found.contains(&(fact.source, *root)) {
                found.push((fact.source, *root));
            }
        }
    }
    found
}

fn placed(warning: Diagnostic, path: &str) -> Problem {
    let problem = Problem::of_file(warning.code, warning.message).with_help(warning.help);
    Problem { path: path.to_owned(), ..problem }
}
