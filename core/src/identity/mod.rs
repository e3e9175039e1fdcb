//! Who is who: identifiers of several kinds, joined to profiles.
//!
//! Rows carry identifiers: a member number, a phone, a device. [`Links`] is the log of which of them were seen together;
//! [`Links::resolve`] makes a [`Partition`] of it: each profile is one person with all identifiers that are believed to be
//! theirs, and each row belongs to one profile. The partition is a function of the *set* of distinct rows: order, repetition
//! and the split into batches cannot be seen in it, and without a row it is what it would have been without that row.
//!
//! # Example
//! Li Lei (made up, like everybody here) is member M1 with a phone of his own; M2 and M3 are a couple with one phone.
//! ```
//! use tagloom::identity::{Links, Rules};
//! use tagloom::value::{Column, ColumnBuilder, DataType, StringColumn};
//!
//! fn column(cells: &[&str]) -> StringColumn {
//!     let mut builder = ColumnBuilder::new(DataType::String, cells.len());
//!     for cell in cells {
//!         if cell.is_empty() { builder.push_null() } else { builder.push_str(cell) }
//!     }
//!     let Column::String(column) = builder.finish() else { unreachable!() };
//!     column
//! }
//!
//! let definitions = serde_json::from_value(serde_json::json!({
//!     "member": {"max_per_profile": 1},
//!     "phone": {"normalise": "cn_mobile", "personal": true},
//! }))?;
//! let mut links = Links::new(&Rules::new(&definitions)?);
//! let members = column(&["M1", "M2", "M3"]);
//! let phones = column(&["139 1111 0001", "13911110002", "+8613911110002"]);
//! links.add_rows(&[(0, members), (1, phones)], 3)?;
//! let orders = links.add_rows(&[(1, column(&["13911110001", "13911110002", "12345"]))], 3)?;
//!
//! let partition = links.resolve();
//! // The first order is M1's; the couple's phone says neither M2 nor M3, so it is somebody else; 12345 is nobody.
//! assert_eq!(partition.len(), 4);
//! assert_eq!(partition.profiles_of(&orders), [0, 3, tagloom::identity::NO_PROFILE]);
//! assert_eq!(partition.report().conflicts[0].values, ["139****02"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Method
//! Kinds are handled one after the other, strong ones first, each in catalogue order. Before the level of a kind, the
//! believed identifiers of the stronger kinds form *components*. For each value `v` of the kind, `S` is the set of
//! components, as they were before the level, whose identifiers stand in one row with `v`.
//!
//! 1. `S` is empty: `v` is a new component.
//! 2. `S` has more components than the kind's `max_profiles`: `v` is shared. It is *isolated*.
//! 3. `S` is one component: `v` attaches to it.
//! 4. `S` is several components and the kind is weak: `v` is isolated. This is no conflict, only counted as ambiguous: a
//!    weak kind never joins two components, be they of strong identifiers or of stronger weak ones.
//! 5. `S` is several components and the kind is strong: `v` joins them, unless that alone would break a `max_per_profile`;
//!    then `v` is isolated.
//! 6. What is left of 5 is done at once. Where joins that have components in common would together make one that breaks a
//!    `max_per_profile` (its values of 3 included), all these joins are refused and their values isolated; which of them is
//!    wrong cannot be known.
//! 7. Where a component then has more values of the kind than the kind's own `max_per_profile`, the values of 3 that were
//!    to be attached to it are isolated, all of them.
//!
//! An isolated identifier belongs to no profile but its own and links nothing at weaker levels. Cases 2, 5, 6 and 7 are
//! reported as conflicts with the values and the profiles; nothing is joined or left apart silently.
//!
//! A row belongs to the component of its strongest identifier that is not isolated. A row with isolated ones only belongs to
//! the strongest of these, which is then a profile of its own; an isolated identifier that no row needs is none.
//!
//! Why this holds together: a value of case 3 looks at one component and adds to it a value of its own kind only, so refusing
//! joins around it cannot make it wrong, and the only cap that it can break is its kind's own (7). Hence no component ever
//! breaks a cap. A value that is not isolated ends in the component of everything in `S`; hence all identifiers of a row
//! that are not isolated are in one component, and the choice of the strongest in the last step is a matter of form.
//! Nothing depends on an order among values, so there is no order that could matter.
//!
//! # Limits
//! * Equality after normalisation is all that links. There is no similarity of names or addresses.
//! * One more row can show that an identifier is shared; what it joined then comes apart. That is intended: rows of a
//!   different person are worse than a profile too many.
//! * Refusal is coarse on purpose: one bad value can keep good ones of the same level, that hang together with it by
//!   rule 6, from joining.
//! * An isolated identifier's own profile collects the rows of all who use it, where these have nothing better.
//! * A [`ProfileId`] is made of the strongest identifier, so it changes when a profile gains a stronger one.
//! * At most 2³² − 2 distinct identifiers and as many distinct combinations of them; at most 64 kinds.
//!
//! # Complexity
//! Adding is linear in rows, with one normalisation for each distinct value of a batch. Resolving sorts the distinct
//! identifiers, and is nearly linear in the distinct combinations times the number of kinds.

mod caps;
mod error;
mod forest;
mod id;
mod links;
mod mask;
mod normalise;
mod numbers;
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
pub(crate) use mask::{HIDDEN, mask};
pub use partition::{NO_PROFILE, Partition};
pub use report::{Conflict, ConflictReason, Exceeded, IdentityReport, KindReport};
pub use rules::Rules;
