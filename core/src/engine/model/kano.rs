//! Kano: answers of each profile, and what features are to groups and to everybody.

use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use crate::engine::explain::{Because, EvidenceRow, RowsBecause, evidence_row, number, rows_because};
use crate::engine::fit::Artifact;
use crate::engine::model::{Population, TagModel, Told, pick, text};
use crate::engine::plan::FactPlan;
use crate::engine::{OneProfile, TagTable};
use crate::fact::{FactError, FieldType, RowModel, View};
use crate::marketing::kano::{
    Basis, Category, CategoryRule, Counts, Feature, FeatureOfAll, Fitted, Policy, Table, Wording,
};
use crate::marketing::{Language, MarketingError};
use crate::value::{Column, ColumnBuilder, DataType, Value};

/// Stands for an answer that is none of the five.
const UNREADABLE: i64 = -1;

/// The answers in a profile's rows: for each feature the category of the last row with both, by its place among
/// [`Category::ALL`].
#[derive(Debug)]
pub(crate) struct KanoRows {
    /// By feature: the columns of the two questions.
    pub(crate) questions: Vec<(usize, usize)>,
    pub(crate) table: Table,
    pub(crate) wording: Wording,
}

impl KanoRows {
    /// The category of a feature and the row that says it.
    fn category(&self, feature: usize, view: &View<'_>, profile: usize) -> Option<(i64, usize)> {
        let (functional, dysfunctional) = self.questions[feature];
        let columns = view.timeline.columns();
        let has_both = |at: &usize| !columns[functional].is_null(*at) && !columns[dysfunctional].is_null(*at);
        let at = view.rows(profile).rfind(has_both)?;
        let answer = |column: usize| match columns[column].value(at) {
            Value::String(text) => self.wording.read(&text),
            other => self.wording.read(&other.to_string()),
        };
        let category = answer(functional).zip(answer(dysfunctional)).map(|(f, d)| self.table.category(f, d));
        let place = category.and_then(|category| Category::ALL.iter().position(|known| *known == category));
        Some((place.map_or(UNREADABLE, |place| place as i64), at))
    }
}

impl RowModel for KanoRows {
    fn name(&self) -> &'static str {
        "survey"
    }

    fn columns(&self) -> Vec<usize> {
        self.questions.iter().flat_map(|&(functional, dysfunctional)| [functional, dysfunctional]).collect()
    }

    fn fields(&self, types: &[DataType]) -> Result<Vec<FieldType>, FactError> {
        for column in self.columns() {
            let found = types[column];
            if !matches!(found, DataType::String | DataType::Int) {
                return Err(FactError { aggregate: "kano", wanted: "text or whole numbers", found });
            }
        }
        let field = |i: usize| FieldType::new(Some(&format!("answer_{i}")), DataType::Int, true);
        Ok((1..=self.questions.len()).map(field).collect())
    }

    fn compute(&self, view: &View<'_>, profiles: Range<usize>) -> Vec<Column> {
        let of = |feature: usize| {
            let place = |profile| Some(self.category(feature, view, profile)?.0);
            Column::Int(profiles.clone().map(place).collect::<Vec<_>>().into())
        };
        (0..self.questions.len()).map(of).collect()
    }
}

/// Features, and whose answers count beside a profile's own.
#[derive(Debug)]
pub(crate) struct Kano {
    pub(crate) plan: FactPlan,
    pub(crate) rows: Arc<KanoRows>,
    pub(crate) names: Vec<String>,
    /// The column with the groups; none or one.
    pub(crate) audience: Vec<usize>,
    pub(crate) rule: CategoryRule,
    pub(crate) min_people: u64,
}

/// What made the categories and policies.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct KanoBecause {
    /// The group of the profile.
    pub group: Option<String>,
    /// The features in their order.
    pub features: Vec<KanoFeature>,
    /// The rows of the survey.
    pub rows: RowsBecause,
}

/// A feature, to a profile and to others.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct KanoFeature {
    /// The feature.
    pub name: String,
    /// What it is to the profile by its own answers.
    pub own: Option<Category>,
    /// Whether an answer was none of the five.
    pub unreadable: bool,
    /// The row with the answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<EvidenceRow>,
    /// What it is to the group, or to everybody where the group is too small.
    pub group: Option<Feature>,
    /// How to serve.
    pub policy: Option<Policy>,
    /// Whose answers say so.
    pub basis: Option<Basis>,
}

impl Kano {
    fn fitted(artifact: Option<&Artifact>) -> Option<&Fitted> {
        match artifact {
            Some(Artifact::Kano(fitted)) => Some(fitted),
            _ => None,
        }
    }

    fn own(place: Option<i64>) -> Option<Category> {
        Category::ALL.get(usize::try_from(place?).ok()?).copied()
    }
}

fn int(column: Option<&Column>, profile: usize) -> Option<i64> {
    match column {
        Some(Column::Int(numbers)) => {
            arrow_array::Array::is_valid(numbers, profile).then(|| numbers.value(profile))
        }
        _ => None,
    }
}

impl TagModel for Kano {
    fn rows(&self) -> Option<&FactPlan> {
        Some(&self.plan)
    }

    fn learns_from(&self) -> Option<&[usize]> {
        Some(&self.audience)
    }

    fn fit(&self, population: &Population<'_>) -> Result<Option<Artifact>, MarketingError> {
        let mut features: Vec<FeatureOfAll> = self.names.iter().map(FeatureOfAll::new).collect();
        for (feature, column) in features.iter_mut().zip(population.rows) {
            for profile in 0..column.len() {
                let place = int(Some(column), profile);
                match Self::own(place) {
                    Some(category) => feature.add(text(population.columns.first(), profile), category),
                    None => feature.unreadable += u64::from(place == Some(UNREADABLE)),
                }
            }
        }
        Ok(Some(Artifact::Kano(Box::new(Fitted::new(self.rule, self.min_people, features)))))
    }

    fn is_sound(&self, artifact: Option<&Artifact>) -> bool {
        let names = |fitted: &Fitted| fitted.features.iter().map(|f| f.name.clone()).collect::<Vec<_>>();
        Self::fitted(artifact).is_some_and(|fitted| names(fitted) == self.names && fitted.rule == self.rule)
    }

    fn apply(&self, table: &TagTable<'_>, rows: &[Column], artifact: Option<&Artifact>) -> Vec<Column> {
        let n = table.n_profiles();
        let groups = self.audience.first().and_then(|&column| table.columns[column].as_ref());
        let mut columns = Vec::with_capacity(4 * self.names.len());
        for feature in 0..self.names.len() {
            let mut builders = [DataType::String; 4].map(|text| ColumnBuilder::new(text, n));
            for profile in 0..n {
                let own = Self::own(int(rows.get(feature), profile));
                let group = text(groups, profile);
                let fitted = Self::fitted(artifact);
                let of_group = fitted.and_then(|fitted| fitted.of_group(feature, group)?.0.category);
                let service = fitted.and_then(|fitted| fitted.service(feature, group, own));
                let texts = [
                    own.map(Category::name),
                    of_group.map(Category::name),
                    service.map(|service| service.policy.name()),
                    service.map(|service| service.basis.name()),
                ];
                for (builder, text) in builders.iter_mut().zip(texts) {
                    match text {
                        Some(text) => builder.push_str(text),
                        None => builder.push_null(),
                    }
                }
            }
            columns.extend(builders.map(ColumnBuilder::finish));
        }
        columns
    }

    fn because(&self, one: &OneProfile<'_>, artifact: Option<&Artifact>, max_rows: usize) -> Because {
        let wanted = one.wanted(&self.plan);
        let groups = self.audience.first().and_then(|&column| one.table.columns[column].as_ref());
        let group = text(groups, one.profile);
        let source = &one.table.plan.sources[self.plan.source];
        let feature = |(feature, name): (usize, &String)| {
            let found = one.with_view(&wanted, |view, place| self.rows.category(feature, view, place));
            let own = Self::own(found.map(|(place, _)| place));
            let fitted = Self::fitted(artifact);
            let service = fitted.and_then(|fitted| fitted.service(feature, group, own));
            let timeline = one.timeline(self.plan.source);
            KanoFeature {
                name: name.clone(),
                own,
                unreadable: found.is_some_and(|(place, _)| place == UNREADABLE),
                row: found.zip(timeline).map(|((_, at), (timeline, _))| evidence_row(source, timeline, at)),
                group: fitted.and_then(|fitted| Some(fitted.of_group(feature, group)?.0)),
                policy: service.map(|service| service.policy),
                basis: service.map(|service| service.basis),
            }
        };
        Because::Kano(Box::new(KanoBecause {
            group: group.map(str::to_owned),
            features: self.names.iter().enumerate().map(feature).collect(),
            rows: rows_because(one, &wanted, max_rows),
        }))
    }
}

impl Told for KanoBecause {
    fn lines(&self, language: Language, _show: &dyn Fn(&str, &Value) -> String) -> Vec<String> {
        let line = |feature: &KanoFeature| {
            let own = match (feature.own, feature.unreadable) {
                (Some(own), _) => own.name(),
                (None, true) => pick(language, "an answer that cannot be read", "回答无法识别"),
                (None, false) => pick(language, "no answer", "未作答"),
            };
            let counts = |counts: &Counts| {
                let count = |c: Category| format!("{} {}", c.letter(), counts.of(c));
                Category::ALL.map(count).join(", ")
            };
            let group = feature.group.as_ref().map_or("-".to_owned(), |group| {
                let category = group.category.map_or("-", Category::name);
                let better = group.better.map_or("-".to_owned(), |c| number(c.value));
                let worse = group.worse.map_or("-".to_owned(), |c| number(c.value));
                format!("{category} ({}; better {better}, worse {worse})", counts(&group.counts))
            });
            let policy = feature.policy.map_or("-", Policy::name);
            let basis = feature.basis.map_or("-", Basis::name);
            let name = &feature.name;
            match language {
                Language::Zh => format!("{name}：本人 {own}；他人 {group}；服务 {policy}，依据 {basis}"),
                Language::En => format!("{name}: own {own}; others {group}; {policy} by {basis}"),
            }
        };
        self.features.iter().map(line).collect()
    }

    fn rows(&self) -> Option<&RowsBecause> {
        Some(&self.rows)
    }
}
