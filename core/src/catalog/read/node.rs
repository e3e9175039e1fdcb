//! A catalogue text as a tree of values that know where they stand.

use std::ops::Range;

use rustc_hash::FxHashSet;

use crate::catalog::path::{Path, Shortened};
use crate::catalog::problem::{MAX_PROBLEMS, Problem};

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
                format!("{kind} `{}`", Shortened(&scalar.text, 60))
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

/// Takes every second entry of the same key out of all maps and reports it.
pub(crate) fn remove_duplicates(node: &mut Node, path: &Path<'_>, problems: &mut Vec<Problem>) {
    match &mut node.data {
        Data::Null | Data::Scalar(_) => {}
        Data::List(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                remove_duplicates(item, &Path::Index(path, index), problems);
            }
        }
        Data::Map(entries) => {
            let mut seen: FxHashSet<String> = FxHashSet::default();
            entries.retain_mut(|Entry { key, value }| {
                let path = Path::Key(path, &key.name);
                if seen.insert(key.name.clone()) {
                    remove_duplicates(value, &path, problems);
                    return true;
                }
                if problems.len() < MAX_PROBLEMS {
                    let message = format!("`{}` is given a second time", Shortened(&key.name, 60));
                    let problem =
                        Problem::new("catalog.duplicate_key", path.to_string(), message, key.span.clone());
                    problems.push(problem);
                }
                false
            });
        }
    }
}

/// What a text may still bring: [`MAX_NODES`] values, and in the repetitions of its aliases [`MAX_BYTES`] of scalars.
#[derive(Debug)]
pub(crate) struct Budget {
    nodes: usize,
    repeated_bytes: usize,
}

impl Budget {
    pub(crate) fn new() -> Self {
        Self { nodes: MAX_NODES, repeated_bytes: MAX_BYTES }
    }

    /// Takes a value off.
    ///
    /// # Errors
    /// Where none is left.
    pub(crate) fn take(&mut self, span: &Range<usize>) -> Result<(), Box<Problem>> {
        self.repeat(Size { nodes: 1, ..Size::default() }, span)
    }

    /// Takes a repetition of so much off.
    ///
    /// # Errors
    /// Where so much is no longer left.
    pub(crate) fn repeat(&mut self, size: Size, span: &Range<usize>) -> Result<(), Box<Problem>> {
        let too_large =
            |message| Box::new(Problem::new("catalog.too_large", String::new(), message, span.clone()));
        self.nodes = self.nodes.checked_sub(size.nodes).ok_or_else(|| {
            too_large(format!("more than {MAX_NODES} values, those repeated by aliases included"))
        })?;
        self.repeated_bytes = self
            .repeated_bytes
            .checked_sub(size.bytes)
            .ok_or_else(|| too_large(format!("aliases repeat more than {} MiB of text", MAX_BYTES >> 20)))?;
        Ok(())
    }
}

/// How large a value is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Size {
    /// How many values, itself included.
    pub(crate) nodes: usize,
    /// The bytes of scalars and keys.
    pub(crate) bytes: usize,
    /// How many lists and maps stand in each other.
    pub(crate) height: usize,
}

impl Size {
    pub(crate) fn of(node: &Node) -> Self {
        match &node.data {
            Data::Null => Self { nodes: 1, ..Self::default() },
            Data::Scalar(scalar) => Self { nodes: 1, bytes: scalar.text.len(), height: 0 },
            Data::List(items) => Self::around(items.iter().map(Self::of)),
            Data::Map(entries) => Self::around(entries.iter().map(|entry| {
                let value = Self::of(&entry.value);
                Self { bytes: value.bytes + entry.key.name.len(), ..value }
            })),
        }
    }

    fn around(parts: impl Iterator<Item = Self>) -> Self {
        let sum = |sum: Self, part: Self| Self {
            nodes: sum.nodes + part.nodes,
            bytes: sum.bytes + part.bytes,
            height: sum.height.max(part.height + 1),
        };
        parts.fold(Self { nodes: 1, bytes: 0, height: 1 }, sum)
    }
}

/// The problem of values that stand too deep.
pub(crate) fn too_deep(at: Range<usize>) -> Box<Problem> {
    let message = format!("lists and maps stand more than {MAX_DEPTH} deep in each other");
    Box::new(Problem::new("catalog.too_deep", String::new(), message, at))
}
