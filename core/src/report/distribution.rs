//! How the values of a column are spread.

use std::collections::BTreeMap;

use arrow_array::Array;
use serde::Serialize;

use crate::report::histogram::{self, Histogram, Numbers};
use crate::time::{Date, Timestamp, Zone};
use crate::value::{Column, StringColumn, StringSetColumn};

/// How many values a ranking names.
const TOP: usize = 8;

/// How the values of a column are spread.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Distribution {
    /// The values are personal data.
    Personal,
    /// There are no values.
    Empty,
    /// Of numbers.
    Numbers(Numbers),
    /// Of truth values; the other profiles are unknown.
    Flags {
        /// How many are true.
        yes: u64,
        /// How many are false.
        no: u64,
    },
    /// Of texts.
    Texts(Ranking),
    /// Of days; instants are taken as days in the catalogue's time zone.
    Days {
        /// The first.
        min: Date,
        /// The median, of two the earlier.
        median: Date,
        /// The last.
        max: Date,
        /// How they are spread.
        histogram: Histogram,
    },
    /// Of sets: how many profiles have each member.
    Sets {
        /// The members.
        members: Ranking,
        /// How many members a set has on average.
        mean_size: f64,
    },
}

/// The most frequent values.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Ranking {
    /// The most frequent first, equally frequent ones in byte order.
    pub top: Vec<Ranked>,
    /// How many further distinct values there are.
    pub other_values: u64,
    /// How many profiles have those; of sets, how many times they occur.
    pub other_count: u64,
}

/// A value and how many profiles have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ranked {
    /// The value.
    pub value: String,
    /// How many.
    pub count: u64,
}

impl Distribution {
    /// Sums up a column.
    pub(super) fn of(column: &Column, zone: &Zone) -> Self {
        if column.null_count() == column.len() {
            return Self::Empty;
        }
        match column {
            Column::Bool(flags) => {
                let yes = flags.iter().flatten().filter(|flag| *flag).count() as u64;
                Self::Flags { yes, no: (flags.len() - flags.null_count()) as u64 - yes }
            }
            Column::Int(_) | Column::Float(_) | Column::Decimal(_) => {
                let whole = matches!(column, Column::Int(_));
                let values = (0..column.len()).filter_map(|row| column.f64(row));
                Numbers::of(values, whole).map_or(Self::Empty, Self::Numbers)
            }
            Column::String(texts) => Self::Texts(Ranking::of(&counts_of_texts(texts), TOP)),
            Column::Date(days) => Self::days(days.iter().flatten().map(Date::from_days).collect()),
            Column::Timestamp(instants) => {
                let day = |micros| zone.date_at(Timestamp::from_micros(micros));
                Self::days(instants.iter().flatten().map(day).collect())
            }
            Column::StringSet(sets) => {
                let n_sets = column.len() - column.null_count();
                let counts = counts_of_members(sets);
                let total: u64 = counts.values().sum();
                Self::Sets { members: Ranking::of(&counts, TOP), mean_size: total as f64 / n_sets as f64 }
            }
        }
    }

    fn days(mut days: Vec<Date>) -> Self {
        days.sort_unstable();
        match (days.first(), days.last(), histogram::days(&days)) {
            (Some(min), Some(max), Some(histogram)) => {
                Self::Days { min: *min, median: days[(days.len() - 1) / 2], max: *max, histogram }
            }
            _ => Self::Empty,
        }
    }
}

impl Ranking {
    /// Ranks values that were counted, naming at most `top`; one other alone is named too.
    pub(super) fn of(counts: &BTreeMap<&str, u64>, top: usize) -> Self {
        let mut ranked: Vec<(&str, u64)> = counts.iter().map(|(value, n)| (*value, *n)).collect();
        ranked.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        let shown = if ranked.len() == top + 1 { top + 1 } else { top.min(ranked.len()) };
        let others = &ranked[shown..];
        Self {
            other_values: others.len() as u64,
            other_count: others.iter().map(|(_, n)| n).sum(),
            top: ranked[..shown]
                .iter()
                .map(|(value, count)| Ranked { value: (*value).to_owned(), count: *count })
                .collect(),
        }
    }
}

/// How many rows have each text.
pub(super) fn counts_of_texts(texts: &StringColumn) -> BTreeMap<&str, u64> {
    let mut by_code = vec![0; texts.values().len()];
    for code in texts.codes().iter().flatten() {
        by_code[code as usize] += 1;
    }
    by_name(by_code, texts.values())
}

fn counts_of_members(sets: &StringSetColumn) -> BTreeMap<&str, u64> {
    let mut by_code = vec![0; sets.values().len()];
    for code in (0..sets.len()).flat_map(|row| sets.codes(row)) {
        by_code[*code as usize] += 1;
    }
    by_name(by_code, sets.values())
}

fn by_name(by_code: Vec<u64>, values: &arrow_array::StringArray) -> BTreeMap<&str, u64> {
    let counted = by_code.into_iter().enumerate().filter(|(_, n)| *n > 0);
    counted.map(|(code, n)| (values.value(code), n)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{ColumnBuilder, DataType, Value};

    fn column(data_type: DataType, values: &[Value]) -> Column {
        let mut builder = ColumnBuilder::new(data_type, values.len());
        for value in values {
            builder.push(value);
        }
        builder.finish()
    }

    #[test]
    fn flags_are_three_valued() {
        let flags = column(DataType::Bool, &[true.into(), Value::Null, false.into(), true.into()]);
        assert_eq!(Distribution::of(&flags, &Zone::utc()), Distribution::Flags { yes: 2, no: 1 });
    }

    #[test]
    fn texts_are_ranked_and_the_rest_is_counted() {
        let mut values: Vec<Value> = ["b", "a", "a", "b"].map(Value::from).into();
        values.extend((0..10).map(|i| Value::from(format!("x{i}").as_str())));
        let Distribution::Texts(ranking) = Distribution::of(&column(DataType::String, &values), &Zone::utc())
        else {
            panic!("texts give a ranking");
        };
        let top: Vec<_> = ranking.top.iter().map(|r| (r.value.as_str(), r.count)).collect();
        assert_eq!(top[..3], [("a", 2), ("b", 2), ("x0", 1)]);
        assert_eq!((top.len(), ranking.other_values, ranking.other_count), (8, 4, 4));
    }

    #[test]
    fn instants_are_days_of_the_zone() {
        let late: Timestamp = Zone::utc().parse("2026-05-01T20:00:00").unwrap();
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let found = Distribution::of(&column(DataType::Timestamp, &[Value::Timestamp(late)]), &zone);
        let Distribution::Days { min, max, .. } = found else { panic!("instants give days") };
        assert_eq!((min.to_string(), max), ("2026-05-02".to_owned(), min));
    }

    #[test]
    fn sets_count_members() {
        let set = |items: &[&str]| Value::StringSet(items.iter().map(|item| (*item).into()).collect());
        let sets = column(DataType::StringSet, &[set(&["a", "b"]), set(&["a"]), set(&[]), Value::Null]);
        let Distribution::Sets { members, mean_size } = Distribution::of(&sets, &Zone::utc()) else {
            panic!("sets give members");
        };
        assert_eq!((members.top[0].count, mean_size), (2, 1.0));
    }

    #[test]
    fn nothing_is_nothing() {
        for data_type in [DataType::Int, DataType::Bool, DataType::String, DataType::StringSet] {
            assert_eq!(Distribution::of(&Column::nulls(data_type, 3), &Zone::utc()), Distribution::Empty);
            assert_eq!(Distribution::of(&Column::nulls(data_type, 0), &Zone::utc()), Distribution::Empty);
        }
    }
}
