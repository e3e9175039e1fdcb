//! The curve that was learnt, and what it says of somebody.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::marketing::btyd::{self, Contract, ShiftedBetaGeometric};
use crate::marketing::retention::{Method, Model, Observed, RetentionError, Span};
use crate::marketing::survival::{KaplanMeier, Spell};
use crate::time::Date;

/// How many renewals ahead a day to act by is looked for.
const MOST_RENEWALS: u64 = 100_000;

/// A curve of retention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Curve {
    /// By days.
    KaplanMeier(KaplanMeier),
    /// By renewals.
    ShiftedBetaGeometric {
        /// The model.
        model: ShiftedBetaGeometric,
        /// How well it fits.
        fit: btyd::Fit,
    },
}

/// What was learnt from stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fitted {
    /// The method.
    pub method: Method,
    /// The curve; `None` where there was no stay to learn from.
    pub curve: Option<Curve>,
    /// From how many stays it was learnt.
    pub stays: u64,
    /// How many of them ended with the customer's leaving.
    pub left: u64,
}

/// A point of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Point {
    /// Days since the start.
    pub days: i64,
    /// Renewal dates that have come by then; `None` for the curve of Kaplan and Meier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewals: Option<u64>,
    /// Of how many the last ones up to here left; `None` before the first, and for a model of renewals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_risk: Option<f64>,
    /// How many of them left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<f64>,
    /// The share of all that is still there.
    pub survival: f64,
}

/// What is to be expected of a stay that runs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Outlook {
    /// The chance to be there after the horizon.
    pub stay: Option<f64>,
    /// How many days to expect until the customer leaves or the horizon ends.
    pub expected_days: Option<f64>,
    /// The first day after which the chance to be there is no more than `act_below`; `None` where it never comes to that,
    /// as far as is known.
    pub act_on: Option<Date>,
    /// The curve up to which the stay is known; `None` where no curve was learnt, or it does not reach so far.
    pub now: Option<Point>,
    /// The curve at the horizon.
    pub then: Option<Point>,
}

fn days(start: Date, day: Date) -> i64 {
    i64::from(day.days()) - i64::from(start.days())
}

impl Model {
    /// Learns the curve of stays, whose order does not matter.
    ///
    /// # Errors
    /// With the shifted beta-geometric model, [`BtydError::NoChurn`](crate::marketing::btyd::BtydError::NoChurn) where
    /// nobody left or nobody renewed.
    pub fn fit(&self, observed: impl IntoIterator<Item = Observed>) -> Result<Fitted, RetentionError> {
        // Equal ones are counted, so that the curve does not hang on their order.
        let mut counted: BTreeMap<(i64, i64, bool), u64> = BTreeMap::new();
        let mut fitted = Fitted { method: self.params.method, curve: None, stays: 0, left: 0 };
        for stay in observed {
            let Observed { start, until, left, watched_from } = stay;
            fitted.stays += 1;
            fitted.left += u64::from(left);
            let key = match self.period {
                None => (days(start, until), watched_from.map_or(0, |from| days(start, from)), left),
                // Whoever leaves between two dates does not come to the second.
                Some(period) if left => {
                    let day_before = Date::from_days(until.days() - 1);
                    (period.count(start, day_before) as i64 + 1, 0, true)
                }
                Some(period) => (period.count(start, until) as i64, 0, false),
            };
            *counted.entry(key).or_default() += 1;
        }
        if counted.is_empty() {
            return Ok(fitted);
        }
        let counted = counted.into_iter().map(|(key, n)| (key, n as f64));
        fitted.curve = Some(if self.period.is_none() {
            let spell = |((time, entry, left), weight)| Spell {
                entry: entry as f64,
                time: time as f64,
                left,
                weight,
            };
            Curve::KaplanMeier(KaplanMeier::fit(&counted.map(spell).collect::<Vec<_>>())?)
        } else {
            let contract = |((periods, _, ended), n): ((i64, i64, bool), f64)| {
                (Contract { periods: periods.unsigned_abs(), ended }, n)
            };
            let (model, fit) = ShiftedBetaGeometric::fit(&counted.map(contract).collect::<Vec<_>>())?;
            Curve::ShiftedBetaGeometric { model, fit }
        });
        Ok(fitted)
    }

    /// What to expect of a stay since `start` that is known to have gone on up to the day `known`, that day included, for
    /// a horizon whose last day is `horizon`.
    pub fn outlook(&self, fitted: &Fitted, start: Date, known: Date, horizon: Date) -> Outlook {
        match (&fitted.curve, self.period) {
            (Some(Curve::KaplanMeier(curve)), None) => self.by_days(curve, start, known, horizon),
            (Some(Curve::ShiftedBetaGeometric { model, .. }), Some(period)) => {
                self.by_renewals(model, period, start, [known, horizon])
            }
            _ => Outlook { stay: None, expected_days: None, act_on: None, now: None, then: None },
        }
    }

    fn by_days(&self, curve: &KaplanMeier, start: Date, known: Date, horizon: Date) -> Outlook {
        let [age, end] = [known, horizon].map(|day| days(start, day).max(0));
        let more = (end - age).max(0) as f64;
        let elapsed = age as f64;
        let point = |days: i64| {
            let is_known = days as f64 <= curve.longest();
            is_known.then(|| {
                let mut steps = curve.steps().iter().rev();
                let step = steps.find(|step| step.time <= days as f64 && step.left > 0.0);
                let (at_risk, left) = (step.map(|step| step.at_risk), step.map(|step| step.left));
                Point { days, renewals: None, at_risk, left, survival: curve.survival(days as f64) }
            })
        };
        let act_in = curve.time_to_leave(elapsed, 1.0 - self.params.act_below);
        Outlook {
            stay: curve.survival_after(elapsed, more),
            expected_days: curve.restricted_mean_after(elapsed, more),
            act_on: act_in.and_then(|days| Date::try_from_days(i64::from(known.days()) + days as i64)),
            now: point(age),
            then: point(end),
        }
    }

    fn by_renewals(
        &self,
        model: &ShiftedBetaGeometric,
        period: Span,
        start: Date,
        [known, horizon]: [Date; 2],
    ) -> Outlook {
        let renewed = period.count(start, known);
        let by_then = period.count(start, horizon).max(renewed);
        let there = |renewals: u64| model.survival_after(renewed, renewals - renewed);
        let point = |day: Date, renewals: u64| Point {
            days: days(start, day),
            renewals: Some(renewals),
            at_risk: None,
            left: None,
            survival: model.survival(renewals),
        };
        let (mut expected, mut from) = (0.0, known);
        for renewals in renewed..=by_then {
            let next = period.after(start, renewals + 1).filter(|next| *next < horizon).unwrap_or(horizon);
            expected += days(from, next).max(0) as f64 * there(renewals);
            from = next;
        }
        let act_below = self.params.act_below;
        // Doubled until it is low enough, then halved: the chance only falls.
        let (mut low, mut high) = (renewed, renewed + 1);
        while there(high) > act_below && high - renewed < MOST_RENEWALS {
            (low, high) = (high, high + (high - renewed));
        }
        while high - low > 1 {
            let middle = u64::midpoint(low, high);
            if there(middle) > act_below { low = middle } else { high = middle }
        }
        Outlook {
            stay: Some(there(by_then)),
            expected_days: Some(expected),
            act_on: if there(high) <= act_below { period.after(start, high) } else { None },
            now: Some(point(known, renewed)),
            then: Some(point(horizon, by_then)),
        }
    }
}

impl Fitted {
    /// Whether it is what this model learns.
    pub fn is_of(&self, model: &Model) -> bool {
        let fits = match &self.curve {
            None => true,
            Some(Curve::KaplanMeier(_)) => model.period.is_none(),
            Some(Curve::ShiftedBetaGeometric { .. }) => model.period.is_some(),
        };
        fits && self.method == model.params.method
    }

    /// The longest stay that was seen, in days; `None` for a model of renewals, which goes on, and without a curve.
    pub fn longest_days(&self) -> Option<i64> {
        match &self.curve {
            Some(Curve::KaplanMeier(curve)) => Some(curve.longest() as i64),
            _ => None,
        }
    }
}
