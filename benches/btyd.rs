//! Buy-till-you-die models and RFM of made-up customers. `cargo bench -p tagloom-benches --bench btyd`

use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tagloom::Table;
use tagloom::marketing::btyd::{History, Kind, Summary, SummaryOptions, fit};
use tagloom::marketing::input::{OrderColumns, Orders};
use tagloom::marketing::rfm;
use tagloom::time::Zone;
use tagloom_testkit::Random;

/// Customers as BG/NBD supposes them, in days: observed for 30 to 730, most buy once in some months.
fn customers(n: usize) -> Vec<History> {
    let mut random = Random::seeded(1);
    let one = |random: &mut Random| {
        let rate = (random.waiting(1.0) + random.waiting(1.0)) / 120.0;
        let (leaves, age) = (random.unit() * 0.5, (30.0 + 700.0 * random.unit()).floor());
        let (mut x, mut t_x, mut time) = (0.0, 0.0, 0.0);
        loop {
            time += random.waiting(1.0 / rate);
            let day = f64::floor(time);
            if day > age {
                return History::new(x, t_x, age);
            }
            if day > t_x {
                (x, t_x) = (x + 1.0, day);
            }
            if random.chance(leaves) {
                return History::new(x, t_x, age);
            }
        }
    };
    (0..n).map(|_| one(&mut random)).collect()
}

/// Transactions of a sixth as many customers, some of whom buy much more often than others.
fn transactions(n: usize) -> Table {
    let mut random = Random::seeded(2);
    let most = n as f64 / 6.0;
    let ids: Int64Array = (0..n).map(|_| Some((most * random.unit() * random.unit()) as i64)).collect();
    let days: Date32Array = (0..n).map(|_| Some(19_000 + random.below(730) as i32)).collect();
    let money: Float64Array = (0..n).map(|_| Some(random.below(10_000) as f64 / 100.0)).collect();
    let columns: [(&str, ArrayRef); 3] =
        [("id", Arc::new(ids)), ("day", Arc::new(days)), ("money", Arc::new(money))];
    RecordBatch::try_from_iter(columns).expect("the columns are of one length").into()
}

fn fits(c: &mut Criterion) {
    let mut group = c.benchmark_group("btyd/fit");
    group.sample_size(10);
    for n in [2_357, 1_000_000] {
        let rows = customers(n);
        group.throughput(Throughput::Elements(n as u64));
        for kind in [Kind::BgNbd, Kind::ParetoNbd] {
            group.bench_with_input(BenchmarkId::new(kind.to_string(), n), &rows, |b, rows| {
                b.iter(|| fit(kind, rows).expect("customers came back"));
            });
        }
    }
    group.finish();
}

fn expectations(c: &mut Criterion) {
    let rows = customers(1_000_000);
    let (model, _) = fit(Kind::BgNbd, &rows).expect("customers came back");
    let mut group = c.benchmark_group("btyd/expected_purchases");
    group.sample_size(10);
    group.throughput(Throughput::Elements(rows.len() as u64));
    group.bench_function("BG/NBD/1000000", |b| {
        b.iter(|| {
            let expected = rows.iter().map(|h| model.expected_purchases(h, 273.0));
            expected.sum::<Result<f64, _>>().expect("customers are right")
        });
    });
    group.finish();
}

fn summaries(c: &mut Criterion) {
    let table = transactions(3_000_000);
    let columns =
        OrderColumns { customer: "id".into(), time: "day".into(), money: Some("money".into()), order: None };
    let mut group = c.benchmark_group("btyd/summary");
    group.sample_size(10);
    group.throughput(Throughput::Elements(3_000_000));
    group.bench_function("3000000", |b| {
        b.iter(|| {
            let (orders, _) = Orders::read(&table, &columns, &Zone::utc()).expect("the table is right");
            Summary::of(&orders, &SummaryOptions::default()).expect("the options are right").len()
        });
    });
    group.finish();
}

fn scores(c: &mut Criterion) {
    let n = 1_000_000;
    let mut random = Random::seeded(3);
    let mut column =
        |most: usize| -> Vec<Option<f64>> { (0..n).map(|_| Some(random.below(most) as f64)).collect() };
    let (recency, frequency, monetary) = (column(730), column(40), column(1_000_000));
    let mut group = c.benchmark_group("rfm/fit_and_score");
    group.sample_size(10);
    group.throughput(Throughput::Elements(n as u64));
    group.bench_function("1000000", |b| {
        b.iter(|| {
            let input = rfm::Input::new(&recency, &frequency, &monetary);
            let fitted = rfm::fit(&rfm::Params::default(), &input).expect("the columns are of one length");
            let score = |at: usize| fitted.score(recency[at], frequency[at], monetary[at]);
            (0..n).filter_map(score).map(|scores| u64::from(scores.r)).sum::<u64>()
        });
    });
    group.finish();
}

criterion_group!(benches, fits, expectations, summaries, scores);
criterion_main!(benches);
