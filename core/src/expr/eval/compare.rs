//! Comparisons.

#![expect(clippy::many_single_char_names, reason = "a, b are operands, x, y their values, n the rows")]

use std::cmp::Ordering;
use std::sync::Arc;

use super::Run;
use crate::expr::ast::CompareOp;
use crate::expr::bits::Bits;
use crate::expr::node::NodeId;
use crate::expr::vector::{Data, Numbers, Vector};
use crate::value::{Decimal, compare_int_float};

/// Which rows are valid in both; `None` where all are.
pub(super) fn both_valid(a: &Vector, b: &Vector, n: usize) -> Option<Bits> {
    match (a.valid(n), b.valid(n)) {
        (Some(a), Some(b)) => Some(a.and(&b)),
        (a, b) => a.or(b),
    }
}

/// A condition that is known where `valid` says so.
pub(super) fn known(bits: Bits, valid: Option<Bits>) -> Vector {
    match valid {
        Some(valid) => Vector::new(Data::Bool(bits.and(&valid)), Some(valid)),
        None => Vector::new(Data::Bool(bits), None),
    }
}

fn bits<T: Copy>(n: usize, a: Numbers<'_, T>, b: Numbers<'_, T>, f: impl Fn(T, T) -> bool) -> Bits {
    match (a, b) {
        (Numbers::Many(a), Numbers::Many(b)) => {
            let (a, b) = (&a[..n], &b[..n]);
            Bits::from_fn(n, |row| f(a[row], b[row]))
        }
        (Numbers::Many(a), Numbers::One(b)) => {
            let a = &a[..n];
            Bits::from_fn(n, |row| f(a[row], b))
        }
        (Numbers::One(a), Numbers::Many(b)) => {
            let b = &b[..n];
            Bits::from_fn(n, |row| f(a, b[row]))
        }
        (Numbers::One(a), Numbers::One(b)) => Bits::filled(n, f(a, b)),
    }
}

fn ordered<T: Copy + PartialOrd>(op: CompareOp, n: usize, a: Numbers<'_, T>, b: Numbers<'_, T>) -> Bits {
    match op {
        CompareOp::Eq => bits(n, a, b, |x, y| x == y),
        CompareOp::Ne => bits(n, a, b, |x, y| x != y),
        CompareOp::Lt => bits(n, a, b, |x, y| x < y),
        CompareOp::Le => bits(n, a, b, |x, y| x <= y),
        CompareOp::Gt => bits(n, a, b, |x, y| x > y),
        CompareOp::Ge => bits(n, a, b, |x, y| x >= y),
    }
}

impl Run<'_> {
    pub(super) fn compare(&self, op: CompareOp, left: NodeId, right: NodeId, n: usize) -> Vector {
        let (a, b) = (self.vector(left), self.vector(right));
        let found = match (&a.data, &b.data) {
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
        let found = if let Data::Date(_) = &a.data {
            let days = a.dates();
            Bits::from_fn(n, |row| among(i64::from(days.at(row))))
        } else {
            let ints = a.ints();
            Bits::from_fn(n, |row| among(ints.at(row)))
        };
        membership(found, a.valid(n), has_null)
    }
}

/// With null in the list, what is not found is unknown.
pub(super) fn membership(found: Bits, valid: Option<Bits>, has_null: bool) -> Vector {
    if !has_null {
        return known(found, valid);
    }
    let found = match valid {
        Some(valid) => found.and(&valid),
        None => found,
    };
    Vector::new(Data::Bool(found.clone()), Some(found))
}
