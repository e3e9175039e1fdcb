//! Arithmetic and rounding. What does not fit becomes null and is counted.

#![expect(clippy::many_single_char_names, reason = "a, b are operands, x, y their values, n the rows")]

use std::rc::Rc;

use super::Run;
use super::compare::both_valid;
use crate::expr::ast::ArithmeticOp;
use crate::expr::bits::Bits;
use crate::expr::node::{NodeId, Op};
use crate::expr::vector::{Data, Numbers, Vector};
use crate::value::{DataType, Decimal};

const MAX_UNSCALED: i128 = 10i128.pow(38) - 1;

/// The digits, where there are at most 38.
fn fitting(unscaled: Option<i128>) -> Option<i128> {
    unscaled.filter(|n| (-MAX_UNSCALED..=MAX_UNSCALED).contains(n))
}

impl Run<'_> {
    /// Takes null for the valid rows where `lost` is set, and counts them.
    fn without(&self, valid: Option<Rc<Bits>>, lost: &Bits) -> Option<Rc<Bits>> {
        if lost.count() == 0 {
            return valid;
        }
        let before = valid.unwrap_or_else(|| Rc::new(Bits::ones(lost.len())));
        let after = before.and_not(lost);
        self.count_overflows(before.count() - after.count());
        Some(Rc::new(after))
    }

    /// Row by row, null where `f` gives none.
    pub(super) fn try_rows<T: Copy + Default>(
        &self,
        n: usize,
        valid: Option<Rc<Bits>>,
        f: impl Fn(usize) -> Option<T>,
    ) -> (Vec<T>, Option<Rc<Bits>>) {
        let mut values = vec![T::default(); n];
        let mut lost = Bits::zeros(0);
        if valid.is_none() {
            lost = Bits::from_fn(n, |row| f(row).map(|value| values[row] = value).is_none());
        } else if let Some(valid) = &valid {
            lost =
                Bits::from_fn(n, |row| valid.get(row) && f(row).map(|value| values[row] = value).is_none());
        }
        let valid = self.without(valid, &lost);
        (values, valid)
    }

    fn ints(&self, n: usize, a: &Vector, b: &Vector, f: impl Fn(i64, i64) -> (i64, bool)) -> Vector {
        let (x, y) = (a.ints(), b.ints());
        let mut values = vec![0i64; n];
        let lost = match (x, y) {
            (Numbers::Many(x), Numbers::One(y)) => {
                let x = &x[..n];
                Bits::from_fn(n, |row| {
                    let (value, lost) = f(x[row], y);
                    values[row] = value;
                    lost
                })
            }
            _ => Bits::from_fn(n, |row| {
                let (value, lost) = f(x.at(row), y.at(row));
                values[row] = value;
                lost
            }),
        };
        let valid = self.without(both_valid(a, b, n), &lost);
        Vector::new(Data::Int(values.into()), valid)
    }

    fn decimals(&self, n: usize, a: &Vector, b: &Vector, f: impl Fn(i128, i128) -> Option<i128>) -> Vector {
        let (x, y) = (a.decimals(), b.decimals());
        let (values, valid) = self.try_rows(n, both_valid(a, b, n), |row| fitting(f(x.at(row), y.at(row))));
        Vector::new(Data::Decimal(values.into()), valid)
    }

    /// Division by zero is null without being counted; a result past the largest float is counted.
    fn floats(&self, n: usize, a: &Vector, b: &Vector, op: ArithmeticOp) -> Vector {
        let (x, y) = (a.floats(), b.floats());
        let values: Vec<f64> = match op {
            ArithmeticOp::Add => pairs(n, x, y, |x, y| x + y),
            ArithmeticOp::Subtract => pairs(n, x, y, |x, y| x - y),
            ArithmeticOp::Multiply => pairs(n, x, y, |x, y| x * y),
            ArithmeticOp::Divide => pairs(n, x, y, |x, y| if y == 0.0 { f64::NAN } else { x / y }),
        };
        if !values.iter().fold(false, |any, value| any | value.is_infinite()) {
            return Vector::from_floats(values.into(), both_valid(a, b, n));
        }
        let lost = Bits::from_fn(n, |row| {
            values[row].is_infinite() && x.at(row).is_finite() && y.at(row).is_finite()
        });
        let valid = self.without(both_valid(a, b, n), &lost);
        Vector::from_floats(values.into(), valid)
    }

    pub(super) fn arithmetic(
        &self,
        op: ArithmeticOp,
        a: NodeId,
        b: NodeId,
        data_type: DataType,
        n: usize,
    ) -> Vector {
        let (a, b) = (self.vector(a), self.vector(b));
        match (data_type, op) {
            (DataType::Int, ArithmeticOp::Add) => self.ints(n, a, b, i64::overflowing_add),
            (DataType::Int, ArithmeticOp::Subtract) => self.ints(n, a, b, i64::overflowing_sub),
            (DataType::Int, _) => self.ints(n, a, b, i64::overflowing_mul),
            (DataType::Decimal { .. }, ArithmeticOp::Add) => self.decimals(n, a, b, i128::checked_add),
            (DataType::Decimal { .. }, ArithmeticOp::Subtract) => self.decimals(n, a, b, i128::checked_sub),
            (DataType::Decimal { .. }, _) => self.decimals(n, a, b, i128::checked_mul),
            _ => self.floats(n, a, b, op),
        }
    }

    pub(super) fn negate(&self, a: NodeId, n: usize) -> Vector {
        self.signed(a, n, i64::checked_neg, |x| -x, |x| -x)
    }

    pub(super) fn abs(&self, a: NodeId, n: usize) -> Vector {
        self.signed(a, n, i64::checked_abs, f64::abs, i128::abs)
    }

    fn signed(
        &self,
        a: NodeId,
        n: usize,
        int: impl Fn(i64) -> Option<i64>,
        float: impl Fn(f64) -> f64,
        decimal: impl Fn(i128) -> i128,
    ) -> Vector {
        let a = self.vector(a);
        let valid = a.valid(n);
        match &a.data {
            Data::Int(_) => {
                let x = a.ints();
                let (values, valid) = self.try_rows(n, valid, |row| int(x.at(row)));
                Vector::new(Data::Int(values.into()), valid)
            }
            Data::Decimal(_) => {
                let x = a.decimals();
                Vector::new(Data::Decimal((0..n).map(|row| decimal(x.at(row))).collect()), valid)
            }
            _ => {
                let x = a.floats();
                Vector::new(Data::Float((0..n).map(|row| float(x.at(row))).collect()), valid)
            }
        }
    }

    pub(super) fn rounded(&self, op: &Op, a: NodeId, data_type: DataType, n: usize) -> Vector {
        let from = self.scale(a);
        let a = self.vector(a);
        let valid = a.valid(n);
        match (&a.data, data_type) {
            (Data::Decimal(_), DataType::Decimal { scale: to, .. }) => {
                let x = a.decimals();
                let by = 10i128.checked_pow(u32::from((from - to).unsigned_abs())).unwrap_or(i128::MAX);
                let round = |x: i128| match op {
                    Op::Floor => x.div_euclid(by),
                    Op::Ceil => -(-x).div_euclid(by),
                    _ => Decimal::new(x, from).round_to(to).map_or(0, |d| d.unscaled),
                };
                Vector::new(Data::Decimal((0..n).map(|row| round(x.at(row))).collect()), valid)
            }
            (Data::Float(_), _) => {
                let x = a.floats();
                let values = (0..n).map(|row| match op {
                    Op::Floor => x.at(row).floor(),
                    Op::Ceil => x.at(row).ceil(),
                    Op::Round(digits) => round_float(x.at(row), *digits),
                    _ => x.at(row),
                });
                Vector::new(Data::Float(values.collect()), valid)
            }
            _ => a.spread(n),
        }
    }

    pub(super) fn to_float(&self, a: NodeId, n: usize) -> Vector {
        let scale = self.scale(a);
        let a = self.vector(a);
        let values = if let Data::Int(_) = &a.data {
            let x = a.ints();
            (0..n).map(|row| x.at(row) as f64).collect()
        } else {
            let x = a.decimals();
            (0..n).map(|row| Decimal::new(x.at(row), scale).to_f64()).collect()
        };
        Vector::new(Data::Float(values), a.valid(n))
    }

    pub(super) fn to_decimal(&self, a: NodeId, data_type: DataType, n: usize) -> Vector {
        let DataType::Decimal { scale: to, .. } = data_type else { return self.vector(a).spread(n) };
        let from = self.scale(a);
        let a = self.vector(a);
        let (values, valid) = self.try_rows(n, a.valid(n), |row| {
            let unscaled = match &a.data {
                Data::Int(_) => i128::from(a.ints().at(row)),
                _ => a.decimals().at(row),
            };
            fitting(Decimal::new(unscaled, from).rescale(to).map(|d| d.unscaled))
        });
        Vector::new(Data::Decimal(values.into()), valid)
    }

    pub(super) fn extreme(&self, greatest: bool, args: &[NodeId], n: usize) -> Vector {
        let args: Vec<&Vector> = args.iter().map(|&arg| self.vector(arg)).collect();
        match args.first().map(|arg| &arg.data) {
            Some(Data::Int(_)) => {
                let (values, valid) = fold(greatest, &args, n, Vector::ints);
                Vector::new(Data::Int(values.into()), valid)
            }
            Some(Data::Decimal(_)) => {
                let (values, valid) = fold(greatest, &args, n, Vector::decimals);
                Vector::new(Data::Decimal(values.into()), valid)
            }
            Some(Data::Date(_)) => {
                let (values, valid) = fold(greatest, &args, n, Vector::dates);
                Vector::new(Data::Date(values.into()), valid)
            }
            _ => {
                let (values, valid) = fold(greatest, &args, n, Vector::floats);
                Vector::new(Data::Float(values.into()), valid)
            }
        }
    }
}

/// Row by row, in a loop for each shape of the operands, so that it is made of vector instructions.
fn pairs(n: usize, x: Numbers<'_, f64>, y: Numbers<'_, f64>, f: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    match (x, y) {
        (Numbers::Many(x), Numbers::Many(y)) => x[..n].iter().zip(&y[..n]).map(|(&x, &y)| f(x, y)).collect(),
        (Numbers::Many(x), Numbers::One(y)) => x[..n].iter().map(|&x| f(x, y)).collect(),
        (Numbers::One(x), Numbers::Many(y)) => y[..n].iter().map(|&y| f(x, y)).collect(),
        (Numbers::One(x), Numbers::One(y)) => vec![f(x, y); n],
    }
}

/// The least or greatest of the valid values, row by row.
fn fold<'a, T: Copy + Default + PartialOrd + 'a>(
    greatest: bool,
    args: &[&'a Vector],
    n: usize,
    numbers: impl Fn(&'a Vector) -> Numbers<'a, T>,
) -> (Vec<T>, Rc<Bits>) {
    let mut values = vec![T::default(); n];
    let mut found = vec![false; n];
    for arg in args {
        let x = numbers(arg);
        for row in 0..n {
            let value = x.at(row);
            let better = if greatest { value > values[row] } else { value < values[row] };
            if arg.is_valid(row) && (!found[row] || better) {
                values[row] = value;
                found[row] = true;
            }
        }
    }
    (values, Rc::new(Bits::test(&found, |found| found)))
}

/// Half away from zero. A float that is too large to have digits after the point stays as it is.
fn round_float(x: f64, digits: i8) -> f64 {
    let by = 10f64.powi(i32::from(digits));
    let rounded = (x * by).round() / by;
    if rounded.is_finite() { rounded } else { x }
}
