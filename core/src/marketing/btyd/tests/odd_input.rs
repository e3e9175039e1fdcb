//! What cannot be, and what is barely there.

use super::{bg, bgbb, made_up, pareto};
use crate::marketing::btyd::{
    BtydError, Contract, GammaGamma, History, Kind, Model, ShiftedBetaGeometric, fit,
};

#[test]
fn histories_that_cannot_be() {
    for (h, name) in [
        (History::new(-1.0, 0.0, 1.0), "x"),
        (History::new(1.5, 1.0, 2.0), "x"),
        (History::new(f64::NAN, 1.0, 2.0), "x"),
        (History::new(1.0, 1.0, f64::INFINITY), "T"),
        (History::new(1.0, 1.0, -1.0), "T"),
        (History::new(1.0, 3.0, 2.0), "t_x"),
        (History::new(1.0, -1.0, 2.0), "t_x"),
        (History::new(0.0, 1.0, 2.0), "t_x"),
    ] {
        let error = bg().p_alive(&h).unwrap_err();
        assert!(matches!(error, BtydError::History { name: found, .. } if found == name), "{h:?}: {error}");
        assert_eq!(error.code(), "btyd.history");
        assert!(
            fit(Kind::ParetoNbd, &[History::new(1.0, 1.0, 2.0), h])
                .unwrap_err()
                .to_string()
                .starts_with("row 1")
        );
    }
    assert!(bgbb().p_alive(&History::new(3.0, 2.0, 4.0)).is_err());
    assert!(bgbb().p_alive(&History::new(1.0, 1.5, 4.0)).is_err());
}

#[test]
fn parameters_and_arguments() {
    assert_eq!(Model::new(Kind::BgNbd, &[1.0]).unwrap_err().code(), "btyd.parameter_count");
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(Model::new(Kind::BgNbd, &[1.0, bad, 1.0, 1.0]).unwrap_err().code(), "btyd.parameter");
        assert!(GammaGamma::new(1.0, bad, 1.0).is_err());
    }
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(bg().expected_purchases(&History::NEW, bad).unwrap_err().code(), "btyd.argument");
    }
    assert!(bgbb().expected_purchases(&History::NEW, 1.5).is_err());
    for bad in [0.0, 1.0, f64::NAN] {
        assert!(bg().time_to_next(&History::NEW, bad).is_err());
    }
    assert_eq!(bgbb().time_to_leave(&History::NEW, 0.5).unwrap_err().code(), "btyd.no_clock");
    assert_eq!(
        GammaGamma::new(2.0, 0.9, 1.0).unwrap().expected_spend(1.0, Some(3.0)).unwrap_err().to_string(),
        "the population mean of the spend is infinite where q is 0.9, wanted q above 1"
    );
}

#[test]
fn hardly_anybody() {
    assert_eq!(fit(Kind::BgNbd, &[]).unwrap_err().code(), "btyd.empty");
    let once = vec![History::new(0.0, 0.0, 9.0); 5];
    assert_eq!(
        fit(Kind::ParetoNbd, &once).unwrap_err().to_string(),
        "none of 5 customers bought again, wanted one or more to learn from"
    );
    // One customer, or all alike: no proper maximum, but an end, and the card says so.
    for n in [1, 100] {
        for kind in [Kind::BgNbd, Kind::MbgNbd, Kind::ParetoNbd, Kind::BgBb] {
            let (model, card) = fit(kind, &vec![History::new(2.0, 5.0, 9.0); n]).unwrap();
            assert!(card.degenerate || !card.converged, "{kind}: {model:?} {card:?}");
            assert!(card.log_likelihood.is_finite());
        }
    }
    assert!(GammaGamma::fit(&[0.0, 2.0], &[None, Some(0.0)]).is_err());
}

#[test]
fn the_end_of_time() {
    // Times without end of a model that nobody leaves, and numbers at the edge of what there is.
    let stays = Model::new(Kind::ParetoNbd, &[1.0, 1.0, 1e-9, 1.0]).unwrap();
    assert_eq!(stays.time_to_leave(&History::new(1.0, 1.0, 1.0), 0.5).unwrap(), None);
    assert_eq!(pareto().time_to_next(&History::new(1.0, 1.0, 1e6), 0.5).unwrap(), None);
    assert_eq!(pareto().time_to_leave(&History::new(1.0, 1.0, 1e6), 0.5).unwrap(), Some(0.0));
    for scale in [1e-12, 1e-6, 1e6, 1e12] {
        for kind in [Kind::BgNbd, Kind::MbgNbd, Kind::ParetoNbd] {
            let model = Model::new(kind, &[0.5, scale, 1.1, 2.0]).unwrap();
            for h in [History::NEW, History::new(3.0, 1.0, 2.0), History::new(900.0, 5.0, 5.0)] {
                let values = [
                    model.log_likelihood(&h).unwrap(),
                    model.p_alive(&h).unwrap(),
                    model.expected_purchases(&h, 52.0).unwrap(),
                    model.p_alive_after(&h, 52.0).unwrap(),
                    model.purchase_probability(&h, 3, 52.0).unwrap(),
                ];
                assert!(values.iter().all(|value| value.is_finite()), "{kind} {scale} {h:?}: {values:?}");
            }
        }
    }
}

#[test]
fn models_are_written_down() {
    let text = serde_json::to_string(&bg()).unwrap();
    assert_eq!(text, r#"{"kind":"bg_nbd","parameters":[0.243,4.414,0.793,2.426]}"#);
    assert_eq!(serde_json::from_str::<Model>(&text).unwrap(), bg());
    assert!(serde_json::from_str::<Model>(&text.replace("0.243", "-1")).is_err());
    assert!(made_up(3).iter().all(|h| h.check(Kind::BgNbd, 0).is_ok()));
}

/// Customers who all buy at the same pace: the spread of their rates has no limit to run to, and what is found is a model of
/// one rate. The search says so, and soon: a likelihood that creeps on for ever is not followed.
#[test]
fn a_ridge_that_runs_to_infinity_is_left_soon() {
    let steady: Vec<History> = (0..400).map(|i| History::new(20.0, 38.0 + f64::from(i % 3), 40.0)).collect();
    for kind in [Kind::BgNbd, Kind::MbgNbd, Kind::ParetoNbd] {
        let (model, card) = fit(kind, &steady).unwrap();
        assert!(card.degenerate, "{kind}: {model:?} {card:?}");
        assert!(card.iterations < 100, "{kind}: {card:?}");
        // The one rate: 20 purchases in 40 units of time, or a little less to have left.
        let [r, alpha] = [0, 1].map(|at| model.parameters()[at]);
        assert!((r / alpha - 0.5).abs() < 0.05, "{kind}: {model:?}");
    }
    // Contracts of which one half leaves at each date, whoever they are.
    let half: Vec<(Contract, f64)> = (1..=8)
        .map(|periods| (Contract { periods, ended: true }, 512.0 / 2f64.powi(i32::from(periods as u8))))
        .chain([(Contract { periods: 8, ended: false }, 2.0)])
        .collect();
    let (model, card) = ShiftedBetaGeometric::fit(&half).unwrap();
    assert!(card.degenerate && card.iterations < 100, "{model:?} {card:?}");
    let [alpha, beta] = model.parameters();
    assert!((alpha / (alpha + beta) - 0.5).abs() < 1e-3, "{model:?}");
}
