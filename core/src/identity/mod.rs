//! (docs to come)

mod caps;
mod error;
mod forest;
mod id;
mod links;
mod normalise;
mod partition;
mod report;
mod resolve;
mod rules;
mod table;
#[cfg(test)]
mod tests;

pub use error::IdentityError;
pub use id::{ParseProfileIdError, ProfileId};
pub use links::{Links, RowKeys};
pub use partition::{NO_PROFILE, Partition};
pub use report::{Conflict, ConflictReason, Exceeded, IdentityReport, KindReport};
pub use rules::Rules;
