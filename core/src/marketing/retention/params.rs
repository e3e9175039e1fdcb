//! What is to be said before a curve of retention is learnt.

use serde::{Deserialize, Serialize};

use crate::marketing::retention::{Observed, RetentionError, Span, Stay, Term, stay};
use crate::time::{Date, Window};

/// Which curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Method {
    /// The curve of Kaplan and Meier, by days.
    KaplanMeier,
    /// The shifted beta-geometric model of Fader and Hardie, by renewals.
    ShiftedBetaGeometric {
        /// From one renewal date to the next, in whole days or calendar months: `1mo`, `1y`, `30d`.
        period: Window,
    },
}

/// How customers with contracts are looked at.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Params {
    /// Which curve.
    pub method: Method,
    /// A contract that starts no later than this after the end of another goes on with it, in whole days or calendar
    /// months; `None`, the default: one that starts on the day on which the other ends, or before.
    pub gap: Option<Window>,
    /// How far ahead it looks, in whole days or calendar months; default `90d`.
    pub horizon: Window,
    /// It is time to act when the chance to be still there falls to this; between 0 and 1, default 0.5.
    pub act_below: f64,
}

impl Params {
    /// The defaults of a method.
    pub fn new(method: Method) -> Self {
        Self { method, gap: None, horizon: Window::Duration(90 * 86_400_000_000), act_below: 0.5 }
    }

    /// Checks them.
    ///
    /// # Errors
    /// [`RetentionError::Length`] for a gap, a period or a horizon that is not of whole days or calendar months,
    /// [`RetentionError::ActBelow`].
    pub fn check(self) -> Result<Model, RetentionError> {
        let span = |name, found| {
            let wanted = "whole days or calendar months, such as 30d or 1mo";
            Span::of(found).ok_or(RetentionError::Length { name, found, wanted })
        };
        let gap = self.gap.map_or(Ok(Span::NONE), |gap| span("gap", gap))?;
        let horizon = span("horizon", self.horizon)?;
        let period = match self.method {
            Method::KaplanMeier => None,
            Method::ShiftedBetaGeometric { period } => Some(span("period", period)?),
        };
        if !(self.act_below > 0.0 && self.act_below < 1.0) {
            return Err(RetentionError::ActBelow { found: self.act_below });
        }
        Ok(Model { params: self, gap, horizon, period })
    }
}

/// A checked way to look at customers with contracts.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub(super) params: Params,
    pub(super) gap: Span,
    pub(super) horizon: Span,
    /// Between renewals; `None` for the curve of Kaplan and Meier.
    pub(super) period: Option<Span>,
}

impl Model {
    /// What it was made of.
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// The gap that makes a contract a new stay.
    pub fn gap(&self) -> Span {
        self.gap
    }

    /// The last day of the horizon after a day; `None` past the year 9999.
    pub fn ahead(&self, day: Date) -> Option<Date> {
        self.horizon.after(day, 1)
    }

    /// The stays that the contracts of a customer make, by their start. The order of the contracts does not matter; those
    /// that end before they start are left out. Where one ends while another goes on, the stay goes on.
    pub fn stays(&self, terms: Vec<Term>) -> Vec<Stay> {
        stay::stays(terms, self.gap)
    }

    /// What a stay teaches, of which all is known up to a day, that day included. With a gap, only what was the case a gap
    /// before that day: later it is not decided who comes back. `None` where it had not lasted a day by then, or had
    /// ended before it was watched.
    pub fn observed(&self, stay: &Stay, known: Date) -> Option<Observed> {
        stay::observed(stay, self.gap, known)
    }
}
