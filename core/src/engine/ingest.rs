//! From tables to timelines: read, join identifiers, group by profile.

use arrow_array::Array;
use rayon::prelude::*;
use serde::Serialize;

use crate::catalog::model::SourceKind;
use crate::engine::plan::{Plan, SourcePlan};
use crate::engine::{EngineError, Run, Stage};
use crate::identity::{IdentityReport, Links, Partition, RowKeys, Rules};
use crate::source::{self, Dataset, Lookups, Rows, SourceReport};
use crate::time::Timestamp;
use crate::timeline::{NO_PROFILE, Repeats, Timeline, Ungrouped};
use crate::value::{Column, StringColumn};

// Identity says it, the timeline reads it; neither module knows the other.
const _: () = assert!(crate::identity::NO_PROFILE == NO_PROFILE);

/// All rows before an instant, grouped by profile.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) as_of: Timestamp,
    pub(crate) partition: Partition,
    /// By source; `None` for lookups.
    pub(crate) timelines: Vec<Option<Timeline>>,
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
    /// Rows at or after `as_of`: sound, but not yet known.
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
    let table_of = |source: &SourcePlan| {
        tables.get(&source.name).expect("invariant: the names were checked against the plan")
    };
    let mut lookups = Lookups::new();
    let mut summaries: Vec<Option<SourceSummary>> = vec![None; plan.sources.len()];
    let mut rows: Vec<Option<Rows>> = vec![None; plan.sources.len()];
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
        let (read, report) = source::read(name, def, &plan.zone, table, &lookups, as_of)?;
        let mut summary = SourceSummary::of(report);
        rows[i] = Some(before(read, as_of, &mut summary));
        summaries[i] = Some(summary);
    }
    let mut summaries: Vec<SourceSummary> = summaries.into_iter().flatten().collect();

    run.step(Stage::Identify, 0, 1, "")?;
    let rules = Rules::new(&plan.file.identifiers)?;
    let mut links = Links::new(&rules);
    let mut keys: Vec<Option<RowKeys>> = Vec::with_capacity(rows.len());
    for rows in &rows {
        keys.push(rows.as_ref().map(|rows| add_links(&mut links, &rules, rows)).transpose()?);
    }
    let partition = links.resolve();

    let mut timelines = Vec::with_capacity(rows.len());
    let n = plan.sources.len();
    for (i, ((source, rows), keys)) in plan.sources.iter().zip(rows).zip(keys).enumerate() {
        run.step(Stage::Group, i, n, &source.name)?;
        let (Some(rows), Some(keys)) = (rows, keys) else {
            timelines.push(None);
            continue;
        };
        timelines.push(Some(group(source, &rows, &keys, &partition, &mut summaries[i])));
    }
    let report = IngestReport {
        sources: summaries,
        identity: partition.report().clone(),
        profiles: partition.len() as u64,
    };
    Ok(Prepared { as_of, partition, timelines, report })
}

/// Leaves out the rows at or after `as_of`: nobody may know them yet, not even who they belong to. A record without a
/// time counts as the oldest.
fn before(rows: Rows, as_of: Timestamp, summary: &mut SourceSummary) -> Rows {
    let Some(times) = &rows.time else { return rows };
    let known = |row: &u32| times.is_null(*row as usize) || times.value(*row as usize) < as_of.micros();
    let keep: Vec<u32> = (0..rows.len as u32).filter(known).collect();
    summary.after_as_of = (rows.len - keep.len()) as u64;
    if keep.len() == rows.len { rows } else { rows.take(&keep) }
}

fn add_links(links: &mut Links, rules: &Rules, rows: &Rows) -> Result<RowKeys, EngineError> {
    let columns: Vec<(usize, StringColumn)> = rows
        .identifiers
        .iter()
        .filter_map(|(kind, column)| Some((rules.index_of(kind)?, column.clone())))
        .collect();
    Ok(links.add_rows(&columns, rows.len)?)
}

fn group(
    source: &SourcePlan,
    rows: &Rows,
    keys: &RowKeys,
    partition: &Partition,
    summary: &mut SourceSummary,
) -> Timeline {
    let profile_of_row = partition.profiles_of(keys);
    summary.without_profile =
        profile_of_row.par_iter().filter(|profile| **profile == NO_PROFILE).count() as u64;
    let columns: Vec<Column> = rows.columns.iter().map(|(_, column)| column.clone()).collect();
    debug_assert_eq!(columns.len(), source.columns.len());
    let times: Option<Vec<i64>> = rows
        .time
        .as_ref()
        .map(|times| times.iter().map(|time| time.unwrap_or(Timestamp::MIN.micros())).collect());
    let row_numbers: Vec<u32> = (0..rows.len).map(|row| rows.number(row)).collect();
    let (timeline, repeated) = Timeline::build(&Ungrouped {
        n_profiles: partition.len(),
        profile_of_row: &profile_of_row,
        times: times.as_deref(),
        event_id: &rows.event_id,
        columns: &columns,
        row_numbers: &row_numbers,
    });
    summary.repeated = repeated;
    summary.used = timeline.len() as u64;
    timeline
}
