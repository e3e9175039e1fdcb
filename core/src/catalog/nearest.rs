//! The name that was probably meant.

/// The candidate nearest to a name, where one is near enough to be a slip of the pen: at most one edit for every three
/// characters, not counting case. Of equally near ones the first.
pub(crate) fn nearest<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 128;
    if found.chars().nth(LONGEST).is_some() {
        return None;
    }
    let found = found.to_lowercase();
    let length = found.chars().count();
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= LONGEST / 3)
        .map(|candidate| (strsim::damerau_levenshtein(&found, &candidate.to_lowercase()), candidate))
        .filter(|(edits, candidate)| {
            *edits <= (length.max(candidate.chars().count()) / 3).max(1) && *edits < length
        })
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// `did you mean …?`, where there is a near name.
pub(crate) fn did_you_mean<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(found, candidates).map(|name| format!("did you mean `{name}`?"))
}

/// `a, b or c`.
pub(crate) fn one_of(names: &[&str]) -> String {
    match names {
        [] => "nothing".to_owned(),
        [name] => (*name).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let fields = ["window", "where", "count", "layer"];
        assert_eq!(nearest("windw", fields), Some("window"));
        assert_eq!(nearest("Laeyr", fields), Some("layer"));
        assert_eq!(nearest("filter", fields), None);
        assert_eq!(nearest("", fields), None);
        assert_eq!(nearest("性別", ["性别", "年龄"]), Some("性别"));
        assert_eq!(nearest("x", ["y"]), None);
    }
}
