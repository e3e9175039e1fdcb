//! Which of the rows that match are taken, and what they give together.

use crate::rule::HitPolicy;
use crate::value::{DataType, Value};

/// The outputs of a table's rows, typed.
#[derive(Debug, Clone)]
pub(crate) struct Outputs {
    pub(crate) names: Vec<String>,
    pub(crate) types: Vec<DataType>,
    /// By row, then by output.
    pub(crate) rows: Vec<Vec<Value>>,
    pub(crate) otherwise: Option<Vec<Value>>,
    /// The rank of each row by its outputs, the most important first; equal outputs have equal ranks.
    pub(crate) ranks: Vec<u32>,
}

/// What is taken of the rows that match.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Taken {
    Nothing,
    One(usize),
    /// In the order of the result.
    All(Vec<usize>),
    /// Rows that must not match together.
    Conflict,
}

impl Outputs {
    /// Takes of the rows that match, which are in ascending order.
    pub(crate) fn take(&self, policy: HitPolicy, hits: &[usize]) -> Taken {
        let Some(&first) = hits.first() else { return Taken::Nothing };
        match policy {
            HitPolicy::Unique if hits.len() > 1 => Taken::Conflict,
            HitPolicy::Any if hits.iter().any(|&row| self.rows[row] != self.rows[first]) => Taken::Conflict,
            HitPolicy::Unique | HitPolicy::Any | HitPolicy::First => Taken::One(first),
            HitPolicy::Priority => {
                Taken::One(hits.iter().copied().min_by_key(|&row| self.ranks[row]).unwrap_or(first))
            }
            HitPolicy::OutputOrder => {
                let mut rows = hits.to_vec();
                rows.sort_by_key(|&row| self.ranks[row]);
                Taken::All(rows)
            }
            _ => Taken::All(hits.to_vec()),
        }
    }

    /// The one value of an output for a policy that aggregates.
    pub(crate) fn aggregate(&self, policy: HitPolicy, output: usize, hits: &[usize]) -> Value {
        if policy == HitPolicy::CollectCount {
            return Value::Int(hits.len() as i64);
        }
        let values: Vec<&Value> =
            hits.iter().map(|&row| &self.rows[row][output]).filter(|value| !value.is_null()).collect();
        let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        let best = |least: bool| {
            let order = |a: &&&Value, b: &&&Value| number(a).total_cmp(&number(b));
            let found = if least { values.iter().min_by(order) } else { values.iter().max_by(order) };
            found.map_or(Value::Null, |value| (*value).clone())
        };
        match policy {
            HitPolicy::CollectMin => best(true),
            HitPolicy::CollectMax => best(false),
            _ if values.is_empty() => Value::Null,
            _ => {
                let whole: Option<Vec<i64>> = values
                    .iter()
                    .map(|value| if let Value::Int(n) = value { Some(*n) } else { None })
                    .collect();
                match whole {
                    Some(whole) => {
                        whole.into_iter().try_fold(0i64, i64::checked_add).map_or(Value::Null, Value::Int)
                    }
                    None => Value::from(values.iter().map(|value| number(value)).sum::<f64>()),
                }
            }
        }
    }

    /// The type of an output under a policy.
    pub(crate) fn type_of(&self, policy: HitPolicy, output: usize) -> DataType {
        if policy == HitPolicy::CollectCount { DataType::Int } else { self.types[output] }
    }
}
