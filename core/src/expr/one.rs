//! The fast path for one profile: the same graph, one cell a node in place of a vector.

use std::cell::{Cell as Count, RefCell};
use std::sync::Arc;

use super::ast::ArithmeticOp;
use super::block::BlockError;
use super::cell::{Cell, Test, among, compare, has, text_test};
use super::eval::{self, Places};
use super::explain::Explained;
use super::node::{Graph, Node, NodeId, Op};
use super::program::{Program, RootId};
use crate::time::{Timestamp, Zone};
use crate::value::{DataType, Value};

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
    /// The places of the roots.
    roots: Vec<u32>,
    /// The fields that are read.
    columns: Vec<Read>,
    /// How many steps are used more than once.
    shared: usize,
}

/// A field that is read.
#[derive(Debug, Clone, Copy)]
struct Read {
    index: usize,
    data_type: DataType,
    nullable: bool,
}

#[derive(Debug, Clone)]
struct Step {
    id: NodeId,
    kind: Kind,
    is_condition: bool,
    /// The places of the arguments.
    args: Box<[u32]>,
    /// The value, where it is the same for all profiles.
    fixed: Option<Value>,
    /// Where the value is kept for its next use, where there is one.
    kept: Option<u32>,
}

/// How a step comes to its value.
#[derive(Debug, Clone)]
enum Kind {
    /// The field of this index.
    Column(usize),
    /// A test of the field of this index.
    Test(usize, Test),
    And,
    Or,
    Not,
    Other,
}

impl Kind {
    /// `fixed` gives the value of a node where it is the same for all profiles.
    fn of<'a>(graph: &Graph, node: &Node, fixed: impl Fn(NodeId) -> Option<&'a Value>) -> Self {
        let column = |id: NodeId| match graph.node(id).op {
            Op::Column(index) => Some(index),
            _ => None,
        };
        let test = match (&node.op, &*node.args) {
            (Op::Column(index), _) => return Self::Column(*index),
            (Op::And, _) => return Self::And,
            (Op::Or, _) => return Self::Or,
            (Op::Not, _) => return Self::Not,
            (Op::Compare(op), &[a, b]) => {
                let of = |index: Option<usize>, op, column: NodeId, bound: NodeId| {
                    let is_same = graph.node(column).data_type == graph.node(bound).data_type;
                    index.zip(fixed(bound).filter(|_| is_same).and_then(|bound| Test::comparison(op, bound)))
                };
                of(column(a), *op, a, b).or_else(|| of(column(b), op.mirrored(), b, a))
            }
            (op, &[a]) => column(a).zip(Test::of(op)),
            _ => None,
        };
        test.map_or(Self::Other, |(index, test)| Self::Test(index, test))
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
        let kind = |node: &Node| Kind::of(graph, node, |id| fixed[places[id as usize] as usize].as_ref());
        let kinds: Vec<Kind> = needed.iter().map(|&id| kind(graph.node(id))).collect();
        for (((id, kind), fixed), uses) in needed.into_iter().zip(kinds).zip(fixed).zip(uses) {
            let node = graph.node(id);
            if let Kind::Column(index) = kind {
                columns.push(Read { index, data_type: node.data_type, nullable: node.nullable });
            }
            // What takes no longer than looking up is not kept.
            let keeps = uses > 1 && fixed.is_none() && !matches!(kind, Kind::Column(_) | Kind::Test(..));
            let kept = keeps.then_some(shared);
            shared += u32::from(keeps);
            let args = node.args.iter().map(|&arg| places[arg as usize]).collect();
            let is_condition = node.data_type == DataType::Bool;
            steps.push(Step { id, kind, is_condition, args, fixed, kept });
        }
        let roots = roots.iter().map(|&id| places[id as usize]).collect();
        Self { steps, places, roots, columns, shared: shared as usize }
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
        let values = self.all.roots.iter().map(|&place| profile.shown(place)).collect();
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
        let value = |id: NodeId| profile.shown(order.place(id));
        Ok(self.program.explain_values(root, &value))
    }

    fn profile<'a>(&'a self, order: &'a Order, row: &'a [Value]) -> Result<Profile<'a>, BlockError> {
        for read in &order.columns {
            self.check_field(*read, row.get(read.index).unwrap_or(&Value::Null))?;
        }
        let kept = RefCell::new(vec![None; order.shared]);
        Ok(Profile { prepared: self, order, row, kept, overflows: Count::new(0) })
    }

    fn check_field(&self, read: Read, value: &Value) -> Result<(), BlockError> {
        let name = || self.program.schema().fields()[read.index].name.clone();
        let fits = match (value, read.data_type) {
            (Value::Null, _) if read.nullable => true,
            (Value::Null, _) => return Err(BlockError::UnexpectedNulls { name: name(), found: 1 }),
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
        let found = value.data_type().unwrap_or(read.data_type);
        Err(BlockError::WrongType { name: name(), found, wanted: read.data_type })
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
        if let Some(at) = step.kept
            && let Some(cell) = &self.kept.borrow()[at as usize]
        {
            return cell.clone();
        }
        let node = || self.prepared.program.graph().node(step.id);
        let cell = match &step.kind {
            Kind::Column(index) => return self.column(*index, node()),
            Kind::Other => self.quick(node(), &step.args).unwrap_or_else(|| self.slow(step, node())),
            condition => self.condition(condition, &step.args).into(),
        };
        if let Some(at) = step.kept {
            self.kept.borrow_mut()[at as usize] = Some(cell.clone());
        }
        cell
    }

    /// The value of a step that is a condition; `None` where it is unknown.
    fn truth(&self, place: u32) -> Option<bool> {
        let step = &self.order.steps[place as usize];
        match &step.kind {
            _ if step.fixed.is_some() || step.kept.is_some() => self.value(place).truth(),
            Kind::Other => self.value(place).truth(),
            condition => self.condition(condition, &step.args),
        }
    }

    fn condition(&self, kind: &Kind, args: &[u32]) -> Option<bool> {
        match kind {
            Kind::Test(index, test) => test.holds(self.row.get(*index)?),
            Kind::And => self.joined(args, false),
            Kind::Or => self.joined(args, true),
            Kind::Not => self.truth(args[0]).map(|truth| !truth),
            Kind::Column(index) => match self.row.get(*index) {
                Some(Value::Bool(truth)) => Some(*truth),
                _ => None,
            },
            Kind::Other => None,
        }
    }

    /// The value of a step, to be given out.
    fn shown(&self, place: u32) -> Value {
        let step = &self.order.steps[place as usize];
        match (&step.fixed, &step.kind) {
            (Some(value), _) => value.clone(),
            (None, _) if step.is_condition => self.truth(place).map_or(Value::Null, Value::Bool),
            _ => self.value(place).to_value(self.prepared.program.graph().node(step.id)),
        }
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
            Op::TextTest(test) => first().text().and_then(|text| text_test(test, text)).into(),
            Op::InNumbers(list, has_null) => match first() {
                Cell::Int(n) => among(list, *has_null, n).into(),
                Cell::Date(days) => among(list, *has_null, i64::from(days)).into(),
                _ => Cell::Null,
            },
            Op::Has { all, items } => match first() {
                Cell::Set(set) => Cell::Bool(has(set, items, *all)),
                Cell::Owned(Value::StringSet(set)) => Cell::Bool(has(&set, items, *all)),
                _ => Cell::Null,
            },
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
