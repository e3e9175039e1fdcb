//! JSON into a tree of values with their places.

use std::fmt;
use std::ops::Range;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::catalog::problem::Problem;
use crate::catalog::read::node::{Budget, Data, Entry, Key, Kind, MAX_DEPTH, Node, Scalar, Style, too_deep};

/// Reads a JSON text.
///
/// # Errors
/// The first error of syntax, or the limit that the text breaks.
pub(crate) fn read(text: &str) -> Result<Node, Box<Problem>> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| syntax(text, text, &error))?;
    Reader { text, budget: Budget::new() }.node(raw.get(), 0)
}

struct Reader<'a> {
    text: &'a str,
    budget: Budget,
}

impl<'a> Reader<'a> {
    /// The value that `raw`, a part of the text, is. Each level is split by serde into the texts of its parts: that
    /// is what gives their places. So a byte is looked at once for each level it is in, at most [`MAX_DEPTH`] times.
    fn node(&mut self, raw: &'a str, depth: usize) -> Result<Node, Box<Problem>> {
        let span = self.span(raw);
        self.budget.take(&span)?;
        let data = match raw.as_bytes().first() {
            Some(b'{' | b'[') if depth == MAX_DEPTH => return Err(too_deep(span.start..span.start + 1)),
            Some(b'{') => {
                let Members(members) = self.parse(raw)?;
                let mut entries = Vec::with_capacity(members.len());
                for (key, value) in members {
                    let key = Key { name: self.parse(key.get())?, span: self.span(key.get()) };
                    entries.push(Entry { key, value: self.node(value.get(), depth + 1)? });
                }
                Data::Map(entries)
            }
            Some(b'[') => {
                let Items(items) = self.parse(raw)?;
                let nodes = items.into_iter().map(|item| self.node(item.get(), depth + 1));
                Data::List(nodes.collect::<Result<_, _>>()?)
            }
            Some(b'"') => {
                Data::Scalar(Scalar { kind: Kind::Text, text: self.parse(raw)?, style: Style::Escaped })
            }
            Some(b'n') => Data::Null,
            _ => {
                let kind = match raw {
                    "true" => Kind::Bool(true),
                    "false" => Kind::Bool(false),
                    // A number too large for a float becomes infinite, and is refused where a number is wanted.
                    _ => raw.parse().map_or_else(|_| Kind::Float(raw.parse().unwrap_or(f64::NAN)), Kind::Int),
                };
                Data::Scalar(Scalar { kind, text: raw.to_owned(), style: Style::Plain })
            }
        };
        Ok(Node { span, data })
    }

    fn parse<T: Deserialize<'a>>(&self, raw: &'a str) -> Result<T, Box<Problem>> {
        serde_json::from_str(raw).map_err(|error| syntax(self.text, raw, &error))
    }

    fn span(&self, part: &str) -> Range<usize> {
        let start = offset(self.text, part);
        start..start + part.len()
    }
}

/// Where a part of a text begins in it, both being the same memory.
fn offset(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// An error of serde's in a part of the text, with its place in the whole.
fn syntax(text: &str, part: &str, error: &serde_json::Error) -> Box<Problem> {
    let line_start = match error.line() {
        0 | 1 => 0,
        line => part.match_indices('\n').nth(line - 2).map_or(part.len(), |(at, _)| at + 1),
    };
    let at = offset(text, part) + line_start + error.column().saturating_sub(1);
    let at = at.min(text.len());
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message);
    let help = match message {
        "trailing comma" => Some("take the last comma away"),
        "key must be a string" if text.as_bytes().get(at) == Some(&b'}') => Some("take the last comma away"),
        "key must be a string" => Some("put the key in double quotes"),
        _ if message.starts_with("EOF") => Some("the text ends too early"),
        _ => None,
    };
    let problem = Problem::new("catalog.syntax", String::new(), format!("no JSON: {message}"), at..at);
    Box::new(problem.with_help(help.map(str::to_owned)))
}

/// The members of an object, keys and values as they stand in the text.
struct Members<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// The items of an array as they stand in the text.
struct Items<'a>(Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for Items<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Items<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items<'de>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Items(items))
            }
        }
        deserializer.deserialize_seq(Collect)
    }
}
