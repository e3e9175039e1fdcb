//! Learning how peers divide their money.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::marketing::category_gap::{CategoryOfPeers, Fitted, Peers};

/// Which categories and peers count.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Params {
    /// The smallest share of the peers who buy a category, 0 to 1; default a tenth.
    pub min_penetration: f64,
    /// The smallest number of peers; default 30.
    pub min_peers: u64,
}

impl Default for Params {
    fn default() -> Self {
        Self { min_penetration: 0.1, min_peers: 30 }
    }
}

impl Params {
    /// With another smallest share of peers who buy a category.
    pub fn with_min_penetration(mut self, share: f64) -> Self {
        self.min_penetration = share;
        self
    }

    /// With another smallest number of peers.
    pub fn with_min_peers(mut self, peers: u64) -> Self {
        self.min_peers = peers;
        self
    }

    /// Checks them.
    ///
    /// # Errors
    /// [`CategoryGapError::MinPenetration`] for what is no share.
    pub fn check(&self) -> Result<(), CategoryGapError> {
        if (0.0..=1.0).contains(&self.min_penetration) {
            return Ok(());
        }
        Err(CategoryGapError::MinPenetration { found: self.min_penetration })
    }
}

/// Gaps that cannot be found.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CategoryGapError {
    /// A penetration that is no share.
    #[error("`min_penetration` is {found}, wanted 0 to 1")]
    MinPenetration {
        /// What it is.
        found: f64,
    },
}

impl CategoryGapError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MinPenetration { .. } => "category_gap.min_penetration",
        }
    }
}

/// The shares of a group, still to be averaged.
#[derive(Debug, Default)]
struct Group {
    members: u64,
    /// By category: each buyer's share.
    shares: BTreeMap<String, Vec<f64>>,
}

/// Takes in customers one by one.
#[derive(Debug)]
pub struct Learner {
    params: Params,
    everybody: Group,
    groups: BTreeMap<String, Group>,
}

impl Learner {
    /// Nobody so far.
    ///
    /// # Errors
    /// As [`Params::check`].
    pub fn new(params: Params) -> Result<Self, CategoryGapError> {
        params.check()?;
        Ok(Self { params, everybody: Group::default(), groups: BTreeMap::new() })
    }

    /// Takes in a customer: the group, and what was spent by category, each named once.
    pub fn add(&mut self, group: Option<&str>, spent: &[(&str, f64)]) {
        let total = total(spent);
        if total <= 0.0 || !total.is_finite() {
            return;
        }
        let own = group.map(|group| self.groups.entry(group.to_owned()).or_default());
        for group in own.into_iter().chain([&mut self.everybody]) {
            group.members += 1;
            for (category, money) in spent.iter().filter(|(_, money)| *money > 0.0) {
                group.shares.entry((*category).to_owned()).or_default().push(money / total);
            }
        }
    }

    /// What was learnt; the order in which customers came does not show.
    pub fn finish(self) -> Fitted {
        Fitted {
            params: self.params,
            everybody: peers(self.everybody),
            groups: self.groups.into_iter().map(|(name, group)| (name, peers(group))).collect(),
        }
    }
}

/// What a customer spent in all categories.
pub(super) fn total(spent: &[(&str, f64)]) -> f64 {
    spent.iter().map(|(_, money)| money.max(0.0)).sum()
}

fn peers(group: Group) -> Peers {
    let members = group.members as f64;
    let category = |(category, mut shares): (String, Vec<f64>)| {
        // Summed in the order of size, so that the order of the customers does not show.
        shares.sort_unstable_by(f64::total_cmp);
        CategoryOfPeers {
            category,
            penetration: shares.len() as f64 / members,
            expected_share: shares.iter().sum::<f64>() / members,
        }
    };
    Peers { members: group.members, categories: group.shares.into_iter().map(category).collect() }
}
