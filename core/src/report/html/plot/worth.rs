//! The drawing of pictures that stand alone: their colours are in them, not in a style sheet.

use std::fmt::Display;

use crate::marketing::kano::Category;
use crate::marketing::value_tier::Concentration;
use crate::report::html::element::{Element, el};
use crate::report::html::format;
use crate::report::plot::KanoPoint;
use crate::time::Date;

const INK: &str = "#1f2937";
const PALE: &str = "#6b7280";
const GRID: &str = "#e5e7eb";
const BLUE: &str = "#2563eb";
/// From no level up: grey, then from pale to strong.
const LEVELS: [&str; 7] = ["#d1d5db", "#bfdbfe", "#60a5fa", "#2563eb", "#7c3aed", "#db2777", "#f59e0b"];

/// An area to draw in: shares of 0 to 1 become pixels.
struct Area {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

impl Area {
    fn x(&self, share: f64) -> f64 {
        self.left + share.clamp(0.0, 1.0) * self.width
    }

    fn y(&self, share: f64) -> f64 {
        self.top + (1.0 - share.clamp(0.0, 1.0)) * self.height
    }

    fn points(&self, points: impl Iterator<Item = (f64, f64)>) -> String {
        points.map(|(x, y)| format!("{:.1},{:.1}", self.x(x), self.y(y))).collect::<Vec<_>>().join(" ")
    }
}

fn svg(width: u32, height: u32, name: &str) -> Element {
    el("svg")
        .attr("xmlns", "http://www.w3.org/2000/svg")
        .attr("viewBox", format_args!("0 0 {width} {height}"))
        .attr("width", width)
        .attr("height", height)
        .attr("role", "img")
        .attr("aria-label", name)
        .attr("font-family", "system-ui, 'Noto Sans SC', sans-serif")
        .attr("font-size", 13)
        .with(el("rect").attr("width", width).attr("height", height).attr("fill", "#ffffff"))
}

fn line([x1, y1, x2, y2]: [f64; 4], colour: &str) -> Element {
    let at = |n: f64| format!("{n:.1}");
    el("line")
        .attr("x1", at(x1))
        .attr("y1", at(y1))
        .attr("x2", at(x2))
        .attr("y2", at(y2))
        .attr("stroke", colour)
}

fn words(x: f64, y: f64, anchor: &str, colour: &str, text: impl Display) -> Element {
    el("text")
        .attr("x", format_args!("{x:.1}"))
        .attr("y", format_args!("{y:.1}"))
        .attr("text-anchor", anchor)
        .attr("fill", colour)
        .text(text)
}

/// The grid of shares, in quarters, with its labels.
fn grid(mut svg: Element, area: &Area) -> Element {
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (x, y) = (area.x(share), area.y(share));
        let percent = format!("{:.0} %", share * 100.0);
        svg = svg
            .with(line([area.x(0.0), y, area.x(1.0), y], GRID))
            .with(line([x, area.y(0.0), x, area.y(1.0)], GRID))
            .with(words(area.left - 8.0, y + 4.0, "end", PALE, &percent))
            .with(words(x, area.y(0.0) + 18.0, "middle", PALE, &percent));
    }
    svg
}

pub(in crate::report) fn lorenz(spread: &Concentration) -> String {
    let area = Area { left: 60.0, top: 44.0, width: 390.0, height: 330.0 };
    let points = spread.curve(201);
    let title = match spread.gini() {
        Some(gini) => format!("Lorenz curve of {} customers, Gini {gini:.3}", format::count(spread.n as u64)),
        None => "No value above 0: no Lorenz curve".to_owned(),
    };
    let mut svg = grid(svg(480, 440, &title).with(words(60.0, 26.0, "start", INK, &title)), &area);
    let curve = area.points(points.iter().copied());
    if !points.is_empty() {
        let filled =
            el("polygon").attr("points", format_args!("{curve} {}", area.points([(0.0, 0.0)].into_iter())));
        svg = svg.with(filled.attr("fill", BLUE).attr("fill-opacity", "0.12"));
    }
    svg = svg.with(
        line([area.x(0.0), area.y(0.0), area.x(1.0), area.y(1.0)], PALE).attr("stroke-dasharray", "4 4"),
    );
    if !points.is_empty() {
        let drawn = el("polyline").attr("points", curve).attr("fill", "none");
        svg = svg.with(drawn.attr("stroke", BLUE).attr("stroke-width", 2.5));
    }
    if let Some(top) = spread.top_share(0.2) {
        let (x, y) = (area.x(0.8), area.y(1.0 - top));
        let said = format!("the best 20 % bring {:.0} %", top * 100.0);
        svg = svg
            .with(
                el("circle")
                    .attr("cx", format_args!("{x:.1}"))
                    .attr("cy", format_args!("{y:.1}"))
                    .attr("r", 4)
                    .attr("fill", BLUE),
            )
            .with(words(x - 10.0, y - 6.0, "end", INK, said));
    }
    svg.with(words(255.0, 425.0, "middle", PALE, "share of customers, from the smallest value"))
        .with(
            words(0.0, 0.0, "middle", PALE, "share of the value")
                .attr("transform", "translate(16 209) rotate(-90)"),
        )
        .to_string()
}

fn colour(category: Option<Category>) -> &'static str {
    match category {
        Some(Category::MustBe) => "#dc2626",
        Some(Category::OneDimensional) => BLUE,
        Some(Category::Attractive) => "#059669",
        Some(Category::Reverse) => "#7c3aed",
        Some(Category::Questionable) => "#f59e0b",
        Some(Category::Indifferent) | None => PALE,
    }
}

pub(in crate::report) fn kano(points: &[KanoPoint]) -> String {
    let area = Area { left: 64.0, top: 44.0, width: 546.0, height: 412.0 };
    let title = format!("Kano: {} features by how they please and how their absence hurts", points.len());
    let mut svg = grid(svg(640, 520, &title).with(words(64.0, 26.0, "start", INK, &title)), &area);
    svg = svg
        .with(line([area.x(0.5), area.y(0.0), area.x(0.5), area.y(1.0)], PALE))
        .with(line([area.x(0.0), area.y(0.5), area.x(1.0), area.y(0.5)], PALE));
    for (x, y, anchor, name) in [
        (0.01, 0.965, "start", "attractive"),
        (0.99, 0.965, "end", "one-dimensional"),
        (0.01, 0.015, "start", "indifferent"),
        (0.99, 0.015, "end", "must-be"),
    ] {
        svg = svg.with(words(area.x(x), area.y(y), anchor, PALE, name).attr("font-style", "italic"));
    }
    // From the top down, each label at the first height where no other stands.
    let mut order: Vec<&KanoPoint> = points.iter().collect();
    order.sort_by(|a, b| b.better.total_cmp(&a.better).then(a.label.cmp(&b.label)));
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    for point in order {
        let (x, y) = (area.x(-point.worse), area.y(point.better));
        let fill = colour(point.category);
        // About seven pixels a letter, thirteen a Chinese character.
        let width: f64 = point.label.chars().map(|c| if c.is_ascii() { 7.0 } else { 13.0 }).sum();
        let to_left = x + 10.0 + width > 636.0;
        let from = if to_left { x - 10.0 - width } else { x + 10.0 };
        let meets =
            |y: f64, (a, b, at): &(f64, f64, f64)| from < *b && *a < from + width && (at - y).abs() < 14.0;
        let mut height = y + 4.0;
        while taken.iter().any(|other| meets(height, other)) {
            height += 2.0;
        }
        taken.push((from, from + width, height));
        let category = point.category.map_or("-", Category::name);
        let said =
            format!("{}: {category}, better {:.2}, worse {:.2}", point.label, point.better, point.worse);
        let dot =
            el("circle").attr("cx", format_args!("{x:.1}")).attr("cy", format_args!("{y:.1}")).attr("r", 5);
        svg = svg.with(dot.attr("fill", fill).with(el("title").text(said)));
        let anchor = if to_left { "end" } else { "start" };
        let at = if to_left { x - 10.0 } else { x + 10.0 };
        svg = svg.with(words(at, height, anchor, INK, &point.label));
    }
    svg.with(words(337.0, 506.0, "middle", PALE, "absence hurts (− worse)"))
        .with(
            words(0.0, 0.0, "middle", PALE, "presence pleases (better)")
                .attr("transform", "translate(16 250) rotate(-90)"),
        )
        .to_string()
}

pub(in crate::report) fn levels(names: &[&str], days: &[Date], counts: &[Vec<u64>]) -> String {
    let area = Area { left: 70.0, top: 44.0, width: 480.0, height: 300.0 };
    let title = "Members by level";
    let mut svg = svg(720, 400, title).with(words(70.0, 26.0, "start", INK, title));
    let largest = counts.iter().map(|row| row.iter().sum::<u64>()).max().unwrap_or(0).max(1);
    for share in [0.0, 0.5, 1.0] {
        let y = area.y(share);
        let label = format::count((largest as f64 * share).round() as u64);
        svg = svg.with(line([area.x(0.0), y, area.x(1.0), y], GRID)).with(words(
            area.left - 8.0,
            y + 4.0,
            "end",
            PALE,
            label,
        ));
    }
    let last = days.len().min(counts.len()).saturating_sub(1).max(1) as f64;
    let mut below = vec![0u64; counts.len()];
    let all = std::iter::once("no level").chain(names.iter().copied());
    let mut legend = Vec::new();
    for (place, name) in all.enumerate() {
        let of = |row: &Vec<u64>| row.get(place).copied().unwrap_or(0);
        if counts.iter().all(|row| of(row) == 0) {
            continue;
        }
        let top: Vec<u64> = counts.iter().zip(&below).map(|(row, below)| below + of(row)).collect();
        let at = |i: usize, count: u64| (i as f64 / last, count as f64 / largest as f64);
        let upper = top.iter().enumerate().map(|(i, &count)| at(i, count));
        let lower = below.iter().enumerate().rev().map(|(i, &count)| at(i, count));
        let fill = LEVELS[place % LEVELS.len()];
        svg = svg.with(el("polygon").attr("points", area.points(upper.chain(lower))).attr("fill", fill));
        legend.push((name, fill, counts.last().map_or(0, of)));
        below = top;
    }
    for (i, (name, fill, count)) in legend.into_iter().rev().enumerate() {
        let y = 56.0 + 22.0 * i as f64;
        let key = el("rect")
            .attr("x", 566)
            .attr("y", y - 10.0)
            .attr("width", 12)
            .attr("height", 12)
            .attr("fill", fill);
        svg = svg.with(key).with(words(
            584.0,
            y,
            "start",
            INK,
            format_args!("{name}: {}", format::count(count)),
        ));
    }
    for (share, anchor, day) in [(0.0, "start", days.first()), (1.0, "end", days.last())] {
        if let Some(day) = day {
            svg = svg.with(words(area.x(share), area.y(0.0) + 20.0, anchor, PALE, day));
        }
    }
    svg.to_string()
}
