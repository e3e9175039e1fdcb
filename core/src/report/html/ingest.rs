//! What became of rows and identifiers.

use crate::catalog::model::CatalogFile;
use crate::engine::SourceSummary;
use crate::identity::{Conflict, ConflictReason, IdentityReport};
use crate::report::Overview;
use crate::report::html::chart::{self, Part};
use crate::report::html::element::{Element, div, el, span};
use crate::report::html::words::Words;
use crate::report::html::{format, page};

/// How many conflicts the page shows.
const MAX_CONFLICTS: usize = 50;

pub(super) fn section(overview: &Overview, file: &CatalogFile, words: Words) -> Element {
    let mut sources = div("tl-grid tl-few");
    for summary in &overview.ingest.sources {
        let title = file.sources.get(&summary.read.source).and_then(|def| def.title.as_deref());
        sources = sources.with(source(summary, title, words));
    }
    el("section")
        .class("tl-layer")
        .attr("id", "data")
        .with(el("h2").text(words.pick("Data", "数据")))
        .with(
            el("p")
                .class("tl-note")
                .text(words.pick("What became of every row that was read.", "每一行数据的去向。")),
        )
        .with(sources)
        .with(identity(&overview.ingest.identity, file, words))
}

fn source(summary: &SourceSummary, title: Option<&str>, words: Words) -> Element {
    let read = &summary.read;
    let repeated = summary.repeated.same + summary.repeated.different;
    // Look-up tables have no profiles: their sound rows are used by other sources.
    let is_lookup = summary.used == 0 && summary.after_as_of + summary.without_profile + repeated == 0;
    let used = if is_lookup { read.accepted } else { summary.used };
    let part = |class, label, count| Part { class, label, count };
    let all = [
        part("tl-k1", words.pick("used", "使用"), used),
        part("tl-k2", words.pick("after the instant", "截至之后"), summary.after_as_of),
        part("tl-k3", words.pick("repeated", "重复"), repeated),
        part("tl-k4", words.pick("without profile", "无法归属"), summary.without_profile),
        part("tl-k5", words.pick("rejected", "拒绝"), read.rejected_rows()),
    ];
    let shown: Vec<Part<'_>> =
        all.into_iter().enumerate().filter(|(i, p)| *i == 0 || p.count > 0).map(|(_, p)| p).collect();
    let head = el("header")
        .with(page::named("h3", title, &read.source))
        .with(span("tl-type", format!("{} {}", format::count(read.rows_read), words.pick("rows", "行"))));
    let mut card = el("article").class("tl-card").with(head).with(chart::stacked(
        &shown,
        read.rows_read,
        words.pick("Rows", "行数"),
    ));
    if !read.rejected.is_empty() {
        card = card.with(rejected(summary, words));
    }
    if summary.repeated.different > 0 {
        let text = words.pick(
            "events with an id seen before but other content; the earlier one counts",
            "个事件编号重复但内容不同，以较早者为准",
        );
        card = card.with(
            el("p").class("tl-note").text(format!("{} {text}", format::count(summary.repeated.different))),
        );
    }
    if !read.notes.is_empty() {
        let note = |note: &crate::source::Note| {
            let about = note.column.as_ref().map_or(String::new(), |column| format!(" · {column}"));
            el("li").with(el("b").text(format::count(note.count))).text(format!(" {}{about}", note.message))
        };
        let summary = el("span").text(words.pick("Notes", "说明")).with(span("tl-count", read.notes.len()));
        card = card
            .with(page::folded(summary, [el("ul").class("tl-notes").with_all(read.notes.iter().map(note))]));
    }
    card
}

fn rejected(summary: &SourceSummary, words: Words) -> Element {
    let rows = summary.read.rejected.iter().map(|group| {
        let samples: Vec<String> =
            group.samples.iter().map(|s| format!("#{} “{}”", s.row, s.value)).collect();
        vec![
            group.reason.clone(),
            group.column.clone().unwrap_or_default(),
            samples.join("  "),
            format::count(group.count),
        ]
    });
    let heads = [
        words.pick("reason", "原因"),
        words.pick("column", "列"),
        words.pick("samples: row and value", "样例：行号与值"),
        words.pick("rows", "行数"),
    ];
    let title = words.pick("Why rows were rejected", "拒绝原因");
    let summary = el("span").text(title).with(span("tl-count", summary.read.rejected.len()));
    page::folded(summary, [page::table(title, &heads, 3, rows)])
}

fn identity(report: &IdentityReport, file: &CatalogFile, words: Words) -> Element {
    let rows = report.kinds.iter().map(|kind| {
        let title = file.identifiers.get(&kind.kind).and_then(|def| def.title.as_deref());
        let name = title.map_or_else(|| kind.kind.clone(), |title| format!("{title} ({})", kind.kind));
        let counts = [
            kind.identifiers,
            kind.joining,
            kind.merged,
            kind.attached,
            kind.ambiguous,
            kind.refused,
            kind.blocked,
            kind.invalid,
        ];
        std::iter::once(name).chain(counts.map(format::count)).collect()
    });
    let heads = [
        words.pick("kind", "标识类型"),
        words.pick("identifiers", "标识数"),
        words.pick("joining", "连接"),
        words.pick("profiles merged", "合并画像"),
        words.pick("attached", "附着"),
        words.pick("ambiguous", "歧义"),
        words.pick("refused", "拒绝"),
        words.pick("blocked", "屏蔽"),
        words.pick("invalid", "无效"),
    ];
    let title = words.pick("Identifiers", "身份标识");
    let profiles = format!("{} {}", format::count(report.profiles), words.pick("profiles", "个画像"));
    let mut card = el("article")
        .class("tl-card tl-wide")
        .with(el("header").with(el("h3").text(title)).with(span("tl-type", profiles)))
        .with(page::table(title, &heads, 1, rows));
    if report.n_conflicts > 0 {
        card = card.with(conflicts(report, words));
    }
    card
}

fn conflicts(report: &IdentityReport, words: Words) -> Element {
    let heads = [
        words.pick("kind", "标识类型"),
        words.pick("values", "值"),
        words.pick("why the link was refused", "拒绝连接的原因"),
        words.pick("identifiers", "标识数"),
        words.pick("profiles", "画像数"),
    ];
    let rows = report.conflicts.iter().take(MAX_CONFLICTS).map(|conflict| {
        vec![
            conflict.kind.clone(),
            conflict.values.join(", "),
            reason(conflict, words),
            format::count(conflict.n_values),
            format::count(conflict.n_profiles),
        ]
    });
    let title = words.pick("Conflicts: links that were not believed", "冲突：不予采信的连接");
    let summary = el("span").text(title).with(span("tl-count", format::count(report.n_conflicts)));
    let mut content = vec![page::table(title, &heads, 3, rows)];
    if report.n_conflicts > MAX_CONFLICTS as u64 {
        let hidden = format::count(report.n_conflicts - MAX_CONFLICTS as u64);
        content.push(el("p").class("tl-note").text(format!("… {hidden} {}", words.pick("more", "条未列出"))));
    }
    page::folded(summary, content)
}

fn reason(conflict: &Conflict, words: Words) -> String {
    match &conflict.reason {
        ConflictReason::TooManyProfiles { allowed } => {
            let text = words.pick("shared by more profiles than", "被共用的画像数超过");
            format!("{text} {}", format::count(*allowed))
        }
        ConflictReason::MaxPerProfile { exceeded } => {
            let each = exceeded.iter().map(|e| {
                let text = words.pick("allowed", "上限");
                format!("{} × {} ({text} {})", format::count(e.found), e.kind, format::count(e.allowed))
            });
            format!(
                "{} {}",
                words.pick("one profile would have", "单个画像将有"),
                each.collect::<Vec<_>>().join(", ")
            )
        }
    }
}
