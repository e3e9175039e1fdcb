//! The semantics again, with sets of texts, every step as the module's documentation says it: slow and plain.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::Row;
use crate::catalog::model::{IdentifierDef, Strength};

type Id = (usize, String);
type Component = BTreeSet<Id>;

/// The profiles in order, and the profile of each row. Values are taken as they stand; kinds are strong ones first.
pub(super) fn resolve(
    kinds: &IndexMap<String, IdentifierDef>,
    rows: &[Row],
) -> (Vec<Component>, Vec<Option<usize>>) {
    let rows: Vec<Vec<Id>> = rows
        .iter()
        .map(|row| row.iter().enumerate().filter_map(|(k, v)| v.clone().map(|v| (k, v))).collect())
        .collect();
    let mut components: Vec<Component> = Vec::new();
    let mut isolated: BTreeSet<Id> = BTreeSet::new();
    for (kind, rule) in kinds.values().enumerate() {
        let mut seen_with: BTreeMap<Id, BTreeSet<Component>> = BTreeMap::new();
        for row in &rows {
            let Some(value) = row.iter().find(|id| id.0 == kind) else { continue };
            let with = seen_with.entry(value.clone()).or_default();
            for id in row.iter().filter(|id| id.0 < kind && !isolated.contains(*id)) {
                with.insert(components.iter().find(|c| c.contains(id)).unwrap().clone());
            }
        }
        let breaks = |c: &Component| {
            kinds.values().enumerate().any(|(kind, rule)| {
                rule.max_per_profile
                    .is_some_and(|cap| c.iter().filter(|id| id.0 == kind).count() > cap as usize)
            })
        };
        let with_values = |cs: &BTreeSet<Component>, values: &BTreeSet<Id>| -> Component {
            cs.iter().flatten().chain(values).cloned().collect()
        };

        // What each value says by itself.
        let (mut alone, mut single, mut joins) = (Vec::new(), Vec::new(), Vec::new());
        for (value, with) in seen_with {
            let values = BTreeSet::from([value.clone()]);
            if with.is_empty() {
                alone.push(values);
            } else if with.len() > rule.max_profiles.map_or(usize::MAX, |most| most as usize) {
                isolated.insert(value);
            } else if with.len() == 1 {
                single.push((value, with.into_iter().next().unwrap()));
            } else if rule.strength == Strength::Weak || breaks(&with_values(&with, &values)) {
                isolated.insert(value);
            } else {
                joins.push((values, with));
            }
        }
        // Joins that have a component in common are one join.
        while let Some((i, j)) = (0..joins.len())
            .flat_map(|i| (i + 1..joins.len()).map(move |j| (i, j)))
            .find(|&(i, j)| !joins[i].1.is_disjoint(&joins[j].1))
        {
            let (values, with) = joins.swap_remove(j);
            joins[i].0.extend(values);
            joins[i].1.extend(with);
        }
        let singles_of = |c: &Component| -> Component {
            single.iter().filter(|(_, with)| with == c).map(|(value, _)| value.clone()).collect()
        };
        let mut next = alone;
        let mut handled: BTreeSet<Component> = BTreeSet::new();
        for (values, with) in joins {
            let mut all = with_values(&with, &values);
            all.extend(with.iter().flat_map(singles_of));
            if breaks(&all) {
                isolated.extend(values);
            } else {
                handled.extend(with);
                next.push(all);
            }
        }
        for component in components.into_iter().filter(|c| !handled.contains(c)) {
            let singles = singles_of(&component);
            let all: Component = component.union(&singles).cloned().collect();
            if breaks(&all) {
                isolated.extend(singles);
                next.push(component);
            } else {
                next.push(all);
            }
        }
        components = next;
    }

    let owner = |row: &Vec<Id>| -> Option<Component> {
        match row.iter().find(|id| !isolated.contains(*id)) {
            Some(id) => components.iter().find(|c| c.contains(id)).cloned(),
            None => row.first().map(|id| BTreeSet::from([id.clone()])),
        }
    };
    let owners: Vec<Option<Component>> = rows.iter().map(owner).collect();
    // Sets of ids are ordered by their first ids, which no two of them share.
    let profiles: BTreeSet<Component> = owners.iter().flatten().cloned().collect();
    let profiles: Vec<Component> = profiles.into_iter().collect();
    let number = |c: &Component| profiles.iter().position(|p| p == c).unwrap();
    let of_rows = owners.iter().map(|c| c.as_ref().map(number)).collect();
    (profiles, of_rows)
}
