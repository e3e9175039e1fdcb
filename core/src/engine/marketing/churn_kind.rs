//! Why customers left.

use serde::Serialize;

use crate::catalog::model::ChurnKindDef;
use crate::engine::plan::ChurnKindPlan;
use crate::engine::table::TagTable;
use crate::marketing::churn::{Evidence, kind_of};
use crate::value::{Column, ColumnBuilder, DataType, Value};

/// Kind and evidence of each profile; null for whoever did not leave.
pub(crate) fn columns(table: &TagTable<'_>, plan: &ChurnKindPlan) -> Vec<Column> {
    let n = table.n_profiles();
    let roots: Vec<_> = plan.conditions.iter().flatten().copied().collect();
    let evaluation = table.plan.rules.evaluate(&roots, &table.block());
    let evaluation = evaluation.expect("invariant: the tags that a condition reads are computed before it");
    let mut computed = evaluation.columns.iter();
    let columns: Vec<Option<&Column>> =
        plan.conditions.iter().map(|root| root.and_then(|_| computed.next())).collect();
    let mut kinds = ColumnBuilder::new(DataType::String, n);
    let mut names = ColumnBuilder::new(DataType::String, n);
    for profile in 0..n {
        let truth = |i: usize| match columns[i].map(|column| column.value(profile)) {
            Some(Value::Bool(truth)) => Some(truth),
            _ => None,
        };
        if truth(0) != Some(true) {
            kinds.push_null();
            names.push_null();
            continue;
        }
        let (kind, evidence) = kind_of(&evidence(truth));
        kinds.push_str(kind.name());
        match evidence {
            Some(name) => names.push_str(name),
            None => names.push_null(),
        }
    }
    vec![kinds.finish(), names.finish()]
}

/// The evidence from the truths of the conditions, of which the first is whether somebody left.
fn evidence(truth: impl Fn(usize) -> Option<bool>) -> Evidence {
    Evidence::from_truths(std::array::from_fn(|i| truth(i + 1)))
}

/// A condition and what it is for a profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EvidenceBecause {
    /// The field of the definition.
    pub name: &'static str,
    /// The condition.
    pub condition: String,
    /// True, false, or unknown.
    pub is_true: Option<bool>,
    /// Whether it decided.
    pub decides: bool,
}

/// The conditions in the order of precedence.
pub(crate) fn because(
    table: &TagTable<'_>,
    plan: &ChurnKindPlan,
    def: &ChurnKindDef,
    profile: usize,
) -> Vec<EvidenceBecause> {
    let block = table.block();
    let truths = plan.conditions.map(|root| {
        let tree = table.plan.rules.explain(root?, &block, profile);
        match tree.expect("invariant: the tags that a condition reads are computed before it").value {
            Value::Bool(truth) => Some(truth),
            _ => None,
        }
    });
    let left = truths[0] == Some(true);
    let decided = kind_of(&evidence(|i| truths[i])).1.filter(|_| left);
    let conditions = def.conditions().into_iter().zip(truths);
    conditions
        .filter_map(|((name, condition), is_true)| {
            let decides = decided == Some(name);
            Some(EvidenceBecause { name, condition: condition?.to_owned(), is_true, decides })
        })
        .collect()
}
