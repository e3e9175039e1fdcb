//! The curve of Kaplan and Meier.

use serde::{Deserialize, Serialize};

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
///
/// It is saved as its counts: time, how many were watched, left, were last seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<[f64; 4]>", into = "Vec<[f64; 4]>")]
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
            // The sum of nothing is −0.
            let sum =
                |left: bool| 0.0 + group.iter().filter(|s| s.left == left).map(|s| s.weight).sum::<f64>();
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
        Ok(Self::of_counts(steps, entries.iter().map(|(_, weight)| weight).sum()))
    }

    /// The shares and variances of steps that have their counts.
    fn of_counts(mut steps: Vec<Step>, spells: f64) -> Self {
        let (mut survival, mut variance) = (1.0, 0.0);
        for step in &mut steps {
            if step.left > 0.0 {
                let stay = step.at_risk - step.left;
                survival *= (stay / step.at_risk).max(0.0);
                variance += step.left / (step.at_risk * stay.max(0.0));
            }
            (step.survival, step.variance_of_log) = (survival, variance);
        }
        Self { steps, spells }
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

    /// The last step up to a time; `None` before the first.
    pub fn step(&self, time: f64) -> Option<&Step> {
        self.steps[..self.steps.partition_point(|step| step.time <= time)].last()
    }

    /// The share that is still there after a time; past the longest spell it stays what it was there.
    pub fn survival(&self, time: f64) -> f64 {
        self.step(time).map_or(1.0, |step| step.survival)
    }

    /// The standard error of [`survival`](Self::survival); 0 before anybody left, and where nobody is there.
    pub fn standard_error(&self, time: f64) -> f64 {
        match self.step(time) {
            Some(step) if step.survival > 0.0 => step.survival * step.variance_of_log.sqrt(),
            _ => 0.0,
        }
    }

    /// The interval of [`survival`](Self::survival) that `z` standard errors span (1.96 for 95 %); before anybody left it
    /// is 1 to 1, and where nobody is there 0 to 0.
    pub fn interval(&self, time: f64, z: f64) -> [f64; 2] {
        match self.step(time) {
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

    /// The mean time from now until leaving or until `more` is over, whichever comes first, of somebody who has been there
    /// for `elapsed`: the area under the curve from then on, divided by its height there. `None` where
    /// [`survival_after`](Self::survival_after) is.
    pub fn restricted_mean_after(&self, elapsed: f64, more: f64) -> Option<f64> {
        self.survival_after(elapsed, more)?;
        let (there, end) = (self.survival(elapsed), elapsed + more);
        let (mut area, mut from, mut share) = (0.0, elapsed, 1.0);
        for step in self.steps.iter().filter(|step| step.time > elapsed).take_while(|step| step.time < end) {
            area += share * (step.time - from);
            (from, share) = (step.time, step.survival / there);
        }
        Some(area + share * (end - from))
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

impl From<KaplanMeier> for Vec<[f64; 4]> {
    fn from(curve: KaplanMeier) -> Self {
        curve.steps.iter().map(|step| [step.time, step.at_risk, step.left, step.censored]).collect()
    }
}

impl TryFrom<Vec<[f64; 4]>> for KaplanMeier {
    type Error = SurvivalError;

    fn try_from(rows: Vec<[f64; 4]>) -> Result<Self, SurvivalError> {
        let mut before = 0.0;
        for (row, &[time, at_risk, left, censored]) in rows.iter().enumerate() {
            let fail = |name, found, wanted| Err(SurvivalError::Spell { row, name, found, wanted });
            if !(time.is_finite() && time > before) {
                return fail("time", time, "finite times above 0 that ascend");
            }
            let counts = [at_risk, left, censored];
            if !counts.iter().all(|n| n.is_finite()) || left < 0.0 || censored < 0.0 {
                return fail("left", left, "finite counts from 0 on");
            }
            before = time;
        }
        if rows.is_empty() {
            return Err(SurvivalError::Empty);
        }
        let step = |&[time, at_risk, left, censored]: &[f64; 4]| Step {
            time,
            at_risk,
            left,
            censored,
            survival: 1.0,
            variance_of_log: 0.0,
        };
        let spells = rows.iter().map(|[_, _, left, censored]| left + censored).sum();
        Ok(Self::of_counts(rows.iter().map(step).collect(), spells))
    }
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
