//! Texts that rules ask for and that no profile has.

use crate::catalog::Problem;
use crate::engine::plan::{Kind, Plan};
use crate::expr::{Block, Diagnostic, RootId};
use crate::time::Timestamp;
use crate::value::Column;

/// The columns of a run as the input of rules, those of personal tags left out: what is said of a rule names values.
pub(crate) fn shown_block<'a>(plan: &'a Plan, columns: &'a [Column], as_of: Timestamp) -> Block<'a> {
    let len = columns.first().map_or(0, Column::len);
    let shown = columns.iter().zip(&plan.columns).enumerate().filter(|(_, (_, what))| !what.personal);
    shown.fold(Block::new(len, as_of, &plan.zone), |block, (at, (column, _))| block.with(at, column))
}

/// What to tell the authors of rules, tables and score cards about the texts that they compare tags with.
pub(crate) fn unseen(plan: &Plan, block: &Block<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for &at in &plan.catalogue_order {
        let tag = &plan.tags[at];
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

fn placed(warning: Diagnostic, path: &str) -> Problem {
    let problem = Problem::of_file(warning.code, warning.message).with_help(warning.help);
    Problem { path: path.to_owned(), ..problem }
}
