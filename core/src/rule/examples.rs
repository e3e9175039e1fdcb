//! The examples within a set of rules.

use serde_json::Value as Json;

use crate::expr::{Program, parse};
use crate::rule::{ExampleDef, Given, RuleDef, RuleError, RuleSet, TableProblem};
use crate::time::Timestamp;
use crate::value::{DataType, Value};

/// The examples that do not give what they shall.
pub(crate) fn failing(set: &RuleSet) -> Vec<TableProblem> {
    let mut problems = Vec::new();
    for (id, rule) in &set.def().rules {
        for (at, example) in rule.examples.iter().enumerate() {
            let message = match outcome(set, rule, example) {
                Ok(found) if found == example.expect => continue,
                Ok(found) => {
                    format!("example {} gives {}; expected {}", at + 1, word(found), word(example.expect))
                }
                Err(message) => format!("example {}: {message}", at + 1),
            };
            problems.push(TableProblem::new("rule.set_example", message).in_column(id));
        }
    }
    problems
}

fn word(truth: Option<bool>) -> &'static str {
    match truth {
        Some(true) => "true",
        Some(false) => "false",
        None => "unknown",
    }
}

fn outcome(set: &RuleSet, rule: &RuleDef, example: &ExampleDef) -> Result<Option<bool>, String> {
    let as_of = match &example.as_of {
        Some(text) => Some(set.zone().parse(text).map_err(|error| error.to_string())?),
        None => None,
    };
    let ast = parse(&rule.when).map_err(|errors| errors.to_string())?;
    let mut names: Vec<String> = example.given.keys().cloned().collect();
    for (name, _) in ast.names() {
        if !names.iter().any(|own| own == name) {
            names.push(name.to_owned());
        }
    }
    let typed = |name: &String| -> Result<(String, Value), String> {
        let wanted =
            set.schema().and_then(|schema| schema.index_of(name).map(|at| schema.fields()[at].data_type));
        if let (Some(schema), None) = (set.schema(), wanted) {
            let near =
                schema.nearest(name).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err(format!("`fields` has no `{name}`{near}"));
        }
        let json = example.given.get(name).unwrap_or(&Json::Null);
        Ok((name.clone(), value(json, wanted, set).ok_or_else(|| misfit(name, json, wanted))?))
    };
    let given: Given = names.iter().map(typed).collect::<Result<Vec<_>, _>>()?.into_iter().collect();
    let schema = set.schema().cloned().unwrap_or_else(|| given.schema(&[&ast], None));
    let mut program = Program::new(schema);
    let root = program.add_bool(&rule.when).map_err(|errors| errors.to_string())?;
    if as_of.is_none() && program.reads_as_of(root) {
        return Err(RuleError::NoAsOf.to_string());
    }
    let row: Vec<Value> = program
        .schema()
        .fields()
        .iter()
        .map(|field| given.get(&field.name).cloned().unwrap_or(Value::Null))
        .collect();
    let at = as_of.unwrap_or(Timestamp::from_micros(0));
    let prepared = crate::expr::Prepared::new(std::sync::Arc::new(program), &[root], at, set.zone());
    let mut evaluated = prepared.evaluate(&row).map_err(|error| error.to_string())?;
    Ok(if let Value::Bool(b) = evaluated.values.swap_remove(0) { Some(b) } else { None })
}

fn misfit(name: &str, json: &Json, wanted: Option<DataType>) -> String {
    match wanted {
        Some(wanted) => format!("`{name}` is {json}; wanted {wanted}"),
        None => format!("`{name}` is {json}; wanted a number, a text, true, false or a list of texts"),
    }
}

/// A value of JSON as one of rules; `None` where it does not fit.
fn value(json: &Json, wanted: Option<DataType>, set: &RuleSet) -> Option<Value> {
    Some(match (json, wanted) {
        (Json::Null, _) => Value::Null,
        (Json::Bool(b), None | Some(DataType::Bool)) => Value::Bool(*b),
        (Json::Number(n), Some(DataType::Float)) => Value::from(n.as_f64()?),
        (Json::Number(n), Some(DataType::Decimal { scale, .. })) => {
            Value::Decimal(n.to_string().parse::<crate::value::Decimal>().ok()?.rescale(scale)?)
        }
        (Json::Number(n), None | Some(DataType::Int)) => match (n.as_i64(), wanted) {
            (Some(n), _) => Value::Int(n),
            (None, None) => Value::from(n.as_f64()?),
            _ => return None,
        },
        (Json::String(text), Some(DataType::Date)) => Value::Date(text.parse().ok()?),
        (Json::String(text), Some(DataType::Timestamp)) => Value::Timestamp(set.zone().parse(text).ok()?),
        (Json::String(text), Some(DataType::Decimal { scale, .. })) => {
            Value::Decimal(text.parse::<crate::value::Decimal>().ok()?.rescale(scale)?)
        }
        (Json::String(text), None | Some(DataType::String)) => Value::from(text.as_str()),
        (Json::Array(items), None | Some(DataType::StringSet)) => {
            let mut texts =
                items.iter().map(|item| item.as_str().map(Into::into)).collect::<Option<Vec<_>>>()?;
            texts.sort();
            texts.dedup();
            Value::StringSet(texts)
        }
        _ => return None,
    })
}
