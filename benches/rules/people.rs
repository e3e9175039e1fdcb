//! Made-up customers and the business rules about them. `benches/python/rules.py` makes customers of the same kinds
//! and reads the same rules.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use tagloom::expr::{Field, Program, RootId, Schema};
use tagloom::time::Date;
use tagloom::value::{Column, ColumnBuilder, DataType, Value};
use tagloom_testkit::Random;

/// Twenty rules, one a line.
pub(crate) const RULES: &str = include_str!("rules.txt");

/// Text tags with the number of their values; the first values are those that the rules ask for.
const TEXTS: [(&str, &[&str], usize); 4] = [
    ("tier", &["basic", "silver", "gold", "platinum"], 5),
    ("city", &["上海", "北京", "广州", "深圳", "成都", "重庆", "西安", "昆明", "武汉"], 40),
    ("channel", &["wechat", "email", "app", "sms"], 6),
    ("gender", &["f", "m"], 3),
];
const SETS: [(&str, &[&str], usize); 2] = [
    ("channels", &["app", "sms", "email"], 6),
    ("interests", &["tea", "books", "beauty", "sport", "outdoor"], 20),
];

fn name(known: &[&str], at: usize) -> String {
    known.get(at).map_or_else(|| format!("other {at}"), |name| (*name).to_owned())
}

/// The schema of the customers.
pub(crate) fn schema() -> Schema {
    let mut schema = Schema::new();
    for (name, data_type) in fields() {
        schema.push(Field::new(name, data_type));
    }
    schema
}

fn fields() -> Vec<(&'static str, DataType)> {
    let mut fields = vec![
        ("age", DataType::Int),
        ("orders_90d", DataType::Int),
        ("visits_30d", DataType::Int),
        ("spend_365d", DataType::Float),
        ("churn_risk", DataType::Float),
        ("last_order", DataType::Date),
        ("joined", DataType::Date),
        ("vip", DataType::Bool),
        ("email_ok", DataType::Bool),
    ];
    fields.extend(TEXTS.map(|(name, ..)| (name, DataType::String)));
    fields.extend(SETS.map(|(name, ..)| (name, DataType::StringSet)));
    fields
}

/// One customer, in the order of the schema; a tenth of the values are null.
pub(crate) fn customer(random: &mut Random) -> Vec<Value> {
    let today = 20_634; // 2026-06-30
    let mut values = vec![
        Value::Int(16 + random.below(65) as i64),
        Value::Int(random.waiting(2.5) as i64),
        Value::Int(random.waiting(6.0) as i64),
        Value::Float((random.waiting(6_000.0) * 100.0).round() / 100.0),
        Value::Float(random.unit()),
        Value::Date(Date::from_days(today - random.waiting(80.0) as i32)),
        Value::Date(Date::from_days(today - random.below(2_000) as i32)),
        Value::Bool(random.chance(0.1)),
        Value::Bool(random.chance(0.6)),
    ];
    for (_, known, n) in TEXTS {
        values.push(Value::from(name(known, random.below(n)).as_str()));
    }
    for (_, known, n) in SETS {
        let members = random.below(4);
        let mut items: Vec<_> = (0..members).map(|_| name(known, random.below(n)).as_str().into()).collect();
        items.sort();
        items.dedup();
        values.push(Value::StringSet(items));
    }
    for value in &mut values {
        if random.chance(0.1) {
            *value = Value::Null;
        }
    }
    values
}

/// The columns of `n` customers.
pub(crate) fn columns(n: usize) -> Vec<Column> {
    let mut random = Random::seeded(1);
    let mut builders: Vec<ColumnBuilder> =
        fields().iter().map(|(_, data_type)| ColumnBuilder::new(*data_type, n)).collect();
    for _ in 0..n {
        for (builder, value) in builders.iter_mut().zip(customer(&mut random)) {
            builder.push(&value);
        }
    }
    builders.into_iter().map(ColumnBuilder::finish).collect()
}

/// The same customers as others have them: text and lists of text, not coded.
pub(crate) fn batch(columns: &[Column]) -> RecordBatch {
    let array = |column: &Column| -> ArrayRef {
        match column {
            Column::String(text) => {
                Arc::new((0..column.len()).map(|row| text.get(row)).collect::<StringArray>())
            }
            other => other.to_arrow(),
        }
    };
    let arrays = fields().into_iter().zip(columns).map(|((name, _), column)| (name, array(column)));
    RecordBatch::try_from_iter(arrays).expect("the columns are of one length")
}

/// The rules, compiled.
pub(crate) fn program() -> (Program, Vec<RootId>) {
    let mut program = Program::new(schema());
    let roots = RULES.lines().map(|rule| program.add_bool(rule).expect("the rule is right")).collect();
    (program, roots)
}
