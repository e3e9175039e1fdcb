//! Loops over many rows, with wider vector instructions where the machine has them.
//!
//! Each loop is a [`Work`] whose functions are inlined always: a closure with a loop in it, or a function that is not
//! inlined, would stay without the wider instructions (four to ten times slower). What is asked of each row stays a
//! closure: it has no loop, and is small.
//!
//! All give one word for 64 rows, the first in the lowest bit, and zeros past the end.

#![expect(clippy::inline_always, reason = "as parts of a dispatched function they use wider instructions")]

use super::ast::CompareOp;
use super::machine::{Machine, Work, by_bytes, holds, run};

/// Numbers that are compared.
pub(super) trait Lane: Copy + PartialOrd {
    /// Which of 64 are to a bound as the operator wants it.
    #[inline(always)]
    fn word<M: Machine, const OP: u8>(machine: M, block: &[Self; 64], bound: Self) -> u64 {
        by_bytes::<OP, _, _>(machine, block, bound)
    }
}

impl Lane for u32 {}
impl Lane for i128 {}

impl Lane for f64 {
    #[inline(always)]
    fn word<M: Machine, const OP: u8>(machine: M, block: &[f64; 64], bound: f64) -> u64 {
        machine.floats::<OP>(block, bound)
    }
}

impl Lane for i64 {
    #[inline(always)]
    fn word<M: Machine, const OP: u8>(machine: M, block: &[i64; 64], bound: i64) -> u64 {
        machine.ints::<OP>(block, bound)
    }
}

impl Lane for i32 {
    #[inline(always)]
    fn word<M: Machine, const OP: u8>(machine: M, block: &[i32; 64], bound: i32) -> u64 {
        machine.short_ints::<OP>(block, bound)
    }
}

/// Calls a function with the operator as a constant.
macro_rules! by_operator {
    ($op:expr, $OP:ident => $call:expr) => {
        match $op {
            CompareOp::Eq => {
                const $OP: u8 = CompareOp::Eq as u8;
                $call
            }
            CompareOp::Ne => {
                const $OP: u8 = CompareOp::Ne as u8;
                $call
            }
            CompareOp::Lt => {
                const $OP: u8 = CompareOp::Lt as u8;
                $call
            }
            CompareOp::Le => {
                const $OP: u8 = CompareOp::Le as u8;
                $call
            }
            CompareOp::Gt => {
                const $OP: u8 = CompareOp::Gt as u8;
                $call
            }
            CompareOp::Ge => {
                const $OP: u8 = CompareOp::Ge as u8;
                $call
            }
        }
    };
}

struct Compare<'a, T, const OP: u8> {
    blocks: &'a [[T; 64]],
    words: &'a mut [u64],
    bound: T,
}

impl<T: Lane, const OP: u8> Work for Compare<'_, T, OP> {
    type Output = ();

    #[inline(always)]
    fn run<M: Machine>(self, machine: M) {
        for (word, block) in self.words.iter_mut().zip(self.blocks) {
            *word = T::word::<M, OP>(machine, block, self.bound);
        }
    }
}

/// Which values are to a bound as the operator wants it.
pub(super) fn compare<T: Lane>(op: CompareOp, values: &[T], bound: T) -> Vec<u64> {
    let (blocks, rest) = values.as_chunks();
    by_operator!(op, OP => {
        let mut words = with_rest(values.len(), rest.iter().map(|&value| holds::<OP, T>(value, bound)));
        run(Compare::<T, OP> { blocks, words: &mut words, bound });
        words
    })
}

struct ComparePairs<'a, T, const OP: u8> {
    a: &'a [[T; 64]],
    b: &'a [[T; 64]],
    words: &'a mut [u64],
}

impl<T: Lane, const OP: u8> Work for ComparePairs<'_, T, OP> {
    type Output = ();

    #[inline(always)]
    fn run<M: Machine>(self, machine: M) {
        for ((word, a), b) in self.words.iter_mut().zip(self.a).zip(self.b) {
            let mut answers = [0u8; 64];
            for ((answer, &a), &b) in answers.iter_mut().zip(a).zip(b) {
                *answer = u8::from(holds::<OP, T>(a, b)).wrapping_neg();
            }
            *word = machine.word(&answers);
        }
    }
}

/// Which pairs are to each other as the operator wants it, of two slices of one length.
pub(super) fn compare_pairs<T: Lane>(op: CompareOp, a: &[T], b: &[T]) -> Vec<u64> {
    debug_assert_eq!(a.len(), b.len());
    let len = a.len();
    let ((a, rest_of_a), (b, rest_of_b)) = (a.as_chunks(), b.as_chunks());
    by_operator!(op, OP => {
        let rest = rest_of_a.iter().zip(rest_of_b).map(|(&a, &b)| holds::<OP, T>(a, b));
        let mut words = with_rest(len, rest);
        run(ComparePairs::<T, OP> { a, b, words: &mut words });
        words
    })
}

struct Test<'a, T, F> {
    blocks: &'a [[T; 64]],
    words: &'a mut [u64],
    is_wanted: F,
}

impl<T: Copy, F: Fn(T) -> bool> Work for Test<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn run<M: Machine>(self, machine: M) {
        for (word, block) in self.words.iter_mut().zip(self.blocks) {
            let mut answers = [0u8; 64];
            for (answer, &value) in answers.iter_mut().zip(block) {
                *answer = u8::from((self.is_wanted)(value)).wrapping_neg();
            }
            *word = machine.word(&answers);
        }
    }
}

/// Of which values a test is true.
pub(super) fn test<T: Copy>(values: &[T], is_wanted: impl Fn(T) -> bool) -> Vec<u64> {
    let (blocks, rest) = values.as_chunks();
    let mut words = with_rest(values.len(), rest.iter().map(|&value| is_wanted(value)));
    run(Test { blocks, words: &mut words, is_wanted });
    words
}

struct Among<'a> {
    blocks: &'a [[u8; 64]],
    words: &'a mut [u64],
    wanted: &'a [u8],
}

impl Work for Among<'_> {
    type Output = ();

    #[inline(always)]
    fn run<M: Machine>(self, machine: M) {
        for (word, block) in self.words.iter_mut().zip(self.blocks) {
            let mut answers = [0u8; 64];
            for &one in self.wanted {
                for (answer, &value) in answers.iter_mut().zip(block) {
                    *answer |= u8::from(value == one).wrapping_neg();
                }
            }
            *word = machine.word(&answers);
        }
    }
}

/// Which bytes are among `wanted`.
pub(super) fn among(values: &[u8], wanted: &[u8]) -> Vec<u64> {
    let (blocks, rest) = values.as_chunks();
    let mut words = with_rest(values.len(), rest.iter().map(|value| wanted.contains(value)));
    run(Among { blocks, words: &mut words, wanted });
    words
}

/// Words for `len` rows, of which the last has the answers that do not fill a word; the others are to be set.
fn with_rest(len: usize, rest: impl ExactSizeIterator<Item = bool>) -> Vec<u64> {
    let mut words = vec![0; len.div_ceil(64)];
    if let (1.., Some(last)) = (rest.len(), words.last_mut()) {
        *last = rest.enumerate().fold(0, |word, (i, answer)| word | u64::from(answer) << i);
    }
    words
}

struct HasNan<'a>(&'a [f64]);

impl Work for HasNan<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<M: Machine>(self, _: M) -> bool {
        // To the end, without a way out in between: so the loop is made of vector instructions.
        let mut any = false;
        for value in self.0 {
            any |= value.is_nan();
        }
        any
    }
}

/// Whether one of the values is NaN.
pub(super) fn has_nan(values: &[f64]) -> bool {
    run(HasNan(values))
}

struct LowBytes<'a> {
    values: &'a [u32],
    bytes: &'a mut [u8],
}

impl Work for LowBytes<'_> {
    type Output = ();

    #[inline(always)]
    fn run<M: Machine>(self, _: M) {
        for (byte, &value) in self.bytes.iter_mut().zip(self.values) {
            *byte = value as u8;
        }
    }
}

/// The lowest byte of each value.
pub(super) fn low_bytes(values: &[u32]) -> Vec<u8> {
    let mut bytes = vec![0; values.len()];
    run(LowBytes { values, bytes: &mut bytes });
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPS: [CompareOp; 6] =
        [CompareOp::Eq, CompareOp::Ne, CompareOp::Lt, CompareOp::Le, CompareOp::Gt, CompareOp::Ge];

    fn bit(words: &[u64], i: usize) -> bool {
        words[i / 64] >> (i % 64) & 1 == 1
    }

    fn wanted<T: Copy + PartialOrd>(op: CompareOp, a: T, b: T) -> bool {
        a.partial_cmp(&b).map_or(op == CompareOp::Ne, |ordering| op.holds(ordering))
    }

    fn check<T: Lane + std::fmt::Debug>(few: &[T]) {
        for len in [0, 1, 63, 64, 65, 200] {
            // Every value meets every other in every lane of a vector.
            let a: Vec<T> = few.iter().cycle().take(len).copied().collect();
            let b: Vec<T> = few.iter().flat_map(|one| [one; 3]).cycle().take(len).copied().collect();
            for op in OPS {
                let pairs = compare_pairs(op, &a, &b);
                assert_eq!(pairs.len(), len.div_ceil(64));
                for i in 0..len {
                    assert_eq!(bit(&pairs, i), wanted(op, a[i], b[i]), "{:?} {op} {:?}", a[i], b[i]);
                }
                for &bound in few {
                    let found = compare(op, &a, bound);
                    assert_eq!(found.len(), len.div_ceil(64));
                    assert!((len..found.len() * 64).all(|i| !bit(&found, i)));
                    for (i, &value) in a.iter().enumerate() {
                        assert_eq!(bit(&found, i), wanted(op, value, bound), "{value:?} {op} {bound:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn comparisons_of_many_are_those_of_each() {
        check(&[0.0, -0.0, 1.5, -1.5, f64::INFINITY, f64::NEG_INFINITY, f64::NAN]);
        check(&[0, 1, -1, i64::MIN, i64::MAX, 1 << 32, (1 << 32) + 1]);
        check(&[0, 1, -1, i32::MIN, i32::MAX]);
        check(&[0, 1, u32::MAX]);
        check(&[0, 1, -1, i128::MIN, i128::MAX, 1 << 64]);
    }
}
