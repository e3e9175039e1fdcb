//! Silence that is long for this customer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::marketing::churn::ChurnError;
use crate::stats::{Rhythm, exceeded_by_next};

/// When a silence is too long.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SilenceParams {
    /// The share of gaps that the limit is not exceeded by, 0.5 to below 1; default 0.95.
    pub share: f64,
    /// From how many own gaps on the own limit is taken; 1 or more, default 10.
    ///
    /// With n gaps, 19 or more, the next one exceeds the limit of .95 by chance once in 20 times; with fewer the limit is
    /// the longest gap, which the next one exceeds once in n + 1 times: 1 in 11 at the default.
    pub min_gaps: u64,
    /// A group of fewer customers with a gap has no limit of its own; 1 or more, default 20: from 19 gaps on the limit of
    /// .95 is exceeded by chance once in 20 times.
    pub min_peers: u64,
}

impl Default for SilenceParams {
    fn default() -> Self {
        Self { share: 0.95, min_gaps: 10, min_peers: 20 }
    }
}

impl SilenceParams {
    /// Checks that every number is in its range.
    ///
    /// # Errors
    /// [`ChurnError::Argument`] names the one that is not.
    pub fn check(&self) -> Result<(), ChurnError> {
        if !(0.5..1.0).contains(&self.share) {
            let wanted = "a number from 0.5 to below 1";
            return Err(ChurnError::Argument { name: "share", found: self.share, wanted });
        }
        for (name, found) in [("min_gaps", self.min_gaps), ("min_peers", self.min_peers)] {
            if found == 0 {
                return Err(ChurnError::Argument { name, found: 0.0, wanted: "1 or more" });
            }
        }
        Ok(())
    }
}

/// Whose gaps somebody is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Basis {
    /// The customer's own.
    Own,
    /// Those of the customers of the same group.
    Peers,
    /// Those of all customers.
    Population,
}

impl Basis {
    /// The name: `own`, `peers` or `population`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Peers => "peers",
            Self::Population => "population",
        }
    }
}

/// The limit of silence for those whose own gaps are too few, learnt from all customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Silence {
    /// When a silence is too long.
    pub params: SilenceParams,
    /// The limit of all customers in days: the share of their latest gaps that is not longer, one gap a customer, so that
    /// those who buy often do not outvote the others. `None` where nobody bought twice.
    pub population_days: Option<f64>,
    /// How many customers with a gap it was learnt from.
    pub customers: u64,
    /// The same of each group that has enough customers with a gap.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, GroupLimit>,
}

/// The limit of silence of a group.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct GroupLimit {
    /// The limit in days.
    pub days: f64,
    /// How many customers with a gap it was learnt from.
    pub customers: u64,
}

/// Whether somebody has been silent for too long.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Judged {
    /// Whether; `None` where there is no limit to judge by.
    pub churned: Option<bool>,
    /// The limit in days.
    pub limit_days: Option<f64>,
    /// Whose gaps it is from.
    pub basis: Option<Basis>,
    /// Days of further silence until it is exceeded: days are whole, so that a silence of just the limit is not yet too
    /// long; 0 where it is.
    pub days_left: Option<f64>,
}

impl Silence {
    /// Learns the limit of those who have too few gaps of their own. The [`Rhythm::long`] of the customers is to be that
    /// of the same share. The order of the customers does not matter.
    ///
    /// # Errors
    /// [`ChurnError::Argument`]: a parameter out of range.
    pub fn learn<'a>(
        params: SilenceParams,
        customers: impl IntoIterator<Item = &'a Rhythm>,
    ) -> Result<Self, ChurnError> {
        Self::learn_by(params, customers.into_iter().map(|rhythm| (rhythm, None)))
    }

    /// Learns the limit of everybody as [`learn`](Self::learn) does, and that of each group of which at least
    /// [`SilenceParams::min_peers`] customers have a gap; `None` is no group.
    ///
    /// # Errors
    /// [`ChurnError::Argument`]: a parameter out of range.
    pub fn learn_by<'a>(
        params: SilenceParams,
        customers: impl IntoIterator<Item = (&'a Rhythm, Option<&'a str>)>,
    ) -> Result<Self, ChurnError> {
        params.check()?;
        let mut all: Vec<f64> = Vec::new();
        let mut by_group: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for (rhythm, group) in customers {
            all.extend(rhythm.last_gap);
            if let Some((gap, group)) = rhythm.last_gap.zip(group) {
                by_group.entry(group).or_default().push(gap);
            }
        }
        let limit = |gaps: &mut Vec<f64>| {
            gaps.sort_unstable_by(f64::total_cmp);
            exceeded_by_next(gaps, params.share)
        };
        let of_group = |(group, mut gaps): (&str, Vec<f64>)| {
            let customers = gaps.len() as u64;
            let days = limit(&mut gaps).filter(|_| customers >= params.min_peers)?;
            Some((group.to_owned(), GroupLimit { days, customers }))
        };
        let groups = by_group.into_iter().filter_map(of_group).collect();
        Ok(Self { params, population_days: limit(&mut all), customers: all.len() as u64, groups })
    }

    /// Whether a customer has been silent for too long.
    pub fn judge(&self, rhythm: &Rhythm) -> Judged {
        self.judge_in(rhythm, None)
    }

    /// Whether a customer of a group has been silent for too long: by the own gaps where there are enough, else by those of
    /// the group where that has a limit, else by those of everybody.
    pub fn judge_in(&self, rhythm: &Rhythm, group: Option<&str>) -> Judged {
        let own = rhythm.long.filter(|_| rhythm.purchases > self.params.min_gaps);
        let peers = group.and_then(|group| self.groups.get(group)).map(|limit| limit.days);
        let by = [(own, Basis::Own), (peers, Basis::Peers), (self.population_days, Basis::Population)];
        let found = by.into_iter().find_map(|(limit, basis)| Some((limit?, basis)));
        let (limit_days, basis) = (found.map(|(limit, _)| limit), found.map(|(_, basis)| basis));
        Judged {
            churned: limit_days.map(|limit| rhythm.silence > limit),
            limit_days,
            basis,
            days_left: limit_days.map(|limit| (limit.floor() + 1.0 - rhythm.silence).max(0.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn params(min_gaps: u64) -> SilenceParams {
        SilenceParams { min_gaps, ..SilenceParams::default() }
    }

    /// By hand: of 20 customers the latest gaps are 1 to 20 days; 95 % of 21 is the place 19.95.
    #[test]
    fn limits() {
        let customers: Vec<Rhythm> = (1..=20).map(|gap| Rhythm::of(&[0, gap], 30, 0.95).unwrap()).collect();
        let silence = Silence::learn(params(2), &customers).unwrap();
        assert_eq!(silence.customers, 20);
        assert!((silence.population_days.unwrap() - 19.95).abs() < 1e-12);
        let judged = silence.judge(&Rhythm::of(&[0, 10], 29, 0.95).unwrap());
        assert_eq!(
            (judged.churned, judged.basis, judged.days_left),
            (Some(false), Some(Basis::Population), Some(1.0))
        );
        let judged = silence.judge(&Rhythm::of(&[0, 10], 30, 0.95).unwrap());
        assert_eq!((judged.churned, judged.days_left), (Some(true), Some(0.0)));
        // Two own gaps are enough here.
        let own = silence.judge(&Rhythm::of(&[0, 3, 10], 17, 0.95).unwrap());
        assert_eq!(
            (own.churned, own.limit_days, own.basis, own.days_left),
            (Some(false), Some(7.0), Some(Basis::Own), Some(1.0))
        );
    }

    /// By hand: 20 customers of a group buy again after 1 to 20 days, 19 of another after 101 to 119, one of none after 500. The
    /// first has a limit at the place 19.95 of 21, the second is too small: it has that of all 40, at the place 38.95 of 41,
    /// between 118 and 119.
    #[test]
    fn limits_by_group() {
        let rhythm = |gap: i64| Rhythm::of(&[0, gap], 600, 0.95).unwrap();
        let soon = (1..=20).map(|gap| (rhythm(gap), Some("soon")));
        let late = (101..=119).map(|gap| (rhythm(gap), Some("late")));
        let customers: Vec<(Rhythm, Option<&str>)> = soon.chain(late).chain([(rhythm(500), None)]).collect();
        let learn = |params| {
            Silence::learn_by(params, customers.iter().map(|(rhythm, group)| (rhythm, *group))).unwrap()
        };
        let silence = learn(SilenceParams::default());
        assert_eq!(silence.groups.keys().collect::<Vec<_>>(), ["soon"]);
        assert_eq!((silence.customers, silence.groups["soon"].customers), (40, 20));
        let limit = |silence: &Silence, group| {
            let judged = silence.judge_in(&rhythm(7), group);
            ((judged.limit_days.unwrap() * 100.0).round() / 100.0, judged.basis.unwrap())
        };
        assert_eq!(limit(&silence, Some("soon")), (19.95, Basis::Peers));
        for group in [Some("late"), Some("new"), None] {
            assert_eq!(limit(&silence, group), (118.95, Basis::Population), "{group:?}");
        }
        let small = learn(SilenceParams { min_peers: 19, ..SilenceParams::default() });
        assert_eq!(limit(&small, Some("late")), (119.0, Basis::Peers));
        // Enough own gaps come before those of the group.
        let own = learn(SilenceParams { min_gaps: 1, ..SilenceParams::default() });
        assert_eq!(limit(&own, Some("soon")), (7.0, Basis::Own));
        let loaded: Silence = serde_json::from_str(&serde_json::to_string(&silence).unwrap()).unwrap();
        assert_eq!(loaded, silence);
        assert!(SilenceParams { min_peers: 0, ..SilenceParams::default() }.check().is_err());
    }

    #[test]
    fn nobody_bought_twice() {
        let once = Rhythm::of(&[3], 900, 0.95).unwrap();
        let silence = Silence::learn(SilenceParams::default(), [&once]).unwrap();
        let judged = silence.judge(&once);
        assert_eq!(
            (judged.churned, judged.limit_days, judged.basis, judged.days_left),
            (None, None, None, None)
        );
        assert!(Silence::learn(params(0), [&once]).is_err());
        assert!(Silence::learn(SilenceParams { share: 1.0, ..params(1) }, [&once]).is_err());
    }

    proptest! {
        /// After so many more days of silence it is exceeded, and not a day before.
        #[test]
        fn days_left_are_what_is_left(
            days in prop::collection::btree_set(0i64..400, 1..30),
            more in 0i64..300,
            limit in 1i64..200,
        ) {
            let days: Vec<i64> = days.into_iter().collect();
            let others = Rhythm::of(&[0, limit], limit, 0.95).unwrap();
            let silence = Silence::learn(SilenceParams::default(), [&others]).unwrap();
            let at = |now| silence.judge(&Rhythm::of(&days, now, 0.95).unwrap());
            let now = days[days.len() - 1] + more;
            let left = at(now).days_left.unwrap();
            prop_assert_eq!(at(now).churned, Some(left == 0.0));
            prop_assert_eq!(at(now + left as i64).churned, Some(true));
            if left > 0.0 {
                prop_assert_eq!(at(now + left as i64 - 1).churned, Some(false));
            }
        }
    }
}
