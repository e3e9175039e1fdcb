//! A tree of values into Rust types, reporting every problem instead of the first.
//!
//! Types decode themselves through serde, which stops at the first error. So the decoder reports an error where it
//! happens, notes the entry or item it happened in, and decodes the whole once more without it, until a pass goes
//! through. A field that is missing is made up in the next pass, so that other missing ones come to light.

mod access;
mod decoder;
mod fail;
mod filler;

use std::cell::RefCell;
use std::ops::Range;
use std::ptr;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::catalog::decode::decoder::Decoder;
use crate::catalog::decode::fail::Fail;
use crate::catalog::path::Path;
use crate::catalog::problem::{MAX_PROBLEMS, Problem};
use crate::catalog::read::node::Node;

/// Decodes a value that stands at `path`, adding all its problems to `problems`. `place` is where to point for what
/// concerns the value as a whole. Nothing is returned where there was a problem.
pub(crate) fn decode<T: for<'de> Deserialize<'de>>(
    node: &Node,
    place: Range<usize>,
    path: &Path<'_>,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let pass = Pass { room: MAX_PROBLEMS.saturating_sub(problems.len()), ..Pass::default() };
    let decoder = Decoder { node, place, path, pass: &pass };
    let decoded = loop {
        match T::deserialize(decoder.clone()) {
            Ok(value) => break Some(value),
            Err(Fail::LeftOut) if pass.problems.borrow().len() < pass.room => {}
            Err(fail) => {
                decoder.report(fail);
                break None;
            }
        }
    };
    let mut found = pass.problems.into_inner();
    let decoded = decoded.filter(|_| found.is_empty());
    problems.append(&mut found);
    decoded
}

/// What earlier passes over a value found. Values are known by their addresses, for the tree stands still.
#[derive(Debug, Default)]
pub(crate) struct Pass {
    /// How many problems may still be reported.
    room: usize,
    problems: RefCell<Vec<Problem>>,
    left_out: RefCell<FxHashSet<usize>>,
    made_up: RefCell<FxHashMap<usize, Vec<&'static str>>>,
}

impl Pass {
    /// Leaves an entry or item out of the next pass.
    pub(crate) fn leave_out<T>(&self, part: &T) -> Fail {
        self.left_out.borrow_mut().insert(ptr::from_ref(part).addr());
        Fail::LeftOut
    }

    pub(crate) fn is_left_out<T>(&self, part: &T) -> bool {
        let left_out = self.left_out.borrow();
        !left_out.is_empty() && left_out.contains(&ptr::from_ref(part).addr())
    }

    /// The missing fields that are made up for the map `node`.
    pub(crate) fn made_up(&self, node: &Node) -> Vec<&'static str> {
        self.made_up.borrow().get(&ptr::from_ref(node).addr()).cloned().unwrap_or_default()
    }

    /// Makes up a missing field of the map `node` in the next pass.
    fn make_up(&self, node: &Node, field: &'static str) -> Fail {
        let mut made_up = self.made_up.borrow_mut();
        let fields = made_up.entry(ptr::from_ref(node).addr()).or_default();
        // A type that misses what it was given would be asked for ever.
        if fields.contains(&field) {
            return Fail::Reported;
        }
        fields.push(field);
        Fail::LeftOut
    }

    fn tell(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < self.room {
            problems.push(problem);
        }
    }
}
