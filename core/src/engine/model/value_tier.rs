//! Value tiers: cut points learnt from the values of all profiles.

use serde::Serialize;

use crate::engine::explain::{Because, number};
use crate::engine::fit::Artifact;
use crate::engine::model::{Population, TagModel, Told, cell, column_name, pick};
use crate::engine::{OneProfile, TagTable};
use crate::marketing::value_tier::{Fitted, FittedClass, Params, fit};
use crate::marketing::{Language, MarketingError};
use crate::value::{Column, ColumnBuilder, DataType, Value};

/// Value tiers of a number.
#[derive(Debug)]
pub(crate) struct ValueTier {
    /// The column with the value.
    pub(crate) by: [usize; 1],
    pub(crate) params: Params,
}

/// What made a value tier.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ValueTierBecause {
    /// The tag with the value.
    pub by: String,
    /// The value.
    pub amount: Value,
    /// The class by its place, from 0 for the best.
    pub class: Option<usize>,
    /// The group, from 1 for the best, and how many there are.
    pub decile: Option<usize>,
    /// How many groups.
    pub groups: usize,
    /// The classes from the best to the last, with where they start and what they had.
    pub classes: Vec<FittedClass>,
    /// From how many profiles they were learnt.
    pub learnt_from: u64,
    /// How uneven the values were: the Gini coefficient.
    pub gini: Option<f64>,
}

impl ValueTier {
    fn fitted(artifact: Option<&Artifact>) -> Option<&Fitted> {
        match artifact {
            Some(Artifact::ValueTier(fitted)) => Some(fitted),
            _ => None,
        }
    }
}

impl TagModel for ValueTier {
    fn learns_from(&self) -> Option<&[usize]> {
        Some(&self.by)
    }

    fn fit(&self, population: &Population<'_>) -> Result<Option<Artifact>, MarketingError> {
        let Some(column) = population.columns.first() else { return Ok(None) };
        let values: Vec<Option<f64>> = (0..column.len()).map(|row| column.f64(row)).collect();
        let fitted = fit(&self.params, &values)?;
        Ok(Some(Artifact::ValueTier(Box::new(fitted))))
    }

    fn is_sound(&self, artifact: Option<&Artifact>) -> bool {
        Self::fitted(artifact).is_some_and(|fitted| fitted.is_of(&self.params))
    }

    fn apply(&self, table: &TagTable<'_>, _rows: &[Column], artifact: Option<&Artifact>) -> Vec<Column> {
        let (n, values) = (table.n_profiles(), table.columns[self.by[0]].as_ref());
        let mut class = ColumnBuilder::new(DataType::String, n);
        let mut decile = Vec::with_capacity(n);
        for profile in 0..n {
            let value = values.and_then(|values| values.f64(profile));
            let fitted = Self::fitted(artifact);
            match fitted.and_then(|fitted| Some(&fitted.classes[fitted.class(value)?].name)) {
                Some(name) => class.push_str(name),
                None => class.push_null(),
            }
            decile.push(fitted.and_then(|fitted| fitted.decile(value)).map(|decile| decile as i64));
        }
        vec![class.finish(), Column::Int(decile.into())]
    }

    fn because(&self, one: &OneProfile<'_>, artifact: Option<&Artifact>, _max_rows: usize) -> Because {
        let amount = cell(one, self.by[0]);
        let fitted = Self::fitted(artifact);
        Because::ValueTier(Box::new(ValueTierBecause {
            by: column_name(one, self.by[0]),
            class: fitted.and_then(|fitted| fitted.class(amount.as_f64())),
            decile: fitted.and_then(|fitted| fitted.decile(amount.as_f64())),
            groups: usize::from(self.params.groups),
            classes: fitted.map(|fitted| fitted.classes.clone()).unwrap_or_default(),
            learnt_from: fitted.map_or(0, |fitted| fitted.n),
            gini: fitted.and_then(|fitted| fitted.gini),
            amount,
        }))
    }
}

impl Told for ValueTierBecause {
    fn lines(&self, language: Language, show: &dyn Fn(&str, &Value) -> String) -> Vec<String> {
        let is = pick(language, "is", "为");
        let group = match (self.decile, language) {
            (None, _) => String::new(),
            (Some(decile), Language::Zh) => format!("，第 {decile} 组，共 {} 组", self.groups),
            (Some(decile), Language::En) => format!(", group {decile} of {}", self.groups),
        };
        let mut lines = vec![format!("{} {is} {}{group}", self.by, show(&self.by, &self.amount))];
        for (at, class) in self.classes.iter().enumerate() {
            let mark = if self.class == Some(at) { "*" } else { " " };
            let from = class.from.map_or("-".to_owned(), number);
            let (n, share) = (class.n, number(class.share * 100.0));
            let name = &class.name;
            lines.push(match language {
                Language::Zh => format!("{mark} {name}：自 {from} 起，{n} 个画像，占价值 {share}%"),
                Language::En => format!("{mark} {name} from {from}: {n} profiles, {share} % of the value"),
            });
        }
        let n = self.learnt_from;
        let gini = self.gini.map_or("-".to_owned(), number);
        lines.push(match language {
            Language::Zh => format!("阈值学习自 {n} 个画像，基尼系数 {gini}"),
            Language::En => format!("cut points learnt from {n} profiles, Gini coefficient {gini}"),
        });
        lines
    }
}
