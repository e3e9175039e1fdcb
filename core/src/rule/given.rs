//! The values of one profile, by name.

use crate::expr::{Ast, AstKind, CompareOp, Field, Function, Literal, Program, Schema};
use crate::time::{Timestamp, Zone};
use crate::value::{DataType, Value};

/// The values of one profile, by name. A name that a rule reads and that is not here is an error; a value that is
/// null has the type that the rules make of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    names: Vec<String>,
    values: Vec<Value>,
    at: Option<(Timestamp, Zone)>,
}

impl<N: Into<String>> FromIterator<(N, Value)> for Given {
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(values: I) -> Self {
        let (names, values) = values.into_iter().map(|(name, value)| (name.into(), value)).unzip();
        Self { names, values, at: None }
    }
}

impl Given {
    /// The same values at an instant: `NOW()` is `as_of`, `TODAY()` its date in `zone`.
    #[must_use]
    pub fn at(self, as_of: Timestamp, zone: &Zone) -> Self {
        Self { at: Some((as_of, zone.clone())), ..self }
    }

    /// The instant at which rules are asked, and the time zone of days, where they were set.
    pub fn moment(&self) -> Option<&(Timestamp, Zone)> {
        self.at.as_ref()
    }

    /// The values, in the order in which they were given.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The names, in the order in which they were given.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.names.iter().position(|own| own == name).map(|at| &self.values[at])
    }

    /// The types of the values. A null has the type that it had in `before`, which is of the same names, otherwise
    /// the one that `rules` make of it: by what stands beside it, or else the first type with the fewest errors.
    pub(crate) fn schema(&self, rules: &[&Ast], before: Option<&Schema>) -> Schema {
        let known = |name: &str| {
            let before = before?;
            Some(before.fields()[before.index_of(name)?].data_type)
        };
        let mut wanted = Vec::new();
        if self.values.iter().any(Value::is_null) {
            for rule in rules {
                hints(rule, &mut wanted);
            }
        }
        let mut types: Vec<DataType> = Vec::with_capacity(self.names.len());
        for (name, value) in self.names.iter().zip(&self.values) {
            let hint = || wanted.iter().find(|(other, _)| other == name).map(|(_, hint)| *hint);
            types.push(value.data_type().or_else(|| known(name)).or_else(hint).unwrap_or(DataType::Float));
        }
        let texts: Vec<String> = rules.iter().map(ToString::to_string).collect();
        let mut least = self.errors(&texts, &types);
        // Twice, as a name may be compared with one that comes after it.
        for _ in 0..2 {
            for at in 0..types.len() {
                for data_type in TRIED {
                    if least == 0 || !self.values[at].is_null() {
                        break;
                    }
                    let own = std::mem::replace(&mut types[at], data_type);
                    let errors = self.errors(&texts, &types);
                    if errors < least {
                        least = errors;
                    } else {
                        types[at] = own;
                    }
                }
            }
        }
        self.typed(&types)
    }

    fn typed(&self, types: &[DataType]) -> Schema {
        let mut schema = Schema::new();
        for (name, data_type) in self.names.iter().zip(types) {
            schema.push(Field::new(name.clone(), *data_type));
        }
        schema
    }

    /// How many errors rules have over these types.
    fn errors(&self, rules: &[String], types: &[DataType]) -> usize {
        let mut program = Program::new(self.typed(types));
        rules.iter().map(|rule| program.add(rule).map_or_else(|errors| errors.diagnostics.len(), |_| 0)).sum()
    }

    /// Whether the values have the types of a schema of the same names, or are null.
    pub(crate) fn fits(&self, schema: &Schema) -> bool {
        let fields = schema.fields();
        fields.len() == self.names.len()
            && fields.iter().zip(&self.names).zip(&self.values).all(|((field, name), value)| {
                field.name == *name && value.data_type().is_none_or(|found| found == field.data_type)
            })
    }
}

/// The types that a null may be of, in the order in which they are tried.
const TRIED: [DataType; 6] = [
    DataType::String,
    DataType::Bool,
    DataType::Float,
    DataType::Date,
    DataType::StringSet,
    DataType::Timestamp,
];

/// What types a rule takes its names for, as far as can be told from what stands beside them.
pub(crate) fn hints(rule: &Ast, found: &mut Vec<(String, DataType)>) {
    use DataType::{Bool, Date, Float, String, StringSet, Timestamp};
    let mut note = |part: &Ast, data_type: Option<DataType>| {
        if let (AstKind::Name(name), Some(data_type)) = (part.kind(), data_type)
            && !found.iter().any(|(other, _)| other == name)
        {
            found.push((name.clone(), data_type));
        }
    };
    match rule.kind() {
        AstKind::Name(_) => note(rule, Some(Bool)),
        AstKind::Not(part) => note(part, Some(Bool)),
        AstKind::And(parts) | AstKind::Or(parts) => parts.iter().for_each(|part| note(part, Some(Bool))),
        AstKind::Compare(op, a, b) => {
            // Two names alone say only that they are alike.
            let fallback = match (a.kind(), b.kind()) {
                (AstKind::Name(_), AstKind::Name(_)) if *op != CompareOp::Eq => Some(Float),
                _ => None,
            };
            note(a, kind_of(b).or(fallback));
            note(b, kind_of(a).or(fallback));
        }
        AstKind::In { operand, list, .. } => note(operand, list.iter().find_map(kind_of)),
        AstKind::Between { operand, low, high, .. } => note(operand, kind_of(low).or(kind_of(high))),
        AstKind::Like { operand, .. } => note(operand, Some(String)),
        AstKind::Has { operand, .. } => note(operand, Some(StringSet)),
        AstKind::Arithmetic(_, a, b) => {
            let is_interval = |part: &Ast| matches!(part.kind(), AstKind::Literal(Literal::Interval(..)));
            let data_type = if is_interval(a) || is_interval(b) { Date } else { Float };
            note(a, Some(data_type));
            note(b, Some(data_type));
        }
        AstKind::Call(function, args) => {
            let data_type = match function {
                Function::Contains
                | Function::StartsWith
                | Function::EndsWith
                | Function::Length
                | Function::Position => Some(String),
                function if makes_text(*function) => Some(String),
                Function::Day | Function::Month | Function::Year => Some(Timestamp),
                Function::DaysBetween => Some(Date),
                Function::Abs | Function::Ceil | Function::Floor | Function::Round => Some(Float),
                _ => args.iter().find_map(kind_of),
            };
            for part in args {
                note(part, data_type);
            }
        }
        AstKind::Case { operand, branches, .. } => match operand {
            Some(operand) => note(operand, branches.iter().find_map(|(when, _)| kind_of(when))),
            None => branches.iter().for_each(|(when, _)| note(when, Some(Bool))),
        },
        _ => {}
    }
    for child in rule.children() {
        if !matches!(child.kind(), AstKind::Name(_)) {
            hints(child, found);
        }
    }
}

/// Whether a function makes a text of texts.
fn makes_text(function: Function) -> bool {
    matches!(
        function,
        Function::Concat
            | Function::Left
            | Function::Lower
            | Function::Lpad
            | Function::Ltrim
            | Function::Replace
            | Function::Right
            | Function::Rpad
            | Function::Rtrim
            | Function::Substring
            | Function::Trim
            | Function::Upper
    )
}

/// The type that an expression gives whatever its names are.
fn kind_of(part: &Ast) -> Option<DataType> {
    use DataType::{Bool, Date, Float, String, Timestamp};
    Some(match part.kind() {
        AstKind::Literal(literal) => match literal {
            Literal::Bool(_) => Bool,
            Literal::Int(_) | Literal::Decimal(_) | Literal::Float(_) => Float,
            Literal::String(_) => String,
            Literal::Date(_) => Date,
            Literal::Timestamp(_) => Timestamp,
            _ => return None,
        },
        AstKind::Negate(_) => Float,
        AstKind::Arithmetic(_, a, b) => match (kind_of(a), kind_of(b)) {
            (Some(Date | Timestamp), _) => return kind_of(a),
            _ => Float,
        },
        AstKind::Call(function, args) => match function {
            Function::Today => Date,
            Function::Now => Timestamp,
            function if makes_text(*function) => String,
            Function::Coalesce | Function::If | Function::Nullif | Function::Greatest | Function::Least => {
                return args.iter().find_map(kind_of);
            }
            Function::Contains | Function::StartsWith | Function::EndsWith => Bool,
            _ => Float,
        },
        _ => return None,
    })
}
