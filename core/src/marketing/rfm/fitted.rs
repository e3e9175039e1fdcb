//! The fit, and scoring with what it learnt.

use serde::{Deserialize, Serialize};

use crate::marketing::rfm::population::Population;
use crate::marketing::rfm::{
    Band, Diagnostic, Dimension, Direction, Input, Params, RfmError, Scale, Scorer, Segment, Ties,
};

/// The three scores of a customer, each from 1 (worst) up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scores {
    /// Recency.
    pub r: u8,
    /// Frequency.
    pub f: u8,
    /// Monetary.
    pub m: u8,
}

/// What was learnt from the population: enough to score anybody, at any time, one at a time.
///
/// Two fits of the same customers are equal bit for bit, whatever the order of the rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fitted {
    /// The parameters of the fit.
    pub params: Params,
    /// The thresholds of recency.
    pub recency: Scale,
    /// The thresholds of frequency.
    pub frequency: Scale,
    /// The thresholds of monetary.
    pub monetary: Scale,
    /// How many customers had all three measures; those were learnt from.
    pub n: u64,
    /// How many customers had none of the three: no orders in the window.
    pub n_without_orders: u64,
    /// What a reader of the scores should know.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why a customer has one of the scores.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DimensionExplanation {
    /// The measure.
    pub dimension: Dimension,
    /// The customer's value.
    pub value: f64,
    /// The score.
    pub score: u8,
    /// The best score there is.
    pub classes: u8,
    /// Which way is better.
    pub direction: Direction,
    /// The values that have this score.
    pub band: Band,
}

/// Why a customer has these scores and this segment.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation<'a> {
    /// Recency, frequency and monetary.
    pub dimensions: [DimensionExplanation; 3],
    /// The scores.
    pub scores: Scores,
    /// The code, such as `555`.
    pub code: String,
    /// The segment; `None` where there is no map.
    pub segment: Option<Segment<'a>>,
}

/// Learns the thresholds from a population.
///
/// A customer with no value in any measure had no orders and is counted; one with some but not all, or with a
/// NaN or infinite value, is left out and reported. `-0.0` is `0.0`. An empty population gives a [`Fitted`] that
/// says so and scores nobody (except by cut points given by hand). Takes O(n log n) time.
///
/// # Errors
/// * As [`Params::check`].
/// * [`RfmError::Lengths`], [`RfmError::NotNumbers`], [`RfmError::KeyCount`]: the columns.
/// * [`RfmError::KeysMissing`]: [`Ties::RankFirst`] without [`Input::with_keys`].
///
/// # Examples
/// ```
/// use tagloom::marketing::rfm::{self, Params, Scorer, SegmentMap};
///
/// let params = Params::default().with_scorer(Scorer::MedianSplit).with_segments(Some(SegmentMap::Eight));
/// let days = [Some(5.0), Some(50.0), Some(90.0)];
/// let orders = [Some(1.0), Some(4.0), Some(2.0)];
/// let spent = [Some(80.0), Some(700.0), Some(90.0)];
/// let fitted = rfm::fit(&params, &rfm::Input::new(&days, &orders, &spent))?;
///
/// // 90 days, 5 orders, 700: better than the median in frequency and monetary, not in recency.
/// let scores = fitted.score(Some(90.0), Some(5.0), Some(700.0)).unwrap();
/// assert_eq!(fitted.code(scores), "122");
/// assert_eq!(fitted.segment(scores).unwrap().zh, "重要保持客户");
/// # Ok::<(), rfm::RfmError>(())
/// ```
pub fn fit(params: &Params, input: &Input<'_>) -> Result<Fitted, RfmError> {
    params.check()?;
    input.check()?;
    let wants_keys = matches!(params.scorer, Scorer::Quantile { ties: Ties::RankFirst, .. });
    if wants_keys && input.keys().is_none() {
        return Err(RfmError::KeysMissing);
    }
    let population = Population::read(input, wants_keys);
    let [recency, frequency, monetary] = Dimension::ALL.map(|d| population.scale(d, params));
    let mut fitted = Fitted {
        params: params.clone(),
        recency,
        frequency,
        monetary,
        n: population.len() as u64,
        n_without_orders: population.n_without_orders(),
        diagnostics: Vec::new(),
    };
    fitted.diagnostics = population.diagnostics(&fitted);
    Ok(fitted)
}

impl Fitted {
    /// Scores a customer: days since the last order, number of orders, money.
    ///
    /// `None` where a value is missing, NaN or infinite, or where nothing was learnt.
    pub fn score(
        &self,
        recency_days: Option<f64>,
        frequency: Option<f64>,
        monetary: Option<f64>,
    ) -> Option<Scores> {
        self.score_keyed(None, recency_days, frequency, monetary)
    }

    /// Scores a customer of a known key, which [`Ties::RankFirst`] tells equal values apart by; the other
    /// scorers pay no heed to it.
    pub fn score_keyed(
        &self,
        key: Option<u128>,
        recency_days: Option<f64>,
        frequency: Option<f64>,
        monetary: Option<f64>,
    ) -> Option<Scores> {
        let [r, f, m] = self.usable([recency_days, frequency, monetary])?;
        Some(Scores {
            r: self.recency.score(r, key),
            f: self.frequency.score(f, key),
            m: self.monetary.score(m, key),
        })
    }

    /// The scores in one text: the digits in a row (`555`), or parted by `-` (`10-9-8`) where a measure has ten
    /// classes.
    pub fn code(&self, scores: Scores) -> String {
        let classes = [self.recency.classes, self.frequency.classes, self.monetary.classes];
        code_of([scores.r, scores.f, scores.m], classes)
    }

    /// The mean of the three scores, weighted; 1 up to the number of classes.
    ///
    /// # Errors
    /// [`RfmError::Weights`] where a weight is negative or not finite, or all are 0.
    pub fn weighted(&self, scores: Scores, weights: [f64; 3]) -> Result<f64, RfmError> {
        let total: f64 = weights.iter().sum();
        if weights.iter().any(|weight| !weight.is_finite() || *weight < 0.0) || total <= 0.0 {
            return Err(RfmError::Weights { found: weights });
        }
        let scored = [scores.r, scores.f, scores.m].map(f64::from);
        Ok(scored.iter().zip(weights).map(|(score, weight)| score * weight).sum::<f64>() / total)
    }

    /// The segment of the scores; `None` where the parameters have no map or the scores are not of this fit.
    pub fn segment(&self, scores: Scores) -> Option<Segment<'_>> {
        let scored = [scores.r, scores.f, scores.m];
        let classes = [self.recency.classes, self.frequency.classes, self.monetary.classes];
        if scored.iter().zip(classes).any(|(&score, classes)| score == 0 || score > classes) {
            return None;
        }
        self.params.segments.as_ref()?.segment(scored, classes)
    }

    /// Says why a customer has these scores: for each measure the value, the score, and the band of values that
    /// have it. `None` where [`score_keyed`](Self::score_keyed) is.
    pub fn explain(
        &self,
        key: Option<u128>,
        recency_days: Option<f64>,
        frequency: Option<f64>,
        monetary: Option<f64>,
    ) -> Option<Explanation<'_>> {
        let values = self.usable([recency_days, frequency, monetary])?;
        let scores = self.score_keyed(key, recency_days, frequency, monetary)?;
        let explain = |dimension: Dimension| {
            let (scale, value) = (self.scale(dimension), values[dimension as usize]);
            DimensionExplanation {
                dimension,
                value,
                score: scale.score(value, key),
                classes: scale.classes,
                direction: scale.direction,
                band: scale.band(value, key),
            }
        };
        Some(Explanation {
            dimensions: Dimension::ALL.map(explain),
            scores,
            code: self.code(scores),
            segment: self.segment(scores),
        })
    }

    /// The thresholds of a measure.
    pub fn scale(&self, dimension: Dimension) -> &Scale {
        match dimension {
            Dimension::Recency => &self.recency,
            Dimension::Frequency => &self.frequency,
            Dimension::Monetary => &self.monetary,
        }
    }

    fn usable(&self, values: [Option<f64>; 3]) -> Option<[f64; 3]> {
        if self.n == 0 && !matches!(self.params.scorer, Scorer::Fixed { .. }) {
            return None;
        }
        let [r, f, m] = values.map(|value| value.filter(|v| v.is_finite()));
        // Adding 0 turns -0.0 into 0.0.
        Some([r? + 0.0, f? + 0.0, m? + 0.0])
    }
}

/// The scores in one text, with `-` between them where one may have two digits.
pub(super) fn code_of(scores: [u8; 3], classes: [u8; 3]) -> String {
    let [r, f, m] = scores;
    if classes.iter().any(|&n| n > 9) { format!("{r}-{f}-{m}") } else { format!("{r}{f}{m}") }
}
