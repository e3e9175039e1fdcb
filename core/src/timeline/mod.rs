//! Rows by profile, in canonical order: the ground that every fact stands on.

mod group;
mod grouped;
mod order;
mod pack;
mod spill;
mod unique;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::time::{TimeRange, Timestamp};
use crate::value::{Codes, Column};

pub(crate) use group::{Disk, GroupError, Grouping, Keys, Waiting, WaitingPiece, group, key_bytes};
pub(crate) use grouped::{Grouped, Opened, Shape};
pub(crate) use pack::{PackedColumn, PackedRows, SMALL};
pub use spill::SpillError;
pub(crate) use spill::{Budget, Extent, Kept, SpillFile};
pub use unique::Repeats;

/// The rows of one source, grouped by profile and in canonical order within it: by time, then event id, then content.
///
/// The order depends on nothing but the rows themselves, so whatever is computed along it is the same whichever way
/// the rows came in.
#[derive(Debug)]
pub struct Timeline {
    /// Where each profile's rows start; one more entry than profiles.
    starts: Vec<u32>,
    times: Vec<i64>,
    rows: Option<Vec<u32>>,
    columns: Vec<Column>,
    codes: Vec<OnceLock<Arc<Codes>>>,
}

/// The rows of a source before they are grouped.
#[derive(Debug, Clone, Copy)]
pub struct Ungrouped<'a> {
    /// How many profiles there are.
    pub n_profiles: usize,
    /// The profile of each row; [`NO_PROFILE`] leaves the row out.
    pub profile_of_row: &'a [u32],
    /// The time of each row; `None` for records without time.
    pub times: Option<&'a [i64]>,
    /// The columns that name an event together; empty where every row counts.
    pub event_id: &'a [Column],
    /// The columns that tags may use.
    pub columns: &'a [Column],
    /// The number of each row in its table; `None` where nobody will ask for it.
    pub row_numbers: Option<&'a [u32]>,
}

/// The profile of a row that belongs to nobody.
pub const NO_PROFILE: u32 = u32::MAX;

impl Timeline {
    /// Groups rows by profile; of events of a profile with the same id, the first in canonical order stays.
    pub fn build(input: &Ungrouped<'_>) -> (Self, Repeats) {
        let (starts, order) = order::canonical(input);
        let (starts, order, repeats) = unique::keep_first(input, starts, order);
        let times = match input.times {
            Some(times) => order.iter().map(|&row| times[row as usize]).collect(),
            None => vec![Timestamp::MIN.micros(); order.len()],
        };
        let columns: Vec<Column> = input.columns.iter().map(|column| column.take(&order)).collect();
        let timeline = Self {
            starts,
            times,
            rows: input.row_numbers.map(|numbers| order.iter().map(|&row| numbers[row as usize]).collect()),
            codes: columns.iter().map(|_| OnceLock::new()).collect(),
            columns,
        };
        (timeline, repeats)
    }

    /// How many profiles, with and without rows.
    pub fn n_profiles(&self) -> usize {
        self.starts.len() - 1
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// The positions of a profile's rows.
    pub fn profile(&self, profile: usize) -> Range<usize> {
        self.starts[profile] as usize..self.starts[profile + 1] as usize
    }

    /// The positions of a profile's rows with a time in `[from, to)`.
    pub fn within(&self, profile: usize, range: TimeRange) -> Range<usize> {
        let all = self.profile(profile);
        let times = &self.times[all.clone()];
        // Windows often go back to before the first row, and nearly always reach past the last one.
        let from = match times.first() {
            Some(&first) if first < range.from.micros() => {
                times.partition_point(|&time| time < range.from.micros())
            }
            _ => 0,
        };
        let to = match times.last() {
            Some(&last) if last >= range.to.micros() => {
                from + times[from..].partition_point(|&time| time < range.to.micros())
            }
            _ => times.len(),
        };
        all.start + from..all.start + to
    }

    /// The time at a position, in microseconds since 1970.
    pub fn times(&self) -> &[i64] {
        &self.times
    }

    /// The number in its table of the row at a position; `None` where the timeline was built without.
    pub fn row_number(&self, position: usize) -> Option<u32> {
        self.rows.as_ref().map(|rows| rows[position])
    }

    /// The columns, by position.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The codes of a column's values; made once.
    pub fn codes(&self, column: usize) -> &Arc<Codes> {
        self.codes[column].get_or_init(|| Arc::new(Codes::of(&self.columns[column])))
    }
}
