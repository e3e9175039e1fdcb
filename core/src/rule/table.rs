//! Decision tables.

use arrow_array::ArrayRef;
use serde::Serialize;

use crate::expr::{Program, RootId, Truth};
use crate::rule::columns::{lists, row_column, sets, single};
use crate::rule::domain::Domain;
use crate::rule::gaps::{covered, gaps, not_analysed, overlaps};
use crate::rule::hits::{Outputs, Taken};
use crate::rule::outputs::outputs;
use crate::rule::unary::Test;
use crate::rule::{Finding, FindingKind, Frame, Given, HitPolicy, RuleError, TableDef, TableProblem, csv};
use crate::value::{Column, ColumnBuilder, DataType, Value};

/// A decision table: rows of conditions with outputs.
///
/// ```
/// use tagloom::rule::{DecisionTable, Given, HitPolicy};
/// use tagloom::value::Value;
///
/// let table = DecisionTable::from_csv("tier,risk,=> care\ngold,>= 0.6,call\ngold,-,mail\n-,>= 0.6,coupon\n", HitPolicy::First)?;
/// let customer = Given::from_iter([("tier", Value::from("gold")), ("risk", Value::Float(0.7))]);
/// let outcome = table.test(&customer)?;
/// assert_eq!((outcome.rows.as_slice(), &outcome.values[0]), ([1].as_slice(), &("care".to_owned(), vec![Value::from("call")])));
/// # Ok::<(), tagloom::rule::RuleError>(())
/// ```
#[derive(Debug, Clone)]
pub struct DecisionTable {
    def: TableDef,
    tests: Vec<Vec<Test>>,
    outputs: Outputs,
}

/// A table compiled into a program.
#[derive(Debug, Clone)]
pub(crate) struct CompiledTable {
    /// Of each row the whole condition.
    pub(crate) rows: Vec<RootId>,
    /// Of each row the condition of each cell; none for a cell that asks nothing.
    pub(crate) cells: Vec<Vec<Option<RootId>>>,
    pub(crate) input_types: Vec<DataType>,
}

/// What a table gives for the rows of a frame.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TableOutput {
    /// The outputs by name, as Arrow arrays: of lists for `collect`, `rule_order` and `output_order`.
    pub columns: Vec<(String, ArrayRef)>,
    /// The row of the table that was taken, from 1; the first of several. Null where none was.
    pub row: Column,
    /// For how many profiles rows matched that must not match together; their outputs are null.
    pub conflicts: u64,
    /// For how many profiles no row matched.
    pub unmatched: u64,
}

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
    /// Reads the cells of a definition.
    ///
    /// # Errors
    /// [`RuleError::Definition`] with everything that is wrong: `rule.table_empty`, `rule.table_width`,
    /// `rule.table_cell`, `rule.table_output`, `rule.table_policy`.
    pub fn new(def: TableDef) -> Result<Self, RuleError> {
        let mut problems = Vec::new();
        if def.inputs.is_empty() || def.outputs.is_empty() {
            problems.push(TableProblem::new("rule.table_empty", "wanted at least one input and one output"));
        }
        let wanted = def.inputs.len() + def.outputs.len();
        let mut tests = Vec::with_capacity(def.rows.len());
        for (at, row) in def.rows.iter().enumerate() {
            if row.len() != wanted {
                let message = format!(
                    "{} cells; wanted {wanted}: {} of inputs and {} of outputs",
                    row.len(),
                    def.inputs.len(),
                    def.outputs.len()
                );
                problems.push(TableProblem::new("rule.table_width", message).in_row(at));
                continue;
            }
            let cells = row.iter().zip(&def.inputs).map(|(cell, input)| {
                Test::read(cell).unwrap_or_else(|message| {
                    let problem = TableProblem::new("rule.table_cell", format!("{cell}: {message}"));
                    problems.push(problem.in_row(at).in_column(input));
                    Test::Any
                })
            });
            tests.push(cells.collect());
        }
        if !problems.is_empty() {
            return Err(RuleError::Definition { problems });
        }
        let outputs = outputs(&def, &mut problems);
        match outputs {
            Some(outputs) if problems.is_empty() => Ok(Self { def, tests, outputs }),
            _ => Err(RuleError::Definition { problems }),
        }
    }

    /// Reads a table from CSV. Columns whose name begins with `=>` are outputs, those that begin with `#` are remarks.
    ///
    /// # Errors
    /// As [`new`](Self::new), and `rule.table_csv`.
    pub fn from_csv(text: &str, hit: HitPolicy) -> Result<Self, RuleError> {
        Self::new(TableDef { hit, ..csv::table(&csv::records(text)?)? })
    }

    /// Reads a table from the columns of a frame, named as in CSV; nulls are empty cells.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn from_frame(frame: &Frame, hit: HitPolicy) -> Result<Self, RuleError> {
        Self::new(TableDef { hit, ..csv::table(&csv::records_of(frame))? })
    }

    /// The definition.
    pub fn def(&self) -> &TableDef {
        &self.def
    }

    /// The names of the outputs with the types of their values, before they are put into lists.
    pub fn outputs(&self) -> impl Iterator<Item = (&str, DataType)> {
        let types = (0..self.outputs.types.len()).map(|at| self.outputs.type_of(self.def.hit, at));
        self.outputs.names.iter().map(String::as_str).zip(types)
    }

    /// Evaluates the table for every row of a frame.
    ///
    /// # Errors
    /// `rule.table_cell` where a cell does not fit its input, and what is wrong with the inputs over these columns.
    pub fn apply(&self, frame: &Frame) -> Result<TableOutput, RuleError> {
        let mut program = Program::new(frame.schema());
        let compiled = self.compile(&mut program)?;
        if frame.as_of().is_none() && compiled.rows.iter().any(|&root| program.reads_as_of(root)) {
            return Err(RuleError::NoAsOf);
        }
        let block = frame.block();
        let found = program.evaluate(&compiled.rows, &block)?.columns;
        Ok(self.output(&found, frame.len()))
    }

    /// Evaluates the table for one profile and says which rows match and why.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn test(&self, given: &Given) -> Result<Outcome, RuleError> {
        let columns = given.names().iter().zip(given.values()).map(|(name, value)| {
            let data_type = value.data_type().unwrap_or_else(|| self.hint(name));
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
        self.explain_row(&frame, 0)
    }

    /// The type of a null input from the cells beneath it.
    fn hint(&self, name: &str) -> DataType {
        let Some(at) = self.def.inputs.iter().position(|input| input == name) else { return DataType::Float };
        let fits = |data_type: DataType| self.tests.iter().all(|row| fits(&row[at], data_type));
        [DataType::Float, DataType::Bool, DataType::Date, DataType::StringSet]
            .into_iter()
            .find(|&data_type| fits(data_type))
            .unwrap_or(DataType::String)
    }

    /// Says for one row of a frame which rows of the table match, and why.
    ///
    /// # Errors
    /// As [`apply`](Self::apply); `rule.no_such_row` past the end.
    pub fn explain_row(&self, frame: &Frame, row: usize) -> Result<Outcome, RuleError> {
        let mut program = Program::new(frame.schema());
        let compiled = self.compile(&mut program)?;
        if frame.as_of().is_none() && compiled.rows.iter().any(|&root| program.reads_as_of(root)) {
            return Err(RuleError::NoAsOf);
        }
        if row >= frame.len() {
            return Err(crate::expr::BlockError::NoSuchRow { row, len: frame.len() }.into());
        }
        self.outcome(&program, &compiled, &frame.block(), row).map_err(Into::into)
    }

    pub(crate) fn outcome(
        &self,
        program: &Program,
        compiled: &CompiledTable,
        block: &crate::expr::Block<'_>,
        row: usize,
    ) -> Result<Outcome, crate::expr::BlockError> {
        let truth = |root: RootId| -> Result<Option<bool>, crate::expr::BlockError> {
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

    fn values(&self, taken: &Taken, output: usize) -> Vec<Value> {
        let (policy, outputs) = (self.def.hit, &self.outputs);
        match taken {
            Taken::Nothing => match &outputs.otherwise {
                Some(otherwise) => vec![otherwise[output].clone()],
                None if policy.gives_list() => Vec::new(),
                None if policy == HitPolicy::CollectCount => vec![Value::Int(0)],
                None => vec![Value::Null],
            },
            Taken::One(row) => vec![outputs.rows[*row][output].clone()],
            Taken::All(rows) if policy.aggregates() => vec![outputs.aggregate(policy, output, rows)],
            Taken::All(rows) => rows.iter().map(|&row| outputs.rows[row][output].clone()).collect(),
            Taken::Conflict => vec![Value::Null],
        }
    }

    /// Adds the conditions of the cells and rows to a program.
    pub(crate) fn compile(&self, program: &mut Program) -> Result<CompiledTable, RuleError> {
        let mut input_types = Vec::with_capacity(self.def.inputs.len());
        for input in &self.def.inputs {
            let root = program
                .add(input)
                .map_err(|errors| RuleError::Named { name: format!("input {input}"), errors })?;
            input_types.push(program.data_type(root));
        }
        let mut problems = Vec::new();
        let (mut rows, mut cells) = (Vec::new(), Vec::new());
        for (at, tests) in self.tests.iter().enumerate() {
            let mut roots = Vec::with_capacity(tests.len());
            let mut texts = Vec::new();
            for ((test, input), data_type) in tests.iter().zip(&self.def.inputs).zip(&input_types) {
                let Some(text) = test.condition(input, *data_type) else {
                    roots.push(None);
                    continue;
                };
                match program.add_bool(&text) {
                    Ok(root) => {
                        roots.push(Some(root));
                        texts.push(format!("({text})"));
                    }
                    Err(errors) => {
                        let message =
                            errors.diagnostics.first().map_or_else(String::new, |d| d.message.clone());
                        let help = errors.diagnostics.first().and_then(|d| d.help.clone());
                        let problem = TableProblem::new("rule.table_cell", message).with_help(help);
                        problems.push(problem.in_row(at).in_column(input));
                        roots.push(None);
                    }
                }
            }
            let whole = if texts.is_empty() { "TRUE".to_owned() } else { texts.join(" AND ") };
            if problems.is_empty() {
                match program.add_bool(&whole) {
                    Ok(root) => rows.push(root),
                    Err(errors) => return Err(RuleError::Named { name: format!("row {}", at + 1), errors }),
                }
            }
            cells.push(roots);
        }
        if problems.is_empty() {
            Ok(CompiledTable { rows, cells, input_types })
        } else {
            Err(RuleError::Definition { problems })
        }
    }

    /// Which rows of the table match for each profile, and what is taken of them.
    fn taken(&self, rows: &[Column], len: usize) -> Vec<(Taken, Vec<usize>)> {
        let truths: Vec<Truth> = rows.iter().map(Truth::of).collect();
        (0..len)
            .map(|profile| {
                let hits: Vec<usize> =
                    (0..truths.len()).filter(|&row| truths[row].is_true.value(profile)).collect();
                (self.outputs.take(self.def.hit, &hits), hits)
            })
            .collect()
    }

    fn output(&self, rows: &[Column], len: usize) -> TableOutput {
        let taken = self.taken(rows, len);
        let columns = (0..self.outputs.names.len()).map(|output| {
            let data_type = self.outputs.type_of(self.def.hit, output);
            let each = taken.iter().map(|(taken, _)| self.values(taken, output));
            let array = if self.def.hit.gives_list() {
                lists(each, data_type)
            } else {
                single(each, data_type, len).to_arrow()
            };
            (self.outputs.names[output].clone(), array)
        });
        TableOutput {
            columns: columns.collect(),
            row: row_column(&taken, len),
            conflicts: taken.iter().filter(|(taken, _)| *taken == Taken::Conflict).count() as u64,
            unmatched: taken.iter().filter(|(_, hits)| hits.is_empty()).count() as u64,
        }
    }

    /// The columns of a tag: the outputs, lists as sets of text, and the row that was taken.
    pub(crate) fn tag_columns(&self, rows: &[Column], len: usize) -> Vec<Column> {
        let taken = self.taken(rows, len);
        let mut columns: Vec<Column> = (0..self.outputs.names.len())
            .map(|output| {
                let data_type = self.outputs.type_of(self.def.hit, output);
                let each = taken.iter().map(|(taken, _)| self.values(taken, output));
                if self.def.hit.gives_list() { sets(each, len) } else { single(each, data_type, len) }
            })
            .collect();
        columns.push(row_column(&taken, len));
        columns
    }

    /// What the rows leave open, where they overlap, and which can never be taken, as far as cells compare with
    /// numbers, dates, listed texts and truths. Null inputs are not looked at.
    ///
    /// # Errors
    /// As [`apply`](Self::apply), for inputs of the types of `schema`.
    pub fn analyse(&self, schema: crate::expr::Schema) -> Result<Vec<Finding>, RuleError> {
        let mut program = Program::new(schema);
        let compiled = self.compile(&mut program)?;
        Ok(self.findings(&compiled))
    }

    pub(crate) fn findings(&self, compiled: &CompiledTable) -> Vec<Finding> {
        let n = self.tests.len();
        let domains: Vec<Option<Domain>> = self
            .def
            .inputs
            .iter()
            .enumerate()
            .map(|(at, input)| {
                let tests: Vec<Test> = self.tests.iter().map(|row| row[at].clone()).collect();
                let declared = self.def.domains.get(input).map(Vec::as_slice);
                Domain::of(input, compiled.input_types[at], &tests, declared)
            })
            .collect();
        let mut found = if self.def.otherwise.is_empty() { gaps(&domains, n) } else { Vec::new() };
        for (first, second, when) in overlaps(&domains, n) {
            let forbidden = match self.def.hit {
                HitPolicy::Unique => true,
                HitPolicy::Any => self.outputs.rows[first] != self.outputs.rows[second],
                _ => false,
            };
            let settles = matches!(self.def.hit, HitPolicy::First | HitPolicy::Priority);
            if forbidden || settles {
                let kind = if forbidden { FindingKind::Conflict } else { FindingKind::Overlap };
                found.push(Finding { kind, rows: vec![first + 1, second + 1], when });
            }
        }
        if self.def.hit == HitPolicy::First {
            let unreachable = covered(&domains, n).into_iter();
            found.extend(unreachable.map(|(by, row)| Finding {
                kind: FindingKind::Unreachable,
                rows: vec![row + 1, by + 1],
                when: Vec::new(),
            }));
        }
        let unclear = not_analysed(&domains, n).into_iter();
        found.extend(unclear.map(|row| Finding {
            kind: FindingKind::NotAnalysed,
            rows: vec![row + 1],
            when: Vec::new(),
        }));
        found
    }
}

fn fits(test: &Test, data_type: DataType) -> bool {
    let mut schema = crate::expr::Schema::new();
    schema.push(crate::expr::Field::new("x", data_type));
    test.condition("x", data_type).is_none_or(|text| Program::new(schema).add_bool(&text).is_ok())
}
