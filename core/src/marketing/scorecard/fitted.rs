//! A score card that was learnt, and what it says of people.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::marketing::scorecard::bins::Counts;
use crate::marketing::scorecard::shift::psi;
use crate::marketing::scorecard::{Better, Characteristic, Params, ScorecardError, Shift, Verdict};
use crate::stats::{Auc, auc_interval, ks, quantile_of_sorted};
use crate::value::Column;

/// A score card: enough to score anybody alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fitted {
    /// How it was learnt, and what points mean.
    pub params: Params,
    /// The characteristics of the card, in the order of the columns of the fit.
    pub characteristics: Vec<Characteristic>,
    /// Those that were left out.
    pub left_out: Vec<LeftOut>,
    /// The log-odds of no event where all evidence is 0.
    pub intercept: f64,
    /// How well it tells the people apart that it was learnt from.
    pub measures: Measures,
    /// How well it tells other people apart, where that was measured.
    pub tested: Option<Measures>,
    /// How the scores of these people are spread.
    pub bands: Bands,
}

/// A characteristic that is not on the card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// Its name.
    pub name: String,
    /// Its information value.
    pub iv: f64,
    /// Why it is left out.
    pub why: Dropped,
}

/// Why a characteristic is not on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Dropped {
    /// Its information value is too small.
    LittleInformation,
    /// Beside the others it says the opposite of its own bins.
    WrongSign,
}

/// How well scores tell events from non-events.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Measures {
    /// How many rows.
    pub n: u64,
    /// How many events among them.
    pub events: u64,
    /// The area under the ROC curve, with its interval of 95 %; one half is chance.
    pub auc: Auc,
    /// `2 · AUC − 1`.
    pub gini: f64,
    /// Kolmogorov–Smirnov: the largest distance between the scores of events and non-events, 0 to 1.
    pub ks: f64,
}

/// How scores were spread at the fit: at most ten bands of about equal size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Bands {
    /// Where bands end; a score there is in the band above.
    pub cuts: Vec<f64>,
    /// Who was in each, from the lowest scores up.
    pub counts: Vec<Counts>,
}

/// A score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Scored {
    /// The sum of the points.
    pub score: f64,
    /// The probability of the event by the regression, before points were rounded.
    pub probability: f64,
}

/// What a characteristic gave somebody.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Part {
    /// The characteristic.
    pub characteristic: String,
    /// The label of the bin; `None` for a category that was never seen.
    pub bin: Option<String>,
    /// The points.
    pub points: f64,
    /// How many points less than the people of the fit have on average; below 0 where it is more.
    pub below_mean: f64,
    /// How many points less than the best bin has.
    pub below_best: f64,
}

/// Why somebody has a score: the points add up to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The score.
    pub scored: Scored,
    /// What each characteristic gave; the one that cost most against the average first.
    pub parts: Vec<Part>,
}

impl Explanation {
    /// The characteristics that cost the most points against the average, at most so many.
    pub fn reasons(&self, most: usize) -> Vec<&str> {
        let costly = self.parts.iter().filter(|part| part.below_mean > 0.0);
        costly.take(most).map(|part| part.characteristic.as_str()).collect()
    }
}

impl Fitted {
    /// The columns that it wants, in this order: those of its characteristics.
    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> + '_ {
        self.characteristics.iter().map(|found| found.name.as_str())
    }

    /// With what was measured on people that it was not learnt from.
    pub fn with_tested(mut self, tested: Option<Measures>) -> Self {
        self.tested = tested;
        self
    }

    /// Scores each row of the columns that [`names`](Self::names) says. A category that was never seen counts as no
    /// evidence.
    ///
    /// # Errors
    /// [`ScorecardError`] where the columns are not those of the card.
    pub fn score(&self, columns: &[Column]) -> Result<Vec<Scored>, ScorecardError> {
        let rows = self.check(columns)?;
        Ok((0..rows).into_par_iter().map(|row| self.score_row(columns, row)).collect())
    }

    /// Says why a row has its score; `None` where there is no such row.
    ///
    /// # Errors
    /// As [`score`](Self::score).
    pub fn explain(&self, columns: &[Column], row: usize) -> Result<Option<Explanation>, ScorecardError> {
        if row >= self.check(columns)? {
            return Ok(None);
        }
        let part = |(found, column): (&Characteristic, &Column)| {
            let place = found.place(column, row);
            let points = found.points(place);
            Part {
                characteristic: found.name.clone(),
                bin: place.and_then(|place| found.bins.get(place)).map(|bin| bin.label.clone()),
                points,
                below_mean: found.mean_points - points,
                below_best: found.best_points() - points,
            }
        };
        let mut parts: Vec<Part> = self.characteristics.iter().zip(columns).map(part).collect();
        parts.sort_by(|a, b| b.below_mean.total_cmp(&a.below_mean));
        Ok(Some(Explanation { scored: self.score_row(columns, row), parts }))
    }

    /// Measures the card on people whose labels are known; `None` where all labels are the same.
    ///
    /// # Errors
    /// As [`score`](Self::score), and [`ScorecardError::ColumnLength`] where there are not as many labels as rows.
    pub fn measure(&self, columns: &[Column], labels: &[bool]) -> Result<Option<Measures>, ScorecardError> {
        let scored = self.score(columns)?;
        if scored.len() != labels.len() {
            let name = "label".to_owned();
            return Err(ScorecardError::ColumnLength { name, found: labels.len(), wanted: scored.len() });
        }
        let one = |(scored, &label): (&Scored, &bool)| {
            let mut counts = Counts::default();
            counts.add(label);
            (scored.score, counts)
        };
        let rows: Vec<(f64, Counts)> = scored.iter().zip(labels).map(one).collect();
        Ok(measure(&rows, self.params.better))
    }

    /// How far other people are from those of the fit; `None` where there are none.
    ///
    /// # Errors
    /// As [`score`](Self::score).
    pub fn shift(&self, columns: &[Column]) -> Result<Option<Shift>, ScorecardError> {
        let scored = self.score(columns)?;
        let mut actual = vec![0; self.bands.counts.len()];
        for scored in &scored {
            actual[self.bands.place(scored.score)] += 1;
        }
        let rows = |counts: &[Counts]| counts.iter().map(|counts| counts.rows()).collect::<Vec<u64>>();
        let Some(score) = psi(&rows(&self.bands.counts), &actual) else { return Ok(None) };
        let mut characteristics = Vec::new();
        for (found, column) in self.characteristics.iter().zip(columns) {
            let mut expected: Vec<u64> = found.bins.iter().map(|bin| bin.counts.rows()).collect();
            // Categories that were never seen are a bin that was empty.
            expected.push(0);
            let mut actual = vec![0; expected.len()];
            for row in 0..column.len() {
                actual[found.place(column, row).unwrap_or(found.bins.len())] += 1;
            }
            characteristics.extend(psi(&expected, &actual).map(|psi| (found.name.clone(), psi)));
        }
        characteristics.sort_by(|a, b| b.1.total_cmp(&a.1));
        let verdict = Verdict::of(score);
        Ok(Some(Shift { score, verdict, characteristics, n: scored.len() as u64 }))
    }

    /// Whether what was read from a file can score.
    pub(crate) fn is_sound(&self) -> bool {
        let finite = |found: &Characteristic| {
            found.bins.len() == found.values.n_bins() + 1
                && found.bins.iter().all(|bin| bin.points.is_finite() && bin.woe.is_finite())
                && found.coefficient.is_finite()
        };
        !self.characteristics.is_empty()
            && self.characteristics.iter().all(finite)
            && self.bands.counts.len() == self.bands.cuts.len() + 1
            && self.intercept.is_finite()
    }

    fn check(&self, columns: &[Column]) -> Result<usize, ScorecardError> {
        if columns.len() != self.characteristics.len() {
            let wanted = self.characteristics.len();
            return Err(ScorecardError::ColumnCount { found: columns.len(), wanted });
        }
        let rows = columns.first().map_or(0, Column::len);
        for (found, column) in self.characteristics.iter().zip(columns) {
            let name = found.name.clone();
            if let Some(wanted) = found.wants(column) {
                return Err(ScorecardError::ColumnType { name, found: column.data_type(), wanted });
            }
            if column.len() != rows {
                return Err(ScorecardError::ColumnLength { name, found: column.len(), wanted: rows });
            }
        }
        Ok(rows)
    }

    fn score_row(&self, columns: &[Column], row: usize) -> Scored {
        let (mut score, mut margin) = (0.0, self.intercept);
        for (found, column) in self.characteristics.iter().zip(columns) {
            let place = found.place(column, row);
            score += found.points(place);
            margin += found.coefficient * found.woe(place);
        }
        Scored { score, probability: 1.0 / (1.0 + margin.exp()) }
    }
}

impl Bands {
    /// Deciles of scores, each with how many people have it.
    pub(super) fn learn(scored: &[(f64, Counts)]) -> Self {
        let mut scores: Vec<f64> =
            scored.iter().flat_map(|(score, counts)| (0..counts.rows()).map(|_| *score)).collect();
        scores.sort_unstable_by(f64::total_cmp);
        let least = scores.first().copied();
        let mut cuts: Vec<f64> =
            (1..10).filter_map(|tenth| quantile_of_sorted(&scores, f64::from(tenth) / 10.0)).collect();
        cuts.dedup();
        cuts.retain(|cut| least.is_some_and(|least| least < *cut));
        let mut bands = Self { counts: vec![Counts::default(); cuts.len() + 1], cuts };
        for (score, counts) in scored {
            let place = bands.place(*score);
            bands.counts[place] = bands.counts[place].and(*counts);
        }
        bands
    }

    fn place(&self, score: f64) -> usize {
        self.cuts.partition_point(|cut| *cut <= score)
    }
}

/// Measures scores; `None` where there are no events, or only events.
pub(super) fn measure(scored: &[(f64, Counts)], better: Better) -> Option<Measures> {
    // A high score says what a high probability of the event does not, where non-events are better.
    let sign = match better {
        Better::NonEvent => -1.0,
        Better::Event => 1.0,
    };
    let mut rows: Vec<(f64, bool)> = scored
        .iter()
        .flat_map(|(score, counts)| {
            let rows = |n: u64, label: bool| (0..n).map(move |_| (sign * score, label));
            rows(counts.events, true).chain(rows(counts.others, false))
        })
        .collect();
    // In an order of their own, so that sums do not depend on that of the people.
    rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let (scores, labels): (Vec<f64>, Vec<bool>) = rows.into_iter().unzip();
    let auc = auc_interval(&scores, &labels)?;
    Some(Measures {
        n: labels.len() as u64,
        events: labels.iter().filter(|label| **label).count() as u64,
        auc,
        gini: 2.0 * auc.value - 1.0,
        ks: ks(&scores, &labels)?,
    })
}
