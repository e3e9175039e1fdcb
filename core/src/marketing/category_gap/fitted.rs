//! A customer beside the peers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::marketing::category_gap::Params;
use crate::marketing::category_gap::learn::total;

/// How peers divide their money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fitted {
    /// Which categories and peers count.
    pub params: Params,
    /// Everybody together.
    pub everybody: Peers,
    /// The groups by name.
    pub groups: BTreeMap<String, Peers>,
}

/// A group of customers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Peers {
    /// How many spent anything.
    pub members: u64,
    /// What they spend it on, in the byte order of the categories.
    pub categories: Vec<CategoryOfPeers>,
}

/// A category among peers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CategoryOfPeers {
    /// The category.
    pub category: String,
    /// The share of members who bought there.
    pub penetration: f64,
    /// The mean of the members' shares of money there.
    pub expected_share: f64,
}

/// A category in which a customer spends less than the peers.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Gap {
    /// The category.
    pub category: String,
    /// What peers would spend there beyond what the customer does, above 0.
    pub gap: f64,
    /// The mean share of the peers.
    pub expected_share: f64,
    /// The customer's share.
    pub own_share: f64,
    /// The share of peers who buy there.
    pub penetration: f64,
}

impl Fitted {
    /// The peers that stand for a group, and whether these are everybody for want of enough of its own.
    pub fn peers(&self, group: Option<&str>) -> (&Peers, bool) {
        let own = group.and_then(|group| self.groups.get(group));
        match own.filter(|own| own.members >= self.params.min_peers) {
            Some(own) => (own, false),
            None => (&self.everybody, true),
        }
    }

    /// Where a customer spends less than the peers, the largest gap first; empty for a customer who spent nothing.
    pub fn gaps(&self, group: Option<&str>, spent: &[(&str, f64)]) -> Vec<Gap> {
        let total = total(spent);
        if total <= 0.0 || !total.is_finite() {
            return Vec::new();
        }
        let own: BTreeMap<&str, f64> = spent.iter().copied().collect();
        let common = |c: &&CategoryOfPeers| c.penetration >= self.params.min_penetration;
        let gap = |c: &CategoryOfPeers| {
            let money = own.get(c.category.as_str()).map_or(0.0, |money| money.max(0.0));
            let gap = c.expected_share * total - money;
            // Shares that are equal but for rounding are no gap.
            (gap > 1e-9 * total).then(|| Gap {
                category: c.category.clone(),
                gap,
                expected_share: c.expected_share,
                own_share: money / total,
                penetration: c.penetration,
            })
        };
        let mut gaps: Vec<Gap> =
            self.peers(group).0.categories.iter().filter(common).filter_map(gap).collect();
        // Categories come in their own order, which a stable sort keeps.
        gaps.sort_by(|a, b| b.gap.total_cmp(&a.gap).then(b.penetration.total_cmp(&a.penetration)));
        gaps
    }
}
