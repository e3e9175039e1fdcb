//! What customers of a table spend by category.

use std::collections::BTreeMap;

use crate::marketing::category_gap::{CategoryGapError, Fitted, Gap, Learner, Params};
use crate::stats::Net;
use crate::value::{Column, StringColumn};

/// What a customer spends.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Spender {
    /// Who.
    pub customer: String,
    /// The group.
    pub group: Option<String>,
    /// The money by category, in the byte order of the categories.
    pub spent: Vec<(String, f64)>,
}

/// What each customer spends by category, in the byte order of the customers.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Spending {
    /// The customers.
    pub customers: Vec<Spender>,
}

impl Spending {
    /// Puts rows together: who, the category, the money (where there is none, rows are counted) and the group. The order
    /// of the rows does not matter. Rows without a customer are left out, those without a category or money count for
    /// nothing; of several groups of a customer the first in the order of bytes is taken.
    pub fn of(
        customers: &StringColumn,
        categories: &StringColumn,
        money: Option<&Column>,
        groups: Option<&StringColumn>,
    ) -> Self {
        let mut all: BTreeMap<&str, (Option<&str>, Amounts<'_>)> = BTreeMap::new();
        for row in 0..customers.codes().len() {
            let Some(customer) = customers.get(row) else { continue };
            let (group, spent) = all.entry(customer).or_default();
            *group = [*group, groups.and_then(|groups| groups.get(row))].into_iter().flatten().min();
            let amount = money.map_or(Some(1.0), |money| money.f64(row));
            if let Some((category, amount)) = categories.get(row).zip(amount) {
                spent.entry(category).or_default().push(amount);
            }
        }
        let sum = |(category, mut amounts): (&str, Vec<f64>)| {
            amounts.sort_unstable_by(f64::total_cmp);
            (category.to_owned(), amounts.into_iter().collect::<Net>().value())
        };
        let own = |(customer, (group, spent)): (&str, (Option<&str>, Amounts<'_>))| Spender {
            customer: customer.to_owned(),
            group: group.map(str::to_owned),
            spent: spent.into_iter().map(sum).collect(),
        };
        Self { customers: all.into_iter().map(own).collect() }
    }

    /// Learns from all customers.
    ///
    /// # Errors
    /// As [`Params::check`].
    pub fn fit(&self, params: Params) -> Result<Fitted, CategoryGapError> {
        let mut learner = Learner::new(params)?;
        for one in &self.customers {
            learner.add(one.group.as_deref(), &borrowed(&one.spent));
        }
        Ok(learner.finish())
    }

    /// The gaps of each customer, in the order of [`Self::customers`].
    pub fn gaps(&self, fitted: &Fitted) -> Vec<Vec<Gap>> {
        let of = |one: &Spender| fitted.gaps(one.group.as_deref(), &borrowed(&one.spent));
        self.customers.iter().map(of).collect()
    }
}

/// Amounts by category.
type Amounts<'a> = BTreeMap<&'a str, Vec<f64>>;

fn borrowed(spent: &[(String, f64)]) -> Vec<(&str, f64)> {
    spent.iter().map(|(category, money)| (category.as_str(), *money)).collect()
}
