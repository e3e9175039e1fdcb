//! What has to be read from a table to serve a source's definition.

use arrow_schema::DataType as Arrow;

use crate::catalog::model::{ColumnSpec, OneOrMany, SourceDef};
use crate::source::SourceError;
use crate::source::cells::{self, Kind};
use crate::source::error::nearest;
use crate::source::scan::Part;
use crate::source::tally::Subject;
use crate::value::DataType;

/// A source's definition, resolved to columns of its table.
pub(super) struct Plan<'a> {
    name: &'a str,
    /// The columns of the table that are needed, each once.
    pub(super) table_columns: Vec<&'a str>,
    /// What is made of them, in the order in which faults count.
    pub(super) reads: Vec<Read>,
    pub(super) time: Option<Slot>,
    pub(super) identifiers: Vec<(&'a str, Slot)>,
    pub(super) event_id: Vec<Slot>,
    pub(super) key: Option<Slot>,
    pub(super) columns: Vec<PlanColumn<'a>>,
}

/// A column of the table, read as a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Read {
    /// Index into `table_columns`.
    pub(super) table_column: usize,
    /// `None` where it is not declared: whole numbers stay numbers, all else is text.
    pub(super) wanted: Option<DataType>,
    /// Whether it is an identifier and nothing else.
    pub(super) is_id: bool,
}

/// Where the values of a use come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// Index into `reads`.
    Read(usize),
    /// Index into `columns`: one that is no column of the table.
    Derived(usize),
}

/// A declared column.
pub(super) struct PlanColumn<'a> {
    pub(super) name: &'a str,
    pub(super) data_type: DataType,
    pub(super) required: bool,
    pub(super) personal: bool,
    pub(super) from: From<'a>,
}

/// Where a declared column comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum From<'a> {
    /// Index into `reads`.
    Table(usize),
    /// An expression.
    Value(&'a str),
    /// `source.column` of a lookup source, and what holds its key.
    Lookup { path: &'a str, by: Slot },
}

impl<'a> Plan<'a> {
    pub(super) fn new(name: &'a str, def: &'a SourceDef) -> Result<Self, SourceError> {
        let mut plan = Self {
            name,
            table_columns: Vec::new(),
            reads: Vec::new(),
            time: None,
            identifiers: Vec::new(),
            event_id: Vec::new(),
            key: None,
            columns: Vec::new(),
        };
        plan.time = def.time.as_deref().map(|column| plan.slot(def, column, Some(DataType::Timestamp)));
        for (kind, column) in &def.identifiers {
            let slot = plan.slot(def, column, Some(DataType::String));
            plan.identifiers.push((kind, slot));
        }
        for column in def.event_id.as_ref().map(OneOrMany::names).unwrap_or_default() {
            let declared = def.columns.get(column).map(crate::catalog::model::ColumnDef::data_type);
            let slot = plan.slot(def, column, declared);
            plan.event_id.push(slot);
        }
        plan.key = def.key.as_deref().map(|column| plan.slot(def, column, Some(DataType::String)));
        for (index, (column, definition)) in def.columns.iter().enumerate() {
            let (spec, data_type) = (definition.spec(), definition.data_type());
            let from = match (spec.and_then(|s| s.value.as_deref()), spec.and_then(|s| s.lookup.as_deref())) {
                (Some(expression), _) => From::Value(expression),
                (None, Some(path)) => {
                    let problem = |problem| SourceError::Lookup {
                        name: name.to_owned(),
                        column: column.clone(),
                        lookup: path.to_owned(),
                        problem,
                        nearest: None,
                    };
                    let by = spec
                        .and_then(|s| s.by.as_deref())
                        .ok_or_else(|| problem("`by` must say which column holds the key"))?;
                    let by = plan.slot(def, by, Some(DataType::String));
                    if matches!(by, Slot::Derived(other) if other >= index) {
                        return Err(problem("`by` names a column that is made later: put that one first"));
                    }
                    From::Lookup { path, by }
                }
                (None, None) => From::Table(plan.read(table_name(column, spec), Some(data_type))),
            };
            plan.columns.push(PlanColumn {
                name: column,
                data_type,
                required: spec.is_some_and(|s| s.required),
                personal: spec.is_some_and(|s| s.personal),
                from,
            });
        }
        plan.mark_ids();
        Ok(plan)
    }

    /// Marks what is read as identifiers and for nothing else.
    fn mark_ids(&mut self) {
        let mut other_uses = vec![false; self.reads.len()];
        let slots = self.time.iter().chain(&self.event_id).chain(&self.key).copied();
        let columns = self.columns.iter().filter_map(|column| match column.from {
            From::Table(read) => Some(Slot::Read(read)),
            From::Lookup { by, .. } => Some(by),
            From::Value(_) => None,
        });
        for slot in slots.chain(columns) {
            if let Slot::Read(read) = slot {
                other_uses[read] = true;
            }
        }
        for (_, slot) in &self.identifiers {
            if let Slot::Read(read) = *slot {
                self.reads[read].is_id = !other_uses[read];
            }
        }
    }

    /// The values of a column by its declared name, or by its name in the table where it is not declared.
    fn slot(&mut self, def: &'a SourceDef, column: &'a str, wanted: Option<DataType>) -> Slot {
        let Some((index, _, definition)) = def.columns.get_full(column) else {
            return Slot::Read(self.read(column, wanted));
        };
        match definition.spec() {
            Some(spec) if spec.value.is_some() || spec.lookup.is_some() => Slot::Derived(index),
            spec => Slot::Read(self.read(table_name(column, spec), wanted)),
        }
    }

    fn read(&mut self, table_column: &'a str, wanted: Option<DataType>) -> usize {
        let table_column =
            self.table_columns.iter().position(|&known| known == table_column).unwrap_or_else(|| {
                self.table_columns.push(table_column);
                self.table_columns.len() - 1
            });
        let read = Read { table_column, wanted, is_id: false };
        self.reads.iter().position(|&known| known == read).unwrap_or_else(|| {
            self.reads.push(read);
            self.reads.len() - 1
        })
    }

    /// Finds the needed columns in each part of the table, checks their types and settles those that are not declared.
    pub(super) fn locate(&mut self, parts: &[Part<'_>]) -> Result<Vec<Vec<usize>>, SourceError> {
        let mut places = Vec::with_capacity(parts.len());
        let mut all_whole = vec![true; self.reads.len()];
        for part in parts {
            let columns = part.columns();
            let found = self.table_columns.iter().map(|wanted| self.find(wanted, &columns));
            let found: Vec<usize> = found.collect::<Result<_, _>>()?;
            for (read, all_whole) in self.reads.iter().zip(&mut all_whole) {
                let (column, found) = columns[found[read.table_column]];
                *all_whole &= matches!(Kind::of(found), Some(Kind::Int | Kind::Null));
                self.check(column, found, read.wanted.unwrap_or(DataType::String))?;
            }
            places.push(found);
        }
        for (read, all_whole) in self.reads.iter_mut().zip(all_whole) {
            read.wanted.get_or_insert(if all_whole { DataType::Int } else { DataType::String });
        }
        Ok(places)
    }

    /// Checks that a column that was found can be read as the type that is wanted.
    pub(super) fn check(&self, column: &str, found: &Arrow, wanted: DataType) -> Result<(), SourceError> {
        cells::check(found, wanted).map_err(|help| SourceError::MistypedColumn {
            name: self.name.to_owned(),
            column: column.to_owned(),
            wanted,
            found: found.to_string().into(),
            help,
        })
    }

    /// The place of a column: the one of that very name, else the one that differs by white space at its ends.
    fn find(&self, wanted: &str, columns: &[(&str, &Arrow)]) -> Result<usize, SourceError> {
        let same = |of: fn(&str) -> &str| {
            let places: Vec<usize> = (0..columns.len()).filter(|&i| of(columns[i].0) == of(wanted)).collect();
            places
        };
        let exact = same(|name| name);
        let places = if exact.is_empty() { same(str::trim) } else { exact };
        match places[..] {
            [place] => Ok(place),
            [] => Err(SourceError::MissingColumn {
                name: self.name.to_owned(),
                column: wanted.to_owned(),
                nearest: nearest(wanted, columns.iter().map(|(name, _)| *name)),
                found: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
            }),
            _ => Err(SourceError::RepeatedColumn { name: self.name.to_owned(), column: wanted.to_owned() }),
        }
    }

    /// What faults and notes can be about: see the numbers below.
    pub(super) fn subjects(&self) -> Vec<Subject> {
        let personal = self.personal_table_columns();
        let whole_row = || Subject { column: None, personal: true };
        let reads = self.reads.iter().map(|read| Subject {
            column: Some(self.table_columns[read.table_column].to_owned()),
            personal: personal[read.table_column],
        });
        let columns = self
            .columns
            .iter()
            .map(|column| Subject { column: Some(column.name.to_owned()), personal: column.personal });
        let kinds = self
            .identifiers
            .iter()
            .map(|(kind, _)| Subject { column: Some((*kind).to_owned()), personal: true });
        // What is shown of malformed lines is written by the reader and holds nothing of them.
        let line = Subject { column: None, personal: false };
        std::iter::once(line).chain(reads).chain([whole_row()]).chain(columns).chain(kinds).collect()
    }

    /// The row as a line of a file.
    pub(super) const LINE: usize = 0;

    pub(super) fn subject_of_read(read: usize) -> usize {
        1 + read
    }

    /// The row as a whole.
    pub(super) fn subject_of_row(&self) -> usize {
        1 + self.reads.len()
    }

    pub(super) fn subject_of_column(&self, column: usize) -> usize {
        2 + self.reads.len() + column
    }

    pub(super) fn subject_of_kind(&self, kind: usize) -> usize {
        2 + self.reads.len() + self.columns.len() + kind
    }

    pub(super) fn subject_of_slot(&self, slot: Slot) -> usize {
        match slot {
            Slot::Read(read) => Self::subject_of_read(read),
            Slot::Derived(column) => self.subject_of_column(column),
        }
    }

    /// Identifiers are always shown by their shape, and so is a column of the table if any use of it is personal.
    fn personal_table_columns(&self) -> Vec<bool> {
        let mut personal = vec![false; self.table_columns.len()];
        for (_, slot) in &self.identifiers {
            if let Slot::Read(read) = *slot {
                personal[self.reads[read].table_column] = true;
            }
        }
        for column in self.columns.iter().filter(|column| column.personal) {
            if let From::Table(read) = column.from {
                personal[self.reads[read].table_column] = true;
            }
        }
        personal
    }
}

fn table_name<'a>(column: &'a str, spec: Option<&'a ColumnSpec>) -> &'a str {
    spec.and_then(|spec| spec.from.as_deref()).unwrap_or(column)
}
