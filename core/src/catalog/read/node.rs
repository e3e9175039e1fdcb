//! A catalogue text as a tree of values that know where they stand.

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::catalog::problem::Problem;

/// The longest text that is read, in bytes.
pub(crate) const MAX_BYTES: usize = 4 << 20;
/// How deep lists and maps may stand in each other.
pub(crate) const MAX_DEPTH: usize = 64;
/// How many values a text may have, those that aliases repeat counted each time.
pub(crate) const MAX_NODES: usize = 200_000;

/// A value and its place in the text.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// Bytes of the text.
    pub(crate) span: Range<usize>,
    pub(crate) data: Data,
}

#[derive(Debug, Clone)]
pub(crate) enum Data {
    Null,
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A scalar, with its text as written so that `version: 2026` can be read as the text `2026`.
#[derive(Debug, Clone)]
pub(crate) struct Scalar {
    pub(crate) kind: Kind,
    /// The value of a text, the source of anything else.
    pub(crate) text: String,
    pub(crate) style: Style,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Bool(bool),
    Int(i128),
    Float(f64),
    Text,
}

/// How a scalar is written: what stands between its value and its bytes in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// As it is; lines may be folded.
    Plain,
    /// `'…'` with `''` for a quote; lines may be folded.
    Single,
    /// `"…"` with escapes that begin with a backslash; lines may be folded.
    Escaped,
    /// `'…'` or `'''…'''` without escapes.
    Verbatim,
    /// A YAML block, `|`.
    Block,
    /// A folded YAML block, `>`.
    Folded,
}

/// A key of a map and what it is given.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: Key,
    pub(crate) value: Node,
}

#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
}

impl Node {
    /// The entries, where it is a map.
    pub(crate) fn entries(&self) -> Option<&[Entry]> {
        match &self.data {
            Data::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The entry of a name, where it is a map that has one.
    pub(crate) fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries()?.iter().find(|entry| entry.key.name == name)
    }

    /// What stands here, for messages.
    pub(crate) fn describe(&self) -> String {
        match &self.data {
            Data::Null => "nothing".to_owned(),
            Data::List(_) => "a list".to_owned(),
            Data::Map(_) => "a map".to_owned(),
            Data::Scalar(scalar) => {
                let kind = match scalar.kind {
                    Kind::Text => "the text",
                    Kind::Int(_) | Kind::Float(_) => "the number",
                    Kind::Bool(_) => "the value",
                };
                format!("{kind} `{}`", shortened(&scalar.text))
            }
        }
    }
}

impl Entry {
    /// Where to point for a problem with the value as a whole: at a scalar, but at the key of a list or map, whose
    /// own first byte is often on a later line.
    pub(crate) fn place(&self) -> Range<usize> {
        match self.value.data {
            Data::Scalar(_) => self.value.span.clone(),
            Data::Null if !self.value.span.is_empty() => self.value.span.clone(),
            Data::Null | Data::List(_) | Data::Map(_) => self.key.span.clone(),
        }
    }
}

/// The beginning of a text on one line, for messages.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let line: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() { line + "…" } else { line }
}

/// Takes every second entry of the same key out of all maps and reports it.
pub(crate) fn remove_duplicates(node: &mut Node, path: &str, problems: &mut Vec<Problem>) {
    match &mut node.data {
        Data::Null | Data::Scalar(_) => {}
        Data::List(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                remove_duplicates(item, &format!("{path}[{index}]"), problems);
            }
        }
        Data::Map(entries) => {
            let mut seen: FxHashSet<String> = FxHashSet::default();
            entries.retain_mut(|entry| {
                let path = join(path, &entry.key.name);
                if !seen.insert(entry.key.name.clone()) {
                    let message = format!("`{}` is given a second time", shortened(&entry.key.name));
                    problems.push(Problem::new(
                        "catalog.duplicate_key",
                        path,
                        message,
                        entry.key.span.clone(),
                    ));
                    return false;
                }
                remove_duplicates(&mut entry.value, &path, problems);
                true
            });
        }
    }
}

/// The path of an entry of the map at a path.
pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Counts values against [`MAX_NODES`].
#[derive(Debug)]
pub(crate) struct Budget(usize);

impl Budget {
    pub(crate) fn new() -> Self {
        Self(MAX_NODES)
    }

    /// Takes `count` values off.
    ///
    /// # Errors
    /// Where so many are no longer left.
    pub(crate) fn take(&mut self, count: usize, span: &Range<usize>) -> Result<(), Box<Problem>> {
        self.0 = self.0.checked_sub(count).ok_or_else(|| {
            let message = format!("more than {MAX_NODES} values, those repeated by aliases included");
            Box::new(Problem::new("catalog.too_large", String::new(), message, span.clone()))
        })?;
        Ok(())
    }
}

/// The problem of values that stand too deep.
pub(crate) fn too_deep(at: Range<usize>) -> Box<Problem> {
    let message = format!("lists and maps stand more than {MAX_DEPTH} deep in each other");
    Box::new(Problem::new("catalog.too_deep", String::new(), message, at))
}
