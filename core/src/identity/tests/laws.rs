//! What holds for all rows and rules.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use proptest::prelude::*;
use proptest::sample::Index;

use super::{Row, add, reference};
use crate::catalog::model::{IdentifierDef, Strength};
use crate::identity::{IdentityReport, Links, NO_PROFILE, Partition, ProfileId, Rules};

type Kinds = IndexMap<String, IdentifierDef>;

/// Three strong and two weak kinds with all sorts of limits.
fn kinds() -> impl Strategy<Value = Kinds> {
    let limit = |least: u32| prop_oneof![2 => Just(None), 3 => (least..4).prop_map(Some)];
    proptest::collection::vec((limit(1), limit(0)), 5).prop_map(|limits| {
        let kind = |(i, (max_per_profile, max_profiles))| {
            let strength = if i < 3 { Strength::Strong } else { Strength::Weak };
            (
                format!("k{i}"),
                IdentifierDef { strength, max_per_profile, max_profiles, ..IdentifierDef::default() },
            )
        };
        limits.into_iter().enumerate().map(kind).collect()
    })
}

/// Rows of few values, so that they meet.
fn rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    let cell = || proptest::option::of((0..5u8).prop_map(|v| v.to_string()));
    proptest::collection::vec(proptest::collection::vec(cell(), 5), 0..most)
}

/// Everything that can be seen of a partition, but not the rows.
#[derive(Debug, PartialEq)]
struct Seen {
    ids: Vec<ProfileId>,
    members: Vec<Vec<(usize, String)>>,
    report: IdentityReport,
}

fn seen(partition: &Partition) -> Seen {
    let members_of = |p| partition.identifiers(p).map(|(kind, value)| (kind, value.to_owned())).collect();
    Seen {
        ids: partition.ids().to_vec(),
        members: (0..partition.len() as u32).map(members_of).collect(),
        report: partition.report().clone(),
    }
}

fn resolve(kinds: &Kinds, rows: &[Row]) -> (Partition, Vec<u32>) {
    let mut links = Links::new(&Rules::new(kinds).unwrap());
    let keys = add(&mut links, rows);
    let partition = links.resolve();
    let profiles = partition.profiles_of(&keys);
    (partition, profiles)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_reference(kinds in kinds(), rows in rows(16)) {
        let (partition, profiles) = resolve(&kinds, &rows);
        let (wanted, of_rows) = reference::resolve(&kinds, &rows);
        let wanted: Vec<Vec<_>> = wanted.into_iter().map(|c| c.into_iter().collect()).collect();
        prop_assert_eq!(seen(&partition).members, wanted);
        let of_rows: Vec<u32> = of_rows.iter().map(|p| p.map_or(NO_PROFILE, |p| p as u32)).collect();
        prop_assert_eq!(profiles, of_rows);
    }

    #[test]
    fn order_repetition_and_batches_leave_no_trace(
        kinds in kinds(),
        (rows, shuffled) in rows(24).prop_flat_map(|rows| {
            let numbers: Vec<usize> = (0..rows.len()).collect();
            (Just(rows), Just(numbers).prop_shuffle())
        }),
        again in proptest::collection::vec(any::<Index>(), 0..8),
        cuts in proptest::collection::vec(any::<bool>(), 32),
    ) {
        let (partition, profiles) = resolve(&kinds, &rows);
        let mut numbers = shuffled;
        if !rows.is_empty() {
            numbers.extend(again.iter().map(|index| index.index(rows.len())));
        }
        let mut links = Links::new(&Rules::new(&kinds).unwrap());
        let mut batches: Vec<Vec<usize>> = vec![Vec::new()];
        for (number, cut) in numbers.iter().zip(cuts.iter().cycle()) {
            if *cut {
                batches.push(Vec::new());
            }
            batches.last_mut().unwrap().push(*number);
        }
        let batch_keys: Vec<_> = batches
            .iter()
            .map(|batch| add(&mut links, &batch.iter().map(|&n| rows[n].clone()).collect::<Vec<_>>()))
            .collect();
        let other = links.resolve();
        prop_assert_eq!(seen(&partition), seen(&other));
        for (batch, keys) in batches.iter().zip(&batch_keys) {
            let wanted: Vec<u32> = batch.iter().map(|&n| profiles[n]).collect();
            prop_assert_eq!(other.profiles_of(keys), wanted);
        }
    }

    #[test]
    fn caps_hold_and_believed_values_keep_their_rows_together(kinds in kinds(), rows in rows(24)) {
        let (partition, profiles) = resolve(&kinds, &rows);
        for profile in 0..partition.len() as u32 {
            let mut counts = [0; 5];
            partition.identifiers(profile).for_each(|(kind, _)| counts[kind] += 1);
            for (found, kind) in counts.iter().zip(kinds.values()) {
                prop_assert!(kind.max_per_profile.is_none_or(|cap| *found <= cap));
            }
        }
        let mut profile_of: BTreeMap<(usize, &str), u32> = BTreeMap::new();
        for (row, &profile) in rows.iter().zip(&profiles) {
            prop_assert_eq!(profile == NO_PROFILE, row.iter().all(Option::is_none));
            for (kind, value) in row.iter().enumerate().filter_map(|(k, v)| Some((k, v.as_deref()?))) {
                if !partition.is_isolated(kind, value) {
                    prop_assert_eq!(*profile_of.entry((kind, value)).or_insert(profile), profile);
                    prop_assert_eq!(partition.profile_of(kind, value), Some(profile));
                }
            }
        }
        // Every profile has a row, and every value that is isolated is reported.
        let mut with_rows: Vec<u32> = profiles.into_iter().filter(|p| *p != NO_PROFILE).collect();
        with_rows.sort_unstable();
        with_rows.dedup();
        prop_assert_eq!(with_rows.len(), partition.len());
        let report = partition.report();
        let refused: u64 = report.conflicts.iter().map(|conflict| conflict.n_values).sum();
        prop_assert_eq!(refused, report.kinds.iter().map(|kind| kind.refused).sum::<u64>());
    }

    #[test]
    fn people_that_share_nothing_do_not_matter_to_each_other(kinds in kinds(), one in rows(12), two in rows(12)) {
        let other = |v: String| format!("other{v}");
        let two: Vec<Row> = two.into_iter().map(|row| row.into_iter().map(|v| v.map(other)).collect()).collect();
        let both: Vec<Row> = one.iter().chain(&two).cloned().collect();
        let mut wanted = seen(&resolve(&kinds, &one).0).members;
        wanted.extend(seen(&resolve(&kinds, &two).0).members);
        wanted.sort();
        prop_assert_eq!(seen(&resolve(&kinds, &both).0).members, wanted);
    }
}
