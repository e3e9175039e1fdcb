//! Definitions: what a company wants to know about its customers, as one text.

pub mod model;
