//! The rows that an aggregate sees.

use arrow_buffer::BooleanBuffer;

use crate::time::{TimeRange, Timestamp, Zone};
use crate::timeline::Timeline;

/// A timeline seen through a window and a filter, at an instant.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The rows.
    pub timeline: &'a Timeline,
    /// The window.
    pub range: TimeRange,
    /// Which positions of the timeline pass the filter; `None` where there is none.
    pub filter: Option<&'a BooleanBuffer>,
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
            .filter(move |&at| filter.is_none_or(|filter| filter.value(at)))
    }
}
