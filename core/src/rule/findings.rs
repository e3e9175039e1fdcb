//! What the author of a decision table should know of it.

use crate::expr::{Block, Diagnostic, Program, RootId, Schema, code};
use crate::rule::domain::Domain;
use crate::rule::gaps::{covered, gaps, not_analysed, overlaps};
use crate::rule::unary::Test;
use crate::rule::{CompiledTable, DecisionTable, Finding, FindingKind, HitPolicy, RuleError, TableProblem};

impl DecisionTable {
    /// What the rows leave open, where they overlap, and which can never be taken, as far as cells compare with
    /// numbers, dates, listed texts and truths. Null inputs are not looked at.
    ///
    /// # Errors
    /// As [`apply`](Self::apply), for inputs of the types of `schema`.
    pub fn analyse(&self, schema: Schema) -> Result<Vec<Finding>, RuleError> {
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

    /// What the cells say that their author can hardly mean. What is unknown matches only what asks for it, as the
    /// table says: negations are no news.
    pub(crate) fn warnings(&self, program: &Program, compiled: &CompiledTable) -> Vec<TableProblem> {
        let of_cell =
            |root: RootId| program.warnings(root).iter().filter(|w| w.code != code::NEGATED_NULL).cloned();
        self.cells(compiled).flat_map(|(place, root)| of_cell(root).map(move |w| placed(w, place))).collect()
    }

    /// The texts that cells ask for and that the columns of a block never have.
    pub(crate) fn unseen(
        &self,
        program: &Program,
        compiled: &CompiledTable,
        block: &Block<'_>,
    ) -> Vec<TableProblem> {
        let of_cell = |root: RootId| program.unseen(root, block).into_iter();
        self.cells(compiled).flat_map(|(place, root)| of_cell(root).map(move |w| placed(w, place))).collect()
    }

    /// The conditions of the cells, with row and input.
    fn cells<'a>(&'a self, compiled: &'a CompiledTable) -> impl Iterator<Item = ((usize, &'a str), RootId)> {
        compiled.cells.iter().enumerate().flat_map(move |(row, cells)| {
            let inputs = self.def.inputs.iter().map(String::as_str);
            cells.iter().zip(inputs).filter_map(move |(root, input)| Some(((row, input), (*root)?)))
        })
    }
}

fn placed(warning: Diagnostic, (row, input): (usize, &str)) -> TableProblem {
    TableProblem::new(warning.code, warning.message).with_help(warning.help).in_row(row).in_column(input)
}
