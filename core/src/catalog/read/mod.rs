//! Texts in three notations into one tree of values with their places.

mod format;
mod json;
pub(crate) mod node;
mod plain;
mod toml;
mod yaml;

pub use format::Format;
