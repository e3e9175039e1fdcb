//! The columns of tags at one instant, computed one tag after the other.

use std::collections::HashMap;

use arrow_array::TimestampMicrosecondArray;
use arrow_buffer::BooleanBuffer;
use rayon::prelude::*;

use crate::engine::ingest::Prepared;
use crate::engine::plan::{FactPlan, Plan, SourcePlan};
use crate::expr::{Block, RootId};
use crate::fact::{self, View};
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
    filters: HashMap<(usize, RootId), BooleanBuffer>,
}

impl<'a> TagTable<'a> {
    pub(crate) fn new(plan: &'a Plan, prepared: &'a Prepared, as_of: Timestamp) -> Self {
        Self { plan, prepared, as_of, columns: vec![None; plan.columns.len()], filters: HashMap::new() }
    }

    pub(crate) fn n_profiles(&self) -> usize {
        self.prepared.partition.len()
    }

    /// An aggregate over the window that ends at the table's instant.
    pub(crate) fn fact(&mut self, fact: &FactPlan) -> Vec<Column> {
        let range = fact.window.ending_at(self.as_of, &self.plan.zone);
        self.fact_within(fact, range)
    }

    /// An aggregate over any stretch of time; labels look ahead.
    pub(crate) fn fact_within(&mut self, fact: &FactPlan, range: TimeRange) -> Vec<Column> {
        let Some(timeline) = &self.prepared.timelines[fact.source] else { return Vec::new() };
        self.filter(fact);
        let view = View {
            timeline,
            range,
            filter: fact.filter.and_then(|root| self.filters.get(&(fact.source, root))),
            as_of: self.as_of,
            zone: &self.plan.zone,
        };
        let n = self.n_profiles();
        let tasks: Vec<usize> = (0..n).step_by(PROFILES_PER_TASK).collect();
        let blocks: Vec<Vec<Column>> = tasks
            .into_par_iter()
            .map(|first| fact::compute(&fact.op, &view, first..(first + PROFILES_PER_TASK).min(n)))
            .collect();
        join(blocks, || fact::compute(&fact.op, &view, 0..0))
    }

    /// What an aggregate of one profile saw.
    pub(crate) fn evidence(&mut self, fact: &FactPlan, profile: usize) -> (TimeRange, fact::Evidence) {
        let range = fact.window.ending_at(self.as_of, &self.plan.zone);
        let Some(timeline) = &self.prepared.timelines[fact.source] else {
            return (range, fact::Evidence { rows: Vec::new(), chosen: None });
        };
        self.filter(fact);
        let view = View {
            timeline,
            range,
            filter: fact.filter.and_then(|root| self.filters.get(&(fact.source, root))),
            as_of: self.as_of,
            zone: &self.plan.zone,
        };
        (range, fact::evidence(&fact.op, &view, profile))
    }

    /// Evaluates the filter of an aggregate over all rows of its source, once for all aggregates that share it.
    fn filter(&mut self, fact: &FactPlan) {
        let Some(root) = fact.filter else { return };
        let key = (fact.source, root);
        if self.filters.contains_key(&key) {
            return;
        }
        if let Some(timeline) = &self.prepared.timelines[fact.source] {
            let passing = passing(&self.plan.sources[fact.source], timeline, root, self.as_of, self.plan);
            self.filters.insert(key, passing);
        }
    }

    /// The columns so far as the input of rules.
    pub(crate) fn block(&self) -> Block<'_> {
        Block {
            columns: self.columns.iter().map(Option::as_ref).collect(),
            len: self.n_profiles(),
            as_of: self.as_of,
            zone: &self.plan.zone,
        }
    }
}

/// The rows of a source for which a filter is true.
fn passing(source: &SourcePlan, timeline: &Timeline, root: RootId, as_of: Timestamp, plan: &Plan) -> BooleanBuffer {
    let has_time_field = source.filters.schema().fields().len() > source.columns.len();
    let time = has_time_field.then(|| {
        let times = TimestampMicrosecondArray::new(timeline.times().to_vec().into(), None);
        Column::Timestamp(times.with_timezone("UTC"))
    });
    let block = Block {
        columns: timeline.columns().iter().chain(time.as_ref()).map(Some).collect(),
        len: timeline.len(),
        as_of,
        zone: &plan.zone,
    };
    source.filters.select(root, &block).is_true
}

/// Joins the columns of blocks end to end.
fn join(blocks: Vec<Vec<Column>>, without_rows: impl Fn() -> Vec<Column>) -> Vec<Column> {
    let Some(first) = blocks.first() else { return without_rows() };
    (0..first.len())
        .map(|field| {
            let parts: Vec<Column> = blocks.iter().map(|block| block[field].clone()).collect();
            Column::concat(first[field].data_type(), &parts)
        })
        .collect()
}
