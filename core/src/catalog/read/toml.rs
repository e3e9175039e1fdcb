//! TOML into a tree of values with their places.

use std::ops::Range;

use toml_edit::{Document, Item, Table, TomlError, Value};

use crate::catalog::problem::Problem;
use crate::catalog::read::node::{Budget, Data, Entry, Key, Kind, MAX_DEPTH, Node, Scalar, Style, too_deep};

/// Reads a TOML text.
///
/// # Errors
/// The first error of syntax, or the limit that the text breaks.
pub(crate) fn read(text: &str) -> Result<Node, Box<Problem>> {
    let document = Document::parse(text).map_err(|error| syntax(&error))?;
    let mut reader = Reader { text, budget: Budget::new() };
    let mut root = reader.table(document.as_table(), &(0..0), 0)?;
    root.span = 0..text.len();
    Ok(root)
}

struct Reader<'a> {
    text: &'a str,
    budget: Budget,
}

impl Reader<'_> {
    /// A table; `place` is where to point where it has no place of its own (`a.b = 1` has none for `a`).
    fn table(&mut self, table: &Table, place: &Range<usize>, depth: usize) -> Result<Node, Box<Problem>> {
        let span = table.span().unwrap_or_else(|| place.clone());
        let entries = table.iter().map(|(name, item)| (name, table.key(name), item));
        self.map(span, entries, depth)
    }

    fn map<'t>(
        &mut self,
        span: Range<usize>,
        entries: impl Iterator<Item = (&'t str, Option<&'t toml_edit::Key>, &'t Item)>,
        depth: usize,
    ) -> Result<Node, Box<Problem>> {
        self.begin(&span, depth)?;
        let mut found = Vec::new();
        for (name, key, item) in entries {
            let key_span = key.and_then(toml_edit::Key::span).or_else(|| item.span());
            let key_span = key_span.unwrap_or_else(|| span.clone());
            let value = self.item(item, &key_span, depth + 1)?;
            found.push(Entry { key: Key { name: name.to_owned(), span: key_span }, value });
        }
        Ok(Node { span, data: Data::Map(found) })
    }

    fn item(&mut self, item: &Item, place: &Range<usize>, depth: usize) -> Result<Node, Box<Problem>> {
        match item {
            Item::None => Ok(Node { span: place.clone(), data: Data::Null }),
            Item::Table(table) => self.table(table, place, depth),
            Item::ArrayOfTables(tables) => {
                let span = tables.span().unwrap_or_else(|| place.clone());
                self.begin(&span, depth)?;
                let nodes = tables.iter().map(|table| self.table(table, place, depth + 1));
                let nodes = nodes.collect::<Result<_, _>>()?;
                Ok(Node { span, data: Data::List(nodes) })
            }
            Item::Value(value) => self.value(value, place, depth),
        }
    }

    fn value(&mut self, value: &Value, place: &Range<usize>, depth: usize) -> Result<Node, Box<Problem>> {
        let span = value.span().unwrap_or_else(|| place.clone());
        // Numbers, truth values and times as they are written.
        let source = self.text.get(span.clone()).unwrap_or_default();
        let (kind, text) = match value {
            Value::InlineTable(table) => {
                let entries = table.iter().filter_map(|(name, _)| {
                    table.get_key_value(name).map(|(key, item)| (name, Some(key), item))
                });
                return self.map(span, entries, depth);
            }
            Value::Array(array) => {
                self.begin(&span, depth)?;
                let nodes = array.iter().map(|value| self.value(value, &span, depth + 1));
                let nodes = nodes.collect::<Result<_, _>>()?;
                return Ok(Node { span, data: Data::List(nodes) });
            }
            Value::String(text) => (Kind::Text, text.value().clone()),
            Value::Integer(int) => (Kind::Int((*int.value()).into()), source.to_owned()),
            Value::Float(float) => (Kind::Float(*float.value()), source.to_owned()),
            Value::Boolean(bool) => (Kind::Bool(*bool.value()), source.to_owned()),
            // Dates and times are texts in catalogues.
            Value::Datetime(_) => (Kind::Text, source.to_owned()),
        };
        self.budget.take(&span)?;
        let style = match source.as_bytes().first() {
            Some(b'"') => Style::Escaped,
            Some(b'\'') => Style::Verbatim,
            _ => Style::Plain,
        };
        Ok(Node { span, data: Data::Scalar(Scalar { kind, text, style }) })
    }

    fn begin(&mut self, span: &Range<usize>, depth: usize) -> Result<(), Box<Problem>> {
        if depth > MAX_DEPTH { Err(too_deep(span.clone())) } else { self.budget.take(span) }
    }
}

fn syntax(error: &TomlError) -> Box<Problem> {
    let span = error.span().unwrap_or(0..0);
    let message = error.message();
    if message.contains("recurs") {
        return too_deep(span);
    }
    let code = if message.contains("duplicate key") { "catalog.duplicate_key" } else { "catalog.syntax" };
    Box::new(Problem::new(code, String::new(), format!("no TOML: {message}"), span))
}
