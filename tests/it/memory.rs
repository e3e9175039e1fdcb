//! How a run is made does not show in its result: memory, threads, batches and rows on disk.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use proptest::prelude::*;
use tagloom::engine::EngineError;
use tagloom::{Catalog, Dataset, Profiles, RunOptions, Table};
use tagloom_testkit::{Shop, shuffled, split};

fn tables(shop: &Shop, n: usize, seed: u64) -> Dataset {
    let cut = |t: arrow_array::RecordBatch| {
        if n == 1 { Table::from(t) } else { Table::batches(t.schema(), split(&t, n, seed).unwrap()) }
    };
    shop.tables().into_iter().fold(Dataset::new(), |all, (name, rows)| all.with(name, cut(rows)))
}

fn options(threads: usize, limit: u64) -> RunOptions {
    RunOptions::default().with_threads(NonZeroUsize::new(threads).unwrap()).with_memory_limit(limit)
}

/// A folder of a test's own, removed when it goes out of scope, where there must be nothing left by then.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tagloom-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn files(&self) -> usize {
        std::fs::read_dir(&self.0).unwrap().count()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Every explanation of every tag of some profiles, as JSON.
fn explanations(profiles: &Profiles) -> Vec<String> {
    let tags: Vec<String> =
        profiles.columns().filter(|what| what.field.is_none()).map(|what| what.tag.clone()).collect();
    let rows = (0..profiles.len()).step_by(7);
    let all = rows.flat_map(|row| tags.iter().map(move |tag| (row, tag)));
    all.map(|(row, tag)| serde_json::to_string(&profiles.explain(row, tag).unwrap()).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn a_limit_of_memory_does_not_show(
        seed: u64,
        batches in 1_usize..5,
        threads in 1_usize..4,
        limit in prop_oneof![Just(0_u64), Just(1_000), Just(40_000), Just(400_000)],
    ) {
        let shop = Shop::seeded(seed).with_members(40);
        let catalog = Catalog::parse(Shop::CATALOGUE).unwrap();
        let same = tables(&shop, batches, seed);
        let plain = catalog.build_with(&same, Shop::AS_OF, &options(1, 1 << 40)).unwrap();
        let other = catalog.build_with(&same, Shop::AS_OF, &options(threads, limit)).unwrap();
        prop_assert_eq!(plain.to_record_batch(), other.to_record_batch());
        prop_assert_eq!(
            serde_json::to_string(plain.report()).unwrap(),
            serde_json::to_string(other.report()).unwrap()
        );
        prop_assert_eq!(plain.fitted().to_bytes().unwrap(), other.fitted().to_bytes().unwrap());
        prop_assert_eq!(explanations(&plain), explanations(&other));
    }
}

#[test]
fn nothing_is_left_on_disk() {
    let folder = Folder::new("nothing-is-left");
    let shop = Shop::seeded(5).with_members(60);
    let catalog = Catalog::parse(Shop::CATALOGUE).unwrap();
    let options = options(2, 0).with_spill_folder(&folder.0);
    let profiles = catalog.build_with(&tables(&shop, 3, 5), Shop::AS_OF, &options).unwrap();
    if cfg!(unix) {
        assert_eq!(folder.files(), 0, "files lose their names as soon as they are there");
    }
    // The rows are there all the same, as long as the profiles are.
    assert!(!explanations(&profiles).is_empty());
    drop(profiles);
    assert_eq!(folder.files(), 0);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_that_names_it() {
    let folder = Folder::new("no-folder");
    let file = folder.0.join("file");
    std::fs::write(&file, "").unwrap();
    let catalog = Catalog::parse(Shop::CATALOGUE).unwrap();
    let shop = Shop::seeded(5).with_members(10);
    let spilled = options(2, 0).with_spill_folder(file.join("below"));
    let error = catalog.build_with(&tables(&shop, 1, 5), Shop::AS_OF, &spilled).unwrap_err();
    assert!(matches!(error, EngineError::Spill(_)));
    assert_eq!(error.code(), "run.spill");
    assert!(error.to_string().contains("below"), "{error}");
    // With room enough nobody looks at the folder.
    let roomy = options(2, 1 << 40).with_spill_folder(file.join("below"));
    assert!(catalog.build_with(&tables(&shop, 1, 5), Shop::AS_OF, &roomy).is_ok());
}

#[test]
fn many_pieces_many_shards() {
    // More rows than a piece has, in one batch and in many, in order and out of it.
    let shop = Shop::seeded(11).with_members(12_000);
    let catalog = Catalog::parse(
        "tagloom: 1\nname: orders\nidentifiers: {member: {}}\nsources:\n  orders: {kind: events, identifiers: \
         {member: member_id}, time: paid_at, event_id: order_id, columns: {amount: float64, category: string}}\ntags:\n  \
         n: {layer: fact, events: orders, count: {}}\n  spend: {layer: fact, events: orders, sum: amount, window: \
         180d}\n  favourite: {layer: fact, events: orders, mode: category}\n  kinds: {layer: fact, events: orders, \
         count_distinct: category}\n",
    )
    .unwrap();
    let orders = shop.orders();
    assert!(orders.num_rows() > 2 * 65_536, "{} orders", orders.num_rows());
    let build = |table: Table, options: &RunOptions| {
        let profiles =
            catalog.build_with(&Dataset::new().with("orders", table), Shop::AS_OF, options).unwrap();
        (profiles.to_record_batch(), serde_json::to_string(profiles.report()).unwrap())
    };
    let plain = build(orders.clone().into(), &options(1, 1 << 40));
    let parts = Table::batches(orders.schema(), split(&orders, 5, 3).unwrap());
    assert_eq!(plain.0, build(parts.clone(), &options(2, 1 << 40)).0);
    assert_eq!(plain.0, build(shuffled(&orders, 3).unwrap().into(), &options(3, 1 << 40)).0);
    assert_eq!(plain, build(orders.into(), &options(2, 4 << 20)));
    assert_eq!(plain.0, build(parts, &options(2, 1 << 20)).0);
}
