//! The outputs of a decision table: constants of one type each, and their ranks.

use serde_json::Value as Json;

use crate::rule::hits::Outputs;
use crate::rule::{HitPolicy, TableDef, TableProblem};
use crate::value::{DataType, Value};

/// The typed outputs of a definition; reports what does not go together.
pub(crate) fn outputs(def: &TableDef, problems: &mut Vec<TableProblem>) -> Option<Outputs> {
    let n = def.inputs.len();
    let cell = |row: &[Json], output: usize| output_value(&row[n + output]);
    let mut types = Vec::with_capacity(def.outputs.len());
    for (output, name) in def.outputs.iter().enumerate() {
        if def.outputs[..output].contains(name) {
            problems.push(TableProblem::new("rule.table_output", "two outputs of one name").in_column(name));
        }
        let mut found: Option<DataType> = None;
        let others = def.otherwise.get(output).map(output_value);
        let cells = def.rows.iter().map(|row| cell(row, output)).chain(others).enumerate();
        for (at, value) in cells {
            let data_type = value.as_ref().ok().and_then(Value::data_type);
            match (found, data_type, &value) {
                (_, _, Err(message)) => {
                    let problem = TableProblem::new("rule.table_output", message.clone());
                    problems.push(problem.in_row(at).in_column(name));
                }
                (None, other, _) => found = other,
                (Some(_), None, _) => {}
                (Some(a), Some(b), _) if a == b => {}
                (Some(DataType::Int | DataType::Float), Some(DataType::Int | DataType::Float), _) => {
                    found = Some(DataType::Float);
                }
                (Some(a), Some(b), _) => {
                    let message = format!("found {b} in a column of {a}; wanted one type");
                    problems.push(TableProblem::new("rule.table_output", message).in_row(at).in_column(name));
                }
            }
        }
        types.push(found.unwrap_or(DataType::String));
    }
    if !def.otherwise.is_empty() && def.otherwise.len() != def.outputs.len() {
        let message =
            format!("{} values; wanted {}, one for each output", def.otherwise.len(), def.outputs.len());
        problems.push(TableProblem::new("rule.table_width", message).in_column("otherwise"));
    }
    let sums = def.hit.aggregates() && def.hit != HitPolicy::CollectCount;
    if sums && types.iter().any(|data_type| !data_type.is_numeric()) {
        let message = format!("`{}` takes numbers only", def.hit.name());
        problems.push(TableProblem::new("rule.table_policy", message));
    }
    if !problems.is_empty() {
        return None;
    }
    let typed = |value: Value, data_type: DataType| match (value, data_type) {
        (Value::Int(n), DataType::Float) => Value::Float(n as f64),
        (value, _) => value,
    };
    let values = |row: &[Json]| -> Vec<Value> {
        (0..types.len()).map(|at| typed(output_value(&row[at]).unwrap_or(Value::Null), types[at])).collect()
    };
    let rows: Vec<Vec<Value>> = def.rows.iter().map(|row| values(&row[n..])).collect();
    let otherwise = (!def.otherwise.is_empty()).then(|| values(&def.otherwise));
    let ranks = ranks(def, &rows, &types, problems);
    problems.is_empty().then(|| Outputs { names: def.outputs.clone(), types, rows, otherwise, ranks })
}

/// Ranks rows by the places of their outputs in the lists of `values`, output by output.
fn ranks(
    def: &TableDef,
    rows: &[Vec<Value>],
    types: &[DataType],
    problems: &mut Vec<TableProblem>,
) -> Vec<u32> {
    if !matches!(def.hit, HitPolicy::Priority | HitPolicy::OutputOrder) {
        return vec![0; rows.len()];
    }
    if def.values.is_empty() {
        let message = format!(
            "`{}` wants the values of an output in `values`, the most important first",
            def.hit.name()
        );
        problems.push(TableProblem::new("rule.table_policy", message));
    }
    for name in def.values.keys().filter(|name| !def.outputs.contains(name)) {
        problems.push(TableProblem::new("rule.table_policy", "no output has this name").in_column(name));
    }
    let places: Vec<Vec<Value>> = def
        .outputs
        .iter()
        .zip(types)
        .map(|(name, data_type)| {
            let listed = def.values.get(name).into_iter().flatten();
            listed
                .map(|value| match (output_value(value).unwrap_or(Value::Null), data_type) {
                    (Value::Int(n), DataType::Float) => Value::Float(n as f64),
                    (value, _) => value,
                })
                .collect()
        })
        .collect();
    let key = |row: &Vec<Value>| -> Vec<usize> {
        let place = |(value, listed): (&Value, &Vec<Value>)| {
            listed.iter().position(|other| other == value).unwrap_or(listed.len())
        };
        row.iter().zip(&places).map(place).collect()
    };
    let keys: Vec<Vec<usize>> = rows.iter().map(key).collect();
    let mut sorted = keys.clone();
    sorted.sort();
    sorted.dedup();
    keys.iter().map(|key| sorted.binary_search(key).unwrap_or(0) as u32).collect()
}

/// A constant of an output cell; quotes around a text are taken off.
fn output_value(cell: &Json) -> Result<Value, String> {
    Ok(match cell {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => match (n.as_i64(), n.as_f64()) {
            (Some(n), _) => Value::Int(n),
            (None, Some(n)) => Value::from(n),
            _ => return Err(format!("{n} is too large for a number")),
        },
        Json::String(text) => {
            let text = text.trim();
            let quoted = ['"', '\''].into_iter().find_map(|q| text.strip_prefix(q)?.strip_suffix(q));
            Value::from(quoted.unwrap_or(text))
        }
        Json::Array(_) | Json::Object(_) => return Err("found a list or map; wanted a constant".to_owned()),
    })
}
