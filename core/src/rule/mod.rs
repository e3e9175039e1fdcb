//! Rules as people keep them: single rules, decision tables, score cards and sets of rules, over any columns.
//!
//! They stand on the rule language ([`expr`](crate::expr)) and need no catalogue: a [`Frame`] of named columns, or the
//! values of one profile, is enough. A catalogue uses the same definitions for its business tags.
//!
//! | | |
//! |---|---|
//! | [`Rule`] | one condition or value: apply, explain, funnel, difference from another, what would have to change |
//! | [`DecisionTable`] | rows of conditions with outputs, by any hit policy of DMN; gaps and overlaps |
//! | [`ScoreCard`] | points for conditions, bands of the sum, the contribution of each condition |
//! | [`RuleSet`] | rules with owner, version, priority, exclusive groups, validity and examples |
//! | [`sql`] | a rule as SQL or as code for Polars |
//! | [`json_logic`] | rules of user interfaces in JSON-logic |

mod change;
mod columns;
mod csv;
mod def;
mod diff;
mod domain;
mod error;
mod examples;
mod findings;
mod frame;
mod gaps;
mod given;
mod hits;
pub mod json_logic;
mod outcome;
mod outputs;
mod score;
mod set;
mod shared;
mod single;
pub mod sql;
mod table;
mod unary;

#[cfg(test)]
mod tests;

pub use change::Change;
pub use def::{BandsDef, ExampleDef, HitPolicy, PointsDef, RuleDef, RuleSetDef, ScoreDef, TableDef};
pub use diff::{Cause, Difference};
pub use error::{RuleError, TableProblem};
pub(crate) use examples::Subject;
pub use frame::Frame;
pub use gaps::{Finding, FindingKind};
pub use given::Given;
pub use outcome::{Outcome, RowHit};
pub use score::{Contribution, ScoreCard, ScoreOutput, Scored};
pub(crate) use set::unless;
pub use set::{Decided, RuleSet, RuleSetOutput};
pub use shared::SharedRules;
pub use single::{Applied, Checked, Rule};
pub(crate) use table::CompiledTable;
pub use table::{DecisionTable, TableOutput};
