//! What happened to a membership, as a table.

use crate::engine::{Explanation, MembershipBecause};
use crate::marketing::membership::Why;
use crate::report::html::element::{Element, el};
use crate::report::html::explanation::View;
use crate::report::html::words::Words;
use crate::report::html::{format, page};

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
    let heads = [
        words.pick("when", "时间"),
        words.pick("what", "变动"),
        words.pick("from", "原等级"),
        words.pick("to", "新等级"),
        words.pick("until", "有效期至"),
        words.pick("amount", "累计"),
        words.pick("threshold", "门槛"),
        words.pick("row", "行"),
    ];
    let none = || "–".to_owned();
    let instant = |at| view.zone.clock_at(at);
    let rows = because.changes.iter().map(|change| {
        vec![
            instant(change.at),
            why(change.why, words).to_owned(),
            change.from.clone().unwrap_or_else(none),
            change.to.clone().unwrap_or_else(none),
            change.valid_until.map_or_else(none, instant),
            format::amount(change.amount),
            change.threshold.map_or_else(none, format::amount),
            change.row.as_ref().map_or_else(none, |row| format!("#{}", row.row)),
        ]
    });
    page::table(words.pick("What happened to the level", "等级变动"), &heads, 5, rows)
}
