//! `lifetime: {…}`, checked.

use crate::catalog::model::{LifetimeDef, ModelChoice, Returns, SourceKind, SpendChoice};
use crate::engine::plan::FactPlan;
use crate::engine::plan::context::{Context, Reported};
use crate::fact::{FieldType, Op, Purchases};
use crate::marketing::btyd::{BtydError, LifetimeOptions};
use crate::time::{Period, Window};
use crate::value::DataType;

/// The value of customers, by a model that is learnt.
#[derive(Debug)]
pub(crate) struct LifetimePlan {
    pub(crate) orders: OrdersPlan,
    pub(crate) spend: SpendChoice,
    pub(crate) options: LifetimeOptions,
}

/// The purchases that a buy-till-you-die model is learnt from and applied to.
#[derive(Debug)]
pub(crate) struct OrdersPlan {
    /// A [`Op::History`].
    pub(crate) history: FactPlan,
    pub(crate) period: Period,
    /// In microseconds.
    pub(crate) unit: i64,
    pub(crate) model: ModelChoice,
    pub(crate) holdout: Option<Window>,
}

/// What the definition says of the purchases.
#[derive(Clone, Copy)]
pub(super) struct OrdersDef<'a> {
    /// Where the definition stands.
    pub(super) at: &'a [&'a str],
    pub(super) source: usize,
    pub(super) what: Purchases,
    pub(super) filter: Option<crate::expr::RootId>,
    pub(super) model: ModelChoice,
    pub(super) holdout: Option<Window>,
    pub(super) period: Window,
    pub(super) unit: Window,
}

/// The purchases of a definition: its source, what counts, which rows.
pub(super) fn purchases(
    context: &mut Context<'_, '_>,
    at: &'static str,
    events: &str,
    amount: Option<&str>,
    returns: Returns,
    filter: Option<&str>,
) -> Option<(usize, Purchases, Option<crate::expr::RootId>)> {
    let source = context.source(&[at, "events"], events, SourceKind::Events)?;
    let amount = amount.map(|amount| context.column(&[at, "amount"], source, amount));
    let filter = context.filter(&[at, "where"], source, filter).ok()?;
    let amount = match amount {
        Some(found) => Some(found?),
        None => None,
    };
    Some((source, Purchases { amount, returns }, filter))
}

/// An exact length of time, in microseconds.
pub(super) fn exact(context: &mut Context<'_, '_>, at: &[&str], window: Window) -> Result<i64, Reported> {
    if let Window::Duration(micros) = window {
        return Ok(micros);
    }
    let name = at.last().copied().unwrap_or_default();
    let message = format!("`{name}` is `{window}`; wanted an exact length of time, such as 365d");
    context.problem(at, "catalog.out_of_range", message, None);
    Err(Reported)
}

/// A problem of an argument of a model, found by the model.
pub(super) fn argument(context: &mut Context<'_, '_>, at: &[&str], error: &BtydError) {
    let field = match error {
        BtydError::Argument { name, .. } => Some(*name),
        _ => None,
    };
    let path: Vec<&str> = at.iter().copied().chain(field).collect();
    context.problem(&path, "catalog.out_of_range", error, None);
}

pub(super) fn orders(
    context: &mut Context<'_, '_>,
    def: OrdersDef<'_>,
) -> Option<(OrdersPlan, Vec<FieldType>)> {
    let at = |name| def.at.iter().copied().chain([name]).collect::<Vec<&str>>();
    let unit = exact(context, &at("unit"), def.unit).ok();
    let Some(period) = Period::of(def.period) else {
        let message = format!("`period` is `{}`; wanted a length of time, such as 1d or 1mo", def.period);
        context.problem(&at("period"), "catalog.out_of_range", message, None);
        return None;
    };
    if let Some(holdout) = def.holdout {
        context.length(&at("holdout"), holdout).ok()?;
        if def.model != ModelChoice::Auto {
            let message = "`holdout` chooses among models, and one is named; wanted `model: auto`";
            context.problem(&at("holdout"), "catalog.contradiction", message, None);
            return None;
        }
    }
    let op = Op::History { what: def.what, period, unit: unit? };
    let history = FactPlan { filter: def.filter, ..FactPlan::new(def.source, op) };
    let fields = context.fields(&at("amount"), &history)?;
    Some((OrdersPlan { history, period, unit: unit?, model: def.model, holdout: def.holdout }, fields))
}

/// How many units of time a year of 365.25 days has.
pub(super) fn units_per_year(unit: i64) -> f64 {
    365.25 * 86_400_000_000.0 / unit as f64
}

/// `lifetime: {…}`.
pub(super) fn lifetime(
    context: &mut Context<'_, '_>,
    def: &LifetimeDef,
) -> Option<(LifetimePlan, Vec<FieldType>)> {
    let at = "lifetime";
    let (source, what, filter) =
        purchases(context, at, &def.events, Some(&def.amount), def.returns, def.filter.as_deref())?;
    let LifetimeDef { model, holdout, period, unit, .. } = *def;
    let horizon = exact(context, &[at, "horizon"], def.horizon);
    let orders = OrdersDef { at: &[at], source, what, filter, model, holdout, period, unit };
    let (orders, _) = self::orders(context, orders)?;
    let horizon = horizon.ok()? as f64 / orders.unit as f64;
    let mut options = LifetimeOptions::new(horizon, units_per_year(orders.unit));
    options.annual_discount_rate = def.annual_discount_rate;
    options.margin = def.margin;
    if let Err(error) = options.check() {
        argument(context, &[at], &error);
        return None;
    }
    let named = ["p_alive", "expected_purchases", "expected_spend"];
    let mut fields = vec![FieldType::new(None, DataType::Float, true)];
    fields.extend(named.map(|name| FieldType::new(Some(name), DataType::Float, true)));
    Some((LifetimePlan { orders, spend: def.spend, options }, fields))
}
