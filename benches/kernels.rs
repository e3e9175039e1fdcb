//! Each aggregate alone, over rows that are grouped already. `cargo bench -p tagloom-benches --bench kernels`

use arrow_array::{Float64Array, Int64Array};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tagloom::catalog::model::GapsBetween;
use tagloom::fact::{self, Op, Operand, View};
use tagloom::time::{CalendarUnit, LocalClock, TimeRange, Timestamp, Window, Zone};
use tagloom::timeline::{Timeline, Ungrouped};
use tagloom::value::{Column, ColumnBuilder, DataType};
use tagloom_testkit::Random;

const PROFILES: usize = 2_048;
const ROWS: usize = PROFILES * 20;
const DAY: i64 = 86_400_000_000;

/// Two years of events with an amount, a number of units and one of 40 categories.
fn timeline() -> Timeline {
    let mut random = Random::seeded(1);
    let mut category = ColumnBuilder::new(DataType::String, ROWS);
    let (mut profiles, mut times) = (Vec::new(), Vec::new());
    let (mut amounts, mut units) = (Vec::new(), Vec::new());
    for _ in 0..ROWS {
        profiles.push(random.below(PROFILES) as u32);
        times.push(random.below(730) as i64 * DAY + random.below(86_400) as i64 * 1_000_000);
        amounts.push(random.waiting(30.0));
        units.push(random.below(9) as i64);
        category.push_str(&format!("category {}", random.below(40)));
    }
    let columns =
        [Column::Float(Float64Array::from(amounts)), Column::Int(Int64Array::from(units)), category.finish()];
    let numbers: Vec<u32> = (0..ROWS as u32).collect();
    let (timeline, _) = Timeline::build(&Ungrouped {
        n_profiles: PROFILES,
        profile_of_row: &profiles,
        times: Some(&times),
        event_id: &[],
        columns: &columns,
        row_numbers: Some(&numbers),
    });
    timeline
}

fn ops() -> Vec<(&'static str, Op)> {
    let (amount, units, category) = (0, 1, 2);
    let parts = vec![("night".to_owned(), [22, 6])];
    vec![
        ("count", Op::Count),
        ("sum_float", Op::Sum(amount)),
        ("sum_int", Op::Sum(units)),
        ("mean", Op::Mean(amount)),
        ("std", Op::Std(amount)),
        ("median", Op::Median(amount)),
        ("balance", Op::Balance(amount)),
        ("max", Op::Max(Operand::Column(amount))),
        ("arg_max", Op::ArgMax { by: amount, take: Operand::Column(category) }),
        ("first", Op::First(Operand::Column(category))),
        ("count_distinct", Op::CountDistinct(category)),
        ("values", Op::Values(category)),
        ("mode", Op::Mode(category)),
        ("top_values", Op::TopValues { of: category, top: 3 }),
        ("largest_shares", Op::LargestShares { of: Some(amount), by: category, top: 3 }),
        ("days_since_last", Op::DaysSinceLast),
        ("active", Op::Active(CalendarUnit::Day)),
        ("streak_weeks", Op::Streak(CalendarUnit::Week)),
        ("gaps", Op::Gaps(GapsBetween::Events)),
        ("hour_of_day", Op::HourOfDay { parts }),
        ("day_of_week", Op::DayOfWeek),
        ("sessions", Op::Sessions { gap: DAY / 48 }),
    ]
}

fn kernels(c: &mut Criterion) {
    let timeline = timeline();
    let zone = Zone::named("Asia/Shanghai").expect("the zone is known");
    let as_of = Timestamp::from_micros(730 * DAY);
    let clock = LocalClock::new(&zone, TimeRange { from: Timestamp::MIN, to: as_of });
    for window in ["all", "90d"] {
        let range = window.parse::<Window>().expect("a window").ending_at(as_of, &zone);
        let view = View {
            timeline: &timeline,
            range,
            spans: None,
            filter: None,
            last: None,
            narrowed: None,
            steps: &[],
            as_of,
            zone: &zone,
            clock: &clock,
        };
        let mut group = c.benchmark_group(format!("kernels/{window}"));
        group.throughput(Throughput::Elements(ROWS as u64)).sample_size(30);
        for (name, op) in ops() {
            group.bench_function(name, |b| b.iter(|| fact::compute(&op, &view, 0..PROFILES)));
        }
        group.finish();
    }
}

criterion_group!(benches, kernels);
criterion_main!(benches);
