//! A whole survey: features by columns, people by rows, perhaps in groups.

use std::collections::BTreeMap;

use arrow_array::Array;
use serde::Serialize;

use crate::marketing::input::{InputError, read_columns};
use crate::marketing::kano::feature::analyse;
use crate::marketing::kano::{Answer, Category, Feature, Params, Wording};
use crate::source::Table;
use crate::value::{Column, DataType, StringColumn};

/// A survey that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KanoError {
    /// An answer that is none of the five.
    #[error("column `{column}`, row {row}: `{found}` is no known answer; say which of the five it means")]
    UnknownAnswer {
        /// The column.
        column: String,
        /// The row, from 0.
        row: usize,
        /// The text.
        found: String,
    },
    /// No features.
    #[error("no features, wanted one or more")]
    NoFeatures,
    /// The table cannot be used.
    #[error(transparent)]
    Input(#[from] InputError),
}

impl KanoError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownAnswer { .. } => "kano.unknown_answer",
            Self::NoFeatures => "kano.no_features",
            Self::Input(error) => error.code(),
        }
    }
}

/// A feature and the columns with the two answers about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The name of the feature.
    pub feature: String,
    /// The column with the answers where it is there.
    pub functional: String,
    /// The column with the answers where it is missing.
    pub dysfunctional: String,
}

/// What a feature is to everybody, or to a group.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// The feature.
    pub feature: String,
    /// The group; `None` for everybody.
    pub audience: Option<String>,
    /// What it is to them.
    pub result: Feature,
}

/// A survey, read.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Survey {
    /// For each feature, in the order of the questions, everybody and then each group by its name.
    pub rows: Vec<Row>,
    /// For each feature the category that each person's answers have; `None` where one is missing.
    pub categories: Vec<(String, Vec<Option<Category>>)>,
}

impl Survey {
    /// Reads the columns of a table: texts, or the numbers 1 to 5. Where there is a column of groups, people without
    /// one count for everybody only.
    ///
    /// # Errors
    /// [`KanoError::UnknownAnswer`] for the first text that means none of the five answers, [`KanoError::NoFeatures`],
    /// and [`KanoError::Input`] for a table that cannot be read.
    pub fn read(
        table: &Table,
        questions: &[Question],
        audience: Option<&str>,
        wording: &Wording,
        params: &Params,
    ) -> Result<Self, KanoError> {
        if questions.is_empty() {
            return Err(KanoError::NoFeatures);
        }
        let mut names: Vec<&str> =
            questions.iter().flat_map(|q| [q.functional.as_str(), q.dysfunctional.as_str()]).collect();
        names.extend(audience);
        let mut distinct = names.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let wanted: Vec<(&str, DataType)> = distinct.iter().map(|name| (*name, DataType::String)).collect();
        let columns: BTreeMap<&str, Column> =
            distinct.into_iter().zip(read_columns(table, &wanted)?).collect();
        let texts = |name: &str| match columns.get(name) {
            Some(Column::String(column)) => column,
            _ => unreachable!("invariant: columns are of the type that they were read as"),
        };

        let groups = audience.map(|name| by_text(texts(name)));
        let (mut rows, mut categories) = (Vec::new(), Vec::new());
        for question in questions {
            let functional = answers(&question.functional, texts(&question.functional), wording)?;
            let dysfunctional = answers(&question.dysfunctional, texts(&question.dysfunctional), wording)?;
            let pairs: Vec<_> = functional.into_iter().zip(dysfunctional).map(|(f, d)| f.zip(d)).collect();
            let row = |audience: Option<&str>, pairs: &[_]| Row {
                feature: question.feature.clone(),
                audience: audience.map(str::to_owned),
                result: analyse(pairs, params),
            };
            rows.push(row(None, &pairs));
            for (group, members) in groups.iter().flatten() {
                let pairs: Vec<_> = members.iter().map(|&at| pairs[at]).collect();
                rows.push(row(Some(group), &pairs));
            }
            let category = |pair: &Option<(Answer, Answer)>| pair.map(|(f, d)| params.table.category(f, d));
            categories.push((question.feature.clone(), pairs.iter().map(category).collect()));
        }
        Ok(Self { rows, categories })
    }
}

/// The rows of each text, by the text.
fn by_text(column: &StringColumn) -> BTreeMap<&str, Vec<usize>> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for row in 0..column.codes().len() {
        if let Some(text) = column.get(row) {
            groups.entry(text).or_default().push(row);
        }
    }
    groups
}

fn answers(name: &str, column: &StringColumn, wording: &Wording) -> Result<Vec<Option<Answer>>, KanoError> {
    // Each distinct text is read once.
    let known: Vec<Option<Answer>> =
        (0..column.values().len()).map(|code| wording.read(column.values().value(code))).collect();
    let codes = column.codes();
    let of = |row: usize| {
        let Some(text) = column.get(row) else { return Ok(None) };
        let unknown = || KanoError::UnknownAnswer {
            column: name.to_owned(),
            row,
            found: text.chars().take(80).collect(),
        };
        known[codes.value(row) as usize].map(Some).ok_or_else(unknown)
    };
    (0..codes.len()).map(of).collect()
}
