//! From the dictionaries of parts of a column to the one of the whole.

use std::fmt::Write;
use std::sync::Arc;

use arrow_array::{Array, StringArray};
use rayon::prelude::*;

use crate::value::distinct::Shard;
use crate::value::{ByCode, Head, LANES, StringColumn, TooManyValues, ValueSet};

/// Stands for "no row has it".
const NONE: u32 = u32::MAX;

impl ValueSet {
    /// The code of each text of a part's dictionary that some row has; `number` gives that of a row in its table.
    ///
    /// # Errors
    /// More distinct values than can be numbered.
    pub(crate) fn dictionary(
        &self,
        column: &StringColumn,
        number: impl Fn(usize) -> u32,
    ) -> Result<Vec<u32>, TooManyValues> {
        let mut firsts = vec![NONE; column.values().len()];
        let mut see = |row: usize, code: u32| {
            let first = &mut firsts[code as usize];
            if *first == NONE {
                *first = number(row);
            }
        };
        if column.codes().null_count() == 0 {
            column.codes().values().iter().enumerate().for_each(|(row, &code)| see(row, code));
        } else {
            let codes = column.codes().iter().enumerate();
            codes.for_each(|(row, code)| code.into_iter().for_each(|code| see(row, code)));
        }
        self.first_seen(column.values(), &firsts)
    }

    /// The code of each text that has a first row.
    ///
    /// # Errors
    /// More distinct values than can be numbered.
    pub(crate) fn first_seen(&self, texts: &StringArray, firsts: &[u32]) -> Result<Vec<u32>, TooManyValues> {
        let used = firsts.iter().enumerate().map(|(code, &first)| (first != NONE).then(|| texts.value(code)));
        self.texts(&used.collect::<Vec<_>>(), |code| firsts[code])
    }

    /// All values as texts (numbers as their digits), each once, in the order of their bytes, and where each code's
    /// stands among them. `None` where they are more than 2 GiB together.
    pub(crate) fn into_sorted(self) -> Option<(Arc<StringArray>, ByCode)> {
        struct Entry {
            head: Head,
            lane: u32,
            index: u32,
        }
        let mut lanes: Vec<(String, Vec<usize>)> = Vec::with_capacity(LANES);
        let shards = self.into_shards();
        for shard in &shards {
            let (mut digits, mut ends) = (String::new(), Vec::with_capacity(shard.all_numbers().len()));
            for number in shard.all_numbers() {
                // Writing to a String does not fail.
                let _ = write!(digits, "{number}");
                ends.push(digits.len());
            }
            lanes.push((digits, ends));
        }
        lanes.extend(shards.into_iter().map(Shard::into_texts));
        let text = |entry: &Entry| {
            let (bytes, ends) = &lanes[entry.lane as usize];
            let index = entry.index as usize;
            let start = if index == 0 { 0 } else { ends[index - 1] };
            &bytes[start..ends[index]]
        };
        let mut order: Vec<Entry> = (0..LANES as u32)
            .into_par_iter()
            .flat_map_iter(|lane| {
                let n = lanes[lane as usize].1.len() as u32;
                (0..n).map(move |index| Entry { head: Head::of(""), lane, index })
            })
            .map(|entry| Entry { head: Head::of(text(&entry)), ..entry })
            .collect();
        let compare = |a: &Entry, b: &Entry| a.head.compare(&b.head, || text(a).cmp(text(b)));
        order.par_sort_unstable_by(compare);

        let mut places: Vec<Vec<u32>> = lanes.iter().map(|(_, ends)| vec![0; ends.len()]).collect();
        let (mut n, mut bytes) = (0u32, 0usize);
        let mut firsts: Vec<usize> = Vec::with_capacity(order.len());
        for (at, entry) in order.iter().enumerate() {
            // A number and a text may be written alike.
            if at == 0 || compare(&order[at - 1], entry).is_ne() {
                n += 1;
                bytes += text(entry).len();
                firsts.push(at);
            }
            places[entry.lane as usize][entry.index as usize] = n - 1;
        }
        i32::try_from(bytes).ok()?;
        let texts = StringArray::from_iter_values(firsts.iter().map(|&at| text(&order[at])));
        Some((Arc::new(texts), ByCode::new(places)))
    }
}
