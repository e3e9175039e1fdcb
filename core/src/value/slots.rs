//! A table from 64-bit tags to codes, made for looking up many at a time.

/// Stands for no code.
const EMPTY: u32 = u32::MAX;

/// Open addressing with linear probing, at most half full: a look-up that hits touches one line of memory as a rule, and
/// [`touch`](Slots::touch) asks for it beforehand.
#[derive(Debug, Default)]
pub(super) struct Slots {
    slots: Vec<Slot>,
    len: usize,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    tag: u64,
    code: u32,
}

impl Slots {
    /// Reads the memory that a look-up will start at. What it gives says nothing.
    pub(super) fn touch(&self, tag: u64) -> u32 {
        match self.slots.len() {
            0 => EMPTY,
            n => self.slots[spread(tag) as usize & (n - 1)].code,
        }
    }

    /// The code with a tag that `is_it` accepts.
    pub(super) fn find(&self, tag: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut at = spread(tag) as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.code == EMPTY {
                return None;
            }
            if slot.tag == tag && is_it(slot.code) {
                return Some(slot.code);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a code that is not there yet.
    pub(super) fn insert(&mut self, tag: u64, code: u32) {
        if (self.len + 1) * 2 > self.slots.len() {
            let n = (self.slots.len() * 2).max(16);
            let old = std::mem::replace(&mut self.slots, vec![Slot { tag: 0, code: EMPTY }; n]);
            for slot in old.into_iter().filter(|slot| slot.code != EMPTY) {
                self.place(slot);
            }
        }
        self.place(Slot { tag, code });
        self.len += 1;
    }

    fn place(&mut self, slot: Slot) {
        let mask = self.slots.len() - 1;
        let mut at = spread(slot.tag) as usize & mask;
        while self.slots[at].code != EMPTY {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }
}

/// Tags may be anything, such as consecutive numbers: their bits are mixed (the finalizer of splitmix64).
pub(super) fn spread(tag: u64) -> u64 {
    let tag = (tag ^ tag >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let tag = (tag ^ tag >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    tag ^ tag >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_put_in() {
        let mut slots = Slots::default();
        assert_eq!((slots.find(7, |_| true), slots.touch(7)), (None, EMPTY));
        for n in 0..5_000u32 {
            // Every tag twice, with codes that tell which is meant.
            slots.insert(u64::from(n / 2) << 20, n);
        }
        for n in 0..5_000u32 {
            assert_eq!(slots.find(u64::from(n / 2) << 20, |code| code == n), Some(n));
        }
        assert_eq!(slots.find(3, |_| true), None);
        assert_eq!(slots.find(0, |code| code > 1), None);
    }
}
