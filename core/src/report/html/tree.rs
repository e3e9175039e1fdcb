//! Rules as trees, and scores as sums.

use crate::engine::Contribution;
use crate::expr::Explained;
use crate::predict::Space;
use crate::report::html::element::{Element, div, el, span};
use crate::report::html::explanation::View;
use crate::report::html::format;
use crate::value::Value;

/// How many contributions are shown.
const MAX_CONTRIBUTIONS: usize = 12;

/// What a rule or expression saw and gave.
pub(super) fn expression(root: &Explained, view: &View<'_>) -> Element {
    let rule = el("pre").class("tl-rule").with(el("code").text(&root.text));
    div("").with(rule).with(el("ul").class("tl-tree").with(node(root, view)))
}

fn node(part: &Explained, view: &View<'_>) -> Element {
    let parts: Vec<&Explained> = part.children.iter().filter(|child| child.op != "constant").collect();
    let names_only = parts.iter().all(|child| child.op == "name");
    let is_join = matches!(part.op, "AND" | "OR" | "NOT" | "CASE" | "COALESCE") && !names_only;
    let (class, mark, said) = match &part.value {
        Value::Bool(true) => ("tl-t1", "✓", view.words.pick("true", "真")),
        Value::Bool(false) => ("tl-t0", "✗", view.words.pick("false", "假")),
        Value::Null => ("tl-tu", "?", view.words.pick("unknown", "未知")),
        _ => ("tl-tv", "=", view.words.pick("value", "值")),
    };
    let mark = span(&format!("tl-mark {class}"), mark)
        .attr("role", "img")
        .attr("aria-label", said)
        .attr("title", said);
    let mut line = div("tl-line").with(mark);
    line = if is_join { line.with(span("tl-op", part.op)) } else { line.with(el("code").text(&part.text)) };
    if part.op == "name" {
        line = line.with(seen(part, view));
    } else if names_only {
        line = line.with_all(parts.iter().map(|child| named(child, view)));
    }
    if class == "tl-tv" && part.op != "name" {
        line = line.with(span("tl-seen", format::value(&shown(part, view), view.zone)));
    }
    if let Some(distance) = part.distance.filter(|_| !reads_personal(part, view)) {
        let text = view.words.pick("to the bound", "到界限");
        line = line.with(span("tl-note", format!("{} {text}", format::signed(distance))));
    }
    let class = if part.decisive { "tl-decisive" } else { "tl-idle" };
    let mut item = el("li").class(class).with(line);
    if !names_only {
        item = item.with(el("ul").with_all(parts.into_iter().map(|child| node(child, view))));
    }
    item
}

fn named(part: &Explained, view: &View<'_>) -> Element {
    span("tl-seen", format!("{} = {}", part.text, format::value(&shown(part, view), view.zone)))
}

fn seen(part: &Explained, view: &View<'_>) -> Element {
    span("tl-seen", format!("= {}", format::value(&shown(part, view), view.zone)))
}

/// The value of a part; where a personal tag is read for it, only that there is one. What a condition gave is shown.
fn shown(part: &Explained, view: &View<'_>) -> Value {
    if reads_personal(part, view) { crate::report::mask::value(&part.value) } else { part.value.clone() }
}

fn reads_personal(part: &Explained, view: &View<'_>) -> bool {
    (part.op == "name" && view.is_personal(&part.text))
        || part.children.iter().any(|child| reads_personal(child, view))
}

/// A score and what it is made of.
pub(super) struct Model<'a> {
    pub(super) space: Space,
    pub(super) base: f64,
    pub(super) score: f64,
    pub(super) contributions: &'a [Contribution],
}

/// Contributions as bars to either side: what raises the score to the right, what lowers it to the left.
pub(super) fn contributions(model: &Model<'_>, view: &View<'_>) -> Element {
    let words = view.words;
    let largest = model.contributions.iter().map(|part| part.contribution.abs()).fold(0.0, f64::max);
    let head = |class: &str, text: &str| el("th").attr("scope", "col").class(class).text(text);
    let heads = el("tr")
        .with(head("", words.pick("tag", "标签")))
        .with(head("", words.pick("value", "值")))
        .with(head("tl-mid", words.pick("lowers – raises", "降低 – 提高")))
        .with(head("tl-n", words.pick("adds", "贡献")));
    let mut body = el("tbody");
    for part in model.contributions.iter().take(MAX_CONTRIBUTIONS) {
        let width = if largest > 0.0 { part.contribution.abs() / largest * 50.0 } else { 0.0 };
        let (class, left) = if part.contribution < 0.0 { ("tl-down", 50.0 - width) } else { ("tl-up", 50.0) };
        let bar =
            div("tl-diverge").with(div(class).attr("style", format!("left:{left:.1}%;width:{width:.1}%")));
        body = body.with(
            el("tr")
                .with(el("th").attr("scope", "row").with(el("code").text(&part.tag)))
                .with(el("td").text(view.show(&part.tag, &part.value)))
                .with(el("td").class("tl-mid").with(bar))
                .with(el("td").class("tl-n").text(format::signed(part.contribution))),
        );
    }
    let caption = words.pick("What each feature adds to the score", "各特征对得分的贡献");
    let table = el("table")
        .class("tl-table tl-adds")
        .with(el("caption").class("tl-sr").text(caption))
        .with(el("thead").with(heads))
        .with(body);
    let space = match model.space {
        Space::LogOdds => words.pick("log-odds", "对数几率"),
        Space::Probability => words.pick("probability", "概率"),
    };
    let sum = format!(
        "{} {} → {} {} ({space}, {})",
        words.pick("anybody", "基准"),
        format::signed(model.base),
        words.pick("this profile", "本画像"),
        format::signed(model.score),
        words.pick("before calibration", "校准前")
    );
    let hidden = model.contributions.len().saturating_sub(MAX_CONTRIBUTIONS);
    let more = if hidden > 0 {
        format!(" · … {hidden} {}", words.pick("smaller ones", "项较小贡献"))
    } else {
        String::new()
    };
    div("")
        .with(
            div("tl-scroll")
                .attr("tabindex", 0)
                .attr("role", "region")
                .attr("aria-label", caption)
                .with(table),
        )
        .with(el("p").class("tl-note").text(sum).text(more))
}
