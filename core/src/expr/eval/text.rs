//! Texts and sets of texts, by distinct value: what is asked of a text is worked out once for each value of the
//! dictionary and then looked up by code.

use std::rc::Rc;
use std::sync::Arc;

use arrow_array::{Array, StringArray};
use arrow_buffer::ScalarBuffer;
use rustc_hash::FxHashMap;

use super::Run;
use super::compare::{known, membership};
use crate::expr::ast::CompareOp;
use crate::expr::bits::Bits;
use crate::expr::node::{NodeId, TextMap, TextTest};
use crate::expr::text::joined;
use crate::expr::vector::{Data, Vector};
use crate::value::{DataType, SetMasks, Value};

/// What was worked out for the values of a dictionary.
pub(super) struct Table {
    /// Kept, so that no other dictionary can take its address.
    pub(super) of: Vec<Arc<StringArray>>,
    pub(super) answers: Answers,
}

#[derive(Clone)]
pub(super) enum Answers {
    Tests(Arc<Tests>),
    Numbers(Arc<[i64]>),
    /// For each dictionary the new code of each of its values, and the new values.
    Codes(Arc<[Vec<u32>]>, Arc<StringArray>),
}

/// The code of a text that is too long to be made.
const LOST: u32 = u32::MAX;

/// A yes or no for each value of a dictionary.
pub(super) struct Tests {
    /// 1 for yes, by code; 256 of them where the dictionary is no larger.
    table: Vec<u8>,
    /// The codes with the rarer answer, where they are few, and whether that is yes.
    few: Option<(Vec<u8>, bool)>,
}

impl Tests {
    /// Up to here comparing bytes with each is quicker than looking up.
    const FEW: usize = 12;

    fn new(len: usize, answer: impl Fn(usize) -> bool) -> Self {
        let mut table: Vec<u8> = (0..len).map(|code| u8::from(answer(code))).collect();
        if len > 256 {
            return Self { table, few: None };
        }
        let with = |wanted: u8| -> Vec<u8> {
            (0..len).filter(|&code| table[code] == wanted).map(|code| code as u8).collect()
        };
        let (yes, no) = (with(1), with(0));
        let rarer = if yes.len() <= no.len() { (yes, true) } else { (no, false) };
        table.resize(256, 0);
        Self { table, few: Some(rarer).filter(|(codes, _)| codes.len() <= Self::FEW) }
    }

    fn answer(&self, code: u32) -> bool {
        self.table.get(code as usize).is_some_and(|answer| *answer == 1)
    }

    /// The answer of each row; any where it is null.
    fn rows(&self, a: &Vector, codes: &[u32], n: usize) -> Bits {
        if a.scalar {
            return Bits::filled(n, self.answer(codes[0]));
        }
        match (a.byte_codes(), &self.few) {
            (Some(codes), Some((few, true))) => Bits::among(codes, few),
            (Some(codes), Some((few, false))) => Bits::among(codes, few).not(),
            (Some(codes), None) => match self.table.first_chunk::<256>() {
                Some(table) => Bits::test(codes, |code| table[usize::from(code)] == 1),
                None => Bits::zeros(n),
            },
            (None, _) => Bits::test(codes, |code| self.answer(code)),
        }
    }
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
            Answers::Tests(Arc::new(Tests::new(values.len(), |code| holds(test, values.value(code)))))
        });
        let Answers::Tests(tests) = answers else { return a.clone() };
        let found = tests.rows(a, codes, n);
        match test {
            TextTest::In(_, has_null) => membership(found, a.valid(n), *has_null),
            _ => known(found, a.valid(n)),
        }
    }

    /// A number for each text.
    pub(super) fn text_number(&self, id: NodeId, a: NodeId, n: usize, of: impl Fn(&str) -> usize) -> Vector {
        let a = self.vector(a);
        let Data::Text(codes, values) = &a.data else { return a.clone() };
        let answers = self.answers(id, &[values], || {
            Answers::Numbers((0..values.len()).map(|i| of(values.value(i)) as i64).collect())
        });
        let Answers::Numbers(table) = answers else { return a.clone() };
        let codes = spread_codes(codes, a.scalar, n);
        let numbers = (0..n).map(|row| table.get(codes[row] as usize).copied().unwrap_or(0));
        Vector::new(Data::Int(numbers.collect()), a.valid(n))
    }

    pub(super) fn text_map(&self, id: NodeId, map: &TextMap, a: NodeId, n: usize) -> Vector {
        let a = self.vector(a);
        let Data::Text(codes, values) = &a.data else { return a.clone() };
        let answers = self.answers(id, &[values], || {
            let mut coder = Coder::default();
            let new = (0..values.len()).map(|i| map.of(values.value(i)).map_or(LOST, |new| coder.code(&new)));
            let new = vec![new.collect()];
            Answers::Codes(new.into(), coder.finish())
        });
        let Answers::Codes(table, new_values) = answers else { return a.clone() };
        let codes = spread_codes(codes, a.scalar, n);
        let new = (0..n).map(|row| table[0].get(codes[row] as usize).copied().unwrap_or(0));
        self.texts(new.collect(), new_values, a.valid(n), table[0].contains(&LOST))
    }

    pub(super) fn concat(&self, args: &[NodeId], n: usize) -> Vector {
        let args: Vec<&Vector> = args.iter().map(|&arg| self.vector(arg)).collect();
        let valid = args.iter().filter_map(|arg| arg.valid(n)).reduce(|a, b| Rc::new(a.and(&b)));
        // By distinct combination of codes.
        let mut seen: FxHashMap<Box<[u32]>, u32> = FxHashMap::default();
        let mut coder = Coder::default();
        let mut key = Vec::with_capacity(args.len());
        let code = |row: usize| {
            if valid.as_ref().is_some_and(|valid| !valid.get(row)) {
                return 0;
            }
            key.clear();
            key.extend(args.iter().map(|arg| match &arg.data {
                Data::Text(codes, _) => codes[if arg.scalar { 0 } else { row }],
                _ => 0,
            }));
            if let Some(&code) = seen.get(key.as_slice()) {
                return code;
            }
            let texts: Vec<&str> = args.iter().map(|arg| arg.text(row)).collect();
            let code = joined(&texts).map_or(LOST, |text| coder.code(&text));
            seen.insert(key.as_slice().into(), code);
            code
        };
        let codes: Vec<u32> = (0..n).map(code).collect();
        let lost = codes.contains(&LOST);
        self.texts(codes, coder.finish(), valid.clone(), lost)
    }

    /// Texts by code; those that were too long are null, and counted.
    fn texts(
        &self,
        mut codes: Vec<u32>,
        values: Arc<StringArray>,
        valid: Option<Rc<Bits>>,
        any_lost: bool,
    ) -> Vector {
        // Null rows have a code, too.
        if values.is_empty() && !any_lost {
            return Vector::from_value(&Value::Null, DataType::String).spread(codes.len());
        }
        if !any_lost {
            return Vector::new(Data::Text(codes.into(), values), valid);
        }
        let fits = Bits::test(&codes, |code| code != LOST);
        let known = valid.map_or_else(|| fits.clone(), |valid| valid.and(&fits));
        let lost = codes.len() - fits.count();
        self.count_overflows(lost);
        if values.is_empty() {
            return Vector::from_value(&Value::Null, DataType::String).spread(codes.len());
        }
        codes.iter_mut().filter(|code| **code == LOST).for_each(|code| *code = 0);
        Vector::new(Data::Text(codes.into(), values), Rc::new(known))
    }

    pub(super) fn has(&self, all: bool, items: &[Arc<str>], a: NodeId, n: usize) -> Vector {
        let a = self.vector(a);
        let Data::Set(sets) = &a.data else { return a.clone() };
        let values = sets.values();
        let wanted = |code: u32| {
            let text = values.value(code as usize);
            items.binary_search_by(|item| (**item).cmp(text)).is_ok()
        };
        if let (false, Some(masks)) = (a.scalar, sets.masks()) {
            let codes = (0..values.len() as u32).filter(|&code| wanted(code));
            let (mask, found) = codes.fold((0u64, 0), |(mask, n), code| (mask | 1 << code, n + 1));
            let bits = match masks {
                _ if all && found < items.len() => Bits::zeros(n),
                SetMasks::Bytes(rows) if all => Bits::test(rows, |row| row & mask as u8 == mask as u8),
                SetMasks::Bytes(rows) => Bits::test(rows, |row| row & mask as u8 != 0),
                SetMasks::Halves(rows) if all => Bits::test(rows, |row| row & mask as u32 == mask as u32),
                SetMasks::Halves(rows) => Bits::test(rows, |row| row & mask as u32 != 0),
                SetMasks::Words(rows) if all => Bits::test(rows, |row| row & mask == mask),
                SetMasks::Words(rows) => Bits::test(rows, |row| row & mask != 0),
            };
            return known(bits, a.valid(n));
        }
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

pub(in crate::expr) fn holds(test: &TextTest, text: &str) -> bool {
    /// Up to here comparing with each, by length first, is quicker than halving.
    const FEW: usize = 8;
    match test {
        TextTest::Compare(CompareOp::Eq, other) => *text == **other,
        TextTest::Compare(CompareOp::Ne, other) => *text != **other,
        TextTest::Compare(op, other) => op.holds(text.cmp(other)),
        TextTest::In(list, _) if list.len() <= FEW => list.iter().any(|item| **item == *text),
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
