//! The parts of maps, lists and alternatives, handed to serde one by one.

use std::slice;

use serde::Deserializer;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use crate::catalog::decode::decoder::Decoder;
use crate::catalog::decode::fail::Fail;
use crate::catalog::decode::filler::Filler;
use crate::catalog::path::Path;
use crate::catalog::read::node::{Data, Entry, Node};

/// The entries of a map, but for those left out, and then the fields that are made up.
pub(crate) struct Entries<'a> {
    map: Decoder<'a>,
    rest: slice::Iter<'a, Entry>,
    current: Option<&'a Entry>,
    made_up: std::vec::IntoIter<&'static str>,
}

impl<'a> Entries<'a> {
    pub(crate) fn new(map: Decoder<'a>, entries: &'a [Entry]) -> Self {
        let made_up = map.pass.made_up(map.node).into_iter();
        Self { map, rest: entries.iter(), current: None, made_up }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Fail;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fail> {
        let pass = self.map.pass;
        self.current = self.rest.find(|entry| !pass.is_left_out(*entry));
        let Some(entry) = self.current else {
            let Some(field) = self.made_up.next() else { return Ok(None) };
            return seed.deserialize(field_name(field)).map(Some);
        };
        seed.deserialize(field_name(&entry.key.name)).map(Some).map_err(|fail| {
            self.map.report_at(fail, entry.key.span.clone());
            pass.leave_out(entry)
        })
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fail> {
        let Some(entry) = self.current else { return seed.deserialize(Filler).map_err(|_| Fail::Reported) };
        let path = Path::Key(self.map.path, &entry.key.name);
        let pass = self.map.pass;
        let value = Decoder { node: &entry.value, place: entry.place(), path: &path, pass };
        seed.deserialize(value.clone()).map_err(|fail| match value.report(fail) {
            Fail::LeftOut => Fail::LeftOut,
            _ => pass.leave_out(entry),
        })
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// The items of a list, but for those left out.
pub(crate) struct Items<'a> {
    list: Decoder<'a>,
    rest: std::iter::Enumerate<slice::Iter<'a, Node>>,
}

impl<'a> Items<'a> {
    pub(crate) fn new(list: Decoder<'a>, items: &'a [Node]) -> Self {
        Self { list, rest: items.iter().enumerate() }
    }
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Fail;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fail> {
        let pass = self.list.pass;
        let Some((index, node)) = self.rest.find(|(_, node)| !pass.is_left_out(*node)) else {
            return Ok(None);
        };
        let path = Path::Index(self.list.path, index);
        let item = Decoder { node, place: node.span.clone(), path: &path, pass };
        seed.deserialize(item.clone()).map(Some).map_err(|fail| match item.report(fail) {
            Fail::LeftOut => Fail::LeftOut,
            _ => pass.leave_out(node),
        })
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// One of several alternatives: its name alone, or a map of its name to what it needs.
pub(crate) struct Choice<'a> {
    whole: Decoder<'a>,
    entry: Option<&'a Entry>,
}

impl<'a> Choice<'a> {
    pub(crate) fn named(whole: Decoder<'a>) -> Self {
        Self { whole, entry: None }
    }

    pub(crate) fn with(whole: Decoder<'a>, entry: &'a Entry) -> Self {
        Self { whole, entry: Some(entry) }
    }

    /// Decodes what the alternative needs.
    fn content<T>(self, decode: impl FnOnce(Decoder<'_>) -> Result<T, Fail>) -> Result<T, Fail> {
        let Some(entry) = self.entry else {
            let wanted = "a map of the name to what it needs, such as `{quantile: 5}`".to_owned();
            return Err(Fail::WrongType { wanted });
        };
        let path = Path::Key(self.whole.path, &entry.key.name);
        let value = Decoder { node: &entry.value, place: entry.place(), path: &path, pass: self.whole.pass };
        decode(value.clone()).map_err(|fail| value.report(fail))
    }
}

impl<'de> EnumAccess<'de> for Choice<'_> {
    type Error = Fail;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Fail> {
        let (name, place) = match (self.entry, &self.whole.node.data) {
            (Some(entry), _) => (entry.key.name.as_str(), entry.key.span.clone()),
            (None, Data::Scalar(scalar)) => (scalar.text.as_str(), self.whole.place.clone()),
            (None, _) => return Err(Fail::WrongType { wanted: "a name".to_owned() }),
        };
        match seed.deserialize(field_name(name)) {
            Ok(variant) => Ok((variant, self)),
            Err(fail) => Err(self.whole.report_at(fail, place)),
        }
    }
}

impl<'de> VariantAccess<'de> for Choice<'_> {
    type Error = Fail;

    fn unit_variant(self) -> Result<(), Fail> {
        match self.entry.map(|entry| &entry.value.data) {
            None | Some(Data::Null) => Ok(()),
            Some(Data::Map(entries)) if entries.is_empty() => Ok(()),
            Some(_) => Err(Fail::WrongType { wanted: "the name alone".to_owned() }),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fail> {
        self.content(|value| seed.deserialize(value))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fail> {
        self.content(|value| value.deserialize_seq(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fail> {
        self.content(|value| value.deserialize_struct("", fields, visitor))
    }
}

fn field_name(name: &str) -> StrDeserializer<'_, Fail> {
    IntoDeserializer::<Fail>::into_deserializer(name)
}
