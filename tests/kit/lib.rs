//! What the tests and benchmarks of tagloom share: made-up customers from a seed, rows in other orders, and the way
//! to real data where a machine has it.
//!
//! Everything here is a function of its seed; the same seed gives the same bytes on every machine.

mod buyers;
mod data;
mod names;
mod random;
mod rows;
mod shop;

pub use buyers::{Buyer, Leaving, Market};
pub use data::{data_dir, real_data};
pub use random::Random;
pub use rows::{concat, part_by, repeated, shuffled, split};
pub use shop::Shop;

/// The code blocks of the English README are tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The code blocks of the Chinese README are tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.zh-CN.md")]
struct ReadmeInChinese;
