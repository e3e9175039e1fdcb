//! Counting rejected rows while a source is read.

use std::collections::BTreeMap;

use arrow_buffer::BooleanBufferBuilder;

use crate::source::report::{Fault, Note, Rejected, RejectedRow, Remark, SourceReport};
use crate::source::rows::Numbers;

const SAMPLES: usize = 5;
const SHOWN_CHARS: usize = 80;

/// What faults and notes are about: a column, an identifier, or the row as a whole.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) column: Option<String>,
    /// Whether values are shown by their shape only.
    pub(super) personal: bool,
}

/// Which rows are rejected and why. A row is counted once, under the fault that came first; callers report faults of
/// one row in order.
///
/// Each piece of a table has a tally of its own; put together they are the tally of the table.
pub(super) struct Tally<'a> {
    subjects: &'a [Subject],
    numbers: Numbers,
    bad: BooleanBufferBuilder,
    n_bad: usize,
    /// Rows that nobody may know yet: they are counted and not looked at.
    later: usize,
    groups: Groups,
    notes: Notes,
}

/// The samples are the first by row.
type Groups = BTreeMap<(usize, Fault), (u64, Vec<RejectedRow>)>;
type Notes = BTreeMap<(usize, Remark), u64>;

/// What the tallies of pieces say together.
#[derive(Default)]
pub(super) struct Totals {
    rows: u64,
    bad: u64,
    later: u64,
    groups: Groups,
    notes: Notes,
}

impl<'a> Tally<'a> {
    /// Starts with the subjects that faults will be about (the order of the report is theirs) and some rows, all good,
    /// with their numbers in the table.
    pub(super) fn new(subjects: &'a [Subject], numbers: Numbers, rows: usize) -> Self {
        let mut bad = BooleanBufferBuilder::new(rows);
        bad.append_n(rows, false);
        Self { subjects, numbers, bad, n_bad: 0, later: 0, groups: BTreeMap::new(), notes: BTreeMap::new() }
    }

    /// With so many more rows that nobody may know yet.
    pub(super) fn with_later(self, later: usize) -> Self {
        Self { later, ..self }
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.bad.len()
    }

    /// Rejects a row, numbered from 0 within the piece.
    pub(super) fn reject(
        &mut self,
        subject: usize,
        fault: Fault,
        row: usize,
        value: impl FnOnce() -> String,
    ) {
        if self.bad.get_bit(row) {
            return;
        }
        self.bad.set_bit(row, true);
        self.n_bad += 1;
        let (count, samples) = self.groups.entry((subject, fault)).or_default();
        *count += 1;
        let row = u64::from(self.numbers.get(row));
        if samples.len() < SAMPLES || samples.last().is_some_and(|last| row < last.row) {
            let value = value();
            let value = if self.subjects[subject].personal { shape(&value) } else { shorten(&value) };
            keep_first(samples, RejectedRow { row, value });
        }
    }

    pub(super) fn note(&mut self, subject: usize, remark: Remark, count: u64) {
        if count > 0 {
            *self.notes.entry((subject, remark)).or_default() += count;
        }
    }

    /// The rows that are good, in order; `None` where all are.
    pub(super) fn good_rows(&self) -> Option<Vec<u32>> {
        if self.n_bad == 0 {
            return None;
        }
        Some((0..self.rows()).filter(|&row| !self.bad.get_bit(row)).map(|row| row as u32).collect())
    }
}

/// Adds a sample in the order of rows; the first ones stay.
fn keep_first(samples: &mut Vec<RejectedRow>, sample: RejectedRow) {
    let at = samples.partition_point(|known| known.row < sample.row);
    samples.insert(at, sample);
    samples.truncate(SAMPLES);
}

impl Totals {
    pub(super) fn add(&mut self, piece: Tally<'_>) {
        self.rows += (piece.bad.len() + piece.later) as u64;
        self.bad += piece.n_bad as u64;
        self.later += piece.later as u64;
        for (key, (count, samples)) in piece.groups {
            let (total, all) = self.groups.entry(key).or_default();
            *total += count;
            for sample in samples {
                keep_first(all, sample);
            }
        }
        for (key, count) in piece.notes {
            *self.notes.entry(key).or_default() += count;
        }
    }

    pub(super) fn note(&mut self, subject: usize, remark: Remark, count: u64) {
        if count > 0 {
            *self.notes.entry((subject, remark)).or_default() += count;
        }
    }

    /// How many rows nobody may know yet.
    pub(super) fn later(&self) -> u64 {
        self.later
    }

    pub(super) fn report(self, subjects: &[Subject], source: &str) -> SourceReport {
        let column = |subject: usize| subjects[subject].column.clone();
        let rejected = self.groups.into_iter().map(|((subject, fault), (count, samples))| Rejected {
            code: fault.code(),
            reason: fault.reason().to_owned(),
            column: column(subject),
            count,
            samples,
        });
        let notes = self.notes.into_iter().map(|((subject, remark), count)| Note {
            code: remark.code(),
            column: column(subject),
            count,
            message: remark.to_string(),
        });
        SourceReport {
            source: source.to_owned(),
            rows_read: self.rows,
            accepted: self.rows - self.bad,
            rejected: rejected.collect(),
            notes: notes.collect(),
        }
    }
}

fn shorten(value: &str) -> String {
    if value.chars().nth(SHOWN_CHARS).is_none() {
        return value.to_owned();
    }
    value.chars().take(SHOWN_CHARS - 1).chain(['…']).collect()
}

/// What a value looks like without what it says: enough to see why it cannot be read.
fn shape(value: &str) -> String {
    let masked = |c: char| match c {
        _ if c.is_numeric() => '9',
        _ if c.is_ascii_punctuation() || c.is_whitespace() => c,
        _ => 'x',
    };
    shorten(&value.chars().take(SHOWN_CHARS + 1).map(masked).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_counts_once_under_its_first_fault() {
        let subject = |column: &str, personal| Subject { column: Some(column.to_owned()), personal };
        let subjects = [subject("a", false), subject("b", true)];
        let mut tally = Tally::new(&subjects, Numbers::From(0), 10);
        for row in 0..7 {
            tally.reject(1, Fault::NotADate, row, || format!("1990年{row}月 王"));
        }
        tally.reject(0, Fault::NotANumber, 3, || unreachable!("row 3 is already bad"));
        tally.reject(0, Fault::NotANumber, 8, || "長".repeat(100));
        assert_eq!(tally.good_rows(), Some(vec![7, 9]));
        let mut totals = Totals::default();
        totals.add(tally);
        let report = totals.report(&subjects, "s");
        assert_eq!((report.rows_read, report.accepted, report.rejected_rows()), (10, 2, 8));
        assert_eq!(report.rejected[0].samples[0].value.chars().count(), 80);
        assert_eq!(report.rejected[1].count, 7);
        assert_eq!(report.rejected[1].samples.len(), 5);
        assert_eq!(report.rejected[1].samples[0].value, "9999x9x x");
    }

    #[test]
    fn pieces_add_up_whatever_their_order() {
        let subjects = [Subject { column: None, personal: false }];
        let totals = |firsts: [u32; 3]| {
            let mut totals = Totals::default();
            for first in firsts {
                let mut tally = Tally::new(&subjects, Numbers::From(first), 10);
                for row in [7, 2, 4] {
                    tally.reject(0, Fault::NoTime, row, || (first + row as u32).to_string());
                }
                totals.add(tally);
            }
            totals.report(&subjects, "s")
        };
        let report = totals([0, 10, 20]);
        assert_eq!(report, totals([20, 0, 10]));
        assert_eq!((report.rows_read, report.accepted), (30, 21));
        let rows: Vec<u64> = report.rejected[0].samples.iter().map(|sample| sample.row).collect();
        assert_eq!(rows, [2, 4, 7, 12, 14]);
    }

    #[test]
    fn codes_are_distinct() {
        let codes: std::collections::BTreeSet<_> = Fault::ALL.iter().map(|fault| fault.code()).collect();
        assert_eq!(codes.len(), Fault::ALL.len());
    }
}
