//! Facts made of other facts, checked: ratios, trends, classes.

use crate::catalog::did_you_mean;
use crate::catalog::model::{BucketDef, MeasureDef, TagDef};
use crate::engine::plan::aggregate::{aggregate, only_aggregate};
use crate::engine::plan::context::{Context, Reported};
use crate::engine::plan::known::Known;
use crate::engine::plan::{BucketPlan, FactPlan, Kind};
use crate::fact::FieldType;
use crate::time::Window;
use crate::value::DataType;

/// `events: source` with one aggregate, which may be made of others.
pub(super) fn events(
    context: &mut Context<'_, '_>,
    def: &TagDef,
) -> Option<(Kind, Vec<FieldType>, Option<&'static str>)> {
    match only_aggregate(context, def)? {
        "ratio" => {
            let ratio = def.ratio.as_deref()?;
            let of = measure(context, &["ratio", "of"], def, &ratio.of);
            let to = measure(context, &["ratio", "to"], def, &ratio.to);
            let fields = vec![FieldType::new(None, DataType::Float, true)];
            Some((Kind::Ratio(Box::new([of.ok()?, to.ok()?])), fields, None))
        }
        "trend" => {
            let plan = trend(context, def, def.trend.as_deref()?).ok()?;
            let names = [None, Some("current"), Some("previous"), Some("difference")];
            let fields = names.map(|name| FieldType::new(name, DataType::Float, true));
            Some((Kind::Trend(plan), fields.into(), Some("change")))
        }
        name => {
            let plan = aggregate(context, def, name)?;
            let fields = context.fields(&[name], &plan)?;
            let main = plan.op.main_field();
            Some((Kind::Fact(plan), fields, main))
        }
    }
}

fn trend(context: &mut Context<'_, '_>, def: &TagDef, measured: &MeasureDef) -> Result<FactPlan, Reported> {
    let plan = measure(context, &["trend"], def, measured)?;
    if plan.window.is_length() || matches!(plan.window, Window::Previous { .. }) {
        return Ok(plan);
    }
    let message = format!(
        "`trend` over the window `{}`; wanted one with another before it, such as 30d, 3mo or `last month`",
        plan.window
    );
    context.problem(&["trend"], "catalog.out_of_range", message, None);
    Err(Reported)
}

/// One number over rows: an aggregate of its own with the tag's source, window and filter where it has none.
fn measure(
    context: &mut Context<'_, '_>,
    within: &'static [&'static str],
    tag: &TagDef,
    measure: &MeasureDef,
) -> Result<FactPlan, Reported> {
    let own_source = measure.events.is_some() && measure.events != tag.events;
    let def = TagDef {
        events: measure.events.clone().or_else(|| tag.events.clone()),
        window: measure.window.or(tag.window),
        offset: tag.offset,
        // A filter over another source's rows means nothing here.
        filter: tag.filter.clone().filter(|_| !own_source),
        count: measure.count,
        sum: measure.sum.clone(),
        mean: measure.mean.clone(),
        min: measure.min.clone(),
        max: measure.max.clone(),
        std: measure.std.clone(),
        median: measure.median.clone(),
        count_distinct: measure.count_distinct.clone(),
        active: measure.active,
        ..TagDef::default()
    };
    context.within = within;
    let checked = checked_measure(context, &def).map(|plan| {
        let narrowed = context.filter(&["where"], plan.source, measure.filter.as_deref());
        narrowed.map(|narrowed| FactPlan { narrowed, ..plan })
    });
    context.within = &[];
    checked.unwrap_or(Err(Reported))
}

fn checked_measure(context: &mut Context<'_, '_>, def: &TagDef) -> Option<FactPlan> {
    let name = only_aggregate(context, def)?;
    let plan = aggregate(context, def, name)?;
    let found = context.fields(&[name], &plan)?[0].data_type;
    if found.is_numeric() {
        return Some(plan);
    }
    context.problem(&[name], "catalog.wrong_type", format!("`{name}` gives {found}; wanted a number"), None);
    None
}

/// `bucket: {…}`.
pub(super) fn bucket(
    context: &mut Context<'_, '_>,
    def: &BucketDef,
    known: &Known,
) -> Option<(BucketPlan, Vec<FieldType>)> {
    let Some(of) = known.column(&def.of) else {
        let help = did_you_mean(&def.of, known.names());
        let message = format!("unknown tag `{}`", def.of);
        context.problem(&["bucket", "of"], "catalog.unknown_tag", message, help);
        return None;
    };
    let found = known.data_type(of);
    if !found.is_numeric() {
        let message = format!("`{}` is {found}; wanted a number", def.of);
        context.problem(&["bucket", "of"], "catalog.wrong_type", message, None);
        return None;
    }
    let ascending =
        def.at.windows(2).all(|pair| pair[0] < pair[1]) && def.at.iter().all(|edge| edge.is_finite());
    if !(1..=100).contains(&def.at.len()) || !ascending {
        let message = "`at` wants 1 to 100 numbers, each larger than the one before";
        context.problem(&["bucket", "at"], "catalog.out_of_range", message, None);
        return None;
    }
    if !def.names.is_empty() && def.names.len() != def.at.len() + 1 {
        let (names, edges) = (def.names.len(), def.at.len());
        let message = format!("{names} names for {edges} edges; wanted {}", edges + 1);
        context.problem(&["bucket", "names"], "catalog.out_of_range", message, None);
        return None;
    }
    if let Some(twice) = (1..def.names.len()).find(|&i| def.names[..i].contains(&def.names[i])) {
        let message = format!("class `{}` stands twice", def.names[twice]);
        context.problem(&["bucket", "names"], "catalog.duplicate_key", message, None);
        return None;
    }
    let names = if def.names.is_empty() { default_names(&def.at) } else { def.names.clone() };
    let fields = vec![FieldType::new(None, DataType::String, true)];
    Some((BucketPlan { of, at: def.at.clone(), names }, fields))
}

/// `< 18`, `18 to 35`, `>= 35`; a number at an edge belongs above it.
fn default_names(at: &[f64]) -> Vec<String> {
    let first = at.first().map(|edge| format!("< {edge}"));
    let last = at.last().map(|edge| format!(">= {edge}"));
    let between = at.windows(2).map(|pair| format!("{} to {}", pair[0], pair[1]));
    first.into_iter().chain(between).chain(last).collect()
}
