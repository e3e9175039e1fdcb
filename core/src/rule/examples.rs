//! Examples within definitions: profiles with what a rule, table or card must give for them.

use serde_json::Value as Json;

use crate::expr::{Ast, Program, parse};
use crate::rule::{
    DecisionTable, ExampleDef, Frame, Given, Rule, RuleDef, RuleError, RuleSet, ScoreCard, TableProblem,
};
use crate::time::{Timestamp, Zone};
use crate::value::{ColumnBuilder, DataType, Decimal, Value};

/// The examples of a set that do not give what they shall.
pub(crate) fn failing(set: &RuleSet) -> Vec<TableProblem> {
    let mut problems = Vec::new();
    for (id, rule) in &set.def().rules {
        for (at, example) in rule.examples.iter().enumerate() {
            let failed = of_set(set, rule, example)
                .and_then(|found| compared(&found, &example.expect, |value| shown(value, DataType::Bool)));
            if let Err(message) = failed {
                let message = format!("example {}{message}", at + 1);
                problems.push(TableProblem::new("rule.set_example", message).in_column(id));
            }
        }
    }
    problems
}

fn of_set(set: &RuleSet, rule: &RuleDef, example: &ExampleDef) -> Result<Value, String> {
    if !matches!(example.expect, Json::Bool(_) | Json::Null) {
        return Err(format!(": expects {}; wanted true, false or null", example.expect));
    }
    let ast = parse(&rule.when).map_err(|errors| format!(": {errors}"))?;
    let known = |name: &str| {
        let Some(schema) = set.schema() else { return Ok(None) };
        if let Some(at) = schema.index_of(name) {
            return Ok(Some(schema.fields()[at].data_type));
        }
        let near = schema.nearest(name).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        Err(format!(": `fields` has no `{name}`{near}"))
    };
    let given = given(example, &[&ast], set.zone(), known)?;
    let schema = set.schema().cloned().unwrap_or_else(|| given.schema(&[&ast], None));
    let mut program = Program::new(schema);
    let root = program.add_bool(&rule.when).map_err(|errors| format!(": {errors}"))?;
    if given.moment().is_none() && program.reads_as_of(root) {
        return Err(format!(": {}", RuleError::NoAsOf));
    }
    let value = |name: &str| given.get(name).cloned().unwrap_or(Value::Null);
    let row: Vec<Value> = program.schema().fields().iter().map(|field| value(&field.name)).collect();
    let unasked = (Timestamp::from_micros(0), set.zone().clone());
    let (as_of, zone) = given.moment().unwrap_or(&unasked);
    let prepared = crate::expr::Prepared::new(std::sync::Arc::new(program), &[root], *as_of, zone);
    let evaluated = prepared.evaluate(&row).map_err(|error| format!(": {error}"))?;
    Ok(evaluated.values.into_iter().next().unwrap_or(Value::Null))
}

/// What examples are tried on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject<'a> {
    /// A condition or a value.
    Rule(&'a str),
    Table(&'a DecisionTable),
    Score(&'a ScoreCard),
}

impl Subject<'_> {
    fn texts(self) -> Vec<Ast> {
        let texts: Vec<&str> = match self {
            Self::Rule(text) => vec![text],
            Self::Table(table) => table.def().inputs.iter().map(String::as_str).collect(),
            Self::Score(card) => card.def().items.iter().map(|item| item.when.as_str()).collect(),
        };
        texts.into_iter().filter_map(|text| parse(text).ok()).collect()
    }

    /// Tries an example; `data_type` gives the types of names.
    ///
    /// # Errors
    /// What is wrong with the example, or what came out in place of what it expects.
    pub(crate) fn check(
        self,
        example: &ExampleDef,
        zone: &Zone,
        data_type: impl Fn(&str) -> Option<DataType>,
    ) -> Result<(), String> {
        let asts = self.texts();
        let asts: Vec<&Ast> = asts.iter().collect();
        if let Some(name) = example
            .given
            .keys()
            .find(|name| asts.iter().all(|ast| ast.names().iter().all(|(read, _)| read != name)))
        {
            return Err(format!(": nothing here reads `{name}`"));
        }
        // Names that are no tags are reported where they stand.
        let known = |name: &str| Ok(Some(data_type(name).unwrap_or(DataType::Float)));
        let given = given(example, &asts, zone, known)?;
        let columns = given.names().iter().zip(given.values()).map(|(name, value)| {
            let mut builder = ColumnBuilder::new(data_type(name).unwrap_or(DataType::Float), 1);
            builder.push(value);
            (name.clone(), builder.finish())
        });
        // A column of its own, so that there is a row where nothing is read.
        let mut row = ColumnBuilder::new(DataType::Bool, 1);
        row.push(&Value::Null);
        let columns: Vec<_> = columns.chain([(String::new(), row.finish())]).collect();
        let told = |error: RuleError| format!(": {error}");
        let frame = Frame::new(columns).map_err(told)?;
        let frame = match given.moment() {
            Some((as_of, zone)) => frame.at(*as_of, zone),
            None => frame,
        };
        self.outcome(&frame, &example.expect).map_err(|error| match error {
            Failed::Wrong(message) => message,
            Failed::Rule(error) => told(error),
        })
    }

    fn outcome(self, frame: &Frame, expect: &Json) -> Result<(), Failed> {
        match self {
            Self::Rule(text) => {
                let applied = Rule::new(text).map_err(RuleError::from)?.apply(frame)?;
                let data_type = applied.column.data_type();
                compared(&applied.column.value(0), expect, |value| shown(value, data_type))?;
            }
            Self::Table(table) => {
                let outcome = table.explain_row(frame, 0)?;
                let found = |(name, values): (String, Vec<Value>)| match values.as_slice() {
                    [value] if !table.def().hit.gives_list() => (name, serde_json::json!(value)),
                    values => (name, serde_json::json!(values)),
                };
                fields(outcome.values.into_iter().map(found), expect)?;
            }
            Self::Score(card) => {
                let output = card.apply(frame)?;
                let found = [("score", output.score), ("band", output.band)];
                let found = found.map(|(name, column)| (name.to_owned(), serde_json::json!(column.value(0))));
                fields(found.into_iter(), expect)?;
            }
        }
        Ok(())
    }
}

/// Why an example failed.
enum Failed {
    Wrong(String),
    Rule(RuleError),
}

impl From<RuleError> for Failed {
    fn from(error: RuleError) -> Self {
        Self::Rule(error)
    }
}

impl From<String> for Failed {
    fn from(message: String) -> Self {
        Self::Wrong(message)
    }
}

/// Compares outputs with what is expected of some of them, by name; what is no map is meant for the first.
fn fields(found: impl Iterator<Item = (String, Json)>, expect: &Json) -> Result<(), String> {
    let found: Vec<(String, Json)> = found.collect();
    let first = found.first().map_or("", |(name, _)| name.as_str());
    let wanted: Vec<(&str, &Json)> = match expect {
        Json::Object(map) => map.iter().map(|(name, json)| (name.as_str(), json)).collect(),
        json => vec![(first, json)],
    };
    for (name, wanted) in wanted {
        let Some((_, value)) = found.iter().find(|(own, _)| own == name) else {
            let known: Vec<String> = found.iter().map(|(name, _)| format!("`{name}`")).collect();
            return Err(format!(": there is no output `{name}`; wanted {}", known.join(", ")));
        };
        if !same(value, wanted) {
            return Err(format!(" gives {value} as `{name}`; expected {wanted}"));
        }
    }
    Ok(())
}

fn compared(found: &Value, expect: &Json, shown: impl Fn(&Json) -> String) -> Result<(), String> {
    let found = serde_json::json!(found);
    if same(&found, expect) {
        Ok(())
    } else {
        Err(format!(" gives {}; expected {}", shown(&found), shown(expect)))
    }
}

/// Null is unknown, for a condition.
fn shown(value: &Json, data_type: DataType) -> String {
    if value.is_null() && data_type == DataType::Bool { "unknown".to_owned() } else { value.to_string() }
}

/// Numbers are the same to nine digits: decimals are text in JSON, and floats are written down shorter than they are.
fn same(found: &Json, wanted: &Json) -> bool {
    let number = |json: &Json| match json {
        Json::Number(n) => n.as_f64(),
        Json::String(text) => text.parse().ok(),
        _ => None,
    };
    match (found, wanted) {
        (Json::Number(_) | Json::String(_), Json::Number(_)) | (Json::Number(_), Json::String(_)) => {
            number(found)
                .zip(number(wanted))
                .is_some_and(|(a, b)| (a - b).abs() <= 1e-9 * a.abs().max(b.abs()))
        }
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (a, b) => a == b,
    }
}

/// The values of an example, those that are read and not given as null.
fn given(
    example: &ExampleDef,
    asts: &[&Ast],
    zone: &Zone,
    data_type: impl Fn(&str) -> Result<Option<DataType>, String>,
) -> Result<Given, String> {
    let mut names: Vec<&str> = example.given.keys().map(String::as_str).collect();
    for (name, _) in asts.iter().flat_map(|ast| ast.names()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut values = Vec::with_capacity(names.len());
    for name in names {
        let wanted = data_type(name)?;
        let json = example.given.get(name).unwrap_or(&Json::Null);
        let value = value(json, wanted, zone).ok_or_else(|| match wanted {
            Some(wanted) => format!(": `{name}` is {json}; wanted {wanted}"),
            None => format!(": `{name}` is {json}; wanted a number, a text, true, false or a list of texts"),
        })?;
        values.push((name, value));
    }
    let given: Given = values.into_iter().collect();
    match &example.as_of {
        Some(text) => Ok(given.at(zone.parse(text).map_err(|error| format!(": {error}"))?, zone)),
        None => Ok(given),
    }
}

/// A value of JSON as one of rules; `None` where it does not fit.
fn value(json: &Json, wanted: Option<DataType>, zone: &Zone) -> Option<Value> {
    let decimal = |text: &str, scale: i8| text.parse::<Decimal>().ok()?.rescale(scale).map(Value::Decimal);
    Some(match (json, wanted) {
        (Json::Null, _) => Value::Null,
        (Json::Bool(b), None | Some(DataType::Bool)) => Value::Bool(*b),
        (Json::Number(n), Some(DataType::Float)) => Value::from(n.as_f64()?),
        (Json::Number(n), Some(DataType::Decimal { scale, .. })) => decimal(&n.to_string(), scale)?,
        (Json::Number(n), None | Some(DataType::Int)) => match (n.as_i64(), wanted) {
            (Some(n), _) => Value::Int(n),
            (None, None) => Value::from(n.as_f64()?),
            _ => return None,
        },
        (Json::String(text), Some(DataType::Date)) => Value::Date(text.parse().ok()?),
        (Json::String(text), Some(DataType::Timestamp)) => Value::Timestamp(zone.parse(text).ok()?),
        (Json::String(text), Some(DataType::Decimal { scale, .. })) => decimal(text, scale)?,
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
