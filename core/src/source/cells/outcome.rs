//! What becomes of one cell, and the cells of a chunk put together.

use arrow_buffer::{NullBuffer, NullBufferBuilder};

use crate::source::report::Fault;

/// What reading one cell gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::source) enum Outcome<T> {
    Null,
    Value(T),
    /// A value that lost digits after the point.
    Rounded(T),
    /// A float that is no number: null, with a note.
    Nan,
    Fault(Fault),
}

impl<T> Outcome<T> {
    pub(in crate::source) fn map<U>(self, to: impl FnOnce(T) -> Outcome<U>) -> Outcome<U> {
        match self {
            Self::Null => Outcome::Null,
            Self::Value(value) => to(value),
            Self::Rounded(value) => match to(value) {
                Outcome::Value(value) => Outcome::Rounded(value),
                other => other,
            },
            Self::Nan => Outcome::Nan,
            Self::Fault(fault) => Outcome::Fault(fault),
        }
    }
}

/// What happened to the cells of one chunk of one column.
#[derive(Debug, Default)]
pub(in crate::source) struct Events {
    /// Row within the chunk and fault, by row.
    pub(in crate::source) faults: Vec<(u32, Fault)>,
    pub(in crate::source) nan: u64,
    pub(in crate::source) rounded: u64,
}

/// Puts cells together row by row; a fault leaves a null.
pub(super) struct Builder<'a, T> {
    values: Vec<T>,
    nulls: NullBufferBuilder,
    events: &'a mut Events,
}

impl<'a, T: Default> Builder<'a, T> {
    pub(super) fn new(rows: usize, events: &'a mut Events) -> Self {
        Self { values: Vec::with_capacity(rows), nulls: NullBufferBuilder::new(rows), events }
    }

    pub(super) fn push(&mut self, outcome: Outcome<T>) {
        let value = match outcome {
            Outcome::Value(value) => value,
            Outcome::Rounded(value) => {
                self.events.rounded += 1;
                value
            }
            Outcome::Null => return self.push_null(),
            Outcome::Nan => {
                self.events.nan += 1;
                return self.push_null();
            }
            Outcome::Fault(fault) => {
                self.events.faults.push((self.values.len() as u32, fault));
                return self.push_null();
            }
        };
        self.values.push(value);
        self.nulls.append_non_null();
    }

    fn push_null(&mut self) {
        self.values.push(T::default());
        self.nulls.append_null();
    }

    pub(super) fn finish(mut self) -> (Vec<T>, Option<NullBuffer>) {
        (self.values, self.nulls.finish())
    }
}
