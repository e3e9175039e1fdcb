//! The card of one profile.

use crate::catalog::model::{Layer, TagDef};
use crate::profile::{Profile, Profiles};
use crate::report::html::element::{Element, div, el, span};
use crate::report::html::explanation::{self, Heading};
use crate::report::html::words::Words;
use crate::report::html::{format, page};
use crate::report::mask;
use crate::value::Value;

/// How many evidence rows each explanation shows.
const MAX_ROWS: usize = 10;

pub(super) fn page(profiles: &Profiles, row: usize) -> String {
    let words = Words::of_catalog(profiles.fitted().catalog());
    let title = format!("{} {}", words.pick("Profile", "画像"), short_id(profiles, row));
    page::page(&title, words, el("main").with(card(profiles, row, words)))
}

pub(super) fn fragment(profiles: &Profiles, row: usize) -> String {
    let words = Words::of_catalog(profiles.fitted().catalog());
    page::fragment(words, card(profiles, row, words))
}

/// The first digits of a profile's id: enough to tell the profiles of a page apart.
pub(super) fn short_id(profiles: &Profiles, row: usize) -> String {
    profiles.ids()[row].to_string().chars().take(8).collect()
}

fn card(profiles: &Profiles, row: usize, words: Words) -> Element {
    let profile = profiles.profile(row);
    let mut card = el("article").class("tl-profile").with(head(profiles, &profile, words));
    for layer in profile.layers.iter().rev() {
        let mut list = div("tl-tags");
        for (name, found) in &layer.tags {
            let Some(def) = profiles.fitted().catalog().tags.get(name) else { continue };
            list = list.with(tag(profiles, row, name, def, found, words));
        }
        let name = layer.layer.name();
        card = card.with(
            el("section")
                .class(&format!("tl-layer tl-{name}"))
                .with(el("h2").text(words.layer(layer.layer)).with(span("tl-count", layer.tags.len())))
                .with(list),
        );
    }
    card
}

fn head(profiles: &Profiles, profile: &Profile, words: Words) -> Element {
    let kinds = &profiles.fitted().catalog().identifiers;
    let mut chips = el("ul").class("tl-chips").attr("aria-label", words.pick("Identifiers", "身份标识"));
    for (kind, values) in &profile.identifiers {
        let def = kinds.get(kind);
        let title = def.and_then(|def| def.title.as_deref()).unwrap_or(kind);
        // A kind that the catalogue does not know is none of ours to show.
        let is_personal = def.is_none_or(|def| def.personal);
        for value in values {
            let shown = if is_personal { mask::identifier(value) } else { value.clone() };
            chips = chips.with(
                el("li").class("tl-chip").with(span("tl-note", title)).text(" ").with(el("b").text(shown)),
            );
        }
    }
    let about = el("p")
        .class("tl-note")
        .text(words.pick("as of ", "截至 "))
        .text(profiles.zone().clock_at(profile.as_of))
        .text(format!(" {} · ", profiles.zone()))
        .text(profiles.fitted().catalog().title.as_deref().unwrap_or(profiles.fitted().name()));
    let id = profile.id.to_string();
    el("header").class("tl-hero tl-plain").with(
        div("tl-about")
            .with(
                el("h1")
                    .text(words.pick("Profile ", "画像 "))
                    .with(el("code").attr("title", &id).text(&id[..8])),
            )
            .with(about)
            .with(chips),
    )
}

fn tag(
    profiles: &Profiles,
    row: usize,
    name: &str,
    def: &TagDef,
    found: &crate::profile::TagValue,
    words: Words,
) -> Element {
    let zone = profiles.zone();
    let hide = |value: &Value| if def.personal { mask::value(value) } else { value.clone() };
    let value = hide(&found.value);
    let mut line = el("span").class("tl-sum");
    line = line.with(span("tl-t", def.title.as_deref().unwrap_or(name)));
    if def.title.is_some() {
        line = line.with(el("code").text(name));
    }
    let only_fields = found.value.is_null() && !found.fields.is_empty();
    if !only_fields {
        let text = explanation::tag_value(&value, def, words, zone);
        line = line.with(explanation::truth(&value, &text, words, "tl-v"));
    }
    let fields = found.fields.iter().map(|(name, value)| {
        div("tl-stat")
            .with(el("dt").with(el("code").text(name)))
            .with(el("dd").text(format::value(&hide(value), zone)))
    });
    let fields =
        if found.fields.is_empty() { None } else { Some(el("dl").class("tl-stats").with_all(fields)) };
    if def.layer == Layer::Fact {
        return div("tl-tag").with(line).with_all(fields);
    }
    let explained = profiles.explain_with(row, name, MAX_ROWS).ok();
    let why = explained.map(|explained| explanation::block(&explained, words, zone, Heading::None));
    page::folded(line, fields.into_iter().chain(why)).class("tl-tag")
}
