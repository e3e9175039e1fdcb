//! Three-valued logic, 64 rows at a time.

use super::Run;
use crate::expr::bits::Bits;
use crate::expr::node::{NodeId, Op};
use crate::expr::vector::{Data, Vector};

/// A condition from which rows are true and which are false; the others are unknown.
fn condition(trues: Bits, falses: &Bits) -> Vector {
    let valid = trues.or(falses);
    Vector::new(Data::Bool(trues), Some(valid))
}

impl Run<'_> {
    pub(super) fn not(&self, a: NodeId, n: usize) -> Vector {
        let a = self.vector(a);
        condition(a.falses(n), &a.trues(n))
    }

    pub(super) fn and(&self, args: &[NodeId], n: usize) -> Vector {
        let mut trues = Bits::ones(n);
        let mut falses = Bits::zeros(n);
        for &arg in args {
            let arg = self.vector(arg);
            trues = trues.and(&arg.trues(n));
            falses = falses.or(&arg.falses(n));
        }
        condition(trues, &falses)
    }

    pub(super) fn or(&self, args: &[NodeId], n: usize) -> Vector {
        let mut trues = Bits::zeros(n);
        let mut falses = Bits::ones(n);
        for &arg in args {
            let arg = self.vector(arg);
            trues = trues.or(&arg.trues(n));
            falses = falses.and(&arg.falses(n));
        }
        condition(trues, &falses)
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
