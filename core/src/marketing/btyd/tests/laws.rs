//! What holds whatever the numbers.

use proptest::prelude::*;

use super::{close, made_up};
use crate::marketing::btyd::history::Weighted;
use crate::marketing::btyd::{GammaGamma, History, Kind, Model, fit};

fn models() -> impl Strategy<Value = Model> {
    let parameter = || (-2.5f64..2.5).prop_map(f64::exp);
    (0..4usize, [parameter(), parameter(), parameter(), parameter()])
        .prop_map(|(kind, parameters)| Model::new(Kind::ALL[kind], &parameters).unwrap())
}

/// Whole numbers, so that they suit every model.
fn histories() -> impl Strategy<Value = History> {
    (0u32..40, 0.0f64..1.0, 0.0f64..1.0).prop_map(|(age, when, how_many)| {
        let t_x = (f64::from(age) * when).floor();
        let x = (t_x * how_many).ceil();
        History::new(x, if x == 0.0 { 0.0 } else { t_x }, f64::from(age))
    })
}

proptest! {
    #[test]
    fn chances_are_chances(model in models(), h in histories(), horizon in 0u32..60) {
        let horizon = f64::from(horizon);
        let alive = model.p_alive(&h).unwrap();
        let later = model.p_alive_after(&h, horizon).unwrap();
        prop_assert!((0.0..=1.0).contains(&alive) && later >= 0.0 && later <= alive * (1.0 + 1e-12));
        let expected = model.expected_purchases(&h, horizon).unwrap();
        prop_assert!(expected.is_finite() && expected >= 0.0);
        prop_assert!(model.log_likelihood(&h).unwrap().is_finite());
    }

    /// The chances of 0, 1, 2, … purchases sum to 1, and their mean is the expected number.
    #[test]
    fn distributions_agree_with_their_means(model in models(), h in histories(), horizon in 1u32..4) {
        let horizon = f64::from(horizon);
        let (mut sum, mut mean, mut n) = (0.0, 0.0, 0);
        loop {
            let p = model.purchase_probability(&h, n, horizon).unwrap();
            sum += p;
            mean += f64::from(n) * p;
            n += 1;
            if 1.0 - sum < 1e-9 && p * f64::from(n) < 1e-12 || n > 3000 { break }
        }
        // Some rates of buying have no end of their tail within reach.
        prop_assume!(n <= 3000);
        let expected = model.expected_purchases(&h, horizon).unwrap();
        prop_assert!((sum - 1.0).abs() < 1e-7, "{sum}");
        prop_assert!((mean - expected).abs() < 1e-5 * expected.max(1.0), "{mean} {expected}");
    }

    /// A chance to buy is none to leave: what is expected of two stretches of time is what is expected of both.
    #[test]
    fn more_time_more_purchases(model in models(), h in histories(), horizon in 1u32..60) {
        let of = |t: f64| model.expected_purchases(&h, t).unwrap();
        let horizon = f64::from(horizon);
        prop_assert!(of(0.0) == 0.0 && of(horizon) <= of(horizon + 1.0) * (1.0 + 1e-12));
    }

    #[test]
    fn gradients_are_differences(model in models(), rows in prop::collection::vec(histories(), 1..8)) {
        let data = Weighted::of(&rows);
        let gradient = model.gradient(&data, &data.by_x());
        let total: f64 = rows.iter().map(|h| model.log_likelihood(h).unwrap()).sum();
        prop_assert!((gradient[0] - total).abs() <= 1e-10 * total.abs().max(1.0));
        for at in 0..4 {
            let value = |factor: f64| {
                let mut parameters = model.parameters();
                parameters[at] *= factor;
                let model = Model::new(model.kind(), &parameters).unwrap();
                rows.iter().map(|h| model.log_likelihood(h).unwrap()).sum::<f64>()
            };
            let difference = (value(1.0 + 1e-5) - value(1.0 - 1e-5)) / 2e-5 / model.parameters()[at];
            let tolerance = 1e-5 * gradient[at + 1].abs().max(total.abs() / model.parameters()[at]).max(1.0);
            prop_assert!((gradient[at + 1] - difference).abs() < tolerance, "{at}: {gradient:?} {difference}");
        }
    }

    /// Within the time to the next purchase there is one with just the probability that was asked for.
    #[test]
    fn times_are_quantiles(model in models(), h in histories(), probability in 0.05f64..0.95) {
        prop_assume!(model.kind() != Kind::BgBb);
        if let Some(time) = model.time_to_next(&h, probability).unwrap() {
            close(1.0 - model.purchase_probability(&h, 0, time).unwrap(), probability, 1e-6);
        }
        if let Some(time) = model.time_to_leave(&h, probability).unwrap().filter(|time| *time > 0.0) {
            close(model.p_alive_after(&h, time).unwrap(), probability, 1e-6);
        }
    }
}

/// Series, quadrature and closed form meet: the chance to be alive by two ways, at places to both sides of the switch.
#[test]
fn series_and_quadrature_agree() {
    let model = Model::new(Kind::MbgNbd, &[0.525, 6.183, 0.891, 1.614]).unwrap();
    let h = History::new(3.0, 10.0, 20.0);
    // z is 0.9 at 9 (alpha + T).
    let switch = 9.0 * (6.183 + 20.0);
    for of in [Model::expected_purchases, Model::p_alive_after] {
        let [far, below, above, farther] =
            [-1e-3, -1e-6, 1e-6, 1e-3].map(|off| of(&model, &h, switch * (1.0 + off)).unwrap());
        let slope = (farther - far) / 2e-3;
        assert!((above - below - slope * 2e-6).abs() < 1e-11 * above, "{below} {above}");
    }
}

#[test]
fn fits_do_not_depend_on_order_and_units() {
    let rows = made_up(400);
    let mut turned = rows.clone();
    turned.reverse();
    for kind in [Kind::BgNbd, Kind::MbgNbd, Kind::ParetoNbd] {
        let (model, card) = fit(kind, &rows).unwrap();
        assert!(card.converged, "{kind}: {card:?}");
        assert_eq!(fit(kind, &turned).unwrap(), (model, card.clone()));
        let days: Vec<_> = rows.iter().map(|h| History::new(h.x, h.t_x * 7.0, h.age * 7.0)).collect();
        let (in_days, in_days_card) = fit(kind, &days).unwrap();
        for (at, (weeks, days)) in model.parameters().into_iter().zip(in_days.parameters()).enumerate() {
            close(days, if kind.has_unit_of_time(at) { weeks * 7.0 } else { weeks }, 1e-4);
        }
        let x: f64 = rows.iter().map(|h| h.x).sum();
        close(in_days_card.log_likelihood, card.log_likelihood - x * 7f64.ln(), 1e-9);
        // Everybody twice: the same model, surer by a factor of √2.
        let twice: Vec<_> = rows.iter().chain(&rows).copied().collect();
        let (_, twice_card) = fit(kind, &twice).unwrap();
        let errors = card.standard_errors.unwrap().into_iter().zip(twice_card.standard_errors.unwrap());
        errors.for_each(|(once, twice)| close(once, twice * 2f64.sqrt(), 1e-3));
    }
}

#[test]
fn spend_does_not_depend_on_the_currency() {
    let rows = made_up(300);
    let x: Vec<f64> = rows.iter().map(|h| h.x).collect();
    let money: Vec<Option<f64>> =
        rows.iter().map(|h| (h.x > 0.0).then_some(5.0 + h.t_x * 1.3 + h.age)).collect();
    let cents: Vec<Option<f64>> = money.iter().map(|m| m.map(|m| m * 100.0)).collect();
    let ((one, card), (other, _)) =
        (GammaGamma::fit(&x, &money).unwrap(), GammaGamma::fit(&x, &cents).unwrap());
    assert!(card.gradient_norm < 1e-6);
    close(other.population_mean().unwrap(), one.population_mean().unwrap() * 100.0, 1e-6);
    let of = |m: &GammaGamma, factor: f64| m.expected_spend(x[0].max(1.0), Some(40.0 * factor)).unwrap();
    close(of(&other, 100.0), of(&one, 1.0) * 100.0, 1e-6);
}
