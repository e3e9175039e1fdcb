//! The rule language over columns. `cargo bench -p tagloom-benches --bench rules`

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tagloom::expr::{Block, Field, Program, Schema};
use tagloom::time::{Timestamp, Zone};
use tagloom::value::{Column, ColumnBuilder, DataType, Value};
use tagloom_testkit::Random;

const RULES: [(&str, &str); 4] = [
    ("compare", "spend > 100"),
    ("and_or", "spend > 100 AND (orders < 3 OR tier = '金卡会员')"),
    ("in", "tier IN ('金卡会员', '银卡会员')"),
    ("arithmetic", "spend / orders > 50"),
];

fn columns(n: usize) -> Vec<Column> {
    let mut random = Random::seeded(1);
    let mut spend = ColumnBuilder::new(DataType::Float, n);
    let mut orders = ColumnBuilder::new(DataType::Int, n);
    let mut tier = ColumnBuilder::new(DataType::String, n);
    for _ in 0..n {
        let amount = random.waiting(120.0);
        spend.push(&if random.chance(0.1) { Value::Null } else { Value::Float(amount) });
        orders.push(&Value::Int(random.below(20) as i64));
        tier.push_str(random.pick::<&str>(&["普通会员", "银卡会员", "金卡会员"]));
    }
    vec![spend.finish(), orders.finish(), tier.finish()]
}

fn select(c: &mut Criterion) {
    let mut schema = Schema::new();
    schema.push(Field::new("spend", DataType::Float));
    schema.push(Field::required("orders", DataType::Int));
    schema.push(Field::required("tier", DataType::String));
    let zone = Zone::named("Asia/Shanghai").expect("the zone exists");
    for (name, rule) in RULES {
        let mut program = Program::new(schema.clone());
        let root = program.add_bool(rule).expect("the rule is right");
        let mut group = c.benchmark_group(format!("rules/{name}"));
        for n in [10_000, 100_000, 1_000_000] {
            let columns = columns(n);
            let block = Block::new(n, Timestamp::from_micros(0), &zone).with_columns(&columns);
            group.throughput(Throughput::Elements(n as u64));
            group.bench_with_input(BenchmarkId::from_parameter(n), &block, |b, block| {
                b.iter(|| program.select(root, block).expect("the block fits").is_true.count_set_bits());
            });
        }
        group.finish();
    }
}

criterion_group!(benches, select);
criterion_main!(benches);
