//! Sets of rules that are kept, versioned and changed together.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_buffer::{BooleanBuffer, NullBuffer};
use serde::Serialize;

use crate::expr::{Diagnostic, Explained, Field, Prepared, Program, RootId, Schema, Truth};
use crate::rule::{Frame, Given, RuleDef, RuleError, RuleSetDef, TableProblem, examples};
use crate::time::{Timestamp, Zone};
use crate::value::{Column, DataType, Value};

/// A set of rules. Its examples have been checked.
///
/// Rules that are not in force on the day of the run give null. Within a group only one rule is true for a profile:
/// the one with the highest priority, of equal ones the first; the others that would be true are false. A rule that
/// is unknown does not keep another from being true.
#[derive(Debug)]
pub struct RuleSet {
    def: RuleSetDef,
    schema: Option<Schema>,
    zone: Zone,
    /// The program for the last profile, for the next of the same names and types.
    last: Mutex<Option<Arc<Ready>>>,
}

#[derive(Debug)]
struct Ready {
    at: Option<(Timestamp, Zone)>,
    prepared: Prepared,
}

/// The value of one rule for one profile, with what gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Decided {
    /// The rule.
    pub rule: String,
    /// The version of the rule, or of the set.
    pub version: Option<String>,
    /// True, false or, for unknown and for rules that are not in force, none.
    pub value: Option<bool>,
    /// Whether it is in force.
    pub in_force: bool,
    /// The rule of the same group that is true in its place.
    pub excluded_by: Option<String>,
}

/// What a set of rules gives for the rows of a frame.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RuleSetOutput {
    /// A column for each rule, in the order of the set, with its id and version.
    pub columns: Vec<(String, Option<String>, Column)>,
    /// How many values were lost to overflow.
    pub overflows: u64,
    /// What to tell the authors of the rules about these columns, by rule.
    pub warnings: Vec<(String, Diagnostic)>,
}

impl RuleSet {
    /// Checks a definition and runs its examples.
    ///
    /// # Errors
    /// [`RuleError::Definition`]: `rule.set_field`, `rule.set_zone`, `rule.set_validity`, `rule.set_example` with the
    /// name of the rule and what it gave; [`RuleError::Named`] for the text of a rule.
    pub fn new(def: RuleSetDef) -> Result<Self, RuleError> {
        let mut problems = Vec::new();
        let mut schema = Schema::new();
        for (name, written) in &def.fields {
            match written.parse::<DataType>() {
                Ok(data_type) => {
                    schema.push(Field::new(name, data_type));
                }
                Err(error) => {
                    problems.push(TableProblem::new("rule.set_field", error.to_string()).in_column(name));
                }
            }
        }
        let zone = match def.timezone.as_deref().map(Zone::named) {
            None => Zone::utc(),
            Some(Ok(zone)) => zone,
            Some(Err(error)) => {
                problems.push(TableProblem::new("rule.set_zone", error.to_string()).in_column("timezone"));
                Zone::utc()
            }
        };
        for (id, rule) in &def.rules {
            if let (Some(from), Some(to)) = (rule.valid_from, rule.valid_to)
                && from >= to
            {
                let message = format!("in force from {from} to {to}; wanted a later end");
                problems.push(TableProblem::new("rule.set_validity", message).in_column(id));
            }
        }
        if !problems.is_empty() {
            return Err(RuleError::Definition { problems });
        }
        for (id, rule) in &def.rules {
            crate::expr::parse(&rule.when).map_err(|errors| named(id, errors))?;
        }
        let schema = (!def.fields.is_empty()).then_some(schema);
        if let Some(schema) = &schema {
            let mut program = Program::new(schema.clone());
            compile(&def, &mut program)?;
        }
        let set = Self { def, schema, zone, last: Mutex::default() };
        let problems = examples::failing(&set);
        if problems.is_empty() { Ok(set) } else { Err(RuleError::Definition { problems }) }
    }

    /// The definition.
    pub fn def(&self) -> &RuleSetDef {
        &self.def
    }

    /// The time zone of the set.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    pub(crate) fn schema(&self) -> Option<&Schema> {
        self.schema.as_ref()
    }

    /// Evaluates all rules for every row of a frame.
    ///
    /// # Errors
    /// [`RuleError::Named`] for a rule that does not fit the columns; `rule.no_as_of` where a rule asks for the time
    /// or has days of validity and the frame has no `as_of`.
    pub fn apply(&self, frame: &Frame) -> Result<RuleSetOutput, RuleError> {
        let mut program = Program::new(self.schema.clone().unwrap_or_else(|| frame.schema()));
        let roots = compile(&self.def, &mut program)?;
        self.want_as_of(&program, &roots, frame.as_of().is_some())?;
        let evaluation = program.evaluate(&roots, &frame.block_of(program.schema()))?;
        let at = frame.as_of().map(|as_of| (as_of, frame.zone().clone()));
        let in_force: Vec<bool> = self.def.rules.values().map(|rule| in_force(rule, at.as_ref())).collect();
        let mut columns = evaluation.columns;
        for (column, in_force) in columns.iter_mut().zip(&in_force) {
            if !in_force {
                *column = Column::nulls(DataType::Bool, frame.len());
            }
        }
        self.exclude(&mut columns);
        let mut warnings = Vec::new();
        for (id, &root) in self.def.rules.keys().zip(&roots) {
            let of_data = program.unseen(root, &frame.block_of(program.schema()));
            let found = program.warnings(root).iter().cloned().chain(of_data);
            warnings.extend(found.map(|warning| (id.clone(), warning)));
        }
        let ids = self.def.rules.iter().map(|(id, rule)| (id.clone(), self.version_of(rule)));
        Ok(RuleSetOutput {
            columns: ids.zip(columns).map(|((id, version), column)| (id, version, column)).collect(),
            overflows: evaluation.overflows,
            warnings,
        })
    }

    /// Makes rules of one group exclude each other.
    fn exclude(&self, columns: &mut [Column]) {
        for members in self.groups() {
            let mut taken: Option<BooleanBuffer> = None;
            for at in members {
                let truth = Truth::of(&columns[at]);
                if let Some(taken) = &taken {
                    columns[at] = unless(&truth, taken);
                }
                taken = Some(taken.map_or_else(|| truth.is_true.clone(), |taken| &taken | &truth.is_true));
            }
        }
    }

    /// The rules of each group, the first to be true first.
    fn groups(&self) -> Vec<Vec<usize>> {
        let mut groups: Vec<(&str, Vec<usize>)> = Vec::new();
        for (at, rule) in self.def.rules.values().enumerate() {
            let Some(group) = rule.group.as_deref() else { continue };
            match groups.iter_mut().find(|(name, _)| *name == group) {
                Some((_, members)) => members.push(at),
                None => groups.push((group, vec![at])),
            }
        }
        let priority = |at: &usize| std::cmp::Reverse(self.def.rules[*at].priority);
        groups
            .into_iter()
            .map(|(_, mut members)| {
                members.sort_by_key(priority);
                members
            })
            .collect()
    }

    fn version_of(&self, rule: &RuleDef) -> Option<String> {
        rule.version.clone().or_else(|| self.def.version.clone())
    }

    fn want_as_of(&self, program: &Program, roots: &[RootId], is_known: bool) -> Result<(), RuleError> {
        let dated = self.def.rules.values().any(|rule| rule.valid_from.is_some() || rule.valid_to.is_some());
        let asks = dated || roots.iter().any(|&root| program.reads_as_of(root));
        if asks && !is_known { Err(RuleError::NoAsOf) } else { Ok(()) }
    }

    /// Evaluates all rules for one profile, in the order of the set. Names of `fields` that are not given are null.
    ///
    /// # Errors
    /// As [`apply`](Self::apply), with the instant of the values ([`Given::at`]).
    pub fn test(&self, given: &Given) -> Result<Vec<Decided>, RuleError> {
        let ready = self.ready(given)?;
        let row = self.row(given);
        let values = ready.prepared.evaluate(&row)?.values;
        let mut decided: Vec<Decided> = self
            .def
            .rules
            .iter()
            .zip(values)
            .map(|((id, rule), value)| {
                let in_force = in_force(rule, given.moment());
                let value = if let Value::Bool(b) = value { Some(b) } else { None };
                let version = self.version_of(rule);
                let value = value.filter(|_| in_force);
                Decided { rule: id.clone(), version, value, in_force, excluded_by: None }
            })
            .collect();
        for members in self.groups() {
            let first = members.iter().copied().find(|&at| decided[at].value == Some(true));
            let Some(first) = first else { continue };
            let by = decided[first].rule.clone();
            for at in members {
                if at != first && decided[at].value == Some(true) {
                    decided[at].value = Some(false);
                    decided[at].excluded_by = Some(by.clone());
                }
            }
        }
        Ok(decided)
    }

    /// Says why a rule gives what it gives for one profile, before groups exclude anything.
    ///
    /// # Errors
    /// As [`test`](Self::test); `rule.set_unknown` where there is no such rule.
    pub fn explain(&self, rule: &str, given: &Given) -> Result<Explained, RuleError> {
        let Some(at) = self.def.rules.get_index_of(rule) else {
            let problem = TableProblem::new("rule.set_unknown", "the set has no such rule").in_column(rule);
            return Err(RuleError::Definition { problems: vec![problem] });
        };
        Ok(self.ready(given)?.prepared.explain(at, &self.row(given))?)
    }

    /// The values in the order of the schema.
    fn row(&self, given: &Given) -> Vec<Value> {
        match &self.schema {
            None => given.values().to_vec(),
            Some(schema) => schema
                .fields()
                .iter()
                .map(|field| match (given.get(&field.name), field.data_type) {
                    (Some(Value::Int(n)), DataType::Float) => Value::Float(*n as f64),
                    (Some(value), _) => value.clone(),
                    (None, _) => Value::Null,
                })
                .collect(),
        }
    }

    fn ready(&self, given: &Given) -> Result<Arc<Ready>, RuleError> {
        let at = given.moment();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |ready: &&Arc<Ready>| {
            ready.at.as_ref() == at
                && (self.schema.is_some() || given.fits(ready.prepared.program().schema()))
        };
        if let Some(ready) = last.as_ref().filter(fits) {
            return Ok(Arc::clone(ready));
        }
        let mut texts = Vec::with_capacity(self.def.rules.len());
        for (id, rule) in &self.def.rules {
            texts.push(crate::expr::parse(&rule.when).map_err(|errors| named(id, errors))?);
        }
        let before = last.as_ref().map(|ready| ready.prepared.program().schema());
        let asts: Vec<_> = texts.iter().collect();
        let schema = self.schema.clone().unwrap_or_else(|| given.schema(&asts, before));
        let mut program = Program::new(schema);
        let roots = compile(&self.def, &mut program)?;
        self.want_as_of(&program, &roots, at.is_some())?;
        let (as_of, zone) = at.cloned().unwrap_or_else(|| (Timestamp::from_micros(0), self.zone.clone()));
        let prepared = Prepared::new(Arc::new(program), &roots, as_of, &zone);
        let ready = Arc::new(Ready { at: at.cloned(), prepared });
        *last = Some(Arc::clone(&ready));
        Ok(ready)
    }
}

fn compile(def: &RuleSetDef, program: &mut Program) -> Result<Vec<RootId>, RuleError> {
    def.rules
        .iter()
        .map(|(id, rule)| program.add_bool(&rule.when).map_err(|errors| named(id, errors)))
        .collect()
}

fn named(id: &str, errors: crate::expr::Errors) -> RuleError {
    RuleError::Named { name: id.to_owned(), errors }
}

/// A condition that is false in place of true where others of its group are true.
pub(crate) fn unless(truth: &Truth, taken: &BooleanBuffer) -> Column {
    let nulls = Some(NullBuffer::new(truth.is_known.clone())).filter(|nulls| nulls.null_count() > 0);
    Column::Bool(arrow_array::BooleanArray::new(&truth.is_true & &!taken, nulls))
}

fn in_force(rule: &RuleDef, at: Option<&(Timestamp, Zone)>) -> bool {
    let Some((as_of, zone)) = at else { return true };
    let today = zone.date_at(*as_of);
    rule.valid_from.is_none_or(|from| from <= today) && rule.valid_to.is_none_or(|to| today < to)
}
