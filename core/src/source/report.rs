//! What became of the rows of a source.

use std::fmt;

use serde::Serialize;

/// What became of the rows of one source. `rows_read` is `accepted` plus the counts of `rejected`: a row with several
/// faults is counted once, under the first of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SourceReport {
    /// The source.
    pub source: String,
    /// How many rows the table has.
    pub rows_read: u64,
    /// How many of them are used.
    pub accepted: u64,
    /// The others, by column and reason: first malformed lines, then unreadable values in the order time,
    /// identifiers, event id, key, columns, then values that are missing.
    pub rejected: Vec<Rejected>,
    /// What was changed or left out in rows that are used.
    pub notes: Vec<Note>,
}

impl SourceReport {
    /// How many rows are not used.
    pub fn rejected_rows(&self) -> u64 {
        self.rejected.iter().map(|group| group.count).sum()
    }
}

/// The rows that were rejected for one reason in one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rejected {
    /// A code that stays the same when the wording changes; one of [`Fault::ALL`].
    pub code: &'static str,
    /// What is wrong with them, for people.
    pub reason: String,
    /// The column; none where the whole line is malformed or all identifiers are missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// How many rows.
    pub count: u64,
    /// The first of them by row number, at most 5.
    pub samples: Vec<RejectedRow>,
}

/// A rejected row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RejectedRow {
    /// The number of the row in the table, from 0; the line of names is not counted, nor are blank lines.
    pub row: u64,
    /// The value that was found, at most 80 characters. Of personal data and identifiers only the shape: digits as
    /// `9`, letters as `x`.
    pub value: String,
}

/// Something that was changed or left out in rows that are used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Note {
    /// A code that stays the same when the wording changes.
    pub code: &'static str,
    /// The column or the kind of identifier, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// How many times, over all rows that were read.
    pub count: u64,
    /// What it is, for people.
    pub message: String,
}

macro_rules! faults {
    ($($(#[doc = $doc:literal])+ $name:ident $code:literal $reason:literal;)+) => {
        /// Why a row is rejected.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Fault { $($(#[doc = $doc])+ $name,)+ }

        impl Fault {
            /// All reasons.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// A code that stays the same when the wording changes.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// What is wrong, for people.
            pub fn reason(self) -> &'static str {
                match self { $(Self::$name => $reason,)+ }
            }
        }
    };
}

faults! {
    /// A CSV line with more or fewer fields than the first line.
    FieldCount "row.field_count" "not as many fields as the first line";
    /// A CSV line with bytes that are no text in the file's encoding.
    Encoding "row.encoding" "bytes that are no text in the encoding of the file";
    /// A quote that is opened and not closed before the end of the CSV file.
    OpenQuote "row.open_quote" "a quote that is opened is never closed: the rest of the file is in this row";
    /// A CSV line of more than 16 MiB.
    LineTooLong "row.line_too_long" "a line of more than 16 MiB";
    /// Text that is no number.
    NotANumber "row.not_a_number" "text that is no number";
    /// Text that is no date or time.
    NotADate "row.not_a_date" "text that is no date or time; wanted 2026-05-01, 2026-05-01 08:30:00, or a form in `parse.dates`";
    /// Something that is neither true nor false.
    NotABool "row.not_a_bool" "neither true nor false; wanted true/false, yes/no, t/f, y/n, 1/0 or 是/否";
    /// Text that is no JSON array of texts.
    NotASet "row.not_a_set" "text that is no JSON array of texts";
    /// A number with a fractional part where a whole one is wanted.
    NotWhole "row.not_whole" "a number that is not whole";
    /// A number with more digits than the type holds, or a float too large to hold a whole number exactly.
    OutOfRange "row.out_of_range" "a number outside what the type holds exactly";
    /// An infinite number.
    Infinite "row.infinite" "an infinite number";
    /// A date or time outside the years 1 to 9999.
    DateRange "row.date_range" "a date or time outside the years 1 to 9999";
    /// An event without a time.
    NoTime "row.no_time" "no time";
    /// A row without any identifier.
    NoIdentifier "row.no_identifier" "no identifier of any kind";
    /// A row of a lookup source without a key.
    NoKey "row.no_key" "no key";
    /// A row without a value in a required column.
    NoValue "row.no_value" "no value in a required column";
}

/// What a [`Note`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Remark {
    Gb18030,
    NanToNull,
    Rounded,
    NoIdentifierOfKind,
    NoEventId,
    LookupMiss,
    RepeatedKey,
    Overflow,
}

impl Remark {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Gb18030 => "note.gb18030",
            Self::NanToNull => "note.nan_to_null",
            Self::Rounded => "note.rounded",
            Self::NoIdentifierOfKind => "note.no_identifier_of_kind",
            Self::NoEventId => "note.no_event_id",
            Self::LookupMiss => "note.lookup_miss",
            Self::RepeatedKey => "note.repeated_key",
            Self::Overflow => "note.overflow",
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gb18030 => "files that are not UTF-8 and were read as GB18030",
            Self::NanToNull => "values that are not a number (NaN) and were read as no value",
            Self::Rounded => {
                "numbers with more digits after the point than declared, rounded half away from zero"
            }
            Self::NoIdentifierOfKind => "rows without an identifier of this kind",
            Self::NoEventId => "rows without an event id: each counts as an event of its own",
            Self::LookupMiss => "rows whose key is not in the lookup source",
            Self::Overflow => "steps of the expression whose number did not fit, read as no value",
            Self::RepeatedKey => {
                "keys with several different rows, of which the last by time and content is used"
            }
        })
    }
}
