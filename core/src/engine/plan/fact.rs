//! Fact tags, checked: which aggregate over which columns.

use crate::catalog::did_you_mean;
use crate::catalog::model::{SourceKind, TagDef};
use crate::engine::plan::FactPlan;
use crate::engine::plan::names::source_column;
use crate::engine::plan::problems::Problems;
use crate::engine::plan::source::SourcePlan;
use crate::expr;
use crate::fact::{FieldType, Op, Operand};
use crate::time::Window;

/// Something is wrong, and stands among the problems already.
pub(super) struct Reported;

/// The tag that is being checked and what it may refer to.
pub(super) struct Context<'a, 'p> {
    pub(super) tag: &'a str,
    pub(super) sources: &'a mut [SourcePlan],
    pub(super) problems: &'a mut Problems<'p>,
}

impl Context<'_, '_> {
    pub(super) fn problem(
        &mut self,
        field: &[&str],
        code: &'static str,
        message: impl std::fmt::Display,
        help: Option<String>,
    ) {
        let path: Vec<&str> = ["tags", self.tag].into_iter().chain(field.iter().copied()).collect();
        self.problems.add(&path, code, message.to_string(), help);
    }

    /// The position of a source of a kind.
    pub(super) fn source(&mut self, field: &[&str], name: &str, kind: SourceKind) -> Option<usize> {
        let names: Vec<String> =
            self.sources.iter().filter(|s| s.def.kind == kind).map(|s| s.name.clone()).collect();
        let found = self.sources.iter().position(|s| s.name == name && s.def.kind == kind);
        if found.is_none() {
            let help = did_you_mean(name, names.iter().map(String::as_str));
            let kind = if kind == SourceKind::Events { "events" } else { "records" };
            self.problem(field, "catalog.unknown_source", format!("no {kind} source `{name}`"), help);
        }
        found
    }

    /// The position of a declared column of a source.
    pub(super) fn column(&mut self, field: &[&str], source: usize, name: &str) -> Option<usize> {
        let found = self.sources[source].column(name);
        if found.is_none() {
            let plan = &self.sources[source];
            let help = did_you_mean(name, plan.columns.iter().map(String::as_str));
            let message = format!("source `{}` declares no column `{name}`", plan.name);
            self.problem(field, "catalog.unknown_column", message, help);
        }
        found
    }

    /// A column or the time of a source.
    fn operand(&mut self, field: &[&str], source: usize, name: &str) -> Option<Operand> {
        let plan = &self.sources[source];
        if plan.def.time.as_deref() == Some(name) && plan.column(name).is_none() {
            return Some(Operand::Time);
        }
        self.column(field, source, name).map(Operand::Column)
    }

    /// A filter over a source's rows.
    pub(super) fn filter(
        &mut self,
        field: &[&str],
        source: usize,
        text: Option<&String>,
    ) -> Result<Option<expr::RootId>, Reported> {
        let Some(text) = text else { return Ok(None) };
        let path: Vec<&str> = ["tags", self.tag].into_iter().chain(field.iter().copied()).collect();
        match self.sources[source].filters.add_bool(text) {
            Ok(root) => {
                self.problems.add_warnings(&path, self.sources[source].filters.warnings(root));
                Ok(Some(root))
            }
            Err(errors) => {
                self.problems.add_expression(&path, &errors);
                Err(Reported)
            }
        }
    }

    /// The fields of an aggregate, where its columns fit it.
    pub(super) fn fields(&mut self, field: &[&str], plan: &FactPlan) -> Option<Vec<FieldType>> {
        match plan.op.fields(&self.sources[plan.source].types) {
            Ok(fields) => Some(fields),
            Err(error) => {
                self.problem(field, "catalog.wrong_type", error, None);
                None
            }
        }
    }
}

/// `record: source.column` and `years_since: source.column`.
pub(super) fn record(context: &mut Context<'_, '_>, field: &str, reference: &str) -> Option<FactPlan> {
    let Some((source, column)) = source_column(reference) else {
        let message = format!("`{field}: {reference}`; wanted `source.column`");
        context.problem(&[field], "catalog.unknown_source", message, None);
        return None;
    };
    let source = context.source(&[field], source, SourceKind::Records)?;
    let column = context.column(&[field], source, column)?;
    let op = if field == "years_since" { Op::YearsSince(column) } else { Op::Last(Operand::Column(column)) };
    Some(FactPlan { source, op, window: Window::All, filter: None })
}

/// `events: source` with one aggregate.
pub(super) fn aggregate(context: &mut Context<'_, '_>, def: &TagDef) -> Option<FactPlan> {
    let source = context.source(&["events"], def.events.as_deref()?, SourceKind::Events)?;
    let filter = context.filter(&["where"], source, def.filter.as_ref());
    let op = op(context, def, source);
    Some(FactPlan { source, op: op?, window: def.window.unwrap_or(Window::All), filter: filter.ok()? })
}

fn op(context: &mut Context<'_, '_>, def: &TagDef, source: usize) -> Option<Op> {
    let named = aggregates(def);
    let [(name, column)] = named[..] else {
        let message = if named.is_empty() {
            "`events` without an aggregate; wanted one, such as `count: {}` or `sum: amount`".to_owned()
        } else {
            let names: Vec<&str> = named.iter().map(|(name, _)| *name).collect();
            format!("more than one aggregate ({}); wanted one", names.join(", "))
        };
        context.problem(&[], "catalog.aggregate", message, None);
        return None;
    };
    let at = [name];
    Some(match (name, column) {
        ("count", _) => Op::Count,
        ("exists", _) => Op::Exists,
        ("days_since_first", _) => Op::DaysSinceFirst,
        ("days_since_last", _) => Op::DaysSinceLast,
        ("sum", Some(column)) => Op::Sum(context.column(&at, source, column)?),
        ("mean", Some(column)) => Op::Mean(context.column(&at, source, column)?),
        ("count_distinct", Some(column)) => Op::CountDistinct(context.column(&at, source, column)?),
        ("mode", Some(column)) => Op::Mode(context.column(&at, source, column)?),
        ("min", Some(column)) => Op::Min(context.operand(&at, source, column)?),
        ("max", Some(column)) => Op::Max(context.operand(&at, source, column)?),
        ("first", Some(column)) => Op::First(context.operand(&at, source, column)?),
        ("last", Some(column)) => Op::Last(context.operand(&at, source, column)?),
        (_, column) => return share(context, def, source, column?),
    })
}

fn share(context: &mut Context<'_, '_>, def: &TagDef, source: usize, of: &str) -> Option<Op> {
    let of = match (of, context.sources[source].column(of)) {
        ("rows", None) => None,
        _ => Some(context.column(&["share_of"], source, of)?),
    };
    let Some(by) = &def.by else {
        context.problem(
            &[],
            "catalog.missing_field",
            "`share_of` without `by`, the column to divide by",
            None,
        );
        return None;
    };
    let by = context.column(&["by"], source, by)?;
    match (def.keys.as_slice(), def.top) {
        ([], Some(top @ 1..=20)) => Some(Op::LargestShares { of, by, top }),
        ([], Some(top)) => {
            context.problem(
                &["top"],
                "catalog.out_of_range",
                format!("`top` is {top}; wanted 1 to 20"),
                None,
            );
            None
        }
        ([], None) => {
            let message = "`share_of` without `keys` or `top`; wanted the keys to give a share of, or how many of the largest";
            context.problem(&[], "catalog.missing_field", message, None);
            None
        }
        (_, Some(_)) => {
            context.problem(&["top"], "catalog.contradiction", "`keys` and `top`; wanted one of them", None);
            None
        }
        (keys, None) => {
            if let Some(bad) = keys.iter().find(|key| key.is_empty() || key.contains(['.', '"', '`'])) {
                let message =
                    format!("key `{bad}` cannot name a field; wanted text without `.`, `\"` and backquotes");
                context.problem(&["keys"], "catalog.bad_name", message, None);
                return None;
            }
            if let Some(twice) = (1..keys.len()).find(|&i| keys[..i].contains(&keys[i])) {
                let message = format!("key `{}` stands twice", keys[twice]);
                context.problem(&["keys"], "catalog.duplicate_key", message, None);
                return None;
            }
            Some(Op::ShareOfKeys { of, by, keys: keys.to_vec() })
        }
    }
}

/// The aggregates that a tag names, with their columns.
pub(super) fn aggregates(def: &TagDef) -> Vec<(&'static str, Option<&str>)> {
    let without = [
        ("count", def.count),
        ("exists", def.exists),
        ("days_since_first", def.days_since_first),
        ("days_since_last", def.days_since_last),
    ];
    let of_column = [
        ("sum", &def.sum),
        ("mean", &def.mean),
        ("min", &def.min),
        ("max", &def.max),
        ("count_distinct", &def.count_distinct),
        ("first", &def.first),
        ("last", &def.last),
        ("mode", &def.mode),
        ("share_of", &def.share_of),
    ];
    let without = without.into_iter().filter(|(_, given)| given.is_some()).map(|(name, _)| (name, None));
    let of_column = of_column.into_iter().filter_map(|(name, column)| Some((name, Some(column.as_deref()?))));
    without.chain(of_column).collect()
}
