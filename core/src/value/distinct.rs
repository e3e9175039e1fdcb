//! Distinct values, collected from any thread.

use std::hash::BuildHasher;
use std::hint::black_box;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::StringArray;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use crate::value::slots::{Slots, spread};

/// Stands for no code.
const NONE: u32 = u32::MAX;

/// Parts of the set that are locked by themselves. A power of two.
pub(super) const SHARDS: usize = 64;
/// Of each shard, the numbers and the texts have codes of their own.
pub(crate) const LANES: usize = 2 * SHARDS;
/// Stands for no shard.
const NO_SHARD: u8 = u8::MAX;
/// How many rows are sorted into shards at a time: what is known of them stays in cache.
const BLOCK: usize = 8_192;
/// How many look-ups are under way at a time.
const TOGETHER: usize = 16;
const LANE_BITS: u32 = LANES.trailing_zeros();

/// More distinct values than can be numbered: about 2³¹.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooManyValues;

/// Distinct numbers and texts, each with a code.
///
/// Which value gets which code depends on the threads; nothing else does.
pub(crate) struct ValueSet {
    pub(super) shards: Vec<Mutex<Shard>>,
}

#[derive(Default)]
pub(crate) struct Shard {
    number_codes: Slots,
    numbers: Vec<i64>,
    /// By hash.
    text_codes: Slots,
    /// The texts end to end.
    bytes: String,
    ends: Vec<usize>,
    /// By text: the first row.
    firsts: Vec<u32>,
}

impl ValueSet {
    pub(crate) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }

    /// The code of each text; `u32::MAX` where there is none. `row` is where a text stands: the first one is kept.
    ///
    /// # Errors
    /// More distinct values than can be numbered.
    pub(crate) fn texts(
        &self,
        texts: &[Option<&str>],
        row: impl Fn(usize) -> u32,
    ) -> Result<Vec<u32>, TooManyValues> {
        let mut codes = vec![NONE; texts.len()];
        for (at, texts) in (0..).step_by(BLOCK).zip(texts.chunks(BLOCK)) {
            self.block(texts, |i| row(at + i), &mut codes[at..at + texts.len()])?;
        }
        Ok(codes)
    }

    /// All texts in the order of their first rows (of one row, of bytes), and where each code's stands among them.
    /// `None` where they are more than 2 GiB together.
    pub(crate) fn into_texts(self) -> Option<(Arc<StringArray>, ByCode)> {
        let shards = self.into_shards();
        let mut order: Vec<(u32, usize, usize)> = shards
            .iter()
            .enumerate()
            .flat_map(|(s, shard)| shard.firsts.iter().enumerate().map(move |(i, &first)| (first, s, i)))
            .collect();
        let text = |&(_, shard, index): &(u32, usize, usize)| shards[shard].text_at(index);
        order.par_sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| text(a).cmp(text(b))));
        let bytes: usize = shards.iter().map(|shard| shard.bytes.len()).sum();
        i32::try_from(bytes).ok()?;
        let mut lanes = vec![Vec::new(); LANES];
        for (s, shard) in shards.iter().enumerate() {
            lanes[SHARDS + s] = vec![0; shard.ends.len()];
        }
        for (place, &(_, shard, index)) in order.iter().enumerate() {
            lanes[SHARDS + shard][index] = place as u32;
        }
        Some((Arc::new(StringArray::from_iter_values(order.iter().map(text))), ByCode::new(lanes)))
    }

    /// Finds or makes the code of each text, shard by shard, so that each is locked once.
    fn block(
        &self,
        texts: &[Option<&str>],
        row: impl Fn(usize) -> u32,
        codes: &mut [u32],
    ) -> Result<(), TooManyValues> {
        let mut starts = [0u32; SHARDS + 1];
        let mut shards = vec![NO_SHARD; codes.len()];
        let mut hashes = vec![0u64; codes.len()];
        for (i, text) in texts.iter().enumerate() {
            if let Some(text) = text {
                let hash = FxBuildHasher.hash_one(text.as_bytes());
                let shard = shard_of(hash);
                (shards[i], hashes[i]) = (shard as u8, hash);
                starts[shard + 1] += 1;
            }
        }
        for shard in 0..SHARDS {
            starts[shard + 1] += starts[shard];
        }
        let mut next = starts;
        let mut rows = vec![0u16; codes.len()];
        for (row, &shard) in shards.iter().enumerate() {
            if shard != NO_SHARD {
                let place = &mut next[usize::from(shard)];
                rows[*place as usize] = row as u16;
                *place += 1;
            }
        }
        // Threads begin at different shards.
        let begin = rayon::current_thread_index().unwrap_or_default() * 17;
        for at in 0..SHARDS {
            let number = (begin + at) % SHARDS;
            let rows = &rows[starts[number] as usize..starts[number + 1] as usize];
            if rows.is_empty() {
                continue;
            }
            // A thread that panicked has left at worst a value without a code.
            let mut shard = self.shards[number].lock().unwrap_or_else(PoisonError::into_inner);
            for together in rows.chunks(TOGETHER) {
                // The memory of all is asked for before the first is needed: its ways are long.
                let touch = |seen: u32, i: &u16| seen ^ shard.text_codes.touch(hashes[usize::from(*i)]);
                black_box(together.iter().fold(0, touch));
                for &i in together {
                    let i = usize::from(i);
                    if let Some(text) = texts[i] {
                        codes[i] = shard.text(text, hashes[i], row(i))? | number as u32;
                    }
                }
            }
        }
        Ok(())
    }

    pub(crate) fn into_shards(self) -> Vec<Shard> {
        self.shards
            .into_iter()
            .map(|shard| shard.into_inner().unwrap_or_else(PoisonError::into_inner))
            .collect()
    }
}

impl Shard {
    pub(super) fn number(&mut self, value: i64) -> Result<u32, TooManyValues> {
        if let Some(code) = self.number_codes.find(value as u64, |_| true) {
            return Ok(code);
        }
        let code = lane_code(self.numbers.len(), 0)?;
        self.number_codes.insert(value as u64, code);
        self.numbers.push(value);
        Ok(code)
    }

    fn text(&mut self, text: &str, hash: u64, row: u32) -> Result<u32, TooManyValues> {
        let index_of = |code: u32| (code >> LANE_BITS) as usize;
        if let Some(code) = self.text_codes.find(hash, |code| self.text_at(index_of(code)) == text) {
            let first = &mut self.firsts[index_of(code)];
            *first = row.min(*first);
            return Ok(code);
        }
        let code = lane_code(self.ends.len(), 1)?;
        self.text_codes.insert(hash, code);
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
        self.firsts.push(row);
        Ok(code)
    }

    fn text_at(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }

    /// The numbers by code.
    pub(crate) fn all_numbers(&self) -> &[i64] {
        &self.numbers
    }

    /// The texts end to end, by code, and where each ends.
    pub(super) fn into_texts(self) -> (String, Vec<usize>) {
        (self.bytes, self.ends)
    }

    /// The texts by code.
    pub(crate) fn all_texts(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|index| self.text_at(index))
    }
}

/// A code without its shard.
fn lane_code(index: usize, lane: u32) -> Result<u32, TooManyValues> {
    // The code of all ones stays free.
    match u32::try_from(index) {
        Ok(index) if index < (1 << (32 - LANE_BITS)) - 1 => Ok(index << LANE_BITS | lane << (LANE_BITS - 1)),
        _ => Err(TooManyValues),
    }
}

/// Something for each code of a [`ValueSet`].
#[derive(Debug, Clone)]
pub(crate) struct ByCode {
    /// Where each lane starts.
    starts: Vec<usize>,
    all: Vec<u32>,
}

impl ByCode {
    /// Takes the things of each lane: those of the numbers of all shards, then those of their texts.
    pub(crate) fn new(lanes: Vec<Vec<u32>>) -> Self {
        let mut starts = Vec::with_capacity(LANES);
        let mut all = Vec::with_capacity(lanes.iter().map(Vec::len).sum());
        for lane in lanes {
            starts.push(all.len());
            all.extend(lane);
        }
        Self { starts, all }
    }

    /// What belongs to a code; `NONE` for no code.
    pub(crate) fn get(&self, code: u32) -> u32 {
        if code == NONE {
            return NONE;
        }
        self.all[self.starts[code as usize % LANES] + (code >> LANE_BITS) as usize]
    }

    pub(crate) fn map(&self, to: impl Fn(u32) -> u32) -> Self {
        Self { starts: self.starts.clone(), all: self.all.iter().map(|&thing| to(thing)).collect() }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        self.all.iter().copied()
    }
}

/// The slots take the low bits.
pub(super) fn shard_of(tag: u64) -> usize {
    (spread(tag) >> 48) as usize % SHARDS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Scattered;

    #[test]
    fn equal_values_have_equal_codes_from_any_thread() {
        let set = ValueSet::new();
        let coded: Vec<(Vec<u32>, Vec<u32>)> = (0..8)
            .into_par_iter()
            .map(|_| {
                let texts: Vec<String> = (0..20_000).map(|n| n.to_string()).collect();
                let texts: Vec<Option<&str>> = texts.iter().map(|t| Some(t.as_str())).collect();
                let numbers: Vec<i64> = (0..20_000).map(|row| row - 9).collect();
                let nulls: arrow_buffer::NullBuffer =
                    (0..20_000).map(|row: usize| !row.is_multiple_of(7)).collect();
                (
                    set.code(vec![Scattered::of(&numbers, Some(&nulls))]).unwrap().concat(),
                    set.texts(&texts, |row| 99_999 - row as u32).unwrap(),
                )
            })
            .collect();
        for each in &coded {
            assert_eq!(each, &coded[0]);
        }
        let (numbers, texts) = &coded[0];
        assert_eq!((numbers[0], numbers[7]), (NONE, NONE));
        let mut all: Vec<u32> = numbers.iter().chain(texts).copied().filter(|&code| code != NONE).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 20_000 - 2_858 + 20_000, "all codes differ, 0 as a number and as a text too");

        let other = ValueSet::new();
        other.texts(&[Some("b"), Some("a"), None, Some("c")], |row| [7, 8, 0, 7][row]).unwrap();
        let found = other.texts(&[Some("a"), Some("c")], |row| [1, 9][row]).unwrap();
        let (in_order, places) = other.into_texts().unwrap();
        assert_eq!(
            in_order.iter().flatten().collect::<Vec<_>>(),
            ["a", "b", "c"],
            "by first row, then by bytes"
        );
        assert_eq!((places.get(found[0]), places.get(found[1])), (0, 2));

        let shards = set.into_shards();
        let lane = |of: &dyn Fn(&Shard) -> Vec<u32>| shards.iter().map(of).collect::<Vec<_>>();
        let numbers_of = |shard: &Shard| shard.all_numbers().iter().map(|&n| (n + 9) as u32).collect();
        let mut lanes = lane(&numbers_of);
        lanes.extend(lane(&|shard| shard.all_texts().map(|text| text.parse().unwrap()).collect()));
        let by_code = ByCode::new(lanes);
        for row in 0..20_000 {
            assert_eq!(by_code.get(texts[row]), row as u32);
            assert!(row.is_multiple_of(7) || by_code.get(numbers[row]) == row as u32);
        }
        assert_eq!(by_code.get(NONE), NONE);
    }
}
