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
