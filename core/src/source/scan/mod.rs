//! Tables to chunks of Arrow arrays: the wanted columns only, in the order of the rows.

#[cfg(feature = "csv")]
mod csv;
#[cfg(feature = "csv")]
mod encoding;
#[cfg(feature = "parquet")]
mod parquet;

use std::path::Path;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType as Arrow, SchemaRef};

use crate::catalog::model::CsvOptions;
use crate::source::dataset::FileKind;
use crate::source::report::Fault;
use crate::source::{SourceError, Table};

/// Some rows of a table.
pub(super) struct Chunk {
    /// The wanted columns, in the order in which they were asked for.
    pub(super) columns: Vec<ArrayRef>,
    pub(super) rows: usize,
    /// Rows that are malformed as a whole, in order; null in every column. With what is shown of them.
    pub(super) malformed: Vec<(usize, Fault, String)>,
}

/// What a scan hands chunks to.
pub(super) type Visit<'a> = dyn FnMut(Chunk) -> Result<(), SourceError> + 'a;

/// A part of a table whose rows have the same columns, opened as far as to know them.
pub(super) enum Part<'a> {
    Batches(SchemaRef, Vec<&'a RecordBatch>),
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::ParquetPart>),
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
        Ok(Self::Parquet(Box::new(parquet::ParquetPart::open(path)?)))
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

    /// Reads the columns at `wanted` (distinct indexes into [`columns`](Self::columns)), chunk by chunk.
    pub(super) fn scan(self, wanted: &[usize], visit: &mut Visit<'_>) -> Result<(), SourceError> {
        match self {
            Self::Batches(_, batches) => {
                for batch in batches {
                    let columns = wanted.iter().map(|&i| ArrayRef::clone(batch.column(i))).collect();
                    visit(Chunk { columns, rows: batch.num_rows(), malformed: Vec::new() })?;
                }
                Ok(())
            }
            #[cfg(feature = "parquet")]
            Self::Parquet(part) => part.scan(wanted, visit),
            #[cfg(feature = "csv")]
            Self::Csv(part) => part.scan(wanted, visit),
        }
    }
}

fn fields(schema: &SchemaRef) -> Vec<(&str, &Arrow)> {
    schema.fields().iter().map(|field| (field.name().as_str(), field.data_type())).collect()
}
