//! Tables as a user hands them over.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};

use crate::source::SourceError;
use crate::source::error::nearest;

/// Named input tables: one for each source of the catalogue.
#[derive(Debug, Clone, Default)]
pub struct Dataset {
    tables: BTreeMap<String, Table>,
}

impl Dataset {
    /// Makes a set without tables.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the table of a source; a table that was there under the name is replaced.
    pub fn with(mut self, source: &str, table: impl Into<Table>) -> Self {
        self.insert(source, table);
        self
    }

    /// Adds the table of a source; gives back the table that was there under the name.
    pub fn insert(&mut self, source: &str, table: impl Into<Table>) -> Option<Table> {
        self.tables.insert(source.to_owned(), table.into())
    }

    /// The table of a source.
    pub fn get(&self, source: &str) -> Option<&Table> {
        self.tables.get(source)
    }

    /// The names, in byte order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(String::as_str)
    }

    /// Checks that there is a table for each of `sources` and no other.
    ///
    /// # Errors
    /// [`SourceError::UnknownSource`] for the first table of no source, [`SourceError::NoTable`] for the first source
    /// without a table; both with the nearest name.
    pub fn check_names<'a>(
        &self,
        sources: impl IntoIterator<Item = &'a str> + Clone,
    ) -> Result<(), SourceError> {
        for name in self.names() {
            if !sources.clone().into_iter().any(|source| source == name) {
                let nearest = nearest(name, sources);
                return Err(SourceError::UnknownSource { name: name.to_owned(), nearest });
            }
        }
        for source in sources {
            self.table_of(source)?;
        }
        Ok(())
    }

    /// The table of a source, or [`SourceError::NoTable`] with the nearest name.
    pub(super) fn table_of(&self, source: &str) -> Result<&Table, SourceError> {
        self.get(source).ok_or_else(|| SourceError::NoTable {
            name: source.to_owned(),
            nearest: nearest(source, self.names()),
        })
    }
}

/// The rows of one source.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Table {
    /// Arrow record batches, read in order. Each batch is read by its own column names; `schema` says what columns
    /// there are where there is no batch.
    Batches {
        /// The columns.
        schema: SchemaRef,
        /// The rows.
        batches: Vec<RecordBatch>,
    },
    /// A Parquet file.
    #[cfg(feature = "parquet")]
    Parquet(PathBuf),
    /// A CSV file; its first line names the columns. A `.tsv` file is split at tabs where the catalogue says nothing
    /// else.
    #[cfg(feature = "csv")]
    Csv(PathBuf),
    /// Several files of one source, each as its extension says, read in order. Rows are numbered through.
    Files(Vec<PathBuf>),
}

/// What an extension says about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    Parquet,
    Csv,
}

impl FileKind {
    pub(super) fn of(path: &Path) -> Result<Self, SourceError> {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
        let (kind, on, feature) = match extension.as_str() {
            "parquet" | "pq" => (Self::Parquet, cfg!(feature = "parquet"), "parquet"),
            "csv" | "tsv" | "txt" => (Self::Csv, cfg!(feature = "csv"), "csv"),
            _ => return Err(SourceError::UnknownExtension { path: path.to_owned() }),
        };
        if on { Ok(kind) } else { Err(SourceError::FeatureOff { path: path.to_owned(), feature }) }
    }
}

impl Table {
    /// The file at a path, taken for what its extension says: `.parquet` (or `.pq`), `.csv`, `.tsv`, `.txt`. The file
    /// is opened when it is read.
    ///
    /// # Errors
    /// [`SourceError::UnknownExtension`], or [`SourceError::FeatureOff`] where this build does not read such files.
    pub fn path(path: impl Into<PathBuf>) -> Result<Self, SourceError> {
        let path = path.into();
        FileKind::of(&path)?;
        Ok(Self::Files(vec![path]))
    }

    /// Record batches with the columns of `schema`; there may be none.
    pub fn batches(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Self::Batches { schema, batches }
    }
}

impl From<RecordBatch> for Table {
    fn from(batch: RecordBatch) -> Self {
        Self::Batches { schema: batch.schema(), batches: vec![batch] }
    }
}

impl From<Vec<RecordBatch>> for Table {
    /// Without a batch it is a table without columns: use [`Table::batches`] for tables that may be empty.
    fn from(batches: Vec<RecordBatch>) -> Self {
        let schema = batches.first().map_or_else(|| Schema::empty().into(), RecordBatch::schema);
        Self::Batches { schema, batches }
    }
}
