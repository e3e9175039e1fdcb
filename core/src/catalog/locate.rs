//! The place in the text of what is found to be wrong with a definition.

use std::fmt::Write as _;
use std::ops::Range;

use crate::catalog::parsed::Parsed;
use crate::catalog::problem::Problem;
use crate::catalog::read::node::{Data, Entry, Node, Scalar, Style};

impl Parsed {
    /// A problem with the value at a path, such as `["tags", "age", "layer"]`; items of lists go by their index.
    ///
    /// It points at a scalar itself, and at the key of a list or map. Where nothing stands at the path (the value is a
    /// default), it points at the nearest thing above it.
    pub fn problem(
        &self,
        path: &[&str],
        code: &'static str,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Problem {
        self.at(path, self.find(path).place(), code, message.into(), help)
    }

    /// A problem with the name that ends a path: it points at the key.
    pub fn problem_at_key(
        &self,
        path: &[&str],
        code: &'static str,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Problem {
        let found = self.find(path);
        let place = found.entry.filter(|_| found.whole).map(|entry| entry.key.span.clone());
        self.at(path, place.unwrap_or_else(|| found.place()), code, message.into(), help)
    }

    /// A problem inside the text at a path: `inner` are bytes of the value, such as a part of a rule.
    ///
    /// It points at these bytes where they can be told in the source (all notations but YAML blocks with an
    /// indentation that varies), otherwise at the whole value.
    pub fn problem_in_text(
        &self,
        path: &[&str],
        inner: Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        help: Option<String>,
    ) -> Problem {
        let found = self.find(path);
        let exact = match &found.node.data {
            Data::Scalar(scalar) if found.whole => self.inner(&found.node.span, scalar, inner),
            _ => None,
        };
        self.at(path, exact.unwrap_or_else(|| found.place()), code, message.into(), help)
    }

    fn at(
        &self,
        path: &[&str],
        span: Range<usize>,
        code: &'static str,
        message: String,
        help: Option<String>,
    ) -> Problem {
        let path = self.written(path);
        Problem::new(code, path, message, span).with_help(help).placed(&self.text, &self.lines)
    }

    fn find(&self, path: &[&str]) -> Found<'_> {
        let mut found = Found { node: &self.root, entry: None, whole: true };
        for segment in path {
            let (node, entry) = if let Data::List(items) = &found.node.data {
                (segment.parse().ok().and_then(|index: usize| items.get(index)), None)
            } else {
                let entry = found.node.entry(segment);
                (entry.map(|entry| &entry.value), entry)
            };
            match node {
                Some(node) => found = Found { node, entry, whole: true },
                None => return Found { whole: false, ..found },
            }
        }
        found
    }

    /// A path as it is shown, `identifiers.phone.block[2]`.
    fn written(&self, path: &[&str]) -> String {
        let mut written = String::new();
        for (depth, segment) in path.iter().enumerate() {
            let above = self.find(&path[..depth]);
            if above.whole && matches!(above.node.data, Data::List(_)) {
                // Writing to a string cannot fail.
                let _ = write!(written, "[{segment}]");
            } else {
                if depth > 0 {
                    written.push('.');
                }
                written.push_str(segment);
            }
        }
        written
    }

    /// The bytes of the source that the bytes `inner` of a scalar's value come from.
    fn inner(&self, span: &Range<usize>, scalar: &Scalar, inner: Range<usize>) -> Option<Range<usize>> {
        let source = self.text.get(span.clone())?;
        let line_start = self.text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let mut walk = Walk { style: scalar.style, source, indent: span.start - line_start, at: 0 };
        walk.open();
        let (before, rest) = scalar.text.split_at_checked(inner.start)?;
        let within = rest.get(..inner.end.checked_sub(inner.start)?)?;
        walk.over(before)?;
        let start = walk.at;
        walk.over(within)?;
        Some(span.start + start..span.start + walk.at)
    }
}

/// What stands at a path, or the nearest thing above it.
#[derive(Clone, Copy)]
struct Found<'a> {
    node: &'a Node,
    /// The entry of which it is the value.
    entry: Option<&'a Entry>,
    /// Whether the whole path was found.
    whole: bool,
}

impl Found<'_> {
    fn place(&self) -> Range<usize> {
        match (self.entry, self.whole) {
            (Some(entry), true) => entry.place(),
            (Some(entry), false) => entry.key.span.clone(),
            (None, true) => self.node.span.clone(),
            (None, false) => self.node.span.start..self.node.span.start,
        }
    }
}

/// A walk over the source of a scalar, in step with its value.
struct Walk<'a> {
    style: Style,
    source: &'a str,
    /// How far the lines of a block are indented.
    indent: usize,
    at: usize,
}

impl Walk<'_> {
    /// Steps over the opening quote.
    fn open(&mut self) {
        let triple = matches!(self.style, Style::Escaped | Style::Verbatim)
            && (self.source.starts_with("\"\"\"") || self.source.starts_with("'''"));
        self.at = match self.style {
            Style::Plain | Style::Block | Style::Folded => 0,
            // A line break right after the quotes belongs to them.
            _ if triple => 3 + newline(&self.source[3..]),
            Style::Single | Style::Escaped | Style::Verbatim => 1,
        };
    }

    /// Steps over the source of a part of the value; nothing where the two do not fit together.
    fn over(&mut self, value: &str) -> Option<()> {
        value.chars().try_for_each(|c| self.step(c))
    }

    fn step(&mut self, wanted: char) -> Option<()> {
        let rest = self.source.get(self.at..)?;
        let found = rest.chars().next()?;
        let folds = matches!(self.style, Style::Plain | Style::Single | Style::Escaped | Style::Folded);
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        self.at += match self.style {
            Style::Escaped if found == '\\' => escape(rest)?,
            Style::Single if wanted == '\'' && rest.starts_with("''") => 2,
            _ if folds && wanted == ' ' && rest[..blank].contains('\n') => blank,
            Style::Block if wanted == '\n' && newline(rest) > 0 => {
                let line = &rest[newline(rest)..];
                let spaces = line.len() - line.trim_start_matches(' ').len();
                newline(rest) + spaces.min(self.indent)
            }
            _ if wanted == '\n' && newline(rest) > 0 => newline(rest),
            _ if found == wanted => found.len_utf8(),
            _ => return None,
        };
        Some(())
    }
}

/// The length of the line break that a text begins with, 0 where it begins with none.
fn newline(text: &str) -> usize {
    if text.starts_with("\r\n") { 2 } else { usize::from(text.starts_with('\n')) }
}

/// The length of the escape that a text begins with, where it stands for one character.
fn escape(text: &str) -> Option<usize> {
    Some(match text.as_bytes().get(1)? {
        b'x' => 4,
        b'U' => 10,
        // Two of these together may be one character (UTF-16 surrogates).
        b'u' => match text.get(2..4)?.to_ascii_lowercase().as_str() {
            "d8" | "d9" | "da" | "db" => 12,
            _ => 6,
        },
        // A line break that is escaped stands for nothing.
        b'\n' | b'\r' => return None,
        _ => 2,
    })
}
