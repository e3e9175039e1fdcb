//! Why somebody is taken for a customer, or is worth so much.

use crate::engine::{
    Because, ChurnBecause, ChurnBy, EvidenceBecause, LifecycleBecause, LifetimeBecause, ModelBecause,
};
use crate::marketing::btyd::History;
use crate::marketing::churn::Basis;
use crate::report::html::chart::stats;
use crate::report::html::element::{Element, div, el};
use crate::report::html::explanation;
use crate::report::html::explanation::View;
use crate::report::html::words::Words;
use crate::report::html::{evidence, format, page};
use crate::value::Value;

/// What may be shown of a personal tag of these kinds: the rows, and the conditions without what they were. `None` for
/// other kinds.
pub(super) fn hidden(because: &Because, view: &View<'_>) -> Option<Element> {
    let orders = match because {
        Because::Lifetime(because) => &because.orders,
        Because::Churn(because) => &because.orders,
        Because::Lifecycle(because) => &because.orders,
        Because::ChurnKind { evidence } => {
            let unsaid = |part: &EvidenceBecause| {
                el("li").text(part.name).text(" ").with(el("code").text(&part.condition))
            };
            return Some(el("ul").with_all(evidence.iter().map(unsaid)));
        }
        _ => return None,
    };
    Some(evidence::rows_table(orders, view))
}

pub(super) fn lifetime(because: &LifetimeBecause, view: &View<'_>) -> Element {
    let words = view.words;
    let unit = because.model.unit.to_string();
    let heads = [
        words.pick("what if", "如果"),
        words.pick("chance to be a customer", "仍是客户的概率"),
        words.pick("expected purchases", "预期购买次数"),
        words.pick("value", "价值"),
    ];
    let rows = because.what_if.iter().map(|then| {
        let after = format!("{} × {unit}", format::number(then.after));
        let what = if then.buys {
            words.pick("a purchase in", "购买，时间：")
        } else {
            words.pick("silence for", "沉默，时长：")
        };
        vec![
            format!("{what} {after}"),
            format::percent(then.outlook.p_alive),
            format::number(then.outlook.expected_purchases),
            format::amount(then.outlook.lifetime_value),
        ]
    });
    let mut body = div("").with(history(because.history, because.mean_amount, &unit, words));
    if !because.what_if.is_empty() {
        body = body.with(page::table(words.pick("What would be", "情景推演"), &heads, 1, rows));
    }
    body.with(model(&because.model, words)).with(evidence::rows_table(&because.orders, view))
}

/// The numbers that the model knows of a profile.
pub(super) fn history(history: Option<History>, money: Option<f64>, unit: &str, words: Words) -> Element {
    let Some(History { x, t_x, age }) = history else {
        return el("p").class("tl-alert").text(words.pick("No purchase.", "没有购买记录。"));
    };
    let timed = |n: f64| format!("{} × {unit}", format::number(n));
    let mut items = vec![
        (words.pick("repeat purchases (x)", "复购次数 (x)").to_owned(), format::number(x)),
        (words.pick("first to last (t_x)", "首购到末购 (t_x)").to_owned(), timed(t_x)),
        (words.pick("first to now (T)", "首购至今 (T)").to_owned(), timed(age)),
    ];
    if let Some(money) = money {
        items.push((words.pick("mean amount (m)", "平均金额 (m)").to_owned(), format::amount(money)));
    }
    stats(items)
}

/// The model and what it was learnt from.
pub(super) fn model(model: &ModelBecause, words: Words) -> Element {
    let parameters: Vec<String> =
        model.parameters.iter().map(|(name, value)| format!("{name} {}", format::number(*value))).collect();
    let mut text = format!(
        "{} ({}) · {} {}",
        model.model,
        parameters.join(", "),
        words.pick("customers learnt from:", "学习样本客户数："),
        format::count(model.learnt_from)
    );
    if !model.is_sound {
        text.push_str(words.pick(" · the fit is not sound", " · 拟合不可靠"));
    }
    el("p").class("tl-note").text(text)
}

pub(super) fn churn(because: &ChurnBecause, view: &View<'_>) -> Element {
    let words = view.words;
    let body = match &because.by {
        ChurnBy::Model { history, verdict, alive_below, model } => {
            let mut body = div("").with(self::history(*history, None, &model.unit.to_string(), words));
            if let Some(verdict) = verdict {
                body = body.with(stats([
                    (
                        words.pick("chance to be a customer", "仍是客户的概率").to_owned(),
                        format::percent(1.0 - verdict.probability),
                    ),
                    (
                        words.pick("churned below", "流失阈值（低于）").to_owned(),
                        format::percent(*alive_below),
                    ),
                    (words.pick("days left to act", "可挽留天数").to_owned(), days(verdict.days_left)),
                ]));
            }
            body.with(self::model(model, words))
        }
        ChurnBy::Silence { silence_days, gaps, min_gaps, judged, group, learnt_from, .. } => {
            let limit = judged.and_then(|judged| judged.limit_days);
            let left = judged.and_then(|judged| judged.days_left);
            let own = judged.and_then(|judged| judged.basis) == Some(Basis::Own);
            let from = if own {
                format!("{} {gaps} (≥ {min_gaps})", words.pick("own gaps:", "本人购买间隔数："))
            } else if let Some(group) = group {
                let peers =
                    words.pick("customers of the group whose gaps set the limit:", "间隔取自同组客户数：");
                format!("{peers} {group}, {}", format::count(*learnt_from))
            } else {
                let others = words.pick("customers whose gaps set the limit:", "间隔取自全体客户数：");
                format!("{others} {}", format::count(*learnt_from))
            };
            div("").with(silence(*silence_days, limit, left, words)).with(el("p").class("tl-note").text(from))
        }
        ChurnBy::Calendar { without, silence_days, days_left } => {
            let rule = format!("{} {without}", words.pick("churned without a purchase for", "无购买时长："));
            div("")
                .with(silence(*silence_days, None, *days_left, words))
                .with(el("p").class("tl-note").text(rule))
        }
    };
    body.with(evidence::rows_table(&because.orders, view))
}

fn days(days: Option<f64>) -> String {
    days.map_or("–".to_owned(), format::number)
}

/// How long somebody has been silent, and how long that may be.
fn silence(silent: Option<f64>, limit: Option<f64>, left: Option<f64>, words: Words) -> Element {
    let mut items = vec![(words.pick("days silent", "沉默天数").to_owned(), days(silent))];
    if limit.is_some() {
        items.push((words.pick("limit in days", "沉默上限天数").to_owned(), days(limit)));
    }
    items.push((words.pick("days left to act", "可挽留天数").to_owned(), days(left)));
    stats(items)
}

pub(super) fn churn_kind(evidence: &[EvidenceBecause], words: Words) -> Element {
    let truth = |part: &EvidenceBecause| {
        let value = part.is_true.map_or(Value::Null, Value::Bool);
        explanation::truth(&value, "", words, "tl-chip")
    };
    let items = evidence.iter().map(|part| {
        let name = if part.decides { el("b").text(part.name) } else { el("span").text(part.name) };
        el("li").with(name).text(" ").with(el("code").text(&part.condition)).text(" ").with(truth(part))
    });
    el("ul").with_all(items)
}

pub(super) fn lifecycle(because: &LifecycleBecause, view: &View<'_>) -> Element {
    let words = view.words;
    let mut body = div("");
    if let Some(placed) = &because.placed {
        let of = match placed.basis {
            Some(Basis::Own) => words.pick("own gaps", "本人间隔").to_owned(),
            _ => format!("{} {}", format::count(because.learnt_from), words.pick("customers", "位客户")),
        };
        let usual = format!("{} ({of})", days(placed.usual_days));
        let halves = because.halves.map_or_else(String::new, |[early, late]| format!("{early} / {late}"));
        body = body.with(stats([
            (words.pick("days silent", "沉默天数").to_owned(), days(because.silence_days)),
            (words.pick("usual gap in days", "通常间隔天数").to_owned(), usual),
            (words.pick("quiet after", "沉默期始于").to_owned(), days(placed.quiet_days)),
            (words.pick("lost after", "流失始于").to_owned(), days(placed.lost_days)),
            (words.pick("days left", "剩余天数").to_owned(), days(placed.days_left)),
            (words.pick("purchases, 1st / 2nd half", "前半期 / 后半期购买").to_owned(), halves),
        ]));
    }
    body.with(evidence::rows_table(&because.orders, view))
}
