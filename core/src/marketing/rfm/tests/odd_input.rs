//! Empty, tied, missing and wrong input.

use super::{fit_rows, quantile, some};
use crate::marketing::rfm::{
    CustomMap, CustomSegment, Diagnostic, Dimension, Fitted, Input, Params, RfmError, Scorer, SegmentMap,
    Ties, fit,
};
use crate::value::{Column, DataType};

const POLICIES: [Ties; 3] = [Ties::MidRank, Ties::SameValueUpper, Ties::RankFirst];

#[test]
fn nobody() {
    for scorer in [
        Scorer::Quantile { classes: 5, ties: Ties::MidRank },
        Scorer::Quantile { classes: 5, ties: Ties::RankFirst },
        Scorer::MeanSplit,
        Scorer::MedianSplit,
    ] {
        let fitted = fit_rows(&Params::default().with_scorer(scorer).with_segments(None), &[], &[], &[]);
        assert_eq!(fitted.diagnostics, [Diagnostic::NoCustomers]);
        assert_eq!(fitted.score(Some(1.0), Some(1.0), Some(1.0)), None);
        assert_eq!(fitted.explain(None, Some(1.0), Some(1.0), Some(1.0)), None);
    }
}

#[test]
fn one_customer_and_all_tied_have_the_middle_score() {
    for ties in POLICIES {
        for (classes, middle) in [(2, 1), (3, 2), (4, 2), (5, 3), (10, 5)] {
            for n in [1, 7] {
                let x = vec![4.0; n];
                let fitted = fit_rows(&quantile(classes, ties), &x, &x, &x);
                let scores = fitted.score(Some(4.0), Some(4.0), Some(4.0)).unwrap();
                assert_eq!((scores.r, scores.f, scores.m), (middle, middle, middle), "{ties:?} {classes}");
                for dimension in Dimension::ALL {
                    let tied = Diagnostic::AllTied { dimension, value: 4.0, score: middle };
                    assert!(fitted.diagnostics.contains(&tied));
                    let few = Diagnostic::FewCustomers { dimension, n: n as u64, classes };
                    assert_eq!(fitted.diagnostics.contains(&few), n < usize::from(classes));
                }
            }
        }
    }
}

#[test]
fn missing_and_not_finite_values_are_left_out_and_counted() {
    let days = [Some(1.0), Some(2.0), None, Some(3.0), Some(f64::NAN), Some(9.0), Some(-1.0)];
    let orders = [Some(5.0), None, None, Some(f64::INFINITY), Some(1.0), Some(1.0), Some(2.0)];
    let spent = [Some(50.0), Some(1.0), None, Some(f64::NEG_INFINITY), Some(1.0), Some(-0.0), Some(5.0)];
    let fitted = fit(&quantile(2, Ties::MidRank), &Input::new(&days, &orders, &spent)).unwrap();
    assert_eq!((fitted.n, fitted.n_without_orders), (3, 1));
    let codes: Vec<_> = fitted.diagnostics.iter().map(|d| (d.code(), d.to_string())).collect();
    let wanted = [
        ("rfm.incomplete", "1 customers have some of the three measures but not all: left out"),
        ("rfm.not_finite", "1 values of recency are NaN or infinite: taken as missing"),
        ("rfm.not_finite", "1 values of frequency are NaN or infinite: taken as missing"),
        ("rfm.not_finite", "1 values of monetary are NaN or infinite: taken as missing"),
        ("rfm.negative_recency", "1 customers have a recency below 0 days, an order after `as_of`"),
        ("rfm.non_positive", "1 customers have a monetary value of 0 or less"),
    ];
    assert_eq!(codes, wanted.map(|(code, text)| (code, text.to_owned())));
    for odd in [None, Some(f64::NAN), Some(f64::INFINITY)] {
        assert_eq!(fitted.score(odd, Some(1.0), Some(1.0)), None);
        assert_eq!(fitted.score(Some(1.0), odd, Some(1.0)), None);
        assert_eq!(fitted.score(Some(1.0), Some(1.0), odd), None);
    }
    // The code in the text form is the code of the value.
    for diagnostic in &fitted.diagnostics {
        let json = serde_json::to_value(diagnostic).unwrap();
        assert_eq!(json["code"], diagnostic.code());
    }
}

#[test]
fn means_of_huge_and_of_equal_values() {
    let params = Params::default().with_scorer(Scorer::MeanSplit).with_segments(None);
    let huge = [f64::MAX, f64::MAX, 1.0];
    let fitted = fit_rows(&params, &huge, &huge, &huge);
    assert_eq!(fitted.frequency.n_by_score, [1, 2]);
    // Ten times .1 is not 1 in floats; nobody is better than the mean of equal values.
    let equal = [0.1; 10];
    assert_eq!(fit_rows(&params, &equal, &equal, &equal).frequency.n_by_score, [10, 0]);
}

#[test]
fn wrong_parameters_say_so() {
    let scored = |scorer: Scorer| Params::default().with_scorer(scorer).with_segments(None);
    let fixed = |recency: &[f64]| {
        scored(Scorer::Fixed { recency: recency.to_vec(), frequency: vec![1.0], monetary: vec![1.0] })
    };
    let custom = |segments: &[(&str, &[&str])]| {
        let segments = segments.iter().map(|(name, codes)| CustomSegment {
            name: (*name).to_owned(),
            zh: None,
            codes: codes.iter().map(|code| code.parse().unwrap()).collect(),
        });
        let map = CustomMap { segments: segments.collect(), otherwise: None };
        scored(Scorer::MedianSplit).with_segments(Some(SegmentMap::Custom(map)))
    };
    for (params, code, text) in [
        (quantile(1, Ties::MidRank), "rfm.classes", "1 classes, wanted 2 to 10"),
        (quantile(11, Ties::MidRank), "rfm.classes", "11 classes, wanted 2 to 10"),
        (fixed(&[]), "rfm.cut_count", "0 cut points for recency, wanted 1 to 9 (2 to 10 classes)"),
        (fixed(&[0.0; 300]), "rfm.cut_count", "300 cut points for recency, wanted 1 to 9 (2 to 10 classes)"),
        (
            fixed(&[1.0, f64::NAN]),
            "rfm.cut_not_finite",
            "cut point 1 of recency is NaN, wanted a finite number",
        ),
        (
            fixed(&[90.0, 30.0]),
            "rfm.cuts_not_rising",
            "cut point 1 of recency is 30 after 90, wanted rising values",
        ),
        (
            Params::default().with_scorer(Scorer::MeanSplit),
            "rfm.map_classes",
            "the segment map `eleven` wants 5 classes in each dimension, the scorer has 2 x 2 x 2 \
             (recency, frequency, monetary)",
        ),
        (
            custom(&[("a", &["1*1", "*12"]), ("b", &["222", "1[1-2]1"])]),
            "rfm.map_not_partition",
            "the segment map does not cover each code once: 3 not covered (122, 211, 221); \
             2 covered twice (111 by `a` and `b`, 121 by `a` and `b`)",
        ),
        (
            custom(&[("a", &["***"]), ("b", &["3**"])]),
            "rfm.pattern_outside",
            "the pattern `3**` asks for recency up to 3, the scorer gives 1 to 2",
        ),
        (custom(&[("a", &["***"]), ("", &[])]), "rfm.segment_unnamed", "segment 1 has an empty name"),
        (custom(&[("a", &["***"]), ("a", &[])]), "rfm.segment_named_twice", "two segments have the name `a`"),
    ] {
        let error = params.check().unwrap_err();
        assert_eq!((error.code(), error.to_string()), (code, text.to_owned()));
        let none: [Option<f64>; 0] = [];
        assert_eq!(fit(&params, &Input::new(&none, &none, &none)).unwrap_err().code(), code);
    }
    assert!(size_of::<RfmError>() <= 64);
}

#[test]
fn wrong_columns_say_so() {
    let (two, three) = (some(&[1.0, 2.0]), some(&[1.0, 2.0, 3.0]));
    let text = Column::nulls(DataType::String, 2);
    let params = quantile(5, Ties::RankFirst);
    let code = |input: Input<'_>| fit(&params, &input).unwrap_err().code();
    assert_eq!(code(Input::new(&two, &three, &two)), "rfm.lengths");
    assert_eq!(code(Input::new(&two, &text, &two)), "rfm.not_numbers");
    assert_eq!(code(Input::new(&two, &two, &two)), "rfm.keys_missing");
    assert_eq!(code(Input::new(&two, &two, &two).with_keys(&[1])), "rfm.key_count");
}

#[test]
fn parameters_and_thresholds_go_through_text() {
    let params: Params = serde_json::from_str(
        r#"{"scorer": {"quantile": {"classes": 3}}, "segments": {"custom": {
            "segments": [{"name": "top", "zh": "头部", "codes": ["33*", "[2-3]23"]}],
            "otherwise": {"name": "rest"}}}}"#,
    )
    .unwrap();
    params.check().unwrap();
    let x = [0.1, 0.2, 0.3, 1e-300, 7.0];
    for params in [params, Params::default(), quantile(4, Ties::RankFirst), quantile(5, Ties::SameValueUpper)]
    {
        let fitted = fit_rows(&params, &x, &[2.0, 2.0, 2.0, 2.0, 1.0], &x);
        let text = serde_json::to_string(&fitted).unwrap();
        assert_eq!(serde_json::from_str::<Fitted>(&text).unwrap(), fitted);
    }
    for wrong in [
        r#"{"scorer": "mean_splt"}"#,
        r#"{"scoer": "mean_split"}"#,
        r#"{"scorer": {"quantile": {"classes": 3, "tie": "mid_rank"}}}"#,
        r#"{"segments": {"custom": {"segments": [{"name": "a", "codes": ["5x5"]}]}}}"#,
    ] {
        assert!(serde_json::from_str::<Params>(wrong).is_err(), "{wrong}");
    }
}
