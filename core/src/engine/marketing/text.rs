//! Explanations as text.

use std::fmt::{self, Write};

use crate::engine::explain::{Text, number};
use crate::engine::marketing::{
    ChurnBecause, ChurnBy, EvidenceBecause, LifecycleBecause, LifetimeBecause, ModelBecause,
};
use crate::marketing::btyd::History;
use crate::marketing::churn::Basis;

impl LifetimeBecause {
    pub(in crate::engine) fn write(&self, f: &mut Text<'_>) -> fmt::Result {
        let unit = self.model.unit;
        write_history(f, self.history, &unit.to_string())?;
        if let Some(mean) = self.mean_amount {
            writeln!(f, "  {} a repeat purchase in the mean; the next: {}", number(mean), self.spend)?;
        }
        for then in &self.what_if {
            let what = if then.buys { "if it buys in" } else { "if it is silent for" };
            writeln!(
                f,
                "  {what} {} × {unit}: chance to be a customer {}, value {}",
                number(then.after),
                number(then.outlook.p_alive),
                number(then.outlook.lifetime_value)
            )?;
        }
        self.model.write(f)?;
        self.orders.write(f)
    }
}

/// What a buy-till-you-die model knows of a profile.
pub(super) fn write_history(f: &mut Text<'_>, history: Option<History>, unit: &str) -> fmt::Result {
    let Some(History { x, t_x, age }) = history else { return writeln!(f, "  no purchase") };
    writeln!(
        f,
        "  x {} repeat purchases, the last t_x {} after the first, seen for T {} (units of {unit})",
        number(x),
        number(t_x),
        number(age)
    )
}

impl ModelBecause {
    pub(super) fn write(&self, f: &mut Text<'_>) -> fmt::Result {
        let parameters: Vec<String> =
            self.parameters.iter().map(|(name, value)| format!("{name} {}", number(*value))).collect();
        write!(
            f,
            "  {} ({}), learnt from {} customers",
            self.model,
            parameters.join(", "),
            self.learnt_from
        )?;
        for tried in self.tried.iter().filter(|tried| tried.kind != self.model) {
            let own = self.tried.iter().find(|own| own.kind == self.model);
            if let (Some(own), Some(other)) = (own.and_then(|own| own.holdout_error), tried.holdout_error) {
                write!(f, "; hold-out error {}, {} {}", number(own), tried.kind, number(other))?;
            } else if let Some(own) = own {
                write!(f, "; AIC {}, {} {}", number(own.aic), tried.kind, number(tried.aic))?;
            }
        }
        writeln!(f, "{}", if self.is_sound { "" } else { "; the fit is NOT sound" })
    }
}

impl ChurnBecause {
    pub(in crate::engine) fn write(&self, f: &mut Text<'_>) -> fmt::Result {
        match &self.by {
            ChurnBy::Model { history, verdict, alive_below, model } => {
                write_history(f, *history, &model.unit.to_string())?;
                if let Some(verdict) = verdict {
                    let (alive, limit) = (1.0 - verdict.probability, number(*alive_below));
                    writeln!(f, "  chance to be a customer {}, churned below {limit}", number(alive))?;
                    writeln!(f, "  {}", left(verdict.days_left))?;
                }
                model.write(f)?;
            }
            ChurnBy::Silence {
                silence_days,
                gaps,
                min_gaps,
                share,
                judged,
                group,
                population_days,
                learnt_from,
            } => {
                write_silence(f, *silence_days)?;
                let share = number(share * 100.0);
                match judged.and_then(|judged| judged.basis) {
                    Some(Basis::Own) => writeln!(
                        f,
                        "  the limit is that of {share} % of the own {gaps} gaps ({min_gaps} are enough)"
                    )?,
                    Some(Basis::Peers) => writeln!(
                        f,
                        "  {gaps} own gaps, {min_gaps} wanted: the limit is that of {share} % of the gaps of {learnt_from} customers of {}",
                        group.as_deref().unwrap_or_default()
                    )?,
                    _ => writeln!(
                        f,
                        "  {gaps} own gaps, {min_gaps} wanted: the limit is that of {share} % of the gaps of {learnt_from} customers, {}",
                        population_days.map_or("of which there are none".to_owned(), number)
                    )?,
                }
                if let Some(judged) = judged {
                    let limit = judged.limit_days.map_or("none".to_owned(), number);
                    writeln!(f, "  limit {limit} days; {}", left(judged.days_left))?;
                }
            }
            ChurnBy::Calendar { without, silence_days, days_left } => {
                write_silence(f, *silence_days)?;
                writeln!(f, "  churned after {without} without a purchase; {}", left(*days_left))?;
            }
        }
        self.orders.write(f)
    }
}

fn write_silence(f: &mut Text<'_>, days: Option<f64>) -> fmt::Result {
    match days {
        Some(days) => writeln!(f, "  silent for {} days", number(days)),
        None => writeln!(f, "  no purchase"),
    }
}

/// How long there is to act.
fn left(days: Option<f64>) -> String {
    match days {
        Some(0.0) => "that is over".to_owned(),
        Some(days) => format!("{} days of silence are left", number(days)),
        None => "silence does not come to that".to_owned(),
    }
}

impl LifecycleBecause {
    pub(in crate::engine) fn write(&self, f: &mut Text<'_>) -> fmt::Result {
        write_silence(f, self.silence_days)?;
        if let Some(placed) = &self.placed {
            let of = match placed.basis {
                Some(Basis::Own) => "the own gaps".to_owned(),
                _ => format!("the gaps of {} customers", self.learnt_from),
            };
            let days = |days: Option<f64>| days.map_or("unknown".to_owned(), number);
            writeln!(f, "  usual gap {} days (median of {of})", days(placed.usual_days))?;
            writeln!(
                f,
                "  quiet after {} days, lost after {}; {}",
                days(placed.quiet_days),
                days(placed.lost_days),
                left(placed.days_left)
            )?;
            if let Some(gap) = self.last_gap_days {
                writeln!(f, "  the last purchase came after {} days", number(gap))?;
            }
            if let (Some([early, late]), Some(p)) = (self.halves, placed.p_growing) {
                writeln!(
                    f,
                    "  {early} purchases in the first half of the time since the first one, {late} in the second (by chance: {})",
                    number(p)
                )?;
            }
        }
        self.orders.write(f)
    }
}

/// The evidence for why somebody left.
pub(in crate::engine) fn write_evidence(f: &mut Text<'_>, evidence: &[EvidenceBecause]) -> fmt::Result {
    evidence.iter().try_for_each(|part| {
        let mark = if part.decides { "*" } else { " " };
        let truth = match part.is_true {
            Some(true) => "true",
            Some(false) => "false",
            None => "unknown",
        };
        writeln!(f, "  {mark} {}: {}  [{truth}]", part.name, part.condition)
    })
}
