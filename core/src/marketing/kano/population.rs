//! What features are to a population and its groups, frozen, and how to serve one of its people.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::marketing::kano::feature::of_counts;
use crate::marketing::kano::{Category, CategoryRule, Counts, Feature, Policy};

/// How many people of a population have each category of each feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fitted {
    /// How the categories of people become that of a feature.
    pub rule: CategoryRule,
    /// A group of fewer people than this is served as everybody is.
    pub min_people: u64,
    /// The features in their order.
    pub features: Vec<FeatureOfAll>,
}

/// A feature in a population.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FeatureOfAll {
    /// The feature.
    pub name: String,
    /// Everybody.
    pub everybody: Counts,
    /// By group.
    pub groups: BTreeMap<String, Counts>,
    /// How many people gave an answer that is none of the five.
    pub unreadable: u64,
}

/// Whose answers decide how somebody is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Their own.
    Own,
    /// Those of the group.
    Group,
    /// Those of everybody.
    Everybody,
}

impl Basis {
    /// The name: `own`, `group`, `everybody`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Group => "group",
            Self::Everybody => "everybody",
        }
    }
}

/// How somebody is served with a feature, and why.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Service {
    /// What the feature is to them, as far as one knows.
    pub category: Category,
    /// What follows.
    pub policy: Policy,
    /// Whose answers say so.
    pub basis: Basis,
}

impl FeatureOfAll {
    /// A feature of which nothing is known yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Counts a person.
    pub fn add(&mut self, group: Option<&str>, category: Category) {
        self.everybody.add(category);
        if let Some(group) = group {
            self.groups.entry(group.to_owned()).or_default().add(category);
        }
    }
}

impl Fitted {
    /// Nobody so far: features that are to be counted.
    pub fn new(
        rule: CategoryRule,
        min_people: u64,
        features: impl IntoIterator<Item = FeatureOfAll>,
    ) -> Self {
        Self { rule, min_people, features: features.into_iter().collect() }
    }

    /// What a feature is to a group, and whether that is everybody for want of enough people of the group.
    pub fn of_group(&self, feature: usize, group: Option<&str>) -> Option<(Feature, Basis)> {
        let feature = self.features.get(feature)?;
        let own = group.and_then(|group| feature.groups.get(group));
        Some(match own.filter(|counts| counts.n() >= self.min_people.max(1)) {
            Some(counts) => (of_counts(*counts, self.rule), Basis::Group),
            None => (of_counts(feature.everybody, self.rule), Basis::Everybody),
        })
    }

    /// How to serve somebody: by their own answers, else by those of their group, else by those of everybody. Answers
    /// that contradict each other say nothing. `None` where nobody answered.
    pub fn service(&self, feature: usize, group: Option<&str>, own: Option<Category>) -> Option<Service> {
        let (category, basis) = if let Some(own) = own.filter(|own| *own != Category::Questionable) {
            (own, Basis::Own)
        } else {
            let (of_group, basis) = self.of_group(feature, group)?;
            (of_group.category?, basis)
        };
        Some(Service { category, policy: category.policy(), basis })
    }
}
