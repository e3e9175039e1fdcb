//! Finding the number that a thing was given.

use hashbrown::HashTable;

/// From hashes of things to the numbers that they were given. The things are kept elsewhere, by number; half of the hash
/// is kept here, so that growing and most misses look at no thing (things lie far apart in memory).
#[derive(Clone, Default)]
pub(super) struct Numbers {
    entries: HashTable<Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    number: u32,
}

impl Entry {
    fn new(hash: u64, number: u32) -> Self {
        Self { hash: (hash ^ hash >> 32) as u32, number }
    }

    /// The kept half of the hash, spread over 64 bits: the table takes its bits from both ends.
    fn spread(self) -> u64 {
        u64::from(self.hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

impl Numbers {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Makes room for more things.
    pub(super) fn reserve(&mut self, more: usize) {
        self.entries.reserve(more, |entry| entry.spread());
    }

    /// The number of the thing that has this hash and is the one looked for.
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let wanted = Entry::new(hash, 0);
        let same = |entry: &Entry| entry.hash == wanted.hash && is_it(entry.number);
        self.entries.find(wanted.spread(), same).map(|entry| entry.number)
    }

    /// Adds a thing that is not there yet.
    pub(super) fn insert(&mut self, hash: u64, number: u32) {
        let entry = Entry::new(hash, number);
        self.entries.insert_unique(entry.spread(), entry, |entry| entry.spread());
    }
}
