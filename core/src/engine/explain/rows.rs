//! The rows behind a fact.

use indexmap::IndexMap;
use serde::Serialize;

use crate::engine::OneProfile;
use crate::engine::plan::{FactPlan, SourcePlan};
use crate::fact::{Op, Operand};
use crate::time::{TimeRange, Timestamp};
use crate::timeline::Timeline;
use crate::value::Value;

/// The rows that made a fact.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct RowsBecause {
    /// The source.
    pub source: String,
    /// The aggregate: `sum of amount`.
    pub aggregate: String,
    /// The window, as it is written: `90d`.
    pub window: String,
    /// What the window means here; the end is not within. `None` for records without time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<TimeRange>,
    /// Which rows count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// How many rows counted.
    pub n_rows: usize,
    /// For a value that comes from one row: that row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen: Option<EvidenceRow>,
    /// The rows that counted, in canonical order; where there are too many, the latest.
    pub rows: Vec<EvidenceRow>,
}

/// A row of a source.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EvidenceRow {
    /// Its number in the table, from 0.
    pub row: u32,
    /// Its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// Its declared columns; those with personal data are left out.
    pub values: IndexMap<String, Value>,
}

pub(super) fn rows_because(one: &OneProfile<'_>, fact: &FactPlan, max_rows: usize) -> RowsBecause {
    let (range, evidence) = one.evidence(fact);
    let source = &one.table.plan.sources[fact.source];
    let timeline = one.timeline(fact.source);
    let row = |at: usize| timeline.map(|(timeline, _)| evidence_row(source, timeline, at));
    let shown = evidence.rows.len().saturating_sub(max_rows);
    RowsBecause {
        source: source.name.clone(),
        aggregate: describe(&fact.op, source),
        window: fact.window.to_string(),
        range: source.def.time.as_ref().map(|_| TimeRange { ..range }),
        filter: fact.filter.map(|root| source.filters.text(root).to_owned()),
        n_rows: evidence.rows.len(),
        chosen: evidence.chosen.and_then(row),
        rows: evidence.rows[shown..].iter().filter_map(|&at| row(at)).collect(),
    }
}

fn evidence_row(source: &SourcePlan, timeline: &Timeline, at: usize) -> EvidenceRow {
    let shown = |name: &String| {
        let spec = source.def.columns.get(name).and_then(|def| def.spec());
        !spec.is_some_and(|spec| spec.personal)
    };
    let values = source.columns.iter().zip(timeline.columns()).filter(|(name, _)| shown(name));
    EvidenceRow {
        row: timeline.row_number(at),
        time: source.def.time.as_ref().map(|_| Timestamp::from_micros(timeline.times()[at])),
        values: values.map(|(name, column)| (name.clone(), column.value(at))).collect(),
    }
}

/// The aggregate in words.
fn describe(op: &Op, source: &SourcePlan) -> String {
    let column = |c: usize| source.columns[c].as_str();
    let operand = |o: &Operand| match o {
        Operand::Time => source.def.time.as_deref().unwrap_or("time"),
        Operand::Column(c) => column(*c),
    };
    let of = |of: &Option<usize>| of.map_or("rows", column);
    match op {
        Op::Count => "number of rows".to_owned(),
        Op::Exists => "whether there is a row".to_owned(),
        Op::Sum(c) => format!("sum of {}", column(*c)),
        Op::Mean(c) => format!("mean of {}", column(*c)),
        Op::Min(o) => format!("smallest {}", operand(o)),
        Op::Max(o) => format!("largest {}", operand(o)),
        Op::CountDistinct(c) => format!("number of distinct {}", column(*c)),
        Op::First(o) => format!("first {}", operand(o)),
        Op::Last(o) => format!("last {}", operand(o)),
        Op::Mode(c) => format!("most frequent {}", column(*c)),
        Op::DaysSinceFirst => "days since the first row".to_owned(),
        Op::DaysSinceLast => "days since the last row".to_owned(),
        Op::YearsSince(c) => format!("years since {}", column(*c)),
        Op::ShareOfKeys { of: o, by, .. } | Op::LargestShares { of: o, by, .. } => {
            format!("share of {} by {}", of(o), column(*by))
        }
        Op::Orders { amount, order, .. } => match order {
            Some(order) => format!("orders by {}, money from {}", column(*order), column(*amount)),
            None => format!("every row an order, money from {}", column(*amount)),
        },
    }
}
