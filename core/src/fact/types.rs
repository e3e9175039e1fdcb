//! The fields of aggregates, and the types that they take.

use crate::fact::{Op, Operand, SharedModel};
use crate::value::DataType;

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

/// The days of the week as fields are named.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl FactError {
    /// Wants a number in a column.
    ///
    /// # Errors
    /// This, where the column is of another type.
    pub(crate) fn want_number(aggregate: &'static str, found: DataType) -> Result<(), Self> {
        if found.is_numeric() { Ok(()) } else { Err(Self { aggregate, wanted: "a number", found }) }
    }

    /// Wants text in a column.
    ///
    /// # Errors
    /// This, where the column is of another type.
    pub(crate) fn want_text(aggregate: &'static str, found: DataType) -> Result<(), Self> {
        if found == DataType::String { Ok(()) } else { Err(Self { aggregate, wanted: "text", found }) }
    }
}

impl Op {
    /// The fields of its value, where the source's columns have these types.
    ///
    /// # Errors
    /// [`FactError`] where a column is of a type that the aggregate does not take.
    pub fn fields(&self, types: &[DataType]) -> Result<Vec<FieldType>, FactError> {
        let wants = Wants { types };
        let one = |data_type, nullable| vec![FieldType::new(None, data_type, nullable)];
        let with = |main: FieldType, fields: &[(&str, DataType)]| {
            let fields = fields.iter().map(|(name, data_type)| FieldType::new(Some(name), *data_type, true));
            std::iter::once(main).chain(fields).collect()
        };
        let float = |name| (name, DataType::Float);
        Ok(match self {
            Self::Count | Self::Active(_) => one(DataType::Int, false),
            Self::Exists | Self::None => one(DataType::Bool, false),
            Self::Sum(column) => vec![wants.sum("sum", *column)?],
            Self::Mean(column) => one(wants.number("mean", *column)?, true),
            Self::Std(column) => one(wants.number("std", *column)?, true),
            Self::Median(column) => one(wants.number("median", *column)?, true),
            Self::Quantiles { of, at } => {
                let data_type = wants.number("quantiles", *of)?;
                at.iter().map(|&at| FieldType::new(Some(&quantile_name(at)), data_type, true)).collect()
            }
            Self::Balance(column) => {
                let sum = wants.sum("balance", *column)?;
                let data_type = sum.data_type;
                with(sum, &[("lowest", data_type), ("highest", data_type)])
            }
            Self::Min(operand) => one(wants.ordered("min", operand)?, true),
            Self::Max(operand) => one(wants.ordered("max", operand)?, true),
            Self::CountDistinct(column) => {
                wants.single("count_distinct", *column)?;
                one(DataType::Int, false)
            }
            Self::Values(column) => {
                wants.check("values", *column, |t| t == DataType::String, "text")?;
                one(DataType::StringSet, false)
            }
            Self::First(operand) | Self::Last(operand) => one(wants.any(operand), true),
            Self::ArgMin { by, take } => {
                wants.ordered("arg_min", &Operand::Column(*by))?;
                one(wants.any(take), true)
            }
            Self::ArgMax { by, take } => {
                wants.ordered("arg_max", &Operand::Column(*by))?;
                one(wants.any(take), true)
            }
            Self::Mode(column) => one(wants.single("mode", *column)?, true),
            Self::TopValues { of, top } => {
                let data_type = wants.single("top_values", *of)?;
                numbered(*top, [("value", data_type), ("count", DataType::Int)])
            }
            Self::DaysSinceFirst | Self::DaysSinceLast => one(DataType::Int, true),
            Self::YearsSince(column) => {
                wants.check("years_since", *column, |t| t == DataType::Date, "a date")?;
                one(DataType::Int, true)
            }
            Self::Streak(_) => vec![
                FieldType::new(None, DataType::Int, false),
                FieldType::new(Some("longest"), DataType::Int, false),
            ],
            Self::Gaps(_) => with(FieldType::new(None, DataType::Float, true), &[float("std"), float("cv")]),
            Self::HourOfDay { parts } => {
                let shares: Vec<_> = parts.iter().map(|(name, _)| float(name.as_str())).collect();
                with(FieldType::new(None, DataType::Int, true), &shares)
            }
            Self::DayOfWeek => {
                let shares: Vec<_> = DAYS.into_iter().chain(["weekend"]).map(float).collect();
                with(FieldType::new(None, DataType::Int, true), &shares)
            }
            Self::Sessions { .. } => with(
                FieldType::new(None, DataType::Int, false),
                &[float("mean_events"), float("mean_minutes"), float("longest_minutes")],
            ),
            Self::Sequence { .. } => vec![
                FieldType::new(None, DataType::Bool, false),
                FieldType::new(Some("count"), DataType::Int, false),
                FieldType::new(Some("reached"), DataType::Int, false),
                FieldType::new(Some("last"), DataType::Timestamp, true),
            ],
            Self::ShareOfKeys { of, by, keys } => {
                wants.share(*of, *by)?;
                keys.iter().map(|key| FieldType::new(Some(key), DataType::Float, true)).collect()
            }
            Self::LargestShares { of, by, top } => {
                wants.share(*of, *by)?;
                numbered(*top, [("key", DataType::String), ("share", DataType::Float)])
            }
            Self::History { what, .. } => {
                what.amount.map_or(Ok(()), |amount| wants.number("lifetime", amount).map(|_| ()))?;
                let float = |name| FieldType::new(Some(name), DataType::Float, true);
                let x = FieldType::new(Some("repeat_purchases"), DataType::Int, true);
                vec![x, float("recency"), float("age"), float("mean_amount")]
            }
            Self::Rhythm { what, .. } => {
                what.amount.map_or(Ok(()), |amount| wants.number("purchases", amount).map(|_| ()))?;
                let int = |name| FieldType::new(Some(name), DataType::Int, true);
                let float = |name| FieldType::new(Some(name), DataType::Float, true);
                vec![
                    int("purchases"),
                    float("age_days"),
                    float("silence_days"),
                    float("usual_gap_days"),
                    float("long_gap_days"),
                    float("last_gap_days"),
                    int("early_purchases"),
                    int("late_purchases"),
                ]
            }
            Self::Model(SharedModel(model)) => model.fields(types)?,
            Self::Orders { amount, .. } => {
                wants.number("rfm", *amount)?;
                vec![
                    FieldType::new(Some("recency_days"), DataType::Int, true),
                    FieldType::new(Some("frequency"), DataType::Int, true),
                    FieldType::new(Some("monetary"), DataType::Float, true),
                ]
            }
        })
    }
}

/// Fields `a_1`, `b_1`, `a_2`, `b_2`, …
fn numbered(top: u32, fields: [(&str, DataType); 2]) -> Vec<FieldType> {
    let nth =
        |i| fields.map(|(name, data_type)| FieldType::new(Some(&format!("{name}_{i}")), data_type, true));
    (1..=top).flat_map(nth).collect()
}

/// `q25`, `q99_9`: percents, with `_` for the point, which separates a tag from its field.
pub(crate) fn quantile_name(at: f64) -> String {
    // Twelve digits hide that 0.07 × 100 is not quite 7.
    let percent = (at * 1e14).round() / 1e12;
    format!("q{percent}").replace('.', "_")
}

/// What aggregates want of the columns they look at.
struct Wants<'a> {
    types: &'a [DataType],
}

impl Wants<'_> {
    fn check(
        &self,
        aggregate: &'static str,
        column: usize,
        fits: fn(DataType) -> bool,
        wanted: &'static str,
    ) -> Result<DataType, FactError> {
        let found = self.types[column];
        if fits(found) { Ok(found) } else { Err(FactError { aggregate, wanted, found }) }
    }

    /// A number; what is made of it is a float.
    fn number(&self, aggregate: &'static str, column: usize) -> Result<DataType, FactError> {
        self.check(aggregate, column, DataType::is_numeric, "a number").map(|_| DataType::Float)
    }

    fn sum(&self, aggregate: &'static str, column: usize) -> Result<FieldType, FactError> {
        let (data_type, nullable) = match self.check(aggregate, column, DataType::is_numeric, "a number")? {
            DataType::Decimal { scale, .. } => (DataType::Decimal { precision: 38, scale }, true),
            DataType::Float => (DataType::Float, false),
            _ => (DataType::Int, true),
        };
        Ok(FieldType::new(None, data_type, nullable))
    }

    fn single(&self, aggregate: &'static str, column: usize) -> Result<DataType, FactError> {
        self.check(aggregate, column, |t| t != DataType::StringSet, "single values, no sets")
    }

    fn ordered(&self, aggregate: &'static str, operand: &Operand) -> Result<DataType, FactError> {
        match operand {
            Operand::Time => Ok(DataType::Timestamp),
            Operand::Column(column) => self.check(
                aggregate,
                *column,
                |t| !matches!(t, DataType::StringSet | DataType::Bool),
                "numbers, dates, timestamps or text",
            ),
        }
    }

    fn any(&self, operand: &Operand) -> DataType {
        match operand {
            Operand::Time => DataType::Timestamp,
            Operand::Column(column) => self.types[*column],
        }
    }

    fn share(&self, of: Option<usize>, by: usize) -> Result<(), FactError> {
        self.check("share_of", by, |t| t == DataType::String, "text in `by`")?;
        of.map_or(Ok(()), |of| self.number("share_of", of).map(|_| ()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_named_by_percent() {
        let names = [0.0, 0.07, 0.25, 0.29, 0.5, 0.999, 1.0].map(quantile_name);
        assert_eq!(names, ["q0", "q7", "q25", "q29", "q50", "q99_9", "q100"]);
    }
}
