//! The rows that an aggregate sees.

use std::ops::Range;

use arrow_buffer::BooleanBuffer;

use crate::time::{LocalClock, TimeRange, Timestamp, Zone};
use crate::timeline::Timeline;

/// Which rows of a stretch of a timeline pass a filter.
#[derive(Debug, Clone)]
pub struct Passing {
    /// The position of the first row of the stretch.
    pub first: usize,
    /// One bit a row of the stretch.
    pub bits: BooleanBuffer,
}

impl Passing {
    /// Whether the row at a position passes.
    pub fn has(&self, at: usize) -> bool {
        self.bits.value(at - self.first)
    }
}

/// A timeline seen through a window and a filter, at an instant.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The rows.
    pub timeline: &'a Timeline,
    /// The window.
    pub range: TimeRange,
    /// The positions of each profile's rows in the window, where they have been looked up.
    pub spans: Option<&'a [Range<u32>]>,
    /// The rows that pass the filter, `None` where there is none; it covers all profiles that are asked for.
    pub filter: Option<&'a Passing>,
    /// Of these rows only so many, the last ones; `None` for all.
    pub last: Option<u32>,
    /// Of these rows only those that pass this one, too; `None` for all.
    pub narrowed: Option<&'a Passing>,
    /// For a sequence: the rows that are each of its steps.
    pub steps: &'a [Passing],
    /// The instant from which days are counted back.
    pub as_of: Timestamp,
    /// The catalogue's time zone.
    pub zone: &'a Zone,
    /// The wall clock of the zone, up to `as_of`.
    pub clock: &'a LocalClock,
}

impl<'a> View<'a> {
    /// The positions of a profile's rows that count, in canonical order.
    pub fn rows(&self, profile: usize) -> impl DoubleEndedIterator<Item = usize> + Clone + use<'a> {
        let passes = |filter: Option<&Passing>, at| filter.is_none_or(|filter| filter.has(at));
        let (filter, narrowed) = (self.filter, self.narrowed);
        self.span(profile).filter(move |&at| passes(filter, at) && passes(narrowed, at))
    }

    /// How many rows of a profile count.
    pub fn n_rows(&self, profile: usize) -> usize {
        let span = self.span(profile);
        match (self.filter, self.narrowed) {
            (None, None) => span.len(),
            (Some(filter), None) | (None, Some(filter)) => {
                filter.bits.slice(span.start - filter.first, span.len()).count_set_bits()
            }
            (Some(_), Some(_)) => self.rows(profile).count(),
        }
    }

    /// The positions of a profile's rows, where all of them count; `None` where a filter has a say.
    pub(super) fn all_rows(&self, profile: usize) -> Option<Range<usize>> {
        (self.filter.is_none() && self.narrowed.is_none()).then(|| self.span(profile))
    }

    /// Where the rows that count lie.
    fn span(&self, profile: usize) -> Range<usize> {
        let span = match self.spans {
            Some(spans) => spans[profile].start as usize..spans[profile].end as usize,
            None => self.timeline.within(profile, self.range),
        };
        match (self.last, self.filter) {
            (None, _) => span,
            (Some(n), None) => span.end.saturating_sub(n as usize).max(span.start)..span.end,
            (Some(n), Some(filter)) => {
                let mut counting = span.clone().rev().filter(|&at| filter.has(at));
                let start = counting.nth(n as usize - 1).unwrap_or(span.start);
                start..span.end
            }
        }
    }
}
