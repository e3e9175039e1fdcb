//! What would have to be different for a condition to be true.

use serde::Serialize;

use crate::expr::Explained;
use crate::value::Value;

/// A condition of a rule that would have to be otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The condition as written.
    pub text: String,
    /// Its bytes in the rule, from and to.
    pub span: (usize, usize),
    /// What it would have to be.
    pub wanted: bool,
    /// What it is; null is unknown.
    pub found: Value,
    /// What stands on its left side, where it compares something.
    pub subject: Option<String>,
    /// The value of that.
    pub value: Value,
    /// For a comparison of numbers, dates (in days) or timestamps (in seconds): how much the left side would have to
    /// grow or, below zero, shrink to reach the bound.
    pub distance: Option<f64>,
}

/// The fewest changes that make an explained condition true; none where nothing does.
pub(crate) fn changes(explained: &Explained) -> Option<Vec<Change>> {
    flip(explained, true)
}

fn flip(part: &Explained, wanted: bool) -> Option<Vec<Change>> {
    if part.value == Value::Bool(wanted) {
        return Some(Vec::new());
    }
    match (part.op, wanted, part.children.as_slice()) {
        ("NOT", _, [inner]) => flip(inner, !wanted),
        ("AND", true, parts) | ("OR", false, parts) => {
            let each: Option<Vec<Vec<Change>>> = parts.iter().map(|part| flip(part, wanted)).collect();
            each.map(|each| each.concat())
        }
        ("AND" | "OR", _, parts) => parts.iter().filter_map(|part| flip(part, wanted)).min_by_key(Vec::len),
        _ => has_name(part).then(|| vec![change(part, wanted)]),
    }
}

/// Whether a part reads anything of the profile: the others are always what they are.
fn has_name(part: &Explained) -> bool {
    part.op == "name" || part.children.iter().any(has_name)
}

fn change(part: &Explained, wanted: bool) -> Change {
    let subject = part.children.first().filter(|_| part.op != "CASE");
    Change {
        text: part.text.to_string(),
        span: part.span,
        wanted,
        found: part.value.clone(),
        subject: subject
            .map(|subject| subject.text.to_string())
            .or_else(|| (part.op == "name").then(|| part.text.to_string())),
        value: subject.map_or_else(|| part.value.clone(), |subject| subject.value.clone()),
        distance: part.distance,
    }
}
