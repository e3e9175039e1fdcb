//! Random numbers from a seed, the same on every machine.

/// xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64 as its authors advise.
#[derive(Debug, Clone)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// The generator of a seed.
    pub fn seeded(seed: u64) -> Self {
        let mut at = seed;
        Self { state: [(); 4].map(|()| splitmix64(&mut at)) }
    }

    /// The generator of a part of the data: parts drawn apart stay the same when another part draws more.
    pub fn part(seed: u64, part: u64) -> Self {
        Self::seeded(seed ^ splitmix64(&mut part.wrapping_add(1)))
    }

    /// Any 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        let [_, s1, ..] = self.state;
        let result = s1.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        self.state[2] ^= self.state[0];
        self.state[3] ^= self.state[1];
        self.state[1] ^= self.state[2];
        self.state[0] ^= self.state[3];
        self.state[2] ^= s1 << 17;
        self.state[3] = self.state[3].rotate_left(45);
        result
    }

    /// A number in `[0, 1)`, a multiple of 2⁻⁵³.
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// A whole number below `bound`; 0 where `bound` is 0. The bias is below `bound` / 2⁶⁴.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next_u64()) * bound as u128) >> 64) as usize
    }

    /// Whether something of this probability happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of some.
    ///
    /// # Panics
    /// Where there is none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A waiting time of this mean (exponential).
    pub fn waiting(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// Puts things into any order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }
}

fn splitmix64(at: &mut u64) -> u64 {
    *at = at.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *at;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first outputs of splitmix64 for the seed 1234567, as in the task "Pseudo-random numbers/Splitmix64" of
    /// Rosetta Code.
    #[test]
    fn splitmix64_gives_the_published_numbers() {
        let mut at = 1_234_567;
        let first = [(); 3].map(|()| splitmix64(&mut at));
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    /// For the state 1, 2, 3, 4, as in the tests of the crate `rand_xoshiro`; by hand: `rotl(2·5, 7)·9 = 11520`; the second word is then 0; then it is 262149, and
    /// `rotl(262149·5, 7)·9 = 1509978240`.
    #[test]
    fn xoshiro_gives_the_worked_numbers() {
        let mut random = Random { state: [1, 2, 3, 4] };
        assert_eq!([(); 3].map(|()| random.next_u64()), [11_520, 0, 1_509_978_240]);
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let mut random = Random::seeded(1);
        assert_eq!(random.below(0), 0);
        for bound in 1..100 {
            assert!(random.below(bound) < bound);
            assert!((0.0..1.0).contains(&random.unit()));
        }
    }

    #[test]
    fn shuffling_loses_nothing() {
        let mut things: Vec<u32> = (0..1000).collect();
        Random::seeded(7).shuffle(&mut things);
        assert!(!things.is_sorted());
        things.sort_unstable();
        assert!(things.into_iter().eq(0..1000));
    }
}
