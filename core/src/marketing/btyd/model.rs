//! The models under one roof: what each says of a customer.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::marketing::btyd::beta_binomial::BetaBinomial;
use crate::marketing::btyd::beta_geometric::BetaGeometric;
use crate::marketing::btyd::error::check_horizon;
use crate::marketing::btyd::history::Weighted;
use crate::marketing::btyd::pareto::Pareto;
use crate::marketing::btyd::{BtydError, History};

/// Which buy-till-you-die model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// BG/NBD (Fader, Hardie and Lee 2005): one leaves after a *repeat* purchase with some chance. Whoever never bought
    /// again is alive for certain, so take another model where churn is asked for.
    BgNbd,
    /// MBG/NBD (Batislam, Denizel and Filiztekin 2007): one leaves after any purchase, the first too.
    MbgNbd,
    /// Pareto/NBD (Schmittlein, Morrison and Colombo 1987): one leaves at any moment.
    ParetoNbd,
    /// BG/BB (Fader, Hardie and Shang 2010): whole opportunities to buy, such as yearly events.
    BgBb,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::BgNbd, Self::MbgNbd, Self::ParetoNbd, Self::BgBb];

    /// The names of the parameters, in order.
    pub fn parameters(self) -> [&'static str; 4] {
        match self {
            Self::BgNbd | Self::MbgNbd => ["r", "alpha", "a", "b"],
            Self::ParetoNbd => ["r", "alpha", "s", "beta"],
            Self::BgBb => ["alpha", "beta", "gamma", "delta"],
        }
    }

    /// How a parameter changes with the unit of time: it is proportional to it or does not depend on it.
    pub(super) fn has_unit_of_time(self, parameter: usize) -> bool {
        match self {
            Self::BgNbd | Self::MbgNbd => parameter == 1,
            Self::ParetoNbd => parameter == 1 || parameter == 3,
            Self::BgBb => false,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BgNbd => "BG/NBD",
            Self::MbgNbd => "MBG/NBD",
            Self::ParetoNbd => "Pareto/NBD",
            Self::BgBb => "BG/BB",
        })
    }
}

/// A model with its parameters, which describe the population; together with a customer's [`History`] they say what to
/// expect of that customer. Times are in the unit of the histories that it was fitted to.
///
/// Wherever a method asks for a history, [`History::NEW`] is somebody who bought for the first time just now.
///
/// # Examples
/// ```
/// use tagloom::marketing::btyd::{History, Kind, Model};
///
/// // Fader, Hardie and Lee (2005), CDNOW, weeks.
/// let model = Model::new(Kind::BgNbd, &[0.243, 4.414, 0.793, 2.426])?;
/// let customer = History::new(2.0, 213.0 / 7.0, 272.0 / 7.0);
/// let expected = model.expected_purchases(&customer, 39.0)?;
/// assert!((expected - 1.226).abs() < 0.001); // section 3 of the paper
/// # Ok::<(), tagloom::marketing::btyd::BtydError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Model {
    kind: Kind,
    parameters: [f64; 4],
}

/// How a model is written down.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    kind: Kind,
    parameters: [f64; 4],
}

impl TryFrom<Parts> for Model {
    type Error = BtydError;

    fn try_from(parts: Parts) -> Result<Self, BtydError> {
        Self::new(parts.kind, &parts.parameters)
    }
}

impl From<Model> for Parts {
    fn from(model: Model) -> Self {
        Self { kind: model.kind, parameters: model.parameters }
    }
}

/// The model of a kind as its own type.
enum Each {
    Geometric(BetaGeometric),
    Pareto(Pareto),
    Binomial(BetaBinomial),
}

impl Model {
    /// A model of known parameters, in the order of [`Kind::parameters`].
    ///
    /// # Errors
    /// [`BtydError::ParameterCount`], or [`BtydError::Parameter`] for one that is not a finite number above 0.
    pub fn new(kind: Kind, parameters: &[f64]) -> Result<Self, BtydError> {
        let Ok(parameters) = <[f64; 4]>::try_from(parameters) else {
            return Err(BtydError::ParameterCount { kind, found: parameters.len(), wanted: 4 });
        };
        for (name, found) in kind.parameters().into_iter().zip(parameters) {
            if !(found.is_finite() && found > 0.0) {
                return Err(BtydError::Parameter { name, found });
            }
        }
        Ok(Self { kind, parameters })
    }

    /// Which model.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The parameters, in the order of [`Kind::parameters`].
    pub fn parameters(&self) -> [f64; 4] {
        self.parameters
    }

    fn each(&self) -> Each {
        let [p0, p1, p2, p3] = self.parameters;
        match self.kind {
            Kind::BgNbd | Kind::MbgNbd => {
                let leaves_at_once = self.kind == Kind::MbgNbd;
                Each::Geometric(BetaGeometric { r: p0, alpha: p1, a: p2, b: p3, leaves_at_once })
            }
            Kind::ParetoNbd => Each::Pareto(Pareto { r: p0, alpha: p1, s: p2, beta: p3 }),
            Kind::BgBb => Each::Binomial(BetaBinomial { alpha: p0, beta: p1, gamma: p2, delta: p3 }),
        }
    }

    /// The logarithm of how likely the history is: of the moments of all purchases, and for BG/BB of the opportunities
    /// with a purchase.
    ///
    /// # Errors
    /// [`BtydError::History`].
    pub fn log_likelihood(&self, h: &History) -> Result<f64, BtydError> {
        h.check(self.kind, 0)?;
        Ok(match self.each() {
            Each::Geometric(m) => m.log_likelihood(h),
            Each::Pareto(m) => m.log_likelihood(h),
            Each::Binomial(m) => m.log_likelihood(h),
        })
    }

    /// The chance that the customer is still a customer, 0 to 1.
    ///
    /// With [`Kind::BgNbd`] it is 1 for everybody who never bought again. With [`Kind::BgBb`] it is the chance to have
    /// been there at the last opportunity.
    ///
    /// # Errors
    /// [`BtydError::History`].
    pub fn p_alive(&self, h: &History) -> Result<f64, BtydError> {
        h.check(self.kind, 0)?;
        Ok(match self.each() {
            Each::Geometric(m) => m.p_alive(h),
            Each::Pareto(m) => m.p_alive(h),
            Each::Binomial(m) => m.p_alive(h),
        })
    }

    /// The chance that the customer will still be one after `horizon` from now, in the unit of the history; BG/BB
    /// counts whole opportunities.
    ///
    /// # Errors
    /// [`BtydError::History`], [`BtydError::Argument`].
    pub fn p_alive_after(&self, h: &History, horizon: f64) -> Result<f64, BtydError> {
        let horizon = self.horizon(horizon)?;
        let now = self.p_alive(h)?;
        Ok(now * self.survival(h, horizon))
    }

    pub(super) fn survival(&self, h: &History, horizon: f64) -> f64 {
        match self.each() {
            Each::Geometric(m) => m.survival(h, horizon),
            Each::Pareto(m) => m.survival(h, horizon),
            Each::Binomial(m) => m.survival(h, horizon),
        }
    }

    /// The mean number of purchases in `horizon` from now; BG/BB counts whole opportunities.
    ///
    /// # Errors
    /// [`BtydError::History`], [`BtydError::Argument`].
    pub fn expected_purchases(&self, h: &History, horizon: f64) -> Result<f64, BtydError> {
        let horizon = self.horizon(horizon)?;
        Ok(self.p_alive(h)? * self.expected_if_alive(h, horizon))
    }

    pub(super) fn expected_if_alive(&self, h: &History, horizon: f64) -> f64 {
        match self.each() {
            Each::Geometric(m) => m.expected_if_alive(h, horizon),
            Each::Pareto(m) => m.expected_if_alive(h, horizon),
            Each::Binomial(m) => m.expected_if_alive(h, horizon),
        }
    }

    /// The chance of exactly `n` purchases in `horizon` from now; BG/BB counts whole opportunities.
    ///
    /// # Errors
    /// [`BtydError::History`], [`BtydError::Argument`].
    pub fn purchase_probability(&self, h: &History, n: u32, horizon: f64) -> Result<f64, BtydError> {
        let horizon = self.horizon(horizon)?;
        let alive = self.p_alive(h)?;
        let gone = if n == 0 { 1.0 - alive } else { 0.0 };
        Ok((gone + alive * self.probability_if_alive(h, n, horizon)).clamp(0.0, 1.0))
    }

    fn probability_if_alive(&self, h: &History, n: u32, horizon: f64) -> f64 {
        match self.each() {
            Each::Geometric(m) => m.probability_if_alive(h, n, horizon),
            Each::Pareto(m) => m.probability_if_alive(h, n, horizon),
            Each::Binomial(m) => m.probability_if_alive(h, n, horizon),
        }
    }

    fn horizon(&self, horizon: f64) -> Result<f64, BtydError> {
        check_horizon("horizon", horizon)?;
        if self.kind == Kind::BgBb && horizon.fract() != 0.0 {
            return Err(BtydError::argument("horizon", horizon, "a whole number of opportunities"));
        }
        Ok(horizon)
    }

    /// The log-likelihood of everybody and its derivatives by the parameters.
    pub(super) fn gradient(&self, data: &Weighted, by_x: &[(f64, f64)]) -> [f64; 5] {
        match self.each() {
            Each::Geometric(m) => m.gradient(data, by_x),
            Each::Pareto(m) => m.gradient(data, by_x),
            Each::Binomial(m) => m.gradient(data),
        }
    }
}
