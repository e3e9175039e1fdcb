//! Dictionary-coded text: strings and sets of strings.

use std::sync::{Arc, OnceLock};

use arrow_array::{Array, StringArray, UInt32Array};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};

/// A column of text: a code for each row, and the distinct values that the codes stand for.
///
/// No value stands twice in `values`, so equal codes mean equal text and different codes mean different text.
#[derive(Debug, Clone)]
pub struct StringColumn {
    pub(super) codes: UInt32Array,
    pub(super) values: Arc<StringArray>,
}

impl StringColumn {
    /// Makes a column of `codes` (row by row, with nulls) into `values` (distinct, without nulls).
    pub(crate) fn new(codes: UInt32Array, values: Arc<StringArray>) -> Self {
        debug_assert!(codes.iter().flatten().all(|code| (code as usize) < values.len()));
        Self { codes, values }
    }

    /// The code of each row.
    pub fn codes(&self) -> &UInt32Array {
        &self.codes
    }

    /// The distinct values, in no particular order.
    pub fn values(&self) -> &Arc<StringArray> {
        &self.values
    }

    /// The text of a row, `None` where it is null.
    pub fn get(&self, row: usize) -> Option<&str> {
        self.codes.is_valid(row).then(|| self.values.value(self.codes.value(row) as usize))
    }

    /// The code of a text, `None` where no row can have it. Looks at every distinct value.
    pub fn code_of(&self, text: &str) -> Option<u32> {
        (0..self.values.len()).find(|&i| self.values.value(i) == text).map(|i| i as u32)
    }
}

/// A column of sets of strings; each row's codes are distinct and in the byte order of their texts.
#[derive(Debug, Clone)]
pub struct StringSetColumn {
    offsets: OffsetBuffer<i32>,
    codes: ScalarBuffer<u32>,
    nulls: Option<NullBuffer>,
    values: Arc<StringArray>,
    /// Made when first asked for; copies, and parts that are cut afterwards, share them.
    masks: Arc<OnceLock<Option<SetMasks>>>,
}

/// The members of each row as bits, by their codes; no bits where the row is null.
#[derive(Debug, Clone)]
pub(crate) enum SetMasks {
    /// Of at most 8 distinct values.
    Bytes(ScalarBuffer<u8>),
    /// Of at most 32 distinct values.
    Halves(ScalarBuffer<u32>),
    /// Of at most 64 distinct values.
    Words(ScalarBuffer<u64>),
}

impl SetMasks {
    fn slice(&self, offset: usize, len: usize) -> Self {
        match self {
            Self::Bytes(masks) => Self::Bytes(masks.slice(offset, len)),
            Self::Halves(masks) => Self::Halves(masks.slice(offset, len)),
            Self::Words(masks) => Self::Words(masks.slice(offset, len)),
        }
    }
}

impl StringSetColumn {
    pub(crate) fn new(
        offsets: OffsetBuffer<i32>,
        codes: ScalarBuffer<u32>,
        nulls: Option<NullBuffer>,
        values: Arc<StringArray>,
    ) -> Self {
        Self { offsets, codes, nulls, values, masks: Arc::default() }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a row is null (which is not the same as an empty set).
    pub fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// Which rows are null.
    pub fn nulls(&self) -> Option<&NullBuffer> {
        self.nulls.as_ref()
    }

    /// The codes of a row's members; empty where it is null.
    pub fn codes(&self, row: usize) -> &[u32] {
        if self.is_null(row) {
            return &[];
        }
        &self.codes[self.offsets[row] as usize..self.offsets[row + 1] as usize]
    }

    /// The distinct values, in no particular order.
    pub fn values(&self) -> &Arc<StringArray> {
        &self.values
    }

    /// Where the codes of each row end, after a first start; slices keep those of the whole.
    pub(super) fn offsets(&self) -> &OffsetBuffer<i32> {
        &self.offsets
    }

    /// The codes of all rows.
    pub(super) fn all_codes(&self) -> &ScalarBuffer<u32> {
        &self.codes
    }

    pub(crate) fn slice(&self, offset: usize, len: usize) -> Self {
        Self {
            offsets: self.offsets.slice(offset, len),
            codes: self.codes.clone(),
            nulls: self.nulls.as_ref().map(|nulls| nulls.slice(offset, len)),
            values: Arc::clone(&self.values),
            masks: match self.masks.get() {
                Some(masks) => Arc::new(OnceLock::from(masks.as_ref().map(|masks| masks.slice(offset, len)))),
                None => Arc::default(),
            },
        }
    }

    /// The rows as bits; `None` where there are more than 64 distinct values. Worked out once a column.
    pub(crate) fn masks(&self) -> Option<&SetMasks> {
        let bits = |row: usize| self.codes(row).iter().fold(0u64, |mask, &code| mask | 1 << code);
        let made = self.masks.get_or_init(|| match self.values.len() {
            0..=8 => Some(SetMasks::Bytes((0..self.len()).map(|row| bits(row) as u8).collect())),
            9..=32 => Some(SetMasks::Halves((0..self.len()).map(|row| bits(row) as u32).collect())),
            33..=64 => Some(SetMasks::Words((0..self.len()).map(bits).collect())),
            _ => None,
        });
        made.as_ref()
    }
}
