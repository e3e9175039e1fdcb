//! The fast path for one profile: the same graph, one cell a node in place of a vector.

#![expect(clippy::many_single_char_names, reason = "a, b are operands")]

use std::sync::Arc;

use super::ast::{ArithmeticOp, CompareOp};
use super::block::BlockError;
use super::eval::{self, Places, holds};
use super::explain::Explained;
use super::node::{Node, NodeId, Op, TextTest};
use super::program::{Program, RootId};
use crate::time::{Timestamp, Zone};
use crate::value::{Decimal, Value, compare_int_float};

/// Rules made ready for one profile after the other, at one `as_of`.
///
/// It gives what [`Program::evaluate`] gives for a block of that one row, without building columns.
///
/// ```
/// use std::sync::Arc;
/// use tagloom::expr::{Field, Prepared, Program, Schema};
/// use tagloom::time::{Timestamp, Zone};
/// use tagloom::value::{DataType, Value};
///
/// let mut schema = Schema::new();
/// schema.push(Field::new("city", DataType::String));
/// schema.push(Field::new("spend", DataType::Float));
/// let mut program = Program::new(schema);
/// let rule = program.add_bool("city = '上海' AND spend > 100")?;
/// let prepared = Prepared::new(Arc::new(program), &[rule], Timestamp::from_micros(0), &Zone::utc());
/// assert_eq!(prepared.evaluate(&["上海".into(), 120.0.into()])?.values, [Value::Bool(true)]);
/// assert_eq!(prepared.evaluate(&["上海".into(), Value::Null])?.values, [Value::Null]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Prepared {
    program: Arc<Program>,
    roots: Vec<RootId>,
    as_of: Timestamp,
    zone: Zone,
    /// For the values of all roots together.
    all: Order,
    /// For the explanation of each root.
    each: Vec<Order>,
}

/// What one profile gives.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Evaluated {
    /// The value of each rule, in the order in which the rules were prepared.
    pub values: Vec<Value>,
    /// How many values were lost to overflow and became null, in any part of the rules.
    pub overflows: u64,
}

/// Nodes in the order of computation, with the values of those that do not vary by row.
#[derive(Debug, Clone)]
struct Order {
    nodes: Vec<(NodeId, Option<Value>)>,
    /// The place of each node in `nodes`.
    places: Vec<u32>,
}

/// The value of a node.
#[derive(Debug, Clone)]
enum Cell<'a> {
    Null,
    Bool(bool),
    /// `int64` and, in microseconds, `timestamp`.
    Int(i64),
    Float(f64),
    /// Unscaled.
    Decimal(i128),
    Date(i32),
    Text(&'a str),
    Set(&'a [Arc<str>]),
    /// A text or set that was computed.
    Owned(Value),
}

impl<'a> Cell<'a> {
    fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(b) => Self::Bool(*b),
            Value::Int(n) => Self::Int(*n),
            Value::Float(n) if n.is_nan() => Self::Null,
            Value::Float(n) => Self::Float(*n),
            Value::Decimal(d) => Self::Decimal(d.unscaled),
            Value::String(text) => Self::Text(text),
            Value::Date(date) => Self::Date(date.days()),
            Value::Timestamp(instant) => Self::Int(instant.micros()),
            Value::StringSet(items) => Self::Set(items),
        }
    }

    fn computed(value: Value) -> Self {
        match value {
            Value::String(_) | Value::StringSet(_) => Self::Owned(value),
            other => match Cell::of(&other) {
                Cell::Bool(b) => Self::Bool(b),
                Cell::Int(n) => Self::Int(n),
                Cell::Float(n) => Self::Float(n),
                Cell::Decimal(n) => Self::Decimal(n),
                Cell::Date(days) => Self::Date(days),
                _ => Self::Null,
            },
        }
    }

    fn to_value(&self, node: &Node) -> Value {
        use crate::time::Date;
        use crate::value::DataType;
        match (self, node.data_type) {
            (Self::Null, _) => Value::Null,
            (Self::Bool(b), _) => Value::Bool(*b),
            (Self::Int(n), DataType::Timestamp) => Value::Timestamp(Timestamp::from_micros(*n)),
            (Self::Int(n), _) => Value::Int(*n),
            (Self::Float(n), _) => Value::Float(*n),
            (Self::Decimal(n), DataType::Decimal { scale, .. }) => Value::Decimal(Decimal::new(*n, scale)),
            (Self::Decimal(n), _) => Value::Decimal(Decimal::new(*n, 0)),
            (Self::Date(days), _) => Value::Date(Date::from_days(*days)),
            (Self::Text(text), _) => Value::from(*text),
            (Self::Set(items), _) => Value::StringSet(items.to_vec()),
            (Self::Owned(value), _) => value.clone(),
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Owned(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    fn truth(&self) -> Option<bool> {
        if let Self::Bool(b) = self { Some(*b) } else { None }
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

impl From<Option<bool>> for Cell<'_> {
    fn from(truth: Option<bool>) -> Self {
        truth.map_or(Self::Null, Self::Bool)
    }
}

impl Order {
    fn new(program: &Program, nodes: &[NodeId], as_of: Timestamp, zone: &Zone) -> Self {
        let graph = program.graph();
        let needed = graph.needed(nodes.iter().copied());
        let mut places = vec![u32::MAX; graph.len()];
        for (place, &id) in (0..).zip(&needed) {
            places[id as usize] = place;
        }
        let fixed = eval::fixed(graph, &needed, as_of, zone);
        Self { nodes: needed.into_iter().zip(fixed).collect(), places }
    }
}

impl Prepared {
    /// Makes rules of a program ready. `NOW()` is `as_of`; `TODAY()` is its date in `zone`.
    pub fn new(program: Arc<Program>, roots: &[RootId], as_of: Timestamp, zone: &Zone) -> Self {
        let nodes: Vec<NodeId> = roots.iter().map(|&root| program.node_of(root)).collect();
        let all = Order::new(&program, &nodes, as_of, zone);
        let shown = |&root: &RootId| Order::new(&program, &program.shape_nodes(root), as_of, zone);
        let each = roots.iter().map(shown).collect();
        Self { roots: roots.to_vec(), as_of, zone: zone.clone(), all, each, program }
    }

    /// The program that the rules are from.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// The rules, in the order of the values.
    pub fn roots(&self) -> &[RootId] {
        &self.roots
    }

    /// Evaluates all rules for one profile. `row` has a value for each field of the schema, in its order; fields
    /// that no rule reads may be null whatever they are, and fields past the end are null.
    ///
    /// # Errors
    /// [`BlockError`] where a value that a rule reads has another type than its field, or is null where the field
    /// cannot be.
    pub fn evaluate(&self, row: &[Value]) -> Result<Evaluated, BlockError> {
        let mut overflows = 0;
        let cells = self.cells(&self.all, row, &mut overflows)?;
        let value = |&root: &RootId| {
            let id = self.program.node_of(root);
            cells[self.all.places[id as usize] as usize].to_value(self.program.graph().node(id))
        };
        Ok(Evaluated { values: self.roots.iter().map(value).collect(), overflows })
    }

    /// Says why the rule at position `rule` of [`roots`](Self::roots) gives what it gives for one profile.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate); [`BlockError::NoSuchRow`] where there is no such rule.
    pub fn explain(&self, rule: usize, row: &[Value]) -> Result<Explained, BlockError> {
        let (Some(&root), Some(order)) = (self.roots.get(rule), self.each.get(rule)) else {
            return Err(BlockError::NoSuchRow { row: rule, len: self.roots.len() });
        };
        let cells = self.cells(order, row, &mut 0)?;
        let value =
            |id: NodeId| cells[order.places[id as usize] as usize].to_value(self.program.graph().node(id));
        Ok(self.program.explain_values(root, &value))
    }

    fn cells<'a>(
        &'a self,
        order: &'a Order,
        row: &'a [Value],
        overflows: &mut u64,
    ) -> Result<Vec<Cell<'a>>, BlockError> {
        let mut cells: Vec<Cell<'a>> = Vec::with_capacity(order.nodes.len());
        for (id, fixed) in &order.nodes {
            let node = self.program.graph().node(*id);
            let cell = match (fixed, &node.op) {
                (Some(value), _) => Cell::of(value),
                (None, Op::Column(index)) => self.column(*index, row)?,
                _ => {
                    let args = Args { cells: &cells, places: &order.places, ids: &node.args };
                    match quick(node, &args, overflows) {
                        Some(cell) => cell,
                        None => self.slow(*id, node, &args, overflows),
                    }
                }
            };
            cells.push(cell);
        }
        Ok(cells)
    }

    fn column<'a>(&self, index: usize, row: &'a [Value]) -> Result<Cell<'a>, BlockError> {
        use crate::value::DataType;
        let field = &self.program.schema().fields()[index];
        let value = row.get(index).unwrap_or(&Value::Null);
        let fits = match (value, field.data_type) {
            (Value::Null, _) => {
                if !field.nullable {
                    return Err(BlockError::UnexpectedNulls { name: field.name.clone(), found: 1 });
                }
                true
            }
            (Value::Decimal(d), DataType::Decimal { scale, .. }) if d.scale != scale => {
                if let Some(same) = d.rescale(scale) {
                    return Ok(Cell::Decimal(same.unscaled));
                }
                false
            }
            (Value::Decimal(_), DataType::Decimal { .. }) => true,
            (value, wanted) => value.data_type() == Some(wanted),
        };
        if fits {
            return Ok(Cell::of(value));
        }
        let found = value.data_type().unwrap_or(field.data_type);
        Err(BlockError::WrongType { name: field.name.clone(), found, wanted: field.data_type })
    }

    /// Everything else is asked of the evaluator of blocks, for this one node.
    fn slow<'a>(&'a self, id: NodeId, node: &Node, args: &Args<'_, 'a>, overflows: &mut u64) -> Cell<'a> {
        let graph = self.program.graph();
        let values: Vec<(NodeId, Value)> =
            node.args.iter().map(|&arg| (arg, args.of(arg).to_value(graph.node(arg)))).collect();
        let places = Places::few(id, &node.args);
        let (value, lost) = eval::single(graph, &places, id, &values, self.as_of, &self.zone);
        *overflows += lost;
        Cell::computed(value)
    }
}

/// The values of a node's arguments.
struct Args<'c, 'a> {
    cells: &'c [Cell<'a>],
    places: &'c [u32],
    ids: &'c [NodeId],
}

impl<'c, 'a> Args<'c, 'a> {
    fn of(&self, id: NodeId) -> &'c Cell<'a> {
        &self.cells[self.places[id as usize] as usize]
    }

    fn at(&self, position: usize) -> &'c Cell<'a> {
        self.of(self.ids[position])
    }

    fn all(&self) -> impl Iterator<Item = &'c Cell<'a>> {
        self.ids.iter().map(|&id| self.of(id))
    }
}

/// The operators that rules mostly are made of; `None` for the others.
fn quick<'a>(node: &Node, args: &Args<'_, 'a>, overflows: &mut u64) -> Option<Cell<'a>> {
    Some(match &node.op {
        Op::Compare(op) => compare(*op, args.at(0), args.at(1))?.into(),
        Op::TextTest(test) => text_test(test, args.at(0)).into(),
        Op::InNumbers(list, has_null) => {
            let number = match args.at(0) {
                Cell::Int(n) => *n,
                Cell::Date(days) => i64::from(*days),
                _ => return Some(Cell::Null),
            };
            membership(list.binary_search(&number).is_ok(), *has_null).into()
        }
        Op::Has { all, items } => {
            let set = match args.at(0) {
                Cell::Set(set) => set,
                Cell::Owned(Value::StringSet(set)) => set.as_slice(),
                _ => return Some(Cell::Null),
            };
            let has = |item: &Arc<str>| set.iter().any(|member| **member == **item);
            Cell::Bool(if *all { items.iter().all(has) } else { items.iter().any(has) })
        }
        Op::And => joined(args, false).into(),
        Op::Or => joined(args, true).into(),
        Op::Not => args.at(0).truth().map(|truth| !truth).into(),
        Op::IsNull => Cell::Bool(args.at(0).is_null()),
        Op::IsTrue => Cell::Bool(args.at(0).truth() == Some(true)),
        Op::IsFalse => Cell::Bool(args.at(0).truth() == Some(false)),
        Op::Coalesce => args.all().find(|cell| !cell.is_null()).cloned().unwrap_or(Cell::Null),
        Op::Case => {
            let pairs = (args.ids.len() - 1) / 2;
            let taken = (0..pairs).find(|at| args.at(2 * at).truth() == Some(true));
            args.at(taken.map_or(2 * pairs, |at| 2 * at + 1)).clone()
        }
        Op::Arithmetic(op) => arithmetic(*op, args.at(0), args.at(1), overflows)?,
        Op::ToFloat => match args.at(0) {
            Cell::Null => Cell::Null,
            Cell::Int(n) => Cell::Float(*n as f64),
            _ => return None,
        },
        _ => return None,
    })
}

fn joined(args: &Args<'_, '_>, decisive: bool) -> Option<bool> {
    let mut unknown = false;
    for cell in args.all() {
        match cell.truth() {
            Some(truth) if truth == decisive => return Some(decisive),
            Some(_) => {}
            None => unknown = true,
        }
    }
    (!unknown).then_some(!decisive)
}

fn membership(found: bool, has_null: bool) -> Option<bool> {
    if found { Some(true) } else { (!has_null).then_some(false) }
}

/// `None` where the cells are of kinds that the other evaluator compares.
#[expect(clippy::option_option, reason = "the inner one is the three-valued answer")]
fn compare(op: CompareOp, a: &Cell<'_>, b: &Cell<'_>) -> Option<Option<bool>> {
    let ordering = match (a, b) {
        (Cell::Null, _) | (_, Cell::Null) => return Some(None),
        (Cell::Int(a), Cell::Int(b)) => a.cmp(b),
        (Cell::Float(a), Cell::Float(b)) => a.partial_cmp(b)?,
        (Cell::Date(a), Cell::Date(b)) => a.cmp(b),
        (Cell::Bool(a), Cell::Bool(b)) => a.cmp(b),
        (Cell::Int(a), Cell::Float(b)) => compare_int_float(*a, *b)?,
        (Cell::Float(a), Cell::Int(b)) => compare_int_float(*b, *a)?.reverse(),
        _ => a.text()?.cmp(b.text()?),
    };
    Some(Some(op.holds(ordering)))
}

fn text_test(test: &TextTest, a: &Cell<'_>) -> Option<bool> {
    let text = a.text()?;
    match test {
        TextTest::In(_, has_null) => membership(holds(test, text), *has_null),
        _ => Some(holds(test, text)),
    }
}

fn arithmetic<'a>(op: ArithmeticOp, a: &Cell<'_>, b: &Cell<'_>, overflows: &mut u64) -> Option<Cell<'a>> {
    Some(match (a, b) {
        (Cell::Null, _) | (_, Cell::Null) => Cell::Null,
        (Cell::Int(a), Cell::Int(b)) => {
            let result = match op {
                ArithmeticOp::Add => a.checked_add(*b),
                ArithmeticOp::Subtract => a.checked_sub(*b),
                ArithmeticOp::Multiply => a.checked_mul(*b),
                ArithmeticOp::Divide => return None,
            };
            *overflows += u64::from(result.is_none());
            result.map_or(Cell::Null, Cell::Int)
        }
        (Cell::Float(a), Cell::Float(b)) => {
            let result = match op {
                ArithmeticOp::Add => a + b,
                ArithmeticOp::Subtract => a - b,
                ArithmeticOp::Multiply => a * b,
                ArithmeticOp::Divide if *b == 0.0 => f64::NAN,
                ArithmeticOp::Divide => a / b,
            };
            let lost = result.is_infinite() && a.is_finite() && b.is_finite();
            *overflows += u64::from(lost);
            if lost || result.is_nan() { Cell::Null } else { Cell::Float(result) }
        }
        _ => return None,
    })
}
