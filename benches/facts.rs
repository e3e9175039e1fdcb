//! Tags of a made-up shop: tables in, profiles out. `cargo bench -p tagloom-benches --bench facts`

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tagloom::{Catalog, Dataset};
use tagloom_testkit::Shop;

/// The sources of the shop and nothing but the tags given.
fn catalog(tags: &str) -> Catalog {
    let (sources, _) = Shop::CATALOGUE.split_once("\ntags:\n").expect("the shop's catalogue has tags");
    Catalog::parse(&format!("{sources}\ntags:\n{tags}\n")).expect("the catalogue is right")
}

fn apply(c: &mut Criterion) {
    let kinds = [
        ("count", "  t: {layer: fact, events: orders, count: {}, window: 90d}"),
        (
            "sum_where",
            "  t: {layer: fact, events: orders, sum: amount, window: 365d, where: \"status = 'paid'\"}",
        ),
        ("count_distinct", "  t: {layer: fact, events: orders, count_distinct: category}"),
        ("mode", "  t: {layer: fact, events: orders, mode: category, window: 180d}"),
        ("share_top_3", "  t: {layer: fact, events: orders, share_of: amount, by: category, top: 3}"),
    ];
    for n in [1_000, 10_000] {
        let shop = Shop::seeded(1).with_members(n);
        let tables = shop.tables().into_iter().fold(Dataset::new(), |all, (name, rows)| all.with(name, rows));
        let rows: usize = shop.tables().iter().map(|(_, rows)| rows.num_rows()).sum();
        for (name, tag) in kinds {
            let fitted = catalog(tag).fit(&tables, Shop::AS_OF).expect("the tables are right");
            let mut group = c.benchmark_group(format!("facts/{name}"));
            group.throughput(Throughput::Elements(rows as u64));
            group.bench_with_input(BenchmarkId::from_parameter(n), &tables, |b, tables| {
                b.iter(|| fitted.apply(tables, Shop::AS_OF).expect("the tables are right").len());
            });
            group.finish();
        }
    }
}

fn build(c: &mut Criterion) {
    let catalog = Catalog::parse(Shop::CATALOGUE).expect("the catalogue is right");
    let mut group = c.benchmark_group("build/all_tags");
    group.sample_size(10);
    for n in [1_000, 10_000] {
        let shop = Shop::seeded(1).with_members(n);
        let tables = shop.tables().into_iter().fold(Dataset::new(), |all, (name, rows)| all.with(name, rows));
        group.throughput(Throughput::Elements(n as u64));
        group.bench_with_input(BenchmarkId::from_parameter(n), &tables, |b, tables| {
            b.iter(|| catalog.build(tables, Shop::AS_OF).expect("the tables are right").len());
        });
    }
    group.finish();
}

criterion_group!(benches, apply, build);
criterion_main!(benches);
