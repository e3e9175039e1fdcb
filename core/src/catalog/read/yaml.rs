//! YAML into a tree of values with their places.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, Tag};

use crate::catalog::problem::Problem;
use crate::catalog::read::node::{
    Budget, Data, Entry, Key, Kind, MAX_DEPTH, Node, Scalar, Size, Style, too_deep,
};
use crate::catalog::read::plain::plain;

/// Reads a YAML text of one document. A text without any value gives null.
///
/// # Errors
/// The first error of syntax, or the limit that the text breaks.
pub(crate) fn read(text: &str) -> Result<Node, Box<Problem>> {
    // The parser takes a NUL for the end of the text and would not say that it left out the rest.
    if let Some(at) = text.find('\0') {
        return Err(syntax("the text has a NUL character", None, at..at + 1));
    }
    let mut reader = Reader {
        offsets: Offsets::of(text),
        budget: Budget::new(),
        anchors: FxHashMap::default(),
        open: Vec::new(),
        root: None,
    };
    // The parser keeps its own stack on the heap and gives one event at a time, so that a text too deep or too large
    // is left as soon as it is seen to be so.
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| reader.scan_error(&error))?;
        reader.event(event, span)?;
    }
    Ok(reader.root.unwrap_or(Node { span: 0..0, data: Data::Null }))
}

struct Reader {
    offsets: Offsets,
    budget: Budget,
    /// Values with an anchor.
    anchors: FxHashMap<usize, Anchored>,
    /// The lists and maps that have begun and not ended, from the outermost.
    open: Vec<Open>,
    root: Option<Node>,
}

struct Anchored {
    node: Node,
    size: Size,
}

struct Open {
    start: usize,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    /// The entries, and the key that waits for its value.
    Map(Vec<Entry>, Option<Key>),
}

impl Reader {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Box<Problem>> {
        let bytes = self.offsets.range(span);
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                let message = "a second document begins here; wanted one document";
                Err(syntax(message, Some("take `---` away"), bytes))
            }
            Event::SequenceStart(anchor, tag) => {
                self.begin(Content::List(Vec::new()), anchor, tag.as_deref(), "seq", bytes)
            }
            Event::MappingStart(anchor, tag) => {
                self.begin(Content::Map(Vec::new(), None), anchor, tag.as_deref(), "map", bytes)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(&bytes),
            Event::Scalar(value, style, anchor, tag) => {
                self.budget.take(&bytes)?;
                let data = scalar(value.into_owned(), style, tag.as_deref(), &bytes)?;
                self.finish(Node { span: bytes, data }, anchor)
            }
            Event::Alias(anchor) => self.alias(anchor, bytes),
            _ => Ok(()),
        }
    }

    fn begin(
        &mut self,
        content: Content,
        anchor: usize,
        tag: Option<&Tag>,
        wanted: &str,
        bytes: Range<usize>,
    ) -> Result<(), Box<Problem>> {
        if self.open.len() == MAX_DEPTH {
            return Err(too_deep(bytes));
        }
        if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema() || tag.suffix != wanted) {
            return Err(unknown_tag(tag, bytes));
        }
        if matches!(self.open.last(), Some(Open { content: Content::Map(_, None), .. })) {
            return Err(key_is_no_text(bytes));
        }
        self.budget.take(&bytes)?;
        self.open.push(Open { start: bytes.start, anchor, content });
        Ok(())
    }

    fn end(&mut self, bytes: &Range<usize>) -> Result<(), Box<Problem>> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let data = match open.content {
            Content::List(items) => Data::List(items),
            Content::Map(entries, _) => Data::Map(merged(entries)?),
        };
        self.finish(Node { span: open.start..bytes.end.max(open.start), data }, open.anchor)
    }

    fn alias(&mut self, anchor: usize, bytes: Range<usize>) -> Result<(), Box<Problem>> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            return Err(syntax("an alias stands within the value that it means", None, bytes));
        };
        if self.open.len() + anchored.size.height > MAX_DEPTH {
            return Err(too_deep(bytes));
        }
        self.budget.repeat(anchored.size, &bytes)?;
        let node = anchored.node.clone();
        self.finish(node, 0)
    }

    /// Puts a value that has ended into the list or map that it stands in.
    fn finish(&mut self, node: Node, anchor: usize) -> Result<(), Box<Problem>> {
        if anchor > 0 {
            let size = Size::of(&node);
            self.budget.repeat(size, &node.span)?;
            self.anchors.insert(anchor, Anchored { node: node.clone(), size });
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map(entries, key)) => match key.take() {
                Some(key) => entries.push(Entry { key, value: node }),
                None => match node.data {
                    Data::Scalar(scalar) => *key = Some(Key { name: scalar.text, span: node.span }),
                    _ => return Err(key_is_no_text(node.span)),
                },
            },
        }
        Ok(())
    }

    fn scan_error(&self, error: &ScanError) -> Box<Problem> {
        let at = self.offsets.byte(*error.marker());
        let found = error.info();
        if found == "recursion limit exceeded" {
            return too_deep(at..at);
        }
        let help = if found.contains("tab") {
            Some("indent with spaces, not with tabs")
        } else if found.contains("mapping values are not allowed") {
            Some("a text with `: ` in it needs quotes")
        } else if found.contains("unknown anchor") {
            Some(
                "an anchor (`&name`) must stand before its alias (`*name`); a text that begins with `*` needs quotes",
            )
        } else if found.contains("cannot start any token") {
            Some("a text that begins with this character needs quotes")
        } else if found.contains("flow") || found.contains("illegal placement of ':'") {
            Some("look for a bracket or a quote above that is not closed")
        } else if found.contains("did not find expected key") || found.contains("simple key") {
            Some(
                "look for a line that is indented otherwise than its neighbours, or for quotes that do not match",
            )
        } else {
            None
        };
        syntax(format!("no YAML: {found}"), help, at..at)
    }
}

/// The entries of a map with those that its merge keys (`<<: *shared`) add: the map's own win, then the earlier ones.
fn merged(entries: Vec<Entry>) -> Result<Vec<Entry>, Box<Problem>> {
    if entries.iter().all(|entry| entry.key.name != "<<") {
        return Ok(entries);
    }
    let (merges, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.key.name == "<<");
    let mut names: FxHashSet<String> = own.iter().map(|entry| entry.key.name.clone()).collect();
    for Entry { key, value } in merges {
        let maps = match value.data {
            Data::List(items) => items,
            _ => vec![value],
        };
        for map in maps {
            let Data::Map(shared) = map.data else {
                return Err(syntax("`<<` takes a map or a list of maps", None, key.span));
            };
            own.extend(shared.into_iter().filter(|entry| names.insert(entry.key.name.clone())));
        }
    }
    Ok(own)
}

fn scalar(
    text: String,
    style: ScalarStyle,
    tag: Option<&Tag>,
    bytes: &Range<usize>,
) -> Result<Data, Box<Problem>> {
    let style = match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Escaped,
        ScalarStyle::Literal => Style::Block,
        ScalarStyle::Folded => Style::Folded,
    };
    let resolved = match tag {
        None if style == Style::Plain => plain(&text),
        None => Some(Kind::Text),
        Some(tag) if !tag.is_yaml_core_schema() => return Err(unknown_tag(tag, bytes.clone())),
        Some(tag) => match tag.suffix.as_str() {
            "str" => Some(Kind::Text),
            "null" | "bool" | "int" | "float" => plain(&text),
            _ => return Err(unknown_tag(tag, bytes.clone())),
        },
    };
    Ok(resolved.map_or(Data::Null, |kind| Data::Scalar(Scalar { kind, text, style })))
}

fn syntax(message: impl Into<String>, help: Option<&str>, bytes: Range<usize>) -> Box<Problem> {
    let problem = Problem::new("catalog.syntax", String::new(), message.into(), bytes);
    Box::new(problem.with_help(help.map(str::to_owned)))
}

fn unknown_tag(tag: &Tag, bytes: Range<usize>) -> Box<Problem> {
    let message = format!("the YAML tag `{}{}` means nothing here", tag.handle, tag.suffix);
    syntax(message, Some("a text that begins with `!` needs quotes"), bytes)
}

fn key_is_no_text(bytes: Range<usize>) -> Box<Problem> {
    syntax("a key is no text", Some("a text that begins with `{`, `[` or `?` needs quotes"), bytes)
}

/// Bytes of the text by its characters, which is what the parser counts.
struct Offsets {
    /// The byte of each character; empty where the text is ASCII, so that they are the same.
    bytes: Vec<u32>,
    len: usize,
}

impl Offsets {
    fn of(text: &str) -> Self {
        let bytes =
            if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at as u32).collect() };
        Self { bytes, len: text.len() }
    }

    fn byte(&self, marker: Marker) -> usize {
        let at = if self.bytes.is_empty() {
            marker.index()
        } else {
            self.bytes.get(marker.index()).map_or(self.len, |byte| *byte as usize)
        };
        at.min(self.len)
    }

    fn range(&self, span: Span) -> Range<usize> {
        let start = self.byte(span.start);
        start..self.byte(span.end).max(start)
    }
}
