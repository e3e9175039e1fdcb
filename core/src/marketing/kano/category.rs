//! Categories, and what to do about them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::marketing::kano::Answer;

/// What a feature is to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Taken for granted; missed where it is not there.
    MustBe,
    /// The better, the more content.
    OneDimensional,
    /// A pleasant surprise; not missed.
    Attractive,
    /// It makes no difference.
    Indifferent,
    /// Better without it.
    Reverse,
    /// Answers that contradict each other.
    Questionable,
}

impl Category {
    /// All of them; where two are equally frequent, the one that stands first here is taken.
    pub const ALL: [Self; 6] = [
        Self::MustBe,
        Self::OneDimensional,
        Self::Attractive,
        Self::Indifferent,
        Self::Reverse,
        Self::Questionable,
    ];

    /// The letter that the literature uses: M, O, A, I, R, Q.
    pub fn letter(self) -> char {
        ['M', 'O', 'A', 'I', 'R', 'Q'][self.index()]
    }

    /// The name: `must_be`, `one_dimensional`, `attractive`, `indifferent`, `reverse`, `questionable`.
    pub fn name(self) -> &'static str {
        ["must_be", "one_dimensional", "attractive", "indifferent", "reverse", "questionable"][self.index()]
    }

    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// How to serve a customer to whom a feature is this.
    pub fn policy(self) -> Policy {
        match self {
            Self::MustBe => Policy::AlwaysMet,
            Self::OneDimensional => Policy::ByTier,
            Self::Attractive => Policy::AsSurprise,
            Self::Indifferent => Policy::Spare,
            Self::Reverse => Policy::Avoid,
            Self::Questionable => Policy::Ask,
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How to serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Policy {
    /// Always met, for everybody, whatever their tier.
    AlwaysMet,
    /// The more, the higher the tier.
    ByTier,
    /// Now and then, unannounced: promised, it would soon be expected.
    AsSurprise,
    /// Not worth the effort.
    Spare,
    /// Left out, or with a way out.
    Avoid,
    /// Unknown: ask again.
    Ask,
}

impl Policy {
    /// The name: `always_met`, `by_tier`, `as_surprise`, `spare`, `avoid`, `ask`.
    pub fn name(self) -> &'static str {
        match self {
            Self::AlwaysMet => "always_met",
            Self::ByTier => "by_tier",
            Self::AsSurprise => "as_surprise",
            Self::Spare => "spare",
            Self::Avoid => "avoid",
            Self::Ask => "ask",
        }
    }
}

/// Which pair of answers has which category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Table {
    /// Berger et al. (1993): only like/like and dislike/dislike are questionable.
    #[default]
    Classic,
    /// Pouliot (1993, same volume): must-be/must-be and live-with/live-with are questionable, too.
    Modified,
}

impl Table {
    /// The category of a pair of answers.
    pub fn category(self, functional: Answer, dysfunctional: Answer) -> Category {
        use Answer::{Dislike, Like, LiveWith, MustBe};
        match (functional, dysfunctional) {
            (Like, Like) | (Dislike, Dislike) => Category::Questionable,
            (MustBe, MustBe) | (LiveWith, LiveWith) if self == Self::Modified => Category::Questionable,
            (Like, Dislike) => Category::OneDimensional,
            (Like, _) => Category::Attractive,
            (_, Like) | (Dislike, _) => Category::Reverse,
            (_, Dislike) => Category::MustBe,
            _ => Category::Indifferent,
        }
    }
}

/// How the categories of people become that of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CategoryRule {
    /// The most frequent.
    #[default]
    Mode,
    /// The most frequent of O, A and M where those three together are more than I, R and Q, else the most frequent of I,
    /// R and Q.
    Grouped,
}

impl CategoryRule {
    /// The category of a feature, by how many people had each, in the order of [`Category::ALL`]; `None` without people.
    pub(super) fn category(self, counts: &[u64; 6]) -> Option<Category> {
        if counts.iter().all(|count| *count == 0) {
            return None;
        }
        let of = match self {
            Self::Mode => 0..6,
            Self::Grouped if counts[..3].iter().sum::<u64>() > counts[3..].iter().sum() => 0..3,
            Self::Grouped => 3..6,
        };
        // The first of equal ones.
        of.rev().max_by_key(|&at| counts[at]).map(|at| Category::ALL[at])
    }
}
