//! Numbers of papers and of other programs.

use super::{bg, bgbb, close, mbg, pareto};
use crate::marketing::btyd::{
    Contract, GammaGamma, History, Kind, LifetimeOptions, Model, ShiftedBetaGeometric,
};

const CUSTOMERS: [(f64, f64, f64); 3] =
    [(0.0, 0.0, 272.0 / 7.0), (2.0, 213.0 / 7.0, 272.0 / 7.0), (1.0, 12.0 / 7.0, 272.0 / 7.0)];

fn history(at: usize) -> History {
    let (x, t_x, age) = CUSTOMERS[at];
    History::new(x, t_x, age)
}

/// The formulas of the papers in 40 digits (mpmath 1.3), not in the form that is computed here.
#[test]
fn conditional_values() {
    let values = [
        (0, -0.554_697_231_963, 1.0, 0.195_109_664_993),
        (1, -9.458_473_557_49, 0.726_589_721_835, 1.226_115_806_15),
        (2, -4.469_760_929_57, 0.212_260_062_555, 0.203_351_041_087),
    ];
    for (at, ll, alive, expected) in values {
        close(bg().log_likelihood(&history(at)).unwrap(), ll, 1e-9);
        close(bg().p_alive(&history(at)).unwrap(), alive, 1e-9);
        close(bg().expected_purchases(&history(at), 39.0).unwrap(), expected, 1e-9);
    }
    let values = [
        (0, 0.389_743_001_686, 0.154_024_485_148),
        (1, 0.706_215_055_462, 1.263_050_263_34),
        (2, 0.170_967_488_041, 0.188_991_550_595),
    ];
    for (at, alive, expected) in values {
        close(mbg().p_alive(&history(at)).unwrap(), alive, 1e-9);
        close(mbg().expected_purchases(&history(at), 39.0).unwrap(), expected, 1e-9);
    }
    let values = [
        (0, -0.521_036_856_41, 0.295_303_374_266, 0.107_092_833_821),
        (1, -9.554_122_824_15, 0.869_186_154_651, 1.455_226_130_95),
        (2, -4.450_813_028_19, 0.168_127_151_018, 0.171_228_550_187),
    ];
    for (at, ll, alive, expected) in values {
        close(pareto().log_likelihood(&history(at)).unwrap(), ll, 1e-9);
        close(pareto().p_alive(&history(at)).unwrap(), alive, 1e-9);
        close(pareto().expected_purchases(&history(at), 39.0).unwrap(), expected, 1e-9);
    }
}

/// As above: the mean number of purchases of somebody new, and the chance of none.
#[test]
fn new_customers() {
    for (model, one, many) in [
        (bg(), 0.053_267_891_171_7, 1.196_723_193_32),
        (mbg(), 0.053_084_795_263_7, 1.182_953_665_6),
        (pareto(), 0.050_979_843_246, 1.213_002_844_28),
    ] {
        close(model.expected_purchases(&History::NEW, 1.0).unwrap(), one, 1e-9);
        close(model.expected_purchases(&History::NEW, 39.0).unwrap(), many, 1e-9);
    }
    close(bg().purchase_probability(&History::NEW, 0, 39.0).unwrap(), 0.573_786_4, 1e-7);
}

/// Arguments at which the usual forms overflow, lose their digits or divide by zero; mpmath as above.
#[test]
fn hard_places() {
    let model = Model::new(Kind::ParetoNbd, &[0.5143, 2.8845, 0.2856, 14.1087]).unwrap();
    let alive = model.p_alive(&History::new(221.0, 103.428_57, 103.571_43)).unwrap();
    close(alive, 0.999_596_052_318, 1e-9);

    let model = Model::new(Kind::ParetoNbd, &[10.465, 0.007_985_651_81, 3.0516, 2.820]).unwrap();
    close(model.log_likelihood(&History::new(400.0, 5.0, 6.0)).unwrap(), 1_323.188_930_97, 1e-9);

    let model = Model::new(Kind::BgNbd, &[0.25, 4.0, 0.5, 2.5]).unwrap();
    let busy = History::new(130.0, 200.0, 200.0);
    close(model.log_likelihood(&busy).unwrap(), -193.175_213_791, 1e-9);
    close(model.p_alive(&busy).unwrap(), 0.996_212_121_212, 1e-9);
}

/// The usual forms divide by `a − 1` and `s − 1`.
#[test]
fn no_pole_at_one() {
    let customer = History::new(2.0, 30.43, 38.86);
    let of = |kind, third: f64| {
        let base =
            if kind == Kind::BgNbd { [0.243, 4.414, third, 2.426] } else { [0.553, 10.578, third, 11.669] };
        Model::new(kind, &base).unwrap().expected_purchases(&customer, 52.0).unwrap()
    };
    for kind in [Kind::BgNbd, Kind::ParetoNbd] {
        let (below, at, above) = (of(kind, 1.0 - 1e-7), of(kind, 1.0), of(kind, 1.0 + 1e-7));
        assert!(below > at && at > above && below - above < 1e-6, "{kind}: {below} {at} {above}");
    }
}

/// `lifetimes` 0.11.3, `BetaGeoBetaBinomFitter` with the same parameters, on a customer with 3 gifts in 6 years, the
/// last one 5 years after the first. Its `m_periods_in_future` counts from the last opportunity.
#[test]
fn opportunities() {
    let customer = History::new(3.0, 5.0, 6.0);
    let found = [
        bgbb().log_likelihood(&customer).unwrap(),
        bgbb().p_alive(&customer).unwrap(),
        bgbb().p_alive_after(&customer, 1.0).unwrap(),
        bgbb().expected_purchases(&customer, 5.0).unwrap(),
        bgbb().expected_purchases(&History::NEW, 6.0).unwrap(),
    ];
    let wanted = [
        -5.615_894_746_361_086,
        0.824_088_515_536_520_6,
        0.766_734_049_995_472_6,
        1.804_425_999_793_991_3,
        2.219_631_393_487_305,
    ];
    for (found, wanted) in found.into_iter().zip(wanted) {
        close(found, wanted, 1e-9);
    }
}

/// `lifetimes` 0.11.3, `GammaGammaFitter` with the parameters of its fit, on the first rows of its CDNOW summary; and
/// the mean by hand: p v / (q − 1).
#[test]
fn spend() {
    let model = GammaGamma::new(6.249_572_2, 3.744_224_8, 15.443_521_9).unwrap();
    for (x, money, wanted) in
        [(2.0, Some(22.35), 24.65), (1.0, Some(11.77), 18.91), (0.0, Some(0.0), 35.17), (0.0, None, 35.17)]
    {
        assert!((model.expected_spend(x, money).unwrap() - wanted).abs() < 0.01);
    }
    close(model.population_mean().unwrap(), 35.170_37, 1e-6);
}

/// Fader and Hardie (2007), the "Regular" customers of their figure 1: of 1,000 there were so many left at each of seven
/// renewals. The likelihood by an optimiser run to 1e-12.
#[test]
fn contracts() {
    let left = [1000.0, 631.0, 468.0, 382.0, 326.0, 289.0, 262.0, 241.0];
    let mut cohort: Vec<(Contract, f64)> = (1u64..)
        .zip(left.windows(2))
        .map(|(periods, pair)| (Contract { periods, ended: true }, pair[0] - pair[1]))
        .collect();
    cohort.push((Contract { periods: 7, ended: false }, 241.0));
    let (model, fit) = ShiftedBetaGeometric::fit(&cohort).unwrap();
    close(fit.log_likelihood, -1_680.265_188_5, 1e-10);
    close(model.parameters()[0], 0.704_077_3, 1e-6);
    close(model.parameters()[1], 1.182_043_1, 1e-6);
    assert!(fit.converged);
    // By hand: S(1) = β/(α + β), r(t) = (β + t)/(α + β + t), S(2) = S(1) r(1).
    let [alpha, beta] = model.parameters();
    close(model.survival(1), beta / (alpha + beta), 1e-13);
    close(model.survival(2), beta / (alpha + beta) * (beta + 1.0) / (alpha + beta + 1.0), 1e-13);
    close(model.survival_after(3, 4), model.survival(7) / model.survival(3), 1e-12);
    let two = model.retention(5) / 1.1 + model.survival_after(5, 2) / 1.21;
    close(model.expected_periods(5, 2, 0.1).unwrap(), two, 1e-13);
    assert!(ShiftedBetaGeometric::fit(&[(Contract { periods: 3, ended: false }, 5.0)]).is_err());
    assert!(ShiftedBetaGeometric::fit(&[(Contract { periods: 0, ended: true }, 5.0)]).is_err());
    assert!(ShiftedBetaGeometric::fit(&[(Contract { periods: 2, ended: true }, f64::NAN)]).is_err());
}

/// The present value of purchases by two other ways: without end for Pareto/NBD, where Fader, Hardie and Lee (2005,
/// "RFM and CLV") have it in closed form with an incomplete gamma function (mpmath, `gammainc`); and for a short
/// horizon the sum over 2,000 small steps.
#[test]
fn discounted() {
    let h = history(1);
    let mut options = LifetimeOptions::new(39.0, 52.0);
    options.annual_discount_rate = 0.15;
    let rate = 1.15f64.ln() / 52.0;
    for model in [bg(), mbg(), pareto()] {
        let steps = 2_000;
        let at = |step: u32| model.expected_purchases(&h, 39.0 * f64::from(step) / f64::from(steps)).unwrap();
        let sum: f64 = (0..steps)
            .map(|step| {
                let middle = 39.0 * (f64::from(step) + 0.5) / f64::from(steps);
                (at(step + 1) - at(step)) * (-rate * middle).exp()
            })
            .sum();
        close(model.discounted_purchases(&h, &options).unwrap(), sum, 1e-6);
    }
    options.horizon = 1e5;
    close(pareto().discounted_purchases(&h, &options).unwrap(), 6.502_100_929_225_618, 1e-9);
    options.annual_discount_rate = 0.0;
    options.horizon = 39.0;
    options.margin = 0.3;
    let spend = GammaGamma::new(6.25, 3.74, 15.44).unwrap();
    let value = pareto().lifetime_value(&spend, &h, Some(22.35), &options).unwrap();
    // 1.455226 purchases (above) of 24.664 (6.25 · (15.44 + 2 · 22.35) / (2 · 6.25 + 2.74)), of which 30 % is profit.
    close(value, 1.455_226_130_95 * (6.25 * (15.44 + 44.7) / 15.24) * 0.3, 1e-9);
    options.margin = 0.0;
    assert_eq!(pareto().discounted_purchases(&h, &options).unwrap_err().code(), "btyd.argument");
}
