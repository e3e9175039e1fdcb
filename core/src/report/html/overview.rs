//! The page about a population.

use crate::catalog::model::Layer;
use crate::profile::Profiles;
use crate::report::html::element::{Element, div, el, span};
use crate::report::html::words::Words;
use crate::report::html::{format, ingest, page, tag, warnings};
use crate::report::{LayerFacts, Overview};
use crate::time::Zone;

/// What the parts of the page have in common.
#[derive(Clone, Copy)]
pub(super) struct Population<'a> {
    pub(super) overview: &'a Overview,
    pub(super) zone: &'a Zone,
    pub(super) words: Words,
}

pub(super) fn page(profiles: &Profiles) -> String {
    let words = Words::of_catalog(profiles.fitted().catalog());
    let overview = profiles.overview();
    let as_of = profiles.zone().clock_at(overview.as_of);
    let title = overview.title.as_deref().unwrap_or(&overview.name);
    let mut main = el("main")
        .attr("id", "tl-main")
        .with(header(&overview, &as_of, words))
        .with(figures(&overview, words))
        .with(ingest::section(&overview, profiles.fitted().catalog(), words));
    // What is known without data, then what these profiles show.
    let mut warnings = profiles.fitted().warnings().to_vec();
    warnings.extend(profiles.warnings());
    if !warnings.is_empty() {
        main = main.with(warnings::section(&warnings, words));
    }
    // From the top of the pyramid down: what business people ask for first.
    for layer in overview.layers.iter().rev() {
        main = main
            .with(layer_section(layer, &Population { overview: &overview, zone: profiles.zone(), words }));
    }
    main = main.with(footer(&overview, words));
    let skip =
        el("a").class("tl-skip").attr("href", "#tl-main").text(words.pick("Skip to content", "跳到正文"));
    let body = div("tl-shell").with(skip).with(nav(&overview, !warnings.is_empty(), words)).with(main);
    page::page(&format!("{title} · {as_of}"), words, body)
}

fn nav(overview: &Overview, has_warnings: bool, words: Words) -> Element {
    let link = |href: String, text: &str| el("a").attr("href", href).text(text);
    let mut list = el("ul").with(el("li").with(link("#data".to_owned(), words.pick("Data", "数据"))));
    if has_warnings {
        list = list.with(el("li").with(link("#warnings".to_owned(), words.pick("Warnings", "提醒"))));
    }
    for layer in overview.layers.iter().rev() {
        let mut tags = el("ul");
        for (i, tag) in layer.tags.iter().enumerate() {
            let title = tag.definition.title.as_ref().unwrap_or(&tag.name);
            tags = tags.with(el("li").with(link(format!("#{}", anchor(layer.layer, i)), title)));
        }
        let head = link(format!("#{}", layer.layer.name()), words.layer(layer.layer))
            .class(&format!("tl-{}", layer.layer.name()))
            .with(span("tl-share", format!(" {}", layer.tags.len())));
        list = list.with(el("li").with(head).with(tags));
    }
    el("nav").class("tl-nav").attr("aria-label", words.pick("Contents", "目录")).with(list)
}

/// The place of a tag in the page.
pub(super) fn anchor(layer: Layer, index: usize) -> String {
    format!("{}-{}", layer.name(), index + 1)
}

fn header(overview: &Overview, as_of: &str, words: Words) -> Element {
    let mut about = div("tl-about").with(page::named("h1", overview.title.as_deref(), &overview.name));
    if let Some(text) = &overview.description {
        about = about.with(el("p").class("tl-lead").text(text));
    }
    let mut facts = el("dl").class("tl-facts");
    let mut fact = |name: &str, value: Element| {
        facts = std::mem::replace(&mut facts, el("dl")).with(div("").with(el("dt").text(name)).with(value));
    };
    let as_of = el("dd").with(el("b").text(as_of)).with(span("tl-note", format!(" {}", overview.zone)));
    fact(words.pick("As of", "截至"), as_of);
    if let Some(version) = &overview.version {
        fact(words.pick("Version", "版本"), el("dd").text(version));
    }
    let short: String = overview.hash.chars().take(16).collect();
    let hash = el("dd").with(el("code").attr("title", &overview.hash).text(short));
    fact(words.pick("Definitions", "定义指纹"), hash);
    el("header").class("tl-hero").with(about.with(facts)).with(pyramid(&overview.layers, words))
}

/// The layers as a pyramid, with their numbers of tags.
fn pyramid(layers: &[LayerFacts], words: Words) -> Element {
    let said: Vec<String> =
        layers.iter().rev().map(|l| format!("{} {}", words.layer(l.layer), l.tags.len())).collect();
    let mut svg = el("svg")
        .class("tl-pyramid")
        .attr("viewBox", format!("0 0 320 {}", layers.len() * 44))
        .attr("role", "img")
        .attr("aria-label", format!("{}: {}", words.pick("Tags by layer", "各层标签数"), said.join(", ")));
    let step = 100.0 / layers.len().max(1) as f64;
    for (i, layer) in layers.iter().rev().enumerate() {
        let y = i * 44;
        let (top, bottom) = (60.0 + step * i as f64, 60.0 + step * (i as f64 + 1.0) - 4.0);
        let points = format!(
            "{:.1},{y} {:.1},{y} {:.1},{} {:.1},{}",
            160.0 - top,
            160.0 + top,
            160.0 + bottom,
            y + 40,
            160.0 - bottom,
            y + 40
        );
        let shape = el("polygon").class(&format!("tl-band tl-{}", layer.layer.name())).attr("points", points);
        let text = el("text").attr("x", 160).attr("y", y + 25).attr("text-anchor", "middle");
        let text = text.text(format!("{} · {}", words.layer(layer.layer), layer.tags.len()));
        let link = el("a").attr("href", format!("#{}", layer.layer.name())).with(shape).with(text);
        svg = svg.with(link);
    }
    svg
}

fn figures(overview: &Overview, words: Words) -> Element {
    let sources = &overview.ingest.sources;
    let read: u64 = sources.iter().map(|s| s.read.rows_read).sum();
    let used: u64 = sources.iter().map(|s| s.used).sum();
    let rejected: u64 = sources.iter().map(|s| s.read.rejected_rows()).sum();
    let n_tags: usize = overview.layers.iter().map(|layer| layer.tags.len()).sum();
    let merged: u64 = overview.ingest.identity.kinds.iter().map(|kind| kind.merged).sum();
    let figure = |name: &str, value: u64, note: String, class: &str| {
        div(&format!("tl-kpi {class}"))
            .with(el("dt").text(name))
            .with(el("dd").with(el("b").text(format::count(value))).with(span("tl-note", note)))
    };
    let n_conflicts = overview.ingest.identity.n_conflicts;
    let joined = format!("{} {}", format::count(merged), words.pick("joined by identifiers", "个经标识合并"));
    let of_read = format!("{} {}", words.pick("of", "共"), format::count(read));
    let in_sources = format!("{} {}", sources.len(), words.pick("sources", "个数据源"));
    let in_layers = format!("{} {}", overview.layers.len(), words.pick("layers", "层"));
    let warn = |n: u64| if n > 0 { "tl-warn" } else { "" };
    el("dl")
        .class("tl-kpis")
        .attr("aria-label", words.pick("Key figures", "关键数字"))
        .with(figure(words.pick("Profiles", "画像"), overview.n_profiles, joined, ""))
        .with(figure(words.pick("Rows used", "使用行数"), used, of_read, ""))
        .with(figure(
            words.pick("Rows rejected", "拒绝行数"),
            rejected,
            format::part(rejected, read),
            warn(rejected),
        ))
        .with(figure(
            words.pick("Identity conflicts", "标识冲突"),
            n_conflicts,
            in_sources,
            warn(n_conflicts),
        ))
        .with(figure(words.pick("Tags", "标签"), n_tags as u64, in_layers, ""))
}

fn layer_section(layer: &LayerFacts, population: &Population<'_>) -> Element {
    let words = population.words;
    let name = layer.layer.name();
    let head = el("h2").text(words.layer(layer.layer)).with(span("tl-count", layer.tags.len()));
    let mut grid = div("tl-grid");
    for (i, facts) in layer.tags.iter().enumerate() {
        grid = grid.with(tag::card(facts, population).attr("id", anchor(layer.layer, i)));
    }
    el("section")
        .class(&format!("tl-layer tl-{name}"))
        .attr("id", name)
        .with(head)
        .with(el("p").class("tl-note").text(words.about_layer(layer.layer)))
        .with(grid)
}

fn footer(overview: &Overview, words: Words) -> Element {
    el("footer")
        .class("tl-note")
        .text(words.pick("Definitions ", "定义指纹 "))
        .with(el("code").text(&overview.hash))
        .text(words.pick(" · models learnt up to ", " · 模型学习截至 "))
        .text(&overview.learnt_as_of)
        .text(" · tagloom")
}
