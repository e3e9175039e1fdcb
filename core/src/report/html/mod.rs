//! Pages and fragments in HTML that need nothing else: styles inside, no scripts, no network.
//!
//! Every class begins with `tl-` and every rule of the style sheet is about what is inside `.tl`, so that a fragment
//! changes nothing of the page (a notebook, say) that it stands in.

mod business;
mod card;
mod chart;
mod customer;
mod element;
mod evidence;
mod explanation;
mod format;
mod ingest;
mod member;
mod model;
mod overview;
mod page;
mod persona;
mod personas;
mod plot;
mod rfm;
mod scorecard;
mod series;
mod summary;
mod tag;
mod tree;
mod warnings;
mod words;

pub use plot::{KanoPoint, Plot};

use crate::engine::Explanation;
use crate::profile::Profiles;

impl Profiles {
    /// A page about the population: where it comes from, and for each tag how many profiles have a value and how the
    /// values are spread. The same profiles give the same bytes.
    ///
    /// Values of personal tags are not in it.
    pub fn to_html(&self) -> String {
        overview::page(self)
    }

    /// A page about one profile: its identifiers and tags, and why it has those that are not plain facts.
    ///
    /// Personal identifiers and values are masked.
    ///
    /// # Panics
    /// Where `row` is not below [`len`](Self::len).
    pub fn card_html(&self, row: usize) -> String {
        card::page(self, row)
    }

    /// As [`card_html`](Self::card_html), a fragment to be put in another page.
    ///
    /// # Panics
    /// Where `row` is not below [`len`](Self::len).
    pub fn card_html_fragment(&self, row: usize) -> String {
        card::fragment(self, row)
    }

    /// Name, instant, counts and the first ten profiles with their first twelve columns, as a fragment to be put in
    /// another page, such as a notebook.
    ///
    /// Personal values are masked.
    pub fn summary_html_fragment(&self) -> String {
        summary::fragment(self)
    }
}

impl Explanation {
    /// The explanation as a page. Instants are in UTC; personal values are masked.
    pub fn to_html(&self) -> String {
        explanation::page(self)
    }

    /// As [`to_html`](Self::to_html), a fragment to be put in another page.
    pub fn to_html_fragment(&self) -> String {
        explanation::fragment(self)
    }
}
