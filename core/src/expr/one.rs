//! The fast path for one profile: the same graph, one cell a node in place of a vector.

use std::cell::{Cell as Count, RefCell};
use std::sync::Arc;

use super::ast::{ArithmeticOp, CompareOp};
use super::block::BlockError;
use super::eval::{self, Places, holds};
use super::explain::Explained;
use super::node::{Node, NodeId, Op, TextTest};
use super::program::{Program, RootId};
use crate::time::{Timestamp, Zone};
use crate::value::{DataType, Decimal, Value, compare_int_float};

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
    /// How many values were lost to overflow and became null, in the parts of the rules that were looked at.
    pub overflows: u64,
}

/// Nodes in the order of computation.
#[derive(Debug, Clone)]
struct Order {
    steps: Vec<Step>,
    /// The place of each node in `steps`.
    places: Vec<u32>,
    /// The fields that are read.
    columns: Vec<usize>,
    /// How many steps are used more than once.
    shared: usize,
}

#[derive(Debug, Clone)]
struct Step {
    id: NodeId,
    /// The places of the arguments.
    args: Box<[u32]>,
    /// The value, where it is the same for all profiles.
    fixed: Option<Value>,
    /// Where the value is kept for its next use, where there is one.
    kept: Option<u32>,
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
    fn new(program: &Program, roots: &[NodeId], as_of: Timestamp, zone: &Zone) -> Self {
        let graph = program.graph();
        let needed = graph.needed(roots.iter().copied());
        let mut places = vec![u32::MAX; graph.len()];
        for (place, &id) in (0..).zip(&needed) {
            places[id as usize] = place;
        }
        let mut uses = vec![0u32; needed.len()];
        let args = needed.iter().flat_map(|&id| &*graph.node(id).args);
        args.chain(roots).for_each(|&id| uses[places[id as usize] as usize] += 1);
        let fixed = eval::fixed(graph, &needed, as_of, zone);
        let mut shared = 0;
        let mut columns = Vec::new();
        let mut steps = Vec::with_capacity(needed.len());
        for ((id, fixed), uses) in needed.into_iter().zip(fixed).zip(uses) {
            let node = graph.node(id);
            if let Op::Column(index) = node.op {
                columns.push(index);
            }
            let keeps = uses > 1 && fixed.is_none() && !matches!(node.op, Op::Column(_));
            let kept = keeps.then_some(shared);
            shared += u32::from(keeps);
            let args = node.args.iter().map(|&arg| places[arg as usize]).collect();
            steps.push(Step { id, args, fixed, kept });
        }
        Self { steps, places, columns, shared: shared as usize }
    }

    fn place(&self, id: NodeId) -> u32 {
        self.places[id as usize]
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
    /// that no rule reads may be null whatever they are, and fields past the end are null. What does not matter for
    /// the result is not looked at.
    ///
    /// # Errors
    /// [`BlockError`] where a value that a rule reads has another type than its field, or is null where the field
    /// cannot be.
    pub fn evaluate(&self, row: &[Value]) -> Result<Evaluated, BlockError> {
        let profile = self.profile(&self.all, row)?;
        let value = |&root: &RootId| {
            let id = self.program.node_of(root);
            profile.value(self.all.place(id)).to_value(self.program.graph().node(id))
        };
        let values = self.roots.iter().map(value).collect();
        Ok(Evaluated { values, overflows: profile.overflows.get() })
    }

    /// Says why the rule at position `rule` of [`roots`](Self::roots) gives what it gives for one profile.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate); [`BlockError::NoSuchRow`] where there is no such rule.
    pub fn explain(&self, rule: usize, row: &[Value]) -> Result<Explained, BlockError> {
        let (Some(&root), Some(order)) = (self.roots.get(rule), self.each.get(rule)) else {
            return Err(BlockError::NoSuchRow { row: rule, len: self.roots.len() });
        };
        let profile = self.profile(order, row)?;
        let value = |id: NodeId| profile.value(order.place(id)).to_value(self.program.graph().node(id));
        Ok(self.program.explain_values(root, &value))
    }

    fn profile<'a>(&'a self, order: &'a Order, row: &'a [Value]) -> Result<Profile<'a>, BlockError> {
        for &index in &order.columns {
            self.check_field(index, row.get(index).unwrap_or(&Value::Null))?;
        }
        let kept = RefCell::new(vec![None; order.shared]);
        Ok(Profile { prepared: self, order, row, kept, overflows: Count::new(0) })
    }

    fn check_field(&self, index: usize, value: &Value) -> Result<(), BlockError> {
        let field = &self.program.schema().fields()[index];
        let fits = match (value, field.data_type) {
            (Value::Null, _) if field.nullable => true,
            (Value::Null, _) => {
                return Err(BlockError::UnexpectedNulls { name: field.name.clone(), found: 1 });
            }
            (Value::Decimal(d), DataType::Decimal { scale, .. }) => d.rescale(scale).is_some(),
            (Value::Bool(_), DataType::Bool)
            | (Value::Int(_), DataType::Int)
            | (Value::Float(_), DataType::Float)
            | (Value::String(_), DataType::String)
            | (Value::Date(_), DataType::Date)
            | (Value::Timestamp(_), DataType::Timestamp)
            | (Value::StringSet(_), DataType::StringSet) => true,
            _ => false,
        };
        if fits {
            return Ok(());
        }
        let found = value.data_type().unwrap_or(field.data_type);
        Err(BlockError::WrongType { name: field.name.clone(), found, wanted: field.data_type })
    }
}

/// One profile that is being looked at.
struct Profile<'a> {
    prepared: &'a Prepared,
    order: &'a Order,
    row: &'a [Value],
    /// Values that are used more than once.
    kept: RefCell<Vec<Option<Cell<'a>>>>,
    overflows: Count<u64>,
}

impl<'a> Profile<'a> {
    fn value(&self, place: u32) -> Cell<'a> {
        let step = &self.order.steps[place as usize];
        if let Some(value) = &step.fixed {
            return Cell::of(value);
        }
        let node = self.prepared.program.graph().node(step.id);
        if let Op::Column(index) = node.op {
            return self.column(index, node);
        }
        if let Some(at) = step.kept
            && let Some(cell) = &self.kept.borrow()[at as usize]
        {
            return cell.clone();
        }
        let cell = self.quick(node, &step.args).unwrap_or_else(|| self.slow(step, node));
        if let Some(at) = step.kept {
            self.kept.borrow_mut()[at as usize] = Some(cell.clone());
        }
        cell
    }

    fn truth(&self, place: u32) -> Option<bool> {
        self.value(place).truth()
    }

    fn column(&self, index: usize, node: &Node) -> Cell<'a> {
        match (self.row.get(index), node.data_type) {
            (Some(Value::Decimal(d)), DataType::Decimal { scale, .. }) => {
                d.rescale(scale).map_or(Cell::Null, |d| Cell::Decimal(d.unscaled))
            }
            (Some(value), _) => Cell::of(value),
            (None, _) => Cell::Null,
        }
    }

    /// Everything else is asked of the evaluator of blocks, for this one node.
    fn slow(&self, step: &Step, node: &Node) -> Cell<'a> {
        let graph = self.prepared.program.graph();
        let args = node.args.iter().zip(&step.args);
        let values: Vec<(NodeId, Value)> =
            args.map(|(&id, &place)| (id, self.value(place).to_value(graph.node(id)))).collect();
        let places = Places::few(step.id, &node.args);
        let (as_of, zone) = (self.prepared.as_of, &self.prepared.zone);
        let (value, lost) = eval::single(graph, &places, step.id, &values, as_of, zone);
        self.lose(lost);
        Cell::computed(value)
    }

    fn lose(&self, n: u64) {
        self.overflows.set(self.overflows.get() + n);
    }

    /// The operators that rules mostly are made of; `None` for the others.
    fn quick(&self, node: &Node, args: &[u32]) -> Option<Cell<'a>> {
        let first = || self.value(args[0]);
        Some(match &node.op {
            Op::Compare(op) => compare(*op, &first(), &self.value(args[1]))?.into(),
            Op::TextTest(test) => text_test(test, &first()).into(),
            Op::InNumbers(list, has_null) => {
                let number = match first() {
                    Cell::Int(n) => n,
                    Cell::Date(days) => i64::from(days),
                    _ => return Some(Cell::Null),
                };
                membership(list.binary_search(&number).is_ok(), *has_null).into()
            }
            Op::Has { all, items } => match first() {
                Cell::Set(set) => has(set, items, *all),
                Cell::Owned(Value::StringSet(set)) => has(&set, items, *all),
                _ => Cell::Null,
            },
            Op::And => self.joined(args, false).into(),
            Op::Or => self.joined(args, true).into(),
            Op::Not => self.truth(args[0]).map(|truth| !truth).into(),
            Op::IsNull => Cell::Bool(first().is_null()),
            Op::IsTrue => Cell::Bool(self.truth(args[0]) == Some(true)),
            Op::IsFalse => Cell::Bool(self.truth(args[0]) == Some(false)),
            Op::Coalesce => {
                args.iter().map(|&at| self.value(at)).find(|cell| !cell.is_null()).unwrap_or(Cell::Null)
            }
            Op::Case => {
                let (pairs, last) = args.as_chunks::<2>();
                let taken = pairs.iter().find(|[condition, _]| self.truth(*condition) == Some(true));
                self.value(taken.map_or(*last.first()?, |[_, value]| *value))
            }
            Op::Arithmetic(op) => self.arithmetic(*op, &first(), &self.value(args[1]))?,
            Op::ToFloat => match first() {
                Cell::Null => Cell::Null,
                Cell::Int(n) => Cell::Float(n as f64),
                _ => return None,
            },
            _ => return None,
        })
    }

    fn joined(&self, args: &[u32], decisive: bool) -> Option<bool> {
        let mut unknown = false;
        for &arg in args {
            match self.truth(arg) {
                Some(truth) if truth == decisive => return Some(decisive),
                Some(_) => {}
                None => unknown = true,
            }
        }
        (!unknown).then_some(!decisive)
    }

    fn arithmetic(&self, op: ArithmeticOp, a: &Cell<'_>, b: &Cell<'_>) -> Option<Cell<'a>> {
        Some(match (a, b) {
            (Cell::Null, _) | (_, Cell::Null) => Cell::Null,
            (Cell::Int(a), Cell::Int(b)) => {
                let result = match op {
                    ArithmeticOp::Add => a.checked_add(*b),
                    ArithmeticOp::Subtract => a.checked_sub(*b),
                    ArithmeticOp::Multiply => a.checked_mul(*b),
                    ArithmeticOp::Divide => return None,
                };
                self.lose(u64::from(result.is_none()));
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
                self.lose(u64::from(lost));
                if lost || result.is_nan() { Cell::Null } else { Cell::Float(result) }
            }
            _ => return None,
        })
    }
}

fn has<'a>(set: &[Arc<str>], items: &[Arc<str>], all: bool) -> Cell<'a> {
    let has = |item: &Arc<str>| set.iter().any(|member| **member == **item);
    Cell::Bool(if all { items.iter().all(has) } else { items.iter().any(has) })
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
