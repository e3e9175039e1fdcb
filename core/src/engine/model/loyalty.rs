//! Loyalty: two scores over the tags of a profile.

use serde::Serialize;

use crate::engine::explain::{Because, number};
use crate::engine::fit::Artifact;
use crate::engine::model::{TagModel, Told, pick};
use crate::engine::{OneProfile, TagTable};
use crate::marketing::Language;
use crate::marketing::loyalty::{Assessment, Kind, Model, Reading, SideScore};
use crate::value::{Column, ColumnBuilder, DataType, Value};

/// Loyalty, and where its components stand among the columns of all tags.
#[derive(Debug)]
pub(crate) struct Loyalty {
    pub(crate) model: Model,
    /// By component: value and age.
    pub(crate) behaviour: Vec<(usize, Option<usize>)>,
    pub(crate) attitude: Vec<(usize, Option<usize>)>,
}

/// What made a type of loyalty.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct LoyaltyBecause {
    /// The two scores with their components.
    pub assessment: Assessment,
    /// From where behaviour and attitude are high.
    pub at_least: [f64; 2],
    /// The smallest part of the weights that has to be known.
    pub min_evidence: f64,
}

impl Loyalty {
    fn assess(&self, columns: &[Option<Column>], profile: usize) -> Assessment {
        let number = |column: usize| columns[column].as_ref().and_then(|column| column.f64(profile));
        let readings = |side: &[(usize, Option<usize>)]| -> Vec<Reading> {
            side.iter().map(|&(of, age)| Reading::of(number(of)).aged(age.and_then(number))).collect()
        };
        self.model.assess(&readings(&self.behaviour), &readings(&self.attitude))
    }
}

impl TagModel for Loyalty {
    fn apply(&self, table: &TagTable<'_>, _rows: &[Column], _artifact: Option<&Artifact>) -> Vec<Column> {
        let n = table.n_profiles();
        let mut kind = ColumnBuilder::new(DataType::String, n);
        let mut unknown = ColumnBuilder::new(DataType::String, n);
        let mut possible = ColumnBuilder::new(DataType::StringSet, n);
        let (mut scores, mut evidence) = ([const { Vec::new() }; 2], [const { Vec::new() }; 2]);
        let push = |builder: &mut ColumnBuilder, text: Option<&str>| match text {
            Some(text) => builder.push_str(text),
            None => builder.push_null(),
        };
        for profile in 0..n {
            let found = self.assess(&table.columns, profile);
            push(&mut kind, found.kind.map(Kind::name));
            push(&mut unknown, found.unknown());
            possible.push(&Value::StringSet(found.possible.iter().map(|kind| kind.name().into()).collect()));
            for (i, side) in [&found.behaviour, &found.attitude].into_iter().enumerate() {
                scores[i].push(side.score);
                evidence[i].push(Some(side.evidence));
            }
        }
        let mut columns = vec![kind.finish()];
        columns.extend(scores.into_iter().chain(evidence).map(|numbers| Column::Float(numbers.into())));
        columns.extend([unknown.finish(), possible.finish()]);
        columns
    }

    fn because(&self, one: &OneProfile<'_>, _artifact: Option<&Artifact>, _max_rows: usize) -> Because {
        let params = self.model.params();
        Because::Loyalty(Box::new(LoyaltyBecause {
            assessment: self.assess(&one.table.columns, one.profile),
            at_least: [params.behaviour.at_least, params.attitude.at_least],
            min_evidence: params.min_evidence,
        }))
    }
}

impl LoyaltyBecause {
    fn side(
        name: &str,
        side: &SideScore,
        at_least: f64,
        language: Language,
        show: &dyn Fn(&str, &Value) -> String,
    ) -> Vec<String> {
        let score = side.score.map_or("-".to_owned(), number);
        let said = match side.is_high {
            Some(true) => pick(language, "high", "高"),
            Some(false) => pick(language, "low", "低"),
            None => pick(language, "not known", "未知"),
        };
        let (from, evidence) = (number(at_least), number(side.evidence * 100.0));
        let head = match language {
            Language::Zh => format!("{name}：{score}，{said}（{from} 起为高，已知证据 {evidence}%）"),
            Language::En => {
                format!("{name} {score}: {said} (high from {from}, {evidence} % of the evidence known)")
            }
        };
        let part = |part: &crate::marketing::loyalty::Part| {
            let value = part.value.map_or(Value::Null, Value::Float);
            let score = part.score.map_or("-".to_owned(), number);
            let (name, left, full) = (&part.name, number(part.weight_left), number(part.weight));
            let value = show(name, &value);
            match language {
                Language::Zh => format!("  {name} = {value}，得分 {score}，权重 {left}/{full}"),
                Language::En => format!("  {name} = {value}, scores {score}, weighs {left} of {full}"),
            }
        };
        std::iter::once(head).chain(side.parts.iter().map(part)).collect()
    }
}

impl Told for LoyaltyBecause {
    fn lines(&self, language: Language, show: &dyn Fn(&str, &Value) -> String) -> Vec<String> {
        let Assessment { behaviour, attitude, possible, .. } = &self.assessment;
        let mut lines =
            Self::side(pick(language, "behaviour", "行为"), behaviour, self.at_least[0], language, show);
        lines.extend(Self::side(
            pick(language, "attitude", "态度"),
            attitude,
            self.at_least[1],
            language,
            show,
        ));
        if let Some(unknown) = self.assessment.unknown() {
            let possible: Vec<&str> = possible.iter().map(|kind| kind.name()).collect();
            let (possible, least) = (possible.join(", "), number(self.min_evidence * 100.0));
            lines.push(match language {
                Language::Zh => format!("未知：{unknown}（需要 {least}% 的证据），可能为 {possible}"),
                Language::En => {
                    format!("not known: {unknown} (wanted {least} % of the evidence); it can be {possible}")
                }
            });
        }
        lines
    }
}
