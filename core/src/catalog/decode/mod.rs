//! A tree of values into Rust types, reporting every problem instead of the first.
//!
//! Types decode themselves through serde, which stops at the first error. So the decoder reports an error where it
//! happens, notes the entry or item it happened in, and decodes the whole once more without it, until a pass goes
//! through. A field that is missing is made up in the next pass, so that other missing ones come to light.

mod access;
mod fail;
mod filler;

use std::cell::RefCell;
use std::fmt;
use std::ops::{Range, RangeInclusive};
use std::ptr;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use serde::de::{self, Visitor};

use crate::catalog::decode::access::{Choice, Entries, Items};
use crate::catalog::decode::fail::Fail;
use crate::catalog::nearest::{did_you_mean, one_of};
use crate::catalog::problem::Problem;
use crate::catalog::read::node::{Data, Entry, Kind, Node, Scalar, join, shortened};

/// How many problems are reported at most.
pub(crate) const MAX_PROBLEMS: usize = 100;

/// Where in the catalogue a value stands.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    /// The name that the value goes by, for messages.
    fn name(&self) -> &str {
        match self {
            Path::Root => "catalogue",
            Path::Key(_, name) => name,
            Path::Index(path, _) => path.name(),
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Key(Path::Root, name) => f.write_str(name),
            Path::Key(path, name) => write!(f, "{path}.{name}"),
            Path::Index(path, index) => write!(f, "{path}[{index}]"),
        }
    }
}

/// Decodes a value that stands at `path`, adding all its problems to `problems`. `place` is where to point for what
/// concerns the value as a whole. Nothing is returned where there was a problem.
pub(crate) fn decode<T: for<'de> Deserialize<'de>>(
    node: &Node,
    place: Range<usize>,
    path: &Path<'_>,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let pass = Pass { room: MAX_PROBLEMS.saturating_sub(problems.len()), ..Pass::default() };
    let decoder = Decoder { node, place, path, pass: &pass };
    let decoded = loop {
        match T::deserialize(decoder.clone()) {
            Ok(value) => break Some(value),
            Err(Fail::LeftOut) if pass.problems.borrow().len() < pass.room => {}
            Err(fail) => {
                decoder.report(fail);
                break None;
            }
        }
    };
    let mut found = pass.problems.into_inner();
    let decoded = decoded.filter(|_| found.is_empty());
    problems.append(&mut found);
    decoded
}

/// What earlier passes over a value found. Values are known by their addresses, for the tree stands still.
#[derive(Debug, Default)]
pub(crate) struct Pass {
    /// How many problems may still be reported.
    room: usize,
    problems: RefCell<Vec<Problem>>,
    left_out: RefCell<FxHashSet<usize>>,
    made_up: RefCell<FxHashMap<usize, Vec<&'static str>>>,
}

impl Pass {
    /// Leaves an entry or item out of the next pass.
    pub(crate) fn leave_out<T>(&self, part: &T) -> Fail {
        self.left_out.borrow_mut().insert(ptr::from_ref(part).addr());
        Fail::LeftOut
    }

    pub(crate) fn is_left_out<T>(&self, part: &T) -> bool {
        let left_out = self.left_out.borrow();
        !left_out.is_empty() && left_out.contains(&ptr::from_ref(part).addr())
    }

    /// The missing fields that are made up for the map `node`.
    pub(crate) fn made_up(&self, node: &Node) -> Vec<&'static str> {
        self.made_up.borrow().get(&ptr::from_ref(node).addr()).cloned().unwrap_or_default()
    }

    fn tell(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < self.room {
            problems.push(problem);
        }
    }
}

/// A value, to be decoded.
#[derive(Clone)]
pub(crate) struct Decoder<'a> {
    pub(crate) node: &'a Node,
    pub(crate) place: Range<usize>,
    pub(crate) path: &'a Path<'a>,
    pub(crate) pass: &'a Pass,
}

impl<'a> Decoder<'a> {
    /// Reports a failure of this value.
    pub(crate) fn report(&self, fail: Fail) -> Fail {
        self.report_at(fail, self.place.clone())
    }

    pub(crate) fn report_at(&self, fail: Fail, span: Range<usize>) -> Fail {
        let mut path = self.path.to_string();
        let (code, message, help) = match fail {
            Fail::Reported | Fail::LeftOut => return fail,
            Fail::WrongType { wanted } => {
                let found = self.node.describe();
                ("catalog.wrong_type", format!("found {found}; wanted {wanted}"), None)
            }
            Fail::Invalid { message } => ("catalog.invalid_value", message, None),
            Fail::UnknownVariant { found, wanted } => {
                let help = did_you_mean(&found, wanted.iter().copied());
                let (name, found) = (self.path.name(), shortened(&found));
                let message = format!("unknown {name} `{found}`; wanted {}", one_of(wanted));
                ("catalog.unknown_variant", message, help)
            }
            Fail::UnknownField { found, wanted } => {
                let help = if found.ends_with(')') {
                    Some("within `{…}` a comma ends a text: put the whole text in quotes".to_owned())
                } else {
                    did_you_mean(&found, wanted.iter().copied())
                };
                let mut message = format!("unknown field `{}`", shortened(&found));
                if wanted.len() <= 12 {
                    message = format!("{message}; wanted {}", one_of(wanted));
                }
                path = join(&path, &found);
                ("catalog.unknown_field", message, help)
            }
            Fail::Missing { field } => {
                path = join(&path, field);
                ("catalog.missing_field", format!("`{field}` is missing"), None)
            }
        };
        self.pass.tell(Problem::new(code, path, message, span).with_help(help));
        Fail::Reported
    }

    fn wrong<T>(wanted: impl Into<String>) -> Result<T, Fail> {
        Err(Fail::WrongType { wanted: wanted.into() })
    }

    fn scalar(&self) -> Option<&'a Scalar> {
        match &self.node.data {
            Data::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    fn kind(&self) -> Option<Kind> {
        self.scalar().map(|scalar| scalar.kind)
    }

    /// Decodes the entries of this map, and finds the place of fields that are missing.
    fn map<'de, V: Visitor<'de>>(self, entries: &'a [Entry], visitor: V) -> Result<V::Value, Fail> {
        match visitor.visit_map(Entries::new(self.clone(), entries)) {
            Err(Fail::Missing { field }) => {
                // A field that is there but was left out has been reported.
                if !entries.iter().any(|entry| entry.key.name == field) {
                    self.report(Fail::Missing { field });
                }
                let mut made_up = self.pass.made_up.borrow_mut();
                made_up.entry(ptr::from_ref(self.node).addr()).or_default().push(field);
                Err(Fail::LeftOut)
            }
            done => done,
        }
    }

    fn int<T: TryFrom<i128>>(&self, range: RangeInclusive<i128>) -> Result<T, Fail> {
        let int = match self.kind() {
            Some(Kind::Int(int)) => T::try_from(int).ok(),
            _ => None,
        };
        let wanted = || format!("a whole number from {} to {}", range.start(), range.end());
        int.map_or_else(|| Self::wrong(wanted()), Ok)
    }

    fn float(&self) -> Result<f64, Fail> {
        match self.kind() {
            Some(Kind::Int(int)) => Ok(int as f64),
            Some(Kind::Float(float)) if float.is_finite() => Ok(float),
            _ => Self::wrong("a number"),
        }
    }
}

macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
            visitor.$visit(self.int($type::MIN.into()..=$type::MAX.into())?)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Decoder<'_> {
    type Error = Fail;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        match &self.node.data {
            Data::Null => visitor.visit_unit(),
            Data::List(_) => self.deserialize_seq(visitor),
            Data::Map(entries) => self.map(entries, visitor),
            Data::Scalar(scalar) => match scalar.kind {
                Kind::Text => visitor.visit_str(&scalar.text),
                Kind::Bool(bool) => visitor.visit_bool(bool),
                Kind::Float(_) => visitor.visit_f64(self.float()?),
                Kind::Int(int) => match (i64::try_from(int), u64::try_from(int)) {
                    (Ok(int), _) => visitor.visit_i64(int),
                    (_, Ok(int)) => visitor.visit_u64(int),
                    _ => visitor.visit_f64(int as f64),
                },
            },
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        match self.kind() {
            Some(Kind::Bool(bool)) => visitor.visit_bool(bool),
            _ => Self::wrong("true or false"),
        }
    }

    whole_numbers!(
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64
    );

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        visitor.visit_f64(self.float()?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        let mut chars = self.scalar().map_or("", |scalar| &scalar.text).chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => visitor.visit_char(c),
            _ => Self::wrong("one character"),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        match self.scalar() {
            Some(scalar) => visitor.visit_str(&scalar.text),
            None => Self::wrong("a text"),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        self.deserialize_str(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        match self.node.data {
            Data::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        match self.node.data {
            Data::Null => visitor.visit_unit(),
            _ => Self::wrong("nothing"),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fail> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fail> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        match &self.node.data {
            Data::List(items) => visitor.visit_seq(Items::new(self, items)),
            _ => Self::wrong("a list"),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fail> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Fail> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        match &self.node.data {
            Data::Map(entries) => self.map(entries, visitor),
            // `device:` with nothing after it is what YAML writers give for "all defaults".
            Data::Null => self.map(&[], visitor),
            _ => Self::wrong("a map"),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fail> {
        match self.node.data {
            Data::Map(_) | Data::Null => self.deserialize_map(visitor),
            _ if fields.is_empty() => Self::wrong("`{}`"),
            _ => Self::wrong("a map"),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fail> {
        match &self.node.data {
            Data::Scalar(_) => visitor.visit_enum(Choice::named(self)),
            Data::Map(entries) if entries.len() == 1 => visitor.visit_enum(Choice::with(self, &entries[0])),
            Data::Map(_) => Self::wrong(format!("a map with exactly one of {}", one_of(variants))),
            Data::Null | Data::List(_) => Self::wrong(one_of(variants)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fail> {
        visitor.visit_unit()
    }
}
