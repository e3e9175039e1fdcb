//! Computing tags from rows and artifacts, one tag after the other, each profile by itself.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::catalog::model::TagDef;
use crate::engine::facts::join;
use crate::engine::fit::{Artifact, Artifacts};
use crate::engine::ingest::Prepared;
use crate::engine::marketing::{churn, churn_kind, lifecycle, lifetime, persona, scorecard};
use crate::engine::plan::{ClassifyPlan, ExclusivePlan, Kind, Plan, RfmPlan, TagPlan, TierPlan};
use crate::engine::table::TagTable;
use crate::engine::{EngineError, Facts, Run, Stage, combine, default_value, learn};
use crate::expr::Truth;
use crate::identity::ProfileId;
use crate::marketing::rfm;
use crate::predict::Classifier;
use crate::rule::unless;
use crate::value::{Column, ColumnBuilder, DataType, Value};

/// How many reasons a probability comes with.
const N_REASONS: usize = 3;

/// How many profiles one task scores.
pub(super) const PROFILES_PER_TASK: usize = 16_384;

/// Computes all tags at `prepared.as_of`, where `facts` holds what they want of the rows.
pub(crate) fn apply<'a>(
    plan: &'a Plan,
    prepared: &'a Prepared,
    artifacts: &Artifacts,
    facts: Facts,
    run: &Run<'_>,
) -> Result<TagTable<'a>, EngineError> {
    let mut table = TagTable::new(plan, prepared, prepared.as_of, facts);
    for (i, tag) in plan.tags.iter().enumerate() {
        run.step(Stage::Apply, i, plan.tags.len(), &tag.name)?;
        compute_tag(&mut table, tag, artifacts);
    }
    Ok(table)
}

/// Computes the columns of one tag; the tags that it reads stand in the table.
pub(super) fn compute_tag(table: &mut TagTable<'_>, tag: &TagPlan, artifacts: &Artifacts) {
    let columns = match (&tag.kind, artifacts.get(&tag.name)) {
        (Kind::Fact(_), _) => table.facts.take(&tag.name),
        (Kind::FirstOf(_), _) => vec![combine::first_of(&table.facts.take_all(&tag.name))],
        (Kind::Ratio(_), _) => vec![combine::ratio(&table.facts.take_all(&tag.name))],
        (Kind::Trend(_), _) => combine::trend(&table.facts.take_all(&tag.name)),
        (Kind::Bucket(bucket), _) => vec![combine::bucket(table, bucket)],
        (Kind::Tier(tier), _) => tier_columns(table, tier),
        (Kind::Model(model), artifact) => {
            let rows = table.facts.take(&tag.name);
            model.apply(table, &rows, artifact)
        }
        (Kind::Expression(root), _) => vec![expression_column(table, tag, *root)],
        (Kind::Exclusive(plan), _) => vec![exclusive_column(table, tag, plan)],
        (Kind::Table(_) | Kind::Score(_), _) if !in_force(table, &tag.def) => {
            tag.fields.iter().map(|field| Column::nulls(field.data_type, table.n_profiles())).collect()
        }
        (Kind::Table(plan), _) => {
            let rows = conditions(table, &plan.compiled.rows);
            plan.table.tag_columns(&rows, table.n_profiles())
        }
        (Kind::Score(plan), _) => {
            let conditions = conditions(table, &plan.conditions);
            plan.card.tag_columns(&conditions, table.n_profiles()).into()
        }
        (Kind::Rfm(rfm), Some(Artifact::Rfm(fitted))) => {
            let measures = table.facts.take(&tag.name);
            rfm_columns(table, rfm, fitted, &measures)
        }
        (Kind::Lifetime(plan), Some(Artifact::Lifetime(fitted))) => {
            let facts = table.facts.take(&tag.name);
            lifetime::columns(table.n_profiles(), plan, fitted, &facts)
        }
        (Kind::Churn(plan), artifact) => {
            let fitted = match artifact {
                Some(Artifact::Churn(fitted)) => Some(&**fitted),
                _ => None,
            };
            let facts = table.facts.take(&tag.name);
            churn::columns(table, plan, fitted, &facts)
        }
        (Kind::WhyChurned(plan), _) => churn_kind::columns(table, plan),
        (Kind::Lifecycle(_), Some(Artifact::Lifecycle(fitted))) => {
            let facts = table.facts.take(&tag.name);
            lifecycle::columns(table.n_profiles(), fitted, &facts)
        }
        (Kind::Classify(classify), Some(Artifact::Classifier(fitted))) => {
            let seen = table.facts.take(&tag.name);
            classify_columns(table, classify, fitted, &seen)
        }
        (Kind::Persona(plan), Some(Artifact::Persona(fitted))) => persona::columns(table, plan, fitted),
        (Kind::Scorecard(plan), Some(Artifact::Scorecard(fitted))) => {
            let seen = table.facts.take(&tag.name);
            scorecard::columns(table, plan, fitted, &seen)
        }
        // `Fitted` holds an artifact for every tag that needs one; it is checked when one is loaded.
        (
            Kind::Rfm(_)
            | Kind::Classify(_)
            | Kind::Lifetime(_)
            | Kind::Lifecycle(_)
            | Kind::Persona(_)
            | Kind::Scorecard(_),
            _,
        ) => Vec::new(),
    };
    for (at, column) in tag.columns().zip(columns) {
        table.columns[at] = Some(with_default(column, &tag.def));
    }
}

/// Whether a tag is in force at the table's instant.
pub(crate) fn in_force(table: &TagTable<'_>, def: &TagDef) -> bool {
    let today = table.plan.zone.date_at(table.as_of);
    def.valid_from.is_none_or(|from| from <= today) && def.valid_to.is_none_or(|to| today < to)
}

/// Conditions over the tags so far.
fn conditions(table: &TagTable<'_>, roots: &[crate::expr::RootId]) -> Vec<Column> {
    let evaluation = table.plan.rules.evaluate(roots, &table.block());
    evaluation.expect("invariant: the tags that a rule reads are computed before it").columns
}

fn expression_column(table: &TagTable<'_>, tag: &TagPlan, root: crate::expr::RootId) -> Column {
    if !in_force(table, &tag.def) {
        return Column::nulls(tag.fields[0].data_type, table.n_profiles());
    }
    let evaluation = table.plan.rules.evaluate(&[root], &table.block());
    let mut evaluation = evaluation.expect("invariant: the tags that a rule reads are computed before it");
    evaluation.columns.swap_remove(0)
}

/// A condition that is false in place of true where one of its group that comes first is true.
fn exclusive_column(table: &TagTable<'_>, tag: &TagPlan, plan: &ExclusivePlan) -> Column {
    let own = expression_column(table, tag, plan.root);
    let first =
        plan.after.iter().filter_map(|&column| Some(Truth::of(table.columns[column].as_ref()?).is_true));
    match first.reduce(|a, b| &a | &b) {
        Some(taken) => unless(&Truth::of(&own), &taken),
        None => own,
    }
}

fn rfm_columns(
    table: &TagTable<'_>,
    plan: &RfmPlan,
    fitted: &rfm::Fitted,
    measures: &[Column],
) -> Vec<Column> {
    let ids = table.prepared.partition.ids();
    let blocks: Vec<Vec<Column>> = ids
        .par_chunks(PROFILES_PER_TASK)
        .enumerate()
        .map(|(block, ids)| rfm_block(plan, fitted, measures, ids, block * PROFILES_PER_TASK))
        .collect();
    let blocks = if blocks.is_empty() { vec![rfm_block(plan, fitted, measures, &[], 0)] } else { blocks };
    let mut scored = join(blocks).into_iter();
    let mut columns: Vec<Column> = scored.by_ref().take(1).collect();
    columns.extend(measures.iter().cloned());
    columns.extend(scored);
    columns
}

/// Segment, scores and code of some profiles, of which the first has row `first`.
fn rfm_block(
    plan: &RfmPlan,
    fitted: &rfm::Fitted,
    measures: &[Column],
    ids: &[ProfileId],
    first: usize,
) -> Vec<Column> {
    // There are few different scores: their texts are looked up once.
    let mut known: FxHashMap<[u8; 3], u32> = FxHashMap::default();
    let (mut segments, mut codes) = (Vec::new(), Vec::new());
    let mut places = Vec::with_capacity(ids.len());
    let mut scores = [const { Vec::new() }; 3];
    for (at, id) in ids.iter().enumerate() {
        let scored = score(fitted, id.bits(), measures, first + at);
        let each = scored.map(|s| [s.r, s.f, s.m]);
        places.push(scored.zip(each).map(|(scored, each)| {
            *known.entry(each).or_insert_with(|| {
                segments.push(fitted.segment(scored).map(|found| found.name(plan.language)));
                codes.push(Some(fitted.code(scored)));
                codes.len() as u32 - 1
            })
        }));
        for (i, column) in scores.iter_mut().enumerate() {
            column.push(each.map(|each| i64::from(each[i])));
        }
    }
    let mut columns = vec![Column::texts_at(&places, &segments)];
    columns.extend(scores.map(|column| Column::Int(column.into())));
    columns.push(Column::texts_at(&places, &codes));
    columns
}

pub(crate) fn score(
    fitted: &rfm::Fitted,
    key: u128,
    measures: &[Column],
    profile: usize,
) -> Option<rfm::Scores> {
    let measure = |i: usize| measures.get(i).and_then(|column| column.f64(profile));
    fitted.score_keyed(Some(key), measure(0), measure(1), measure(2))
}

fn tier_columns(table: &TagTable<'_>, plan: &TierPlan) -> Vec<Column> {
    let n = table.n_profiles();
    let mut level = ColumnBuilder::new(DataType::String, n);
    let mut next = ColumnBuilder::new(DataType::String, n);
    let mut gap = Vec::with_capacity(n);
    let push = |builder: &mut ColumnBuilder, index: Option<usize>| match index {
        Some(index) => builder.push_str(&plan.tiers.levels()[index].name),
        None => builder.push_null(),
    };
    for profile in 0..n {
        let value = table.columns[plan.by].as_ref().map_or(Value::Null, |column| column.value(profile));
        let tier = plan.tiers.apply_value(&value);
        push(&mut level, tier.level);
        push(&mut next, tier.next);
        gap.push(tier.gap);
    }
    vec![level.finish(), next.finish(), Column::Float(gap.into())]
}

/// Probability, decile, label and reasons of everybody eligible; null for the others.
fn classify_columns(
    table: &TagTable<'_>,
    plan: &ClassifyPlan,
    fitted: &Classifier,
    seen: &[Column],
) -> Vec<Column> {
    let n = table.n_profiles();
    let rows: Vec<u32> = learn::eligible(table, plan, seen).set_indices().map(|row| row as u32).collect();
    let features: Vec<Column> =
        plan.features.iter().filter_map(|&c| Some(table.columns[c].as_ref()?.take(&rows))).collect();
    let predictions = fitted.predict(&features).expect("invariant: the plan checked the features' types");
    let explained: Vec<Vec<Arc<str>>> = (0..rows.len())
        .into_par_iter()
        .map(|at| {
            let explained = fitted.explain(&features, at);
            explained
                .map_or_else(|_| Vec::new(), |e| e.reasons(N_REASONS).into_iter().map(Into::into).collect())
        })
        .collect();
    let (mut probability, mut decile, mut label) = (vec![None; n], vec![None; n], vec![None; n]);
    let mut reasons = vec![Value::Null; n];
    for ((&row, prediction), names) in rows.iter().zip(&predictions).zip(explained) {
        probability[row as usize] = Some(prediction.probability);
        decile[row as usize] = Some(i64::from(prediction.decile));
        label[row as usize] = Some(prediction.label);
        reasons[row as usize] = Value::StringSet(names);
    }
    let mut reasons_column = ColumnBuilder::new(DataType::StringSet, n);
    for names in &reasons {
        reasons_column.push(names);
    }
    vec![
        Column::Float(probability.into()),
        Column::Int(decile.into()),
        Column::Bool(label.into()),
        reasons_column.finish(),
    ]
}

/// Puts the tag's default where there is no value.
fn with_default(column: Column, def: &TagDef) -> Column {
    let data_type = column.data_type();
    let Some(default) = def.when_missing.as_ref().and_then(|default| default_value(default, data_type))
    else {
        return column;
    };
    if column.null_count() == 0 {
        return column;
    }
    let mut builder = ColumnBuilder::new(data_type, column.len());
    for row in 0..column.len() {
        let value = column.value(row);
        builder.push(if value.is_null() { &default } else { &value });
    }
    builder.finish()
}
