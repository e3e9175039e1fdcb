//! Numbers that wait for their codes until there are many of them.
//!
//! Coding a number as it comes is a look at memory that nothing has looked at for long. Sorted by the parts of the set
//! that they belong to, millions of numbers are coded part after part, and a part fits in cache.

use std::sync::PoisonError;

use arrow_buffer::NullBuffer;
use rayon::prelude::*;

use crate::value::distinct::{SHARDS, Shard, shard_of};
use crate::value::{TooManyValues, ValueSet};

/// Stands for no code.
const NONE: u32 = u32::MAX;
/// How many rows are sorted at a time: 16 bits number them.
const BLOCK: usize = 1 << 16;

/// The numbers of some rows, sorted by the shard of a [`ValueSet`] that they belong to.
#[derive(Debug)]
pub(crate) struct Scattered {
    len: usize,
    blocks: Vec<Block>,
}

#[derive(Debug)]
struct Block {
    /// How many numbers each shard has.
    counts: Vec<u32>,
    /// By number: its row in the block.
    rows: Vec<u16>,
    /// The numbers; then their codes.
    numbers: Vec<i64>,
}

impl Scattered {
    pub(crate) fn of(numbers: &[i64], nulls: Option<&NullBuffer>) -> Self {
        let nulls = nulls.filter(|nulls| nulls.null_count() > 0);
        let blocks = (0..).step_by(BLOCK).zip(numbers.chunks(BLOCK));
        let block = |(at, numbers): (usize, &[i64])| {
            Block::of(numbers, |row| nulls.is_none_or(|nulls| nulls.is_valid(at + row)))
        };
        Self { len: numbers.len(), blocks: blocks.map(block).collect() }
    }

    /// How many rows.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The numbers of each shard.
    fn shards(&mut self) -> impl Iterator<Item = (usize, &mut [i64])> {
        self.blocks.iter_mut().flat_map(|block| {
            let mut rest = block.numbers.as_mut_slice();
            block.counts.iter().enumerate().map(move |(shard, &n)| {
                let (these, others) = std::mem::take(&mut rest).split_at_mut(n as usize);
                rest = others;
                (shard, these)
            })
        })
    }

    /// The code of each row, once the numbers are codes.
    fn into_codes(self) -> Vec<u32> {
        let mut codes = vec![NONE; self.len];
        for (block, codes) in self.blocks.into_iter().zip(codes.chunks_mut(BLOCK)) {
            for (row, code) in block.rows.into_iter().zip(block.numbers) {
                codes[usize::from(row)] = code as u32;
            }
        }
        codes
    }
}

impl Block {
    fn of(numbers: &[i64], is_there: impl Fn(usize) -> bool) -> Self {
        let mut counts = vec![0u32; SHARDS];
        let shards: Vec<u8> = numbers.iter().map(|&number| shard_of(number as u64) as u8).collect();
        for (row, &shard) in shards.iter().enumerate() {
            counts[usize::from(shard)] += u32::from(is_there(row));
        }
        let mut n = 0;
        let starts = counts.iter().map(|count| {
            n += count;
            n - count
        });
        let mut next: Vec<u32> = starts.collect();
        let (mut rows, mut sorted) = (vec![0u16; n as usize], vec![0i64; n as usize]);
        for (row, (&shard, &number)) in shards.iter().zip(numbers).enumerate() {
            if is_there(row) {
                let place = &mut next[usize::from(shard)];
                (rows[*place as usize], sorted[*place as usize]) = (row as u16, number);
                *place += 1;
            }
        }
        Self { counts, rows, numbers: sorted }
    }
}

impl ValueSet {
    /// The codes of the numbers of some rows; `u32::MAX` where there is none.
    ///
    /// # Errors
    /// More distinct values than can be numbered.
    pub(crate) fn code(&self, mut all: Vec<Scattered>) -> Result<Vec<Vec<u32>>, TooManyValues> {
        let mut shards = by_shard(&mut all);
        // Threads begin at different shards.
        shards.rotate_left(rayon::current_thread_index().unwrap_or_default() * 17 % SHARDS);
        shards.into_iter().try_for_each(|(shard, numbers)| self.code_shard(shard, numbers))?;
        Ok(all.into_iter().map(Scattered::into_codes).collect())
    }

    /// The same on all threads.
    ///
    /// # Errors
    /// More distinct values than can be numbered.
    pub(crate) fn code_all(&self, mut all: Vec<Scattered>) -> Result<Vec<Vec<u32>>, TooManyValues> {
        let shards = by_shard(&mut all).into_par_iter();
        shards.try_for_each(|(shard, numbers)| self.code_shard(shard, numbers))?;
        Ok(all.into_par_iter().map(Scattered::into_codes).collect())
    }

    /// Makes codes of numbers that belong to a shard.
    fn code_shard(&self, shard: usize, numbers: Vec<&mut [i64]>) -> Result<(), TooManyValues> {
        // A thread that panicked has left at worst a value without a code.
        let mut part = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
        let part: &mut Shard = &mut part;
        for number in numbers.into_iter().flatten() {
            *number = i64::from(part.number(*number)? | shard as u32);
        }
        Ok(())
    }
}

/// The numbers of each shard, of all rows.
fn by_shard(all: &mut [Scattered]) -> Vec<(usize, Vec<&mut [i64]>)> {
    let mut shards: Vec<(usize, Vec<&mut [i64]>)> = (0..SHARDS).map(|shard| (shard, Vec::new())).collect();
    for (shard, numbers) in all.iter_mut().flat_map(Scattered::shards) {
        shards[shard].1.push(numbers);
    }
    shards
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Equal numbers have equal codes, others have others, whether they are coded at once or one after the other.
        #[test]
        fn a_code_stands_for_a_number(
            tables in prop::collection::vec(prop::collection::vec(prop::option::of(-40i64..40), 0..60), 1..4),
        ) {
            let scattered = |table: &Vec<Option<i64>>| {
                let numbers: Vec<i64> = table.iter().map(|n| n.unwrap_or(7)).collect();
                let nulls = table.iter().map(Option::is_some).collect();
                Scattered::of(&numbers, Some(&nulls))
            };
            let set = ValueSet::new();
            let mut codes = set.code_all(tables.iter().map(scattered).collect()).unwrap();
            codes.extend(tables.iter().flat_map(|table| set.code(vec![scattered(table)]).unwrap()));
            let cells: Vec<Option<i64>> = tables.iter().chain(&tables).flatten().copied().collect();
            let codes = codes.concat();
            prop_assert_eq!(cells.len(), codes.len());
            for (a, x) in cells.iter().zip(&codes) {
                prop_assert_eq!(a.is_none(), *x == NONE);
                for (b, y) in cells.iter().zip(&codes) {
                    prop_assert_eq!(a == b, x == y);
                }
            }
        }
    }

    #[test]
    fn more_rows_than_a_block() {
        let numbers: Vec<i64> = (0..200_000).map(|n| n % 70_001).collect();
        let codes = ValueSet::new().code(vec![Scattered::of(&numbers, None)]).unwrap().concat();
        assert_eq!(codes[..59_998], codes[140_002..]);
        let distinct: std::collections::HashSet<u32> = codes.iter().copied().collect();
        assert_eq!(distinct.len(), 70_001);
    }
}
