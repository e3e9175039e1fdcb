//! Texts that a rule asks for and that a column never has.

use arrow_array::{Array, StringArray};

use super::ast::{Ast, AstKind, CompareOp, Literal};
use super::block::Block;
use super::code;
use super::diagnostic::{Diagnostic, Sink};
use super::schema::{Schema, nearest};
use super::token::cut;
use crate::value::{Column, StringColumn, StringSetColumn};

/// A column with more distinct texts than this is no category.
const MAX_VALUES: usize = 10_000;
/// So many values are listed at most where none is like the one that was asked for.
const MAX_LISTED: usize = 6;

pub(super) fn unseen(text: &str, ast: &Ast, schema: &Schema, block: &Block<'_>) -> Vec<Diagnostic> {
    let mut search = Search { schema, block, sink: Sink::new(text) };
    search.part(ast);
    search.sink.finish()
}

struct Search<'s, 't> {
    schema: &'s Schema,
    block: &'s Block<'s>,
    sink: Sink<'t>,
}

impl Search<'_, '_> {
    fn part(&mut self, ast: &Ast) {
        match ast.kind() {
            AstKind::Compare(CompareOp::Eq | CompareOp::Ne, a, b) => {
                self.asked(a, std::slice::from_ref(&**b));
                self.asked(b, std::slice::from_ref(&**a));
            }
            AstKind::In { operand, list, .. } => self.asked(operand, list),
            AstKind::Has { operand, items, .. } => self.asked(operand, items),
            AstKind::Case { operand: Some(operand), branches, .. } => {
                for (when, _) in branches {
                    self.asked(operand, std::slice::from_ref(when));
                }
            }
            _ => {}
        }
        for child in ast.children() {
            self.part(child);
        }
    }

    fn asked(&mut self, operand: &Ast, items: &[Ast]) {
        let AstKind::Name(name) = operand.kind() else { return };
        let Some(texts) =
            self.schema.index_of(name).and_then(|at| Texts::of(self.block.columns.get(at).copied()??))
        else {
            return;
        };
        for item in items {
            let AstKind::Literal(Literal::String(wanted)) = item.kind() else { continue };
            if texts.has(wanted) {
                continue;
            }
            let known = texts.all();
            if known.is_empty() {
                return;
            }
            let message = format!("`{}` never is '{}' in this data", cut(name), cut(wanted));
            let help = match nearest(wanted, || known.iter().copied()) {
                Some(near) => format!("did you mean '{}'?", cut(near)),
                None if known.len() <= MAX_LISTED => {
                    let known: Vec<String> = known.iter().map(|value| format!("'{}'", cut(value))).collect();
                    format!("it is one of {}", known.join(", "))
                }
                None => format!("it has {} other values", known.len()),
            };
            self.sink.warning(code::UNSEEN_VALUE, item.span(), message, help);
        }
    }
}

/// The texts of a column; what its dictionary has and no row is not among them.
enum Texts<'s> {
    Single(&'s StringColumn),
    Sets(&'s StringSetColumn),
}

impl<'s> Texts<'s> {
    /// None where there are too many, or none.
    fn of(column: &'s Column) -> Option<Self> {
        let texts = match column {
            Column::String(texts) => Self::Single(texts),
            Column::StringSet(sets) => Self::Sets(sets),
            _ => return None,
        };
        (1..=MAX_VALUES).contains(&texts.values().len()).then_some(texts)
    }

    fn values(&self) -> &'s StringArray {
        match self {
            Self::Single(texts) => texts.values(),
            Self::Sets(sets) => sets.values(),
        }
    }

    /// Stops at the first row that has the text: of most texts that is soon.
    fn has(&self, wanted: &str) -> bool {
        let values = self.values();
        let Some(code) = (0..values.len()).find(|&at| values.value(at) == wanted) else { return false };
        let code = code as u32;
        match self {
            Self::Single(texts) => texts.codes().iter().any(|found| found == Some(code)),
            Self::Sets(sets) => (0..sets.len()).any(|row| sets.codes(row).contains(&code)),
        }
    }

    /// The texts that rows have, in the order of the dictionary.
    fn all(&self) -> Vec<&'s str> {
        let values = self.values();
        let mut used = vec![false; values.len()];
        let mut note = |code: u32| {
            if let Some(used) = used.get_mut(code as usize) {
                *used = true;
            }
        };
        match self {
            Self::Single(texts) => texts.codes().iter().flatten().for_each(note),
            Self::Sets(sets) => (0..sets.len()).flat_map(|row| sets.codes(row)).for_each(|&code| note(code)),
        }
        (0..values.len()).filter(|&at| used[at]).map(|at| values.value(at)).collect()
    }
}
