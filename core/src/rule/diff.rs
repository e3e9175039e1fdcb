//! What a change of a rule does: who enters, who leaves, and which conditions did it.

use arrow_buffer::BooleanBuffer;
use serde::Serialize;

use crate::expr::{Tally, parse};
use crate::rule::{Checked, Frame, RuleError};

/// What replacing a rule by another does to a population.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The rows for which both rules are true.
    pub stay: u64,
    /// The rows for which only the new rule is true, in ascending order.
    pub enter: Vec<u32>,
    /// The rows for which only the old rule was true, in ascending order.
    pub leave: Vec<u32>,
    /// The conditions by which rows enter, those of most rows first.
    pub enter_by: Vec<Cause>,
    /// The conditions by which rows leave, those of most rows first.
    pub leave_by: Vec<Cause>,
}

/// A condition that stands in one of the two rules only, and on which the change of rows hangs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Cause {
    /// The condition in canonical form.
    pub text: String,
    /// Whether it stands in the new rule; otherwise in the old one.
    pub is_new: bool,
    /// For how many of the rows that enter (or leave) the result of its rule hangs on it.
    pub rows: u64,
}

pub(crate) fn difference(old: &Checked, new: &Checked, frame: &Frame) -> Result<Difference, RuleError> {
    let block = frame.block();
    let before = old.program.select(old.root, &block)?.is_true;
    let after = new.program.select(new.root, &block)?.is_true;
    let enter = &after & &!&before;
    let leave = &before & &!&after;
    let causes = |rows: &BooleanBuffer| -> Result<Vec<Cause>, RuleError> {
        let old = old.program.tally(old.root, &block, Some(rows))?;
        let new = new.program.tally(new.root, &block, Some(rows))?;
        let (old, new) = (decisive(&old), decisive(&new));
        let mut causes = only_in(&old, &new, false);
        causes.extend(only_in(&new, &old, true));
        // Stable: of equally many rows, the old rule's conditions first, in the order of its text.
        causes.sort_by_key(|cause| std::cmp::Reverse(cause.rows));
        Ok(causes)
    };
    Ok(Difference {
        stay: (&before & &after).count_set_bits() as u64,
        enter_by: causes(&enter)?,
        leave_by: causes(&leave)?,
        enter: enter.set_indices_u32().collect(),
        leave: leave.set_indices_u32().collect(),
    })
}

/// The innermost conditions in canonical form, with the number of rows that hang on them.
fn decisive(tally: &Tally) -> Vec<(String, u64)> {
    let canonical = |text: &str| parse(text).map_or_else(|_| text.to_owned(), |ast| ast.to_string());
    tally.leaves().into_iter().map(|leaf| (canonical(&leaf.text), leaf.decisive)).collect()
}

/// A condition that stands in both rules has the same value in both: what changed is elsewhere.
fn only_in(own: &[(String, u64)], other: &[(String, u64)], is_new: bool) -> Vec<Cause> {
    let alone = own.iter().filter(|(text, rows)| *rows > 0 && other.iter().all(|(same, _)| same != text));
    alone.map(|(text, rows)| Cause { text: text.clone(), is_new, rows: *rows }).collect()
}
