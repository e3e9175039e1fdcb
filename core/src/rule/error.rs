//! What can be wrong with rules, tables and sets of rules.

use serde::Serialize;

use crate::expr::{BlockError, Errors};

/// A rule, table, score card or set of rules that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// The text of a rule.
    #[error(transparent)]
    Text(#[from] Errors),
    /// A rule of a set, a condition of a score card: the text of one of several.
    #[error("rule `{name}`: {errors}")]
    Named {
        /// Which one.
        name: String,
        /// What is wrong with its text.
        errors: Errors,
    },
    /// Values or columns that do not fit the rules.
    #[error(transparent)]
    Block(#[from] BlockError),
    /// A rule asks for the time of the run, and none was given.
    #[error("the rule asks for TODAY() or NOW(); wanted an `as_of`")]
    NoAsOf,
    /// A column of a frame has another length than the first.
    #[error("column `{name}` has {found} rows; wanted {wanted}, as many as the first column has")]
    FrameLength {
        /// The column.
        name: String,
        /// Its rows.
        found: usize,
        /// The rows of the first column.
        wanted: usize,
    },
    /// A name of a frame stands twice.
    #[error("two columns have the name `{name}`")]
    FrameName {
        /// The name.
        name: String,
    },
    /// Arrow batches that do not go together.
    #[error("the batches are no table: {message}")]
    FrameArrow {
        /// What Arrow says.
        message: String,
    },
    /// A definition of a table, score card or set that does not make sense.
    #[error("{}", listed(.problems))]
    Definition {
        /// Everything that is wrong, in the order of the definition; at least one.
        problems: Vec<TableProblem>,
    },
    /// JSON-logic that is not within the language.
    #[error("JSON-logic at `{path}`: {reason}")]
    JsonLogic {
        /// Where, as a JSON pointer.
        path: String,
        /// What was found and what was wanted.
        reason: String,
    },
    /// A rule that another language has no words for.
    #[error("`{text}` (bytes {start}..{end}) has no form in {dialect}: {reason}")]
    Untranslatable {
        /// The part of the rule.
        text: String,
        /// Its first byte.
        start: usize,
        /// The byte after it.
        end: usize,
        /// The other language.
        dialect: &'static str,
        /// Why.
        reason: String,
    },
}

/// One thing that is wrong with a table, score card or set of rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TableProblem {
    /// A code that never changes, such as `rule.table_cell`.
    pub code: &'static str,
    /// The row of the table or the item of the list, from 1; none where the whole is meant.
    pub row: Option<usize>,
    /// The column, rule or field.
    pub column: Option<String>,
    /// What was found and what was wanted.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl TableProblem {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, row: None, column: None, message: message.into(), help: None }
    }

    /// `row` counts from 0 here and from 1 in what people see.
    pub(crate) fn in_row(self, row: usize) -> Self {
        Self { row: Some(row + 1), ..self }
    }

    pub(crate) fn in_column(self, column: impl Into<String>) -> Self {
        Self { column: Some(column.into()), ..self }
    }

    pub(crate) fn with_help(self, help: impl Into<Option<String>>) -> Self {
        Self { help: help.into(), ..self }
    }
}

impl std::fmt::Display for TableProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.row, &self.column) {
            (Some(row), Some(column)) => write!(f, "row {row}, `{column}`: ")?,
            (Some(row), None) => write!(f, "row {row}: ")?,
            (None, Some(column)) => write!(f, "`{column}`: ")?,
            (None, None) => {}
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

fn listed(problems: &[TableProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl RuleError {
    /// A code that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Text(errors) | Self::Named { errors, .. } => errors.code(),
            Self::Block(error) => error.code(),
            Self::NoAsOf => "rule.no_as_of",
            Self::FrameLength { .. } => "rule.frame_length",
            Self::FrameName { .. } => "rule.frame_name",
            Self::FrameArrow { .. } => "rule.frame_arrow",
            Self::Definition { problems } => problems.first().map_or("rule.definition", |first| first.code),
            Self::JsonLogic { .. } => "rule.json_logic",
            Self::Untranslatable { .. } => "rule.untranslatable",
        }
    }

    /// The diagnostics of the text, where that is what is wrong.
    pub fn diagnostics(&self) -> &[crate::expr::Diagnostic] {
        match self {
            Self::Text(errors) | Self::Named { errors, .. } => &errors.diagnostics,
            _ => &[],
        }
    }

    /// What people are shown: texts with carets under the places.
    pub fn render(&self) -> String {
        match self {
            Self::Text(errors) => errors.render(),
            Self::Named { name, errors } => format!("rule `{name}`:\n{}", errors.render()),
            other => other.to_string(),
        }
    }
}
