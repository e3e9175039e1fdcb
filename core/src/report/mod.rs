//! Reports for people: what is in a population, who one profile is, and why a tag has its value.
//!
//! [`Profiles::overview`](crate::Profiles::overview) gathers the facts as plain data; [`Profiles::to_html`],
//! [`Profiles::card_html`] and [`Explanation::to_html`] make pages of them that need nothing else: no network, no
//! scripts; [`Plot`] draws what marketing models say. Values of personal tags and identifiers are never shown, only how many profiles have one, or their ends.
//!
//! [`Profiles::to_html`]: crate::Profiles::to_html
//! [`Profiles::card_html`]: crate::Profiles::card_html
//! [`Explanation::to_html`]: crate::Explanation::to_html

mod distribution;
mod histogram;
mod html;
mod mask;
mod overview;
mod rfm;

#[cfg(test)]
mod tests;

pub use distribution::{Distribution, Ranked, Ranking};
pub use histogram::{Bin, Edge, Histogram, Numbers};
pub use html::{KanoPoint, Plot};
pub use overview::{ColumnFacts, LayerFacts, Overview, TagDetail, TagFacts};
pub use rfm::{RfmFacts, ScaleFacts, TierFacts};
