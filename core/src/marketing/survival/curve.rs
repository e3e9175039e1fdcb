//! The curve of Kaplan and Meier.

use serde::Serialize;

use crate::marketing::survival::{Spell, SurvivalError};

/// The curve at a time at which somebody left or was last seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// The time.
    pub time: f64,
    /// How many were there just before it and were watched.
    pub at_risk: f64,
    /// How many left at it.
    pub left: f64,
    /// How many were last seen at it; they count as there at that time.
    pub censored: f64,
    /// The share that is still there after it.
    pub survival: f64,
    /// `Σ d / (n (n − d))` up to here: the variance of the logarithm of the share (Greenwood 1926); infinite where nobody
    /// is left.
    pub variance_of_log: f64,
}

/// An interval for a share or a time; an end that there is none of is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The lower end.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

/// The share of customers that is still there after a time (Kaplan and Meier, JASA 53, 1958).
///
/// # Method
/// `S(t) = Π (1 − d/n)` over the times up to t at which d of the n that were watched left; whoever was last seen at the
/// very time at which others left was still there then. With entries, n counts those with `entry < time ≤` their end. The
/// variance of S is Greenwood's, `S² Σ d / (n (n − d))`; the interval is symmetric for `ln(−ln S)` (Kalbfleisch and
/// Prentice 1980), so that it stays within 0 and 1.
///
/// # Limits
/// Those who were last seen must not differ from those who went on being watched. Past the longest spell nothing is known.
/// With entries, few are watched at first: somebody alone who leaves takes the curve to 0 for good.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KaplanMeier {
    steps: Vec<Step>,
    spells: f64,
}

impl KaplanMeier {
    /// The curve of some spells, whose order does not matter.
    ///
    /// # Errors
    /// [`SurvivalError::Empty`] without spells, or where all weights are 0; [`SurvivalError::Spell`] for a time that is not
    /// a finite number above 0, an entry that is not from 0 to below it, or a weight that is not a finite number from 0 on.
    pub fn fit(spells: &[Spell]) -> Result<Self, SurvivalError> {
        for (row, spell) in spells.iter().enumerate() {
            check(row, spell)?;
        }
        let mut ends: Vec<&Spell> = spells.iter().filter(|spell| spell.weight > 0.0).collect();
        if ends.is_empty() {
            return Err(SurvivalError::Empty);
        }
        let key = |s: &Spell| (s.time, s.left, s.entry, s.weight);
        ends.sort_by(|a, b| {
            let (a, b) = (key(a), key(b));
            a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)).then(a.2.total_cmp(&b.2)).then(a.3.total_cmp(&b.3))
        });
        // From the last time back: who has not ended, less who has not entered.
        let mut entries: Vec<(f64, f64)> = ends.iter().map(|spell| (spell.entry, spell.weight)).collect();
        entries.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)));
        let (mut not_ended, mut not_entered, mut next) = (0.0, 0.0, 0);
        let mut steps: Vec<Step> = Vec::new();
        for group in ends.chunk_by(|a, b| a.time.total_cmp(&b.time).is_eq()).rev() {
            let time = group[0].time;
            let sum = |left: bool| group.iter().filter(|s| s.left == left).map(|s| s.weight).sum::<f64>();
            let (left, censored) = (sum(true), sum(false));
            not_ended += left + censored;
            while let Some((_, weight)) = entries.get(next).filter(|(entry, _)| *entry >= time) {
                not_entered += weight;
                next += 1;
            }
            let at_risk = not_ended - not_entered;
            steps.push(Step { time, at_risk, left, censored, survival: 1.0, variance_of_log: 0.0 });
        }
        steps.reverse();
        let (mut survival, mut variance) = (1.0, 0.0);
        for step in &mut steps {
            if step.left > 0.0 {
                let stay = step.at_risk - step.left;
                survival *= (stay / step.at_risk).max(0.0);
                variance += step.left / (step.at_risk * stay.max(0.0));
            }
            (step.survival, step.variance_of_log) = (survival, variance);
        }
        Ok(Self { steps, spells: entries.iter().map(|(_, weight)| weight).sum() })
    }

    /// The curve, by ascending time.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// How many spells, by weight.
    pub fn spells(&self) -> f64 {
        self.spells
    }

    /// The longest time that anybody was seen.
    pub fn longest(&self) -> f64 {
        self.steps.last().map_or(0.0, |step| step.time)
    }

    fn at(&self, time: f64) -> Option<&Step> {
        self.steps[..self.steps.partition_point(|step| step.time <= time)].last()
    }

    /// The share that is still there after a time; past the longest spell it stays what it was there.
    pub fn survival(&self, time: f64) -> f64 {
        self.at(time).map_or(1.0, |step| step.survival)
    }

    /// The standard error of [`survival`](Self::survival); 0 before anybody left, and where nobody is there.
    pub fn standard_error(&self, time: f64) -> f64 {
        match self.at(time) {
            Some(step) if step.survival > 0.0 => step.survival * step.variance_of_log.sqrt(),
            _ => 0.0,
        }
    }

    /// The interval of [`survival`](Self::survival) that `z` standard errors span (1.96 for 95 %); before anybody left it
    /// is 1 to 1, and where nobody is there 0 to 0.
    pub fn interval(&self, time: f64, z: f64) -> [f64; 2] {
        match self.at(time) {
            Some(step) if step.survival > 0.0 && step.survival < 1.0 => {
                let log = step.survival.ln();
                let off = z * step.variance_of_log.sqrt() / log;
                // The logarithm is negative: adding goes up.
                [(-off).exp(), off.exp()].map(|factor| (log * factor).exp())
            }
            Some(step) if step.survival == 0.0 => [0.0, 0.0],
            _ => [1.0, 1.0],
        }
    }

    /// The time until which a share has left: the first after which at most `1 − share` are there; `None` where it never
    /// comes to that.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        self.steps.iter().find(|step| is_down_to(step.survival, 1.0 - share)).map(|step| step.time)
    }

    /// The time until which half have left.
    pub fn median(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    /// The interval of [`median`](Self::median): the times at which the ends of the interval of the curve cross one half
    /// (Brookmeyer and Crowley 1982).
    pub fn median_interval(&self, z: f64) -> Interval {
        let crossed = |end: usize| {
            self.steps
                .iter()
                .find(|step| is_down_to(self.interval(step.time, z)[end], 0.5))
                .map(|step| step.time)
        };
        Interval { low: crossed(0), high: crossed(1) }
    }

    /// The mean time until leaving or the horizon, whichever comes first: the area under the curve.
    pub fn restricted_mean(&self, horizon: f64) -> f64 {
        let (mut area, mut from, mut share) = (0.0, 0.0, 1.0);
        for step in self.steps.iter().take_while(|step| step.time < horizon) {
            area += share * (step.time - from);
            (from, share) = (step.time, step.survival);
        }
        area + share * (horizon - from).max(0.0)
    }

    /// The chance of somebody who has been there for `elapsed` to be there `more` later; `None` where nobody is known to
    /// have been there so long, or the time is past the longest spell.
    pub fn survival_after(&self, elapsed: f64, more: f64) -> Option<f64> {
        let there = self.survival(elapsed);
        let then = elapsed + more;
        (there > 0.0 && then <= self.longest()).then(|| self.survival(then) / there)
    }

    /// The time from now after which somebody who has been there for `elapsed` has left with a chance of `share`; `None`
    /// where the curve does not fall so far.
    pub fn time_to_leave(&self, elapsed: f64, share: f64) -> Option<f64> {
        let wanted = self.survival(elapsed) * (1.0 - share);
        let there = self.survival(elapsed) > 0.0 && elapsed <= self.longest();
        let step =
            self.steps.iter().filter(|_| there).find(|s| s.time > elapsed && is_down_to(s.survival, wanted));
        step.map(|step| step.time - elapsed)
    }
}

/// Whether a share is at most another, but for the rounding of a product over many times: half of 24 who left one by one
/// are 0.5000000000000001.
fn is_down_to(share: f64, wanted: f64) -> bool {
    share <= wanted * (1.0 + 1e-9)
}

fn check(row: usize, spell: &Spell) -> Result<(), SurvivalError> {
    let fail = |name, found, wanted| Err(SurvivalError::Spell { row, name, found, wanted });
    if !(spell.time.is_finite() && spell.time > 0.0) {
        return fail("time", spell.time, "a finite number above 0");
    }
    if !(spell.entry >= 0.0 && spell.entry < spell.time) {
        return fail("entry", spell.entry, "a number from 0 to below time");
    }
    if !(spell.weight.is_finite() && spell.weight >= 0.0) {
        return fail("weight", spell.weight, "a finite number from 0 on");
    }
    Ok(())
}
