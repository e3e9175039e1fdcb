//! Lines and columns, and lines of the text with a place underlined.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Where the lines of a text begin.
#[derive(Debug, Clone)]
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    pub(crate) fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(breaks).collect())
    }

    /// Line and column of a byte, both from 1; the column counts the display width of what stands before.
    pub(crate) fn place(&self, text: &str, at: usize) -> (usize, usize) {
        let at = floor(text, at);
        let line = self.0.partition_point(|start| *start <= at);
        let start = self.0[line - 1];
        (line, text[start..at].width() + 1)
    }
}

/// The byte `at`, or the beginning of the character that it is in.
pub(crate) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The line of a place, with carets under the place. Of a long line only the part around the place is shown.
pub(crate) fn excerpt(text: &str, span: &Range<usize>, line: usize) -> String {
    const BEFORE: usize = 60;
    const LINE: usize = 110;
    let start = floor(text, span.start);
    let end = floor(text, span.end).max(start);
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let before = &text[line_start..start];
    let mut width = 0;
    let cut = before.char_indices().rev().find(|(_, c)| {
        // Characters without width count too, else a text of nothing but these would be shown whole.
        width += c.width().unwrap_or(1).max(1);
        width > BEFORE
    });
    let cut = cut.map_or(0, |(at, _)| at);
    let (mut shown, mut indent) = if cut == 0 { (String::new(), 0) } else { ("…".to_owned(), 1) };
    for c in before[cut..].chars() {
        indent += push(&mut shown, c);
    }
    let mut carets = 0;
    for (at, c) in text[start..line_end].char_indices() {
        if indent + carets >= LINE {
            shown.push('…');
            break;
        }
        let width = push(&mut shown, c);
        if start + at < end {
            carets += width;
        }
        if shown.len() > 4 * LINE {
            break;
        }
    }
    let number = line.to_string();
    let gutter = " ".repeat(number.len());
    let shown = shown.trim_end();
    format!(" {number} | {shown}\n {gutter} | {}{}\n", " ".repeat(indent), "^".repeat(carets.max(1)))
}

/// Appends a character for a terminal, control characters as spaces, and returns its width.
fn push(line: &mut String, c: char) -> usize {
    if let Some(width) = c.width() {
        line.push(c);
        width
    } else {
        line.push(' ');
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_columns() {
        let text = "a: 1\n标题: 年龄, x\r\n";
        let lines = Lines::of(text);
        assert_eq!(lines.place(text, 0), (1, 1));
        let x = text.find('x').unwrap();
        // 4 columns of 标题, colon, blank, 4 of 年龄, comma, blank.
        assert_eq!(lines.place(text, x), (2, 13));
        assert_eq!(lines.place(text, x + 100), (3, 1));
        assert_eq!(excerpt(text, &(x..x + 1), 2), " 2 | 标题: 年龄, x\n   |             ^\n");
    }

    #[test]
    fn long_lines_are_cut() {
        let text = "长".repeat(100_000);
        let shown = excerpt(&text, &(150_000..150_003), 1);
        assert!(shown.len() < 1000);
        assert!(shown.ends_with("^^\n"));
        let nothing = "\u{feff}".repeat(100_000);
        assert!(excerpt(&nothing, &(150_000..150_003), 1).len() < 1000);
    }
}
