//! What each group is like.

use std::cmp::Ordering;

use crate::marketing::Language;
use crate::marketing::persona::effect::{
    Measure, Moments, Separation, Trait, cohens_d, cohens_h, cramers_v, eta_squared,
};
use crate::marketing::persona::feature::{cell, number};
use crate::marketing::persona::fit::People;
use crate::marketing::persona::naming::names;
use crate::marketing::persona::{Cell, Encoding, Persona};
use crate::stats::cluster::Clusters;
use crate::stats::{median, quantile_of_sorted};

/// The groups with what distinguishes each, and how much each feature separates them.
pub(super) fn describe(
    people: &People<'_>,
    clusters: &Clusters,
    gamma: f64,
    language: Language,
) -> (Vec<Persona>, Vec<Separation>) {
    let k = clusters.centres.len();
    let mut traits: Vec<Vec<Trait>> = vec![Vec::new(); k];
    let mut separation = Vec::new();
    for at in 0..people.features.len() {
        let (found, separates) = if people.features[at].encoding.is_number() {
            of_number(people, clusters, at)
        } else {
            of_category(people, clusters, at)
        };
        for (traits, found) in traits.iter_mut().zip(found) {
            traits.push(found);
        }
        separation.push(separates);
    }
    for traits in &mut traits {
        traits.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
    }
    separation.sort_by(|a, b| b.value.total_cmp(&a.value));
    let names = names(&traits, &people.features, language);
    let typical = members(people, clusters, gamma);
    let n = people.rows.len() as f64;
    let personas = names.into_iter().zip(traits).zip(typical).enumerate();
    let personas = personas.map(|(group, ((name, traits), (typical, distances)))| Persona {
        name,
        size: clusters.sizes[group],
        share: clusters.sizes[group] as f64 / n,
        centre: clusters.centres[group].clone(),
        traits,
        typical,
        distances,
    });
    (personas.collect(), separation)
}

/// The known values of a number in each group, ascending.
fn known(people: &People<'_>, clusters: &Clusters, at: usize) -> Vec<Vec<f64>> {
    let mut known = vec![Vec::new(); clusters.centres.len()];
    for (&row, &label) in people.rows.iter().zip(&clusters.labels) {
        known[label as usize].extend(number(&people.columns[at], row as usize));
    }
    for values in &mut known {
        values.sort_unstable_by(f64::total_cmp);
    }
    known
}

fn of_number(people: &People<'_>, clusters: &Clusters, at: usize) -> (Vec<Trait>, Separation) {
    let feature = &people.features[at];
    let values = known(people, clusters, at);
    let scaled = |values: &Vec<f64>| {
        Moments::of(&values.iter().map(|&v| feature.encoding.scaled(Some(v))).collect::<Vec<_>>())
    };
    let groups: Vec<Moments> = values.iter().map(scaled).collect();
    let raw: Vec<Moments> = values.iter().map(|values| Moments::of(values)).collect();
    let others = |all: &[Moments], group: usize| {
        let others = all.iter().enumerate().filter(|(other, _)| *other != group);
        others.map(|(_, moments)| *moments).fold(Moments::default(), Moments::and)
    };
    let mean = |moments: Moments| (moments.n > 0.0).then_some(moments.mean);
    let traits = (0..groups.len()).map(|group| Trait {
        feature: feature.name.name.clone(),
        effect: cohens_d(groups[group], others(&groups, group)),
        level: Cell::Missing,
        inside: mean(raw[group]),
        outside: mean(others(&raw, group)),
        median: median(&values[group]),
    });
    let separation = Separation {
        feature: feature.name.name.clone(),
        measure: Measure::EtaSquared,
        value: eta_squared(&groups),
    };
    (traits.collect(), separation)
}

fn of_category(people: &People<'_>, clusters: &Clusters, at: usize) -> (Vec<Trait>, Separation) {
    let feature = &people.features[at];
    let (encoding, column) = (&feature.encoding, &people.columns[at]);
    let mut table = vec![vec![0u64; encoding.n_codes()]; clusters.centres.len()];
    for (&row, &label) in people.rows.iter().zip(&clusters.labels) {
        table[label as usize][encoding.code(column, row as usize) as usize] += 1;
    }
    let n: u64 = clusters.sizes.iter().sum();
    let shares = |group: usize, code: usize| {
        let of_all: u64 = table.iter().map(|row| row[code]).sum();
        let (inside, size) = (table[group][code], clusters.sizes[group]);
        let share = |part: u64, whole: u64| if whole > 0 { part as f64 / whole as f64 } else { 0.0 };
        (share(inside, size), share(of_all - inside, n - size))
    };
    let traits = (0..table.len()).map(|group| {
        let effect = |code: usize| {
            let (inside, outside) = shares(group, code);
            if clusters.sizes[group] == n { 0.0 } else { cohens_h(inside, outside) }
        };
        // A truth value is said of being true; a text by the value that the group is richest in.
        let code = match encoding {
            Encoding::Flag => 1,
            _ => (0..encoding.n_codes())
                .reduce(|best, code| if effect(code) > effect(best) { code } else { best })
                .unwrap_or(0),
        };
        let (inside, outside) = shares(group, code);
        Trait {
            feature: feature.name.name.clone(),
            effect: effect(code),
            level: encoding.category(code as u32),
            inside: Some(inside),
            outside: (clusters.sizes[group] < n).then_some(outside),
            median: None,
        }
    });
    let traits = traits.collect();
    let separation = Separation {
        feature: feature.name.name.clone(),
        measure: Measure::CramersV,
        value: cramers_v(&table),
    };
    (traits, separation)
}

/// Of each group the member nearest to the centre, and the percentiles of the members' distances, 0 to 100.
fn members(people: &People<'_>, clusters: &Clusters, gamma: f64) -> Vec<(Vec<Cell>, Vec<f64>)> {
    let cells = |row: u32| people.columns.iter().map(|c| cell(c, row as usize)).collect::<Vec<Cell>>();
    let k = clusters.centres.len();
    let mut distances: Vec<Vec<f64>> = vec![Vec::new(); k];
    let mut nearest: Vec<Option<(f64, Vec<Cell>)>> = vec![None; k];
    for (at, (&row, &label)) in people.rows.iter().zip(&clusters.labels).enumerate() {
        let group = label as usize;
        let distance = people.points.distance(at, &clusters.centres[group], gamma);
        distances[group].push(distance.sqrt());
        let is_nearer = match &nearest[group] {
            None => true,
            // Of equally near ones the one with the smaller values, so that the order of rows does not show.
            Some((least, known)) => match distance.total_cmp(least) {
                Ordering::Less => true,
                Ordering::Equal => compare(&cells(row), known) == Ordering::Less,
                Ordering::Greater => false,
            },
        };
        if is_nearer {
            nearest[group] = Some((distance, cells(row)));
        }
    }
    let percentiles = |mut distances: Vec<f64>| {
        distances.sort_unstable_by(f64::total_cmp);
        (0..=100).filter_map(|p| quantile_of_sorted(&distances, f64::from(p) / 100.0)).collect()
    };
    let typical = nearest.into_iter().map(|nearest| nearest.map_or_else(Vec::new, |(_, cells)| cells));
    typical.zip(distances.into_iter().map(percentiles)).collect()
}

fn compare(a: &[Cell], b: &[Cell]) -> Ordering {
    let rank = |cell: &Cell| match cell {
        Cell::Missing => 0,
        Cell::Number(_) => 1,
        Cell::Flag(_) => 2,
        Cell::Text(_) => 3,
    };
    let one = |(a, b): (&Cell, &Cell)| match (a, b) {
        (Cell::Number(a), Cell::Number(b)) => a.total_cmp(b),
        (Cell::Flag(a), Cell::Flag(b)) => a.cmp(b),
        (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
        (a, b) => rank(a).cmp(&rank(b)),
    };
    a.iter().zip(b).map(one).find(|order| *order != Ordering::Equal).unwrap_or(Ordering::Equal)
}
