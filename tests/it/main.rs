//! Tests over the whole of tagloom, in one binary.

mod floors;
mod laws;
mod public_api;
mod schema;
mod tidy;
mod workspace;
