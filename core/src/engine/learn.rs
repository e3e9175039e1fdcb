//! Predicted tags: the same facts at earlier cutoffs, and what happened afterwards.

use arrow_buffer::BooleanBuffer;

use crate::engine::apply::compute_tag;
use crate::engine::facts::{self, Wanted, seen};
use crate::engine::fit::Artifacts;
use crate::engine::ingest::Prepared;
use crate::engine::plan::{ClassifyPlan, Plan, TagPlan};
use crate::engine::table::TagTable;
use crate::engine::{EngineError, Facts, Run, Stage};
use crate::predict::{self, Classifier, PredictError, Sample};
use crate::time::TimeRange;
use crate::value::Column;

/// What happened before each cutoff and after it, the latest cutoff first. With horizon h, the label of the test cutoff
/// is what happened in `[as_of − h, as_of)`, that of the validation cutoff in the h before, and those of the train
/// cutoffs before that: no two label windows overlap, and no feature sees a label.
pub(super) fn samples(
    plan: &Plan,
    prepared: &Prepared,
    classify: &ClassifyPlan,
    run: &Run<'_>,
) -> Result<Vec<Sample>, EngineError> {
    let mut end = prepared.as_of;
    let mut samples = Vec::new();
    for _ in 0..classify.cutoffs + 2 {
        let cutoff = classify.label.window.ending_at(end, &plan.zone).from;
        samples.push(sample(plan, prepared, classify, TimeRange { from: cutoff, to: end }, run)?);
        end = cutoff;
    }
    Ok(samples)
}

/// Learns a classifier from its [`samples`].
pub(super) fn classifier(classify: &ClassifyPlan, samples: Vec<Sample>) -> Result<Classifier, PredictError> {
    let mut samples = samples.into_iter();
    let empty = || stack(classify, &[]);
    let test = samples.next().unwrap_or_else(empty);
    let validation = samples.next().unwrap_or_else(empty);
    // Oldest first, so that the order of rows follows time.
    let train = stack(classify, &samples.rev().collect::<Vec<_>>());
    predict::fit(&classify.params, &classify.feature_specs, &train, &validation, &test)
}

/// Facts of everybody eligible at a cutoff, with what happened between it and the end of the horizon.
fn sample(
    plan: &Plan,
    prepared: &Prepared,
    classify: &ClassifyPlan,
    horizon: TimeRange,
    run: &Run<'_>,
) -> Result<Sample, EngineError> {
    let cutoff = horizon.from;
    let tags: Vec<&TagPlan> = needed(plan, classify);
    let facts = Facts::at(plan, prepared, cutoff, tags.iter().copied(), run, Stage::Fit)?;
    let mut table = TagTable::new(plan, prepared, cutoff, facts);
    for tag in tags {
        compute_tag(&mut table, tag, &Artifacts::new());
    }
    let seen = seen(&classify.label);
    let before = seen.window.ending_at(cutoff, &plan.zone);
    let wanted =
        [Wanted { fact: classify.label.clone(), range: horizon }, Wanted { fact: seen, range: before }];
    let columns = facts::compute(plan, prepared, cutoff, &wanted, &|| run.again(Stage::Fit))?;
    let eligible = eligible(&table, classify, &columns[1]);
    let rows: Vec<u32> = eligible.set_indices().map(|row| row as u32).collect();
    let count = |row: u32| match columns[0].first() {
        Some(Column::Int(counts)) => counts.value(row as usize),
        _ => 0,
    };
    Ok(Sample {
        columns: classify
            .features
            .iter()
            .filter_map(|&c| Some(table.columns[c].as_ref()?.take(&rows)))
            .collect(),
        labels: rows.iter().map(|&row| classify.positive.holds(count(row))).collect(),
        cutoffs: if rows.is_empty() { Vec::new() } else { vec![cutoff] },
    })
}

/// The tags that a classifier's features and population need, in the order of computation.
fn needed<'p>(plan: &'p Plan, classify: &ClassifyPlan) -> Vec<&'p TagPlan> {
    let mut columns = classify.features.clone();
    columns.extend(classify.population.map_or(&[][..], |root| plan.rules.columns(root)));
    let needed = standing_on(plan, &columns);
    plan.tags.iter().zip(needed).filter(|(_, needed)| *needed).map(|(tag, _)| tag).collect()
}

/// Which tags, in the order of computation, some columns stand on, their own tags among them.
pub(super) fn standing_on(plan: &Plan, columns: &[usize]) -> Vec<bool> {
    let has_one = |tag: &TagPlan| columns.iter().any(|column| tag.columns().contains(column));
    let mut needed: Vec<bool> = plan.tags.iter().map(has_one).collect();
    // Inputs stand before their readers: going backwards reaches all of them.
    for i in (0..plan.tags.len()).rev().filter(|&i| needed[i]).collect::<Vec<_>>() {
        let mut open = plan.tags[i].inputs.clone();
        while let Some(input) = open.pop() {
            if !std::mem::replace(&mut needed[input], true) {
                open.extend(&plan.tags[input].inputs);
            }
        }
    }
    needed
}

/// Who can be predicted at the table's instant: profiles that have been `seen`, with an event of the label's source
/// before it, of whom the population's condition is true.
pub(super) fn eligible(table: &TagTable<'_>, classify: &ClassifyPlan, seen: &[Column]) -> BooleanBuffer {
    let seen = match seen {
        [Column::Bool(seen)] => seen.values().clone(),
        _ => BooleanBuffer::new_unset(table.n_profiles()),
    };
    match classify.population {
        None => seen,
        Some(root) => {
            let within = table.plan.rules.select(root, &table.block());
            &seen & &within.expect("invariant: the tags that a population reads are computed").is_true
        }
    }
}

/// Rows of several cutoffs, one after the other.
pub(super) fn stack(classify: &ClassifyPlan, samples: &[Sample]) -> Sample {
    let column = |i: usize, data_type| {
        let parts: Vec<Column> = samples.iter().map(|sample| sample.columns[i].clone()).collect();
        Column::concat(data_type, &parts)
    };
    Sample {
        columns: classify
            .feature_specs
            .iter()
            .enumerate()
            .map(|(i, spec)| column(i, spec.data_type))
            .collect(),
        labels: samples.iter().flat_map(|sample| sample.labels.iter().copied()).collect(),
        cutoffs: samples.iter().flat_map(|sample| sample.cutoffs.iter().copied()).collect(),
    }
}
