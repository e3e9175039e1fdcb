//! The tree of a catalogue text into the model, with the checks that need no other definition.

use indexmap::IndexMap;
use serde::Deserialize;

use crate::catalog::decode::decode;
use crate::catalog::model::CatalogFile;
use crate::catalog::nearest::did_you_mean;
use crate::catalog::path::{Path, Shortened};
use crate::catalog::problem::{MAX_PROBLEMS, Problem};
use crate::catalog::read::node::{Data, Entry, Kind, Node};
use crate::time::Zone;

/// The version of the catalogue format that this crate reads.
const VERSION: i128 = 1;
/// How many characters a name may have.
const LONGEST_NAME: usize = 128;
/// The maps of definitions, each of which is decoded on its own.
const DEFINITIONS: [&str; 3] = ["identifiers", "sources", "tags"];

/// The catalogue that a tree means. Nothing is returned where there is a problem.
pub(crate) fn catalogue(root: &Node, problems: &mut Vec<Problem>) -> Option<CatalogFile> {
    let Some(entries) = root.entries() else {
        let found = root.describe();
        let message =
            if found == "nothing" { "the text is empty".to_owned() } else { format!("found {found}") };
        let message = format!("{message}; wanted a catalogue, which begins with `tagloom: 1`");
        problems.push(Problem::new("catalog.no_catalogue", String::new(), message, root.span.clone()));
        return None;
    };
    if let Some(problem) = unsupported_version(root) {
        // What else does not fit may be right in that version.
        problems.push(problem);
        return None;
    }
    let head =
        Node { span: root.span.clone(), data: Data::Map(entries.iter().map(without_definitions).collect()) };
    let file = decode::<CatalogFile>(&head, root.span.start..root.span.start, &Path::Root, problems);
    let identifiers = definitions(root, "identifiers", problems);
    let sources = definitions(root, "sources", problems);
    let tags = definitions(root, "tags", problems);
    names(root, problems);
    time_zones(root, problems);
    for name in ["identifiers", "sources"] {
        if let Some(entry) = root.entry(name).filter(|entry| is_empty_map(&entry.value)) {
            let message = "found none; wanted at least one".to_owned();
            problems.push(Problem::new("catalog.empty", name.to_owned(), message, entry.place()));
        }
    }
    if problems.is_empty() { Some(CatalogFile { identifiers, sources, tags, ..file? }) } else { None }
}

fn unsupported_version(root: &Node) -> Option<Problem> {
    let value = &root.entry("tagloom")?.value;
    let Data::Scalar(scalar) = &value.data else { return None };
    match scalar.kind {
        Kind::Int(VERSION) | Kind::Bool(_) | Kind::Text => None,
        Kind::Int(_) | Kind::Float(_) => {
            let message =
                format!("format version {} is not supported; wanted {VERSION}", Shortened(&scalar.text, 60));
            let path = "tagloom".to_owned();
            Some(Problem::new("catalog.unsupported_version", path, message, value.span.clone()))
        }
    }
}

/// An entry of the top, its definitions taken out: those are decoded one by one, so that each needs only as many
/// passes as it has problems itself.
fn without_definitions(entry: &Entry) -> Entry {
    let is_definitions = DEFINITIONS.contains(&entry.key.name.as_str());
    match entry.value.data {
        Data::Map(_) if is_definitions => {
            let value = Node { span: entry.value.span.clone(), data: Data::Map(Vec::new()) };
            Entry { key: entry.key.clone(), value }
        }
        _ => entry.clone(),
    }
}

fn definitions<T: for<'de> Deserialize<'de>>(
    root: &Node,
    name: &str,
    problems: &mut Vec<Problem>,
) -> IndexMap<String, T> {
    let path = Path::Key(&Path::Root, name);
    let mut found = IndexMap::new();
    for entry in entries(root, name) {
        let path = Path::Key(&path, &entry.key.name);
        if let Some(definition) = decode(&entry.value, entry.place(), &path, problems) {
            found.insert(entry.key.name.clone(), definition);
        }
    }
    found
}

fn names(root: &Node, problems: &mut Vec<Problem>) {
    for kind in DEFINITIONS {
        let path = Path::Key(&Path::Root, kind);
        for entry in entries(root, kind) {
            name(entry, &path, problems);
        }
    }
    let path = Path::Key(&Path::Root, "sources");
    for source in entries(root, "sources") {
        let path = Path::Key(&path, &source.key.name);
        for column in entries(&source.value, "columns") {
            name(column, &Path::Key(&path, "columns"), problems);
        }
    }
}

/// Checks a name in the map at `path` that expressions and paths will mention.
fn name(entry: &Entry, path: &Path<'_>, problems: &mut Vec<Problem>) {
    let name = entry.key.name.as_str();
    let wrong = if name.is_empty() {
        "is empty"
    } else if name.chars().nth(LONGEST_NAME).is_some() {
        "is longer than 128 characters"
    } else if name.contains(char::is_control) {
        "has a control character"
    } else if name.contains(['.', '\'', '"', '`']) {
        "has a full stop or a quote in it, which expressions need for themselves"
    } else if name.trim() != name {
        "has white space at an end"
    } else {
        return;
    };
    if problems.len() < MAX_PROBLEMS {
        let message = format!("the name `{}` {wrong}", Shortened(name, 60));
        let path = Path::Key(path, name).to_string();
        problems.push(Problem::new("catalog.bad_name", path, message, entry.key.span.clone()));
    }
}

fn time_zones(root: &Node, problems: &mut Vec<Problem>) {
    time_zone(root, &Path::Root, problems);
    let path = Path::Key(&Path::Root, "sources");
    for source in entries(root, "sources") {
        time_zone(&source.value, &Path::Key(&path, &source.key.name), problems);
    }
}

/// Checks the time zone that the map at `path` names.
fn time_zone(map: &Node, path: &Path<'_>, problems: &mut Vec<Problem>) {
    let Some(entry) = map.entry("timezone").filter(|_| problems.len() < MAX_PROBLEMS) else { return };
    let Data::Scalar(scalar) = &entry.value.data else { return };
    if let Err(error) = Zone::named(&scalar.text) {
        let path = Path::Key(path, "timezone").to_string();
        let help = did_you_mean(&scalar.text, Zone::names().iter().map(String::as_str));
        let problem = Problem::new("catalog.unknown_timezone", path, error.to_string(), entry.place());
        problems.push(problem.with_help(help));
    }
}

/// The entries of the map that a map has under a name.
fn entries<'a>(node: &'a Node, name: &str) -> &'a [Entry] {
    node.entry(name).and_then(|entry| entry.value.entries()).unwrap_or_default()
}

fn is_empty_map(node: &Node) -> bool {
    match &node.data {
        Data::Map(entries) => entries.is_empty(),
        Data::Null => true,
        _ => false,
    }
}
