//! What happened to the identifiers, for people.

use serde::Serialize;

use crate::identity::ProfileId;
use crate::identity::links::Links;
use crate::identity::resolve::{Cause, Refusal, Resolution};
use crate::identity::table::NONE;

/// How many conflicts a report lists; all are counted.
const MAX_CONFLICTS: usize = 1_000;
/// How many values or profiles one entry names; all are counted.
const MAX_SAMPLES: usize = 10;

/// What happened to the identifiers: how many there are, and which links were not believed.
///
/// Counts are of distinct values, so they do not depend on order or repetition. Personal values are masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IdentityReport {
    /// How many profiles there are.
    pub profiles: u64,
    /// By kind, strongest first.
    pub kinds: Vec<KindReport>,
    /// How many conflicts there are.
    pub n_conflicts: u64,
    /// The first 1,000 conflicts, by kind and value.
    pub conflicts: Vec<Conflict>,
}

/// What happened to the identifiers of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KindReport {
    /// The kind.
    pub kind: String,
    /// Distinct identifiers, without blocked and invalid ones.
    pub identifiers: u64,
    /// Identifiers that were attached to the one profile of stronger identifiers that they were seen with.
    pub attached: u64,
    /// Identifiers that joined two or more profiles of stronger identifiers.
    pub joining: u64,
    /// How many profiles fewer there are because of those.
    pub merged: u64,
    /// Weak identifiers that were seen with two or more profiles and therefore belong to none.
    pub ambiguous: u64,
    /// Identifiers whose links were refused; see the conflicts.
    pub refused: u64,
    /// Distinct blocked values, normalised, that were seen.
    pub blocked: u64,
    /// Distinct values, as they stand in the sources, that are no identifiers.
    pub invalid: u64,
    /// The first of those in byte order.
    pub invalid_samples: Vec<String>,
}

/// Links that were not believed: the identifiers stay by themselves and join nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Conflict {
    /// Why.
    pub reason: ConflictReason,
    /// The kind of the identifiers.
    pub kind: String,
    /// How many identifiers.
    pub n_values: u64,
    /// The first of them in byte order.
    pub values: Vec<String>,
    /// How many profiles they were seen with when this was judged.
    pub n_profiles: u64,
    /// The first of those profiles; two of them that other identifiers have joined since are one.
    pub profiles: Vec<ProfileId>,
}

/// Why links were not believed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code")]
#[non_exhaustive]
pub enum ConflictReason {
    /// The identifier was seen with more profiles than its `max_profiles`: it is shared.
    #[serde(rename = "identity.too_many_profiles")]
    TooManyProfiles {
        /// How many are allowed.
        allowed: u64,
    },
    /// The links would have given a profile more identifiers of a kind than its `max_per_profile`.
    #[serde(rename = "identity.max_per_profile")]
    MaxPerProfile {
        /// The caps that would have been broken.
        exceeded: Vec<Exceeded>,
    },
}

impl ConflictReason {
    /// A name of the reason that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooManyProfiles { .. } => "identity.too_many_profiles",
            Self::MaxPerProfile { .. } => "identity.max_per_profile",
        }
    }
}

/// A cap that would have been broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Exceeded {
    /// The kind whose cap it is.
    pub kind: String,
    /// How many identifiers of that kind one profile would have had.
    pub found: u64,
    /// How many it may have.
    pub allowed: u64,
}

/// Where the report finds the profiles: by number, and by node.
pub(super) struct Numbering<'a> {
    pub(super) ids: &'a [ProfileId],
    pub(super) profile_of: &'a [u32],
}

impl IdentityReport {
    pub(super) fn of(links: &Links, resolution: Resolution, numbering: &Numbering<'_>) -> Self {
        let kinds = (0..links.rules().len()).map(|kind| kind_report(links, &resolution, kind)).collect();
        let mut refusals = resolution.refusals;
        let value = |node: u32| links.identifiers.value(node);
        for refusal in &mut refusals {
            refusal.values.sort_unstable_by_key(|&node| value(node));
        }
        refusals.sort_unstable_by_key(|refusal| (refusal.kind, value(refusal.values[0])));
        let conflicts =
            refusals.iter().take(MAX_CONFLICTS).map(|refusal| conflict(links, refusal, numbering));
        Self {
            profiles: numbering.ids.len() as u64,
            kinds,
            n_conflicts: refusals.len() as u64,
            conflicts: conflicts.collect(),
        }
    }
}

fn kind_report(links: &Links, resolution: &Resolution, kind: usize) -> KindReport {
    let rule = &links.rules().kinds()[kind];
    let (tally, unusable) = (resolution.tallies[kind], &links.unusable[kind]);
    let mut invalid: Vec<&String> = unusable.invalid.iter().collect();
    invalid.sort_unstable();
    KindReport {
        kind: rule.name.clone(),
        identifiers: links.identifiers.n_of_kind(kind) as u64,
        attached: tally.attached,
        joining: tally.joining,
        merged: tally.merged,
        ambiguous: tally.ambiguous,
        refused: tally.refused,
        blocked: unusable.blocked.len() as u64,
        invalid: invalid.len() as u64,
        invalid_samples: invalid.into_iter().take(MAX_SAMPLES).map(|value| rule.show(value)).collect(),
    }
}

fn conflict(links: &Links, refusal: &Refusal, numbering: &Numbering<'_>) -> Conflict {
    let kinds = links.rules().kinds();
    let rule = &kinds[refusal.kind];
    let reason = match &refusal.cause {
        Cause::TooManyProfiles => {
            ConflictReason::TooManyProfiles { allowed: rule.max_profiles.map_or(u64::MAX, u64::from) }
        }
        Cause::MaxPerProfile(broken) => ConflictReason::MaxPerProfile {
            exceeded: broken
                .iter()
                .map(|excess| Exceeded {
                    kind: kinds[excess.kind].name.clone(),
                    found: excess.found.into(),
                    allowed: excess.allowed.into(),
                })
                .collect(),
        },
    };
    let mut profiles: Vec<u32> =
        refusal.components.iter().map(|&node| numbering.profile_of[node as usize]).collect();
    profiles.sort_unstable();
    profiles.dedup();
    profiles.retain(|&profile| profile != NONE);
    let values = refusal.values.iter().take(MAX_SAMPLES);
    Conflict {
        reason,
        kind: rule.name.clone(),
        n_values: refusal.values.len() as u64,
        values: values.map(|&node| rule.show(links.identifiers.value(node))).collect(),
        n_profiles: refusal.components.len() as u64,
        profiles: profiles.iter().take(MAX_SAMPLES).map(|&profile| numbering.ids[profile as usize]).collect(),
    }
}
