//! How a value came about, for each kind of tag.

use serde::Serialize;

use crate::engine::apply::in_force;
use crate::engine::combine;
use crate::engine::explain::rows::{RowsBecause, rows_because};
use crate::engine::facts::{self, Wanted};
use crate::engine::fit::{Artifact, Artifacts};
use crate::engine::marketing::{
    ChurnBecause, EvidenceBecause, LifecycleBecause, LifetimeBecause, PersonaBecause, ScorecardBecause,
    churn, churn_kind, lifecycle, lifetime, persona, scorecard,
};
use crate::engine::model::{
    CategoryGapBecause, KanoBecause, LoyaltyBecause, MembershipBecause, RetentionBecause, ValueTierBecause,
};
use crate::engine::plan::{BucketPlan, ClassifyPlan, FactPlan, Kind, RfmPlan, TagPlan, TierPlan};
use crate::engine::{OneProfile, TagTable};
use crate::expr;
use crate::marketing::rfm;
use crate::predict::{self, Classifier};
use crate::rule::{self, RowHit};
use crate::time::Date;
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
    /// From purchases, by a model of them and one of the spend.
    Lifetime(Box<LifetimeBecause>),
    /// From purchases, by a model, by silence or by the calendar.
    Churn(Box<ChurnBecause>),
    /// From evidence, in the order of precedence.
    ChurnKind {
        /// Whether the profile left, and the evidence why.
        evidence: Vec<EvidenceBecause>,
    },
    /// From the rhythm of purchases.
    Lifecycle(Box<LifecycleBecause>),
    /// By all that happened to a membership.
    Membership(Box<MembershipBecause>),
    /// By contracts and the curve of how long others stay.
    Retention(Box<RetentionBecause>),
    /// By a number and the cut points of classes and deciles.
    ValueTier(Box<ValueTierBecause>),
    /// By what somebody does and says.
    Loyalty(Box<LoyaltyBecause>),
    /// By answers of a survey, own ones and those of others.
    Kano(Box<KanoBecause>),
    /// By what peers buy.
    CategoryGap(Box<CategoryGapBecause>),
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
        /// What calibration makes of the score: the value of the tag.
        probability: f64,
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
    /// By the points of a score card that was learnt.
    Scorecard(Box<ScorecardBecause>),
    /// By the distance to groups of similar profiles.
    Persona(Box<PersonaBecause>),
    /// There is no persona: the profile is outside the population, or lacks a value and such are left out.
    NoPersona {
        /// The population's condition.
        #[serde(skip_serializing_if = "Option::is_none")]
        population: Option<String>,
    },
    /// By an expression over other tags.
    Expression {
        /// What each part of the expression saw and gave.
        tree: expr::Explained,
        /// The rule of the same group that is true in its place.
        #[serde(skip_serializing_if = "Option::is_none")]
        excluded_by: Option<String>,
    },
    /// By a decision table over other tags.
    Table {
        /// The rows that were taken, from 1, in the order of the result.
        taken: Vec<usize>,
        /// Whether rows matched that must not match together.
        is_conflict: bool,
        /// Each row with what its cells made of the profile.
        rows: Vec<RowHit>,
    },
    /// By a score card over other tags.
    Score {
        /// Points that everybody has.
        base: f64,
        /// What each condition adds, in the order of the card.
        contributions: Vec<rule::Contribution>,
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
    one: &OneProfile<'_>,
    artifacts: &Artifacts,
    tag: &TagPlan,
    max_rows: usize,
) -> (Because, bool) {
    let (table, profile) = (&one.table, one.profile);
    let because = match (&tag.kind, artifacts.get(&tag.name)) {
        (Kind::Fact(fact), _) => Because::Rows(rows_because(one, &one.wanted(fact), max_rows)),
        (Kind::FirstOf(facts), _) => {
            // Where there is none, the last one shows that.
            let chosen = facts.iter().find(|fact| has_value(one, fact)).or(facts.last());
            let fact = chosen.expect("invariant: the plan names at least one attribute");
            Because::Rows(rows_because(one, &one.wanted(fact), max_rows))
        }
        (Kind::Ratio(parts), _) => {
            compared(one, ["of", "to"], parts.each_ref().map(|part| one.wanted(part)), max_rows)
        }
        (Kind::Trend(fact), _) => compared(
            one,
            ["current", "previous"],
            combine::of_trend(fact, table.as_of, &table.plan.zone),
            max_rows,
        ),
        (Kind::Bucket(plan), _) => bucket(table, plan, profile),
        (Kind::Rfm(plan), Some(Artifact::Rfm(fitted))) => rfm(one, plan, fitted, max_rows),
        (Kind::Tier(plan), _) => tier(table, plan, profile),
        (Kind::Lifetime(plan), Some(Artifact::Lifetime(fitted))) => {
            Because::Lifetime(Box::new(lifetime::because(one, plan, fitted, max_rows)))
        }
        (Kind::Churn(plan), artifact) => {
            let fitted = match artifact {
                Some(Artifact::Churn(fitted)) => Some(&**fitted),
                _ => None,
            };
            let because = churn::because(one, plan, fitted, max_rows);
            Because::Churn(Box::new(because.expect("invariant: a plan has what was learnt for it")))
        }
        (Kind::WhyChurned(plan), _) => {
            let evidence =
                tag.def.churn_kind.as_deref().map(|def| churn_kind::because(table, plan, def, profile));
            Because::ChurnKind { evidence: evidence.unwrap_or_default() }
        }
        (Kind::Lifecycle(plan), Some(Artifact::Lifecycle(fitted))) => {
            Because::Lifecycle(Box::new(lifecycle::because(one, plan, fitted, max_rows)))
        }
        (Kind::Model(model), artifact) => model.because(one, artifact, max_rows),
        (Kind::Classify(plan), Some(Artifact::Classifier(fitted))) => probability(one, plan, fitted),
        (Kind::Scorecard(plan), Some(Artifact::Scorecard(fitted))) => scorecard::because(one, plan, fitted),
        (Kind::Persona(plan), Some(Artifact::Persona(fitted))) => {
            persona::because(table, plan, fitted, profile)
        }
        (Kind::Expression(root), _) if in_force(table, &tag.def) => expression(table, *root, &[], profile),
        (Kind::Exclusive(plan), _) if in_force(table, &tag.def) => {
            expression(table, plan.root, &plan.after, profile)
        }
        (Kind::Table(plan), _) if in_force(table, &tag.def) => {
            let outcome = plan.table.outcome(&table.plan.rules, &plan.compiled, &table.block(), profile);
            let outcome = outcome.expect("invariant: all columns of the table are computed");
            Because::Table { taken: outcome.rows, is_conflict: outcome.is_conflict, rows: outcome.why }
        }
        (Kind::Score(plan), _) if in_force(table, &tag.def) => {
            let block = table.block();
            let truths = plan.conditions.iter().map(|&root| {
                let tree = table.plan.rules.explain(root, &block, profile);
                match tree.expect("invariant: all columns of the table are computed").value {
                    Value::Bool(truth) => Some(truth),
                    _ => None,
                }
            });
            let scored = plan.card.scored(truths);
            Because::Score { base: plan.card.def().base, contributions: scored.contributions }
        }
        _ => Because::NotInForce { valid_from: tag.def.valid_from, valid_to: tag.def.valid_to },
    };
    let is_default = tag.def.when_missing.is_some() && had_no_value(one, tag, &because);
    (because, is_default)
}

/// Whether the value stands for a missing one: asked again without the default.
fn had_no_value(one: &OneProfile<'_>, tag: &TagPlan, because: &Because) -> bool {
    match (&tag.kind, because) {
        (Kind::Fact(fact), _) => !has_value(one, fact),
        (Kind::FirstOf(facts), _) => !facts.iter().any(|fact| has_value(one, fact)),
        (Kind::Ratio(_), Because::Compared { numbers }) => {
            let number = |i: usize| numbers.get(i).and_then(|number: &Measured| number.value.as_f64());
            combine::quotient(number(0), number(1)).is_none()
        }
        (Kind::Bucket(_), Because::Bucket { amount, .. }) => amount.is_null(),
        (_, Because::Expression { tree, .. }) => tree.value.is_null(),
        _ => true,
    }
}

fn has_value(one: &OneProfile<'_>, fact: &FactPlan) -> bool {
    one.fact(&one.wanted(fact)).first().is_some_and(|column| !column.is_null(0))
}

/// Two numbers over rows that are set against each other.
fn compared(one: &OneProfile<'_>, roles: [&'static str; 2], wanted: [Wanted; 2], max_rows: usize) -> Because {
    let measured = |(role, wanted): (&'static str, Wanted)| Measured {
        role,
        value: one.fact(&wanted).first().map_or(Value::Null, |column| column.value(0)),
        rows: rows_because(one, &wanted, max_rows),
    };
    Because::Compared { numbers: roles.into_iter().zip(wanted).map(measured).collect() }
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

fn rfm(one: &OneProfile<'_>, plan: &RfmPlan, fitted: &rfm::Fitted, max_rows: usize) -> Because {
    let wanted = one.wanted(&plan.orders);
    let orders = rows_because(one, &wanted, max_rows);
    let measures = one.fact(&wanted);
    let measure = |i: usize| measures.get(i).and_then(|column| column.f64(0));
    let key = one.table.prepared.partition.ids()[one.profile].bits();
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

/// An expression, of which the columns `after` say what excludes it.
fn expression(table: &TagTable<'_>, root: expr::RootId, after: &[usize], profile: usize) -> Because {
    let tree = table.plan.rules.explain(root, &table.block(), profile);
    let tree = tree.expect("invariant: all columns of the table are computed");
    let is_true = |value: &Value| *value == Value::Bool(true);
    let holds =
        |&&column: &&usize| table.columns[column].as_ref().is_some_and(|c| is_true(&c.value(profile)));
    let first = after.iter().find(holds).filter(|_| is_true(&tree.value));
    Because::Expression { excluded_by: first.map(|&column| table.plan.columns[column].tag.clone()), tree }
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

/// Whether the profile can be predicted: as [`learn::eligible`] says of all of them.
pub(crate) fn is_eligible(of: &OneProfile<'_>, plan: &ClassifyPlan) -> bool {
    let was_seen = of.fact(&of.wanted(&facts::seen(&plan.label)));
    matches!(&was_seen[..], [Column::Bool(seen)] if seen.value(0))
        && plan.population.is_none_or(|root| {
            let within = of.table.plan.rules.select(root, &of.table.block());
            within
                .expect("invariant: the tags that a population reads are computed")
                .is_true
                .value(of.profile)
        })
}

fn probability(of: &OneProfile<'_>, plan: &ClassifyPlan, fitted: &Classifier) -> Because {
    let (table, profile) = (&of.table, of.profile);
    let one: Vec<Column> =
        plan.features.iter().filter_map(|&c| Some(table.columns[c].as_ref()?.slice(profile, 1))).collect();
    let explained = fitted.explain(&one, 0).ok().filter(|_| is_eligible(of, plan));
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
        probability: explained.probability,
        contributions: explained.contributions.into_iter().map(contribution).collect(),
        test_auc: fitted.card().measures.auc.value,
    }
}
