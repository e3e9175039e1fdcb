//! Definitions that are wrong.

use tagloom::Catalog;

/// Checks that a tag, added to a catalogue as its last one, is the one problem that it then has: of this code, with this
/// in its `path: message`, at the line of the tag.
pub(crate) fn is_mistake(catalogue: &str, tag: &str, code: &str, said: &str) {
    let text = format!("{}\n  x: {tag}\n", catalogue.trim_end());
    let error = Catalog::parse(&text).unwrap_err();
    let found: Vec<_> =
        error.problems.iter().map(|p| (p.code, format!("{}: {}", p.path, p.message), p.line)).collect();
    let [(found_code, found_text, line)] = &found[..] else { panic!("{tag}: {found:?}") };
    assert!(*found_code == code && found_text.contains(said), "{tag}: {found:?}");
    assert_eq!(*line, Some(text.lines().count()), "{tag}: {found:?}");
}
