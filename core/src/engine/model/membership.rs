//! Membership: a replay over the rows of each profile.

use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use crate::engine::explain::{Because, EvidenceRow, RowsBecause, evidence_row, number, rows_because};
use crate::engine::fit::Artifact;
use crate::engine::model::{TagModel, Told, pick};
use crate::engine::plan::FactPlan;
use crate::engine::{OneProfile, TagTable};
use crate::fact::{FactError, FieldType, RowModel, View};
use crate::marketing::Language;
use crate::marketing::membership::{Change, Programme, Row, Why};
use crate::time::Timestamp;
use crate::value::{Codes, Column, ColumnBuilder, DataType, Value};

/// A membership: all of it happens in the rows.
#[derive(Debug)]
pub(crate) struct Membership {
    pub(crate) plan: FactPlan,
    pub(crate) rows: Arc<MembershipRows>,
}

/// What made a membership's level.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct MembershipBecause {
    /// The levels from low to high: name, what reaches it, what keeps it.
    pub levels: Vec<(String, f64, f64)>,
    /// All that happened, in the order of time.
    pub changes: Vec<MembershipChange>,
    /// The rows that count.
    pub rows: RowsBecause,
}

/// Something that happened to a membership, and the row that made it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct MembershipChange {
    /// When.
    pub at: Timestamp,
    /// What.
    pub why: Why,
    /// The level before.
    pub from: Option<String>,
    /// The level after.
    pub to: Option<String>,
    /// The amount in the window that decided.
    pub amount: f64,
    /// The threshold that it met or missed; `None` for a return.
    pub threshold: Option<f64>,
    /// The end of the period or grace that starts.
    pub valid_until: Option<Timestamp>,
    /// The row that did it; `None` for the end of a period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<EvidenceRow>,
}

impl TagModel for Membership {
    fn rows(&self) -> Option<&FactPlan> {
        Some(&self.plan)
    }

    fn apply(&self, _table: &TagTable<'_>, rows: &[Column], _artifact: Option<&Artifact>) -> Vec<Column> {
        rows.to_vec()
    }

    fn because(&self, one: &OneProfile<'_>, _artifact: Option<&Artifact>, max_rows: usize) -> Because {
        let wanted = one.wanted(&self.plan);
        let programme = &self.rows.programme;
        let (changes, positions) = one.with_view(&wanted, |view, place| {
            let (rows, positions) = self.rows.rows(view, place);
            (programme.history(&rows, view.as_of, view.zone).1, positions)
        });
        let source = &one.table.plan.sources[self.plan.source];
        let name = |level| programme.name(level).map(str::to_owned);
        let row = |row: Option<usize>| {
            let (timeline, _) = one.timeline(self.plan.source)?;
            Some(evidence_row(source, timeline, *positions.get(row?)?))
        };
        let change = |change: Change| MembershipChange {
            at: change.at,
            why: change.why,
            from: name(change.from),
            to: name(change.to),
            amount: change.amount,
            threshold: change.threshold,
            valid_until: change.valid_until,
            row: row(change.row),
        };
        Because::Membership(Box::new(MembershipBecause {
            levels: programme.levels().iter().map(|l| (l.name.clone(), l.reach, l.keep)).collect(),
            changes: changes.into_iter().map(change).collect(),
            rows: rows_because(one, &wanted, max_rows),
        }))
    }
}

impl Told for MembershipBecause {
    fn lines(&self, language: Language, show: &dyn Fn(&str, &Value) -> String) -> Vec<String> {
        let level = |name: &Option<String>| {
            name.as_deref().unwrap_or(pick(language, "no level", "无等级")).to_owned()
        };
        // Instants are of no tag.
        let instant = |at| show("", &Value::Timestamp(at));
        let line = |change: &MembershipChange| {
            let to = if change.from == change.to {
                level(&change.to)
            } else {
                format!("{} -> {}", level(&change.from), level(&change.to))
            };
            let threshold = change.threshold.map(|threshold| format!(" of {}", number(threshold)));
            let row = change.row.as_ref().map(|row| format!(", by row {}", row.row));
            let until = change.valid_until.map(|until| format!(", until {}", instant(until)));
            let [threshold, row, until] = [threshold, row, until].map(Option::unwrap_or_default);
            let (why, amount) = (change.why.name(), number(change.amount));
            let at = instant(change.at);
            format!("{at}  {why}: {to}, amount {amount}{threshold}{row}{until}")
        };
        self.changes.iter().map(line).collect()
    }

    fn rows(&self) -> Option<&RowsBecause> {
        Some(&self.rows)
    }
}

/// A programme and the columns that it looks at.
#[derive(Debug)]
pub(crate) struct MembershipRows {
    pub(crate) programme: Programme,
    /// Where there is none, every row counts as an order of 0.
    pub(crate) amount: Option<usize>,
    pub(crate) order: Option<usize>,
}

impl MembershipRows {
    /// The rows of a profile as the programme wants them, each with its position in the timeline.
    pub(crate) fn rows(&self, view: &View<'_>, profile: usize) -> (Vec<Row>, Vec<usize>) {
        let timeline = view.timeline;
        let orders = self.order.map(|order| timeline.codes(order));
        let amount = |at: usize| match self.amount {
            Some(column) => timeline.columns()[column].f64(at),
            None => Some(0.0),
        };
        let row = |at: usize| {
            let row = Row::new(Timestamp::from_micros(timeline.times()[at]), amount(at)?);
            let order = orders.map(|codes| codes.codes[at]).filter(|code| *code != Codes::NULL);
            Some((order.map_or(row, |order| row.of_order(order)), at))
        };
        view.rows(profile).filter_map(row).unzip()
    }
}

impl RowModel for MembershipRows {
    fn name(&self) -> &'static str {
        "membership"
    }

    fn columns(&self) -> Vec<usize> {
        self.amount.into_iter().chain(self.order).collect()
    }

    fn fields(&self, types: &[DataType]) -> Result<Vec<FieldType>, FactError> {
        if let Some(amount) = self.amount {
            FactError::want_number("membership", types[amount])?;
        }
        let field = |name, data_type| FieldType::new(Some(name), data_type, true);
        Ok(vec![
            FieldType::new(None, DataType::String, true),
            field("since", DataType::Timestamp),
            field("previous", DataType::String),
            field("valid_until", DataType::Timestamp),
            FieldType::new(Some("in_grace"), DataType::Bool, false),
            FieldType::new(Some("amount"), DataType::Float, false),
            field("next", DataType::String),
            field("gap", DataType::Float),
            field("keep_gap", DataType::Float),
            FieldType::new(Some("changes"), DataType::Int, false),
        ])
    }

    fn compute(&self, view: &View<'_>, profiles: Range<usize>) -> Vec<Column> {
        let n = profiles.len();
        let texts = || ColumnBuilder::new(DataType::String, n);
        let (mut level, mut previous, mut next) = (texts(), texts(), texts());
        let times = || Vec::<Option<i64>>::with_capacity(n);
        let (mut since, mut valid_until) = (times(), times());
        let (mut in_grace, mut changes) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let (mut amount, mut gap, mut keep_gap) =
            (Vec::with_capacity(n), Vec::with_capacity(n), Vec::with_capacity(n));
        for profile in profiles {
            let (rows, _) = self.rows(view, profile);
            let standing = self.programme.standing(&rows, view.as_of, view.zone);
            let place = |builder: &mut ColumnBuilder, level| match self.programme.name(level) {
                Some(name) => builder.push_str(name),
                None => builder.push_null(),
            };
            place(&mut level, standing.level);
            place(&mut previous, standing.previous);
            place(&mut next, standing.next);
            since.push(standing.since.map(Timestamp::micros));
            valid_until.push(standing.valid_until.map(Timestamp::micros));
            in_grace.push(Some(standing.in_grace));
            amount.push(Some(standing.amount));
            gap.push(standing.gap);
            keep_gap.push(standing.keep_gap);
            changes.push(Some(standing.changes.cast_signed()));
        }
        let instants = |times: Vec<Option<i64>>| {
            Column::Timestamp(arrow_array::TimestampMicrosecondArray::from(times).with_timezone("UTC"))
        };
        vec![
            level.finish(),
            instants(since),
            previous.finish(),
            instants(valid_until),
            Column::Bool(in_grace.into()),
            Column::Float(amount.into()),
            next.finish(),
            Column::Float(gap.into()),
            Column::Float(keep_gap.into()),
            Column::Int(changes.into()),
        ]
    }
}
