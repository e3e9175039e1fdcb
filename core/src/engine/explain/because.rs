//! How a value came about, for each kind of tag.

use serde::Serialize;

use crate::engine::TagTable;
use crate::engine::apply::in_force;
use crate::engine::combine::{quotient, windows_of_trend};
use crate::engine::explain::rows::{RowsBecause, rows_because};
use crate::engine::fit::{Artifact, Artifacts};
use crate::engine::learn;
use crate::engine::plan::{BucketPlan, ClassifyPlan, FactPlan, Kind, RfmPlan, TagPlan, TierPlan};
use crate::expr;
use crate::marketing::rfm;
use crate::predict::{self, Classifier};
use crate::time::{Date, TimeRange};
use crate::value::{Column, Value};

/// How a value came about.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Because {
    /// From rows.
    Rows(RowsBecause),
    /// From two numbers over rows: `of` and `to` of a ratio, `current` and `previous` of a trend.
    Compared {
        /// The numbers.
        numbers: Vec<Measured>,
    },
    /// From a number and the edges of its class.
    Bucket {
        /// The tag with the number.
        of: String,
        /// The number.
        amount: Value,
        /// Where the class starts; `None` for the lowest.
        from: Option<f64>,
        /// Where the next one starts; `None` for the highest.
        to: Option<f64>,
    },
    /// From orders, scored by thresholds that were learnt.
    Rfm {
        /// The orders.
        orders: RowsBecause,
        /// Recency, frequency and money, each with its score; empty for a profile without orders.
        bands: Vec<Band>,
        /// From how many profiles the thresholds were learnt.
        learnt_from: u64,
    },
    /// From a number and the thresholds of the levels.
    Tier {
        /// The tag with the number.
        by: String,
        /// The number.
        amount: Value,
        /// Where the level starts; `None` below the first level.
        at_least: Option<f64>,
        /// The next level and where it starts; `None` at the highest.
        next: Option<(String, f64)>,
    },
    /// By a model.
    Probability {
        /// The learner: `logistic` or `forest`.
        learner: predict::LearnerKind,
        /// What base, score and contributions are measured in, before calibration.
        space: predict::Space,
        /// The score of a profile about which nothing is known.
        base: f64,
        /// Base plus contributions.
        score: f64,
        /// What each feature adds, the largest first.
        contributions: Vec<Contribution>,
        /// How well the model told the outcomes apart on the test cutoff: the area under the ROC curve.
        test_auc: f64,
    },
    /// Nothing was predicted: the profile has no event of the label's source yet, or is outside the population.
    NotEligible {
        /// The population's condition.
        #[serde(skip_serializing_if = "Option::is_none")]
        population: Option<String>,
    },
    /// By an expression over other tags.
    Expression {
        /// What each part of the expression saw and gave.
        tree: expr::Explained,
    },
    /// The tag is not in force on the day of the run.
    NotInForce {
        /// The first day in force.
        valid_from: Option<Date>,
        /// The first day no longer in force.
        valid_to: Option<Date>,
    },
}

/// A number over rows that is set against another.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Measured {
    /// `of`, `to`, `current` or `previous`.
    pub role: &'static str,
    /// The number; null where there is none.
    pub value: Value,
    /// The rows that made it.
    pub rows: RowsBecause,
}

/// A measure of RFM and the score that it has.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Band {
    /// `recency`, `frequency` or `monetary`.
    pub dimension: &'static str,
    /// The value: days, orders, money.
    pub value: f64,
    /// The score, 1 (worst) up to `classes`.
    pub score: u8,
    /// The best score there is.
    pub classes: u8,
    /// The values that have this score.
    pub band: rfm::Band,
}

/// What a feature adds to a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Contribution {
    /// The tag.
    pub tag: String,
    /// Its value.
    pub value: Value,
    /// What it adds.
    pub contribution: f64,
}

/// How a tag's value came about, and whether it is the default for want of one.
pub(super) fn because(
    table: &mut TagTable<'_>,
    artifacts: &Artifacts,
    tag: &TagPlan,
    profile: usize,
    max_rows: usize,
) -> (Because, bool) {
    let because = match (&tag.kind, artifacts.get(&tag.name)) {
        (Kind::Fact(fact), _) => {
            Because::Rows(rows_because(table, fact, table.range(fact), profile, max_rows))
        }
        (Kind::FirstOf(facts), _) => {
            // Where there is none, the last one shows that.
            let chosen = facts.iter().find(|fact| has_value(table, fact, profile)).or(facts.last());
            let fact = chosen.expect("invariant: the plan names at least one attribute");
            Because::Rows(rows_because(table, fact, table.range(fact), profile, max_rows))
        }
        (Kind::Ratio(parts), _) => {
            let ranges = parts.each_ref().map(|part| (part, table.range(part)));
            compared(table, ["of", "to"], ranges, profile, max_rows)
        }
        (Kind::Trend(fact), _) => {
            let ranges = windows_of_trend(table, fact).map(|range| (fact, range));
            compared(table, ["current", "previous"], ranges, profile, max_rows)
        }
        (Kind::Bucket(plan), _) => bucket(table, plan, profile),
        (Kind::Rfm(plan), Some(Artifact::Rfm(fitted))) => rfm(table, plan, fitted, profile, max_rows),
        (Kind::Tier(plan), _) => tier(table, plan, profile),
        (Kind::Classify(plan), Some(Artifact::Classifier(fitted))) => {
            probability(table, plan, fitted, profile)
        }
        (Kind::Expression(root), _) if in_force(table, &tag.def) => {
            let tree = table.plan.rules.explain(*root, &table.block(), profile);
            Because::Expression { tree: tree.expect("invariant: all columns of the table are computed") }
        }
        _ => Because::NotInForce { valid_from: tag.def.valid_from, valid_to: tag.def.valid_to },
    };
    let is_default = tag.def.when_missing.is_some() && had_no_value(table, tag, &because, profile);
    (because, is_default)
}

/// Whether the value stands for a missing one: asked again without the default.
fn had_no_value(table: &mut TagTable<'_>, tag: &TagPlan, because: &Because, profile: usize) -> bool {
    match (&tag.kind, because) {
        (Kind::Fact(fact), _) => !has_value(table, fact, profile),
        (Kind::FirstOf(facts), _) => !facts.iter().any(|fact| has_value(table, fact, profile)),
        (Kind::Ratio(_), Because::Compared { numbers }) => {
            let number = |i: usize| numbers.get(i).and_then(|number: &Measured| number.value.as_f64());
            quotient(number(0), number(1)).is_none()
        }
        (Kind::Bucket(_), Because::Bucket { amount, .. }) => amount.is_null(),
        (_, Because::Expression { tree }) => tree.value.is_null(),
        _ => true,
    }
}

fn has_value(table: &mut TagTable<'_>, fact: &FactPlan, profile: usize) -> bool {
    let range = table.range(fact);
    table.fact_of(fact, range, profile).first().is_some_and(|column| !column.is_null(0))
}

/// Two numbers over rows that are set against each other.
fn compared(
    table: &mut TagTable<'_>,
    roles: [&'static str; 2],
    facts: [(&FactPlan, TimeRange); 2],
    profile: usize,
    max_rows: usize,
) -> Because {
    let measured = |(role, (fact, range)): (&'static str, (&FactPlan, TimeRange))| Measured {
        role,
        value: table.fact_of(fact, range, profile).first().map_or(Value::Null, |column| column.value(0)),
        rows: rows_because(table, fact, range, profile, max_rows),
    };
    Because::Compared { numbers: roles.into_iter().zip(facts).map(measured).collect() }
}

fn bucket(table: &TagTable<'_>, plan: &BucketPlan, profile: usize) -> Because {
    let amount = table.columns[plan.of].as_ref().map_or(Value::Null, |column| column.value(profile));
    let class = amount.as_f64().map(|number| plan.class(number));
    Because::Bucket {
        of: table.plan.columns[plan.of].name.clone(),
        from: class.and_then(|class| plan.at.get(class.checked_sub(1)?)).copied(),
        to: class.and_then(|class| plan.at.get(class)).copied(),
        amount,
    }
}

fn rfm(
    table: &mut TagTable<'_>,
    plan: &RfmPlan,
    fitted: &rfm::Fitted,
    profile: usize,
    max_rows: usize,
) -> Because {
    let range = table.range(&plan.orders);
    let orders = rows_because(table, &plan.orders, range, profile, max_rows);
    let measures = table.fact_of(&plan.orders, range, profile);
    let measure = |i: usize| measures.get(i).and_then(|column| column.f64(0));
    let key = table.prepared.partition.ids()[profile].bits();
    let bands = match fitted.explain(Some(key), measure(0), measure(1), measure(2)) {
        None => Vec::new(),
        Some(explained) => {
            let band = |d: rfm::DimensionExplanation| Band {
                dimension: d.dimension.name(),
                value: d.value,
                score: d.score,
                classes: d.classes,
                band: d.band,
            };
            explained.dimensions.into_iter().map(band).collect()
        }
    };
    Because::Rfm { orders, bands, learnt_from: fitted.n }
}

fn tier(table: &TagTable<'_>, plan: &TierPlan, profile: usize) -> Because {
    let amount = table.columns[plan.by].as_ref().map_or(Value::Null, |column| column.value(profile));
    let explained = plan.tiers.explain(&amount);
    Because::Tier {
        by: table.plan.columns[plan.by].name.clone(),
        at_least: explained.level.map(|level| level.at_least),
        next: explained.next.map(|level| (level.name.clone(), level.at_least)),
        amount,
    }
}

fn probability(table: &TagTable<'_>, plan: &ClassifyPlan, fitted: &Classifier, profile: usize) -> Because {
    let one: Vec<Column> =
        plan.features.iter().filter_map(|&c| Some(table.columns[c].as_ref()?.slice(profile, 1))).collect();
    let explained = fitted.explain(&one, 0).ok().filter(|_| learn::eligible(table, plan).value(profile));
    let Some(explained) = explained else {
        return Because::NotEligible {
            population: plan.population.map(|root| table.plan.rules.text(root).to_owned()),
        };
    };
    let contribution = |part: predict::Contribution| Contribution {
        tag: part.feature,
        value: part.value,
        contribution: part.contribution,
    };
    Because::Probability {
        learner: fitted.card().learner,
        space: explained.space,
        base: explained.base,
        score: explained.score,
        contributions: explained.contributions.into_iter().map(contribution).collect(),
        test_auc: fitted.card().measures.auc.value,
    }
}
