//! Small integers for the distinct values of a column.

use std::hash::Hash;

use arrow_array::Array;
use arrow_buffer::ScalarBuffer;
use rustc_hash::FxHashMap;

use crate::value::Column;

/// A code for each row of a column: rows have the same code exactly where they have the same value.
#[derive(Debug, Clone)]
pub struct Codes {
    /// The code of each row; [`Codes::NULL`] where the value is null.
    pub codes: ScalarBuffer<u32>,
    /// How many codes there may be: every code is below this.
    pub n_codes: usize,
}

impl Codes {
    /// The code of null.
    pub const NULL: u32 = u32::MAX;

    /// Codes the rows of a column. `-0.0` and `0.0` are one value.
    pub fn of(column: &Column) -> Self {
        match column {
            Column::String(strings) => {
                let codes = match strings.codes().nulls() {
                    None => strings.codes().values().clone(),
                    Some(_) => strings.codes().iter().map(|code| code.unwrap_or(Self::NULL)).collect(),
                };
                Self { codes, n_codes: strings.values().len() }
            }
            Column::Bool(a) => {
                Self { codes: a.iter().map(|cell| cell.map_or(Self::NULL, u32::from)).collect(), n_codes: 2 }
            }
            Column::Int(a) => Self::intern(a.iter()),
            Column::Float(a) => Self::intern(a.iter().map(|cell| cell.map(|n| (n + 0.0).to_bits()))),
            Column::Decimal(a) => Self::intern(a.iter()),
            Column::Date(a) => Self::intern(a.iter()),
            Column::Timestamp(a) => Self::intern(a.iter()),
            Column::StringSet(a) => {
                Self::intern((0..a.len()).map(|row| (!a.is_null(row)).then(|| a.codes(row).to_vec())))
            }
        }
    }

    /// Codes the rows of several columns together; a row with a null in any of them has the code of null.
    pub fn of_all(columns: &[Column]) -> Option<Self> {
        let mut parts = columns.iter().map(Self::of);
        let first = parts.next()?;
        Some(parts.fold(first, |left, right| {
            let pairs = left.codes.iter().zip(&right.codes);
            Self::intern(pairs.map(|(&a, &b)| (a != Self::NULL && b != Self::NULL).then_some((a, b))))
        }))
    }

    fn intern<K: Hash + Eq>(cells: impl Iterator<Item = Option<K>>) -> Self {
        let mut seen: FxHashMap<K, u32> = FxHashMap::default();
        let codes = cells
            .map(|cell| match cell {
                None => Self::NULL,
                Some(key) => {
                    let next = seen.len() as u32;
                    *seen.entry(key).or_insert(next)
                }
            })
            .collect();
        Self { codes, n_codes: seen.len() }
    }
}
