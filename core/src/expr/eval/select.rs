//! One of several values, row by row: `COALESCE` and `CASE`.

use std::rc::Rc;
use std::sync::Arc;

use arrow_array::{Array, StringArray};

use super::Run;
use super::text::{Answers, Coder, spread_codes};
use crate::expr::bits::Bits;
use crate::expr::node::NodeId;
use crate::expr::vector::{Data, Numbers, Vector};
use crate::value::{ColumnBuilder, DataType, Value};

impl Run<'_> {
    pub(super) fn coalesce(&self, id: NodeId, args: &[NodeId], data_type: DataType, n: usize) -> Vector {
        let values: Vec<&Vector> = args.iter().map(|&arg| self.vector(arg)).collect();
        let first = |row: usize| values.iter().position(|value| value.is_valid(row));
        // Where all are null, any will do.
        let choice: Vec<usize> = (0..n).map(|row| first(row).unwrap_or(0)).collect();
        self.chosen(id, &values, &choice, data_type)
    }

    pub(super) fn case(&self, id: NodeId, args: &[NodeId], data_type: DataType, n: usize) -> Vector {
        let (pairs, last) = args.as_chunks::<2>();
        let mut values: Vec<&Vector> = pairs.iter().map(|&[_, value]| self.vector(value)).collect();
        values.extend(last.iter().map(|&value| self.vector(value)));
        let mut choice = vec![pairs.len(); n];
        // From the last to the first: the first that is true stays.
        for (at, &[condition, _]) in pairs.iter().enumerate().rev() {
            let trues = self.vector(condition).trues(n);
            for (row, chosen) in choice.iter_mut().enumerate() {
                if trues.get(row) {
                    *chosen = at;
                }
            }
        }
        self.chosen(id, &values, &choice, data_type)
    }

    /// For each row the value of the vector that `choice` says.
    fn chosen(&self, id: NodeId, values: &[&Vector], choice: &[usize], data_type: DataType) -> Vector {
        let n = choice.len();
        let valid = Bits::from_fn(n, |row| values[choice[row]].is_valid(row));
        let data = match data_type {
            DataType::Bool => {
                let trues: Vec<Bits> = values.iter().map(|value| value.trues(n)).collect();
                Data::Bool(Bits::from_fn(n, |row| trues[choice[row]].get(row)))
            }
            DataType::Int | DataType::Timestamp => Data::Int(picked(values, choice, Vector::ints).into()),
            DataType::Float => Data::Float(picked(values, choice, Vector::floats).into()),
            DataType::Decimal { .. } => Data::Decimal(picked(values, choice, Vector::decimals).into()),
            DataType::Date => Data::Date(picked(values, choice, Vector::dates).into()),
            DataType::String => self.chosen_text(id, values, choice),
            DataType::StringSet => {
                let mut builder = ColumnBuilder::new(data_type, n);
                for (row, &at) in choice.iter().enumerate() {
                    builder.push(&values[at].value(row, data_type));
                }
                return Vector::from_column(&builder.finish());
            }
        };
        Vector::new(data, Rc::new(valid))
    }

    /// Texts of several dictionaries come into one, each value once.
    fn chosen_text(&self, id: NodeId, values: &[&Vector], choice: &[usize]) -> Data {
        let n = choice.len();
        let parts: Vec<(_, &Arc<StringArray>)> = values
            .iter()
            .filter_map(|value| match &value.data {
                Data::Text(codes, dictionary) => Some((spread_codes(codes, value.scalar, n), dictionary)),
                _ => None,
            })
            .collect();
        let dictionaries: Vec<&Arc<StringArray>> = parts.iter().map(|(_, dictionary)| *dictionary).collect();
        let answers = self.answers(id, &dictionaries, || {
            let mut coder = Coder::default();
            let new = dictionaries
                .iter()
                .map(|dictionary| (0..dictionary.len()).map(|i| coder.code(dictionary.value(i))).collect());
            let new: Vec<Vec<u32>> = new.collect();
            Answers::Codes(new.into(), coder.finish())
        });
        let Answers::Codes(tables, texts) = answers else {
            return Vector::from_value(&Value::Null, DataType::String).spread(n).data;
        };
        let code = |row: usize| {
            let at = choice[row];
            tables[at].get(parts[at].0[row] as usize).copied().unwrap_or(0)
        };
        Data::Text((0..n).map(code).collect(), texts)
    }
}

fn picked<'a, T: Copy + 'a>(
    values: &[&'a Vector],
    choice: &[usize],
    numbers: impl Fn(&'a Vector) -> Numbers<'a, T>,
) -> Vec<T> {
    let numbers: Vec<Numbers<'a, T>> = values.iter().map(|&value| numbers(value)).collect();
    choice.iter().enumerate().map(|(row, &at)| numbers[at].at(row)).collect()
}
