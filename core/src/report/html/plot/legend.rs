//! What the colours of a plot mean, above it: in lines that end at the right.

use crate::report::html::element::{Element, el};
use crate::report::html::plot::draw::{LEFT, RIGHT, at, text, width};
use crate::report::html::plot::{Colour, Layer, Plot};

/// From line to line.
const LINE: f64 = 20.0;
/// The stroke in the colour, and the room on both sides of the text.
const KEY: f64 = 26.0 + GAP;
/// From a text to the next stroke.
const GAP: f64 = 16.0;

struct Entry<'a> {
    name: &'a str,
    colour: Colour,
    dashed: bool,
}

/// The lines of a legend.
pub(super) struct Legend<'a>(Vec<Vec<Entry<'a>>>);

impl<'a> Legend<'a> {
    pub(super) fn of(plot: &'a Plot) -> Self {
        let entry = |layer: &'a Layer| match layer {
            Layer::Line { name, colour, dashed, .. } => Some((name, *colour, *dashed)),
            Layer::Bars { name, colour, .. }
            | Layer::Band { name, colour, .. }
            | Layer::Ticks { name, colour, .. }
            | Layer::Spots { name, colour, .. } => Some((name, *colour, false)),
            Layer::Rule { .. } | Layer::Quadrants(_) => None,
        };
        let named = plot.layers.iter().filter_map(|layer| Some((layer, entry(layer)?)));
        let named: Vec<_> = named.filter(|(_, (name, ..))| !name.is_empty()).collect();
        // A single line needs no name: the title says what it is.
        if let [(Layer::Line { .. }, _)] = named.as_slice() {
            return Self(Vec::new());
        }
        // The text of the y axis stands to the left of the last line.
        let room = RIGHT - LEFT - width(&plot.y.label) - 16.0;
        let mut lines: Vec<Vec<Entry<'a>>> = Vec::new();
        let mut left = 0.0;
        for (_, (name, colour, dashed)) in named {
            let needed = width(name) + KEY;
            let entry = Entry { name, colour, dashed };
            if let Some(line) = lines.last_mut().filter(|_| left >= needed) {
                line.push(entry);
            } else {
                lines.push(vec![entry]);
                left = room;
            }
            left -= needed;
        }
        Self(lines)
    }

    /// How much room is needed above the line that is always there.
    pub(super) fn extra(&self) -> f64 {
        self.0.len().saturating_sub(1) as f64 * LINE
    }

    /// Draws it above an area that starts at `top`.
    pub(super) fn draw(&self, mut svg: Element, top: f64) -> Element {
        let mut y = top - 12.0 - self.extra();
        for line in &self.0 {
            let mut x = RIGHT + GAP - line.iter().map(|entry| width(entry.name) + KEY).sum::<f64>();
            for Entry { name, colour, dashed } in line {
                let middle = at(y - 4.0);
                let mut key = el("line")
                    .attr("x1", at(x))
                    .attr("x2", at(x + 20.0))
                    .attr("y1", &middle)
                    .attr("y2", &middle)
                    .attr("stroke", colour.hex())
                    .attr("stroke-width", 3);
                if *dashed {
                    key = key.attr("stroke-dasharray", "6 4");
                }
                svg = svg.with(key).with(text(x + 26.0, y, "start", name));
                x += width(name) + KEY;
            }
            y += LINE;
        }
        svg
    }
}
