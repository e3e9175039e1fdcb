//! The rows of a source by stretches of profiles, each small enough to be worked on in cache.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::StringArray;

use crate::timeline::spill::{Budget, Extent, SpillError, SpillFile};
use crate::timeline::{Repeats, Timeline, Ungrouped};
use crate::value::{Column, DataType, Packed};

/// What the columns of a source are.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    /// The columns that tags may use, then those that name an event: type, and texts of codes.
    pub(crate) columns: Vec<(DataType, Option<Arc<StringArray>>)>,
    /// How many of them tags may use.
    pub(crate) n_columns: usize,
}

/// The rows of one source by profile, in shards: stretches of profiles.
///
/// A shard's [`Timeline`] is made when it is asked for; only where there are few rows are all of them kept.
#[derive(Debug)]
pub(crate) struct Grouped {
    pub(super) shape: Shape,
    /// The profiles of each shard; together all of them.
    pub(super) shards: Vec<Range<usize>>,
    /// The shards that are read together.
    pub(super) parts: Vec<Part>,
    pub(super) budget: Budget,
    pub(super) file: Option<SpillFile>,
    pub(super) n_rows: u64,
    pub(super) repeats: Repeats,
}

#[derive(Debug)]
pub(super) struct Part {
    pub(super) shards: Range<usize>,
    pub(super) rows: PartRows,
}

#[derive(Debug)]
pub(super) enum PartRows {
    Timelines(Vec<Arc<Timeline>>),
    Memory(Vec<SortedRows>),
    Disk(Vec<Extent>),
}

/// Rows of one piece of a table, in the order of the shards of a part.
#[derive(Debug, Clone)]
pub(super) struct SortedRows {
    /// The number of the piece's first row in its table.
    pub(super) first: u32,
    /// By shard of the part: where its rows start; one more entry.
    pub(super) starts: Vec<u32>,
    /// The profile of each row, from the first of its shard on.
    pub(super) profiles: Packed,
    /// The number of each row, from `first` on.
    pub(super) offsets: Packed,
    pub(super) times: Option<Packed>,
    /// As in [`Shape::columns`].
    pub(super) columns: Vec<Packed>,
}

/// A part whose rows are in memory.
pub(crate) struct Opened<'a> {
    grouped: &'a Grouped,
    part: &'a Part,
    rows: Cow<'a, [SortedRows]>,
}

impl Grouped {
    /// The distinct texts of each column that tags may use; none for sets and for columns of other types.
    pub(crate) fn texts(&self) -> impl Iterator<Item = Option<&Arc<StringArray>>> {
        let columns = self.shape.columns.iter().take(self.shape.n_columns);
        columns.map(|(data_type, texts)| texts.as_ref().filter(|_| *data_type == DataType::String))
    }

    /// How many rows tags are computed from.
    pub(crate) fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// What was left out as delivered before.
    pub(crate) fn repeats(&self) -> Repeats {
        self.repeats
    }

    /// How many parts there are.
    pub(crate) fn n_parts(&self) -> usize {
        self.parts.len()
    }

    /// Brings a part into memory.
    ///
    /// # Errors
    /// [`SpillError`] where its rows are on disk and cannot be read.
    pub(crate) fn open(&self, part: usize) -> Result<Opened<'_>, SpillError> {
        let part = &self.parts[part];
        let rows = match (&part.rows, &self.file) {
            (PartRows::Memory(rows), _) => Cow::Borrowed(&rows[..]),
            (PartRows::Disk(extents), Some(file)) => {
                let n_shards = part.shards.len();
                let rows = extents.iter().map(|&extent| {
                    let bytes = file.read(extent)?;
                    SortedRows::read(&mut &bytes[..], n_shards, self.shape.columns.len())
                });
                let rows: Result<Vec<SortedRows>, _> = rows.collect();
                Cow::Owned(rows.map_err(|error| self.budget.error(error))?)
            }
            _ => Cow::Borrowed(&[][..]),
        };
        Ok(Opened { grouped: self, part, rows })
    }

    /// The timeline with a profile's rows, and the profile's place in it.
    ///
    /// # Errors
    /// [`SpillError`] where its rows are on disk and cannot be read.
    pub(crate) fn of_profile(&self, profile: usize) -> Result<(Arc<Timeline>, usize), SpillError> {
        let shard = self.shards.partition_point(|profiles| profiles.end <= profile);
        let part = self.parts.partition_point(|part| part.shards.end <= shard);
        let opened = self.open(part)?;
        Ok((opened.numbered(shard), profile - self.shards[shard].start))
    }
}

impl Opened<'_> {
    /// The shards of the part.
    pub(crate) fn shards(&self) -> Range<usize> {
        self.part.shards.clone()
    }

    /// The profiles of a shard.
    pub(crate) fn profiles(&self, shard: usize) -> Range<usize> {
        self.grouped.shards[shard].clone()
    }

    /// The rows of a shard, without their numbers in the table; profiles are numbered from the first of the shard on.
    pub(crate) fn timeline(&self, shard: usize) -> Arc<Timeline> {
        self.kept(shard).unwrap_or_else(|| Arc::new(self.build(shard, false).0))
    }

    /// The same with their numbers, which explanations want.
    fn numbered(&self, shard: usize) -> Arc<Timeline> {
        self.kept(shard).unwrap_or_else(|| Arc::new(self.build(shard, true).0))
    }

    fn kept(&self, shard: usize) -> Option<Arc<Timeline>> {
        match &self.part.rows {
            PartRows::Timelines(timelines) => Some(Arc::clone(&timelines[shard - self.part.shards.start])),
            _ => None,
        }
    }

    /// Makes the timeline of a shard, with the numbers of its rows or without; says what was left out as delivered before.
    pub(super) fn build(&self, shard: usize, with_numbers: bool) -> (Timeline, Repeats) {
        let at = shard - self.part.shards.start;
        let shape = &self.grouped.shape;
        let pieces: Vec<(&SortedRows, Range<usize>)> = self
            .rows
            .iter()
            .map(|rows| (rows, rows.starts[at] as usize..rows.starts[at + 1] as usize))
            .filter(|(_, rows)| !rows.is_empty())
            .collect();
        let n_rows = pieces.iter().map(|(_, rows)| rows.len()).sum();
        let mut profiles = Vec::with_capacity(n_rows);
        for (piece, rows) in &pieces {
            piece.profiles.numbers(rows.clone(), &mut profiles);
        }
        let numbers = with_numbers.then(|| {
            let mut numbers = Vec::with_capacity(n_rows);
            for (piece, rows) in &pieces {
                let from = numbers.len();
                piece.offsets.numbers(rows.clone(), &mut numbers);
                numbers[from..].iter_mut().for_each(|number| *number += piece.first);
            }
            numbers
        });
        let column = |of: &dyn Fn(&SortedRows) -> Option<&Packed>, data_type, texts| {
            let runs: Vec<_> =
                pieces.iter().filter_map(|(piece, rows)| Some((of(piece)?, rows.clone()))).collect();
            Packed::unpack(data_type, texts, &runs)
        };
        let has_times = self.rows.first().is_some_and(|rows| rows.times.is_some());
        let times = has_times.then(|| column(&|piece| piece.times.as_ref(), DataType::Timestamp, None));
        let columns: Vec<Column> = (shape.columns.iter().enumerate())
            .map(|(i, (data_type, texts))| column(&|piece| piece.columns.get(i), *data_type, texts.as_ref()))
            .collect();
        let (columns, event_id) = columns.split_at(shape.n_columns);
        Timeline::build(&Ungrouped {
            n_profiles: self.grouped.shards[shard].len(),
            profile_of_row: &profiles,
            times: times.as_ref().and_then(|times| match times {
                Column::Timestamp(times) => Some(&times.values()[..]),
                _ => None,
            }),
            event_id,
            columns,
            row_numbers: numbers.as_deref(),
        })
    }
}

impl SortedRows {
    /// How much room they take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let packed = [&self.profiles, &self.offsets].into_iter().chain(&self.times).chain(&self.columns);
        packed.map(Packed::bytes).sum::<usize>() + self.starts.len() * 4
    }

    /// Writes down the rows of some shards.
    pub(super) fn write(&self, shards: Range<usize>, to: &mut Vec<u8>) -> std::io::Result<()> {
        let from = self.starts[shards.start];
        let rows = from as usize..self.starts[shards.end] as usize;
        to.extend(self.first.to_le_bytes());
        to.push(u8::from(self.times.is_some()));
        for start in &self.starts[shards.start..=shards.end] {
            to.extend((start - from).to_le_bytes());
        }
        let packed = [&self.profiles, &self.offsets].into_iter().chain(&self.times).chain(&self.columns);
        for packed in packed {
            packed.write(rows.clone(), to)?;
        }
        Ok(())
    }

    fn read(from: &mut impl Read, n_shards: usize, n_columns: usize) -> std::io::Result<Self> {
        let (mut number, mut flag) = ([0; 4], [0; 1]);
        from.read_exact(&mut number)?;
        let first = u32::from_le_bytes(number);
        from.read_exact(&mut flag)?;
        let mut starts = Vec::with_capacity(n_shards + 1);
        for _ in 0..=n_shards {
            from.read_exact(&mut number)?;
            starts.push(u32::from_le_bytes(number));
        }
        Ok(Self {
            first,
            starts,
            profiles: Packed::read(from)?,
            offsets: Packed::read(from)?,
            times: (flag[0] == 1).then(|| Packed::read(from)).transpose()?,
            columns: (0..n_columns).map(|_| Packed::read(from)).collect::<Result<_, _>>()?,
        })
    }
}
