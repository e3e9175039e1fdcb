//! A module of the core uses modules on lower floors only: the code says so itself, in its `crate::` paths.

use std::collections::BTreeSet;

use crate::workspace::{files, root, text};

/// The floors, from the bottom up. Modules on one floor do not know each other.
const FLOORS: [&[&str]; 10] = [
    &["value", "time", "stats"],
    &["expr"],
    &["rule"],
    &["catalog"],
    &["source", "store", "identity", "timeline"],
    &["fact", "predict", "marketing"],
    &["engine"],
    &["profile"],
    &["audience"],
    &["report"],
];

/// The arrows along a floor that there are all the same: a value may be an instant.
const ALONG: [(&str, &str); 1] = [("value", "time")];

/// On top of all floors: docs, re-exports, and the one error over all modules.
const TOP: [&str; 2] = ["lib", "error"];

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// What is wrong with one module's use of another.
fn wrong(from: &str, to: &str) -> Option<String> {
    if TOP.contains(&from) || from == to || ALONG.contains(&(from, to)) {
        return None;
    }
    match (floor(from), floor(to)) {
        (None, _) => Some(format!("`{from}` is on no floor")),
        (_, None) => {
            Some(format!("`{from}` uses `crate::{to}`, which is on no floor; name the module itself"))
        }
        (Some(own), Some(other)) if other >= own => {
            Some(format!("`{from}` (floor {own}) uses `{to}` (floor {other})"))
        }
        _ => None,
    }
}

/// The names that follow `crate::` in code, those of a group too; comments do not count.
fn used(code: &str) -> BTreeSet<String> {
    let code: String =
        code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let paths = code.split("crate::").skip(1);
    paths.flat_map(|rest| rest.strip_prefix('{').map_or_else(|| vec![name(rest)], group)).collect()
}

fn name(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first names of a group `{a::b, c::{d, e}}`, given from behind its brace.
fn group(rest: &str) -> Vec<String> {
    let mut names = vec![name(rest)];
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(name(&rest[at + 1..])),
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn no_arrow_goes_up() {
    let mut found = Vec::new();
    for path in files("core/src") {
        let within = path.strip_prefix("core/src").unwrap();
        let first = within.iter().next().unwrap().to_string_lossy().into_owned();
        let module = first.trim_end_matches(".rs");
        let code = text(&path).unwrap();
        found.extend(
            used(&code).iter().filter_map(|to| wrong(module, to)).map(|w| format!("{}: {w}", path.display())),
        );
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_floor_is_built() {
    let missing = FLOORS.concat().into_iter().filter(|module| {
        let module = root().join("core/src").join(module);
        !module.is_dir() && !module.with_extension("rs").is_file()
    });
    let missing: Vec<_> = missing.collect();
    assert!(missing.is_empty(), "on a floor, but not in core/src: {missing:?}");
}

#[test]
fn paths_are_found() {
    let code = "use crate::value::Value; // crate::report::Page\nuse crate::{time::{Date, Zone}, expr};\n\
                /// [`crate::profile::Profiles`]\nfn f() { crate::stats::mean(); }\npub(crate) fn g() {}";
    assert_eq!(used(code).into_iter().collect::<Vec<_>>(), ["expr", "stats", "time", "value"]);
}

#[test]
fn arrows_are_judged() {
    assert_eq!(wrong("engine", "fact"), None);
    assert_eq!(wrong("fact", "fact"), None);
    assert_eq!(wrong("error", "report"), None);
    assert_eq!(wrong("fact", "engine").unwrap(), "`fact` (floor 5) uses `engine` (floor 6)");
    assert_eq!(wrong("fact", "predict").unwrap(), "`fact` (floor 5) uses `predict` (floor 5)");
    assert!(wrong("fact", "Error").unwrap().contains("on no floor"));
}
