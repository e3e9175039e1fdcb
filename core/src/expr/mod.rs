//! The rule language.

mod ast;
mod bits;
mod block;
mod check;
pub mod code;
mod diagnostic;
mod eval;
mod explain;
mod function;
mod node;
mod output;
mod parse;
mod pattern;
mod primary;
mod print;
mod program;
mod schema;
mod token;
mod vector;

#[cfg(test)]
mod tests;

pub use ast::{ArithmeticOp, Ast, AstKind, CompareOp, IntervalUnit, IsTest, Literal, Quantifier};
pub use block::{Block, BlockError};
pub use diagnostic::{Diagnostic, Errors, Severity, render};
pub use explain::Explained;
pub use function::Function;
pub use output::{Evaluation, Truth};
pub use parse::parse;
pub use print::print;
pub use program::{Program, RootId};
pub use schema::{Field, Schema};

/// The longest rule, in bytes.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;
/// The most parts of a rule's tree.
pub const MAX_NODES: usize = 10_000;
/// The most levels of a rule's tree, and of its brackets.
pub const MAX_DEPTH: usize = 200;
/// How many rows are computed at once.
pub const CHUNK_ROWS: usize = 4_096;
