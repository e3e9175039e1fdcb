//! Personas as cards: what each is like, a typical member, and how many there should be.

use crate::marketing::persona::{Cell, Feature, Fitted, Persona, Trait};
use crate::report::html::element::{Element, div, el, span};
use crate::report::html::words::Words;
use crate::report::html::{format, page, series};

/// Effects of this size fill a bar.
const FULL: f64 = 3.0;
/// A card shows so many traits, the largest.
const MAX_TRAITS: usize = 8;

impl Fitted {
    /// A page with a card for each persona: size, what distinguishes it, a typical member; and how good other numbers of
    /// personas are. It needs nothing else, and the same personas give the same bytes.
    pub fn to_html(&self) -> String {
        let words = Words::in_language(self.params.language);
        let title = words.pick("Personas", "人群画像");
        let body = el("main").with(el("h1").text(title)).with(cards(self, words));
        page::page(title, words, body)
    }

    /// As [`to_html`](Self::to_html), a fragment to be put in another page.
    pub fn to_html_fragment(&self) -> String {
        let words = Words::in_language(self.params.language);
        page::fragment(words, cards(self, words))
    }
}

pub(super) fn cards(fitted: &Fitted, words: Words) -> Element {
    let mut grid = div("tl-grid tl-few tl-personas");
    for persona in &fitted.personas {
        grid = grid.with(card(persona, fitted, words));
    }
    let mut about = format!(
        "{} {} {}",
        words.pick("Learnt from", "学习自"),
        format::count(fitted.n),
        words.pick("profiles", "个画像")
    );
    let mut add = |name: &str, value: Option<f64>| {
        if let Some(value) = value {
            about = format!("{about} · {name} {}", format::measure(value));
        }
    };
    add(words.pick("silhouette", "轮廓系数"), fitted.silhouette);
    add(words.pick("stability", "稳定性"), fitted.stability);
    let mut all = div("tl-dist tl-model").with(el("p").class("tl-note").text(about)).with(grid);
    if fitted.choice.len() > 1 {
        all = all.with(choice(fitted, words));
    }
    all.with(separation(fitted, words))
}

fn card(persona: &Persona, fitted: &Fitted, words: Words) -> Element {
    let share = span("tl-count", format::percent(persona.share));
    let size = format!("{} {}", format::count(persona.size), words.pick("profiles", "个画像"));
    let head = el("header").with(el("h3").text(&persona.name).with(share));
    let mut body = el("tbody");
    for found in persona.traits.iter().take(MAX_TRAITS) {
        let width = (found.effect.abs() / FULL).min(1.0) * 50.0;
        let (class, left) = if found.effect < 0.0 { ("tl-down", 50.0 - width) } else { ("tl-up", 50.0) };
        let bar =
            div("tl-diverge").with(div(class).attr("style", format!("left:{left:.1}%;width:{width:.1}%")));
        let said = format!("{} {}", words.pick("effect", "效应量"), format::signed(found.effect));
        body = body.with(
            el("tr")
                .with(el("th").attr("scope", "row").text(label(found, &fitted.features)))
                .with(el("td").class("tl-mid").attr("title", said).with(bar))
                .with(el("td").class("tl-n").text(compared(found))),
        );
    }
    let head_of = |class: &str, text: &str| el("th").attr("scope", "col").class(class).text(text);
    let heads = el("tr")
        .with(head_of("", words.pick("tag", "标签")))
        .with(head_of("tl-mid", words.pick("less – more", "更少 – 更多")))
        .with(head_of("tl-n", words.pick("here / others", "本群 / 其他")));
    let traits = el("table")
        .class("tl-table tl-adds")
        .with(el("caption").class("tl-sr").text(words.pick("What distinguishes it", "显著特征")))
        .with(el("thead").with(heads))
        .with(body);
    let typical = fitted.features.iter().zip(&persona.typical);
    let typical = typical.map(|(feature, cell)| (feature.name.label().to_owned(), text(cell, words)));
    let summary = span("", words.pick("A typical member", "典型成员"));
    el("article")
        .class("tl-card")
        .with(head)
        .with(el("p").class("tl-note").text(size))
        .with(
            div("tl-track")
                .with(div("tl-fill").attr("style", format!("width:{:.1}%", persona.share * 100.0))),
        )
        .with(traits)
        .with(page::folded(summary, [crate::report::html::chart::stats(typical)]))
}

/// The feature, of a category with its value.
fn label(found: &Trait, features: &[Feature]) -> String {
    let feature = features.iter().find(|feature| feature.name.name == found.feature);
    let label = feature.map_or(found.feature.as_str(), |feature| feature.name.label());
    match &found.level {
        Cell::Text(level) => format!("{label} = {level}"),
        _ => label.to_owned(),
    }
}

/// In the group and in everybody else: means, or shares of a category.
fn compared(found: &Trait) -> String {
    let is_number = found.median.is_some();
    let show = |value: Option<f64>| match value {
        None => "–".to_owned(),
        Some(value) if is_number => format::number(value),
        Some(value) => format::percent(value),
    };
    format!("{} / {}", show(found.inside), show(found.outside))
}

fn text(cell: &Cell, words: Words) -> String {
    match cell {
        Cell::Number(number) => format::number(*number),
        Cell::Flag(true) => words.pick("yes", "是").to_owned(),
        Cell::Flag(false) => words.pick("no", "否").to_owned(),
        Cell::Text(text) => text.clone(),
        Cell::Missing => "–".to_owned(),
    }
}

/// How good other numbers of personas are.
fn choice(fitted: &Fitted, words: Words) -> Element {
    let chosen = Some(fitted.personas.len() as f64);
    let points = |of: &dyn Fn(usize) -> Option<f64>| -> Vec<(f64, Option<f64>)> {
        (0..fitted.choice.len()).map(|at| (fitted.choice[at].k as f64, of(at))).collect()
    };
    let quality = &fitted.choice;
    let plots = div("tl-three")
        .with(series::line(
            words.pick("Silhouette", "轮廓系数"),
            &points(&|at| quality[at].silhouette),
            chosen,
        ))
        .with(series::line(
            words.pick("Stability (adjusted Rand)", "稳定性（调整兰德指数）"),
            &points(&|at| Some(quality[at].stability)),
            chosen,
        ))
        .with(series::line(
            words.pick("Mean distance within (elbow)", "群内平均距离（手肘图）"),
            &points(&|at| Some(quality[at].distortion)),
            chosen,
        ));
    div("").with(el("h4").text(words.pick("How many personas", "人群数量的选择"))).with(plots)
}

/// How much each feature separates all personas.
fn separation(fitted: &Fitted, words: Words) -> Element {
    let mut body = el("tbody");
    for found in &fitted.separation {
        let feature = fitted.features.iter().find(|feature| feature.name.name == found.feature);
        let label = feature.map_or(found.feature.as_str(), |feature| feature.name.label());
        let bar =
            div("tl-track").with(div("tl-fill").attr("style", format!("width:{:.1}%", found.value * 100.0)));
        body = body.with(
            el("tr")
                .with(el("th").attr("scope", "row").with(span("tl-clip", label)).with(bar))
                .with(el("td").text(format::percent(found.value))),
        );
    }
    let widths = el("colgroup").with_own_markup("<col><col class=\"tl-narrow\">");
    let title = words.pick("What separates the personas", "各标签的区分度");
    let note = words.pick(
        "η² of numbers (the share of the variance between personas), Cramér's V of categories.",
        "数值为 η²（组间方差占比），类别为 Cramér's V。",
    );
    let table =
        el("table").class("tl-bars").with(el("caption").class("tl-sr").text(title)).with(widths).with(body);
    div("").with(el("h4").text(title)).with(table).with(el("p").class("tl-note").text(note))
}
