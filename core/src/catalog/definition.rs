//! Definitions that stand alone in a text: a decision table, a score card, a set of rules.

use std::path::Path as FilePath;
use std::sync::Arc;

use serde::Deserialize;

use crate::catalog::decode::decode;
use crate::catalog::parsed::{failed, text_of_file, too_large};
use crate::catalog::path::Path;
use crate::catalog::place::Lines;
use crate::catalog::problem::CatalogError;
use crate::catalog::read::Format;
use crate::catalog::read::node::{MAX_BYTES, remove_duplicates};

/// Reads a definition, such as a [`RuleSetDef`](crate::rule::RuleSetDef), a [`TableDef`](crate::rule::TableDef) or a
/// [`ScoreDef`](crate::rule::ScoreDef). `origin` is the name of the file, for messages.
///
/// ```
/// use tagloom::catalog::{Format, read_definition};
/// use tagloom::rule::{RuleSet, RuleSetDef};
///
/// let text = "
/// name: contact
/// rules:
///   call:
///     when: churn_risk >= 0.6 AND tier = 'gold'
///     owner: crm
///     examples:
///       - {given: {churn_risk: 0.7, tier: gold}, expect: true}
///       - {given: {churn_risk: 0.7}, expect: null}
/// ";
/// let rules = RuleSet::new(read_definition::<RuleSetDef>(text, Format::Yaml, None)?)?;
/// assert_eq!(rules.def().rules["call"].owner.as_deref(), Some("crm"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// All problems at once, each with its place; of errors of syntax the first.
pub fn read_definition<T: for<'de> Deserialize<'de>>(
    text: &str,
    format: Format,
    origin: Option<&str>,
) -> Result<T, CatalogError> {
    if text.len() > MAX_BYTES {
        return Err(CatalogError::new(origin, None, vec![too_large()]));
    }
    let text = Arc::new(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned());
    let lines = Lines::of(&text);
    let mut problems = Vec::new();
    let root = format.read(&text).map_err(|problem| problems.push(*problem)).ok();
    let read = root.and_then(|mut root| {
        remove_duplicates(&mut root, &Path::Root, &mut problems);
        decode(&root, root.span.start..root.span.start, &Path::Root, &mut problems)
    });
    match read {
        Some(read) if problems.is_empty() => Ok(read),
        _ => Err(failed(origin, text, &lines, problems)),
    }
}

/// Reads a definition from a file, in the notation that its ending says.
///
/// # Errors
/// As [`read_definition`], and `catalog.unreadable` and `catalog.not_utf8`.
pub fn load_definition<T: for<'de> Deserialize<'de>>(path: impl AsRef<FilePath>) -> Result<T, CatalogError> {
    let (origin, text, format) = text_of_file(path.as_ref())?;
    read_definition(&text, format, Some(&origin))
}
