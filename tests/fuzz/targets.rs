//! What has to hold of any bytes: for the fuzzer, and for the ordinary tests over the corpus.

use std::sync::Arc;

use tagloom::Catalog;
use tagloom::catalog::{CatalogError, Format, read_definition};
use tagloom::expr::{Prepared, Program, parse, render};
use tagloom::rule::sql::Dialect;
use tagloom::rule::{
    DecisionTable, Frame, Given, HitPolicy, Rule, RuleSet, RuleSetDef, ScoreCard, TableDef, json_logic,
};
use tagloom::time::{Timestamp, Zone};
use tagloom::value::{Column, ColumnBuilder, DataType, Value};

/// Two profiles with a column of each type.
fn frame() -> Frame {
    let decimal = DataType::Decimal { precision: 12, scale: 2 };
    let instant = Value::Timestamp(Timestamp::from_micros(1_760_000_000_000_000));
    let columns = [
        ("tier", DataType::String, vec![Value::from("gold"), Value::Null]),
        ("city", DataType::String, vec![Value::from("上海"), Value::from("")]),
        ("churn_risk.probability", DataType::Float, vec![Value::Float(0.5), Value::Null]),
        ("age", DataType::Int, vec![Value::Int(i64::MAX), Value::Int(3)]),
        ("spend", decimal, vec![Value::Decimal("12.50".parse().unwrap()), Value::Null]),
        ("channels", DataType::StringSet, vec![Value::StringSet(vec!["a".into()]), Value::Null]),
        ("last_order", DataType::Date, vec![Value::Null, Value::Date("2026-01-31".parse().unwrap())]),
        ("seen", DataType::Timestamp, vec![instant, Value::Null]),
        ("vip", DataType::Bool, vec![Value::Bool(true), Value::Null]),
    ];
    let columns = columns.map(|(name, data_type, values)| (name.to_owned(), column(data_type, &values)));
    Frame::new(columns).unwrap().at(Timestamp::from_micros(1_782_800_000_000_000), &Zone::utc())
}

fn column(data_type: DataType, values: &[Value]) -> Column {
    let mut builder = ColumnBuilder::new(data_type, values.len());
    for value in values {
        builder.push(value);
    }
    builder.finish()
}

/// The values of a row of a frame.
fn row(frame: &Frame, row: usize) -> Vec<Value> {
    frame.columns().map(|(_, column)| column.value(row)).collect()
}

/// A rule: what is printed reads as the same tree, formatting again changes nothing, a block gives what one profile
/// gives, and an explanation the value; errors and warnings can be drawn. JSON-logic gives a rule or an error.
pub(crate) fn rule(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(logic) = serde_json::from_str(text)
        && let Ok(rule) = json_logic::import(&logic)
    {
        assert_eq!(parse(rule.text()).unwrap(), *rule.ast());
    }
    let ast = match parse(text) {
        Ok(ast) => ast,
        Err(errors) => {
            assert!(errors.render().contains('^'));
            return;
        }
    };
    assert_eq!(parse(&ast.to_string()).unwrap(), ast);
    let rule = Rule::new(text).unwrap();
    let formatted = rule.format();
    assert_eq!(Rule::new(formatted.as_str()).unwrap().format(), formatted);
    let frame = frame();
    let as_of = frame.as_of().unwrap();
    for dialect in Dialect::ALL {
        let _ = rule.translate(dialect, Some((as_of, frame.zone())));
    }
    let mut program = Program::new(frame.schema());
    let root = match program.add(text) {
        Ok(root) => root,
        Err(errors) => {
            assert!(errors.render().contains('^'));
            return;
        }
    };
    assert_eq!(render(text, program.warnings(root)).is_empty(), program.warnings(root).is_empty());
    let applied = rule.apply(&frame).unwrap();
    let prepared = Prepared::new(Arc::new(program), &[root], as_of, frame.zone());
    for at in 0..frame.len() {
        let value = applied.column.value(at);
        assert_eq!(prepared.evaluate(&row(&frame, at)).unwrap().values[0], value);
        assert_eq!(rule.explain_row(&frame, at).unwrap().value, value);
    }
}

/// A catalogue or a set of rules: problems have places within the text and can be drawn; a catalogue that is sound says
/// the same as JSON.
pub(crate) fn catalog(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let format = if text.starts_with("# toml") { Format::Toml } else { Format::guess(text) };
    match Catalog::parse_as(text, format) {
        Ok(catalog) => {
            let json = serde_json::to_string(catalog.file()).unwrap();
            assert_eq!(Catalog::parse_as(&json, Format::Json).unwrap().hash(), catalog.hash());
            sound(text, catalog.warnings());
        }
        Err(error) => broken(text, &error),
    }
    match read_definition::<RuleSetDef>(text, format, None) {
        Ok(def) => drop(RuleSet::new(def).map_err(|error| assert!(!error.render().is_empty()))),
        Err(error) => broken(text, &error),
    }
}

fn broken(text: &str, error: &CatalogError) {
    assert!(!error.problems.is_empty() && !error.render().is_empty());
    sound(text, &error.problems);
}

fn sound(text: &str, problems: &[tagloom::catalog::Problem]) {
    for problem in problems {
        let span = problem.span.clone().unwrap_or(0..0);
        assert!(span.start <= span.end && span.end <= text.len(), "{problem:?}");
    }
}

/// A decision table and a score card as CSV, after a byte for the hit policy: a frame gives what each profile gives,
/// and a table says the same after it was written down.
pub(crate) fn table(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let hit = HitPolicy::ALL[usize::from(*first) % HitPolicy::ALL.len()];
    let frame = frame();
    if let Ok(table) = DecisionTable::from_csv(text, hit) {
        let def: TableDef = serde_json::from_str(&serde_json::to_string(table.def()).unwrap()).unwrap();
        assert_eq!(DecisionTable::new(def).unwrap().def(), table.def());
        let _ = table.analyse(frame.schema());
        if let Ok(output) = table.apply(&frame) {
            for at in 0..frame.len() {
                let outcome = table.explain_row(&frame, at).unwrap();
                let first = outcome.rows.first().map_or(Value::Null, |row| Value::Int(*row as i64));
                assert_eq!(first, output.row.value(at));
            }
        }
    }
    if let Ok(card) = ScoreCard::from_csv(text, [("low".to_owned(), 0.0), ("high".to_owned(), 10.0)])
        && let Ok(output) = card.apply(&frame)
    {
        for at in 0..frame.len() {
            let names = frame.columns().map(|(name, _)| name.to_owned());
            let given: Given = names.zip(row(&frame, at)).collect();
            let Ok(scored) = card.test(&given) else { continue };
            assert_eq!(Value::from(scored.score), output.score.value(at));
            assert_eq!(
                scored.band.map_or(Value::Null, |band| Value::from(band.as_str())),
                output.band.value(at)
            );
        }
    }
}
