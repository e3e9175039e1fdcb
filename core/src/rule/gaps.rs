//! What a decision table leaves open, and where its rows overlap.

use serde::Serialize;

use crate::rule::domain::Domain;

/// Something about the rows of a table that its author should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// The rows that it concerns, from 1.
    pub rows: Vec<usize>,
    /// Where: a piece of each input that matters, such as `18 < age < 65`.
    pub when: Vec<String>,
}

/// What there is to know about the rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingKind {
    /// No row matches.
    Gap,
    /// Several rows match, which the hit policy forbids.
    Conflict,
    /// Several rows match, and the hit policy settles it.
    Overlap,
    /// The row can never be taken, as rows before it take all that it matches.
    Unreachable,
    /// The row has a cell that cannot be analysed; it is taken to match nothing for gaps, and left out otherwise.
    NotAnalysed,
}

/// At most so many findings of a kind are listed.
const MAX_FINDINGS: usize = 50;
/// A table that takes more steps than this is not looked at further.
const MAX_STEPS: usize = 20_000_000;

/// The gaps: boxes of pieces in which no row matches, neighbours joined along the last input.
pub(crate) fn gaps(domains: &[Option<Domain>], n_rows: usize) -> Vec<Finding> {
    // Of an input of which nothing can be told it is not known what is left open.
    let known: Option<Vec<&Domain>> = domains.iter().map(Option::as_ref).collect();
    let Some(known) = known else { return Vec::new() };
    let usable = |row: &usize| known.iter().all(|domain| domain.rows[*row].is_some());
    let rows: Vec<usize> = (0..n_rows).filter(usable).collect();
    let mut search = Search { domains: &known, found: Vec::new(), steps: 0 };
    search.descend(0, &rows, &mut Vec::new());
    search.found
}

struct Search<'a> {
    domains: &'a [&'a Domain],
    found: Vec<Finding>,
    steps: usize,
}

impl Search<'_> {
    fn descend(&mut self, input: usize, rows: &[usize], when: &mut Vec<String>) {
        let width = self.domains.get(input).map_or(0, |domain| domain.pieces.len());
        self.steps += 1 + rows.len() * width;
        if self.steps > MAX_STEPS || self.found.len() >= MAX_FINDINGS {
            return;
        }
        if rows.is_empty() {
            self.found.push(Finding { kind: FindingKind::Gap, rows: Vec::new(), when: when.clone() });
            return;
        }
        let Some(domain) = self.domains.get(input) else { return };
        // Pieces that the same rows take are one.
        let mut seen: Vec<(Vec<usize>, Vec<&str>)> = Vec::new();
        for (piece, name) in domain.pieces.iter().enumerate() {
            let takes = |&&row: &&usize| domain.rows[row].as_ref().is_some_and(|taken| taken[piece]);
            let left: Vec<usize> = rows.iter().filter(takes).copied().collect();
            match seen.iter_mut().find(|(rows, _)| *rows == left) {
                Some((_, names)) => names.push(name),
                None => seen.push((left, vec![name])),
            }
        }
        let whole = seen.len() == 1;
        for (left, names) in seen {
            if !whole {
                when.push(names.join(" or "));
            }
            self.descend(input + 1, &left, when);
            if !whole {
                when.pop();
            }
        }
    }
}

/// Rows that can match together, pair by pair, and the pieces in which they do.
pub(crate) fn overlaps(domains: &[Option<Domain>], n_rows: usize) -> Vec<(usize, usize, Vec<String>)> {
    let mut found = Vec::new();
    let mut steps = 0;
    let cost: usize = domains.iter().flatten().map(|domain| domain.pieces.len()).sum();
    for first in 0..n_rows {
        for second in first + 1..n_rows {
            steps += 1 + cost;
            if steps > MAX_STEPS || found.len() >= MAX_FINDINGS {
                return found;
            }
            if let Some(when) = common(domains, first, second) {
                found.push((first, second, when));
            }
        }
    }
    found
}

/// Where two rows can match together; `None` where they cannot, or where that cannot be told.
fn common(domains: &[Option<Domain>], first: usize, second: usize) -> Option<Vec<String>> {
    let mut when = Vec::new();
    for domain in domains {
        let domain = domain.as_ref()?;
        let (a, b) = (domain.rows[first].as_ref()?, domain.rows[second].as_ref()?);
        let shared: Vec<&str> = domain
            .pieces
            .iter()
            .enumerate()
            .filter(|(piece, _)| a[*piece] && b[*piece])
            .map(|(_, name)| name.as_str())
            .collect();
        if shared.is_empty() {
            return None;
        }
        if shared.len() < domain.pieces.len() {
            when.push(shared.join(" or "));
        }
    }
    Some(when)
}

/// Rows that one row before them takes in whole.
pub(crate) fn covered(domains: &[Option<Domain>], n_rows: usize) -> Vec<(usize, usize)> {
    let covers = |first: usize, second: usize| {
        domains.iter().all(|domain| {
            let Some(domain) = domain else { return false };
            match (&domain.rows[first], &domain.rows[second]) {
                (Some(a), Some(b)) => a.iter().zip(b).all(|(a, b)| *a || !*b),
                _ => false,
            }
        })
    };
    let before = |second: usize| (0..second).find(|&first| covers(first, second));
    let cost: usize = domains.iter().flatten().map(|domain| domain.pieces.len()).sum();
    // Every row is held against all before it.
    let rows = (2 * MAX_STEPS / (1 + cost)).isqrt();
    (0..n_rows.min(rows)).filter_map(|second| Some((before(second)?, second))).collect()
}

/// Rows with a cell that cannot be analysed.
pub(crate) fn not_analysed(domains: &[Option<Domain>], n_rows: usize) -> Vec<usize> {
    let unclear =
        |row: &usize| domains.iter().any(|domain| domain.as_ref().is_none_or(|d| d.rows[*row].is_none()));
    (0..n_rows).filter(unclear).collect()
}
