//! Predicted tags: the same facts at earlier cutoffs, and what happened afterwards.

use arrow_buffer::BooleanBuffer;

use crate::engine::apply::compute_tag;
use crate::engine::fit::Artifacts;
use crate::engine::ingest::Prepared;
use crate::engine::plan::{ClassifyPlan, Plan};
use crate::engine::table::TagTable;
use crate::predict::{self, Classifier, PredictError, Sample};
use crate::time::{TimeRange, Timestamp};
use crate::value::Column;

/// Learns a classifier. With horizon h, the label of the test cutoff is what happened in `[as_of − h, as_of)`, that of
/// the validation cutoff in the h before, and those of the train cutoffs before that: no two label windows overlap,
/// and no feature sees a label.
pub(super) fn classifier(
    plan: &Plan,
    prepared: &Prepared,
    classify: &ClassifyPlan,
) -> Result<Classifier, PredictError> {
    let mut end = prepared.as_of;
    let mut samples = Vec::new();
    for _ in 0..classify.cutoffs + 2 {
        let cutoff = classify.label.window.ending_at(end, &plan.zone).from;
        samples.push(sample(plan, prepared, classify, TimeRange { from: cutoff, to: end }));
        end = cutoff;
    }
    let mut samples = samples.into_iter();
    let empty = || stack(classify, &[]);
    let test = samples.next().unwrap_or_else(empty);
    let validation = samples.next().unwrap_or_else(empty);
    // Oldest first, so that the order of rows follows time.
    let train = stack(classify, &samples.rev().collect::<Vec<_>>());
    predict::fit(&classify.params, &classify.feature_specs, &train, &validation, &test)
}

/// Facts of everybody eligible at a cutoff, with what happened between it and the end of the horizon.
fn sample(plan: &Plan, prepared: &Prepared, classify: &ClassifyPlan, horizon: TimeRange) -> Sample {
    let cutoff = horizon.from;
    let mut table = features_at(plan, prepared, classify, cutoff);
    let counts = table.fact_within(&classify.label, horizon);
    let eligible = eligible(&table, classify);
    let rows: Vec<u32> = eligible.set_indices().map(|row| row as u32).collect();
    let count = |row: u32| match counts.first() {
        Some(Column::Int(counts)) => counts.value(row as usize),
        _ => 0,
    };
    Sample {
        columns: classify
            .features
            .iter()
            .filter_map(|&c| Some(table.columns[c].as_ref()?.take(&rows)))
            .collect(),
        labels: rows.iter().map(|&row| classify.positive.holds(count(row))).collect(),
        cutoffs: if rows.is_empty() { Vec::new() } else { vec![cutoff] },
    }
}

/// A table at an instant with just the tags that a classifier's features and population need.
fn features_at<'a>(
    plan: &'a Plan,
    prepared: &'a Prepared,
    classify: &ClassifyPlan,
    at: Timestamp,
) -> TagTable<'a> {
    let mut needed = vec![false; plan.tags.len()];
    let columns = classify.population.map_or(&[][..], |root| plan.rules.columns(root));
    for (i, tag) in plan.tags.iter().enumerate() {
        needed[i] = classify.features.iter().chain(columns).any(|column| tag.columns().contains(column));
    }
    // Inputs stand before their readers: going backwards reaches all of them.
    for i in (0..plan.tags.len()).rev().filter(|&i| needed[i]).collect::<Vec<_>>() {
        let mut open = plan.tags[i].inputs.clone();
        while let Some(input) = open.pop() {
            if !std::mem::replace(&mut needed[input], true) {
                open.extend(&plan.tags[input].inputs);
            }
        }
    }
    let mut table = TagTable::new(plan, prepared, at);
    for (tag, _) in plan.tags.iter().zip(needed).filter(|(_, needed)| *needed) {
        compute_tag(&mut table, tag, &Artifacts::new());
    }
    table
}

/// Who can be predicted at the table's instant: profiles with an event of the label's source before it, of whom the
/// population's condition is true.
pub(super) fn eligible(table: &TagTable<'_>, classify: &ClassifyPlan) -> BooleanBuffer {
    let all = TimeRange { from: Timestamp::MIN, to: table.as_of };
    let timeline = table.prepared.timelines[classify.label.source].as_ref();
    let seen: BooleanBuffer = (0..table.n_profiles())
        .map(|profile| timeline.is_some_and(|timeline| !timeline.within(profile, all).is_empty()))
        .collect();
    match classify.population {
        None => seen,
        Some(root) => {
            let within = table.plan.rules.select(root, &table.block());
            &seen & &within.expect("invariant: the tags that a population reads are computed").is_true
        }
    }
}

/// Rows of several cutoffs, one after the other.
fn stack(classify: &ClassifyPlan, samples: &[Sample]) -> Sample {
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
