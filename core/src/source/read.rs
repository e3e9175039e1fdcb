//! Reading one source.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::{Array, TimestampMicrosecondArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use rayon::prelude::*;

use crate::catalog::model::{SourceDef, SourceKind};
use crate::source::cells::{Converter, Events, Ids, TextOverflow, show};
use crate::source::derive::Made;
use crate::source::parse::TextRules;
use crate::source::plan::{self, Plan, Slot};
use crate::source::report::{Fault, Remark};
use crate::source::rows::{Numbers, Piece};
use crate::source::scan::{Chunk, Part, Stretch};
use crate::source::tally::{Subject, Tally, Totals};
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
    let time = Reach { as_of, before: None };
    let all = read_pieces(name, def, zone, table, lookups, time, &|piece| Ok::<_, SourceError>(piece))?;
    let rows = Rows::join(&all.pieces).map_err(|kind| {
        let column = def.identifiers.get(&kind).cloned().unwrap_or_default();
        SourceError::TooMuchText { name: name.to_owned(), column }
    })?;
    Ok((rows, all.report))
}

/// How far a source is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach {
    /// `NOW()` in computed columns.
    pub(crate) as_of: Timestamp,
    /// Rows at or after this instant are counted and not looked at, sound or not: nobody may know them yet.
    pub(crate) before: Option<Timestamp>,
}

/// What was made of the pieces of a source.
pub(crate) struct Taken<T> {
    /// In the order of the table, at least one.
    pub(crate) pieces: Vec<T>,
    pub(crate) report: SourceReport,
    /// How many rows nobody may know yet; they count as accepted.
    pub(crate) later: u64,
}

/// Reads one source piece by piece, on all threads of the pool: `take` is given each piece, on any thread and in any
/// order.
///
/// # Errors
/// As [`read`], and whatever `take` says; of several errors that of the first rows.
pub(crate) fn read_pieces<T: Send, E: From<SourceError> + Send>(
    name: &str,
    def: &SourceDef,
    zone: &Zone,
    table: &Table,
    lookups: &Lookups,
    reach: Reach,
    take: &(dyn Fn(Piece) -> Result<T, E> + Sync),
) -> Result<Taken<T>, E> {
    let own_zone = (def.timezone.as_deref().map(Zone::named).transpose())
        .map_err(|error| SourceError::TimeZone { name: name.to_owned(), error })?;
    let rules = TextRules::new(name, def.parse.as_ref())?;
    let mut plan = Plan::new(name, def)?;
    let parts = Part::open(name, def.csv.as_ref(), table)?;
    let places = plan.locate(&parts)?;
    let reader = Reader {
        name,
        kind: def.kind,
        rules: &rules,
        zone: own_zone.as_ref().unwrap_or(zone),
        lookups,
        reach,
        subjects: plan.subjects(),
        plan,
    };
    let mut totals = Totals::default();
    let guessed = parts.iter().filter(|part| part.is_guessed_gb18030()).count();
    totals.note(Plan::LINE, Remark::Gb18030, guessed as u64);
    let mut pieces = Vec::new();
    for stretch in reader.stretches(parts, &places, take)? {
        for (made, tally) in stretch {
            pieces.push(made);
            totals.add(tally);
        }
    }
    let later = totals.later();
    Ok(Taken { pieces, report: totals.report(&reader.subjects, name), later })
}

/// How a source is read.
pub(super) struct Reader<'a> {
    pub(super) name: &'a str,
    kind: SourceKind,
    pub(super) rules: &'a TextRules,
    pub(super) zone: &'a Zone,
    pub(super) lookups: &'a Lookups,
    pub(super) reach: Reach,
    pub(super) plan: Plan<'a>,
    subjects: Vec<Subject>,
}

/// A piece of a source while it is read.
pub(super) struct Reading<'r> {
    pub(super) reader: &'r Reader<'r>,
    pub(super) tally: Tally<'r>,
    /// The number of its first row in the table.
    pub(super) first: u32,
    /// The numbers of the rows that are read.
    numbers: Numbers,
}

/// All that is asked for, or, where some rows of a chunk may not be known yet, those that may.
type Sight<T> = ControlFlow<Vec<u32>, T>;

/// By read: its column, and its identifiers where it is nothing else.
type Converted = (Vec<Column>, Vec<Option<Ids>>);

/// What was made of the pieces of a stretch.
type Pieces<'r, T> = Vec<(T, Tally<'r>)>;

impl Reader<'_> {
    /// Reads all stretches of all parts; gives them in order.
    fn stretches<T: Send, E: From<SourceError> + Send>(
        &self,
        parts: Vec<Part<'_>>,
        places: &[Vec<usize>],
        take: &(dyn Fn(Piece) -> Result<T, E> + Sync),
    ) -> Result<Vec<Pieces<'_, T>>, E> {
        let all = parts.into_iter().zip(places).flat_map(|(part, wanted)| {
            part.stretches(wanted).map(move |stretch| stretch.map(|stretch| (stretch, wanted.as_slice())))
        });
        // The first stretch that failed: nothing behind it needs to be read, everything before it does.
        let failed = AtomicUsize::new(usize::MAX);
        let mut first = 0;
        let numbered = all.enumerate().map(|(at, stretch)| {
            let stretch = stretch.and_then(|(stretch, wanted)| {
                let from = first;
                first += stretch.rows();
                if first > MAX_ROWS as usize {
                    return Err(SourceError::TooManyRows { name: self.name.to_owned() });
                }
                Ok((from, stretch, wanted))
            });
            if stretch.is_err() {
                failed.fetch_min(at, Ordering::Relaxed);
            }
            (at, stretch)
        });
        let numbered = numbered.take_while(|(at, _)| *at <= failed.load(Ordering::Relaxed));
        let mut done: Vec<(usize, Result<Pieces<'_, T>, E>)> = numbered
            .par_bridge()
            .map(|(at, stretch)| {
                let made = (stretch.map_err(E::from))
                    .and_then(|(from, stretch, wanted)| self.stretch(stretch, wanted, from, take));
                if made.is_err() {
                    failed.fetch_min(at, Ordering::Relaxed);
                }
                (at, made)
            })
            .collect();
        done.sort_unstable_by_key(|(at, _)| *at);
        let mut done: Vec<Pieces<'_, T>> =
            done.into_iter().map(|(_, made)| made).collect::<Result<_, E>>()?;
        if done.iter().all(Vec::is_empty) {
            done.push(vec![self.piece(&Chunk::empty(&self.plan), 0, take)?]);
        }
        Ok(done)
    }

    fn stretch<T, E: From<SourceError>>(
        &self,
        stretch: Stretch<'_>,
        wanted: &[usize],
        mut first: usize,
        take: &(dyn Fn(Piece) -> Result<T, E> + Sync),
    ) -> Result<Pieces<'_, T>, E> {
        let mut made = Vec::new();
        if let (Some(before), Some(time)) = (self.reach.before, self.time_in(wanted))
            && stretch.is_known_from(time, before)
        {
            let later = stretch.rows();
            let (piece, tally) = self.piece(&Chunk::empty(&self.plan), first, take)?;
            return Ok(vec![(piece, tally.with_later(later))]);
        }
        let mut failed = None;
        let result = stretch.scan(wanted, &mut |chunk| {
            match self.piece(&chunk, first, take) {
                Ok(piece) => made.push(piece),
                Err(error) => {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
            }
            first += chunk.rows;
            ControlFlow::Continue(())
        });
        match failed {
            Some(error) => Err(error),
            None => result.map(|()| made).map_err(E::from),
        }
    }

    fn piece<T, E: From<SourceError>>(
        &self,
        chunk: &Chunk,
        first: usize,
        take: &(dyn Fn(Piece) -> Result<T, E> + Sync),
    ) -> Result<(T, Tally<'_>), E> {
        self.numbered(chunk, first as u32, Numbers::From(first as u32), 0, take)
    }

    /// A piece of rows with their numbers in the table; `later` are those that were left out as nobody may know them yet.
    fn numbered<T, E: From<SourceError>>(
        &self,
        chunk: &Chunk,
        first: u32,
        numbers: Numbers,
        later: usize,
        take: &(dyn Fn(Piece) -> Result<T, E> + Sync),
    ) -> Result<(T, Tally<'_>), E> {
        let tally = Tally::new(&self.subjects, numbers.clone(), chunk.rows).with_later(later);
        let mut reading = Reading { reader: self, tally, first, numbers };
        let known = match reading.piece(chunk)? {
            Sight::Continue(piece) => return Ok((take(piece)?, reading.tally)),
            Sight::Break(known) => known,
        };
        // The time of each row is its own: among those that are left none is later.
        let numbers = known.iter().map(|&row| reading.numbers.get(row as usize)).collect();
        let later = later + chunk.rows - known.len();
        self.numbered(&chunk.take(&known), first, Numbers::Each(numbers), later, take)
    }

    /// Where the time stands among the columns that are read of a part.
    fn time_in(&self, wanted: &[usize]) -> Option<usize> {
        match self.plan.time? {
            Slot::Read(read) => wanted.get(self.plan.reads[read].table_column).copied(),
            Slot::Derived(_) => None,
        }
    }
}

impl Reading<'_> {
    /// The rows that can be used, if all of them may be known.
    fn piece(&mut self, chunk: &Chunk) -> Result<Sight<Piece>, SourceError> {
        let (plan, before) = (&self.reader.plan, self.reader.reach.before);
        let (reads, ids) = match self.convert(chunk, before)? {
            Sight::Continue(converted) => converted,
            Sight::Break(known) => return Ok(Sight::Break(known)),
        };
        let columns = self.columns(&reads)?;
        let made = Made { reads: &reads, ids: &ids, columns: &columns };
        let time = plan.time.map(|slot| self.time(slot, made)).transpose()?;
        if let Some(known) = before.zip(time.as_ref()).and_then(|(before, time)| rows_before(time, before)) {
            return Ok(Sight::Break(known));
        }
        let mut identifiers = Vec::with_capacity(plan.identifiers.len());
        for &(kind, slot) in &plan.identifiers {
            identifiers.push((kind.to_owned(), self.ids(slot, made)?));
        }
        let rows = Rows {
            len: chunk.rows,
            time,
            identifiers: Vec::new(),
            event_id: (plan.event_id.iter())
                .map(|&slot| match slot {
                    Slot::Read(read) => reads[read].clone(),
                    Slot::Derived(column) => columns[column].clone(),
                })
                .collect(),
            key: plan.key.map(|slot| self.text(slot, made)).transpose()?,
            columns: (plan.columns.iter())
                .zip(&columns)
                .map(|(column, values)| (column.name.to_owned(), values.clone()))
                .collect(),
            numbers: self.numbers.clone(),
        };
        let mut piece = Piece { rows, ids: identifiers, first: self.first };
        self.reject_missing(&piece);
        if let Some(good) = self.tally.good_rows() {
            piece = piece.take(&good);
        }
        self.remark(&piece);
        Ok(Sight::Continue(piece))
    }

    /// The columns of the table, each as its type; identifiers that are nothing else as they stand.
    /// Stops at the time, if that is one of them and some rows are at or after `before`.
    fn convert(&mut self, chunk: &Chunk, before: Option<Timestamp>) -> Result<Sight<Converted>, SourceError> {
        let reader = self.reader;
        for (row, fault, shown) in &chunk.malformed {
            self.tally.reject(Plan::LINE, *fault, *row, || shown.clone());
        }
        let mut columns = Vec::with_capacity(reader.plan.reads.len());
        let mut all_ids = Vec::with_capacity(reader.plan.reads.len());
        for (index, read) in reader.plan.reads.iter().enumerate() {
            let array = &chunk.columns[read.table_column];
            let mut events = Events::default();
            let too_much = |TextOverflow| SourceError::TooMuchText {
                name: reader.name.to_owned(),
                column: reader.plan.table_columns[read.table_column].to_owned(),
            };
            if read.is_id {
                all_ids.push(Some(Ids::of(array, reader.rules, &mut events).map_err(too_much)?));
                columns.push(Column::nulls(DataType::String, 0));
            } else {
                let wanted = read.wanted.unwrap_or(DataType::String);
                let mut converter = Converter::new(wanted, reader.rules, reader.zone);
                events = converter.push(array);
                let column = converter.finish().map_err(too_much)?;
                if let (Some(before), Column::Timestamp(times)) = (before, &column)
                    && reader.plan.time == Some(Slot::Read(index))
                    && let Some(known) = rows_before(times, before)
                {
                    return Ok(Sight::Break(known));
                }
                columns.push(column);
                all_ids.push(None);
            }
            let subject = Plan::subject_of_read(index);
            for (row, fault) in events.faults {
                self.tally.reject(subject, fault, row as usize, || show(array, row as usize));
            }
            self.tally.note(subject, Remark::NanToNull, events.nan);
            self.tally.note(subject, Remark::Rounded, events.rounded);
        }
        Ok(Sight::Continue((columns, all_ids)))
    }

    /// Puts rows aside that lack what a row of this kind must have.
    fn reject_missing(&mut self, piece: &Piece) {
        let (plan, tally, rows) = (&self.reader.plan, &mut self.tally, &piece.rows);
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
        if let (SourceKind::Events, Some(missing)) = (self.reader.kind, missing(time)) {
            reject(plan.time.map_or(row, |slot| plan.subject_of_slot(slot)), Fault::NoTime, &missing);
        }
        let key = rows.key.as_ref().map(|key| Array::nulls(key.codes()));
        if self.reader.kind == SourceKind::Lookup {
            if let Some(missing) = missing(key) {
                reject(plan.key.map_or(row, |slot| plan.subject_of_slot(slot)), Fault::NoKey, &missing);
            }
        } else {
            let mut all_missing = Some(BooleanBuffer::new_set(rows.len));
            for (_, ids) in &piece.ids {
                let missing = ids.nulls().map(|nulls| !nulls.inner());
                all_missing = all_missing.zip(missing).map(|(so_far, missing)| &so_far & &missing);
            }
            if let Some(missing) = all_missing {
                reject(row, Fault::NoIdentifier, &missing);
            }
        }
        for (index, column) in plan.columns.iter().enumerate().filter(|(_, column)| column.required) {
            if let Some(missing) = missing(Some(rows.columns[index].1.null_buffer())) {
                let subject = match column.from {
                    plan::From::Table(read) => Plan::subject_of_read(read),
                    _ => plan.subject_of_column(index),
                };
                reject(subject, Fault::NoValue, &missing);
            }
        }
    }

    /// Notes what accepted rows lack.
    fn remark(&mut self, piece: &Piece) {
        let (plan, rows) = (&self.reader.plan, &piece.rows);
        for (kind, (_, ids)) in piece.ids.iter().enumerate() {
            let missing = ids.nulls().map_or(0, NullBuffer::null_count);
            self.tally.note(plan.subject_of_kind(kind), Remark::NoIdentifierOfKind, missing as u64);
        }
        if let Some(&slot) = plan.event_id.first() {
            let missing = (0..rows.len).filter(|&row| rows.event_id.iter().all(|column| column.is_null(row)));
            let missing = if rows.event_id.iter().any(|c| c.null_count() == 0) { 0 } else { missing.count() };
            self.tally.note(plan.subject_of_slot(slot), Remark::NoEventId, missing as u64);
        }
    }
}

/// The rows that are not at or after an instant, nulls among them; `None` where all are.
fn rows_before(times: &TimestampMicrosecondArray, before: Timestamp) -> Option<Vec<u32>> {
    let before = before.micros();
    if times.values().iter().all(|&time| time < before) {
        return None;
    }
    let known = |row: &u32| times.is_null(*row as usize) || times.value(*row as usize) < before;
    let known: Vec<u32> = (0..times.len() as u32).filter(known).collect();
    (known.len() < times.len()).then_some(known)
}
