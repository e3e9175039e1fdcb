//! Problems of a catalogue, collected with their places.

use crate::catalog::{Parsed, Problem};
use crate::expr;

/// Collects problems, so that all are reported at once.
pub(super) struct Problems<'a> {
    parsed: &'a Parsed,
    errors: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl<'a> Problems<'a> {
    pub(super) fn new(parsed: &'a Parsed) -> Self {
        Self { parsed, errors: Vec::new(), warnings: Vec::new() }
    }

    /// Adds an error at a path of the catalogue.
    pub(super) fn add(
        &mut self,
        path: &[&str],
        code: &'static str,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        self.errors.push(self.parsed.problem(path, code, message.into(), help));
    }

    /// Adds a warning at a path of the catalogue.
    pub(super) fn add_warning(&mut self, path: &[&str], code: &'static str, message: impl Into<String>) {
        self.warnings.push(self.parsed.problem(path, code, message.into(), None));
    }

    /// Adds the errors of an expression that stands at a path of the catalogue.
    pub(super) fn add_expression(&mut self, path: &[&str], errors: &expr::Errors) {
        for found in &errors.diagnostics {
            self.errors.push(self.of_diagnostic(path, found));
        }
    }

    /// Adds the warnings of an expression that stands at a path of the catalogue.
    pub(super) fn add_warnings(&mut self, path: &[&str], warnings: &[expr::Diagnostic]) {
        for found in warnings {
            self.warnings.push(self.of_diagnostic(path, found));
        }
    }

    pub(super) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    pub(super) fn into_parts(self) -> (Vec<Problem>, Vec<Problem>) {
        (self.errors, self.warnings)
    }

    fn of_diagnostic(&self, path: &[&str], found: &expr::Diagnostic) -> Problem {
        self.parsed.problem_in_text(path, found.span.clone(), found.code, &*found.message, found.help.clone())
    }
}
