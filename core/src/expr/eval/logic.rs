//! Three-valued logic, 64 rows at a time.

use std::rc::Rc;

use super::Run;
use crate::expr::bits::Bits;
use crate::expr::node::{NodeId, Op};
use crate::expr::vector::{Data, Vector};

/// The words of a condition: which rows are true, and which are known.
struct Words<'a> {
    trues: &'a [u64],
    known: Option<&'a [u64]>,
    /// The words of one value that stands for all rows.
    one: Option<(u64, u64)>,
}

impl<'a> Words<'a> {
    fn of(vector: &'a Vector) -> Self {
        let trues: &[u64] = if let Data::Bool(bits) = &vector.data { bits.words() } else { &[] };
        let known = vector.valid.as_ref().map(|valid| valid.words());
        let word = |bit: bool| if bit { u64::MAX } else { 0 };
        let first = |words: &[u64]| words.first().is_some_and(|word| word & 1 == 1);
        let one = vector.scalar.then(|| (word(first(trues)), word(known.is_none_or(first))));
        Self { trues, known, one }
    }

    /// Joins this into `trues` and `falses`, word by word.
    fn join(&self, trues: &mut [u64], falses: &mut [u64], f: impl Fn(&mut u64, &mut u64, u64, u64)) {
        let words = trues.iter_mut().zip(falses);
        match (self.one, self.known) {
            (Some((own, known)), _) => words.for_each(|(t, u)| f(t, u, own, known & !own)),
            (None, Some(known)) => {
                let own = self.trues.iter().zip(known);
                words.zip(own).for_each(|((t, u), (own, known))| f(t, u, *own, known & !own));
            }
            (None, None) => {
                words.zip(self.trues).for_each(|((t, u), own)| f(t, u, *own, !own));
            }
        }
    }
}

/// A condition from which rows are true and which are false; the others are unknown.
fn condition(trues: Vec<u64>, falses: Vec<u64>, n: usize) -> Vector {
    let mut known = falses;
    known.iter_mut().zip(&trues).for_each(|(known, t)| *known |= t);
    Vector::new(Data::Bool(Bits::from_words(trues, n)), Rc::new(Bits::from_words(known, n)))
}

impl Run<'_> {
    pub(super) fn not(&self, a: NodeId, n: usize) -> Vector {
        let a = self.vector(a);
        Vector::new(Data::Bool(a.falses(n)), a.valid(n))
    }

    pub(super) fn and(&self, args: &[NodeId], n: usize) -> Vector {
        let words = n.div_ceil(64);
        let (mut trues, mut falses) = (vec![u64::MAX; words], vec![0; words]);
        for &arg in args {
            Words::of(self.vector(arg)).join(&mut trues, &mut falses, |t, f, own, own_false| {
                *t &= own;
                *f |= own_false;
            });
        }
        condition(trues, falses, n)
    }

    pub(super) fn or(&self, args: &[NodeId], n: usize) -> Vector {
        let words = n.div_ceil(64);
        let (mut trues, mut falses) = (vec![0; words], vec![u64::MAX; words]);
        for &arg in args {
            Words::of(self.vector(arg)).join(&mut trues, &mut falses, |t, f, own, own_false| {
                *t |= own;
                *f &= own_false;
            });
        }
        condition(trues, falses, n)
    }

    pub(super) fn is(&self, op: &Op, a: NodeId, n: usize) -> Vector {
        let a = self.vector(a);
        let bits = match op {
            Op::IsTrue => a.trues(n),
            Op::IsFalse => a.falses(n),
            _ => a.valid(n).map_or_else(|| Bits::zeros(n), |valid| valid.not()),
        };
        Vector::new(Data::Bool(bits), None)
    }
}
