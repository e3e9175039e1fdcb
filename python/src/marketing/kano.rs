//! Kano surveys.

use pyo3::prelude::*;
use tagloom::marketing::kano::{
    Answer, Category, CategoryRule, Coefficient, Feature, Params, Question, Survey, Table, Wording,
};
use tagloom::value::{Column, ColumnBuilder, DataType, Value};

use crate::marketing::table::{PyModelTable, floats, ints};
use crate::marketing::{choice, failed};
use crate::tables;

/// Reads a survey: the table of features, and the category of each feature for each person.
#[pyfunction(name = "_kano")]
pub(crate) fn kano(
    table: &Bound<'_, PyAny>,
    questions: Vec<(String, String, String)>,
    audience: Option<&str>,
    wording: Vec<(String, String)>,
    category_table: &str,
    rule: &str,
) -> PyResult<(PyModelTable, PyModelTable)> {
    let input = tables::of("survey", table)?;
    let own: Vec<(String, Answer)> = wording
        .into_iter()
        .map(|(text, answer)| Ok((text, choice("wording", &answer)?)))
        .collect::<PyResult<_>>()?;
    let category_table: Table = choice("table", category_table)?;
    let rule: CategoryRule = choice("category", rule)?;
    let questions: Vec<Question> = questions
        .into_iter()
        .map(|(feature, functional, dysfunctional)| Question { feature, functional, dysfunctional })
        .collect();
    let params = Params::new(category_table, rule);
    let survey = Survey::read(&input, &questions, audience, &Wording::own(own), &params).map_err(failed)?;
    let categories = survey
        .categories
        .iter()
        .map(|(feature, people)| (feature.clone(), names(people.iter().map(|c| c.map(Category::name)))))
        .collect();
    Ok((PyModelTable::new(features(&survey)), PyModelTable::new(categories)))
}

fn features(survey: &Survey) -> Vec<(String, Column)> {
    let rows = &survey.rows;
    let float = |of: &dyn Fn(&Feature) -> Option<f64>| floats(rows.iter().map(|r| of(&r.result)).collect());
    let mut columns: Vec<(String, Column)> = vec![
        ("feature".into(), names(rows.iter().map(|r| Some(r.feature.as_str())))),
        ("audience".into(), names(rows.iter().map(|r| r.audience.as_deref()))),
        ("n".into(), ints(rows.iter().map(|r| r.result.n))),
        ("missing".into(), ints(rows.iter().map(|r| r.result.missing))),
    ];
    for category in Category::ALL {
        let counts = rows.iter().map(|r| r.result.counts.of(category));
        columns.push((category.letter().to_string(), ints(counts)));
    }
    columns.push(("category".into(), names(rows.iter().map(|r| r.result.category.map(Category::name)))));
    let policies = rows.iter().map(|r| r.result.category.map(|category| category.policy().name()));
    columns.push(("policy".into(), names(policies)));
    let mut coefficient = |name: &str, of: fn(&Feature) -> Option<Coefficient>| {
        columns.push((name.into(), float(&|f| of(f).map(|c| c.value))));
        columns.push((format!("{name}_lower"), float(&|f| of(f).map(|c| c.lower))));
        columns.push((format!("{name}_upper"), float(&|f| of(f).map(|c| c.upper))));
    };
    coefficient("better", |f| f.better);
    coefficient("worse", |f| f.worse);
    columns.push(("category_strength".into(), float(&|f| f.category_strength)));
    columns.push(("total_strength".into(), float(&|f| f.total_strength)));
    columns.push(("distinct".into(), Column::Bool(rows.iter().map(|r| r.result.is_distinct).collect())));
    columns.push(("functional".into(), float(&|f| f.continuous.map(|c| c.functional))));
    columns.push(("dysfunctional".into(), float(&|f| f.continuous.map(|c| c.dysfunctional))));
    let continuous = rows.iter().map(|r| r.result.continuous.map(|c| c.category.name()));
    columns.push(("continuous_category".into(), names(continuous)));
    columns
}

/// A column of texts.
pub(crate) fn names<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> Column {
    let mut builder = ColumnBuilder::new(DataType::String, texts.size_hint().0);
    for text in texts {
        match text {
            Some(text) => builder.push(&Value::from(text)),
            None => builder.push_null(),
        }
    }
    builder.finish()
}
