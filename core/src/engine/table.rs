//! The columns of tags at one instant, computed one tag after the other.

use std::collections::HashMap;
use std::ops::Range;

use arrow_array::TimestampMicrosecondArray;
use rayon::prelude::*;

use crate::engine::ingest::Prepared;
use crate::engine::plan::{FactPlan, Plan};
use crate::expr::{Block, RootId};
use crate::fact::{self, Evidence, Passing, View};
use crate::time::{TimeRange, Timestamp};
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
    filters: HashMap<(usize, RootId), Passing>,
}

impl<'a> TagTable<'a> {
    pub(crate) fn new(plan: &'a Plan, prepared: &'a Prepared, as_of: Timestamp) -> Self {
        let columns = vec![None; plan.columns.len()];
        Self { plan, prepared, as_of, columns, only: None, filters: HashMap::new() }
    }

    /// A table whose columns are computed, to ask about the rows of one profile.
    pub(crate) fn of_profile(
        plan: &'a Plan,
        prepared: &'a Prepared,
        columns: Vec<Option<Column>>,
        only: usize,
    ) -> Self {
        Self { plan, prepared, as_of: prepared.as_of, columns, only: Some(only), filters: HashMap::new() }
    }

    pub(crate) fn n_profiles(&self) -> usize {
        self.prepared.partition.len()
    }

    /// An aggregate over the window that ends at the table's instant, for all profiles.
    pub(crate) fn fact(&mut self, fact: &FactPlan) -> Vec<Column> {
        let range = fact.window.ending_at(self.as_of, &self.plan.zone);
        self.fact_within(fact, range)
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

    /// An aggregate of one profile: columns of one row.
    pub(crate) fn fact_of(&mut self, fact: &FactPlan, profile: usize) -> Vec<Column> {
        let range = fact.window.ending_at(self.as_of, &self.plan.zone);
        self.view(fact, range)
            .map_or_else(Vec::new, |view| fact::compute(&fact.op, &view, profile..profile + 1))
    }

    /// What an aggregate of one profile saw.
    pub(crate) fn evidence(&mut self, fact: &FactPlan, profile: usize) -> (TimeRange, Evidence) {
        let range = fact.window.ending_at(self.as_of, &self.plan.zone);
        let evidence = self.view(fact, range).map(|view| fact::evidence(&fact.op, &view, profile));
        (range, evidence.unwrap_or_default())
    }

    /// The rows of an aggregate; its filter is evaluated once for all aggregates that share it.
    fn view(&mut self, fact: &FactPlan, range: TimeRange) -> Option<View<'_>> {
        let timeline = self.prepared.timelines[fact.source].as_ref()?;
        if let Some(root) = fact.filter {
            let rows = self.only.map_or(0..timeline.len(), |profile| timeline.profile(profile));
            let (plan, as_of) = (self.plan, self.as_of);
            self.filters
                .entry((fact.source, root))
                .or_insert_with(|| passing(plan, fact.source, timeline, rows, root, as_of));
        }
        Some(View {
            timeline,
            range,
            filter: fact.filter.and_then(|root| self.filters.get(&(fact.source, root))),
            as_of: self.as_of,
            zone: &self.plan.zone,
        })
    }

    /// The columns so far as the input of rules.
    pub(crate) fn block(&self) -> Block<'_> {
        let block = Block::new(self.n_profiles(), self.as_of, &self.plan.zone);
        let computed = self.columns.iter().enumerate().filter_map(|(i, column)| Some((i, column.as_ref()?)));
        computed.fold(block, |block, (i, column)| block.with(i, column))
    }
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
