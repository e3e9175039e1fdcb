//! Drawing plots.

use crate::report::html::element::{Element, el};
use crate::report::html::plot::axis::Scale;
use crate::report::html::plot::legend::Legend;
use crate::report::html::plot::{Layer, Plot, Spot};

const WIDTH: f64 = 640.0;
/// Where the axes lie.
pub(super) const LEFT: f64 = 66.0;
pub(super) const RIGHT: f64 = 620.0;
/// Room for the title and a line of the legend.
const ABOVE: f64 = 66.0;
/// Room for what is written at the x axis.
const BELOW: f64 = 50.0;
/// Of a dot with a text.
const RADIUS: f64 = 5.0;
/// From a dot to its text.
const GAP: f64 = 9.0;
/// From text to text.
const TEXT_HEIGHT: f64 = 14.0;
/// How many half texts a text is moved up or down at most.
const TRIES: u32 = 12;
pub(super) const INK: &str = "#1a1f26";
pub(super) const SOFT: &str = "#59636f";
const GRID: &str = "#e0e4e9";
pub(super) const FONT: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

pub(super) fn svg(plot: &Plot) -> Element {
    let legend = Legend::of(plot);
    let top = ABOVE + legend.extra();
    let frame = Frame { plot, top, bottom: top + plot.height };
    let height = frame.bottom + BELOW;
    let mut svg = el("svg")
        .attr("xmlns", "http://www.w3.org/2000/svg")
        .attr("viewBox", format_args!("0 0 {WIDTH} {height}"))
        .attr("width", WIDTH)
        .attr("height", height)
        .attr("role", "img")
        .attr("aria-label", format_args!("{}: {}", plot.title, plot.summary))
        .attr("font-family", FONT)
        .attr("font-size", 12)
        .attr("fill", INK)
        .with(el("rect").attr("width", WIDTH).attr("height", height).attr("fill", "#ffffff"))
        .with(text(LEFT, 26.0, "start", &plot.title).attr("font-size", 16).attr("font-weight", 600));
    svg = frame.axes(svg);
    svg = plot.layers.iter().fold(svg, |svg, layer| frame.layer(svg, layer));
    svg = frame.spots(svg);
    legend.draw(svg, top)
}

pub(super) fn text(x: f64, y: f64, anchor: &str, text: &str) -> Element {
    el("text").attr("x", at(x)).attr("y", at(y)).attr("text-anchor", anchor).text(text)
}

/// A place with a digit after the point: a tenth of a pixel is enough.
pub(super) fn at(place: f64) -> String {
    let text = format!("{place:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn line(x1: f64, y1: f64, x2: f64, y2: f64, colour: &str) -> Element {
    let line = el("line").attr("x1", at(x1)).attr("y1", at(y1)).attr("x2", at(x2)).attr("y2", at(y2));
    line.attr("stroke", colour)
}

/// Where a text stands: from, to, height.
type Place = (f64, f64, f64);

/// Where things lie.
struct Frame<'a> {
    plot: &'a Plot,
    top: f64,
    bottom: f64,
}

impl Frame<'_> {
    fn x(&self, value: f64) -> f64 {
        LEFT + self.plot.x.place(value) * (RIGHT - LEFT)
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - self.plot.y.place(value) * (self.bottom - self.top)
    }

    fn point(&self, (x, y): (f64, f64)) -> String {
        format!("{},{}", at(self.x(x)), at(self.y(y)))
    }

    fn axes(&self, mut svg: Element) -> Element {
        for (value, label) in self.plot.y.ticks() {
            let y = self.y(value);
            svg = svg.with(line(LEFT, y, RIGHT, y, GRID));
            svg = svg.with(text(LEFT - 8.0, y + 4.0, "end", &label).attr("fill", SOFT));
        }
        let is_continuous = matches!(self.plot.x.scale, Scale::Numbers { .. } | Scale::Days { .. });
        for (value, label) in self.plot.x.ticks() {
            let x = self.x(value);
            if is_continuous {
                svg = svg.with(line(x, self.bottom, x, self.bottom + 5.0, SOFT));
            }
            // Not over the edge.
            let x = x.min(WIDTH - 4.0 - width(&label) / 2.0);
            svg = svg.with(text(x, self.bottom + 19.0, "middle", &label).attr("fill", SOFT));
        }
        let middle = f64::midpoint(LEFT, RIGHT);
        svg.with(line(LEFT, self.bottom, RIGHT, self.bottom, SOFT))
            .with(text(middle, self.bottom + 40.0, "middle", &self.plot.x.label))
            .with(text(LEFT, self.top - 12.0, "start", &self.plot.y.label).attr("fill", SOFT))
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
            Layer::Band { colour, opacity, points, .. } => {
                let there = points.iter().map(|(x, low, _)| self.point((*x, *low)));
                let back = points.iter().rev().map(|(x, _, high)| self.point((*x, *high)));
                let around: Vec<String> = there.chain(back).collect();
                let band = el("polygon").attr("points", around.join(" ")).attr("fill", colour.hex());
                svg.with(band.attr("fill-opacity", opacity))
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
                        .attr("height", at(self.bottom - top));
                    let title = el("title").text(crate::report::html::format::number(*value));
                    svg.with(bar.attr("fill", colour.hex()).with(title))
                })
            }
            Layer::Ticks { colour, points, .. } => points.iter().fold(svg, |svg, (x, y)| {
                let (x, y) = (self.x(*x), self.y(*y));
                svg.with(line(x, y - 5.0, x, y + 5.0, colour.hex()).attr("stroke-width", 1.5))
            }),
            Layer::Rule { at: value, text: label } => {
                let x = self.x(*value);
                svg.with(line(x, self.top, x, self.bottom, SOFT).attr("stroke-dasharray", "2 3"))
                    .with(text(x + 6.0, self.top + 12.0, "start", label).attr("fill", SOFT))
            }
            Layer::Spots { colour, spots, .. } => spots.iter().fold(svg, |svg, spot| {
                let (x, y) = (at(self.x(spot.x)), at(self.y(spot.y)));
                let dot =
                    el("circle").attr("cx", x).attr("cy", y).attr("r", RADIUS).attr("fill", colour.hex());
                svg.with(dot.with(el("title").text(&spot.said)))
            }),
            Layer::Quadrants(names) => self.quadrants(svg, names),
        }
    }

    fn quadrants(&self, svg: Element, names: &[&str; 4]) -> Element {
        let (x, y) = (f64::midpoint(LEFT, RIGHT), f64::midpoint(self.top, self.bottom));
        let svg = svg.with(line(x, self.top, x, self.bottom, SOFT)).with(line(LEFT, y, RIGHT, y, SOFT));
        svg.with_all(self.corners(names).into_iter().zip(names).map(|((from, to, y), name)| {
            let (x, anchor) = if from < x { (from, "start") } else { (to, "end") };
            text(x, y, anchor, name).attr("fill", SOFT).attr("font-style", "italic")
        }))
    }

    /// Where the texts of the corners stand: from, to, height.
    fn corners(&self, names: &[&str; 4]) -> [Place; 4] {
        let (up, down) = (self.top + 16.0, self.bottom - 8.0);
        let left = |name: &str, y: f64| (LEFT + 6.0, LEFT + 6.0 + width(name), y);
        let right = |name: &str, y: f64| (RIGHT - 6.0 - width(name), RIGHT - 6.0, y);
        let [a, b, c, d] = names;
        [left(a, up), right(b, up), left(c, down), right(d, down)]
    }

    /// The texts of dots, from the top down: each as near to its dot as there is no other text or dot, to the left of it where the
    /// right has no room. A text that there is no room for is left out; its dot says it.
    fn spots(&self, svg: Element) -> Element {
        let mut spots: Vec<&Spot> = Vec::new();
        let mut taken: Vec<Place> = Vec::new();
        for layer in &self.plot.layers {
            match layer {
                Layer::Spots { spots: more, .. } => spots.extend(more),
                Layer::Quadrants(names) => taken.extend(self.corners(names)),
                _ => {}
            }
        }
        taken.extend(spots.iter().map(|spot| {
            let (x, y) = (self.x(spot.x), self.y(spot.y));
            (x - RADIUS, x + RADIUS, y + 4.0)
        }));
        spots.sort_by(|a, b| b.y.total_cmp(&a.y).then_with(|| a.label.cmp(&b.label)));
        svg.with_all(spots.into_iter().filter_map(|spot| {
            let (x, y, wide) = (self.x(spot.x), self.y(spot.y) + 4.0, width(&spot.label));
            let is_left = x + GAP + wide > WIDTH - 4.0;
            let from = if is_left { x - GAP - wide } else { x + GAP };
            let to = from + wide;
            let is_free = |height: f64| {
                let meets =
                    |other: &Place| from < other.1 && other.0 < to && (other.2 - height).abs() < TEXT_HEIGHT;
                height > self.top && height < self.bottom + 6.0 && !taken.iter().any(meets)
            };
            let away = (0..TRIES).map(|step| f64::from(step) * TEXT_HEIGHT / 2.0);
            let height = away.flat_map(|away| [y + away, y - away]).find(|height| is_free(*height))?;
            taken.push((from, to, height));
            let (at, anchor) = if is_left { (to, "end") } else { (from, "start") };
            let text = text(at, height, anchor, &spot.label);
            // With an edge of white, lines behind it do not disturb.
            Some(text.attr("paint-order", "stroke").attr("stroke", "#ffffff").attr("stroke-width", 3))
        }))
    }
}

/// About how wide a text is.
pub(super) fn width(text: &str) -> f64 {
    let of = |sign: char| match sign {
        'i' | 'j' | 'l' | 'f' | 't' | 'r' | 'I' | ' ' | ':' | '.' | ',' | ';' | '\'' | '|' => 4.5,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 11.0,
        'A'..='Z' => 8.2,
        sign if sign.is_ascii() => 7.2,
        _ => 12.5,
    };
    text.chars().map(of).sum()
}
