//! Grouping: from pieces in the order of the table to shards in the order of profiles.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::timeline::grouped::{Grouped, Part, PartRows, Shape, SortedRows};
use crate::timeline::pack::PackedRows;
use crate::timeline::spill::{Budget, Extent, Kept, SpillError, SpillFile};
use crate::timeline::{NO_PROFILE, Repeats};
use crate::value::{DataType, Packed};

/// About how many rows a shard has: what a few columns of them take stays in cache.
const SHARD_ROWS: u64 = 65_536;
/// At most how many profiles a shard has: 16 bits number them.
const SHARD_PROFILES: usize = 1 << 16;
/// Profiles are counted by stretches, of which there are at most so many.
const STRETCHES: usize = 1 << 14;
/// Timelines that take less room than this, all together, are kept.
const KEPT_BYTES: u64 = 256 << 20;

/// The pieces of one source that were put aside while it was read, and the codes of their identifiers.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) disk: Disk,
    pub(crate) pieces: Vec<WaitingPiece>,
    /// The types of the columns that name an event.
    pub(crate) event_id_types: Vec<DataType>,
}

/// Where rows wait that do not fit into memory.
#[derive(Debug, Clone)]
pub(crate) struct Disk {
    pub(crate) budget: Budget,
    pub(crate) file: Option<Arc<SpillFile>>,
}

#[derive(Debug)]
pub(crate) struct WaitingPiece {
    pub(crate) len: usize,
    pub(crate) keys: Keys,
    pub(crate) rows: Kept<PackedRows>,
}

/// What tells whose the rows of a piece are.
#[derive(Debug)]
pub(crate) enum Keys {
    /// The code of each row's identifier, kind after kind.
    Memory(Vec<Vec<u32>>),
    Disk(Extent),
    Profiles(Vec<u32>),
}

/// Where the rows of a source go.
pub(crate) struct Grouping<'a> {
    pub(crate) n_profiles: usize,
    pub(crate) shape: Shape,
    /// Makes profiles of keys.
    pub(crate) profiles: &'a (dyn Fn(&mut [u32]) + Sync),
    /// The place of a common code among the texts of a column.
    pub(crate) text: &'a (dyn Fn(usize, u32) -> u32 + Sync),
    /// Whether to go on, asked now and then.
    pub(crate) check: &'a (dyn Fn() -> bool + Sync),
}

/// Why grouping ended early.
#[derive(Debug)]
pub(crate) enum GroupError {
    Spill(SpillError),
    Stopped,
}

impl From<SpillError> for GroupError {
    fn from(error: SpillError) -> Self {
        Self::Spill(error)
    }
}

impl WaitingPiece {
    /// The keys of the rows, kind after kind.
    pub(crate) fn keys(&self, disk: &Disk) -> Result<Cow<'_, [Vec<u32>]>, SpillError> {
        match &self.keys {
            Keys::Memory(keys) => Ok(Cow::Borrowed(keys)),
            Keys::Profiles(_) => Ok(Cow::Borrowed(&[])),
            Keys::Disk(extent) => {
                let bytes = disk.read(*extent)?;
                let kinds = bytes.chunks_exact((self.len * 4).max(1));
                let kinds =
                    kinds.map(|kind| kind.as_chunks().0.iter().map(|&key| u32::from_le_bytes(key)).collect());
                Ok(Cow::Owned(kinds.collect()))
            }
        }
    }

    /// Puts one key in the place of those that the rows have.
    pub(crate) fn replace_keys(&mut self, keys: Vec<u32>, disk: &Disk) -> Result<(), SpillError> {
        self.keys = match (&self.keys, &disk.file) {
            (Keys::Disk(_), Some(file)) => {
                Keys::Disk(file.write(&key_bytes(&keys)).map_err(|error| disk.budget.error(error))?)
            }
            _ => Keys::Memory(vec![keys]),
        };
        Ok(())
    }

    /// The profile of each row.
    fn profiles(&mut self, disk: &Disk, to: &Grouping<'_>) -> Result<Vec<u32>, SpillError> {
        let mut keys = match &mut self.keys {
            Keys::Profiles(profiles) => return Ok(std::mem::take(profiles)),
            Keys::Memory(keys) => keys.pop().unwrap_or_default(),
            Keys::Disk(_) => self.keys(disk)?.into_owned().pop().unwrap_or_default(),
        };
        (to.profiles)(&mut keys);
        Ok(keys)
    }
}

impl Disk {
    fn read(&self, extent: Extent) -> Result<Vec<u8>, SpillError> {
        match &self.file {
            Some(file) => file.read(extent).map_err(|error| self.budget.error(error)),
            None => Ok(Vec::new()),
        }
    }
}

/// Keys as they are written to disk.
pub(crate) fn key_bytes(keys: &[u32]) -> Vec<u8> {
    keys.iter().flat_map(|key| key.to_le_bytes()).collect()
}

/// Groups the rows of a source. Says how many belong to nobody.
///
/// # Errors
/// [`GroupError`] where the disk fails, or where `check` says not to go on.
pub(crate) fn group(mut waiting: Waiting, to: &Grouping<'_>) -> Result<(Grouped, u64), GroupError> {
    // A power of two: every row asks for its stretch.
    let shift = to.n_profiles.div_ceil(STRETCHES).max(1).next_power_of_two().trailing_zeros();
    let (counts, without_profile) = count(&mut waiting, to, shift)?;
    let on_disk = waiting.pieces.iter().any(|piece| matches!(piece.rows, Kept::Disk(_)));
    let shard_rows = if on_disk { fitting_rows(&waiting.disk.budget, &to.shape) } else { SHARD_ROWS };
    let layout = Layout::new(&counts, to.n_profiles, shift, shard_rows);
    let n_rows: u64 = counts.iter().sum();
    let mut grouped = Grouped {
        shape: to.shape.clone(),
        shards: layout.shards.clone(),
        parts: Vec::new(),
        budget: waiting.disk.budget.clone(),
        file: None,
        n_rows,
        repeats: Repeats::default(),
    };
    if on_disk {
        sort_to_disk(waiting, to, &layout, &mut grouped)?;
    } else {
        let Waiting { disk, pieces, .. } = waiting;
        let sorted: Result<Vec<SortedRows>, GroupError> = pieces
            .into_par_iter()
            .map(|mut piece| {
                let profiles = piece.profiles(&disk, to)?;
                let Kept::Memory(rows) = piece.rows else { return Ok(None) };
                disk.budget.give(rows.bytes());
                sort(rows, &profiles, to, &layout).map(Some)
            })
            .filter_map(Result::transpose)
            .collect();
        let shards = 0..layout.shards.len();
        grouped.parts.push(Part { shards, rows: PartRows::Memory(sorted?) });
    }
    settle(&mut grouped, to)?;
    Ok((grouped, without_profile))
}

/// Where each profile goes.
struct Layout {
    shards: Vec<Range<usize>>,
    /// By stretch of profiles.
    shard_of: Vec<u32>,
    shift: u32,
}

impl Layout {
    fn new(counts: &[u64], n_profiles: usize, shift: u32, shard_rows: u64) -> Self {
        let mut shards: Vec<Range<usize>> = Vec::new();
        let mut shard_of = Vec::with_capacity(counts.len());
        let mut rows = 0;
        for (stretch, &count) in counts.iter().enumerate() {
            let profiles = stretch << shift..((stretch + 1) << shift).min(n_profiles);
            match shards.last_mut() {
                Some(last)
                    if (rows + count <= shard_rows || rows == 0)
                        && profiles.end - last.start <= SHARD_PROFILES =>
                {
                    last.end = profiles.end;
                    rows += count;
                }
                _ => {
                    shards.push(profiles);
                    rows = count;
                }
            }
            shard_of.push(shards.len() as u32 - 1);
        }
        if shards.is_empty() {
            shards.push(0..0);
        }
        Self { shards, shard_of, shift }
    }

    fn shard(&self, profile: u32) -> usize {
        self.shard_of[profile as usize >> self.shift] as usize
    }
}

/// How many rows each stretch of profiles has, and how many rows belong to nobody.
fn count(waiting: &mut Waiting, to: &Grouping<'_>, shift: u32) -> Result<(Vec<u64>, u64), GroupError> {
    let n_stretches = to.n_profiles.div_ceil(1 << shift);
    let disk = waiting.disk.clone();
    waiting
        .pieces
        .par_iter_mut()
        .try_fold(
            || (vec![0; n_stretches], 0),
            |(mut counts, mut nobody), piece| {
                go_on(to)?;
                let profiles = piece.profiles(&disk, to)?;
                for &profile in &profiles {
                    if profile == NO_PROFILE {
                        nobody += 1;
                    } else {
                        counts[profile as usize >> shift] += 1;
                    }
                }
                if matches!(piece.keys, Keys::Memory(_)) {
                    piece.keys = Keys::Profiles(profiles);
                }
                Ok((counts, nobody))
            },
        )
        .try_reduce(
            || (vec![0; n_stretches], 0),
            |(mut counts, nobody), (more, others)| {
                counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
                Ok((counts, nobody + others))
            },
        )
}

fn go_on(to: &Grouping<'_>) -> Result<(), GroupError> {
    if (to.check)() { Ok(()) } else { Err(GroupError::Stopped) }
}

/// Puts the rows of a piece in the order of shards; those of nobody are left out.
fn sort(
    rows: PackedRows,
    profiles: &[u32],
    to: &Grouping<'_>,
    layout: &Layout,
) -> Result<SortedRows, GroupError> {
    go_on(to)?;
    let mut starts = vec![0u32; layout.shards.len() + 1];
    for &profile in profiles.iter().filter(|&&profile| profile != NO_PROFILE) {
        starts[layout.shard(profile) + 1] += 1;
    }
    for shard in 0..layout.shards.len() {
        starts[shard + 1] += starts[shard];
    }
    let mut next = starts.clone();
    let n_rows = starts[layout.shards.len()] as usize;
    let (mut order, mut locals) = (vec![0u32; n_rows], vec![0u32; n_rows]);
    for (row, &profile) in profiles.iter().enumerate() {
        if profile != NO_PROFILE {
            let shard = layout.shard(profile);
            let place = &mut next[shard];
            order[*place as usize] = row as u32;
            locals[*place as usize] = profile - layout.shards[shard].start as u32;
            *place += 1;
        }
    }
    let text = |column: usize| {
        let n_texts = to.shape.columns[column].1.as_ref()?;
        Some((move |code| (to.text)(column, code), arrow_array::Array::len(&**n_texts)))
    };
    let columns = rows.columns.into_iter().enumerate().map(|(i, column)| match text(i) {
        Some((place, end)) => column.take(&order, Some((&place, end))),
        None => column.take(&order, None),
    });
    let offsets = match &rows.offsets {
        Some(offsets) => offsets.take(&order),
        None => Packed::codes(&order, 1 << 16, None),
    };
    Ok(SortedRows {
        first: rows.first,
        starts,
        profiles: Packed::codes(&locals, SHARD_PROFILES, None),
        offsets,
        times: rows.times.map(|times| times.take(&order)),
        columns: columns.collect(),
    })
}

/// Writes the rows of each part of the shards together, piece by piece.
fn sort_to_disk(
    waiting: Waiting,
    to: &Grouping<'_>,
    layout: &Layout,
    grouped: &mut Grouped,
) -> Result<(), GroupError> {
    let Waiting { disk, pieces, .. } = waiting;
    let failed = |error| GroupError::Spill(disk.budget.error(error));
    let file = disk.budget.file()?;
    let shards_of_parts = parts(layout, &grouped.shape, disk.budget.most() / 2, grouped.n_rows);
    let n_columns = grouped.shape.columns.len();
    let extents: Result<Vec<Vec<Extent>>, GroupError> = pieces
        .into_par_iter()
        .map(|mut piece| {
            let profiles = piece.profiles(&disk, to)?;
            let rows = match piece.rows {
                Kept::Memory(rows) => {
                    disk.budget.give(rows.bytes());
                    rows
                }
                Kept::Disk(extent) => {
                    PackedRows::read(&mut &disk.read(extent)?[..], n_columns).map_err(failed)?
                }
            };
            let sorted = sort(rows, &profiles, to, layout)?;
            let mut bytes = Vec::with_capacity(sorted.bytes());
            let mut ends = Vec::with_capacity(shards_of_parts.len());
            for shards in &shards_of_parts {
                sorted.write(shards.clone(), &mut bytes).map_err(failed)?;
                ends.push(bytes.len());
            }
            file.write(&bytes).map(|all| all.split(&ends)).map_err(failed)
        })
        .collect();
    let mut of_parts = vec![Vec::new(); shards_of_parts.len()];
    for piece in extents? {
        for (part, extent) in of_parts.iter_mut().zip(piece) {
            part.push(extent);
        }
    }
    let parts = shards_of_parts.into_iter().zip(of_parts);
    grouped.parts.extend(parts.map(|(shards, extents)| Part { shards, rows: PartRows::Disk(extents) }));
    grouped.file = Some(file);
    Ok(())
}

/// The shards in stretches of about `most` bytes.
fn parts(layout: &Layout, shape: &Shape, most: usize, n_rows: u64) -> Vec<Range<usize>> {
    let n_shards = layout.shards.len();
    let bytes = n_rows.saturating_mul(row_bytes(shape));
    let n_parts = usize::try_from(bytes / most.max(1) as u64).unwrap_or(usize::MAX).saturating_add(1);
    let shards_of_part = n_shards.div_ceil(n_parts.min(n_shards.max(1)));
    (0..n_shards)
        .step_by(shards_of_part.max(1))
        .map(|from| from..(from + shards_of_part).min(n_shards))
        .collect()
}

/// How many rows a shard may have for a shard on each thread to take little of the budget.
fn fitting_rows(budget: &Budget, shape: &Shape) -> u64 {
    (budget.most() as u64 / row_bytes(shape) / 16).clamp(16, SHARD_ROWS)
}

/// About how many bytes a row takes in a timeline.
fn row_bytes(shape: &Shape) -> u64 {
    let columns = shape.columns.iter().map(|(data_type, _)| match data_type {
        DataType::Bool => 1,
        DataType::String | DataType::Date => 4,
        DataType::Decimal { .. } | DataType::StringSet => 16,
        _ => 8,
    });
    12 + columns.sum::<u64>()
}

/// Makes the timelines where they are few enough to be kept, and counts what was delivered before.
fn settle(grouped: &mut Grouped, to: &Grouping<'_>) -> Result<(), GroupError> {
    let has_ids = grouped.shape.columns.len() > grouped.shape.n_columns;
    let in_memory = matches!(grouped.parts[..], [Part { rows: PartRows::Memory(_), .. }]);
    let keeps = in_memory && grouped.n_rows * row_bytes(&grouped.shape) <= KEPT_BYTES;
    if !keeps && !has_ids {
        return Ok(());
    }
    let mut total = Repeats::default();
    let mut kept = Vec::new();
    for part in 0..grouped.parts.len() {
        let opened = grouped.open(part)?;
        let built: Result<Vec<_>, GroupError> = opened
            .shards()
            .into_par_iter()
            .map(|shard| {
                go_on(to)?;
                let (timeline, repeats) = opened.build(shard, keeps);
                Ok((keeps.then(|| Arc::new(timeline)), repeats))
            })
            .collect();
        for (timeline, repeats) in built? {
            kept.extend(timeline);
            total.same += repeats.same;
            total.different += repeats.different;
        }
    }
    if keeps {
        grouped.parts[0].rows = PartRows::Timelines(kept);
    }
    grouped.repeats = total;
    grouped.n_rows -= total.same + total.different;
    Ok(())
}
