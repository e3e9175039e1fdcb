//! What fits to made-up customers find of the parameters that they were made with.

use std::fmt;

use tagloom::marketing::btyd::{self, Fit, GammaGamma, History, Kind};
use tagloom_testkit::{Leaving, Market};

/// What the fits of many samples say of a parameter.
#[derive(Debug, Clone)]
pub(crate) struct Recovered {
    pub(crate) model: &'static str,
    pub(crate) parameter: &'static str,
    pub(crate) truth: f64,
    /// The median of the estimates.
    pub(crate) median: f64,
    /// The mean of (ln estimate − ln truth) / standard error.
    pub(crate) mean_z: f64,
    /// Its standard deviation: 1 where standard errors are right.
    pub(crate) sd_z: f64,
    /// The share of samples whose interval of 95 % holds the truth.
    pub(crate) coverage: f64,
    /// How many samples had a proper maximum.
    pub(crate) samples: usize,
}

/// Parameters near those of CDNOW, in weeks.
const MARKETS: [(&str, Kind, Market); 3] = [
    ("BG/NBD", Kind::BgNbd, market(0.6, 6.0, Leaving::AfterRepeat { a: 0.8, b: 2.5 })),
    ("MBG/NBD", Kind::MbgNbd, market(0.9, 6.0, Leaving::AfterAny { a: 0.9, b: 2.0 })),
    ("Pareto/NBD", Kind::ParetoNbd, market(0.6, 8.0, Leaving::AnyTime { s: 0.7, beta: 12.0 })),
];

const fn market(r: f64, alpha: f64, leaving: Leaving) -> Market {
    Market { r, alpha, leaving, spend: [6.25, 3.74, 15.44] }
}

impl fmt::Display for Recovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<12} {:<10} {:>8.3} {:>8.3} {:>8.2} {:>8.2} {:>8.1}% {:>8}",
            self.model,
            self.parameter,
            self.truth,
            self.median,
            self.mean_z,
            self.sd_z,
            self.coverage * 100.0,
            self.samples
        )
    }
}

impl Recovered {
    fn of(model: &'static str, parameter: &'static str, truth: f64, fits: &[(f64, f64)]) -> Self {
        let n = fits.len() as f64;
        let mut estimates: Vec<f64> = fits.iter().map(|fit| fit.0).collect();
        estimates.sort_by(f64::total_cmp);
        let z: Vec<f64> = fits.iter().map(|(found, error)| (found.ln() - truth.ln()) / error).collect();
        let mean_z = z.iter().sum::<f64>() / n;
        let sd_z = (z.iter().map(|z| (z - mean_z).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        let inside = z.iter().filter(|z| z.abs() <= 1.959_963_984_540_054).count();
        let (median, coverage) = (estimates[estimates.len() / 2], inside as f64 / n);
        Self { model, parameter, truth, median, mean_z, sd_z, coverage, samples: fits.len() }
    }
}

/// The estimate of each parameter with the standard error of its logarithm, where there is one.
fn estimates(parameters: &[f64], fit: &Fit) -> Option<Vec<(f64, f64)>> {
    let covariance = fit.covariance_of_logs.as_ref().filter(|_| fit.converged && !fit.degenerate)?;
    let errors = covariance.iter().enumerate().map(|(at, row)| row[at].sqrt());
    Some(parameters.iter().copied().zip(errors).collect())
}

/// Fits every model to `samples` samples of `customers` customers each.
pub(crate) fn recover(samples: u64, customers: usize) -> Vec<Recovered> {
    let mut found = Vec::new();
    let mut add = |model, names: &[&'static str], truths: &[f64], fits: &[Vec<(f64, f64)>]| {
        for (at, (name, truth)) in names.iter().zip(truths).enumerate() {
            let fits: Vec<(f64, f64)> = fits.iter().map(|fit| fit[at]).collect();
            found.push(Recovered::of(model, name, *truth, &fits));
        }
    };
    for (model, kind, market) in MARKETS {
        let leaving = match market.leaving {
            Leaving::AfterRepeat { a, b } | Leaving::AfterAny { a, b } => [a, b],
            Leaving::AnyTime { s, beta } => [s, beta],
        };
        let fits: Vec<_> = (0..samples)
            .filter_map(|seed| {
                let buyers = market.buyers(seed, customers, 104.0);
                let rows: Vec<History> = buyers.iter().map(|b| History::new(b.x, b.t_x, b.age)).collect();
                let (model, fit) = btyd::fit(kind, &rows).expect("customers who buy again");
                estimates(&model.parameters(), &fit)
            })
            .collect();
        add(model, &kind.parameters(), &[market.r, market.alpha, leaving[0], leaving[1]], &fits);
    }
    let (_, _, market) = MARKETS[0];
    let fits: Vec<_> = (0..samples)
        .filter_map(|seed| {
            let buyers = market.buyers(seed, customers, 104.0);
            let x: Vec<f64> = buyers.iter().map(|b| b.x).collect();
            let money: Vec<Option<f64>> = buyers.iter().map(|b| (b.x > 0.0).then_some(b.money)).collect();
            let (model, fit) = GammaGamma::fit(&x, &money).expect("customers who buy again");
            estimates(&model.parameters(), &fit)
        })
        .collect();
    add("Gamma-Gamma", &GammaGamma::PARAMETERS, &market.spend, &fits);
    found
}
