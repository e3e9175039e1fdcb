//! From tables to timelines: read, join identifiers, group by profile.

use serde::Serialize;

use crate::catalog::model::SourceKind;
use crate::engine::collect::{Collected, Collector, too_much_text};
use crate::engine::plan::{Plan, SourcePlan};
use crate::engine::{EngineError, Run, Stage};
use crate::identity::{IdentityReport, Links, Partition, Rules};
use crate::source::{self, Dataset, Lookups, Reach, SourceReport};
use crate::time::Timestamp;
use crate::timeline::{GroupError, Grouped, Grouping, NO_PROFILE, Repeats, Shape, Waiting, group};
use crate::value::{ByCode, DataType, ValueSet};

// Identity says it, the timeline reads it; neither module knows the other.
const _: () = assert!(crate::identity::NO_PROFILE == NO_PROFILE);

/// All rows before an instant, grouped by profile.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) as_of: Timestamp,
    pub(crate) partition: Partition,
    /// By source; `None` for lookups.
    pub(crate) timelines: Vec<Option<Grouped>>,
    pub(crate) report: IngestReport,
}

/// What became of the rows of all sources.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct IngestReport {
    /// By source, in the order of the catalogue.
    pub sources: Vec<SourceSummary>,
    /// How identifiers were joined, and what was refused.
    pub identity: IdentityReport,
    /// How many profiles there are.
    pub profiles: u64,
}

/// What became of the rows of one source. Every row that was read is in exactly one of: rejected, after `as_of`,
/// without profile, repeated, used.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct SourceSummary {
    /// What the reader found.
    #[serde(flatten)]
    pub read: SourceReport,
    /// Rows at or after `as_of`, not yet known: they are not looked at, and row groups of a Parquet file that have no
    /// others are not read. They count as accepted.
    pub after_as_of: u64,
    /// Rows whose identifiers are all invalid or blocked.
    pub without_profile: u64,
    /// Events that their profile has already.
    pub repeated: Repeats,
    /// Rows that tags are computed from.
    pub used: u64,
}

impl SourceSummary {
    fn of(read: SourceReport) -> Self {
        Self { read, after_as_of: 0, without_profile: 0, repeated: Repeats::default(), used: 0 }
    }
}

/// Reads all sources of the plan and groups their rows by profile.
pub(crate) fn prepare(
    plan: &Plan,
    tables: &Dataset,
    as_of: Timestamp,
    run: &Run<'_>,
) -> Result<Prepared, EngineError> {
    tables.check_names(plan.sources.iter().map(|source| source.name.as_str()))?;
    let rules = Rules::new(&plan.file.identifiers)?;
    let (mut summaries, collected) = read(plan, tables, as_of, &rules, run)?;

    run.step(Stage::Identify, 0, 1, "")?;
    let mut links = Links::new(&rules);
    let mut keyed: Vec<Option<Keyed>> = Vec::with_capacity(collected.len());
    for source in collected {
        keyed.push(source.map(|source| add_links(&mut links, source, run)).transpose()?);
    }
    let partition = links.resolve();
    drop(links);

    let mut timelines = Vec::with_capacity(keyed.len());
    let n = plan.sources.len();
    for (i, (source, keyed)) in plan.sources.iter().zip(keyed).enumerate() {
        run.step(Stage::Group, i, n, &source.name)?;
        let grouped = keyed.map(|keyed| group_source(source, keyed, &partition, &mut summaries[i], run));
        timelines.push(grouped.transpose()?);
    }
    let report = IngestReport {
        sources: summaries,
        identity: partition.report().clone(),
        profiles: partition.len() as u64,
    };
    Ok(Prepared { as_of, partition, timelines, report })
}

/// Reads all sources, lookups first; gives what became of the rows, and the rows of the others.
fn read(
    plan: &Plan,
    tables: &Dataset,
    as_of: Timestamp,
    rules: &Rules,
    run: &Run<'_>,
) -> Result<(Vec<SourceSummary>, Vec<Option<Collected>>), EngineError> {
    let table_of = |source: &SourcePlan| {
        tables.get(&source.name).expect("invariant: the names were checked against the plan")
    };
    let budget = run.budget();
    let mut lookups = Lookups::new();
    let mut summaries: Vec<Option<SourceSummary>> = vec![None; plan.sources.len()];
    let mut collected: Vec<Option<Collected>> = plan.sources.iter().map(|_| None).collect();
    let (first, then): (Vec<usize>, Vec<usize>) =
        (0..plan.sources.len()).partition(|&i| plan.sources[i].def.kind == SourceKind::Lookup);
    for (done, i) in first.into_iter().chain(then).enumerate() {
        let source = &plan.sources[i];
        run.step(Stage::Read, done, plan.sources.len(), &source.name)?;
        let (name, def, table) = (&source.name, &source.def, table_of(source));
        if def.kind == SourceKind::Lookup {
            let mut summary = SourceSummary::of(lookups.load(name, def, &plan.zone, table, as_of)?);
            summary.used = summary.read.accepted;
            summaries[i] = Some(summary);
            continue;
        }
        let collector = Collector::new(name, def, rules, &budget);
        let take = |piece| run.again(Stage::Read).and_then(|()| collector.take(&piece));
        // Nobody may know later rows yet, not even who they belong to. A record without a time counts as the oldest.
        let reach = Reach { as_of, before: Some(as_of) };
        let taken = source::read_pieces(name, def, &plan.zone, table, &lookups, reach, &take)?;
        summaries[i] = Some(SourceSummary { after_as_of: taken.later, ..SourceSummary::of(taken.report) });
        collected[i] = Some(collector.finish(taken.pieces)?);
    }
    Ok((summaries.into_iter().flatten().collect(), collected))
}

/// The rows of a source and what tells whose they are.
struct Keyed {
    waiting: Waiting,
    texts: Vec<ValueSet>,
    keys: WhoseIs,
}

enum WhoseIs {
    /// One kind of identifiers: the node of each code.
    Nodes(ByCode),
    /// Several kinds: rows have the numbers of their combinations.
    Tuples,
}

fn add_links(links: &mut Links, source: Collected, run: &Run<'_>) -> Result<Keyed, EngineError> {
    let Collected { mut waiting, identifiers, texts, .. } = source;
    let alone = identifiers.len() == 1;
    let mut nodes: Vec<(usize, ByCode)> = Vec::with_capacity(identifiers.len());
    for (kind, values) in identifiers {
        nodes.push((kind, links.add_values(kind, values, alone)?));
    }
    if alone && let Some((_, nodes)) = nodes.pop() {
        return Ok(Keyed { waiting, texts, keys: WhoseIs::Nodes(nodes) });
    }
    for piece in &mut waiting.pieces {
        run.again(Stage::Identify)?;
        let keys = piece.keys(&waiting.disk)?;
        let columns = nodes.iter().zip(keys.iter()).map(|((kind, nodes), codes)| (*kind, nodes, &codes[..]));
        let tuples = links.add_tuples(&columns.collect::<Vec<_>>(), piece.len)?;
        piece.replace_keys(tuples, &waiting.disk)?;
    }
    Ok(Keyed { waiting, texts, keys: WhoseIs::Tuples })
}

fn group_source(
    source: &SourcePlan,
    keyed: Keyed,
    partition: &Partition,
    summary: &mut SourceSummary,
    run: &Run<'_>,
) -> Result<Grouped, EngineError> {
    let Keyed { waiting, texts, keys } = keyed;
    let types = source.types.iter().copied().chain(waiting.event_id_types.iter().copied());
    let (mut columns, mut places) = (Vec::new(), Vec::new());
    for (i, (data_type, texts)) in types.zip(texts).enumerate() {
        let has_texts = matches!(data_type, DataType::String | DataType::StringSet);
        let found =
            has_texts.then(|| texts.into_texts().ok_or_else(|| too_much_text(&source.name, &source.def, i)));
        let (all, place) = found.transpose()?.unzip();
        columns.push((data_type, all));
        places.push(place);
    }
    let by_code = match &keys {
        WhoseIs::Nodes(nodes) => Some(partition.profiles_by_code(nodes)),
        WhoseIs::Tuples => None,
    };
    let profile = |key: u32| match &by_code {
        Some(profiles) => profiles.get(key),
        None => partition.profile_of_tuple(key),
    };
    let grouping = Grouping {
        n_profiles: partition.len(),
        shape: Shape { columns, n_columns: source.columns.len() },
        profiles: &|keys: &mut [u32]| keys.iter_mut().for_each(|key| *key = profile(*key)),
        text: &|column: usize, code: u32| places[column].as_ref().map_or(0, |places| places.get(code)),
        check: &|| run.again(Stage::Group).is_ok(),
    };
    let (grouped, without_profile) = group(waiting, &grouping).map_err(|error| match error {
        GroupError::Spill(error) => EngineError::Spill(error),
        GroupError::Stopped => EngineError::Stopped,
    })?;
    summary.without_profile = without_profile;
    summary.repeated = grouped.repeats();
    summary.used = grouped.n_rows();
    Ok(grouped)
}
