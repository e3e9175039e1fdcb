//! Columns that are not in the table: computed from other columns of the row, or looked up.

use arrow_array::TimestampMicrosecondArray;

use crate::expr::{Block, Field, Program, Schema};
use crate::source::SourceError;
use crate::source::cells::{Converter, Ids, TextOverflow, show};
use crate::source::plan::{From, PlanColumn, Slot};
use crate::source::read::Reading;
use crate::source::report::Remark;
use crate::value::{Column, DataType, StringColumn};

/// What there is so far: the columns of the table, and the declared columns.
#[derive(Clone, Copy)]
pub(super) struct Made<'a> {
    pub(super) reads: &'a [Column],
    /// By read: identifiers that are nothing else, which have no column.
    pub(super) ids: &'a [Option<Ids>],
    pub(super) columns: &'a [Column],
}

impl Reading<'_> {
    /// The declared columns, in the order of the catalogue.
    pub(super) fn columns(&mut self, reads: &[Column]) -> Result<Vec<Column>, SourceError> {
        let mut columns: Vec<Column> = Vec::with_capacity(self.reader.plan.columns.len());
        for index in 0..self.reader.plan.columns.len() {
            let PlanColumn { name, data_type, from, .. } = self.reader.plan.columns[index];
            let made = Made { reads, ids: &[], columns: &columns };
            let column = match from {
                From::Table(read) => reads[read].clone(),
                From::Value(expression) => {
                    let computed = self.compute(index, expression, made)?;
                    self.recast(index, &computed, data_type)?
                }
                From::Lookup { path, by } => {
                    let keys = self.text(by, made)?;
                    let found = self.reader.lookups.find(path, &keys).map_err(|(problem, nearest)| {
                        let (name, column) = (self.reader.name.to_owned(), name.to_owned());
                        SourceError::Lookup { name, column, lookup: path.to_owned(), problem, nearest }
                    })?;
                    self.tally.note(
                        self.reader.plan.subject_of_column(index),
                        Remark::LookupMiss,
                        found.misses,
                    );
                    self.recast(index, &found.column, data_type)?
                }
            };
            columns.push(column);
        }
        Ok(columns)
    }

    /// The values of an expression over the columns of the table, declared anywhere, and the columns made before.
    fn compute(&mut self, index: usize, expression: &str, made: Made<'_>) -> Result<Column, SourceError> {
        let mut schema = Schema::new();
        let mut inputs: Vec<&Column> = Vec::new();
        for (other, column) in self.reader.plan.columns.iter().enumerate() {
            let values = match column.from {
                From::Table(read) => &made.reads[read],
                _ if other < index => &made.columns[other],
                _ => continue,
            };
            schema.push(Field::new(column.name, column.data_type));
            inputs.push(values);
        }
        let mut program = Program::new(schema);
        let root = program.add(expression).map_err(|errors| SourceError::Expression {
            name: self.reader.name.to_owned(),
            column: self.reader.plan.columns[index].name.to_owned(),
            error: Box::new(errors),
        })?;
        let block = Block::new(self.tally.rows(), self.reader.reach.as_of, self.reader.zone)
            .with_columns(inputs.iter().copied());
        let evaluate = |block: &Block<'_>| {
            let evaluation = program.evaluate(&[root], block);
            evaluation.expect(
                "invariant: the block has a column of the type and length for each field of the schema",
            )
        };
        let mut evaluation = evaluate(&block);
        let mut overflows = evaluation.overflows;
        if overflows > 0 && self.first > 0 {
            // Parts of the expression that do not vary are worked out once a table, not once a piece.
            let empty: Vec<Column> = inputs.iter().map(|column| column.slice(0, 0)).collect();
            let none = Block::new(0, self.reader.reach.as_of, self.reader.zone).with_columns(&empty);
            overflows -= evaluate(&none).overflows;
        }
        self.tally.note(self.reader.plan.subject_of_column(index), Remark::Overflow, overflows);
        Ok(evaluation.columns.swap_remove(0))
    }

    /// A column that is not in the table as another type; what cannot be read is a fault of its row.
    fn recast(&mut self, index: usize, column: &Column, wanted: DataType) -> Result<Column, SourceError> {
        if column.data_type() == wanted {
            return Ok(column.clone());
        }
        let name = self.reader.plan.columns[index].name;
        let array = column.to_arrow();
        self.reader.plan.check(name, array.data_type(), wanted)?;
        let mut converter = Converter::new(wanted, self.reader.rules, self.reader.zone);
        let events = converter.push(&array);
        let subject = self.reader.plan.subject_of_column(index);
        for (row, fault) in events.faults {
            self.tally.reject(subject, fault, row as usize, || show(&array, row as usize));
        }
        self.tally.note(subject, Remark::Rounded, events.rounded);
        converter.finish().map_err(|TextOverflow| SourceError::TooMuchText {
            name: self.reader.name.to_owned(),
            column: name.to_owned(),
        })
    }

    fn slot(&mut self, slot: Slot, made: Made<'_>, wanted: DataType) -> Result<Column, SourceError> {
        match slot {
            Slot::Read(read) => Ok(made.reads[read].clone()),
            Slot::Derived(index) => self.recast(index, &made.columns[index], wanted),
        }
    }

    /// Identifiers.
    pub(super) fn ids(&mut self, slot: Slot, made: Made<'_>) -> Result<Ids, SourceError> {
        if let Slot::Read(read) = slot
            && let Some(ids) = &made.ids[read]
        {
            return Ok(ids.clone());
        }
        self.text(slot, made).map(Ids::Coded)
    }

    pub(super) fn text(&mut self, slot: Slot, made: Made<'_>) -> Result<StringColumn, SourceError> {
        match self.slot(slot, made, DataType::String)? {
            Column::String(column) => Ok(column),
            _ => unreachable!("invariant: read as a string"),
        }
    }

    pub(super) fn time(
        &mut self,
        slot: Slot,
        made: Made<'_>,
    ) -> Result<TimestampMicrosecondArray, SourceError> {
        match self.slot(slot, made, DataType::Timestamp)? {
            Column::Timestamp(column) => Ok(column),
            _ => unreachable!("invariant: read as a timestamp"),
        }
    }
}
