//! The card of a tag: what it means, who has it, how its values are spread.

use crate::catalog::model::TagDef;
use crate::report::html::chart::{self, Part};
use crate::report::html::element::{Element, div, el, span};
use crate::report::html::overview::Population;
use crate::report::html::words::Words;
use crate::report::html::{format, model, page, personas, rfm, scorecard};
use crate::report::{ColumnFacts, Distribution, Ranking, TagDetail, TagFacts};

/// Parts of a definition that the card shows elsewhere.
const SHOWN_ELSEWHERE: [&str; 6] = ["layer", "title", "description", "question", "unit", "personal"];

/// A tag without a value of its own shows its fields at once where there are no more than this.
const MAX_OPEN_FIELDS: usize = 6;

pub(super) fn card(facts: &TagFacts, population: &Population<'_>) -> Element {
    let Population { overview, words, .. } = *population;
    let def = &facts.definition;
    let n = overview.n_profiles;
    let is_wide = matches!(
        facts.detail,
        Some(TagDetail::Rfm(_) | TagDetail::Personas(_) | TagDetail::Scorecard(_) | TagDetail::Model { .. })
    );
    let mut card =
        el("article").class(if is_wide { "tl-card tl-wide" } else { "tl-card" }).with(head(facts, words));
    for text in [&def.question, &def.description].into_iter().flatten() {
        card = card.with(el("p").class("tl-text").text(text));
    }
    if let Some(text) = def.rule.as_ref().or(def.value.as_ref()) {
        card = card.with(el("pre").class("tl-rule").with(el("code").text(text)));
    }
    let present = facts.columns.iter().map(|column| column.n_present).max().unwrap_or(0);
    card = card.with(coverage(present, n, words));
    let (main, fields): (Vec<&ColumnFacts>, Vec<&ColumnFacts>) =
        facts.columns.iter().partition(|column| column.field.is_none());
    card = match (&facts.detail, main.first()) {
        (Some(TagDetail::Rfm(facts)), _) => {
            card.with(rfm::population(facts, overview.currency.as_deref(), n, words))
        }
        (Some(TagDetail::Personas(fitted)), _) => card.with(personas::cards(fitted, words)),
        (Some(TagDetail::Scorecard(fitted)), _) => card.with(scorecard::table(fitted, words)),
        (Some(TagDetail::Tier(facts)), _) => card.with(rfm::levels(facts, n, words)),
        (Some(TagDetail::Model { card: model, probabilities }), _) => {
            card.with(model::population(model, probabilities, population))
        }
        (None, Some(column)) => card.with(distribution(column, def.unit.as_deref(), n, words)),
        (None, None) => card,
    };
    if !fields.is_empty() && !def.personal {
        card = card.with(all_fields(&fields, n, main.is_empty(), words));
    }
    card.with(definition(def, words))
}

fn head(facts: &TagFacts, words: Words) -> Element {
    let def = &facts.definition;
    let main = facts.columns.iter().find(|column| column.field.is_none());
    let data_type = main.map_or_else(
        || format!("{} {}", facts.columns.len(), words.pick("fields", "个字段")),
        |column| column.data_type.to_string(),
    );
    let unit = def.unit.as_ref().map_or(String::new(), |unit| format!(" · {unit}"));
    let mut head = el("header").with(page::named("h3", def.title.as_deref(), &facts.name));
    if def.personal {
        head = head.with(span("tl-badge tl-personal", words.pick("personal", "个人信息")));
    }
    head.with(span("tl-type", format!("{data_type}{unit}")))
}

fn coverage(present: u64, n: u64, words: Words) -> Element {
    let share = present as f64 / n.max(1) as f64 * 100.0;
    let text = words.pick("have a value", "有值");
    let said = format!("{} {text}", format::part(present, n));
    div("tl-cover")
        .with(div("tl-track").with(div("tl-fill").attr("style", format!("width:{share:.1}%"))))
        .with(
            span("tl-note", said).attr("title", format!("{} / {}", format::count(present), format::count(n))),
        )
}

/// How a column's values are spread.
pub(super) fn distribution(column: &ColumnFacts, unit: Option<&str>, n: u64, words: Words) -> Element {
    let with_unit = |text: String| format::with_unit(&text, unit);
    match &column.distribution {
        Distribution::Personal => el("p")
            .class("tl-text tl-quiet")
            .text(words.pick("Personal data: values are not shown.", "个人信息，不展示具体值。")),
        Distribution::Empty => el("p").class("tl-text tl-quiet").text(words.pick("No values.", "没有值。")),
        Distribution::Numbers(numbers) => {
            let stats = [
                (words.pick("min", "最小"), numbers.min),
                (words.pick("median", "中位"), numbers.median),
                (words.pick("mean", "平均"), numbers.mean),
                (words.pick("max", "最大"), numbers.max),
            ];
            let stats = stats.map(|(name, n)| (name.to_owned(), with_unit(format::number(n))));
            div("tl-dist")
                .with(chart::histogram(&numbers.histogram, words, &format::edge, None))
                .with(chart::stats(stats))
        }
        Distribution::Flags { yes, no } => {
            let parts = [
                Part { class: "tl-yes", label: words.pick("true", "是"), count: *yes },
                Part { class: "tl-no", label: words.pick("false", "否"), count: *no },
                Part { class: "tl-unknown", label: words.pick("unknown", "未知"), count: n - yes - no },
            ];
            chart::stacked(&parts, n, words.pick("Values", "取值"))
        }
        Distribution::Texts(ranking) => texts(ranking, column.n_present, words),
        Distribution::Days { min, median, max, histogram } => {
            let stats = [
                (words.pick("first", "最早").to_owned(), min.to_string()),
                (words.pick("median", "中位").to_owned(), median.to_string()),
                (words.pick("last", "最晚").to_owned(), max.to_string()),
            ];
            div("tl-dist")
                .with(chart::histogram(histogram, words, &format::edge, None))
                .with(chart::stats(stats))
        }
        Distribution::Sets { members, mean_size } => {
            let mean =
                (words.pick("members on average", "平均成员数").to_owned(), format::number(*mean_size));
            div("tl-dist").with(texts(members, column.n_present, words)).with(chart::stats([mean]))
        }
    }
}

/// The most frequent values with the share of profiles that have each.
pub(super) fn texts(ranking: &Ranking, whole: u64, words: Words) -> Element {
    let others = (ranking.other_values > 0).then(|| {
        let text = words.pick("other values", "个其他值");
        (format!("{} {text}", format::count(ranking.other_values)), ranking.other_count)
    });
    let heads = [words.pick("value", "值"), words.pick("profiles", "画像数")];
    chart::ranking(&ranking.top, others, whole, heads)
}

/// The fields of a tag, folded where the tag has a value of its own.
fn all_fields(fields: &[&ColumnFacts], n: u64, is_open: bool, words: Words) -> Element {
    let shown = fields.iter().map(|column| {
        let head = el("h4")
            .with(el("code").text(column.field.as_deref().unwrap_or_default()))
            .with(span("tl-type", format!("{} · {}", column.data_type, format::part(column.n_present, n))));
        div("tl-field").with(head).with(distribution(column, None, n, words))
    });
    let shown = div("tl-fields").with_all(shown);
    if is_open && fields.len() <= MAX_OPEN_FIELDS {
        return shown;
    }
    let summary = el("span").text(words.pick("Fields", "字段")).with(span("tl-count", fields.len()));
    page::folded(summary, [shown])
}

/// The definition as it is written, without what the card shows anyway.
pub(super) fn definition(def: &TagDef, words: Words) -> Element {
    let mut list = el("dl").class("tl-def");
    // A definition has text keys only, so it always has a JSON form.
    if let Ok(serde_json::Value::Object(fields)) = serde_json::to_value(def) {
        for (name, value) in fields.iter().filter(|(name, _)| !SHOWN_ELSEWHERE.contains(&name.as_str())) {
            list = list.with(el("dt").text(name)).with(el("dd").with(el("code").text(plain(value))));
        }
    }
    page::folded(span("", words.pick("Definition", "定义")), [list])
}

/// A part of a definition without the signs of JSON.
fn plain(value: &serde_json::Value) -> String {
    use serde_json::Value as Json;
    let inner = |value: &Json| match value {
        Json::Object(fields) if !fields.is_empty() => format!("({})", plain(value)),
        value => plain(value),
    };
    match value {
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(inner).collect::<Vec<_>>().join(", "),
        Json::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Json::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| format!("{name}: {}", inner(value)));
            fields.collect::<Vec<_>>().join(" · ")
        }
        Json::Number(n) => {
            n.as_f64().filter(|n| n.fract() == 0.0).map_or_else(|| n.to_string(), format::number)
        }
        other => other.to_string(),
    }
}
