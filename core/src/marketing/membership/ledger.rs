//! What a member's purchases are worth after all returns so far, summed over any stretch of time.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::catalog::model::{LevelMeasure, LevelReturns};
use crate::marketing::membership::Row;
use crate::time::TimeRange;

/// A whole unit of money in millionths.
pub(super) const MICRO: i128 = 1_000_000;

/// No amount counts for more, so that the sum of all rows there can be is a number still.
const LARGEST: f64 = 1e18;

/// An amount in millionths; what is no number is 0.
pub(super) fn micro(amount: f64) -> i128 {
    (amount.clamp(-LARGEST, LARGEST) * MICRO as f64).round() as i128
}

/// A purchase, or an order of several rows.
struct Entry {
    /// What is left of its money after returns.
    left: i128,
    /// Whether anything was returned.
    has_return: bool,
}

/// The purchases so far.
pub(super) struct Ledger {
    measure: LevelMeasure,
    returns: LevelReturns,
    times: Vec<i64>,
    entries: Vec<Entry>,
    /// By order: its entries of which something may be left, the latest last; where orders are counted, its only one.
    by_order: FxHashMap<u32, Vec<usize>>,
    /// Entries of which something may be left.
    open: BTreeSet<usize>,
    /// The earliest purchase that has come to count for more or less since rows began to be taken in.
    changed: Option<usize>,
    /// A Fenwick tree (1994) over what entries count for: sums of any stretch while entries change.
    tree: Vec<i128>,
}

/// What rows of one instant did.
#[derive(Default)]
pub(super) struct Effect {
    /// Something counts for more.
    pub(super) gained: bool,
    /// Something counts for less.
    pub(super) lost: bool,
    /// From when on sums are other than they were before: the time of the earliest purchase that counts for more or less
    /// now; `None` where there is none but the new ones.
    pub(super) since: Option<i64>,
}

impl Ledger {
    pub(super) fn new(measure: LevelMeasure, returns: LevelReturns) -> Self {
        let (times, entries, by_order, open, changed, tree) = Default::default();
        Self { measure, returns, times, entries, by_order, open, changed, tree }
    }

    /// Takes in the rows of one instant, which is not before those so far: purchases first, then returns.
    pub(super) fn add(&mut self, rows: &[Row]) -> Effect {
        let mut effect = Effect::default();
        self.changed = None;
        for row in rows.iter().filter(|row| row.amount.is_finite() && row.amount >= 0.0) {
            self.purchase(row);
            effect.gained = true;
        }
        if self.returns != LevelReturns::Ignore {
            for row in rows.iter().filter(|row| row.amount.is_finite() && row.amount < 0.0) {
                effect.lost |= self.take_back(row);
            }
        }
        effect.since = self.changed.map(|at| self.times[at]);
        effect
    }

    /// What counts in a stretch of time, in millionths.
    pub(super) fn sum(&self, range: TimeRange) -> i128 {
        let from = self.times.partition_point(|time| *time < range.from.micros());
        let to = self.times.partition_point(|time| *time < range.to.micros());
        self.prefix(to.max(from)) - self.prefix(from)
    }

    fn purchase(&mut self, row: &Row) {
        let money = micro(row.amount);
        let same = match (self.measure, row.order) {
            // An order is one, at the time of its first row.
            (LevelMeasure::Orders, Some(order)) => {
                self.by_order.get(&order).and_then(|of| of.first()).copied()
            }
            _ => None,
        };
        if let Some(at) = same {
            self.change(at, money, false);
            self.open.insert(at);
            return;
        }
        let at = self.entries.len();
        self.times.push(row.time.micros());
        self.entries.push(Entry { left: money, has_return: false });
        self.open.insert(at);
        if let Some(order) = row.order {
            self.by_order.entry(order).or_default().push(at);
        }
        self.push_leaf(self.worth(at));
    }

    /// Takes a return off the purchases that it belongs to; whether there were any.
    fn take_back(&mut self, row: &Row) -> bool {
        let mut rest = -micro(row.amount);
        let mut found = false;
        if let Some(order) = row.order {
            while let Some(at) = self.latest_of(order).filter(|_| rest > 0) {
                found |= self.take(at, &mut rest);
                // An order that is counted has one entry, to which more may come.
                if self.entries[at].left > 0 || self.measure == LevelMeasure::Orders {
                    break;
                }
                self.by_order.get_mut(&order).map(Vec::pop);
            }
            return found;
        }
        while let Some(&at) = self.open.last().filter(|_| rest > 0) {
            found |= self.take(at, &mut rest);
            if self.entries[at].left == 0 {
                self.open.remove(&at);
            }
        }
        found
    }

    fn latest_of(&self, order: u32) -> Option<usize> {
        self.by_order.get(&order)?.last().copied()
    }

    fn take(&mut self, at: usize, rest: &mut i128) -> bool {
        let part = self.entries[at].left.min(*rest);
        if part == 0 {
            return false;
        }
        *rest -= part;
        self.change(at, -part, true);
        true
    }

    fn change(&mut self, at: usize, money: i128, is_return: bool) {
        let before = self.worth(at);
        let entry = &mut self.entries[at];
        entry.left += money;
        entry.has_return |= is_return;
        let difference = self.worth(at) - before;
        if difference != 0 {
            self.changed = Some(self.changed.map_or(at, |earlier| earlier.min(at)));
        }
        let mut place = at + 1;
        while difference != 0 && place <= self.tree.len() {
            self.tree[place - 1] += difference;
            place += place & place.wrapping_neg();
        }
    }

    /// What an entry counts for: its money, or 1 for an order that was not returned whole.
    fn worth(&self, at: usize) -> i128 {
        let Entry { left, has_return } = self.entries[at];
        match self.measure {
            LevelMeasure::Amount => left,
            LevelMeasure::Orders if has_return && left == 0 => 0,
            LevelMeasure::Orders => MICRO,
        }
    }

    /// Adds a leaf at the end of the tree.
    fn push_leaf(&mut self, worth: i128) {
        let place = self.tree.len() + 1;
        let first = place - (place & place.wrapping_neg());
        let below = self.prefix(place - 1) - self.prefix(first);
        self.tree.push(worth + below);
    }

    /// What the first so many entries count for.
    fn prefix(&self, mut n: usize) -> i128 {
        let mut sum = 0;
        while n > 0 {
            sum += self.tree[n - 1];
            n -= n & n.wrapping_neg();
        }
        sum
    }
}
