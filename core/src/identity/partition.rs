//! The profiles that the identifiers make.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use rayon::prelude::*;

use crate::identity::links::Keys;
use crate::identity::report::Numbering;
use crate::identity::resolve::Resolution;
use crate::identity::rules::Usable;
use crate::identity::table::{Identifiers, NONE};
use crate::identity::{IdentityReport, Links, ProfileId, RowKeys, Rules};
use crate::value::{ByCode, Head};

/// Stands for the profile of a row that has no usable identifier.
pub const NO_PROFILE: u32 = NONE;

/// Profiles, numbered from 0 in the order of their first identifiers: the strongest kind, then the value in byte order.
///
/// Every identifier belongs to one profile or to none (a shared one that no row needs); every profile has at least one
/// identifier.
pub struct Partition {
    identifiers: Arc<Identifiers>,
    ids: Vec<ProfileId>,
    /// By node.
    profiles: Vec<u32>,
    /// By tuple.
    tuple_profiles: Vec<u32>,
    /// By node.
    isolated: Vec<bool>,
    /// Profile by profile, its nodes by kind and value.
    members: Vec<u32>,
    /// By profile: the end of its nodes in `members`.
    ends: Vec<u32>,
    report: IdentityReport,
}

impl Partition {
    pub(super) fn of(links: &Links) -> Self {
        let (identifiers, tuples) = (&links.identifiers, &links.tuples);
        let n_nodes = identifiers.len();
        let mut resolution = Resolution::new(identifiers, tuples);
        let owners: Vec<u32> = (0..tuples.len()).map(|tuple| resolution.owner(tuples, tuple)).collect();
        let isolated: Vec<bool> = (0..n_nodes as u32).map(|node| resolution.is_isolated(node)).collect();

        // An isolated identifier is a profile only where a row has nothing better.
        let mut has_rows = links.alone.clone();
        for &owner in &owners {
            has_rows[owner as usize] = true;
        }

        let order = in_order(identifiers);
        let mut profiles = vec![NONE; n_nodes];
        let mut firsts = Vec::new();
        let mut sizes: Vec<u32> = Vec::new();
        for (at, &Ranked { node, .. }) in order.iter().enumerate() {
            if isolated[node as usize] && !has_rows[node as usize] {
                continue;
            }
            let root = resolution.component(node) as usize;
            if profiles[root] == NONE {
                profiles[root] = firsts.len() as u32;
                firsts.push(at);
                sizes.push(0);
            }
            profiles[node as usize] = profiles[root];
            sizes[profiles[root] as usize] += 1;
        }

        let ids: Vec<ProfileId> = firsts.par_iter().map(|&at| order[at].id(identifiers)).collect();
        let (members, ends) = by_profile(&order, &profiles, &sizes);
        let tuple_profiles = owners.iter().map(|&owner| profiles[owner as usize]).collect();
        let numbering = Numbering { ids: &ids, profile_of: &profiles };
        let report = IdentityReport::of(links, resolution, &numbering);
        let identifiers = Arc::clone(identifiers);
        Self { identifiers, ids, profiles, tuple_profiles, isolated, members, ends, report }
    }

    /// How many profiles there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are no profiles.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The stable name of each profile.
    pub fn ids(&self) -> &[ProfileId] {
        &self.ids
    }

    /// The rules that joined the identifiers.
    pub fn rules(&self) -> &Rules {
        self.identifiers.rules()
    }

    /// What happened to the identifiers.
    pub fn report(&self) -> &IdentityReport {
        &self.report
    }

    /// The identifiers of a profile as kind and normalised value, by kind and then by value in byte order; none where
    /// there is no such profile.
    pub fn identifiers(&self, profile: u32) -> impl Iterator<Item = (usize, &str)> {
        let profile = profile as usize;
        let end = self.ends.get(profile).map_or(0, |&end| end as usize);
        let start = if end == 0 || profile == 0 { 0 } else { self.ends[profile - 1] as usize };
        self.members[start..end]
            .iter()
            .map(|&node| (self.identifiers.kind(node), self.identifiers.value(node)))
    }

    /// The profile of an identifier; the value is normalised first. `None` where it was never seen, is no identifier, or
    /// is shared by profiles and belongs to none.
    pub fn profile_of(&self, kind: usize, value: &str) -> Option<u32> {
        let profile = self.profiles[self.node(kind, value)? as usize];
        (profile != NONE).then_some(profile)
    }

    /// Whether the links of an identifier are not believed, because it is shared or would break a cap; the value is
    /// normalised first.
    pub fn is_isolated(&self, kind: usize, value: &str) -> bool {
        self.node(kind, value).is_some_and(|node| self.isolated[node as usize])
    }

    /// The profile of each row that was added to the log; [`NO_PROFILE`] where a row has no usable identifier, or was
    /// added after this was resolved.
    ///
    /// The keys have to come from the log that this was resolved from.
    pub fn profiles_of(&self, rows: &RowKeys) -> Vec<u32> {
        match rows.keys() {
            Keys::Tuples(tuples) => tuples.iter().map(|&tuple| self.profile_of_tuple(tuple)).collect(),
            Keys::Nodes { codes, nodes } => {
                let profiles = self.profiles_by_code(nodes);
                codes.iter().map(|&code| profiles.get(code)).collect()
            }
        }
    }

    /// The profile of each code, of what [`Links::add_values`] gave.
    pub(crate) fn profiles_by_code(&self, nodes: &ByCode) -> ByCode {
        nodes.map(|node| self.profiles.get(node as usize).copied().unwrap_or(NONE))
    }

    /// The profile of a tuple that [`Links::add_tuples`] gave.
    pub(crate) fn profile_of_tuple(&self, tuple: u32) -> u32 {
        self.tuple_profiles.get(tuple as usize).copied().unwrap_or(NONE)
    }

    fn node(&self, kind: usize, value: &str) -> Option<u32> {
        match self.rules().kinds().get(kind)?.judge(value) {
            Usable::Yes(value) => self.identifiers.find(kind, &value),
            Usable::Blocked(_) | Usable::Invalid => None,
        }
    }
}

impl fmt::Debug for Partition {
    /// Numbers only: identifiers are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Partition")
            .field("n_profiles", &self.ids.len())
            .field("n_identifiers", &self.profiles.len())
            .finish_non_exhaustive()
    }
}

/// A node with the beginning of its value.
struct Ranked {
    head: Head,
    node: u32,
    kind: u8,
}

impl Ranked {
    fn of(identifiers: &Identifiers, node: u32) -> Self {
        Self { head: Head::of(identifiers.value(node)), node, kind: identifiers.kind(node) as u8 }
    }

    fn compare(&self, other: &Self, identifiers: &Identifiers) -> Ordering {
        let texts = || identifiers.value(self.node).cmp(identifiers.value(other.node));
        self.kind.cmp(&other.kind).then_with(|| self.head.compare(&other.head, texts))
    }

    fn id(&self, identifiers: &Identifiers) -> ProfileId {
        let kind = &identifiers.rules().kinds()[usize::from(self.kind)].name;
        let whole = self.head.with_whole(|value| ProfileId::of(kind, value));
        whole.unwrap_or_else(|| ProfileId::of(kind, identifiers.value(self.node).as_bytes()))
    }
}

/// All nodes by kind and value.
fn in_order(identifiers: &Identifiers) -> Vec<Ranked> {
    let mut order: Vec<Ranked> =
        (0..identifiers.len() as u32).into_par_iter().map(|node| Ranked::of(identifiers, node)).collect();
    order.par_sort_unstable_by(|a, b| a.compare(b, identifiers));
    order
}

/// The nodes profile by profile, within each in the order given, and where each profile's nodes end.
fn by_profile(order: &[Ranked], profiles: &[u32], sizes: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut next = Vec::with_capacity(sizes.len());
    let mut total = 0;
    for &size in sizes {
        next.push(total);
        total += size;
    }
    let mut members = vec![NONE; total as usize];
    for &Ranked { node, .. } in order {
        let profile = profiles[node as usize];
        if profile != NONE {
            let place = &mut next[profile as usize];
            members[*place as usize] = node;
            *place += 1;
        }
    }
    (members, next)
}
