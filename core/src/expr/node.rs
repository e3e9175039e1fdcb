//! The typed graph that rules are compiled to: equal parts are one node.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::ast::{ArithmeticOp, CompareOp};
use super::pattern::Pattern;
use crate::value::{DataType, Decimal, Value};

/// The index of a node; a node's arguments have smaller ones.
pub(super) type NodeId = u32;

/// What a node computes from its arguments.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Op {
    /// The schema's column of this index.
    Column(usize),
    Constant(Constant),
    Today,
    Now,
    /// A date and time of the run's time zone.
    WallClock(Arc<str>),

    /// Int or decimal to float.
    ToFloat,
    /// Int or decimal to the node's decimal type.
    ToDecimal,
    /// A date to its first instant in the run's time zone.
    ToTimestamp,
    /// A timestamp to its date in the run's time zone.
    ToDate,

    Arithmetic(ArithmeticOp),
    Negate,
    /// A date or timestamp moved.
    Shift(Shift),
    Abs,
    /// Half away from zero, to so many digits after the point.
    Round(i8),
    Floor,
    Ceil,
    /// The least or greatest of the arguments that are not null.
    Extreme {
        greatest: bool,
    },

    Year,
    Month,
    Day,
    DaysBetween,

    Compare(CompareOp),
    /// Among constants; null among them where the flag is set. For `int64` and `date`.
    InNumbers(Arc<[i64]>, bool),
    Not,
    And,
    Or,
    IsNull,
    IsTrue,
    IsFalse,

    /// A text made from a text.
    Text(TextMap),
    /// The arguments one after the other.
    Concat,
    Length,
    /// At which character a text has another for the first time, from 1; 0 where it has not.
    Position(Arc<str>),
    /// A yes or no about a text.
    TextTest(TextTest),
    /// A set has any or all of these texts, in byte order.
    Has {
        all: bool,
        items: Arc<[Arc<str>]>,
    },

    /// The first argument that is not null.
    Coalesce,
    /// Condition, value, condition, value, …, value otherwise.
    Case,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum TextMap {
    Lower,
    Upper,
    Trim,
    TrimStart,
    TrimEnd,
    /// So many characters after so many.
    Middle {
        skip: usize,
        take: usize,
    },
    /// The last so many characters.
    Last(usize),
    Replace(Arc<str>, Arc<str>),
    /// Exactly so many characters: the first of the text, with others before or after them.
    Pad {
        len: usize,
        with: char,
        before: bool,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum TextTest {
    Compare(CompareOp, Arc<str>),
    /// In byte order; null among them where the flag is set.
    In(Arc<[Arc<str>]>, bool),
    Like(Pattern),
    StartsWith(Arc<str>),
    EndsWith(Arc<str>),
    Contains(Arc<str>),
}

/// A stretch of time; only one part is not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Shift {
    pub(super) months: i64,
    pub(super) days: i64,
    pub(super) hours: i64,
}

/// A value that can be compared and hashed bit by bit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Constant {
    Null,
    Bool(bool),
    Int(i64),
    FloatBits(u64),
    Decimal { unscaled: i128, scale: i8 },
    String(Arc<str>),
    Date(i32),
    Timestamp(i64),
    StringSet(Vec<Arc<str>>),
}

impl Constant {
    pub(super) fn from_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(b) => Self::Bool(*b),
            Value::Int(n) => Self::Int(*n),
            Value::Float(n) => Self::FloatBits(n.to_bits()),
            Value::Decimal(d) => Self::Decimal { unscaled: d.unscaled, scale: d.scale },
            Value::String(text) => Self::String(Arc::clone(text)),
            Value::Date(date) => Self::Date(date.days()),
            Value::Timestamp(instant) => Self::Timestamp(instant.micros()),
            Value::StringSet(items) => Self::StringSet(items.clone()),
        }
    }

    pub(super) fn to_value(&self) -> Value {
        use crate::time::{Date, Timestamp};
        match self {
            Self::Null => Value::Null,
            Self::Bool(b) => Value::Bool(*b),
            Self::Int(n) => Value::Int(*n),
            Self::FloatBits(bits) => Value::from(f64::from_bits(*bits)),
            Self::Decimal { unscaled, scale } => Value::Decimal(Decimal::new(*unscaled, *scale)),
            Self::String(text) => Value::String(Arc::clone(text)),
            Self::Date(days) => Value::Date(Date::from_days(*days)),
            Self::Timestamp(micros) => Value::Timestamp(Timestamp::from_micros(*micros)),
            Self::StringSet(items) => Value::StringSet(items.clone()),
        }
    }
}

/// When a node's value is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Varies {
    /// At load: the same in every run.
    Never,
    /// At the start of a run: it depends on `as_of` or the time zone.
    ByRun,
    /// Row by row.
    ByRow,
}

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) op: Op,
    pub(super) args: Box<[NodeId]>,
    pub(super) data_type: DataType,
    pub(super) nullable: bool,
    pub(super) varies: Varies,
}

/// All nodes, arguments before what uses them.
#[derive(Debug, Clone, Default)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    ids: FxHashMap<(Op, Box<[NodeId]>, DataType), NodeId>,
}

impl Graph {
    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Adds a node, or finds the equal one. `nullable` must follow from the rest.
    pub(super) fn intern(&mut self, op: Op, args: &[NodeId], data_type: DataType, nullable: bool) -> NodeId {
        let args: Box<[NodeId]> = args.into();
        let key = (op, args, data_type);
        if let Some(&id) = self.ids.get(&key) {
            return id;
        }
        let own = match &key.0 {
            Op::Column(_) => Varies::ByRow,
            Op::Today | Op::Now | Op::WallClock(_) | Op::ToTimestamp | Op::ToDate => Varies::ByRun,
            // Calendar units of a timestamp depend on the time zone.
            Op::Shift(_) if data_type == DataType::Timestamp => Varies::ByRun,
            _ => Varies::Never,
        };
        let varies = key.1.iter().map(|&id| self.node(id).varies).fold(own, Varies::max);
        let id = self.nodes.len() as NodeId;
        let (op, args, _) = key.clone();
        self.nodes.push(Node { op, args, data_type, nullable, varies });
        self.ids.insert(key, id);
        id
    }

    /// The nodes that `roots` need, themselves among them, in order.
    pub(super) fn needed(&self, roots: impl IntoIterator<Item = NodeId>) -> Vec<NodeId> {
        let mut needed = Vec::new();
        let mut seen = rustc_hash::FxHashSet::default();
        let mut open: Vec<NodeId> = roots.into_iter().collect();
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                needed.push(id);
                open.extend(&*self.node(id).args);
            }
        }
        needed.sort_unstable();
        needed
    }
}
