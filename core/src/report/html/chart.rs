//! Charts: bars, scales and points, as SVG that stretches and as tables that read out well.

use crate::report::html::element::{Element, div, el, span};
use crate::report::html::format;
use crate::report::html::words::Words;
use crate::report::{Bin, Edge, Histogram, Ranked};

/// A part of a stacked bar.
pub(super) struct Part<'a> {
    pub(super) class: &'a str,
    pub(super) label: &'a str,
    pub(super) count: u64,
}

/// A histogram with its axis. `show` writes an edge, `marker` is where to draw a line.
pub(super) fn histogram(
    histogram: &Histogram,
    words: Words,
    show: &dyn Fn(Edge) -> String,
    marker: Option<f64>,
) -> Element {
    let bins = &histogram.bins;
    let largest = bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1) as f64;
    let total: u64 = bins.iter().map(|bin| bin.count).sum();
    let label = |bin: &Bin| range(bin, histogram.single_values, show);
    let summary = summary(bins, words, &label);
    // Stretched to the width of its box: there is no text in it that would be distorted.
    let mut svg = el("svg")
        .class("tl-hist")
        .attr("viewBox", format_args!("0 0 {} 100", bins.len() * 10))
        .attr("preserveAspectRatio", "none")
        .attr("role", "img")
        .attr("aria-label", summary);
    for (i, bin) in bins.iter().enumerate().filter(|(_, bin)| bin.count > 0) {
        let height = (bin.count as f64 / largest * 100.0).max(2.0);
        let open = bin.from.is_none() || bin.to.is_none();
        let title =
            format!("{}: {} ({})", label(bin), format::count(bin.count), format::part(bin.count, total));
        svg = svg.with(
            el("rect")
                .class(if open { "tl-bar tl-open" } else { "tl-bar" })
                .attr("x", format_args!("{:.1}", i as f64 * 10.0 + 0.6))
                .attr("y", format_args!("{:.1}", 100.0 - height))
                .attr("width", "8.8")
                .attr("height", format_args!("{height:.1}"))
                .with(el("title").text(title)),
        );
    }
    if let Some(at) = marker {
        let x = format!("{:.1}", at * bins.len() as f64 * 10.0);
        let line = el("line").class("tl-marker").attr("x1", &x).attr("x2", &x).attr("y1", 0).attr("y2", 100);
        svg = svg.with(line);
    }
    el("figure").class("tl-figure").with(svg).with(axis(histogram, show))
}

/// What a screen reader says of a histogram: where it is highest.
fn summary(bins: &[Bin], words: Words, label: &dyn Fn(&Bin) -> String) -> String {
    let Some(highest) = bins.iter().rev().max_by_key(|bin| bin.count) else { return String::new() };
    let counted = bins.iter().map(|bin| bin.count).sum::<u64>();
    format!(
        "{} {} · {} {}: {}",
        words.pick("Histogram of", "直方图，样本数"),
        format::count(counted),
        words.pick("most in", "最多"),
        label(highest),
        format::count(highest.count)
    )
}

fn range(bin: &Bin, single: bool, show: &dyn Fn(Edge) -> String) -> String {
    match (bin.from, bin.to) {
        (Some(from), _) if single => show(from),
        (Some(from), Some(to)) => format!("{} – {}", show(from), show(to)),
        (Some(from), None) => format!("≥ {}", show(from)),
        (None, Some(to)) => format!("< {}", show(to)),
        (None, None) => String::new(),
    }
}

/// Up to three labels under a histogram.
fn axis(histogram: &Histogram, show: &dyn Fn(Edge) -> String) -> Element {
    let bins = &histogram.bins;
    let mut axis = div("tl-axis").attr("aria-hidden", "true");
    let (Some(first), Some(last)) = (bins.first(), bins.last()) else { return axis };
    let start = match (first.from, first.to) {
        (Some(from), _) => show(from),
        (None, to) => to.map_or(String::new(), |to| format!("< {}", show(to))),
    };
    let end = match (last.from, last.to) {
        (Some(from), None) => format!("≥ {}", show(from)),
        (Some(from), _) if histogram.single_values => show(from),
        (_, to) => to.map_or(String::new(), show),
    };
    axis = axis.with(span("", start));
    if bins.len() > 1 {
        axis = axis.with(span("", end));
    }
    axis
}

/// Values with a bar each, as a table.
pub(super) fn ranking(
    top: &[Ranked],
    others: Option<(String, u64)>,
    whole: u64,
    heads: [&str; 2],
) -> Element {
    let largest = top.iter().map(|r| r.count).chain(others.iter().map(|o| o.1)).max().unwrap_or(0).max(1);
    let mut body = el("tbody");
    for Ranked { value, count } in top {
        body = body.with(bar_row(value, *count, whole, largest, "tl-fill"));
    }
    if let Some((label, count)) = others {
        body = body.with(bar_row(&label, count, whole, largest, "tl-fill tl-rest"));
    }
    bar_table(heads).with(body)
}

fn bar_table([what, count]: [&str; 2]) -> Element {
    let head = |text: &str| el("th").attr("scope", "col").text(text);
    let heads = el("tr").with(head(what)).with(head(count));
    let widths = el("colgroup").with_own_markup("<col><col class=\"tl-narrow\">");
    el("table").class("tl-bars").with(widths).with(el("thead").class("tl-sr").with(heads))
}

fn bar_row(label: &str, count: u64, whole: u64, largest: u64, class: &str) -> Element {
    let width = count as f64 / largest as f64 * 100.0;
    let bar = div("tl-track").with(div(class).attr("style", format_args!("width:{width:.1}%")));
    el("tr")
        .with(el("th").attr("scope", "row").with(span("tl-clip", label).attr("title", label)).with(bar))
        .with(
            el("td")
                .text(format::count(count))
                .with(span("tl-share", format_args!(" {}", format::part(count, whole)))),
        )
}

/// Parts of a whole in one bar, with their names and numbers below.
pub(super) fn stacked(parts: &[Part<'_>], whole: u64, name: &str) -> Element {
    let said: Vec<String> = parts
        .iter()
        .map(|part| {
            format!("{} {} ({})", part.label, format::count(part.count), format::part(part.count, whole))
        })
        .collect();
    let mut bar =
        div("tl-stack").attr("role", "img").attr("aria-label", format!("{name}: {}", said.join(", ")));
    let mut legend = el("ul").class("tl-legend");
    for (part, said) in parts.iter().zip(&said) {
        let share = part.count as f64 / whole.max(1) as f64 * 100.0;
        if part.count > 0 {
            let style = format!("flex-grow:{share:.3}");
            bar = bar.with(div(&format!("tl-part {}", part.class)).attr("style", style).attr("title", said));
        }
        legend = legend.with(
            el("li")
                .with(el("i").class(&format!("tl-key {}", part.class)))
                .text(part.label)
                .text(" ")
                .with(el("b").text(format::count(part.count)))
                .with(span("tl-share", format_args!(" {}", format::part(part.count, whole)))),
        );
    }
    div("tl-parts").with(bar).with(legend)
}

/// Names with values, one beside the other.
pub(super) fn stats(items: impl IntoIterator<Item = (String, String)>) -> Element {
    let item =
        |(name, value): (String, String)| div("tl-stat").with(el("dt").text(name)).with(el("dd").text(value));
    el("dl").class("tl-stats").with_all(items.into_iter().map(item))
}

/// Points joined by lines in a unit square, with the diagonal.
pub(super) fn curve(points: &[(f64, f64)], name: &str, heads: [&str; 2]) -> Element {
    let place = |(x, y): (f64, f64)| (8.0 + x * 104.0, 112.0 - y * 104.0);
    let line: Vec<String> = points
        .iter()
        .map(|point| {
            let (x, y) = place(*point);
            format!("{x:.1},{y:.1}")
        })
        .collect();
    let said: Vec<String> =
        points.iter().map(|(x, y)| format!("{} → {}", format::percent(*x), format::percent(*y))).collect();
    let mut svg = el("svg")
        .class("tl-plot")
        .attr("viewBox", "0 0 120 120")
        .attr("role", "img")
        .attr("aria-label", format!("{name}: {}", said.join("; ")))
        .with(el("rect").class("tl-frame").attr("x", 8).attr("y", 8).attr("width", 104).attr("height", 104))
        .with(el("line").class("tl-diagonal").attr("x1", 8).attr("y1", 112).attr("x2", 112).attr("y2", 8))
        .with(el("polyline").class("tl-line").attr("points", line.join(" ")));
    for (point, said) in points.iter().zip(said) {
        let (x, y) = place(*point);
        let dot = el("circle").class("tl-dot").attr("cx", format!("{x:.1}")).attr("cy", format!("{y:.1}"));
        svg = svg.with(dot.attr("r", "2.4").with(el("title").text(said)));
    }
    let [x, y] = heads;
    el("figure")
        .class("tl-figure tl-square")
        .with(el("figcaption").with(el("b").text(name)).with(span("tl-note", format!(" {y} ↑ {x} →"))))
        .with(svg)
}
