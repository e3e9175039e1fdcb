//! Tests of reading whole texts.

mod format;
mod hostile;
mod place;
mod problem;

use crate::catalog::{CatalogError, Format, Parsed};

const SHOP_YAML: &str = include_str!("shop.yaml");
const SHOP_JSON: &str = include_str!("shop.json");
const SHOP_TOML: &str = include_str!("shop.toml");

/// The least that is a catalogue, on lines 1 to 4.
const HEAD: &str = "tagloom: 1\nname: x\nidentifiers: {member: {}}\nsources: {s: {kind: records}}\n";

fn yaml(text: &str) -> Result<Parsed, CatalogError> {
    Parsed::read(text, Format::Yaml, None)
}

/// Each problem as `line:column code path`, and its message with the help.
fn problems(read: Result<Parsed, CatalogError>) -> Vec<(String, String)> {
    let error = read.err().map(|error| error.problems).unwrap_or_default();
    let short = |problem: &crate::catalog::Problem| {
        let at = problem
            .line
            .zip(problem.column)
            .map_or("-".to_owned(), |(line, column)| format!("{line}:{column}"));
        let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        (format!("{at} {} {}", problem.code, problem.path), format!("{}{help}", problem.message))
    };
    assert!(error.iter().all(|problem| CatalogError::CODES.contains(&problem.code)), "{error:?}");
    error.iter().map(short).collect()
}
