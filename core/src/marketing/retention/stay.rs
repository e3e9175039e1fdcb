//! From contracts to the stretches of time in which somebody was a customer.

use serde::Serialize;

use crate::marketing::retention::Span;
use crate::time::Date;

/// A contract as it is known on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The first day.
    pub start: Date,
    /// The first day without it; `None` where it runs, as far as is known. One before the start makes the contract one
    /// that never was.
    pub end: Option<Date>,
    /// Whether its end is the customer's leaving; otherwise the customer is only not watched any longer.
    pub left: bool,
    /// From when on it was watched: a contract that had ended before would not be known at all.
    pub watched_from: Option<Date>,
}

impl Term {
    /// A contract that is watched from its start and whose end is a leaving.
    pub fn new(start: Date, end: Option<Date>) -> Self {
        Self { start, end, left: true, watched_from: None }
    }

    /// Whether it ends before it starts.
    pub fn is_reversed(&self) -> bool {
        self.end.is_some_and(|end| end < self.start)
    }
}

/// A stretch of time in which somebody was a customer without a break: contracts that overlap, or follow each other
/// closely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stay {
    /// The first day.
    pub start: Date,
    /// The first day after it; `None` where it goes on.
    pub end: Option<Date>,
    /// Whether the end is a leaving.
    pub left: bool,
    /// From when on it was watched.
    pub watched_from: Option<Date>,
    /// How many contracts.
    pub contracts: u64,
}

/// What is known of a stay when a curve is learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observed {
    /// The first day.
    pub start: Date,
    /// The day on which it ended, or until which it is known to have gone on; after the start.
    pub until: Date,
    /// Whether the customer left on that day.
    pub left: bool,
    /// From which day on it was watched; before `until`.
    pub watched_from: Option<Date>,
}

/// The stays that contracts make, by their start; contracts that end before they start are left out. One that starts no
/// more than a gap after the end of another goes on with it.
pub(super) fn stays(mut terms: Vec<Term>, gap: Span) -> Vec<Stay> {
    terms.retain(|term| !term.is_reversed());
    terms.sort_by_key(|term| (term.start, term.end.is_none(), term.end, term.left, term.watched_from));
    let mut stays: Vec<Stay> = Vec::new();
    for term in terms {
        let Term { start, end, left, watched_from } = term;
        let goes_on = |stay: &&mut Stay| {
            stay.end.is_none_or(|end| gap.after(end, 1).is_none_or(|latest| start <= latest))
        };
        let Some(stay) = stays.last_mut().filter(goes_on) else {
            stays.push(Stay { start, end, left, watched_from, contracts: 1 });
            continue;
        };
        stay.contracts += 1;
        match (stay.end, end) {
            (Some(known), Some(end)) if end < known => {}
            (Some(known), Some(end)) if end == known => stay.left |= left,
            (None, _) => {}
            (Some(_), _) => (stay.end, stay.left) = (end, left),
        }
    }
    stays
}

/// What a stay teaches, known up to a day, that day included: its end, where it was at least a gap ago (later it is not
/// decided whether the customer comes back); otherwise that it went on until then. `None` where it did not last a day.
pub(super) fn observed(stay: &Stay, gap: Span, known: Date) -> Option<Observed> {
    let decided = gap.before(known);
    let (until, left) = match stay.end.filter(|end| *end <= decided) {
        Some(end) => (end, stay.left),
        None => (decided, false),
    };
    let watched_from = stay.watched_from.filter(|from| *from > stay.start);
    let is_seen = until > stay.start && watched_from.is_none_or(|from| from < until);
    is_seen.then_some(Observed { start: stay.start, until, left, watched_from })
}

/// Whether somebody is a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// There is a contract.
    Running,
    /// The last one ended so lately that another may go on with it.
    Paused,
    /// The last one ended.
    Ended,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Running, Self::Paused, Self::Ended];

    /// The name: `running`, `paused` or `ended`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }

    /// The state of whoever has this as the last stay, known up to a day, that day included.
    pub fn of(last: &Stay, gap: Span, known: Date) -> Self {
        match last.end {
            None => Self::Running,
            Some(end) if gap.after(end, 1).is_none_or(|latest| latest > known) => Self::Paused,
            Some(_) => Self::Ended,
        }
    }
}
