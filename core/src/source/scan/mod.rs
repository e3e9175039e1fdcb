//! Tables to chunks of Arrow arrays: the wanted columns only, in the order of the rows.

#[cfg(feature = "csv")]
mod csv;
#[cfg(feature = "csv")]
mod encoding;
#[cfg(feature = "parquet")]
mod parquet;

use std::ops::{ControlFlow, Range};
use std::path::Path;
#[cfg(feature = "parquet")]
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, UInt32Array, new_null_array};
use arrow_schema::{DataType as Arrow, SchemaRef};
use arrow_select::take::take;

use crate::catalog::model::CsvOptions;
use crate::source::dataset::FileKind;
use crate::source::plan::Plan;
use crate::source::report::Fault;
use crate::source::{SourceError, Table};
use crate::time::Timestamp;

/// Some rows of a table.
pub(super) struct Chunk {
    /// The wanted columns, in the order in which they were asked for.
    pub(super) columns: Vec<ArrayRef>,
    pub(super) rows: usize,
    /// Rows that are malformed as a whole, in order; null in every column. With what is shown of them.
    pub(super) malformed: Vec<(usize, Fault, String)>,
}

impl Chunk {
    /// A chunk without rows, for the columns of a plan.
    pub(super) fn empty(plan: &Plan<'_>) -> Self {
        let columns = plan.table_columns.iter().map(|_| new_null_array(&Arrow::Null, 0)).collect();
        Self { columns, rows: 0, malformed: Vec::new() }
    }

    /// Some of the rows, in order; all that are malformed among them.
    pub(super) fn take(&self, rows: &[u32]) -> Self {
        let indices = UInt32Array::from(rows.to_vec());
        let take = |column| take(column, &indices, None).expect("invariant: the rows are rows of the chunk");
        let place =
            |row: usize| rows.binary_search(&(row as u32)).expect("invariant: malformed rows are kept");
        let malformed = self.malformed.iter().map(|(row, fault, shown)| (place(*row), *fault, shown.clone()));
        Self {
            columns: self.columns.iter().map(|column| take(&**column)).collect(),
            rows: rows.len(),
            malformed: malformed.collect(),
        }
    }
}

/// What a scan hands chunks to; it may have enough.
pub(super) type Visit<'a> = dyn FnMut(Chunk) -> ControlFlow<()> + 'a;

/// How many rows a chunk has at most: the cost of a chunk is lost in that of its rows, its columns stay in cache, and
/// 16 bits number its rows.
pub(crate) const CHUNK_ROWS: usize = 65_536;

/// Consecutive rows of a table that can be read by themselves, on any thread.
pub(super) enum Stretch<'a> {
    /// Rows of a batch.
    Batch(&'a RecordBatch, Range<usize>),
    #[cfg(feature = "parquet")]
    Group(Arc<parquet::ParquetPart>, usize),
    /// Rows that were read in finding where they end.
    #[cfg(feature = "csv")]
    Lines(Chunk),
}

/// The stretches of a part, in the order of its rows.
pub(super) type Stretches<'a> = Box<dyn Iterator<Item = Result<Stretch<'a>, SourceError>> + Send + 'a>;

/// A part of a table whose rows have the same columns, opened as far as to know them.
pub(super) enum Part<'a> {
    Batches(SchemaRef, Vec<&'a RecordBatch>),
    #[cfg(feature = "parquet")]
    Parquet(Arc<parquet::ParquetPart>),
    #[cfg(feature = "csv")]
    Csv(Box<csv::CsvPart>),
}

impl<'a> Part<'a> {
    /// Opens the parts of a table, in the order of its rows; there is at least one.
    pub(super) fn open(
        source: &str,
        csv: Option<&CsvOptions>,
        table: &'a Table,
    ) -> Result<Vec<Self>, SourceError> {
        match table {
            Table::Batches { schema, batches } => {
                let mut parts = vec![];
                let mut same: Vec<&RecordBatch> = vec![];
                let mut columns = schema.clone();
                for batch in batches {
                    if *batch.schema_ref() != columns {
                        if !same.is_empty() {
                            parts.push(Self::Batches(columns, std::mem::take(&mut same)));
                        }
                        columns = batch.schema();
                    }
                    same.push(batch);
                }
                parts.push(Self::Batches(columns, same));
                Ok(parts)
            }
            #[cfg(feature = "parquet")]
            Table::Parquet(path) => Ok(vec![Self::parquet(path)?]),
            #[cfg(feature = "csv")]
            Table::Csv(path) => Ok(vec![Self::csv(source, path, csv)?]),
            Table::Files(paths) => paths.iter().map(|path| Self::file(source, path, csv)).collect(),
        }
    }

    fn file(source: &str, path: &Path, csv: Option<&CsvOptions>) -> Result<Self, SourceError> {
        match FileKind::of(path)? {
            #[cfg(feature = "parquet")]
            FileKind::Parquet => Self::parquet(path),
            #[cfg(feature = "csv")]
            FileKind::Csv => Self::csv(source, path, csv),
            #[cfg(not(all(feature = "parquet", feature = "csv")))]
            kind => {
                let (_, _, feature) = (source, csv, if kind == FileKind::Csv { "csv" } else { "parquet" });
                Err(SourceError::FeatureOff { path: path.to_owned(), feature })
            }
        }
    }

    #[cfg(feature = "parquet")]
    fn parquet(path: &Path) -> Result<Self, SourceError> {
        Ok(Self::Parquet(Arc::new(parquet::ParquetPart::open(path)?)))
    }

    #[cfg(feature = "csv")]
    fn csv(source: &str, path: &Path, options: Option<&CsvOptions>) -> Result<Self, SourceError> {
        Ok(Self::Csv(Box::new(csv::CsvPart::open(source, path, options)?)))
    }

    /// The columns: name and type.
    pub(super) fn columns(&self) -> Vec<(&str, &Arrow)> {
        match self {
            Self::Batches(schema, _) => fields(schema),
            #[cfg(feature = "parquet")]
            Self::Parquet(part) => fields(part.schema()),
            #[cfg(feature = "csv")]
            Self::Csv(part) => part.names().iter().map(|name| (name.as_str(), &Arrow::Utf8)).collect(),
        }
    }

    /// Whether the file was read as GB18030 for want of being UTF-8.
    pub(super) fn is_guessed_gb18030(&self) -> bool {
        match self {
            #[cfg(feature = "csv")]
            Self::Csv(part) => part.is_guessed_gb18030(),
            _ => false,
        }
    }

    /// The part as stretches; `wanted` are the columns that will be read (distinct indexes into
    /// [`columns`](Self::columns)).
    pub(super) fn stretches(self, wanted: &'a [usize]) -> Stretches<'a> {
        match self {
            Self::Batches(_, batches) => Box::new(batches.into_iter().flat_map(|batch| {
                let rows = batch.num_rows();
                (0..rows)
                    .step_by(CHUNK_ROWS)
                    .map(move |from| Ok(Stretch::Batch(batch, from..(from + CHUNK_ROWS).min(rows))))
            })),
            #[cfg(feature = "parquet")]
            Self::Parquet(part) => {
                Box::new((0..part.n_groups()).map(move |group| Ok(Stretch::Group(Arc::clone(&part), group))))
            }
            #[cfg(feature = "csv")]
            Self::Csv(mut part) => Box::new(std::iter::from_fn(move || {
                part.next(wanted).transpose().map(|r| r.map(Stretch::Lines))
            })),
        }
    }
}

impl Stretch<'_> {
    pub(super) fn rows(&self) -> usize {
        match self {
            Self::Batch(_, rows) => rows.len(),
            #[cfg(feature = "parquet")]
            Self::Group(part, group) => part.rows_of(*group),
            #[cfg(feature = "csv")]
            Self::Lines(chunk) => chunk.rows,
        }
    }

    /// Whether the table says, without a look at its rows, that a column of times is there in all of them and nowhere
    /// before an instant. Where it is not sure, it says no.
    #[cfg_attr(not(feature = "parquet"), expect(unused_variables, reason = "only Parquet says anything"))]
    pub(super) fn is_known_from(&self, column: usize, instant: Timestamp) -> bool {
        match self {
            #[cfg(feature = "parquet")]
            Self::Group(part, group) => part.is_known_from(*group, column, instant),
            _ => false,
        }
    }

    /// Reads the columns at `wanted`, chunk by chunk.
    pub(super) fn scan(self, wanted: &[usize], visit: &mut Visit<'_>) -> Result<(), SourceError> {
        match self {
            Self::Batch(batch, rows) => {
                let columns = wanted.iter().map(|&i| batch.column(i).slice(rows.start, rows.len()));
                let _ = visit(Chunk { columns: columns.collect(), rows: rows.len(), malformed: Vec::new() });
                Ok(())
            }
            #[cfg(feature = "parquet")]
            Self::Group(part, group) => part.scan(group, wanted, visit),
            #[cfg(feature = "csv")]
            Self::Lines(chunk) => {
                let _ = visit(chunk);
                Ok(())
            }
        }
    }
}

fn fields(schema: &SchemaRef) -> Vec<(&str, &Arrow)> {
    schema.fields().iter().map(|field| (field.name().as_str(), field.data_type())).collect()
}
