//! What happened to a membership, as a table.

use crate::engine::{Explanation, MembershipBecause};
use crate::marketing::membership::Why;
use crate::report::html::element::{Element, el};
use crate::report::html::explanation::View;
use crate::report::html::format;
use crate::report::html::words::Words;

fn why(why: Why, words: Words) -> &'static str {
    match why {
        Why::Reached => words.pick("reached", "升级"),
        Why::Renewed => words.pick("kept", "保级"),
        Why::Grace => words.pick("grace", "宽限期"),
        Why::Lost => words.pick("lost", "降级"),
        Why::TakenBack => words.pick("taken back", "退货扣回"),
    }
}

/// A row for each thing that happened; nothing where the tag is personal.
pub(super) fn changes(because: &MembershipBecause, explanation: &Explanation, view: &View<'_>) -> Element {
    let words = view.words;
    if explanation.definition.personal {
        return el("span");
    }
    let head = |text: &str| el("th").attr("scope", "col").text(text);
    let heads = [
        words.pick("when", "时间"),
        words.pick("what", "变动"),
        words.pick("from", "原等级"),
        words.pick("to", "新等级"),
        words.pick("amount", "累计"),
        words.pick("threshold", "门槛"),
        words.pick("until", "有效期至"),
        words.pick("row", "行"),
    ];
    let mut body = el("tbody");
    for change in &because.changes {
        let instant = |at| view.zone.clock_at(at);
        body = body.with(
            el("tr")
                .with(el("td").text(instant(change.at)))
                .with(el("td").text(why(change.why, words)))
                .with(el("td").text(change.from.as_deref().unwrap_or("–")))
                .with(el("td").text(change.to.as_deref().unwrap_or("–")))
                .with(el("td").class("tl-n").text(format::measure(change.amount)))
                .with(el("td").class("tl-n").text(change.threshold.map_or("–".to_owned(), format::measure)))
                .with(el("td").text(change.valid_until.map_or("–".to_owned(), instant)))
                .with(
                    el("td")
                        .class("tl-n")
                        .text(change.row.as_ref().map_or("–".to_owned(), |row| row.row.to_string())),
                ),
        );
    }
    let heads = el("tr").with_all(heads.map(head));
    el("table").with(el("thead").with(heads)).with(body)
}
