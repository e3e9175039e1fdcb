//! Reading one source.

use arrow_array::{Array, ArrayRef};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use rayon::prelude::*;

use crate::catalog::model::{SourceDef, SourceKind};
use crate::source::cells::{Converter, TextOverflow, show};
use crate::source::derive::Made;
use crate::source::parse::TextRules;
use crate::source::plan::{From, Plan, Slot};
use crate::source::report::{Fault, Remark};
use crate::source::scan::{Chunk, Part};
use crate::source::tally::Tally;
use crate::source::{Lookups, MAX_ROWS, Rows, SourceError, SourceReport, Table};
use crate::time::{Timestamp, Zone};
use crate::value::{Column, DataType};

/// Reads one source: finds the columns that its definition names, types them and puts rows that cannot be used aside.
///
/// `zone` is the catalogue's, for wall-clock times of sources without a time zone of their own; `as_of` is `NOW()` in
/// computed columns. Columns that the definition does not name are not read.
///
/// # Types
/// Whole numbers are read from integers, whole floats and decimals, and text; floats and decimals from all numbers and
/// text; `decimal` is rounded half away from zero to its scale (noted where a digit is lost). `bool` is read from
/// booleans, 0 and 1, and text. `date` and `timestamp` are read from dates, timestamps of all units (nanoseconds
/// rounded down) and text; a timestamp without a zone is a wall clock, a date the start of its day. `string` and
/// identifiers are read from text as it stands and from whole numbers; a float past 2^53 holds none. `set<string>` is
/// read from lists of text and from the text of a JSON array. Empty text, white space and the `nulls` of `parse` are
/// null in every type; NaN is null, with a note.
///
/// # Errors
/// A [`SourceError`] where a file cannot be read, a column is missing or of a type that cannot be read as the declared
/// one, or a lookup or expression is wrong. Bad values are no error: see the report.
pub fn read(
    name: &str,
    def: &SourceDef,
    zone: &Zone,
    table: &Table,
    lookups: &Lookups,
    as_of: Timestamp,
) -> Result<(Rows, SourceReport), SourceError> {
    let own_zone = (def.timezone.as_deref().map(Zone::named).transpose())
        .map_err(|error| SourceError::TimeZone { name: name.to_owned(), error })?;
    let rules = TextRules::new(name, def.parse.as_ref())?;
    let mut plan = Plan::new(name, def)?;
    let parts = Part::open(name, def.csv.as_ref(), table)?;
    let places = plan.locate(&parts)?;
    let reading = Reading {
        name,
        kind: def.kind,
        rules: &rules,
        zone: own_zone.as_ref().unwrap_or(zone),
        lookups,
        as_of,
        tally: Tally::new(plan.subjects()),
        plan,
    };
    reading.run(parts, &places)
}

/// A source while it is read.
pub(super) struct Reading<'a> {
    pub(super) name: &'a str,
    kind: SourceKind,
    pub(super) rules: &'a TextRules,
    pub(super) zone: &'a Zone,
    pub(super) lookups: &'a Lookups,
    pub(super) as_of: Timestamp,
    pub(super) plan: Plan<'a>,
    pub(super) tally: Tally,
}

impl Reading<'_> {
    fn run(
        mut self,
        parts: Vec<Part<'_>>,
        places: &[Vec<usize>],
    ) -> Result<(Rows, SourceReport), SourceError> {
        let reads = self.scan(parts, places)?;
        let columns = self.columns(&reads)?;
        let made = Made { reads: &reads, columns: &columns };
        let mut identifiers = Vec::with_capacity(self.plan.identifiers.len());
        for (kind, slot) in self.plan.identifiers.clone() {
            identifiers.push((kind.to_owned(), self.text(slot, made)?));
        }
        let mut rows = Rows {
            len: self.tally.rows(),
            time: self.plan.time.map(|slot| self.time(slot, made)).transpose()?,
            identifiers,
            event_id: (self.plan.event_id.iter())
                .map(|&slot| match slot {
                    Slot::Read(read) => reads[read].clone(),
                    Slot::Derived(column) => columns[column].clone(),
                })
                .collect(),
            key: self.plan.key.map(|slot| self.text(slot, made)).transpose()?,
            columns: (self.plan.columns.iter())
                .zip(&columns)
                .map(|(column, values)| (column.name.to_owned(), values.clone()))
                .collect(),
            numbers: None,
        };
        self.reject_missing(&rows);
        if let Some(good) = self.tally.good_rows() {
            rows = rows.take(&good);
        }
        self.remark(&rows);
        Ok((rows, self.tally.report(self.name)))
    }

    /// Reads the columns of the table, each as its type.
    fn scan(&mut self, parts: Vec<Part<'_>>, places: &[Vec<usize>]) -> Result<Vec<Column>, SourceError> {
        let (rules, zone) = (self.rules, self.zone);
        let mut converters: Vec<Converter<'_>> = (self.plan.reads.iter())
            .map(|read| Converter::new(read.wanted.unwrap_or(DataType::String), rules, zone))
            .collect();
        for (part, places) in parts.into_iter().zip(places) {
            if part.is_guessed_gb18030() {
                self.tally.note(Plan::LINE, Remark::Gb18030, 1);
            }
            part.scan(places, &mut |chunk| self.push(chunk, &mut converters))?;
        }
        (converters.into_iter().zip(&self.plan.reads))
            .map(|(converter, read)| {
                converter.finish().map_err(|TextOverflow| SourceError::TooMuchText {
                    name: self.name.to_owned(),
                    column: self.plan.table_columns[read.table_column].to_owned(),
                })
            })
            .collect()
    }

    fn push(&mut self, chunk: Chunk, converters: &mut [Converter<'_>]) -> Result<(), SourceError> {
        let first = self.tally.rows();
        if chunk.rows > MAX_ROWS as usize - first {
            return Err(SourceError::TooManyRows { name: self.name.to_owned() });
        }
        self.tally.add_rows(chunk.rows);
        for (row, fault, shown) in chunk.malformed {
            self.tally.reject(Plan::LINE, fault, first + row, || shown);
        }
        let array = |read: usize| -> &ArrayRef { &chunk.columns[self.plan.reads[read].table_column] };
        // Columns are independent; what they report is put together in their order.
        let events: Vec<_> =
            converters.par_iter_mut().enumerate().map(|(read, c)| c.push(array(read))).collect();
        for (read, events) in events.into_iter().enumerate() {
            let subject = Plan::subject_of_read(read);
            for (row, fault) in events.faults {
                self.tally.reject(subject, fault, first + row as usize, || show(array(read), row as usize));
            }
            self.tally.note(subject, Remark::NanToNull, events.nan);
            self.tally.note(subject, Remark::Rounded, events.rounded);
        }
        Ok(())
    }

    /// Puts rows aside that lack what a row of this kind must have.
    fn reject_missing(&mut self, rows: &Rows) {
        let (plan, tally) = (&self.plan, &mut self.tally);
        let row = plan.subject_of_row();
        let mut reject = |subject: usize, fault: Fault, missing: &BooleanBuffer| {
            for row in missing.set_indices() {
                tally.reject(subject, fault, row, String::new);
            }
        };
        let missing = |nulls: Option<Option<&NullBuffer>>| match nulls {
            None => Some(BooleanBuffer::new_set(rows.len)),
            Some(nulls) => nulls.map(|nulls| !nulls.inner()),
        };
        let time = rows.time.as_ref().map(Array::nulls);
        if let (SourceKind::Events, Some(missing)) = (self.kind, missing(time)) {
            reject(plan.time.map_or(row, |slot| plan.subject_of_slot(slot)), Fault::NoTime, &missing);
        }
        let key = rows.key.as_ref().map(|key| Array::nulls(key.codes()));
        if self.kind == SourceKind::Lookup {
            if let Some(missing) = missing(key) {
                reject(plan.key.map_or(row, |slot| plan.subject_of_slot(slot)), Fault::NoKey, &missing);
            }
        } else {
            let mut all_missing = Some(BooleanBuffer::new_set(rows.len));
            for (_, identifier) in &rows.identifiers {
                let missing = identifier.codes().nulls().map(|nulls| !nulls.inner());
                all_missing = all_missing.zip(missing).map(|(so_far, missing)| &so_far & &missing);
            }
            if let Some(missing) = all_missing {
                reject(row, Fault::NoIdentifier, &missing);
            }
        }
        for (index, column) in plan.columns.iter().enumerate().filter(|(_, column)| column.required) {
            if let Some(missing) = missing(Some(rows.columns[index].1.null_buffer())) {
                let subject = match column.from {
                    From::Table(read) => Plan::subject_of_read(read),
                    _ => plan.subject_of_column(index),
                };
                reject(subject, Fault::NoValue, &missing);
            }
        }
    }

    /// Notes what accepted rows lack.
    fn remark(&mut self, rows: &Rows) {
        for (kind, (_, identifier)) in rows.identifiers.iter().enumerate() {
            let missing = Array::null_count(identifier.codes());
            self.tally.note(self.plan.subject_of_kind(kind), Remark::NoIdentifierOfKind, missing as u64);
        }
        if let Some(&slot) = self.plan.event_id.first() {
            let missing = (0..rows.len).filter(|&row| rows.event_id.iter().all(|column| column.is_null(row)));
            let missing = if rows.event_id.iter().any(|c| c.null_count() == 0) { 0 } else { missing.count() };
            self.tally.note(self.plan.subject_of_slot(slot), Remark::NoEventId, missing as u64);
        }
    }
}
