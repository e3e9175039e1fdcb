//! The rows that an aggregate sees.

use arrow_buffer::BooleanBuffer;

use crate::time::{TimeRange, Timestamp, Zone};
use crate::timeline::Timeline;

/// Which rows of a stretch of a timeline pass a filter.
#[derive(Debug, Clone)]
pub struct Passing {
    /// The position of the first row of the stretch.
    pub first: usize,
    /// One bit a row of the stretch.
    pub bits: BooleanBuffer,
}

/// A timeline seen through a window and a filter, at an instant.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The rows.
    pub timeline: &'a Timeline,
    /// The window.
    pub range: TimeRange,
    /// The rows that pass the filter, `None` where there is none; it covers all profiles that are asked for.
    pub filter: Option<&'a Passing>,
    /// The instant from which days are counted back.
    pub as_of: Timestamp,
    /// The catalogue's time zone.
    pub zone: &'a Zone,
}

impl<'a> View<'a> {
    /// The positions of a profile's rows that count, in canonical order.
    pub fn rows(&self, profile: usize) -> impl DoubleEndedIterator<Item = usize> + use<'a> {
        let filter = self.filter;
        self.timeline
            .within(profile, self.range)
            .filter(move |&at| filter.is_none_or(|filter| filter.bits.value(at - filter.first)))
    }
}
