//! Distinct values and how often they come.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::Int64Array;
use arrow_buffer::OffsetBuffer;

use crate::fact::View;
use crate::value::{Codes, Column, DataType, NO_ROW, StringSetColumn, compare_rows};

/// Up to so many codes a table with a place for each is kept; past it, codes are sorted.
const MAX_PLACES: usize = 1 << 16;

/// Up to so many codes, all of them are counted in places of their own, seen or not.
const FEW: usize = 16;

/// A value of a profile: its code, how many rows have it, and the last of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted {
    pub(super) code: u32,
    pub(super) count: u32,
    pub(super) last: usize,
}

/// Counts the values of one profile after the other.
pub(super) struct Counter<'a> {
    codes: &'a Codes,
    /// By code, where there are few enough: one more than its place in `counted`; all 0 between profiles.
    places: Vec<u32>,
    counted: Vec<Counted>,
    sorted: Vec<(u32, usize)>,
}

impl<'a> Counter<'a> {
    pub(super) fn new(codes: &'a Codes) -> Self {
        let places = if codes.n_codes <= MAX_PLACES { vec![0; codes.n_codes] } else { Vec::new() };
        Self { codes, places, counted: Vec::new(), sorted: Vec::new() }
    }

    /// The distinct values among rows (in canonical order), nulls left out, in no particular order.
    pub(super) fn count(&mut self, rows: impl Iterator<Item = usize>) -> &[Counted] {
        self.counted.clear();
        let cells = rows.map(|at| (self.codes.codes[at], at)).filter(|(code, _)| *code != Codes::NULL);
        if self.places.len() < self.codes.n_codes {
            self.sorted.clear();
            self.sorted.extend(cells);
            self.sorted.sort_unstable();
            let runs = self.sorted.chunk_by(|a, b| a.0 == b.0).map(|run| {
                let (code, last) = run[run.len() - 1];
                Counted { code, count: run.len() as u32, last }
            });
            self.counted.extend(runs);
        } else if self.codes.n_codes <= FEW {
            let (mut counts, mut lasts) = ([0; FEW], [0; FEW]);
            for (code, at) in cells {
                let place = code as usize % FEW;
                counts[place] += 1;
                lasts[place] = at;
            }
            let each = (0..).zip(counts).zip(lasts).filter(|((_, count), _)| *count > 0);
            self.counted.extend(each.map(|((code, count), last)| Counted { code, count, last }));
        } else {
            for (code, at) in cells {
                let place = &mut self.places[code as usize];
                if *place == 0 {
                    self.counted.push(Counted { code, count: 0, last: at });
                    *place = self.counted.len() as u32;
                }
                let counted = &mut self.counted[*place as usize - 1];
                counted.count += 1;
                counted.last = at;
            }
            for counted in &self.counted {
                self.places[counted.code as usize] = 0;
            }
        }
        &self.counted
    }
}

pub(super) fn count(column: usize, view: &View<'_>, profiles: Range<usize>) -> Column {
    let codes = view.timeline.codes(column);
    if codes.n_codes <= u64::BITS as usize {
        // A bit for each value: rows do not wait for one another.
        let bit = |at: usize| 1u64.checked_shl(codes.codes[at]).unwrap_or(0);
        let seen = |p| match view.all_rows(p) {
            Some(rows) => rows.fold(0, |seen, at| seen | bit(at)),
            None => view.rows(p).fold(0, |seen, at| seen | bit(at)),
        };
        return Column::Int(Int64Array::from_iter_values(profiles.map(|p| i64::from(seen(p).count_ones()))));
    }
    let mut counter = Counter::new(codes);
    Column::Int(Int64Array::from_iter_values(profiles.map(|p| counter.count(view.rows(p)).len() as i64)))
}

pub(super) fn values(column: usize, view: &View<'_>, profiles: Range<usize>) -> Column {
    let Column::String(strings) = &view.timeline.columns()[column] else {
        return Column::nulls(DataType::StringSet, profiles.len());
    };
    let text = |code: u32| strings.values().value(code as usize);
    let mut counter = Counter::new(view.timeline.codes(column));
    let (mut codes, mut lengths) = (Vec::new(), Vec::with_capacity(profiles.len()));
    for profile in profiles {
        let first = codes.len();
        codes.extend(counter.count(view.rows(profile)).iter().map(|counted| counted.code));
        codes[first..].sort_unstable_by(|&a, &b| text(a).cmp(text(b)));
        lengths.push(codes.len() - first);
    }
    let offsets = OffsetBuffer::from_lengths(lengths);
    Column::StringSet(StringSetColumn::new(offsets, codes.into(), None, Arc::clone(strings.values())))
}

pub(super) fn top(of: usize, top: u32, view: &View<'_>, profiles: Range<usize>) -> Vec<Column> {
    let column = &view.timeline.columns()[of];
    let mut counter = Counter::new(view.timeline.codes(of));
    let mut rows = vec![Vec::with_capacity(profiles.len()); top as usize];
    let mut counts = vec![Vec::with_capacity(profiles.len()); top as usize];
    let mut ranked: Vec<Counted> = Vec::new();
    for profile in profiles {
        ranked.clear();
        ranked.extend(counter.count(view.rows(profile)));
        ranked.sort_unstable_by(|a, b| {
            b.count.cmp(&a.count).then_with(|| compare_rows(column, a.last, b.last))
        });
        for i in 0..top as usize {
            let nth = ranked.get(i);
            rows[i].push(nth.map_or(NO_ROW, |counted| counted.last as u32));
            counts[i].push(nth.map(|counted| i64::from(counted.count)));
        }
    }
    let values = rows.iter().map(|rows| column.take(rows));
    let counts = counts.into_iter().map(|counts| Column::Int(counts.into()));
    values.zip(counts).flat_map(|(value, count)| [value, count]).collect()
}
