//! Pictures of marketing models: each one SVG that stands alone, without scripts and without network.

use crate::marketing::kano::Category;
use crate::marketing::value_tier::Concentration;
use crate::report::html::plot::worth as plot;
use crate::time::{Date, Timestamp, Zone};

/// A feature in the picture of a survey.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct KanoPoint {
    /// Its name.
    pub label: String,
    /// How much it can please, 0 to 1.
    pub better: f64,
    /// How much its absence hurts, −1 to 0.
    pub worse: f64,
    /// Its category, which gives it a colour.
    pub category: Option<Category>,
}

impl KanoPoint {
    /// A feature.
    pub fn new(label: impl Into<String>, better: f64, worse: f64, category: Option<Category>) -> Self {
        Self { label: label.into(), better, worse, category }
    }
}

/// The Lorenz curve: the share of the value that the poorest share of customers has, beside the line where all have the
/// same. An SVG of 480 × 440 pixels; without a curve (no value above 0) it says so.
pub fn lorenz_svg(spread: &Concentration) -> String {
    plot::lorenz(spread)
}

/// Features by how much they can please (up) and how much their absence hurts (right), in the four quadrants:
/// attractive, one-dimensional, must-be, indifferent. An SVG of 640 × 520 pixels; points outside of 0 to 1 stand at the
/// edge.
pub fn kano_svg(points: &[KanoPoint]) -> String {
    plot::kano(points)
}

/// How many members have each level, from one instant to another: stacked areas. `levels` are the names from the lowest
/// up, `counts` by instant as [`Members::counts`](crate::marketing::membership::Members::counts) gives them. An SVG of
/// 720 × 400 pixels.
pub fn levels_svg(levels: &[&str], instants: &[Timestamp], counts: &[Vec<u64>], zone: &Zone) -> String {
    let days: Vec<Date> = instants.iter().map(|instant| zone.date_at(*instant)).collect();
    plot::levels(levels, &days, counts)
}
