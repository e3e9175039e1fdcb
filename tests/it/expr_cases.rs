//! Rules against the values that DuckDB gives them (`tests/cases/expr.json`).

use serde_json::Value as Json;
use tagloom::expr::{Block, Field, Program, Schema};
use tagloom::time::Zone;
use tagloom::value::{Column, ColumnBuilder, DataType, Decimal, Value};

const CASES: &str = include_str!("../cases/expr.json");

/// A cell of the file as a value of a type.
fn cell(json: &Json, data_type: DataType) -> Value {
    match (json, data_type) {
        (Json::Null, _) => Value::Null,
        (Json::Bool(b), _) => Value::Bool(*b),
        (Json::Number(n), DataType::Int) => {
            Value::Int(n.as_i64().expect("the case file has cells of the column's type"))
        }
        (Json::Number(n), _) => {
            Value::from(n.as_f64().expect("the case file has cells of the column's type"))
        }
        (Json::String(text), DataType::Decimal { .. }) => {
            Value::Decimal(text.parse().expect("the case file has cells of the column's type"))
        }
        (Json::String(text), DataType::Date) => {
            Value::Date(text.parse().expect("the case file has cells of the column's type"))
        }
        (Json::String(text), _) => Value::from(text.as_str()),
        (other, _) => panic!("{other} is no cell"),
    }
}

/// Whether a value is what DuckDB gave; integers and decimals may differ in type, not in value.
fn same(found: &Value, wanted: &Json) -> bool {
    let decimal = |text: &str| text.parse::<Decimal>().ok();
    match (found, wanted) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(a), Json::Bool(b)) => a == b,
        (Value::String(a), Json::String(b)) => **a == *b,
        (Value::Int(a), Json::Number(b)) => b.as_i64() == Some(*a) || b.as_f64() == Some(*a as f64),
        (Value::Float(a), Json::Number(b)) => b.as_f64() == Some(*a),
        (Value::Decimal(a), Json::String(b)) => decimal(b) == Some(*a),
        (Value::Decimal(a), Json::Number(b)) => decimal(&b.to_string()) == Some(*a),
        (Value::Date(a), Json::String(b)) => a.to_string() == *b,
        _ => false,
    }
}

#[test]
fn rules_give_what_duckdb_gives() {
    let file: Json = serde_json::from_str(CASES).unwrap();
    let zone = Zone::named(file["zone"].as_str().unwrap()).unwrap();
    let as_of = zone.parse(file["as_of"].as_str().unwrap()).unwrap();
    let mut schema = Schema::new();
    let mut columns: Vec<Column> = Vec::new();
    for column in file["columns"].as_array().unwrap() {
        let data_type: DataType = column["type"].as_str().unwrap().parse().unwrap();
        schema.push(Field::new(column["name"].as_str().unwrap(), data_type));
        let values = column["values"].as_array().unwrap();
        let mut builder = ColumnBuilder::new(data_type, values.len());
        for value in values {
            builder.push(&cell(value, data_type));
        }
        columns.push(builder.finish());
    }
    let len = columns[0].len();
    let block = Block::new(len, as_of, &zone).with_columns(&columns);
    let mut program = Program::new(schema);
    let cases = file["cases"].as_array().unwrap();
    let roots: Vec<_> = cases
        .iter()
        .map(|case| program.add(case["rule"].as_str().unwrap()).unwrap_or_else(|e| panic!("{}", e.render())))
        .collect();
    // All rules at once, as a catalogue does it.
    let found = program.evaluate(&roots, &block).unwrap().columns;
    let mut wrong = Vec::new();
    for ((case, column), root) in cases.iter().zip(&found).zip(&roots) {
        for row in 0..len {
            let wanted = &case["values"][row];
            let found = column.value(row);
            if !same(&found, wanted) {
                wrong.push(format!("{} in row {row}: {found:?}, DuckDB {wanted}", program.text(*root)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases.len() > 300);
}

/// The cases that `SQLite` itself has for IN with constants (sqllogictest, `test/evidence/in1.test`): those that rules can say.
#[test]
fn lists_give_what_sqlite_gives() {
    let Some(folder) = std::env::var_os("TAGLOOM_DATA") else {
        println!("skipped: TAGLOOM_DATA names no folder with sqllogictest/in1.test");
        return;
    };
    let path = std::path::Path::new(&folder).join("sqllogictest/in1.test");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: no file {}", path.display());
        return;
    };
    let zone = Zone::utc();
    let block = Block::new(1, zone.parse("2026-01-01").unwrap(), &zone);
    let mut checked = 0;
    for record in text.split("\n\n") {
        let Some((query, result)) = record.split_once("\n----\n") else { continue };
        let Some(rule) = query.lines().last().and_then(|line| line.strip_prefix("SELECT ")) else { continue };
        // Empty lists, other tables and blobs are not in the language; a list without a type is refused.
        let mut program = Program::new(Schema::new());
        let Ok(root) = program.add_bool(rule) else { continue };
        let wanted = match result.trim() {
            "0" => Value::Bool(false),
            "1" => Value::Bool(true),
            _ => Value::Null,
        };
        assert_eq!(program.evaluate(&[root], &block).unwrap().columns[0].value(0), wanted, "{rule}");
        checked += 1;
    }
    assert!(checked >= 20, "only {checked} cases could be read");
}
