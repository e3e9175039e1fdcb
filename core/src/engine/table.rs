//! The columns of tags at one instant, computed one tag after the other.

use std::sync::Arc;

use crate::engine::facts::{Facts, Shared, Wanted};
use crate::engine::ingest::Prepared;
use crate::engine::plan::{FactPlan, Plan};
use crate::expr::Block;
use crate::fact::{self, Evidence, View};
use crate::time::{LocalClock, TimeRange, Timestamp};
use crate::timeline::{SpillError, Timeline};
use crate::value::Column;

/// The columns of tags at one instant.
pub(crate) struct TagTable<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) prepared: &'a Prepared,
    pub(crate) as_of: Timestamp,
    /// By column of the plan; `None` where it is not computed (yet).
    pub(crate) columns: Vec<Option<Column>>,
    /// What the tags want of the rows.
    pub(super) facts: Facts,
}

impl<'a> TagTable<'a> {
    pub(crate) fn new(plan: &'a Plan, prepared: &'a Prepared, as_of: Timestamp, facts: Facts) -> Self {
        Self { plan, prepared, as_of, columns: vec![None; plan.columns.len()], facts }
    }

    pub(crate) fn n_profiles(&self) -> usize {
        self.prepared.partition.len()
    }

    /// The columns so far as the input of rules.
    pub(crate) fn block(&self) -> Block<'_> {
        let block = Block::new(self.n_profiles(), self.as_of, &self.plan.zone);
        let computed = self.columns.iter().enumerate().filter_map(|(i, column)| Some((i, column.as_ref()?)));
        computed.fold(block, |block, (i, column)| block.with(i, column))
    }
}

/// A table whose columns are computed, and the rows of one profile, to ask about.
pub(crate) struct OneProfile<'a> {
    pub(crate) table: TagTable<'a>,
    pub(crate) profile: usize,
    /// By source: the timeline with the profile's rows, and its place there.
    timelines: Vec<Option<(Arc<Timeline>, usize)>>,
    clock: LocalClock,
}

impl<'a> OneProfile<'a> {
    /// Finds the rows of a profile.
    ///
    /// # Errors
    /// [`SpillError`] where they are on disk and cannot be read.
    pub(crate) fn new(
        plan: &'a Plan,
        prepared: &'a Prepared,
        columns: Vec<Option<Column>>,
        profile: usize,
    ) -> Result<Self, SpillError> {
        let find = |grouped: &Option<crate::timeline::Grouped>| {
            grouped.as_ref().map(|grouped| grouped.of_profile(profile)).transpose()
        };
        let timelines = prepared.timelines.iter().map(find).collect::<Result<_, _>>()?;
        let facts = Facts::default();
        let table = TagTable { plan, prepared, as_of: prepared.as_of, columns, facts };
        let clock = LocalClock::new(&plan.zone, TimeRange { from: Timestamp::MIN, to: prepared.as_of });
        Ok(Self { table, profile, timelines, clock })
    }

    /// The timeline of a source, and the profile's place in it.
    pub(crate) fn timeline(&self, source: usize) -> Option<(&Timeline, usize)> {
        self.timelines[source].as_ref().map(|(timeline, place)| (&**timeline, *place))
    }

    /// An aggregate at the table's instant.
    pub(crate) fn wanted(&self, fact: &FactPlan) -> Wanted {
        Wanted::at(fact, self.table.as_of, &self.table.plan.zone)
    }

    /// An aggregate of the profile: columns of one row.
    pub(crate) fn fact(&self, wanted: &Wanted) -> Vec<Column> {
        self.with_view(wanted, |view, place| fact::compute(&wanted.fact.op, view, place..place + 1))
    }

    /// What an aggregate of the profile saw.
    pub(crate) fn evidence(&self, wanted: &Wanted) -> Evidence {
        self.with_view(wanted, |view, place| fact::evidence(&wanted.fact.op, view, place))
    }

    /// The rows of an aggregate, with the profile's place among them.
    pub(super) fn with_view<T: Default>(
        &self,
        wanted: &Wanted,
        ask: impl FnOnce(&View<'_>, usize) -> T,
    ) -> T {
        let Some((timeline, place)) = self.timeline(wanted.fact.source) else { return T::default() };
        let shared = Shared::of(
            self.table.plan,
            timeline,
            timeline.profile(place),
            self.table.as_of,
            &self.clock,
            std::iter::once(wanted),
        );
        ask(&shared.view(wanted), place)
    }
}
