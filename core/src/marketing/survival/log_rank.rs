//! Whether groups differ in how long they stay.

use serde::{Deserialize, Serialize};

use crate::marketing::survival::{KaplanMeier, Spell, SurvivalError};
use crate::stats::{chi_square_upper, inverse};

/// How much the times at which somebody left count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Weighting {
    /// All alike (Mantel 1966; Peto and Peto 1972): the most powerful where the chance to leave of one group is always the
    /// same multiple of that of the other.
    #[default]
    LogRank,
    /// By how many were watched (Gehan 1965; Breslow 1970): early times count most.
    Wilcoxon,
    /// By the share of all that was there just before, by Kaplan and Meier (the test of Fleming and Harrington with ρ = 1,
    /// 1981; nearly that of Peto and Peto 1972): early times count most, whenever customers were last seen.
    Peto,
}

/// What was seen of a group and what was to be expected of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct GroupTest {
    /// How many people, by weight.
    pub n: f64,
    /// How many left, times the weights of when they did.
    pub observed: f64,
    /// How many would have left if all groups left alike.
    pub expected: f64,
}

/// A test of whether groups leave alike.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LogRank {
    /// The groups in their order.
    pub groups: Vec<GroupTest>,
    /// The statistic; `None` where no two groups were watched when somebody left.
    pub chi_square: Option<f64>,
    /// One less than the groups of which somebody was to be expected to leave.
    pub degrees_of_freedom: u64,
    /// The chance of so large a statistic, or a larger one, if all groups leave alike; `None` as above.
    pub p_value: Option<f64>,
}

/// People of one group who were watched: sorted, with sums of the weights from each on.
struct Watched {
    /// Times, ascending, each with the weight of it and all later ones.
    ends: Vec<(f64, f64)>,
    entries: Vec<(f64, f64)>,
    left: Vec<(f64, f64)>,
    n: f64,
}

fn from_each_on(mut times: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    // By weight, too: what is summed does not hang on the order of the people.
    times.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut sum = 0.0;
    for (_, weight) in times.iter_mut().rev() {
        sum += *weight;
        *weight = sum;
    }
    times
}

/// The weight of those from a time on.
fn from(times: &[(f64, f64)], time: f64) -> f64 {
    times.get(times.partition_point(|(at, _)| *at < time)).map_or(0.0, |(_, sum)| *sum)
}

impl Watched {
    fn of(spells: &[Spell]) -> Self {
        let pairs = |of: fn(&Spell) -> f64, only_left: bool| {
            let counted = spells.iter().filter(|spell| spell.weight > 0.0 && (spell.left || !only_left));
            from_each_on(counted.map(|spell| (of(spell), spell.weight)).collect())
        };
        let ends = pairs(|spell| spell.time, false);
        let n = ends.first().map_or(0.0, |(_, sum)| *sum);
        Self { ends, entries: pairs(|spell| spell.entry, false), left: pairs(|spell| spell.time, true), n }
    }

    /// How many are watched just before a time.
    fn at_risk(&self, time: f64) -> f64 {
        from(&self.ends, time) - from(&self.entries, time)
    }

    /// How many left at a time.
    fn left_at(&self, time: f64) -> f64 {
        from(&self.left, time) - from(&self.left, time.next_up())
    }
}

/// Tests whether groups leave alike.
///
/// # Method
/// At each time at which d of the n that are watched leave, of a group of `n_g` there are `d n_g / n` to expect. The statistic
/// is `(O − E)ᵀ V⁻¹ (O − E)` over all groups but one, of sums of `w (d_g − d n_g / n)`, with
/// `V_gh = Σ w² d (n − d)/(n − 1) · n_g/n (δ_gh − n_h/n)`; it is distributed as χ² with one degree of freedom less than there
/// are groups. Groups of which nobody was to be expected to leave count for nothing.
///
/// # Limits
/// χ² holds for some dozen leavings. Where curves cross, the differences cancel out.
///
/// # Errors
/// As [`KaplanMeier::fit`], with the row counted through all groups; [`SurvivalError::Groups`] for fewer than two groups.
///
/// ```
/// use tagloom::marketing::survival::{Spell, Weighting, log_rank};
///
/// let group = |times: &[f64]| times.iter().map(|&time| Spell::new(time, true)).collect::<Vec<_>>();
/// let test = log_rank(&[&group(&[1.0, 2.0, 3.0]), &group(&[4.0, 5.0, 6.0])], Weighting::LogRank)?;
/// assert_eq!(test.degrees_of_freedom, 1);
/// // 3 left; 3/6 + 2/5 + 1/4 were to be expected.
/// assert!((test.groups[0].expected - 1.15).abs() < 1e-12);
/// # Ok::<(), tagloom::marketing::survival::SurvivalError>(())
/// ```
pub fn log_rank(groups: &[&[Spell]], weighting: Weighting) -> Result<LogRank, SurvivalError> {
    if groups.len() < 2 {
        return Err(SurvivalError::Groups { found: groups.len() });
    }
    let all: Vec<Spell> = groups.iter().flat_map(|spells| spells.iter().copied()).collect();
    let curve = KaplanMeier::fit(&all)?;
    let watched: Vec<Watched> = groups.iter().map(|spells| Watched::of(spells)).collect();
    let k = groups.len();
    let (mut observed, mut expected) = (vec![0.0; k], vec![0.0; k]);
    let mut variance = vec![vec![0.0; k]; k];
    let mut before = 1.0;
    for step in curve.steps().iter().filter(|step| step.left > 0.0) {
        let at_risk: Vec<f64> = watched.iter().map(|group| group.at_risk(step.time)).collect();
        let (n, d): (f64, f64) = (at_risk.iter().sum(), step.left);
        let weight = match weighting {
            Weighting::LogRank => 1.0,
            Weighting::Wilcoxon => n,
            Weighting::Peto => before,
        };
        before = step.survival;
        let spread = if n > 1.0 { weight * weight * d * (n - d) / (n - 1.0) } else { 0.0 };
        for (g, group) in watched.iter().enumerate() {
            let share = at_risk[g] / n;
            observed[g] += weight * group.left_at(step.time);
            expected[g] += weight * d * share;
            for (h, cell) in variance[g].iter_mut().enumerate() {
                let own = if g == h { 1.0 } else { 0.0 };
                *cell += spread * share * (own - at_risk[h] / n);
            }
        }
    }
    let counting: Vec<usize> = (0..k).filter(|&g| expected[g] > 0.0).collect();
    // What the others say says what the last would.
    let but_one = counting.get(1..).unwrap_or_default();
    let part: Vec<Vec<f64>> =
        but_one.iter().map(|&g| but_one.iter().map(|&h| variance[g][h]).collect()).collect();
    let off: Vec<f64> = but_one.iter().map(|&g| observed[g] - expected[g]).collect();
    let chi_square = inverse(&part).filter(|_| !off.is_empty()).map(|inverse| {
        let row = |row: &Vec<f64>| row.iter().zip(&off).map(|(cell, off)| cell * off).sum::<f64>();
        inverse.iter().zip(&off).map(|(cells, off)| off * row(cells)).sum::<f64>().max(0.0)
    });
    let degrees_of_freedom = but_one.len() as u64;
    let group = |g: usize| GroupTest { n: watched[g].n, observed: observed[g], expected: expected[g] };
    Ok(LogRank {
        groups: (0..k).map(group).collect(),
        chi_square,
        degrees_of_freedom,
        p_value: chi_square.map(|statistic| chi_square_upper(statistic, degrees_of_freedom as f64)),
    })
}
