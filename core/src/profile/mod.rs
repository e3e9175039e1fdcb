//! The result: profiles with their tags, and everything needed to explain them.

mod card;
mod catalog;
mod export;
mod profiles;

pub use card::{LayerTags, Profile, TagValue};
pub use catalog::Catalog;
pub use export::ExportError;
pub(crate) use export::plain_text;
pub use profiles::{ProfileError, Profiles};
