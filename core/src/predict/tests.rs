use super::*;
use crate::time::Timestamp;
use crate::value::{Column, ColumnBuilder, DataType, Value};

/// A seeded sequence of uniform numbers, 0 to 1.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn features() -> Vec<FeatureSpec> {
    let types = [
        ("recency_days", DataType::Int),
        ("spend", DataType::Decimal { precision: 12, scale: 2 }),
        ("visits", DataType::Float),
        ("city", DataType::String),
        ("member", DataType::Bool),
        ("empty", DataType::Float),
        ("constant", DataType::Int),
    ];
    types.map(|(name, data_type)| FeatureSpec { name: name.into(), data_type }).to_vec()
}

/// Made-up profiles; recency, city and membership matter, with holes.
fn sample(seed: u64, rows: usize) -> Sample {
    let mut draws = Draws(seed);
    let mut columns: Vec<ColumnBuilder> =
        features().iter().map(|spec| ColumnBuilder::new(spec.data_type, rows)).collect();
    let mut labels = Vec::new();
    for _ in 0..rows {
        let recency = (draws.next() * 200.0) as i64;
        let city = ["Berlin", "Lyon", "Porto", "Turku"][(draws.next() * 4.0) as usize];
        let member = draws.next() < 0.4;
        let cells = [
            if draws.next() < 0.1 { Value::Null } else { recency.into() },
            Value::Decimal(crate::value::Decimal::new((draws.next() * 1e5) as i128, 2)),
            (draws.next() * 20.0).into(),
            if draws.next() < 0.05 { Value::Null } else { city.into() },
            if draws.next() < 0.05 { Value::Null } else { member.into() },
            Value::Null,
            5.into(),
        ];
        for (column, cell) in columns.iter_mut().zip(&cells) {
            column.push(cell);
        }
        let city_effect = if city == "Turku" { 1.0 } else { 0.0 };
        let margin = (recency as f64 - 130.0) / 40.0 + city_effect - f64::from(member);
        labels.push(draws.next() < 1.0 / (1.0 + (-margin).exp()));
    }
    let columns = columns.into_iter().map(ColumnBuilder::finish).collect();
    Sample { columns, labels, cutoffs: vec![Timestamp::from_micros(seed as i64 * 86_400_000_000)] }
}

fn params(learner: LearnerKind) -> Params {
    Params { learner, trees: 20, max_depth: 6, ..Params::default() }
}

fn fitted(learner: LearnerKind) -> Classifier {
    fit(&params(learner), &features(), &sample(1, 900), &sample(2, 500), &sample(3, 500)).unwrap()
}

#[test]
fn both_learners_find_what_matters() {
    for learner in [LearnerKind::Logistic, LearnerKind::Forest] {
        let classifier = fitted(learner);
        let card = classifier.card();
        assert_eq!((card.learner, card.candidates.len()), (learner, 1));
        assert!(card.measures.auc.lower > 0.65 && card.measures.auc.value < 0.9, "{:?}", card.measures.auc);
        assert!(card.measures.brier_skill > 0.05);
        assert!(card.measures.ece < 0.1);
        assert_eq!(card.features[0].name, "recency_days");
        assert!(card.features[0].missing_share > 0.05);
        let of = |name: &str| card.features.iter().find(|feature| feature.name == name).unwrap();
        assert_eq!(
            (of("empty").importance, of("empty").auc_alone, of("empty").missing_share),
            (0.0, 0.5, 1.0)
        );
        assert_eq!((of("constant").importance, of("constant").auc_alone), (0.0, 0.5));
        assert!(of("city").auc_alone > 0.52);
        assert_eq!(card.calibration, Calibrate::Platt);
        assert_eq!(card.train.cutoffs, [Timestamp::from_micros(86_400_000_000)]);
        assert!(card.label.recall > 0.5 && card.label.precision.unwrap() > card.test.prevalence);
    }
}

#[test]
fn auto_keeps_the_better_one() {
    let card = fitted(LearnerKind::Auto).card().clone();
    let [logistic, forest] = card.candidates[..] else { panic!("{:?}", card.candidates) };
    let better =
        if forest.validation_auc > logistic.validation_auc { forest.learner } else { logistic.learner };
    assert_eq!(card.learner, better);
}

#[test]
fn explanations_add_up_and_are_sorted() {
    let rows = sample(4, 50);
    for learner in [LearnerKind::Logistic, LearnerKind::Forest] {
        let classifier = fitted(learner);
        let probabilities = classifier.probability(&rows.columns).unwrap();
        for (row, probability) in probabilities.iter().enumerate() {
            let why = classifier.explain(&rows.columns, row).unwrap();
            assert_eq!(why.probability, *probability);
            let total = why.base + why.contributions.iter().map(|part| part.contribution).sum::<f64>();
            assert!((total - why.score).abs() < 1e-6);
            assert_eq!(why.contributions.len(), features().len());
            let sizes: Vec<f64> = why.contributions.iter().map(|part| part.contribution.abs()).collect();
            assert!(sizes.is_sorted_by(|a, b| a >= b));
            // City is one part, however many columns it was encoded in, and nothing is said of what says nothing.
            let city = why.contributions.iter().find(|part| part.feature == "city").unwrap();
            assert_eq!(city.value, rows.columns[3].value(row));
            assert!(why.reasons(2).len() == 2 && !why.reasons(9).contains(&"empty"));
        }
        assert_eq!(classifier.explain(&rows.columns, 50).unwrap_err().code(), "predict.no_such_row");
    }
}

#[test]
fn a_row_depends_on_itself_only() {
    let rows = sample(4, 40);
    for learner in [LearnerKind::Logistic, LearnerKind::Forest] {
        let classifier = fitted(learner);
        let all = classifier.predict(&rows.columns).unwrap();
        for (row, wanted) in all.iter().enumerate() {
            let one: Vec<Column> = rows.columns.iter().map(|column| column.slice(row, 1)).collect();
            assert_eq!(classifier.predict(&one).unwrap(), [*wanted]);
            assert_eq!(wanted.label, wanted.probability >= classifier.card().threshold);
        }
        let none: Vec<Column> = rows.columns.iter().map(|column| column.slice(0, 0)).collect();
        assert_eq!(classifier.predict(&none).unwrap(), []);
    }
}

#[test]
fn deciles_part_the_validation_rows_in_ten() {
    let validation = sample(2, 500);
    let predictions = fitted(LearnerKind::Logistic).predict(&validation.columns).unwrap();
    for decile in 1..=10 {
        let rows = predictions.iter().filter(|prediction| prediction.decile == decile).count();
        assert!((48..=52).contains(&rows), "decile {decile} has {rows}");
    }
    let best = predictions.iter().max_by(|a, b| a.probability.total_cmp(&b.probability)).unwrap();
    assert_eq!(best.decile, 10);
}

#[test]
fn same_seed_same_bytes_and_back() {
    for learner in [LearnerKind::Logistic, LearnerKind::Forest] {
        let classifier = fitted(learner);
        let text = serde_json::to_string(&classifier).unwrap();
        assert_eq!(text, serde_json::to_string(&fitted(learner)).unwrap());
        let back: Classifier = serde_json::from_str(&text).unwrap();
        assert_eq!(back, classifier);
        let without_city = text.replacen(r#"{"name":"city","data_type":"string"},"#, "", 1);
        assert_ne!(without_city, text);
        assert!(serde_json::from_str::<Classifier>(&without_city).is_err());
    }
}

#[test]
fn strange_cells_at_predict_do_not_panic() {
    let types = features();
    let strange = [
        Value::Null,
        Value::Null,
        f64::NEG_INFINITY.into(),
        "never seen".into(),
        Value::Null,
        1e308.into(),
        i64::MAX.into(),
    ];
    let columns: Vec<Column> = types
        .iter()
        .zip(&strange)
        .map(|(spec, cell)| {
            let mut builder = ColumnBuilder::new(spec.data_type, 1);
            builder.push(cell);
            builder.finish()
        })
        .collect();
    for learner in [LearnerKind::Logistic, LearnerKind::Forest] {
        let classifier = fitted(learner);
        assert!((0.0..=1.0).contains(&classifier.probability(&columns).unwrap()[0]));
        assert!(classifier.explain(&columns, 0).unwrap().score.is_finite());
    }
}

#[test]
fn a_number_of_any_kind_will_do_for_a_number() {
    let classifier = fitted(LearnerKind::Logistic);
    let mut columns = sample(4, 1).columns;
    columns[0] = Column::Float(vec![Some(30.0)].into());
    let float = classifier.probability(&columns).unwrap();
    columns[0] = Column::Int(vec![Some(30)].into());
    assert_eq!(classifier.probability(&columns).unwrap(), float);
}

fn code(result: Result<Classifier, PredictError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(error) => error.code(),
    }
}

#[test]
fn input_that_does_not_fit_together() {
    let (train, validation, test) = (sample(1, 200), sample(2, 100), sample(3, 100));
    let fit_with = |features: &[FeatureSpec], train: &Sample| {
        code(fit(&Params::default(), features, train, &validation, &test))
    };
    assert_eq!(fit_with(&[], &train), "predict.no_features");
    let mut twice = features();
    twice[1].name = "visits".into();
    assert_eq!(fit_with(&twice, &train), "predict.duplicate_feature");
    assert_eq!(fit_with(&features()[1..], &train), "predict.column_count");
    let mut swapped = features();
    swapped.swap(0, 3);
    assert_eq!(fit_with(&swapped, &train), "predict.column_type");
    let mut short = train.clone();
    short.columns[2] = short.columns[2].slice(0, 10);
    assert_eq!(fit_with(&features(), &short), "predict.column_length");
    assert_eq!(fit_with(&features(), &sample(1, 0)), "predict.empty_slice");

    let mut dates = features();
    dates[0].data_type = DataType::Date;
    let error = fit(&Params::default(), &dates, &train, &validation, &test).unwrap_err();
    assert_eq!(error.code(), "predict.feature_type");
    assert_eq!(
        error.to_string(),
        "feature `recency_days` is date, wanted bool, int64, float64, decimal or string; use days_since to make a number of it"
    );
}

#[test]
fn one_class_or_no_rows_in_any_slice() {
    let good = sample(1, 200);
    for label in [true, false] {
        let mut bad = good.clone();
        bad.labels.fill(label);
        for (at, slice) in [Slice::Train, Slice::Validation, Slice::Test].into_iter().enumerate() {
            let pick = |this: usize| if this == at { &bad } else { &good };
            let all = [RefusalKind::FewPositives, RefusalKind::NoSignal];
            let params = Params { accept: all.to_vec(), ..Params::default() };
            let found = fit(&params, &features(), pick(0), pick(1), pick(2)).unwrap_err();
            assert_eq!(found, PredictError::OneClass { slice, label });
        }
    }
    let empty = sample(1, 0);
    assert_eq!(
        fit(&Params::default(), &features(), &good, &empty, &good).unwrap_err(),
        PredictError::EmptySlice { slice: Slice::Validation }
    );
    assert_eq!(
        fit(&Params::default(), &features(), &good, &good, &empty).unwrap_err(),
        PredictError::EmptySlice { slice: Slice::Test }
    );
}

fn only(sample: &Sample, feature: usize) -> Sample {
    Sample { columns: vec![sample.columns[feature].clone()], ..sample.clone() }
}

#[test]
fn a_single_feature() {
    let (train, validation, test) = (sample(1, 900), sample(2, 500), sample(3, 500));
    for (feature, wanted) in [(0, "ok"), (5, "predict.no_variation"), (6, "predict.no_variation")] {
        for learner in [LearnerKind::Logistic, LearnerKind::Forest, LearnerKind::Auto] {
            let found = fit(
                &params(learner),
                &features()[feature..=feature],
                &only(&train, feature),
                &only(&validation, feature),
                &only(&test, feature),
            );
            assert_eq!(code(found), wanted);
        }
    }
}

#[test]
fn a_handful_of_rows_is_refused_without_panic() {
    for rows in 2..10 {
        for seed in 0..20 {
            for learner in [LearnerKind::Logistic, LearnerKind::Forest] {
                let [train, validation, test] = [0, 1, 2].map(|slice| sample(seed * 3 + slice, rows));
                let found = fit(&params(learner), &features(), &train, &validation, &test);
                assert!(found.is_err());
            }
        }
    }
}

#[test]
fn few_positives_are_refused_and_can_be_accepted() {
    let (train, validation, test) = (sample(1, 60), sample(2, 300), sample(3, 60));
    let mut params = params(LearnerKind::Logistic);
    params.accept = vec![RefusalKind::NoSignal, RefusalKind::WorseThanBaseRate];
    let error = fit(&params, &features(), &train, &validation, &test).unwrap_err();
    assert_eq!(error.code(), "predict.few_positives");
    assert!(error.to_string().ends_with("add to `accept`: few_positives"), "{error}");
    params.accept.push(RefusalKind::FewPositives);
    let classifier = fit(&params, &features(), &train, &validation, &test).unwrap();
    let accepted = &classifier.card().accepted;
    assert!(accepted.iter().any(|refusal| refusal.kind() == RefusalKind::FewPositives));
}

#[test]
fn noise_is_refused() {
    // Labels that belong to other rows.
    let shuffled =
        |seed: u64, rows: usize| Sample { labels: sample(seed + 100, rows).labels, ..sample(seed, rows) };
    let found =
        fit(&params(LearnerKind::Auto), &features(), &shuffled(1, 600), &shuffled(2, 400), &shuffled(3, 400));
    let Err(PredictError::Refused { refusals, card }) = found else { panic!("{found:?}") };
    assert!(refusals.iter().any(|refusal| refusal.kind() == RefusalKind::NoSignal));
    assert!(card.measures.auc.lower <= 0.5);
}

#[test]
fn a_prevalence_that_moved_is_worse_than_the_base_rate() {
    // Calibrated where positives are common, used where hardly any are.
    let rarer = |seed: u64, rows: usize| {
        let all = sample(seed, rows);
        let mut draws = Draws(seed);
        let keep: Vec<u32> =
            (0..rows as u32).filter(|&row| !all.labels[row as usize] || draws.next() < 0.02).collect();
        Sample {
            columns: all.columns.iter().map(|column| column.take(&keep)).collect(),
            labels: keep.iter().map(|&row| all.labels[row as usize]).collect(),
            cutoffs: all.cutoffs,
        }
    };
    let mut common = sample(2, 800);
    // Half of the negatives of validation became positive.
    for (row, label) in common.labels.iter_mut().enumerate() {
        *label |= row % 2 == 0;
    }
    let found = fit(&params(LearnerKind::Logistic), &features(), &rarer(1, 6000), &common, &rarer(3, 6000));
    let Err(PredictError::Refused { refusals, .. }) = found else { panic!("{found:?}") };
    assert!(refusals.iter().any(|refusal| refusal.kind() == RefusalKind::WorseThanBaseRate), "{refusals:?}");
}

#[test]
fn a_feature_that_knows_the_label_is_named() {
    let mut types = features();
    types.push(FeatureSpec { name: "churned_on".into(), data_type: DataType::Float });
    types.push(FeatureSpec { name: "state".into(), data_type: DataType::String });
    let leaky = |seed: u64, rows: usize| {
        let mut sample = sample(seed, rows);
        let mut dates = ColumnBuilder::new(DataType::Float, rows);
        let mut states = ColumnBuilder::new(DataType::String, rows);
        for label in &sample.labels {
            // That it is known at all gives it away.
            dates.push(&if *label { 12.0.into() } else { Value::Null });
            states.push_str(if *label { "gone" } else { "there" });
        }
        sample.columns.push(dates.finish());
        sample.columns.push(states.finish());
        sample
    };
    let mut params = params(LearnerKind::Auto);
    let error = fit(&params, &types, &leaky(1, 400), &leaky(2, 300), &leaky(3, 300)).unwrap_err();
    assert_eq!(error.code(), "predict.leak_suspect");
    let PredictError::Refused { refusals, .. } = error else { panic!("{error:?}") };
    let named: Vec<&str> = refusals
        .iter()
        .filter_map(|refusal| match refusal {
            Refusal::LeakSuspect { feature, .. } => Some(feature.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(named, ["churned_on", "state"]);
    params.accept = vec![RefusalKind::LeakSuspect];
    assert!(fit(&params, &types, &leaky(1, 400), &leaky(2, 300), &leaky(3, 300)).is_ok());
}

#[test]
fn parameters_out_of_range() {
    let good = Params::default;
    for (field, params) in [
        ("l2", Params { l2: f64::NAN, ..good() }),
        ("trees", Params { trees: 0, ..good() }),
        ("max_depth", Params { max_depth: 13, ..good() }),
        ("min_leaf", Params { min_leaf: 4, ..good() }),
        ("min_frequency", Params { min_frequency: 0, ..good() }),
        ("max_levels", Params { max_levels: 255, ..good() }),
        ("threshold", Params { threshold: ThresholdPolicy::Fixed(1.5), ..good() }),
    ] {
        match params.check() {
            Err(PredictError::Parameter { field: found, .. }) => assert_eq!(found, field),
            other => panic!("{field}: {other:?}"),
        }
    }
    let read: Params = serde_json::from_str(r#"{"learner": "forest", "accept": ["leak_suspect"]}"#).unwrap();
    assert_eq!((read.learner, &read.accept[..]), (LearnerKind::Forest, &[RefusalKind::LeakSuspect][..]));
    assert!(serde_json::from_str::<Params>(r#"{"tree": 3}"#).is_err());
}
