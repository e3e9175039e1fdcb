//! Score cards that were learnt: the table that bankers read, with the evidence of each bin as bars, and why somebody has
//! a score.

use crate::engine::ScorecardBecause;
use crate::marketing::Language;
use crate::marketing::scorecard::{Characteristic, Fitted, Measures};
use crate::report::html::element::{Element, div, el, span};
use crate::report::html::explanation::View;
use crate::report::html::words::Words;
use crate::report::html::{format, page};

/// Evidence of this size fills a bar.
const FULL: f64 = 2.0;

impl Fitted {
    /// A page with the card: for each characteristic its bins with counts, rates, weights of evidence and points. It needs
    /// nothing else, and the same card gives the same bytes.
    pub fn to_html(&self, language: Language) -> String {
        let words = Words::in_language(language);
        let title = words.pick("Score card", "评分卡");
        page::page(title, words, el("main").with(el("h1").text(title)).with(table(self, words)))
    }

    /// As [`to_html`](Self::to_html), a fragment to be put in another page.
    pub fn to_html_fragment(&self, language: Language) -> String {
        let words = Words::in_language(language);
        page::fragment(words, table(self, words))
    }
}

/// The card.
pub(super) fn table(fitted: &Fitted, words: Words) -> Element {
    let measured = |name: &str, found: &Measures| {
        let Measures { n, events, gini, ks, auc, .. } = *found;
        let text = format!(
            "{name}: {} {} · {} {} · AUC {} · Gini {} · KS {}",
            format::count(n),
            words.pick("rows", "行"),
            format::count(events),
            words.pick("events", "个事件"),
            format::measure(auc.value),
            format::measure(gini),
            format::measure(ks)
        );
        el("p").class("tl-note").text(text)
    };
    let mut all = div("tl-dist tl-model").with(measured(words.pick("Learnt", "训练"), &fitted.measures));
    if let Some(tested) = &fitted.tested {
        all = all.with(measured(words.pick("Tested", "测试"), tested));
    }
    for found in &fitted.characteristics {
        all = all.with(characteristic(found, words));
    }
    if !fitted.left_out.is_empty() {
        let left: Vec<String> =
            fitted.left_out.iter().map(|l| format!("{} (IV {})", l.name, format::measure(l.iv))).collect();
        let text = format!("{} {}", words.pick("Left out:", "未入模："), left.join(", "));
        all = all.with(el("p").class("tl-note").text(text));
    }
    all
}

fn characteristic(found: &Characteristic, words: Words) -> Element {
    let head = |class: &str, text: &str| el("th").attr("scope", "col").class(class).text(text);
    let heads = el("tr")
        .with(head("", words.pick("bin", "分箱")))
        .with(head("tl-n", words.pick("rows", "行数")))
        .with(head("tl-n", words.pick("events", "事件")))
        .with(head("tl-n", words.pick("rate", "事件率")))
        .with(head("tl-mid", words.pick("weight of evidence", "证据权重 WoE")))
        .with(head("tl-n", "WoE"))
        .with(head("tl-n", "IV"))
        .with(head("tl-n", words.pick("points", "分值")));
    let mut body = el("tbody");
    for bin in found.bins.iter().filter(|bin| bin.counts.rows() > 0) {
        let width = (bin.woe.abs() / FULL).min(1.0) * 50.0;
        // Above 0 events are rarer than elsewhere.
        let (class, left) = if bin.woe < 0.0 { ("tl-up", 50.0 - width) } else { ("tl-down", 50.0) };
        let bar =
            div("tl-diverge").with(div(class).attr("style", format!("left:{left:.1}%;width:{width:.1}%")));
        let cell = |text: String| el("td").class("tl-n").text(text);
        body = body.with(
            el("tr")
                .with(el("th").attr("scope", "row").text(&bin.label))
                .with(cell(format::count(bin.counts.rows())))
                .with(cell(format::count(bin.counts.events)))
                .with(cell(bin.counts.rate().map_or_else(String::new, format::percent)))
                .with(el("td").class("tl-mid").with(bar))
                .with(cell(format::signed(bin.woe)))
                .with(cell(format::measure(bin.information)))
                .with(cell(format::number(bin.points))),
        );
    }
    let error =
        found.standard_error.map_or_else(String::new, |error| format!(" ± {}", format::measure(error)));
    let about = format!("IV {} · β {}{error}", format::measure(found.iv), format::measure(found.coefficient));
    let table = el("table")
        .class("tl-table tl-adds")
        .with(el("caption").class("tl-sr").text(&found.name))
        .with(el("thead").with(heads))
        .with(body);
    let boxed = div("tl-scroll").attr("tabindex", 0).attr("role", "region").attr("aria-label", &found.name);
    div("").with(el("h3").text(&found.name).text(" ").with(span("tl-note", about))).with(boxed.with(table))
}

/// The points of somebody.
pub(super) fn because(because: &ScorecardBecause, view: &View<'_>) -> Element {
    let words = view.words;
    let heads = [
        words.pick("Tag", "标签"),
        words.pick("Value", "取值"),
        words.pick("Bin", "分箱"),
        words.pick("Points", "分值"),
        words.pick("Against the average", "与平均相比"),
    ];
    let rows = because.parts.iter().map(|part| {
        vec![
            part.tag.clone(),
            view.show(&part.tag, &part.value),
            if view.is_personal(&part.tag) {
                "•••".to_owned()
            } else {
                part.bin.clone().unwrap_or_default()
            },
            format::number(part.points),
            format::signed(0.0 - part.below_mean),
        ]
    });
    let about = format!(
        "{} {} · {} {} · Gini {} · KS {}",
        format::number(because.score),
        words.pick("points", "分"),
        words.pick("probability of the event", "事件概率"),
        format::percent(because.probability),
        format::measure(because.measures.gini),
        format::measure(because.measures.ks)
    );
    let caption = words.pick("Points of each tag", "各标签得分");
    div("tl-because").with(el("p").text(about)).with(page::table(caption, &heads, 3, rows))
}
