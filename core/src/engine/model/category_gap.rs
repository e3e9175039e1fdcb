//! Gaps of categories: what a profile spends by category beside what its peers do.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::Serialize;

use crate::engine::explain::{Because, RowsBecause, number, rows_because};
use crate::engine::fit::Artifact;
use crate::engine::model::{Population, TagModel, Told, text};
use crate::engine::plan::FactPlan;
use crate::engine::{OneProfile, TagTable};
use crate::fact::{FactError, FieldType, RowModel, View};
use crate::marketing::category_gap::{Fitted, Gap, Learner, Params};
use crate::marketing::{Language, MarketingError};
use crate::stats::Net;
use crate::value::{Column, ColumnBuilder, DataType, Value};

/// What a profile spends by category, in one text: for each category its length in bytes, a colon, its name, and the 16
/// hexadecimal digits of the money's bits. A column has one cell a profile, however many categories there are.
#[derive(Debug)]
pub(crate) struct CategoryRows {
    pub(crate) category: usize,
    /// The money; where there is none, rows are counted.
    pub(crate) amount: Option<usize>,
}

fn pack(spent: &BTreeMap<&str, f64>) -> String {
    let cell = |(name, money): (&&str, &f64)| format!("{}:{name}{:016x}", name.len(), money.to_bits());
    spent.iter().map(cell).collect::<Vec<_>>().concat()
}

fn unpack(mut packed: &str) -> Vec<(&str, f64)> {
    let mut spent = Vec::new();
    while let Some((length, rest)) = packed.split_once(':') {
        let cell = length.parse::<usize>().ok().and_then(|length| rest.split_at_checked(length));
        let Some((name, (bits, rest))) =
            cell.and_then(|(name, rest)| Some((name, rest.split_at_checked(16)?)))
        else {
            break;
        };
        spent.push((name, u64::from_str_radix(bits, 16).map_or(0.0, f64::from_bits)));
        packed = rest;
    }
    spent
}

impl RowModel for CategoryRows {
    fn name(&self) -> &'static str {
        "category gaps"
    }

    fn columns(&self) -> Vec<usize> {
        [self.category].into_iter().chain(self.amount).collect()
    }

    fn fields(&self, types: &[DataType]) -> Result<Vec<FieldType>, FactError> {
        FactError::want_text("category_gap", types[self.category])?;
        if let Some(amount) = self.amount {
            FactError::want_number("category_gap", types[amount])?;
        }
        Ok(vec![FieldType::new(Some("spent"), DataType::String, false)])
    }

    fn compute(&self, view: &View<'_>, profiles: Range<usize>) -> Vec<Column> {
        let columns = view.timeline.columns();
        let mut packed = ColumnBuilder::new(DataType::String, profiles.len());
        for profile in profiles {
            let mut spent: BTreeMap<&str, Net> = BTreeMap::new();
            for at in view.rows(profile) {
                let money = self.amount.map_or(Some(1.0), |amount| columns[amount].f64(at));
                if let Some((category, money)) = text(Some(&columns[self.category]), at).zip(money) {
                    // Rows are in canonical order, and so is the sum.
                    spent.entry(category).or_default().add(money);
                }
            }
            packed.push_str(&pack(&spent.into_iter().map(|(name, net)| (name, net.value())).collect()));
        }
        vec![packed.finish()]
    }
}

/// Gaps against peers.
#[derive(Debug)]
pub(crate) struct CategoryGap {
    pub(crate) plan: FactPlan,
    /// The column with the groups; none or one.
    pub(crate) peers: Vec<usize>,
    pub(crate) params: Params,
    pub(crate) top: usize,
}

/// What made the gaps.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct CategoryGapBecause {
    /// The group of the profile.
    pub group: Option<String>,
    /// How many peers it was set against.
    pub peers: u64,
    /// Whether these are everybody, for want of enough peers in the group.
    pub is_everybody: bool,
    /// What the profile spent by category, in the order of the names.
    pub spent: Vec<(String, f64)>,
    /// All gaps, the largest first.
    pub gaps: Vec<Gap>,
    /// The rows that count.
    pub rows: RowsBecause,
}

impl CategoryGap {
    fn fitted(artifact: Option<&Artifact>) -> Option<&Fitted> {
        match artifact {
            Some(Artifact::CategoryGap(fitted)) => Some(fitted),
            _ => None,
        }
    }
}

impl TagModel for CategoryGap {
    fn rows(&self) -> Option<&FactPlan> {
        Some(&self.plan)
    }

    fn learns_from(&self) -> Option<&[usize]> {
        Some(&self.peers)
    }

    fn fit(&self, population: &Population<'_>) -> Result<Option<Artifact>, MarketingError> {
        let mut learner = Learner::new(self.params).expect("invariant: the plan checked the parameters");
        let spent = population.rows.first();
        for profile in 0..spent.map_or(0, Column::len) {
            let spent = text(spent, profile).map(unpack).unwrap_or_default();
            learner.add(text(population.columns.first(), profile), &spent);
        }
        Ok(Some(Artifact::CategoryGap(Box::new(learner.finish()))))
    }

    fn is_sound(&self, artifact: Option<&Artifact>) -> bool {
        Self::fitted(artifact).is_some_and(|fitted| fitted.params == self.params)
    }

    fn apply(&self, table: &TagTable<'_>, rows: &[Column], artifact: Option<&Artifact>) -> Vec<Column> {
        let n = table.n_profiles();
        let groups = self.peers.first().and_then(|&column| table.columns[column].as_ref());
        let mut names: Vec<ColumnBuilder> =
            (0..self.top).map(|_| ColumnBuilder::new(DataType::String, n)).collect();
        let mut numbers: Vec<[Vec<Option<f64>>; 3]> = vec![Default::default(); self.top];
        let mut missing = ColumnBuilder::new(DataType::StringSet, n);
        for profile in 0..n {
            let spent = text(rows.first(), profile).map(unpack).unwrap_or_default();
            let fitted = Self::fitted(artifact);
            let gaps = fitted.map(|fitted| fitted.gaps(text(groups, profile), &spent)).unwrap_or_default();
            for (i, (names, numbers)) in names.iter_mut().zip(&mut numbers).enumerate() {
                let gap = gaps.get(i);
                match gap {
                    Some(gap) => names.push_str(&gap.category),
                    None => names.push_null(),
                }
                let each = gap.map(|gap| [gap.gap, gap.expected_share, gap.own_share]);
                for (place, column) in numbers.iter_mut().enumerate() {
                    column.push(each.map(|each| each[place]));
                }
            }
            let bought: BTreeSet<&str> =
                spent.iter().filter(|(_, m)| *m > 0.0).map(|(name, _)| *name).collect();
            let without = gaps.iter().map(|gap| gap.category.as_str()).filter(|name| !bought.contains(name));
            missing.push(&Value::StringSet(
                without.collect::<BTreeSet<_>>().into_iter().map(Into::into).collect(),
            ));
        }
        let mut columns = Vec::new();
        for (names, numbers) in names.into_iter().zip(numbers) {
            columns.push(names.finish());
            columns.extend(numbers.map(|numbers| Column::Float(numbers.into())));
        }
        columns.push(missing.finish());
        columns
    }

    fn because(&self, one: &OneProfile<'_>, artifact: Option<&Artifact>, max_rows: usize) -> Because {
        let wanted = one.wanted(&self.plan);
        let packed = one.fact(&wanted);
        let spent = text(packed.first(), 0).map(unpack).unwrap_or_default();
        let groups = self.peers.first().and_then(|&column| one.table.columns[column].as_ref());
        let group = text(groups, one.profile);
        let fitted = Self::fitted(artifact);
        let peers = fitted.map(|fitted| fitted.peers(group));
        Because::CategoryGap(Box::new(CategoryGapBecause {
            group: group.map(str::to_owned),
            peers: peers.map_or(0, |(peers, _)| peers.members),
            is_everybody: peers.is_none_or(|(_, everybody)| everybody),
            gaps: fitted.map(|fitted| fitted.gaps(group, &spent)).unwrap_or_default(),
            spent: spent.into_iter().map(|(name, money)| (name.to_owned(), money)).collect(),
            rows: rows_because(one, &wanted, max_rows),
        }))
    }
}

impl Told for CategoryGapBecause {
    fn lines(&self, language: Language, _show: &dyn Fn(&str, &Value) -> String) -> Vec<String> {
        let n = self.peers;
        let of = match (&self.group, self.is_everybody, language) {
            (Some(group), false, Language::Zh) => format!("与 {group} 的 {n} 个画像相比"),
            (Some(group), false, Language::En) => format!("beside {n} peers of {group}"),
            (_, _, Language::Zh) => format!("与全部 {n} 个画像相比"),
            (_, _, Language::En) => format!("beside everybody, {n} profiles"),
        };
        let gap = |gap: &Gap| {
            let percent = |share: f64| number(share * 100.0);
            let (name, money) = (&gap.category, number(gap.gap));
            let (own, expected, common) =
                (percent(gap.own_share), percent(gap.expected_share), percent(gap.penetration));
            match language {
                Language::Zh => {
                    format!("{name}：占比 {own}%，同类 {expected}%（{common}% 购买），缺口 {money}")
                }
                Language::En => {
                    format!(
                        "{name}: {own} % of the money, peers {expected} % ({common} % buy it); gap {money}"
                    )
                }
            }
        };
        std::iter::once(of).chain(self.gaps.iter().map(gap)).collect()
    }

    fn rows(&self) -> Option<&RowsBecause> {
        Some(&self.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_unpacked() {
        let spent = BTreeMap::from([("", 1.0), ("7:红酒", -0.0), ("a:b12", f64::MAX), ("z", f64::INFINITY)]);
        let packed = pack(&spent);
        assert_eq!(unpack(&packed), spent.into_iter().collect::<Vec<_>>());
        for broken in ["x", "3:ab", "1:a0", ":", "9999999999999999999999:a"] {
            assert!(unpack(broken).len() <= 1, "{broken}");
        }
    }
}
