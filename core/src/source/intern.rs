//! Distinct texts and the codes that stand for them.

use std::fmt::Write;
use std::hash::BuildHasher;
use std::sync::Arc;

use arrow_array::StringArray;
use arrow_buffer::{Buffer, OffsetBuffer};
use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap};

/// Gives each distinct text a code, in the order of first sight. Whole numbers are written out once, when they are
/// first seen.
pub(super) struct Interner {
    codes: HashTable<u32>,
    numbers: FxHashMap<i64, u32>,
    bytes: Vec<u8>,
    /// Where the text of each code ends, after a first 0.
    ends: Vec<i32>,
    full: bool,
    written: String,
}

/// The distinct texts are more than 2 GiB together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TextOverflow;

impl Default for Interner {
    fn default() -> Self {
        Self {
            codes: HashTable::new(),
            numbers: FxHashMap::default(),
            bytes: Vec::new(),
            ends: vec![0],
            full: false,
            written: String::new(),
        }
    }
}

impl Interner {
    pub(super) fn text(&mut self, text: &str) -> u32 {
        let (bytes, ends) = (&self.bytes, &self.ends);
        let at = |code: u32| &bytes[ends[code as usize] as usize..ends[code as usize + 1] as usize];
        let hash = FxBuildHasher.hash_one(text.as_bytes());
        if let Some(&code) = self.codes.find(hash, |&code| at(code) == text.as_bytes()) {
            return code;
        }
        let Ok(end) = i32::try_from(self.bytes.len() + text.len()) else {
            self.full = true;
            return 0;
        };
        let code = (self.ends.len() - 1) as u32;
        self.codes.insert_unique(hash, code, |&code| FxBuildHasher.hash_one(at(code)));
        self.bytes.extend_from_slice(text.as_bytes());
        self.ends.push(end);
        code
    }

    pub(super) fn number(&mut self, number: i64) -> u32 {
        if let Some(&code) = self.numbers.get(&number) {
            return code;
        }
        let mut written = std::mem::take(&mut self.written);
        written.clear();
        // Writing to a String does not fail.
        let _ = write!(written, "{number}");
        let code = self.text(&written);
        self.written = written;
        self.numbers.insert(number, code);
        code
    }

    /// The texts by code.
    pub(super) fn finish(self) -> Result<Arc<StringArray>, TextOverflow> {
        if self.full {
            return Err(TextOverflow);
        }
        let values =
            StringArray::try_new(OffsetBuffer::new(self.ends.into()), Buffer::from_vec(self.bytes), None)
                .expect("invariant: whole texts, end to end");
        Ok(Arc::new(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_equal_codes() {
        let mut interner = Interner::default();
        let codes = [
            interner.text("a"),
            interner.number(266_079),
            interner.text("266079"),
            interner.text(""),
            interner.text("a"),
            interner.text("王😀"),
            interner.number(-1),
        ];
        assert_eq!(codes, [0, 1, 1, 2, 0, 3, 4]);
        let values = interner.finish().unwrap();
        assert_eq!(values.iter().flatten().collect::<Vec<_>>(), ["a", "266079", "", "王😀", "-1"]);
    }

    #[test]
    fn many_texts() {
        let mut interner = Interner::default();
        for n in 0..10_000i64 {
            assert_eq!(interner.number(n * 7), n as u32);
        }
        for n in 0..10_000i64 {
            assert_eq!(interner.text(&(n * 7).to_string()), n as u32);
        }
    }
}
