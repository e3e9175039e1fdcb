//! The frame of pages and fragments, and the small parts that all of them share.

use crate::catalog::model::Layer;
use crate::report::html::element::{Element, div, el, span};
use crate::report::html::words::Words;

/// Rules for what is inside `.tl`.
const STYLE: &str = include_str!("style.css");
/// Rules for a page of our own.
const PAGE_STYLE: &str = include_str!("page.css");

/// Cells with no more characters than this are not broken into lines.
const MAX_UNBROKEN: usize = 24;

/// A page that needs nothing else.
pub(super) fn page(title: &str, words: Words, body: Element) -> String {
    let meta = "<meta charset=\"utf-8\">\
        <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
        <meta name=\"color-scheme\" content=\"light dark\">\
        <meta name=\"generator\" content=\"tagloom\">";
    let head = el("head")
        .with_own_markup(meta)
        .with(el("title").text(title))
        .with(el("style").with_own_markup(STYLE).with_own_markup(PAGE_STYLE));
    let body = el("body").class("tl-page").with(body.class_root(words));
    let html = el("html").attr("lang", words.language_tag()).with(head).with(body);
    format!("<!doctype html>\n{html}\n")
}

/// A fragment with its style.
pub(super) fn fragment(words: Words, body: Element) -> String {
    let style = el("style").with_own_markup(STYLE);
    div("tl-fragment").with(style).with(body.class_root(words)).to_string()
}

impl Element {
    /// Puts an element in the box that all style rules are about.
    fn class_root(self, words: Words) -> Self {
        div("tl").attr("lang", words.language_tag()).with(self)
    }
}

/// A title for people with the name in small beside it.
pub(super) fn named(heading: &'static str, title: Option<&str>, name: &str) -> Element {
    match title {
        Some(title) => el(heading).class("tl-name").text(title).text(" ").with(el("code").text(name)),
        None => el(heading).class("tl-name").text(name),
    }
}

/// The badge of a layer.
pub(super) fn layer_badge(layer: Layer, words: Words) -> Element {
    span(&format!("tl-badge tl-{}", layer.name()), words.layer(layer))
}

/// Something to be folded out.
pub(super) fn folded(summary: Element, content: impl IntoIterator<Item = Element>) -> Element {
    el("details").with(el("summary").with(summary)).with(div("tl-folded").with_all(content))
}

/// A table whose columns from `n_text` on are numbers, in a box that scrolls where it is too wide.
pub(super) fn table(
    caption: &str,
    heads: &[&str],
    n_text: usize,
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Element {
    let class = |at: usize| if at < n_text { "" } else { "tl-n" };
    let head = |(at, text): (usize, &&str)| el("th").attr("scope", "col").class(class(at)).text(text);
    let mut body = el("tbody");
    for row in rows {
        let cell = |(at, text): (usize, String)| {
            let is_short = text.chars().count() <= MAX_UNBROKEN;
            let cell = if at == 0 { el("th").attr("scope", "row") } else { el("td") };
            cell.class(if at >= n_text {
                "tl-n"
            } else if is_short {
                "tl-s"
            } else {
                ""
            })
            .text(text)
        };
        body = body.with(el("tr").with_all(row.into_iter().enumerate().map(cell)));
    }
    let table = el("table")
        .class("tl-table")
        .with(el("caption").class("tl-sr").text(caption))
        .with(el("thead").with(el("tr").with_all(heads.iter().enumerate().map(head))))
        .with(body);
    // A box that scrolls must be reachable by keyboard.
    div("tl-scroll").attr("tabindex", 0).attr("role", "region").attr("aria-label", caption).with(table)
}
