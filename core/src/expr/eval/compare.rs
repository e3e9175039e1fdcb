//! Comparisons.

#![expect(clippy::many_single_char_names, reason = "a, b are operands, x, y their values, n the rows")]

use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

use super::Run;
use crate::expr::ast::CompareOp;
use crate::expr::bits::Bits;
use crate::expr::lanes::Lane;
use crate::expr::machine::is_wide;
use crate::expr::node::NodeId;
use crate::expr::vector::{Data, Numbers, Vector};
use crate::value::{DataType, Decimal, compare_int_float};

/// Which rows are valid in both; `None` where all are.
pub(super) fn both_valid(a: &Vector, b: &Vector, n: usize) -> Option<Rc<Bits>> {
    match (a.valid(n), b.valid(n)) {
        (Some(a), Some(b)) if Rc::ptr_eq(&a, &b) => Some(a),
        (Some(a), Some(b)) => Some(Rc::new(a.and(&b))),
        (a, b) => a.or(b),
    }
}

/// A condition that is known where `valid` says so.
pub(super) fn known(mut bits: Bits, valid: Option<Rc<Bits>>) -> Vector {
    if let Some(valid) = &valid {
        bits.keep(valid);
    }
    Vector::new(Data::Bool(bits), valid)
}

fn ordered<T: Lane>(op: CompareOp, n: usize, a: Numbers<'_, T>, b: Numbers<'_, T>) -> Bits {
    match (a, b) {
        (Numbers::Many(a), Numbers::Many(b)) => Bits::compare_pairs(op, &a[..n], &b[..n]),
        (Numbers::Many(a), Numbers::One(b)) => Bits::compare(op, &a[..n], b),
        (Numbers::One(a), Numbers::Many(b)) => Bits::compare(op.mirrored(), &b[..n], a),
        (Numbers::One(a), Numbers::One(b)) => Bits::filled(n, Bits::compare(op, &[a], b).get(0)),
    }
}

/// Integers with one for all rows, in 32 bits where they fit and the machine does not compare those of 64 by vectors.
fn ordered_ints(op: CompareOp, n: usize, a: &Vector, b: &Vector) -> Bits {
    let (Numbers::Many(_), Numbers::One(bound)) = (a.ints(), b.ints()) else {
        return ordered(op, n, a.ints(), b.ints());
    };
    let short = if is_wide() { None } else { a.short_ints() };
    let Some(short) = short else { return ordered(op, n, a.ints(), b.ints()) };
    match i32::try_from(bound) {
        Ok(bound) => ordered(op, n, Numbers::Many(short), Numbers::One(bound)),
        Err(_) => Bits::filled(n, op.holds(0.cmp(&bound))),
    }
}

/// Whether a number is one of a few, without a way out in between: so the loop is made of vector instructions.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "a lazy operator is a branch, which keeps a loop from vectors"
)]
fn is_any(x: i32, few: &[i32]) -> bool {
    few.iter().fold(false, |any, &one| any | (x == one))
}

impl Run<'_> {
    pub(super) fn compare(&self, op: CompareOp, left: NodeId, right: NodeId, n: usize) -> Vector {
        let (a, b) = (self.vector(left), self.vector(right));
        let found = match (&a.data, &b.data) {
            (Data::Int(_), Data::Int(_)) if self.data_type(left) == DataType::Int => {
                ordered_ints(op, n, a, b)
            }
            (Data::Int(_), Data::Int(_)) => ordered(op, n, a.ints(), b.ints()),
            (Data::Float(_), Data::Float(_)) => ordered(op, n, a.floats(), b.floats()),
            (Data::Date(_), Data::Date(_)) => ordered(op, n, a.dates(), b.dates()),
            (Data::Decimal(_), Data::Decimal(_)) if self.scale(left) == self.scale(right) => {
                ordered(op, n, a.decimals(), b.decimals())
            }
            (Data::Bool(_), Data::Bool(_)) => {
                let (x, y) = (a.trues(n), b.trues(n));
                let differs = x.and_not(&y).or(&y.and_not(&x));
                if op == CompareOp::Eq { differs.not() } else { differs }
            }
            (Data::Text(x, values), Data::Text(y, others))
                if Arc::ptr_eq(values, others)
                    && !a.scalar
                    && !b.scalar
                    && matches!(op, CompareOp::Eq | CompareOp::Ne) =>
            {
                ordered(op, n, Numbers::Many(x), Numbers::Many(y))
            }
            (Data::Text(..), Data::Text(..)) => {
                Bits::from_fn(n, |row| op.holds(a.text(row).cmp(b.text(row))))
            }
            (Data::Int(_), Data::Float(_)) => {
                let (x, y) = (a.ints(), b.floats());
                Bits::from_fn(n, |row| compare_int_float(x.at(row), y.at(row)).is_some_and(|o| op.holds(o)))
            }
            (Data::Float(_), Data::Int(_)) => {
                let (x, y) = (a.floats(), b.ints());
                let order = |row| compare_int_float(y.at(row), x.at(row)).map(Ordering::reverse);
                Bits::from_fn(n, |row| order(row).is_some_and(|o| op.holds(o)))
            }
            _ => self.compare_decimals(op, (left, a), (right, b), n),
        };
        known(found, both_valid(a, b, n))
    }

    /// Decimals of different scales, or a decimal and an integer.
    fn compare_decimals(
        &self,
        op: CompareOp,
        (left, a): (NodeId, &Vector),
        (right, b): (NodeId, &Vector),
        n: usize,
    ) -> Bits {
        let (s, t) = (self.scale(left), self.scale(right));
        let decimal = |vector: &Vector, row: usize, scale: i8| match &vector.data {
            Data::Int(_) => Decimal::new(i128::from(vector.ints().at(row)), 0),
            Data::Decimal(_) => Decimal::new(vector.decimals().at(row), scale),
            _ => unreachable!("invariant: the checker brings the two sides to types that compare"),
        };
        // The constant at the other side's scale, where it has no more digits: then plain integers are compared.
        if let (Data::Decimal(_), true) = (&a.data, b.scalar)
            && let Some(constant) = decimal(b, 0, t).rescale(s)
        {
            return ordered(op, n, a.decimals(), Numbers::One(constant.unscaled));
        }
        Bits::from_fn(n, |row| op.holds(decimal(a, row, s).cmp(&decimal(b, row, t))))
    }

    pub(super) fn in_numbers(&self, list: &[i64], has_null: bool, a: NodeId, n: usize) -> Vector {
        /// Up to here looking at each is quicker than halving.
        const SHORT: usize = 8;
        let a = self.vector(a);
        let among = |x: i64| match list.len() {
            0..=SHORT => list.contains(&x),
            _ => list.binary_search(&x).is_ok(),
        };
        let found = match (&a.data, a.short_ints(), a.scalar) {
            (Data::Date(_), ..) => match a.dates() {
                Numbers::Many(days) => Bits::test(&days[..n], |day| among(i64::from(day))),
                Numbers::One(day) => Bits::filled(n, among(i64::from(day))),
            },
            (_, Some(ints), false) => {
                let short: Vec<i32> = list.iter().filter_map(|&x| i32::try_from(x).ok()).collect();
                match short.as_slice() {
                    &[one] => Bits::test(ints, |x| x == one),
                    &[a, b] => Bits::test(ints, |x| is_any(x, &[a, b])),
                    &[a, b, c] => Bits::test(ints, |x| is_any(x, &[a, b, c])),
                    &[a, b, c, d] => Bits::test(ints, |x| is_any(x, &[a, b, c, d])),
                    few if few.len() <= SHORT => Bits::test(ints, |x| is_any(x, few)),
                    many => Bits::test(ints, |x| many.binary_search(&x).is_ok()),
                }
            }
            _ => match a.ints() {
                Numbers::Many(ints) => Bits::test(&ints[..n], among),
                Numbers::One(int) => Bits::filled(n, among(int)),
            },
        };
        membership(found, a.valid(n), has_null)
    }
}

/// With null in the list, what is not found is unknown.
pub(super) fn membership(mut found: Bits, valid: Option<Rc<Bits>>, has_null: bool) -> Vector {
    if !has_null {
        return known(found, valid);
    }
    if let Some(valid) = valid {
        found.keep(&valid);
    }
    let valid = Rc::new(found.clone());
    Vector::new(Data::Bool(found), valid)
}
