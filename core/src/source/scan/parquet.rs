//! Parquet files.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType as Arrow, Field, Schema, SchemaRef};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Encoding;
use parquet::file::metadata::RowGroupMetaData;

use crate::source::SourceError;
use crate::source::cells::Cells;
use crate::source::scan::{CHUNK_ROWS, Chunk, Visit};
use crate::time::Timestamp;

const MICROS_PER_DAY: i64 = 86_400_000_000;
const TWO_DAYS: i64 = 2 * MICROS_PER_DAY;

/// A Parquet file of which the footer has been read.
pub(in crate::source) struct ParquetPart {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
}

impl ParquetPart {
    pub(super) fn open(path: &Path) -> Result<Self, SourceError> {
        let unreadable = |reason| SourceError::Unreadable { path: path.to_owned(), reason };
        let file = File::open(path).map_err(|error| unreadable(error.into()))?;
        let metadata =
            guarded(|| ArrowReaderMetadata::load(&file, ArrowReaderOptions::new())).map_err(unreadable)?;
        Ok(Self { path: path.to_owned(), metadata })
    }

    pub(super) fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    pub(super) fn n_groups(&self) -> usize {
        self.metadata.metadata().num_row_groups()
    }

    /// How many rows a row group has, as the footer says.
    pub(super) fn rows_of(&self, group: usize) -> usize {
        usize::try_from(self.metadata.metadata().row_group(group).num_rows()).unwrap_or(0)
    }

    /// Whether the footer says of a column of times that every row of a group has one, and none near or before an
    /// instant: a wall clock is nowhere two days ahead, nor put back so far.
    pub(super) fn is_known_from(&self, group: usize, column: usize, instant: Timestamp) -> bool {
        let name = self.schema().field(column).name();
        let group = || std::iter::once(self.metadata.metadata().row_group(group));
        let span = || {
            let known =
                StatisticsConverter::try_new(name, self.schema(), self.metadata.parquet_schema()).ok()?;
            let known = known.with_missing_null_counts_as_zero(false);
            let n_nulls = known.row_group_null_counts(group()).ok()?;
            let (first, last) = (known.row_group_mins(group()).ok()?, known.row_group_maxes(group()).ok()?);
            (n_nulls.is_valid(0) && n_nulls.value(0) == 0).then_some((micros(&first)?, micros(&last)?))
        };
        span().is_some_and(|(first, last)| {
            first >= instant.micros() + TWO_DAYS && last <= Timestamp::MAX.micros() - TWO_DAYS
        })
    }

    /// Reads a row group. Dictionaries are its own, so nothing is read across two.
    pub(super) fn scan(
        &self,
        group: usize,
        wanted: &[usize],
        visit: &mut Visit<'_>,
    ) -> Result<(), SourceError> {
        let unreadable = |reason| SourceError::Unreadable { path: self.path.clone(), reason };
        // The reader gives the columns in the order of the file.
        let mut in_file: Vec<usize> = wanted.to_vec();
        in_file.sort_unstable();
        let places: Vec<usize> = wanted
            .iter()
            .map(|i| in_file.binary_search(i).expect("invariant: sorted copy of wanted"))
            .collect();
        let options = ArrowReaderOptions::new()
            .with_schema(self.coded_schema(wanted, self.metadata.metadata().row_group(group)));
        let metadata = ArrowReaderMetadata::try_new(Arc::clone(self.metadata.metadata()), options)
            .unwrap_or_else(|_| self.metadata.clone());
        let mask = ProjectionMask::roots(metadata.parquet_schema(), in_file.iter().copied());
        // Opened anew: a clone of the handle would share its place in the file with other threads.
        let file = File::open(&self.path).map_err(|error| unreadable(error.into()))?;
        let mut reader = guarded(|| {
            ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata)
                .with_row_groups(vec![group])
                .with_projection(mask)
                .with_batch_size(CHUNK_ROWS)
                .build()
        })
        .map_err(unreadable)?;
        let mut left = self.rows_of(group);
        while let Some(batch) = guarded(|| reader.next().transpose()).map_err(unreadable)? {
            left = left.checked_sub(batch.num_rows()).ok_or_else(|| {
                unreadable("the file is damaged: a row group has more rows than its footer says".into())
            })?;
            let columns = places.iter().map(|&i| ArrayRef::clone(batch.column(i))).collect();
            if visit(Chunk { columns, rows: batch.num_rows(), malformed: Vec::new() }).is_break() {
                return Ok(());
            }
        }
        if left > 0 {
            return Err(unreadable(
                "the file is damaged: a row group has fewer rows than its footer says".into(),
            ));
        }
        Ok(())
    }

    /// The schema with text as dictionaries, for wanted columns that hold nothing but dictionary codes in this row
    /// group: their texts need not be written out only to be coded again.
    fn coded_schema(&self, wanted: &[usize], group: &RowGroupMetaData) -> SchemaRef {
        let leaf_of = |root: usize| {
            let mut leaves = (0..group.num_columns())
                .filter(|&leaf| self.metadata.parquet_schema().get_column_root_idx(leaf) == root);
            leaves.next().filter(|_| leaves.next().is_none())
        };
        let coded = |index: usize, field: &Field| {
            let text = matches!(field.data_type(), Arrow::Utf8 | Arrow::LargeUtf8 | Arrow::Utf8View);
            text && wanted.contains(&index)
                && leaf_of(index).is_some_and(|leaf| {
                    let chunk = group.column(leaf);
                    chunk.dictionary_page_offset().is_some()
                        && chunk.page_encoding_stats_mask().is_some_and(|mask| {
                            mask.is_only(Encoding::PLAIN_DICTIONARY) || mask.is_only(Encoding::RLE_DICTIONARY)
                        })
                })
        };
        let schema = self.schema();
        let fields = schema.fields().iter().enumerate().map(|(index, field)| {
            if coded(index, field) {
                let codes = Arrow::Dictionary(Box::new(Arrow::Int32), Box::new(Arrow::Utf8));
                Arc::new(field.as_ref().clone().with_data_type(codes))
            } else {
                Arc::clone(field)
            }
        });
        Arc::new(Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone()))
    }
}

/// The first of some times.
fn micros(times: &ArrayRef) -> Option<i64> {
    match Cells::of(times)? {
        Cells::Instant(micros) | Cells::Wall(micros) => micros.iter().next()?,
        Cells::Date(days) => days.iter().next()?.map(|days| i64::from(days) * MICROS_PER_DAY),
        _ => None,
    }
}

/// Runs a step of the Parquet reader, which panics on some damaged files.
fn guarded<T, E: std::error::Error + Send + Sync + 'static>(
    step: impl FnOnce() -> Result<T, E>,
) -> Result<T, Box<dyn std::error::Error + Send + Sync>> {
    // What the step has touched is dropped when it fails: nothing broken is seen afterwards.
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(result) => result.map_err(Into::into),
        Err(_) => Err("the file is damaged: the Parquet reader stopped in the middle".into()),
    }
}
