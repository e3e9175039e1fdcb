//! Score cards against optbinning and scikit-learn, and what holds for any.

use proptest::prelude::*;

use super::bins::Counts;
use super::monotone::{Limits, join};
use super::{
    Better, Dropped, Fitted, Monotone, Params, ScorecardError, Values, Verdict, fit, information_value, psi,
};
use crate::value::{Column, ColumnBuilder, DataType, Value};

// i = np.arange(400); x = (i*37)%101 + 0.5*((i*53)%7); z = ((i*61)%83)/83
// y = ((x-30)/70 + z*0.9 < 0.75).astype(int); y[::13] ^= 1
fn x(i: u32) -> f64 {
    f64::from(i * 37 % 101) + 0.5 * f64::from(i * 53 % 7)
}

fn z(i: u32) -> f64 {
    f64::from(i * 61 % 83) / 83.0
}

fn y() -> Vec<bool> {
    (0..400).map(|i| ((x(i) - 30.0) / 70.0 + z(i) * 0.9 < 0.75) != (i % 13 == 0)).collect()
}

fn column(data_type: DataType, cells: impl Iterator<Item = Value>) -> Column {
    let mut builder = ColumnBuilder::new(data_type, 0);
    for cell in cells {
        builder.push(&cell);
    }
    builder.finish()
}

fn floats(of: fn(u32) -> f64) -> Column {
    Column::Float((0..400).map(|i| Some(of(i))).collect())
}

/// The bin of a value among cut points, as a text.
fn binned(of: fn(u32) -> f64, cuts: &[f64]) -> Column {
    let place = |i: u32| cuts.partition_point(|cut| *cut <= of(i));
    column(DataType::String, (0..400).map(|i| Value::from(format!("b{}", place(i)).as_str())))
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn close(found: f64, wanted: f64, tolerance: f64) {
    assert!((found - wanted).abs() <= tolerance, "found {found}, wanted {wanted}");
}

fn all(counts: &[Counts]) -> Counts {
    counts.iter().copied().fold(Counts::default(), Counts::and)
}

#[test]
fn bins_are_optbinnings() {
    // optbinning 1.0.0: OptimalBinning(solver="cp", user_splits=range(5, 100, 5), monotonic_trend="descending",
    // min_bin_size=0.05, max_n_bins=6).fit(x, y): splits 25, 45, 55, 80, 95, IV 2.1911217151291345; "ascending" has one bin.
    let cuts: Vec<f64> = (1..20).map(|at| f64::from(at) * 5.0).collect();
    let mut counts = vec![Counts::default(); 20];
    for (i, label) in (0..400).zip(y()) {
        counts[cuts.partition_point(|cut| *cut <= x(i))].add(label);
    }
    let limits = |monotone| Limits { max_bins: 6, min_rows: 20, monotone };
    let starts = join(&counts, all(&counts), limits(Monotone::Decreasing));
    let found: Vec<f64> = starts[1..].iter().map(|&start| cuts[start - 1]).collect();
    assert_eq!(found, [25.0, 45.0, 55.0, 80.0, 95.0]);
    assert_eq!(join(&counts, all(&counts), limits(Monotone::Auto)), starts);
    assert_eq!(join(&counts, all(&counts), limits(Monotone::Increasing)), [0]);
    let ends = starts[1..].iter().copied().chain([20]);
    let bins: Vec<Counts> = starts.iter().zip(ends).map(|(&from, to)| all(&counts[from..to])).collect();
    close(information_value(&bins), 2.191_121_715_129_134_5, 1e-12);
    let first = Counts { events: 85, others: 9 };
    assert_eq!(bins[0], first);
    close(first.weight_of_evidence(all(&bins)), -2.265_427, 1e-6);
    // Without a limit on the way it runs, at least as much.
    let free = join(&counts, all(&counts), limits(Monotone::None));
    assert!(free.len() <= 6);
}

#[test]
fn coefficients_and_measures_are_scikit_learns() {
    // LogisticRegression(C=1e6, solver="newton-cholesky", tol=1e-14).fit(weights of evidence, 1 - y), scikit-learn 1.9.1;
    // standard errors from the inverse of the information; roc_auc_score, roc_curve.
    let columns = [binned(x, &[25.0, 45.0, 55.0, 80.0, 95.0]), binned(z, &[0.25, 0.5, 0.75])];
    let params = Params::default().with_max_bins(6).with_round(false);
    let card = fit(&params, &names(&["x", "z"]), &columns, &y()).unwrap();
    let [first, second] = &card.characteristics[..] else { panic!("two characteristics") };
    close(first.iv, 2.191_121_715_129_134_5, 1e-12);
    close(second.iv, 0.299_178_292_184_983_76, 1e-12);
    close(first.coefficient, 1.243_391_941_245_277, 1e-7);
    close(second.coefficient, 2.060_576_038_238_134_6, 1e-7);
    close(card.intercept, 0.027_081_835_881_114_128, 1e-7);
    close(first.standard_error.unwrap(), 0.120_403_464_988_096, 1e-5);
    close(second.standard_error.unwrap(), 0.304_541_629_473_429_9, 1e-5);
    close(card.measures.auc.value, 0.909_403_440_344_034_3, 1e-12);
    close(card.measures.ks, 0.780_078_007_800_780_1, 1e-12);
    close(card.measures.gini, 2.0 * 0.909_403_440_344_034_3 - 1.0, 1e-12);
    assert_eq!((card.measures.n, card.measures.events), (400, 198));

    // 600 points at odds of 50 to 1, 20 points double the odds.
    for scored in card.score(&columns).unwrap() {
        let odds = (1.0 - scored.probability) / scored.probability;
        close(scored.score, 600.0 + 20.0 * (odds / 50.0).log2(), 1e-9);
    }
    let likely = fit(&params.with_better(Better::Event), &names(&["x", "z"]), &columns, &y()).unwrap();
    close(likely.measures.auc.value, card.measures.auc.value, 1e-12);
    for scored in likely.score(&columns).unwrap() {
        let odds = scored.probability / (1.0 - scored.probability);
        close(scored.score, 600.0 + 20.0 * (odds / 50.0).log2(), 1e-9);
    }
}

#[test]
fn points_add_up_and_cost_is_told() {
    let columns = [floats(x), floats(z)];
    let card = fit(&Params::default(), &names(&["x", "z"]), &columns, &y()).unwrap();
    let scored = card.score(&columns).unwrap();
    for (row, scored) in scored.iter().enumerate() {
        let why = card.explain(&columns, row).unwrap().unwrap();
        let sum: f64 = why.parts.iter().map(|part| part.points).sum();
        assert_eq!(sum, scored.score);
        assert!(why.parts.iter().all(|part| part.points.fract() == 0.0 && part.below_best >= 0.0));
        assert!(why.parts.is_sorted_by(|a, b| a.below_mean >= b.below_mean));
    }
    // x = 0 is the riskiest value there is.
    assert_eq!(card.explain(&columns, 0).unwrap().unwrap().reasons(1), ["x"]);
    assert!(card.explain(&columns, 400).unwrap().is_none());
    let mean: f64 = card.characteristics.iter().map(|found| found.mean_points).sum();
    let average = scored.iter().map(|s| s.score).sum::<f64>() / 400.0;
    close(mean, average, 1e-9);
    // Measured on the same rows it is what the fit measured.
    assert_eq!(card.measure(&columns, &y()).unwrap(), Some(card.measures));
    // The same people have not moved; a part of them has.
    let same = card.shift(&columns).unwrap().unwrap();
    assert_eq!((same.score, same.verdict), (0.0, Verdict::Stable));
    let low: Vec<u32> = (0..400).filter(|&i| x(i) < 30.0).collect();
    let part = columns.each_ref().map(|column| column.take(&low));
    let moved = card.shift(&part).unwrap().unwrap();
    assert_eq!((moved.verdict, moved.characteristics[0].0.as_str()), (Verdict::Other, "x"));
}

#[test]
fn stability_index_by_hand() {
    // 0.1 · ln(0.6 / 0.5) − 0.1 · ln(0.4 / 0.5)
    close(psi(&[50, 50], &[60, 40]).unwrap(), 0.1 * (1.2f64.ln() - 0.8f64.ln()), 1e-15);
    assert_eq!(psi(&[3, 4], &[6, 8]), Some(0.0));
    // An empty bin counts half a row: (0.05 − 0.5) ln(0.05 / 0.5) + (1 − 0.5) ln 2
    close(psi(&[5, 5], &[0, 10]).unwrap(), -0.45 * 0.1f64.ln() + 0.5 * 2.0f64.ln(), 1e-12);
    assert_eq!(psi(&[1], &[0]), None);
    assert_eq!(psi(&[1], &[1, 2]), None);
    assert_eq!(psi(&[2, 0], &[1, 0]), Some(0.0));
    assert_eq!([0.05, 0.1, 0.3].map(Verdict::of), [Verdict::Stable, Verdict::Moved, Verdict::Other]);
}

/// Sums beyond all numbers: no cut point of a card that is saved may be one.
#[test]
fn infinite_numbers_are_missing() {
    let odd = |i: u32| if i.is_multiple_of(3) { f64::INFINITY } else { x(i) };
    let (infinite, missing) = (
        Column::Float((0..400).map(|i| Some(odd(i))).collect()),
        Column::Float((0..400).map(|i| Some(odd(i)).filter(|x| x.is_finite())).collect()),
    );
    let [a, b] = [infinite, missing].map(|column| {
        let columns = [column];
        let card = fit(&Params::default(), &names(&["x"]), &columns, &y()).unwrap();
        (card.score(&columns).unwrap(), card)
    });
    assert_eq!(a, b);
    let saved = serde_json::to_string(&a.1).unwrap();
    assert_eq!(serde_json::from_str::<Fitted>(&saved).unwrap(), a.1);
}

#[test]
fn missing_rare_and_unseen() {
    let labels = y();
    // Missing where the event is likely, categories of which some are rare.
    let spotty = column(
        DataType::Float,
        (0..400).map(|i| if labels[i as usize] && i % 3 == 0 { Value::Null } else { Value::Float(x(i)) }),
    );
    let kinds = column(
        DataType::String,
        (0..400).map(|i| {
            Value::from(match i {
                0..4 => "rare",
                4..7 => "rarer",
                _ if x(i) < 40.0 => "low",
                _ => "high",
            })
        }),
    );
    let columns = [spotty, kinds];
    let card = fit(&Params::default(), &names(&["spotty", "kind"]), &columns, &labels).unwrap();
    let spotty = card.characteristics.iter().find(|found| found.name == "spotty").unwrap();
    let missing = spotty.bins.last().unwrap();
    assert_eq!((missing.label.as_str(), missing.counts.others), ("missing", 0));
    assert!(missing.woe < -3.0 && missing.woe.is_finite());
    if let Some(kind) = card.characteristics.iter().find(|found| found.name == "kind") {
        let Values::Groups { others, .. } = &kind.values else { panic!("{:?}", kind.values) };
        assert!(others.is_some());
        assert!(kind.bins.iter().any(|bin| bin.label.contains("others")));
    }
    // A category that was never seen, where there were no others.
    let two =
        column(DataType::String, (0..400).map(|i| Value::from(if x(i) < 40.0 { "low" } else { "high" })));
    let card = fit(&Params::default(), &names(&["kind"]), &[two], &labels).unwrap();
    let unseen = [column(DataType::String, [Value::from("new")].into_iter())];
    let why = card.explain(&unseen, 0).unwrap().unwrap();
    assert_eq!((why.parts[0].bin.as_deref(), why.parts[0].points), (None, card.characteristics[0].neutral));
    // Truth values.
    let flags = [column(DataType::Bool, (0..400).map(|i| Value::Bool(x(i) < 40.0)))];
    let card = fit(&Params::default(), &names(&["flag"]), &flags, &labels).unwrap();
    assert_eq!(card.characteristics[0].bins[0].label, "false");
}

#[test]
fn what_says_nothing_is_left_out() {
    let constant = column(DataType::Int, (0..400).map(|_| Value::Int(3)));
    // The same as x again, turned round: beside x it adds nothing, and one of the two goes or both share.
    let columns = [floats(x), constant, floats(|i| f64::from(i % 2))];
    let card = fit(&Params::default(), &names(&["x", "constant", "noise"]), &columns, &y()).unwrap();
    assert!(card.names().any(|name| name == "x"));
    let left = card.left_out.iter().find(|left| left.name == "constant").unwrap();
    assert_eq!((left.iv, left.why), (0.0, Dropped::LittleInformation));
    // Copies share what one alone would have.
    let copies = fit(&Params::default(), &names(&["a", "b"]), &[floats(x), floats(x)], &y()).unwrap();
    close(copies.characteristics[0].coefficient, copies.characteristics[1].coefficient, 1e-6);
    assert!(copies.characteristics.iter().all(|found| found.coefficient > 0.0));
}

#[test]
fn what_cannot_be() {
    let code = |result: Result<Fitted, ScorecardError>| result.unwrap_err().code();
    let x = || vec![floats(x)];
    let fit_of =
        |columns: &[Column], labels: &[bool]| fit(&Params::default(), &names(&["x"]), columns, labels);
    assert_eq!(code(fit_of(&x(), &[true; 400])), "scorecard.one_class");
    assert_eq!(code(fit_of(&x(), &y()[..7])), "scorecard.column_length");
    assert_eq!(code(fit_of(&[], &y())), "scorecard.column_count");
    assert_eq!(code(fit_of(&[Column::nulls(DataType::Date, 400)], &y())), "scorecard.column_type");
    assert_eq!(code(fit_of(&[Column::nulls(DataType::Int, 400)], &y())), "scorecard.no_signal");
    assert_eq!(code(fit_of(&[Column::nulls(DataType::Int, 0)], &[])), "scorecard.one_class");
    assert_eq!(
        code(fit(&Params::default(), &names(&["x", "x"]), &[floats(self::x), floats(z)], &y())),
        "scorecard.duplicate"
    );
    for params in [
        Params::default().with_max_bins(1),
        Params::default().with_points(0.0, 600.0, 50.0),
        Params::default().with_points(20.0, 600.0, -1.0),
        Params::default().with_points(20.0, f64::NAN, 50.0),
        Params::default().with_min_iv(-1.0),
    ] {
        assert_eq!(params.check().unwrap_err().code(), "scorecard.parameter");
    }
    let card = fit_of(&x(), &y()).unwrap();
    assert_eq!(card.score(&[]).unwrap_err().code(), "scorecard.column_count");
    let texts = [column(DataType::String, [Value::from("a")].into_iter())];
    assert_eq!(card.score(&texts).unwrap_err().code(), "scorecard.column_type");
    assert_eq!(card.measure(&x(), &[true]).unwrap_err().code(), "scorecard.column_length");
    assert_eq!(card.measure(&x(), &[true; 400]).unwrap(), None);
    assert_eq!(card.shift(&[Column::nulls(DataType::Float, 0)]).unwrap(), None);
}

/// People: a number, a text, the label.
type Person = (Option<i16>, Option<u8>, bool);

fn people() -> impl Strategy<Value = Vec<Person>> {
    prop::collection::vec((prop::option::of(-20i16..20), prop::option::of(0u8..6), any::<bool>()), 2..80)
}

fn columns(people: &[Person]) -> (Vec<Column>, Vec<bool>) {
    let numbers =
        column(DataType::Int, people.iter().map(|p| p.0.map_or(Value::Null, |n| Value::Int(n.into()))));
    let text = |p: &Person| p.1.map_or(Value::Null, |t| Value::from(format!("t{t}").as_str()));
    (vec![numbers, column(DataType::String, people.iter().map(text))], people.iter().map(|p| p.2).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn order_and_threads_do_not_show(people in people(), turn in 0usize..80) {
        let learnt = |threads: usize, people: &[Person]| {
            let (columns, labels) = columns(people);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let params = Params::default().with_min_iv(0.0);
            let fitted = pool.install(|| fit(&params, &names(&["n", "t"]), &columns, &labels));
            fitted.map(|card| serde_json::to_string(&card).unwrap()).map_err(|error| error.code())
        };
        let mut turned = people.clone();
        turned.rotate_left(turn % people.len());
        turned.reverse();
        prop_assert_eq!(learnt(1, &people), learnt(3, &turned));
    }

    #[test]
    fn cards_are_sound(people in people()) {
        let (columns, labels) = columns(&people);
        let Ok(card) = fit(&Params::default(), &names(&["n", "t"]), &columns, &labels) else { return Ok(()) };
        prop_assert!(card.is_sound());
        let text = serde_json::to_string(&card).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Fitted>(&text).unwrap(), &card);
        for found in &card.characteristics {
            prop_assert_eq!(found.bins.iter().map(|bin| bin.counts.rows()).sum::<u64>(), people.len() as u64);
            prop_assert!(found.coefficient > 0.0);
            // Rates run one way over the bins of values.
            let rates: Vec<f64> = found.bins[..found.bins.len() - 1].iter().filter_map(|b| b.counts.rate()).collect();
            prop_assert!(rates.is_sorted() || rates.is_sorted_by(|a, b| a >= b), "{:?}", rates);
        }
        let picked: Vec<Column> = card.names().map(|name| columns[usize::from(name == "t")].clone()).collect();
        for scored in card.score(&picked).unwrap() {
            prop_assert!(scored.score.is_finite() && (0.0..=1.0).contains(&scored.probability));
        }
    }
}

/// Bins as they were given are counted by hand, and their evidence is the formula's; what is learnt from the same bins as
/// texts is the same card.
#[test]
fn own_cut_points() {
    let (x_of, z_of, labels) = (floats(x), floats(z), y());
    // Rates that go up and down, a bin with few rows and one without any.
    let cuts = [10.0, 12.0, 60.0, 500.0];
    let params = Params::default().with_cuts("x", cuts).with_min_iv(0.0);
    let card = fit(&params, &names(&["x", "z"]), &[x_of.clone(), z_of.clone()], &labels).unwrap();
    let own = &card.characteristics[0];
    assert_eq!(own.values, Values::Cuts(cuts.to_vec()));
    let bins: Vec<&str> = own.bins.iter().map(|bin| bin.label.as_str()).collect();
    assert_eq!(bins, ["< 10", "10 to 12", "12 to 60", "60 to 500", ">= 500", "missing"]);
    let total = Counts {
        events: labels.iter().filter(|l| **l).count() as u64,
        others: labels.iter().filter(|l| !**l).count() as u64,
    };
    for (place, bin) in own.bins.iter().enumerate() {
        let mut counted = Counts::default();
        for (i, label) in (0..).zip(&labels) {
            if place < 5 && cuts.partition_point(|cut| *cut <= x(i)) == place {
                counted.add(*label);
            }
        }
        assert_eq!(bin.counts, counted, "{}", bin.label);
        close(bin.woe, counted.weight_of_evidence(total), 0.0);
    }
    assert_eq!((own.bins[4].counts.rows(), own.bins[4].woe, own.bins[4].points), (0, 0.0, own.neutral));
    // The other characteristic has its bins learnt as without.
    let without =
        fit(&Params::default().with_min_iv(0.0), &names(&["x", "z"]), &[x_of.clone(), z_of.clone()], &labels)
            .unwrap();
    assert_eq!(card.characteristics[1].values, without.characteristics[1].values);
    assert_ne!(own.values, without.characteristics[0].values);
    let loaded: Fitted = serde_json::from_str(&serde_json::to_string(&card).unwrap()).unwrap();
    assert_eq!(loaded, card);

    // At a cut point the bin above it; -0 is 0.
    let edges = Column::Float([0.0, -0.0, -1.0, 1.0].map(Some).into_iter().collect());
    let zero = Params::default().with_cuts("x", [-0.0]).with_min_iv(0.0);
    let card = fit(&zero, &names(&["x"]), &[edges], &[true, true, false, true]).unwrap();
    assert_eq!(card.characteristics[0].bins[1].counts.rows(), 3);
}

#[test]
fn own_cut_points_that_cannot_be() {
    let refused = |params: Params, column: Column| fit(&params, &names(&["x"]), &[column], &y()).unwrap_err();
    for (cuts, said) in [
        (vec![], "found 0 numbers"),
        (vec![1.0; 100], "found 100 numbers"),
        (vec![1.0, f64::NAN], "found NaN"),
        (vec![f64::INFINITY], "found inf"),
        (vec![1.0, 3.0, 2.0], "found 3 before 2"),
        (vec![1.0, 1.0], "found 1 before 1"),
    ] {
        let error = refused(Params::default().with_cuts("x", cuts), floats(x));
        assert_eq!(error.code(), "scorecard.cuts");
        assert!(error.to_string().contains(said), "{error}");
    }
    let error = refused(Params::default().with_cuts("age", [1.0]), floats(x));
    assert_eq!(error.code(), "scorecard.no_characteristic");
    let error = refused(Params::default().with_cuts("x", [1.0]), binned(x, &[50.0]));
    assert_eq!(error.code(), "scorecard.column_type");
}
