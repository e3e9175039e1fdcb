//! Text columns and identifiers.

use arrow_array::{Array, ArrayRef, UInt32Array};
use arrow_buffer::NullBufferBuilder;

use crate::source::cells::convert::at_scale_0_or_more;
use crate::source::cells::outcome::Events;
use crate::source::cells::text::{Each, text_at};
use crate::source::cells::{Cells, Outcome};
use crate::source::intern::Interner;
pub(in crate::source) use crate::source::intern::TextOverflow;
use crate::source::parse::{self, TextRules};
use crate::source::report::Fault;
use crate::value::StringColumn;

/// A text of a dictionary that has not been looked at.
const UNSEEN: u32 = u32::MAX;
/// A text of a dictionary that means "no value".
const NO_VALUE: u32 = u32::MAX - 1;

/// Puts a text column together. Whole numbers become their digits, also those held as floats; text stands as it is.
pub(in crate::source) struct TextBuilder {
    codes: Vec<u32>,
    nulls: NullBufferBuilder,
    interner: Interner,
    /// The codes of the dictionary that came last: chunks of one file share theirs.
    dictionary: Option<(ArrayRef, Vec<u32>)>,
}

impl Default for TextBuilder {
    fn default() -> Self {
        Self {
            codes: Vec::new(),
            nulls: NullBufferBuilder::new(0),
            interner: Interner::default(),
            dictionary: None,
        }
    }
}

impl TextBuilder {
    pub(in crate::source) fn push(&mut self, cells: &Cells, rules: &TextRules, events: &mut Events) {
        let start = self.codes.len();
        match cells {
            Cells::Text(text) => match text.each() {
                Each::Rows(rows) => {
                    self.codes.reserve(text.len());
                    for text in rows {
                        let code =
                            text.filter(|text| !rules.is_null(text)).map(|text| self.interner.text(text));
                        self.push_code(code);
                    }
                }
                Each::Keyed(keys, values) => self.push_keyed(keys, values, rules),
            },
            Cells::Int(array) if array.null_count() == 0 => {
                self.codes.reserve(array.len());
                for &number in array.values() {
                    let code = self.interner.number(number);
                    self.codes.push(code);
                }
                self.nulls.append_n_non_nulls(array.len());
            }
            Cells::Int(array) => {
                for number in array {
                    let code = number.map(|number| self.interner.number(number));
                    self.push_code(code);
                }
            }
            Cells::Float(array) => {
                for number in array {
                    let code = match number.map_or(Outcome::Null, parse::exact_int_of_float) {
                        Outcome::Value(number) | Outcome::Rounded(number) => {
                            Some(self.interner.number(number))
                        }
                        Outcome::Null => None,
                        Outcome::Nan => {
                            events.nan += 1;
                            None
                        }
                        Outcome::Fault(fault) => {
                            events.faults.push(((self.codes.len() - start) as u32, fault));
                            None
                        }
                    };
                    self.push_code(code);
                }
            }
            Cells::Decimal(array) => {
                let scale = array.scale();
                for unscaled in array {
                    let number = unscaled.map(|n| at_scale_0_or_more(n, scale));
                    let code = match number {
                        None => None,
                        Some(None) => {
                            events.faults.push(((self.codes.len() - start) as u32, Fault::OutOfRange));
                            None
                        }
                        Some(Some(number)) => {
                            let number = number.rescale(0).unwrap_or(number);
                            Some(match i64::try_from(number.unscaled) {
                                Ok(whole) if number.scale == 0 => self.interner.number(whole),
                                _ => self.interner.text(&number.to_string()),
                            })
                        }
                    };
                    self.push_code(code);
                }
            }
            // Types were checked before the first chunk: here only nulls are left.
            Cells::Null(rows) => (0..*rows).for_each(|_| self.push_code(None)),
            _ => {}
        }
    }

    fn push_code(&mut self, code: Option<u32>) {
        self.codes.push(code.unwrap_or(0));
        self.nulls.append(code.is_some());
    }

    fn push_keyed(&mut self, keys: &UInt32Array, values: &ArrayRef, rules: &TextRules) {
        // The same array is the same dictionary; parts of one dictionary are never mistaken for each other, because
        // an array is its own allocation.
        let mut codes = match self.dictionary.take() {
            Some((known, codes)) if std::sync::Arc::ptr_eq(&known, values) => codes,
            _ => vec![UNSEEN; values.len()],
        };
        self.codes.reserve(keys.len());
        let interner = &mut self.interner;
        let mut code_of = |key: u32| {
            let code = &mut codes[key as usize];
            if *code == UNSEEN {
                *code = match text_at(values, key as usize).filter(|text| !rules.is_null(text)) {
                    Some(text) => interner.text(text),
                    None => NO_VALUE,
                };
            }
            *code
        };
        let start = self.codes.len();
        if keys.null_count() == 0 {
            self.codes.extend(keys.values().iter().map(|&key| code_of(key)));
        } else {
            self.codes.extend(keys.iter().map(|key| key.map_or(NO_VALUE, &mut code_of)));
        }
        let added = &mut self.codes[start..];
        if added.contains(&NO_VALUE) {
            for code in added {
                self.nulls.append(*code != NO_VALUE);
                *code = if *code == NO_VALUE { 0 } else { *code };
            }
        } else {
            self.nulls.append_n_non_nulls(added.len());
        }
        self.dictionary = Some((ArrayRef::clone(values), codes));
    }

    pub(in crate::source) fn finish(mut self) -> Result<StringColumn, TextOverflow> {
        let values = self.interner.finish()?;
        Ok(StringColumn::new(UInt32Array::new(self.codes.into(), self.nulls.finish()), values))
    }
}
