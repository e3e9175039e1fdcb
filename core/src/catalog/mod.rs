//! Definitions: what a company wants to know about its customers, as one text.
//!
//! [`Parsed`] reads a text in YAML, JSON or TOML into the [`model`], keeping the place of every value, so that all
//! problems are reported at once and each points at its line and column.

mod check;
mod decode;
mod definition;
mod hash;
mod locate;
pub mod model;
mod nearest;
mod parsed;
mod path;
mod place;
mod problem;
mod read;
#[cfg(feature = "schema")]
mod schema;

pub use definition::{load_definition, read_definition};
pub use hash::{DefinitionHash, ParseHashError};
pub(crate) use nearest::did_you_mean;
pub use parsed::Parsed;
pub use problem::{CatalogError, Problem};
pub use read::Format;
#[cfg(feature = "schema")]
pub use schema::json_schema;

#[cfg(test)]
mod tests;
