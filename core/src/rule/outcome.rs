//! What a decision table gives for one profile, and why.

use serde::Serialize;

use crate::expr::{Ast, Block, BlockError, Field, Program, RootId, Schema, parse};
use crate::rule::hits::Taken;
use crate::rule::unary::Test;
use crate::rule::{CompiledTable, DecisionTable, Frame, Given, RuleError, TableProblem};
use crate::value::{ColumnBuilder, DataType, Value};

/// What a table gives for one profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Outcome {
    /// The outputs by name: one value, or for policies that give lists any number.
    pub values: Vec<(String, Vec<Value>)>,
    /// The rows of the table that were taken, from 1, in the order of the result.
    pub rows: Vec<usize>,
    /// Whether rows matched that must not match together.
    pub is_conflict: bool,
    /// Every row of the table with what its cells made of the profile.
    pub why: Vec<RowHit>,
}

/// A row of a table before one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RowHit {
    /// The row, from 1.
    pub row: usize,
    /// Whether it matches; none is unknown, which does not match.
    pub matches: Option<bool>,
    /// What each cell says, in the order of the inputs; cells that ask nothing are true.
    pub cells: Vec<Option<bool>>,
}

impl DecisionTable {
    /// Evaluates the table for one profile and says which rows match and why.
    ///
    /// # Errors
    /// As [`apply`](Self::apply), with the instant of the values ([`Given::at`]).
    pub fn test(&self, given: &Given) -> Result<Outcome, RuleError> {
        // Inputs that do not parse are reported when they are compiled.
        let inputs: Vec<Ast> = self.def.inputs.iter().filter_map(|input| parse(input).ok()).collect();
        let schema = given.schema(&inputs.iter().collect::<Vec<_>>(), None);
        let typed = given.names().iter().zip(given.values()).zip(schema.fields());
        let columns = typed.map(|((name, value), field)| {
            let data_type = value.data_type().or_else(|| self.hint(name)).unwrap_or(field.data_type);
            let mut builder = ColumnBuilder::new(data_type, 1);
            builder.push(value);
            (name.clone(), builder.finish())
        });
        let frame = Frame::new(columns.collect::<Vec<_>>())?;
        // A frame without columns has no row.
        if frame.is_empty() {
            return Err(RuleError::Definition {
                problems: vec![TableProblem::new("rule.table_empty", "no values were given")],
            });
        }
        let frame = match given.moment() {
            Some((as_of, zone)) => frame.at(*as_of, zone),
            None => frame,
        };
        self.explain_row(&frame, 0)
    }

    /// The type of a null input from the cells beneath it.
    fn hint(&self, name: &str) -> Option<DataType> {
        let at = self.def.inputs.iter().position(|input| input == name)?;
        let fits = |data_type: DataType| self.tests.iter().all(|row| fits(&row[at], data_type));
        let tried = [DataType::Float, DataType::Bool, DataType::Date, DataType::StringSet];
        Some(tried.into_iter().find(|&data_type| fits(data_type)).unwrap_or(DataType::String))
    }

    /// Says for one row of a frame which rows of the table match, and why.
    ///
    /// # Errors
    /// As [`apply`](Self::apply); `rule.no_such_row` past the end.
    pub fn explain_row(&self, frame: &Frame, row: usize) -> Result<Outcome, RuleError> {
        let mut program = Program::new(frame.schema());
        let compiled = self.compiled(&mut program, frame)?;
        if row >= frame.len() {
            return Err(BlockError::NoSuchRow { row, len: frame.len() }.into());
        }
        self.outcome(&program, &compiled, &frame.block(), row).map_err(Into::into)
    }

    pub(crate) fn outcome(
        &self,
        program: &Program,
        compiled: &CompiledTable,
        block: &Block<'_>,
        row: usize,
    ) -> Result<Outcome, BlockError> {
        let truth = |root: RootId| -> Result<Option<bool>, BlockError> {
            Ok(if let Value::Bool(b) = program.explain(root, block, row)?.value { Some(b) } else { None })
        };
        let mut why = Vec::with_capacity(compiled.rows.len());
        for (at, (&root, cells)) in compiled.rows.iter().zip(&compiled.cells).enumerate() {
            let cells = cells.iter().map(|cell| cell.map_or(Ok(Some(true)), truth));
            why.push(RowHit { row: at + 1, matches: truth(root)?, cells: cells.collect::<Result<_, _>>()? });
        }
        let hits: Vec<usize> =
            why.iter().filter(|hit| hit.matches == Some(true)).map(|hit| hit.row - 1).collect();
        let taken = self.outputs.take(self.def.hit, &hits);
        let (rows, is_conflict) = match &taken {
            Taken::Nothing => (Vec::new(), false),
            Taken::One(row) => (vec![*row], false),
            Taken::All(rows) => (rows.clone(), false),
            Taken::Conflict => (Vec::new(), true),
        };
        let values = (0..self.outputs.names.len()).map(|output| self.values(&taken, output));
        Ok(Outcome {
            values: self.outputs.names.iter().cloned().zip(values).collect(),
            rows: rows.into_iter().map(|row| row + 1).collect(),
            is_conflict,
            why,
        })
    }
}

fn fits(test: &Test, data_type: DataType) -> bool {
    let mut schema = Schema::new();
    schema.push(Field::new("x", data_type));
    test.condition("x", data_type).is_none_or(|text| Program::new(schema).add_bool(&text).is_ok())
}
