//! Transactions to histories.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use proptest::prelude::*;

use crate::marketing::btyd::{BtydError, History, ReturnPolicy, Summary, SummaryOptions};
use crate::marketing::input::{OrderColumns, Orders};
use crate::source::Table;
use crate::time::Zone;

fn summary(rows: &[(&str, &str, f64)], options: &SummaryOptions) -> Result<Summary, BtydError> {
    let batch = RecordBatch::try_from_iter([
        ("who", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.0))) as ArrayRef),
        ("when", Arc::new(StringArray::from_iter_values(rows.iter().map(|row| row.1))) as ArrayRef),
        ("amount", Arc::new(rows.iter().map(|row| row.2).collect::<Float64Array>()) as ArrayRef),
    ]);
    let columns = OrderColumns {
        customer: "who".into(),
        time: "when".into(),
        money: Some("amount".into()),
        order: None,
    };
    let (orders, report) = Orders::read(&Table::from(batch.unwrap()), &columns, &options.zone)?;
    assert_eq!(report.rejected_rows(), 0);
    Summary::of(&orders, options)
}

fn until(end: &str) -> SummaryOptions {
    SummaryOptions { end: Some(Zone::utc().parse(end).unwrap()), ..SummaryOptions::default() }
}

const ROWS: [(&str, &str, f64); 8] = [
    ("b", "2026-01-01 09:00", 10.0),
    ("b", "2026-01-01 18:00", 5.0),
    ("b", "2026-01-04", 7.0),
    ("b", "2026-01-08 23:59", 4.0),
    ("b", "2026-01-08 00:00", 5.0),
    ("b", "2026-01-20", 100.0),
    ("a", "2026-01-03", 1.0),
    ("c", "2026-01-11", 1.0),
];

/// Counted by hand: the first day is the birth, the days of repeat purchases are 4 and 8 January (7 and 4 + 5).
#[test]
fn days() {
    let found = summary(&ROWS, &until("2026-01-10")).unwrap();
    assert_eq!((found.customers.get(0), found.customers.get(1), found.left_out), (Some("a"), Some("b"), 1));
    assert_eq!(found.histories, [History::new(0.0, 0.0, 7.0), History::new(2.0, 7.0, 9.0)]);
    assert_eq!((&found.money[..], &found.opportunities[..]), (&[None, Some(8.0)][..], &[7, 9][..]));
    assert_eq!(found.holdout, None);
}

/// 1 January 2026 is a Thursday: weeks begin on 29 December, 5 and 12 January. The week of the end counts as a whole.
#[test]
fn weeks_and_months() {
    let mut options = until("2026-01-10");
    options.period = "7d".parse().unwrap();
    let found = summary(&ROWS, &options).unwrap();
    assert_eq!(found.histories, [History::new(0.0, 0.0, 1.0), History::new(1.0, 1.0, 1.0), History::NEW]);
    assert_eq!(found.money[1], Some(9.0));
    options.period = "1mo".parse().unwrap();
    options.end = Some(Zone::utc().parse("2026-03-01").unwrap());
    let found = summary(&ROWS, &options).unwrap();
    assert!(found.histories.iter().all(|h| *h == History::new(0.0, 0.0, 2.0)) && found.len() == 3);
    options.unit = Some("1d".parse().unwrap());
    let found = summary(&ROWS, &options).unwrap();
    assert_eq!((found.histories[0].age, found.opportunities[0]), (59.0, 2));
}

#[test]
fn units_holdouts_and_zones() {
    let mut options = until("2026-01-10");
    options.unit = Some("7d".parse().unwrap());
    options.holdout_end = Some(Zone::utc().parse("2026-01-24").unwrap());
    let found = summary(&ROWS, &options).unwrap();
    assert_eq!(found.histories[1], History::new(2.0, 1.0, 9.0 / 7.0));
    let holdout = found.holdout.unwrap();
    assert_eq!((holdout.length, holdout.purchases), (2.0, vec![0, 1]));
    options.unit = Some("1mo".parse().unwrap());
    assert_eq!(summary(&ROWS, &options).unwrap_err().code(), "btyd.argument");
    options.unit = None;
    options.holdout_end = Some(Zone::utc().parse("2026-01-09").unwrap());
    assert_eq!(summary(&ROWS, &options).unwrap_err().code(), "btyd.argument");

    // 23:30 in Greenwich is the next day in Shanghai.
    let rows = [
        ("a", "2026-01-01T23:30:00Z", 1.0),
        ("a", "2026-01-02T23:30:00Z", 1.0),
        ("a", "2026-01-03T01:00:00Z", 1.0),
    ];
    let days = |zone: Zone| {
        summary(&rows, &SummaryOptions { zone, ..SummaryOptions::default() }).unwrap().histories[0]
    };
    assert_eq!(days(Zone::utc()), History::new(2.0, 2.0, 2.0));
    assert_eq!(days(Zone::named("Asia/Shanghai").unwrap()), History::new(1.0, 1.0, 1.0));
}

#[test]
fn returns() {
    let rows = [
        ("a", "2026-01-01", 10.0),
        ("a", "2026-01-05", 10.0),
        ("a", "2026-01-05", -4.0),
        ("a", "2026-01-08", -6.0),
        ("b", "2026-01-02", -1.0),
    ];
    let mut options = until("2026-01-10");
    let found = summary(&rows, &options).unwrap();
    assert_eq!((found.histories[0], found.money[0]), (History::new(1.0, 4.0, 9.0), Some(6.0)));
    assert_eq!(found.left_out, 1);
    options.returns = ReturnPolicy::Ignore;
    let found = summary(&rows, &options).unwrap();
    assert_eq!((found.histories[0], found.money[0]), (History::new(1.0, 4.0, 9.0), Some(10.0)));
}

#[test]
fn nothing_at_all() {
    let found = summary(&[], &SummaryOptions::default()).unwrap();
    assert!(found.is_empty());
}

proptest! {
    #[test]
    fn order_does_not_matter(seed in 0usize..40_320) {
        let mut rows = ROWS.to_vec();
        let mut code = seed;
        for at in (1..rows.len()).rev() {
            rows.swap(at, code % (at + 1));
            code /= at + 1;
        }
        let (one, other) = (summary(&ROWS, &until("2026-01-10")).unwrap(), summary(&rows, &until("2026-01-10")).unwrap());
        prop_assert_eq!(one.histories, other.histories);
        prop_assert_eq!(one.money, other.money);
        prop_assert_eq!(one.customers.get(0), other.customers.get(0));
    }
}
