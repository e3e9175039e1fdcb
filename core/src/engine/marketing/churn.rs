//! Whether customers have left.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::engine::explain::rows_because;
use crate::engine::ingest::Prepared;
use crate::engine::marketing::ModelBecause;
use crate::engine::marketing::orders::{before, histories, history};
use crate::engine::model::text;
use crate::engine::plan::{ChurnPlan, OrdersPlan, Plan};
use crate::engine::table::TagTable;
use crate::engine::{EngineError, OneProfile, RowsBecause, Run};
use crate::fact::rhythm_at;
use crate::marketing::btyd::{BtydError, Chosen, History};
use crate::marketing::churn::{Basis, Judged, Silence, days_until, is_past};
use crate::stats::Rhythm;
use crate::time::{Date, Timestamp, Window, Zone};
use crate::value::{Column, ColumnBuilder, DataType};

const MICROS_PER_DAY: f64 = 86_400_000_000.0;

/// What is learnt to judge whether customers have left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FittedChurn {
    /// A model of purchases.
    Model(Chosen),
    /// The limit of silence of those who have too few gaps of their own.
    Silence(Silence),
}

/// What churn is learnt from.
pub(crate) struct Seen<'a> {
    /// What was made of the rows.
    pub(crate) facts: &'a [Column],
    /// The groups of the profiles.
    pub(crate) peers: Option<&'a Column>,
}

/// Learns from all profiles with a purchase; `None` where nothing is to be learnt.
pub(crate) fn fit(
    plan: &Plan,
    prepared: &Prepared,
    tag: &str,
    churn: &ChurnPlan,
    seen: &Seen<'_>,
    run: &Run<'_>,
) -> Result<Option<FittedChurn>, EngineError> {
    let (n, facts) = (prepared.partition.len(), seen.facts);
    Ok(match churn {
        ChurnPlan::Model { orders, .. } => {
            let (histories, _) = histories(facts, n);
            let before = before(plan, prepared, orders, facts, run)?;
            let past = before.as_ref().map(super::orders::Before::past);
            let chosen = Chosen::learn(orders.model, &histories, past)
                .map_err(|error| EngineError::marketing(tag, error))?;
            Some(FittedChurn::Model(chosen))
        }
        ChurnPlan::Silence { params, .. } => {
            let one = |profile| Some((rhythm_at(facts, profile)?, text(seen.peers, profile)));
            let rhythms: Vec<(Rhythm, Option<&str>)> = (0..n).filter_map(one).collect();
            let silence = Silence::learn_by(*params, rhythms.iter().map(|(rhythm, group)| (rhythm, *group)))
                .map_err(|error| EngineError::marketing(tag, error))?;
            Some(FittedChurn::Silence(silence))
        }
        ChurnPlan::Calendar { .. } => None,
    })
}

/// Whether what was learnt is of the kind that the plan asks for.
pub(crate) fn is_sound(plan: &ChurnPlan, fitted: Option<&FittedChurn>) -> bool {
    matches!(
        (plan, fitted),
        (ChurnPlan::Model { .. }, Some(FittedChurn::Model(_)))
            | (ChurnPlan::Silence { .. }, Some(FittedChurn::Silence(_)))
            | (ChurnPlan::Calendar { .. }, None)
    )
}

/// What a model says of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ModelVerdict {
    /// The chance to have left.
    pub probability: f64,
    /// The chance of no purchase in the horizon.
    pub no_purchase: f64,
    /// In how many days of silence the chance to be a customer falls below the limit.
    pub days_left: Option<f64>,
}

fn by_model(
    orders: &OrdersPlan,
    (alive_below, horizon): (f64, f64),
    chosen: &Chosen,
    h: &History,
) -> Result<ModelVerdict, BtydError> {
    let model = &chosen.model;
    let days = orders.unit as f64 / MICROS_PER_DAY;
    Ok(ModelVerdict {
        probability: 1.0 - model.p_alive(h)?,
        no_purchase: model.purchase_probability(h, 0, horizon)?,
        days_left: silent_until(chosen, h, alive_below)?.map(|units| units * days),
    })
}

/// How much longer somebody has to be silent until the chance to be a customer falls below a limit; `None` where it never
/// does. Other than [`time_to_leave`](crate::marketing::btyd::Model::time_to_leave), which looks ahead from what is known
/// today, this is about what will be known after more silence.
fn silent_until(chosen: &Chosen, h: &History, alive_below: f64) -> Result<Option<f64>, BtydError> {
    let at = |more: f64| chosen.model.p_alive(&History { age: h.age + more, ..*h });
    if at(0.0)? < alive_below {
        return Ok(Some(0.0));
    }
    let (mut low, mut high) = (0.0, (h.age - h.t_x).max(1.0));
    while at(high)? >= alive_below {
        (low, high) = (high, high * 2.0);
        if high > 1e6 {
            return Ok(None);
        }
    }
    // To a minute and less, in units of a week.
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if at(middle)? < alive_below { high = middle } else { low = middle }
    }
    Ok(Some(high))
}

/// The columns of the tag; null without a purchase.
pub(crate) fn columns(
    table: &TagTable<'_>,
    plan: &ChurnPlan,
    fitted: Option<&FittedChurn>,
    facts: &[Column],
) -> Vec<Column> {
    let n = table.n_profiles();
    match (plan, fitted) {
        (ChurnPlan::Model { orders, alive_below, horizon }, Some(FittedChurn::Model(chosen))) => {
            let verdicts: Vec<Option<ModelVerdict>> = (0..n)
                .into_par_iter()
                .with_min_len(512)
                .map(|profile| {
                    let (history, _) = history(facts, profile)?;
                    // The fact gives histories that can be, and the plan has checked the numbers.
                    by_model(orders, (*alive_below, *horizon), chosen, &history).ok()
                })
                .collect();
            let float = |of: fn(&ModelVerdict) -> Option<f64>| {
                Column::Float(verdicts.iter().map(|verdict| verdict.as_ref().and_then(of)).collect())
            };
            let churned = verdicts.iter().map(|v| v.as_ref().map(|v| 1.0 - v.probability < *alive_below));
            vec![
                Column::Bool(churned.collect()),
                float(|v| v.days_left),
                float(|v| Some(v.probability)),
                float(|v| Some(v.no_purchase)),
            ]
        }
        (ChurnPlan::Silence { peers, .. }, Some(FittedChurn::Silence(silence))) => {
            let groups = peers.first().and_then(|&column| table.columns[column].as_ref());
            let judge = |profile| {
                let rhythm = rhythm_at(facts, profile)?;
                Some((rhythm, silence.judge_in(&rhythm, text(groups, profile))))
            };
            let judged: Vec<Option<(Rhythm, Judged)>> = (0..n).map(judge).collect();
            let float = |of: fn(&(Rhythm, Judged)) -> Option<f64>| {
                Column::Float(judged.iter().map(|judged| judged.as_ref().and_then(of)).collect())
            };
            let mut basis = ColumnBuilder::new(DataType::String, n);
            for judged in &judged {
                match judged.and_then(|(_, judged)| judged.basis) {
                    Some(found) => basis.push_str(found.name()),
                    None => basis.push_null(),
                }
            }
            let churned = judged.iter().map(|judged| judged.as_ref().and_then(|(_, j)| j.churned));
            vec![
                Column::Bool(churned.collect()),
                float(|(_, j)| j.days_left),
                float(|(r, _)| Some(r.silence)),
                float(|(_, j)| j.limit_days),
                basis.finish(),
            ]
        }
        (ChurnPlan::Calendar { without, .. }, _) => {
            let zone = &table.plan.zone;
            let judged: Vec<Option<(bool, Option<f64>, f64)>> = (0..n)
                .map(|profile| {
                    let rhythm = rhythm_at(facts, profile)?;
                    let (churned, left) = by_calendar(&rhythm, table.as_of, *without, zone);
                    Some((churned, left, rhythm.silence))
                })
                .collect();
            vec![
                Column::Bool(judged.iter().map(|judged| judged.map(|(churned, ..)| churned)).collect()),
                Column::Float(judged.iter().map(|judged| judged.and_then(|(_, left, _)| left)).collect()),
                Column::Float(judged.iter().map(|judged| judged.map(|(.., silence)| silence)).collect()),
            ]
        }
        // `Fitted` holds what the plan asks for; it is checked when one is loaded.
        _ => Vec::new(),
    }
}

fn by_calendar(rhythm: &Rhythm, as_of: Timestamp, without: Window, zone: &Zone) -> (bool, Option<f64>) {
    let today = zone.date_at(as_of);
    let last = Date::from_days(today.days() - rhythm.silence as i32);
    (is_past(last, today, without, zone), days_until(last, today, without, zone).map(f64::from))
}

/// Why somebody counts as having left, or does not.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ChurnBecause {
    /// The purchases.
    pub orders: RowsBecause,
    /// What they were judged by.
    pub by: ChurnBy,
}

/// What purchases were judged by.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChurnBy {
    /// A buy-till-you-die model.
    Model {
        /// What the model knows of the profile; `None` without a purchase.
        history: Option<History>,
        /// What it says.
        verdict: Option<ModelVerdict>,
        /// Who is a customer with a smaller chance has churned.
        alive_below: f64,
        /// The model.
        model: ModelBecause,
    },
    /// Silence.
    Silence {
        /// How the profile buys; `None` without a purchase.
        #[serde(skip_serializing_if = "Option::is_none")]
        silence_days: Option<f64>,
        /// How many own gaps there are.
        gaps: u64,
        /// From how many on they are judged by.
        min_gaps: u64,
        /// The share of gaps that the limit is not exceeded by.
        share: f64,
        /// The verdict; `None` without a purchase.
        judged: Option<Judged>,
        /// The group whose limit was taken; `None` where the profile was not judged by its peers.
        #[serde(skip_serializing_if = "Option::is_none")]
        group: Option<String>,
        /// The limit of all customers.
        population_days: Option<f64>,
        /// From how many customers the limit of others was learnt: those of the group, or all.
        learnt_from: u64,
    },
    /// The calendar.
    Calendar {
        /// Without a purchase for so long.
        without: Window,
        /// Days since the last purchase; `None` without one.
        silence_days: Option<f64>,
        /// Days until it is too long.
        days_left: Option<f64>,
    },
}

pub(crate) fn because(
    one: &OneProfile<'_>,
    plan: &ChurnPlan,
    fitted: Option<&FittedChurn>,
    max_rows: usize,
) -> Option<ChurnBecause> {
    let wanted = one.wanted(plan.fact());
    let facts = one.fact(&wanted);
    let rhythm = || rhythm_at(&facts, 0);
    let by = match (plan, fitted) {
        (ChurnPlan::Model { orders, alive_below, horizon }, Some(FittedChurn::Model(chosen))) => {
            let history = history(&facts, 0).map(|(history, _)| history);
            let verdict =
                history.and_then(|history| by_model(orders, (*alive_below, *horizon), chosen, &history).ok());
            let model = ModelBecause::of(orders, chosen);
            ChurnBy::Model { history, verdict, alive_below: *alive_below, model }
        }
        (ChurnPlan::Silence { params, peers, .. }, Some(FittedChurn::Silence(silence))) => {
            let rhythm = rhythm();
            let groups = peers.first().and_then(|&column| one.table.columns[column].as_ref());
            let group = text(groups, one.profile);
            let judged = rhythm.map(|rhythm| silence.judge_in(&rhythm, group));
            let by_peers = judged.and_then(|judged| judged.basis) == Some(Basis::Peers);
            let group = group.filter(|_| by_peers);
            let of_group = group.and_then(|group| silence.groups.get(group));
            ChurnBy::Silence {
                silence_days: rhythm.map(|rhythm| rhythm.silence),
                gaps: rhythm.map_or(0, |rhythm| rhythm.purchases - 1),
                min_gaps: params.min_gaps,
                share: params.share,
                judged,
                group: group.map(str::to_owned),
                population_days: silence.population_days,
                learnt_from: of_group.map_or(silence.customers, |limit| limit.customers),
            }
        }
        (ChurnPlan::Calendar { without, .. }, _) => {
            let rhythm = rhythm();
            let (as_of, zone) = (one.table.as_of, &one.table.plan.zone);
            let days_left = rhythm.and_then(|rhythm| by_calendar(&rhythm, as_of, *without, zone).1);
            let silence_days = rhythm.map(|rhythm| rhythm.silence);
            ChurnBy::Calendar { without: *without, silence_days, days_left }
        }
        _ => return None,
    };
    Some(ChurnBecause { orders: rows_because(one, &wanted, max_rows), by })
}
