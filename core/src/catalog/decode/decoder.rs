//! A value as serde sees it.

use std::ops::{Range, RangeInclusive};

use serde::de::{self, Visitor};

use crate::catalog::decode::Pass;
use crate::catalog::decode::access::{Choice, Entries, Items};
use crate::catalog::decode::fail::Fail;
use crate::catalog::nearest::{did_you_mean, one_of};
use crate::catalog::path::{Path, Shortened};
use crate::catalog::problem::Problem;
use crate::catalog::read::node::{Data, Entry, Kind, Node, Scalar};

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
        let (code, path, message, help) = match fail {
            Fail::Reported | Fail::LeftOut => return fail,
            Fail::WrongType { wanted } => {
                let found = self.node.describe();
                ("catalog.wrong_type", *self.path, format!("found {found}; wanted {wanted}"), None)
            }
            Fail::Invalid { message } => ("catalog.invalid_value", *self.path, message, None),
            Fail::UnknownVariant { ref found, wanted } => {
                let help = did_you_mean(found, wanted.iter().copied());
                let (name, found) = (self.path.name(), Shortened(found, 60));
                let message = format!("unknown {name} `{found}`; wanted {}", one_of(wanted));
                ("catalog.unknown_variant", *self.path, message, help)
            }
            Fail::UnknownField { ref found, wanted } => {
                let help = if found.ends_with(')') {
                    Some("within `{…}` a comma ends a text: put the whole text in quotes".to_owned())
                } else {
                    did_you_mean(found, wanted.iter().copied())
                };
                let mut message = format!("unknown field `{}`", Shortened(found, 60));
                if wanted.len() <= 12 {
                    message = format!("{message}; wanted {}", one_of(wanted));
                }
                ("catalog.unknown_field", Path::Key(self.path, found), message, help)
            }
            Fail::Missing { field } => {
                ("catalog.missing_field", Path::Key(self.path, field), format!("`{field}` is missing"), None)
            }
        };
        self.pass.tell(Problem::new(code, path.to_string(), message, span).with_help(help));
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
                Err(self.pass.make_up(self.node, field))
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
