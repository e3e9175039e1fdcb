//! What the authors of the catalogue should know.

use crate::catalog::Problem;
use crate::report::html::element::{Element, el, span};
use crate::report::html::words::Words;

/// The section with warnings, each with its place in the catalogue.
pub(super) fn section(warnings: &[Problem], words: Words) -> Element {
    let mut list = el("ul");
    for warning in warnings {
        let place = match warning.line {
            Some(line) => format!("{} ({} {line})", warning.path, words.pick("line", "行")),
            None => warning.path.clone(),
        };
        let mut item =
            el("li").class("tl-alert").with(el("code").text(place)).text(format!(" {}", warning.message));
        if let Some(help) = &warning.help {
            item = item.with(span("tl-note", format!(" {help}")));
        }
        list = list.with(item);
    }
    let about = words.pick(
        "Definitions that do what they say, which is hardly what was meant.",
        "这些定义可以执行，但很可能不是本意。",
    );
    el("section")
        .class("tl-layer")
        .attr("id", "warnings")
        .with(el("h2").text(words.pick("Warnings", "提醒")).with(span("tl-count", warnings.len())))
        .with(el("p").class("tl-note").text(about))
        .with(list)
}
