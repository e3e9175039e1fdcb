//! k-means of made-up customers. `cargo bench -p tagloom-benches --bench cluster`

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tagloom::stats::cluster::{KMeans, Points};
use tagloom_testkit::Random;

const WIDTH: usize = 8;

/// Customers of five kinds, with eight numbers each.
fn customers(n: usize) -> Points {
    let mut random = Random::seeded(1);
    let kinds: Vec<f64> = (0..5 * WIDTH).map(|_| random.unit() * 6.0).collect();
    let numbers = (0..n).flat_map(|_| {
        let kind = random.below(5) * WIDTH;
        (kind..kind + WIDTH).map(|at| kinds[at] + random.unit() + random.unit()).collect::<Vec<f64>>()
    });
    Points::new(n, numbers.collect(), vec![]).expect("the numbers are small")
}

fn k_means(c: &mut Criterion) {
    let mut group = c.benchmark_group("cluster/k_means_8_numbers_5_groups");
    for n in [10_000, 100_000, 1_000_000] {
        let points = customers(n);
        group.throughput(Throughput::Elements(n as u64)).sample_size(10);
        group.bench_with_input(BenchmarkId::from_parameter(n), &points, |b, points| {
            b.iter(|| KMeans::new(5).fit(points).expect("five groups"));
        });
    }
    group.finish();
}

criterion_group!(benches, k_means);
criterion_main!(benches);
