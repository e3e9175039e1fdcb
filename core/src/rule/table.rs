//! Decision tables.

use arrow_array::ArrayRef;

use crate::expr::{Program, RootId, Truth};
use crate::rule::columns::{json_lists, lists, row_column, sets, single};
use crate::rule::hits::{Outputs, Taken};
use crate::rule::outputs::outputs;
use crate::rule::unary::Test;
use crate::rule::{Frame, HitPolicy, RuleError, TableDef, TableProblem, csv};
use crate::value::{Column, DataType, Value};

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
    pub(super) def: TableDef,
    pub(super) tests: Vec<Vec<Test>>,
    pub(super) outputs: Outputs,
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
    /// How many values were lost to overflow in the inputs.
    pub overflows: u64,
    /// What to tell the author of the table about these columns, cell by cell.
    pub warnings: Vec<TableProblem>,
}

impl DecisionTable {
    /// Reads the cells of a definition.
    ///
    /// # Errors
    /// [`RuleError::Definition`] with everything that is wrong: `rule.table_empty`, `rule.table_domain`,
    /// `rule.table_width`, `rule.table_cell`, `rule.table_output`, `rule.table_policy`.
    pub fn new(def: TableDef) -> Result<Self, RuleError> {
        let mut problems = Vec::new();
        if def.inputs.is_empty() || def.outputs.is_empty() {
            problems.push(TableProblem::new("rule.table_empty", "wanted at least one input and one output"));
        }
        for name in def.domains.keys().filter(|name| !def.inputs.contains(name)) {
            problems.push(TableProblem::new("rule.table_domain", "no input has this name").in_column(name));
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
        let compiled = self.compiled(&mut program, frame)?;
        let block = frame.block();
        let found = program.evaluate(&compiled.rows, &block)?;
        let mut warnings = self.warnings(&program, &compiled);
        warnings.extend(self.unseen(&program, &compiled, &block));
        Ok(TableOutput { overflows: found.overflows, warnings, ..self.output(&found.columns, frame.len()) })
    }

    pub(super) fn values(&self, taken: &Taken, output: usize) -> Vec<Value> {
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

    /// As [`compile`](Self::compile), over the columns of a frame.
    pub(super) fn compiled(&self, program: &mut Program, frame: &Frame) -> Result<CompiledTable, RuleError> {
        let compiled = self.compile(program)?;
        if frame.as_of().is_none() && compiled.rows.iter().any(|&root| program.reads_as_of(root)) {
            return Err(RuleError::NoAsOf);
        }
        Ok(compiled)
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
            overflows: 0,
            warnings: Vec::new(),
        }
    }

    /// The columns of a tag: the outputs, of policies that give lists each as a set of texts; the row that was taken;
    /// then, of such policies, the lists as JSON.
    pub(crate) fn tag_columns(&self, rows: &[Column], len: usize) -> Vec<Column> {
        let taken = self.taken(rows, len);
        let gives_list = self.def.hit.gives_list();
        let each = |output: usize| taken.iter().map(move |(taken, _)| self.values(taken, output));
        let outputs = 0..self.outputs.names.len();
        let mut columns: Vec<Column> = outputs
            .clone()
            .map(|output| {
                let data_type = self.outputs.type_of(self.def.hit, output);
                if gives_list { sets(each(output), len) } else { single(each(output), data_type, len) }
            })
            .collect();
        columns.push(row_column(&taken, len));
        if gives_list {
            columns.extend(outputs.map(|output| json_lists(each(output), len)));
        }
        columns
    }
}
