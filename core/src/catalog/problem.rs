//! What is wrong with a catalogue, and where.

use std::fmt::{self, Write as _};
use std::io;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use crate::catalog::path::Shortened;
use crate::catalog::place::{Lines, excerpt};

/// How many problems are reported at most.
pub(crate) const MAX_PROBLEMS: usize = 100;
/// How many characters a message may have.
const LONGEST_MESSAGE: usize = 500;

/// One thing that is wrong with a catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// What kind of problem; stable: `catalog.unknown_field`.
    pub code: &'static str,
    /// Where in the catalogue: `tags.spend_90d.window`, `identifiers.phone.block[2]`; empty for the whole.
    pub path: String,
    /// What was found and what was wanted.
    pub message: String,
    /// What to do about it, where that is known: the nearest match of a name, for instance.
    pub help: Option<String>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column, from 1, in columns of a terminal: a Chinese character takes two.
    pub column: Option<usize>,
    /// The bytes of the text, a byte-order mark not counted.
    pub span: Option<Range<usize>>,
}

impl Problem {
    /// A problem at some bytes of the text; line and column are filled in by [`Lines`].
    pub(crate) fn new(code: &'static str, path: String, message: String, span: Range<usize>) -> Self {
        Self { span: Some(span), path, ..Self::of_file(code, message) }
    }

    /// A problem of a file, not of a place in it.
    pub(crate) fn of_file(code: &'static str, mut message: String) -> Self {
        // Messages repeat what was found, which may be as long as the text and have many lines.
        if message.len() > LONGEST_MESSAGE || message.contains(char::is_control) {
            message = Shortened(&message, LONGEST_MESSAGE).to_string();
        }
        Self { code, path: String::new(), message, help: None, line: None, column: None, span: None }
    }

    pub(crate) fn with_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    /// Fills in line and column.
    pub(crate) fn placed(mut self, text: &str, lines: &Lines) -> Self {
        if let Some(span) = &self.span {
            let (line, column) = lines.place(text, span.start);
            self.line = Some(line);
            self.column = Some(column);
        }
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.code)?;
        if !self.path.is_empty() {
            write!(f, "`{}`: ", self.path)?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

/// A catalogue that cannot be used: everything that is wrong with it, in the order of the text.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct CatalogError {
    /// The name of the file, where it is one.
    pub origin: Option<String>,
    /// What is wrong; at least one.
    pub problems: Vec<Problem>,
    #[serde(skip)]
    text: Option<Arc<String>>,
    #[serde(skip)]
    cause: Option<Arc<io::Error>>,
}

impl CatalogError {
    /// All codes of problems that reading a catalogue may find, and `catalog.invalid` for several of them.
    pub const CODES: [&str; 18] = [
        "catalog.bad_name",
        "catalog.duplicate_key",
        "catalog.empty",
        "catalog.invalid",
        "catalog.invalid_value",
        "catalog.missing_field",
        "catalog.no_catalogue",
        "catalog.not_utf8",
        "catalog.syntax",
        "catalog.too_deep",
        "catalog.too_large",
        "catalog.too_many_problems",
        "catalog.unknown_field",
        "catalog.unknown_timezone",
        "catalog.unknown_variant",
        "catalog.unreadable",
        "catalog.unsupported_version",
        "catalog.wrong_type",
    ];

    /// Problems of a text, which is kept for [`CatalogError::render`].
    pub(crate) fn new(origin: Option<&str>, text: Option<Arc<String>>, mut problems: Vec<Problem>) -> Self {
        // Those without a place come last; the order of equal places is that in which they were found.
        problems.sort_by_key(|problem| problem.span.as_ref().map_or(usize::MAX, |span| span.start));
        Self { origin: origin.map(str::to_owned), problems, text, cause: None }
    }

    /// A file that could not be read.
    pub(crate) fn unreadable(origin: &str, cause: io::Error) -> Self {
        let problem = Problem::of_file("catalog.unreadable", format!("the file cannot be read: {cause}"));
        let mut error = Self::new(Some(origin), None, vec![problem]);
        error.cause = Some(Arc::new(cause));
        error
    }

    /// The code of the only problem, or `catalog.invalid` where there are several.
    pub fn code(&self) -> &'static str {
        match self.problems.as_slice() {
            [problem] => problem.code,
            _ => "catalog.invalid",
        }
    }

    /// Why a file could not be read, where that is the problem.
    pub fn io_error(&self) -> Option<&io::Error> {
        self.cause.as_deref()
    }

    /// All problems for people: like `Display`, each followed by its line of the text with the place underlined.
    pub fn render(&self) -> String {
        let mut out = String::new();
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                out.push('\n');
            }
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{}", Line { origin: self.origin.as_deref(), problem });
            if let (Some(text), Some(span), Some(line)) = (&self.text, &problem.span, problem.line) {
                out.push_str(&excerpt(text, span, line));
            }
        }
        out
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_char('\n')?;
            }
            write!(f, "{}", Line { origin: self.origin.as_deref(), problem })?;
        }
        Ok(())
    }
}

impl std::error::Error for CatalogError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| &**cause as &(dyn std::error::Error + 'static))
    }
}

/// A problem with the place before it: `retail.yaml:12:5: …`.
struct Line<'a> {
    origin: Option<&'a str>,
    problem: &'a Problem,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(origin) = self.origin {
            write!(f, "{origin}:")?;
        }
        if let (Some(line), Some(column)) = (self.problem.line, self.problem.column) {
            write!(f, "{line}:{column}:")?;
        }
        if self.origin.is_some() || self.problem.line.is_some() {
            f.write_char(' ')?;
        }
        write!(f, "{}", self.problem)
    }
}
