//! tagloom turns raw customer data into explained profile tags, inside your own process.
//!
//! A [`Catalog`] says what a company wants to know about its customers. [`Catalog::build`] reads tables (a
//! [`Dataset`]), joins identifiers into one profile per person, and computes a pyramid of tags: facts straight from
//! rows, predictions by machine learning, marketing models, and business rules over all of them. The resulting
//! [`Profiles`] explain every value ([`Explanation`]), select people ([`Audience`]) and go out as Arrow or Parquet.
//! [`Catalog::fit`] keeps what was learnt ([`Fitted`]), to be applied to any rows later, with the same result.
//!
//! # Example
//! ```
//! use std::sync::Arc;
//! use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
//! use tagloom::{Catalog, Dataset};
//!
//! let catalog = Catalog::parse(r#"
//! tagloom: 1
//! name: shop
//! timezone: Asia/Shanghai
//! identifiers: {member: {}}
//! sources:
//!   orders: {kind: events, identifiers: {member: member_id}, time: paid_at, columns: {amount: float64}}
//! tags:
//!   spend_90d:  {layer: fact, title: 近90天消费, events: orders, sum: amount, window: 90d}
//!   会员等级:    {layer: model, tier: {by: spend_90d, levels: {普通会员: 0, 金卡会员: 100}}}
//!   值得回访:    {layer: business, rule: "会员等级 = '金卡会员'"}
//! "#)?;
//! let orders = RecordBatch::try_from_iter([
//!     ("member_id", Arc::new(StringArray::from(vec!["a", "b", "a"])) as ArrayRef),
//!     ("paid_at", Arc::new(StringArray::from(vec!["2026-05-01", "2026-05-02", "2026-05-03"])) as ArrayRef),
//!     ("amount", Arc::new(Float64Array::from(vec![60.0, 20.0, 70.0])) as ArrayRef),
//! ])?;
//! let profiles = catalog.build(&Dataset::new().with("orders", orders), "2026-06-01")?;
//!
//! let row = profiles.find("member", "a")?;
//! println!("{}", profiles.explain(row, "值得回访")?);
//! assert_eq!(profiles.audience("spend_90d > 100")?.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What holds
//! A tag value is a function of its profile's own rows, of what was learnt, and of `as_of`: nothing here reads a
//! clock, the environment or the network. The same input gives the same bytes, on any number of threads and in any
//! order of rows. Bad rows never abort a build: they come back counted, with row and reason ([`Profiles::report`]).

pub mod audience;
pub mod catalog;
pub mod engine;
mod error;
pub mod expr;
pub mod fact;
pub mod identity;
pub mod marketing;
pub mod predict;
pub mod profile;
pub mod report;
pub mod rule;
pub mod source;
pub mod stats;
pub mod store;
pub mod time;
pub mod timeline;
pub mod value;

pub use audience::Audience;
pub use engine::{Explanation, Fitted, RunOptions};
pub use error::Error;
pub use profile::{Catalog, Profile, Profiles};
pub use rule::{DecisionTable, Rule, RuleSet, ScoreCard};
pub use source::{Dataset, Table};
