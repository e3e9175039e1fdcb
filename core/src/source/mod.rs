//! Input tables: reading and typing their columns, and counting the rows that cannot be used.
//!
//! A [`Dataset`] names tables (Arrow record batches, Parquet files, CSV files in UTF-8, GBK or GB18030). [`read`] gives
//! the typed [`Rows`] of one of them and a [`SourceReport`] of what was rejected and why; [`read_all`] does so for all
//! sources of a catalogue. A bad value costs its row, never the run; a missing or mistyped column is a [`SourceError`].

mod cells;
mod dataset;
mod derive;
mod error;
mod intern;
mod lookup;
mod parse;
mod plan;
mod read;
mod report;
mod rows;
mod scan;
mod tally;

pub use dataset::{Dataset, Table};
pub use error::SourceError;
pub use lookup::Lookups;
pub use read::read;
pub(crate) use read::{Reach, read_pieces};
pub use report::{Fault, Note, Rejected, RejectedRow, SourceReport};
pub(crate) use rows::Piece;
pub use rows::Rows;
pub(crate) use scan::CHUNK_ROWS;

use indexmap::IndexMap;

use crate::catalog::model::{SourceDef, SourceKind};
use crate::time::{Timestamp, Zone};

/// How many rows a source may have: rows are counted in 32 bits.
pub const MAX_ROWS: u32 = u32::MAX - 1;

/// Reads all sources of a catalogue: first the `lookup` sources, in the order of the catalogue, then the others.
///
/// Gives the rows of the others by name, and the reports of all; both in the order of the catalogue.
///
/// # Errors
/// Where the names of tables and sources do not agree ([`Dataset::check_names`]), and as [`read`].
pub fn read_all(
    sources: &IndexMap<String, SourceDef>,
    zone: &Zone,
    dataset: &Dataset,
    as_of: Timestamp,
) -> Result<(IndexMap<String, Rows>, Vec<SourceReport>), SourceError> {
    dataset.check_names(sources.keys().map(String::as_str))?;
    let mut lookups = Lookups::new();
    let mut reports: IndexMap<&str, SourceReport> = IndexMap::new();
    for (name, def) in sources.iter().filter(|(_, def)| def.kind == SourceKind::Lookup) {
        reports.insert(name, lookups.load(name, def, zone, dataset.table_of(name)?, as_of)?);
    }
    let mut rows = IndexMap::new();
    for (name, def) in sources.iter().filter(|(_, def)| def.kind != SourceKind::Lookup) {
        let (read, report) = read(name, def, zone, dataset.table_of(name)?, &lookups, as_of)?;
        rows.insert(name.clone(), read);
        reports.insert(name, report);
    }
    reports.sort_by_key(|name, _| sources.get_index_of(*name));
    Ok((rows, reports.into_values().collect()))
}

#[cfg(test)]
mod tests;
