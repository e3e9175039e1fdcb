//! What must hold of every build, whatever the rows: checked over made-up shops of many seeds.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use arrow_array::cast::AsArray;
use arrow_array::types::TimestampMicrosecondType;
use arrow_array::{BooleanArray, RecordBatch};
use arrow_select::filter::filter_record_batch;
use proptest::prelude::*;
use tagloom::time::Timestamp;
use tagloom::value::Value;
use tagloom::{Catalog, Dataset, Fitted, Profiles, RunOptions, Table};
use tagloom_testkit::{Shop, repeated, shuffled, split};

fn catalog() -> Catalog {
    Catalog::parse(Shop::CATALOGUE).unwrap()
}

fn shop(seed: u64) -> Shop {
    Shop::seeded(seed).with_members(40)
}

fn dataset(shop: &Shop, mut change: impl FnMut(RecordBatch) -> Table) -> Dataset {
    shop.tables().into_iter().fold(Dataset::new(), |all, (name, rows)| all.with(name, change(rows)))
}

fn build(tables: &Dataset) -> Profiles {
    catalog().build(tables, Shop::AS_OF).unwrap()
}

/// The tags of each member by name.
fn tags(profiles: &Profiles) -> BTreeMap<String, Vec<(String, Value)>> {
    let columns: Vec<_> =
        profiles.columns().map(|what| (what, profiles.column(&what.name).unwrap())).collect();
    let rows = 0..profiles.len();
    let members = rows.filter_map(|row| {
        let (_, member) = profiles.identifiers(row).find(|(kind, _)| *kind == "member")?;
        let values = columns.iter().map(|(what, column)| (what.name.clone(), column.value(row)));
        Some((member.to_owned(), values.collect()))
    });
    members.collect()
}

/// The rows of a table in which a text column has one of some values.
fn rows_of(table: &RecordBatch, column: &str, values: &BTreeSet<String>) -> BooleanArray {
    let column = table.column_by_name(column).unwrap().as_string::<i32>();
    column.iter().map(|value| Some(value.is_some_and(|value| values.contains(value)))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn order_of_rows_does_not_show(seed: u64) {
        let (shop, catalog) = (shop(seed), catalog());
        let plain = catalog.build(&dataset(&shop, Table::from), Shop::AS_OF).unwrap();
        let other = catalog.build(&dataset(&shop, |t| shuffled(&t, seed).unwrap().into()), Shop::AS_OF).unwrap();
        prop_assert_eq!(plain.to_record_batch(), other.to_record_batch());
    }

    #[test]
    fn batches_do_not_show(seed: u64, n in 1_usize..6) {
        let shop = shop(seed);
        let parts = dataset(&shop, |t| Table::batches(t.schema(), split(&t, n, seed).unwrap()));
        prop_assert_eq!(build(&dataset(&shop, Table::from)).to_record_batch(), build(&parts).to_record_batch());
    }

    #[test]
    fn threads_do_not_show(seed: u64) {
        let (shop, catalog) = (shop(seed), catalog());
        let tables = dataset(&shop, Table::from);
        let on = |n| {
            let options = RunOptions::default().with_threads(NonZeroUsize::new(n).unwrap());
            catalog.build_with(&tables, Shop::AS_OF, &options).unwrap().to_record_batch()
        };
        prop_assert_eq!(on(1), on(4));
    }

    #[test]
    fn repeated_delivery_does_not_show(seed: u64) {
        let shop = shop(seed);
        let twice = dataset(&shop, |t| repeated(&t, seed).unwrap().into());
        prop_assert_eq!(build(&dataset(&shop, Table::from)).to_record_batch(), build(&twice).to_record_batch());
    }

    #[test]
    fn rows_at_or_after_the_instant_are_not_seen(seed: u64) {
        let shop = shop(seed);
        let profiles = build(&dataset(&shop, Table::from));
        let as_of = profiles.as_of();
        let past = dataset(&shop, |t| {
            let times = t.columns().iter().find_map(|c| c.as_primitive_opt::<TimestampMicrosecondType>()).unwrap();
            let past: BooleanArray = times.iter().map(|at| at.map(|at| Timestamp::from_micros(at) < as_of)).collect();
            filter_record_batch(&t, &past).unwrap().into()
        });
        prop_assert_eq!(profiles.to_record_batch(), build(&past).to_record_batch());
    }

    /// What is applied to some members' rows alone says the same of them as when applied to everybody's.
    #[test]
    fn a_profile_depends_on_its_own_rows_alone(seed: u64, n in 1_usize..6) {
        let shop = shop(seed);
        let tables = dataset(&shop, Table::from);
        let fitted = catalog().fit(&tables, Shop::AS_OF).unwrap();
        let all = tags(&fitted.apply(&tables, Shop::AS_OF).unwrap());

        let some: BTreeSet<String> = all.keys().step_by(n).cloned().collect();
        let visits = shop.visits();
        let signed_in = filter_record_batch(&visits, &rows_of(&visits, "member_id", &some)).unwrap();
        let orders = shop.orders();
        let orders = filter_record_batch(&orders, &rows_of(&orders, "member_id", &some)).unwrap();
        let devices = [&signed_in, &orders].into_iter().flat_map(|t| t["device_id"].as_string::<i32>());
        let devices: BTreeSet<String> = devices.flatten().map(str::to_owned).collect();
        let members = shop.members();
        let part = Dataset::new()
            .with("members", filter_record_batch(&members, &rows_of(&members, "member_id", &some)).unwrap())
            .with("orders", orders)
            .with("visits", filter_record_batch(&visits, &rows_of(&visits, "device_id", &devices)).unwrap());

        let part = tags(&fitted.apply(&part, Shop::AS_OF).unwrap());
        prop_assert_eq!(part.len(), some.len());
        for (member, tags) in part {
            prop_assert_eq!(&tags, &all[&member], "{}", member);
        }
    }

    #[test]
    fn what_was_learnt_can_be_saved(seed: u64) {
        let shop = shop(seed);
        let tables = dataset(&shop, Table::from);
        let fitted = catalog().fit(&tables, Shop::AS_OF).unwrap();
        let bytes = fitted.to_bytes().unwrap();
        let loaded = Fitted::from_bytes(&bytes).unwrap();
        prop_assert_eq!(&loaded.to_bytes().unwrap(), &bytes);
        let [before, after] = [&fitted, &loaded].map(|f| f.apply(&tables, Shop::AS_OF).unwrap().to_record_batch());
        prop_assert_eq!(before, after);
    }

    #[test]
    fn every_row_is_counted(seed: u64) {
        let shop = shop(seed);
        let profiles = build(&dataset(&shop, Table::from));
        for ((name, rows), source) in shop.tables().into_iter().zip(&profiles.report().sources) {
            let aside = source.after_as_of + source.without_profile + source.repeated.same + source.repeated.different;
            let counted = source.read.rejected_rows() + aside + source.used;
            prop_assert_eq!(counted, rows.num_rows() as u64, "{}", name);
        }
    }

    #[test]
    fn every_value_explains_itself(seed: u64) {
        let profiles = build(&dataset(&shop(seed), Table::from));
        for what in profiles.columns().filter(|what| what.field.is_none()) {
            let column = profiles.column(&what.name).unwrap();
            for row in 0..profiles.len() {
                let explanation = profiles.explain(row, &what.tag).unwrap();
                prop_assert_eq!(explanation.value, column.value(row), "{} of row {}", what.name, row);
            }
        }
    }
}
