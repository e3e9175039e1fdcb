//! Personas as tags: learnt from the tags of everybody, given to one profile after the other, explained.

use std::fmt::{self, Write};

use arrow_buffer::BooleanBuffer;
use serde::Serialize;

use crate::engine::apply::compute_tag;
use crate::engine::explain::{Because, Text, number};
use crate::engine::fit::Artifacts;
use crate::engine::ingest::Prepared;
use crate::engine::plan::{PersonaPlan, Plan, TagPlan};
use crate::engine::{EngineError, Facts, Run, Stage, TagTable, learn};
use crate::marketing::MarketingError;
use crate::marketing::persona::{Assigned, Cell, Fitted, fit as fit_persona};
use crate::value::{Column, ColumnBuilder, DataType, Value};

/// How a persona came about.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct PersonaBecause {
    /// How far the profile is from the middle of the persona.
    pub distance: f64,
    /// The share of the persona's members that are at least as far from it.
    pub typical: f64,
    /// The next nearest persona.
    pub next: Option<String>,
    /// What each tag does for the persona against the next, the one that does most first.
    pub contributions: Vec<PersonaContribution>,
    /// From how many profiles the personas were learnt.
    pub learnt_from: u64,
    /// How well they are apart: the mean silhouette, −1 to 1.
    pub silhouette: Option<f64>,
}

/// What a tag does for a persona against the next.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct PersonaContribution {
    /// The tag.
    pub tag: String,
    /// Its value.
    pub value: Value,
    /// What is in the middle of the persona.
    pub middle: Value,
    /// What is in the middle of the next one.
    pub next_middle: Value,
    /// By how much the squared distance is smaller than to the next through this tag; below 0 where it speaks for the
    /// next.
    pub nearer: f64,
}

/// Learns the personas of a tag from all profiles at `prepared.as_of`.
pub(in crate::engine) fn fit(
    plan: &Plan,
    prepared: &Prepared,
    tag: &str,
    persona: &PersonaPlan,
    artifacts: &Artifacts,
    run: &Run<'_>,
) -> Result<Fitted, EngineError> {
    let of_population = persona.population.map_or(&[][..], |root| plan.rules.columns(root));
    let columns: Vec<usize> = persona.tags.iter().chain(of_population).copied().collect();
    let needed = learn::standing_on(plan, &columns);
    let tags: Vec<&TagPlan> =
        plan.tags.iter().zip(needed).filter(|(_, needed)| *needed).map(|(tag, _)| tag).collect();
    let facts = Facts::at(plan, prepared, prepared.as_of, tags.iter().copied(), run, Stage::Fit)?;
    let mut table = TagTable::new(plan, prepared, prepared.as_of, facts);
    for tag in tags {
        compute_tag(&mut table, tag, artifacts);
    }
    let within = within(&table, persona);
    let rows: Vec<u32> = within.set_indices().map(|row| row as u32).collect();
    let columns: Vec<Column> = features(&table, persona).iter().map(|column| column.take(&rows)).collect();
    fit_persona(&persona.params, &persona.names, &columns).map_err(|error| EngineError::Marketing {
        tag: tag.to_owned(),
        source: Box::new(MarketingError::from(error)),
    })
}

/// Persona, distance, typicality, the next one and the margin of everybody; null outside the population.
pub(in crate::engine) fn columns(table: &TagTable<'_>, plan: &PersonaPlan, fitted: &Fitted) -> Vec<Column> {
    let n = table.n_profiles();
    let within = within(table, plan);
    // The types are those of the plan, which the artifact was checked against.
    let assigned = fitted.assign(&features(table, plan)).unwrap_or_else(|_| vec![None; n]);
    let mut name = ColumnBuilder::new(DataType::String, n);
    let mut next = ColumnBuilder::new(DataType::String, n);
    let mut numbers = [const { Vec::new() }; 3];
    let push =
        |builder: &mut ColumnBuilder, at: Option<usize>| match at.and_then(|at| fitted.personas.get(at)) {
            Some(persona) => builder.push_str(&persona.name),
            None => builder.push_null(),
        };
    for (row, assigned) in assigned.into_iter().enumerate() {
        let assigned = assigned.filter(|_| within.value(row));
        push(&mut name, assigned.map(|a| a.persona));
        push(&mut next, assigned.and_then(|a| a.next));
        let each =
            [assigned.map(|a| a.distance), assigned.map(|a| a.typical), assigned.and_then(|a| a.margin)];
        for (column, value) in numbers.iter_mut().zip(each) {
            column.push(value);
        }
    }
    let [distance, typical, margin] = numbers.map(|values| Column::Float(values.into()));
    vec![name.finish(), distance, typical, next.finish(), margin]
}

/// Why a profile has its persona.
pub(in crate::engine) fn because(
    table: &TagTable<'_>,
    plan: &PersonaPlan,
    fitted: &Fitted,
    profile: usize,
) -> Because {
    let one: Vec<Column> = features(table, plan).iter().map(|column| column.slice(profile, 1)).collect();
    let explained = fitted.explain(&one, 0).ok().flatten().filter(|_| within(table, plan).value(profile));
    let Some(explained) = explained else {
        let population = plan.population.map(|root| table.plan.rules.text(root).to_owned());
        return Because::NoPersona { population };
    };
    let Assigned { distance, typical, next, .. } = explained.assigned;
    let value = |cell: Cell| match cell {
        Cell::Number(number) => Value::Float(number),
        Cell::Flag(flag) => Value::Bool(flag),
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::Missing => Value::Null,
    };
    let contributions = explained.contributions.into_iter().map(|part| PersonaContribution {
        tag: part.feature,
        value: value(part.value),
        middle: value(part.middle),
        next_middle: value(part.next_middle),
        nearer: part.nearer,
    });
    Because::Persona(Box::new(PersonaBecause {
        distance,
        typical,
        next: next.and_then(|at| fitted.personas.get(at)).map(|persona| persona.name.clone()),
        contributions: contributions.collect(),
        learnt_from: fitted.n,
        silhouette: fitted.silhouette,
    }))
}

impl PersonaBecause {
    pub(in crate::engine) fn write(&self, f: &mut Text<'_>) -> fmt::Result {
        write!(f, "  {} from the middle, ", number(self.distance))?;
        write!(f, "{:.0} % of the members are at least as far", self.typical * 100.0)?;
        match &self.next {
            Some(next) => writeln!(f, "; the next nearest is {next}")?,
            None => writeln!(f)?,
        }
        for part in &self.contributions {
            let [value, middle, next] =
                [&part.value, &part.middle, &part.next_middle].map(|value| f.value(value));
            writeln!(f, "  {:+.3}  {} = {value} (middle {middle}, next {next})", part.nearer, part.tag)?;
        }
        write!(f, "  learnt from {} profiles", self.learnt_from)?;
        match self.silhouette {
            Some(silhouette) => writeln!(f, ", silhouette {silhouette:.3}"),
            None => writeln!(f),
        }
    }
}

/// The columns that personas are told apart by.
fn features(table: &TagTable<'_>, plan: &PersonaPlan) -> Vec<Column> {
    plan.tags.iter().filter_map(|&at| table.columns[at].clone()).collect()
}

/// Who is in the population.
fn within(table: &TagTable<'_>, plan: &PersonaPlan) -> BooleanBuffer {
    match plan.population {
        None => BooleanBuffer::new_set(table.n_profiles()),
        Some(root) => {
            let selected = table.plan.rules.select(root, &table.block());
            selected.expect("invariant: the tags that a population reads are computed").is_true
        }
    }
}

/// Whether what was read from a file is of this plan.
pub(in crate::engine) fn is_sound(plan: &PersonaPlan, fitted: &Fitted) -> bool {
    fitted.is_sound() && fitted.features.iter().map(|feature| &feature.name).eq(&plan.names)
}
