//! Personas: why a profile has one.

use crate::engine::PersonaBecause;
use crate::report::html::element::{Element, div, el};
use crate::report::html::explanation::View;
use crate::report::html::{format, page};

/// Distance, and what each tag does.
pub(super) fn because(because: &PersonaBecause, view: &View<'_>) -> Element {
    let words = view.words;
    let mut about = format!(
        "{} {} · {} {}",
        words.pick("distance from the middle", "与中心的距离"),
        format::number(because.distance),
        format::percent(because.typical),
        words.pick("of the members are at least as far", "的成员距离不小于此"),
    );
    if let Some(next) = &because.next {
        about = format!("{about} · {} {next}", words.pick("next nearest:", "次近："));
    }
    let heads = [
        words.pick("Tag", "标签"),
        words.pick("Value", "取值"),
        words.pick("Middle", "中心"),
        words.pick("Middle of the next", "次近中心"),
        words.pick("Speaks for it", "支持度"),
    ];
    let rows = because.contributions.iter().map(|part| {
        let shown = |value| format::value(value, view.zone);
        vec![
            part.tag.clone(),
            shown(&part.value),
            shown(&part.middle),
            shown(&part.next_middle),
            format!("{:+.3}", part.nearer),
        ]
    });
    let mut learnt = format!(
        "{} {} {}",
        words.pick("Learnt from", "学习自"),
        format::count(because.learnt_from),
        words.pick("profiles", "个画像"),
    );
    if let Some(silhouette) = because.silhouette {
        learnt = format!("{learnt} · {} {silhouette:.3}", words.pick("silhouette", "轮廓系数"));
    }
    let caption = words.pick("What puts the profile nearer to this persona", "为何更接近该人群");
    div("tl-because")
        .with(el("p").text(about))
        .with(page::table(caption, &heads, 1, rows))
        .with(el("p").class("tl-note").text(learnt))
}
