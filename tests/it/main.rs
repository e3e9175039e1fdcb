//! Tests over the whole of tagloom, in one binary.
#![expect(clippy::unwrap_used, reason = "a test whose case cannot be read has failed")]

mod btyd;
mod business;
mod customers;
mod diagnostics;
mod edge;
mod everybody;
mod explain;
mod expr_cases;
mod facts;
mod floors;
mod golden;
mod laws;
mod learned;
mod memory;
mod mistakes;
mod models;
mod public_api;
mod recovery;
mod reference;
mod retention;
mod rules_fuzz;
mod schema;
mod scorecards;
mod silence;
#[path = "../fuzz/targets.rs"]
mod targets;
mod tidy;
mod workspace;
