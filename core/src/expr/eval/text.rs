//! Texts and sets of texts, by distinct value: what is asked of a text is worked out once for each value of the
//! dictionary and then looked up by code.

use std::sync::Arc;

use arrow_array::{Array, StringArray};
use arrow_buffer::ScalarBuffer;
use rustc_hash::FxHashMap;

use super::Run;
use super::compare::{known, membership};
use crate::expr::bits::Bits;
use crate::expr::node::{NodeId, TextMap, TextTest};
use crate::expr::vector::{Data, Vector};

/// What was worked out for the values of a dictionary.
pub(super) struct Table {
    /// Kept, so that no other dictionary can take its address.
    pub(super) of: Vec<Arc<StringArray>>,
    pub(super) answers: Answers,
}

#[derive(Clone)]
pub(super) enum Answers {
    Tests(Arc<[bool]>),
    Lengths(Arc<[i64]>),
    /// For each dictionary the new code of each of its values, and the new values.
    Codes(Arc<[Vec<u32>]>, Arc<StringArray>),
}

/// Distinct texts, coded in the order in which they come.
#[derive(Default)]
pub(super) struct Coder {
    codes: FxHashMap<Box<str>, u32>,
    values: Vec<Box<str>>,
}

impl Coder {
    pub(super) fn code(&mut self, text: &str) -> u32 {
        if let Some(&code) = self.codes.get(text) {
            return code;
        }
        let code = self.values.len() as u32;
        self.codes.insert(text.into(), code);
        self.values.push(text.into());
        code
    }

    pub(super) fn finish(self) -> Arc<StringArray> {
        Arc::new(StringArray::from_iter_values(self.values))
    }
}

impl Run<'_> {
    /// The answers for these dictionaries: those of the last chunk where the dictionaries are the same.
    pub(super) fn answers(
        &self,
        id: NodeId,
        of: &[&Arc<StringArray>],
        work_out: impl FnOnce() -> Answers,
    ) -> Answers {
        let mut tables = self.tables.borrow_mut();
        if let Some(table) = tables.get(&id)
            && table.of.len() == of.len()
            && table.of.iter().zip(of).all(|(a, b)| Arc::ptr_eq(a, b))
        {
            return table.answers.clone();
        }
        let answers = work_out();
        let of = of.iter().map(|&values| Arc::clone(values)).collect();
        tables.insert(id, Table { of, answers: answers.clone() });
        answers
    }

    pub(super) fn text_test(&self, id: NodeId, test: &TextTest, a: NodeId, n: usize) -> Vector {
        let a = self.vector(a);
        let Data::Text(codes, values) = &a.data else { return a.clone() };
        let answers = self.answers(id, &[values], || {
            Answers::Tests((0..values.len()).map(|i| holds(test, values.value(i))).collect())
        });
        let Answers::Tests(table) = answers else { return a.clone() };
        let codes = spread_codes(codes, a.scalar, n);
        let found = Bits::from_fn(n, |row| table.get(codes[row] as usize).copied().unwrap_or(false));
        match test {
            TextTest::In(_, has_null) => membership(found, a.valid(n), *has_null),
            _ => known(found, a.valid(n)),
        }
    }

    pub(super) fn length(&self, id: NodeId, a: NodeId, n: usize) -> Vector {
        let a = self.vector(a);
        let Data::Text(codes, values) = &a.data else { return a.clone() };
        let answers = self.answers(id, &[values], || {
            Answers::Lengths((0..values.len()).map(|i| values.value(i).chars().count() as i64).collect())
        });
        let Answers::Lengths(table) = answers else { return a.clone() };
        let codes = spread_codes(codes, a.scalar, n);
        let lengths = (0..n).map(|row| table.get(codes[row] as usize).copied().unwrap_or(0));
        Vector::new(Data::Int(lengths.collect()), a.valid(n))
    }

    pub(super) fn text_map(&self, id: NodeId, map: TextMap, a: NodeId, n: usize) -> Vector {
        let a = self.vector(a);
        let Data::Text(codes, values) = &a.data else { return a.clone() };
        let answers = self.answers(id, &[values], || {
            let mut coder = Coder::default();
            let new = (0..values.len()).map(|i| match map {
                TextMap::Lower => coder.code(&values.value(i).to_lowercase()),
                TextMap::Upper => coder.code(&values.value(i).to_uppercase()),
                TextMap::Trim => coder.code(values.value(i).trim()),
            });
            let new = vec![new.collect()];
            Answers::Codes(new.into(), coder.finish())
        });
        let Answers::Codes(table, new_values) = answers else { return a.clone() };
        let codes = spread_codes(codes, a.scalar, n);
        let new = (0..n).map(|row| table[0].get(codes[row] as usize).copied().unwrap_or(0));
        Vector::new(Data::Text(new.collect(), new_values), a.valid(n))
    }

    pub(super) fn has(&self, all: bool, items: &[Arc<str>], a: NodeId, n: usize) -> Vector {
        let a = self.vector(a);
        let Data::Set(sets) = &a.data else { return a.clone() };
        let values = sets.values();
        let wanted = |code: u32| {
            let text = values.value(code as usize);
            items.binary_search_by(|item| (**item).cmp(text)).is_ok()
        };
        // A member stands once in its set, so counting tells whether all are there.
        let enough = if all { items.len() } else { 1 };
        let found = if values.len() <= n {
            let table: Vec<bool> = (0..values.len()).map(|code| wanted(code as u32)).collect();
            Bits::from_fn(n, |row| {
                let members = sets.codes(if a.scalar { 0 } else { row });
                members.iter().filter(|&&code| table[code as usize]).count() >= enough
            })
        } else {
            Bits::from_fn(n, |row| {
                let members = sets.codes(if a.scalar { 0 } else { row });
                members.iter().filter(|&&code| wanted(code)).count() >= enough
            })
        };
        known(found, a.valid(n))
    }
}

fn holds(test: &TextTest, text: &str) -> bool {
    match test {
        TextTest::Compare(op, other) => op.holds(text.cmp(other)),
        TextTest::In(list, _) => list.binary_search_by(|item| (**item).cmp(text)).is_ok(),
        TextTest::Like(pattern) => pattern.matches(text),
        TextTest::StartsWith(part) => text.starts_with(&**part),
        TextTest::EndsWith(part) => text.ends_with(&**part),
        TextTest::Contains(part) => text.contains(&**part),
    }
}

/// The code of each of `n` rows.
pub(super) fn spread_codes(codes: &ScalarBuffer<u32>, scalar: bool, n: usize) -> ScalarBuffer<u32> {
    if scalar { vec![codes[0]; n].into() } else { codes.clone() }
}
