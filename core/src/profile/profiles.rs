//! Profiles: tag columns, identifiers, and what is needed to explain each value.

use std::fmt;
use std::sync::Arc;

use crate::catalog::{Problem, did_you_mean};
use crate::engine::{
    self, EngineError, Explanation, Facts, Fitted, IngestReport, OneProfile, Plan, Prepared, Run, TagColumn,
};
use crate::identity::ProfileId;
use crate::time::{Timestamp, Zone};
use crate::value::Column;

/// How many evidence rows an explanation shows unless told otherwise.
const MAX_ROWS: usize = 20;

/// The profiles of a run: one row a profile, one column a tag field. Clones share the content.
///
/// Rows are in the order of the profiles' strongest identifiers, so the same input gives the same table.
#[derive(Clone)]
pub struct Profiles {
    inner: Arc<Inner>,
}

struct Inner {
    fitted: Fitted,
    prepared: Prepared,
    /// By column of the plan.
    columns: Vec<Column>,
    /// What the columns are, in the order of the catalogue, and where each stands in `columns`.
    outputs: Vec<(TagColumn, usize)>,
}

impl fmt::Debug for Profiles {
    /// How many and what about them: their values are people's data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<&str> = self.columns().map(|column| column.name.as_str()).collect();
        f.debug_struct("Profiles")
            .field("len", &self.len())
            .field("as_of", &self.as_of())
            .field("columns", &columns)
            .finish_non_exhaustive()
    }
}

/// A question about profiles that has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// No such kind of identifier.
    #[error("unknown kind of identifier `{kind}`{}", hint(help.as_deref()))]
    UnknownKind {
        /// The kind as it was given.
        kind: String,
        /// The nearest kind, or all of them.
        help: Option<String>,
    },
    /// No profile has this identifier.
    #[error("no profile with {kind} `{value}`")]
    NoProfile {
        /// The kind.
        kind: String,
        /// The value as it was given.
        value: String,
    },
    /// The profile's rows, which wait on disk, cannot be read.
    #[error("{reason}")]
    Rows {
        /// Where they are and what the system says.
        reason: String,
    },
    /// No such tag.
    #[error("unknown tag `{tag}`{}", hint(help.as_deref()))]
    UnknownTag {
        /// The name as it was given.
        tag: String,
        /// The nearest name.
        help: Option<String>,
    },
}

fn hint(help: Option<&str>) -> String {
    help.map_or(String::new(), |help| format!("; {help}"))
}

impl ProfileError {
    /// The stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownKind { .. } => "profile.unknown_kind",
            Self::NoProfile { .. } => "profile.not_found",
            Self::Rows { .. } => "profile.rows",
            Self::UnknownTag { .. } => "profile.unknown_tag",
        }
    }
}

impl Profiles {
    pub(crate) fn compute(
        fitted: Fitted,
        prepared: Prepared,
        facts: Facts,
        run: &Run<'_>,
    ) -> Result<Self, EngineError> {
        let plan = Arc::clone(fitted.plan());
        let table = engine::apply(&plan, &prepared, fitted.artifacts(), facts, run)?;
        let n = table.n_profiles();
        let columns = table.columns.into_iter().zip(&plan.columns);
        let columns =
            columns.map(|(c, what)| c.unwrap_or_else(|| Column::nulls(what.data_type, n))).collect();
        let outputs = plan.output_columns().map(|at| (plan.columns[at].clone(), at)).collect();
        Ok(Self { inner: Arc::new(Inner { fitted, prepared, columns, outputs }) })
    }

    /// How many profiles.
    pub fn len(&self) -> usize {
        self.inner.prepared.partition.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The instant of the run.
    pub fn as_of(&self) -> Timestamp {
        self.inner.prepared.as_of
    }

    /// The catalogue's time zone.
    pub fn zone(&self) -> &Zone {
        &self.plan().zone
    }

    /// The plan and what was learnt.
    pub fn fitted(&self) -> &Fitted {
        &self.inner.fitted
    }

    /// What became of the rows, and of the identifiers.
    pub fn report(&self) -> &IngestReport {
        &self.inner.prepared.report
    }

    /// What to tell the authors of the catalogue's rules and filters, given these profiles: texts that a tag, or in a
    /// `where` a column, with few values is compared with and never has (`rule.unseen_value`). What is personal is left out. For what can be told
    /// without data, see [`Fitted::warnings`].
    pub fn warnings(&self) -> Vec<Problem> {
        let block = engine::shown_block(self.plan(), &self.inner.columns, self.as_of());
        engine::unseen(self.plan(), &self.inner.prepared, &block)
    }

    /// What the columns are, in the order of the catalogue.
    pub fn columns(&self) -> impl ExactSizeIterator<Item = &TagColumn> {
        self.inner.outputs.iter().map(|(what, _)| what)
    }

    /// The values of a tag or of a tag's field (`tier`, `tier.gap`), one a profile.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.inner.columns.get(self.plan().rules.schema().index_of(name)?)
    }

    /// The stable ids of the profiles, by row.
    pub fn ids(&self) -> &[ProfileId] {
        self.inner.prepared.partition.ids()
    }

    /// The kinds of identifiers, strongest first.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.plan().file.identifiers.keys().map(String::as_str)
    }

    /// The identifiers of a row's profile as kind and normalised value, strongest kind first.
    pub fn identifiers(&self, row: usize) -> impl Iterator<Item = (&str, &str)> {
        let partition = &self.inner.prepared.partition;
        let found = partition.identifiers(row as u32);
        found.filter_map(|(kind, value)| Some((partition.rules().name(kind)?, value)))
    }

    /// The row of the profile with an identifier; the value is normalised as the catalogue says.
    ///
    /// # Errors
    /// [`ProfileError::UnknownKind`], [`ProfileError::NoProfile`].
    pub fn find(&self, kind: &str, value: &str) -> Result<usize, ProfileError> {
        let partition = &self.inner.prepared.partition;
        let index = partition.rules().index_of(kind).ok_or_else(|| ProfileError::UnknownKind {
            kind: kind.to_owned(),
            help: did_you_mean(kind, self.plan().file.identifiers.keys().map(String::as_str)),
        })?;
        let found = partition.profile_of(index, value);
        found
            .map(|row| row as usize)
            .ok_or_else(|| ProfileError::NoProfile { kind: kind.to_owned(), value: value.to_owned() })
    }

    /// The row of the profile with an id.
    pub fn find_id(&self, id: ProfileId) -> Option<usize> {
        self.ids().iter().position(|found| *found == id)
    }

    /// Why a row's profile has its value of a tag, down to the rows, with at most 20 evidence rows each.
    ///
    /// # Errors
    /// [`ProfileError::UnknownTag`]; [`ProfileError::Rows`] where the rows wait on disk and cannot be read.
    ///
    /// # Panics
    /// Where `row` is not below [`len`](Self::len).
    pub fn explain(&self, row: usize, tag: &str) -> Result<Explanation, ProfileError> {
        self.explain_with(row, tag, MAX_ROWS)
    }

    /// As [`explain`](Self::explain), with at most `max_rows` evidence rows for each tag; the latest are shown.
    ///
    /// # Errors
    /// [`ProfileError::UnknownTag`]; [`ProfileError::Rows`] where the rows wait on disk and cannot be read.
    ///
    /// # Panics
    /// Where `row` is not below [`len`](Self::len).
    pub fn explain_with(&self, row: usize, tag: &str, max_rows: usize) -> Result<Explanation, ProfileError> {
        assert!(row < self.len(), "row {row} of {} profiles", self.len());
        let plan = self.plan();
        let index = plan.tag_index(tag).ok_or_else(|| self.unknown_tag(tag))?;
        let columns = self.inner.columns.iter().cloned().map(Some).collect();
        let one = OneProfile::new(plan, &self.inner.prepared, columns, row)
            .map_err(|error| ProfileError::Rows { reason: error.to_string() })?;
        Ok(engine::explain(&one, self.inner.fitted.artifacts(), index, max_rows))
    }

    /// Whether the other one is of the same run, so that rows mean the same profiles.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    pub(crate) fn unknown_tag(&self, tag: &str) -> ProfileError {
        let names = self.plan().file.tags.keys().map(String::as_str);
        ProfileError::UnknownTag { tag: tag.to_owned(), help: did_you_mean(tag, names) }
    }

    pub(crate) fn plan(&self) -> &Plan {
        self.inner.fitted.plan()
    }

    /// The columns by column of the plan, the form that rules are evaluated over.
    pub(crate) fn plan_columns(&self) -> &[Column] {
        &self.inner.columns
    }

    /// What the columns are and their values, in the order of the catalogue.
    pub(crate) fn outputs(&self) -> impl ExactSizeIterator<Item = (&TagColumn, &Column)> {
        self.inner.outputs.iter().map(|(what, at)| (what, &self.inner.columns[*at]))
    }
}
