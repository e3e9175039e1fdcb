//! One bit a row, 64 rows a word.

use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer};

use super::ast::CompareOp;
use super::lanes::{self, Lane};

/// Bits of a chunk of rows. Bits past the end are zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    pub(super) fn zeros(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    pub(super) fn ones(len: usize) -> Self {
        let mut bits = Self { words: vec![u64::MAX; len.div_ceil(64)], len };
        bits.clear_tail();
        bits
    }

    pub(super) fn filled(len: usize, bit: bool) -> Self {
        if bit { Self::ones(len) } else { Self::zeros(len) }
    }

    /// The bits `f(0)`, `f(1)`, …; the inner loop has no branches, so that the compiler can vectorise it.
    pub(super) fn from_fn(len: usize, mut f: impl FnMut(usize) -> bool) -> Self {
        let mut words = Vec::with_capacity(len.div_ceil(64));
        for start in (0..len).step_by(64) {
            let n = (len - start).min(64);
            let mut word = 0u64;
            for i in 0..n {
                word |= u64::from(f(start + i)) << i;
            }
            words.push(word);
        }
        Self { words, len }
    }

    /// The bits `f(values[0])`, `f(values[1])`, ….
    pub(super) fn test<T: Copy>(values: &[T], f: impl Fn(T) -> bool) -> Self {
        Self { words: lanes::test(values, f), len: values.len() }
    }

    /// The bits `values[0] op bound`, `values[1] op bound`, ….
    pub(super) fn compare<T: Lane>(op: CompareOp, values: &[T], bound: T) -> Self {
        Self { words: lanes::compare(op, values, bound), len: values.len() }
    }

    /// The bits `a[0] op b[0]`, …, of two slices of one length.
    pub(super) fn compare_pairs<T: Lane>(op: CompareOp, a: &[T], b: &[T]) -> Self {
        Self { words: lanes::compare_pairs(op, a, b), len: a.len() }
    }

    /// Which bytes are among `wanted`.
    pub(super) fn among(values: &[u8], wanted: &[u8]) -> Self {
        Self { words: lanes::among(values, wanted), len: values.len() }
    }

    /// The words, 64 rows each.
    pub(super) fn words(&self) -> &[u64] {
        &self.words
    }

    /// From words of `len` rows; what is past the end is cleared.
    pub(super) fn from_words(words: Vec<u64>, len: usize) -> Self {
        debug_assert_eq!(words.len(), len.div_ceil(64));
        let mut bits = Self { words, len };
        bits.clear_tail();
        bits
    }

    /// Whether every bit is set.
    pub(super) fn is_full(&self) -> bool {
        let used = self.len % 64;
        let (last, whole) = match self.words.split_last() {
            Some((last, whole)) if used > 0 => (*last == (1 << used) - 1, whole),
            _ => (true, self.words.as_slice()),
        };
        last && whole.iter().fold(u64::MAX, |all, word| all & word) == u64::MAX
    }

    pub(super) fn from_buffer(buffer: &BooleanBuffer) -> Self {
        let len = buffer.len();
        let mut words: Vec<u64> = buffer.bit_chunks().iter_padded().collect();
        words.truncate(len.div_ceil(64));
        let mut bits = Self { words, len };
        bits.clear_tail();
        bits
    }

    /// Of `len` rows from `start`; `None` where no row at all is null.
    pub(super) fn from_nulls(nulls: Option<&NullBuffer>, start: usize, len: usize) -> Option<Self> {
        let nulls = nulls.filter(|nulls| nulls.null_count() > 0)?;
        Some(Self::from_buffer(&nulls.inner().slice(start, len)))
    }

    pub(super) fn to_buffer(&self) -> BooleanBuffer {
        self.clone().into_buffer()
    }

    pub(super) fn into_buffer(self) -> BooleanBuffer {
        // Arrow bitmaps are bytes, least significant bit first, whatever the machine.
        let words: Vec<u64> = self.words.into_iter().map(u64::to_le).collect();
        BooleanBuffer::new(Buffer::from_vec(words), 0, self.len)
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, index: usize) -> bool {
        self.words.get(index / 64).is_some_and(|word| (word >> (index % 64)) & 1 == 1)
    }

    pub(super) fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Clears what is not set in `other`.
    pub(super) fn keep(&mut self, other: &Self) {
        debug_assert_eq!(self.len, other.len);
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= other;
        }
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a & b)
    }

    pub(super) fn or(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a | b)
    }

    pub(super) fn and_not(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a & !b)
    }

    pub(super) fn not(&self) -> Self {
        let mut bits = Self { words: self.words.iter().map(|word| !word).collect(), len: self.len };
        bits.clear_tail();
        bits
    }

    fn zip(&self, other: &Self, f: impl Fn(u64, u64) -> u64) -> Self {
        debug_assert_eq!(self.len, other.len);
        Self { words: self.words.iter().zip(&other.words).map(|(a, b)| f(*a, *b)).collect(), len: self.len }
    }

    fn clear_tail(&mut self) {
        let used = self.len % 64;
        if used > 0
            && let Some(last) = self.words.last_mut()
        {
            *last &= (1 << used) - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_stay_zero() {
        for len in [0, 1, 63, 64, 65, 128, 4_095] {
            assert_eq!(Bits::ones(len).count(), len);
            assert_eq!(Bits::zeros(len).not(), Bits::ones(len));
            let odd = Bits::from_fn(len, |i| i % 2 == 1);
            assert_eq!(odd.count(), len / 2);
            assert_eq!(Bits::from_buffer(&odd.to_buffer()), odd);
            let rows: Vec<usize> = (0..len).collect();
            assert_eq!(Bits::test(&rows, |i| i % 2 == 1), odd);
            let bytes: Vec<u8> = rows.iter().map(|i| (i % 5) as u8).collect();
            assert_eq!(Bits::among(&bytes, &[1, 4]), Bits::from_fn(len, |i| i % 5 == 1 || i % 5 == 4));
            assert!(Bits::ones(len).is_full());
            assert!(len == 0 || !odd.is_full());
            let shifted = Bits::ones(len + 3).to_buffer().slice(3, len);
            assert_eq!(Bits::from_buffer(&shifted), Bits::ones(len));
        }
    }
}
