//! The tree is fit to be read by a stranger.

use std::path::Path;

use crate::workspace::{files, root, text};

const FOLDERS: [&str; 5] = ["core", "python", "tests", "benches", "examples"];
const TOP: [&str; 7] = [
    "README.md",
    "README.zh-CN.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "Makefile",
    "Cargo.toml",
];

/// Longer than this, a file has more than one idea.
const MAX_LINES: usize = 500;

/// Files that may be longer, and why. Kept short.
const LONG: [(&str, &str); 1] =
    [("python/tagloom/_tagloom.pyi", "the stub of one extension module is one file")];

/// Marks of unfinished work, in pieces so that this file does not find itself.
const UNFINISHED: [&str; 7] = [
    concat!("to", "do!("),
    concat!("unimpl", "emented!("),
    concat!("db", "g!("),
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("HA", "CK"),
];

/// Documents speak to users of what there is, not of who asked for it.
const MAKING: [&str; 6] = [
    concat!("as requ", "ested"),
    concat!("the found", "er"),
    concat!("this sess", "ion we"),
    concat!("per the bri", "ef"),
    concat!("language mo", "del wrote"),
    concat!("for now, ju", "st"),
];

/// The texts of the tree with their paths.
fn texts() -> impl Iterator<Item = (String, String)> {
    let known = [
        "rs", "py", "pyi", "md", "toml", "yaml", "yml", "json", "txt", "html", "css", "js", "ipynb", "sh", "",
    ];
    let paths =
        FOLDERS.into_iter().flat_map(files).chain(TOP.into_iter().map(Into::into)).filter(move |path| {
            let extension = path.extension().unwrap_or_default().to_string_lossy();
            known.contains(&&*extension)
        });
    paths.filter_map(|path| Some((path.to_string_lossy().replace('\\', "/"), text(&path)?)))
}

fn is_code(path: &str) -> bool {
    let extension = Path::new(path).extension().unwrap_or_default();
    ["rs", "py", "pyi"].iter().any(|known| extension == *known)
}

/// Fails with all findings at once.
fn none(findings: impl Iterator<Item = String>) {
    let findings: Vec<String> = findings.collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

/// The lines in which one of some words stands.
fn lines_with(path: &str, text: &str, words: &[&str]) -> Vec<String> {
    let lines = text.lines().zip(1..);
    lines
        .filter_map(|(line, number)| {
            let word = words.iter().find(|word| line.contains(**word))?;
            Some(format!("{path}:{number}: `{word}`"))
        })
        .collect()
}

#[test]
fn files_are_short() {
    none(texts().filter(|(path, _)| is_code(path)).filter_map(|(path, text)| {
        let lines = text.lines().count();
        let may = LONG.iter().any(|(long, _)| *long == path);
        (lines > MAX_LINES && !may).then(|| format!("{path}: {lines} lines, at most {MAX_LINES}"))
    }));
}

#[test]
fn the_list_of_long_files_is_needed() {
    none(LONG.iter().filter_map(|(path, _)| {
        let lines = text(path).map_or(0, |text| text.lines().count());
        (lines <= MAX_LINES).then(|| format!("{path}: {lines} lines, take it off the list"))
    }));
}

#[test]
fn work_is_finished() {
    none(
        texts()
            .filter(|(path, _)| is_code(path))
            .flat_map(|(path, text)| lines_with(&path, &text, &UNFINISHED)),
    );
}

#[test]
fn texts_speak_to_users() {
    none(texts().flat_map(|(path, text)| lines_with(&path, &text.to_lowercase(), &MAKING)));
}

#[test]
fn no_path_of_a_machine() {
    let here = root().to_string_lossy().into_owned();
    let parent =
        root().parent().map(|parent| format!("{}/", parent.display())).filter(|parent| parent.len() > 2);
    let home = std::env::var("HOME").ok().filter(|home| home.len() > 2).map(|home| format!("{home}/"));
    let own: Vec<String> = [Some(format!("{here}/")), parent, home].into_iter().flatten().collect();
    let mut words: Vec<&str> = own.iter().map(String::as_str).collect();
    words.extend([concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("C:\\", "Users")]);
    none(texts().flat_map(|(path, text)| lines_with(&path, &text, &words)));
}

#[test]
fn code_blocks_are_run() {
    let documents =
        texts().filter(|(path, _)| Path::new(path).extension().is_some_and(|extension| extension == "md"));
    none(documents.flat_map(|(path, text)| {
        let mut inside = false;
        let mut found = Vec::new();
        for (line, number) in text.lines().zip(1..) {
            let Some(info) = line.trim_start().strip_prefix("```") else { continue };
            inside = !inside;
            if inside && info.trim().is_empty() {
                found.push(format!("{path}:{number}: a code block without its language"));
            }
            if inside && (info.contains("ignore") || info.contains("no_run")) {
                found.push(format!("{path}:{number}: a code block that is not run"));
            }
        }
        found
    }));
}

#[test]
fn both_readmes_show_the_same_code() {
    let [english, chinese] = ["README.md", "README.zh-CN.md"].map(|path| text(path).unwrap_or_default());
    assert_eq!(languages(&english), languages(&chinese));
}

/// The languages of a document's code blocks, in order.
fn languages(text: &str) -> Vec<&str> {
    let fences = text.lines().filter_map(|line| line.strip_prefix("```"));
    fences.step_by(2).collect()
}
