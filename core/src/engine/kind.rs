//! The identifiers of one kind while a source is read.

use std::sync::{Mutex, PoisonError};

use crate::value::{Scattered, TooManyValues, ValueSet};

/// So many numbers are coded together: 40 MB of them wait.
const TOGETHER: usize = 1 << 22;

/// Identifiers of one kind.
pub(super) struct Kind {
    /// Its place among the rules.
    pub(super) rule: usize,
    /// Where it stands in the definition of the source.
    pub(super) place: usize,
    pub(super) values: ValueSet,
    numbers: Mutex<Numbers>,
}

#[derive(Default)]
struct Numbers {
    /// How many pieces have waited or wait.
    pieces: usize,
    waiting: Vec<(usize, Scattered)>,
    codes: Vec<(usize, Vec<u32>)>,
}

impl Kind {
    pub(super) fn new(rule: usize, place: usize) -> Self {
        Self { rule, place, values: ValueSet::new(), numbers: Mutex::default() }
    }

    /// Has the numbers of a piece wait, or codes all that wait; gives the number of the piece.
    pub(super) fn wait(&self, numbers: Scattered) -> Result<usize, TooManyValues> {
        let (number, batch) = {
            let mut all = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
            let number = all.pieces;
            all.pieces += 1;
            all.waiting.push((number, numbers));
            let rows: usize = all.waiting.iter().map(|(_, numbers)| numbers.len()).sum();
            (number, if rows < TOGETHER { Vec::new() } else { std::mem::take(&mut all.waiting) })
        };
        if !batch.is_empty() {
            // Others go on reading meanwhile.
            let (places, batch): (Vec<usize>, Vec<Scattered>) = batch.into_iter().unzip();
            let codes = self.values.code(batch)?;
            let mut all = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
            all.codes.extend(places.into_iter().zip(codes));
        }
        Ok(number)
    }

    /// The codes of all pieces that have waited, by their numbers.
    pub(super) fn all_codes(&self) -> Result<Vec<Vec<u32>>, TooManyValues> {
        let Numbers { pieces, waiting, mut codes } =
            std::mem::take(&mut *self.numbers.lock().unwrap_or_else(PoisonError::into_inner));
        let (places, waiting): (Vec<usize>, Vec<Scattered>) = waiting.into_iter().unzip();
        codes.extend(places.into_iter().zip(self.values.code_all(waiting)?));
        let mut by_number = vec![Vec::new(); pieces];
        for (number, codes) in codes {
            by_number[number] = codes;
        }
        Ok(by_number)
    }
}
