//! Why a profile has a value: one block for the tag, and one folded for each tag that it stands on.

use std::collections::BTreeSet;

use crate::catalog::model::TagDef;
use crate::engine::{Because, Explanation, Told};
use crate::report::html::element::{Element, div, el, span};
use crate::report::html::words::Words;
use crate::report::html::{
    business, customer, evidence, format, member, model, page, persona, scorecard, tag, tree,
};
use crate::report::mask;
use crate::time::Zone;
use crate::value::{DataType, Value};

/// What the blocks of one explanation have in common.
pub(super) struct View<'a> {
    pub(super) words: Words,
    pub(super) zone: &'a Zone,
    /// The tags whose values are not shown.
    personal: BTreeSet<&'a str>,
}

impl<'a> View<'a> {
    fn of(explanation: &'a Explanation, words: Words, zone: &'a Zone) -> Self {
        let all = std::iter::once(explanation).chain(&explanation.below);
        let personal = all.filter(|e| e.definition.personal).map(|e| e.tag.as_str()).collect();
        Self { words, zone, personal }
    }

    /// Whether a name (`tag`, `tag.field`, quoted or not) is of a personal tag.
    pub(super) fn is_personal(&self, name: &str) -> bool {
        let bare = name.trim_matches(['"', '`']);
        let is = |name: &str| self.personal.contains(name.trim_matches(['"', '`']));
        is(bare) || name.split_once('.').is_some_and(|(tag, _)| is(tag))
    }

    /// A value of a tag as it may be shown.
    pub(super) fn show(&self, tag: &str, value: &Value) -> String {
        if self.is_personal(tag) {
            return format::value(&mask::value(value), self.zone);
        }
        format::value(value, self.zone)
    }
}

pub(super) fn page(explanation: &Explanation) -> String {
    let words = Words::of_tag(&explanation.tag, &explanation.definition);
    let title = explanation.title.as_deref().unwrap_or(&explanation.tag);
    let main = el("main").with(block(explanation, words, &explanation.timezone, Heading::Full));
    page::page(title, words, main)
}

pub(super) fn fragment(explanation: &Explanation) -> String {
    let words = Words::of_tag(&explanation.tag, &explanation.definition);
    page::fragment(words, block(explanation, words, &explanation.timezone, Heading::Full))
}

/// Whether a block says what it is about, or stands where that is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heading {
    Full,
    None,
}

/// An explanation with all that it stands on.
pub(super) fn block(explanation: &Explanation, words: Words, zone: &Zone, heading: Heading) -> Element {
    let view = View::of(explanation, words, zone);
    let mut block = el("section").class(&format!("tl-why tl-{}", explanation.layer.name()));
    if heading == Heading::Full {
        block = block.with(head(explanation, &view));
    }
    block = block.with(why(explanation, &view));
    if explanation.below.is_empty() {
        return block;
    }
    let mut below = div("tl-below").with(el("h4").text(words.pick("It stands on", "依据的标签")));
    for part in &explanation.below {
        let title = part.title.as_deref().unwrap_or(&part.tag);
        let mut summary =
            el("span").class("tl-sum").with(page::layer_badge(part.layer, words)).with(span("tl-t", title));
        if part.title.is_some() {
            summary = summary.with(el("code").text(&part.tag));
        }
        summary = summary.with(span("tl-v", value_text(part, &view)));
        let content = [fields(part, &view), why(part, &view)];
        below = below.with(page::folded(summary, content).class(&format!("tl-{}", part.layer.name())));
    }
    block.with(below)
}

fn head(explanation: &Explanation, view: &View<'_>) -> Element {
    let words = view.words;
    let short: String = explanation.profile.to_string().chars().take(8).collect();
    let about = el("p")
        .class("tl-note")
        .text(words.pick("profile ", "画像 "))
        .with(el("code").attr("title", explanation.profile).text(short))
        .text(words.pick(" · as of ", " · 截至 "))
        .text(view.zone.clock_at(explanation.as_of))
        .text(format!(" {}", view.zone));
    let mut head = el("header")
        .with(page::layer_badge(explanation.layer, words))
        .with(page::named("h2", explanation.title.as_deref(), &explanation.tag))
        .with(value(explanation, view))
        .with(about);
    if let Some(text) =
        explanation.definition.question.as_ref().or(explanation.definition.description.as_ref())
    {
        head = head.with(el("p").class("tl-text").text(text));
    }
    head.with(fields(explanation, view))
}

/// The value, as large as it deserves.
fn value(explanation: &Explanation, view: &View<'_>) -> Element {
    let only_fields = explanation.value.is_null() && !explanation.fields.is_empty();
    if only_fields {
        return span("tl-value", "");
    }
    truth(&explanation.value, &value_text(explanation, view), view.words, "tl-value")
}

/// A value as a chip; truth values have their colours.
pub(super) fn truth(value: &Value, text: &str, words: Words, class: &str) -> Element {
    match value {
        Value::Bool(true) => span(&format!("{class} tl-true"), format!("✓ {}", words.pick("true", "是"))),
        Value::Bool(false) => span(&format!("{class} tl-false"), format!("✗ {}", words.pick("false", "否"))),
        Value::Null => span(&format!("{class} tl-null"), words.pick("no value", "无值")),
        _ => span(class, text),
    }
}

fn value_text(explanation: &Explanation, view: &View<'_>) -> String {
    if explanation.definition.personal {
        return format::value(&mask::value(&explanation.value), view.zone);
    }
    tag_value(&explanation.value, &explanation.definition, view.words, view.zone)
}

/// The value of a tag with its unit; probabilities in percent.
pub(super) fn tag_value(value: &Value, def: &TagDef, words: Words, zone: &Zone) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(flag) => {
            (if *flag { words.pick("true", "是") } else { words.pick("false", "否") }).to_owned()
        }
        Value::Float(p) if def.classify.is_some() => format::percent(*p),
        value if value.data_type().is_some_and(DataType::is_numeric) => {
            format::with_unit(&format::value(value, zone), def.unit.as_deref())
        }
        value => format::value(value, zone),
    }
}

fn fields(explanation: &Explanation, view: &View<'_>) -> Element {
    let shown = explanation.fields.iter().map(|(name, value)| {
        let text = if explanation.definition.personal {
            format::value(&mask::value(value), view.zone)
        } else {
            format::value(value, view.zone)
        };
        div("tl-stat").with(el("dt").with(el("code").text(name))).with(el("dd").text(text))
    });
    if explanation.fields.is_empty() { el("span") } else { el("dl").class("tl-stats").with_all(shown) }
}

/// What a model saw, line by line; nothing of it where the tag is personal.
fn told(because: &dyn Told, explanation: &Explanation, view: &View<'_>) -> Element {
    let lines = if explanation.definition.personal {
        Vec::new()
    } else {
        because.lines(view.words.language(), &|tag, value| view.show(tag, value))
    };
    let list = el("ul").with_all(lines.into_iter().map(|line| el("li").text(line)));
    el("div").with(list).with_all(because.rows().map(|rows| evidence::rows_table(rows, view)))
}

/// How the value came about, and the definition.
fn why(explanation: &Explanation, view: &View<'_>) -> Element {
    let words = view.words;
    let mut body = div("tl-because");
    if explanation.is_default {
        let text = words.pick(
            "There was no value: this is the definition's when_missing.",
            "没有取到值：这是定义中的缺省值 when_missing。",
        );
        body = body.with(el("p").class("tl-alert").text(text));
    }
    body = match &explanation.because {
        Because::Rows(rows) => body.with(evidence::rows_table(rows, view)),
        Because::Compared { numbers } => {
            body.with_all(numbers.iter().map(|number| evidence::measured(number, explanation, view)))
        }
        Because::Bucket { of, amount, from, to } => {
            body.with(evidence::bucket(of, amount, [*from, *to], view))
        }
        Because::Rfm { orders, bands, learnt_from } => {
            let from = format!(
                "{} {} {}",
                words.pick("Thresholds learnt from", "阈值学习自"),
                format::count(*learnt_from),
                words.pick("profiles", "个画像")
            );
            let bands = bands.iter().map(|band| evidence::band_row(band, explanation, view));
            body.with_all(bands)
                .with(el("p").class("tl-note").text(from))
                .with(evidence::rows_table(orders, view))
        }
        Because::Tier { by, amount, at_least, next } => {
            body.with(evidence::tier(by, amount, *at_least, next.as_ref(), view))
        }
        because if explanation.definition.personal && customer::hidden(because, view).is_some() => {
            body.with_all(customer::hidden(because, view))
        }
        Because::Lifetime(because) => body.with(customer::lifetime(because, view)),
        Because::Churn(because) => body.with(customer::churn(because, view)),
        Because::ChurnKind { evidence } => body.with(customer::churn_kind(evidence, words)),
        Because::Lifecycle(because) => body.with(customer::lifecycle(because, view)),
        Because::Membership(because) => body
            .with(member::changes(because, explanation, view))
            .with(evidence::rows_table(&because.rows, view)),
        Because::Retention(because) => body.with(told(&**because, explanation, view)),
        Because::ValueTier(because) => body.with(told(&**because, explanation, view)),
        Because::Loyalty(because) => body.with(told(&**because, explanation, view)),
        Because::Kano(because) => body.with(told(&**because, explanation, view)),
        Because::CategoryGap(because) => body.with(told(&**because, explanation, view)),
        Because::Probability { learner, space, base, score, probability, contributions, test_auc } => {
            let model = tree::Model { space: *space, base: *base, score: *score, contributions };
            let probability = Value::Float(*probability);
            let text = format!(
                "{} · {} {} · AUC {} {}",
                model::learner(*learner, words),
                words.pick("calibrated", "校准后"),
                view.show(&explanation.tag, &probability),
                format::measure(*test_auc),
                words.pick("on the test slice", "（测试集）")
            );
            body.with(tree::contributions(&model, view)).with(el("p").class("tl-note").text(text))
        }
        Because::NotEligible { population } => {
            let text = match population {
                Some(condition) => format!(
                    "{} {condition}",
                    words.pick("Not predicted: outside the population", "不预测：不在目标人群内")
                ),
                None => words
                    .pick("Not predicted: no event before this day.", "不预测：此前没有任何事件。")
                    .to_owned(),
            };
            body.with(el("p").class("tl-alert").text(text))
        }
        Because::Scorecard(because) => body.with(scorecard::because(because, view)),
        Because::Persona(because) => body.with(persona::because(because, view)),
        Because::NoPersona { population } => {
            let text = match population {
                Some(condition) => {
                    format!(
                        "{} {condition}",
                        words.pick("No persona: outside the population", "不归类：不在目标人群内")
                    )
                }
                None => words.pick("No persona: a value is missing.", "不归类：缺少取值。").to_owned(),
            };
            body.with(el("p").class("tl-alert").text(text))
        }
        Because::Expression { tree, excluded_by } => {
            let body = body.with(tree::expression(tree, view));
            match excluded_by {
                Some(other) => body.with(el("p").class("tl-alert").text(format!(
                    "{} {other}",
                    words.pick(
                        "False, as this rule of the same group is true:",
                        "为否，因同组的这条规则为真："
                    )
                ))),
                None => body,
            }
        }
        Because::Table { taken, is_conflict, rows } => {
            body.with(business::table(taken, *is_conflict, rows, words))
        }
        Because::Score { base, contributions } => body.with(business::score(*base, contributions, words)),
        Because::NotInForce { valid_from, valid_to } => {
            let day = |day: &Option<crate::time::Date>| day.map_or("…".to_owned(), |day| day.to_string());
            let text = words.pick("Not in force on this day; in force", "当日未生效；生效期");
            body.with(el("p").class("tl-alert").text(format!(
                "{text} {} – {}",
                day(valid_from),
                day(valid_to)
            )))
        }
    };
    body.with(tag::definition(&explanation.definition, words))
}
