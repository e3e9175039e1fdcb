//! A population in recency, frequency and money, and in levels.

use crate::marketing::rfm::Dimension;
use crate::report::html::chart;
use crate::report::html::element::{Element, div, el, span};
use crate::report::html::words::Words;
use crate::report::html::{format, page, tag};
use crate::report::{Ranked, RfmFacts, ScaleFacts, TierFacts};

pub(super) fn population(facts: &RfmFacts, currency: Option<&str>, n: u64, words: Words) -> Element {
    let mut columns = div("tl-columns").with(grid(facts, words));
    if !facts.segments.top.is_empty() {
        let title = el("h4").text(words.pick("Segments", "客群"));
        let whole = facts.segments.top.iter().map(|segment| segment.count).sum();
        columns = columns.with(div("").with(title).with(tag::texts(&facts.segments, whole, words)));
    }
    let body = div("tl-dist").with(columns).with(scales(facts, currency, words));
    let mut about = format!(
        "{} {} / {} {}",
        words.pick("Thresholds learnt from", "阈值学习自"),
        format::count(facts.learnt_from),
        format::count(n),
        words.pick("profiles", "个画像")
    );
    for diagnostic in &facts.diagnostics {
        about.push_str(" · ");
        about.push_str(diagnostic);
    }
    body.with(el("p").class("tl-note").text(about))
}

/// Recency against frequency: the darker a cell, the more profiles.
fn grid(facts: &RfmFacts, words: Words) -> Element {
    let largest = facts.grid.iter().flatten().copied().max().unwrap_or(0).max(1);
    let total: u64 = facts.grid.iter().flatten().sum();
    let title = words.pick("Recency × frequency", "近度 × 频度");
    let mut head = el("tr").with(el("th").attr("scope", "col").class("tl-corner").text("F ╲ R"));
    for r in 1..=facts.grid.len() {
        head = head.with(el("th").attr("scope", "col").text(format!("R{r}")));
    }
    let mut body = el("tbody");
    let n_frequency = facts.grid.first().map_or(0, Vec::len);
    for f in (0..n_frequency).rev() {
        let mut row = el("tr").with(el("th").attr("scope", "row").text(format!("F{}", f + 1)));
        for (r, column) in facts.grid.iter().enumerate() {
            let count = column[f];
            // Steps of ten, so that a cell's colour and the colour of its text belong together.
            let heat = if count == 0 { 0 } else { 1 + (count * 8 / largest) };
            let said =
                format!("R{} F{}: {} ({})", r + 1, f + 1, format::count(count), format::part(count, total));
            row = row.with(
                el("td")
                    .class(&format!("tl-heat tl-heat-{heat}"))
                    .attr("title", said)
                    .with(el("b").text(format::count(count)))
                    .with(span("tl-share", format::part(count, total))),
            );
        }
        body = body.with(row);
    }
    let table = el("table")
        .class("tl-grid-table")
        .with(el("caption").class("tl-sr").text(title))
        .with(el("thead").with(head))
        .with(body);
    div("")
        .with(el("h4").text(title))
        .with(table)
        .with(el("p").class("tl-note").text(words.pick("Best at the top right.", "右上角最好。")))
}

/// What each score means.
fn scales(facts: &RfmFacts, currency: Option<&str>, words: Words) -> Element {
    let n_scores = facts.scales.iter().map(|scale| scale.reach.len()).max().unwrap_or(0);
    let scores: Vec<String> = (1..=n_scores).map(|score| score.to_string()).collect();
    let mut heads = vec![words.pick("score", "得分")];
    heads.extend(scores.iter().map(String::as_str));
    let rows = facts.scales.iter().map(|scale| scale_row(scale, currency, words));
    let title = words.pick("What each score means", "各得分的含义");
    page::folded(span("", title), [page::table(title, &heads, 1, rows)])
}

fn scale_row(scale: &ScaleFacts, currency: Option<&str>, words: Words) -> Vec<String> {
    let unit = match scale.dimension {
        Dimension::Recency => Some(words.pick("days", "天")),
        Dimension::Frequency => None,
        Dimension::Monetary => currency,
    };
    let sign = if scale.smaller_is_better { "≤" } else { "≥" };
    let mut row = vec![dimension(scale.dimension.name(), words).to_owned()];
    for (score, reach) in scale.reach.iter().enumerate() {
        let text = match reach {
            Some(value) => format!("{sign} {}", format::with_unit(&format::number(*value), unit)),
            None => "·".to_owned(),
        };
        let n = scale.n_by_score.get(score).map_or(String::new(), |n| format!(" ({})", format::count(*n)));
        row.push(text + &n);
    }
    row
}

/// The name of a measure.
pub(super) fn dimension(name: &str, words: Words) -> &str {
    match name {
        "recency" => words.pick("Recency", "近度 R"),
        "frequency" => words.pick("Frequency", "频度 F"),
        "monetary" => words.pick("Monetary", "金额 M"),
        other => other,
    }
}

/// Levels from high to low with how many profiles have each.
pub(super) fn levels(facts: &TierFacts, n: u64, words: Words) -> Element {
    let level = |(name, start, count): &(String, f64, u64)| Ranked {
        value: format!("{name}  ≥ {}", format::number(*start)),
        count: *count,
    };
    let levels: Vec<Ranked> = facts.levels.iter().rev().map(level).collect();
    let without = (facts.without > 0).then(|| (words.pick("no level", "无等级").to_owned(), facts.without));
    let heads = [words.pick("level", "等级"), words.pick("profiles", "画像数")];
    div("tl-dist")
        .with(chart::ranking(&levels, without, n, heads))
        .with(el("p").class("tl-note").text(words.pick("by ", "依据 ")).with(el("code").text(&facts.by)))
}
