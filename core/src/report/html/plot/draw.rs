//! Drawing plots.

use crate::report::html::element::{Element, el};
use crate::report::html::plot::axis::Scale;
use crate::report::html::plot::{Layer, Plot};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
/// Where the axes lie.
const LEFT: f64 = 66.0;
const RIGHT: f64 = 620.0;
const TOP: f64 = 66.0;
const BOTTOM: f64 = 350.0;
const INK: &str = "#1a1f26";
const SOFT: &str = "#59636f";
const GRID: &str = "#e0e4e9";
const FONT: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

pub(super) fn svg(plot: &Plot) -> Element {
    let frame = Frame(plot);
    let mut svg = el("svg")
        .attr("xmlns", "http://www.w3.org/2000/svg")
        .attr("viewBox", format_args!("0 0 {WIDTH} {HEIGHT}"))
        .attr("width", WIDTH)
        .attr("height", HEIGHT)
        .attr("role", "img")
        .attr("aria-label", format_args!("{}: {}", plot.title, plot.summary))
        .attr("font-family", FONT)
        .attr("font-size", 12)
        .attr("fill", INK)
        .with(el("rect").attr("width", WIDTH).attr("height", HEIGHT).attr("fill", "#ffffff"))
        .with(text(LEFT, 26.0, "start", &plot.title).attr("font-size", 16).attr("font-weight", 600));
    svg = frame.axes(svg);
    svg = plot.layers.iter().fold(svg, |svg, layer| frame.layer(svg, layer));
    legend(plot, svg)
}

fn text(x: f64, y: f64, anchor: &str, text: &str) -> Element {
    el("text").attr("x", at(x)).attr("y", at(y)).attr("text-anchor", anchor).text(text)
}

/// A place with a digit after the point: a tenth of a pixel is enough.
fn at(place: f64) -> String {
    let text = format!("{place:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// Where things lie.
struct Frame<'a>(&'a Plot);

impl Frame<'_> {
    fn x(&self, value: f64) -> f64 {
        LEFT + self.0.x.place(value) * (RIGHT - LEFT)
    }

    fn y(&self, value: f64) -> f64 {
        BOTTOM - self.0.y.place(value) * (BOTTOM - TOP)
    }

    fn point(&self, (x, y): (f64, f64)) -> String {
        format!("{},{}", at(self.x(x)), at(self.y(y)))
    }

    fn axes(&self, mut svg: Element) -> Element {
        let line = |x1: f64, y1: f64, x2: f64, y2: f64, colour: &str| {
            let line = el("line").attr("x1", at(x1)).attr("y1", at(y1)).attr("x2", at(x2)).attr("y2", at(y2));
            line.attr("stroke", colour)
        };
        for (value, label) in self.0.y.ticks() {
            let y = self.y(value);
            svg = svg.with(line(LEFT, y, RIGHT, y, GRID));
            svg = svg.with(text(LEFT - 8.0, y + 4.0, "end", &label).attr("fill", SOFT));
        }
        let is_continuous = matches!(self.0.x.scale, Scale::Numbers { .. });
        for (value, label) in self.0.x.ticks() {
            let x = self.x(value);
            if is_continuous {
                svg = svg.with(line(x, BOTTOM, x, BOTTOM + 5.0, SOFT));
            }
            svg = svg.with(text(x, BOTTOM + 19.0, "middle", &label).attr("fill", SOFT));
        }
        let middle = f64::midpoint(LEFT, RIGHT);
        svg.with(line(LEFT, BOTTOM, RIGHT, BOTTOM, SOFT))
            .with(text(middle, BOTTOM + 40.0, "middle", &self.0.x.label))
            .with(text(LEFT, TOP - 12.0, "start", &self.0.y.label).attr("fill", SOFT))
    }

    fn layer(&self, svg: Element, layer: &Layer) -> Element {
        match layer {
            Layer::Line { colour, dashed, dots, points, .. } => {
                let line: Vec<String> = points.iter().map(|point| self.point(*point)).collect();
                let mut drawn = el("polyline")
                    .attr("points", line.join(" "))
                    .attr("fill", "none")
                    .attr("stroke", colour.hex())
                    .attr("stroke-width", 2)
                    .attr("stroke-linejoin", "round");
                if *dashed {
                    drawn = drawn.attr("stroke-dasharray", "6 4");
                }
                let mut svg = svg.with(drawn);
                for (x, y) in points.iter().filter(|_| *dots) {
                    let dot = el("circle").attr("cx", at(self.x(*x))).attr("cy", at(self.y(*y))).attr("r", 4);
                    svg = svg.with(dot.attr("fill", colour.hex()));
                }
                svg
            }
            Layer::Band { colour, points } => {
                let there = points.iter().map(|(x, low, _)| self.point((*x, *low)));
                let back = points.iter().rev().map(|(x, _, high)| self.point((*x, *high)));
                let around: Vec<String> = there.chain(back).collect();
                let band = el("polygon").attr("points", around.join(" ")).attr("fill", colour.hex());
                svg.with(band.attr("fill-opacity", 0.15))
            }
            Layer::Bars { colour, values, at: (nth, of), .. } => {
                let width = (RIGHT - LEFT) / values.len().max(1) as f64 * 0.7 / *of as f64;
                (0u32..).zip(values).fold(svg, |svg, (i, value)| {
                    let left = self.x(f64::from(i)) + width * (*nth as f64 - *of as f64 / 2.0);
                    let top = self.y(*value);
                    let bar = el("rect")
                        .attr("x", at(left))
                        .attr("y", at(top))
                        .attr("width", at(width * 0.94))
                        .attr("height", at(BOTTOM - top));
                    let title = el("title").text(crate::report::html::format::number(*value));
                    svg.with(bar.attr("fill", colour.hex()).with(title))
                })
            }
            Layer::Ticks { colour, points, .. } => points.iter().fold(svg, |svg, (x, y)| {
                let (x, y) = (at(self.x(*x)), self.y(*y));
                let tick =
                    el("line").attr("x1", &x).attr("x2", &x).attr("y1", at(y - 5.0)).attr("y2", at(y + 5.0));
                svg.with(tick.attr("stroke", colour.hex()).attr("stroke-width", 1.5))
            }),
            Layer::Rule { at: value, text: label } => {
                let x = self.x(*value);
                let line = el("line").attr("x1", at(x)).attr("x2", at(x)).attr("y1", TOP).attr("y2", BOTTOM);
                svg.with(line.attr("stroke", SOFT).attr("stroke-dasharray", "2 3"))
                    .with(text(x + 6.0, TOP + 12.0, "start", label).attr("fill", SOFT))
            }
        }
    }
}

/// What the colours mean, from the right end of the line above the picture.
fn legend(plot: &Plot, mut svg: Element) -> Element {
    let named = plot.layers.iter().filter_map(|layer| match layer {
        Layer::Line { name, colour, dashed, .. } => Some((name, colour, *dashed)),
        Layer::Bars { name, colour, .. } | Layer::Ticks { name, colour, .. } => Some((name, colour, false)),
        Layer::Band { .. } | Layer::Rule { .. } => None,
    });
    let named: Vec<_> = named.filter(|(name, ..)| !name.is_empty()).collect();
    // A single line needs no name: the title says what it is.
    if named.len() < 2 {
        return svg;
    }
    let mut right = RIGHT;
    for (name, colour, dashed) in named.into_iter().rev() {
        svg = svg.with(text(right, TOP - 12.0, "end", name));
        right -= width(name) + 8.0;
        let y = at(TOP - 16.0);
        let mut key =
            el("line").attr("x1", at(right - 20.0)).attr("x2", at(right)).attr("y1", &y).attr("y2", &y);
        key = key.attr("stroke", colour.hex()).attr("stroke-width", 3);
        if dashed {
            key = key.attr("stroke-dasharray", "6 4");
        }
        svg = svg.with(key);
        right -= 38.0;
    }
    svg
}

/// About how wide a text is.
fn width(text: &str) -> f64 {
    text.chars().map(|sign| if sign.is_ascii() { 6.7 } else { 12.5 }).sum()
}
