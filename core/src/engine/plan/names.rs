//! Names of tags and fields.

/// The tag of a name that may name a field: `tier` of `tier.gap`. Names of tags have no points.
pub(crate) fn tag_of(name: &str) -> &str {
    name.split_once('.').map_or(name, |(tag, _)| tag)
}

/// The name of a column: the tag's own, or `tag.field`.
pub(crate) fn column_name(tag: &str, field: Option<&str>) -> String {
    match field {
        None => tag.to_owned(),
        Some(field) => format!("{tag}.{field}"),
    }
}

/// Splits `source.column`.
pub(crate) fn source_column(reference: &str) -> Option<(&str, &str)> {
    reference.split_once('.').filter(|(source, column)| !source.is_empty() && !column.is_empty())
}

/// The nearest of some names, where one is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, among: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    among
        .into_iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(name, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

/// A help line for an unknown name: the nearest one, or all of them where they are few.
pub(crate) fn did_you_mean<'a>(name: &str, among: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    if let Some(near) = nearest(name, among.clone()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let all: Vec<&str> = among.into_iter().collect();
    (!all.is_empty() && all.len() <= 12).then(|| format!("there are: {}", all.join(", ")))
}
