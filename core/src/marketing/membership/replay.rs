//! The replay: from a member's rows to the standing as of an instant, and all that happened before.

use serde::Serialize;

use crate::catalog::model::{Fall, LevelReturns};
use crate::marketing::membership::Programme;
use crate::marketing::membership::ledger::{Effect, Ledger};
use crate::time::{Timestamp, Zone};

/// A row of a member.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// When.
    pub time: Timestamp,
    /// How much; below 0 for a return. What is no number is left out.
    pub amount: f64,
    /// The order that it belongs to, by any number of its own; `None` for a row that is an order by itself.
    pub order: Option<u32>,
}

impl Row {
    /// A row that is an order by itself.
    pub fn new(time: Timestamp, amount: f64) -> Self {
        Self { time, amount, order: None }
    }

    /// The same as part of an order.
    pub fn of_order(mut self, order: u32) -> Self {
        self.order = Some(order);
        self
    }
}

/// Where a member stands.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct Standing {
    /// The level, by its place from 0; `None` below the first.
    pub level: Option<usize>,
    /// Since when; `None` where there was no row yet.
    pub since: Option<Timestamp>,
    /// The level before; `None` also where there was none.
    pub previous: Option<usize>,
    /// When the period ends, or the grace in which it is; `None` for a level that does not end.
    pub valid_until: Option<Timestamp>,
    /// Whether the period is over and the level can only be saved.
    pub in_grace: bool,
    /// What counts in the window that ends now.
    pub amount: f64,
    /// The next level up; `None` at the highest.
    pub next: Option<usize>,
    /// What is missing to reach the next level, above 0.
    pub gap: Option<f64>,
    /// What is missing to keep the level when it ends, if nothing more happens; 0 where nothing is. `None` for a level
    /// that does not end.
    pub keep_gap: Option<f64>,
    /// How often the level changed.
    pub changes: u64,
}

/// Something that happened to a membership.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// What.
    pub why: Why,
    /// The level before, by its place.
    pub from: Option<usize>,
    /// The level after.
    pub to: Option<usize>,
    /// The amount that decided.
    pub amount: f64,
    /// The threshold that it met, or (lost, grace) did not.
    pub threshold: Option<f64>,
    /// The end of the period that starts; of the grace, where that starts.
    pub valid_until: Option<Timestamp>,
    /// For what rows did: the last row of that instant, by its place among the rows.
    pub row: Option<usize>,
}

/// What happened to a membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Why {
    /// A purchase reached a level.
    Reached,
    /// A level was kept for another period.
    Renewed,
    /// A period ended with too little: a grace starts.
    Grace,
    /// A level was lost at the end of its period or grace.
    Lost,
    /// A return took back what a level stood on.
    TakenBack,
}

impl Why {
    /// The name: `reached`, `renewed`, `grace`, `lost`, `taken_back`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Renewed => "renewed",
            Self::Grace => "grace",
            Self::Lost => "lost",
            Self::TakenBack => "taken_back",
        }
    }
}

/// The level and until when, as far as the replay is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct State {
    level: Option<usize>,
    /// The end of the period.
    valid_until: Option<i64>,
    /// The end of the grace, where the period is over.
    grace_until: Option<i64>,
}

/// Rows of one instant.
struct Instant {
    time: i64,
    /// The last of the rows.
    row: usize,
    gained: bool,
}

impl Programme {
    /// Where a member stands. Rows at or after `as_of` are not seen; the rows are in the order of time.
    pub fn standing(&self, rows: &[Row], as_of: Timestamp, zone: &Zone) -> Standing {
        self.replay(rows, as_of, zone, &mut |_| {})
    }

    /// Where a member stands, and all that happened before, in the order of time.
    pub fn history(&self, rows: &[Row], as_of: Timestamp, zone: &Zone) -> (Standing, Vec<Change>) {
        let mut changes = Vec::new();
        let standing = self.replay(rows, as_of, zone, &mut |change| changes.push(change));
        (standing, changes)
    }

    fn replay(&self, rows: &[Row], as_of: Timestamp, zone: &Zone, tell: &mut dyn FnMut(Change)) -> Standing {
        let end = rows.partition_point(|row| row.time < as_of);
        let mut walk = Walk {
            programme: self,
            zone,
            ledger: Ledger::new(self.params().measure, self.params().returns),
            seen: Vec::new(),
            replayed: Vec::new(),
        };
        let mut state = State::default();
        let mut standing = Standing::default();
        let mut note = |change: Change, standing: &mut Standing| {
            if change.from != change.to {
                standing.previous = change.from;
                standing.since = Some(change.at);
                standing.changes += 1;
            }
            tell(change);
        };
        let mut first = 0;
        for group in rows[..end].chunk_by(|a, b| a.time == b.time) {
            let last = first + group.len() - 1;
            first += group.len();
            let time = group[0].time.micros();
            let in_step = walk.is_in_step(&state);
            walk.review(&mut state, time, &mut |change| note(change, &mut standing));
            let Effect { gained, lost, since } = walk.ledger.add(group);
            walk.forget(since);
            let instant = Instant { time, row: last, gained };
            walk.examine(&mut state, &instant, &mut |change| note(change, &mut standing));
            walk.push(instant, state, in_step);
            if lost && self.params().returns == LevelReturns::ClawBack {
                walk.claw_back(&mut state, time, last, &mut |change| note(change, &mut standing));
            }
        }
        walk.review(&mut state, as_of.micros(), &mut |change| note(change, &mut standing));
        walk.finish(state, standing, as_of)
    }
}

struct Walk<'a> {
    programme: &'a Programme,
    zone: &'a Zone,
    ledger: Ledger,
    /// The instants with rows so far.
    seen: Vec<Instant>,
    /// The states after the first of them, replayed with what the purchases are worth now: as a state depends on nothing
    /// later, a return leaves those before its purchase as they are.
    replayed: Vec<State>,
}

impl Walk<'_> {
    /// Whether the replay has come to this state, after all instants so far.
    fn is_in_step(&self, state: &State) -> bool {
        self.replayed.len() == self.seen.len() && self.replayed.last().copied().unwrap_or_default() == *state
    }

    /// Forgets what was replayed from a time on.
    fn forget(&mut self, since: Option<i64>) {
        if let Some(since) = since {
            self.replayed.truncate(self.seen.partition_point(|instant| instant.time < since));
        }
    }

    /// Takes in an instant and the state after it, which is that of a replay where that was in step before.
    fn push(&mut self, instant: Instant, state: State, in_step: bool) {
        if in_step && self.replayed.len() == self.seen.len() {
            self.replayed.push(state);
        }
        self.seen.push(instant);
    }

    fn amount(&self, instant: i64) -> i128 {
        self.ledger.sum(self.programme.measured(instant, self.zone))
    }

    /// What decides at the end of a period.
    fn reviewed(&self, end: i64) -> i128 {
        self.ledger.sum(self.programme.reviewed(end, self.zone))
    }

    /// A period for a level; none for one that is kept by nothing.
    fn period(&self, level: Option<usize>, from: i64) -> Option<i64> {
        self.programme.keep[level?]
            .is_positive()
            .then(|| self.programme.period_end(from, self.zone))
            .flatten()
    }

    /// The ends of periods up to an instant, that included.
    fn review(&self, state: &mut State, to: i64, tell: &mut dyn FnMut(Change)) {
        while let (Some(level), Some(period)) = (state.level, state.valid_until) {
            let due = state.grace_until.unwrap_or(period);
            if due > to {
                return;
            }
            let before = *state;
            let amount = self.reviewed(due);
            let mut why = Why::Lost;
            if amount >= self.programme.keep[level] {
                why = Why::Renewed;
                self.renew(state, level, period);
            } else if let Some(grace) =
                self.programme.grace_end(due, self.zone).filter(|_| state.grace_until.is_none())
            {
                why = Why::Grace;
                state.grace_until = Some(grace);
            } else {
                let kept = self.programme.kept_below(level, amount);
                let lost = match self.programme.params().fall {
                    Fall::ToKept => kept,
                    Fall::OneLevel => kept.max(level.checked_sub(1)),
                };
                *state = State { level: lost, valid_until: self.period(lost, due), grace_until: None };
            }
            let threshold = self.programme.keep[level];
            tell(change(before, *state, due, why, amount, Some(threshold), None));
        }
    }

    fn renew(&self, state: &mut State, level: usize, from: i64) {
        *state = State { level: Some(level), valid_until: self.period(Some(level), from), grace_until: None };
    }

    /// What the rows of an instant reach or save; they are in the ledger.
    fn examine(&self, state: &mut State, instant: &Instant, tell: &mut dyn FnMut(Change)) {
        if !instant.gained && state.level.is_some() {
            return;
        }
        let is_highest = state.level == self.programme.levels().len().checked_sub(1);
        if is_highest && state.grace_until.is_none() {
            return;
        }
        let amount = self.amount(instant.time.saturating_add(1));
        let before = *state;
        let reached = self.programme.reached(amount);
        if reached > state.level {
            let valid_until = self.period(reached, instant.time);
            *state = State { level: reached, valid_until, grace_until: None };
            let threshold = reached.map(|level| self.programme.reach[level]);
            tell(change(before, *state, instant.time, Why::Reached, amount, threshold, Some(instant.row)));
        } else if let (Some(level), Some(period), Some(_)) =
            (state.level, state.valid_until, state.grace_until)
            && amount >= self.programme.keep[level]
        {
            self.renew(state, level, period);
            let threshold = Some(self.programme.keep[level]);
            tell(change(before, *state, instant.time, Why::Renewed, amount, threshold, Some(instant.row)));
        }
    }

    /// Replays all so far with what the purchases are worth now; a lower level than the present one holds from now on.
    fn claw_back(&mut self, state: &mut State, now: i64, row: usize, tell: &mut dyn FnMut(Change)) {
        if state.level.is_none_or(|level| self.programme.reach[level] <= 0) {
            return;
        }
        let mut without = self.replayed.last().copied().unwrap_or_default();
        for at in self.replayed.len()..self.seen.len() {
            let instant = &self.seen[at];
            self.review(&mut without, instant.time, &mut |_| {});
            self.examine(&mut without, instant, &mut |_| {});
            self.replayed.push(without);
        }
        if without.level < state.level {
            let before = *state;
            *state = without;
            let amount = self.amount(now.saturating_add(1));
            tell(change(before, *state, now, Why::TakenBack, amount, None, Some(row)));
        }
    }

    fn finish(&self, state: State, mut standing: Standing, as_of: Timestamp) -> Standing {
        let programme = self.programme;
        let amount = self.amount(as_of.micros());
        // Who did nothing yet has what everybody has.
        standing.level = state.level.or_else(|| programme.reached(0).filter(|_| self.seen.is_empty()));
        standing.valid_until = state.grace_until.or(state.valid_until).map(Timestamp::from_micros);
        standing.in_grace = state.grace_until.is_some();
        standing.amount = Programme::amount(amount);
        standing.next =
            Some(standing.level.map_or(0, |level| level + 1)).filter(|next| *next < programme.reach.len());
        // At the level that was kept the next one may have been reached before: nothing is missing then.
        standing.gap = standing.next.map(|next| Programme::amount((programme.reach[next] - amount).max(0)));
        standing.keep_gap = state
            .level
            .zip(state.grace_until.or(state.valid_until))
            .map(|(level, due)| Programme::amount((programme.keep[level] - self.reviewed(due)).max(0)));
        standing
    }
}

fn change(
    before: State,
    after: State,
    at: i64,
    why: Why,
    amount: i128,
    threshold: Option<i128>,
    row: Option<usize>,
) -> Change {
    Change {
        at: Timestamp::from_micros(at),
        why,
        from: before.level,
        to: after.level,
        amount: Programme::amount(amount),
        threshold: threshold.map(Programme::amount),
        valid_until: after.grace_until.or(after.valid_until).map(Timestamp::from_micros),
        row,
    }
}
