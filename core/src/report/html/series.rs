//! Plots with axes in numbers: points joined by lines.

use crate::report::html::element::{Element, el};
use crate::report::html::format;

/// A number by another, joined by lines; the point at `chosen` stands out. Points without a number are left out.
pub(super) fn line(name: &str, points: &[(f64, Option<f64>)], chosen: Option<f64>) -> Element {
    let known: Vec<(f64, f64)> = points.iter().filter_map(|&(x, y)| Some((x, y?))).collect();
    let ends = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    };
    let ((left, right), (low, high)) =
        (ends(&mut points.iter().map(|p| p.0)), ends(&mut known.iter().map(|p| p.1)));
    // A flat line stands in the middle.
    let share = |v: f64, (low, high): (f64, f64)| if high > low { (v - low) / (high - low) } else { 0.5 };
    let place =
        |(x, y): (f64, f64)| (36.0 + share(x, (left, right)) * 136.0, 82.0 - share(y, (low, high)) * 70.0);
    let said: Vec<String> =
        known.iter().map(|(x, y)| format!("{} → {}", format::number(*x), format::measure(*y))).collect();
    let mut svg = el("svg")
        .class("tl-plot")
        .attr("viewBox", "0 0 180 100")
        .attr("role", "img")
        .attr("aria-label", format!("{name}: {}", said.join("; ")))
        .with(el("rect").class("tl-frame").attr("x", 30).attr("y", 6).attr("width", 148).attr("height", 82));
    let text = |x: f64, y: f64, anchor: &str, text: String| {
        el("text").attr("x", x).attr("y", y).attr("text-anchor", anchor).text(text)
    };
    if !known.is_empty() {
        svg = svg.with(text(27.0, 14.0, "end", format::measure(high)));
        if high > low {
            svg = svg.with(text(27.0, 85.0, "end", format::measure(low)));
        }
    }
    let line: Vec<String> = known
        .iter()
        .map(|point| {
            let (x, y) = place(*point);
            format!("{x:.1},{y:.1}")
        })
        .collect();
    svg = svg.with(el("polyline").class("tl-line").attr("points", line.join(" ")));
    for &(x, _) in points {
        svg = svg.with(text(place((x, low)).0, 97.0, "middle", format::number(x)));
    }
    for (&point, said) in known.iter().zip(said) {
        let (x, y) = place(point);
        let is_chosen = chosen == Some(point.0);
        let (class, radius) = if is_chosen { ("tl-dot tl-chosen", "3.4") } else { ("tl-dot", "2.2") };
        let dot = el("circle").class(class).attr("cx", format!("{x:.1}")).attr("cy", format!("{y:.1}"));
        svg = svg.with(dot.attr("r", radius).with(el("title").text(said)));
    }
    el("figure").class("tl-figure").with(el("figcaption").with(el("b").text(name))).with(svg)
}
