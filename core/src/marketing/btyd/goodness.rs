//! Whether a model describes the customers: what it expects beside what was.

use rayon::prelude::*;
use serde::Serialize;

use crate::marketing::btyd::history::Weighted;
use crate::marketing::btyd::{BtydError, Fit, History, Kind, Model, fit};

/// How many customers made so many repeat purchases.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CountRow {
    /// The number of repeat purchases; the last row is for so many or more.
    pub x: u32,
    /// How many customers made them.
    pub actual: f64,
    /// How many the model expects.
    pub expected: f64,
}

/// What customers with so many purchases did in the hold-out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HoldoutRow {
    /// The number of repeat purchases before; the last row is for so many or more.
    pub x: u32,
    /// How many customers.
    pub customers: u64,
    /// The mean number of purchases in the hold-out; `None` without customers.
    pub actual: Option<f64>,
    /// The mean number that the model expected; `None` without customers.
    pub expected: Option<f64>,
}

/// How well purchases of a hold-out were foreseen.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct HoldoutTable {
    /// By the number of purchases before.
    pub rows: Vec<HoldoutRow>,
    /// All purchases.
    pub actual: f64,
    /// All purchases that were expected.
    pub expected: f64,
    /// The mean absolute error a customer.
    pub mean_absolute_error: f64,
    /// The root of the mean squared error a customer.
    pub root_mean_squared_error: f64,
}

/// Purchases of everybody up to a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TrackingRow {
    /// The time since the first customer's first purchase, in the unit of the histories.
    pub time: f64,
    /// All repeat purchases until then.
    pub actual: f64,
    /// All that the model expects.
    pub expected: f64,
}

/// A model that was tried.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Candidate {
    /// The model.
    pub model: Model,
    /// Its fit.
    pub fit: Fit,
    /// The mean absolute error a customer in the hold-out, where there is one.
    pub holdout_error: Option<f64>,
}

impl Model {
    /// How many customers made 0, 1, … and `last` or more repeat purchases, and how many would be expected to with the
    /// same ages.
    ///
    /// # Errors
    /// [`BtydError::Empty`], [`BtydError::History`].
    pub fn count_table(&self, histories: &[History], last: u32) -> Result<Vec<CountRow>, BtydError> {
        check(self.kind(), histories)?;
        let ages: Vec<History> = histories.iter().map(|h| History { age: h.age, ..History::NEW }).collect();
        let ages = Weighted::of(&ages);
        let mut rows: Vec<CountRow> = (0..last)
            .into_par_iter()
            .map(|x| {
                let actual = histories.iter().filter(|h| h.x == f64::from(x)).count() as f64;
                let mut expected = 0.0;
                for (h, weight) in &ages.rows {
                    expected += weight * self.purchase_probability(&History::NEW, x, h.age)?;
                }
                Ok(CountRow { x, actual, expected })
            })
            .collect::<Result<_, BtydError>>()?;
        let (actual, expected) =
            rows.iter().fold((0.0, 0.0), |(a, e), row| (a + row.actual, e + row.expected));
        let n = histories.len() as f64;
        rows.push(CountRow { x: last, actual: n - actual, expected: (n - expected).max(0.0) });
        Ok(rows)
    }

    /// What was expected in a hold-out of a length, and what came, by repeat purchases before: 0, 1, … and `last` or
    /// more. The order of the customers does not matter.
    ///
    /// # Errors
    /// [`BtydError::Empty`], [`BtydError::Length`], [`BtydError::History`], [`BtydError::Argument`].
    pub fn holdout_table(
        &self,
        histories: &[History],
        purchases: &[u64],
        length: f64,
        last: u32,
    ) -> Result<HoldoutTable, BtydError> {
        check(self.kind(), histories)?;
        if purchases.len() != histories.len() {
            let (found, wanted) = (purchases.len(), histories.len());
            return Err(BtydError::Length { name: "holdout", found, wanted });
        }
        let expected: Vec<f64> = histories
            .par_iter()
            .map(|h| self.expected_purchases(h, length))
            .collect::<Result<_, BtydError>>()?;
        // Sums of floats hang on their order: it is that of the numbers, not that of the rows.
        let mut all: Vec<(f64, f64, u64)> =
            histories.iter().zip(expected).zip(purchases).map(|((h, e), bought)| (h.x, e, *bought)).collect();
        all.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.2.cmp(&b.2)).then(a.0.total_cmp(&b.0)));
        let rows = (0..=last).map(|x| {
            let is_in = |before: f64| before == f64::from(x) || (x == last && before > f64::from(x));
            let (mut customers, mut actual, mut foreseen) = (0, 0, 0.0);
            for (_, expected, bought) in all.iter().filter(|(before, ..)| is_in(*before)) {
                customers += 1;
                actual += bought;
                foreseen += expected;
            }
            let mean = |sum: f64| (customers > 0).then(|| sum / customers as f64);
            HoldoutRow { x, customers, actual: mean(actual as f64), expected: mean(foreseen) }
        });
        let rows = rows.collect();
        let n = histories.len() as f64;
        let off = || all.iter().map(|(_, expected, bought)| expected - *bought as f64);
        Ok(HoldoutTable {
            rows,
            actual: purchases.iter().sum::<u64>() as f64,
            expected: all.iter().map(|(_, expected, _)| expected).sum(),
            mean_absolute_error: off().map(f64::abs).sum::<f64>() / n,
            root_mean_squared_error: (off().map(|off| off * off).sum::<f64>() / n).sqrt(),
        })
    }

    /// How many repeat purchases everybody together had made, and was expected to have made, at `times` after the first
    /// customer's first purchase. `births` and `purchases` are the times of first and of repeat purchases, in the same
    /// unit from the same start.
    ///
    /// # Errors
    /// [`BtydError::Empty`] without births, [`BtydError::Argument`] for a time that is negative or not finite.
    pub fn tracking(
        &self,
        births: &[f64],
        purchases: &[f64],
        times: &[f64],
    ) -> Result<Vec<TrackingRow>, BtydError> {
        if births.is_empty() {
            return Err(BtydError::Empty);
        }
        for time in births.iter().chain(purchases).chain(times) {
            if !(time.is_finite() && *time >= 0.0) {
                return Err(BtydError::argument("time", time, "a finite number from 0 on"));
            }
        }
        let born: Vec<History> = births.iter().map(|birth| History { age: *birth, ..History::NEW }).collect();
        let born = Weighted::of(&born);
        times
            .par_iter()
            .map(|&time| {
                let mut expected = 0.0;
                for (birth, weight) in born.rows.iter().filter(|(birth, _)| birth.age < time) {
                    let mut since = time - birth.age;
                    if self.kind() == Kind::BgBb {
                        since = since.floor();
                    }
                    expected += weight * self.expected_purchases(&History::NEW, since)?;
                }
                let actual = purchases.iter().filter(|bought| **bought <= time).count() as f64;
                Ok(TrackingRow { time, actual, expected })
            })
            .collect()
    }
}

fn check(kind: Kind, histories: &[History]) -> Result<(), BtydError> {
    if histories.is_empty() {
        return Err(BtydError::Empty);
    }
    histories.iter().enumerate().try_for_each(|(row, history)| history.check(kind, row))
}

/// Fits several models and puts the best first: those that converged and are not degenerate before the others; among
/// them the smallest mean absolute error in the hold-out, where there is one, else the smallest AIC. Equal ones stay in
/// the order of `kinds`.
///
/// # Errors
/// As [`fit`] and [`Model::holdout_table`]; [`BtydError::Argument`] where no kind is given.
pub fn choose(
    kinds: &[Kind],
    histories: &[History],
    holdout: Option<(&[u64], f64)>,
) -> Result<Vec<Candidate>, BtydError> {
    if kinds.is_empty() {
        return Err(BtydError::argument("kinds", "none", "one model or more"));
    }
    let mut candidates = Vec::new();
    for &kind in kinds {
        let (model, fit) = fit(kind, histories)?;
        let error = |(purchases, length): (&[u64], f64)| model.holdout_table(histories, purchases, length, 0);
        let holdout_error = holdout.map(error).transpose()?.map(|table| table.mean_absolute_error);
        candidates.push(Candidate { model, fit, holdout_error });
    }
    let key = |c: &Candidate| (!c.fit.converged || c.fit.degenerate, c.holdout_error.unwrap_or(c.fit.aic));
    candidates.sort_by(|a, b| {
        let (a, b) = (key(a), key(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    Ok(candidates)
}
