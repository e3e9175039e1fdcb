//! Why somebody left, by evidence.

use serde::{Deserialize, Serialize};

/// Why somebody left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChurnKind {
    /// Content: what they came for is done.
    Happy,
    /// Not content.
    Unhappy,
    /// Without wanting to: a payment failed, an account was closed.
    Involuntary,
    /// Nothing is known of why.
    Unknown,
}

impl ChurnKind {
    /// The name: `happy`, `unhappy`, `involuntary` or `unknown`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Happy => "happy",
            Self::Unhappy => "unhappy",
            Self::Involuntary => "involuntary",
            Self::Unknown => "unknown",
        }
    }
}

/// What is known of somebody who left; `None` is not known, which is no evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Evidence {
    /// Left without wanting to.
    pub involuntary: Option<bool>,
    /// Gave a reason that no one is to blame for.
    pub happy_reason: Option<bool>,
    /// Gave a reason that is a reproach.
    pub unhappy_reason: Option<bool>,
    /// What they came for is done.
    pub goal_reached: Option<bool>,
    /// The stage of life is over in which it was wanted.
    pub life_stage_over: Option<bool>,
    /// They were content.
    pub satisfied: Option<bool>,
    /// There were complaints or refunds.
    pub complaint: Option<bool>,
    /// Satisfaction went down.
    pub falling_satisfaction: Option<bool>,
}

impl Evidence {
    /// The evidence from truths in the order of the fields.
    pub fn from_truths(truths: [Option<bool>; 8]) -> Self {
        let [
            involuntary,
            happy_reason,
            unhappy_reason,
            goal_reached,
            life_stage_over,
            satisfied,
            complaint,
            falling,
        ] = truths;
        Self {
            involuntary,
            happy_reason,
            unhappy_reason,
            goal_reached,
            life_stage_over,
            satisfied,
            complaint,
            falling_satisfaction: falling,
        }
    }
}

/// Why somebody left, and the name of the evidence that decided; `None` where it is unknown.
///
/// The first that is true decides: involuntary; an explicit reason (two that contradict each other are none); a goal
/// reached, or a stage of life that is over in satisfaction; a complaint; falling satisfaction. Nobody is put into a class
/// without evidence.
pub fn kind_of(evidence: &Evidence) -> (ChurnKind, Option<&'static str>) {
    let is = |truth: Option<bool>| truth == Some(true);
    let Evidence { happy_reason, unhappy_reason, .. } = *evidence;
    let found = [
        (is(evidence.involuntary), ChurnKind::Involuntary, "involuntary"),
        (is(happy_reason) && !is(unhappy_reason), ChurnKind::Happy, "happy_reason"),
        (is(unhappy_reason) && !is(happy_reason), ChurnKind::Unhappy, "unhappy_reason"),
        (is(evidence.goal_reached), ChurnKind::Happy, "goal_reached"),
        (is(evidence.life_stage_over) && is(evidence.satisfied), ChurnKind::Happy, "life_stage_over"),
        (is(evidence.complaint), ChurnKind::Unhappy, "complaint"),
        (is(evidence.falling_satisfaction), ChurnKind::Unhappy, "falling_satisfaction"),
    ];
    let first = found.into_iter().find(|(holds, ..)| *holds);
    first.map_or((ChurnKind::Unknown, None), |(_, kind, name)| (kind, Some(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand, one line a rule.
    #[test]
    fn the_first_evidence_decides() {
        const T: Option<bool> = Some(true);
        const F: Option<bool> = Some(false);
        const U: Option<bool> = None;
        use ChurnKind::{Happy, Involuntary, Unhappy, Unknown};
        for (truths, wanted) in [
            ([U, U, U, U, U, U, U, U], (Unknown, None)),
            ([F, F, F, F, F, T, F, F], (Unknown, None)),
            ([T, T, T, T, T, T, T, T], (Involuntary, Some("involuntary"))),
            ([U, T, U, U, U, U, T, T], (Happy, Some("happy_reason"))),
            ([F, U, T, T, U, U, U, U], (Unhappy, Some("unhappy_reason"))),
            ([F, T, T, U, U, U, U, U], (Unknown, None)),
            ([F, T, T, U, U, U, T, U], (Unhappy, Some("complaint"))),
            ([F, F, F, T, U, U, T, T], (Happy, Some("goal_reached"))),
            ([F, F, F, F, T, T, T, T], (Happy, Some("life_stage_over"))),
            ([F, F, F, F, T, U, F, T], (Unhappy, Some("falling_satisfaction"))),
            ([F, F, F, F, T, F, F, F], (Unknown, None)),
        ] {
            assert_eq!(kind_of(&Evidence::from_truths(truths)), wanted, "{truths:?}");
        }
    }
}
