//! Twenty business rules over a million customers, a tenth of the values null.
//! `cargo bench -p tagloom-benches --bench rules`

mod people;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Bencher, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rayon::ThreadPoolBuilder;
use tagloom::expr::{Block, Prepared, Program};
use tagloom::rule::Frame;
use tagloom::time::{Timestamp, Zone};
use tagloom_testkit::Random;

const N: usize = 1_000_000;

/// Times a call: on the wall or, where `TAGLOOM_BENCH_CPU` is set, by the time that this thread was on a processor,
/// which a machine with other work leaves as it is.
fn time<T>(b: &mut Bencher<'_>, mut call: impl FnMut() -> T) {
    if std::env::var_os("TAGLOOM_BENCH_CPU").is_none() {
        return b.iter(call);
    }
    b.iter_custom(|n| {
        let start = on_processor();
        for _ in 0..n {
            black_box(call());
        }
        on_processor().saturating_sub(start)
    });
}

/// How long this thread was on a processor so far (Linux).
fn on_processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0))
}

fn many(c: &mut Criterion) {
    let (program, roots) = people::program();
    let columns = people::columns(N);
    let zone = Zone::utc();
    let block = Block::new(N, Timestamp::from_micros(0), &zone).with_columns(&columns);
    let mut group = c.benchmark_group("rules/twenty");
    group.throughput(Throughput::Elements(N as u64)).sample_size(20);
    for threads in [1, 2] {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads start");
        group.bench_function(BenchmarkId::new("threads", threads), |b| {
            pool.install(|| time(b, || program.evaluate(&roots, &block).expect("the block fits")));
        });
    }
    let batch = [people::batch(&columns)];
    let pool = ThreadPoolBuilder::new().num_threads(1).build().expect("threads start");
    group.sample_size(10).bench_function("raw", |b| {
        let evaluate = || {
            let frame = Frame::from_batches(&batch).expect("the batch is a frame");
            let columns = frame.columns().map(|(_, column)| column);
            let block = Block::new(N, Timestamp::from_micros(0), &zone).with_columns(columns);
            program.evaluate(&roots, &block).expect("the block fits")
        };
        pool.install(|| time(b, evaluate));
    });
    group.finish();
}

/// A thousand rules that differ in their numbers.
fn thousand(c: &mut Criterion) {
    let mut program = Program::new(people::schema());
    let rules = people::RULES.lines().cycle().take(1_000).enumerate();
    let roots: Vec<_> = rules
        .map(|(at, rule)| {
            let rule = format!("{rule} AND spend_365d > {at} AND age > {}", at / 20);
            program.add_bool(&rule).expect("the rule is right")
        })
        .collect();
    let columns = people::columns(N);
    let zone = Zone::utc();
    let block = Block::new(N, Timestamp::from_micros(0), &zone).with_columns(&columns);
    let pool = ThreadPoolBuilder::new().num_threads(1).build().expect("threads start");
    let mut group = c.benchmark_group("rules/thousand");
    group.throughput(Throughput::Elements(N as u64)).sample_size(10);
    group.bench_function("threads/1", |b| {
        pool.install(|| time(b, || program.evaluate(&roots, &block).expect("the block fits")));
    });
    group.finish();
}

fn one(c: &mut Criterion) {
    let (program, roots) = people::program();
    let prepared = Prepared::new(Arc::new(program), &roots, Timestamp::from_micros(0), &Zone::utc());
    let mut random = Random::seeded(2);
    let customers: Vec<_> = (0..1_000).map(|_| people::customer(&mut random)).collect();
    let mut next = customers.iter().cycle();
    let mut group = c.benchmark_group("rules/one");
    group.bench_function("twenty", |b| {
        time(b, || prepared.evaluate(next.next().expect("there are customers")).expect("the row fits"));
    });
    group.bench_function("twenty_explained", |b| {
        time(b, || {
            let row = next.next().expect("there are customers");
            let explain = |rule| prepared.explain(rule, row).expect("the row fits");
            (0..roots.len()).map(explain).collect::<Vec<_>>()
        });
    });
    group.finish();
}

fn compile(c: &mut Criterion) {
    let schema = people::schema();
    let mut group = c.benchmark_group("rules/compile");
    group.throughput(Throughput::Elements(20));
    group.bench_function("twenty", |b| {
        time(b, || {
            let mut program = Program::new(schema.clone());
            for rule in people::RULES.lines() {
                program.add_bool(rule).expect("the rule is right");
            }
            program
        });
    });
    group.finish();
}

criterion_group!(benches, many, one, thousand, compile);
criterion_main!(benches);
