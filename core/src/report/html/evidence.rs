//! What a value rests on: rows, scores, thresholds.

use crate::engine::{Band, Explanation, Measured, RowsBecause};
use crate::marketing::rfm;
use crate::report::html::element::{Element, div, el, span};
use crate::report::html::explanation::View;
use crate::report::html::{format, page};
use crate::report::mask;
use crate::time::Timestamp;
use crate::value::Value;

/// The rows of a source that made the value.
pub(super) fn rows_table(rows: &RowsBecause, view: &View<'_>) -> Element {
    let words = view.words;
    let mut about = el("p")
        .class("tl-text")
        .with(el("b").text(&rows.aggregate))
        .text(" · ")
        .with(el("code").text(&rows.source));
    if let Some(filter) = &rows.filter {
        about = about.text(" · ").with(el("code").text(filter));
    }
    if let Some(range) = rows.range.filter(|_| rows.window != "all") {
        let to = view.zone.clock_at(range.to);
        about = about.text(match range.from {
            // Events are counted from the end: there is no first day to be told.
            Timestamp::MIN => format!(" · {} (… {to})", rows.window),
            from => format!(" · {} [{}, {to})", rows.window, view.zone.clock_at(from)),
        });
    }
    about = about.text(format!(" · {} {}", format::count(rows.n_rows as u64), words.pick("rows", "行")));
    let shown: Vec<_> = match &rows.chosen {
        Some(chosen) => vec![chosen],
        None => rows.rows.iter().collect(),
    };
    let Some(first) = shown.first() else { return about };
    let has_time = first.time.is_some();
    let mut heads = vec![words.pick("row", "行号")];
    heads.extend(has_time.then(|| words.pick("time", "时间")));
    heads.extend(first.values.keys().map(String::as_str));
    let cells = shown.iter().map(|row| {
        let mut cells = vec![format!("#{}", row.row)];
        cells.extend(row.time.map(|time| view.zone.clock_at(time)));
        cells.extend(row.values.values().map(|value| format::value(value, view.zone)));
        cells
    });
    let table = page::table(words.pick("Evidence rows", "证据行"), &heads, heads.len(), cells);
    let hidden = rows.n_rows.saturating_sub(shown.len());
    let mut body = div("").with(about).with(table);
    if hidden > 0 {
        let text = if rows.chosen.is_some() {
            words.pick("other rows", "行其他数据")
        } else {
            words.pick("earlier rows", "行更早数据")
        };
        body = body.with(el("p").class("tl-note").text(format!("… {} {text}", format::count(hidden as u64))));
    }
    body
}

/// A measure of RFM as a scale with its score lit.
pub(super) fn band_row(band: &Band, explanation: &Explanation, view: &View<'_>) -> Element {
    let words = view.words;
    let hidden = explanation.definition.personal;
    let unit = if band.dimension == "recency" { Some(words.pick("days", "天")) } else { None };
    let value =
        if hidden { mask::HIDDEN.to_owned() } else { format::with_unit(&format::amount(band.value), unit) };
    let score = format!("{} / {}", band.score, band.classes);
    let mut steps =
        div("tl-steps").attr("role", "img").attr("aria-label", format!("{} {score}", band.dimension));
    for step in 1..=band.classes {
        steps = steps.with(div(if step == band.score { "tl-on" } else { "" }).text(step));
    }
    let range = if hidden { String::new() } else { band_text(&band.band) };
    div("tl-scale")
        .with(el("b").text(super::rfm::dimension(band.dimension, words)))
        .with(steps)
        .with(div("").with(span("tl-v", value)).with(span("tl-note", format!(" {range}"))))
}

/// The values of a band: `[90, 181)`, `≥ 5`, `< 12`.
fn band_text(band: &rfm::Band) -> String {
    match (band.lower, band.upper) {
        (Some(lower), Some(upper)) if lower.value == upper.value => format::amount(lower.value),
        (Some(lower), Some(upper)) => {
            let (left, right) =
                (if lower.inclusive { "[" } else { "(" }, if upper.inclusive { "]" } else { ")" });
            format!("{left}{}, {}{right}", format::amount(lower.value), format::amount(upper.value))
        }
        (Some(lower), None) => {
            format!("{} {}", if lower.inclusive { "≥" } else { ">" }, format::amount(lower.value))
        }
        (None, Some(upper)) => {
            format!("{} {}", if upper.inclusive { "≤" } else { "<" }, format::amount(upper.value))
        }
        (None, None) => String::new(),
    }
}

/// A number that is set against another, with its rows.
pub(super) fn measured(number: &Measured, explanation: &Explanation, view: &View<'_>) -> Element {
    let role = match number.role {
        "of" => view.words.pick("of", "分子"),
        "to" => view.words.pick("to", "分母"),
        "current" => view.words.pick("current window", "本期"),
        _ => view.words.pick("window before", "上期"),
    };
    let hidden = explanation.definition.personal;
    let value = if hidden { mask::value(&number.value) } else { number.value.clone() };
    let about = el("p").class("tl-text").text(role).text(" = ");
    let about = about.with(el("b").text(format::value(&value, view.zone)));
    div("").with(about).with(rows_table(&number.rows, view))
}

/// The number and the edges of its class.
pub(super) fn bucket(of: &str, amount: &Value, edges: [Option<f64>; 2], view: &View<'_>) -> Element {
    let about = el("p").class("tl-text").with(el("code").text(of)).text(" = ");
    let about = about.with(el("b").text(view.show(of, amount)));
    let words = view.words;
    match edges {
        [None, None] => about,
        [None, Some(to)] => about.text(format!(" · {} {}", words.pick("below", "低于"), format::number(to))),
        [Some(from), None] => {
            about.text(format!(" · {} {}", words.pick("from", "不低于"), format::number(from)))
        }
        [Some(from), Some(to)] => {
            let (from, to) = (format::number(from), format::number(to));
            about.text(format!(
                " · {} {from} {} {to}",
                words.pick("from", "不低于"),
                words.pick("to below", "且低于")
            ))
        }
    }
}

/// Where the amount stands between the level reached and the next.
pub(super) fn tier(
    by: &str,
    amount: &Value,
    at_least: Option<f64>,
    next: Option<&(String, f64)>,
    view: &View<'_>,
) -> Element {
    let words = view.words;
    let hidden = view.is_personal(by);
    let mut about = el("p")
        .class("tl-text")
        .with(el("code").text(by))
        .text(" = ")
        .with(el("b").text(view.show(by, amount)));
    about = match at_least {
        Some(start) => about.text(format!(
            " · {} {}",
            words.pick("the level starts at", "本级起点"),
            format::number(start)
        )),
        None => about.text(words.pick(" · below the first level", " · 未达第一级")),
    };
    let Some((next, start)) = next else {
        return about.text(words.pick(" · it is the highest", " · 已是最高级"));
    };
    about = about.text(format!(" · {next} ≥ {}", format::number(*start)));
    let Some(amount) = amount.as_f64().filter(|_| !hidden) else { return about };
    let from = at_least.unwrap_or(amount.min(0.0));
    let share = ((amount - from) / (start - from) * 100.0).clamp(0.0, 100.0);
    let gap = format!("{} {} {next}", format::amount(start - amount), words.pick("to", "，即达"));
    let bar = div("tl-track tl-thick").with(div("tl-fill").attr("style", format!("width:{share:.1}%")));
    div("").with(about).with(bar).with(el("p").class("tl-note").text(gap))
}
