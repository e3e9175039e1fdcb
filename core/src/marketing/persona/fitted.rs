//! Personas that were learnt, and who is which.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::marketing::persona::effect::{Separation, Trait};
use crate::marketing::persona::feature::{cell, check, lacks, number};
use crate::marketing::persona::{Cell, Encoding, Feature, Params, PersonaError};
use crate::stats::cluster::{Centre, Quality};
use crate::value::Column;

/// A group of similar people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Persona {
    /// What it is called, after its largest traits; no two are called the same.
    pub name: String,
    /// How many people of the fit are in it.
    pub size: u64,
    /// Which share of them, 0 to 1.
    pub share: f64,
    /// The middle: scaled numbers and codes of categories, in the order of the features of each sort.
    pub centre: Centre,
    /// What distinguishes it from everybody else, the largest effect first; one a feature.
    pub traits: Vec<Trait>,
    /// The values of the member nearest to the middle, one a feature.
    pub typical: Vec<Cell>,
    /// Percentiles 0 to 100 of the members' distances from the middle.
    pub distances: Vec<f64>,
}

/// Personas that were learnt: enough to say of anybody alone which one fits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fitted {
    /// How they were learnt.
    pub params: Params,
    /// From what, and how values are taken.
    pub features: Vec<Feature>,
    /// The weight of categories.
    pub gamma: f64,
    /// The personas, the largest first.
    pub personas: Vec<Persona>,
    /// How much each feature separates them, the most first.
    pub separation: Vec<Separation>,
    /// How good each number of personas that was looked at is.
    pub choice: Vec<Quality>,
    /// The mean silhouette, −1 to 1; `None` for one persona.
    pub silhouette: Option<f64>,
    /// The mean adjusted Rand index between resamples: 1 is the same again each time. `None` where fewer personas came
    /// out than were wanted.
    pub stability: Option<f64>,
    /// The sum of the squared distances of all people to the middle of their persona.
    pub inertia: f64,
    /// Whether the search for the middles came to its end.
    pub converged: bool,
    /// How many people were learnt from.
    pub n: u64,
    /// How many were left out for want of a value.
    pub n_left_out: u64,
}

/// The persona of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Assigned {
    /// The place of the persona.
    pub persona: usize,
    /// How far from its middle, from 0 up.
    pub distance: f64,
    /// How typical: the share of the members of the fit that are at least as far from the middle, 0 to 1.
    pub typical: f64,
    /// The place of the next nearest persona; `None` where there is only one.
    pub next: Option<usize>,
    /// How clear the case is: `(distance to the next − distance) / distance to the next`, 0 to 1; `None` where there is
    /// no next one, or both are at distance 0.
    pub margin: Option<f64>,
}

/// What a feature does for one persona against the next.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Contribution {
    /// The feature.
    pub feature: String,
    /// The value.
    pub value: Cell,
    /// What is in the middle of the persona: a number in its own unit, a category.
    pub middle: Cell,
    /// What is in the middle of the next one.
    pub next_middle: Cell,
    /// By how much the squared distance to the persona is smaller than that to the next through this feature; below 0
    /// where the feature speaks for the next. All of them sum to the difference of the squared distances.
    pub nearer: f64,
}

/// Why somebody has a persona.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The persona.
    pub assigned: Assigned,
    /// What each feature does, the one that does most first; without a next persona 0.
    pub contributions: Vec<Contribution>,
}

impl Fitted {
    /// The persona of each row; `None` where a value is missing and such people are left out. Columns are those of the
    /// fit, in its order.
    ///
    /// # Errors
    /// [`PersonaError`] where the columns are not those of the fit.
    pub fn assign(&self, columns: &[Column]) -> Result<Vec<Option<Assigned>>, PersonaError> {
        let rows = self.check(columns)?;
        Ok((0..rows).into_par_iter().map(|row| self.assign_row(columns, row)).collect())
    }

    /// Says why a row has its persona; `None` where it has none, or is none of the rows.
    ///
    /// # Errors
    /// As [`assign`](Self::assign).
    pub fn explain(&self, columns: &[Column], row: usize) -> Result<Option<Explanation>, PersonaError> {
        if row >= self.check(columns)? {
            return Ok(None);
        }
        Ok(self.assign_row(columns, row).map(|assigned| self.explained(columns, row, assigned)))
    }

    /// Whether what was read from a file can be applied.
    pub(crate) fn is_sound(&self) -> bool {
        let numbers = self.features.iter().filter(|f| f.encoding.is_number()).count();
        let codes = self.features.len() - numbers;
        let finite = |persona: &Persona| {
            persona.centre.numbers.len() == numbers
                && persona.centre.codes.len() == codes
                && persona.centre.numbers.iter().chain(&persona.distances).all(|v| v.is_finite())
        };
        let scale = |feature: &Feature| match feature.encoding {
            Encoding::Number { median, mean, deviation, .. } => {
                median.is_finite() && mean.is_finite() && deviation.is_finite() && deviation > 0.0
            }
            _ => true,
        };
        !self.personas.is_empty()
            && self.personas.iter().all(finite)
            && self.features.iter().all(scale)
            && self.gamma.is_finite()
    }

    fn check(&self, columns: &[Column]) -> Result<usize, PersonaError> {
        let rows = check(self.features.iter().map(|feature| &feature.name), columns)?;
        for (feature, column) in self.features.iter().zip(columns) {
            let found = column.data_type();
            if let Some(wanted) = feature.encoding.wants(found) {
                return Err(PersonaError::ColumnType { name: feature.name.name.clone(), found, wanted });
            }
        }
        Ok(rows)
    }

    fn encode(&self, columns: &[Column], row: usize) -> (Vec<f64>, Vec<u32>) {
        let (mut numbers, mut codes) = (Vec::new(), Vec::new());
        for (feature, column) in self.features.iter().zip(columns) {
            match &feature.encoding {
                encoding @ Encoding::Number { .. } => numbers.push(encoding.scaled(number(column, row))),
                encoding => codes.push(encoding.code(column, row)),
            }
        }
        (numbers, codes)
    }

    fn assign_row(&self, columns: &[Column], row: usize) -> Option<Assigned> {
        if lacks(columns, row, self.params.missing) {
            return None;
        }
        let (numbers, codes) = self.encode(columns, row);
        let mut found: Vec<(f64, usize)> = self
            .personas
            .iter()
            .enumerate()
            .map(|(at, persona)| (persona.centre.distance(&numbers, &codes, self.gamma), at))
            .collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let &(squared, persona) = found.first()?;
        let distance = squared.sqrt();
        let next = found.get(1).map(|&(squared, at)| (squared.sqrt(), at));
        Some(Assigned {
            persona,
            distance,
            typical: self.personas[persona].typical_at(distance),
            next: next.map(|(_, at)| at),
            margin: next.filter(|(far, _)| *far > 0.0).map(|(far, _)| (far - distance) / far),
        })
    }

    fn explained(&self, columns: &[Column], row: usize, assigned: Assigned) -> Explanation {
        let own = &self.personas[assigned.persona].centre;
        let next = assigned.next.map(|next| &self.personas[next].centre);
        let (mut at_number, mut at_code) = (0, 0);
        let mut contributions = Vec::with_capacity(self.features.len());
        for (feature, column) in self.features.iter().zip(columns) {
            let encoding = &feature.encoding;
            let (middle, next_middle, nearer) = if encoding.is_number() {
                let value = encoding.scaled(number(column, row));
                let (a, b) = (own.numbers[at_number], next.map(|next| next.numbers[at_number]));
                at_number += 1;
                let nearer = b.map_or(0.0, |b| (value - b).powi(2) - (value - a).powi(2));
                let shown = |scaled: f64| Cell::Number(encoding.unscaled(scaled));
                (shown(a), b.map_or(Cell::Missing, shown), nearer)
            } else {
                let value = encoding.code(column, row);
                let (a, b) = (own.codes[at_code], next.map(|next| next.codes[at_code]));
                at_code += 1;
                let differs = |code: u32| if code == value { 0.0 } else { self.gamma };
                let nearer = b.map_or(0.0, |b| differs(b) - differs(a));
                let shown = |code: u32| encoding.category(code);
                (shown(a), b.map_or(Cell::Missing, shown), nearer)
            };
            let (feature, value) = (feature.name.name.clone(), cell(column, row));
            contributions.push(Contribution { feature, value, middle, next_middle, nearer });
        }
        contributions.sort_by(|a, b| b.nearer.total_cmp(&a.nearer));
        Explanation { assigned, contributions }
    }
}

impl Persona {
    /// The share of the members of the fit that are at least so far from the middle, by the percentiles.
    fn typical_at(&self, distance: f64) -> f64 {
        let Some(last) = self.distances.len().checked_sub(1).filter(|last| *last > 0) else { return 1.0 };
        let below = self.distances.partition_point(|known| *known < distance);
        let place = match below {
            0 => 0.0,
            below if below > last => last as f64,
            below => {
                let (low, high) = (self.distances[below - 1], self.distances[below]);
                (below - 1) as f64 + (distance - low) / (high - low)
            }
        };
        1.0 - place / last as f64
    }
}
