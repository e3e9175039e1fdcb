//! Sets of texts.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef};

use crate::source::cells::outcome::Events;
use crate::source::cells::{Cells, Text};
use crate::source::parse::TextRules;
use crate::source::report::Fault;
use crate::value::{Column, ColumnBuilder, DataType, Value};

/// Puts a `set<string>` column together, from lists of texts or from the text of JSON arrays. Members that mean "no
/// value" are left out; an empty list is the empty set.
pub(in crate::source) struct SetBuilder(ColumnBuilder);

impl Default for SetBuilder {
    fn default() -> Self {
        Self(ColumnBuilder::new(DataType::StringSet, 0))
    }
}

impl SetBuilder {
    pub(in crate::source) fn push(&mut self, cells: &Cells, rules: &TextRules, events: &mut Events) {
        match cells {
            Cells::Lists(lists) => self.push_lists(lists.iter(), rules),
            Cells::LargeLists(lists) => self.push_lists(lists.iter(), rules),
            Cells::Text(text) => {
                for row in 0..text.len() {
                    let text = text.get(row).filter(|text| !rules.is_null(text));
                    match text.map(serde_json::from_str::<Vec<Option<String>>>) {
                        None => self.0.push_null(),
                        Some(Ok(members)) => {
                            let members = members
                                .into_iter()
                                .flatten()
                                .filter(|text| !rules.is_null(text))
                                .map(Arc::from);
                            self.0.push(&Value::StringSet(members.collect()));
                        }
                        Some(Err(_)) => {
                            events.faults.push((row as u32, Fault::NotASet));
                            self.0.push_null();
                        }
                    }
                }
            }
            // Types were checked before the first chunk: here only nulls are left.
            Cells::Null(rows) => (0..*rows).for_each(|_| self.0.push_null()),
            _ => {}
        }
    }

    fn push_lists(&mut self, lists: impl Iterator<Item = Option<ArrayRef>>, rules: &TextRules) {
        for list in lists {
            match list {
                None => self.0.push_null(),
                Some(items) => {
                    let text = Text::of(&items);
                    let members = (0..items.len())
                        .filter_map(|row| text.as_ref()?.get(row))
                        .filter(|text| !rules.is_null(text));
                    self.0.push(&Value::StringSet(members.map(Arc::from).collect()));
                }
            }
        }
    }

    pub(in crate::source) fn finish(self) -> Column {
        self.0.finish()
    }
}
