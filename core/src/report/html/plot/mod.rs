//! Plots of models: pictures that need nothing else, as SVG.

mod axis;
mod customers;
mod dates;
mod draw;
mod heat;
mod legend;
mod worth;

use axis::Axis;
use heat::Heat;
pub use worth::KanoPoint;

/// A plot. [`to_svg`](Self::to_svg) gives the picture: a file of its own, without scripts or fonts, the same bytes for the
/// same data.
///
/// ```
/// use tagloom::marketing::survival::{KaplanMeier, Spell};
/// use tagloom::report::Plot;
///
/// let spells = [(1.0, true), (2.0, false), (3.0, true), (4.0, true), (6.0, false)];
/// let curve = KaplanMeier::fit(&spells.map(|(months, left)| Spell::new(months, left)))?;
/// let svg = Plot::survival(&[("all", &curve)]).with_x_label("months").to_svg();
/// assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>") && svg.contains("months"));
/// # Ok::<(), tagloom::marketing::survival::SurvivalError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Plot {
    title: String,
    /// What the picture says, for those who do not see it.
    summary: String,
    x: Axis,
    y: Axis,
    /// Of the area between the axes, in pixels.
    height: f64,
    layers: Vec<Layer>,
    /// Instead of the layers: a table.
    heat: Option<Heat>,
}

/// How high the area between the axes is where nothing else is said, in pixels.
const HEIGHT: f64 = 284.0;

/// What is drawn, one over the other.
#[derive(Debug, Clone, PartialEq)]
enum Layer {
    /// Points joined by lines.
    Line { name: String, colour: Colour, dashed: bool, dots: bool, points: Vec<(f64, f64)> },
    /// What lies between two lines: x, low, high; `opacity` of 0 to 1.
    Band { name: String, colour: Colour, opacity: f64, points: Vec<(f64, f64, f64)> },
    /// Bars side by side, one group a category.
    Bars { name: String, colour: Colour, values: Vec<f64>, at: (usize, usize) },
    /// Small strokes at points.
    Ticks { name: String, colour: Colour, points: Vec<(f64, f64)> },
    /// A line from the bottom to the top with a text.
    Rule { at: f64, text: String },
    /// Dots with texts beside them, which give way to each other.
    Spots { name: String, colour: Colour, spots: Vec<Spot> },
    /// Two lines through the middle, and a text in each corner: top left, top right, bottom left, bottom right.
    Quadrants([&'static str; 4]),
}

/// A dot with a text beside it.
#[derive(Debug, Clone, PartialEq)]
struct Spot {
    x: f64,
    y: f64,
    label: String,
    /// What is said on top of it.
    said: String,
}

/// The colours of what is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colour {
    First,
    Second,
    Third,
    Fourth,
    Fifth,
    Sixth,
    /// Grey: what the others are compared with.
    Neutral,
}

impl Colour {
    /// Of a series by its place; after the sixth they come again.
    fn nth(n: usize) -> Self {
        [Self::First, Self::Second, Self::Third, Self::Fourth, Self::Fifth, Self::Sixth][n % 6]
    }

    /// Distinct for the colour-blind, too (Okabe and Ito 2008).
    fn hex(self) -> &'static str {
        match self {
            Self::First => "#0072b2",
            Self::Second => "#d55e00",
            Self::Third => "#009e73",
            Self::Fourth => "#cc79a7",
            Self::Fifth => "#e69f00",
            Self::Sixth => "#56b4e9",
            Self::Neutral => "#8a939e",
        }
    }
}

impl Plot {
    fn new(title: &str, x: Axis, y: Axis) -> Self {
        Self {
            title: title.to_owned(),
            summary: String::new(),
            x,
            y,
            height: HEIGHT,
            layers: Vec::new(),
            heat: None,
        }
    }

    /// With another title.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// With another text under the x axis.
    #[must_use]
    pub fn with_x_label(mut self, label: impl Into<String>) -> Self {
        self.x.label = label.into();
        self
    }

    /// With another text at the y axis.
    #[must_use]
    pub fn with_y_label(mut self, label: impl Into<String>) -> Self {
        self.y.label = label.into();
        self
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The picture as SVG.
    pub fn to_svg(&self) -> String {
        match &self.heat {
            Some(heat) => heat::svg(self, heat).to_string(),
            None => draw::svg(self).to_string(),
        }
    }
}
