//! Aggregates of all profiles: one pass over the rows computes all that are asked for.

use std::collections::HashMap;
use std::ops::Range;

use arrow_array::TimestampMicrosecondArray;
use rayon::prelude::*;

use crate::engine::combine::of_trend;
use crate::engine::ingest::Prepared;
use crate::engine::plan::{FactPlan, Kind, Plan, SourcePlan, TagPlan};
use crate::engine::{EngineError, Run, Stage};
use crate::expr::{Block, RootId};
use crate::fact::{self, Op, Passing, View};
use crate::time::{LocalClock, TimeRange, Timestamp, Zone};
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

impl Wanted {
    /// An aggregate at an instant.
    pub(crate) fn at(fact: &FactPlan, as_of: Timestamp, zone: &Zone) -> Self {
        let range = fact.window.ending_at(fact.instant(as_of, zone), zone);
        Self { fact: fact.clone(), range }
    }
}

/// What tags want of the rows, computed: by tag, the columns of each aggregate.
/// Clones share the columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    by_tag: HashMap<String, Vec<Vec<Column>>>,
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
        let (mut names, mut wanted): (Vec<&String>, Vec<Wanted>) = Default::default();
        for tag in tags {
            let of_tag = of_tag(tag, as_of, &plan.zone);
            names.extend(of_tag.iter().map(|_| &tag.name));
            wanted.extend(of_tag);
        }
        let columns = compute(plan, prepared, as_of, &wanted, &|| run.again(stage))?;
        let mut by_tag: HashMap<String, Vec<Vec<Column>>> = HashMap::new();
        for (name, columns) in names.into_iter().zip(columns) {
            by_tag.entry(name.clone()).or_default().push(columns);
        }
        Ok(Self { by_tag })
    }

    /// The columns of a tag that wants one aggregate.
    pub(crate) fn of(&self, tag: &str) -> &[Column] {
        self.by_tag.get(tag).and_then(|aggregates| aggregates.first()).map_or(&[], Vec::as_slice)
    }

    /// Takes the columns of a tag that wants one aggregate.
    pub(crate) fn take(&mut self, tag: &str) -> Vec<Column> {
        self.take_all(tag).into_iter().next().unwrap_or_default()
    }

    /// Takes the columns of all aggregates of a tag.
    pub(crate) fn take_all(&mut self, tag: &str) -> Vec<Vec<Column>> {
        self.by_tag.remove(tag).unwrap_or_default()
    }
}

/// What a tag wants of the rows: its aggregates, the orders of RFM, whether there is an event to predict from.
pub(super) fn of_tag(tag: &TagPlan, as_of: Timestamp, zone: &Zone) -> Vec<Wanted> {
    let at = |fact: &FactPlan| Wanted::at(fact, as_of, zone);
    match &tag.kind {
        Kind::Fact(fact) => vec![at(fact)],
        Kind::FirstOf(facts) => facts.iter().map(at).collect(),
        Kind::Ratio(parts) => parts.iter().map(at).collect(),
        Kind::Trend(fact) => of_trend(fact, as_of, zone).into(),
        Kind::Rfm(rfm) => vec![at(&rfm.orders)],
        Kind::Lifetime(lifetime) => vec![at(&lifetime.orders.history)],
        Kind::Churn(churn) => vec![at(churn.fact())],
        Kind::Lifecycle(lifecycle) => vec![at(&lifecycle.rhythm)],
        Kind::Classify(classify) => vec![at(&seen(&classify.label))],
        Kind::Scorecard(scorecard) => vec![at(&seen(&scorecard.learn.label))],
        Kind::Model(model) => model.rows().map(at).into_iter().collect(),
        Kind::WhyChurned(_)
        | Kind::Bucket(_)
        | Kind::Tier(_)
        | Kind::Expression(_)
        | Kind::Exclusive(_)
        | Kind::Persona(_)
        | Kind::Table(_)
        | Kind::Score(_) => Vec::new(),
    }
}

/// Whether there is any event of the label's source.
pub(super) fn seen(label: &FactPlan) -> FactPlan {
    FactPlan::new(label.source, Op::Exists)
}

/// Computes aggregates for all profiles: for each the columns of its fields. `check` says whether to go on.
pub(super) fn compute(
    plan: &Plan,
    prepared: &Prepared,
    as_of: Timestamp,
    wanted: &[Wanted],
    check: &(dyn Fn() -> Result<(), EngineError> + Sync),
) -> Result<Vec<Vec<Column>>, EngineError> {
    let clock = LocalClock::new(&plan.zone, TimeRange { from: Timestamp::MIN, to: as_of });
    // For each that is wanted, its columns shard by shard.
    let mut parts: Vec<Vec<Vec<Column>>> = wanted.iter().map(|_| Vec::new()).collect();
    for (source, grouped) in prepared.timelines.iter().enumerate() {
        let of_source: Vec<usize> = (0..wanted.len()).filter(|&i| wanted[i].fact.source == source).collect();
        let Some(grouped) = grouped.as_ref().filter(|_| !of_source.is_empty()) else { continue };
        let pass =
            Pass { plan, as_of, clock: &clock, wanted: of_source.iter().map(|&i| &wanted[i]).collect() };
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
    as_of: Timestamp,
    clock: &'a LocalClock,
    wanted: Vec<&'a Wanted>,
}

impl Pass<'_> {
    /// The columns of each aggregate for the profiles of a shard.
    fn shard(&self, opened: &Opened<'_>, shard: usize) -> Vec<Vec<Column>> {
        let timeline = opened.timeline(shard);
        let wanted = self.wanted.iter().copied();
        let mut shared =
            Shared::of(self.plan, &timeline, 0..timeline.len(), self.as_of, self.clock, wanted.clone());
        shared.look_up_spans(wanted);
        let n = opened.profiles(shard).len();
        // Without profiles there is one empty block: columns have a type all the same.
        let firsts = (0..n.max(1)).step_by(PROFILES_PER_BLOCK);
        let blocks = firsts.map(|first| first..(first + PROFILES_PER_BLOCK).min(n));
        let mut parts: Vec<Vec<Vec<Column>>> = self.wanted.iter().map(|_| Vec::new()).collect();
        for profiles in blocks {
            for (wanted, part) in self.wanted.iter().zip(&mut parts) {
                part.push(fact::compute(&wanted.fact.op, &shared.view(wanted), profiles.clone()));
            }
        }
        parts.into_iter().map(join).collect()
    }
}

/// What aggregates over a stretch of a source's rows share: filters, steps and windows are evaluated once.
pub(super) struct Shared<'a> {
    plan: &'a Plan,
    timeline: &'a Timeline,
    as_of: Timestamp,
    clock: &'a LocalClock,
    /// By the instant, too: it is `NOW()`, which an offset moves.
    filters: HashMap<(RootId, Timestamp), Passing>,
    steps: HashMap<(Vec<RootId>, Timestamp), Vec<Passing>>,
    spans: HashMap<TimeRange, Vec<Range<u32>>>,
}

impl<'a> Shared<'a> {
    /// What these aggregates share over some rows of the timeline.
    pub(super) fn of<'w>(
        plan: &'a Plan,
        timeline: &'a Timeline,
        rows: Range<usize>,
        as_of: Timestamp,
        clock: &'a LocalClock,
        wanted: impl Iterator<Item = &'w Wanted>,
    ) -> Self {
        let (filters, steps, spans) = Default::default();
        let mut shared = Self { plan, timeline, as_of, clock, filters, steps, spans };
        for Wanted { fact, .. } in wanted {
            let (source, now) = (&plan.sources[fact.source], fact.instant(as_of, &plan.zone));
            let pass = |root| passing(plan, source, timeline, rows.clone(), root, now);
            for root in fact.filter.into_iter().chain(fact.narrowed) {
                shared.filters.entry((root, now)).or_insert_with(|| pass(root));
            }
            if !fact.steps.is_empty() {
                let steps = shared.steps.entry((fact.steps.clone(), now));
                steps.or_insert_with(|| fact.steps.iter().map(|&step| pass(step)).collect());
            }
        }
        shared
    }

    /// Looks up where each profile's rows in each window lie.
    fn look_up_spans<'w>(&mut self, wanted: impl Iterator<Item = &'w Wanted>) {
        for Wanted { range, .. } in wanted {
            let timeline = self.timeline;
            let span = |profile| {
                let rows = timeline.within(profile, *range);
                rows.start as u32..rows.end as u32
            };
            self.spans.entry(*range).or_insert_with(|| (0..timeline.n_profiles()).map(span).collect());
        }
    }

    /// The rows of an aggregate.
    pub(super) fn view(&self, wanted: &Wanted) -> View<'_> {
        let Wanted { fact, range } = wanted;
        let as_of = fact.instant(self.as_of, &self.plan.zone);
        let filter = |root: Option<RootId>| root.and_then(|root| self.filters.get(&(root, as_of)));
        let steps = if fact.steps.is_empty() { None } else { self.steps.get(&(fact.steps.clone(), as_of)) };
        View {
            timeline: self.timeline,
            range: *range,
            spans: self.spans.get(range).map(Vec::as_slice),
            filter: filter(fact.filter),
            last: fact.window.last_events(),
            narrowed: filter(fact.narrowed),
            steps: steps.map_or(&[], Vec::as_slice),
            as_of,
            zone: &self.plan.zone,
            clock: self.clock,
        }
    }
}

/// The rows of a stretch of a source for which a filter is true.
fn passing(
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
pub(super) fn join(mut parts: Vec<Vec<Column>>) -> Vec<Column> {
    let n_fields = parts.first().map_or(0, Vec::len);
    let mut fields: Vec<Vec<Column>> = (0..n_fields).map(|_| Vec::with_capacity(parts.len())).collect();
    for part in parts.drain(..) {
        for (field, column) in fields.iter_mut().zip(part) {
            field.push(column);
        }
    }
    fields.into_iter().map(|parts| Column::concat(parts[0].data_type(), &parts)).collect()
}
