//! The catalogue as its users hold it.

use std::path::Path;
use std::sync::Arc;

use crate::catalog::model::CatalogFile;
use crate::catalog::{CatalogError, DefinitionHash, Format, Parsed, Problem};
use crate::engine::{self, EngineError, Facts, Fitted, Plan, RunOptions, Stage};
use crate::profile::Profiles;
use crate::source::Dataset;

/// A checked catalogue: what a company wants to know about its customers.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let catalog = tagloom::Catalog::parse(r#"
/// tagloom: 1
/// name: shop
/// identifiers: {member: {}}
/// sources:
///   orders: {kind: events, identifiers: {member: member_id}, time: paid_at, columns: {amount: float64}}
/// tags:
///   spend_90d: {layer: fact, events: orders, sum: amount, window: 90d}
///   big_spender: {layer: business, rule: "spend_90d >= 1000"}
/// "#)?;
/// assert_eq!(catalog.tags().collect::<Vec<_>>(), ["spend_90d", "big_spender"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Catalog {
    plan: Arc<Plan>,
}

impl Catalog {
    /// Reads a catalogue file; the extension says whether it is YAML, JSON or TOML.
    ///
    /// # Errors
    /// [`CatalogError`] with all problems, each with line and column.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, CatalogError> {
        Self::of(&Parsed::load(path.as_ref())?)
    }

    /// Reads a catalogue from text: JSON where it starts with `{`, YAML otherwise.
    ///
    /// # Errors
    /// [`CatalogError`] with all problems, each with line and column.
    pub fn parse(text: &str) -> Result<Self, CatalogError> {
        Self::parse_as(text, Format::guess(text))
    }

    /// Reads a catalogue from text of a format.
    ///
    /// # Errors
    /// [`CatalogError`] with all problems, each with line and column.
    pub fn parse_as(text: &str, format: Format) -> Result<Self, CatalogError> {
        Self::of(&Parsed::read(text, format, None)?)
    }

    /// Checks a catalogue that was built in code.
    ///
    /// # Errors
    /// [`CatalogError`] with all problems, each with its path.
    pub fn build_from(file: &CatalogFile) -> Result<Self, CatalogError> {
        Self::of(&Parsed::from_file(file)?)
    }

    fn of(parsed: &Parsed) -> Result<Self, CatalogError> {
        Ok(Self { plan: Arc::new(engine::plan(parsed)?) })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.plan.file.name
    }

    /// The definitions as they were written.
    pub fn file(&self) -> &CatalogFile {
        &self.plan.file
    }

    /// The content hash of all definitions; key order and comments do not matter.
    pub fn hash(&self) -> DefinitionHash {
        self.plan.hash
    }

    /// The names of the tags, in the order of the catalogue.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.plan.file.tags.keys().map(String::as_str)
    }

    /// The content hash of a tag's definition.
    pub fn tag_hash(&self, tag: &str) -> Option<DefinitionHash> {
        self.plan.tags.iter().find(|t| t.name == tag).map(|t| t.hash)
    }

    /// What the checks found that is no error.
    pub fn warnings(&self) -> &[Problem] {
        self.plan.warnings()
    }

    /// Learns from tables and computes all profiles, as of an instant: a date (its first instant in the catalogue's
    /// time zone), a wall-clock time there, or a time with an offset. Rows at or after it are not looked at.
    ///
    /// # Errors
    /// [`EngineError`]; bad rows are no error, they are in [`Profiles::report`].
    pub fn build(&self, tables: &Dataset, as_of: &str) -> Result<Profiles, EngineError> {
        self.build_with(tables, as_of, &RunOptions::default())
    }

    /// As [`build`](Self::build), with options.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_with(
        &self,
        tables: &Dataset,
        as_of: &str,
        options: &RunOptions,
    ) -> Result<Profiles, EngineError> {
        let as_of = self.plan.zone.parse(as_of)?;
        engine::with_threads(options, |run| {
            let prepared = engine::prepare(&self.plan, tables, as_of, run)?;
            let facts = Facts::at(&self.plan, &prepared, as_of, self.plan.tags.iter(), run, Stage::Group)?;
            let artifacts = engine::fit(&self.plan, &prepared, &facts, run)?;
            let fitted = Fitted::new(Arc::clone(&self.plan), artifacts, as_of.to_string());
            Profiles::compute(fitted, prepared, facts, run)
        })
    }

    /// Learns what has to be learnt from the population, as of an instant.
    ///
    /// # Errors
    /// [`EngineError`].
    pub fn fit(&self, tables: &Dataset, as_of: &str) -> Result<Fitted, EngineError> {
        self.fit_with(tables, as_of, &RunOptions::default())
    }

    /// As [`fit`](Self::fit), with options.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn fit_with(
        &self,
        tables: &Dataset,
        as_of: &str,
        options: &RunOptions,
    ) -> Result<Fitted, EngineError> {
        let as_of = self.plan.zone.parse(as_of)?;
        engine::with_threads(options, |run| {
            let prepared = engine::prepare(&self.plan, tables, as_of, run)?;
            let learned = engine::tags_to_learn(&self.plan).into_iter();
            let facts = Facts::at(&self.plan, &prepared, as_of, learned, run, Stage::Fit)?;
            let artifacts = engine::fit(&self.plan, &prepared, &facts, run)?;
            Ok(Fitted::new(Arc::clone(&self.plan), artifacts, as_of.to_string()))
        })
    }
}

impl Fitted {
    /// Computes the tags of all profiles in some tables, as of an instant (see [`Catalog::build`]). Each profile's
    /// tags depend on its own rows alone: any part of the profiles gives the same values as all of them.
    ///
    /// # Errors
    /// [`EngineError`]; bad rows are no error, they are in [`Profiles::report`].
    pub fn apply(&self, tables: &Dataset, as_of: &str) -> Result<Profiles, EngineError> {
        self.apply_with(tables, as_of, &RunOptions::default())
    }

    /// As [`apply`](Self::apply), with options.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn apply_with(
        &self,
        tables: &Dataset,
        as_of: &str,
        options: &RunOptions,
    ) -> Result<Profiles, EngineError> {
        let as_of = self.plan().zone.parse(as_of)?;
        engine::with_threads(options, |run| {
            let prepared = engine::prepare(self.plan(), tables, as_of, run)?;
            let facts = Facts::at(self.plan(), &prepared, as_of, self.plan().tags.iter(), run, Stage::Apply)?;
            Profiles::compute(self.clone(), prepared, facts, run)
        })
    }
}
