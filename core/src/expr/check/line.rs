//! What conditions on one column give for every value that the column can have: it is cut at the constants that it is
//! compared with, and the evaluator is asked once for each piece.

use super::Checker;
use crate::expr::block::Block;
use crate::expr::eval::Job;
use crate::expr::node::{Graph, NodeId, Op, TextTest};
use crate::time::{Date, Timestamp, Zone};
use crate::value::{ColumnBuilder, DataType, Decimal, Value};

/// More work than this, in values times conditions, is not done for one rule.
pub(super) const MAX_WORK: usize = 100_000;

/// The one column that conditions read, and what it is compared with.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) column: usize,
    points: Vec<Value>,
    n_nodes: usize,
}

impl Line {
    /// None where the conditions read several columns, or more of one than comparisons with constants.
    pub(super) fn of(graph: &Graph, nodes: &[NodeId]) -> Option<Self> {
        let mut reader = Reader { graph, column: None, points: Vec::new(), n_nodes: 0 };
        nodes.iter().try_for_each(|&node| reader.condition(node))?;
        Some(Self { column: reader.column?, points: reader.points, n_nodes: reader.n_nodes })
    }
}

struct Reader<'g> {
    graph: &'g Graph,
    column: Option<usize>,
    points: Vec<Value>,
    n_nodes: usize,
}

impl Reader<'_> {
    fn condition(&mut self, id: NodeId) -> Option<()> {
        let node = self.graph.node(id);
        self.n_nodes += 1;
        if self.n_nodes > MAX_WORK {
            return None;
        }
        match (&node.op, &*node.args) {
            (Op::And | Op::Or | Op::Not | Op::IsTrue | Op::IsFalse, args) => {
                args.iter().try_for_each(|&arg| self.condition(arg))
            }
            (Op::Column(index), _) if node.data_type == DataType::Bool => self.reads(*index),
            (Op::Constant(_), _) => Some(()),
            (Op::IsNull, &[a]) => match self.graph.node(a).op {
                Op::Column(index) => self.reads(index),
                _ => self.condition(a),
            },
            // Both sides: `a = b` of two columns is no line.
            (Op::Compare(_), &[a, b]) => self.operand(a).and_then(|()| self.point(b)),
            (Op::InNumbers(list, _), &[a]) => {
                self.operand(a)?;
                let is_date = self.graph.node(a).data_type == DataType::Date;
                let value =
                    |&n: &i64| if is_date { Value::Date(Date::from_days(n as i32)) } else { Value::Int(n) };
                self.points.extend(list.iter().map(value));
                Some(())
            }
            (Op::TextTest(TextTest::Compare(_, text)), &[a]) => {
                self.operand(a)?;
                self.points.push(Value::String(text.clone()));
                Some(())
            }
            (Op::TextTest(TextTest::In(list, _)), &[a]) => {
                self.operand(a)?;
                self.points.extend(list.iter().cloned().map(Value::String));
                Some(())
            }
            _ => None,
        }
    }

    fn reads(&mut self, index: usize) -> Option<()> {
        (*self.column.get_or_insert(index) == index).then_some(())
    }

    /// The column, perhaps as another kind of number.
    fn operand(&mut self, id: NodeId) -> Option<()> {
        let node = self.graph.node(id);
        match (&node.op, &*node.args) {
            (Op::Column(index), _) => self.reads(*index),
            (Op::ToFloat | Op::ToDecimal, &[a]) => self.operand(a),
            _ => None,
        }
    }

    /// A constant; of times those of UTC, which have the order of those of any zone.
    fn point(&mut self, id: NodeId) -> Option<()> {
        let node = self.graph.node(id);
        let value = match (&node.op, &*node.args) {
            (Op::Constant(constant), _) => constant.to_value(),
            (Op::WallClock(text), _) => Value::Timestamp(Zone::utc().parse(text).ok()?),
            (Op::ToTimestamp, &[a]) => match &self.graph.node(a).op {
                Op::Constant(constant) => constant.to_value(),
                _ => return None,
            },
            _ => return None,
        };
        self.points.push(value);
        Some(())
    }
}

/// What conditions give for values that stand for all that a column can have.
pub(super) struct Truths {
    /// The name of the column.
    pub(super) name: String,
    /// By value: whether each condition is true. The last is null where the column can be.
    rows: Vec<Vec<bool>>,
    has_null: bool,
}

impl Truths {
    pub(super) fn any(&self, holds: impl Fn(&[bool]) -> bool) -> bool {
        self.rows.iter().any(|row| holds(row))
    }

    pub(super) fn all(&self, holds: impl Fn(&[bool]) -> bool) -> bool {
        self.rows.iter().all(|row| holds(row))
    }

    /// Of all values but null.
    pub(super) fn all_known(&self, holds: impl Fn(&[bool]) -> bool) -> bool {
        let known = self.rows.len() - usize::from(self.has_null);
        self.rows[..known].iter().all(|row| holds(row))
    }
}

impl Checker<'_, '_> {
    /// What conditions on one column give; none where that cannot be told.
    pub(super) fn truths(&mut self, nodes: &[NodeId]) -> Option<Truths> {
        let line = Line::of(self.graph, nodes)?;
        let field = &self.schema.fields()[line.column];
        let mut values = Vec::with_capacity(3 * line.points.len() + 3);
        ends(field.data_type, &mut values)?;
        for point in &line.points {
            around(point, field.data_type, &mut values)?;
        }
        self.work = self.work.saturating_add(values.len().saturating_mul(line.n_nodes));
        if self.work > MAX_WORK {
            return None;
        }
        if field.nullable {
            values.push(Value::Null);
        }
        let mut builder = ColumnBuilder::new(field.data_type, values.len());
        for value in &values {
            builder.push(value);
        }
        let (column, zone) = (builder.finish(), Zone::utc());
        let block = Block::new(values.len(), Timestamp::from_micros(0), &zone).with(line.column, &column);
        let mut rows = Vec::with_capacity(values.len());
        Job::new(self.graph, nodes, &block).run(0..values.len(), &mut |vectors, n| {
            let trues: Vec<_> = vectors.iter().map(|vector| vector.trues(n)).collect();
            rows.extend((0..n).map(|row| trues.iter().map(|bits| bits.get(row)).collect()));
        });
        Some(Truths { name: field.name.clone(), rows, has_null: field.nullable })
    }
}

/// Values at the ends of a type; none for types that are no line.
fn ends(data_type: DataType, values: &mut Vec<Value>) -> Option<()> {
    match data_type {
        DataType::Bool => values.extend([Value::Bool(false), Value::Bool(true)]),
        DataType::Int => values.extend([Value::Int(i64::MIN), Value::Int(i64::MAX)]),
        DataType::Float => values.extend([Value::Float(f64::NEG_INFINITY), Value::Float(f64::INFINITY)]),
        DataType::Decimal { precision, scale } => {
            let most = 10i128.checked_pow(u32::from(precision.min(38)))? - 1;
            values.extend([-most, most].map(|n| Value::Decimal(Decimal::new(n, scale))));
        }
        // No text is before the empty one.
        DataType::String => values.push(Value::from("")),
        DataType::Date => {
            let end = |text: &str| text.parse().ok().map(Value::Date);
            values.extend([end("0001-01-01")?, end("9999-12-31")?]);
        }
        DataType::Timestamp => {
            values.extend([i64::MIN, i64::MAX].map(|n| Value::Timestamp(Timestamp::from_micros(n))));
        }
        DataType::StringSet => return None,
    }
    Some(())
}

/// A constant with its neighbours among the values of a column; none where the two do not go together.
fn around(point: &Value, data_type: DataType, values: &mut Vec<Value>) -> Option<()> {
    match (point, data_type) {
        // A comparison with null is unknown everywhere.
        (Value::Null, _) | (Value::Bool(_), DataType::Bool) => {}
        (Value::String(text), DataType::String) => {
            // What comes next in the order of bytes.
            values.extend([Value::String(text.clone()), Value::from(format!("{text}\0").as_str())]);
        }
        (Value::Date(date), DataType::Date) => {
            values.extend([-1, 0, 1].map(|by| Value::Date(Date::from_days(date.days().saturating_add(by)))));
        }
        (Value::Date(_) | Value::Timestamp(_), DataType::Timestamp) => {
            let micros = match point {
                Value::Date(date) => i64::from(date.days()) * 86_400_000_000,
                Value::Timestamp(instant) => instant.micros(),
                _ => return None,
            };
            let near = [-1, 0, 1].map(|by| Timestamp::from_micros(micros.saturating_add(by)));
            values.extend(near.map(Value::Timestamp));
        }
        (number, DataType::Float) => {
            let n = number.as_f64()?;
            values.extend([n.next_down(), n, n.next_up()].map(Value::Float));
        }
        (number, DataType::Int) => {
            let floor = scaled(number, 0)?;
            let near = (-1..=1).map(|by| i64::try_from(floor + by).ok().map(Value::Int));
            values.extend(near.flatten());
        }
        (number, DataType::Decimal { scale, .. }) => {
            let floor = scaled(number, scale)?;
            values.extend((-1..=1).map(|by| Value::Decimal(Decimal::new(floor + by, scale))));
        }
        _ => return None,
    }
    Some(())
}

/// The last number of so many digits after the point that is not above a number, unscaled.
fn scaled(number: &Value, scale: i8) -> Option<i128> {
    const MOST: i128 = 10i128.pow(37);
    let unscaled = match number {
        Value::Int(n) => i128::from(*n).checked_mul(10i128.checked_pow(u32::try_from(scale).ok()?)?)?,
        Value::Decimal(d) if d.scale > scale => {
            d.unscaled.div_euclid(10i128.checked_pow(u32::try_from(d.scale - scale).ok()?)?)
        }
        Value::Decimal(d) => d.rescale(scale)?.unscaled,
        Value::Float(n) => {
            let moved = n * 10f64.powi(i32::from(scale));
            if !moved.is_finite() || moved.abs() >= MOST as f64 {
                return None;
            }
            moved.floor() as i128
        }
        _ => return None,
    };
    (unscaled.abs() < MOST).then_some(unscaled)
}
