//! Decision tables and score cards in explanations.

use crate::report::html::element::{Element, el};
use crate::report::html::format;
use crate::report::html::words::Words;
use crate::rule::{Contribution, RowHit};

fn truth(truth: Option<bool>, words: Words) -> &'static str {
    match truth {
        Some(true) => words.pick("true", "是"),
        Some(false) => words.pick("false", "否"),
        None => words.pick("unknown", "未知"),
    }
}

fn head(text: &str) -> Element {
    el("th").attr("scope", "col").text(text)
}

/// The rows of a table with what they made of the profile; those that were taken are marked.
pub(super) fn table(taken: &[usize], is_conflict: bool, rows: &[RowHit], words: Words) -> Element {
    let mut body = el("tbody");
    for row in rows {
        let mark = if taken.contains(&row.row) { "✓" } else { "" };
        let cells: Vec<&str> = row.cells.iter().map(|cell| truth(*cell, words)).collect();
        body = body.with(
            el("tr")
                .with(el("td").text(row.row.to_string()))
                .with(el("td").text(truth(row.matches, words)))
                .with(el("td").text(cells.join(", ")))
                .with(el("td").text(mark)),
        );
    }
    let heads = el("tr")
        .with(head(words.pick("row", "行")))
        .with(head(words.pick("matches", "匹配")))
        .with(head(words.pick("cells", "条件")))
        .with(head(words.pick("taken", "采用")));
    let found = el("div").with(el("table").with(el("thead").with(heads)).with(body));
    if is_conflict {
        let text =
            words.pick("Rows match together, which the table forbids.", "多行同时匹配，与命中策略冲突。");
        return el("div").with(el("p").class("tl-alert").text(text)).with(found);
    }
    found
}

/// What each condition of a score card adds.
pub(super) fn score(base: f64, contributions: &[Contribution], words: Words) -> Element {
    let mut body = el("tbody");
    for part in contributions {
        body = body.with(
            el("tr")
                .with(el("td").text(part.name.as_str()))
                .with(el("td").text(truth(part.is_true, words)))
                .with(el("td").class("tl-n").text(format::measure(part.points)))
                .with(el("td").class("tl-n").text(format::measure(part.possible))),
        );
    }
    let heads = el("tr")
        .with(head(words.pick("condition", "条件")))
        .with(head(words.pick("holds", "成立")))
        .with(head(words.pick("adds", "得分")))
        .with(head(words.pick("of", "满分")));
    let base = format!("{} {}", words.pick("Base", "基础分"), format::measure(base));
    el("div")
        .with(el("table").with(el("thead").with(heads)).with(body))
        .with(el("p").class("tl-note").text(base))
}
