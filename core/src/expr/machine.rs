//! What the machine can do, found at run time.

#![expect(clippy::inline_always, reason = "as parts of a dispatched function they use wider instructions")]

#[cfg(target_arch = "x86_64")]
use pulp::x86::V3;

use super::ast::CompareOp;

/// A loop that is compiled for each kind of machine. Everything it calls is inlined always.
pub(super) trait Work {
    type Output;

    fn run<M: Machine>(self, machine: M) -> Self::Output;
}

/// What machines do in different ways. `OP` is a [`CompareOp`].
pub(super) trait Machine: Copy {
    /// Bytes of 0 or 255 as the bits of a word.
    fn word(self, answers: &[u8; 64]) -> u64;

    /// Which of 64 floats are to a bound as the operator wants it.
    #[inline(always)]
    fn floats<const OP: u8>(self, block: &[f64; 64], bound: f64) -> u64 {
        by_bytes::<OP, _, _>(self, block, bound)
    }

    /// Which of 64 integers are to a bound as the operator wants it.
    #[inline(always)]
    fn ints<const OP: u8>(self, block: &[i64; 64], bound: i64) -> u64 {
        by_bytes::<OP, _, _>(self, block, bound)
    }

    /// Which of 64 integers of 32 bits are to a bound as the operator wants it.
    #[inline(always)]
    fn short_ints<const OP: u8>(self, block: &[i32; 64], bound: i32) -> u64 {
        by_bytes::<OP, _, _>(self, block, bound)
    }
}

/// Which of 64 values are to a bound as the operator wants it, with a byte for each.
#[inline(always)]
pub(super) fn by_bytes<const OP: u8, T: Copy + PartialOrd, M: Machine>(
    machine: M,
    block: &[T; 64],
    bound: T,
) -> u64 {
    let mut answers = [0u8; 64];
    for (answer, &value) in answers.iter_mut().zip(block) {
        *answer = u8::from(holds::<OP, T>(value, bound)).wrapping_neg();
    }
    machine.word(&answers)
}

const EQ: u8 = CompareOp::Eq as u8;
const NE: u8 = CompareOp::Ne as u8;
const LT: u8 = CompareOp::Lt as u8;
const LE: u8 = CompareOp::Le as u8;
const GT: u8 = CompareOp::Gt as u8;

/// Whether two values are to each other as the operator wants it.
#[inline(always)]
pub(super) fn holds<const OP: u8, T: Copy + PartialOrd>(a: T, b: T) -> bool {
    match OP {
        EQ => a == b,
        NE => a != b,
        LT => a < b,
        LE => a <= b,
        GT => a > b,
        _ => a >= b,
    }
}

/// A machine of which nothing is known.
#[derive(Clone, Copy)]
struct Plain;

impl Machine for Plain {
    /// The multiplication moves the lowest bit of byte `i` of eight to bit `56 + i`, no two to one place.
    #[inline(always)]
    fn word(self, answers: &[u8; 64]) -> u64 {
        let (eights, _) = answers.as_chunks::<8>();
        let mut word = 0;
        for (i, eight) in eights.iter().enumerate() {
            let lowest = u64::from_le_bytes(*eight) & 0x0101_0101_0101_0101;
            word |= (lowest.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * i);
        }
        word
    }
}

/// AVX2: the sign bits of a vector are moved to a word in one instruction.
#[cfg(target_arch = "x86_64")]
impl Machine for V3 {
    #[inline(always)]
    fn word(self, answers: &[u8; 64]) -> u64 {
        let (halves, _) = answers.as_chunks::<32>();
        let mut word = 0;
        for (i, half) in halves.iter().enumerate() {
            let bits = self.avx2._mm256_movemask_epi8(pulp::cast(*half)) as u32;
            word |= u64::from(bits) << (32 * i);
        }
        word
    }

    #[inline(always)]
    fn floats<const OP: u8>(self, block: &[f64; 64], bound: f64) -> u64 {
        let bound = self.avx._mm256_set1_pd(bound);
        let (fours, _) = block.as_chunks::<4>();
        let mut word = 0;
        for (i, four) in fours.iter().enumerate() {
            let four = pulp::cast(*four);
            // The numbers are the predicates of the instruction: quiet, and false (`<>`: true) of NaN.
            let found = match OP {
                EQ => self.avx._mm256_cmp_pd::<0x00>(four, bound),
                NE => self.avx._mm256_cmp_pd::<0x04>(four, bound),
                LT => self.avx._mm256_cmp_pd::<0x11>(four, bound),
                LE => self.avx._mm256_cmp_pd::<0x12>(four, bound),
                GT => self.avx._mm256_cmp_pd::<0x1e>(four, bound),
                _ => self.avx._mm256_cmp_pd::<0x1d>(four, bound),
            };
            word |= u64::from(self.avx._mm256_movemask_pd(found) as u8) << (4 * i);
        }
        word
    }

    #[inline(always)]
    fn ints<const OP: u8>(self, block: &[i64; 64], bound: i64) -> u64 {
        let bound = self.avx._mm256_set1_epi64x(bound);
        let (fours, _) = block.as_chunks::<4>();
        let mut word = 0;
        for (i, four) in fours.iter().enumerate() {
            let four = pulp::cast(*four);
            let found = match OP {
                EQ | NE => self.avx2._mm256_cmpeq_epi64(four, bound),
                LE | GT => self.avx2._mm256_cmpgt_epi64(four, bound),
                _ => self.avx2._mm256_cmpgt_epi64(bound, four),
            };
            word |= u64::from(self.avx._mm256_movemask_pd(pulp::cast(found)) as u8) << (4 * i);
        }
        if is_contrary(OP) { !word } else { word }
    }

    #[inline(always)]
    fn short_ints<const OP: u8>(self, block: &[i32; 64], bound: i32) -> u64 {
        let bound = self.avx._mm256_set1_epi32(bound);
        let (eights, _) = block.as_chunks::<8>();
        let mut word = 0;
        for (i, eight) in eights.iter().enumerate() {
            let eight = pulp::cast(*eight);
            let found = match OP {
                EQ | NE => self.avx2._mm256_cmpeq_epi32(eight, bound),
                LE | GT => self.avx2._mm256_cmpgt_epi32(eight, bound),
                _ => self.avx2._mm256_cmpgt_epi32(bound, eight),
            };
            word |= u64::from(self.avx._mm256_movemask_ps(pulp::cast(found)) as u8) << (8 * i);
        }
        if is_contrary(OP) { !word } else { word }
    }
}

/// Whether integers are compared by the contrary operator.
#[cfg(target_arch = "x86_64")]
const fn is_contrary(op: u8) -> bool {
    !matches!(op, EQ | LT | GT)
}

#[cfg(target_arch = "x86_64")]
struct On<W> {
    machine: V3,
    work: W,
}

#[cfg(target_arch = "x86_64")]
impl<W: Work> pulp::NullaryFnOnce for On<W> {
    type Output = W::Output;

    #[inline(always)]
    fn call(self) -> W::Output {
        self.work.run(self.machine)
    }
}

/// Does the work as this machine does it best.
pub(super) fn run<W: Work>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    if let Some(machine) = V3::try_new() {
        return machine.vectorize(On { machine, work });
    }
    work.run(Plain)
}

/// Whether this machine compares integers of 64 bits by vectors.
pub(super) fn is_wide() -> bool {
    #[cfg(target_arch = "x86_64")]
    if V3::try_new().is_some() {
        return true;
    }
    false
}
