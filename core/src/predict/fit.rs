//! Fitting a classifier: encode, train, choose, calibrate, measure, judge.

use rayon::prelude::*;

use crate::predict::alone::auc_alone;
use crate::predict::calibrate::Calibration;
use crate::predict::card::{Candidate, FeatureCard, LabelMeasures, SliceCard};
use crate::predict::encoder::{Encoder, Matrix, number};
use crate::predict::learner::Learner;
use crate::predict::metrics::measure;
use crate::predict::{
    Classifier, FeatureSpec, LearnerKind, ModelCard, Params, PredictError, Refusal, Sample, Slice, threshold,
};
use crate::stats::{auc, quantile_of_sorted};
use crate::value::{Column, DataType};

/// How many positives train and test must have together.
const FEWEST_POSITIVES: usize = 50;
/// From this AUC alone on (or as far below one half) a feature is suspected of knowing the label.
const LEAK_AUC: f64 = 0.98;
/// On how many validation rows importances are averaged; a row takes some milliseconds with 100 trees.
const IMPORTANCE_ROWS: usize = 100;

/// Fits a binary classifier and measures it.
///
/// The three samples come from cutoffs in this order of time, so far apart that their label windows do not overlap.
/// Everything about features and the models is learnt on `train`; learner, calibration, threshold and deciles are
/// chosen on `validation`; `test` is only measured. The same input gives the same classifier, bit by bit, on any
/// number of threads.
///
/// # Errors
/// * [`PredictError::Parameter`] for a parameter out of range.
/// * [`PredictError::NoFeatures`], [`PredictError::DuplicateFeature`], [`PredictError::FeatureType`],
///   [`PredictError::ColumnCount`], [`PredictError::ColumnType`], [`PredictError::ColumnLength`] for input that does
///   not fit together.
/// * [`PredictError::EmptySlice`], [`PredictError::OneClass`], [`PredictError::NoVariation`] where there is nothing
///   to learn from.
/// * [`PredictError::Training`] where no learner gave a model.
/// * [`PredictError::Refused`] where the result is not fit for use; its reasons can be overridden by name.
pub fn fit(
    params: &Params,
    features: &[FeatureSpec],
    train: &Sample,
    validation: &Sample,
    test: &Sample,
) -> Result<Classifier, PredictError> {
    params.check()?;
    check_features(features)?;
    for (slice, sample) in [(Slice::Train, train), (Slice::Validation, validation), (Slice::Test, test)] {
        check_sample(slice, features, sample)?;
    }
    let encoder = Encoder::fit(params, features, &train.columns);
    if encoder.width() == 0 {
        return Err(PredictError::NoVariation);
    }
    let train_x = encoder.encode(&train.columns);
    let validation_x = encoder.encode(&validation.columns);
    let test_x = encoder.encode(&test.columns);

    let (candidates, kind, learner, scores) = choose(
        params,
        &encoder,
        (&train_x, train.labels.as_slice()),
        (&validation_x, validation.labels.as_slice()),
    )?;
    let space = learner.space();
    let calibration = Calibration::fit(params.calibrate, space, &scores, &validation.labels);
    let probabilities: Vec<f64> = scores.iter().map(|score| calibration.apply(space, *score)).collect();
    let threshold = threshold::choose(params.threshold, &probabilities, &validation.labels);
    let mut sorted = scores;
    sorted.sort_by(f64::total_cmp);
    let cut_points =
        (1..10).filter_map(|tenth| quantile_of_sorted(&sorted, f64::from(tenth) / 10.0)).collect();

    let probabilities: Vec<f64> =
        learner.scores(&test_x).iter().map(|score| calibration.apply(space, *score)).collect();
    let known = [train, validation].map(|sample| (positives(&sample.labels), sample.labels.len()));
    let base_rate = (known[0].0 + known[1].0) as f64 / (known[0].1 + known[1].1) as f64;
    let measures = measure(&probabilities, &test.labels, base_rate)
        .ok_or(PredictError::OneClass { slice: Slice::Test, label: test.labels.first() == Some(&true) })?;
    let alone = auc_alone(&encoder, (&train_x, &train.labels), (&test_x, &test.labels));
    let card = ModelCard {
        learner: kind,
        candidates,
        calibration: calibration.kind(),
        space,
        base: learner.base(),
        threshold,
        label: label_measures(&probabilities, &test.labels, threshold),
        train: slice_card(train),
        validation: slice_card(validation),
        test: slice_card(test),
        measures,
        features: feature_cards(
            features,
            &train.columns,
            &alone,
            &importances(&encoder, &learner, &validation_x),
        ),
        accepted: Vec::new(),
        params: params.clone(),
    };
    let card = judge(card, features, &alone)?;
    Ok(Classifier { features: features.to_vec(), encoder, learner, calibration, cut_points, card })
}

/// Trains what is asked for and keeps the best on validation, with its scores there.
fn choose(
    params: &Params,
    encoder: &Encoder,
    (train, train_labels): (&Matrix, &[bool]),
    (validation, validation_labels): (&Matrix, &[bool]),
) -> Result<(Vec<Candidate>, LearnerKind, Learner, Vec<f64>), PredictError> {
    let kinds: &[LearnerKind] = match &params.learner {
        LearnerKind::Auto => &[LearnerKind::Logistic, LearnerKind::Forest],
        one => std::slice::from_ref(one),
    };
    let mut candidates = Vec::new();
    let mut best: Option<(f64, LearnerKind, Learner, Vec<f64>)> = None;
    let mut failure = None;
    for &kind in kinds {
        // One that fails does not matter as long as another one does not.
        let learner = match Learner::fit(kind, params, encoder, train, train_labels) {
            Ok(learner) => learner,
            Err(error) => {
                failure = Some(error);
                continue;
            }
        };
        let scores = learner.scores(validation);
        let validation_auc = auc(&scores, validation_labels).unwrap_or(0.5);
        candidates.push(Candidate { learner: kind, validation_auc });
        if best.as_ref().is_none_or(|(auc, ..)| validation_auc > *auc) {
            best = Some((validation_auc, kind, learner, scores));
        }
    }
    match (best, failure) {
        (Some((_, kind, learner, scores)), _) => Ok((candidates, kind, learner, scores)),
        (None, Some(error)) => Err(error),
        (None, None) => Err(PredictError::NoVariation),
    }
}

fn check_features(features: &[FeatureSpec]) -> Result<(), PredictError> {
    if features.is_empty() {
        return Err(PredictError::NoFeatures);
    }
    for (at, FeatureSpec { name, data_type }) in features.iter().enumerate() {
        if features[..at].iter().any(|earlier| earlier.name == *name) {
            return Err(PredictError::DuplicateFeature { name: name.clone() });
        }
        match data_type {
            DataType::Bool
            | DataType::Int
            | DataType::Float
            | DataType::Decimal { .. }
            | DataType::String => {}
            other => return Err(PredictError::FeatureType { name: name.clone(), found: *other }),
        }
    }
    Ok(())
}

fn check_sample(slice: Slice, features: &[FeatureSpec], sample: &Sample) -> Result<(), PredictError> {
    check_columns(features, &sample.columns, Some(sample.labels.len()))?;
    let Some(&first) = sample.labels.first() else {
        return Err(PredictError::EmptySlice { slice });
    };
    if sample.labels.iter().all(|label| *label == first) {
        return Err(PredictError::OneClass { slice, label: first });
    }
    Ok(())
}

/// Checks that columns are those of the features. Any number will do for a numeric feature.
pub(crate) fn check_columns(
    features: &[FeatureSpec],
    columns: &[Column],
    rows: Option<usize>,
) -> Result<(), PredictError> {
    if columns.len() != features.len() {
        return Err(PredictError::ColumnCount { found: columns.len(), wanted: features.len() });
    }
    let wanted_rows = rows.or(columns.first().map(Column::len)).unwrap_or_default();
    for (FeatureSpec { name, data_type }, column) in features.iter().zip(columns) {
        let found = column.data_type();
        if found != *data_type && !(found.is_numeric() && data_type.is_numeric()) {
            return Err(PredictError::ColumnType { name: name.clone(), found, wanted: *data_type });
        }
        if column.len() != wanted_rows {
            return Err(PredictError::ColumnLength {
                name: name.clone(),
                found: column.len(),
                wanted: wanted_rows,
            });
        }
    }
    Ok(())
}

fn positives(labels: &[bool]) -> usize {
    labels.iter().filter(|label| **label).count()
}

fn slice_card(sample: &Sample) -> SliceCard {
    let (rows, positives) = (sample.labels.len(), positives(&sample.labels));
    SliceCard { rows, positives, prevalence: positives as f64 / rows as f64, cutoffs: sample.cutoffs.clone() }
}

fn label_measures(probabilities: &[f64], labels: &[bool], threshold: f64) -> LabelMeasures {
    let chosen: Vec<bool> =
        probabilities.iter().zip(labels).filter(|(p, _)| **p >= threshold).map(|(_, label)| *label).collect();
    let hits = positives(&chosen) as f64;
    LabelMeasures {
        selected: chosen.len() as f64 / labels.len() as f64,
        precision: (!chosen.is_empty()).then(|| hits / chosen.len() as f64),
        recall: hits / positives(labels) as f64,
    }
}

/// The mean absolute contribution of each feature over evenly spaced rows.
fn importances(encoder: &Encoder, learner: &Learner, rows: &Matrix) -> Vec<f64> {
    let used = rows.rows.min(IMPORTANCE_ROWS);
    let parts: Vec<Vec<f64>> = (0..used)
        .into_par_iter()
        .map(|at| by_feature(encoder, &learner.contributions(rows.row(at * rows.rows / used))))
        .collect();
    let mut sums = vec![0.0; encoder.features.len()];
    // Summed in the order of rows, whichever thread was done first.
    for (feature, part) in parts.iter().flat_map(|parts| parts.iter().enumerate()) {
        sums[feature] += part.abs();
    }
    sums.iter().map(|sum| sum / used as f64).collect()
}

/// Sums what belongs to one feature.
pub(crate) fn by_feature(encoder: &Encoder, contributions: &[f64]) -> Vec<f64> {
    let mut sums = vec![0.0; encoder.features.len()];
    for (feature, part) in encoder.origins().into_iter().zip(contributions) {
        sums[feature] += part;
    }
    sums
}

fn feature_cards(
    features: &[FeatureSpec],
    train: &[Column],
    alone: &[f64],
    importances: &[f64],
) -> Vec<FeatureCard> {
    let missing = |column: &Column| match column {
        Column::String(_) => column.null_count(),
        _ => (0..column.len()).filter(|&row| number(column, row).is_none()).count(),
    };
    let mut cards: Vec<FeatureCard> = features
        .iter()
        .zip(train)
        .zip(alone.iter().zip(importances))
        .map(|((spec, column), (auc_alone, importance))| FeatureCard {
            name: spec.name.clone(),
            data_type: spec.data_type,
            importance: *importance,
            auc_alone: *auc_alone,
            missing_share: missing(column) as f64 / column.len() as f64,
        })
        .collect();
    cards.sort_by(|a, b| b.importance.total_cmp(&a.importance));
    cards
}

/// Refuses what is not fit for use; what was accepted goes on the card.
fn judge(mut card: ModelCard, features: &[FeatureSpec], alone: &[f64]) -> Result<ModelCard, PredictError> {
    let mut found = Vec::new();
    let n_positives = card.train.positives + card.test.positives;
    if n_positives < FEWEST_POSITIVES {
        found.push(Refusal::FewPositives { found: n_positives, wanted: FEWEST_POSITIVES });
    }
    let auc = card.measures.auc;
    if auc.lower <= 0.5 {
        found.push(Refusal::NoSignal { auc: auc.value, lower: auc.lower, upper: auc.upper });
    }
    let (brier, base_rate_brier) = (card.measures.brier, card.measures.base_rate_brier);
    if brier >= base_rate_brier {
        found.push(Refusal::WorseThanBaseRate { brier, base_rate_brier });
    }
    for (spec, &auc) in features.iter().zip(alone) {
        if (auc - 0.5).abs() > LEAK_AUC - 0.5 {
            found.push(Refusal::LeakSuspect { feature: spec.name.clone(), auc });
        }
    }
    let accept = &card.params.accept;
    let (accepted, refusals): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|refusal| accept.contains(&refusal.kind()));
    card.accepted = accepted;
    if refusals.is_empty() { Ok(card) } else { Err(PredictError::Refused { refusals, card: Box::new(card) }) }
}
