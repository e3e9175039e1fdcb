//! Tests over the whole of tagloom, in one binary.

mod expr_cases;
mod floors;
mod golden;
mod laws;
mod public_api;
mod schema;
mod tidy;
mod workspace;
