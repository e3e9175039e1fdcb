//! tagloom turns raw customer data into explained profile tags, inside your own process.

pub mod audience;
pub mod business;
pub mod catalog;
pub mod engine;
pub mod expr;
pub mod fact;
pub mod identity;
pub mod marketing;
pub mod predict;
pub mod profile;
pub mod report;
pub mod source;
pub mod stats;
pub mod store;
pub mod time;
pub mod timeline;
pub mod value;
