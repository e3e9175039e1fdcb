//! What is to be expected of each customer: a model of purchases and one of the spend, learnt together.

use serde::{Deserialize, Serialize};

use crate::catalog::model::{ModelChoice, SpendChoice};
use crate::marketing::btyd::{
    BtydError, Candidate, Fit, GammaGamma, History, Kind, LifetimeOptions, Model, choose, fit,
};

/// Purchases at an earlier time, and what came after it.
#[derive(Debug, Clone, Copy)]
pub struct Past<'a> {
    /// What was known of the customers then.
    pub histories: &'a [History],
    /// How many periods with a purchase each of them had since.
    pub purchases: &'a [u64],
    /// How long ago that was, in the unit of the histories.
    pub length: f64,
}

/// A model of purchases with its fit, and those that it was chosen from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Chosen {
    /// The model.
    pub model: Model,
    /// Its fit to all customers.
    pub fit: Fit,
    /// The models that it was chosen from, the best first; empty where it was named.
    pub tried: Vec<Tried>,
}

/// A model that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Tried {
    /// Which.
    pub kind: Kind,
    /// Akaike's criterion; lower is better.
    pub aic: f64,
    /// The mean absolute error a customer in the hold-out, where there was one.
    pub holdout_error: Option<f64>,
    /// Whether its fit converged and is not degenerate.
    pub is_sound: bool,
}

impl Chosen {
    /// Fits a model that is named, or the best of MBG/NBD and Pareto/NBD: by its error in the hold-out where the past is
    /// given (the best is then fitted to all), else by AIC.
    ///
    /// # Errors
    /// As [`fit`] and [`choose`].
    pub fn learn(
        choice: ModelChoice,
        histories: &[History],
        past: Option<Past<'_>>,
    ) -> Result<Self, BtydError> {
        const CANDIDATES: [Kind; 2] = [Kind::MbgNbd, Kind::ParetoNbd];
        let kind = match choice {
            ModelChoice::MbgNbd => Kind::MbgNbd,
            ModelChoice::ParetoNbd => Kind::ParetoNbd,
            ModelChoice::BgNbd => Kind::BgNbd,
            ModelChoice::Auto => {
                let candidates = match past {
                    Some(Past { histories, purchases, length }) => {
                        choose(&CANDIDATES, histories, Some((purchases, length)))?
                    }
                    None => choose(&CANDIDATES, histories, None)?,
                };
                let tried: Vec<Tried> = candidates.iter().map(Tried::of).collect();
                let best = candidates.into_iter().next().ok_or(BtydError::Empty)?;
                let (model, fit) = match past {
                    Some(_) => fit(best.model.kind(), histories)?,
                    None => (best.model, best.fit),
                };
                return Ok(Self { model, fit, tried });
            }
        };
        let (model, fit) = fit(kind, histories)?;
        Ok(Self { model, fit, tried: Vec::new() })
    }
}

impl Tried {
    fn of(candidate: &Candidate) -> Self {
        Self {
            kind: candidate.model.kind(),
            aic: candidate.fit.aic,
            holdout_error: candidate.holdout_error,
            is_sound: candidate.fit.converged && !candidate.fit.degenerate,
        }
    }
}

/// How the spend a purchase is foreseen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Spend {
    /// By the model.
    GammaGamma {
        /// The model.
        model: GammaGamma,
        /// Its fit.
        fit: Box<Fit>,
    },
    /// The own mean of repeat purchases; without any, this mean of the others' means.
    Mean {
        /// The mean of the means, in the unit of the money.
        population: f64,
    },
}

impl Spend {
    /// Learns from the mean amounts `money` of the repeat purchases of customers.
    ///
    /// # Errors
    /// As [`GammaGamma::fit`]; [`BtydError::InfiniteMean`] where the amounts vary so much that there is no mean to expect;
    /// [`BtydError::NoRepeat`] where nobody has an amount.
    pub fn learn(
        choice: SpendChoice,
        histories: &[History],
        money: &[Option<f64>],
    ) -> Result<Self, BtydError> {
        match choice {
            SpendChoice::GammaGamma => {
                let x: Vec<f64> = histories.iter().map(|h| h.x).collect();
                let (model, fit) = GammaGamma::fit(&x, money)?;
                model.population_mean()?;
                Ok(Self::GammaGamma { model, fit: Box::new(fit) })
            }
            SpendChoice::Mean => {
                let mut known: Vec<f64> =
                    money.iter().copied().flatten().filter(|money| money.is_finite()).collect();
                if known.is_empty() {
                    return Err(BtydError::NoRepeat { customers: histories.len() });
                }
                // In ascending order, so that the order of customers does not show.
                known.sort_unstable_by(f64::total_cmp);
                let n = known.len() as f64;
                // Divided first: the largest amounts have a sum that is none.
                Ok(Self::Mean { population: known.iter().map(|money| money / n).sum() })
            }
        }
    }

    /// The amount to expect of the next purchase of a customer with `x` repeat purchases of a mean amount.
    ///
    /// # Errors
    /// As [`GammaGamma::expected_spend`].
    pub fn expected(&self, x: f64, money: Option<f64>) -> Result<f64, BtydError> {
        match self {
            Self::GammaGamma { model, .. } => model.expected_spend(x, money),
            Self::Mean { population } => {
                Ok(money.filter(|money| x > 0.0 && money.is_finite()).unwrap_or(*population))
            }
        }
    }
}

/// What is to be expected of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Outlook {
    /// The chance to be still a customer, 0 to 1.
    pub p_alive: f64,
    /// The mean number of purchases in the horizon.
    pub expected_purchases: f64,
    /// The amount to expect of a purchase.
    pub expected_spend: f64,
    /// The profit to expect of the horizon, in today's money: discounted purchases × spend × margin.
    pub lifetime_value: f64,
}

/// A model of purchases and one of the spend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Lifetime {
    /// The purchases.
    pub purchases: Chosen,
    /// The spend.
    pub spend: Spend,
}

impl Lifetime {
    /// Learns both from customers; `money` is the mean amount of each one's repeat purchases.
    ///
    /// # Errors
    /// As [`Chosen::learn`] and [`Spend::learn`].
    pub fn learn(
        choice: (ModelChoice, SpendChoice),
        histories: &[History],
        money: &[Option<f64>],
        past: Option<Past<'_>>,
    ) -> Result<Self, BtydError> {
        Ok(Self {
            purchases: Chosen::learn(choice.0, histories, past)?,
            spend: Spend::learn(choice.1, histories, money)?,
        })
    }

    /// What is to be expected of a customer.
    ///
    /// # Errors
    /// [`BtydError::History`], [`BtydError::Argument`].
    pub fn outlook(
        &self,
        h: &History,
        money: Option<f64>,
        options: &LifetimeOptions,
    ) -> Result<Outlook, BtydError> {
        let model = &self.purchases.model;
        let expected_spend = self.spend.expected(h.x, money)?;
        Ok(Outlook {
            p_alive: model.p_alive(h)?,
            expected_purchases: model.expected_purchases(h, options.horizon)?,
            expected_spend,
            lifetime_value: model.discounted_purchases(h, options)? * expected_spend * options.margin,
        })
    }
}
