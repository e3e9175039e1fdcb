//! `churn: {…}`, `churn_kind: {…}` and `lifecycle: {…}`, checked.

use crate::catalog::model::{ChurnBy, ChurnDef, ChurnKindDef, LifecycleDef, ModelChoice, Returns};
use crate::engine::plan::context::Context;
use crate::engine::plan::known::Known;
use crate::engine::plan::lifetime::{OrdersDef, exact, orders, purchases};
use crate::engine::plan::{FactPlan, OrdersPlan, inputs};
use crate::expr::RootId;
use crate::fact::{FieldType, Op};
use crate::marketing::churn::{ChurnError, SilenceParams};
use crate::marketing::lifecycle::LifecycleParams;
use crate::time::Window;
use crate::value::DataType;

/// Whether customers have left.
#[derive(Debug)]
pub(crate) enum ChurnPlan {
    /// By the chance to be a customer.
    Model {
        orders: OrdersPlan,
        alive_below: f64,
        /// In units of time.
        horizon: f64,
    },
    /// By a long silence.
    Silence {
        /// An [`Op::Rhythm`].
        rhythm: FactPlan,
        params: SilenceParams,
        /// The column with the groups; none or one.
        peers: Vec<usize>,
    },
    /// By the calendar.
    Calendar {
        /// An [`Op::Rhythm`].
        rhythm: FactPlan,
        without: Window,
    },
}

impl ChurnPlan {
    /// What it wants of the rows.
    pub(crate) fn fact(&self) -> &FactPlan {
        match self {
            Self::Model { orders, .. } => &orders.history,
            Self::Silence { rhythm, .. } | Self::Calendar { rhythm, .. } => rhythm,
        }
    }
}

impl ChurnPlan {
    /// The columns of other tags that it is learnt from.
    pub(crate) fn learns_from(&self) -> &[usize] {
        match self {
            Self::Silence { peers, .. } => peers,
            Self::Model { .. } | Self::Calendar { .. } => &[],
        }
    }
}

/// Why customers left.
#[derive(Debug)]
pub(crate) struct ChurnKindPlan {
    /// In the order of [`ChurnKindDef::conditions`].
    pub(crate) conditions: [Option<RootId>; 9],
}

/// The stage of customers.
#[derive(Debug)]
pub(crate) struct LifecyclePlan {
    /// An [`Op::Rhythm`].
    pub(crate) rhythm: FactPlan,
    pub(crate) params: LifecycleParams,
}

fn float(name: &'static str) -> FieldType {
    FieldType::new(Some(name), DataType::Float, true)
}

fn text(name: Option<&'static str>) -> FieldType {
    FieldType::new(name, DataType::String, true)
}

/// `churn: {…}`.
pub(super) fn churn(
    context: &mut Context<'_, '_>,
    def: &ChurnDef,
    known: &Known,
) -> Option<(ChurnPlan, Vec<FieldType>)> {
    let at = "churn";
    let (source, what, filter) =
        purchases(context, at, &def.events, def.amount.as_deref(), def.returns, def.filter.as_deref())?;
    let mut fields = vec![FieldType::new(None, DataType::Bool, true), float("days_left")];
    let rhythm = |context: &mut Context<'_, '_>, share: f64| {
        let fact = FactPlan { filter, ..FactPlan::new(source, Op::Rhythm { what, share }) };
        context.fields(&[at, "amount"], &fact).map(|_| fact)
    };
    let plan = match &def.by {
        ChurnBy::Model(model) => {
            let by = [at, "by", "model"];
            if model.kind == ModelChoice::BgNbd {
                let message = "bg_nbd takes everybody who bought once for a customer, however long ago; mbg_nbd and pareto_nbd do not";
                context.warning(&[at, "by", "model", "kind"], "catalog.churn_model", message);
            }
            if !(model.alive_below > 0.0 && model.alive_below < 1.0) {
                let message =
                    format!("`alive_below` is {}; wanted a number between 0 and 1", model.alive_below);
                context.problem(&[at, "by", "model", "alive_below"], "catalog.out_of_range", message, None);
                return None;
            }
            let horizon = exact(context, &[at, "by", "model", "horizon"], model.horizon);
            let (kind, holdout, period, unit) = (model.kind, model.holdout, model.period, model.unit);
            let orders_def = OrdersDef { at: &by, source, what, filter, model: kind, holdout, period, unit };
            let (orders, _) = orders(context, orders_def)?;
            let horizon = horizon.ok()? as f64 / orders.unit as f64;
            fields.extend([float("probability"), float("no_purchase")]);
            ChurnPlan::Model { orders, alive_below: model.alive_below, horizon }
        }
        ChurnBy::Silence(def) => {
            let mut params = SilenceParams::default();
            (params.share, params.min_gaps) = (def.share, u64::from(def.min_gaps));
            params.min_peers = u64::from(def.min_peers);
            if let Err(error) = params.check() {
                out_of_range(context, &[at, "by", "silence"], &error);
                return None;
            }
            let at = [at, "by", "silence", "peers"];
            let peers = match &def.peers {
                Some(peers) => vec![inputs::text(context, &at, peers, known)?],
                None => Vec::new(),
            };
            fields.extend([float("silence_days"), float("limit_days"), text(Some("basis"))]);
            ChurnPlan::Silence { rhythm: rhythm(context, def.share)?, params, peers }
        }
        ChurnBy::Calendar(without) => {
            let without = context.length(&[at, "by", "calendar"], *without).ok()?;
            fields.push(float("silence_days"));
            ChurnPlan::Calendar { rhythm: rhythm(context, 0.5)?, without }
        }
    };
    Some((plan, fields))
}

fn out_of_range(context: &mut Context<'_, '_>, at: &[&str], error: &ChurnError) {
    let ChurnError::Argument { name, .. } = error;
    let path: Vec<&str> = at.iter().copied().chain([*name]).collect();
    context.problem(&path, "catalog.out_of_range", error, None);
}

/// `churn_kind: {…}`.
pub(super) fn churn_kind(
    context: &mut Context<'_, '_>,
    def: &ChurnKindDef,
    known: &mut Known,
) -> Option<(ChurnKindPlan, Vec<FieldType>)> {
    let mut conditions = [None; 9];
    let mut is_sound = true;
    for (slot, (name, condition)) in conditions.iter_mut().zip(def.conditions()) {
        if let Some(condition) = condition {
            *slot = known.compile(context, &["churn_kind", name], condition, true);
            is_sound &= slot.is_some();
        }
    }
    if def.life_stage_over.is_some() != def.satisfied.is_some() {
        let message = "`life_stage_over` and `satisfied` count together only; wanted both or none";
        context.problem(&["churn_kind"], "catalog.contradiction", message, None);
        return None;
    }
    is_sound.then(|| (ChurnKindPlan { conditions }, vec![text(None), text(Some("evidence"))]))
}

/// `lifecycle: {…}`.
pub(super) fn lifecycle(
    context: &mut Context<'_, '_>,
    def: &LifecycleDef,
) -> Option<(LifecyclePlan, Vec<FieldType>)> {
    let at = "lifecycle";
    let returns: Returns = def.returns;
    let (source, what, filter) =
        purchases(context, at, &def.events, def.amount.as_deref(), returns, def.filter.as_deref())?;
    let mut params = LifecycleParams::default();
    (params.new_purchases, params.min_gaps) = (u64::from(def.new_purchases), u64::from(def.min_gaps));
    (params.quiet_after, params.lost_after) = (def.quiet_after, def.lost_after);
    params.growing_at = def.growing_at;
    if let Err(error) = params.check() {
        out_of_range(context, &[at], &error);
        return None;
    }
    let rhythm = FactPlan { filter, ..FactPlan::new(source, Op::Rhythm { what, share: 0.5 }) };
    context.fields(&[at, "amount"], &rhythm)?;
    let fields = vec![
        text(None),
        float("usual_gap_days"),
        text(Some("basis")),
        float("silence_days"),
        float("days_left"),
    ];
    Some((LifecyclePlan { rhythm, params }, fields))
}
