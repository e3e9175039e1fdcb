//! Profiles at a glance, for notebooks.

use crate::profile::Profiles;
use crate::report::html::element::{div, el, span};
use crate::report::html::words::Words;
use crate::report::html::{card, format, page};
use crate::report::mask;

/// How many profiles are shown.
const MAX_ROWS: usize = 10;
/// How many columns are shown.
const MAX_COLUMNS: usize = 12;

pub(super) fn fragment(profiles: &Profiles) -> String {
    let words = Words::of_catalog(profiles.fitted().catalog());
    let file = profiles.fitted().catalog();
    let columns: Vec<_> = profiles.outputs().take(MAX_COLUMNS).collect();
    let mut heads = vec!["profile"];
    heads.extend(columns.iter().map(|(what, _)| what.name.as_str()));
    let rows = (0..profiles.len().min(MAX_ROWS)).map(|row| {
        let mut cells = vec![card::short_id(profiles, row)];
        cells.extend(columns.iter().map(|(what, column)| {
            let value = column.value(row);
            let value = if what.personal { mask::value(&value) } else { value };
            format::value(&value, profiles.zone())
        }));
        cells
    });
    let n_columns = profiles.columns().len();
    let counts = format!(
        "{} {} · {} {} · {} {} {}",
        format::count(profiles.len() as u64),
        words.pick("profiles", "个画像"),
        format::count(n_columns as u64),
        words.pick("columns", "列"),
        words.pick("as of", "截至"),
        profiles.zone().clock_at(profiles.as_of()),
        profiles.zone(),
    );
    let mut body = div("tl-glance")
        .with(page::named("h3", file.title.as_deref(), &file.name))
        .with(el("p").class("tl-note").text(counts))
        .with(page::table(words.pick("First profiles", "前几个画像"), &heads, heads.len(), rows));
    let (more_rows, more_columns) =
        (profiles.len().saturating_sub(MAX_ROWS), n_columns.saturating_sub(MAX_COLUMNS));
    if more_rows + more_columns > 0 {
        let text = format!(
            "… {} {}, {} {}",
            format::count(more_rows as u64),
            words.pick("more profiles", "个画像"),
            format::count(more_columns as u64),
            words.pick("more columns", "列未显示")
        );
        body = body.with(el("p").with(span("tl-note", text)));
    }
    page::fragment(words, body)
}
