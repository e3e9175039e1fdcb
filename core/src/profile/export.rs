//! Profiles as Arrow tables and Parquet files.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow_schema::{Field, Schema, SchemaRef};

use crate::profile::Profiles;
use crate::value::{Column, ColumnBuilder, DataType, Value};

/// A table that cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The file cannot be written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The table cannot be written as Parquet.
    #[cfg(feature = "parquet")]
    #[error("{}: {source}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<parquet::errors::ParquetError>,
    },
}

impl ExportError {
    /// The stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "export.io",
            #[cfg(feature = "parquet")]
            Self::Parquet { .. } => "export.parquet",
        }
    }
}

/// Identifiers are for joining: nearly all of them differ, and plain text joins everywhere.
pub(crate) fn plain_text(column: &Column) -> ArrayRef {
    match column {
        Column::String(strings) => {
            Arc::new((0..column.len()).map(|row| strings.get(row)).collect::<StringArray>())
        }
        other => other.to_arrow(),
    }
}

impl Profiles {
    /// The profiles as one Arrow table: `profile_id` (32 hexadecimal digits), a column for each kind of identifier,
    /// and one for each tag field.
    ///
    /// A kind with `max_per_profile: 1` is a string column; of other kinds a profile may have several, so theirs are
    /// lists of strings. The text of tags is dictionary-coded, that of identifiers plain. The schema carries the catalogue's name, its content hash and
    /// `as_of` as metadata, so that a file says what it is.
    pub fn to_record_batch(&self) -> RecordBatch {
        let n = self.len();
        let ids: StringArray = self.ids().iter().map(|id| Some(id.to_string())).collect();
        let mut fields = vec![Field::new("profile_id", arrow_schema::DataType::Utf8, false)];
        let mut arrays: Vec<ArrayRef> = vec![Arc::new(ids)];
        for (kind, column) in self.identifier_columns() {
            let array = plain_text(&column);
            fields.push(Field::new(kind, array.data_type().clone(), true));
            arrays.push(array);
        }
        for (what, column) in self.outputs() {
            fields.push(Field::new(&what.name, what.data_type.to_arrow(), true));
            arrays.push(column.to_arrow());
        }
        let options = RecordBatchOptions::new().with_row_count(Some(n));
        RecordBatch::try_new_with_options(self.schema_of(fields), arrays, &options)
            .expect("invariant: every column has one row a profile and the type of its field")
    }

    fn schema_of(&self, fields: Vec<Field>) -> SchemaRef {
        let metadata = [
            ("tagloom.catalog", self.fitted().name().to_owned()),
            ("tagloom.hash", self.fitted().hash().to_string()),
            ("tagloom.as_of", self.as_of().to_string()),
        ];
        let metadata = metadata.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        Arc::new(Schema::new_with_metadata(fields, metadata))
    }

    /// A column for each kind of identifier: the one value, or the set of them.
    pub(crate) fn identifier_columns(&self) -> Vec<(&str, Column)> {
        let kinds = &self.plan().file.identifiers;
        let single: Vec<bool> = kinds.values().map(|def| def.max_per_profile == Some(1)).collect();
        let mut builders: Vec<ColumnBuilder> = single
            .iter()
            .map(|single| if *single { DataType::String } else { DataType::StringSet })
            .map(|data_type| ColumnBuilder::new(data_type, self.len()))
            .collect();
        for row in 0..self.len() {
            let mut values: Vec<Vec<&str>> = vec![Vec::new(); kinds.len()];
            for (kind, value) in self.identifiers(row) {
                if let Some(index) = kinds.get_index_of(kind) {
                    values[index].push(value);
                }
            }
            for ((builder, single), values) in builders.iter_mut().zip(&single).zip(values) {
                match (&values[..], single) {
                    ([], _) => builder.push_null(),
                    ([value, ..], true) => builder.push_str(value),
                    (values, false) => {
                        builder
                            .push(&Value::StringSet(values.iter().map(|value| Arc::from(*value)).collect()));
                    }
                }
            }
        }
        kinds.keys().map(String::as_str).zip(builders.into_iter().map(ColumnBuilder::finish)).collect()
    }

    /// Writes the table of [`to_record_batch`](Self::to_record_batch) to a Parquet file.
    ///
    /// The file is written beside its place and moved there at the end. The same profiles give the same bytes.
    ///
    /// # Errors
    /// [`ExportError`] with the path.
    #[cfg(feature = "parquet")]
    pub fn write_parquet(&self, path: impl Into<PathBuf>) -> Result<(), ExportError> {
        use parquet::arrow::ArrowWriter;
        use parquet::basic::Compression;
        use parquet::file::properties::WriterProperties;

        let path = path.into();
        let batch = self.to_record_batch();
        let mut beside = path.clone().into_os_string();
        beside.push(".partial");
        let beside = PathBuf::from(beside);
        let io = |source| ExportError::Io { path: path.clone(), source };
        let wrong = |source| ExportError::Parquet { path: path.clone(), source: Box::new(source) };
        let file = std::fs::File::create(&beside).map_err(io)?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).map_err(wrong)?;
        writer.write(&batch).map_err(wrong)?;
        writer.close().map_err(wrong)?;
        std::fs::rename(&beside, &path).map_err(io)
    }
}
