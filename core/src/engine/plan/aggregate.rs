//! Aggregates over events, checked: which one over which columns.

use crate::catalog::model::{HourOfDayDef, SequenceDef, SourceKind, TagDef};
use crate::engine::plan::FactPlan;
use crate::engine::plan::context::{Context, Reported};
use crate::fact::Op;
use crate::time::Window;

/// `events: source` with one aggregate.
pub(super) fn aggregate(context: &mut Context<'_, '_>, def: &TagDef, name: &str) -> Option<FactPlan> {
    let source = context.source(&["events"], def.events.as_deref()?, SourceKind::Events)?;
    let filter = context.filter(&["where"], source, def.filter.as_deref());
    let window = context.window(source, def.window, def.offset);
    let op = op(context, def, source, name);
    let steps = match &def.sequence {
        Some(sequence) => steps(context, sequence, source),
        None => Ok(Vec::new()),
    };
    let (window, offset) = window.ok()?;
    let (filter, steps) = (filter.ok()?, steps.ok()?);
    Some(FactPlan { window, offset, filter, steps, ..FactPlan::new(source, op?) })
}

/// The one aggregate that a tag names.
pub(super) fn only_aggregate(context: &mut Context<'_, '_>, def: &TagDef) -> Option<&'static str> {
    let named = aggregates(def);
    if let [name] = named[..] {
        return Some(name);
    }
    let message = if named.is_empty() {
        "`events` without an aggregate; wanted one, such as `count: {}` or `sum: amount`".to_owned()
    } else {
        format!("more than one aggregate ({}); wanted one", named.join(", "))
    };
    context.problem(&[], "catalog.aggregate", message, None);
    None
}

fn op(context: &mut Context<'_, '_>, def: &TagDef, source: usize, name: &str) -> Option<Op> {
    let at = [name];
    let mut column = |column: &Option<String>| context.column(&at, source, column.as_deref()?);
    Some(match name {
        "count" => Op::Count,
        "exists" => Op::Exists,
        "none" => Op::None,
        "days_since_first" => Op::DaysSinceFirst,
        "days_since_last" => Op::DaysSinceLast,
        "sum" => Op::Sum(column(&def.sum)?),
        "mean" => Op::Mean(column(&def.mean)?),
        "std" => Op::Std(column(&def.std)?),
        "median" => Op::Median(column(&def.median)?),
        "balance" => Op::Balance(column(&def.balance)?),
        "count_distinct" => Op::CountDistinct(column(&def.count_distinct)?),
        "values" => Op::Values(column(&def.values)?),
        "mode" => Op::Mode(column(&def.mode)?),
        "min" => Op::Min(context.operand(&at, source, def.min.as_deref()?)?),
        "max" => Op::Max(context.operand(&at, source, def.max.as_deref()?)?),
        "first" => Op::First(context.operand(&at, source, def.first.as_deref()?)?),
        "last" => Op::Last(context.operand(&at, source, def.last.as_deref()?)?),
        "arg_min" | "arg_max" => {
            let arg = if name == "arg_min" { &def.arg_min } else { &def.arg_max }.as_ref()?;
            let by = context.column(&[name, "by"], source, &arg.by);
            let take = context.operand(&[name, "take"], source, &arg.take);
            let (by, take) = (by?, take?);
            if name == "arg_min" { Op::ArgMin { by, take } } else { Op::ArgMax { by, take } }
        }
        "quantiles" => {
            let quantiles = def.quantiles.as_ref()?;
            let of = context.column(&[name, "of"], source, &quantiles.of);
            Op::Quantiles { at: shares(context, &quantiles.at).ok()?, of: of? }
        }
        "top_values" => {
            let values = def.top_values.as_ref()?;
            let of = context.column(&[name, "of"], source, &values.of);
            Op::TopValues { top: top(context, &[name, "top"], values.top).ok()?, of: of? }
        }
        "active" => Op::Active(def.active?.unit),
        "streak" => Op::Streak(def.streak?.unit),
        "gaps" => Op::Gaps(def.gaps?.between),
        "hour_of_day" => Op::HourOfDay { parts: parts(context, def.hour_of_day.as_ref()?).ok()? },
        "day_of_week" => Op::DayOfWeek,
        "sessions" => match def.sessions?.gap {
            Window::Duration(gap) => Op::Sessions { gap },
            other => {
                let message = format!("`gap` is `{other}`; wanted an exact length of time, such as 30min");
                context.problem(&[name, "gap"], "catalog.out_of_range", message, None);
                return None;
            }
        },
        "sequence" => {
            let within = def.sequence.as_ref()?.within;
            let within = within.map(|within| context.length(&[name, "within"], within)).transpose();
            Op::Sequence { within: within.ok()? }
        }
        _ => return share(context, def, source, def.share_of.as_deref()?),
    })
}

/// Quantiles, each from 0 to 1 and once.
fn shares(context: &mut Context<'_, '_>, at: &[f64]) -> Result<Vec<f64>, Reported> {
    let message = if at.is_empty() || at.len() > 20 {
        format!("`at` names {} quantiles; wanted 1 to 20", at.len())
    } else if let Some(wrong) = at.iter().find(|share| !(0.0..=1.0).contains(*share)) {
        format!("quantile {wrong}; wanted a number from 0 to 1")
    } else if let Some(twice) = (1..at.len()).find(|&i| at[..i].contains(&at[i])) {
        format!("quantile {} stands twice", at[twice])
    } else {
        return Ok(at.to_vec());
    };
    context.problem(&["quantiles", "at"], "catalog.out_of_range", message, None);
    Err(Reported)
}

fn top(context: &mut Context<'_, '_>, field: &[&str], top: u32) -> Result<u32, Reported> {
    if (1..=20).contains(&top) {
        return Ok(top);
    }
    context.problem(field, "catalog.out_of_range", format!("`top` is {top}; wanted 1 to 20"), None);
    Err(Reported)
}

fn parts(context: &mut Context<'_, '_>, def: &HourOfDayDef) -> Result<Vec<(String, [u8; 2])>, Reported> {
    for (name, [from, to]) in &def.parts {
        let at = ["hour_of_day", "parts", name.as_str()];
        field_name(context, &at, name, &["peak"])?;
        if *from > 23 || *to > 24 || from == to {
            let message = format!(
                "part `{name}` is from {from} to {to}; wanted two different hours, 0 to 23 and 0 to 24"
            );
            context.problem(&at, "catalog.out_of_range", message, None);
            return Err(Reported);
        }
    }
    Ok(def.parts.iter().map(|(name, hours)| (name.clone(), *hours)).collect())
}

/// A word of the catalogue that becomes the name of a field.
pub(super) fn field_name(
    context: &mut Context<'_, '_>,
    at: &[&str],
    name: &str,
    taken: &[&str],
) -> Result<(), Reported> {
    if name.is_empty() || name.contains(['.', '"', '`']) {
        let message = format!("`{name}` cannot name a field; wanted text without `.`, `\"` and backquotes");
        context.problem(at, "catalog.bad_name", message, None);
        return Err(Reported);
    }
    if taken.contains(&name) {
        let message = format!("`{name}` is the name of another field; wanted another one");
        context.problem(at, "catalog.bad_name", message, None);
        return Err(Reported);
    }
    Ok(())
}

fn steps(
    context: &mut Context<'_, '_>,
    def: &SequenceDef,
    source: usize,
) -> Result<Vec<crate::expr::RootId>, Reported> {
    let at = ["sequence", "steps"];
    if !(2..=20).contains(&def.steps.len()) {
        let message = format!("`steps` has {}; wanted 2 to 20 conditions", def.steps.len());
        context.problem(&at, "catalog.out_of_range", message, None);
        return Err(Reported);
    }
    let mut roots = Ok(Vec::new());
    for (i, text) in def.steps.iter().enumerate() {
        let root = context.filter(&["sequence", "steps", &i.to_string()], source, Some(text));
        match (root, &mut roots) {
            (Ok(root), Ok(roots)) => roots.extend(root),
            (Err(_), _) => roots = Err(Reported),
            (Ok(_), Err(_)) => {}
        }
    }
    roots
}

fn share(context: &mut Context<'_, '_>, def: &TagDef, source: usize, of: &str) -> Option<Op> {
    let of = match (of, context.sources[source].column(of)) {
        ("rows", None) => None,
        _ => Some(context.column(&["share_of"], source, of)?),
    };
    let Some(by) = &def.by else {
        let message = "`share_of` without `by`, the column to divide by";
        context.problem(&[], "catalog.missing_field", message, None);
        return None;
    };
    let by = context.column(&["by"], source, by)?;
    match (def.keys.as_slice(), def.top) {
        ([], Some(n)) => Some(Op::LargestShares { of, by, top: top(context, &["top"], n).ok()? }),
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
            for key in keys {
                field_name(context, &["keys"], key, &[]).ok()?;
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

/// The aggregates that a tag names.
pub(super) fn aggregates(def: &TagDef) -> Vec<&'static str> {
    let given = [
        ("count", def.count.is_some()),
        ("exists", def.exists.is_some()),
        ("none", def.none.is_some()),
        ("sum", def.sum.is_some()),
        ("mean", def.mean.is_some()),
        ("std", def.std.is_some()),
        ("min", def.min.is_some()),
        ("max", def.max.is_some()),
        ("median", def.median.is_some()),
        ("quantiles", def.quantiles.is_some()),
        ("balance", def.balance.is_some()),
        ("count_distinct", def.count_distinct.is_some()),
        ("values", def.values.is_some()),
        ("first", def.first.is_some()),
        ("last", def.last.is_some()),
        ("mode", def.mode.is_some()),
        ("top_values", def.top_values.is_some()),
        ("arg_max", def.arg_max.is_some()),
        ("arg_min", def.arg_min.is_some()),
        ("days_since_first", def.days_since_first.is_some()),
        ("days_since_last", def.days_since_last.is_some()),
        ("active", def.active.is_some()),
        ("streak", def.streak.is_some()),
        ("gaps", def.gaps.is_some()),
        ("hour_of_day", def.hour_of_day.is_some()),
        ("day_of_week", def.day_of_week.is_some()),
        ("sessions", def.sessions.is_some()),
        ("sequence", def.sequence.is_some()),
        ("share_of", def.share_of.is_some()),
        ("ratio", def.ratio.is_some()),
        ("trend", def.trend.is_some()),
    ];
    given.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect()
}
