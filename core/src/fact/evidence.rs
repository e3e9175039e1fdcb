//! Which rows made a value.

use crate::fact::choice::chosen_row;
use crate::fact::{Op, View};

/// The rows behind a fact of one profile, as positions in the timeline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// All rows in the window that pass the filter, in canonical order.
    pub rows: Vec<usize>,
    /// For an aggregate that takes its value from one row: that row.
    pub chosen: Option<usize>,
}

/// The rows that an aggregate saw for a profile, and the one it chose.
pub fn evidence(op: &Op, view: &View<'_>, profile: usize) -> Evidence {
    Evidence { rows: view.rows(profile).collect(), chosen: chosen_row(op, view, profile) }
}
