//! The aggregates, their fields and the types they take.

use crate::catalog::model::Returns;
use crate::value::DataType;

/// What an aggregate looks at in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operand {
    /// The time of the row.
    Time,
    /// A column of the source, by position.
    Column(usize),
}

/// An aggregate. Columns are positions among the source's columns.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Op {
    /// How many rows; 0 without rows.
    Count,
    /// Whether there is a row.
    Exists,
    /// Sum of a number; nulls are left out; 0 without values. Integers and decimals are exact, and null where the
    /// sum does not fit; floats are summed in canonical order.
    Sum(usize),
    /// Mean of a number as a float; nulls are left out; null without values.
    Mean(usize),
    /// The smallest value; null without values.
    Min(Operand),
    /// The largest value; null without values.
    Max(Operand),
    /// How many distinct values; nulls are left out; 0 without values.
    CountDistinct(usize),
    /// The value in the first row that has one, in canonical order.
    First(Operand),
    /// The value in the last row that has one, in canonical order.
    Last(Operand),
    /// The most frequent value; of equally frequent ones the one seen last; null without values.
    Mode(usize),
    /// Whole days of 24 hours from the first row to `as_of`; null without rows.
    DaysSinceFirst,
    /// Whole days of 24 hours from the last row to `as_of`; null without rows.
    DaysSinceLast,
    /// Whole years from the date in the last row that has one to the day of `as_of`.
    YearsSince(usize),
    /// The share of each key in the sum of a number (`None`: in the number of rows); null where the sum is not
    /// above zero. Rows without a key are left out.
    ShareOfKeys {
        /// The number that is divided, `None` for rows.
        of: Option<usize>,
        /// The column with the key.
        by: usize,
        /// The keys, each a field.
        keys: Vec<String>,
    },
    /// The largest shares and their keys, from the largest; equal shares in byte order of the keys.
    LargestShares {
        /// The number that is divided, `None` for rows.
        of: Option<usize>,
        /// The column with the key.
        by: usize,
        /// How many.
        top: u32,
    },
    /// Recency in days, number and money of orders, as RFM wants them.
    Orders {
        /// The column with the money.
        amount: usize,
        /// The column that names the order; `None` where every row is one.
        order: Option<usize>,
        /// What becomes of negative amounts.
        returns: Returns,
    },
}

/// A field of a tag: its name (`None` for the value of the tag itself), its type, and whether it can be null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldType {
    /// The name; `None` for the value of the tag itself.
    pub name: Option<String>,
    /// The type.
    pub data_type: DataType,
    /// Whether it can be null.
    pub nullable: bool,
}

impl FieldType {
    pub(crate) fn new(name: Option<&str>, data_type: DataType, nullable: bool) -> Self {
        Self { name: name.map(str::to_owned), data_type, nullable }
    }
}

/// An aggregate over a column of a type that it does not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{aggregate} wants {wanted}, this column is {found}")]
#[non_exhaustive]
pub struct FactError {
    /// The aggregate, by its name in catalogues.
    pub aggregate: &'static str,
    /// What it takes.
    pub wanted: &'static str,
    /// What the column is.
    pub found: DataType,
}

impl Op {
    /// The columns it looks at.
    pub fn columns(&self) -> Vec<usize> {
        let operand = |operand: &Operand| match operand {
            Operand::Time => vec![],
            Operand::Column(column) => vec![*column],
        };
        match self {
            Self::Count | Self::Exists | Self::DaysSinceFirst | Self::DaysSinceLast => vec![],
            Self::Sum(c) | Self::Mean(c) | Self::CountDistinct(c) | Self::Mode(c) | Self::YearsSince(c) => {
                vec![*c]
            }
            Self::Min(o) | Self::Max(o) | Self::First(o) | Self::Last(o) => operand(o),
            Self::ShareOfKeys { of, by, .. } | Self::LargestShares { of, by, .. } => {
                of.iter().copied().chain([*by]).collect()
            }
            Self::Orders { amount, order, .. } => [*amount].into_iter().chain(*order).collect(),
        }
    }

    /// The fields of its value, where the source's columns have these types.
    ///
    /// # Errors
    /// [`FactError`] where a column is of a type that the aggregate does not take.
    pub fn fields(&self, types: &[DataType]) -> Result<Vec<FieldType>, FactError> {
        let check = |aggregate, column: usize, fits: fn(DataType) -> bool, wanted| {
            let found = types[column];
            if fits(found) { Ok(found) } else { Err(FactError { aggregate, wanted, found }) }
        };
        let number = |aggregate, column| check(aggregate, column, DataType::is_numeric, "a number");
        let single = |aggregate, column| {
            check(aggregate, column, |t| t != DataType::StringSet, "single values, no sets")
        };
        let ordered = |aggregate, operand: &Operand| match operand {
            Operand::Time => Ok(DataType::Timestamp),
            Operand::Column(column) => check(
                aggregate,
                *column,
                |t| !matches!(t, DataType::StringSet | DataType::Bool),
                "numbers, dates, timestamps or text",
            ),
        };
        let any = |operand: &Operand| match operand {
            Operand::Time => DataType::Timestamp,
            Operand::Column(column) => types[*column],
        };
        let one = |data_type, nullable| Ok(vec![FieldType::new(None, data_type, nullable)]);
        match self {
            Self::Count => one(DataType::Int, false),
            Self::Exists => one(DataType::Bool, false),
            Self::Sum(column) => match number("sum", *column)? {
                DataType::Decimal { scale, .. } => one(DataType::Decimal { precision: 38, scale }, true),
                DataType::Float => one(DataType::Float, false),
                _ => one(DataType::Int, true),
            },
            Self::Mean(column) => number("mean", *column).and_then(|_| one(DataType::Float, true)),
            Self::Min(operand) => one(ordered("min", operand)?, true),
            Self::Max(operand) => one(ordered("max", operand)?, true),
            Self::CountDistinct(column) => {
                single("count_distinct", *column).and_then(|_| one(DataType::Int, false))
            }
            Self::First(operand) | Self::Last(operand) => one(any(operand), true),
            Self::Mode(column) => one(single("mode", *column)?, true),
            Self::DaysSinceFirst | Self::DaysSinceLast => one(DataType::Int, true),
            Self::YearsSince(column) => {
                check("years_since", *column, |t| t == DataType::Date, "a date")?;
                one(DataType::Int, true)
            }
            Self::ShareOfKeys { of, by, keys } => {
                check_share(*of, *by, types)?;
                Ok(keys.iter().map(|key| FieldType::new(Some(key), DataType::Float, true)).collect())
            }
            Self::LargestShares { of, by, top } => {
                check_share(*of, *by, types)?;
                let pair = |i| {
                    [
                        FieldType::new(Some(&format!("key_{i}")), DataType::String, true),
                        FieldType::new(Some(&format!("share_{i}")), DataType::Float, true),
                    ]
                };
                Ok((1..=*top).flat_map(pair).collect())
            }
            Self::Orders { amount, .. } => {
                number("rfm", *amount)?;
                Ok(vec![
                    FieldType::new(Some("recency_days"), DataType::Int, true),
                    FieldType::new(Some("frequency"), DataType::Int, true),
                    FieldType::new(Some("monetary"), DataType::Float, true),
                ])
            }
        }
    }
}

fn check_share(of: Option<usize>, by: usize, types: &[DataType]) -> Result<(), FactError> {
    if types[by] != DataType::String {
        return Err(FactError { aggregate: "share_of", wanted: "text in `by`", found: types[by] });
    }
    match of.map(|of| types[of]).filter(|found| !found.is_numeric()) {
        Some(found) => Err(FactError { aggregate: "share_of", wanted: "a number", found }),
        None => Ok(()),
    }
}
