//! What is wrong with a rule, and where.

use std::fmt;
use std::ops::Range;

use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Whether a diagnostic stops a rule from being used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// The rule cannot be used.
    Error,
    /// The rule can be used, but may not mean what its author thinks.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// One thing to say about a rule, with its place in the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// A code that never changes, such as `rule.unknown_name`.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// What was found and what was wanted.
    pub message: String,
    /// The bytes of the text that it is about.
    pub span: Range<usize>,
    /// The line on which the span starts, from 1.
    pub line: usize,
    /// The column at which the span starts, from 1, in display width: a Chinese character takes two.
    pub column: usize,
    /// What to do about it.
    pub help: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (line {}, column {})", self.message, self.line, self.column)
    }
}

/// Everything that is wrong with one rule text, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Errors {
    /// The rule; only its beginning where it is over the length limit.
    pub text: String,
    /// The errors, at least one and at most 50.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(first) = self.diagnostics.first() {
            write!(f, "{first}")?;
        }
        match self.diagnostics.len() {
            0 | 1 => Ok(()),
            n => write!(f, ", and {} more", n - 1),
        }
    }
}

impl std::error::Error for Errors {}

impl Errors {
    /// The code of the first error.
    pub fn code(&self) -> &'static str {
        self.diagnostics.first().map_or("rule.syntax", |d| d.code)
    }

    /// Draws every diagnostic with the line it is about and carets under the place.
    ///
    /// ```
    /// let errors = tagloom::expr::parse("city = '上海' AND (age >").unwrap_err();
    /// assert_eq!(errors.render(), "\
    /// error[rule.syntax]: found the end of the rule; wanted a value
    ///  --> line 1, column 25
    ///   |
    /// 1 | city = '上海' AND (age >
    ///   |                         ^
    /// ");
    /// ```
    pub fn render(&self) -> String {
        render(&self.text, &self.diagnostics)
    }
}

/// The most that is shown of one line, in display columns.
const MAX_SHOWN: usize = 120;

/// Draws diagnostics with the lines of `text` that they are about and carets under the places.
pub fn render(text: &str, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        draw(&mut out, text, diagnostic);
    }
    out
}

fn draw(out: &mut String, text: &str, diagnostic: &Diagnostic) {
    use fmt::Write;
    let Diagnostic { code, severity, message, span, line, column, help } = diagnostic;
    let gutter = " ".repeat(line.to_string().len());
    let start = floor_boundary(text, span.start);
    let (line_start, line_end) = line_bounds(text, start);
    let end = floor_boundary(text, span.end).clamp(start, line_end.max(start));
    let (shown, before) = shorten(&text[line_start..line_end], start - line_start);
    let carets = width(&text[start..end]).clamp(1, MAX_SHOWN);
    let written = (|| {
        writeln!(out, "{severity}[{code}]: {message}")?;
        writeln!(out, "{gutter}--> line {line}, column {column}")?;
        writeln!(out, "{gutter} |")?;
        writeln!(out, "{line} | {shown}")?;
        writeln!(out, "{gutter} | {}{}", " ".repeat(before), "^".repeat(carets))?;
        match help {
            Some(help) => writeln!(out, "{gutter} = help: {help}"),
            None => Ok(()),
        }
    })();
    written.expect("invariant: writing to a string does not fail");
}

/// The part of a line to show and how wide what stands before byte `at` is in it.
fn shorten(line: &str, at: usize) -> (String, usize) {
    let visible = |part: &str| -> String {
        part.trim_end().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    };
    if width(line) <= MAX_SHOWN {
        return (visible(line), width(&line[..at]));
    }
    // Half a window before the place, half after.
    let mut from = at;
    let mut before = 0;
    for (index, c) in line[..at].char_indices().rev() {
        if before + width_of(c) > MAX_SHOWN / 2 {
            break;
        }
        before += width_of(c);
        from = index;
    }
    let mut to = at;
    let mut after = 0;
    for (index, c) in line[at..].char_indices() {
        if after + width_of(c) > MAX_SHOWN / 2 {
            break;
        }
        after += width_of(c);
        to = at + index + c.len_utf8();
    }
    let (head, tail) = (if from > 0 { "… " } else { "" }, if to < line.len() { " …" } else { "" });
    (format!("{head}{}{tail}", visible(&line[from..to])), before + head.width())
}

fn width_of(c: char) -> usize {
    if c.is_control() { 1 } else { c.width().unwrap_or(1) }
}

fn width(text: &str) -> usize {
    text.chars().map(width_of).sum()
}

fn line_bounds(text: &str, at: usize) -> (usize, usize) {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    (start, end)
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// How many diagnostics of one text are kept.
const MAX_DIAGNOSTICS: usize = 50;

/// Collects the diagnostics of one text.
#[derive(Debug)]
pub(super) struct Sink<'t> {
    text: &'t str,
    found: Vec<Diagnostic>,
}

impl<'t> Sink<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, found: Vec::new() }
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    pub(super) fn error(&mut self, code: &'static str, span: Range<usize>, message: String) {
        self.push(Severity::Error, code, span, message, None);
    }

    pub(super) fn error_help(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: String,
        help: impl Into<Option<String>>,
    ) {
        self.push(Severity::Error, code, span, message, help.into());
    }

    pub(super) fn warning(&mut self, code: &'static str, span: Range<usize>, message: String, help: String) {
        self.push(Severity::Warning, code, span, message, Some(help));
    }

    fn push(
        &mut self,
        severity: Severity,
        code: &'static str,
        span: Range<usize>,
        message: String,
        help: Option<String>,
    ) {
        if self.found.len() >= MAX_DIAGNOSTICS {
            return;
        }
        let start = floor_boundary(self.text, span.start);
        let (line_start, _) = line_bounds(self.text, start);
        let line = 1 + self.text[..line_start].bytes().filter(|b| *b == b'\n').count();
        let column = 1 + width(&self.text[line_start..start]);
        self.found.push(Diagnostic { code, severity, message, span, line, column, help });
    }

    pub(super) fn has_errors(&self) -> bool {
        self.found.iter().any(|d| d.severity == Severity::Error)
    }

    pub(super) fn is_full(&self) -> bool {
        self.found.len() >= MAX_DIAGNOSTICS
    }

    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|d| (d.span.start, d.span.end));
        self.found
    }

    pub(super) fn into_errors(self) -> Errors {
        let text = self.text[..floor_boundary(self.text, super::MAX_TEXT_BYTES)].to_owned();
        let mut diagnostics = self.finish();
        diagnostics.retain(|d| d.severity == Severity::Error);
        Errors { text, diagnostics }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{} ? {}", "甲 = 1 OR ".repeat(100), "b = 2 OR ".repeat(100));
        let errors = super::super::parse(&text).unwrap_err();
        let drawn = errors.render();
        let lines: Vec<&str> = drawn.lines().collect();
        assert!(lines.iter().all(|line| width(line) < 140), "{drawn}");
        let caret = lines[4].find('^').unwrap();
        let under: usize = width(&lines[3][..lines[3].find('?').unwrap()]);
        assert_eq!(under, caret, "{drawn}");
    }

    #[test]
    fn spans_anywhere_draw_without_panic() {
        let text = "上海\r\n\t北京";
        for start in 0..text.len() + 3 {
            for end in 0..text.len() + 3 {
                let mut sink = Sink::new(text);
                sink.error("rule.syntax", start..end, String::new());
                assert!(sink.into_errors().render().contains('^'));
            }
        }
    }
}
