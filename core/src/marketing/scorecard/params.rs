//! How a score card is learnt.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::marketing::scorecard::ScorecardError;

pub use crate::catalog::model::{Better, Monotone};

/// A characteristic has at most so many own cut points.
const MOST_CUTS: usize = 99;

/// How a score card is learnt, and what its points mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Params {
    /// A characteristic has at most so many bins, missing values aside; 2 to 20, default 5.
    pub max_bins: u32,
    /// Bins are made by joining so many of about equal size; 2 to 100, default 20.
    pub prebins: u32,
    /// The smallest share of all rows in a bin, 0 to 0.5, default 0.05. Missing values have a bin however few they are.
    pub min_share: f64,
    /// Which way the rate of events may run over the bins of a number; default whichever says more.
    pub monotone: Monotone,
    /// Own cut points of numbers, by characteristic: 1 to 99 finite numbers that ascend; one at a cut point is in the bin
    /// above it. Such bins are taken as they are: neither their number, nor their size, nor which way their rates run is
    /// limited, and one without rows has no evidence. Default: none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub cuts: BTreeMap<String, Vec<f64>>,
    /// Characteristics with a smaller information value are left out; from 0 up, default 0.02.
    pub min_iv: f64,
    /// So many points more double the odds; above 0, default 20.
    pub pdo: f64,
    /// The score at which the odds are `base_odds`; default 600.
    pub base_score: f64,
    /// The odds, of the better outcome against the other, at `base_score`; above 0, default 50.
    pub base_odds: f64,
    /// What a high score stands for; default for the event being unlikely, as in credit.
    pub better: Better,
    /// Whether points are whole numbers; default true.
    pub round: bool,
    /// The L2 penalty of the regression, from 0 up, as in `Σ log-loss + l2 / 2 · Σ β²`; default 0.000001, which only
    /// keeps characteristics that say the same from taking each other's place at random.
    pub l2: f64,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            max_bins: 5,
            prebins: 20,
            min_share: 0.05,
            monotone: Monotone::Auto,
            cuts: BTreeMap::new(),
            min_iv: 0.02,
            pdo: 20.0,
            base_score: 600.0,
            base_odds: 50.0,
            better: Better::NonEvent,
            round: true,
            l2: 1e-6,
        }
    }
}

impl Params {
    /// With a limit of bins.
    pub fn with_max_bins(mut self, max_bins: u32) -> Self {
        self.max_bins = max_bins;
        self
    }

    /// With points that double the odds, and a score at which the odds are known.
    pub fn with_points(mut self, pdo: f64, base_score: f64, base_odds: f64) -> Self {
        (self.pdo, self.base_score, self.base_odds) = (pdo, base_score, base_odds);
        self
    }

    /// With another meaning of a high score.
    pub fn with_better(mut self, better: Better) -> Self {
        self.better = better;
        self
    }

    /// With whole points, or not.
    pub fn with_round(mut self, round: bool) -> Self {
        self.round = round;
        self
    }

    /// With own cut points of a characteristic.
    pub fn with_cuts(mut self, characteristic: impl Into<String>, cuts: impl Into<Vec<f64>>) -> Self {
        self.cuts.insert(characteristic.into(), cuts.into());
        self
    }

    /// With another least information value.
    pub fn with_min_iv(mut self, min_iv: f64) -> Self {
        self.min_iv = min_iv;
        self
    }

    /// Checks all of them.
    ///
    /// # Errors
    /// [`ScorecardError::Parameter`], [`ScorecardError::Cuts`].
    pub fn check(&self) -> Result<(), ScorecardError> {
        let ranges = [
            ("max_bins", f64::from(self.max_bins), (2..=20).contains(&self.max_bins), "2 to 20"),
            ("prebins", f64::from(self.prebins), (2..=100).contains(&self.prebins), "2 to 100"),
            ("min_share", self.min_share, (0.0..=0.5).contains(&self.min_share), "0 to 0.5"),
            ("min_iv", self.min_iv, self.min_iv.is_finite() && self.min_iv >= 0.0, "a number from 0 up"),
            ("pdo", self.pdo, self.pdo.is_finite() && self.pdo > 0.0, "a number above 0"),
            ("base_score", self.base_score, self.base_score.is_finite(), "a number"),
            (
                "base_odds",
                self.base_odds,
                self.base_odds.is_finite() && self.base_odds > 0.0,
                "a number above 0",
            ),
            ("l2", self.l2, self.l2.is_finite() && self.l2 >= 0.0, "a number from 0 up"),
        ];
        match ranges.into_iter().find(|(_, _, is_within, _)| !is_within) {
            Some((name, found, _, wanted)) => Err(ScorecardError::Parameter { name, found, wanted }),
            None => self.check_cuts(),
        }
    }

    fn check_cuts(&self) -> Result<(), ScorecardError> {
        for (name, cuts) in &self.cuts {
            let fail = |found: String| Err(ScorecardError::Cuts { name: name.clone(), found });
            if !(1..=MOST_CUTS).contains(&cuts.len()) {
                return fail(format!("{} numbers", cuts.len()));
            }
            if let Some(cut) = cuts.iter().find(|cut| !cut.is_finite()) {
                return fail(cut.to_string());
            }
            let mut pairs = cuts.iter().zip(cuts.iter().skip(1));
            if let Some((before, next)) = pairs.find(|(before, next)| before >= next) {
                return fail(format!("{before} before {next}"));
            }
        }
        Ok(())
    }

    /// The points of a unit of log-odds, and of none.
    pub(super) fn scale(&self) -> (f64, f64) {
        let factor = self.pdo / std::f64::consts::LN_2;
        let offset = self.base_score - factor * self.base_odds.ln();
        match self.better {
            Better::NonEvent => (factor, offset),
            Better::Event => (-factor, offset),
        }
    }
}
