//! Tests of the language as a whole.

mod doubts;
mod errors;
mod laws;
mod reference;
mod semantics;
mod texts;

use crate::expr::{Block, Explained, Field, Program, Schema};
use crate::time::{Timestamp, Zone};
use crate::value::{Column, ColumnBuilder, DataType, Value};

/// A table of made-up people.
pub(super) struct Table {
    pub(super) fields: Vec<(Field, Column)>,
    pub(super) len: usize,
    pub(super) zone: Zone,
}

pub(super) fn column(data_type: DataType, values: &[Value]) -> Column {
    let mut builder = ColumnBuilder::new(data_type, values.len());
    for value in values {
        builder.push(value);
    }
    builder.finish()
}

impl Table {
    pub(super) fn new(fields: Vec<(&str, DataType, Vec<Value>)>) -> Self {
        let len = fields.first().map_or(0, |(_, _, values)| values.len());
        let fields = fields
            .into_iter()
            .map(|(name, data_type, values)| {
                let nullable = values.iter().any(Value::is_null);
                let field = Field { name: name.to_owned(), data_type, nullable };
                (field, column(data_type, &values))
            })
            .collect();
        Self { fields, len, zone: Zone::named("Asia/Shanghai").unwrap() }
    }

    pub(super) fn program(&self) -> Program {
        let mut schema = Schema::new();
        for (field, _) in &self.fields {
            schema.push(field.clone());
        }
        Program::new(schema)
    }

    pub(super) fn block(&self) -> Block<'_> {
        let as_of = self.zone.parse("2026-06-30 12:00").unwrap();
        Block::new(self.len, as_of, &self.zone).with_columns(self.fields.iter().map(|(_, column)| column))
    }

    pub(super) fn values(&self, rule: &str) -> Vec<Value> {
        let mut program = self.program();
        let root = program.add(rule).unwrap_or_else(|errors| panic!("{}", errors.render()));
        let evaluation = program.evaluate(&[root], &self.block()).unwrap();
        let column = &evaluation.columns[0];
        assert_eq!((column.len(), column.data_type()), (self.len, program.data_type(root)), "{rule}");
        (0..self.len).map(|row| column.value(row)).collect()
    }

    pub(super) fn shown(&self, rule: &str) -> String {
        self.values(rule).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn overflows(&self, rule: &str) -> u64 {
        let mut program = self.program();
        let root = program.add(rule).unwrap();
        program.evaluate(&[root], &self.block()).unwrap().overflows
    }

    pub(super) fn explain(&self, rule: &str, row: usize) -> Explained {
        let mut program = self.program();
        let root = program.add(rule).unwrap();
        program.explain(root, &self.block(), row).unwrap()
    }
}

pub(super) fn people() -> Table {
    let text = |text: &str| Value::from(text);
    let day = |text: &str| Value::Date(text.parse().unwrap());
    let at = |text: &str| Value::Timestamp(Zone::named("Asia/Shanghai").unwrap().parse(text).unwrap());
    let money = |text: &str| Value::Decimal(text.parse().unwrap());
    let set = |items: &[&str]| Value::StringSet(items.iter().map(|&item| item.into()).collect());
    let null = || Value::Null;
    Table::new(vec![
        ("id", DataType::Int, vec![1.into(), 2.into(), 3.into(), 4.into()]),
        ("age", DataType::Int, vec![30.into(), 18.into(), null(), i64::MAX.into()]),
        ("score", DataType::Float, vec![0.5.into(), (-1.5).into(), 1e300.into(), null()]),
        (
            "spend",
            DataType::Decimal { precision: 12, scale: 2 },
            vec![money("12.50"), money("-0.05"), null(), money("100.00")],
        ),
        ("city", DataType::String, vec![text("上海"), text("Beijing"), null(), text("")]),
        ("name", DataType::String, vec![text("张三"), text("Li_Si"), text("张"), text(" Bo 100% ")]),
        ("born", DataType::Date, vec![day("1990-06-15"), day("2008-02-29"), null(), day("2026-06-30")]),
        (
            "seen",
            DataType::Timestamp,
            vec![at("2026-06-30 00:30"), at("2026-04-01"), null(), at("2026-06-29 23:59:59")],
        ),
        ("vip", DataType::Bool, vec![true.into(), false.into(), null(), true.into()]),
        (
            "channels",
            DataType::StringSet,
            vec![set(&["app", "sms"]), set(&[]), null(), set(&["邮件", "app"])],
        ),
        ("risk.p", DataType::Float, vec![0.1.into(), 0.6.into(), 0.61.into(), null()]),
    ])
}

#[test]
fn as_of_is_read_from_the_block() {
    let table = people();
    assert_eq!(table.block().as_of, Timestamp::from_micros(1_782_792_000_000_000)); // date -d '2026-06-30 12:00 +8' +%s
}

#[test]
fn the_documentation_has_every_code_and_function() {
    let documentation = include_str!("../mod.rs");
    for code in crate::expr::code::CODES {
        assert!(documentation.contains(&format!("//! | `{code}` |")), "{code}");
    }
    for function in crate::expr::Function::all() {
        assert!(documentation.contains(&format!("`{function}(")), "{function}");
    }
}
