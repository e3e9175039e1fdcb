//! Counting rejected rows while a source is read.

use std::collections::BTreeMap;

use arrow_buffer::BooleanBufferBuilder;

use crate::source::report::{Fault, Note, Rejected, RejectedRow, Remark, SourceReport};

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
/// one row in order, and the faults of one subject in the order of rows.
pub(super) struct Tally {
    subjects: Vec<Subject>,
    bad: BooleanBufferBuilder,
    n_bad: usize,
    groups: BTreeMap<(usize, Fault), (u64, Vec<RejectedRow>)>,
    notes: BTreeMap<(usize, Remark), u64>,
}

impl Tally {
    /// Starts with the subjects that faults will be about; the order of the report is theirs.
    pub(super) fn new(subjects: Vec<Subject>) -> Self {
        Self {
            subjects,
            bad: BooleanBufferBuilder::new(0),
            n_bad: 0,
            groups: BTreeMap::new(),
            notes: BTreeMap::new(),
        }
    }

    /// How many rows there are so far.
    pub(super) fn rows(&self) -> usize {
        self.bad.len()
    }

    /// Takes in more rows, all good.
    pub(super) fn add_rows(&mut self, n: usize) {
        self.bad.append_n(n, false);
    }

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
        if samples.len() < SAMPLES {
            let value = value();
            let value = if self.subjects[subject].personal { shape(&value) } else { shorten(&value) };
            samples.push(RejectedRow { row: row as u64, value });
        }
    }

    pub(super) fn note(&mut self, subject: usize, remark: Remark, count: u64) {
        if count > 0 {
            *self.notes.entry((subject, remark)).or_default() += count;
        }
    }

    pub(super) fn is_bad(&self, row: usize) -> bool {
        self.bad.get_bit(row)
    }

    /// The rows that are good, in order; `None` where all are.
    pub(super) fn good_rows(&self) -> Option<Vec<u32>> {
        if self.n_bad == 0 {
            return None;
        }
        Some((0..self.rows()).filter(|&row| !self.is_bad(row)).map(|row| row as u32).collect())
    }

    pub(super) fn report(self, source: &str) -> SourceReport {
        let column = |subject: usize| self.subjects[subject].column.clone();
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
            rows_read: self.bad.len() as u64,
            accepted: (self.bad.len() - self.n_bad) as u64,
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
        let mut tally = Tally::new(vec![subject("a", false), subject("b", true)]);
        tally.add_rows(10);
        for row in 0..7 {
            tally.reject(1, Fault::NotADate, row, || format!("1990年{row}月 王"));
        }
        tally.reject(0, Fault::NotANumber, 3, || unreachable!("row 3 is already bad"));
        tally.reject(0, Fault::NotANumber, 8, || "長".repeat(100));
        assert_eq!(tally.good_rows(), Some(vec![7, 9]));
        let report = tally.report("s");
        assert_eq!((report.rows_read, report.accepted, report.rejected_rows()), (10, 2, 8));
        assert_eq!(report.rejected[0].samples[0].value.chars().count(), 80);
        assert_eq!(report.rejected[1].count, 7);
        assert_eq!(report.rejected[1].samples.len(), 5);
        assert_eq!(report.rejected[1].samples[0].value, "9999x9x x");
    }

    #[test]
    fn codes_are_distinct() {
        let codes: std::collections::BTreeSet<_> = Fault::ALL.iter().map(|fault| fault.code()).collect();
        assert_eq!(codes.len(), Fault::ALL.len());
    }
}
