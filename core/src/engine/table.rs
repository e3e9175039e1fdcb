//! The columns of tags at one instant, computed one tag after the other.

use std::collections::HashMap;
use std::ops::Range;

use arrow_array::TimestampMicrosecondArray;
use rayon::prelude::*;

use crate::engine::ingest::Prepared;
use crate::engine::plan::{FactPlan, Plan};
use crate::expr::{Block, RootId};
use crate::fact::{self, Evidence, Passing, View};
use crate::time::{LocalClock, TimeRange, Timestamp};
use crate::timeline::Timeline;
use crate::value::Column;

/// How many profiles one task computes: their rows and columns fit in cache.
const PROFILES_PER_TASK: usize = 2_048;

/// The columns of tags at one instant.
pub(crate) struct TagTable<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) prepared: &'a Prepared,
    pub(crate) as_of: Timestamp,
    /// By column of the plan; `None` where it is not computed (yet).
    pub(crate) columns: Vec<Option<Column>>,
    /// The one profile whose rows are looked at; `None` for all.
    only: Option<usize>,
    /// The wall clock up to the table's instant.
    clock: LocalClock,
    filters: HashMap<(usize, RootId), Passing>,
    steps: HashMap<(usize, Vec<RootId>), Vec<Passing>>,
    /// Where each profile's rows of a source in a window lie: looked up once for all aggregates that share it.
    spans: HashMap<(usize, TimeRange), Vec<Range<u32>>>,
}

impl<'a> TagTable<'a> {
    pub(crate) fn new(plan: &'a Plan, prepared: &'a Prepared, as_of: Timestamp) -> Self {
        let columns = vec![None; plan.columns.len()];
        Self::with(plan, prepared, as_of, columns, None)
    }

    /// A table whose columns are computed, to ask about the rows of one profile.
    pub(crate) fn of_profile(
        plan: &'a Plan,
        prepared: &'a Prepared,
        columns: Vec<Option<Column>>,
        only: usize,
    ) -> Self {
        Self::with(plan, prepared, prepared.as_of, columns, Some(only))
    }

    fn with(
        plan: &'a Plan,
        prepared: &'a Prepared,
        as_of: Timestamp,
        columns: Vec<Option<Column>>,
        only: Option<usize>,
    ) -> Self {
        let clock = LocalClock::new(&plan.zone, TimeRange { from: Timestamp::MIN, to: as_of });
        let (filters, steps, spans) = Default::default();
        Self { plan, prepared, as_of, columns, only, clock, filters, steps, spans }
    }

    pub(crate) fn n_profiles(&self) -> usize {
        self.prepared.partition.len()
    }

    /// The stretch of time that an aggregate looks at.
    pub(crate) fn range(&self, fact: &FactPlan) -> TimeRange {
        let zone = &self.plan.zone;
        fact.window.ending_at(fact.instant(self.as_of, zone), zone)
    }

    /// An aggregate for all profiles.
    pub(crate) fn fact(&mut self, fact: &FactPlan) -> Vec<Column> {
        self.fact_within(fact, self.range(fact))
    }

    /// An aggregate over any stretch of time, for all profiles; labels look ahead.
    pub(crate) fn fact_within(&mut self, fact: &FactPlan, range: TimeRange) -> Vec<Column> {
        let n = self.n_profiles();
        let Some(view) = self.view(fact, range) else { return Vec::new() };
        let tasks: Vec<usize> = (0..n).step_by(PROFILES_PER_TASK).collect();
        let blocks: Vec<Vec<Column>> = tasks
            .into_par_iter()
            .map(|first| fact::compute(&fact.op, &view, first..(first + PROFILES_PER_TASK).min(n)))
            .collect();
        join(&blocks, || fact::compute(&fact.op, &view, 0..0))
    }

    /// An aggregate of one profile over a stretch of time: columns of one row.
    pub(crate) fn fact_of(&mut self, fact: &FactPlan, range: TimeRange, profile: usize) -> Vec<Column> {
        self.view(fact, range)
            .map_or_else(Vec::new, |view| fact::compute(&fact.op, &view, profile..profile + 1))
    }

    /// What an aggregate of one profile saw in a stretch of time.
    pub(crate) fn evidence(&mut self, fact: &FactPlan, range: TimeRange, profile: usize) -> Evidence {
        let evidence = self.view(fact, range).map(|view| fact::evidence(&fact.op, &view, profile));
        evidence.unwrap_or_default()
    }

    /// The rows of an aggregate. Filters, steps and windows are evaluated once for all aggregates that share them.
    fn view(&mut self, fact: &FactPlan, range: TimeRange) -> Option<View<'_>> {
        let timeline = self.prepared.timelines[fact.source].as_ref()?;
        let rows = self.only.map_or(0..timeline.len(), |profile| timeline.profile(profile));
        let (plan, as_of) = (self.plan, self.as_of);
        let pass = |root| passing(plan, fact.source, timeline, rows.clone(), root, as_of);
        for root in fact.filter.into_iter().chain(fact.narrowed) {
            self.filters.entry((fact.source, root)).or_insert_with(|| pass(root));
        }
        let steps = self.steps.entry((fact.source, fact.steps.clone()));
        let steps = steps.or_insert_with(|| fact.steps.iter().map(|&step| pass(step)).collect());
        if self.only.is_none() {
            self.spans.entry((fact.source, range)).or_insert_with(|| spans(timeline, range));
        }
        Some(View {
            timeline,
            range,
            spans: self.spans.get(&(fact.source, range)).map(Vec::as_slice),
            filter: fact.filter.and_then(|root| self.filters.get(&(fact.source, root))),
            last: fact.window.last_events(),
            narrowed: fact.narrowed.and_then(|root| self.filters.get(&(fact.source, root))),
            steps,
            as_of: fact.instant(as_of, &plan.zone),
            zone: &plan.zone,
            clock: &self.clock,
        })
    }

    /// The columns so far as the input of rules.
    pub(crate) fn block(&self) -> Block<'_> {
        let block = Block::new(self.n_profiles(), self.as_of, &self.plan.zone);
        let computed = self.columns.iter().enumerate().filter_map(|(i, column)| Some((i, column.as_ref()?)));
        computed.fold(block, |block, (i, column)| block.with(i, column))
    }
}

/// Where each profile's rows in a stretch of time lie.
fn spans(timeline: &Timeline, range: TimeRange) -> Vec<Range<u32>> {
    let span = |profile| {
        let rows = timeline.within(profile, range);
        rows.start as u32..rows.end as u32
    };
    (0..timeline.n_profiles()).into_par_iter().map(span).collect()
}

/// The rows of a stretch of a source for which a filter is true.
fn passing(
    plan: &Plan,
    source: usize,
    timeline: &Timeline,
    rows: Range<usize>,
    root: RootId,
    as_of: Timestamp,
) -> Passing {
    let source = &plan.sources[source];
    let has_time_field = source.filters.schema().fields().len() > source.columns.len();
    let time = has_time_field.then(|| {
        let times = TimestampMicrosecondArray::new(timeline.times()[rows.clone()].to_vec().into(), None);
        Column::Timestamp(times.with_timezone("UTC"))
    });
    let columns: Vec<Column> = timeline.columns().iter().map(|c| c.slice(rows.start, rows.len())).collect();
    let block = Block::new(rows.len(), as_of, &plan.zone).with_columns(columns.iter().chain(time.as_ref()));
    Passing {
        first: rows.start,
        bits: source.filters.select(root, &block).expect("invariant: the block has every column").is_true,
    }
}

/// Joins the columns of blocks end to end.
fn join(blocks: &[Vec<Column>], without_rows: impl Fn() -> Vec<Column>) -> Vec<Column> {
    let Some(first) = blocks.first() else { return without_rows() };
    (0..first.len())
        .map(|field| {
            let parts: Vec<Column> = blocks.iter().map(|block| block[field].clone()).collect();
            Column::concat(first[field].data_type(), &parts)
        })
        .collect()
}
