//! Input tables.

use std::fmt;

use indexmap::IndexMap;
use serde::de::{self, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};

use crate::catalog::model::ColumnDef;

/// An input table and what its columns mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SourceDef {
    /// What a row is.
    pub kind: SourceKind,
    /// Which column holds which kind of identifier: `{member: member_id}`. `records` and `events` need at least one.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub identifiers: IndexMap<String, String>,
    /// The column with the time of the row: `events` need one. Values are instants, or wall-clock times in
    /// `timezone`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Time zone of wall-clock times in this table; default the catalogue's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// The column or columns that name an event: events of one profile with the same id count once. Without it every
    /// row counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<OneOrMany>,
    /// Whether its values never change (a year of birth, a first channel). Records without `time` may have learnt
    /// their values after a cutoff, so predicted tags use them only where this says that it does not matter.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub timeless: bool,
    /// With `lookup`: the column that names the row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The columns that tags may use.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub columns: IndexMap<String, ColumnDef>,
    /// How text is read as numbers and dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parse: Option<ParseOptions>,
    /// How CSV files are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csv: Option<CsvOptions>,
    /// Title for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the table is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// What a row of a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SourceKind {
    /// Attributes of somebody; the latest row before `as_of` wins.
    Records,
    /// Something that happened at a time.
    Events,
    /// Attributes of a thing (a product, a shop), to be looked up by its key from other sources.
    Lookup,
}

/// One name or a list of names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// A list.
    Many(Vec<String>),
}

impl OneOrMany {
    /// The names, in order.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }
}

// By hand, not `untagged`: serde's untagged errors say only that no variant matched, not what was wrong and where.
impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrNames;
        impl<'de> Visitor<'de> for NameOrNames {
            type Value = OneOrMany;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name or a list of names")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany::One(name.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<OneOrMany, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(OneOrMany::Many)
            }
        }
        deserializer.deserialize_any(NameOrNames)
    }
}

/// How text is read as numbers, dates and booleans, whatever file or frame it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ParseOptions {
    /// Forms of dates and times, tried in order before the ISO form: `%d/%m/%Y %H:%M`, `%Y年%m月%d日`.
    pub dates: Vec<String>,
    /// The decimal sign. Default `.`.
    pub decimal: char,
    /// A sign between thousands that is dropped: `,`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thousands: Option<char>,
    /// Texts that mean "no value", besides the empty text: `["NULL", "-", "\\N"]`.
    pub nulls: Vec<String>,
}

impl Default for ParseOptions {
    fn default() -> Self {
        Self { dates: Vec::new(), decimal: '.', thousands: None, nulls: Vec::new() }
    }
}

/// How CSV files are read. The first line names the columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct CsvOptions {
    /// The sign between fields, one ASCII character. Default `,`.
    pub delimiter: char,
    /// The quoting sign, one ASCII character. Default `"`.
    pub quote: char,
    /// The encoding of the text.
    pub encoding: Encoding,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self { delimiter: ',', quote: '"', encoding: Encoding::default() }
    }
}

/// The encoding of a text file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8 where the whole file is valid UTF-8 (a byte-order mark is dropped), GB18030 otherwise.
    #[default]
    Auto,
    /// UTF-8, with or without a byte-order mark.
    Utf8,
    /// GBK, read as its superset GB18030.
    Gbk,
    /// GB18030.
    Gb18030,
}
