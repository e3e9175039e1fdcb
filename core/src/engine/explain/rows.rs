//! The rows behind a fact.

use indexmap::IndexMap;
use serde::Serialize;

use crate::catalog::model::GapsBetween;
use crate::engine::OneProfile;
use crate::engine::facts::Wanted;
use crate::engine::plan::{FactPlan, SourcePlan};
use crate::fact::{Op, Operand, SharedModel};
use crate::time::{TimeRange, Timestamp, Window};
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
    /// The window, as it is written: `90d`, or with an offset: `90d, 1mo ago`.
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

pub(crate) fn rows_because(one: &OneProfile<'_>, wanted: &Wanted, max_rows: usize) -> RowsBecause {
    let Wanted { fact, range } = wanted;
    let evidence = one.evidence(wanted);
    let source = &one.table.plan.sources[fact.source];
    let timeline = one.timeline(fact.source);
    let row = |at: usize| timeline.map(|(timeline, _)| evidence_row(source, timeline, at));
    let shown = evidence.rows.len().saturating_sub(max_rows);
    RowsBecause {
        source: source.name.clone(),
        aggregate: describe(fact, source),
        window: match fact.offset {
            Some(offset) => format!("{}, {offset} ago", fact.window),
            None => fact.window.to_string(),
        },
        range: source.def.time.as_ref().map(|_| *range),
        filter: filter_text(fact, source),
        n_rows: evidence.rows.len(),
        chosen: evidence.chosen.and_then(row),
        rows: evidence.rows[shown..].iter().filter_map(|&at| row(at)).collect(),
    }
}

/// The conditions on rows.
fn filter_text(fact: &FactPlan, source: &SourcePlan) -> Option<String> {
    match [fact.filter, fact.narrowed].map(|root| root.map(|root| source.filters.text(root))) {
        [Some(filter), Some(narrowed)] => Some(format!("({filter}) AND ({narrowed})")),
        [filter, narrowed] => filter.or(narrowed).map(str::to_owned),
    }
}

pub(crate) fn evidence_row(source: &SourcePlan, timeline: &Timeline, at: usize) -> EvidenceRow {
    let shown = |name: &String| {
        let spec = source.def.columns.get(name).and_then(|def| def.spec());
        !spec.is_some_and(|spec| spec.personal)
    };
    let values = source.columns.iter().zip(timeline.columns()).filter(|(name, _)| shown(name));
    EvidenceRow {
        row: timeline.row_number(at).expect("invariant: profiles are explained from numbered timelines"),
        time: source.def.time.as_ref().map(|_| Timestamp::from_micros(timeline.times()[at])),
        values: values.map(|(name, column)| (name.clone(), column.value(at))).collect(),
    }
}

/// The aggregate in words.
fn describe(fact: &FactPlan, source: &SourcePlan) -> String {
    let column = |c: usize| source.columns[c].as_str();
    let operand = |o: &Operand| match o {
        Operand::Time => source.def.time.as_deref().unwrap_or("time"),
        Operand::Column(c) => column(*c),
    };
    let of = |of: &Option<usize>| of.map_or("rows", column);
    match &fact.op {
        Op::Count => "number of rows".to_owned(),
        Op::Exists => "whether there is a row".to_owned(),
        Op::None => "whether there is no row".to_owned(),
        Op::Sum(c) => format!("sum of {}", column(*c)),
        Op::Mean(c) => format!("mean of {}", column(*c)),
        Op::Std(c) => format!("standard deviation of {}", column(*c)),
        Op::Median(c) => format!("median of {}", column(*c)),
        Op::Quantiles { of, .. } => format!("quantiles of {}", column(*of)),
        Op::Balance(c) => format!("running sum of {}", column(*c)),
        Op::Min(o) => format!("smallest {}", operand(o)),
        Op::Max(o) => format!("largest {}", operand(o)),
        Op::CountDistinct(c) => format!("number of distinct {}", column(*c)),
        Op::Values(c) => format!("distinct {}", column(*c)),
        Op::First(o) => format!("first {}", operand(o)),
        Op::Last(o) => format!("last {}", operand(o)),
        Op::ArgMin { by, take } => format!("{} where {} is smallest", operand(take), column(*by)),
        Op::ArgMax { by, take } => format!("{} where {} is largest", operand(take), column(*by)),
        Op::Mode(c) => format!("most frequent {}", column(*c)),
        Op::TopValues { of, top } => format!("{top} most frequent {}", column(*of)),
        Op::DaysSinceFirst => "days since the first row".to_owned(),
        Op::DaysSinceLast => "days since the last row".to_owned(),
        Op::YearsSince(c) => format!("years since {}", column(*c)),
        Op::Active(unit) => format!("{}s with a row", unit.name()),
        Op::Streak(unit) => format!("{}s in a row with a row each", unit.name()),
        Op::Gaps(GapsBetween::Days) => "days from one day with rows to the next".to_owned(),
        Op::Gaps(_) => "days from one row to the next".to_owned(),
        Op::HourOfDay { .. } => "hours of the day of rows".to_owned(),
        Op::DayOfWeek => "days of the week of rows".to_owned(),
        Op::Sessions { gap } => format!("sessions, {} apart, of rows", Window::Duration(*gap)),
        Op::Sequence { within } => {
            let steps: Vec<&str> = fact.steps.iter().map(|&step| source.filters.text(step)).collect();
            let within = within.map_or(String::new(), |within| format!(" within {within}"));
            format!("{}{within}", steps.join(", then "))
        }
        Op::ShareOfKeys { of: o, by, .. } | Op::LargestShares { of: o, by, .. } => {
            format!("share of {} by {}", of(o), column(*by))
        }
        Op::History { what, .. } => match what.amount {
            Some(amount) => format!("repeat purchases, money from {}", column(amount)),
            None => "repeat purchases".to_owned(),
        },
        Op::Rhythm { .. } => "days with a purchase".to_owned(),
        Op::Model(SharedModel(model)) => format!("rows of the {}", model.name()),
        Op::Orders { amount, order, .. } => match order {
            Some(order) => format!("orders by {}, money from {}", column(*order), column(*amount)),
            None => format!("every row an order, money from {}", column(*amount)),
        },
    }
}
