//! Aggregates of all profiles: one pass over the rows computes all that are asked for.

use std::collections::HashMap;
use std::ops::Range;

use arrow_array::TimestampMicrosecondArray;
use rayon::prelude::*;

use crate::engine::ingest::Prepared;
use crate::engine::plan::{FactPlan, Kind, Plan, SourcePlan, TagPlan};
use crate::engine::{EngineError, Run, Stage};
use crate::expr::{Block, RootId};
use crate::fact::{self, Op, Passing, View};
use crate::time::{TimeRange, Timestamp, Window};
use crate::timeline::{Opened, Timeline};
use crate::value::Column;

/// How many profiles are computed at a time: their rows and columns fit in cache.
const PROFILES_PER_BLOCK: usize = 2_048;

/// An aggregate over a stretch of time.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) fact: FactPlan,
    pub(crate) range: TimeRange,
}

/// What tags want of the rows, computed: by tag.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    by_tag: HashMap<String, Vec<Column>>,
}

impl Facts {
    /// What the tags want at an instant; `stage` is what the observer is told.
    pub(crate) fn at<'p>(
        plan: &'p Plan,
        prepared: &Prepared,
        as_of: Timestamp,
        tags: impl Iterator<Item = &'p TagPlan>,
        run: &Run<'_>,
        stage: Stage,
    ) -> Result<Self, EngineError> {
        let (names, wanted): (Vec<&String>, Vec<Wanted>) = tags
            .filter_map(|tag| {
                let fact = of_tag(tag)?;
                let range = fact.window.ending_at(as_of, &plan.zone);
                Some((&tag.name, Wanted { fact, range }))
            })
            .unzip();
        let columns = compute(plan, prepared, as_of, &wanted, &|| run.again(stage))?;
        Ok(Self { by_tag: names.into_iter().cloned().zip(columns).collect() })
    }

    /// The columns of a tag.
    pub(crate) fn of(&self, tag: &str) -> &[Column] {
        self.by_tag.get(tag).map_or(&[], Vec::as_slice)
    }

    /// Takes the columns of a tag.
    pub(crate) fn take(&mut self, tag: &str) -> Vec<Column> {
        self.by_tag.remove(tag).unwrap_or_default()
    }
}

/// What a tag wants of the rows: its aggregate, the orders of RFM, whether there is an event to predict from.
fn of_tag(tag: &TagPlan) -> Option<FactPlan> {
    match &tag.kind {
        Kind::Fact(fact) => Some(fact.clone()),
        Kind::Rfm(rfm) => Some(rfm.orders.clone()),
        Kind::Classify(classify) => Some(seen(&classify.label)),
        Kind::Tier(_) | Kind::Expression(_) => None,
    }
}

/// Whether there is any event of the label's source.
pub(super) fn seen(label: &FactPlan) -> FactPlan {
    FactPlan { source: label.source, op: Op::Exists, window: Window::All, filter: None }
}

/// Computes aggregates for all profiles: for each the columns of its fields. `check` says whether to go on.
pub(super) fn compute(
    plan: &Plan,
    prepared: &Prepared,
    as_of: Timestamp,
    wanted: &[Wanted],
    check: &(dyn Fn() -> Result<(), EngineError> + Sync),
) -> Result<Vec<Vec<Column>>, EngineError> {
    // For each that is wanted, its columns shard by shard.
    let mut parts: Vec<Vec<Vec<Column>>> = wanted.iter().map(|_| Vec::new()).collect();
    for (source, grouped) in prepared.timelines.iter().enumerate() {
        let of_source: Vec<usize> = (0..wanted.len()).filter(|&i| wanted[i].fact.source == source).collect();
        let Some(grouped) = grouped.as_ref().filter(|_| !of_source.is_empty()) else { continue };
        let pass = Pass { plan, source, as_of, wanted: of_source.iter().map(|&i| &wanted[i]).collect() };
        for part in 0..grouped.n_parts() {
            let opened = grouped.open(part)?;
            let shards: Result<Vec<Vec<Vec<Column>>>, EngineError> = opened
                .shards()
                .into_par_iter()
                .map(|shard| {
                    check()?;
                    Ok(pass.shard(&opened, shard))
                })
                .collect();
            for shard in shards? {
                for (columns, &i) in shard.into_iter().zip(&of_source) {
                    parts[i].push(columns);
                }
            }
        }
    }
    Ok(parts.into_par_iter().map(join).collect())
}

/// One pass over the rows of a source.
struct Pass<'a> {
    plan: &'a Plan,
    source: usize,
    as_of: Timestamp,
    wanted: Vec<&'a Wanted>,
}

impl Pass<'_> {
    /// The columns of each aggregate for the profiles of a shard.
    fn shard(&self, opened: &Opened<'_>, shard: usize) -> Vec<Vec<Column>> {
        let timeline = opened.timeline(shard);
        let source = &self.plan.sources[self.source];
        let mut filters: HashMap<RootId, Passing> = HashMap::new();
        for root in self.wanted.iter().filter_map(|wanted| wanted.fact.filter) {
            let passing = || passing(self.plan, source, &timeline, 0..timeline.len(), root, self.as_of);
            filters.entry(root).or_insert_with(passing);
        }
        let n = opened.profiles(shard).len();
        // Without profiles there is one empty block: columns have a type all the same.
        let firsts = (0..n.max(1)).step_by(PROFILES_PER_BLOCK);
        let blocks = firsts.map(|first| first..(first + PROFILES_PER_BLOCK).min(n));
        let mut parts: Vec<Vec<Vec<Column>>> = self.wanted.iter().map(|_| Vec::new()).collect();
        for block in blocks {
            self.block(&timeline, &filters, block, &mut parts);
        }
        parts.into_iter().map(join).collect()
    }

    /// Adds the columns of each aggregate for a block of profiles.
    fn block(
        &self,
        timeline: &Timeline,
        filters: &HashMap<RootId, Passing>,
        profiles: Range<usize>,
        parts: &mut [Vec<Vec<Column>>],
    ) {
        for (wanted, part) in self.wanted.iter().zip(parts) {
            let view = View {
                timeline,
                range: wanted.range,
                filter: wanted.fact.filter.and_then(|root| filters.get(&root)),
                as_of: self.as_of,
                zone: &self.plan.zone,
            };
            part.push(fact::compute(&wanted.fact.op, &view, profiles.clone()));
        }
    }
}

/// The rows of a stretch of a source for which a filter is true.
pub(super) fn passing(
    plan: &Plan,
    source: &SourcePlan,
    timeline: &Timeline,
    rows: Range<usize>,
    root: RootId,
    as_of: Timestamp,
) -> Passing {
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

/// Joins the columns of stretches end to end; each stretch is let go when its column is copied.
fn join(mut parts: Vec<Vec<Column>>) -> Vec<Column> {
    let n_fields = parts.first().map_or(0, Vec::len);
    let mut fields: Vec<Vec<Column>> = (0..n_fields).map(|_| Vec::with_capacity(parts.len())).collect();
    for part in parts.drain(..) {
        for (field, column) in fields.iter_mut().zip(part) {
            field.push(column);
        }
    }
    fields.into_iter().map(|parts| Column::concat(parts[0].data_type(), &parts)).collect()
}
