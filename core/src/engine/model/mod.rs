//! Models with a file of their own: what each wants of the rows, how it is learnt, applied and explained.

mod category_gap;
mod kano;
mod loyalty;
mod membership;
mod retention;
mod value_tier;

use std::fmt;

use crate::engine::explain::{Because, RowsBecause};
use crate::engine::fit::Artifact;
use crate::engine::plan::FactPlan;
use crate::engine::{OneProfile, TagTable};
use crate::marketing::{Language, MarketingError};
use crate::time::{Timestamp, Zone};
use crate::value::{Column, Value};

pub use category_gap::CategoryGapBecause;
pub(crate) use category_gap::{CategoryGap, CategoryRows};
pub(crate) use kano::{Kano, KanoRows};
pub use kano::{KanoBecause, KanoFeature};
pub(crate) use loyalty::Loyalty;
pub use loyalty::LoyaltyBecause;
pub(crate) use membership::{Membership, MembershipRows};
pub use membership::{MembershipBecause, MembershipChange};
pub use retention::RetentionBecause;
pub(crate) use retention::{Retention, RetentionRows};
pub(crate) use value_tier::ValueTier;
pub use value_tier::ValueTierBecause;

/// A tag by a model, checked.
pub(crate) trait TagModel: fmt::Debug + Send + Sync {
    /// What it wants of the rows.
    fn rows(&self) -> Option<&FactPlan> {
        None
    }

    /// For a model that is learnt: the columns of other tags that it is learnt from.
    fn learns_from(&self) -> Option<&[usize]> {
        None
    }

    /// What the population teaches; `None` for a model that is not learnt.
    ///
    /// # Errors
    /// Where the population does not teach what the model wants.
    fn fit(&self, _population: &Population<'_>) -> Result<Option<Artifact>, MarketingError> {
        Ok(None)
    }

    /// Whether something that was saved is what this model learns.
    fn is_sound(&self, artifact: Option<&Artifact>) -> bool {
        artifact.is_none()
    }

    /// The columns of its fields: `rows` is what was made of the rows, and the tags below stand in the table.
    fn apply(&self, table: &TagTable<'_>, rows: &[Column], artifact: Option<&Artifact>) -> Vec<Column>;

    /// Why a profile has its value, with at most so many rows.
    fn because(&self, one: &OneProfile<'_>, artifact: Option<&Artifact>, max_rows: usize) -> Because;
}

/// What a model is learnt from.
pub(crate) struct Population<'a> {
    /// What was made of the rows.
    pub(crate) rows: &'a [Column],
    /// The columns of [`TagModel::learns_from`].
    pub(crate) columns: &'a [Column],
    /// What is known: rows before this instant.
    pub(crate) as_of: Timestamp,
    /// The catalogue's time zone.
    pub(crate) zone: &'a Zone,
}

/// What a model saw, for reading.
pub(crate) trait Told {
    /// Line by line; `show` writes the value of a tag, or hides it.
    fn lines(&self, language: Language, show: &dyn Fn(&str, &Value) -> String) -> Vec<String>;

    /// The rows that it saw.
    fn rows(&self) -> Option<&RowsBecause> {
        None
    }
}

/// The one of two texts that is in a language.
fn pick<'a>(language: Language, en: &'a str, zh: &'a str) -> &'a str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// The name of a column of the table.
fn column_name(one: &OneProfile<'_>, column: usize) -> String {
    one.table.plan.columns[column].name.clone()
}

/// A cell of a tag of the profile that is explained.
fn cell(one: &OneProfile<'_>, column: usize) -> Value {
    one.table.columns[column].as_ref().map_or(Value::Null, |cells| cells.value(one.profile))
}

/// A text of a profile in a column that has texts.
pub(super) fn text(column: Option<&Column>, profile: usize) -> Option<&str> {
    match column {
        Some(Column::String(texts)) => texts.get(profile),
        _ => None,
    }
}
