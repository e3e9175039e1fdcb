//! Disjoint sets.

/// Disjoint sets of the numbers `0..n`, each with a root.
pub(super) struct Forest {
    parent: Vec<u32>,
}

impl Forest {
    /// Every number by itself.
    pub(super) fn new(n: usize) -> Self {
        Self { parent: (0..n as u32).collect() }
    }

    /// The root of a number's set; halves the path on the way.
    pub(super) fn find(&mut self, mut number: u32) -> u32 {
        while self.parent[number as usize] != number {
            let above = self.parent[self.parent[number as usize] as usize];
            self.parent[number as usize] = above;
            number = above;
        }
        number
    }

    /// Puts the set with the root `below` under the root `above`, which stays a root.
    pub(super) fn hang(&mut self, below: u32, above: u32) {
        self.parent[below as usize] = above;
    }
}
